"""A card in the middle of a page, a little above it.

What belongs here: that layout. What does not: cards.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget


def centred(card: QWidget) -> QWidget:
    """A page with this card on it."""
    page = QWidget()
    across = QHBoxLayout()
    across.addStretch()
    across.addWidget(card)
    across.addStretch()
    down = QVBoxLayout(page)
    down.addStretch(2)
    down.addLayout(across)
    down.addStretch(3)
    return page
