"""What a replay looks like, in the window and in a film: images, side panel, scrub bar, the time, banners.

What belongs here: laying those out. What does not: controls and keys (window), files (film).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.windows.replay.projector import Projector, Shown
from app.windows.replay.scrub_bar import ScrubBar
from app.windows.replay.side import SidePanel
from app.windows.replay.stage import Stage
from app.windows.theme import current_theme, set_role


class ReplayView(QWidget):
    """Shows moments of one sitting."""

    def __init__(self, projector: Projector, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._projector = projector
        self.warning, self.stage, self.side, self.bar = QLabel(), Stage(), SidePanel(), ScrubBar()
        self.clock, self.speed, self.not_drawn, self.foot = QLabel(), QLabel(), QLabel(), QLabel()
        self._lay_out()
        reel = projector.reel
        self.bar.set_course(reel.starts_ns, reel.ends_ns, projector.signs, projector.stretches)

    def show_at(self, at_ns: int) -> Shown:
        """Show a moment (ns on the sitting's clock)."""
        shown = self._projector.at(at_ns)
        self.stage.show_scene(shown.scene)
        self.side.show_words(shown.side)
        self.bar.go_to(shown.at_ns)
        self.clock.setText(shown.clock)
        self.speed.setText(speed_words(self._projector.speed))
        self.warning.setText(shown.warning)
        self.warning.setVisible(bool(shown.warning))
        return shown

    def _lay_out(self) -> None:
        theme = current_theme()
        set_role(self.warning, "notice")
        self.warning.setWordWrap(True)
        self.warning.hide()
        set_role(self.foot, "small")
        set_role(self.speed, "accent")
        self.foot.setText(self.tr("ReaderLab replay – research use, not for diagnosis"))
        set_role(self.not_drawn, "small")
        self.not_drawn.setText(self.tr("Not drawn: corner texts, chips, crosshairs …"))
        self.not_drawn.setToolTip(
            self.tr(
                "Not drawn: corner texts, scale bars, rulers, chips, presentation states, magnifier, crosshairs and "
                "reference lines, planes along a curve, planes at an angle that were turned too, drawings under way."
            )
        )
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.stage, 1)
        middle.addWidget(self.side)
        times = QHBoxLayout()
        times.setContentsMargins(theme.space(3), 0, theme.space(3), theme.space(2))
        times.setSpacing(theme.space(4))
        times.addWidget(self.clock)
        times.addWidget(self.speed)
        times.addStretch(1)
        notes = QVBoxLayout()
        notes.setSpacing(0)
        for note in (self.not_drawn, self.foot):
            note.setAlignment(Qt.AlignmentFlag.AlignRight)
            notes.addWidget(note)
        times.addLayout(notes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.warning)
        column.addLayout(middle, 1)
        column.addWidget(self.bar)
        column.addLayout(times)


def speed_words(speed: float) -> str:
    return f"{speed:.3g}×"
