"""Every word of the viewer that people read is one that Linguist's tools find, and has its Dutch."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit, QMenu

import viewers
from app.windows.language import install_language
from study_configs.hanging_files import shipped_hangings
from study_configs.words import plain, use_translator
from viewers import fidelity, shown_words
from viewers.comparing.exams import exams
from viewers.drawing import captions
from viewers.light_box import LightBox
from viewers.measuring.numbers import Number, Numbers, lines
from viewers.planes.turning import TURNS
from viewers.presets import CT_PRESETS
from viewers.settings import SettingsFile
from viewers.tools.gestures import Gestures
from viewers.tools.gestures import lines as gesture_lines
from viewers.view import Slab, View
from viewers.volume import Lossy, Window
from viewers.window_presets import preset_lists

HOME = Path(viewers.__file__).parent
MODULES = sorted(HOME.rglob("*.py"))
# What puts a text on the screen: where its words are written out they must pass through tr or translate
SHOWS = frozenset(
    (
        "say", "set_note", "setText", "setToolTip", "setAccessibleName", "setAccessibleDescription", "addAction",
        "setPlaceholderText", "setWindowTitle", "addMenu", "setHeaderLabels", "QLabel", "QPushButton", "show_tags",
        "QListWidgetItem", "announce", "drawText", "setTitle",
    )
)  # fmt: skip
PLACES = re.compile(r"\{[^}]*\}|%n")
WORD = re.compile(r"[A-Za-z]{3,}")


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Context and text of every call that is to be translated in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for scope in ast.walk(tree):
        for node in ast.walk(scope) if isinstance(scope, ast.ClassDef) else ():
            if isinstance(node, ast.Call) and name_of(node) == "tr":
                yield scope.name, literal(node.args[0], path, node)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) == "phrase":
            yield literal(node.args[0], path, node), literal(node.args[1], path, node)
        if isinstance(node, ast.Call) and name_of(node) == "translate" and isinstance(node.args[0], ast.Constant):
            text = node.args[1]
            if isinstance(text, ast.Constant):  # others come from tables, whose entries are phrases
                yield literal(node.args[0], path, node), str(text.value)


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def literal(node: ast.expr, path: Path, call: ast.Call) -> str:
    assert isinstance(node, ast.Constant), f"{path}:{call.lineno} is no literal that lupdate finds"
    return str(node.value)


@pytest.fixture(scope="module")
def dutch() -> dict[tuple[str, str], str]:
    """The finished Dutch texts by context and English."""
    text = files("resources").joinpath("translations", "readerlab_nl.ts").read_text(encoding="utf-8")
    found = {}
    for context in ET.fromstring(text).iter("context"):
        for message in context.findall("message"):
            translation = message.find("translation")
            if translation is not None and translation.get("type") != "unfinished":
                found[context.findtext("name", ""), message.findtext("source", "")] = "".join(translation.itertext())
    return found


@pytest.fixture
def in_dutch(qapp):
    install_language(qapp, "nl")
    yield qapp
    install_language(qapp, "en")
    use_translator(plain)


@pytest.fixture
def chest(make_volume):
    affine = np.diag([0.7, 0.7, 2.0, 1.0])
    return make_volume(np.zeros((4, 16, 16), np.int16), affine=affine, body_part="CHEST")


@pytest.fixture
def view():
    return View(0, (8.0, 8.0), 1.0, CT_PRESETS[0])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_that_every_text_has_a_finished_dutch_one_with_the_same_places(path, dutch):
    for context, text in texts_of(path):
        assert (context, text) in dutch, f"{context}: {text!r} has no Dutch: run make translations"
        assert sorted(PLACES.findall(dutch[context, text])) == sorted(PLACES.findall(text)), text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_that_no_words_reach_the_screen_untranslated(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or name_of(node) not in SHOWS:
            continue
        first = node.args[-1:] if name_of(node) in ("set_note", "announce", "drawText") else node.args[:1]
        for shown in first:
            written = (
                [shown] if isinstance(shown, ast.Constant) else shown.values if isinstance(shown, ast.JoinedStr) else []
            )
            words = [str(part.value) for part in written if isinstance(part, ast.Constant)]
            assert not any(WORD.search(re.sub(r"<[^>]*>", "", word)) for word in words), f"{path}:{node.lineno} {words}"


def test_that_shipped_windows_and_hangings_and_turns_have_dutch_names(dutch):
    windows = {preset.name for each in preset_lists() for preset in each.presets} | {each.name for each in CT_PRESETS}
    assert [name for name in windows if (shown_words.WINDOWS, name) not in dutch] == []
    titles = {title for each in shipped_hangings() for title in (each.title, *(stage.title for stage in each.stages))}
    assert [title for title in titles if title and ("ViewerHangings", title) not in dutch] == []
    parts = {part for turn in TURNS for part in turn.name.split(", ") if part}
    assert [part for part in parts if ("ViewerPlanes", part) not in dutch] == []


def test_that_a_ct_is_captioned_in_dutch_with_numbers_and_letters_as_they_were(in_dutch, chest, view):
    assert captions.series_line(chest.header) == "CT · Chest · serie 1"
    assert captions.window_line(chest, view) == "Weke delen  ·  W 400  C 40"
    assert captions.around_line(chest, 0, (5.0, 5.0)) == "gemiddelde van 3 × 3: 0 HU"
    assert set("".join(captions.orientation(chest.header).values())) <= set("LRAPHF")
    assert captions.position_line(chest.header, 0) == "H 0.0 mm"
    assert captions.loading_line(chest, lost=0) == ""
    chest.loaded[1] = False
    assert captions.loading_line(chest) == "3/4 coupes geladen"


def test_that_fidelity_and_measurements_speak_dutch(in_dutch, chest, view):
    lossy = replace(chest.header, lossy=Lossy(12.0, "JPEG"))
    told = fidelity.notes(type(chest)(lossy, chest.stored, chest.loaded), replace(view, slab=Slab("max", 10.0)))
    text = " ".join(note.text for note in told)
    assert "met verlies van 12:1 gecomprimeerd (JPEG)" in text
    assert "Een plak van 10 mm: de helderste waarde" in text
    numbers = Numbers((Number("mean", -310.5, "HU"), Number("SD", 20.0, "HU")), "not calibrated")
    assert lines(numbers) == ("gem. −310.5 HU   SD 20.0", "niet gekalibreerd")


def test_that_a_prior_and_gestures_are_said_in_dutch(in_dutch, chest):
    current = replace(chest.header, exam_uid="1", acquired="20240701")
    prior = replace(chest.header, exam_uid="2", acquired="20230502")
    assert [exam.heading for exam in exams((current, prior))] == [
        "2024-07-01, huidig",
        "2023-05-02, vorig, 14 maanden eerder",
    ]
    said = dict(gesture_lines(Gestures()))
    assert said[("Wiel",)] == "Door de beelden scrollen"
    assert said[("Ctrl wiel",)] == "Vergroten of verkleinen"


def test_that_remarks_of_files_keep_their_numbers_and_unknown_ones_stay(in_dutch):
    said = shown_words.remark("Something new 7.5 mm. Only each slice's own position is exact.")
    assert said == "Something new 7.5 mm. Alleen de eigen positie van elke coupe is exact."
    said = shown_words.remark(
        "The slices are sheared against their normal by 12.5° (gantry tilt, -12.5° in the files)."
    )
    assert said == "De coupes staan 12.5° scheef op hun normaal (gantrykanteling, -12.5° in de bestanden)."
    assert shown_words.remark("this region's axes are in s and cm/s") == "de assen van dit gebied zijn in s en cm/s"
    gaps = "2 slices seem to be missing: after slice 4 (7.50 mm), after slice 9 (7.50 mm) and at 3 more places."
    assert "Er lijken 2 coupes te ontbreken: na coupe 4 (7.50 mm), na coupe 9" in shown_words.remark(gaps)
    assert shown_words.window_name("MAKER'S WINDOW") == "MAKER'S WINDOW"


def test_that_every_remark_that_has_dutch_is_still_made_somewhere():
    made = [text for path in MODULES if path.name != "shown_words.py" for text in written_in(path)]
    lost = [
        known for known in shown_words.REMARKS if not any(PLACES.sub("{}", known).strip(" .:") in text for text in made)
    ]
    assert [known for known in lost if "seem" not in known and "gantry tilt" not in known] == []  # made of pieces


def written_in(path: Path) -> Iterator[str]:
    """Every text of a module with "{}" where values stand."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


