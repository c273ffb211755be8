"""What `readerlab inspect` says about files, good and bad."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from viewers.dicom.inspect import inspect, inspect_path

FIELDS = {
    "series_uid", "modality", "sop_class", "transfer_syntax", "rows", "columns", "frames", "samples", "bits_stored",
    "signed", "photometric", "spacing_mm", "slice_spacing_mm", "affine", "units", "window", "warnings", "instances",
    "rescale_type", "suv_factor", "aspect", "calibration", "lossy", "frame_ms", "laterality", "body_part",
}  # fmt: skip


def test_that_the_record_holds_every_field_and_is_json(series: Callable[..., Path]) -> None:
    report = inspect_path(series(4))
    [record] = json.loads(report.to_json())["series"]
    assert set(record) >= FIELDS
    assert (record["frames"], record["spacing_mm"], record["slice_spacing_mm"]) == (4, [0.7, 0.5], 2.5)
    assert record["affine"] == [[0.5, 0, 0, 0], [0, 0.7, 0, 0], [0, 0, 2.5, 0], [0, 0, 0, 1]]
    assert record["units"] == "HU"
    assert not report.has_errors
    assert "4 × 6 × 5" in report.to_text()


def test_that_the_hash_is_over_stored_values_as_int32(shared: Path) -> None:
    folder = shared / "pydicom+pydicom/src/pydicom/data/test_files"
    for name in ("MR_small_bigendian.dcm", "MR_small_RLE.dcm", "SC_rgb_rle_2frame.dcm", "examples_ybr_color.dcm"):
        pixels = pydicom.dcmread(folder / name).pixel_array
        expected = hashlib.sha256(np.ascontiguousarray(pixels.astype("<i4")).tobytes()).hexdigest()
        [record] = inspect(folder / name)["series"]
        assert [instance["stored_sha256"] for instance in record["instances"]] == [expected], name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pydicom+pydicom/src/pydicom/data/test_files/MR_truncated.dcm", r"(7FE0,0010) PixelData holds 8130 bytes"),
        ("README.md", "not a DICOM file"),
        ("nowhere", "no such file"),
    ],
)
def test_that_bad_input_is_one_sentence_with_something_to_do(shared: Path, name: str, words: str) -> None:
    report = inspect_path(shared / name)
    assert report.has_errors
    assert words in report.errors[0].what
    assert report.errors[0].todo.endswith(".")
    assert len(report.errors) == 1
    assert "Traceback" not in report.to_text()


def test_that_a_file_that_does_not_decode_stays_listed_with_its_error(
    slice_of: Callable[..., Dataset], tmp_path: Path
) -> None:
    data = slice_of(np.zeros((4, 4), np.uint16))
    data.file_meta.TransferSyntaxUID = "1.2.3.4.5"
    data["PixelData"].is_undefined_length = True
    data.PixelData = b"\xfe\xff\x00\xe0\0\0\0\0"
    data.save_as(tmp_path / "a.dcm", enforce_file_format=True, implicit_vr=False, little_endian=True)
    report = inspect_path(tmp_path)
    assert "1.2.3.4.5 cannot be read" in report.errors[0].what
    assert report.series[0]["transfer_syntax"] == "1.2.3.4.5"


def test_that_hostile_files_never_raise(shared: Path) -> None:
    paths = sorted((shared / "pwnlabmx+dicom-fuzzing-corpus").rglob("*.dcm"))
    for path in paths:
        report = inspect_path(path)
        assert report.series or report.objects or report.errors, path
    assert len(paths) > 10


def test_that_what_others_find_out_stands_in_the_record(shared: Path) -> None:
    folder = shared / "pydicom+pydicom/src/pydicom/data/test_files"
    [record] = inspect(folder / "JPEG2000.dcm")["series"]
    assert record["lossy"] is not None
    assert record["aspect"] == [1.0, 1.0]


def test_that_the_text_reads_well(series: Callable[..., Path]) -> None:
    lines = inspect_path(series(4)).to_text().splitlines()
    assert lines[0] == "CT  Thin"
    assert lines[1] == "    4 × 6 × 5, 0.7 × 0.5 mm, slices 2.5 mm apart, placed in the patient"
    assert lines[2] == "    MONOCHROME2, 16 bits signed, in HU, Explicit VR Little Endian"
    assert lines[-1] == "1 stack, 4 images"
