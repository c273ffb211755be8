"""The workplace changes while somebody reads: monitors come, go, are scaled anew; the machine sleeps, its clock is set.

The sitting goes on as it was, and the log says what changed, once, with what it changes for places on the screen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication

from app.tracking.clocks import ClockWatch
from app.tracking.events import ClockJumped, DisplayDescribed, MonitorsDescribed, PanelsPlaced, Slept, WindowFroze
from app.windows import monitors_log

from .test_sitting import read_phase
from .test_what_is_logged import at_the_images, of

MONITOR = ("desk", "Maker Model", 2560, 1440, 0, 0, 2560, 1440, 1.0, 600.0, 340.0, 60.0)
SCALED = (*MONITOR[:6], 1280, 720, 2.0, *MONITOR[9:])
SECOND_MONITOR = ("wall", "Maker Model", 1920, 1080, 2560, 0, 1920, 1080, 1.0, 0.0, 0.0, 60.0)
ROOT = Path(__file__).parents[3]


class Screens:
    """Stands for the application's list of screens, each of which is described as the test says."""

    def __init__(self, *monitors) -> None:
        self.monitors = monitors

    def screens(self):
        return self.monitors


@pytest.fixture
def monitors(monkeypatch: pytest.MonkeyPatch, start):
    """A sitting over its first case, at a workplace with these monitors, which a test may change."""
    screens = Screens(MONITOR, SECOND_MONITOR)

    def begun(qtbot):
        run, _ = at_the_images(qtbot, start)
        log = run.window._surroundings.monitors
        monkeypatch.setattr(log, "_window", type("Window", (), {"screen": lambda self: _Named("desk")})())
        monkeypatch.setattr(monitors_log, "QGuiApplication", screens)
        monkeypatch.setattr(monitors_log, "_described", lambda monitor: monitor)
        changed(qtbot, run, QGuiApplication.instance().screenAdded)
        return run

    return screens, begun


class _Named:
    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        return self._name


def changed(qtbot, run, signal) -> None:
    """Qt tells of a change, and the log takes it."""
    counts, screen = run.window.driver.recorder.counts, run.window.screen()
    before = counts["MonitorsDescribed"]
    signal.emit(screen)
    qtbot.waitUntil(lambda: counts["MonitorsDescribed"] == before + 1)


def test_that_a_monitor_that_is_unplugged_and_one_that_is_scaled_are_described_and_the_case_is_read_on(qtbot, monitors):
    screens, begun = monitors
    run = begun(qtbot)
    screens.monitors = (MONITOR,)
    changed(qtbot, run, QGuiApplication.instance().screenRemoved)
    screens.monitors = (SCALED,)
    counts, screen = run.window.driver.recorder.counts, run.window.screen()
    told = counts["MonitorsDescribed"], counts["DisplayDescribed"]
    for tells in (screen.geometryChanged.emit, screen.geometryChanged.emit):  # Qt tells of one change in several ways
        tells(screen.geometry())
    screen.logicalDotsPerInchChanged.emit(192.0)
    qtbot.waitUntil(lambda: (counts["MonitorsDescribed"], counts["DisplayDescribed"]) == (told[0] + 1, told[1] + 1))
    read_phase(qtbot, run.window)
    run.close()
    described = of(MonitorsDescribed, run.events())
    assert [each.monitors for each in described[1:]] == [(MONITOR, SECOND_MONITOR), (MONITOR,), (SCALED,)]
    assert {each.window_on for each in described[1:]} == {"desk"}
    assert len(of(DisplayDescribed, run.events())) == len(described)


class Machine:
    """Clocks of a machine that sleeps, or is set, when a test says so, ns."""

    def __init__(self) -> None:
        self.awake = self.passed = self.wall = 10**18

    def watch(self) -> ClockWatch:
        return ClockWatch((lambda: self.awake, lambda: self.passed), lambda: self.wall)

    def sleep(self, seconds: float) -> None:
        self.passed += round(seconds * 1e9)
        self.wall += round(seconds * 1e9)

    def set_clock(self, seconds: float) -> None:
        self.wall += round(seconds * 1e9)


def test_that_sleep_and_clocks_that_are_set_over_a_case_are_told_once_and_it_is_read_on(qtbot, start):
    run, _ = at_the_images(qtbot, start)
    machine, counts = Machine(), run.window.driver.recorder.counts
    run.window.observer._clocks = machine.watch()
    machine.sleep(3600)
    qtbot.waitUntil(lambda: counts["Slept"] == 1)
    machine.set_clock(-120)
    qtbot.waitUntil(lambda: counts["ClockJumped"] == 1)
    read_phase(qtbot, run.window)
    run.close()
    events = run.events()
    assert [event.for_ms for event in of(Slept, events)] == [3_600_000]
    assert [event.by_ms for event in of(ClockJumped, events)] == [-120_000]
    slept_ns = of(Slept, events)[0].at_ns
    assert slept_ns not in [event.at_ns for event in of(WindowFroze, events)]  # a sleep is no frozen window


DPI = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
TWO = [
    {"name": "left", "x": 0, "y": 0, "width": 1600, "height": 1000, **DPI},
    {"name": "right", "x": 1600, "y": 0, "width": 2560, "height": 1600, **DPI},
]


def test_that_a_workplace_with_two_monitors_is_followed_from_one_to_the_other(tmp_path: Path) -> None:
    """The test below, in a process with two monitors."""
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": TWO}), "utf-8")
    inner = f"{__file__}::{test_that_the_log_follows_a_window_that_is_moved_to_another_monitor.__name__}"
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", inner],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=300,
        env={**own, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"},
    )  # fmt: skip
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_that_the_log_follows_a_window_that_is_moved_to_another_monitor(qtbot, start):
    if len(QGuiApplication.screens()) < 2:
        pytest.skip("one monitor: the test above runs this with two")
    run, _ = at_the_images(qtbot, start)
    left, right = QGuiApplication.screens()
    counts = run.window.driver.recorder.counts
    before = {kind: counts[kind] for kind in ("MonitorsDescribed", "DisplayDescribed", "PanelsPlaced")}
    assert run.window.screen() is left
    inside = run.window.pos() - left.geometry().topLeft()
    run.window.move(right.geometry().topLeft() + inside)  # at the same place of another screen
    qtbot.waitUntil(lambda: run.window.screen() is right)
    qtbot.waitUntil(lambda: all(counts[kind] > number for kind, number in before.items()))
    panels = run.window._surroundings.panels
    qtbot.waitUntil(lambda: panels._told[1] == "right")  # that they moved may have been told before
    viewport = run.window.room.grid.active_viewport
    corner = viewport.mapToGlobal(QPoint(0, 0)) - right.geometry().topLeft()
    on_the_right = [corner.x(), corner.y(), viewport.width(), viewport.height()]
    run.close()
    events = run.events()
    assert [event.window_on for event in of(MonitorsDescribed, events)] == ["left", "right"]
    assert [event.screen for event in of(DisplayDescribed, events)] == ["left", "right"]
    assert (of(DisplayDescribed, events)[-1].width, of(DisplayDescribed, events)[-1].height) == (2560, 1600)
    placed = of(PanelsPlaced, events)[-1]
    assert placed.screen == "right"
    assert {name: place for name, *place in placed.panels}["viewport 0"] == on_the_right
