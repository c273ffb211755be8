"""The viewer whole: what Esc puts away, what is said where nothing is seen, what the strip shows as on."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from viewers.desks.tell_desk import HINTS, PICTURE_WORDS
from viewers.light_box import Freedom, LightBox
from viewers.measuring.shapes import KINDS
from viewers.moves import FILTERS, INTERPOLATIONS
from viewers.settings import SettingsFile


@pytest.fixture
def volume(make_volume):
    ramp = np.add.outer(np.arange(60) * 10, np.arange(60)).astype(np.int16)
    return make_volume(np.stack([ramp + n for n in range(6)]), affine=np.eye(4))


@pytest.fixture
def light(qtbot, tmp_path, volume):
    made = LightBox(
        SettingsFile(tmp_path / "s.yaml"), lambda: (volume.header,), lambda _header: volume,
        Freedom(without=frozenset({"mark.tool"})),
    )  # fmt: skip
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    with qtbot.waitSignal(made.grid.first_painted):
        made.grid.show_volume(0, volume)
    return made


def esc(qtbot, light):
    qtbot.keyClick(light.grid, Qt.Key.Key_Escape)


def said(light):
    return " ".join(light.grid.active_viewport.notes)


@pytest.mark.parametrize(
    ("command", "is_there"),
    [
        ("fidelity.show", lambda light: light.fidelity.card.isVisible()),
        ("histogram.toggle", lambda light: light.lookups.plot.isVisible()),
        ("cine.toggle", lambda light: light.cine.is_playing),
        ("pointer.toggle", lambda light: light.pointer.is_out),
        ("crosshair.toggle", lambda light: light.crosshair.is_on),
        ("window.region", lambda light: light.region.is_drawing),
        ("measure.length", lambda light: bool(light.measures.tool)),
        ("brush.paint", lambda light: bool(light.measures.tool)),
    ],
)
def test_that_esc_takes_one_step_back_from_each_thing(qtbot, light, command, is_there):
    light.grid.perform(command)
    assert is_there(light)
    esc(qtbot, light)
    assert not is_there(light)


def test_that_esc_takes_one_thing_at_a_time_and_brings_the_layout_back_last(qtbot, light):
    for command in ("layout.2x2", "viewport.maximise", "crosshair.toggle", "histogram.toggle", "measure.length"):
        light.grid.perform(command)
    states = [
        lambda: bool(light.measures.tool),
        lambda: light.lookups.plot.isVisible(),
        lambda: light.crosshair.is_on,
        lambda: light.grid.is_maximised,
    ]
    for gone in range(1, len(states) + 1):
        esc(qtbot, light)
        assert [state() for state in states] == [False] * gone + [True] * (len(states) - gone)
    assert light.grid.shape == (2, 2)


def test_that_esc_with_nothing_to_put_away_is_no_command_of_the_images(qtbot, light):
    with qtbot.waitSignal(light.grid.command_unknown) as unknown:
        esc(qtbot, light)
    assert unknown.args[0] == "measure.none"


def test_that_the_strip_shows_when_a_cine_plays(light):
    button = light.strip._at_hand["cine.toggle"]
    light.grid.perform("cine.toggle")
    assert button.isChecked()
    light.grid.perform("scroll.last")  # turning to another slice stops it
    assert not light.cine.is_playing
    assert not button.isChecked()


def test_that_every_tool_says_what_to_do_as_long_as_it_is_in_the_hand(qtbot, light):
    assert set(HINTS) == {f"measure.{kind}" for kind in KINDS} | {"brush.paint", "brush.volume", "brush.erase"}
    for tool, words in HINTS.items():
        light.grid.perform(tool)
        assert words in said(light)
    esc(qtbot, light)
    assert not said(light)


def test_that_a_sentence_about_one_command_goes_with_the_next(light):
    light.grid.perform("measure.undo")
    assert "nothing to undo" in said(light)
    light.grid.perform("scroll.next")
    assert not said(light)


def test_that_the_hint_goes_along_with_the_active_viewport(light):
    light.grid.perform("layout.1x2")
    light.grid.perform("measure.angle")
    light.grid.perform("viewport.next")
    assert HINTS["measure.angle"] in said(light)
    assert not light.grid.viewports[0].notes


def test_that_the_plane_is_named_in_wide_and_in_narrow_viewports(light):
    header = {}
    for width in (900, 300):
        light.resize(width, 700)
        for plane in ("native", "coronal"):
            light.grid.perform(f"plane.{plane}")
            viewport = light.grid.active_viewport
            picture = viewport.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
            header[plane] = [picture.pixelColor(x, y).value() for y in range(26, 42) for x in range(12, 60)]
        assert max(header["coronal"]) > 150
        assert header["coronal"] != header["native"]


def test_that_choices_without_a_mark_in_the_picture_are_said(light):
    for _ in INTERPOLATIONS:
        light.grid.perform("interpolation.next")
        assert PICTURE_WORDS[f"interpolation {light.grid.active_viewport.view.interpolation}"] in said(light)
    for _ in FILTERS:
        light.grid.perform("filter.next")
        assert PICTURE_WORDS[f"filter {light.grid.active_viewport.view.filter}"] in said(light)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("measure.undo", "nothing to undo"),
        ("measure.redo", "nothing to redo"),
        ("measure.next", "Nothing has been measured"),
        ("measure.remove", "Choose a measurement"),
        ("measure.rename", "Choose a measurement"),
        ("measure.recolour", "Choose a measurement"),
        ("cine.faster", "images a second"),
        ("link.toggle", "linked"),
        ("link.offset", "No offset"),
        ("viewport.maximise", "one viewport only"),
        ("viewport.next", "one viewport only"),
        ("graphics.toggle", "hidden"),
        ("mark.tool", "not offered here"),
    ],
)
def test_that_a_key_which_changes_nothing_to_be_seen_says_why(light, command, words):
    before = replace(light.grid.active_viewport.view)
    light.grid.perform(command, "key")
    assert words in said(light)
    assert light.grid.active_viewport.view == before
    assert not light.grid.is_marking
