"""The page Progress: reader × session at a glance, and one reader in detail.

What belongs here: the board, the reader's detail, and the decisions that they call for. What does not: how states come
about (app.analysis.progress).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QTableWidgetItem, QTabWidget, QVBoxLayout, QWidget

from app.analysis.progress import Board, ReaderRow, SessionCell, State, TrialProgress, local
from app.store.acts import Act, GapDecided, TrialVoided, WashoutOverridden, record
from app.windows.desk.parts import Page, ReasonCard, Table, button, row_of
from app.windows.desk.session import DeskSession
from app.windows.labels import label
from app.windows.theme import current_theme
from study_configs.words import phrase

INKS: Mapping[State, str] = {
    "done": "good",
    "in_progress": "accent",
    "late": "caution",
    "decision": "wrong",
    "washout": "quiet",
    "dropped": "quiet",
    "not_started": "quiet",
}
SIGNS: Mapping[State, str] = {
    "done": "✓",
    "in_progress": "▸",
    "late": "!",
    "decision": "?",
    "washout": "◷",
    "dropped": "–",
    "not_started": "·",
}
WORDS: Mapping[State, str] = {
    "done": phrase("ProgressPage", "done"),
    "in_progress": phrase("ProgressPage", "in progress"),
    "late": phrase("ProgressPage", "late"),
    "decision": phrase("ProgressPage", "needs a decision"),
    "washout": phrase("ProgressPage", "washout"),
    "dropped": phrase("ProgressPage", "dropped out"),
    "not_started": phrase("ProgressPage", "not started"),
}
DECISIONS = (
    ("resume", phrase("ProgressPage", "go on where it was")),
    ("restart_case", phrase("ProgressPage", "read the case anew")),
    ("end_sitting", phrase("ProgressPage", "leave the rest unread")),
)


class ProgressPage(Page):
    """The board; a cell that is clicked opens its reader. It follows the store while readers read."""

    reader_opened = Signal(str)

    def __init__(self, session: DeskSession) -> None:
        super().__init__(
            self.tr("Progress"),
            self.tr(
                "Every reader and session. It follows while readers read; click a field, or press Enter, for a reader."
            ),
            scrolls=False,
        )
        self._session = session
        self.board = Board()
        self.counts = label("", "strong")
        self.table = Table(self.tr("Progress board"), (self.tr("Reader"),))
        self.table.picked.connect(lambda row: self.reader_opened.emit(self.board.rows[row].reader))
        self.none = label(self.tr("Nobody is enrolled yet: see Readers."), "quiet")
        self.legend = label("", "small")
        self.content.addWidget(self.counts)
        self.content.addWidget(self.none)
        self.content.addWidget(self.table, 1)
        self.content.addWidget(self.legend)
        session.governed_changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        board = self.board = self._session.governed.board
        heads = [self.tr("Reader"), *(self.tr("Session {n}").format(n=at + 1) for at in range(board.sessions))]
        self.table.setColumnCount(len(heads))
        self.table.setHorizontalHeaderLabels(heads)
        self.table.fill([(row.reader,) for row in board.rows])
        for at, row in enumerate(board.rows):
            for cell in row.sessions:
                self.table.setItem(at, cell.number, self._item(cell))
        head = self.table.horizontalHeader()
        for column in range(len(heads)):
            head.setSectionResizeMode(column, head.ResizeMode.Stretch if column else head.ResizeMode.ResizeToContents)
        self.table.setVisible(bool(board.rows))
        self.none.setVisible(not board.rows)
        self.counts.setText(self._counted(board))
        self.legend.setText(
            "  ".join(f"{SIGNS[state]} {self.tr(words)}" for state, words in WORDS.items())
            + "   "
            + self.tr("Late: nothing happened for a week, or the washout has been over for a week.")
        )

    def _counted(self, board: Board) -> str:
        parts = [(state, board.count(state)) for state in WORDS]
        counted = "   ".join(f"{count} {self.tr(WORDS[state])}" for state, count in parts if count)
        return self.tr("Sessions: {counts}").format(counts=counted) if counted else ""

    def _item(self, cell: SessionCell) -> QTableWidgetItem:
        item = QTableWidgetItem(f"{SIGNS[cell.state]}  {self._told(cell)}")
        item.setForeground(current_theme().colour(INKS[cell.state]))
        return item

    def _told(self, cell: SessionCell) -> str:
        return told(cell, self.tr(WORDS[cell.state]), self.tr("until {date}"), self.tr("interrupted {n} ×"))


def told(cell: SessionCell, state: str, until: str, interrupted: str) -> str:
    """One field of the board in words."""
    parts = [state]
    if cell.state == "washout" and cell.due is not None:
        parts = [f"{state} {until.format(date=_day(cell.due))}"]
    elif cell.state not in ("not_started", "done", "dropped"):
        parts.append(f"{cell.done}/{cell.of}")
    if cell.interruptions:
        parts.append(interrupted.format(n=cell.interruptions))
    return ", ".join(parts)


class ReaderPage(Page):
    """One reader: sessions, sittings, interruptions, trials; with what a coordinator may decide."""

    left = Signal()

    def __init__(self, session: DeskSession, reasons: ReasonCard) -> None:
        super().__init__(
            "",
            self.tr("What the log says of this reader. Times run from the first image to the confirmation."),
            scrolls=False,
        )
        self._session, self._reasons, self._reader = session, reasons, ""
        self._row: ReaderRow | None = None
        self.back = button(self.tr("‹ All readers"), self.left.emit)
        self.override_button = button(self.tr("Override washout …"), self._ask_override)
        self.gap_button = button(self.tr("Decide …"), self._ask_gap)
        self.void_button = button(self.tr("Void trial …"), self._ask_void)
        self.decision = QComboBox()
        self.decision.setAccessibleName(self.tr("Decision on the interrupted sitting"))
        for value, words in DECISIONS:
            self.decision.addItem(self.tr(words), value)
        self._make_tables()
        self._lay_out()
        session.governed_changed.connect(self.follow)

    def _make_tables(self) -> None:
        """What the log says, in four tables."""
        heads = (
            self.tr("Session"),
            self.tr("State"),
            self.tr("Trials"),
            self.tr("Interrupted"),
            self.tr("Washout ends"),
            self.tr("Last seen"),
        )
        self.sessions = Table(self.tr("Sessions"), heads, stretch=5)
        self.sessions.itemSelectionChanged.connect(self._offer)
        columns = (
            self.tr("No."),
            self.tr("Session"),
            self.tr("Case"),
            self.tr("Condition"),
            self.tr("Phases"),
            self.tr("Starts"),
            self.tr("Seconds"),
            self.tr("Confirmed"),
            self.tr("Remark"),
        )
        self.trials = Table(self.tr("Trials"), columns, stretch=8)
        self.trials.itemSelectionChanged.connect(self._offer)
        self.sittings = Table(self.tr("Sittings"), (self.tr("Session"), self.tr("Began"), self.tr("Ended")), stretch=2)
        self.interruptions = Table(self.tr("Interruptions"), (self.tr("What happened"),), stretch=0)

    def _lay_out(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("About this reader"))
        self.tabs.addTab(_with_row(self.trials, self.void_button), self.tr("Trials"))
        self.tabs.addTab(self.sittings, self.tr("Sittings"))
        self.tabs.addTab(self.interruptions, self.tr("Interruptions"))
        self.content.addLayout(row_of(self.back))
        self.content.addWidget(self.sessions)
        self.content.addLayout(row_of(self.override_button, self.decision, self.gap_button))
        self.content.addWidget(self.tabs, 1)

    def open(self, reader: str) -> None:
        """Show this reader."""
        self._reader = reader
        self.title.setText(reader)
        self.setAccessibleName(self.tr("Reader {reader}").format(reader=reader))
        self.say_problem("")
        self.trials.setCurrentCell(-1, -1)
        self.follow()
        self.sessions.setCurrentCell(self._first_open(), 0)

    def follow(self) -> None:
        rows = self._session.governed.board.rows
        self._row = row = next((each for each in rows if each.reader == self._reader), None)
        if row is None:
            return
        self.sessions.fill([self._session_cells(c) for c in row.sessions], [INKS[c.state] for c in row.sessions])
        self.sessions.fit(most=6)
        self.trials.fill([self._trial_cells(t) for t in row.trials], [_ink(t) for t in row.trials])
        self.sittings.fill(
            [
                (s.number, local(s.started_utc), local(s.ended_utc or "") or self.tr("cut off, or still open"))
                for s in row.sittings
            ]
        )
        self.interruptions.fill([(each,) for each in row.interruptions])
        self._offer()

    def _session_cells(self, cell: SessionCell) -> tuple[object, ...]:
        due = _day(cell.due) if cell.due is not None else "–"
        if cell.overridden:
            due += self.tr(" (overridden)")
        last = local(cell.last.isoformat()) if cell.last is not None else "–"
        return (cell.number, self.tr(WORDS[cell.state]), f"{cell.done}/{cell.of}", cell.interruptions, due, last)

    def _trial_cells(self, trial: TrialProgress) -> tuple[object, ...]:
        remark = self.tr("void: {why}").format(why=trial.voided) if trial.voided else ""
        remark = remark or (self.tr("practice") if trial.practice else "")
        phases = f"{trial.phases_done}/{trial.phases}"
        confirmed = local(trial.confirmed_utc) or "–"
        return (
            trial.index + 1,
            trial.session,
            trial.case,
            trial.condition,
            phases,
            trial.starts,
            trial.seconds,
            confirmed,
            remark,
        )

    def _first_open(self) -> int:
        cells = self._row.sessions if self._row is not None else ()
        wanting = [at for at, cell in enumerate(cells) if cell.state in ("decision", "washout", "in_progress", "late")]
        return wanting[0] if wanting else 0

    def _cell(self) -> SessionCell | None:
        at = self.sessions.currentRow()
        cells = self._row.sessions if self._row is not None else ()
        return cells[at] if 0 <= at < len(cells) else None

    def _trial(self) -> TrialProgress | None:
        at = self.trials.currentRow()
        trials = self._row.trials if self._row is not None else ()
        return trials[at] if 0 <= at < len(trials) else None

    def _offer(self) -> None:
        cell, trial = self._cell(), self._trial()
        self.override_button.setEnabled(cell is not None and cell.state == "washout" and not cell.overridden)
        undecided = cell is not None and cell.state == "decision"
        self.gap_button.setEnabled(undecided)
        self.decision.setEnabled(undecided)
        self.void_button.setEnabled(trial is not None and trial.starts > 0 and not trial.voided)

    # --- decisions

    def _ask_override(self) -> None:
        cell = self._cell()
        if cell is not None and cell.due is not None:

            def act(reason: str) -> Act:
                return WashoutOverridden(self._sha256, self._reader, cell.number, reason)

            self._reasons.ask(
                self.tr("May {reader} begin session {n} before {date}?").format(
                    reader=self._reader, n=cell.number, date=_day(cell.due)
                ),
                self.tr("The washout of the protocol is not kept for this session; the export says so."),
                self.tr("Override the washout"),
                lambda reason: self._do(act(reason), self.tr("The washout is overridden.")),
            )

    def _ask_gap(self) -> None:
        cell = self._cell()
        if cell is not None:
            chosen, words = self.decision.currentData(), self.decision.currentText()

            def act(reason: str) -> Act:
                return GapDecided(self._sha256, self._reader, cell.number, chosen, cell.logged, reason)

            self._reasons.ask(
                self.tr("Session {n} of {reader}: {what}?").format(n=cell.number, reader=self._reader, what=words),
                self.tr(
                    "It was interrupted for longer than the protocol allows. This holds for this interruption only."
                ),
                self.tr("Decide"),
                lambda reason: self._do(act(reason), self.tr("Decided: {what}.").format(what=words)),
            )

    def _ask_void(self) -> None:
        trial = self._trial()
        if trial is not None:

            def act(reason: str) -> Act:
                return TrialVoided(self._sha256, self._reader, trial.index, reason)

            self._reasons.ask(
                self.tr("Void trial {n} ({case}) of {reader}?").format(
                    n=trial.index + 1, case=trial.case, reader=self._reader
                ),
                self.tr("It no longer counts. What was read stays in the log, and the export marks it."),
                self.tr("Void the trial"),
                lambda reason: self._do(act(reason), self.tr("The trial no longer counts.")),
            )

    @property
    def _sha256(self) -> str:
        return self._session.governed.sha256

    def _do(self, act: Act, words: str) -> None:
        self._session.act(
            lambda writer, by: writer.run(lambda connection: record(connection, by, act)).result(),
            lambda _done: self.say_done(words),
            lambda problem: self.say_problem(str(problem)),
        )


def _ink(trial: TrialProgress) -> str:
    return "caution" if trial.voided else "quiet" if trial.practice or not trial.starts else ""


def _day(moment: datetime) -> str:
    return moment.astimezone().strftime("%d %b %Y")


def _with_row(table: Table, *widgets: QWidget) -> QWidget:
    tab = QWidget()
    column = QVBoxLayout(tab)
    column.setContentsMargins(0, 0, 0, current_theme().space(2))
    column.addWidget(table, 1)
    row = row_of(*widgets)
    row.setAlignment(Qt.AlignmentFlag.AlignLeft)
    column.addLayout(row)
    return tab
