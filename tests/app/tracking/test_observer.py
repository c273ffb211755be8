"""The observer over real widgets and real Qt events."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.tracking.events import (
    Clicked,
    Event,
    FocusGained,
    FocusLost,
    IdleEnded,
    IdleStarted,
    KeyPressed,
    PointerMoved,
    WheelTurned,
    WindowFroze,
)
from app.tracking.observer import POINTER_SAMPLES, Observer, Place

# the offscreen screen says so whenever a window is shown
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Room:
    """A window with one viewport and one text field, observed."""

    def __init__(self, qtbot: QtBot, idle_after_s: float) -> None:
        self.seen: list[Event] = []
        self.window, self.viewport, self.field = QWidget(), QWidget(), QLineEdit()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.viewport, 1)
        layout.addWidget(self.field)
        self.viewport.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.window.resize(400, 400)
        self.observer = Observer(self.seen.append, idle_after_s=idle_after_s)
        self.observer.watch_window(self.window)
        self.observer.watch_viewport(self.viewport, lambda x, y: Place(3, x / 2, y / 4, 7))
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.viewport.setFocus()

    def all(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.seen if isinstance(event, kind)]


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    made = Room(qtbot, idle_after_s=600)
    yield made
    made.observer.close()


def test_that_a_click_is_recorded_in_image_pixels(room: Room) -> None:
    QTest.mouseClick(room.viewport, Qt.MouseButton.RightButton, pos=QPoint(20, 40))
    clicked = room.all(Clicked)[0]
    assert isinstance(clicked, Clicked)
    assert (clicked.viewport, clicked.button, clicked.column, clicked.row, clicked.slice_index) == (
        3,
        "right",
        10,
        10,
        7,
    )


def test_that_pointer_samples_come_in_batches_without_loss(room: Room) -> None:
    for step in range(3 * POINTER_SAMPLES + 5):
        QTest.mouseMove(room.viewport, QPoint(10 + step % 50, 10 + step // 50))
    room.observer.flush()
    batches = [event for event in room.all(PointerMoved) if isinstance(event, PointerMoved)]
    samples = [sample for batch in batches for sample in batch.samples]
    assert len(samples) >= 3 * POINTER_SAMPLES
    assert max(len(batch.samples) for batch in batches) <= POINTER_SAMPLES
    assert [at_ns for at_ns, *_ in samples] == sorted(at_ns for at_ns, *_ in samples)


def test_that_pointer_samples_leave_by_themselves_within_half_a_second(room: Room, qtbot: QtBot) -> None:
    QTest.mouseMove(room.viewport, QPoint(11, 12))
    qtbot.waitUntil(lambda: bool(room.all(PointerMoved)), timeout=2000)


def test_that_the_wheel_is_recorded_in_notches(room: Room) -> None:
    turn = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(room.viewport, turn)
    wheel = room.all(WheelTurned)[0]
    assert isinstance(wheel, WheelTurned)
    assert (wheel.viewport, wheel.steps) == (3, -2.0)


@pytest.mark.parametrize(
    ("key", "modifier", "names"),
    [
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, ["PgDown"]),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, ["Control", "Ctrl+Z"]),
        (Qt.Key.Key_H, Qt.KeyboardModifier.NoModifier, ["H"]),
    ],
)
def test_that_each_key_is_recorded_once_by_name(
    room: Room, key: Qt.Key, modifier: Qt.KeyboardModifier, names: list[str]
) -> None:
    QTest.keyClick(room.viewport, key, modifier)
    assert [event.key for event in room.all(KeyPressed) if isinstance(event, KeyPressed)] == names


def test_that_what_somebody_types_is_never_recorded(room: Room) -> None:
    room.field.setFocus()
    QTest.keyClicks(room.field, "Jansen 1961")
    QTest.keyClick(room.field, Qt.Key.Key_Escape)
    assert room.field.text() == "Jansen 1961"
    assert room.all(KeyPressed) == []


def test_that_losing_the_window_is_recorded(room: Room, qtbot: QtBot) -> None:
    room.window.activateWindow()
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: bool(room.all(FocusLost)), timeout=2000)
    room.window.activateWindow()
    qtbot.waitUntil(lambda: bool(room.all(FocusGained)), timeout=2000)


def test_that_silence_becomes_idleness_at_the_moment_the_protocol_says(qtbot: QtBot) -> None:
    room = Room(qtbot, idle_after_s=0.2)
    QTest.keyClick(room.viewport, Qt.Key.Key_A)
    room.seen.clear()
    pressed_ns = time.monotonic_ns()
    qtbot.waitUntil(lambda: bool(room.all(IdleStarted)), timeout=2000)
    assert abs(room.all(IdleStarted)[0].at_ns - pressed_ns - 200_000_000) < 50_000_000
    QTest.keyClick(room.viewport, Qt.Key.Key_A)
    assert [type(event) for event in room.seen[-2:]] == [IdleEnded, KeyPressed]
    room.observer.close()


def test_that_a_frozen_window_is_recorded_with_how_long(room: Room, qtbot: QtBot) -> None:
    qtbot.wait(150)
    start = time.perf_counter()
    while time.perf_counter() - start < 0.6:
        pass  # the GUI thread is busy and answers nobody
    qtbot.waitUntil(lambda: bool(room.all(WindowFroze)), timeout=2000)
    froze = room.all(WindowFroze)[0]
    assert isinstance(froze, WindowFroze)
    assert 350 <= froze.frozen_ms <= 5000


def test_that_nothing_is_recorded_after_closing(room: Room) -> None:
    room.observer.close()
    room.seen.clear()
    QTest.mouseClick(room.viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    assert room.seen == []
