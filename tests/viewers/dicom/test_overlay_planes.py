"""60xx overlays from files, against pydicom's and GDCM's reading of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from viewers.dicom.overlay_pixels import plane_pixels
from viewers.dicom.scan import scan


def packed(bits: np.ndarray) -> bytes:
    data = np.packbits(bits.reshape(-1), bitorder="little").tobytes()
    return data + b"\0" * (len(data) % 2)


def add_overlay(data, bits: np.ndarray, group: int = 0x6000, **tags: object) -> None:
    shape = bits.shape[-2:]
    for element, vr, value in (
        (0x10, "US", shape[0]),
        (0x11, "US", shape[1]),
        (0x40, "CS", "G"),
        (0x50, "SS", [1, 1]),
        (0x100, "US", 1),
        (0x102, "US", 0),
        (0x3000, "OW", packed(bits)),
    ):
        data.add_new(group << 16 | element, vr, tags.get(f"x{element:04x}", value))


def planes(path: Path, slice_index: int = 0):
    [header] = scan(path).series
    instance = header.instances[slice_index]
    return [(plane, plane_pixels(plane, instance)) for plane in instance.overlays]


REAL = (
    ("pydicom+pydicom/src/pydicom/data/test_files/examples_overlay.dcm", 0x6000),
    ("neurolabusc+dcm_qa_ct/In/Philips/S21570/S4010/I10", 0x6000),
    ("dcm4che+dcm4che/dcm4che-test-data/src/main/resources/ovly_p01.dcm", 0x6004),
)


@pytest.mark.parametrize(("name", "group"), REAL)
def test_that_real_planes_are_those_that_pydicom_reads(shared, name, group):
    expected = pydicom.dcmread(shared / name).overlay_array(group)
    found = {plane.group: pixels for plane, pixels in planes(shared / name)}
    assert np.array_equal(found[group] > 0, expected > 0)


def test_that_planes_in_high_bits_of_the_pixels_are_found(shared):
    path = shared / "dcm4che+dcm4che/dcm4che-test-data/src/main/resources/ovly_p01.dcm"
    words = np.frombuffer(pydicom.dcmread(path).PixelData, "<u2").reshape(512, 512)
    hidden = [(plane, pixels) for plane, pixels in planes(path) if plane.stored_bit >= 0]
    assert [plane.stored_bit for plane, _ in hidden] == [15, 14]
    for plane, pixels in hidden:
        assert np.array_equal(pixels > 0, words >> plane.stored_bit & 1)
        assert 0 < (pixels > 0).sum() < pixels.size / 10


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"])
def test_that_hidden_planes_survive_a_lossless_compression(slice_of, tmp_path, syntax):
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 4096, (20, 30)).astype(np.uint16)
    bits = rng.integers(0, 2, (20, 30)).astype(np.uint16)
    data = slice_of(pixels | bits << 13, BitsStored=12, HighBit=11)
    add_overlay(data, bits, x0100=16, x0102=13)
    del data[0x60003000]
    if syntax != "1.2.840.10008.1.2.1":
        data.compress(syntax, encoding_plugin="pydicom")
    data.save_as(tmp_path / "a", enforce_file_format=True)
    [(plane, found)] = planes(tmp_path / "a")
    assert plane.stored_bit == 13
    assert np.array_equal(found > 0, bits > 0)


def test_that_a_plane_in_bits_that_are_in_use_is_none(slice_of, tmp_path):
    data = slice_of(np.zeros((8, 8), np.uint16))
    add_overlay(data, np.ones((8, 8), np.uint8), x0100=16, x0102=3)
    del data[0x60003000]
    data.save_as(tmp_path / "a", enforce_file_format=True)
    assert planes(tmp_path / "a") == []


@pytest.mark.parametrize("shape", [(5, 7), (8, 8), (5, 5)])
def test_that_each_frame_has_its_own_plane_from_the_frame_that_is_named(slice_of, tmp_path, shape):
    rng = np.random.default_rng(4)
    data = slice_of(np.zeros((6, *shape), np.uint8), Modality="US", ImagePositionPatient=None)
    data.NumberOfFrames = 6
    bits = rng.integers(0, 2, (3, *shape)).astype(np.uint8)
    add_overlay(data, bits)
    data.add_new(0x60000015, "IS", "3")
    data.add_new(0x60000051, "US", 3)
    data.save_as(tmp_path / "a", enforce_file_format=True)
    for frame in range(6):
        found = planes(tmp_path / "a", frame)
        if 2 <= frame < 5:
            assert np.array_equal(found[0][1] > 0, bits[frame - 2] > 0)
        else:
            assert found == []


def test_that_one_plane_lies_over_every_frame_and_origins_may_be_negative(slice_of, tmp_path):
    data = slice_of(np.zeros((3, 8, 8), np.uint8), Modality="US", ImagePositionPatient=None)
    data.NumberOfFrames = 3
    add_overlay(data, np.ones((4, 5), np.uint8), group=0x601E, x0050=[-2, 7], x0040="R")
    data.save_as(tmp_path / "a", enforce_file_format=True)
    for frame in range(3):
        [(plane, pixels)] = planes(tmp_path / "a", frame)
        assert (plane.origin, plane.kind, plane.group) == ((6, -3), "R", 0x601E)
        assert (pixels == 255).all()


def test_that_damaged_planes_are_left_out_and_short_ones_end_empty(slice_of, tmp_path):
    data = slice_of(np.zeros((8, 8), np.uint8))
    add_overlay(data, np.ones((8, 8), np.uint8), x0010=0)
    add_overlay(data, np.ones((2, 8), np.uint8), group=0x6002, x0010=8)
    data.save_as(tmp_path / "a", enforce_file_format=True)
    [(plane, pixels)] = planes(tmp_path / "a")
    assert plane.group == 0x6002
    assert pixels[:2].all()
    assert not pixels[2:].any()
