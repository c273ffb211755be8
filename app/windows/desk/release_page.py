"""The page Release: opening a study for readers, pausing it, and putting an amended file in its place.

What belongs here: these acts and their history. What does not: their conditions (app.store.releases).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from PySide6.QtWidgets import QComboBox, QTabWidget

from app.advice.needs import model_hashes
from app.analysis.progress import local
from app.analysis.protocol_words import changes_in_lines, changes_in_words
from app.conduct.amending import amend_study
from app.conduct.governing import Governed
from app.store.acts import Amended, RecordedAct, SignInTried
from app.store.projecting.projections import protocol_of
from app.store.reader import ProtocolRecord
from app.store.releases import pause, release, resume
from app.windows.desk.parts import Card, Page, ReasonCard, Table, button, row_of
from app.windows.desk.session import DeskSession
from app.windows.desk.source_view import SourceView
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.problem import StudyProblem
from study_configs.words import phrase

STATES = {
    "new": ("caution", phrase("ReleasePage", "Not released")),
    "released": ("good", phrase("ReleasePage", "Released")),
    "paused": ("caution", phrase("ReleasePage", "Paused")),
    "replaced": ("quiet", phrase("ReleasePage", "Replaced by a newer version")),
}
SILENT = (SignInTried,)


class ReleasePage(Page):
    """What holds for readers now, and how to change it; each with a reason, each kept for good."""

    def __init__(self, session: DeskSession, reasons: ReasonCard) -> None:
        super().__init__(
            self.tr("Release"),
            self.tr(
                "Open the study for readers, pause it, or put an amended file in its place. Every act stays in the log."
            ),
        )
        self._session, self._reasons = session, reasons
        self.card = Card("")
        self.state, self.todo = label("", "title"), label("", "quiet")
        self.release_button = button(self.tr("Release …"), self._ask_release, "primary")
        self.pause_button = button(self.tr("Pause …"), self._ask_pause)
        self.resume_button = button(self.tr("Resume …"), self._ask_resume, "primary")
        self.card.content.addWidget(self.state)
        self.card.content.addWidget(self.todo)
        self.card.content.addLayout(row_of(self.release_button, self.pause_button, self.resume_button))
        self.content.addWidget(self.card)
        self.content.addWidget(self._amendment())
        self.content.addWidget(label(self.tr("What was done"), "heading"))
        self.history = Table(
            self.tr("Acts"), (self.tr("When"), self.tr("Who"), self.tr("What"), self.tr("Why")), stretch=3
        )
        self.content.addWidget(self.history)
        self.content.addStretch()
        for signal in (session.governed_changed, session.checked_changed, session.who_changed):
            signal.connect(self.follow)
        self.follow()

    def _amendment(self) -> Card:
        theme = current_theme()
        self.amend_card = Card(self.tr("The file has changed since readers began"))
        self.changes = Table(self.tr("Changes in words"), (self.tr("What changes"),), stretch=0)
        self.lines = SourceView(self.tr("Changes line by line"))
        self.orders = QComboBox()
        self.orders.setAccessibleName(self.tr("Reading orders"))
        self.orders.addItem(self.tr("readers keep their orders"), "kept")
        self.orders.addItem(self.tr("sittings not finished are drawn anew"), "redrawn")
        self.amend_button = button(self.tr("Amend …"), self._ask_amend, "primary")
        self.tabs = QTabWidget()
        self.tabs.addTab(self.changes, self.tr("In words"))
        self.tabs.addTab(self.lines, self.tr("Line by line"))
        self.tabs.setFixedHeight(theme.px(240))
        self.amend_hint = label("", "quiet")
        self.amend_card.content.addWidget(self.amend_hint)
        self.amend_card.content.addWidget(self.tabs)
        self.amend_card.content.addLayout(row_of(self.orders, self.amend_button))
        return self.amend_card

    def follow(self) -> None:
        governed, study = self._session.governed, self._session.study
        ink, words = STATES[governed.state]
        set_role(self.state, "title")
        self.state.setText(self.tr(words))
        self.state.setStyleSheet(f"color: {current_theme().hexes()[ink]};")
        self.todo.setText(self._todo(governed))
        able = study is not None and self._session.who is not None and governed.sha256 == study.sha256
        self.release_button.setVisible(governed.state == "new")
        self.release_button.setEnabled(able)
        self.pause_button.setVisible(governed.state == "released")
        self.resume_button.setVisible(governed.state == "paused")
        self._follow_amendment(governed)
        told = [each for each in reversed(governed.recorded) if not isinstance(each.act, SILENT)]
        self.history.fill([_told(each) for each in told])
        self.history.fit(most=10)

    def _todo(self, governed: Governed) -> str:
        study = self._session.study
        if governed.state == "paused":
            return self.tr("Reason: {why} Readers who were reading may finish their sitting.").format(
                why=governed.in_force.pause_reason
            )
        if governed.state == "released":
            return self.tr("Readers who are enrolled can sign in and read.")
        if governed.state == "replaced":
            return self.tr("Open the newer file on the page Protocol.")
        if study is not None and study.protocol.about.mode != "study":
            return self.tr("Mode {mode} needs no release: readers can begin.").format(mode=study.protocol.about.mode)
        if governed.in_force.dry_run_is_clean:
            return self.tr("The file survived its dry run. Nobody can read before you release it.")
        return self.tr("Nobody can read yet. First the file must survive a dry run: see Protocol, Dry run.")

    # --- release, pause, resume

    def _ask_release(self) -> None:
        self._reasons.ask(
            self.tr("Release this study?"),
            self.tr("From now on readers can begin. The file is locked: a change is an amendment."),
            self.tr("Release"),
            lambda reason: self._do("release", reason),
        )

    def _ask_pause(self) -> None:
        self._reasons.ask(
            self.tr("Pause this study?"),
            self.tr("Nobody can sign in until you resume. Who reads now may finish the sitting."),
            self.tr("Pause"),
            lambda reason: self._do("pause", reason),
        )

    def _ask_resume(self) -> None:
        self._reasons.ask(
            self.tr("Resume this study?"),
            self.tr("Readers can sign in again."),
            self.tr("Resume"),
            lambda reason: self._do("resume", reason),
        )

    def _do(self, what: Literal["release", "pause", "resume"], reason: str) -> None:
        study, sha256 = self._session.study, self._session.governed.sha256
        if what == "release" and study is not None:
            mode = study.protocol.about.mode
            self._session.act(lambda writer, by: release(writer, by, sha256, mode, reason), self._worked, self._refuse)
        elif what == "pause":
            self._session.act(lambda writer, by: pause(writer, by, sha256, reason), self._worked, self._refuse)
        else:
            self._session.act(lambda writer, by: resume(writer, by, sha256, reason), self._worked, self._refuse)

    def _worked(self, _answer: object) -> None:
        self.say_problem("")

    def _refuse(self, problem: StudyProblem) -> None:
        self.say_problem(str(problem))

    # --- amendment

    def _follow_amendment(self, governed: Governed) -> None:
        """An open file that is not the one in the store is an amendment to come."""
        study, before = self._session.study, self._before(governed)
        self.amend_card.setVisible(study is not None and before is not None)
        if study is None or before is None:
            return
        old = protocol_of(before)
        words = changes_in_words(old, study.protocol) if old is not None else ()
        self.changes.fill([(each,) for each in words] or [(self.tr("Only comments and spacing."),)])
        self.lines.show_text(changes_in_lines(before.source.decode("utf-8-sig"), study.source_text))
        same = before.version == study.protocol.about.version
        self.amend_button.setEnabled(not same and self._session.who is not None)
        self.amend_hint.setText(
            self.tr("Give the file a new version first: {version} is taken.").format(version=before.version)
            if same
            else self.tr(
                "Version {old} is in force; this file is {new}. It holds from each reader's next sitting on, "
                "after a dry run and a release of its own."
            ).format(old=before.version, new=study.protocol.about.version)
        )

    def _before(self, governed: Governed) -> ProtocolRecord | None:
        study = self._session.study
        if study is None or not governed.frozen or study.sha256 in {each.sha256 for each in governed.frozen}:
            return None
        return governed.frozen[-1]

    def _ask_amend(self) -> None:
        self._reasons.ask(
            self.tr("Put this file in the place of the one in force?"),
            self.tr("Sittings that were begun restart under the new version; what was read stays in the log."),
            self.tr("Amend"),
            self._amend,
        )

    def _amend(self, reason: str) -> None:
        study, before = self._session.study, self._before(self._session.governed)
        if study is None or before is None:
            return
        orders = self.orders.currentData()
        self._session.act(
            lambda writer, by: amend_study(
                writer, by, before.sha256, study, orders=orders, reason=reason, models=model_hashes(study)
            ),
            self._worked,
            self._refuse,
        )


WHAT = {
    "AccountMade": phrase("ReleasePage", "account made"),
    "PinReset": phrase("ReleasePage", "new PIN"),
    "SignedIn": phrase("ReleasePage", "signed in"),
    "SignedOut": phrase("ReleasePage", "signed out"),
    "FailedSignIn": phrase("ReleasePage", "wrong try to sign in"),
    "Locked": phrase("ReleasePage", "account locked"),
    "DryRun": phrase("ReleasePage", "dry run"),
    "Released": phrase("ReleasePage", "released"),
    "Paused": phrase("ReleasePage", "paused"),
    "Resumed": phrase("ReleasePage", "resumed"),
    "Amended": phrase("ReleasePage", "amended"),
    "Enrolled": phrase("ReleasePage", "enrolled"),
    "ReaderDropped": phrase("ReleasePage", "drop-out"),
    "TrialVoided": phrase("ReleasePage", "trial voided"),
    "WashoutOverridden": phrase("ReleasePage", "washout overridden"),
    "GapDecided": phrase("ReleasePage", "gap decided"),
    "Unblinded": phrase("ReleasePage", "unblinded"),
    "Exported": phrase("ReleasePage", "exported"),
}


def _told(each: RecordedAct) -> tuple[str, str, str, str]:
    """One act for people: when, who, what, why."""
    said = asdict(each.act)
    what = WHAT.get(type(each.act).__name__, type(each.act).__name__)
    about = [str(said[key]) for key in ("reader", "name", "what") if said.get(key)]
    if "sitting" in said:
        about.append(f"session {said['sitting']}")
    if "trial" in said:
        about.append(f"trial {said['trial'] + 1}")
    if isinstance(each.act, Amended):
        about.append(f"version {each.act.version}")
    if "problems" in said:
        about.append("clean" if not said["problems"] else f"{len(said['problems'])} problems")
    who = each.by.name or each.by.role
    return (local(each.utc), who, what + (f": {', '.join(about)}" if about else ""), str(said.get("reason", "")))
