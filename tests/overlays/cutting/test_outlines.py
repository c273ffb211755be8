"""Findings cut by slices, slabs and planes across, against dense sampling and SciPy's half spaces."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull, HalfspaceIntersection, QhullError
from scipy.spatial.transform import Rotation

from overlays.cutting.outlines import Outline, finding_outline, outline
from overlays.cutting.shapes import may_meet, shape_centre_mm, shape_points_mm, spheres_mm
from overlays.result import (
    Box,
    ContourStack,
    Dot,
    Ellipse,
    Ellipsoid,
    ImageRef,
    InSegment,
    OnImage,
    Polygon,
    Polyline,
)
from study_configs.problem import ProgramError
from viewers import geometry
from viewers.planes.poses import Pose, posed
from viewers.planes.turning import TURNS

from ..conftest import AXIAL, make_finding, make_header, make_volume

SEEDS = st.integers(0, 2**32 - 1)


def oblique(rng: np.random.Generator, *, tilt: float = 0.0) -> np.ndarray:
    """LPS mm to image points of a slice that lies anyhow; its slices may lean as with a tilted gantry."""
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.random(rng=rng).as_matrix() * rng.uniform(0.5, 3, 3)
    matrix[:3, 2] += tilt * matrix[:3, 1]
    matrix[:3, 3] = rng.uniform(-30, 30, 3)
    return geometry.inverse(matrix)


def turned_box(rng: np.random.Generator) -> Box:
    directions = Rotation.random(rng=rng).as_matrix().T
    return Box(tuple(rng.uniform(-30, 30, 3)), tuple(rng.uniform(2, 30, 3)), tuple(tuple(each) for each in directions))


def ellipsoid(rng: np.random.Generator) -> Ellipsoid:
    axes = (Rotation.random(rng=rng).as_matrix() * rng.uniform(2, 15, 3)).T
    return Ellipsoid(tuple(rng.uniform(-30, 30, 3)), tuple(tuple(each) for each in axes))


def area(points: np.ndarray) -> float:
    x, y = points.T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def box_sides(box: Box, to_voxel: np.ndarray) -> np.ndarray:
    """The box as half spaces (normal, offset) of voxel points: normal · x + offset <= 0 inside."""
    from_voxel = geometry.inverse(to_voxel)
    sides = []
    for direction, size in zip(np.array(box.directions), box.size_mm, strict=True):
        for sign in (-1, 1):
            normal = sign * direction
            offset = -normal @ np.array(box.centre_mm) - size / 2
            sides.append([*(normal @ from_voxel[:3, :3]), normal @ from_voxel[:3, 3] + offset])
    return np.array(sides)


def hull_by_scipy(box: Box, to_voxel: np.ndarray, low: float, high: float) -> np.ndarray | None:
    """What of the box lies between two depths, looked at along the stack: by half spaces and a hull of SciPy's."""
    from scipy.optimize import linprog

    sides = np.vstack([box_sides(box, to_voxel), [0, 0, 1, -high], [0, 0, -1, low]])
    norms = np.linalg.norm(sides[:, :3], axis=1)
    inner = linprog(
        (0, 0, 0, -1), np.column_stack([sides[:, :3], norms]), -sides[:, 3], bounds=[(None, None)] * 3 + [(0, None)]
    )
    if not inner.success or inner.x[3] < 1e-6:
        return None
    points = HalfspaceIntersection(sides, inner.x[:3]).intersections[:, :2]
    return points[ConvexHull(points).vertices]


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from((0.5, 3.0, 12.0)), st.booleans())
def test_that_a_box_of_any_direction_is_cut_where_scipys_half_spaces_cut_it(seed: int, reach: float, tilted: bool):
    rng = np.random.default_rng(seed)
    box, to_voxel = turned_box(rng), oblique(rng, tilt=0.3 * tilted)
    depth = geometry.apply(to_voxel, shape_points_mm(box))[:, 2]
    in_slab = reach > 0.5 or not (depth.min() < 0 < depth.max())
    thin = (-reach, reach) if in_slab else (-1e-4, 1e-4)
    try:
        peer = hull_by_scipy(box, to_voxel, *thin)
    except QhullError:
        return  # a corner touches: too flat for the peer
    ours = outline(box, to_voxel, reach)
    if peer is None:
        assert ours is None or area(ours.lines[0]) < 0.05
        return
    assert ours is not None
    assert ours.closed
    assert area(ours.lines[0]) == pytest.approx(area(peer), rel=2e-3, abs=0.01)
    assert ours.lines[0].min(axis=0) == pytest.approx(peer.min(axis=0), abs=0.02)
    assert ours.lines[0].max(axis=0) == pytest.approx(peer.max(axis=0), abs=0.02)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from((0.5, 2.0, 6.0, 40.0)), st.booleans())
