"""AI and marks over planes that were cut from a series, or turned: they lie on the same anatomy there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from overlays.layers.layer import Layer
from overlays.painting.painter import LayerPainter
from viewers.planes.oblique import ObliquePlane, rotation
from viewers.planes.poses import Pose, posed
from viewers.planes.sampling import voxel_at
from viewers.planes.turning import TURNS, Turn
from viewers.tools.mark import ScreenMark
from viewers.view import fitted
from viewers.viewport import Viewport
from viewers.volume import Instance, Rescale, SeriesHeader, Volume, Window

from .conftest import make_finding, make_map, make_result

SIZE = 400
GREEN, PINK = "#00ff00", "#ff00ff"
BOX = Layer("box", "nodules", "box", "Boxes", label="", threshold=0.0, colour=GREEN)
CONTOUR = Layer("contour", "nodules", "contour", "Outline", label="", threshold=0.5, colour=GREEN)
STEPS = {"even": np.arange(40) * 2.0, "uneven": np.cumsum(1.0 + np.arange(40) % 3)}
CORNER, FAR = (30, 22, 14), (45, 41, 26)  # of a bright block, voxels


def tipped(turn):
    across, down, onward = turn.T
    return ObliquePlane((0.0, 0.0, 0.0), tuple(across), tuple(down), tuple(onward))


POSES = {
    "axial": Pose("axial"),
    "coronal": Pose("coronal"),
    "sagittal": Pose("sagittal"),
    "flipped": Pose(None, TURNS[4]),
    "turned right": Pose(None, TURNS[1]),
    "coronal, mirrored and turned": Pose("coronal", Turn(3, True)),
    "oblique, square": Pose(tipped(rotation((1, 0, 0), np.pi / 2))),
}


@pytest.fixture(params=STEPS)
def block(request):
    """A series with one bright block in the dark."""
    heights = STEPS[request.param] - 30
    stored = np.zeros((40, 60, 70), np.int16)
    stored[CORNER[2] : FAR[2], CORNER[1] : FAR[1], CORNER[0] : FAR[0]] = 1000
    affine = np.diag([1.5, 1.5, float(heights[-1] - heights[0]) / 39, 1.0])
    affine[:3, 3] = (-52, -40, heights[0])
    instances = tuple(
        Instance(Path("x"), str(k), position_mm=(-52.0, -40.0, float(z)), rescale=Rescale(1, 0, "HU"))
        for k, z in enumerate(heights)
    )
    header = SeriesHeader(
        "1.2.3", "1.2", "CT", "Block", 1, "", "", 60, 70, 1, 16, True, "MONOCHROME2", instances, affine, (1.5, 1.5),
        2.0, "1.9",
    )  # fmt: skip
    return Volume(header, stored, np.ones(40, bool))


def shown(qtbot, volume, pose, painter=None, marks=()):
    """A viewport with the pose's plane through the middle of the block, and what it shows as (rows, columns, 3) RGB."""
    viewport = Viewport()
    qtbot.addWidget(viewport)
    viewport.resize(SIZE, SIZE)
    viewport.show()
    viewport.set_annotations_shown(False)
    after = posed(volume, pose)
    middle = middle_mm(volume.header)
    index = round(voxel_at(after.header, middle)[2])
    view = fitted(after.header, SIZE, SIZE, slice_index=index, window=Window(500, 1000))
    viewport.set_overlay_painter(painter)
    viewport.set_marks(marks)
    with qtbot.waitSignal(viewport.first_painted):
        viewport.show_volume(after, view)
    image = viewport.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(SIZE, image.bytesPerLine())
    return viewport, rows[:, : SIZE * 3].reshape(SIZE, SIZE, 3).astype(int)


def ends_mm(header):
    """The block's lowest and highest corners, from voxel edge to voxel edge."""
    half = (edge_mm(header, CORNER[2], -1), edge_mm(header, FAR[2] - 1, 1))
    low = np.array([-52 + 1.5 * (CORNER[0] - 0.5), -40 + 1.5 * (CORNER[1] - 0.5), half[0]])
    return low, np.array([-52 + 1.5 * (FAR[0] - 0.5), -40 + 1.5 * (FAR[1] - 0.5), half[1]])


