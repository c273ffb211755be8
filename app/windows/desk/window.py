"""The desk's one window: where you are at the left, what you look at at the right, and the state of release above all.

What belongs here: which page is shown, signing in and out, the lock after ten idle minutes. What does not: pages.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.crash import Failure
from app.store.accounts import SignIn
from app.windows.desk.dry_run_card import RunDry
from app.windows.desk.jobs import JobStrip
from app.windows.desk.parts import Page, ReasonCard, button
from app.windows.desk.plan_page import PlanPage
from app.windows.desk.preview_page import MakePreview, PreviewPage
from app.windows.desk.progress_page import ProgressPage, ReaderPage
from app.windows.desk.protocol_page import ProtocolPage, StartPage
from app.windows.desk.readers_page import ReadersPage
from app.windows.desk.recent import RecentFiles, recent_file
from app.windows.desk.release_page import STATES, ReleasePage
from app.windows.desk.results_page import ResultsPage
from app.windows.desk.session import DeskSession
from app.windows.desk.sign_in_page import CoordinatorPage
from app.windows.desk.thresholds_page import ThresholdsPage
from app.windows.icons import window_icon
from app.windows.labels import label
from app.windows.message import MessageOverlay
from app.windows.theme import current_theme, set_role
from study_configs.problem import StudyProblem

LOCK_AFTER_MS = 10 * 60 * 1000
NAVIGATION_WIDTH = 190


class DeskWindow(QMainWindow):
    """Runs a coordinator's session: choose a study, sign in, and the pages.

    `make_preview` opens the reading windows on a store that is thrown away (the composition root knows how), `run_dry`
    lets simulated readers fill a study.
    """

    def __init__(
        self,
        make_preview: MakePreview,
        run_dry: RunDry,
        *,
        store: Path | None = None,
        recent: RecentFiles | None = None,
        lock_after_ms: int = LOCK_AFTER_MS,
    ) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("ReaderLab coordinator's desk – research use, not for diagnosis"))
        self.setWindowIcon(window_icon())
        self.setMinimumSize(1024, 640)
        self.exit_code = 0
        self.session = DeskSession(store, self)
        self.recent = recent or RecentFiles(recent_file())
        self.message, self.reasons = MessageOverlay(self), ReasonCard(self)
        self.start = StartPage(self.recent)
        self.sign_in = CoordinatorPage(self.session)
        self.protocol = ProtocolPage(self.session, run_dry)
        self.plan = PlanPage(self.session, self.reasons)
        self.preview = PreviewPage(self.session, make_preview)
        self.readers = ReadersPage(self.session, self.reasons)
        self.progress = ProgressPage(self.session)
        self.reader = ReaderPage(self.session, self.reasons)
        self.release = ReleasePage(self.session, self.reasons)
        self.results = ResultsPage(self.session, self.reasons)
        self.thresholds = ThresholdsPage(self.session)
        self._pages: tuple[Page, ...] = (
            self.protocol,
            self.plan,
            self.preview,
            self.readers,
            self.progress,
            self.release,
            self.results,
            self.thresholds,
        )
        self._lay_out()
        self._connect()
        self._idle = QTimer(self, singleShot=True, interval=lock_after_ms)
        self._idle.timeout.connect(lambda: self.sign_out(locked=True))
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # there is one: windows need it
        self._follow()

    # --- what is there

    def _lay_out(self) -> None:
        theme = current_theme()
        self.navigation = QListWidget()
        self.navigation.setAccessibleName(self.tr("Pages"))
        self.navigation.setFixedWidth(theme.px(NAVIGATION_WIDTH))
        for at, page in enumerate(self._pages, 1):
            item = QListWidgetItem(f"{at}   {page.title.text()}")
            item.setToolTip(f"{page.title.text()}  (Ctrl+{at})")
            self.navigation.addItem(item)
            QShortcut(QKeySequence(f"Ctrl+{at}"), self, lambda row=at - 1: self.go_to(row))
        inside = QHBoxLayout()
        inside.setSpacing(0)
        left = QFrame()
        set_role(left, "panel")
        column = QVBoxLayout(left)
        column.setContentsMargins(theme.space(2), theme.space(3), theme.space(1), theme.space(3))
        column.addWidget(self.navigation)
        column.addStretch()
        self.navigation.setFixedHeight(len(self._pages) * self.navigation.sizeHintForRow(0) + theme.space(2))
        inside.addWidget(left)
        self.stack = QStackedWidget()
        for page in (*self._pages, self.reader):
            self.stack.addWidget(page)
        inside.addWidget(self.stack, 1)
        self.desk = QWidget()
        whole = QVBoxLayout(self.desk)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._bar())
        whole.addLayout(inside, 1)
        whole.addWidget(JobStrip(self.session.jobs))
        self.outer = QStackedWidget()
        for whole_page in (self.start, self.sign_in, self.desk):
            self.outer.addWidget(whole_page)
        self.setCentralWidget(self.outer)

    def _bar(self) -> QFrame:
        """The line above every page."""
        theme = current_theme()
        self.trail, self.released, self.who = (
            label("", "quiet", wrap=False),
            label("", "badge", wrap=False),
            label("", "quiet", wrap=False),
        )
        self.out_button = button(self.tr("Sign out"), self.sign_out)
        bar = QFrame()
        set_role(bar, "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(theme.space(4), theme.space(2), theme.space(4), theme.space(2))
        row.setSpacing(theme.space(3))
        row.addWidget(self.trail, 1)
        for widget in (self.released, self.who, self.out_button):
            row.addWidget(widget)
        return bar

    def _connect(self) -> None:
        session = self.session
        self.navigation.currentRowChanged.connect(self.go_to)
        self.start.opened.connect(self.open_study)
        self.protocol.opened.connect(self.open_study)
        self.progress.reader_opened.connect(self.open_reader)
        self.reader.left.connect(lambda: self.go_to(self._pages.index(self.progress)))
        for signal in (session.checked_changed, session.governed_changed):
            signal.connect(self._follow)
        session.who_changed.connect(self._enter)
        session.failed.connect(self.say)

    # --- where one is

    def open_study(self, path: Path) -> None:
        """Open a study file or its folder; who coordinates it signs in next."""
        try:
            self.session.open(path)
        except StudyProblem as problem:
            self.say(problem)
            return
        self.recent.add(path if path.is_file() else path / "protocol.yaml")
        self.start.follow()

    def go_to(self, row: int) -> None:
        """Show one of the pages, by its place in the list."""
        if not 0 <= row < len(self._pages) or self.session.who is None:
            return
        if self.navigation.currentRow() != row:
            self.navigation.setCurrentRow(row)  # comes back here
            return
        if self.stack.currentWidget() is self.readers and self._pages[row] is not self.readers:
            self.readers.hide_slip()
        self.stack.setCurrentWidget(self._pages[row])
        self._follow()

    def show_page(self, page: Page) -> None:
        self.go_to(self._pages.index(page))

    def open_reader(self, reader: str) -> None:
        self.reader.open(reader)
        self.stack.setCurrentWidget(self.reader)
        self.reader.back.setFocus()
        self._follow()

    def _follow(self) -> None:
        """The line above every page: where one is, whether readers may read, who sits here."""
        checked, governed = self.session.checked, self.session.governed
        study = self.session.known
        named = study.protocol.about.title if study is not None else (checked.path.name if checked is not None else "")
        page = self.stack.currentWidget()
        steps = [
            named,
            self.progress.title.text() if page is self.reader else "",
            page.title.text() if isinstance(page, Page) else "",
        ]
        self.trail.setText("   ›   ".join(step for step in steps if step))
        _, words = STATES[governed.state]
        open_without = study is not None and study.protocol.about.mode != "study" and governed.state == "new"
        told = (
            self.tr("Open ({mode})").format(mode=study.protocol.about.mode)
            if open_without and study is not None
            else self.release.tr(words)
        )
        self.released.setText(told)
        set_role(self.released, "badge" if governed.state == "released" or open_without else "badge-quiet")
        self.who.setText(self.session.who.name if self.session.who is not None else "")

    # --- who sits here

    def _enter(self) -> None:
        """Somebody signed in or out, or another study was opened."""
        if self.session.checked is None:
            self.outer.setCurrentWidget(self.start)
        elif self.session.who is None:
            self.outer.setCurrentWidget(self.sign_in)
            self.sign_in.ready()
        else:
            self.outer.setCurrentWidget(self.desk)
            if self.navigation.currentRow() < 0:
                self.navigation.setCurrentRow(0)
            self.navigation.setFocus()
            self._idle.start()
        self._follow()

    def sign_out(self, *, locked: bool = False) -> None:
        """Leave the desk; what is shown goes, and the store keeps that somebody left."""
        who, session = self.session.who, self.session
        if who is None:
            return
        self._idle.stop()
        self.preview.close_preview()
        self.readers.hide_slip()
        self.reasons.dismiss()
        session.act(lambda writer, by: SignIn(writer).sign_out(by), failed=lambda _problem: None)
        session.set_who(None)
        if locked:
            self.sign_in.name.setText(who.name)
            self.sign_in.say(self.tr("Locked after ten minutes without a key or a click. Nothing is lost."), "small")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel)
            and self._idle.isActive()
        ):
            self._idle.start()
        return super().eventFilter(watched, event)

    # --- what goes wrong

    def say(self, problem: StudyProblem) -> None:
        """What no page could say."""
        self.message.show_problem(problem)

    def fail(self, failure: Failure) -> None:
        """An error of ours: the store is open only during an act, so nothing is lost."""
        self.exit_code = 1
        self.say(
            StudyProblem(
                self.tr("Something went wrong in ReaderLab: {what}").format(what=failure.what),
                todo=self.tr("Nothing in the store was lost. A report was written beside it."),
            )
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        self.preview.close_preview()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self.session.close()
        event.accept()
