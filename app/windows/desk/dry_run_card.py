"""The dry run: simulated readers fill the study before anybody real does, and its result.

What belongs here: the button and what came of it. What does not: running (app.dry_run), keeping it (app.store.acts).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.analysis.progress import local
from app.store.acts import PROGRAM, DryRun, record
from app.version import version
from app.windows.desk.jobs import Step
from app.windows.desk.parts import button, row_of
from app.windows.desk.session import DeskSession
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.problem import StudyProblem
from study_configs.study import Study
from study_configs.words import phrase

WHAT_IT_IS = phrase(
    "DryRunCard",
    "Simulated readers read the whole study into a store that is thrown away; its export must be clean. In mode study "
    "nothing is released without it.",
)
RunDry = Callable[[Study, Step], tuple[str, ...]]  # what is wrong, a sentence each; empty for a clean run


class DryRunCard(QWidget):
    """Says whether the file as it stands survived a dry run, and starts one."""

    def __init__(self, session: DeskSession, run: RunDry) -> None:
        super().__init__()
        theme = current_theme()
        self._session, self._run = session, run
        self.state, self.found = label("", "strong"), label("")
        self.button = button(self.tr("Start a dry run"), self.start, "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(*(4 * [theme.space(3)]))
        column.setSpacing(theme.space(2))
        column.addWidget(
            label(
                self.tr(
                    "Simulated readers read the whole study into a store that is thrown away; its export must be "
                    "clean. In mode study nothing is released without it."
                ),
                "quiet",
            )
        )
        column.addWidget(self.state)
        column.addWidget(self.found)
        column.addLayout(row_of(self.button))
        column.addStretch()
        session.governed_changed.connect(self.follow)
        session.who_changed.connect(self.follow)

    def follow(self) -> None:
        """What the store knows of dry runs of this very file."""
        study, governed = self._session.study, self._session.governed
        self.button.setEnabled(study is not None and self._session.who is not None)
        runs = [r for r in governed.recorded if study and isinstance(r.act, DryRun) and r.act.protocol == study.sha256]
        if not runs:
            self.state.setText(self.tr("This file has not been run dry as it stands."))
            set_role(self.state, "caution")
            return
        last = runs[-1].act
        assert isinstance(last, DryRun)  # they were chosen so
        clean = not last.problems
        when = local(runs[-1].utc)
        self.state.setText(
            self.tr("✓ Clean dry run of this file, {when}").format(when=when)
            if clean
            else self.tr("The last dry run of this file, {when}, found problems:").format(when=when)
        )
        set_role(self.state, "good" if clean else "wrong")
        self.found.setText("\n".join(last.problems))

    def start(self) -> None:
        """Run dry in the background; what comes of it is recorded, clean or not."""
        study = self._session.study
        if study is None:
            return
        self.found.setText("")
        self._session.job(
            self.tr("Dry run"), lambda step: (study.sha256, self._run(study, step)), self._keep, self._refuse
        )

    def _keep(self, answer: tuple[str, tuple[str, ...]]) -> None:
        act = DryRun(*answer, version())
        self._session.act(
            lambda writer, _who: writer.run(lambda connection: record(connection, PROGRAM, act)).result(),
            lambda _recorded: self.follow(),
            self._refuse,
        )

    def _refuse(self, problem: StudyProblem) -> None:
        self.found.setText(str(problem))
