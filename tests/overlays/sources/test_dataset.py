"""Opening DICOM objects of AI results: nothing reaches the parser that was not walked, and what is wrong has a tag."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from overlays.result import Code, Reference
from overlays.sources import dataset
from overlays.sources.dataset import (
    code_of,
    items,
    laterality_of,
    numbers,
    open_dataset,
    provenance_of,
    references_of,
    text,
)
from viewers.dicom.checks import Limits
from viewers.dicom.problems import BadFile

from .sr_making import EXAM, SERIES, SR, code, measurement_report, region

REPORT = frozenset({f"{SR}34"})


def saved(path: Path, made: Dataset, syntax: str = ExplicitVRLittleEndian) -> Path:
    made.SOPClassUID, made.SOPInstanceUID = f"{SR}34", "1.2.9"
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = syntax
    made.save_as(path, enforce_file_format=True)
    return path


def made_with(**elements: Any) -> Dataset:
    made = Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def test_that_an_object_of_another_class_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path / "r.dcm", Dataset())
    with pytest.raises(BadFile, match="Comprehensive 3D SR Storage") as problem:
        open_dataset(path, {"1.2.3"})
    assert problem.value.where == str(path)


def test_that_nesting_beyond_measure_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Dataset()
    for _ in range(12):
        made = made_with(ContentSequence=[made])
    path = saved(tmp_path / "r.dcm", made)
    monkeypatch.setattr(dataset, "_parsed", lambda path: pytest.fail("the parser saw it"))
    with pytest.raises(BadFile, match="nested deeper"):
        open_dataset(path, REPORT, Limits(depth=6))


def test_that_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = measurement_report(tmp_path / "r.dcm", *[region()] * 3)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(BadFile):
        open_dataset(path, REPORT)


def test_that_a_deflated_bomb_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "r.dcm", made_with(PatientID="1"), DeflatedExplicitVRLittleEndian)
    head = path.read_bytes()
    start = head.index(DeflatedExplicitVRLittleEndian.encode())
    meta = head[: 144 + int.from_bytes(head[140:144], "little")]
    assert start < len(meta)
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    path.write_bytes(meta + packer.compress(b"\0" * (400 << 20)) + packer.flush())
    with pytest.raises(BadFile, match="bomb"):
        open_dataset(path, REPORT)


def test_that_an_element_that_is_no_number_is_named_by_its_tag() -> None:
    odd = Dataset()
    odd.add_new(0x00181000, "LO", "x")
    odd._dict[0x00280030] = odd[0x00181000].__class__(0x00280030, "LO", ["1", "two"])
    with pytest.raises(BadFile, match=r"\(0028,0030\) PixelSpacing holds something that is no number"):
        numbers(odd, "PixelSpacing")


def test_that_something_else_in_place_of_a_sequence_is_named() -> None:
    odd = Dataset()
    odd._dict[0x0040A730] = made_with(PatientID="x")[0x00100020]
    with pytest.raises(BadFile, match=r"\(0040,A730\) ContentSequence is no sequence"):
        items(odd, "ContentSequence")


def test_that_what_is_absent_is_empty() -> None:
    assert (text(Dataset(), "PatientID"), numbers(Dataset(), "PixelSpacing"), items(Dataset(), "ContentSequence")) == (
        "",
        (),
        (),
    )


@pytest.mark.parametrize(
    ("elements", "made_at"),
    [
        (
            {"ContentDate": "20260102", "ContentTime": "130000.5", "TimezoneOffsetFromUTC": "+0200"},
            "2026-01-02T11:00:00+00:00",
        ),
        ({"ContentDate": "20260102", "ContentTime": "1300"}, "2026-01-02T13:00:00"),
        ({"StructureSetDate": "20260102", "StructureSetTime": ""}, "2026-01-02T00:00:00"),
        ({"ContentDate": "no date"}, ""),
    ],
)  # fmt: skip
def test_that_when_it_was_made_is_told_in_utc_where_the_offset_is_known(elements: dict[str, str], made_at: str) -> None:
    assert provenance_of(made_with(**elements), "DICOM SR").made_at == made_at


def test_that_references_name_each_series_once() -> None:
    image = made_with(ReferencedSOPInstanceUID="1.1")
    series = made_with(SeriesInstanceUID=SERIES, ReferencedSOPSequence=[image, image])
    exam = made_with(StudyInstanceUID=EXAM, ReferencedSeriesSequence=[series])
    found = references_of(made_with(CurrentRequestedProcedureEvidenceSequence=[exam, exam]))
    assert found == (Reference(SERIES, ("1.1",), EXAM),)


@pytest.mark.parametrize(
    ("value", "scheme", "side"),
    [
        ("7771000", "SCT", "left"),
        ("G-A100", "SRT", "right"),
        ("51440002", "SCT", "both"),
        ("7771000", "99X", ""),
        ("x", "SCT", ""),
    ],
)
def test_that_sides_are_told_by_their_codes(value: str, scheme: str, side: str) -> None:
    assert laterality_of(code_of(code((value, scheme, "?")))) == side


def test_that_a_code_without_value_is_none() -> None:
    assert code_of(Dataset()) is None
    assert code_of(made_with(LongCodeValue="a long one", CodingSchemeDesignator="X", CodeMeaning="m")) == Code(
        "a long one", "X", "m"
    )
