"""The slim bar above the images: where in the sitting the reader is, what is known of the case, pause and help.

What belongs here: showing that. What does not: counting, and words that would tell a reader which arm this is; the
caller gives neutral ones.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.windows.icons import IconButton, icon_pixmap
from app.windows.key_names import shown
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.words import phrase
from viewers.commands import BY_ID

Saved = Literal["nothing", "saving", "saved", "slow", "failed"]
SAVED_WORDS: dict[Saved, tuple[str, str, str]] = {  # words, ink, icon
    "nothing": ("", "quiet", ""),
    "saving": (phrase("PhaseBar", "Saving …"), "quiet", "saved"),
    "saved": (phrase("PhaseBar", "Saved"), "quiet", "check"),
    "slow": (phrase("PhaseBar", "Saving takes longer than usual …"), "caution", "saved"),
    "failed": (phrase("PhaseBar", "Not saved"), "caution", "warning"),
}


class PhaseBar(QWidget):
    """`show_case` once a case, `show_phase` once a phase, `show_saved` whenever it changes.

    Signals: back_requested, mark_tool_requested, pause_requested, help_requested, about_requested.
    """

    back_requested = Signal()
    mark_tool_requested = Signal()
    pause_requested = Signal()
    help_requested = Signal()
    about_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "bar")
        self._phases: tuple[str, ...] = ()
        self.case = label("", "strong", wrap=False)
        self.practice = label(self.tr("PRACTICE"), "badge-quiet", wrap=False)
        self.condition = label("", "quiet", wrap=False)
        self.history = label("", "quiet")
        self.notice = label("", "quiet")
        self.clock = label("", "strong", wrap=False)
        self.saved = label("", "small", wrap=False)
        self._saved_glyph = label("", wrap=False)
        self.mark = IconButton("mark", self.tr("Mark with every click"), key=shown(BY_ID["mark.tool"].keys[0]))
        self.mark.setCheckable(True)
        self.mark.hide()
        self.back = QPushButton(self.tr("← Case before"))
        self.back.setToolTip(self.tr("Look at the case before again  ({key})").format(key=shown("Alt+Left")))
        set_role(self.back, "quiet", name="kind")
        self.back.hide()
        self.pause = IconButton("pause", self.tr("Pause"), key="P")
        self.help = IconButton("help", self.tr("Keys"), key="?")
        self.about = IconButton("info", self.tr("About ReaderLab"), key="F12")
        self._steps = QHBoxLayout()
        self.back.clicked.connect(self.back_requested)
        self.mark.clicked.connect(self.mark_tool_requested)
        self.pause.clicked.connect(self.pause_requested)
        self.help.clicked.connect(self.help_requested)
        self.about.clicked.connect(self.about_requested)
        self._lay_out()
        self.practice.hide()
        self._history_row.hide()
        for empty in (self.notice, self.clock):
            empty.hide()

    def show_case(
        self,
        number: int,
        of: int,
        *,
        phases: tuple[str, ...] = (),
        condition_title: str = "",
        history: str = "",
        practice: bool = False,
        notice: str = "",
    ) -> None:
        """A new case: its place in the sitting, its phases by name, its clinical history, the condition's notice.

        `of` is 0 where readers are not told how many cases there are.
        """
        place = self.tr("Case {number} of {count}").format(number=number, count=of) if of else self.tr("Case")
        self.case.setText(place)
        self.notice.setText(notice)
        self.notice.setVisible(bool(notice))
        self.practice.setVisible(practice)
        self.condition.setText(condition_title)
        self.condition.setVisible(bool(condition_title))
        self.history.setText(history)
        self.history.setAccessibleName(self.tr("Clinical history"))
        self._history_row.setVisible(bool(history))
        self._phases = phases
        self.show_phase(0)

    def show_phase(self, phase: int) -> None:
        """Which of the case's phases is in progress, from 0. A single phase is not worth a step."""
        _clear(self._steps)
        for at, name in enumerate(self._phases if len(self._phases) > 1 else ()):
            if at:
                self._steps.addWidget(label("→", "step", wrap=False))
            words = name[:1].upper() + name[1:]
            step = label(f"{at + 1}  {words}" if at >= phase else f"✓  {words}", "step", wrap=False)
            set_role(step, "step-now" if at == phase else "step")
            said = (
                self.tr("Step {number} of {count}, now: {name}")
                if at == phase
                else self.tr("Step {number} of {count}: {name}")
            )
            step.setAccessibleName(said.format(number=at + 1, count=len(self._phases), name=words))
            self._steps.addWidget(step)

    def show_clock(self, words: str) -> None:
        """The time of the phase in progress; "" for none."""
        self.clock.setText(words)
        self.clock.setVisible(bool(words))
        self.clock.setAccessibleName(self.tr("Time of this step: {time}").format(time=words) if words else "")

    def offer_back(self, offered: bool) -> None:
        """Offer the way back to the case before."""
        self.back.setVisible(offered)

    def show_saved(self, state: Saved) -> None:
        """Whether what was confirmed is on the disk."""
        words, ink, drawing = SAVED_WORDS[state]
        self.saved.setText(self.tr(words) if words else "")
        set_role(self.saved, "caution" if ink == "caution" else "small")
        self._saved_glyph.setVisible(bool(drawing))
        if drawing:
            self._saved_glyph.setPixmap(icon_pixmap(drawing, ink, 14))

    def offer_marking(self, offered: bool) -> None:
        """Offer the mark tool in phases that ask for marks."""
        self.mark.setVisible(offered)

    def show_marking(self, on: bool) -> None:
        self.mark.setChecked(on)

    def set_paused(self, paused: bool) -> None:
        self.pause.set_icon_name("play" if paused else "pause")
        words = self.tr("Go on reading") if paused else self.tr("Pause")
        self.pause.setAccessibleName(words)
        self.pause.setToolTip(f"{words}  (P)")

    def _lay_out(self) -> None:
        theme = current_theme()
        row = QHBoxLayout()
        row.setSpacing(theme.space(3))
        for widget in (self.case, self.practice, self.condition):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(theme.space(4))
        self._steps.setSpacing(theme.space(2))
        row.addLayout(self._steps)
        row.addStretch()
        row.addWidget(self.clock)
        row.addWidget(self._saved_glyph)
        row.addWidget(self.saved)
        for button in (self.back, self.mark, self.pause, self.help, self.about):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        self._history_row = QWidget()
        beneath = QHBoxLayout(self._history_row)
        beneath.setContentsMargins(0, theme.space(1), 0, theme.space(2))
        beneath.setSpacing(theme.space(3))
        beneath.addWidget(label(self.tr("History"), "strong", wrap=False), 0, Qt.AlignmentFlag.AlignTop)
        beneath.addWidget(self.history, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(1), theme.space(3), theme.space(1))
        column.setSpacing(0)
        column.addLayout(row)
        self.notice.setContentsMargins(0, theme.space(1), 0, theme.space(2))
        column.addWidget(self.notice)
        column.addWidget(self._history_row)


def _clear(row: QHBoxLayout) -> None:
    while row.count():
        item = row.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
