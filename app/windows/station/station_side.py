"""The side of the station: layers, how the exam comes along, the clock, what the AI says, notices, the questions.

What belongs here: their places, and who gives way to whom. What does not: when they say what (station_room).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.windows.labels import label
from app.windows.layer_scroll import LayerScroll
from app.windows.station.arrival_board import ArrivalBoard
from app.windows.station.decision_panel import DecisionPanel
from app.windows.station.heard import Heard
from app.windows.theme import current_theme, set_role
from overlays.panels.layer_panel import LayerPanel

SIDE_PX = 380  # logical px at scale 1: buttons for fingers
LAYERS_SHARE = 0.25  # of the side's height that layers may take where the questions leave it free
LEAST_LAYERS_PX = 84  # and what they always leave it


class StationSide(QWidget):
    """Layers give way to questions, which hands must reach. What these once needed stays theirs until `start_phase`."""

    def __init__(self, layer_panel: LayerPanel) -> None:
        super().__init__()
        self.board, self.heard, self.panel = ArrivalBoard(), Heard(), DecisionPanel()
        self.time, self.notice = label("", "title", wrap=False), label("", "caution")
        self.layers = LayerScroll(layer_panel, current_theme().px(SIDE_PX))
        self._told: dict[str, str] = {}  # what the notice says, by what it is about
        self._needed = 0  # by the questions of the phase, logical px
        self._lay_out()
        for part in (self.panel, self.layers, self.time, self.notice):
            part.hide()

    def start_phase(self) -> None:
        """Other questions come."""
        self._needed = 0

    def share(self) -> None:
        """Give each its place, after what is asked or said has changed."""
        self._needed = max(self._needed, self.panel.needed_height)
        height, least = self.height(), current_theme().px(LEAST_LAYERS_PX)
        free = height - self._needed - self._above.sizeHint().height() - 3 * current_theme().space(4)
        self.layers.set_most(max(least, min(round(height * LAYERS_SHARE), free)))

    def say(self, words: str, about: str = "phase") -> None:
        """A notice, in the place of what was said about the same."""
        self._told[about] = words
        told = "\n".join(filter(None, self._told.values()))
        self.notice.setText(told)
        self.notice.setVisible(bool(told))

    def said(self, about: str) -> str:
        return self._told.get(about, "")

    def be_quiet(self) -> None:
        """Nothing is said any more."""
        self._told.clear()
        self.say("")

    def show_time(self, words: str) -> None:
        """What the phase's clock reads, large."""
        self.time.setText(words)
        self.time.setVisible(bool(words))
        if not words:
            set_role(self.time, "title")

    def warn(self, words: str) -> None:
        """The time is nearly over."""
        set_role(self.time, "title-caution")
        self.say(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share()

    def _lay_out(self) -> None:
        theme = current_theme()
        first = QHBoxLayout()
        first.addWidget(self.board, 1)
        first.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)
        self._above = QVBoxLayout()
        self._above.setSpacing(theme.space(2))
        self._above.addLayout(first)
        for part in (self.heard, self.notice):
            self._above.addWidget(part)
        inside = QVBoxLayout()
        inside.setContentsMargins(*(theme.space(4),) * 4)
        inside.setSpacing(theme.space(3))
        inside.addLayout(self._above)
        inside.addStretch()
        inside.addWidget(self.panel, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.layers)
        column.addLayout(inside, 1)
        self.setFixedWidth(theme.px(SIDE_PX))
