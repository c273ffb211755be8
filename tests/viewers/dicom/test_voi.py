"""Windows and tables as files have them, against pydicom's own reading of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels import apply_modality_lut, apply_voi_lut
from pydicom.sequence import Sequence

from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.drawing.grey import shares
from viewers.presets import opening_window
from viewers.volume import Window

SliceOf = Callable[..., Dataset]
PIXELS = np.arange(16, dtype=np.int16).reshape(4, 4)


def windows_of(data: Dataset, tmp_path: Path) -> tuple[Window, ...]:
    data.save_as(tmp_path / "a", enforce_file_format=True)
    return scan(tmp_path).series[0].instances[0].windows


def table_item(outputs: np.ndarray, first: int, bits: int = 16, vr: str = "US", **words: str) -> Dataset:
    item = Dataset()
    item.add_new(0x00283002, vr, [len(outputs) % 65536, first, bits])
    item.add_new(0x00283006, "OW", outputs.astype("<u2").tobytes())
    for name, value in words.items():
        setattr(item, name, value)
    return item


def test_that_every_window_of_the_file_is_offered_with_its_name(slice_of: SliceOf, tmp_path: Path) -> None:
    data = slice_of(PIXELS, WindowCenter=[40, -600], WindowWidth=[400, 1500])
    data.WindowCenterWidthExplanation, data.VOILUTFunction = ["Soft", "Lung"], "SIGMOID"
    assert windows_of(data, tmp_path) == (Window(40, 400, "sigmoid", "Soft"), Window(-600, 1500, "sigmoid", "Lung"))


@pytest.mark.parametrize(("centre", "width"), [("40", "0"), ("", "400"), ("40", "-5")])
def test_that_impossible_windows_are_left_out(slice_of: SliceOf, tmp_path: Path, centre: str, width: str) -> None:
    data = slice_of(PIXELS)
    data.add_new(0x00281050, "DS", centre or None)
    data.add_new(0x00281051, "DS", width)
    assert windows_of(data, tmp_path) == ()


@pytest.mark.parametrize(("bits", "first", "vr"), [(12, 100, "US"), (16, -900, "SS"), (10, -1, "SS")])
def test_that_a_voi_table_gives_every_value_what_pydicom_gives(
    slice_of: SliceOf, tmp_path: Path, bits: int, first: int, vr: str
) -> None:
    rng = np.random.default_rng(bits)
    outputs = rng.integers(0, 2**bits, 300)
    outputs[:2] = 0, 2**bits - 1
    pixels = (np.arange(900) - 200).astype(np.int16).reshape(30, 30)
    data = slice_of(pixels, RescaleIntercept=0)
    data.VOILUTSequence = Sequence([table_item(outputs, first, bits, vr, LUTExplanation="Chest")])
    [window] = windows_of(data, tmp_path)
    volume = load(scan(tmp_path).series[0])
    ours = shares(volume.header.instances[0].rescale.values(volume.plane(0)), window) * (2**bits - 1)
    assert window.name == "Chest"
    assert np.array_equal(np.rint(ours), apply_voi_lut(pixels, pydicom.dcmread(tmp_path / "a")))


def test_that_tables_come_after_the_windows_of_a_file(slice_of: SliceOf, tmp_path: Path) -> None:
    data = slice_of(PIXELS, WindowCenter=40, WindowWidth=400)
    data.VOILUTSequence = Sequence([table_item(np.arange(20), 0), table_item(np.zeros(4), 0)])
    assert [window.shape for window in windows_of(data, tmp_path)] == ["linear", "table"]


@pytest.mark.parametrize("signed", [True, False])
def test_that_a_modality_table_gives_every_value_what_pydicom_gives(
    slice_of: SliceOf, tmp_path: Path, signed: bool
) -> None:
    outputs = np.random.default_rng(4).integers(0, 65536, 2000)
    pixels = np.arange(2500).reshape(50, 50).astype(np.int16 if signed else np.uint16)
    pixels -= 1000 if signed else 0
    data = slice_of(pixels, RescaleSlope=None, RescaleIntercept=None)
    item = table_item(outputs, -900 if signed else 100, vr="SS" if signed else "US", ModalityLUTType="OD")
    data.ModalityLUTSequence = Sequence([item])
    data.save_as(tmp_path / "a", enforce_file_format=True)
    volume = load(scan(tmp_path).series[0])
    expected = apply_modality_lut(pixels, pydicom.dcmread(tmp_path / "a"))
    assert volume.header.units == "OD"
    assert np.array_equal(volume.header.instances[0].rescale.values(volume.plane(0)), expected)
    assert volume.value_at(7, 30, 0) == expected[30, 7]


def test_that_an_angiogram_with_logarithmic_values_keeps_them(slice_of: SliceOf, tmp_path: Path) -> None:
    data = slice_of(PIXELS, PixelIntensityRelationship="LOG", RescaleSlope=None, RescaleIntercept=None, Modality="XA")
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.12.1"
    data.ModalityLUTSequence = Sequence([table_item(np.arange(500), 0)])
    data.save_as(tmp_path / "a", enforce_file_format=True)
    assert scan(tmp_path).series[0].instances[0].rescale.table is None


def test_that_real_files_give_the_windows_that_pydicom_reads(shared: Path) -> None:
    found = scan(shared / "oncoray+mirp").series
    for header in found:
        data = pydicom.dcmread(header.instances[0].path, stop_before_pixels=True)
        if "WindowWidth" in data and header.instances[0].windows:
            centre, width = data.WindowCenter, data.WindowWidth
            first = (centre, width) if isinstance(centre, float) else (centre[0], width[0])
            assert (header.instances[0].windows[0].centre, header.instances[0].windows[0].width) == first
        assert opening_window(load(header), 0).width > 0
    assert found
