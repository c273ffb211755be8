from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewers.dicom.problems import BadFile
from viewers.tags import HIDDEN, Tag, as_text, count, matching, read_tags

SHARED = Path(__file__).parents[3] / "shared" / "dicom"
IDENTIFYING = (0x00100010, 0x00100020, 0x00100030, 0x00080050, 0x00080090, 0x00080080, 0x00200010, 0x0020000D)


def every(tags):
    for tag in tags:
        yield tag
        yield from every(tag.children)


def samples():
    if not SHARED.is_dir():
        return []
    found = sorted(p for p in SHARED.rglob("*") if p.is_file() and p.suffix in (".dcm", ""))
    return found[:: max(1, len(found) // 25)]


@pytest.mark.parametrize("path", samples() or [None], ids=lambda p: p.name if p else "none")
def test_that_real_files_show_what_pydicom_has_and_hide_who_it_is_of(path):
    if path is None:
        pytest.skip("../shared/dicom is not here")
    try:
        open_tags, shut = read_tags(path, shows_identity=True), read_tags(path)
    except BadFile:
        pytest.skip("this file is refused before pydicom sees it")
    dataset = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    assert [tag.number for tag in open_tags] == [
        *sorted(int(t) for t in dataset.file_meta.keys()),  # noqa: SIM118
        *sorted(int(t) for t in dataset.keys()),  # noqa: SIM118
    ]
    assert all(tag.value == HIDDEN for tag in every(shut) if tag.number in IDENTIFYING)
    assert all(tag.value == HIDDEN for tag in every(shut) if tag.is_private and tag.vr != "SQ")
    secret = str(dataset.get("PatientName", ""))
    assert len(secret) < 4 or all(secret not in tag.value for tag in every(shut))


TREE = (
    Tag(0x00280010, "Rows", "US", "512"),
    Tag(0x00081140, "Referenced Image Sequence", "SQ", "1 item", (Tag(0, "Item 1", "", "", (
        Tag(0x00081155, "Referenced SOP Instance UID", "UI", "1.2.3"),)),)),
    Tag(0x00091001, "Private", "LO", "Secret sauce"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [("rows", 1), ("0028,0010", 1), ("00280010", 1), ("512 rows", 1), ("1.2.3", 2), ("sauce", 1), ("", 4), ("zzz", 0)],
)
def test_that_code_name_and_value_are_searched_in_sequences_too(words, found):
    assert count(matching(TREE, words)) == found


@given(st.text(max_size=12))
def test_that_a_search_never_finds_more_than_there_is(words):
    assert count(matching(TREE, words)) <= count(TREE)


def test_that_a_sequence_is_copied_with_what_it_holds():
    assert as_text(TREE[1]).splitlines()[-1].strip() == "(0008,1155) UI Referenced SOP Instance UID: 1.2.3"


def test_that_a_file_that_is_not_dicom_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(b"not at all" * 100)
    with pytest.raises(BadFile):
        read_tags(tmp_path / "a")
