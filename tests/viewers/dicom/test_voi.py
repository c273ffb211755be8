"""Windows: from files, by modality, robust ones, and tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.dicom.voi import CT_PRESETS, default_window, presets, robust_window
from viewers.volume import Rescale, Volume, Window

SliceOf = Callable[..., Dataset]
Make = Callable[..., Volume]
PIXELS = np.arange(16, dtype=np.int16).reshape(4, 4)


def windows_of(data: Dataset, tmp_path: Path) -> tuple[Window, ...]:
    data.save_as(tmp_path / "a", enforce_file_format=True)
    return scan(tmp_path).series[0].instances[0].windows


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


def test_that_ct_has_presets_and_begins_with_soft_tissue(slice_of: SliceOf, tmp_path: Path) -> None:
    slice_of(PIXELS).save_as(tmp_path / "a", enforce_file_format=True)
    [header] = scan(tmp_path).series
    assert presets(header) == CT_PRESETS
    assert default_window(header) == CT_PRESETS[0]


def test_that_a_robust_window_ignores_padding_and_outliers(make_volume: Make) -> None:
    stored = np.random.default_rng(1).integers(100, 200, (3, 64, 64)).astype(np.int16)
    stored[:, :20] = -2000
    stored[0, 40, :3] = 30000
    volume = make_volume(stored, modality="MR", padding=(-2000, -2000), rescale=Rescale(2.0, 10.0))
    window = default_window(volume.header, volume)
    assert 200 < window.centre - window.width / 2 < 225
    assert 395 < window.centre + window.width / 2 < 415


@pytest.mark.parametrize("values", [[], [np.nan, np.inf], [7, 7, 7]])
def test_that_a_window_always_has_width(values: list[float]) -> None:
    window = robust_window(values)
    assert window.width > 0
    assert np.isfinite(window.centre)


def test_that_before_anything_is_loaded_the_stored_range_is_shown(make_volume: Make) -> None:
    header = replace(make_volume(np.zeros((1, 2, 2), np.int16)).header, modality="MR", bits_stored=12, signed=False)
    window = default_window(header)
    assert (window.centre - window.width / 2, window.centre + window.width / 2) == (0, 4095)


def test_that_a_table_becomes_the_window_of_its_rise(slice_of: SliceOf, tmp_path: Path) -> None:
    item = Dataset()
    item.add_new(0x00283002, "US", [1000, 100, 16])
    item.LUTExplanation = "Chest"
    item.LUTData = np.clip((np.arange(1000) - 200) * 100, 0, 50000).astype(np.uint16).tobytes()
    data = slice_of(PIXELS)
    data.VOILUTSequence = Sequence([item])
    [window] = windows_of(data, tmp_path)
    assert window.name == "Chest (approximated)"
    assert window.centre == pytest.approx(100 + 450, abs=10)
    assert window.width == pytest.approx(500, rel=0.05)


def test_that_real_files_give_the_windows_that_pydicom_reads(shared: Path) -> None:
    found = scan(shared / "oncoray+mirp").series
    for header in found:
        data = pydicom.dcmread(header.instances[0].path, stop_before_pixels=True)
        if "WindowWidth" in data and header.instances[0].windows:
            centre, width = data.WindowCenter, data.WindowWidth
            first = (centre, width) if isinstance(centre, float) else (centre[0], width[0])
            assert (header.instances[0].windows[0].centre, header.instances[0].windows[0].width) == first
        assert default_window(header, load(header)).width > 0
    assert found
