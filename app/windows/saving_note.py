"""A line at the foot of the window while something is being saved, on pages that have no bar of their own.

What belongs here: showing it in time, and not for a blink. What does not: what is saved, and stopping (sitting_driver).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from app.windows.theme import current_theme, set_role

SHOWN_AFTER_MS = 100  # most commits take a few ms; in a dark room nothing should flash


class SavingNote(QLabel):
    """`show_saving` from the moment something is handed to the store until it is safe; `show_slow` after a second."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._soon = QTimer(self, singleShot=True, interval=SHOWN_AFTER_MS)
        self._soon.timeout.connect(lambda: self._say(self.tr("Saving …"), "notice"))
        parent.installEventFilter(self)
        self.hide()

    def show_saving(self, saving: bool) -> None:
        if saving:
            self._soon.start()
        else:
            self._soon.stop()
            self.hide()

    def show_slow(self) -> None:
        self._soon.stop()
        self._say(self.tr("Saving takes longer than usual …"), "caution")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _say(self, words: str, role: str) -> None:
        self.setText(words)
        set_role(self, role)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        self.adjustSize()
        within, gap = self._window.rect(), current_theme().space(4)
        self.move((within.width() - self.width()) // 2, within.height() - self.height() - gap)
