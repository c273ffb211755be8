"""The reading list between cases: what has come, what is to be read, how much time is left.

What belongs here: the page. What does not: which case may be opened (app.reading.worklist.standing) and recording the
choice (desk).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.reading.worklist.standing import ClockFace, ListRow
from app.windows.icons import icon_pixmap
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from app.windows.worklist.bar import face_words
from app.windows.worklist.table import WorklistTable, patient_words

WIDTH = 940  # logical px at scale 1


class WorklistPage(QWidget):
    """Emits `opened` with the trial that the reader opens. `show_list` may be called at any time: no focus is lost."""

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        self.setAccessibleName(self.tr("Reading list"))
        self.table = WorklistTable()
        self.title = label(self.tr("Reading list"), "title", wrap=False)
        self.clock = label("", "heading", wrap=False)
        self.banner, self.banner_words = QFrame(), label("", "strong")
        self.foot, self.pause = label("", "quiet"), label("", "heading", wrap=False)
        self._body = QWidget()  # all but the heading: hidden in a pause
        self.button = QPushButton(self.tr("Open   ⏎"))
        self.table.opened.connect(self.opened)
        self.button.clicked.connect(self.table.open_chosen)
        self.pause.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # it holds the keyboard while the list is hidden
        self.setFocusProxy(self.table)
        self._lay_out()

    def show_list(
        self,
        rows: tuple[ListRow, ...],
        columns: tuple[str, ...],
        choosable: tuple[int, ...],
        again: tuple[int, ...] = (),
        *,
        tag: str = "",
        stat: int | None = None,
        is_over: bool = False,
        awaits_call: bool = False,
    ) -> None:
        """Show the list as it stands.

        `again` are exams that were read and may be opened again, `stat` the one that interrupts; `is_over`: the
        block's time has passed; `awaits_call`: nothing is left but a call.
        """
        self.table.show_rows(rows, columns, choosable, tag, again)
        self.button.setEnabled(bool(choosable or again))
        urgent = next((row for row in rows if row.trial == stat), None)
        aside = next((row for row in rows if row.status == "set aside"), None)
        self.banner.setVisible(urgent is not None)
        if urgent is not None:
            self.banner_words.setText(self._interruption(urgent, aside))
        hint = self._awaited() if awaits_call else self._hint(len(choosable), is_over)
        self.foot.setText(f"{hint} {self.tr('What is read can be opened again.')}" if again else hint)

    def begin(self) -> None:
        """The list comes to the screen: the keyboard stands on the first exam until the reader moves it."""
        self.table.begin()

    def show_paused(self, paused: bool, words: str) -> None:
        """Nothing of the list but why it is hidden; the keyboard waits for the key that goes on."""
        self._body.setVisible(not paused)
        self.pause.setText(words)
        self.pause.setVisible(paused)
        self.setFocusProxy(self.pause if paused else self.table)
        self.setFocus()

    def show_clock(self, face: ClockFace | None) -> None:
        self.clock.setText(face_words(face) if face is not None else "")

    def _interruption(self, stat: ListRow, aside: ListRow | None) -> str:
        came = self.tr("STAT exam of {patient} – please read it now").format(patient=patient_words(stat))
        if aside is None:
            return came
        kept = self.tr("{patient} is set aside with all your answers and goes on afterwards.")
        return f"{came}\n{kept.format(patient=patient_words(aside))}"

    def _awaited(self) -> str:
        return self.tr("Everything is read. It goes on once the telephone is answered, or silent again.")

    def _hint(self, choosable: int, is_over: bool) -> str:
        if is_over:
            return self.tr("The time of this list is over.")
        if not choosable:
            return self.tr("Nothing to read now. The next exam appears here by itself.")
        if choosable == 1:
            return self.tr("⏎ opens the exam.")
        return self.tr("↑ ↓ or a digit chooses an exam, ⏎ opens it.")

    def _lay_out(self) -> None:
        theme = current_theme()
        set_role(self.button, "primary", name="kind")
        self.button.setAccessibleName(self.tr("Open the exam"))
        self.button.setMinimumWidth(theme.px(140))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch()
        head.addWidget(self.clock)
        set_role(self.banner, "well")
        inside = QHBoxLayout(self.banner)
        inside.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        glyph = label("", wrap=False)
        glyph.setPixmap(icon_pixmap("warning", "wrong", 22))
        inside.addWidget(glyph, 0, Qt.AlignmentFlag.AlignTop)
        inside.addSpacing(theme.space(2))
        inside.addWidget(self.banner_words, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.foot, 1)
        foot.addWidget(self.button)
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.space(3))
        self._column.addLayout(head)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(theme.space(3))
        body.addWidget(self.banner)
        body.addWidget(self.table, 1)
        body.addLayout(foot)
        self._column.addWidget(self._body, 1)
        self._column.addWidget(self.pause, 1)
        self.pause.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pause.setMinimumWidth(theme.px(WIDTH))  # the heading stays where it is
        self.pause.hide()
        self._body.setMinimumWidth(theme.px(WIDTH))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.space(5), theme.space(5), theme.space(5), theme.space(5))
        outer.addStretch()
        outer.addLayout(self._column)
        outer.addStretch()
        self.banner.hide()
