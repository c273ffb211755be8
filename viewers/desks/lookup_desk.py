"""What a reader looks up beside the picture: histogram, DICOM tags, rulers.

What belongs here: opening the panels over the grid, for its active viewport. What does not: the panels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QTimer

from study_configs.problem import StudyProblem
from viewers.grid import ViewportGrid
from viewers.histogram import histogram
from viewers.panels.histogram_plot import HistogramPlot
from viewers.panels.tag_browser import TagBrowser
from viewers.tags import read_tags
from viewers.volume import Window

GAP = 10  # between a panel and the edges of what it stands over
COUNT_MS = 40  # after the last change: counting a slice takes some ms


class LookupDesk(QObject):
    """Does `histogram.toggle`, `tags.show` and `ruler.toggle`.

    Without `shows_identity` the tag browser hides whatever could say whose image it is: readers are blind.
    """

    def __init__(self, grid: ViewportGrid, *, shows_identity: bool = False) -> None:
        super().__init__(grid)
        self._grid, self._shows_identity = grid, shows_identity
        self._shows_rulers = False
        self.plot, self.browser = HistogramPlot(grid), TagBrowser(grid)
        self.plot.hide()
        self.browser.hide()
        self.plot.window_dragged.connect(self._set_window)
        self.browser.closed.connect(self._close_browser)
        self._soon = QTimer(self, singleShot=True, interval=COUNT_MS)
        self._soon.timeout.connect(self._count)
        grid.add_performer(self.perform)
        grid.view_changed.connect(self._viewed)
        grid.emptied.connect(lambda _index: self._soon.start() if self.plot.isVisible() else None)
        grid.active_changed.connect(lambda _index: self._refresh())
        grid.installEventFilter(self)

    def perform(self, command_id: str) -> bool:
        acts: dict[str, Callable[[], object]] = {
            "histogram.toggle": self._toggle_plot,
            "tags.show": self._toggle_browser,
            "ruler.toggle": self._toggle_rulers,
        }
        if command_id not in acts:
            return False
        acts[command_id]()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _toggle_plot(self) -> None:
        self.plot.setVisible(not self.plot.isVisible())
        self._refresh()

    def _toggle_browser(self) -> None:
        if self.browser.isVisible():
            self._close_browser()
            return
        self.browser.show()
        self._refresh()
        self.browser.search.setFocus()
        self.browser.search.selectAll()

    def _close_browser(self) -> None:
        self.browser.hide()
        self._grid.setFocus()

    def _toggle_rulers(self) -> None:
        self._shows_rulers = not self._shows_rulers
        for viewport in self._grid.viewports:
            viewport.set_rulers_shown(self._shows_rulers)

    def _refresh(self) -> None:
        self._place()
        if self.plot.isVisible():
            self._count()
        if self.browser.isVisible():
            self._read()

    def _viewed(self, index: int, _view: object) -> None:
        if index != self._grid.active:
            return
        if self.plot.isVisible():
            self._soon.start()
        if self.browser.isVisible():
            self._read()

    def _count(self) -> None:
        viewport = self._grid.active_viewport
        if viewport.volume is None or viewport.view is None:
            self.plot.show_histogram(None, None)
            return
        counted = histogram(viewport.volume, viewport.view)
        self.plot.show_histogram(counted, viewport.view.window, viewport.view.inverted)

    def _read(self) -> None:
        viewport = self._grid.active_viewport
        if viewport.volume is None or viewport.view is None:
            self.browser.say(self.tr("No image is shown here."))
            return
        header = viewport.volume.header
        index = header.source_point(0, 0, viewport.view.slice_index)[2]
        instance = header.source.instances[index]
        key = (instance.path, self._shows_identity)
        if self.browser.property("read") == str(key) and not self.browser.isHidden():
            return
        self.browser.setProperty("read", str(key))
        try:
            tags = read_tags(instance.path, shows_identity=self._shows_identity)
        except StudyProblem as problem:
            self.browser.say(self._unread_words(problem.what))
        except OSError as error:
            self.browser.say(self._unread_words(error.strerror or str(error)))
        else:
            name = f"{header.modality}  {header.description}".strip()
            self.browser.show_tags(tags, self.tr("{series}, image {n}").format(series=name, n=index + 1))

    def _unread_words(self, reason: str) -> str:
        return self.tr("The tags can't be read: {reason}").format(reason=reason)

    def _set_window(self, window: Window) -> None:
        viewport = self._grid.active_viewport
        if viewport.view is not None:
            viewport.set_view(replace(viewport.view, window=window))
            self.plot.show_histogram(self.plot.histogram, window, viewport.view.inverted)

    def _place(self) -> None:
        """The histogram in the active viewport's lower middle, the tags over most of the grid."""
        over = self._grid.active_viewport.geometry()
        width = min(self.plot.width(), max(160, over.width() - 2 * GAP))
        self.plot.resize(width, min(190, max(110, over.height() // 3)))
        lift = over.height() // 12 + GAP
        self.plot.move(over.center().x() - width // 2, over.bottom() - self.plot.height() - lift)
        self.browser.setGeometry(self._grid.rect().adjusted(GAP, GAP, -GAP, -GAP))
        self.plot.raise_()
        self.browser.raise_()
