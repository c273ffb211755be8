"""The tools that a protocol leaves to readers: by name in the file, by key, menu and hand in the viewer."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from study_configs.reading_room import Tool, Tools
from viewers.commands import BY_ID
from viewers.light_box import Freedom, LightBox
from viewers.settings import SettingsFile
from viewers.tools.allowed import STANDS_FOR, withheld_actions, withheld_commands, withheld_tools
from viewers.tools.gestures import Gestures


def test_that_every_tool_of_the_language_stands_for_commands_that_there_are():
    assert set(STANDS_FOR) == set(get_args(Tool))
    for tool, starts in STANDS_FOR.items():
        assert all(any(command.startswith(start) for command in BY_ID) for start in starts), tool


def test_that_allowing_some_takes_away_all_others_and_never_what_nobody_can_read_without():
    tools = Tools(allow=("window", "zoom"))
    assert withheld_tools(tools) == frozenset(get_args(Tool)) - {"window", "zoom", "scroll"}
    withheld = withheld_commands(tools)
    assert {"measure.length", "slab.next", "pan.left", "tags.show"} <= withheld
    assert not {command for command in withheld if command.startswith(("scroll.", "window.file", "zoom.", "view."))}
    assert "measure.none" not in withheld, "Esc always steps back"
    assert withheld_commands(None) == withheld_actions(None) == frozenset()


@pytest.fixture
def light(qtbot, tmp_path, make_volume):
    volume = make_volume(np.arange(6 * 60 * 60, dtype=np.int16).reshape(6, 60, 60), affine=np.eye(4))
    tools = Tools(without=("window", "measure", "magnify"))
    freedom = Freedom(without=withheld_commands(tools), no_gesture=withheld_actions(tools), why_not="Not in this study")
    made = LightBox(SettingsFile(tmp_path / "s.yaml"), lambda: (volume.header,), lambda _header: volume, freedom)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    with qtbot.waitSignal(made.grid.first_painted):
        made.grid.show_volume(0, volume)
    return made


def test_that_keys_and_hands_do_nothing_that_is_withheld_and_say_so(qtbot, light):
    grid, viewport = light.grid, light.grid.active_viewport
    held: list[str] = []
    grid.hold_changed.connect(lambda command, down: held.append(command))
    before = viewport.view
    for key in (Qt.Key.Key_A, Qt.Key.Key_D, Qt.Key.Key_Q):
        QTest.keyClick(grid, key)
        assert "Not in this study" in " ".join(viewport.notes)
    assert viewport.view == before
    assert light.measures.tool == ""
    assert held == []
    for gestures in (Gestures(), Gestures().changed({"left": "window", "wheel": "window"})):
        grid.set_gestures(gestures)
        start = viewport.rect().center()
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(viewport, start + QPoint(40, 30))
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 30))
        assert viewport.view.window == before.window


def test_that_what_is_left_still_works(qtbot, light):
    grid, before = light.grid, light.grid.active_viewport.view
    QTest.keyClick(grid, Qt.Key.Key_Down)
    grid.perform("zoom.in")
    after = grid.active_viewport.view
    assert after.slice_index == before.slice_index + 1
    assert after.zoom > before.zoom
