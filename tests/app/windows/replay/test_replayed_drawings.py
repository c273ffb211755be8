"""What a reader draws lies over the replay as it lay over the images."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from app.assembling.replay import ReplayPlan, projected
from app.tracking.events import MarkPlaced, SegmentPainted
from app.tracking.recorder import clock

from ..test_exposure_log import pixels
from ..test_shaped_marks import draw, marks, room_with, take_tool, with_shape

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("shape", ["point", "box", "ellipse", "line", "polygon", "brush"])
def test_that_a_mark_is_replayed_as_it_was_drawn(qtbot, start, study_copy, shape):
    run, room = room_with(qtbot, start, with_shape(study_copy, shape))
    room.grid.setFocus()
    room.grid.perform("annotations.toggle", "key")
    if shape == "point":
        take_tool(room)  # the key itself places one
    else:
        draw(room, shape)
    qtbot.waitUntil(lambda: len(marks(room)) == 1)
    room.light.measures.perform("measure.none")
    room.light.measures.select("")
    viewport = room.grid.active_viewport
    QTest.mouseMove(viewport, QPoint(3, 3))
    number = room.grid.viewports.index(viewport)
    qtbot.waitUntil(lambda: not viewport._settling.isActive())
    viewport.repaint()
    seen = pixels(viewport.grab().toImage())
    at_ns = clock()
    run.close()
    kinds = {type(event) for event in run.events()}
    assert MarkPlaced in kinds
    assert (SegmentPainted in kinds) == (shape == "brush")
    with projected(ReplayPlan(run.store, study=study_copy), waits=True) as (projector, _):
        drawn = projector.at(at_ns).scene.drawn[number]
        assert drawn.image is not None
        replayed = pixels(drawn.image)
    if shape == "brush":  # the brush itself lies over the room's picture, too
        assert _inked(replayed) > 1000
        assert (seen != replayed).any(axis=-1).mean() < 0.01
    else:
        assert _inked(replayed) > 0
        assert np.abs(seen.astype(int) - replayed).max() <= 1  # the log keeps places to a hundredth of a pixel


def _inked(picture: np.ndarray) -> int:
    """How many pixels are coloured: images are grey."""
    return int((picture[..., 0] != picture[..., 2]).sum())
