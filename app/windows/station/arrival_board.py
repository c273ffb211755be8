"""How the exam that is awaited comes along, large enough to be read from the scanner's door.

What belongs here: those words. What does not: noticing what comes (arrival_desk).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.windows.labels import label


class ArrivalBoard(QWidget):
    """A large number while slices come; once the exam is complete the room below it belongs to the questions."""

    def __init__(self) -> None:
        super().__init__()
        self.status = label("", "heading")
        self.count = label("", "far", wrap=False)
        self.waiting = label("", "quiet")
        self.count.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.status)
        column.addWidget(self.waiting)
        column.addWidget(self.count)
        self.clear()

    def show_awaited(self) -> None:
        self._say(self.tr("Waiting for the scanner …"), "–")

    def show_arriving(self, slices: int) -> None:
        self._say(self.tr("Arriving: %n slice(s)", None, slices), str(slices))

    def show_complete(self, slices: int) -> None:
        self._say(self.tr("Complete: %n slice(s)", None, slices), "")

    def show_waiting(self, exams: int) -> None:
        """How many exams wait behind this one."""
        self.waiting.setText(self.tr("%n more exam(s) waiting", None, exams) if exams else "")
        self.waiting.setVisible(exams > 0)

    def clear(self) -> None:
        self._say("", "")
        self.show_waiting(0)

    def _say(self, words: str, count: str) -> None:
        self.status.setText(words)
        self.count.setText(count)
        self.count.setVisible(bool(count))
