"""Up to sixteen viewports side by side: layout, which one is active, commands by name and key.

What belongs here: what concerns several viewports. What does not: one viewport's image and mouse (viewport), moving
together (together), the series at hand (series_list), layers and answers (app.windows).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QKeyCombination, QPoint, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from viewers.commands import command_for
from viewers.comparing.layouts import MOST_CELLS, Axis, Layout, even
from viewers.comparing.linking import Links
from viewers.comparing.together import Together
from viewers.drawing.render import Pyramids
from viewers.panels.series_list import SERIES_MIME
from viewers.tools.gestures import Gestures
from viewers.tools.mark import ScreenMark
from viewers.view import View, fitted, magnification
from viewers.viewport import OVERLAYS, OverlayPainter, Viewport
from viewers.volume import Volume

GAPS = QColor("#17191b")  # between viewports
GAP_PX = 4  # wide enough to take hold of
LAYOUTS = {
    f"layout.{rows}x{columns}": (rows, columns)
    for rows, columns in ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (2, 4), (3, 3), (4, 4))
}
CURSORS = {"row": Qt.CursorShape.SplitVCursor, "column": Qt.CursorShape.SplitHCursor}


Performer = Callable[[str], bool]  # does a command if it is one of its own, and says whether


class ViewportGrid(QWidget):
    """Holds sixteen viewports for good, shows as many as the layout has cells, forwards their signals with an index.

    A viewport costs a fifth of a millisecond to make and nothing while it is hidden, so all of them are there from the
    start: what is attached to `viewports` once holds for every layout.
    """

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
    links_changed = Signal(object)  # viewers.comparing.linking.Links
    places_changed = Signal()  # viewports have another size or another neighbour
    series_dropped = Signal(int, int)  # viewport, row of the series list
    series_stepped = Signal(int)  # +1 next, -1 previous series, for the active viewport
    command_performed = Signal(str, str)  # command, source: "key", "mouse", "menu", "program", …
    chosen = Signal(str, str, str)  # what was taken from a list: of which command, source, what
    gestures_changed = Signal()
    command_unknown = Signal(str, str)  # a command of the vocabulary that is not the grid's to perform
    hold_changed = Signal(str, bool)  # a held command's key went down (True) or up

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAutoFillBackground(True)
        self.setPalette(QPalette(GAPS))
        self.setMouseTracking(True)  # for the lines between viewports
        self._pyramids = Pyramids()
        self.viewports = tuple(Viewport(self, pyramids=self._pyramids) for _ in range(MOST_CELLS))
        self._arrangement = even(1, 1)
        self._withheld: frozenset[str] = frozenset()  # actions that no gesture does
        self._alone: int | None = None  # the viewport that is maximised
        self._line: tuple[Axis, int] | None = None  # which line is being dragged
        self._active = 0
        self.together = Together(self.viewports)
        self._shows_annotations = True
        self._is_marking = False
        self._held, self._held_key = "", 0
        self._first: list[Performer] = []
        self._performers: list[Performer] = []
        for index, viewport in enumerate(self.viewports):
            self._forward(index, viewport)
        self.set_layout(1, 1)
        self.destroyed.connect(self._pyramids.close)

    # --- layout ----------------------------------------------------------------------------------------------------

    @property
    def arrangement(self) -> Layout:
        """The layout as it is divided, also while one viewport is maximised."""
        return self._arrangement

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of what is seen."""
        return (1, 1) if self._alone is not None else (self._arrangement.rows, self._arrangement.columns)

    @property
    def is_linked(self) -> bool:
        return self.links.scroll

    @property
    def links(self) -> Links:
        return self.together.links

    @property
    def active(self) -> int:
        return self._active

    @property
    def active_viewport(self) -> Viewport:
        return self.viewports[self._active]

    @property
    def is_maximised(self) -> bool:
        return self._alone is not None

    @property
    def shown(self) -> tuple[Viewport, ...]:
        """The viewports that are seen: those that the layout has cells for, in its order, or the maximised one."""
        return tuple(self.viewports[index] for index in self.seats)

    @property
    def seats(self) -> tuple[int, ...]:
        """The indices of the viewports that are seen."""
        return (self._alone,) if self._alone is not None else tuple(range(len(self._arrangement.cells)))

    def set_layout(self, rows: int, columns: int) -> None:
        """Shows the first rows × columns viewports; the others keep their volumes out of sight."""
        self.set_arrangement(even(rows, columns))

    def set_arrangement(self, layout: Layout) -> None:
        """Shows as many viewports as the layout has cells, where it says."""
        self._arrangement, self._alone = layout, None
        self._show_seats()

    def maximise(self, index: int | None) -> None:
        """Shows one viewport alone; None brings back the layout."""
        self._alone = index if len(self._arrangement.cells) > 1 else None
        self._show_seats()

    def _show_seats(self) -> None:
        seats = self.seats
        zoomed = {n: _fit_of(self.viewports[n]) for n in seats if _keeps_its_part(self.viewports[n])}
        self._place()  # sizes hold before anything is seen: a volume shown next is fitted to them
        for index, fit in zoomed.items():
            _keep_part(self.viewports[index], fit)
        for index, viewport in enumerate(self.viewports):
            viewport.setVisible(index in seats)
        self.together.seat(seats)
        self.together.accept_sizes()
        self.set_active(self._active if self._active in seats else seats[0])
        self.layout_changed.emit(*self.shape, self.is_linked)

    def _place(self) -> None:
        layout = self._arrangement if self._alone is None else even(1, 1)
        for index, rect in zip(self.seats, layout.rects(self.width(), self.height(), GAP_PX), strict=True):
            self.viewports[index].setGeometry(*rect)
        self.places_changed.emit()
        self.together.accept_sizes()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def set_linked(self, is_linked: bool) -> None:
        self.set_links(replace(self.links, scroll=is_linked))

    def set_links(self, links: Links) -> None:
        """What viewports do together from now on; what is newly linked is brought level with the active viewport."""
        self.together.set_links(links, self._active)
        self.links_changed.emit(links)
        self.layout_changed.emit(*self.shape, links.scroll)

    def set_active(self, index: int) -> None:
        """Makes a viewport the one that keys and the series list speak to; its border shows it among several."""
        is_new, self._active = index != self._active, index
        for number, viewport in enumerate(self.viewports):
            viewport.set_active(number == index and len(self.seats) > 1)
        self.together.steer(index)
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
        self.together.forget()

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
        """What hands do in every viewport; never what is withheld."""
        for viewport in self.viewports:
            viewport.set_gestures(gestures.without(self._withheld))
        self.gestures_changed.emit()

    def withhold_gestures(self, actions: frozenset[str]) -> None:
        """From here on no gesture does these, whatever a table says."""
        self._withheld = actions
        self.set_gestures(self.active_viewport.gestures)

    # --- commands --------------------------------------------------------------------------------------------------

    def perform(self, command_id: str, source: str = "program") -> bool:
        """Does a named command; emits `command_performed`, or `command_unknown` where it is not the grid's to do."""
        self.together.steer(self._active)
        self.active_viewport.set_note("notice", "")  # it was about the command before
        performers = (*self._first, self.active_viewport.perform, self._perform_here, *self._performers)
        is_done = any(perform(command_id) for perform in performers)
        (self.command_performed if is_done else self.command_unknown).emit(command_id, source)
        return is_done

    def add_performer(self, perform: Performer, *, first: bool = False) -> None:
        """Lets something beside the grid (cine, planes, measuring …) do the commands that are its own.

        The first ones are asked before the active viewport: for modes in which a command means something else.
        """
        (self._first if first else self._performers).append(perform)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_for(key_name(event))
        if command is None:
            event.ignore()
            return
        event.accept()
        if command.held:
            if not any(perform(command.id) for perform in self._first):
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
            "link.toggle": lambda: self.set_linked(not self.is_linked),
            "link.view": lambda: self.set_links(replace(self.links, view=not self.links.view)),
            "link.window": lambda: self.set_links(replace(self.links, window=not self.links.window)),
            "link.offset": self._toggle_offset,
            "viewport.next": self._next_viewport,
            "viewport.maximise": lambda: self.maximise(self._active if self._alone is None else None),
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

    def _next_viewport(self) -> None:
        """Among several the next one; of a maximised one the next in its place."""
        index = (self._active + 1) % len(self._arrangement.cells)
        if self._alone is not None:
            self.maximise(index)
        self.set_active(index)

    def _toggle_offset(self) -> None:
        shifts = {} if self.links.shifts_mm else self.together.present_shifts_mm(self._active)
        self.set_links(replace(self.links, shifts_mm=shifts))

    def _forward(self, index: int, viewport: Viewport) -> None:
        names = ("first_painted", "emptied", "slice_wanted", "pointer_moved", "pointer_left", "clicked", "wheel_turned")
        for name in (*names, "mark_requested", "mark_picked", "mark_moved"):
            signal = getattr(self, name)
            getattr(viewport, name).connect(lambda *values, signal=signal: signal.emit(index, *values))
        viewport.view_changed.connect(lambda view: self._viewed(index, view))
        viewport.activated.connect(lambda: self._activated(index))
        viewport.steered.connect(lambda: self.together.steer(index))
        viewport.command_requested.connect(lambda command_id: self.perform(command_id, "mouse"))

    def _viewed(self, index: int, view: View) -> None:
        self.view_changed.emit(index, view)
        self.together.lead(index, view)

    def _activated(self, index: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.set_active(index)

    # --- lines between viewports ---------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._line = self._line_at(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._line is None:
            line = self._line_at(event.position().toPoint())
            self.setCursor(CURSORS[line[0]] if line is not None else Qt.CursorShape.ArrowCursor)
            return
        axis, index = self._line
        at = event.position()
        share = at.y() / self.height() if axis == "row" else at.x() / self.width()
        self._arrangement = self._arrangement.dragged(axis, index, share)
        self._place()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._line = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._line_at(event.position().toPoint()) is not None:
            self._arrangement = self._arrangement.evened()
            self._place()

    def _line_at(self, point: QPoint) -> tuple[Axis, int] | None:
        if self._alone is not None:
            return None
        return self._arrangement.line_at(point.x(), point.y(), self.width(), self.height(), GAP_PX)

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
        return next((n for n in self.seats if self.viewports[n].geometry().contains(point)), None)


def _keeps_its_part(viewport: Viewport) -> bool:
    """Whether another layout should show the same part of the image: not where pixels are shown one to one."""
    if viewport.volume is None or viewport.view is None or viewport.is_fitted:
        return False
    return round(magnification(viewport.view, viewport.volume.header, viewport.devicePixelRatioF()), 6) != 1


def _fit_of(viewport: Viewport) -> float:
    """The zoom at which a viewport's image fits it."""
    if viewport.volume is None or viewport.view is None:
        return 1.0
    view, size = viewport.view, (viewport.width(), viewport.height())
    return fitted(viewport.volume.header, *size, slice_index=view.slice_index, window=view.window).zoom


def _keep_part(viewport: Viewport, fit_before: float) -> None:
    """After another size, shows as much of the image as before."""
    if viewport.view is not None:
        viewport.set_view(replace(viewport.view, zoom=viewport.view.zoom * _fit_of(viewport) / fit_before))


def key_name(event: QKeyEvent) -> str:
    """A key's portable name with its modifiers ("Shift+Down"), as the vocabulary writes it."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.text() in ("?", "+", "=", "-"):  # typed with Shift on some keyboards and without it on others
        return event.text()
    combination = QKeyCombination(modifiers, Qt.Key(event.key()))
    return QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText)
