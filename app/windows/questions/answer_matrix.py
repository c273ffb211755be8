"""The matrix: one question over several rows, answered in a table.

What belongs here: the field, and the rows that are filled before all are. What does not: the table itself
(answer_table), questions per segment (question_targets).
"""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.reading.answers import DONT_KNOW
from app.tracking.events import AnswerValue
from app.windows.questions.answer_field import AnswerField, Keys, dont_know_button
from app.windows.questions.answer_table import AnswerTable, Column
from study_configs.questions import SEPARATOR, Matrix


class MatrixField(AnswerField):
    """Rows × options. It is an answer once every row has one; until then the rows stand here and nowhere else."""

    def __init__(self, spec: Matrix, keys: Keys, question: str) -> None:
        super().__init__(spec)
        self._spec = spec
        self._filled: dict[str, str] = {}
        self._steps: list[str] = []  # rows in the order in which they were filled
        columns = tuple(
            Column(value, words, "1234567890-"[at]) for at, (value, words) in enumerate(spec.options.items())
        )
        self.table = AnswerTable(spec.rows, columns, spec.ends)
        self.table.setAccessibleName(spec.ask)
        self.table.chosen.connect(self._choose)
        self.table.emptied.connect(self._empty)
        self.table.left.connect(self.left)
        self.table.finished.connect(self.done)
        self.column.addWidget(self.table)
        self._dont_know = dont_know_button(self, spec, keys, question)

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        stood, self._standing = self._standing, value if answered else None
        if answered or stood is not None:
            self._filled = rows_of(value) if isinstance(value, tuple) else {}
            self._steps = list(self._filled)
        if self._dont_know is not None:
            self._dont_know.setChecked(answered and value == DONT_KNOW)
        self._draw()

    def go_to(self) -> None:
        self.table.go_to_open()
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def step_back(self) -> bool:
        if self._standing is not None or not self._steps:
            return False
        row = self._steps[-1]
        self.table.go_to_row(row)
        self._empty(row)
        return True

    def _choose(self, row: str, value: str) -> None:
        self._filled[row] = value
        self._steps = [*(each for each in self._steps if each != row), row]
        self._draw()
        if len(self._filled) == len(self._spec.rows):
            self.refuse("")
            self.answered.emit(tuple(f"{each}{SEPARATOR}{self._filled[each]}" for each in self._spec.rows))
        elif self._standing == DONT_KNOW:
            self._withdraw()

    def _empty(self, row: str) -> None:
        self._filled.pop(row, None)
        self._steps = [each for each in self._steps if each != row]
        self._draw()
        if self._standing is not None:
            self._withdraw()

    def _withdraw(self) -> None:
        """What stood is no answer any more; the rows that are filled stay."""
        self._standing = None
        self.cleared.emit()

    def _draw(self) -> None:
        self.table.show_chosen(self._filled)
        missing = len(self._spec.rows) - len(self._filled)
        if self._filled and missing:
            self.refuse(self.tr("%n row(s) still empty.", "", missing))
        else:
            self.refuse("")


def rows_of(value: tuple[str, ...]) -> dict[str, str]:
    """The option of each row, from row=value."""
    return {row: at for row, _, at in (cell.partition(SEPARATOR) for cell in value)}
