"""Where along a stack findings and maps lie, and the next image with anything on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from overlays.layers.layer import Layer
from overlays.layers.reach import next_slice, place_of, slices_with
from overlays.result import ImageRef
from tests.pace import least_ms

from ..conftest import AXIAL, make_finding, make_header, make_map, make_result

BOX = Layer("box", "nodules", "box", "Boxes", threshold=0.5)
HEAT = Layer("heat", "nodules", "heatmap", "Map", threshold=0.5)
HEADER = make_header(AXIAL)


def at(column: float, row: float, slice_index: float) -> tuple[float, float, float]:
    x, y, z = (AXIAL @ (column, row, slice_index, 1))[:3]
    return float(x), float(y), float(z)


@given(column=st.floats(0, 127), row=st.floats(0, 95), slice_index=st.integers(0, 39))
def test_that_a_findings_middle_is_found_in_the_stack(column: float, row: float, slice_index: int):
    finding = make_finding("f", 0.9, at(column, row, slice_index))
    place = place_of(make_result((finding,)), finding, HEADER)
    assert place is not None
    assert np.allclose(place, (column, row, slice_index), atol=1e-6)


def test_that_a_finding_beside_the_stack_or_in_another_space_has_no_place():
    finding = make_finding("f", 0.9, at(10, 10, 60))
    assert place_of(make_result((finding,)), finding, HEADER) is None
    inside = make_finding("f", 0.9, at(10, 10, 20))
    assert place_of(make_result((inside,), series_uid="7", frame_of_reference_uid="8"), inside, HEADER) is None


def test_that_a_finding_of_one_image_is_found_on_that_image_wherever_its_depth_is_given():
    finding = replace(make_finding("f", 0.9, at(10, 12, 3)), image=ImageRef("1.2.3.17"))
    place = place_of(make_result((finding,)), finding, HEADER)
    assert place is not None
    assert place[2] == 17
    assert np.allclose(place[:2], (10, 12))


def test_that_images_with_an_overlay_are_those_on_which_visible_layers_paint():
    finding = make_finding("f", 0.9, at(10, 10, 5), (10, 10, 1.5 * 3))
    faint = make_finding("faint", 0.2, at(10, 10, 30))
    values = np.zeros((40, 96, 128), np.float32)
    values[12, 40, 40] = 0.9
    values[14, 40, 40] = 0.3
    result = make_result((finding, faint), (make_map(values, AXIAL),))
    assert np.flatnonzero(slices_with(HEADER, (result,), (BOX,))).tolist() in ([4, 5, 6], [3, 4, 5, 6, 7])
    assert np.flatnonzero(slices_with(HEADER, (result,), (HEAT,))).tolist() == [12]
    hidden = replace(BOX, visible=False)
    assert np.flatnonzero(slices_with(HEADER, (result,), (hidden, HEAT))).tolist() == [12]


@given(depth=st.floats(-3, 43), size=st.floats(0, 30))
def test_that_the_image_of_a_findings_middle_is_among_those_that_it_lies_on(depth: float, size: float):
    result = make_result((finding := make_finding("f", 0.9, at(10, 10, depth), (10, 10, size)),))
    place, found = place_of(result, finding, HEADER), slices_with(HEADER, (result,), (BOX,))
    assert found.any() == (place is not None)
    assert place is None or found[place[2]]


def test_that_thousands_of_findings_let_the_next_image_come_at_once():
    rng = np.random.default_rng(1)
    findings = tuple(make_finding(f"f{n}", 0.9, at(10, 10, rng.uniform(0, 39))) for n in range(2000))
    result = make_result(findings)
    assert least_ms(lambda: slices_with(HEADER, (result,), (BOX,))) < 100  # half of it on a quiet core


@given(found=st.lists(st.booleans(), min_size=1, max_size=20), now=st.integers(0, 19), step=st.sampled_from([1, -1]))
def test_that_the_next_image_is_the_nearest_onward_and_goes_round(found: list[bool], now: int, step: int):
    now %= len(found)
    index = next_slice(np.array(found), now, step)
    onward = [(now + step * n) % len(found) for n in range(1, len(found))]
    assert index == next((at for at in onward if found[at]), None)