def test_that_an_ellipsoid_is_cut_where_dense_samples_of_it_lie(seed: int, reach: float, tilted: bool):
    rng = np.random.default_rng(seed)
    shape, to_voxel = ellipsoid(rng), oblique(rng, tilt=0.3 * tilted)
    found = outline(shape, to_voxel, reach)
    centre = geometry.apply(to_voxel, shape.centre_mm)
    axes = to_voxel[:3, :3] @ np.array(shape.half_axes_mm).T
    height = np.linalg.norm(axes[2])
    if found is None:
        assert abs(centre[2]) > height + reach - 1e-9
        return
    crosses = reach == 0.5 and abs(centre[2]) < height - 1e-6
    levels = [0.0] if crosses else np.linspace(max(-reach, centre[2] - height), min(reach, centre[2] + height), 101)
    inside = np.linalg.inv(axes)
    line = found.lines[0]
    low, high = line.min(axis=0) - 1, line.max(axis=0) + 1
    x, y = np.meshgrid(np.linspace(low[0], high[0], 120), np.linspace(low[1], high[1], 120))
    seen = np.zeros(x.shape, bool)
    for level in levels:
        points = np.stack([x, y, np.full_like(x, level)], axis=-1) - centre
        seen |= (np.square(points @ inside.T).sum(axis=-1)) <= 1
    step = np.array([x[0, 1] - x[0, 0], y[1, 0] - y[0, 0]])
    fixed = np.round((line - low) / step * 256).astype(np.int32)
    ours = cv2.fillPoly(np.zeros(x.shape, np.uint8), [fixed], 1, shift=8) > 0
    differs = cv2.erode((ours != seen).astype(np.uint8), np.ones((3, 3), np.uint8))
    assert not differs.any(), "they differ by more than the rim of the samples"


def test_that_a_sphere_in_a_slab_shows_its_full_width_even_where_the_slice_misses_it():
    ball = Ellipsoid((0.0, 0.0, 8.0), ((5.0, 0, 0), (0, 5.0, 0), (0, 0, 5.0)))
    assert outline(ball, np.eye(4)) is None
    found = outline(ball, np.eye(4), reach_slices=10)
    assert found is not None
    assert np.linalg.norm(found.lines[0], axis=1) == pytest.approx(np.full(180, 5.0))


def test_that_a_point_shows_on_its_slice_and_in_slabs_that_hold_it():
    dot = Dot((3.0, 4.0, 1.2))
    assert outline(dot, np.eye(4)) is None
    found = outline(dot, np.eye(4), reach_slices=2)
    assert found is not None
    assert found.lines[0].tolist() == [[3.0, 4.0]]
    assert not found.closed


def test_that_a_flat_contour_is_cut_into_the_chords_within_it():
    horseshoe = [(0, 0), (6, 0), (6, 6), (4, 6), (4, 2), (2, 2), (2, 6), (0, 6)]
    flat = Polygon(tuple((float(x), 0.0, float(z) - 4) for x, z in horseshoe))
    found = outline(flat, np.eye(4))
    assert found is not None
    assert not found.closed
    assert sorted(sorted(line[:, 0].tolist()) for line in found.lines) == [[0, 2], [4, 6]]


def test_that_a_slab_shows_the_part_of_a_contour_that_lies_within_it():
    flat = Polygon(((0.0, 0.0, -10.0), (8.0, 0.0, -10.0), (8.0, 8.0, 10.0), (0.0, 8.0, 10.0)))
    found = outline(flat, np.eye(4), reach_slices=5)
    assert found is not None
    assert found.closed
    assert area(found.lines[0]) == pytest.approx(8 * 4)


