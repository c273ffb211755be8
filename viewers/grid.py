"""Up to four viewports side by side: layout, which one is active, scrolling together, commands by name and key.

What belongs here: what concerns several viewports. What does not: one viewport's image and mouse (viewport), the
series at hand (series_list), layers and answers (app.windows).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QKeyCombination, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QGridLayout, QWidget

from viewers.commands import command_for
from viewers.gestures import Gestures
from viewers.linking import linked_slice
from viewers.render import Pyramids
from viewers.series_list import SERIES_MIME
from viewers.tools.mark import ScreenMark
from viewers.view import View
from viewers.viewport import OVERLAYS, OverlayPainter, Viewport
from viewers.volume import Volume

MOST_VIEWPORTS = 4
GAPS = QColor("#17191b")  # between viewports
LAYOUTS = {"layout.1x1": (1, 1), "layout.1x2": (1, 2), "layout.2x2": (2, 2)}


Performer = Callable[[str], bool]  # does a command if it is one of its own, and says whether


class ViewportGrid(QWidget):
    """Holds four viewports for good, shows the first rows × columns of them, forwards their signals with an index."""

    view_changed = Signal(int, object)
    first_painted = Signal(int)
    emptied = Signal(int)
    slice_wanted = Signal(int, int)  # viewport, slice: before it is painted, so that loaders go on from there
    pointer_moved = Signal(int, float, float, int)
    pointer_left = Signal(int)
    clicked = Signal(int, str, float, float, int)
    wheel_turned = Signal(int, float)
    mark_requested = Signal(int, float, float, int)
    mark_picked = Signal(int, str)
    mark_moved = Signal(int, str, float, float, int)
    marking_changed = Signal(bool)
    active_changed = Signal(int)
    layout_changed = Signal(int, int, bool)  # rows, columns, linked
    series_dropped = Signal(int, int)  # viewport, row of the series list
    series_stepped = Signal(int)  # +1 next, -1 previous series, for the active viewport
    command_performed = Signal(str, str)  # command, source: "key", "mouse", "menu", "program", …
    command_unknown = Signal(str, str)  # a command of the vocabulary that is not the grid's to perform
    hold_changed = Signal(str, bool)  # a held command's key went down (True) or up

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAutoFillBackground(True)
        self.setPalette(QPalette(GAPS))
        self._pyramids = Pyramids()
        self.viewports = tuple(Viewport(self, pyramids=self._pyramids) for _ in range(MOST_VIEWPORTS))
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._rows, self._columns = 1, 1
        self._active = 0
        self._is_linked = True
        self._followed: tuple[Volume, int] | None = None  # where the others last went to
        self._shows_annotations = True
        self._is_marking = False
        self._held, self._held_key = "", 0
        self._performers: list[Performer] = []
        for index, viewport in enumerate(self.viewports):
            self._forward(index, viewport)
        self.set_layout(1, 1)
        self.destroyed.connect(self._pyramids.close)

    # --- layout ----------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int]:
        return self._rows, self._columns

    @property
    def is_linked(self) -> bool:
        return self._is_linked

    @property
    def active(self) -> int:
        return self._active

    @property
    def active_viewport(self) -> Viewport:
        return self.viewports[self._active]

    @property
    def shown(self) -> tuple[Viewport, ...]:
        """The viewports that the layout has room for, row by row."""
        return self.viewports[: self._rows * self._columns]

    def set_layout(self, rows: int, columns: int) -> None:
        """Shows the first rows × columns viewports; the others keep their volumes out of sight."""
        self._rows, self._columns = rows, columns
        for index, viewport in enumerate(self.viewports):
            self._layout.removeWidget(viewport)
            viewport.setVisible(index < rows * columns)
            if index < rows * columns:
                self._layout.addWidget(viewport, index // columns, index % columns)
        self._stretch()
        self._layout.activate()  # sizes hold at once: a volume shown next is fitted to them
        self.set_active(self._active if self._active < rows * columns else 0)
        self.layout_changed.emit(rows, columns, self._is_linked)

    def set_linked(self, is_linked: bool) -> None:
        self._is_linked, self._followed = is_linked, None
        self.layout_changed.emit(self._rows, self._columns, is_linked)

    def set_active(self, index: int) -> None:
        """Makes a viewport the one that keys and the series list speak to; its border shows it among several."""
        is_new, self._active = index != self._active, index
        for number, viewport in enumerate(self.viewports):
            viewport.set_active(number == index and len(self.shown) > 1)
        if is_new:
            self.active_changed.emit(index)

    # --- content ---------------------------------------------------------------------------------------------------

    def show_volume(self, index: int, volume: Volume, view: View | None = None) -> None:
        """Shows a volume in one viewport; without a view it opens fitted, through the file's window or the preset."""
        self.viewports[index].show_volume(volume, view)

    def clear(self) -> None:
        """Empties every viewport: volumes, marks and overlays."""
        for viewport in self.viewports:
            viewport.clear()
            viewport.set_marks(())
            for name in OVERLAYS:
                viewport.set_overlay_painter(None, name)
            viewport.set_blender(None)
        self._followed = None

    def set_overlay_painter(self, index: int, painter: OverlayPainter | None, name: str = "ai") -> None:
        self.viewports[index].set_overlay_painter(painter, name)

    def set_marks(self, index: int, marks: tuple[ScreenMark, ...]) -> None:
        self.viewports[index].set_marks(marks)

    @property
    def is_marking(self) -> bool:
        return self._is_marking

    def set_marking(self, is_marking: bool) -> None:
        """While marking, every click asks for a mark."""
        if is_marking == self._is_marking:
            return
        self._is_marking = is_marking
        self.marking_changed.emit(is_marking)
        for viewport in self.viewports:
            viewport.set_marking(is_marking)

    def set_blanked(self, is_blanked: bool, words: str = "Paused") -> None:
        for viewport in self.viewports:
            viewport.set_blanked(is_blanked, words)

    def set_gestures(self, gestures: Gestures) -> None:
        for viewport in self.viewports:
            viewport.set_gestures(gestures)

    # --- commands --------------------------------------------------------------------------------------------------

    def perform(self, command_id: str, source: str = "program") -> bool:
        """Does a named command; emits `command_performed`, or `command_unknown` where it is not the grid's to do."""
        performers = (self.active_viewport.perform, self._perform_here, *self._performers)
        is_done = any(perform(command_id) for perform in performers)
        (self.command_performed if is_done else self.command_unknown).emit(command_id, source)
        return is_done

    def add_performer(self, perform: Performer) -> None:
        """Lets something beside the grid (cine, planes, measuring …) do the commands that are its own."""
        self._performers.append(perform)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_for(key_name(event))
        if command is None:
            event.ignore()
            return
        event.accept()
        if command.held:
            self._hold(command.id, event)
        else:
            self.perform(command.id, "key")

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or not self._held or event.key() != self._held_key:
            event.ignore()
            return
        self._release()  # by key alone: Shift may have come or gone since it went down

    def focusOutEvent(self, event: object) -> None:
        if self._held:
            self._release()

    def _hold(self, command_id: str, event: QKeyEvent) -> None:
        if not event.isAutoRepeat() and self._held != command_id:
            self._held, self._held_key = command_id, event.key()
            self.command_performed.emit(command_id, "key")
            self.hold_changed.emit(command_id, True)

    def _release(self) -> None:
        held, self._held = self._held, ""
        self.hold_changed.emit(held, False)

    def _perform_here(self, command_id: str) -> bool:
        if command_id in LAYOUTS:
            self.set_layout(*LAYOUTS[command_id])
            return True
        acts: Mapping[str, Callable[[], object]] = {
            "link.toggle": lambda: self.set_linked(not self._is_linked),
            "viewport.next": lambda: self.set_active((self._active + 1) % len(self.shown)),
            "series.next": lambda: self.series_stepped.emit(1),
            "series.previous": lambda: self.series_stepped.emit(-1),
            "annotations.toggle": self._toggle_annotations,
            "mark.place": self.active_viewport.request_mark,
            "mark.tool": lambda: self.set_marking(not self._is_marking),
        }
        if command_id not in acts:
            return False
        acts[command_id]()
        return True

    def _toggle_annotations(self) -> None:
        self._shows_annotations = not self._shows_annotations
        for viewport in self.viewports:
            viewport.set_annotations_shown(self._shows_annotations)

    # --- together --------------------------------------------------------------------------------------------------

    def _follow(self, index: int, view: View) -> None:
        """Scrolls the other shown viewports to the active one's place, after the active one was painted."""
        leader = self.viewports[index]
        if not self._is_linked or index != self._active or leader.volume is None:
            return
        place = (leader.volume, view.slice_index)
        if place == self._followed:  # only the window or zoom changed
            return
        self._followed = place
        for viewport in self.shown:
            if viewport is leader or viewport.volume is None or viewport.view is None:
                continue
            there = linked_slice(leader.volume.header, view.slice_index, viewport.volume.header)
            if there is not None:
                viewport.set_view(replace(viewport.view, slice_index=there))

    def _forward(self, index: int, viewport: Viewport) -> None:
        names = ("first_painted", "emptied", "slice_wanted", "pointer_moved", "pointer_left", "clicked", "wheel_turned")
        for name in (*names, "mark_requested", "mark_picked", "mark_moved"):
            signal = getattr(self, name)
            getattr(viewport, name).connect(lambda *values, signal=signal: signal.emit(index, *values))
        viewport.view_changed.connect(lambda view: self._viewed(index, view))
        viewport.activated.connect(lambda: self._activated(index))
        viewport.command_requested.connect(lambda command_id: self.perform(command_id, "mouse"))

    def _viewed(self, index: int, view: View) -> None:
        self.view_changed.emit(index, view)
        self._follow(index, view)

    def _activated(self, index: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.set_active(index)

    def _stretch(self) -> None:
        for line in range(2):
            self._layout.setRowStretch(line, int(line < self._rows))
            self._layout.setColumnStretch(line, int(line < self._columns))

    # --- series dragged in -----------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(SERIES_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        index = self._viewport_at(event.position().toPoint())
        if index is None or not event.mimeData().hasFormat(SERIES_MIME):
            return
        row = int(bytes(event.mimeData().data(SERIES_MIME).data()))
        self.set_active(index)
        self.series_dropped.emit(index, row)
        event.acceptProposedAction()

    def _viewport_at(self, point: QPoint) -> int | None:
        return next((n for n, v in enumerate(self.shown) if v.geometry().contains(point)), None)


def key_name(event: QKeyEvent) -> str:
    """A key's portable name with its modifiers ("Shift+Down"), as the vocabulary writes it."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.text() in ("?", "+", "=", "-"):  # typed with Shift on some keyboards and without it on others
        return event.text()
    combination = QKeyCombination(modifiers, Qt.Key(event.key()))
    return QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText)
