"""The line over the images in blocks with a reading list: who is read, what has come, the clock and the quota.

What belongs here: that line, and the list that drops down from it. What does not: the page between cases
(page) and counting anything (app.reading.worklist.standing).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.reading.worklist.standing import ClockFace, ListRow
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from app.windows.worklist.table import WorklistTable, clock_words, patient_words, priority_words
from study_configs.words import translate

NEWS_MS = 8_000
MOST_ROWS = 6


def face_words(face: ClockFace) -> str:
    """Clock and quota in words."""
    said = []
    if face.quota is not None:
        said.append(translate("Worklist", "{read} of {quota} read").format(read=face.read, quota=face.quota))
    if face.seconds is not None:
        words = translate("Worklist", "{time} left") if face.is_left else translate("Worklist", "{time}")
        said.append(words.format(time=clock_words(face.seconds)))
    return "   ·   ".join(said)


class WorklistBar(QWidget):
    """One line, and the list under it where the reader asked for it. It never takes the keyboard."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "bar")
        self.patient = label("", "strong", wrap=False)
        self.priority = label("", "badge-quiet", wrap=False)
        self.news = label("", "accent", wrap=False)
        self.clock = label("", "strong", wrap=False)
        self.toggle = QPushButton()
        self.table = WorklistTable()
        self._key = key
        self._quiet = QTimer(self, singleShot=True, interval=NEWS_MS)
        self._quiet.timeout.connect(lambda: self.news.setText(""))
        self._told: int | None = None  # the trial of the exam that the news is about
        self._lay_out()

    def show_list(self, rows: tuple[ListRow, ...], columns: tuple[str, ...], tag: str) -> None:
        """The list as it stands, with the exam in progress on the left."""
        here = next((row for row in rows if row.status == "open"), None)
        if here is not None and here.trial == self._told:
            self.news.setText("")
        self.patient.setText(_patient_line(here) if here is not None else "")
        self.priority.setVisible(here is not None and here.exam.priority != "routine")
        if here is not None:
            self.priority.setText(priority_words(here))
        waiting = sum(row.status == "new" for row in rows)
        self.toggle.setText(self.tr("%n waiting", "", waiting) + f"   {self._key}")
        self.table.show_rows(rows, columns, (), tag)
        self.table.setFixedHeight(min(self.table.needed_height, self._highest))

    def tell(self, row: ListRow) -> None:
        """An exam came: its name stands in the line for a while."""
        set_role(self.news, "caution" if row.exam.priority != "routine" else "accent")
        came = self.tr("New: {patient}, {priority}")
        self.news.setText(came.format(patient=patient_words(row), priority=priority_words(row).lower()))
        self._told = row.trial
        self._quiet.start()

    def show_clock(self, face: ClockFace | None) -> None:
        self.clock.setText(face_words(face) if face is not None else "")

    def drop(self) -> None:
        """Let the list down, or take it up again."""
        self.table.setVisible(self.table.isHidden())

    @property
    def _highest(self) -> int:
        return self.table.horizontalHeader().height() + MOST_ROWS * self.table.verticalHeader().defaultSectionSize()

    def _lay_out(self) -> None:
        theme = current_theme()
        set_role(self.toggle, "plain", name="kind")
        self.toggle.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.toggle.setAccessibleName(self.tr("Show or hide the reading list"))
        self.toggle.clicked.connect(self.drop)
        row = QHBoxLayout()
        row.setSpacing(theme.space(3))
        for part in (self.patient, self.priority, self.news):
            row.addWidget(part)
        row.addStretch()
        row.addWidget(self.toggle)
        row.addWidget(self.clock)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(1), theme.space(4), theme.space(1))
        column.setSpacing(theme.space(1))
        column.addLayout(row)
        column.addWidget(self.table)
        self.table.hide()


def _patient_line(row: ListRow) -> str:
    exam = row.exam
    person = f"{'' if exam.age is None else exam.age} {exam.sex}".strip()
    return "   ".join(part for part in (patient_words(row), person, exam.description) if part)
