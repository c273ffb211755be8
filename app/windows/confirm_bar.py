"""The foot of the question panel: the button that confirms, and why it cannot, what it waits for, whether it is saved.

What belongs here: the states of that button. What does not: what confirming leads to (the driver).
"""

from __future__ import annotations

import math
import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.windows.labels import label
from app.windows.theme import current_theme, set_role

TICK_MS = 200
SLOW_AFTER_MS = 1_000


class ConfirmButton(QPushButton):
    """Enter is left to the panel, so that one press confirms once."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)


class ConfirmBar(QWidget):
    """One button and one line above it. `requested` comes only while confirming is possible."""

    requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = current_theme()
        self._still_open = 0
        self._ready_at_s = 0.0
        self._saving = self._read_only = False
        self.reason = label("", "small")
        self.button = ConfirmButton(self.tr("Confirm   ⏎"))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.button, "primary", name="kind")
        self.button.clicked.connect(self.request)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.space(3), theme.space(2), 0)
        column.setSpacing(theme.space(2))
        column.addWidget(self.reason)
        column.addWidget(self.button)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._refresh)
        self._slow = QTimer(self, singleShot=True, interval=SLOW_AFTER_MS)
        self._slow.timeout.connect(lambda: self._say(self.tr("Saving is taking longer than usual …"), "caution"))
        self._refresh()

    @property
    def possible(self) -> bool:
        return not (self._saving or self._read_only or self._still_open or self._seconds_left() > 0)

    def start(self, available_in_s: float = 0.0) -> None:
        """A new phase: confirming is possible this many seconds from now, once nothing is open."""
        self._saving = self._read_only = False
        self._slow.stop()
        self._ready_at_s = time.monotonic() + available_in_s
        self._refresh()

    def show_open(self, count: int) -> None:
        self._still_open = count
        self._refresh()

    def show_saving(self) -> None:
        self._saving = True
        self._slow.start()
        self._refresh()

    def show_saved(self) -> None:
        self._saving, self._read_only = False, True
        self._slow.stop()
        self._refresh()

    def show_not_saved(self, why: str) -> None:
        """The save failed; the answers still stand and can be confirmed again."""
        self._saving = False
        self._slow.stop()
        self._refresh()
        self._say(why, "caution")

    def request(self) -> None:
        if self.possible:
            self.requested.emit()

    def _refresh(self) -> None:
        left = self._seconds_left()
        if left > 0 and not self._tick.isActive():
            self._tick.start()
        elif left <= 0:
            self._tick.stop()
        self.button.setEnabled(self.possible)
        self.button.setText(self._words())
        self._say("" if self._saving or self._read_only else self._reason(left), "small")
        self.button.setAccessibleName(self.tr("Confirm the answers"))
        self.button.setAccessibleDescription(self.reason.text())

    def _words(self) -> str:
        if self._saving:
            return self.tr("Saving …")
        return self.tr("Saved") if self._read_only else self.tr("Confirm   ⏎")

    def _reason(self, seconds_left: float) -> str:
        still_open, seconds = self._still_open, math.ceil(seconds_left)
        if still_open and seconds > 0:
            both = self.tr("%n question(s) still open, available in {seconds} s", "", still_open)
            return both.format(seconds=seconds)
        if still_open:
            return self.tr("%n question(s) still open", "", still_open)
        return self.tr("Available in {seconds} s").format(seconds=seconds) if seconds > 0 else ""

    def _say(self, words: str, role: str) -> None:
        self.reason.setText(words)
        set_role(self.reason, role)

    def _seconds_left(self) -> float:
        return self._ready_at_s - time.monotonic()
