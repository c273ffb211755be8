"""The page about an AI: what its model card says, over the reading room, closed by Esc.

What belongs here: that page, opening it when the panel asks, and telling the log. What does not: what stands on it
(overlays.models.card_page), and when it may be read (a protocol's layers).
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.tracking.events import ModelCardClosed, ModelCardShown
from app.tracking.recorder import clock
from app.windows.labels import label
from app.windows.scrim import Scrim
from app.windows.sitting_driver import SittingDriver
from app.windows.theme import current_theme
from overlays.models.card_page import CardPage
from overlays.panels.layer_panel import LayerPanel

WIDTH = 620
CLOSING = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ModelCardOverlay(Scrim):
    """One AI's card at a time. Esc, Enter or the button closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.card.setFixedWidth(current_theme().px(WIDTH))
        self._parts: list[QWidget] = []

    def show_page(self, page: CardPage) -> None:
        title = self.tr("About {ai}").format(ai=page.shown_as)
        self.setAccessibleName(title)
        for part in self._parts:
            self.content.removeWidget(part)
            part.hide()
            part.deleteLater()
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.dismiss)
        words = [part for heading, text in page.parts for part in (label(heading, "strong"), label(text))]
        self._parts = [label(title, "title"), label(self.tr("As its makers describe it"), "small"), *words, close]
        for part in self._parts:
            self.content.addWidget(part)
        self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        if event.key() in CLOSING:
            self.dismiss()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()


class CardDesk(QObject):
    """Opens the card that the panel asks for and tells the log when it came and went; `missing` where there is none."""

    missing = Signal(str)  # in words

    def __init__(self, room: QWidget, panel: LayerPanel, driver: SittingDriver, cards: Mapping[str, CardPage]) -> None:
        super().__init__(room)
        self._driver, self._cards, self._ai = driver, cards, ""
        self.overlay = ModelCardOverlay(room)
        self.overlay.closed.connect(self._closed)
        panel.card_wanted.connect(self.open)

    def open(self, ai: str) -> None:
        """Show what is known of an AI, from its card alone."""
        page = self._cards.get(ai)
        if page is None:
            self.missing.emit(self.tr("There is no model card for this AI."))
            return
        self._ai = ai
        self.overlay.show_page(page)
        self._driver.observe(ModelCardShown(at_ns=clock(), ai=ai, model_sha256=page.sha256))

    def close(self) -> None:
        self.overlay.dismiss()

    def _closed(self) -> None:
        self._driver.observe(ModelCardClosed(at_ns=clock(), ai=self._ai))
