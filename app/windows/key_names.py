"""The portable names of pressed keys, as the tables of commands and answers write them.

What belongs here: from a Qt key event to a name, and how a name is shown. What does not: what a key does.
"""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

SHOWN = {
    "Return": "Enter", "Del": "Delete", "PgDown": "Page Down", "PgUp": "Page Up",
    "Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "Shift": "⇧", "-": "−",
}  # fmt: skip


def key_name(event: QKeyEvent) -> str:
    """The key with its modifiers, as QKeySequence writes it; a key of the number pad is called like its twin."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key()))).toString(
        QKeySequence.SequenceFormat.PortableText
    )


def shown(key: str) -> str:
    """A portable name as people read it on a cap: "Shift+Down" becomes "⇧ ↓"."""
    if key == "+":
        return key
    parts = key.replace("++", "+plus").split("+")
    return " ".join("+" if part == "plus" else SHOWN.get(part, part) for part in parts)
