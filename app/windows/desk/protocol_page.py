"""The page Protocol: is the file right, and what will it do?

What belongs here: the file, its problems with their places, its words, its hashes, the dry run. What does not: finding
problems (study_configs.check), putting values into words (app.analysis.protocol_words), running dry (app.dry_run).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.analysis.protocol_words import Paragraph, in_words
from app.windows.desk.dry_run_card import DryRunCard, RunDry
from app.windows.desk.parts import Page, Table, button, row_of, scrolling
from app.windows.desk.recent import RecentFiles
from app.windows.desk.session import DeskSession
from app.windows.desk.source_view import SourceView
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.check import pin
from study_configs.problems import Problem
from study_configs.words import phrase

INKS = {"error": "wrong", "warning": "caution"}
KINDS = {"error": phrase("ProtocolPage", "error"), "warning": phrase("ProtocolPage", "warning")}


class ProtocolPage(Page):
    """Opens a study file, shows what is wrong beside the lines where it is, and reads it aloud."""

    opened = Signal(object)  # Path

    def __init__(self, session: DeskSession, run_dry: RunDry) -> None:
        super().__init__(
            self.tr("Protocol"),
            self.tr("The study file, checked at once and whenever it changes on the disk. Edit it in your own editor."),
            scrolls=False,
        )
        self._session = session
        self._problems: tuple[Problem, ...] = ()
        self.setAcceptDrops(True)
        self.file, self.verdict = label("", "strong", wrap=False), label("", "", wrap=False)
        self.open_button = button(self.tr("Open another file …"), self.choose)
        self.check_button = button(self.tr("Check everything"), self._check_again)
        self.check_button.setToolTip(self.tr("The file, its tables, every image and every AI result"))
        head = row_of(self.file, self.verdict)
        head.addWidget(self.check_button)
        head.addWidget(self.open_button)
        self.content.addLayout(head)
        self.problems = Table(
            self.tr("Problems"), (self.tr("Kind"), self.tr("Line"), self.tr("Key"), self.tr("What")), stretch=3
        )
        self.problems.itemSelectionChanged.connect(lambda: self._show_problem(self.problems.currentRow()))
        self.detail = label("", "quiet")
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.source = SourceView(self.tr("The study file"))
        self.words, self.pins = QVBoxLayout(), QVBoxLayout()
        self.dry_run = DryRunCard(session, run_dry)
        self.content.addWidget(self._body(), 1)
        session.checked_changed.connect(self.follow)

    def _body(self) -> QWidget:
        left, theme = QWidget(), current_theme()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, theme.space(3), 0)
        column.setSpacing(theme.space(2))
        column.addWidget(self.problems, 2)
        column.addWidget(self.detail)
        column.addWidget(self.source, 5)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("What the file will do"))
        self.tabs.addTab(_scrolled(self.words), self.tr("In words"))
        self.tabs.addTab(_scrolled(self.pins), self.tr("Hashes"))
        self.tabs.addTab(self.dry_run, self.tr("Dry run"))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.tabs)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([theme.px(620), theme.px(400)])
        split.setChildrenCollapsible(False)
        return split

    def choose(self) -> None:
        """Ask for a file."""
        path = self._session.path
        start = str(path.parent if path is not None else Path.home())
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a study file"), start, self.tr("Study files (*.yaml *.yml)")
        )
        if name:
            self.opened.emit(Path(name))

    def follow(self) -> None:
        """Show the file as it was found last."""
        checked = self._session.checked
        if checked is None:
            return
        self._problems = tuple(sorted(checked.report.problems, key=lambda each: each.severity))
        errors = sum(each.severity == "error" for each in self._problems)
        warnings = len(self._problems) - errors
        self.file.setText(f"{checked.path.parent.name}/{checked.path.name}")
        self.file.setToolTip(str(checked.path))
        self.verdict.setText(
            self.tr("{errors} errors, {warnings} warnings").format(errors=errors, warnings=warnings)
            if self._problems
            else self.tr("✓ nothing is wrong, images and AI results included")
            if checked.with_files
            else self.tr("✓ nothing is wrong in the file")
        )
        set_role(self.verdict, "wrong" if errors else "caution" if warnings else "good")
        self._fill(checked.path, checked.text)
        self._tell(in_words(checked.study) if checked.study is not None else ())
        self._tell_pins(checked.path if checked.study is not None else None)
        self.dry_run.follow()

    def _fill(self, path: Path, text: str) -> None:
        here = [each for each in self._problems if each.file in (str(path), path.name)]
        self.source.show_text(text)
        self.source.show_wrong({each.line: INKS[each.severity] for each in reversed(here) if each.line})
        self.problems.fill(
            [(self.tr(KINDS[each.severity]), each.line or "", each.key, each.what) for each in self._problems],
            [INKS[each.severity] for each in self._problems],
        )
        self.problems.fit(most=7)
        self.problems.setVisible(bool(self._problems))
        self.detail.setVisible(bool(self._problems))
        if self._problems:
            self.problems.setCurrentCell(max(0, self.problems.currentRow()), 0)
            self._show_problem(self.problems.currentRow())
        else:
            self.source.mark(0)

    def _show_problem(self, row: int) -> None:
        if not 0 <= row < len(self._problems) or self._session.checked is None:
            return
        problem = self._problems[row]
        self.detail.setText(self._detail(problem, self._session.checked.path))
        if problem.file in (str(self._session.checked.path), self._session.checked.path.name):
            self.source.mark(problem.line, problem.column)

    def _detail(self, problem: Problem, path: Path) -> str:
        """Everything that the check says of one problem, in lines."""
        place = self.tr("line {line}, column {column}").format(line=problem.line, column=problem.column)
        file = "" if problem.file in (str(path), path.name) else Path(problem.file).name
        where = [problem.code, file, place if problem.line else self.tr("the file as a whole"), problem.key]
        lines = [" · ".join(each for each in where if each), problem.what]
        if problem.suggestion:
            lines.append(self.tr("Did you mean {word}?").format(word=problem.suggestion))
        if problem.expected:
            lines.append(self.tr("Expected: {what}").format(what=problem.expected))
        if problem.example:
            lines.append(self.tr("Example: {what}").format(what=problem.example))
        return "\n".join(lines)

    def _tell(self, paragraphs: tuple[Paragraph, ...]) -> None:
        clear(self.words)
        if not paragraphs:
            self.words.addWidget(
                label(self.tr("Once the errors are gone, it stands here what the file will do."), "quiet")
            )
        for paragraph in paragraphs:
            self.words.addWidget(label(paragraph.heading, "strong"))
            for sentence in paragraph.sentences:
                self.words.addWidget(label(sentence))
            self.words.addSpacing(current_theme().space(2))
        self.words.addStretch()

    def _tell_pins(self, path: Path | None) -> None:
        clear(self.pins)
        self.pins.addWidget(
            label(self.tr("SHA-256 of what the study is made of. A changed file has another hash."), "quiet")
        )
        if path is not None:
            for name, digest in pin(path).items():
                self.pins.addSpacing(current_theme().space(1))
                self.pins.addWidget(label(name, "strong"))
                shown = label(f"{digest[:32]} {digest[32:]}", "small")
                shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self.pins.addWidget(shown)
        self.pins.addStretch()

    def _check_again(self) -> None:
        self._session.recheck()

    # --- dropping a file

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.opened.emit(path)


class StartPage(Page):
    """Before any file is open: recent files, a dialogue, or a file dropped on the window."""

    opened = Signal(object)  # Path

    def __init__(self, recent: RecentFiles) -> None:
        super().__init__(self.tr("Coordinator's desk"), self.tr("Choose the study that you coordinate."))
        self._recent = recent
        self.setAcceptDrops(True)
        self.files = Table(self.tr("Recent studies"), (self.tr("Study"), self.tr("Folder")), stretch=1)
        self.files.picked.connect(self._pick)
        self.open_button = button(self.tr("Open a study file …"), self.choose, "primary")
        self.none = label(
            self.tr("Nothing was opened here yet. Open a study file, or drop one on this window."), "quiet"
        )
        self.content.addLayout(row_of(self.open_button))
        self.content.addWidget(label(self.tr("Recent studies"), "heading"))
        self.content.addWidget(self.none)
        self.content.addWidget(self.files)
        self.content.addWidget(
            label(self.tr("A new study: `readerlab new FOLDER` in a terminal writes a commented study file."), "small")
        )
        self.content.addStretch()
        self.follow()

    def follow(self) -> None:
        paths = self._recent.paths()
        self.files.fill(
            [(path.name if path.name != "protocol.yaml" else path.parent.name, str(path)) for path in paths]
        )
        self.files.fit()
        self.files.setVisible(bool(paths))
        self.none.setVisible(not paths)

    def choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a study file"), str(Path.home()), self.tr("Study files (*.yaml *.yml)")
        )
        if name:
            self.opened.emit(Path(name))

    def _pick(self, row: int) -> None:
        self.opened.emit(self._recent.paths()[row])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.opened.emit(path)


def dropped(event: QDropEvent) -> Path | None:
    """The study file, or folder with one, that somebody drags here."""
    for url in event.mimeData().urls():
        path = Path(url.toLocalFile())
        if path.suffix in (".yaml", ".yml") or (path / "protocol.yaml").is_file():
            return path
    return None


def clear(layout: QVBoxLayout) -> None:
    """Take everything out of a layout."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _scrolled(inside: QVBoxLayout) -> QWidget:
    theme, widget = current_theme(), QWidget()
    inside.setContentsMargins(*(4 * [theme.space(3)]))
    inside.setSpacing(theme.space(1))
    widget.setLayout(inside)
    return scrolling(widget)
