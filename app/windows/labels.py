"""Plain labels, as every page has them.

What belongs here: making one. What does not: labels that do something, and their styles (theme).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.windows.theme import set_role


def label(words: str = "", role: str = "", *, wrap: bool = True) -> QLabel:
    """A label with a role of the style sheet; plain text, so that nothing in a protocol is taken for markup."""
    made = QLabel(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        set_role(made, role)
    return made
