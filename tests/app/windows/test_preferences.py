import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.windows.preferences import PreferencesPage
from app.windows.theme import apply_theme
from viewers.settings import SettingsFile
from viewers.tools.gestures import Gestures
from viewers.volume import Window


@pytest.fixture
def window(qapp, qtbot):
    apply_theme(qapp, 1.0)
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


@pytest.fixture
def file(tmp_path):
    return SettingsFile(tmp_path / "r.yaml")


def choose(page, gesture, action):
    box = page.boxes[gesture]
    box.setCurrentIndex(box.findData(action))


def test_that_a_chosen_gesture_holds_at_once_and_is_kept(qtbot, window, file):
    page = PreferencesPage(window, file)
    page.open_page()
    with qtbot.waitSignal(page.gestures_changed) as changed:
        choose(page, "left", "scroll")
    assert changed.args[0].action("left") == "scroll"
    assert SettingsFile(file.path).read().gestures.action("left") == "scroll"
    page.reset_button.click()
    assert SettingsFile(file.path).read().gestures == Gestures()
    assert page.boxes["left"].currentData() == "window"


def test_that_the_protocol_has_the_last_word(qtbot, window, file):
    file.change(gestures=Gestures().changed({"left": "pan"}))
    page = PreferencesPage(window, file, {"left": "scroll"})
    page.open_page()
    assert not page.boxes["left"].isEnabled()
    assert page.boxes["left"].currentData() == "scroll"
    with qtbot.waitSignal(page.gestures_changed) as changed:
        choose(page, "right", "pan")
    assert changed.args[0].action("left") == "scroll"
    assert SettingsFile(file.path).read().gestures.action("left") == "pan"  # the reader's own, for other studies


def test_that_a_conflict_is_said(window, file):
    page = PreferencesPage(window, file)
    page.open_page()
    assert page.said.isHidden()
    choose(page, "Shift+left", "scroll")
    assert "fine steps" in page.said.text()
    choose(page, "Shift+left", "")
    assert page.said.isHidden()
    choose(page, "middle", "nothing")
    assert "move the image" in page.said.text()


def test_that_own_windows_are_named_and_forgotten(window, file, qtbot):
    file.keep_window("CT", 2, Window(100, 300, "linear_exact", "Own 2"))
    page = PreferencesPage(window, file)
    page.open_page()
    field = page.names["CT", 2]
    field.setText("Pancreas")
    field.editingFinished.emit()
    assert SettingsFile(file.path).read().own_windows["CT", 2].name == "Pancreas"
    page._forget(("CT", 2))
    assert SettingsFile(file.path).read().own_windows == {}


def test_that_it_fits_and_esc_closes_it(window, file, qtbot):
    for number in (1, 2, 3, 4):
        file.keep_window("CT", number, Window(100, 300, "linear_exact", f"Own {number}"))
    page = PreferencesPage(window, file)
    page.open_page()
    qtbot.waitUntil(lambda: page.card.size() == page.card.sizeHint())
    assert page.rect().contains(page.card.geometry())
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()
