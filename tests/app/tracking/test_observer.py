"""The observer over real widgets and real Qt events."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.tracking.clocks import ClockWatch
from app.tracking.events import (
    Event,
    FocusGained,
    FocusLost,
    IdleEnded,
    IdleStarted,
    KeyPressed,
    PointerMoved,
    PointerPressed,
    PointerReleased,
    Slept,
    WheelTurned,
    WindowFroze,
)
from app.tracking.observer import Observer
from app.tracking.pointer import Sight
from app.tracking.samples import packed, unpacked

# the offscreen screen says so whenever a window is shown
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


AFFINE = (0.5, 0, 0, -100, 0, 0.5, 0, -200, 0, 0, 3, 50, 0, 0, 0, 1)  # 0.5 mm pixels, slices 3 mm apart


class Room:
    """A window with one viewport and one text field, observed."""

    def __init__(self, qtbot: QtBot, idle_after_s: float, clocks: ClockWatch | None = None) -> None:
        self.seen: list[Event] = []
        self.window, self.viewport, self.field = QWidget(), QWidget(), QLineEdit()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.viewport, 1)
        layout.addWidget(self.field)
        self.viewport.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.window.resize(400, 400)
        self.observer = Observer(self.seen.append, idle_after_s=idle_after_s, clocks=clocks)
        self.observer.watch_window(self.window)
        self.sight: Sight | None = Sight(3, "1.2.3", 7, 0.0, 1 / 2, 0.0, 1 / 4, AFFINE)
        self.observer.watch_viewport(self.viewport, lambda: self.sight)
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


def test_that_a_click_is_recorded_down_and_up_with_its_place_in_pixels_and_in_the_patient(room: Room) -> None:
    QTest.mouseClick(room.viewport, Qt.MouseButton.RightButton, pos=QPoint(20, 40))
    (pressed,), (released,) = room.all(PointerPressed), room.all(PointerReleased)
    for event in (pressed, released):
        assert isinstance(event, PointerPressed | PointerReleased)
        assert (event.viewport, event.button, event.series_uid) == (3, "right", "1.2.3")
        assert (event.column, event.row, event.slice_index) == (10, 10, 7)
        assert event.position_mm == (-95, -195, 71)
    assert pressed.at_ns <= released.at_ns


def test_that_a_drag_which_ends_beside_the_viewport_is_recorded_to_its_end(room: Room) -> None:
    QTest.mousePress(room.viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    QTest.mouseRelease(room.viewport, Qt.MouseButton.LeftButton, pos=QPoint(-30, 40))
    released = room.all(PointerReleased)[0]
    assert isinstance(released, PointerReleased)
    assert (released.column, released.row) == (-15, 10)


def test_that_a_double_click_is_two_presses_and_two_releases(room: Room) -> None:
    QTest.mouseClick(room.viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    QTest.mouseDClick(room.viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))  # its second half alone
    QTest.mouseRelease(room.viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    kinds = [type(event).__name__ for event in room.seen if isinstance(event, PointerPressed | PointerReleased)]
    assert kinds == ["PointerPressed", "PointerReleased"] * 2


def test_that_without_patient_geometry_a_press_has_no_place_in_the_patient(room: Room) -> None:
    room.sight = Sight(3, "1.2.3", 7, 0.0, 1.0, 0.0, 1.0)
    QTest.mouseClick(room.viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    pressed = room.all(PointerPressed)[0]
    assert isinstance(pressed, PointerPressed)
    assert pressed.position_mm is None


def test_that_over_an_empty_viewport_nothing_is_recorded_of_the_pointer(room: Room) -> None:
    room.sight = None
    QTest.mouseMove(room.viewport, QPoint(30, 30))
    QTest.mouseClick(room.viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    room.observer.flush()
    assert room.all(PointerPressed) == room.all(PointerMoved) == []


def test_that_pointer_samples_come_in_batches_without_loss(room: Room) -> None:
    for step in range(200):
        QTest.mouseMove(room.viewport, QPoint(10 + step % 50, 10 + step // 50))
    room.observer.flush()
    batches = [event for event in room.all(PointerMoved) if isinstance(event, PointerMoved)]
    samples = [sample for batch in batches for sample in batch.samples]
    assert len(samples) >= 200
    assert [at_ns for at_ns, *_ in samples] == sorted(at_ns for at_ns, *_ in samples)
    assert {batch.series_uid for batch in batches} == {"1.2.3"}
    assert all(unpacked("PointerMoved", batch.at_ns, *packed(batch)) == batch for batch in batches)


def test_that_a_way_over_two_stacks_is_told_in_two_events_with_what_was_under_it_at_each_moment(room: Room) -> None:
    room.observer.flush()
    room.seen.clear()
    QTest.mouseMove(room.viewport, QPoint(10, 10))
    room.sight = Sight(3, "1.2.3", 8, 0.0, 1 / 2, 0.0, 1 / 4)
    QTest.mouseMove(room.viewport, QPoint(12, 12))
    room.sight = Sight(3, "1.2.3@coronal", 100, 5.0, 1.0, 6.0, 1.0)
    QTest.mouseMove(room.viewport, QPoint(14, 14))
    room.observer.flush()
    told = [
        (event.series_uid, sample[1:])
        for event in room.all(PointerMoved)
        if isinstance(event, PointerMoved)
        for sample in event.samples
    ]
    assert [each for at, each in enumerate(told) if each not in told[:at]] == [
        ("1.2.3", (5.0, 2.5, 7)),
        ("1.2.3", (6.0, 3.0, 8)),
        ("1.2.3@coronal", (19.0, 20.0, 100)),
    ]


def test_that_pointer_samples_leave_by_themselves_within_half_a_second(room: Room, qtbot: QtBot) -> None:
    QTest.mouseMove(room.viewport, QPoint(11, 12))
    qtbot.waitUntil(lambda: bool(room.all(PointerMoved)))


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
    qtbot.waitUntil(lambda: bool(room.all(FocusLost)))
    room.window.activateWindow()
    qtbot.waitUntil(lambda: bool(room.all(FocusGained)))


def test_that_silence_becomes_idleness_at_the_moment_the_protocol_says(qtbot: QtBot) -> None:
    room = Room(qtbot, idle_after_s=0.2)
    before_ns = time.monotonic_ns()
    QTest.keyClick(room.viewport, Qt.Key.Key_A)
    after_ns = time.monotonic_ns()
    room.seen.clear()
    qtbot.waitUntil(lambda: bool(room.all(IdleStarted)))
    assert before_ns <= room.all(IdleStarted)[0].at_ns - 200_000_000 <= after_ns
    QTest.keyClick(room.viewport, Qt.Key.Key_A)
    assert [type(event) for event in room.seen[-2:]] == [IdleEnded, KeyPressed]
    room.observer.close()


def test_that_a_frozen_window_is_recorded_with_how_long(room: Room, qtbot: QtBot) -> None:
    start_ns = time.monotonic_ns()
    room.observer.beat()
    beaten_ns = time.monotonic_ns()
    room.seen.clear()
    while time.monotonic_ns() - beaten_ns < 600_000_000:
        pass  # the GUI thread is busy and answers nobody
    qtbot.waitUntil(lambda: bool(room.all(WindowFroze)))
    froze = room.all(WindowFroze)[0]
    assert isinstance(froze, WindowFroze)
    assert 500 <= froze.frozen_ms <= (froze.at_ns - start_ns) / 1e6 - 100  # beats come every 100 ms


def test_that_nothing_is_recorded_after_closing(room: Room) -> None:
    room.observer.close()
    room.seen.clear()
    QTest.mouseClick(room.viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    assert room.seen == []


def test_that_going_to_another_window_of_the_same_reader_loses_no_focus(room: Room, qtbot: QtBot) -> None:
    images, foreign = QWidget(), QWidget()
    for window in (images, foreign):
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(window.isActiveWindow)
    room.observer.watch_window(images)
    room.window.activateWindow()
    qtbot.waitUntil(room.window.isActiveWindow)
    room.seen.clear()
    images.activateWindow()
    qtbot.waitUntil(images.isActiveWindow)
    assert room.all(FocusLost) == room.all(FocusGained) == []
    foreign.activateWindow()
    qtbot.waitUntil(foreign.isActiveWindow)
    assert len(room.all(FocusLost)) == 1
    room.window.activateWindow()
    qtbot.waitUntil(room.window.isActiveWindow)
    assert len(room.all(FocusGained)) == 1


def test_that_a_sleep_that_the_clocks_tell_is_recorded_and_is_no_frozen_window(qtbot: QtBot) -> None:
    room = Room(qtbot, idle_after_s=600, clocks=Slept60())
    qtbot.waitUntil(lambda: bool(room.all(Slept)))
    room.observer.close()
    assert room.all(Slept)[0] == Slept(at_ns=room.all(Slept)[0].at_ns, for_ms=60_000.0)


class Slept60(ClockWatch):
    """Clocks of a machine that slept for a minute before the first look."""

    def __init__(self) -> None:
        passed = itertools.chain((0,), itertools.repeat(60_000_000_000))  # a list of it would never end
        super().__init__((lambda: 0, lambda: next(passed)), lambda: 0)

    def look(self, at_ns: int) -> tuple[Event, ...]:
        return tuple(event for event in super().look(at_ns) if isinstance(event, Slept))
