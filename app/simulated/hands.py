"""Real key and mouse events, as Qt delivers them to the windows.

What belongs here: pressing, turning, dragging. What does not: deciding what to press.
"""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

NOTCH = 120  # eighths of a degree


class Hands:
    """A keyboard and a mouse on one window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    @property
    def focused(self) -> QWidget:
        """What the keyboard speaks to."""
        return self._window.focusWidget() or self._window

    def key(self, name: str) -> None:
        """Press and let go of a key, by its portable name ("Shift+Down")."""
        code, modifiers = code_of(name)
        QTest.keyClick(self.focused, code, modifiers)

    def hold(self, name: str) -> None:
        """Press a key, and let it repeat as a keyboard does."""
        code, modifiers = code_of(name)
        QTest.keyPress(self.focused, code, modifiers)

    def let_go(self, name: str) -> None:
        code, modifiers = code_of(name)
        QTest.keyRelease(self.focused, code, modifiers)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focused, text)

    def press(self, widget: QWidget) -> None:
        """Click, or touch, the middle of a widget."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def point(self, widget: QWidget, at: QPoint) -> None:
        """Move the pointer over a widget."""
        QTest.mouseMove(widget, at)
        QApplication.processEvents()

    def click(self, widget: QWidget, at: QPoint) -> None:
        self.point(widget, at)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    def drag(self, widget: QWidget, button: Qt.MouseButton, start: QPoint, end: QPoint, steps: int = 6) -> None:
        QTest.mousePress(widget, button, Qt.KeyboardModifier.NoModifier, start)
        for step in range(1, steps + 1):
            self.point(widget, start + (end - start) * step / steps)
        QTest.mouseRelease(widget, button, Qt.KeyboardModifier.NoModifier, end)

    def wheel(self, widget: QWidget, notches: int) -> None:
        """Turn the wheel over a widget's middle; positive goes onward through a stack."""
        middle = QPointF(widget.rect().center())
        event = QWheelEvent(
            middle,
            QPointF(widget.mapToGlobal(middle.toPoint())),
            QPoint(),
            QPoint(0, -NOTCH * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)


def code_of(name: str) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    """A portable key name as Qt's code and modifiers."""
    combination: QKeyCombination = QKeySequence(name)[0]  # type: ignore[index]
    return combination.key(), combination.keyboardModifiers()
