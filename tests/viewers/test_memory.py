"""How much memory volumes may take, and which slices of a series that needs more are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study_configs.problem import StudyProblem
from viewers.dicom.load import SeriesLoader
from viewers.memory import Window, budget_bytes, can_give_back, empty_volume, machine_bytes
from viewers.volume import Instance, PixelFormat, SeriesHeader, Volume

SIDE = 64  # two pages a slice
FORM = PixelFormat(SIDE, SIDE, 1, "MONOCHROME2", 16, 16, 15, signed=True)

pytestmark = pytest.mark.skipif(not can_give_back(), reason="this system takes no parts of an array back")


@pytest.fixture(scope="module")
def long_header(make_volume: Callable[..., Volume], tmp_path_factory: pytest.TempPathFactory) -> SeriesHeader:
    """300 slices in one plain file; each slice holds its own number."""
    base = make_volume(np.zeros((300, SIDE, SIDE), np.int16), pixel_format=FORM).header
    path = tmp_path_factory.mktemp("long") / "pixels"
    path.write_bytes(np.repeat(np.arange(300, dtype=np.int16), SIDE * SIDE).tobytes())
    size = SIDE * SIDE * 2
    return replace(base, instances=tuple(Instance(path, str(i), offset=i * size) for i in range(300)))


def loaded(volume: Volume) -> list[int]:
    return [int(index) for index in np.flatnonzero(volume.loaded)]


def test_that_a_series_larger_than_its_room_keeps_what_is_around_the_reader(long_header: SeriesHeader) -> None:
    loader = SeriesLoader(room=40)
    volume = loader.start(long_header, 150)
    assert loader.wait(10)
    assert 150 in loaded(volume)
    assert len(loaded(volume)) <= 40
    assert 130 < min(loaded(volume)) < 150 < max(loaded(volume)) < 190
    loader.prioritise(20, -1)
    assert loader.wait(10)
    assert set(range(5, 25)) <= set(loaded(volume))
    assert len(set(loaded(volume)) - set(range(60))) <= 2, "the last place, and what no slice needed to make way for"
    assert [int(volume.plane(index)[3, 3]) for index in loaded(volume)] == loaded(volume)


@settings(max_examples=30, deadline=None)
@given(
    moves=st.lists(st.tuples(st.integers(0, 299), st.sampled_from([-1, 1])), min_size=1, max_size=12),
    room=st.integers(2, 60),
)
def test_that_the_readers_slice_is_there_and_the_room_is_never_passed(
    moves: list[tuple[int, int]], room: int, long_header: SeriesHeader
) -> None:
    loader = SeriesLoader(room=room)
    volume = loader.start(long_header)
    for place, direction in moves:
        loader.prioritise(place, direction)
        assert loader.wait(10)
        assert volume.loaded[place]
        assert len(loaded(volume)) <= room
        assert all(int(volume.plane(index)[0, 0]) == index for index in loaded(volume))


def test_that_what_several_viewports_show_stays(long_header: SeriesHeader) -> None:
    loader = SeriesLoader(room=32)
    volume = loader.start(long_header, 0)
    assert loader.wait(10)
    for place in (10, 100, 200, 290):
        loader.prioritise(place)
        assert loader.wait(10)
    assert {0, 10, 100, 200, 290} <= set(loaded(volume))


def test_that_memory_is_really_given_back(long_header: SeriesHeader) -> None:
    large = replace(
        long_header,
        rows=1024,
        columns=1024,
        instances=long_header.instances[:100],
        pixel_format=replace(FORM, rows=1024, columns=1024),
    )
    volume, taken = empty_volume(large, is_windowed=True), np.zeros(100, bool)
    window, process = Window(volume, 10), psutil.Process()
    before = process.memory_info().rss
    for index in range(100):
        list(window.order_from(index, 1, iter(range(100))))
        taken[index] = True
        window.make_room(taken)
        volume.stored[index] = index
        volume.loaded[index] = True
    assert volume.stored.nbytes == 200 << 20
    assert process.memory_info().rss - before < 40 << 20
    assert int(volume.stored[99, 5, 5]) == 99
    assert not volume.loaded[50]


def test_that_cancel_ends_a_window_too(long_header: SeriesHeader) -> None:
    loader = SeriesLoader(room=10)
    volume = loader.start(long_header)
    assert loader.wait(10)
    loader.cancel()
    loader.prioritise(200)
    assert loader.wait(10)
    assert not volume.loaded[200]


def test_that_the_budget_is_a_share_of_the_machine_unless_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("READERLAB_MEMORY_MB", raising=False)
    assert machine_bytes() == pytest.approx(psutil.virtual_memory().total, rel=0.02)
    assert 0.3 * machine_bytes() < budget_bytes() < max(0.5 * machine_bytes(), 1 << 30)
    monkeypatch.setenv("READERLAB_MEMORY_MB", "512")
    assert budget_bytes() == 512 << 20
    monkeypatch.setenv("READERLAB_MEMORY_MB", "lots")
    with pytest.raises(StudyProblem, match="not a number of MiB"):
        budget_bytes()


def test_that_sizes_are_those_of_the_array(long_header: SeriesHeader) -> None:
    assert empty_volume(long_header).stored.shape == (300, SIDE, SIDE)
    assert Path(long_header.instances[0].path).stat().st_size == empty_volume(long_header).stored.nbytes
