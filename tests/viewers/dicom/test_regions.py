"""Ultrasound with several scales in one image: each measurement by the scale of the region that it lies in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.drawing.captions import place_text
from viewers.measuring.numbers import lines
from viewers.measuring.reports import read_report, write_report
from viewers.measuring.shapes import drawn
from viewers.measuring.values import geometry_numbers, measure

CM, SECONDS, CM_PER_S = 3, 4, 7


def region(box, deltas, units) -> Dataset:
    item = Dataset()
    left, top, right, bottom = box
    item.RegionLocationMinX0, item.RegionLocationMinY0 = left, top
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = right, bottom
    item.PhysicalDeltaX, item.PhysicalDeltaY = deltas
    item.PhysicalUnitsXDirection, item.PhysicalUnitsYDirection = units
    item.RegionSpatialFormat = item.RegionDataType = 1
    item.ReferencePixelX0, item.ReferencePixelY0 = 0, 10  # the line of no velocity lies ten rows down
    item.ReferencePixelPhysicalValueX = item.ReferencePixelPhysicalValueY = 0.0
    return item


@pytest.fixture
def volume(slice_of, tmp_path):
    """Tissue above at 0.2 mm, below it a Doppler spectrum of 0.01 s and 2 cm/s a pixel, and an M-mode strip."""
    data = slice_of(np.zeros((90, 100), np.uint16), Modality="US")
    data.SequenceOfUltrasoundRegions = Sequence(
        [
            region((0, 0, 99, 39), (0.02, 0.03), (CM, CM)),
            region((0, 40, 99, 69), (0.01, -2.0), (SECONDS, CM_PER_S)),
            region((0, 70, 99, 89), (0.01, 0.02), (SECONDS, CM)),
        ]
    )
    for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        if name in data:
            delattr(data, name)
    data.save_as(tmp_path / "us", enforce_file_format=True)
    return load(scan(tmp_path / "us").series[0])


def said(volume, kind, *points) -> tuple[str, ...]:
    header = volume.header
    return lines(geometry_numbers(drawn(kind, "a", header, np.array(points, float), 0), header))


def test_that_tissue_is_measured_in_mm_by_its_own_pixels(volume):
    assert volume.header.spacing_mm is None
    assert said(volume, "length", (10, 10), (40, 10)) == ("6.0 mm",)
    assert said(volume, "length", (10, 10), (10, 30)) == ("6.0 mm",)
    assert said(volume, "ellipse", (10, 20), (50, 20), (30, 10), (30, 30)) == ("area 37.7 mm²",)  # 8 × 6 × π / 4


def test_that_a_line_in_a_spectrum_says_velocity_and_time(volume):
    assert said(volume, "length", (10, 45), (60, 65)) == ("40.0 cm/s", "0.5 s")


def test_that_a_line_in_an_m_mode_says_depth_and_time(volume):
    assert said(volume, "length", (10, 75), (60, 85)) == ("2 mm", "0.5 s")


def test_that_shapes_in_a_spectrum_have_no_mm(volume):
    assert said(volume, "angle", (10, 45), (20, 45), (30, 60)) == ("this region's axes are in s and cm/s",)
    assert said(volume, "rectangle", (10, 45), (20, 45), (20, 55), (10, 55))[0] == "area 100 px²"


def test_that_what_crosses_two_regions_stays_in_pixels_and_says_why(volume):
    crossing = said(volume, "length", (10, 30), (10, 50))
    assert crossing[0] == "20.0 px"
    assert "scales of their own" in crossing[1]


def test_that_the_probe_reads_a_spectrum(volume):
    assert place_text(volume.header, (30, 45), 0) == "column 30  row 45  ·  0.3 s  10 cm/s"
    assert place_text(volume.header, (30, 20), 0) == "column 30  row 20"


def test_that_velocities_stand_in_reports_and_come_back(volume, tmp_path):
    shape = drawn("length", "a", volume.header, np.array([(10.0, 45.0), (60.0, 65.0)]), 0)

    made = replace(shape, numbers=measure(shape, volume, 0))
    assert write_report([made], [volume.header], tmp_path / "sr.dcm", reader="R1") == ()
    numbers = read_report(tmp_path / "sr.dcm").found[0].measurement.numbers
    assert numbers.get("velocity").value == pytest.approx(40)
    assert (numbers.get("velocity").unit, numbers.get("time").unit) == ("cm/s", "s")