@pytest.fixture
def light(in_dutch, qtbot, tmp_path, chest):
    box = LightBox(SettingsFile(tmp_path / "settings.yaml"), lambda: (chest.header,), lambda _header: chest)
    qtbot.addWidget(box)
    box.resize(1280, 800)
    box.show()
    box.grid.show_volume(0, chest)
    return box


def test_that_menus_are_in_dutch(light):
    assert [button.text() for button in light.strip.buttons.values()][:3] == ["Scrollen", "Venster", "Zoom"]
    menu = QMenu(light)
    light.menus.fill(menu, "Window")
    said = [action.text() for action in menu.actions()]
    assert any(text.startswith("Weke delen") for text in said)
    assert any(text.endswith("Alt+Shift+→") for text in said)
    english = {preset.name for each in preset_lists() for preset in each.presets} - {"Mediastinum", "Abdomen"}
    assert not {text.split("   ")[0] for text in said} & english


def test_that_the_strip_fits_the_smallest_screen_in_dutch(light):
    assert light.strip.layout().minimumSize().width() <= 1280
    assert all(b.width() >= b.minimumSizeHint().width() for b in light.strip.findChildren(QAbstractButton))


@pytest.mark.parametrize("width", [1280, 700, 300])
def test_that_what_has_no_room_in_the_strip_is_found_under_one_button(light, qtbot, width):
    light.strip.setFixedWidth(width)
    buttons = light.strip.findChildren(QAbstractButton)
    qtbot.waitUntil(lambda: all(b.width() >= b.sizeHint().width() for b in buttons if b.isVisible()))
    assert light.strip.width() == width
    seen = [button for button in buttons if button.isVisible()]
    more = next(b for b in seen if b.text() == "⋯") if width < 1280 else None
    if more is not None:
        more.menu().aboutToShow.emit()
        titles = [action.text() for action in more.menu().actions()]
        assert titles == [b.text() for b in light.strip.buttons.values() if not b.isVisible()]


