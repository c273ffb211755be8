"""The page Results: tables and report, and where they were written.

What belongs here: the two buttons and their options. What does not: writing (app.store.exports,
app.analysis.report).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit

from app.conduct.governing import act_on
from app.store.acts import Exported, Unblinded, record
from app.store.glimpse import is_held
from app.windows.desk.jobs import Step
from app.windows.desk.parts import Card, Page, ReasonCard, button, row_of
from app.windows.desk.session import DeskSession
from app.windows.labels import label
from app.windows.theme import current_theme
from study_configs.problem import StudyProblem

MODES = ("study", "pilot", "demo", "review")


class ResultsPage(Page):
    """Writes tables and report off the window's thread, and says where they are."""

    def __init__(self, session: DeskSession, reasons: ReasonCard) -> None:
        super().__init__(
            self.tr("Results"), self.tr("Tables for the statistician and a report to look at. Pseudonyms only.")
        )
        self._session, self._reasons = session, reasons
        self.open_folder: Callable[[Path], object] = lambda path: QDesktopServices.openUrl(
            QUrl.fromLocalFile(str(path))
        )
        self.folder = QLineEdit()
        self.folder.setAccessibleName(self.tr("Folder"))
        self.folder.setMinimumWidth(current_theme().px(420))
        self.modes = {mode: QCheckBox(mode) for mode in MODES}
        self.blinded = QCheckBox(self.tr("Blinded: without truth, planted errors and the plan"))
        self.blinded.setChecked(True)
        self.content.addWidget(self._where())
        self.content.addWidget(self._export_card())
        self.content.addWidget(self._report_card())
        self.content.addStretch()
        session.checked_changed.connect(self._suggest)

    @property
    def target(self) -> Path:
        return Path(self.folder.text())

    def _where(self) -> Card:
        card = Card(self.tr("Where to"))
        card.content.addLayout(
            row_of(
                self.folder,
                button(self.tr("Choose …"), self._choose),
                button(self.tr("Open folder"), lambda: self.open_folder(self.target)),
            )
        )
        return card

    def _export_card(self) -> Card:
        card = Card(self.tr("Tables (CSV and Parquet, with a codebook)"))
        card.content.addWidget(label(self.tr("Rows of these modes; none chosen: study alone."), "quiet"))
        card.content.addLayout(row_of(*self.modes.values()))
        card.content.addWidget(self.blinded)
        self.export_button = button(self.tr("Export"), self.export, "primary")
        self.exported = label("", "good")
        card.content.addLayout(row_of(self.export_button))
        card.content.addWidget(self.exported)
        self.exported.hide()
        return card

    def _report_card(self) -> Card:
        card = Card(self.tr("Report (one HTML page)"))
        card.content.addWidget(
            label(
                self.tr("It tells truth and planted errors: making it is recorded as an unblinding, with your reason."),
                "quiet",
            )
        )
        self.report_button = button(self.tr("Make the report …"), self._ask_report, "primary")
        self.reported = label("", "good")
        card.content.addLayout(row_of(self.report_button))
        card.content.addWidget(self.reported)
        self.reported.hide()
        return card

    # --- export

    def export(self) -> None:
        """Write the tables; unblinded ones ask for a reason first."""
        if self.blinded.isChecked():
            self._export("")
        else:
            self._reasons.ask(
                self.tr("Export with truth and planted errors?"),
                self.tr("It is recorded as an unblinding."),
                self.tr("Export"),
                self._export,
            )

    def _export(self, reason: str) -> None:
        session, who = self._session, self._session.who
        if who is None or session.checked is None:
            return
        store, folder, sha256 = session.store, self.target / "tables", session.governed.sha256
        chosen = [mode for mode, box in self.modes.items() if box.isChecked()] or None
        blinded = self.blinded.isChecked()

        def work(step: Step) -> int:
            from app.conduct.governing import export_of

            step(0, 1, str(folder))
            _refuse_held(store)
            act = Exported(sha256, "tables", blinded)
            if not blinded:
                unblinded = Unblinded(sha256, "export", reason)
                act_on(store, lambda w: w.run(lambda c: record(c, who, unblinded)).result())
            files = export_of(store, folder, chosen, blinded=blinded)
            act_on(store, lambda w: w.run(lambda c: record(c, who, act)).result())
            return len(files)

        def done(number: int) -> None:
            self.exported.setText(self.tr("{n} files written to {folder}").format(n=number, folder=folder))
            self.exported.show()
            self.say_problem("")
            session.refresh()

        session.job(self.tr("Export"), work, done, self._refuse)

    # --- report

    def _ask_report(self) -> None:
        self._reasons.ask(
            self.tr("Make the report?"),
            self.tr("It tells truth and planted errors. It is recorded as an unblinding."),
            self.tr("Make it"),
            self._report,
        )

    def _report(self, reason: str) -> None:
        session, who = self._session, self._session.who
        if who is None or session.checked is None:
            return
        store, out, sha256 = session.store, self.target / "report.html", session.governed.sha256

        def work(step: Step) -> Path:
            from app.analysis.report import write_report

            step(0, 1, str(out))
            _refuse_held(store)
            out.parent.mkdir(parents=True, exist_ok=True)
            act_on(store, lambda w: w.run(lambda c: record(c, who, Unblinded(sha256, "report", reason))).result())
            return write_report(store, out)

        def done(path: Path) -> None:
            self.reported.setText(self.tr("Written: {path}").format(path=path))
            self.reported.show()
            self.say_problem("")
            session.refresh()

        session.job(self.tr("Report"), work, done, self._refuse)

    def _refuse(self, problem: StudyProblem) -> None:
        self.say_problem(str(problem))

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Folder for the results"), self.folder.text())
        if name:
            self.folder.setText(name)

    def _suggest(self) -> None:
        checked = self._session.checked
        if checked is not None:
            self.folder.setText(str(checked.path.parent / "results"))


def _refuse_held(store: Path) -> None:
    """Raise StudyProblem while a workstation holds the store, before anything is written."""
    if is_held(store):
        act_on(store, lambda _writer: None)
