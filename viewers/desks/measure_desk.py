"""The measuring desk: which tool is held, what was measured and painted so far, and the way back.

What belongs here: commands, tools and the board of one case, over all viewports of a grid. What does not: arithmetic
(viewers.measuring), painting (viewers.drawing.measure_painter), the log (app.windows.measure_log).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent

from viewers.desks.measure_keys import ConfidenceKeys, edit_name, key_of
from viewers.drawing.measure_painter import MeasurePainter
from viewers.grid import ViewportGrid
from viewers.measuring import history
from viewers.measuring.brush import Brush, Segment, Stroke, correction_of, resized
from viewers.measuring.drawing import Draft
from viewers.measuring.editing import Hit
from viewers.measuring.history import Board, History
from viewers.measuring.masks import Mask
from viewers.measuring.numbers import Numbers
from viewers.measuring.shapes import COLOURS, KINDS, Kind, Measurement, drawn, label_of, origin, to_shown
from viewers.measuring.values import measure_shown
from viewers.tools.brush_hand import BrushHand
from viewers.tools.hand import Pointer
from viewers.tools.measuring_hand import DrawingHand, GrippingHand
from viewers.viewport import Viewport
from viewers.volume import SeriesHeader

TOOLS: dict[str, Kind] = {f"measure.{kind}": kind for kind in KINDS}
BRUSHES = {
    "brush.paint": Brush(),
    "brush.volume": Brush(is_ball=True, learns=True),
    "brush.erase": Brush(erases=True),
}
PAINTING = ("brush.paint", "brush.volume")
ON_SELECTED = ("measure.remove", "measure.rename", "measure.recolour")


class MeasureDesk(QObject):
    """Holds one case's measurements and segments, changed only here; each change is announced with its difference.

    `stays` keeps a tool in the hand after one measurement; Shift while the last point is placed does so once.
    """

    changed = Signal(object, str)  # Changes, by: "reader", "undo", "redo"
    board_changed = Signal()  # also when a board is brought back or put away
    selection_changed = Signal(str)
    tool_changed = Signal(str)  # command of the tool in the hand, "" for none
    list_toggled = Signal()
    refused = Signal(str)  # why nothing can be measured now, in words

    def __init__(self, grid: ViewportGrid, *, stays: bool = False, confidence_points: int = 100) -> None:
        super().__init__(grid)
        self.stays = stays
        self.kind: Kind | None = None
        self.selected = ""
        self.hovered: Hit | None = None
        self.preview: Measurement | None = None
        self.brush = Brush()
        self.stroke: tuple[Segment, Stroke] | None = None
        self.brush_at: Pointer | None = None
        self.is_shown = True
        self._grid = grid
        self._history = History()
        self._tool = ""
        self._closed_because = ""
        self._locked: frozenset[str] = frozenset()
        self._locked_because = ""
        self._active_segment = ""
        self._wants_segment = False  # the next stroke begins one of its own
        self._painters = [MeasurePainter(self, index) for index in range(len(grid.viewports))]
        self._drawing = [DrawingHand(self) for _ in grid.viewports]
        self._gripping = [GrippingHand(self) for _ in grid.viewports]
        self._brushing = BrushHand(self)
        self._confidence = ConfidenceKeys(self, confidence_points)
        self._confidence.settled.connect(self.set_confidence)
        self._confidence.changed.connect(self._update)
        grid.add_performer(self.perform)
        grid.first_painted.connect(self._show)  # a new image: a case that was cleared has lost its painters
        grid.installEventFilter(self)

    # --- what there is ---------------------------------------------------------------------------------------------

    @property
    def board(self) -> Board:
        return self._history.now

    @property
    def tool(self) -> str:
        """The command of the tool in the hand, "" for none."""
        return self._tool

    @property
    def is_painting(self) -> bool:
        return self._tool in BRUSHES

    def draft_on(self, index: int) -> tuple[Draft, tuple[str, int]] | None:
        """What is being drawn in a viewport, and on which shown series and slice."""
        hand = self._drawing[index]
        return (hand.draft, hand.where) if hand.draft is not None and hand.where is not None else None

    def hint(self, mark: str) -> str:
        """What is asked of the reader beside a measurement now, in words."""
        return self._confidence.hint(mark)

    def restore(self, board: Board) -> None:
        """Brings the board of a case back, as the log has it; nothing of it can be undone."""
        self._history = History(board)
        self.selected, self._active_segment = "", board.segments[-1].id if board.segments else ""
        self._show()
        self.board_changed.emit()

    def clear(self) -> None:
        """Puts everything away, for the next case."""
        self._put_away()
        self.restore(Board())

    def close(self, because: str) -> None:
        """Takes no measurements for now, and says why when one is tried."""
        self._put_away()
        self._closed_because = because

    def open(self) -> None:
        self._closed_because = ""

    def lock(self, marks: frozenset[str], because: str) -> None:
        """Keep these measurements and segments as they are, and say why when a change is tried."""
        self._locked, self._locked_because = marks, because

    # --- commands --------------------------------------------------------------------------------------------------

    def perform(self, command_id: str) -> bool:
        if command_id in TOOLS or command_id in BRUSHES:
            self._take(command_id)
            return True
        acts: dict[str, Callable[[], object]] = {
            "measure.none": self._put_away,
            "measure.undo": lambda: self._travel(history.undone, "undo"),
            "measure.redo": lambda: self._travel(history.redone, "redo"),
            "measure.remove": lambda: self.remove(self.selected),
            "measure.next": self._go_on,
            "measure.rename": lambda: self.name_at(self.selected),
            "measure.recolour": self._recolour_selected,
            "brush.new": self.begin_segment,
            "brush.larger": lambda: self._resize(1),
            "brush.smaller": lambda: self._resize(-1),
            "measurements.toggle": self.list_toggled.emit,
        }
        if command_id not in acts or (command_id == "measure.none" and not self._has_something_in_hand):
            return False
        missing = self._missing(command_id)
        if missing:
            self._grid.active_viewport.say(missing)
        else:
            acts[command_id]()
        return True

    def _missing(self, command_id: str) -> str:
        """Why a command has nothing to do, in words; "" where it has."""
        if self._closed_because:  # then that is why
            return ""
        if command_id == "measure.undo" and not self._history.before:
            return self.tr("There is nothing to undo.")
        if command_id == "measure.redo" and not self._history.after:
            return self.tr("There is nothing to redo.")
        if command_id == "measure.next" and not (self.board.measurements or self.board.segments):
            return self.tr("Nothing has been measured yet.")
        if command_id in ON_SELECTED and not self.selected:
            return self.tr("Choose a measurement first: click it.")
        return ""

    @property
    def _has_something_in_hand(self) -> bool:
        return bool(self._tool or self.selected or any(hand.draft for hand in self._drawing))

    def _take(self, command_id: str) -> None:
        if self._closed_because:
            self.refused.emit(self._closed_because)
            return
        if command_id == self._tool:
            self._put_away()
            return
        self._forget_drafts()
        self._tool, self.kind = command_id, TOOLS.get(command_id)
        if command_id in BRUSHES:
            self.brush = replace(BRUSHES[command_id], radius=self.brush.radius)
        self._grid.set_marking(False)
        self._show()
        self.tool_changed.emit(command_id)

    def _put_away(self) -> None:
        """First the draft, then the tool, then the selection."""
        self._confidence.forget()
        if any(hand.draft for hand in self._drawing):
            self._forget_drafts()
        elif self._tool:
            self._tool, self.kind, self.stroke, self.brush_at = "", None, None, None
            self._wants_segment = False
            self._show()
            self.tool_changed.emit("")
        else:
            self.select("")
        self._show()

    def _forget_drafts(self) -> None:
        for hand in self._drawing:
            hand.forget()
        self.preview = None

    def _resize(self, steps: int) -> None:
        self.brush = resized(self.brush, steps)
        self._update()

    # --- what hands ask --------------------------------------------------------------------------------------------

    def finish(self, draft: Draft, pointer: Pointer) -> None:
        """A draft is complete: it stands, with its numbers, and the tool goes unless it is to stay."""
        header, index = pointer.volume.header, pointer.slice_index
        shape = drawn(draft.kind, f"d{uuid4().hex[:8]}", header, draft.shape, index)
        colour = len(self.board.measurements) % len(COLOURS)
        self._do(self.board.with_measurement(replace(shape, numbers=numbers_at(shape, pointer), colour=colour)))
        if not (self.stays or pointer.shift):
            self._put_away()
        self.select(shape.id)
        if draft.kind == "arrow":
            self.name_at(shape.id)
        elif draft.kind == "point":
            self._confidence.listen(shape.id)

    def change(self, measurement: Measurement, pointer: Pointer) -> None:
        numbers = numbers_at(measurement, pointer)
        self._do(self.board.with_measurement(replace(measurement, numbers=numbers)))

    def select(self, mark: str) -> None:
        if self.board.segment(mark) is not None:
            self._active_segment, self._wants_segment = mark, False  # the brush goes on with the one that was chosen
        if mark != self.selected:
            self.selected = mark
            self.selection_changed.emit(mark)
            self._update()

    def name_at(self, mark: str) -> None:
        """Opens a line for a measurement's name where it is shown."""
        measurement = self.board.measurement(mark)
        found = self._shown_at(mark)
        if measurement is not None and found is not None:
            number = label_of(self.board.measurements, mark)
            edit_name(*found, measurement.name, number, lambda name: self.rename(mark, name))

    def label_under(self, pointer: Pointer) -> str:
        painters = (p for v, p in zip(self._grid.viewports, self._painters, strict=True) if v.volume is pointer.volume)
        boxes = ((mark, box) for painter in painters for mark, box in painter.labels.items())
        return next((mark for mark, box in boxes if box.contains(pointer.x, pointer.y)), "")

    def segment_for(self, pointer: Pointer) -> Segment:
        """The segment that a stroke paints on: the active one of this series, or a new one."""
        source = origin(pointer.volume.header)
        fresh = Segment(f"s{uuid4().hex[:8]}", source.key, Mask((source.frames, source.rows, source.columns)))
        if self._wants_segment:
            return replace(fresh, colour=len(self.board.segments))
        active = self.board.segment(self._active_segment)
        if active is not None and active.series == source.key:
            return active
        known = [segment for segment in self.board.segments if segment.series == source.key]
        return known[-1] if known else fresh

    def painted(self, segment: Segment, stroke: Stroke) -> None:
        """A stroke has ended: one step that can be undone."""
        mask = stroke.mask
        if mask == segment.mask:
            return
        self._active_segment, self._wants_segment = segment.id, False
        self._do(self.board.with_segment(replace(segment, mask=mask)))

    def begin_segment(self) -> None:
        """Takes the brush, if it is not in the hand, to paint on a segment of its own."""
        if self._tool not in PAINTING:
            self._take("brush.paint")
        self._wants_segment = self._tool in PAINTING
        if self._wants_segment:
            self._grid.active_viewport.say(self.tr("The next stroke begins another segment."))

    # --- what lists and readers ask --------------------------------------------------------------------------------

    def begin_correction(
        self, mask: NDArray[np.bool_] | NDArray[np.uint8], affine: NDArray[np.float64], name: str, source: SeriesHeader
    ) -> str:
        """Starts to correct an AI mask (slices, rows, columns; voxel → LPS mm) on a series' grid; returns its id."""
        segment = Segment(
            f"s{uuid4().hex[:8]}", source.key, correction_of(mask, affine, source), name, len(self.board.segments), name
        )
        self._active_segment = segment.id
        self._do(self.board.with_segment(segment))
        return segment.id

    def source_of(self, series: str) -> SeriesHeader | None:
        """The header of a series that some viewport shows, in whatever plane."""
        headers = (origin(v.volume.header) for v in self._grid.viewports if v.volume is not None)
        return next((header for header in headers if header.key == series), None)

    def rename(self, mark: str, name: str) -> None:
        self._edit(mark, name=name.strip())

    def recolour(self, mark: str, colour: int) -> None:
        self._edit(mark, colour=colour % len(COLOURS))

    def set_confidence(self, mark: str, confidence: int) -> None:
        self._edit(mark, confidence=confidence)

    def remove(self, mark: str) -> None:
        if mark:
            self._do(self.board.without(mark))

    def put(self, drawing: Measurement | Segment) -> None:
        """Draws something as it was before, in its place."""
        if isinstance(drawing, Segment):
            self._do(self.board.with_segment(drawing))
        else:
            self._do(self.board.with_measurement(drawing))

    def go_to(self, mark: str) -> None:
        """Selects a measurement or segment and scrolls a viewport to it, one that shows its plane if there is one."""
        self.select(mark)
        at = self.board.middle_of(mark)
        if at is None:
            return
        series, plane, voxel = at
        shown = [v for v in self._grid.shown if v.volume is not None and origin(v.volume.header).key == series]
        viewport = min(shown, key=lambda v: (_plane_of(v) != plane, v is not self._grid.active_viewport), default=None)
        if viewport is not None and viewport.volume is not None and viewport.view is not None:
            there = to_shown(viewport.volume.header, np.array([voxel]))[0, 2]
            index = int(np.clip(round(float(there)), 0, viewport.volume.header.frames - 1))
            viewport.set_view(replace(viewport.view, slice_index=index))

    def _go_on(self) -> None:
        marks = [m.id for m in self.board.measurements] + [s.id for s in self.board.segments]
        if marks:
            at = marks.index(self.selected) + 1 if self.selected in marks else 0
            self.go_to(marks[at % len(marks)])

    def _recolour_selected(self) -> None:
        measurement = self.board.measurement(self.selected) or self.board.segment(self.selected)
        if measurement is not None:
            self.recolour(self.selected, measurement.colour + 1)

    def _edit(self, mark: str, **values: object) -> None:
        measurement, segment = self.board.measurement(mark), self.board.segment(mark)
        if measurement is not None:
            self._do(self.board.with_measurement(replace(measurement, **values)))  # type: ignore[arg-type]
        elif segment is not None:
            self._do(self.board.with_segment(replace(segment, **values)))  # type: ignore[arg-type]

    # --- the board -------------------------------------------------------------------------------------------------

    def _do(self, board: Board) -> None:
        why_not = self._closed_because or self._why_locked(board)
        if why_not:
            self.refused.emit(why_not)
            self._update()
            return
        before, self._history = self._history.now, history.done(self._history, board)
        self._announce(before, "reader")

    def _travel(self, way: Callable[[History], History], by: str) -> None:
        why_not = self._closed_because or self._why_locked(way(self._history).now)
        if why_not:
            self.refused.emit(why_not)
            return
        before, self._history = self._history.now, way(self._history)
        self._announce(before, by)

    def _why_locked(self, board: Board) -> str:
        """Why the board cannot become this one, where it would change something that is locked."""
        touched = history.touched(self.board, board) if self._locked else frozenset()
        return self._locked_because if touched & self._locked else ""

    def _announce(self, before: Board, by: str) -> None:
        if before == self.board:
            return
        if self.board.measurement(self.selected) is None and self.board.segment(self.selected) is None:
            self.select("")
        self.changed.emit(history.changes(before, self.board), by)
        self.board_changed.emit()
        self._show()

    # --- viewports -------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Painters and hands as the tool and the board want them."""
        has_board = bool(self.board.measurements)
        for index, viewport in enumerate(self._grid.viewports):
            hand = self._brushing if self.is_painting else self._drawing[index] if self._tool else None
            if hand is not None or viewport.hand in (self._brushing, self._drawing[index]):
                viewport.set_hand(hand)
            viewport.set_resting_hand(self._gripping[index] if has_board else None)
            viewport.set_overlay_painter(self._painters[index], "measurements")

    def _update(self) -> None:
        for viewport in self._grid.shown:
            viewport.update()

    def _shown_at(self, mark: str) -> tuple[Viewport, int, int] | None:
        """A viewport that shows a measurement, and where its label is."""
        for viewport, painter in zip(self._grid.viewports, self._painters, strict=True):
            if viewport in self._grid.shown:
                viewport.repaint()
                if mark in painter.labels:
                    corner = painter.labels[mark].topLeft()
                    return viewport, round(corner.x()), round(corner.y())
        return None

    # --- keys ------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that mean something only now: digits after a point, Return and Backspace while an outline is drawn."""
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) or not isinstance(event, QKeyEvent):
            return False
        is_press = event.type() == QEvent.Type.KeyPress
        key = key_of(event)
        if self._confidence.wants(key):
            if is_press:
                self._confidence.take(key)
            event.accept()
            return True
        hand = next((hand for hand in self._drawing if hand.has_outline), None)
        if hand is None or key not in ("Return", "Backspace"):
            return False
        if is_press:
            hand.close_outline() if key == "Return" else hand.step_back()
            self._update()
        event.accept()
        return True


def numbers_at(measurement: Measurement, pointer: Pointer) -> Numbers:
    """Its numbers, on the slice under the pointer."""
    return measure_shown(measurement, pointer.volume, pointer.slice_index, is_slab=pointer.view.slab is not None)


def _plane_of(viewport: Viewport) -> str:
    derived = viewport.volume.header.derived if viewport.volume is not None else None
    return derived.name if derived is not None else ""
