"""Results placed over the images of a case: in mm where they belong, or left out with the reason."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from overlays.cutting.fields import map_section
from overlays.cutting.outlines import finding_outline
from overlays.cutting.shapes import shape_points_mm
from overlays.placing.results import Placed, Refusal, lies_on, placed
from overlays.result import (
    Advice,
    AIMap,
    Assessment,
    Box,
    ContourStack,
    Dot,
    Ellipse,
    Finding,
    ImageRef,
    InSegment,
    OnImage,
    Polygon,
    Polyline,
    Reference,
    Segment,
    Space,
)
from viewers import geometry

from ..conftest import AXIAL, MODEL, make_finding, make_header, make_map, make_result

SEEDS = st.integers(0, 2**32 - 1)


def random_header(seed: int, shape=(7, 30, 40), **names: str):
    rng = np.random.default_rng(seed)
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.random(rng=rng).as_matrix() * rng.uniform(0.5, 4, 3)
    matrix[:3, 2] += rng.uniform(-0.3, 0.3) * matrix[:3, 1]  # a tilted gantry
    matrix[:3, 3] = rng.uniform(-200, 200, 3)
    return make_header(matrix, shape, **names)


def without_place(header, laterality: str = ""):
    """The header of images that have no place in the patient, such as films; calibrated all the same."""
    instances = tuple(replace(each, position_mm=None) for each in header.instances)
    return replace(header, affine=None, instances=instances, frame_of_reference_uid="", laterality=laterality)


def drawn(header, index: int, shape: OnImage, **more: object) -> Finding:
    image = ImageRef(header.instances[index].sop_uid)
    return replace(make_finding("f1", 0.9, (0, 0, 0)), geometry=shape, image=image, **more)


def only(outcome: Placed) -> Finding:
    assert outcome.refusals == ()
    (finding,) = outcome.result.findings
    return finding


def reasons(outcome: Placed) -> dict[str, str]:
    return {refusal.element: refusal.reason for refusal in outcome.refusals}


# --- pixels to mm ----------------------------------------------------------------------------------------------------

SHAPES = {
    "point": ((3.0, 4.0),),
    "box": ((2.5, 3.5), (20.5, 12.5)),
    "ellipse": ((5.0, 10.0), (25.0, 10.0), (15.0, 6.0), (15.0, 14.0)),
    "polygon": ((5.0, 5.0), (20.0, 6.0), (12.0, 20.0)),
    "polyline": ((5.0, 5.0), (20.0, 6.0), (12.0, 20.0)),
}
KINDS = {"point": Dot, "box": Box, "ellipse": Ellipse, "polygon": Polygon, "polyline": Polyline}


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from(sorted(SHAPES)), st.booleans())
def test_that_what_was_drawn_on_an_image_is_seen_on_the_same_pixels_of_it_and_on_no_other(seed, kind, has_place):
    header = random_header(seed)
    header = header if has_place else without_place(header)
    index = seed % header.frames
    finding = only(placed(make_result((drawn(header, index, OnImage(kind, SHAPES[kind])),)), [header]))
    assert isinstance(finding.geometry, KINDS[kind])
    cuts = {k: finding_outline(finding, header, k) for k in range(header.frames)}
    assert [k for k, found in cuts.items() if found is not None] == [index]
    line = cuts[index].lines[0]
    expected = np.array(SHAPES[kind])
    assert line.min(axis=0) == pytest.approx(expected.min(axis=0), abs=1e-6)
    assert line.max(axis=0) == pytest.approx(expected.max(axis=0), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_that_shapes_in_pixels_lie_where_dicoms_equation_puts_them(seed):
    """PS3.3 equation C.7.6.2.1-1, written out."""
    header = random_header(seed)
    index = seed % header.frames
    outcome = placed(make_result((drawn(header, index, OnImage("polygon", SHAPES["polygon"])),)), [header])
    row_mm, column_mm = header.spacing_mm
    position = np.array(header.instances[index].position_mm)
    across, down = header.affine[:3, 0] / column_mm, header.affine[:3, 1] / row_mm
    expected = [position + column * column_mm * across + row * row_mm * down for column, row in SHAPES["polygon"]]
    assert np.array(only(outcome).geometry.points_mm) == pytest.approx(np.array(expected))


def test_that_several_points_become_a_finding_each():
    header = make_header(AXIAL)
    points = OnImage("point", ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)))
    found = placed(make_result((drawn(header, 0, points),)), [header]).result.findings
    assert [each.id for each in found] == ["f1", "f1.2", "f1.3"]
    assert all(isinstance(each.geometry, Dot) for each in found)


def test_that_a_box_drawn_on_an_image_stays_a_box():
    """An outline that nobody drew would claim more than AI said."""
    header = make_header(AXIAL)
    box = only(placed(make_result((drawn(header, 3, OnImage("box", SHAPES["box"])),)), [header])).geometry
    assert box.size_mm == pytest.approx((18 * 0.8, 9 * 0.7, 0.0))


def test_that_a_frame_of_a_cine_is_found_by_its_number():
    header = without_place(make_header(AXIAL, (6, 30, 40)))
    cine = replace(
        header, instances=tuple(replace(each, sop_uid="1.5", frame=n) for n, each in enumerate(header.instances))
    )
    finding = replace(drawn(cine, 0, OnImage("point", ((3.0, 4.0),))), image=ImageRef("1.5", 4))
    after = only(placed(make_result((finding,)), [cine]))
    assert [k for k in range(6) if finding_outline(after, cine, k) is not None] == [4]


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (OnImage("point", ((900.0, 4.0),)), "its point (900, 4) lies outside the image of 128 × 96 pixels"),
        (OnImage("polygon", ((1.0, 1.0), (5.0, 5.0), (3.0, -40.0))), "its point (3, -40) lies outside"),
        (OnImage("box", ((1.0, 1.0),)), "its box has 1 points, not 2"),
        (OnImage("polygon", ()), "it has no points"),
        (OnImage("point", ((float("nan"), 4.0),)), "its position has numbers that are none"),
        (Dot((1.0, float("inf"), 0.0)), "its position has numbers that are none"),
        (ContourStack((), 1.0), "it has no points"),
        (InSegment("1.2.3", 2), "the segmentation that has its place is not in this case"),
    ],
)
def test_that_a_finding_that_cannot_be_placed_is_left_out_with_what_hangs_on_it(shape, reason):
    header = make_header(AXIAL)
    explains = make_map(np.zeros((2, 2, 2), np.float32), AXIAL, "m1", finding="f1")
    result = replace(
        make_result((drawn(header, 0, shape), make_finding("f2", 0.4, (0.0, 0.0, -180.0))), (explains,)),
        advice=(Advice("a1", "Look here.", MODEL, finding="f1"),),
    )
    outcome = placed(result, [header])
    assert outcome.refusals[0].element == "f1"
    assert outcome.refusals[0].reason.startswith(reason)
    assert [each.id for each in outcome.result.findings] == ["f2"]
    assert outcome.result.maps == ()
    assert outcome.result.advice == ()


def test_that_points_on_the_rim_of_an_image_are_within_it():
    header = make_header(AXIAL)
    rim = OnImage("box", ((-0.5, -0.5), (127.5, 95.5)))
    assert only(placed(make_result((drawn(header, 0, rim),)), [header]))


# --- which series ----------------------------------------------------------------------------------------------------


def test_that_another_patients_result_is_refused_whole():
    header = replace(make_header(AXIAL), patient="A-1")
    result = replace(make_result((make_finding("f1", 0.9, (0, 0, -180)),)), patient="B-2")
    outcome = placed(result, [header])
    assert outcome.refusals == (Refusal("", "it names another patient"),)
    assert outcome.result.findings == ()
    assert lies_on(result, result.findings[0], header) == "it names another patient"


def test_that_a_result_of_another_frame_of_reference_is_refused():
    header = make_header(AXIAL)
    elsewhere = make_result((make_finding("f1", 0.9, (0, 0, 0)),), series_uid="7.7", frame_of_reference_uid="7.9")
    assert reasons(placed(elsewhere, [header])) == {"f1": "it lies in another frame of reference"}
    mixed_up = make_result((make_finding("f1", 0.9, (0, 0, 0)),), frame_of_reference_uid="7.9")
    assert reasons(placed(mixed_up, [header])) == {"f1": "it names this series with another frame of reference"}
    untied = make_result((make_finding("f1", 0.9, (0, 0, 0)),), series_uid="7.7", frame_of_reference_uid="")
    assert reasons(placed(untied, [header]))["f1"].startswith("it was made for another series, and no frame")


def test_that_a_result_lies_over_every_series_of_its_frame_of_reference_in_any_loading_order():
    headers = [
        make_header(AXIAL),
        make_header(AXIAL @ np.diag([2, 2, 3, 1]), series="2.2"),
        random_header(3, series="3.3"),
    ]
    strange = make_header(AXIAL, series="4.4", frame="4.9")
    result = make_result((make_finding("f1", 0.9, (0, 0, -180)),), frame_of_reference_uid="")
    for order in permutations([*headers, strange]):
        outcome = placed(result, order)
        finding = only(outcome)
        assert [lies_on(outcome.result, finding, header) == "" for header in headers] == [True, True, True]
        assert lies_on(outcome.result, finding, strange) == "it lies in another frame of reference"


def test_that_a_result_without_its_source_series_is_placed_by_frame_of_reference_and_says_so():
    result = replace(
        make_result((make_finding("f1", 0.9, (0, 0, -180)),), series_uid="7.7"),
        references=(Reference("7.7", ("7.7.1",)),),
    )
    outcome = placed(result, [make_header(AXIAL)])
    assert only(outcome)
    assert outcome.result.remarks == ("a series that it was made from is not in this case",)


def test_that_missing_source_images_are_counted():
    header = make_header(AXIAL)
    named = (header.instances[0].sop_uid, "9.9.1", "9.9.2")
    result = replace(make_result(), references=(Reference(header.series_uid, named),))
    assert placed(result, [header]).result.remarks == ("2 of 3 images that it was made from are not in this case",)


def test_that_a_finding_of_an_image_is_refused_where_the_image_is_not_there():
    header, other = make_header(AXIAL), make_header(AXIAL, series="2.2")
    finding = drawn(other, 3, OnImage("point", ((3.0, 4.0),)))
    assert reasons(placed(make_result((finding,)), [header])) == {"f1": "the image that it names is not in this case"}
    nowhere = replace(finding, image=None)
    assert reasons(placed(make_result((nowhere,)), [header])) == {"f1": "it does not say on which image it lies"}


def test_that_a_finding_of_an_image_lies_on_its_own_series_alone():
    header, other = make_header(AXIAL), make_header(AXIAL, series="2.2")
    outcome = placed(make_result((drawn(header, 3, OnImage("point", ((3.0, 4.0),))),)), [other, header])
    finding = only(outcome)
    assert lies_on(outcome.result, finding, header) == ""
    assert lies_on(outcome.result, finding, other) == "it belongs to other images"


# --- results that name no series -------------------------------------------------------------------------------------


def nameless(header, order=(0, 1, 2), signs=(1, 1, 1), shift: float = 0.0):
    """A result like those of NIfTI files: a grid in mm and nothing else, its axes in any order and direction."""
    shape = np.array((header.columns, header.rows, header.frames))
    turn = np.zeros((4, 4))
    for axis, (source, sign) in enumerate(zip(order, signs, strict=True)):
        turn[source, axis] = sign
        turn[source, 3] += 0 if sign > 0 else shape[source] - 1
    turn[3, 3] = 1
    affine = header.affine @ turn
    affine[0, 3] += shift
    values = np.zeros(tuple(int(n) for n in shape[list(order)][::-1]), np.float32)
    return make_result((), (make_map(values, affine),), series_uid="", frame_of_reference_uid="")


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("signs", [(1, 1, 1), (-1, 1, 1), (-1, -1, 1), (1, -1, -1)])
def test_that_a_grid_without_names_is_that_of_the_one_series_that_has_it(order, signs):
    header, other = make_header(AXIAL), make_header(AXIAL @ np.diag([1, 1, 2, 1]), series="2.2", frame="2.9")
    outcome = placed(nameless(header, order, signs), [other, header])
    assert outcome.refusals == ()
    assert outcome.result.maps[0].space == Space("1.2.3", "1.9")
    assert outcome.result.remarks == (
        "it names no series; it was placed by its grid, which one series of the case has",
    )


def test_that_a_grid_of_no_series_or_of_several_is_refused():
    header = make_header(AXIAL)
    twin = make_header(AXIAL, series="2.2", frame="2.9")
    for case in ([twin, header], [make_header(AXIAL, (40, 96, 127))], []):
        assert "nothing in it says" in reasons(placed(nameless(header), case))["m1"]
    assert "nothing in it says" in reasons(placed(nameless(header, shift=1.0), [header]))["m1"]


# --- positions against the images that are named ---------------------------------------------------------------------


def organs(header, planes: range, *, off_mm: float = 0.0, spacing: float = 1.0) -> AIMap:
    """A label map that names the image of each of its planes, and lies `off_mm` beside them."""
    affine = header.affine_at(planes[0]).copy()
    across = np.cross(affine[:3, 0], affine[:3, 1])
    affine[:3, 3] += across / np.linalg.norm(across) * off_mm
    affine[:3, 2] *= spacing
    values = np.ones((len(planes), header.rows, header.columns), np.uint8)
    images = tuple(ImageRef(header.instances[k].sop_uid) for k in planes)
    return AIMap(
        "m1",
        "organs",
        "label",
        values,
        affine,
        (0.0, 1.0),
        "",
        MODEL,
        segments=(Segment(1, "organ"),),
        plane_images=images,
    )


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(2, 90).map(lambda tenths: tenths / 10))
def test_that_planes_beside_the_images_that_they_name_are_refused_with_how_far(seed, off_mm):
    header = random_header(seed)
    outcome = placed(make_result((), (organs(header, range(2, 6), off_mm=off_mm),)), [header])
    assert reasons(outcome) == {"m1": f"its planes lie up to {off_mm:.1f} mm off the images that they name"}
    assert outcome.result.maps == ()


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_that_planes_on_the_images_that_they_name_are_seen_there(seed):
    header = random_header(seed)
    outcome = placed(make_result((), (organs(header, range(2, 6), off_mm=0.02),)), [header])
    assert outcome.refusals == ()
    (ai_map,) = outcome.result.maps
    seen = [map_section(ai_map, header, k) for k in range(header.frames)]
    assert [each is not None and bool(each.values.any()) for each in seen] == [False] * 2 + [True] * 4 + [False]


def test_that_a_grid_shifted_within_its_planes_is_refused():
    header = make_header(AXIAL)
    shifted = organs(header, range(3))
    affine = shifted.affine.copy()
    affine[0, 3] += 1.6
    assert "1.6 mm off" in reasons(placed(make_result((), (replace(shifted, affine=affine),)), [header]))["m1"]


def test_that_thicker_slices_that_name_the_nearest_images_are_placed_and_remarked():
    header = make_header(AXIAL)
    thick = organs(header, range(3), off_mm=0.3, spacing=1.3)
    nearest = tuple(ImageRef(header.instances[k].sop_uid) for k in (0, 1, 3))
    thick = replace(thick, plane_images=nearest)
    outcome = placed(make_result((), (thick,)), [header])
    assert outcome.refusals == ()
    assert "its slices have another spacing" in outcome.result.remarks[0]


# --- maps of images --------------------------------------------------------------------------------------------------


def film_map(header, indices: list[int], shape: tuple[int, int]) -> AIMap:
    values = np.stack([np.full(shape, n + 1, np.uint8) for n in range(len(indices))])
    images = tuple(ImageRef(header.instances[k].sop_uid) for k in indices)
    return AIMap("m1", "organs", "label", values, np.eye(4), (0.0, 1.0), "", MODEL, images=images)


@pytest.mark.parametrize("has_place", [True, False])
@pytest.mark.parametrize("shape", [(30, 40), (15, 10)])
def test_that_planes_of_images_follow_their_images_in_any_order_with_the_same_field_of_view(shape, has_place):
    header = random_header(8, (6, 30, 40))
    header = header if has_place else without_place(header)
    outcome = placed(make_result((), (film_map(header, [4, 1, 3], shape),)), [header])
    (ai_map,) = outcome.result.maps
    seen = {k: map_section(ai_map, header, k) for k in range(6)}
    assert {k: int(each.values[0, 0]) for k, each in seen.items() if each} == {4: 1, 1: 2, 3: 3}
    corners = np.array([(-0.5, -0.5), (39.5, 29.5)])
    to_map = seen[4].from_image
    assert corners @ to_map[:, :2].T + to_map[:, 2] == pytest.approx(
        np.array([(-0.5, -0.5), (shape[1] - 0.5, shape[0] - 0.5)]), abs=1e-9
    )


def test_that_a_map_of_four_films_becomes_one_for_each_and_misses_are_told():
    films = [without_place(make_header(AXIAL, (1, 30, 40), series=f"8.{n}", frame="")) for n in range(4)]
    made = film_map(films[0], [0], (30, 40))
    images = tuple(ImageRef(film.instances[0].sop_uid) for film in films)
    ai_map = replace(made, values=np.ones((5, 30, 40), np.uint8), images=(*images, ImageRef("9.9")))
    outcome = placed(make_result((), (ai_map,), series_uid="", frame_of_reference_uid=""), films)
    assert [each.id for each in outcome.result.maps] == ["m1", "m1.2", "m1.3", "m1.4"]
    assert outcome.result.remarks == ("map m1: 1 of 5 images are not in this case",)
    for film in films:
        assert [lies_on(outcome.result, each, film) == "" for each in outcome.result.maps].count(True) == 1
    assert reasons(placed(make_result((), (ai_map,)), [])) == {"m1": "none of the images that it names is in this case"}


def test_that_a_map_without_a_place_is_refused():
    flat = make_map(np.zeros((2, 2, 2), np.float32), np.diag([1.0, 0.0, 1.0, 1.0]))
    assert "its affine is flat" in reasons(placed(make_result((), (flat,)), [make_header(AXIAL)]))["m1"]


# --- sides and contours ----------------------------------------------------------------------------------------------


def test_that_a_side_that_the_image_contradicts_is_refused():
    film = without_place(make_header(AXIAL, (1, 30, 40)), laterality="R")
    point = OnImage("point", ((3.0, 4.0),))
    wrong, right = (placed(make_result((drawn(film, 0, point, laterality=s),)), [film]) for s in ("left", "right"))
    assert reasons(wrong) == {"f1": "it says left, but its image shows the right side"}
    assert only(right)
    of_film = Assessment("s1", "malignancy", 0.3, MODEL, side="left", image=ImageRef(film.instances[0].sop_uid))
    assert reasons(placed(replace(make_result(), assessments=(of_film,)), [film])) == {
        "s1": "it says left, but its image shows the right side"
    }


def test_that_an_assessment_of_an_image_that_is_not_there_is_refused():
    lost = Assessment("s1", "malignancy", 0.3, MODEL, image=ImageRef("9.9"))
    whole = Assessment("s2", "malignancy", 0.3, MODEL, side="left")
    outcome = placed(replace(make_result(), assessments=(lost, whole)), [make_header(AXIAL)])
    assert [each.id for each in outcome.result.assessments] == ["s2"]


BOW_TIE = ((5.0, 5.0), (20.0, 20.0), (20.0, 5.0), (5.0, 20.0))


def test_that_a_contour_that_crosses_itself_is_shown_and_remarked():
    header = make_header(AXIAL)
    outcome = placed(make_result((drawn(header, 0, OnImage("polygon", BOW_TIE)),)), [header])
    assert only(outcome)
    assert outcome.result.remarks == ("the contour of finding f1 crosses itself",)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(4, 40))
def test_that_only_contours_that_cross_are_said_to(seed, count):
    """Stars never do; with two neighbours changed over they do."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    star = 15 + np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(3, 12, (count, 1))
    header = make_header(AXIAL)

    def remarks(points):
        shape = OnImage("polygon", tuple(map(tuple, points.tolist())))
        return placed(make_result((drawn(header, 0, shape),)), [header]).result.remarks

    assert remarks(star) == ()
    if count >= 6:
        circle = 15 + np.column_stack([np.cos(angle), np.sin(angle)]) * 9
        circle[[1, 2]] = circle[[2, 1]]
        assert remarks(circle) == ("the contour of finding f1 crosses itself",)


def test_that_nothing_is_left_in_pixels():
    header = make_header(AXIAL)
    findings = tuple(replace(drawn(header, 1, OnImage(kind, points)), id=kind) for kind, points in SHAPES.items())
    outcome = placed(make_result(findings), [header])
    assert len(outcome.result.findings) == len(SHAPES)
    for finding in outcome.result.findings:
        voxels = geometry.apply(geometry.inverse(header.affine), shape_points_mm(finding.geometry))
        assert voxels[:, 2] == pytest.approx(np.ones(len(voxels)))
