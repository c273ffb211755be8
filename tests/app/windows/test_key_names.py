import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from app.windows.commands import APP_COMMANDS
from app.windows.key_names import key_name, shown
from viewers.commands import COMMANDS

NONE, SHIFT, CTRL, KEYPAD = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


@pytest.mark.parametrize(
    ("key", "modifiers", "name"),
    [
        (Qt.Key.Key_Y, NONE, "Y"),
        (Qt.Key.Key_Y, SHIFT, "Shift+Y"),
        (Qt.Key.Key_7, KEYPAD, "7"),
        (Qt.Key.Key_Return, NONE, "Return"),
        (Qt.Key.Key_Enter, KEYPAD, "Enter"),
        (Qt.Key.Key_Z, CTRL, "Ctrl+Z"),
        (Qt.Key.Key_Plus, KEYPAD, "+"),
    ],
)
def test_that_a_pressed_key_is_called_as_the_tables_call_it(key, modifiers, name):
    assert key_name(QKeyEvent(QEvent.Type.KeyPress, key, modifiers)) == name


@pytest.mark.parametrize(
    ("key", "words"), [("Shift+Down", "⇧ ↓"), ("+", "+"), ("Ctrl+Z", "Ctrl Z"), ("Return", "Enter"), ("Del", "Delete")]
)
def test_that_a_cap_shows_the_key_as_people_know_it(key, words):
    assert shown(key) == words


def test_that_every_key_of_the_tables_can_be_shown():
    assert all(shown(key).strip() for command in (*COMMANDS, *APP_COMMANDS) for key in command.keys)