def test_that_a_line_shows_where_it_passes_through_the_slice():
    line = Polyline(((0.0, 0.0, -4.0), (8.0, 0.0, 4.0), (8.0, 8.0, 4.0)))
    found = outline(line, np.eye(4))
    assert found is not None
    assert len(found.lines) == 1
    assert found.lines[0] == pytest.approx(np.array([[3.5, 0], [4.5, 0]]))
    assert outline(line, np.eye(4), reach_slices=5).lines[0] == pytest.approx(np.array([[0, 0], [8, 0], [8, 8]]))


def test_that_an_ellipse_on_its_plane_is_itself():
    flat = Ellipse((1.0, 2.0, 0.0), ((4.0, 0, 0), (0, 2.0, 0)))
    found = outline(flat, np.eye(4))
    assert found is not None
    x, y = (found.lines[0] - (1, 2)).T / np.array([[4], [2]])
    assert x**2 + y**2 == pytest.approx(np.ones(180))


# --- stacks of contours --------------------------------------------------------------------------


def tube(radius: float = 10.0, hole: float = 4.0, planes: int = 11, spacing: float = 2.0) -> ContourStack:
    """An upright tube from z = 0 on, as two contours on each plane."""
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    contours = [
        tuple((float(r * x), float(r * y), k * spacing) for x, y in circle)
        for k in range(planes)
        for r in (radius, hole)
    ]
    return ContourStack(tuple(contours), spacing)


def looking(axis: int, at: float) -> np.ndarray:
    """LPS mm to image points of a 0.5 mm plane square to an axis, `at` mm along it."""
    order = {2: (0, 1, 2), 1: (0, 2, 1), 0: (1, 2, 0)}[axis]
    matrix = np.zeros((4, 4))
    matrix[order, (0, 1, 2)] = 0.5
    matrix[:3, 3] = np.eye(3)[axis] * at
    matrix[3, 3] = 1
    return geometry.inverse(matrix)


def test_that_slices_along_the_contours_show_the_nearest_ones_with_their_holes():
    for at, radius_px in ((6.0, 20.0), (6.9, 20.0), (20.9, 20.0)):
        found = outline(tube(), looking(2, at))
        assert found is not None
        assert [round(float(np.linalg.norm(line, axis=1).mean()), 6) for line in found.lines] == [radius_px, 8.0]
    assert outline(tube(), looking(2, 21.3)) is None


def test_that_a_plane_across_contours_shows_the_volume_that_they_stand_for():
    found = outline(tube(), looking(1, 0.0))
    assert found is not None
    assert len(found.lines) == 2, "to either side of the hole"
    assert sum(map(area, found.lines)) == pytest.approx(2 * (6 / 0.5) * (22 / 0.5), rel=0.03)
    ends = np.concatenate(found.lines)
    assert ends.min(axis=0) == pytest.approx((-20, -2), abs=0.3)
    assert ends.max(axis=0) == pytest.approx((20, 42), abs=0.3)


def test_that_a_slab_of_contours_shows_all_that_lies_in_it():
    found = outline(tube(hole=4.0), looking(2, 30.0), reach_slices=40)
    assert found is not None
    areas = sorted(map(area, found.lines))
    assert areas == pytest.approx([np.pi * 8**2, np.pi * 20**2], rel=0.03), "the hole runs all through"


# --- which images --------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_that_a_findings_section_centre_moves_less_than_half_a_voxel_from_plane_to_plane(seed: int):
    """An upright box or ball stays in place while one scrolls through it."""
    rng = np.random.default_rng(seed)
    header = make_header(AXIAL)
    centre = geometry.apply(AXIAL, rng.uniform((30, 30, 10), (90, 60, 30)))
    radius = float(rng.uniform(3, 12))
    shapes = (
        Box(tuple(centre), tuple(rng.uniform(5, 20, 3))),
        Ellipsoid(tuple(centre), ((radius, 0, 0), (0, radius, 0), (0, 0, radius))),
    )
    for shape in shapes:
        cuts = [outline(shape, geometry.inverse(header.affine_at(k))) for k in range(header.frames)]
        middles = [(c.lines[0].min(axis=0) + c.lines[0].max(axis=0)) / 2 for c in cuts if c is not None]
        expected = geometry.apply(geometry.inverse(AXIAL), centre)[:2]
        assert np.abs(np.array(middles) - expected).max() <= 0.5


