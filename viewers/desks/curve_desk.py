"""Curved reformat by hand: points clicked along a structure, its straightened image beside, one marker in both.

What belongs here: the command, the pointer's hand, the painter, the marker. What does not: the curve and its images
(planes.curved).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from study_configs.problem import StudyProblem
from viewers.grid import ViewportGrid
from viewers.planes.crosshair import Shown, comparable
from viewers.planes.curved import CurvedVolume, straightened
from viewers.planes.recut import refuse_unfit
from viewers.planes.sampling import Points, point_at, voxel_at
from viewers.tools.hand import Pointer
from viewers.view import View, image_to_screen
from viewers.volume import Volume

HALO, LINE, MARKER = QColor(0, 0, 0, 150), QColor("#c9a0dc"), QColor("#f0d17a")
SPOT_PX, REACH_PX = 3.0, 7.0
NOTE = "curve"


class CurveDesk(QObject):
    """Does plane.curved: left clicks place points, also on other slices; a double click ends. The command again stops.

    A click in the straightened image leads the others to that place; scrolling one of them moves the marker along.
    """

    straightened = Signal(int)  # the viewport that shows the straightened image

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._on: Volume | None = None  # the series that points are being placed in
        self._points: list[Points] = []
        self._normal: Points = np.zeros(3)
        self._shown: CurvedVolume | None = None
        self._at = 0  # the marker's number along the curve
        self._hand = CurveHand(self)
        grid.add_performer(self.perform)
        grid.view_changed.connect(self._viewed)
        grid.clicked.connect(self._clicked)
        grid.slice_wanted.connect(lambda index, _slice: self._install(index))

    @property
    def place_mm(self) -> Points | None:
        """Where on the curve the marker is; None while no straightened image is shown."""
        return self._shown.curve.places[self._at] if self._shown is not None and self._is_seen else None

    @property
    def is_drawing(self) -> bool:
        """Whether clicks place points of a curve."""
        return self._on is not None

    @property
    def at(self) -> int:
        return self._at

    def perform(self, command_id: str) -> bool:
        if command_id != "plane.curved":
            return False
        self.stop() if self._on is not None else self.begin()
        return True

    def begin(self) -> None:
        """Takes points from now on in the viewports that show the active one's series."""
        viewport = self._grid.active_viewport
        if viewport.volume is None:
            return
        try:
            refuse_unfit(viewport.volume.header)
        except StudyProblem as problem:
            viewport.say(problem.what)
            return
        self._on, self._points, self._shown = viewport.volume, [], None
        for index, each in enumerate(self._grid.viewports):
            self._install(index)
            each.set_hand(self._hand)
        viewport.set_note(NOTE, self.tr("Click along the structure; a double click ends."))

    def stop(self) -> None:
        """Puts the hand away; a curve that is shown stays."""
        self._on = None
        for viewport in self._grid.viewports:
            viewport.set_note(NOTE, "")
            if viewport.hand is self._hand:
                viewport.set_hand(None)
            viewport.update()

    def forget(self) -> None:
        """Another case: no curve."""
        self.stop()
        self._points, self._shown = [], None

    def takes(self, volume: Volume) -> bool:
        """Whether points can be placed on what is shown."""
        header = self._on.header.source if self._on is not None else None
        return header is not None and volume.header.affine is not None and volume.header.source.key == header.key

    def place(self, pointer: Pointer) -> None:
        """Adds the place under the pointer."""
        header = pointer.volume.header
        if not self._points and header.affine is not None:
            self._normal = np.cross(header.affine[:3, 0], header.affine[:3, 1])
        self._points.append(point_at(header, pointer.column, pointer.row, pointer.slice_index))
        self._update()

    def end(self) -> None:
        """Shows the straightened image in the viewport beside; where that can't be, says why."""
        volume, active = self._on, self._grid.active_viewport
        self.stop()
        if volume is None:
            return
        try:
            shown = straightened(volume, self._points, self._normal / np.linalg.norm(self._normal))
        except StudyProblem as problem:
            active.say(problem.what)
            return
        self._shown, self._at = shown, len(shown.curve.places) // 2
        if len(self._grid.seats) == 1:
            self._grid.set_layout(1, 2)
        seats = self._grid.seats
        index = seats[(seats.index(self._grid.active) + 1) % len(seats)]
        self._grid.show_volume(index, shown)
        self.straightened.emit(index)
        self._update()

    # --- the marker ------------------------------------------------------------------------------------------------

    @property
    def _is_seen(self) -> bool:
        return any(viewport.volume is self._shown for viewport in self._grid.shown)

    def _clicked(self, index: int, _button: str, _column: float, row: float, _slice: int) -> None:
        """A click in the straightened image: the others go there."""
        if self._shown is None or self._grid.viewports[index].volume is not self._shown:
            return
        self._at = int(np.clip(round(row), 0, len(self._shown.curve.places) - 1))
        place = self._shown.curve.places[self._at]
        for viewport in self._grid.shown:
            volume, view = viewport.volume, viewport.view
            if volume is not None and view is not None and self._is_in_space(volume):
                there = round(voxel_at(volume.header, place)[2])
                index_there = max(0, min(volume.header.frames - 1, there))
                viewport.set_view(replace(view, slice_index=index_there))
        self._update()

    def _viewed(self, index: int, view: View) -> None:
        """Scrolling through the series: the marker goes where the curve meets the slice, as near as it can."""
        volume = self._grid.viewports[index].volume
        if self._shown is None or volume is None or index != self._grid.active or not self._is_in_space(volume):
            return
        depths = np.array([voxel_at(volume.header, place)[2] for place in self._shown.curve.places[:: self._stride]])
        apart = np.abs(depths - view.slice_index)
        here = round(voxel_at(volume.header, self._shown.curve.places[self._at])[2])
        if here != view.slice_index:
            self._at = int(apart.argmin()) * self._stride
            self._update()

    @property
    def _stride(self) -> int:
        return max(1, len(self._shown.curve.places) // 200) if self._shown is not None else 1

    def _is_in_space(self, volume: Volume) -> bool:
        if self._shown is None or volume.header.affine is None or volume is self._shown:
            return False
        return comparable(self._shown.source.header, volume.header)

    # --- painting --------------------------------------------------------------------------------------------------

    def curve_on(self, volume: Volume) -> Points:
        """What is drawn over an image: the curve, or while it is made its points (n, 3) in LPS mm."""
        if self.takes(volume):
            return np.array(self._points).reshape(-1, 3)
        if self._shown is not None and self._is_seen and self._is_in_space(volume):
            return self._shown.curve.places
        return np.empty((0, 3))

    def is_straightened(self, volume: Volume) -> bool:
        return volume is self._shown

    @property
    def is_begun(self) -> bool:
        return self._on is not None

    def _install(self, index: int) -> None:
        if self._on is not None or self._shown is not None:
            self._grid.viewports[index].set_overlay_painter(CurvePainter(self), "curve")

    def _update(self) -> None:
        for index in self._grid.seats:
            self._install(index)


class CurveHand:
    """Places points with the left button."""

    def __init__(self, desk: CurveDesk) -> None:
        self._desk = desk

    def press(self, pointer: Pointer) -> bool:
        if pointer.button != "left" or not self._desk.takes(pointer.volume):
            return False
        self._desk.place(pointer)
        return True

    def move(self, pointer: Pointer) -> None:
        pass  # a point stays where it was placed

    def release(self, pointer: Pointer) -> None:
        pass

    def double_click(self, pointer: Pointer) -> bool:
        if not self._desk.takes(pointer.volume):
            return False
        self._desk.end()
        return True

    def hover(self, pointer: Pointer) -> None:
        pass

    def cursor(self, pointer: Pointer) -> Qt.CursorShape | None:
        return Qt.CursorShape.CrossCursor if self._desk.takes(pointer.volume) else None


class CurvePainter:
    """Paints the curve over images in the patient, and the marker over them and over the straightened image."""

    def __init__(self, desk: CurveDesk) -> None:
        self._desk = desk

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None:
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        qpainter.setBrush(Qt.BrushStyle.NoBrush)
        if self._desk.is_straightened(volume):
            _, y = image_to_screen(view, volume.header, width, height, 0, self._desk.at)
            self._lines(qpainter, QPolygonF([QPointF(0, y), QPointF(width, y)]), MARKER)
            return
        on = Shown(volume.header, view, width, height)
        spots = [QPointF(*on.spot(place)) for place in self._desk.curve_on(volume)]
        self._lines(qpainter, QPolygonF(spots), LINE)
        for spot in spots if self._desk.is_begun else ():
            qpainter.drawEllipse(spot, SPOT_PX, SPOT_PX)
        place = self._desk.place_mm
        if spots and place is not None:
            qpainter.setPen(QPen(MARKER, 2))
            qpainter.drawEllipse(QPointF(*on.spot(place)), REACH_PX, REACH_PX)

    def _lines(self, qpainter: QPainter, line: QPolygonF, colour: QColor) -> None:
        for pen in (QPen(HALO, 3), QPen(colour, 1.2)):
            qpainter.setPen(pen)
            qpainter.drawPolyline(line)
