"""Slabs against plain numpy over modality values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewers.drawing.captions import probe_lines
from viewers.drawing.render import SliceRenderer
from viewers.planes.recut import recut
from viewers.planes.slab import caption, next_slab, projected, slices_of, thicker, thinner
from viewers.view import Slab, View
from viewers.volume import Instance, Rescale, Volume, Window

WAYS = {"max": np.nanmax, "min": np.nanmin, "mean": np.nanmean}


@pytest.fixture(scope="module")
def series(make_volume):
    def make(count=40, dtype=np.int16, **changes):
        stored = np.random.default_rng(4).integers(0, 2000, (count, 9, 12)).astype(dtype)
        return make_volume(stored, affine=np.diag([0.7, 0.8, 1.0, 1.0]), **changes)

    return make


@settings(max_examples=60, deadline=None)
@given(
    way=st.sampled_from(sorted(WAYS)),
    thickness=st.floats(0.5, 90),
    share=st.floats(0, 1),
    plane=st.sampled_from(["", "coronal", "sagittal"]),
    dtype=st.sampled_from([np.int16, np.uint16, np.uint8, np.float32, np.int32]),
    padding=st.sampled_from([None, (0, 900)]),
    lost=st.sets(st.integers(0, 39), max_size=30),
)
def test_that_a_slab_is_the_projection_of_the_slices_within_it(
    series, way, thickness, share, plane, dtype, padding, lost
):
    volume = series(dtype=dtype, padding=padding)
    volume.loaded[list(lost)] = False
    shown = recut(volume, plane) if plane else volume
    middle = round(share * (shown.header.frames - 1))
    if not shown.loaded[middle]:
        return
    found = projected(shown, middle, Slab(way, thickness)).astype(float)
    slices = [n for n in slices_of(shown.header, middle, thickness) if shown.loaded[n]]
    values = np.stack([shown.plane(n).astype(float) for n in slices])
    low_high = shown.header.padding
    if low_high is not None:
        values[(values >= low_high[0]) & (values <= low_high[1])] = np.nan
        found[(found >= low_high[0]) & (found <= low_high[1])] = np.nan
    known = ~np.isnan(values).all(axis=0)
    if len(slices) > 1:
        assert np.array_equal(known, ~np.isnan(found)) or way == "mean"  # a mean may fall into the padding's range
    both = known & ~np.isnan(found)
    expected = WAYS[way](np.where(known, values, 0), axis=0)
    assert np.abs(found - expected)[both].max(initial=0) <= (0.501 if way == "mean" else 0)


def test_that_slices_with_rescales_of_their_own_are_compared_in_modality_values(series):
    volume = series(6)
    rescales = [Rescale(1 + k, 10.0 * k, "BQML") for k in range(6)]
    instances = tuple(replace(i, rescale=r) for i, r in zip(volume.header.instances, rescales, strict=True))
    volume = Volume(replace(volume.header, instances=instances), volume.stored, volume.loaded)
    found = rescales[2].values(projected(volume, 2, Slab("max", 4.0)))
    expected = np.max([rescales[n].values(volume.stored[n]) for n in range(5)], axis=0)
    assert np.allclose(found, expected, rtol=1e-5)


def test_that_a_slab_of_uneven_slices_takes_those_within_its_millimetres(make_volume):
    heights = [0.0, 1.0, 2.0, 7.0, 8.0, 20.0]
    instances = tuple(Instance(Path("x"), str(k), position_mm=(0, 0, z)) for k, z in enumerate(heights))
    volume = make_volume(np.zeros((6, 3, 3), np.int16), affine=np.diag([1, 1, 4.0, 1]), instances=instances)
    assert list(slices_of(volume.header, 3, 4.0)) == [3, 4]
    assert list(slices_of(volume.header, 1, 3.0)) == [0, 1, 2]
    assert list(slices_of(volume.header, 3, 12.0)) == [1, 2, 3, 4]


def test_that_windowing_and_panning_a_slab_project_nothing_again(series, monkeypatch):
    volume, slab = series(), Slab("max", 10.0)
    first = projected(volume, 20, slab)
    assert projected(volume, 20, slab) is first
    renderer = SliceRenderer()
    view = View(20, (5.5, 4.0), 10.0, Window(1000, 2000), slab=slab)
    picture = renderer.render(volume, view, 100, 100)
    flat = renderer.render(volume, replace(view, slab=None), 100, 100)
    assert picture.pixels.mean() > flat.pixels.mean()
    monkeypatch.setattr("viewers.planes.slab._project", None)
    assert renderer.render(volume, replace(view, slab=slab, window=Window(500, 800)), 100, 100) is not None
    assert renderer.render(volume, replace(view, slab=slab, centre_px=(6.0, 4.0)), 100, 100) is not None


def test_that_a_slab_is_drawn_anew_when_one_more_of_its_slices_arrives(series):
    volume, renderer = series(), SliceRenderer()
    volume.loaded[21] = False
    view = View(20, (5.5, 4.0), 10.0, Window(1000, 2000), slab=Slab("max", 2.0))
    before = renderer.render(volume, view, 100, 100).pixels.copy()
    volume.loaded[21] = True
    assert (renderer.render(volume, view, 100, 100).pixels != before).any()


def test_that_the_value_told_under_the_pointer_is_the_slabs(series):
    volume, slab = series(rescale=Rescale(1.0, -100.0, "HU")), Slab("max", 10.0)
    text, _ = probe_lines(volume, 20, (3.2, 4.1), slab)
    assert text == f"{volume.stored[15:26, 4, 3].max() - 100} HU (MIP 10 mm)"
    assert probe_lines(volume, 20, (3.2, 4.1))[0] == f"{volume.stored[20, 4, 3] - 100} HU"


def test_that_the_keys_go_round_the_kinds_and_up_and_down_the_thicknesses():
    slab = next_slab(None)
    assert caption(slab) == "MIP 10 mm"
    kinds = [slab, next_slab(slab), next_slab(next_slab(slab))]
    assert [s.projection for s in kinds] == ["max", "min", "mean"]
    assert next_slab(kinds[-1]) is None
    assert thicker(slab).thickness_mm == 15
    assert thinner(thicker(slab)) == slab
    assert thinner(Slab("max", 2.0)).thickness_mm == 2.0
