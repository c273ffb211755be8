"""The page Plan: who will read what and when, with balance, planted errors and minutes.

What belongs here: showing the plan and writing it as CSV. What does not: drawing it (study_configs).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog, QSpinBox, QTabWidget, QVBoxLayout, QWidget

from app.analysis.protocol_words import minutes_of
from app.store.acts import Unblinded, record
from app.windows.desk.parts import Page, ReasonCard, Table, button, padded, row_of, scrolling
from app.windows.desk.plan_picture import PlanPicture
from app.windows.desk.session import DeskSession
from app.windows.labels import label
from app.windows.theme import current_theme
from study_configs.plan import DEFAULT_READERS, PlanRow, plan_csv, plan_table
from study_configs.plan_balance import BalanceRow, balance
from study_configs.problem import StudyProblem
from study_configs.study import Study


@dataclass(frozen=True, slots=True)
class _Plan:
    study: Study
    rows: tuple[PlanRow, ...]
    balance: tuple[BalanceRow, ...]

    @property
    def readers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.reader for row in self.rows))


class PlanPage(Page):
    """Shows the plan for the first readers: a picture, a table for each, balance, minutes."""

    def __init__(self, session: DeskSession, reasons: ReasonCard) -> None:
        super().__init__(
            self.tr("Plan"),
            self.tr(
                "What readers will meet, drawn from the file as it stands. Where errors are planted is told on request."
            ),
            scrolls=False,
        )
        self._session, self._reasons = session, reasons
        self._unblinded_for = ""  # sha-256 of the file whose planted errors whoever sits here asked to see
        self._plan: _Plan | None = None
        self.count = QSpinBox()
        self.count.setRange(1, 200)
        self.count.setValue(DEFAULT_READERS)
        self.count.setAccessibleName(self.tr("Number of readers"))
        self.count.lineEdit().setTextMargins(current_theme().space(2), 0, 0, 0)
        self.count.editingFinished.connect(self.draw)
        self.export_button = button(self.tr("Export as CSV …"), self.choose_export)
        head = row_of(label(self.tr("Readers"), "quiet", wrap=False), self.count)
        self.show_button = button(self.tr("Show planted errors …"), self._ask_planted)
        head.addWidget(self.show_button)
        head.addWidget(self.export_button)
        self.content.addLayout(head)
        self._make_tabs()
        self.content.addWidget(self.tabs, 1)
        session.checked_changed.connect(self._follow)
        session.who_changed.connect(self._leave)

    def _make_tabs(self) -> None:
        """The views of the plan beside each other."""
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Views of the plan"))
        self.picture = PlanPicture()
        self.picture.reader_picked.connect(self._open_reader)
        self.tabs.addTab(scrolling(padded(self.picture)), self.tr("Picture"))
        self.reader = QComboBox()
        self.reader.setAccessibleName(self.tr("Reader"))
        self.reader.currentIndexChanged.connect(lambda _index: self._show_order())
        heads = (
            self.tr("No."),
            self.tr("Session"),
            self.tr("Block"),
            self.tr("Case"),
            self.tr("Condition"),
            self.tr("Planted"),
        )
        self.order = Table(self.tr("Order of a reader"), heads, stretch=5)
        self.tabs.addTab(self._order_tab(), self.tr("Order of each reader"))
        self._make_tables()

    def _make_tables(self) -> None:
        """The tables over all readers."""
        self.balance = Table(
            self.tr("Balance"),
            (
                self.tr("Condition"),
                self.tr("Trials"),
                self.tr("Positive"),
                self.tr("Each case"),
                self.tr("Readers at block 1, 2 …"),
                self.tr("Planted"),
            ),
            stretch=4,
        )
        self.tabs.addTab(self.balance, self.tr("Balance"))
        self.minutes = Table(
            self.tr("Planted errors and minutes"),
            (
                self.tr("Reader"),
                self.tr("Session"),
                self.tr("Block"),
                self.tr("Condition"),
                self.tr("Trials"),
                self.tr("Planted"),
                self.tr("Minutes"),
            ),
            stretch=3,
        )
        self.tabs.addTab(self.minutes, self.tr("Planted errors and minutes"))

    def draw(self) -> None:
        """Draw the plan again, off the window's thread."""
        study, number = self._session.study, self.count.value()
        if study is None:
            self._plan = None
            self.tabs.setEnabled(False)
            self.say_problem(self.tr("There is no plan while the file has errors: see Protocol."))
            return

        shows_planted = self._unblinded_for == study.sha256
        self.show_button.setVisible(bool(study.protocol.planted) and not shows_planted)

        def work() -> _Plan:
            rows = tuple(plan_table(study, number))
            if not shows_planted:
                rows = tuple(row._replace(planted="") if row.planted else row for row in rows)
            return _Plan(study, rows, tuple(balance(study, rows)))

        self._session.jobs.look(work, self._show, self._refuse)

    def write(self, file: Path) -> None:
        """Write the whole plan as CSV."""
        if self._plan is None:
            return
        try:
            file.write_text(plan_csv(self._plan.rows), encoding="utf-8")
        except OSError as error:
            words = self.tr("The plan can't be written ({why}): {file}. Choose another folder.")
            self.say_problem(words.format(why=error.strerror, file=file))
            return
        self.say_done(self.tr("Written: {file}. It is not for readers.").format(file=file))

    def choose_export(self) -> None:
        path = self._session.path
        start = str((path.parent if path is not None else Path.home()) / "plan.csv")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export the plan"), start, "CSV (*.csv)")
        if name:
            self.write(Path(name))

    def _ask_planted(self) -> None:
        self._reasons.ask(
            self.tr("Show where errors are planted?"),
            self.tr("Whoever knows that can't judge readers blindly any more. It is recorded as an unblinding."),
            self.tr("Show them"),
            self._show_planted,
        )

    def _show_planted(self, reason: str) -> None:
        study = self._session.study
        if study is None:
            return
        sha256 = study.sha256

        def shown(_recorded: object) -> None:
            self._unblinded_for = sha256
            self.draw()

        self._session.act(
            lambda writer, by: writer.run(lambda c: record(c, by, Unblinded(sha256, "plan", reason))).result(),
            shown,
            self._refuse,
        )

    def _leave(self) -> None:
        """Somebody else may sit here next."""
        self._unblinded_for = ""
        self.draw()

    def _follow(self) -> None:
        study = self._session.study
        if study is not None and study.protocol.design.readers.planned:
            self.count.setValue(min(self.count.maximum(), study.protocol.design.readers.planned))
        self.draw()

    def _refuse(self, problem: StudyProblem) -> None:
        self.tabs.setEnabled(False)
        self.say_problem(str(problem))

    def _show(self, plan: _Plan) -> None:
        self.tabs.setEnabled(True)
        self.say_problem("")
        self._plan = plan
        titles = {name: each.title or name for name, each in plan.study.protocol.conditions.items()}
        self.picture.show_plan(plan.rows, titles)
        self.reader.clear()
        self.reader.addItems(plan.readers)
        self.balance.fill([_balance_cells(row) for row in plan.balance])
        self.minutes.fill(_block_rows(plan.study, plan.rows))

    def _show_order(self) -> None:
        if self._plan is None:
            return
        rows = [row for row in self._plan.rows if row.reader == self.reader.currentText()]
        cells = [
            (row.position, row.sitting, "practice" if row.practice else row.block, row.case, row.condition, row.planted)
            for row in rows
        ]
        self.order.fill(cells, ["caution" if row.planted else "quiet" if row.practice else "" for row in rows])

    def _open_reader(self, reader: str) -> None:
        self.reader.setCurrentText(reader)
        self.tabs.setCurrentIndex(1)

    def _order_tab(self) -> QWidget:
        tab = QWidget()
        column = QVBoxLayout(tab)
        column.addLayout(row_of(label(self.tr("Reader"), "quiet", wrap=False), self.reader))
        column.addWidget(self.order, 1)
        return tab


def _balance_cells(row: BalanceRow) -> tuple[object, ...]:
    low, high = row.per_case
    each = f"{low} ×" if low == high else f"{low}–{high} ×"
    return (row.condition, row.trials, row.positive, each, ", ".join(map(str, row.per_block)), row.planted)


def _block_rows(study: Study, rows: Sequence[PlanRow]) -> list[tuple[object, ...]]:
    """For each reader and block: trials, planted errors and expected minutes."""
    groups: dict[tuple[str, int, int, str, bool], list[PlanRow]] = {}
    for row in rows:
        groups.setdefault((row.reader, row.sitting, row.block, row.condition, row.practice), []).append(row)
    made: list[tuple[object, ...]] = []
    for (reader, sitting, block, condition, practice), group in groups.items():
        planted = Counter(name for row in group for name in row.planted.split())
        told = ", ".join(f"{count} × {name}" for name, count in planted.items())
        minutes = minutes_of(study, {condition: len(group)})
        made.append((reader, sitting, "practice" if practice else block, condition, len(group), told, minutes))
    return made
