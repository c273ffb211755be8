"""Volumes that fill in the background: what is there, in which order, and what happens when files fail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage

from study_configs.problem import StudyProblem
from viewers.dicom.load import SeriesLoader, load, order_from
from viewers.dicom.problems import FileProblem
from viewers.dicom.scan import scan

Series = Callable[..., Path]
SliceOf = Callable[..., Dataset]


@given(st.integers(-3, 60), st.sampled_from([-1, 1]), st.integers(1, 50))
def test_that_every_slice_is_loaded_once_and_the_wanted_one_first(start: int, direction: int, count: int) -> None:
    order = list(order_from(start, direction, count))
    assert sorted(order) == list(range(count))
    assert order[0] == max(0, min(count - 1, start))
    assert {abs(index - order[0]) for index in order[1:3]} <= {1, 2}


def test_that_the_direction_of_travel_comes_before_what_lies_behind() -> None:
    assert list(order_from(5, -1, 10)) == [5, 4, 6, 3, 7, 2, 1, 0, 8, 9]


def test_that_start_returns_at_once_and_every_slice_is_announced_when_in_place(series: Series) -> None:
    [header] = scan(series(12)).series
    loader, seen, done = SeriesLoader(), [], threading.Event()
    loader.on_slice(lambda index: seen.append((index, bool(volume.loaded[index]), int(volume.stored[index, 2, 2]))))
    loader.on_done(done.set)
    loader.pause()
    volume = loader.start(header, 4)
    assert not volume.loaded.any()
    loader.resume()
    assert done.wait(10)
    assert sorted(seen) == [(index, True, index) for index in range(12)]
    assert volume.is_complete


def test_that_nobody_who_asks_late_misses_the_end(series: Series) -> None:
    loader, heard = SeriesLoader(), []
    loader.start(scan(series(3)).series[0])
    assert loader.wait(10)
    loader.on_done(lambda: heard.append("done"))
    assert heard == ["done"]


def test_that_the_reader_s_slice_overtakes(series: Series) -> None:
    [header] = scan(series(30)).series
    loader, seen = SeriesLoader(threads=1), []
    loader.on_slice(seen.append)
    loader.pause()
    loader.start(header, 0)
    loader.prioritise(20, -1)
    loader.resume()
    assert loader.wait(10)
    assert seen.index(20) <= 1
    assert seen.index(10) < seen.index(29)


def test_that_cancel_ends_the_threads_and_leaves_the_rest_unloaded(series: Series) -> None:
    [header] = scan(series(20)).series
    loader = SeriesLoader()
    loader.pause()
    volume = loader.start(header)
    loader.cancel()
    assert loader.wait(10)
    assert not volume.is_complete


def test_that_a_file_that_vanishes_leaves_one_slice_with_its_reason(series: Series) -> None:
    [header] = scan(series(6)).series
    header.instances[2].path.unlink()
    header.instances[4].path.write_bytes(header.instances[4].path.read_bytes()[:-10])
    loader, problems = SeriesLoader(), list[FileProblem]()
    loader.on_problem(problems.append)
    volume = loader.start(header)
    assert loader.wait(10)
    assert volume.loaded.tolist() == [True, True, False, True, False, True]
    assert {index: problem.path for index, problem in loader.failures.items()} == {
        2: header.instances[2].path,
        4: header.instances[4].path,
    }
    assert "No such file" in loader.failures[2].what
    assert "shorter" in loader.failures[4].what
    assert len(problems) == 2
    with pytest.raises(StudyProblem, match="cannot be read any more"):
        load(header)


def test_that_each_slice_keeps_its_own_modality_transform(slice_of: SliceOf, tmp_path: Path) -> None:
    for z, slope in enumerate((1, 2, 4)):
        data = slice_of(np.full((4, 4), 10, np.int16), ImagePositionPatient=[0, 0, z], RescaleSlope=slope)
        data.save_as(tmp_path / str(z), enforce_file_format=True)
    volume = load(scan(tmp_path).series[0])
    assert [volume.value_at(0, 0, z) for z in range(3)] == [10 - 1024, 20 - 1024, 40 - 1024]
    assert volume.header.units == "HU"


def test_that_unused_high_bits_never_reach_the_volume(slice_of: SliceOf, tmp_path: Path) -> None:
    pixels = np.arange(16, dtype=np.uint16).reshape(4, 4) | 0xF000
    slice_of(pixels, BitsStored=12, HighBit=11).save_as(tmp_path / "a", enforce_file_format=True)
    assert load(scan(tmp_path).series[0]).stored.max() == 15


@pytest.mark.parametrize(("keyword", "dtype"), [("FloatPixelData", np.float32), ("DoubleFloatPixelData", np.float64)])
def test_that_float_pixels_stay_float(slice_of: SliceOf, tmp_path: Path, keyword: str, dtype: type) -> None:
    pixels = np.linspace(0, 1, 16, dtype=dtype).reshape(4, 4)
    data = slice_of(
        np.zeros((4, 4), np.uint16), PixelData=None, BitsStored=None, HighBit=None, SOPClassUID=CTImageStorage
    )
    data.BitsAllocated = dtype().itemsize * 8
    setattr(data, keyword, pixels.tobytes())
    data.save_as(tmp_path / "a", enforce_file_format=True)
    np.testing.assert_array_equal(load(scan(tmp_path).series[0]).stored[0], pixels)


def test_that_a_series_too_large_for_memory_is_refused_in_words(
    series: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    [header] = scan(series(4)).series
    monkeypatch.setattr("viewers.memory.VOLUME_LIMIT_BYTES", 100)
    with pytest.raises(StudyProblem, match="more memory than there is"):
        SeriesLoader().start(header)


def test_that_compressed_and_colour_series_load_too(shared: Path) -> None:
    folder = shared / "pydicom+pydicom/src/pydicom/data/test_files"
    grey = load(scan(folder / "MR_small_jp2klossless.dcm").series[0])
    np.testing.assert_array_equal(grey.stored, load(scan(folder / "MR_small.dcm").series[0]).stored)
    colour = load(scan(folder / "examples_ybr_color.dcm").series[0])
    assert colour.stored.dtype == np.uint8
    assert colour.is_colour
    assert colour.is_complete
