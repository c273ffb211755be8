"""What a reader does at the images beside answering: marks by click, pauses, layers on a small screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.tracking.events import CommandIssued, MarkPlaced, ViewChanged

from .test_sitting import key, press_answer, read_texts, sign_in, to_ai_phase, wait_for_phase


def at_the_images(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    return run, wait_for_phase(qtbot, run.window)


def middle(viewport, right=0, down=0):
    return QPoint(viewport.width() // 2 + right, viewport.height() // 2 + down)


def test_that_a_reader_can_take_the_mark_tool_and_mark_with_clicks(qtbot, start):
    run, room = at_the_images(qtbot, start)
    press_answer(run.window, "nodule", "yes")
    viewport = room.grid.active_viewport
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=middle(viewport))
    assert not viewport.marks
    QTest.mouseClick(room.bar.mark, Qt.MouseButton.LeftButton)
    assert room.bar.mark.isChecked()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=middle(viewport))
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=middle(viewport, 80))
    assert len(viewport.marks) == 2
    key(run.window, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert not room.bar.mark.isChecked()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=middle(viewport, 160))
    assert len(viewport.marks) == 2
    run.close()
    issued = [(e.command, e.source) for e in run.events() if isinstance(e, CommandIssued)]
    assert [each for each in issued if each[0] == "mark.tool"] == [("mark.tool", "button"), ("mark.tool", "key")]


def test_that_a_mark_that_is_dragged_with_the_tool_moves_and_stays_the_same_mark(qtbot, start):
    run, room = at_the_images(qtbot, start)
    press_answer(run.window, "nodule", "yes")
    viewport = room.grid.active_viewport
    room.grid.perform("mark.tool")
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=middle(viewport))
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=middle(viewport))
    QTest.mouseMove(viewport, middle(viewport, 20, 10))
    QTest.mouseMove(viewport, middle(viewport, 60, 30))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=middle(viewport, 60, 30))
    (mark,) = viewport.marks
    run.close()
    placed = [e for e in run.events() if isinstance(e, MarkPlaced)]
    assert len(placed) == 2
    assert {e.mark for e in placed} == {mark.id}
    assert placed[1].column > placed[0].column


def test_that_the_mark_tool_is_offered_only_where_marks_are_asked_for(qtbot, start):
    _, room = at_the_images(qtbot, start)
    assert room.bar.mark.isVisible()
    room.bar.offer_marking(False)
    assert not room.bar.mark.isVisible()


def test_that_a_pause_hides_thumbnails_too_and_holds_the_images_still(qtbot, start):
    run, room = at_the_images(qtbot, start)
    key(run.window, Qt.Key.Key_F6)
    assert room.series.isVisible()
    rect = room.series.visualItemRect(room.series.item(0))
    qtbot.waitUntil(lambda: brightest(room.series, rect) > 60)
    key(run.window, Qt.Key.Key_P)
    assert brightest(room.series, rect) < 30
    before = room.grid.active_viewport.view
    QTest.mouseClick(room.grid.active_viewport, Qt.MouseButton.LeftButton)
    key(run.window, Qt.Key.Key_Down)
    assert room.grid.active_viewport.view == before
    key(run.window, Qt.Key.Key_P)
    assert brightest(room.series, rect) > 60
    key(run.window, Qt.Key.Key_Down)
    assert room.grid.active_viewport.view != before
    run.close()
    assert any(isinstance(e, ViewChanged) for e in run.events())


def test_that_a_pause_hides_every_panel_that_tells_of_the_images_and_brings_them_back(qtbot, start):
    run, room = at_the_images(qtbot, start)
    for command in ("measurements.toggle", "histogram.toggle", "fidelity.show", "tags.show"):
        room.grid.perform(command)
    lookups, measurements = room.light.lookups, room.light.measurements
    panels = (lookups.browser, lookups.plot, room.light.fidelity.card, measurements)
    assert all(panel.isVisible() for panel in panels)
    room.perform("pause", "button")
    assert not any(panel.isVisible() for panel in panels)
    QTest.keyClick(room, Qt.Key.Key_P)
    assert all(panel.isVisible() for panel in panels)
    run.close()


def test_that_a_pause_holds_images_in_a_window_of_their_own_still_too(qtbot, start):
    run, room = at_the_images(qtbot, start)
    room.grid.perform("cine.toggle")
    room.grid.perform("window.second")
    images = room.grid.window()
    assert images is not run.window
    room.perform("pause", "button")
    assert not room.light.cine.is_playing
    before = room.grid.active_viewport.view
    QTest.keyClick(room.grid, Qt.Key.Key_Down)
    assert room.grid.active_viewport.view == before
    QTest.keyClick(images, Qt.Key.Key_P)
    assert room.grid.isEnabled()
    QTest.keyClick(room.grid, Qt.Key.Key_Down)
    assert room.grid.active_viewport.view != before
    room.grid.perform("window.second")
    run.close()


def brightest(series, rect):
    """Of the thumbnail's pixels; its place in the row is at the left."""
    image = series.viewport().grab(rect).toImage()
    return max(image.pixelColor(x, y).value() for x in range(12, 72) for y in range(10, 70))


def test_that_layers_without_room_say_that_there_is_more_below(qtbot, start):
    run = start()
    to_ai_phase(qtbot, run.window)
    scroll = run.window.room.layer_scroll
    run.window.room.layer_panel.hint.setMinimumHeight(2_000)  # more than any screen has
    qtbot.waitUntil(scroll.more.isVisible)
    qtbot.waitUntil(lambda: scroll.height() > 100)
    while scroll.more.isVisible():
        before = scroll.verticalScrollBar().value()
        QTest.mouseClick(scroll.more, Qt.MouseButton.LeftButton)
        assert scroll.verticalScrollBar().value() > before
    run.window.room.layer_panel.hint.setMinimumHeight(0)
    qtbot.waitUntil(lambda: not scroll.more.isVisible())


def test_that_layers_take_the_height_that_the_questions_leave_free(qtbot, start):
    run = start()
    to_ai_phase(qtbot, run.window)
    room = run.window.room
    qtbot.waitUntil(lambda: room.layer_scroll.height() == room.layer_panel.sizeHint().height())
    assert not room.layer_scroll.more.isVisible()
    room.layer_panel.hint.setMinimumHeight(2_000)  # more than any screen has
    qtbot.waitUntil(lambda: room.layer_scroll.height() == height_left(room))
    qtbot.waitUntil(room.layer_scroll.more.isVisible)
    qtbot.waitUntil(lambda: room.questions._scroll.verticalScrollBar().maximum() == 0)
    press_answer(run.window, "nodule", "yes")
    qtbot.waitUntil(lambda: room.layer_scroll.height() == height_left(room))
    run.close()


def height_left(room):
    return max(room.side.height() - room.questions.needed_height, round(0.47 * room.side.height()))


def test_that_the_window_bears_the_programs_sign(start):
    assert not start().window.windowIcon().isNull()
