"""Marks that are boxes, polygons, ellipses, lines, angles or painted areas, in the real room on real images."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.reading.asking import marks_now
from app.tracking.events import MarkPlaced, MarkRemoved, MeasurementMade
from viewers import geometry
from viewers.measuring.masks import from_text

from .test_sitting import read_texts, sign_in, wait_for_phase

POINTS = {"box": 2, "ellipse": 3, "line": 2, "angle": 3, "polygon": 3}


def with_shape(folder, shape):
    """The small study with marks of a shape, asked at once."""
    path = folder / "protocol.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(index for index, line in enumerate(lines) if "answer: marks" in line)
    name = lines[at].strip().partition(":")[0]
    lines[at] = f"  {name}: {{ask: Where?, answer: marks, shape: {shape}, at_most: 2}}"
    path.write_text("\n".join(lines), encoding="utf-8")
    return folder


def room_with(qtbot, start, folder):
    run = start(folder)
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    return run, wait_for_phase(qtbot, run.window)


def spot(viewport, right, down):
    return QPoint(viewport.width() // 2 + right, viewport.height() // 2 + down)


def take_tool(room):
    viewport = room.grid.active_viewport
    QTest.mouseMove(viewport, spot(viewport, 5, 5))
    QTest.mouseMove(viewport, spot(viewport, 0, 0))
    room.grid.setFocus()
    QTest.keyClick(room.grid, Qt.Key.Key_M)


def draw(room, shape, right=0):
    take_tool(room)
    viewport = room.grid.active_viewport
    if shape in ("angle", "polygon"):
        for x, y in ((-60, -40), (50, -30), (10, 60)):
            QTest.mouseMove(viewport, spot(viewport, x + right, y))
            QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot(viewport, x + right, y))
        if shape == "polygon":
            QTest.keyClick(room.grid, Qt.Key.Key_Return)
        return
    drag(viewport, spot(viewport, right - 40, -30), spot(viewport, right + 40, 30))


def drag(viewport, start, end):
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(viewport, start + (end - start) * share)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def marks(room):
    return marks_now(room.driver.script, room.driver.state)


@pytest.mark.parametrize("shape", POINTS)
def test_that_what_is_drawn_with_the_tool_of_the_question_is_a_mark_in_mm(qtbot, start, study_copy, shape):
    run, room = room_with(qtbot, start, with_shape(study_copy, shape))
    draw(room, shape)
    (mark,) = marks(room)
    measured = room.light.measures.board.measurements[0]
    header = room.light.measures.source_of(mark.series_uid)
    assert (mark.shape, len(mark.points_mm), mark.mark) == (shape, POINTS[shape], measured.id)
    voxels = geometry.apply(geometry.inverse(header.grid_affine), np.array(mark.points_mm))
    if shape in ("line", "angle", "polygon"):
        np.testing.assert_allclose(voxels, measured.array, atol=1e-3)
    elif shape == "box":
        np.testing.assert_allclose(voxels, measured.array[[0, 2]], atol=1e-3)
    else:
        np.testing.assert_allclose(voxels[0], measured.array.mean(axis=0), atol=1e-3)
    run.close()
    kinds = [type(event) for event in run.events()]
    assert kinds.count(MarkPlaced) == 1
    assert kinds.count(MeasurementMade) == 1


def test_that_a_painted_area_is_a_mark_with_its_mask_and_grows_with_the_next_stroke(qtbot, start, study_copy):
    _, room = room_with(qtbot, start, with_shape(study_copy, "brush"))
    draw(room, "brush")
    (mark,) = marks(room)
    first = from_text(mark.mask, mark.mask_shape).voxels
    assert first > 0
    viewport = room.grid.active_viewport
    drag(viewport, spot(viewport, 0, 50), spot(viewport, 60, 80))
    (grown,) = marks(room)
    assert grown.mark == mark.mark
    assert from_text(grown.mask, grown.mask_shape).voxels > first


def test_that_other_measurements_are_no_marks(qtbot, start, study_copy):
    _, room = room_with(qtbot, start, with_shape(study_copy, "line"))
    room.grid.perform("measure.length")
    viewport = room.grid.active_viewport
    drag(viewport, spot(viewport, -40, 0), spot(viewport, 40, 0))
    assert len(room.light.measures.board.measurements) == 1
    assert marks(room) == ()


def test_that_a_drawn_mark_is_redrawn_undone_and_removed(qtbot, start, study_copy):
    run, room = room_with(qtbot, start, with_shape(study_copy, "box"))
    draw(room, "box")
    (drawn,) = marks(room)
    viewport = room.grid.active_viewport
    drag(viewport, spot(viewport, 40, 30), spot(viewport, 90, 70))  # its corner
    (redrawn,) = marks(room)
    assert redrawn.mark == drawn.mark
    assert redrawn.points_mm != drawn.points_mm
    room.questions.undo()
    (back,) = marks(room)
    assert back.points_mm == drawn.points_mm
    room.questions.undo()
    assert marks(room) == ()
    assert room.light.measures.board.measurements == ()
    run.close()
    assert any(isinstance(event, MarkRemoved) for event in run.events())


@pytest.mark.parametrize("shape", ["box", "ellipse", "polygon"])
def test_that_a_drawn_mark_is_moved_by_its_middle(qtbot, start, study_copy, shape):
    run, room = room_with(qtbot, start, with_shape(study_copy, shape))
    draw(room, shape)
    (drawn,) = marks(room)
    viewport, middle = room.grid.active_viewport, (0, -3) if shape == "polygon" else (0, 0)
    drag(viewport, spot(viewport, *middle), spot(viewport, middle[0] + 40, middle[1] + 20))
    (moved,) = marks(room)
    by = np.subtract(moved.points_mm, drawn.points_mm)
    assert moved.mark == drawn.mark
    assert np.linalg.norm(by[0]) > 1
    np.testing.assert_allclose(by, np.broadcast_to(by[0], by.shape), atol=1e-3)
    run.close()


def test_that_no_more_marks_are_made_than_the_question_takes(qtbot, start, study_copy):
    _, room = room_with(qtbot, start, with_shape(study_copy, "box"))
    for right in (-150, 0, 150):
        draw(room, "box", right)
    assert len(marks(room)) == 2


def test_that_a_crash_loses_no_drawn_mark_and_its_drawing_can_still_be_moved(qtbot, start, study_copy):
    run, room = room_with(qtbot, start, with_shape(study_copy, "ellipse"))
    draw(room, "ellipse")
    before = marks(room)
    run.kill()
    again = start(study_copy)
    sign_in(qtbot, again.window)
    room = wait_for_phase(qtbot, again.window)
    if room.driver.script.restart_interrupted:
        assert marks(room) == ()
        return
    assert marks(room) == before
    assert room.light.measures.board.measurements[0].id == before[0].mark


def test_that_a_confirmed_mark_cannot_be_changed_any_more(qtbot, start, study_copy):
    _, room = room_with(qtbot, start, with_shape(study_copy, "box"))
    draw(room, "box")
    mark = marks(room)[0].mark
    board = room.light.measures.board
    room.light.measures.lock(frozenset({mark}), "This mark was confirmed.")
    said = []
    room.light.measures.refused.connect(said.append)
    room.light.measures.remove(mark)
    assert said == ["This mark was confirmed."]
    assert room.light.measures.board == board


@pytest.mark.parametrize("shape", ["point", "box"])
def test_that_undoing_the_removal_of_a_mark_brings_its_answers_back_in_one_step(qtbot, start, study_copy, shape):
    run, room = room_with(qtbot, start, with_shape(study_copy, shape))
    if shape == "point":
        take_tool(room)
    else:
        draw(room, shape)
    (mark,) = marks(room)
    room.questions.answer_given.emit("sure", mark.mark, 4)

    def said():
        return {key.target: value for key, value in room.driver.state.answers.items() if key.question == "sure"}

    assert said() == {mark.mark: 4}
    QTest.keyClick(room.grid, Qt.Key.Key_Delete)
    assert (marks(room), said()) == ((), {})
    QTest.keyClick(room.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [each.mark for each in marks(room)] == [mark.mark]
    assert said() == {mark.mark: 4}
    QTest.keyClick(room.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)  # the step before: the answer
    assert ([each.mark for each in marks(room)], said()) == ([mark.mark], {})
    run.close()