def edge_mm(header, index, side):
    """Where a slice gives way to the next one."""
    heights = [i.position_mm[2] for i in header.instances]
    return (heights[index] + heights[index + side]) / 2


def middle_mm(header):
    return np.mean(ends_mm(header), axis=0)


def extent(mask):
    rows, columns = np.nonzero(mask)
    return np.array([columns.min(), columns.max(), rows.min(), rows.max()])


def greenish(pixels):
    return (pixels[..., 1] > 150) & (pixels[..., 0] < 110) & (pixels[..., 2] < 110)


@pytest.mark.parametrize("pose", POSES)
def test_that_a_box_lies_around_what_it_marks(qtbot, block, pose):
    low, high = ends_mm(block.header)
    finding = make_finding("f1", 0.9, tuple((low + high) / 2), tuple(high - low))
    painter = LayerPainter([make_result((finding,))], [BOX])
    _, pixels = shown(qtbot, block, POSES[pose], painter)
    _, bare = shown(qtbot, block, POSES[pose])
    bright = extent(bare[..., 0] > 127)
    assert np.abs(extent(greenish(pixels)) - bright).max() <= 7  # the line's width, half a coarse voxel between slices


@pytest.mark.parametrize("pose", POSES)
def test_that_a_map_lies_on_what_it_maps(qtbot, block, pose):
    if np.ptp(np.diff([i.position_mm[2] for i in block.header.instances])) > 0.1:
        pytest.skip("a map has an even grid of its own")
    values = (block.stored > 0).astype(np.float32) * 0.9
    painter = LayerPainter([make_result((), (make_map(values, block.header.affine),))], [CONTOUR])
    _, pixels = shown(qtbot, block, POSES[pose], painter)
    _, bare = shown(qtbot, block, POSES[pose])
    assert np.abs(extent(greenish(pixels)) - extent(bare[..., 0] > 127)).max() <= 5


@pytest.mark.parametrize("pose", POSES)
def test_that_a_mark_lies_where_it_was_put(qtbot, block, pose):
    column, row, depth = voxel_at(block.header, middle_mm(block.header))
    mark = ScreenMark("m", column, row, round(depth), colour=PINK)
    _, pixels = shown(qtbot, block, POSES[pose], marks=(mark,))
    _, bare = shown(qtbot, block, POSES[pose])
    pink = (pixels[..., 0] > 150) & (pixels[..., 2] > 150) & (pixels[..., 1] < 110)
    middle = extent(pink).reshape(2, 2).mean(axis=1)
    assert (
        np.abs(middle - extent(bare[..., 0] > 127).reshape(2, 2).mean(axis=1)).max() <= 10
    )  # a mark keeps to whole slices


def test_that_one_painter_tells_the_planes_of_one_series_apart(qtbot, block):
    """A painter keeps what it cut; a coronal slice 20 is not the axial slice 20."""
    values = (block.stored > 0).astype(np.float32) * 0.9
    painter = LayerPainter([make_result((), (make_map(values, block.header.affine),))], [CONTOUR])
    outlines = []
    for pose in (Pose("axial"), Pose("coronal"), Pose("axial", TURNS[1])):
        viewport = Viewport()
        qtbot.addWidget(viewport)
        viewport.resize(SIZE, SIZE)
        viewport.show()
        viewport.set_annotations_shown(False)
        viewport.set_overlay_painter(painter)
        after = posed(block, pose)
        view = fitted(after.header, SIZE, SIZE, slice_index=24, window=Window(500, 1000))
        with qtbot.waitSignal(viewport.first_painted):
            viewport.show_volume(after, view)
        outlines.append(viewport.grab().toImage())
    assert outlines[0] != outlines[1]
    assert outlines[0] != outlines[2]
