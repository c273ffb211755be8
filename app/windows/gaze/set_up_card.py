"""Before the points: which tracker is there, whether it sees eyes, how large the screen is and how far away.

What belongs here: that card. What does not: the points (point_canvas), the tracker (gaze_desk).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.tracking.gaze.screens import GazeScreen
from app.windows.labels import label
from app.windows.theme import current_theme, set_role

UNKNOWN_MM = 79  # what the width holds while nobody knows it; no screen is so small
DEFAULT_DISTANCE_MM = 650


class SetUpCard(QFrame):
    """Says what is known of tracker and screen; `started` begins the points, `skipped` goes on without a tracker."""

    started = Signal()
    skipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = current_theme()
        set_role(self, "card")
        self.setFixedWidth(theme.px(520))
        self.tracker, self.eyes = label("", "quiet"), label("", "quiet")
        self.problem = label("", "caution")
        self.distance_mm = _millimetres(self.tr("From your eyes to the screen"), 200, 2000)
        self.width_mm = _millimetres(self.tr("Width of the screen's picture"), UNKNOWN_MM, 3000)
        self.width_mm.setSpecialValueText(self.tr("not known"))
        self.start_button = QPushButton(self.tr("Start   ⏎"))
        self.skip_button = QPushButton(self.tr("Go on without the tracker   Esc"))
        set_role(self.start_button, "primary", name="kind")
        self.start_button.clicked.connect(self.started)
        self.skip_button.clicked.connect(self.skipped)
        self._screen = GazeScreen((0, 0))
        self._lay_out()
        self.show_tracker("", 0.0)

    def show_screen(self, screen: GazeScreen) -> None:
        self._screen = screen
        self.distance_mm.setValue(round(screen.distance_mm) or DEFAULT_DISTANCE_MM)
        self.width_mm.setValue(round(screen.mm[0]) if screen.has_mm else UNKNOWN_MM)

    def screen_as_said(self) -> GazeScreen:
        """The screen with what the fields say; its pixels are square."""
        was, width = self._screen, float(self.width_mm.value())
        known = width > UNKNOWN_MM and was.px[0] > 0
        if known and was.has_mm and round(was.mm[0]) == width:
            mm = was.mm
        else:
            mm = (width, width * was.px[1] / was.px[0]) if known else (0.0, 0.0)
        return GazeScreen(was.px, mm, float(self.distance_mm.value()), was.dpr)

    def show_tracker(self, name: str, rate_hz: float) -> None:
        """The tracker that is heard; "" for none yet."""
        looking = self.tr("Looking for an eye tracker … Is it on, and does its program send to LSL?")
        rate = self.tr("{rate} Hz").format(rate=f"{rate_hz:g}") if rate_hz else self.tr("no regular rate")
        self.tracker.setText(f"{name}, {rate}" if name else looking)
        self.start_button.setEnabled(bool(name))
        self.eyes.setVisible(bool(name))

    def show_eyes(self, seen: bool) -> None:
        self.eyes.setText(self.tr("It sees your eyes.") if seen else self.tr("It does not see your eyes now."))
        set_role(self.eyes, "good" if seen else "caution")

    def show_problem(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        self.tracker.setVisible(not words)

    def _lay_out(self) -> None:
        theme = current_theme()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(*(4 * [theme.space(5)]))
        inside.setSpacing(theme.space(3))
        inside.addWidget(label(self.tr("Check of the eye tracker"), "title"))
        inside.addWidget(
            label(self.tr("Points come one after the other. Look at the middle of each until the next one comes."))
        )
        for line in (self.tracker, self.eyes, self.problem):
            inside.addWidget(line)
        self.problem.hide()
        form = QFormLayout()
        form.setHorizontalSpacing(theme.space(4))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        form.setVerticalSpacing(theme.space(2))
        for field in (self.distance_mm, self.width_mm):
            words = label(field.accessibleName(), wrap=False)
            words.setMinimumHeight(field.sizeHint().height())  # else the words stand higher than the field's
            form.addRow(words, field)
        inside.addLayout(form)
        inside.addWidget(label(self.tr("With both known, errors are told in degrees."), "small"))
        inside.addSpacing(theme.space(2))
        row = QHBoxLayout()
        row.addWidget(self.skip_button)
        row.addStretch()
        row.addWidget(self.start_button)
        inside.addLayout(row)


def _millimetres(name: str, least: int, most: int) -> QSpinBox:
    field = QSpinBox()
    field.setRange(least, most)
    field.setSingleStep(10)
    field.setSuffix(" mm")
    field.setAccessibleName(name)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.lineEdit().setTextMargins(current_theme().space(2), 0, 0, 0)
    return field
