"""The page Readers: who takes part, with accounts, slips and drop-outs.

What belongs here: enrolling, new PINs, drop-outs. What does not: how far readers are (progress_page).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from app.analysis.progress import ReaderRow
from app.conduct.governing import NewReader, enrol_reader, new_pin, new_pseudonym, slip
from app.store.accounts import reset_pin
from app.store.acts import ReaderDropped, Who, record
from app.windows.desk.parts import Card, Page, ReasonCard, Table, button, row_of
from app.windows.desk.session import DeskSession
from app.windows.desk.source_view import fixed_family
from app.windows.labels import label
from app.windows.sign_in import PSEUDONYM
from app.windows.theme import current_theme, set_role
from study_configs.problem import StudyProblem


class ReadersPage(Page):
    """Enrols readers and looks after their accounts."""

    def __init__(self, session: DeskSession, reasons: ReasonCard) -> None:
        super().__init__(
            self.tr("Readers"),
            self.tr("Enrol readers under pseudonyms. Who is behind one is written down elsewhere, never here."),
        )
        self._session, self._reasons = session, reasons
        self._rows: tuple[ReaderRow, ...] = ()
        self.content.addWidget(self._enrol_card())
        self.content.addWidget(self._slip_card())
        self.table = Table(
            self.tr("Enrolled readers"),
            (
                self.tr("Reader"),
                self.tr("Stratum"),
                self.tr("Arm"),
                self.tr("Place"),
                self.tr("Finished"),
                self.tr("State"),
            ),
            stretch=5,
        )
        self.table.itemSelectionChanged.connect(self._offer)
        self.none = label(self.tr("Nobody is enrolled yet."), "quiet")
        self.pin_button = button(self.tr("New PIN …"), self._ask_new_pin)
        self.drop_button = button(self.tr("Drop-out …"), self._ask_drop)
        self.content.addWidget(label(self.tr("Enrolled"), "heading"))
        self.content.addWidget(self.none)
        self.content.addWidget(self.table)
        self.content.addLayout(row_of(self.pin_button, self.drop_button))
        self.content.addStretch()
        session.governed_changed.connect(self.follow)
        session.checked_changed.connect(self._ask_strata)
        self.follow()

    # --- enrolling

    def enrol(self) -> None:
        """Enrol whoever the fields name."""
        study, who = self._session.study, self._session.who
        if study is None or who is None or not self.enrol_button.isEnabled():
            return
        store, reader, pin = self._session.store, self.pseudonym.text(), self.pin.text()
        strata = {name: _value(field) for name, field in self.strata.items()}
        self.enrol_button.setEnabled(False)
        self._session.jobs.look(
            lambda: enrol_reader(study, store, who, reader, strata, pin), self._enrolled, self._refuse
        )

    def _enrolled(self, new: NewReader) -> None:
        self.say_problem("")
        self.show_slip(new)
        self.suggest()
        self._session.refresh()

    def _refuse(self, problem: StudyProblem) -> None:
        self.say_problem(str(problem))
        self._typed()

    def suggest(self) -> None:
        """Another pseudonym that nobody has, ready to be typed over."""
        taken = [row.reader for row in self._session.governed.board.rows]
        self.pseudonym.setText(new_pseudonym([*taken, *(each.name for each in self._session.governed.accounts)]))
        self.pin.clear()
        self._typed()

    def _typed(self) -> None:
        valid = bool(PSEUDONYM.fullmatch(self.pseudonym.text()))
        complete = all(_value(field) for field in self.strata.values())
        self.enrol_button.setEnabled(valid and complete and self._session.study is not None)
        words = self.tr("2 to 32 letters, digits, - or _, starting with a letter. No names.")
        self.rule.setText(words if not valid else "" if complete else self.tr("Choose a value for each stratum."))
        self.rule.setVisible(bool(self.rule.text()))

    def _enrol_card(self) -> Card:
        theme = current_theme()
        card = Card(self.tr("Enrol a reader"))
        self.pseudonym, self.pin = QLineEdit(), QLineEdit()
        self.pin.setPlaceholderText(self.tr("drawn, unless you type one"))
        self.rule = label("", "caution")
        self.strata: dict[str, QWidget] = {}
        self.enrol_button = button(self.tr("Enrol"), self.enrol, "primary")
        self.another = button(self.tr("Another one"), self.suggest)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(theme.space(4))
        self.form.setVerticalSpacing(theme.space(2))
        for words, field in ((self.tr("Pseudonym"), self.pseudonym), (self.tr("PIN"), self.pin)):
            field.setAccessibleName(words)
            field.setFixedWidth(theme.px(260))
            field.returnPressed.connect(self.enrol)
            field.textChanged.connect(self._typed)
        self.form.addRow(self.tr("Pseudonym"), row_of(self.pseudonym, self.another))
        self.form.addRow(self.tr("PIN"), self.pin)
        card.content.addLayout(self.form)
        card.content.addWidget(self.rule)
        card.content.addLayout(row_of(self.enrol_button))
        return card

    def _ask_strata(self) -> None:
        """One field for each stratum of the protocol: a choice, or a text where its values come as they are."""
        study = self._session.study
        wanted = dict(study.protocol.design.readers.strata) if study is not None else {}
        if list(wanted) != list(self.strata):
            while self.form.rowCount() > 2:
                self.form.removeRow(2)
            self.strata = {name: self._stratum_field(name, values) for name, values in wanted.items()}
            for name, field in self.strata.items():
                self.form.addRow(name.capitalize(), field)
        self.suggest()

    def _stratum_field(self, name: str, values: tuple[str, ...]) -> QWidget:
        field: QComboBox | QLineEdit = QComboBox() if values else QLineEdit()
        if isinstance(field, QComboBox):
            field.addItem(self.tr("Choose …"), "")
            for value in values:
                field.addItem(value, value)
            field.currentIndexChanged.connect(lambda _index: self._typed())
        else:
            field.textChanged.connect(lambda _text: self._typed())
        field.setAccessibleName(name)
        field.setFixedWidth(current_theme().px(260))
        return field

    # --- the slip

    def show_slip(self, new: NewReader) -> None:
        """The PIN, once: it stands nowhere else, and goes when the page is left."""
        self._slip = new
        self.slip_text.setPlainText(new.slip)
        self.slip_card.show()
        self.save_button.setFocus()

    def hide_slip(self) -> None:
        self.slip_text.setPlainText("")
        self.slip_card.hide()

    def save_slip(self, file: Path) -> None:
        try:
            file.write_text(self._slip.slip, encoding="utf-8")
        except OSError as error:
            words = self.tr("The slip can't be written ({why}): {file}. Choose another folder.")
            self.say_problem(words.format(why=error.strerror, file=file))
            return
        self.say_done(self.tr("Written: {file}. Print it, hand it over, then delete it.").format(file=file))

    def _choose_slip(self) -> None:
        start = str(Path.home() / f"{self._slip.reader}.txt")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the slip"), start, self.tr("Text (*.txt)"))
        if name:
            self.save_slip(Path(name))

    def _slip_card(self) -> Card:
        card = self.slip_card = Card(self.tr("Slip for the reader: the PIN is shown this once"))
        set_role(card.heading, "good")
        self._slip = NewReader("", "", "")
        self.slip_text = QPlainTextEdit()
        self.slip_text.setReadOnly(True)
        self.slip_text.setStyleSheet(f"font-family: '{fixed_family()}', monospace;")
        self.slip_text.setAccessibleName(self.tr("Slip"))
        self.slip_text.setTabChangesFocus(True)
        self.slip_text.setFixedHeight(current_theme().px(280))
        self.save_button = button(self.tr("Save as text …"), self._choose_slip, "primary")
        card.content.addWidget(self.slip_text)
        card.content.addLayout(row_of(self.save_button, button(self.tr("Done, hide it"), self.hide_slip)))
        card.hide()
        return card

    # --- those who are enrolled

    def follow(self) -> None:
        """Show everybody as the store has them."""
        self._rows = self._session.governed.board.rows
        self.table.fill(
            [self._cells(row) for row in self._rows], ["quiet" if row.dropped else "" for row in self._rows]
        )
        self.table.fit()
        self.table.setVisible(bool(self._rows))
        self.none.setVisible(not self._rows)
        self._offer()

    def _cells(self, row: ReaderRow) -> tuple[object, ...]:
        done = sum(cell.state == "done" for cell in row.sessions)
        state = self.tr("dropped out: {why}").format(why=row.dropped) if row.dropped else ""
        finished = self.tr("{done} of {of} sessions").format(done=done, of=len(row.sessions))
        return (row.reader, row.stratum or "–", row.arm or "–", row.index + 1, finished, state or self.tr("takes part"))

    def _chosen(self) -> ReaderRow | None:
        row = self.table.currentRow()
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _offer(self) -> None:
        chosen = self._chosen()
        names = {each.name for each in self._session.governed.accounts if each.role == "reader"}
        self.pin_button.setEnabled(chosen is not None and chosen.reader in names)
        for each in (self.pin_button, self.drop_button):
            each.setToolTip("" if chosen is not None else self.tr("Choose a reader in the table first."))
        self.drop_button.setEnabled(chosen is not None and not chosen.dropped)

    def _ask_new_pin(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._reasons.ask(
                self.tr("Give {reader} a new PIN?").format(reader=chosen.reader),
                self.tr("The old one no longer works. A lock after wrong tries ends."),
                self.tr("New PIN"),
                lambda reason: self._new_pin(chosen.reader, reason),
            )

    def _new_pin(self, reader: str, reason: str) -> None:
        study = self._session.study
        if study is None:
            return
        pin = new_pin()
        self._session.act(
            lambda writer, by: reset_pin(writer, by, Who("reader", reader), pin, reason),
            lambda _done: self.show_slip(NewReader(reader, pin, slip(study, reader, pin))),
            self._refuse,
        )

    def _ask_drop(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._reasons.ask(
                self.tr("Does {reader} leave the study?").format(reader=chosen.reader),
                self.tr("They can no longer sign in and their place is given to somebody else. What was read stays."),
                self.tr("Record the drop-out"),
                lambda reason: self._drop(chosen.reader, reason),
            )

    def _drop(self, reader: str, reason: str) -> None:
        act = ReaderDropped(self._session.governed.sha256, reader, reason)
        self._session.act(
            lambda writer, by: writer.run(lambda connection: record(connection, by, act)).result(),
            lambda _done: self.say_done(self.tr("{reader} has left the study.").format(reader=reader)),
            self._refuse,
        )


def _value(field: QWidget) -> str:
    if isinstance(field, QComboBox):
        return str(field.currentData() or "")
    return field.text().strip() if isinstance(field, QLineEdit) else ""
