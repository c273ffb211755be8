"""The header walker against pydicom, and its checks on hostile bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from viewers.dicom.checks import Limits, check_file, inflate
from viewers.dicom.elements import Elements, parse, read_elements
from viewers.dicom.problems import BadFile, NotDicom

SYNTAXES = {"implicit": (True, True, "1.2.840.10008.1.2"), "big": (False, False, "1.2.840.10008.1.2.2")}


def saved(data: Dataset, path: Path, kind: str = "explicit") -> Path:
    implicit, little, uid = SYNTAXES.get(kind, (False, True, "1.2.840.10008.1.2.1"))
    data.file_meta.TransferSyntaxUID = UID(uid)
    pydicom.dcmwrite(path, data, implicit_vr=implicit, little_endian=little, enforce_file_format=True, overwrite=True)
    return path


def nested(depth: int) -> bytes:
    """A sequence in a sequence in a sequence …, undefined lengths, implicit VR."""
    head = struct.pack("<HHL", 0x0008, 0x1140, 0xFFFFFFFF) + struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    tail = struct.pack("<HHL", 0xFFFE, 0xE00D, 0) + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    return head * depth + tail * depth


def wrapped(data_set: bytes, syntax: str = "1.2.840.10008.1.2") -> bytes:
    uid = syntax.encode() + b"\0" * (len(syntax) % 2)
    return b"\0" * 128 + b"DICM" + struct.pack("<HH2sH", 2, 0x10, b"UI", len(uid)) + uid + data_set


@pytest.mark.parametrize("kind", ["explicit", "implicit", "big"])
def test_that_every_encoding_reads_the_same(tmp_path: Path, slice_of: Callable[..., Dataset], kind: str) -> None:
    data = slice_of(np.arange(12, dtype=np.int16).reshape(3, 4), PixelPaddingValue=-2000)
    data.ReferencedImageSequence = Sequence([Dataset()])
    data.ReferencedImageSequence[0].ReferencedSOPInstanceUID = "1.2.3"
    elements = read_elements(saved(data, tmp_path / "a.dcm", kind), deep=True)
    assert elements.integer(0x00280010) == 3
    assert elements.numbers(0x00280030) == (0.7, 0.5)
    assert elements.text(0x0020000E) == "1.2.3.4"
    assert [item.text(0x00081155) for item in elements.items(0x00081140)] == ["1.2.3"]
    assert elements.pixel_length == 24


@pytest.mark.parametrize("preamble", [b"", b"\0" * 128 + b"DICM"])
@pytest.mark.parametrize("first", [[(0, 4), (1, 2)], [(1, 2)]], ids=["with a group length", "without"])
def test_that_meta_information_in_implicit_vr_is_read(
    tmp_path: Path, slice_of: Callable[..., Dataset], preamble: bytes, first: list[tuple[int, int]]
) -> None:
    whole = saved(slice_of(np.arange(12, dtype=np.int16).reshape(3, 4)), tmp_path / "a.dcm", "implicit").read_bytes()
    meta = b"".join(struct.pack("<HHL", 2, number, length) + bytes(length) for number, length in first)
    meta += struct.pack("<HHL", 2, 0x10, 18) + b"1.2.840.10008.1.2\0"
    (tmp_path / "b.dcm").write_bytes(preamble + meta + whole[parse(whole, len(whole)).found[0x00080016][0] - 8 :])
    elements = read_elements(tmp_path / "b.dcm")
    assert elements.syntax == "1.2.840.10008.1.2"
    assert (elements.integer(0x00280010), elements.pixel_length) == (3, 24)


def test_that_the_walker_finds_the_elements_that_pydicom_finds(shared: Path, manifest: list[dict[str, str]]) -> None:
    compared = 0
    for row in manifest:
        if row["open"] != "ok" or "hostile" in row["feature"] or row["pixels"] in ("", "none"):
            continue
        theirs = pydicom.dcmread(shared / row["path"], stop_before_pixels=True)
        ours = read_elements(shared / row["path"], deep=True)
        assert {tag for tag in ours.found if tag < 0x7FE00000} == {int(t) for t in theirs.keys() if int(t) < 0x7FE00000}  # noqa: SIM118
        compared += 1
    assert compared > 400


def test_that_text_is_read_in_the_character_set_of_its_file(shared: Path) -> None:
    for path in sorted(shared.glob("pydicom+pydicom/**/charset_files/chr*.dcm")):
        theirs = pydicom.dcmread(path)
        if "PatientName" in theirs:
            assert read_elements(path).words(0x00100010).rstrip("=") == str(theirs.PatientName).rstrip("="), path.name


@pytest.mark.parametrize("depth", [33, 200, 50_000])
def test_that_nesting_without_end_is_refused_not_followed(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "deep.dcm"
    path.write_bytes(wrapped(nested(depth)))
    with pytest.raises(BadFile, match="nested deeper"):
        check_file(path)


def test_that_a_file_of_endless_elements_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.dcm"
    path.write_bytes(wrapped(struct.pack("<HHL", 0x0009, 0x1000, 0) * 5000))
    with pytest.raises(BadFile, match="more than 1000 elements"):
        check_file(path, Limits(elements=1000))


def test_that_a_length_beyond_the_file_is_refused_with_its_tag(tmp_path: Path) -> None:
    path = tmp_path / "long.dcm"
    path.write_bytes(wrapped(struct.pack("<HHL", 0x0008, 0x0018, 0x7FFFFFF0) + b"1.2"))
    with pytest.raises(BadFile, match=r"\(0008,0018\) SOPInstanceUID says that it is 2147483632 bytes long"):
        read_elements(path)


def test_that_a_deflate_bomb_is_not_inflated(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, wbits=-15)
    bomb = packer.compress(b"\0" * (200 << 20)) + packer.flush()
    path = tmp_path / "bomb.dcm"
    path.write_bytes(wrapped(bomb, "1.2.840.10008.1.2.1.99"))
    with pytest.raises(BadFile, match="only a bomb"):
        read_elements(path)


def test_that_damaged_deflate_is_named_so() -> None:
    with pytest.raises(BadFile, match="damaged"):
        inflate(b"\xff" * 100)
    with pytest.raises(BadFile, match="cut short"):
        inflate(zlib.compress(bytes(range(256)) * 9, wbits=-15)[:-20])


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", BadFile, "empty"),
        (b"hello world, this is a text file " * 20, NotDicom, "not a DICOM file"),
        (b"\0" * 128 + b"DICM", BadFile, "no data set"),
    ],
)
def test_that_what_is_no_dicom_is_called_so(tmp_path: Path, content: bytes, error: type[BadFile], words: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(error, match=words):
        read_elements(path)


def whole(slice_of: Callable[..., Dataset], path: Path) -> bytes:
    data = slice_of(np.arange(12, dtype=np.int16).reshape(3, 4))
    data.ReferencedImageSequence = Sequence([Dataset()])
    data.ReferencedImageSequence[0].ReferencedSOPInstanceUID = "1.2.3"
    return saved(data, path).read_bytes()


def test_that_a_file_cut_anywhere_is_read_or_refused(tmp_path: Path, slice_of: Callable[..., Dataset]) -> None:
    raw = whole(slice_of, tmp_path / "a.dcm")
    outcomes = [outcome(raw[:cut]) for cut in range(133, len(raw))]
    assert set(outcomes) == {"read", "refused"}


def test_that_damaged_bytes_are_read_or_refused(tmp_path: Path, slice_of: Callable[..., Dataset]) -> None:
    raw = whole(slice_of, tmp_path / "a.dcm")

    @settings(max_examples=300)
    @given(st.lists(st.tuples(st.integers(132, len(raw) - 1), st.integers(0, 255)), max_size=6))
    def damage(changes: list[tuple[int, int]]) -> None:
        broken = bytearray(raw)
        for place, value in changes:
            broken[place] = value
        assert outcome(bytes(broken)) in ("read", "refused")

    damage()


def outcome(raw: bytes) -> str:
    """Raises whatever is neither an answer nor a refusal."""
    try:
        assert isinstance(parse(raw, len(raw), deep=True), Elements)
    except BadFile:
        return "refused"
    return "read"
