"""The plain viewer: any folder, archive or DICOMDIR, with everything that the reading room's viewer has and no study.

What belongs here: that window. What does not: the viewer itself (viewers.light_box), sittings (workstation), the log:
nothing is recorded here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget

from app.crash import Failure
from app.windows.about import AboutOverlay
from app.windows.case_desk import CaseDesk, FetchedCase
from app.windows.case_stage import CaseStage
from app.windows.commands import APP_COMMANDS
from app.windows.display_page import DisplayPage
from app.windows.help_overlay import HelpOverlay, command_groups
from app.windows.icons import window_icon
from app.windows.key_names import key_name
from app.windows.layer_stage import HOLD, LayerStage, panel_keys
from app.windows.message import MessageOverlay
from app.windows.preferences import PreferencesPage
from app.windows.result_desk import ResultDesk
from app.windows.result_side import ResultSide
from app.windows.theme import BRIGHTEST, DARKEST, apply_theme, current_theme
from overlays.found import FoundResults
from overlays.layers.defaults import default_layers
from overlays.panels.layer_panel import LayerPanel
from overlays.panels.listing import Listed
from study_configs.cases import Case
from study_configs.problem import StudyProblem
from viewers.commands import command_for
from viewers.fidelity import Note
from viewers.light_box import Freedom, LightBox
from viewers.panels.series_list import SeriesList
from viewers.settings import SettingsFile
from viewers.tools.gestures import Gestures
from viewers.volume import SeriesHeader

BRIGHTNESS_STEP = 0.1
MOST_ROWS = 5  # of the list of findings, seen at a time
# Commands of a study that have no meaning here
OF_STUDIES = frozenset({"mark.place", "mark.tool", "mark.remove"}) | {
    command.id for command in APP_COMMANDS if command.group in ("Answers", "Marks") or command.id == "pause"
}
OWN_KEYS = {key: command.id for command in APP_COMMANDS for key in command.keys if command.id not in OF_STUDIES}


class ViewerWindow(QMainWindow):
    """Shows what lies at one path. `first_painted` comes with the first image on the screen, `failed` instead of it.

    AI results among the files lie over the images as soon as they are read; files that are dropped are opened, or
    read as further results.
    """

    first_painted = Signal()
    failed = Signal(object)  # StudyProblem

    def __init__(self, file: SettingsFile, hanging: str = "automatic") -> None:
        super().__init__()
        self.setWindowIcon(window_icon())
        self.setMinimumSize(800, 500)
        self._file = file
        self.desk, self.series, self.notice = CaseDesk(), SeriesList(), QLabel()
        freedom = Freedom(shows_identity=True, without=OF_STUDIES)
        self.light = LightBox(file, self._headers, self.desk.need, freedom, self._layer_notes)
        self.stage = CaseStage(self.light.grid, self.series, self.desk, hanging, is_blind=False)
        self.light.say_on(self.stage.chips)
        self.light.times.left.connect(self.desk.leave)
        self.results, panel = ResultDesk(self), LayerPanel(panel_keys())
        self.ai, self.side = LayerStage(self.light.grid, panel), ResultSide(panel)
        panel.findings.set_most_rows(MOST_ROWS)
        self.setAcceptDrops(True)
        self.help, self.about, self.message = HelpOverlay(self), AboutOverlay(self), MessageOverlay(self)
        self.preferences, self.display = PreferencesPage(self, file), DisplayPage(self, file)
        self._lay_out()
        self._connect()

    def open_path(self, path: Path) -> None:
        """Reads what is there and hangs it; a failure is told over the window and signalled."""
        self.setWindowTitle(self.tr("{0} – ReaderLab – research use, not for diagnosis").format(path.name or str(path)))
        self._forget()
        self.desk.open(Case("opened", path))

    def _lay_out(self) -> None:
        self.notice.setWordWrap(True)
        self.notice.setContentsMargins(12, 4, 12, 4)
        self.notice.setProperty("role", "caution")
        self.notice.hide()
        self.series.setFixedWidth(self.series.minimumWidth())
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.series)
        row.addWidget(self.light, 1)
        row.addWidget(self.side)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.notice)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        grid = self.light.grid
        self.desk.opened.connect(self._hang)
        self.desk.failed.connect(lambda _case, problem: self._fail(problem))
        self.stage.lost.connect(self._say)
        grid.first_painted.connect(lambda _index: self._painted())
        grid.command_unknown.connect(lambda command, _source: self.perform(command))
        self.light.measures.refused.connect(self._say)
        self.preferences.gestures_changed.connect(self._take_gestures)
        grid.hold_changed.connect(lambda command, down: self.ai.hold(down) if command == HOLD else None)
        self.ai.unseen.connect(self._bring)
        self.results.found.connect(self._show_results)
        self.results.failed.connect(self.message.show_problem)
        self.results.images_found.connect(self.open_path)
        self.desk.loaded.connect(lambda _case: self.ai.refresh_pictures())

    def _hang(self, case: FetchedCase) -> None:
        self._say("")
        self.stage.hang(case)
        for problem in self.light.show_states(case.scan):
            self._say(str(problem))
        self.results.open(case)

    def _painted(self) -> None:
        """The images come first: only now are AI results read."""
        self.first_painted.emit()
        self.results.begin()

    def _show_results(self, found: FoundResults) -> None:
        """Layers for what was read; quietly what is not shown."""
        layers = default_layers(found.results)
        self.ai.show(layers, found.results)
        self.side.show_remarks(found.remarks)
        self.side.show_origins(found.origins)
        self.side.offer(bool(layers or found.remarks))

    def _bring(self, listed: Listed) -> None:
        """A finding that no viewport shows: its series comes to the active one."""
        if self.stage.bring(lambda header: self.ai.lies_in(listed, header)):
            self.ai.go_to(listed)

    def _forget(self) -> None:
        """Let go of what is open."""
        self.results.clear()
        self.ai.clear()
        self.side.offer(False)
        self.light.clear()

    def _headers(self) -> tuple[SeriesHeader, ...]:
        return self.stage.case.series if self.stage.case is not None else ()

    def _layer_notes(self, _index: int, header: SeriesHeader) -> tuple[Note, ...]:
        return self.ai.notes(header)

    def _fail(self, problem: StudyProblem) -> None:
        self.message.show_problem(problem)
        self.failed.emit(problem)

    def fail(self, failure: Failure) -> None:
        """An error of ours: say so; nothing is recorded here that could be lost."""
        self.message.show_problem(
            StudyProblem(
                self.tr("Something went wrong in ReaderLab: {0}").format(failure.what),
                todo=self.tr("A report was written. Open the images again."),
            )
        )

    def _say(self, words: str) -> None:
        self.notice.setText(words)
        self.notice.setVisible(bool(words))

    @property
    def _gestures(self) -> Gestures:
        return self.light.grid.active_viewport.gestures

    def _take_gestures(self, gestures: Gestures) -> None:
        self.light.grid.set_gestures(gestures)

    def perform(self, command: str) -> bool:
        """Does one of the window's own commands."""
        if command.startswith("layer."):
            return self.ai.perform(command)
        acts: Mapping[str, Callable[[], object]] = {
            "help": lambda: self.help.open_with(command_groups(without=OF_STUDIES), self._gestures),
            "about": self.about.open,
            "preferences.show": self.preferences.open_page,
            "pattern.show": lambda: self.display.open_for(self.screen()),
            "series_list.toggle": self.stage.toggle_list,
            "layer_panel.toggle": self.side.toggle,
            "finding.next": lambda: self.ai.choose(1),
            "finding.previous": lambda: self.ai.choose(-1),
            "overlay.next": lambda: self.ai.next_image(1),
            "overlay.previous": lambda: self.ai.next_image(-1),
            "fullscreen": lambda: self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen),
            "chrome.dimmer": lambda: _dim(-BRIGHTNESS_STEP),
            "chrome.brighter": lambda: _dim(BRIGHTNESS_STEP),
            "sign_out": self.close,
            "measure.none": lambda: self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen),
        }
        if command not in acts:
            return False
        acts[command]()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the images did not take: the window's own keys, and the viewer's from elsewhere."""
        name = key_name(event)
        if name in OWN_KEYS:
            self.perform(OWN_KEYS[name])
        elif command_for(name) is not None and not self.light.grid.hasFocus():
            self.light.grid.setFocus()
            QApplication.sendEvent(self.light.grid, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.results.take(_local_paths(event))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._forget()
        self.results.close()
        self.stage.clear()
        self.desk.close()
        event.accept()


def _dim(by: float) -> None:
    app, theme = QApplication.instance(), current_theme()
    if isinstance(app, QApplication):
        apply_theme(app, theme.scale, min(BRIGHTEST, max(DARKEST, theme.brightness + by)))


def _local_paths(event: QDropEvent) -> list[Path]:
    """The files and folders that are dragged; none where anything else is."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
