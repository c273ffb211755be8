"""The crosshair: one place in the patient in every viewport of its frame of reference, to click, drag and turn.

What belongs here: the pointer's hand and the painter. What does not: where things lie (crosshair), planes (poses).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from study_configs.problem import StudyProblem
from viewers.desks.plane_desk import PlaneDesk, plane_name
from viewers.grid import ViewportGrid
from viewers.planes import crosshair
from viewers.planes.crosshair import Arm, Shown
from viewers.planes.oblique import MOVING, ObliquePlane
from viewers.planes.poses import Pose, pose_of, posed
from viewers.planes.sampling import Points, point_at, voxel_at
from viewers.tools.hand import Hand, Pointer
from viewers.view import View
from viewers.volume import SeriesHeader, Volume

SETTLE_MS = 120
HALO = QColor(0, 0, 0, 140)
COLOURS = {"axial": QColor("#e3b341"), "coronal": QColor("#57b894"), "sagittal": QColor("#7fa8e8")}
OTHER_COLOUR = QColor("#f0e4f6")
# Beside its colour, a plane's arm has a dash pattern of its own, in px; axial arms are whole
DASHES = {"axial": (), "coronal": (12, 4), "sagittal": (4, 4)}
OTHER_DASHES = (12, 4, 2, 4)
NOTE = "plane"


@dataclass(frozen=True, slots=True, eq=False)
class Turning:
    """A handle that is being dragged: where it was taken, and what the turning viewports showed then."""

    on: Shown
    start: tuple[float, float]
    others: dict[int, Shown]


class CrosshairDesk(QObject):
    """Does crosshair.toggle. While on, a left press moves the place; an arm's handle tips the other planes.

    All other planes turn together and stay square to each other; with Ctrl only the arm's own does.
    """

    toggled = Signal(bool)
    moved = Signal(float, float, float)  # LPS mm

    def __init__(self, grid: ViewportGrid, planes: PlaneDesk) -> None:
        super().__init__(grid)
        self._grid, self._planes = grid, planes
        self._place: Points | None = None
        self._space: SeriesHeader | None = None  # of the images in which that place was chosen
        self._hands = tuple(CrosshairHand(self, index) for index in range(len(grid.viewports)))
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._settle)
        grid.add_performer(self.perform)
        grid.view_changed.connect(self._viewed)
        grid.first_painted.connect(self._installed)

    @property
    def is_on(self) -> bool:
        return self._place is not None

    @property
    def place_mm(self) -> Points | None:
        return self._place

    def perform(self, command_id: str) -> bool:
        if command_id != "crosshair.toggle":
            return False
        self.turn_off() if self.is_on else self.turn_on()
        return True

    def turn_on(self) -> None:
        """Shows the crosshair in the middle of the active viewport's image."""
        shown = self.shown(self._grid.active)
        if shown is None:
            self._grid.active_viewport.say(
                self.tr("No crosshair: this image does not say where in the patient it lies.")
            )
            return
        for index in range(len(self._hands)):
            self._install(index)
        self.move_to(shown.middle_mm, self._grid.active)
        self.toggled.emit(True)

    def take_up(self) -> None:
        """Has the pointer again, where it is on and another hand was put away."""
        for viewport, hand in zip(self._grid.viewports, self._hands, strict=True):
            if self.is_on and viewport.hand in (None, viewport.resting_hand):
                viewport.set_hand(hand)

    def turn_off(self) -> None:
        self._place = self._space = None
        self._settling.stop()
        self._settle()
        for viewport, hand in zip(self._grid.viewports, self._hands, strict=True):
            if viewport.hand is hand:
                viewport.set_hand(None)
            viewport.set_overlay_painter(None, "crosshair")
        self.toggled.emit(False)

    def move_to(self, place_mm: Points, by: int | None = None) -> None:
        """Leads every viewport of that frame of reference but one to a place."""
        leader = self.shown(self._grid.active if by is None else by)
        self._place, self._space = place_mm, self._space if leader is None else leader.header
        for index, shown in self._comparable(by):
            if index != by:
                self._grid.viewports[index].set_view(crosshair.led_to(shown, place_mm))
            self._grid.viewports[index].update()
        self.moved.emit(*(float(v) for v in place_mm))

    def shown(self, index: int) -> Shown | None:
        """What a seen viewport shows, if it lies where the crosshair's place means something."""
        viewport = self._grid.viewports[index]
        if viewport not in self._grid.shown or viewport.volume is None or viewport.view is None:
            return None
        header = viewport.volume.header
        if header.affine is None or (self._space is not None and not crosshair.comparable(self._space, header)):
            return None
        return Shown(header, viewport.view, viewport.width(), viewport.height())

    def arms(self, index: int) -> list[Arm]:
        """The arms in one viewport, one for each other plane that is seen."""
        on = self.shown(index)
        if on is None:
            return []
        found = [crosshair.arm(on, other, n) for n, other in self._comparable(index) if n != index]
        return [each for each in found if each is not None]

    def resting_hand(self, index: int) -> Hand | None:
        """What takes hold of what was drawn in a viewport."""
        return self._grid.viewports[index].resting_hand

    def colour(self, index: int) -> QColor:
        volume = self._grid.viewports[index].volume
        return COLOURS.get(plane_name(volume) or "", OTHER_COLOUR) if volume is not None else OTHER_COLOUR

    def pen(self, index: int) -> QPen:
        """What draws the arms of the plane that a viewport shows."""
        volume, pen = self._grid.viewports[index].volume, QPen(self.colour(index), 1)
        dashes = DASHES.get(plane_name(volume) or "", OTHER_DASHES) if volume is not None else OTHER_DASHES
        if dashes:
            pen.setDashPattern(dashes)
        return pen

    # --- turning ---------------------------------------------------------------------------------------------------

    def take(self, index: int, pointer: Pointer) -> Turning | None:
        """The turn that a press begins, if it is on a handle."""
        on = self.shown(index)
        if on is None or self._place is None:
            return None
        arm = crosshair.handle_at(self.arms(index), on, self._place, pointer.x, pointer.y)
        if arm is None:
            return None
        turning = [arm.viewport] if pointer.control else [each.viewport for each in self.arms(index)]
        others = {n: shown for n, shown in self._comparable(index) if n in turning}
        return Turning(on, (pointer.x, pointer.y), others)

    def turn(self, turning: Turning, x: float, y: float) -> None:
        """Shows the other planes as the handle now has them, at half resolution until it rests."""
        if self._place is None:
            return
        angle = crosshair.turned_by(turning.on, self._place, turning.start, (x, y))
        for index, before in turning.others.items():
            plane, middle = crosshair.tipped(turning.on, before, self._place, angle)
            self._show(index, plane, middle, MOVING)
        for viewport in self._grid.shown:
            viewport.update()
        self._settling.start()

    def _settle(self) -> None:
        """Shows at full resolution what was coarse while it moved."""
        for index, viewport in enumerate(self._grid.viewports):
            volume = viewport.volume
            if volume is not None and viewport.view is not None and pose_of(volume).coarseness > 1:
                self._planes.pose(index, replace(pose_of(volume), coarseness=1))

    def _show(self, index: int, plane: ObliquePlane, middle_mm: Points, coarseness: int) -> None:
        viewport = self._grid.viewports[index]
        if viewport.volume is None or viewport.view is None:
            return
        pose = Pose(plane, home=plane_name(viewport.volume), coarseness=coarseness)
        try:
            volume = posed(viewport.volume, pose)
        except StudyProblem as problem:
            viewport.say(problem.what)
            return
        viewport.set_note(NOTE, self.tr("Half resolution while moving."))
        viewport.show_derived(volume, _about(viewport.view, volume, plane, middle_mm))

    # --- following -------------------------------------------------------------------------------------------------

    def _viewed(self, index: int, view: View) -> None:
        """Scrolling takes the place along, straight through the slices."""
        shown = self.shown(index)
        if self._place is None or shown is None or index != self._grid.active:
            return
        there = voxel_at(shown.header, self._place)[2]
        if round(there) != view.slice_index:
            self.move_to(crosshair.onto(shown, self._place), index)

    def _installed(self, index: int) -> None:
        """Another image has come: the crosshair goes on in it, in its middle if it is of another patient or place."""
        if not self.is_on:
            return
        self._install(index)
        if index == self._grid.active and self.shown(index) is None:
            self._space = None
            shown = self.shown(index)
            if shown is not None:
                self.move_to(shown.middle_mm, index)

    def _install(self, index: int) -> None:
        viewport = self._grid.viewports[index]
        viewport.set_hand(self._hands[index])
        viewport.set_overlay_painter(CrosshairPainter(self, index), "crosshair")

    def _comparable(self, by: int | None) -> Iterator[tuple[int, Shown]]:
        """What is seen and lies in the same space as one viewport's image, that one too."""
        leader = self.shown(self._grid.active if by is None else by)
        for index in range(len(self._grid.viewports)):
            shown = self.shown(index)
            if leader is not None and shown is not None and crosshair.comparable(leader.header, shown.header):
                yield index, shown


