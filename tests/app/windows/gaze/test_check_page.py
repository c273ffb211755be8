"""The check of an eye tracker, with a script for eyes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from app.tracking.events import GazeCalibrated, GazeMoved, GazeSourceLost, GazeSourceOpened
from app.tracking.gaze.screens import GazeScreen
from app.tracking.recorder import clock
from app.windows.gaze.check_page import CheckPage
from study_configs.tracking import GazeCheck

SAMPLE_MS = 10
SCREEN = GazeScreen((800, 600), (320.0, 240.0), 600.0)  # 2.5 px a mm: a degree is some 26 px


class HandClock:
    """The workstation's clock, which stands still until it is moved: no eye is late because the machine is."""

    def __init__(self) -> None:
        self._now_ns = time.monotonic_ns()

    def monotonic_ns(self) -> int:
        return self._now_ns

    def go_on(self, ms: float) -> None:
        self._now_ns += round(ms * 1e6)


@pytest.fixture
def hand_clock(monkeypatch: pytest.MonkeyPatch) -> HandClock:
    made = HandClock()
    monkeypatch.setattr("app.tracking.recorder.time", made)
    return made


@pytest.fixture
def page(qtbot, hand_clock: HandClock) -> CheckPage:
    made = CheckPage(GazeCheck(points=5, at_most_deg=1.0), settle_ms=30, look_ms=200)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    made.open_on(SCREEN)
    return made


def _open(page: CheckPage) -> None:
    page.take(GazeSourceOpened(at_ns=clock(), name="Spark", kind="lsl", rate_hz=250, units="normalised"))


def _check(qtbot, page: CheckPage, hand: HandClock, off: Callable[[int], tuple[float, float] | None]) -> None:
    """Press Enter, and look at each point but for `off` (px) until the result is there."""
    qtbot.keyClick(page, Qt.Key.Key_Return)
    hand.go_on(SAMPLE_MS / 2)  # no sample lies between two points
    while not page.errors:
        hand.go_on(SAMPLE_MS)
        page._tick()
        at = page.canvas._point
        if at is None:
            continue
        left, top = page._corner()
        shift = off(page._points.index((at[0] + left, at[1] + top)))
        x, y = (None, None) if shift is None else (at[0] + left + shift[0], at[1] + top + shift[1])
        now = clock()
        page.take(GazeMoved(at_ns=now, samples=tuple((now - 1000 * n, x, y, None, None) for n in range(4))))


def test_that_without_a_tracker_nothing_starts_and_escape_goes_on_without(qtbot, page):
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert not page._ticking.isActive()
    with qtbot.waitSignal(page.checked) as told, qtbot.waitSignal(page.closed) as closed:
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    (check,) = told.args
    assert isinstance(check, GazeCalibrated)
    assert (check.outcome, check.points, closed.args) == ("without", (), [False])


def test_that_a_good_tracker_is_accepted_with_its_errors_in_pixels_and_degrees(qtbot, page, hand_clock):
    _open(page)
    _check(qtbot, page, hand_clock, lambda number: (3.0, 4.0))
    with qtbot.waitSignal(page.checked) as told, qtbot.waitSignal(page.closed) as closed:
        qtbot.keyClick(page, Qt.Key.Key_Return)
    (check,) = told.args
    assert check.accepted
    assert check.error_px == (5.0,) * 5
    assert check.error_deg[0] == pytest.approx(0.191, abs=0.002)  # 2 mm before the middle, from 600 mm
    assert check.spread_px == (0.0,) * 5
    assert closed.args == [True]


def test_that_a_bad_tracker_is_repeated_by_enter_and_accepted_only_by_its_own_key(qtbot, page, hand_clock):
    _open(page)
    _check(qtbot, page, hand_clock, lambda number: None if number == 2 else (100.0, 0.0))
    assert page.result.is_bad
    assert page.errors[2].gaze is None
    with qtbot.waitSignal(page.checked) as told:
        qtbot.keyClick(page, Qt.Key.Key_Return)
    assert told.args[0].outcome == "repeated"
    assert told.args[0].error_px[2] is None
    _check(qtbot, page, hand_clock, lambda number: (100.0, 0.0))
    with qtbot.waitSignal(page.closed) as closed:
        qtbot.keyClick(page, Qt.Key.Key_A)
    assert closed.args == [True]


def test_that_errors_are_told_in_pixels_alone_where_the_screen_is_not_known(qtbot, page, hand_clock):
    page.open_on(GazeScreen((800, 600)))
    assert page.card.width_mm.text() == "not known"
    _open(page)
    _check(qtbot, page, hand_clock, lambda number: (3.0, 4.0))
    assert {each.error_deg for each in page.errors} == {None}
    assert not page.result.is_bad


def test_that_what_the_reader_says_of_the_screen_holds(qtbot, page):
    page.card.width_mm.setValue(400)
    page.card.distance_mm.setValue(700)
    assert page.screen_as_said == GazeScreen((800, 600), (400.0, 300.0), 700.0)


def test_that_a_tracker_that_is_lost_among_the_points_leads_back_to_the_set_up(qtbot, page):
    _open(page)
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert page._ticking.isActive()
    page.take(GazeSourceLost(at_ns=clock(), name="Spark", reason="closed"))
    assert not page._ticking.isActive()
    assert page._stack.currentIndex() == 0
    assert not page.card.start_button.isEnabled()
