"""What is typed about measurements: a point's confidence in digits, and a name in a line over the image.

What belongs here: the two little inputs. What does not: keeping what was typed (measure_desk).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

LISTEN_MS, SETTLE_MS = 6_000, 1_500  # how long digits are waited for after a point, and after the last digit
MOST_LETTERS = 80
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ConfidenceKeys(QObject):
    """Takes the digits typed after a point was placed: one of 1 to `points`, or 0 to 100 in up to three digits."""

    settled = Signal(str, int)  # measurement, confidence
    changed = Signal()  # another hint

    def __init__(self, parent: QObject, points: int) -> None:
        super().__init__(parent)
        self.points = points
        self._mark, self._typed = "", ""
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._settle)

    def listen(self, mark: str) -> None:
        self._mark, self._typed = mark, ""
        self._timer.start(LISTEN_MS)

    def forget(self) -> None:
        self._mark = self._typed = ""
        self._timer.stop()
        self.changed.emit()

    def hint(self, mark: str) -> str:
        """What is asked for beside a point, or how far it was typed; "" where nothing is."""
        if not self._mark or mark != self._mark:
            return ""
        lowest = 1 if self.points < 10 else 0
        return (
            f"{self._typed}_"
            if self._typed
            else self.tr("confidence {lowest} to {highest}?").format(lowest=lowest, highest=self.points)
        )

    def wants(self, key: str) -> bool:
        """Whether a key belongs here now; Return only after a digit."""
        return bool(self._mark) and (key.isdigit() or (key == "Return" and bool(self._typed)))

    def take(self, key: str) -> None:
        if key == "Return":
            self._settle()
            return
        typed = self._typed + key
        if int(typed) > self.points or (self.points < 10 and int(typed) == 0):
            return
        self._typed = typed
        self.changed.emit()
        if int(typed) * 10 > self.points:  # no further digit fits
            self._settle()
        else:
            self._timer.start(SETTLE_MS)

    def _settle(self) -> None:
        mark, typed = self._mark, self._typed
        self.forget()
        if typed:
            self.settled.emit(mark, int(typed))


class NameLine(QLineEdit):
    """A line over the image: Return keeps the name, Escape does not, and no key of it goes on to the viewer."""

    def __init__(self, parent: QWidget, name: str, number: str, keep: Callable[[str], None]) -> None:
        super().__init__(name, parent)
        self._keep, self._is_over, self._before = keep, False, QApplication.focusWidget()
        self.setMaxLength(MOST_LETTERS)
        self.setAccessibleName(self.tr("Name of measurement {number}").format(number=number))
        self.setPlaceholderText(self.tr("Name, then Return"))
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTERS or event.key() == Qt.Key.Key_Escape:
            self._end(is_kept=event.key() in ENTERS)
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._end(is_kept=event.reason() != Qt.FocusReason.PopupFocusReason)

    def _end(self, *, is_kept: bool) -> None:
        if self._is_over:
            return
        self._is_over = True
        if is_kept:
            self._keep(self.text())
        if self._before is not None:
            self._before.setFocus()
        self.hide()
        self.deleteLater()


def edit_name(viewport: QWidget, x: int, y: int, name: str, number: str, keep: Callable[[str], None]) -> NameLine:
    """Opens a line at (x, y) of a viewport, inside it."""
    line = NameLine(viewport, name, number, keep)
    line.resize(min(220, viewport.width() - 8), line.sizeHint().height())
    line.move(
        max(4, min(x, viewport.width() - line.width() - 4)), max(4, min(y, viewport.height() - line.height() - 4))
    )
    line.show()
    line.setFocus()
    return line


def key_of(event: QKeyEvent) -> str:
    """A digit, "Return", "Backspace", or "" for anything else or with a modifier."""
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return ""
    if event.key() in ENTERS:
        return "Return"
    if event.key() == Qt.Key.Key_Backspace:
        return "Backspace"
    return event.text() if event.text().isdigit() and len(event.text()) == 1 else ""