def _about(view: View, volume: Volume, plane: ObliquePlane, middle_mm: Points) -> View:
    """The view of a tipped plane: the slice through the crosshair, the turned middle in the middle."""
    _, _, depth = voxel_at(volume.header, plane.centre_mm)  # type: ignore[arg-type]  # three numbers either way
    column, row, _ = voxel_at(volume.header, middle_mm)
    return replace(view, slice_index=max(0, min(volume.header.frames - 1, round(depth))), centre_px=(column, row))


class CrosshairHand:
    """Turns planes by the handles, and moves the place with a left press where the resting hand takes hold of nothing.

    So what was measured can be grabbed while the crosshair is on.
    """

    def __init__(self, desk: CrosshairDesk, index: int) -> None:
        self._desk, self._index = desk, index
        self._turning: Turning | None = None
        self._lent: Hand | None = None  # the hand that has this stroke

    def press(self, pointer: Pointer) -> bool:
        if pointer.button != "left" or pointer.shift or pointer.alt or self._desk.shown(self._index) is None:
            return False
        self._turning, self._lent = self._desk.take(self._index, pointer), None
        if self._turning is None and not self._lend(pointer):
            self._lead(pointer)
        return True

    def _lend(self, pointer: Pointer) -> bool:
        resting = self._desk.resting_hand(self._index)
        self._lent = resting if resting is not None and resting.press(pointer) else None
        return self._lent is not None

    def move(self, pointer: Pointer) -> None:
        if self._lent is not None:
            self._lent.move(pointer)
        elif self._turning is None:
            self._lead(pointer)
        else:
            self._desk.turn(self._turning, pointer.x, pointer.y)

    def release(self, pointer: Pointer) -> None:
        lent, self._lent = self._lent, None
        if lent is not None:
            lent.release(pointer)
            return
        self.move(pointer)
        self._turning = None

    def double_click(self, pointer: Pointer) -> bool:
        resting = self._desk.resting_hand(self._index)
        return (resting is not None and resting.double_click(pointer)) or self.press(pointer)

    def hover(self, pointer: Pointer) -> None:
        """The crosshair stays where it is until it is pressed; a measurement under the pointer shows its handles."""
        resting = self._desk.resting_hand(self._index)
        if resting is not None:
            resting.hover(pointer)

    def cursor(self, pointer: Pointer) -> Qt.CursorShape | None:
        on, place = self._desk.shown(self._index), self._desk.place_mm
        if on is None or place is None:
            return None
        arm = crosshair.handle_at(self._desk.arms(self._index), on, place, pointer.x, pointer.y)
        if arm is not None:
            return Qt.CursorShape.PointingHandCursor
        resting = self._desk.resting_hand(self._index)
        return None if resting is None else resting.cursor(pointer)

    def _lead(self, pointer: Pointer) -> None:
        place = point_at(pointer.volume.header, pointer.column, pointer.row, pointer.slice_index)
        self._desk.move_to(place, self._index)


