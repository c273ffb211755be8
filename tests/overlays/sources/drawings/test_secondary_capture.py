"""Secondary captures with marks burnt in: images to compare with, of which nothing is laid over others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from overlays.result import AIResult
from overlays.sources import forms
from overlays.sources.refusals import NotAResult

CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def capture(path: Path, **elements: Any) -> Path:
    made = dcmread(get_testdata_file("CT_small.dcm"))
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = CAPTURE
    made.SeriesInstanceUID = "1.2.9"
    made.PixelData = np.zeros((made.Rows, made.Columns), np.uint16).tobytes()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    made.save_as(path)
    return path


def named(uid: str) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", uid
    return made


def read(path: Path) -> AIResult:
    (result,) = forms.read(path)
    return result


def test_that_a_derived_capture_is_a_series_of_its_own(tmp_path: Path) -> None:
    path = capture(tmp_path / "c.dcm", ImageType=["DERIVED", "SECONDARY"], DerivationDescription="AI marks burnt in")
    result = read(path)
    assert (result.findings, result.maps, result.series_uid) == ((), (), "1.2.9")
    assert "AI marks burnt in" in result.remarks[0]
    assert "never laid over another" in result.remarks[0]
    assert "names no image that it was made from" in result.remarks[1]


def test_that_a_capture_says_which_images_it_was_made_from(tmp_path: Path) -> None:
    result = read(capture(tmp_path / "c.dcm", ImageType=["DERIVED", "SECONDARY"], SourceImageSequence=[named("1.5")]))
    assert result.references[0].sop_uids == ("1.5",)
    assert "names the images that it was made from" in result.remarks[1]


def test_that_an_ordinary_capture_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(NotAResult, match="does not say that it was derived"):
        read(capture(tmp_path / "c.dcm", ImageType=["ORIGINAL", "SECONDARY"]))