def test_that_whoever_hears_the_screen_is_told_what_each_viewport_shows(light, chest):
    grid = light.grid
    light.names.name_all()
    assert grid.accessibleName() == "Beelden"
    assert grid.viewports[0].accessibleName() == "Beeldvenster 1 van 1: Thorax 1.0, coupe 3 van 4"
    grid.set_layout(1, 2)
    grid.perform("scroll.next")
    light.names.name_all()
    assert grid.viewports[0].accessibleName() == "Beeldvenster 1 van 2: Thorax 1.0, coupe 4 van 4"
    assert grid.accessibleDescription() == grid.viewports[0].accessibleName()
    assert grid.viewports[1].accessibleName() == "Beeldvenster 2 van 2: leeg"


def test_that_names_follow_once_the_picture_rests(light, qtbot):
    light.names.name_all()
    light.grid.perform("scroll.next")
    qtbot.waitUntil(lambda: "coupe 4" in light.grid.accessibleDescription())


def test_that_everything_that_takes_the_focus_has_a_name(light):
    kinds = (QAbstractButton, QAbstractItemView, QLineEdit)
    nameless = [
        widget
        for kind in kinds
        for widget in light.findChildren(kind)
        if widget.focusPolicy().value and not (widget.accessibleName() or widget.property("text"))
    ]
    assert nameless == []


def test_that_log_and_settings_keep_english(in_dutch, light, chest):
    light.grid.perform("window.preset.2")
    assert light.grid.active_viewport.view.window.name == "Lung"
    light.grid.perform("window.user.1.save")
    assert light.grid.active_viewport.view.window == Window(-600.0, 1500.0, name="Own 1")