class CrosshairPainter:
    """Paints thin arms with a free middle, and a round handle at each end."""

    def __init__(self, desk: CrosshairDesk, index: int) -> None:
        self._desk, self._index = desk, index

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None:
        place = self._desk.place_mm
        if place is None or self._desk.shown(self._index) is None:
            return
        on = Shown(volume.header, view, width, height)
        x, y = on.spot(place)
        qpainter.setClipping(False)  # handles beside the image are to be had too
        qpainter.setBrush(Qt.BrushStyle.NoBrush)
        for arm in self._desk.arms(self._index):
            for pen, is_smooth in ((QPen(HALO, 3), False), (self._desk.pen(arm.viewport), True)):
                qpainter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)  # a smooth halo costs the most
                qpainter.setPen(pen)
                self._arm(qpainter, arm, QPointF(x, y), on)

    def _arm(self, qpainter: QPainter, arm: Arm, middle: QPointF, on: Shown) -> None:
        direction, reach = QPointF(*arm.direction), crosshair.reach_px(on)
        far = float(on.width + on.height)
        for side in (direction, -direction):
            qpainter.drawLine(middle + side * crosshair.GAP_PX, middle + side * (reach - 6))
            qpainter.drawLine(middle + side * (reach + 6), middle + side * far)
            at = middle + side * reach
            qpainter.drawEllipse(QRectF(at.x() - 6, at.y() - 6, 12, 12))
