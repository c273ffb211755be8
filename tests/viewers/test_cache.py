"""What stays in memory, what goes, and what is fetched ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study_configs.problem import StudyProblem
from viewers.cache import VolumeCache
from viewers.memory import can_give_back
from viewers.volume import Instance, PixelFormat, SeriesHeader, Volume

SIZE = 4 * 8 * 8 * 2  # bytes of one series made here
FORM = PixelFormat(8, 8, 1, "MONOCHROME2", 16, 16, 15, signed=True)


@pytest.fixture
def headers(make_volume: Callable[..., Volume], tmp_path: Path) -> list[SeriesHeader]:
    return made_headers(make_volume, tmp_path)


def made_headers(make_volume: Callable[..., Volume], folder: Path) -> list[SeriesHeader]:
    """Six series of four slices, each slice at its offset in a plain file."""
    base = make_volume(np.zeros((4, 8, 8), np.int16), pixel_format=FORM).header
    found = []
    for number in range(6):
        path = folder / str(number)
        path.write_bytes(np.full((4, 8, 8), number, np.int16).tobytes())
        instances = tuple(Instance(path, str(i), offset=i * 128) for i in range(4))
        found.append(replace(base, series_uid=f"1.{number}", instances=instances))
    return found


@pytest.fixture
def cache() -> Iterator[VolumeCache]:
    one = VolumeCache(limit_bytes=3 * SIZE)
    yield one
    one.close()


def settle(cache: VolumeCache) -> None:
    """Waits for everything that is loading, and for what follows it."""
    waited: set[str] = set()
    while busy := [key for key in cache._kept if key not in waited]:
        waited.add(busy[0])
        loading = cache.get(busy[0])
        if loading:
            assert loading.loader.wait(10)


def test_that_a_series_is_loaded_once_and_then_there(cache: VolumeCache, headers: list[SeriesHeader]) -> None:
    first = cache.show(headers[2])
    assert first.loader.wait(10)
    assert cache.show(headers[2]).volume is first.volume
    assert first.volume.stored.max() == 2


def test_that_the_next_case_is_fetched_while_this_one_is_read(cache: VolumeCache, headers: list[SeriesHeader]) -> None:
    assert cache.show(headers[0]).loader.wait(10)
    cache.prefetch(headers[1:3])
    settle(cache)
    assert all(cache.get(header.key) is not None for header in headers[:3])
    loading = cache.get("1.1")
    assert loading is not None
    assert loading.volume.is_complete


def test_that_what_is_shown_is_never_evicted(cache: VolumeCache, headers: list[SeriesHeader]) -> None:
    for header in headers[:3]:
        cache.show(header)
    for header in headers[3:]:
        cache.show(header)
        cache.hide(header.key)
    assert all(cache.get(header.key) is not None for header in headers[:3])
    assert cache.used_bytes == 3 * SIZE


def test_that_the_one_seen_longest_ago_goes_first(cache: VolumeCache, headers: list[SeriesHeader]) -> None:
    for header in headers[:4]:
        cache.show(header)
        cache.hide(header.key)
    assert [cache.get(header.key) is not None for header in headers[:4]] == [False, True, True, True]


def test_that_prefetching_waits_for_what_is_shown(cache: VolumeCache, headers: list[SeriesHeader]) -> None:
    loading = cache.show(headers[0])
    loading.loader.wait(10)
    cache.prefetch([headers[1]])
    settle(cache)
    fetched = cache.get("1.1")
    assert fetched is not None
    fetched.loader.pause()
    assert cache.show(headers[1]).loader.wait(10)


def test_that_a_series_that_cannot_fit_is_refused_when_shown(
    headers: list[SeriesHeader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewers.memory.VOLUME_LIMIT_BYTES", 10)
    cache = VolumeCache()
    with pytest.raises(StudyProblem, match="more memory"):
        cache.show(headers[0])
    cache.prefetch([headers[1]])
    assert "more memory" in cache.problems[0].what
    cache.close()


@settings(max_examples=40, deadline=None)
@given(
    actions=st.lists(st.tuples(st.sampled_from(["show", "hide", "prefetch", "drop"]), st.integers(0, 5)), max_size=25)
)
def test_that_the_budget_holds_whatever_is_asked(
    actions: list[tuple[str, int]], make_volume: Callable[..., Volume], tmp_path_factory: pytest.TempPathFactory
) -> None:
    headers = made_headers(make_volume, tmp_path_factory.mktemp("series"))
    cache, shown = VolumeCache(limit_bytes=2 * SIZE), set[str]()
    for action, number in actions:
        header = headers[number]
        if action == "show":
            cache.show(header)
            shown.add(header.key)
        elif action == "prefetch":
            cache.prefetch([header])
        else:
            getattr(cache, action)(header.key)
            shown.discard(header.key)
        assert all(cache.get(key) is not None for key in shown)
        assert cache.used_bytes <= max(cache.limit_bytes, len(shown) * SIZE)
    cache.close()
    assert cache.used_bytes == 0


@pytest.mark.skipif(not can_give_back(), reason="this system takes no parts of an array back")
def test_that_a_series_larger_than_the_budget_is_shown_in_part_and_whole_where_there_is_room_again(
    headers: list[SeriesHeader],
) -> None:
    cache = VolumeCache(limit_bytes=SIZE // 2)
    loading = cache.show(headers[3], 2)
    assert loading.loader.wait(10)
    assert loading.volume.loaded[2]
    assert int(loading.volume.loaded.sum()) == 2
    assert cache.used_bytes == SIZE // 2
    cache.hide(headers[3].key)
    cache.limit_bytes = 2 * SIZE
    whole = cache.show(headers[3], 2)
    assert whole.loader.wait(10)
    assert whole.volume.is_complete
    cache.close()
