"""How single files want to be shown: shutters, inversion, proportions, loss, calibration."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from viewers.comparing.hanging import opening_view
from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.drawing.render import SliceRenderer

PIXELS = np.arange(64, dtype=np.uint16).reshape(8, 8)


def header_of(data, tmp_path):
    data.save_as(tmp_path / "a", enforce_file_format=True)
    [header] = scan(tmp_path / "a").series
    return header


def test_that_a_shutter_counts_from_zero_here(slice_of, tmp_path):
    data = slice_of(PIXELS, ShutterShape=["RECTANGULAR", "CIRCULAR", "POLYGONAL"], ShutterPresentationValue=0xFFFF)
    data.ShutterLeftVerticalEdge, data.ShutterRightVerticalEdge = 2, 7
    data.ShutterUpperHorizontalEdge, data.ShutterLowerHorizontalEdge = 3, 8
    data.CenterOfCircularShutter, data.RadiusOfCircularShutter = [4, 5], 3
    data.VerticesOfThePolygonalShutter = [1, 1, 1, 8, 8, 8]
    shutter = header_of(data, tmp_path).instances[0].shutter
    assert shutter.rectangle == (1, 2, 6, 7)
    assert shutter.circle == (4, 3, 3)  # column, row
    assert shutter.polygon == ((0, 0), (7, 0), (7, 7))
    assert shutter.shade == 1.0


def test_that_a_shutter_without_its_numbers_is_none(slice_of, tmp_path):
    assert header_of(slice_of(PIXELS, ShutterShape="RECTANGULAR"), tmp_path).instances[0].shutter is None


@pytest.mark.parametrize(
    ("photometric", "shape", "is_dark"),
    [
        ("MONOCHROME1", "INVERSE", True),
        ("MONOCHROME1", None, True),
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME2", "IDENTITY", False),
    ],
)
def test_that_nothing_is_inverted_twice(slice_of, tmp_path, photometric, shape, is_dark):
    data = slice_of(PIXELS, PhotometricInterpretation=photometric, RescaleIntercept=0)
    data.WindowCenter, data.WindowWidth = 32, 64
    if shape:
        data.PresentationLUTShape = shape
    volume = load(header_of(data, tmp_path))
    picture = SliceRenderer().render(volume, opening_view(volume, 80, 80), 80, 80).pixels
    assert (picture[5, 5] > picture[-5, -5]) == is_dark


def test_that_loss_is_said_with_its_ratio(slice_of, tmp_path):
    assert header_of(slice_of(PIXELS), tmp_path).lossy is None
    data = slice_of(PIXELS, LossyImageCompression="01", LossyImageCompressionRatio=[3, 12.5])
    data.LossyImageCompressionMethod = ["ISO_10918_1", "ISO_15444_1"]
    found = header_of(data, tmp_path).lossy
    assert (found.ratio, found.method) == (12.5, "JPEG then JPEG 2000")


def test_that_baseline_jpeg_is_lossy_whatever_the_file_says(shared):
    [header] = scan(shared / "pydicom+pydicom/src/pydicom/data/test_files/SC_rgb_jpeg_dcmtk.dcm").series
    assert header.lossy is not None
    assert header.lossy.method == "JPEG"


def film(slice_of, **elements):
    absent = dict.fromkeys(("PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient"))
    return slice_of(PIXELS, Modality="DX", **{**absent, **elements})


@pytest.mark.parametrize(
    ("elements", "spacing", "words"),
    [
        ({"PixelSpacing": [0.2, 0.3]}, (0.2, 0.3), "detector"),
        ({"ImagerPixelSpacing": [0.2, 0.3]}, (0.2, 0.3), "at the detector"),
        (
            {"ImagerPixelSpacing": [0.2, 0.3], "EstimatedRadiographicMagnificationFactor": 1.25},
            (0.2, 0.3),
            "1.25 × smaller",
        ),
        ({"PixelSpacing": [0.1, 0.1], "ImagerPixelSpacing": [0.2, 0.2]}, (0.1, 0.1), ""),
        (
            {"PixelSpacing": [0.1, 0.1], "PixelSpacingCalibrationType": "FIDUCIAL"},
            (0.1, 0.1),
            "object of known size",
        ),
        ({"PixelAspectRatio": [4, 3]}, None, ""),
    ],
)
def test_that_it_is_said_what_a_film_is_calibrated_for(slice_of, tmp_path, elements, spacing, words):
    header = header_of(film(slice_of, **elements), tmp_path)
    assert header.spacing_mm == spacing
    assert words in header.calibration
    assert bool(words) == bool(header.calibration)
    assert header.pixel_mm == (spacing or (4.0, 3.0))


def region(dx: float, units: int = 3) -> Dataset:
    item = Dataset()
    item.PhysicalUnitsXDirection = item.PhysicalUnitsYDirection = units
    item.PhysicalDeltaX = item.PhysicalDeltaY = dx
    item.RegionSpatialFormat, item.RegionDataType = 1, 1
    return item


@pytest.mark.parametrize(
    ("regions", "spacing", "words"),
    [
        ([region(0.02)], (0.2, 0.2), ""),
        ([region(0.02), region(0.02)], (0.2, 0.2), ""),
        ([region(0.02), region(0.05)], None, "2 regions"),
        ([region(0.02), region(0.02, units=4)], None, "2 regions"),
        ([region(0.02, units=4)], None, "regions"),
    ],
)
def test_that_ultrasound_is_calibrated_where_all_regions_agree(slice_of, tmp_path, regions, spacing, words):
    data = film(slice_of)
    data.Modality, data.SequenceOfUltrasoundRegions = "US", Sequence(regions)
    header = header_of(data, tmp_path)
    assert header.spacing_mm == spacing
    assert words in header.calibration


def test_that_nuclear_medicine_counts(slice_of, tmp_path):
    assert header_of(slice_of(PIXELS, Modality="NM"), tmp_path).units == "counts"
    data = slice_of(PIXELS, Modality="CR", RescaleType="OD")
    header = header_of(data, tmp_path)
    assert (header.units, header.rescale_type) == ("OD", "OD")


def test_that_colours_that_supplement_greys_are_missed_in_words(slice_of, tmp_path):
    plain = slice_of(PIXELS, Modality="CT")
    assert header_of(plain, tmp_path).warnings == ()
    data = slice_of(PIXELS, Modality="CT", PixelPresentation="COLOR")
    for name in ("Red", "Green", "Blue"):
        setattr(data, f"{name}PaletteColorLookupTableDescriptor", [4, 60, 16])
        setattr(data, f"{name}PaletteColorLookupTableData", bytes(8))
    assert any("supplemental colours" in warning for warning in header_of(data, tmp_path).warnings)