def on_image(header, index: int, shape, frame: int | None = None):
    return replace(
        make_finding("f", 0.5, (0.0, 0.0, 0.0)),
        geometry=shape,
        image=ImageRef(header.instances[index].sop_uid, frame),
    )


def square_on(header, index: int) -> Polygon:
    points = geometry.apply(header.affine_at(index), [(10, 20, 0), (30, 20, 0), (30, 40, 0), (10, 40, 0)])
    return Polygon(tuple(tuple(map(float, point)) for point in points))


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_that_a_finding_of_an_image_stays_on_it_turned_and_mirrored_as_it_may_be(turn):
    volume = make_volume(make_header(AXIAL, (5, 60, 80)))
    finding = on_image(volume.header, 3, square_on(volume.header, 3))
    header = posed(volume, Pose(None, turn)).header
    cuts = {k: finding_outline(finding, header, k) for k in range(header.frames)}
    assert [k for k, found in cuts.items() if found is not None] == [3]
    assert isinstance(cuts[3], Outline)
    back = [header.source_point(float(x), float(y), 3)[:2] for x, y in cuts[3].lines[0]]
    assert np.array(back) == pytest.approx(np.array([(10, 20), (30, 20), (30, 40), (10, 40)]))


def test_that_a_plane_across_shows_a_finding_of_an_image_only_where_it_meets_it():
    volume = make_volume(make_header(AXIAL, (20, 60, 80)))
    finding = on_image(volume.header, 7, square_on(volume.header, 7))
    header = posed(volume, Pose("coronal")).header
    shown = [k for k in range(header.frames) if finding_outline(finding, header, k) is not None]
    middle = finding_outline(finding, header, shown[len(shown) // 2])
    assert 0 < len(shown) < header.frames
    assert middle is not None
    assert not middle.closed, "a flat finding is a line there"
    places = [header.source_voxel(float(x), float(y), shown[len(shown) // 2]) for x, y in middle.lines[0]]
    assert sorted(round(p[0]) for p in places) == [10, 30]
    assert [p[2] for p in places] == pytest.approx([7, 7])


def test_that_a_finding_of_an_image_shows_on_no_other_series_and_in_slabs_that_hold_its_image():
    header, other = make_header(AXIAL), make_header(AXIAL, series="9.9")
    finding = on_image(header, 7, square_on(header, 7))
    assert finding_outline(finding, other, 7) is None
    assert finding_outline(finding, header, 9) is None
    assert finding_outline(finding, header, 9, thickness_mm=7.0) is not None


def test_that_frames_at_one_place_keep_their_own_findings():
    header = make_header(AXIAL, (4, 30, 30))
    cine = replace(
        header,
        in_time=True,
        instances=tuple(
            replace(each, sop_uid="1.2.3.0", frame=n, position_mm=header.instances[0].position_mm)
            for n, each in enumerate(header.instances)
        ),
    )
    of_frame = on_image(cine, 0, square_on(cine, 0), frame=2)
    of_all = on_image(cine, 0, square_on(cine, 0))
    assert [k for k in range(4) if finding_outline(of_frame, cine, k) is not None] == [2]
    assert [k for k in range(4) if finding_outline(of_all, cine, k) is not None] == [0, 1, 2, 3]


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.sampled_from((0.5, 5.0)))
def test_that_no_shape_that_meets_a_slice_is_sifted_out_before_it_is_cut(seed: int, reach: float):
    rng = np.random.default_rng(seed)
    shapes = [
        *(turned_box(rng) for _ in range(20)),
        *(ellipsoid(rng) for _ in range(20)),
        Dot(tuple(rng.normal(size=3))),
    ]
    to_voxel = oblique(rng)
    kept = may_meet(spheres_mm(shapes), to_voxel, reach)
    assert all(near or outline(shape, to_voxel, reach) is None for shape, near in zip(shapes, kept, strict=True))


def test_that_shapes_that_were_not_placed_are_a_mistake_of_ours():
    for shape in (OnImage("point", ((1.0, 1.0),)), InSegment("1.2", 1)):
        with pytest.raises(ProgramError):
            outline(shape, np.eye(4))
        with pytest.raises(ProgramError):
            shape_centre_mm(shape)
