"""One viewport: a plain widget that shows a volume through a view and says what the reader does over it.

What belongs here: the widget, its paint event and mouse events. What does not: pixels (render), texts (annotations),
what a drag does (tools), several viewports together (grid).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import cv2
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from viewers.annotations import ACCENT, AnnotationPainter
from viewers.hanging import opening_view
from viewers.moves import Stage, fit, moved
from viewers.presets import opening_window
from viewers.render import Picture, Pyramids, SliceRenderer
from viewers.tools import Drag, MouseMap, Tool
from viewers.tools.hand import Button, Hand, Pointer
from viewers.tools.mark import ScreenMark, mark_at
from viewers.tools.pan import PanTool
from viewers.tools.scroll import ScrollTool, WheelSteps
from viewers.tools.tool import ToolName, pace_of
from viewers.tools.window import WindowTool
from viewers.tools.zoom import ZoomTool
from viewers.view import ZOOM_STEP, View, screen_to_image, scrolled, zoomed
from viewers.volume import Volume

SETTLE_MS = 100
WAITING_MS, FILLING_MS = 15, 100  # how often a loading volume is looked at: shown slice missing, present
STRIP_ROWS = 64  # of a picture that are converted and blitted at a time
CLICK_PX = 3.0  # pointer travel below which a press and release are a click
BACKGROUND = QColor(0, 0, 0)
IDLE_BORDER = QColor(255, 255, 255, 26)
BUTTON_NAMES: dict[Qt.MouseButton, Button] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
    Qt.MouseButton.BackButton: "back",
    Qt.MouseButton.ForwardButton: "forward",
}
SIDE_BUTTON_COMMANDS = {Qt.MouseButton.BackButton: "series.previous", Qt.MouseButton.ForwardButton: "series.next"}
TOOLS: dict[ToolName, Tool] = {"scroll": ScrollTool(), "window": WindowTool(), "pan": PanTool(), "zoom": ZoomTool()}


class OverlayPainter(Protocol):
    """Paints over the image in the viewport's own paint event, in logical pixels, clipped to the image."""

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None: ...


class PictureBlender(Protocol):
    """Mixes something else into the picture before it is painted: another series, laid over it in patient space."""

    def blend(self, picture: Picture, volume: Volume, width: int, height: int, dpr: float) -> Picture: ...


# What lies over the image, from the bottom up: what the file draws, AI, lines of other planes, what readers drew
OVERLAYS = ("graphics", "ai", "lines", "measurements")


class Press:
    """A mouse button that is down: where, in which view, on which mark, and whether it has become a drag."""

    def __init__(self, button: Qt.MouseButton, at: QPointF, view: View, mark: ScreenMark | None) -> None:
        self.button = button
        self.at = at
        self.view = view
        self.mark = mark
        self.pace = 1.0
        self.is_drag = False


class Viewport(QWidget):
    """Shows one volume through one view; holds both as values and emits what was painted and what was done."""

    view_changed = Signal(object)  # View, after a picture of it was painted
    first_painted = Signal()  # a volume's first picture was painted
    emptied = Signal()  # painted without an image where there was one: cleared, blanked, or a slice not loaded
    activated = Signal()
    slice_wanted = Signal(int)  # another slice is asked for, before it is painted: loaders go on from there
    # Places in these are image points of the source series as its files have it, also over derived planes
    pointer_moved = Signal(float, float, int)  # column, row, slice
    pointer_left = Signal()
    clicked = Signal(str, float, float, int)  # button, column, row, slice
    wheel_turned = Signal(float)  # steps, positive is onward through the stack
    command_requested = Signal(str)  # a command of the vocabulary that the mouse asks for
    mark_requested = Signal(float, float, int)  # column, row, slice
    mark_picked = Signal(str)
    mark_moved = Signal(str, float, float, int)

    def __init__(self, parent: QWidget | None = None, *, pyramids: Pyramids | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(64, 64)
        self.setAccessibleName("Image")
        self._volume: Volume | None = None
        self._view: View | None = None
        self._renderer = SliceRenderer(pyramids)
        self._annotations = AnnotationPainter()
        self._overlays: dict[str, OverlayPainter] = {}
        self._blender: PictureBlender | None = None
        self._hand: Hand | None = None
        self._holds = False  # a stroke of the hand's is under way
        self._marks: tuple[ScreenMark, ...] = ()
        self._lost: frozenset[int] = frozenset()
        self._mouse = MouseMap()
        self._press: Press | None = None
        self._wheel, self._zoom_wheel = WheelSteps(), WheelSteps()
        self._cursor: QPointF | None = None
        self._is_fitted = True
        self._is_active = self._is_marking = self._is_blanked = False
        self._shows_annotations = True
        self._blank_words = ""
        self._painted: tuple[Volume, View] | None = None
        self._shown_view: View | None = None  # as painted: on whole device pixels
        self._loaded_count = 0
        self._announced_volume: Volume | None = None
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self.update)
        self._loading = QTimer(self, interval=WAITING_MS)
        self._loading.timeout.connect(self._look_for_slices)

    # --- what is shown ---------------------------------------------------------------------------------------------

    @property
    def volume(self) -> Volume | None:
        return self._volume

    @property
    def view(self) -> View | None:
        return self._view

    @property
    def marks(self) -> tuple[ScreenMark, ...]:
        return self._marks

    @property
    def is_painted(self) -> bool:
        """Whether the last paint put the present view of the present volume on the screen."""
        return self._painted is not None and self._painted == (self._volume, self._view)

    def show_volume(self, volume: Volume, view: View | None = None) -> None:
        """Shows a volume, possibly still loading; without a view it opens fitted, through the file's window."""
        self._volume, self._view, self._press = volume, None, None
        self._is_fitted, self._lost = view is None, frozenset()
        self._loaded_count = int(volume.loaded.sum())
        self._loading.start(WAITING_MS)
        self._adopt(view or opening_view(volume, self.width(), self.height()))

    def show_derived(self, volume: Volume, view: View) -> None:
        """Shows the same series otherwise (another plane, turned, mirrored): not announced as a new image."""
        was_announced = self._announced_volume is self._volume
        self._volume, self._is_fitted = volume, False
        if was_announced:
            self._announced_volume = volume
        self._loaded_count = int(volume.loaded.sum())
        self._loading.start(WAITING_MS)
        self._view = None
        self._adopt(view)

    def clear(self) -> None:
        """Shows nothing and lets go of the volume."""
        self._volume = self._view = self._press = self._announced_volume = None
        self._loading.stop()
        self._renderer.forget()
        self.update()

    def set_view(self, view: View) -> None:
        """Shows the same volume differently; a changed zoom or centre ends following the viewport's size."""
        if self._view is None or view == self._view:
            return
        self._is_fitted &= (view.zoom, view.centre_px) == (self._view.zoom, self._view.centre_px)
        self._adopt(view)

    def perform(self, command_id: str) -> bool:
        """Does a command that changes one view; False where it is not such a command or nothing is shown."""
        if self._volume is None or self._view is None:
            return False
        view = moved(command_id, self._view, self._stage(self._volume))
        if view is None:
            return False
        self.set_view(view)
        self._is_fitted |= command_id in ("zoom.fit", "view.reset")
        return True

    def set_overlay_painter(self, painter: OverlayPainter | None, name: str = "ai") -> None:
        """Lays a painter over the image at its place in `OVERLAYS`, or takes it away."""
        self._overlays.pop(name, None)
        if painter is not None:
            self._overlays[name] = painter
        self.update()

    def set_blender(self, blender: PictureBlender | None) -> None:
        self._blender = blender
        self.update()

    def set_hand(self, hand: Hand | None) -> None:
        """Gives the pointer something to hold; it keeps the drag tools for what the hand does not take."""
        self._hand, self._holds = hand, False
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.update()

    @property
    def hand(self) -> Hand | None:
        return self._hand

    def set_lost(self, slices: frozenset[int]) -> None:
        """Says which slices of the volume can never be loaded, so that nobody waits for them."""
        self._lost = slices
        self.update()

    def set_marks(self, marks: tuple[ScreenMark, ...]) -> None:
        self._marks = marks
        self.update()

    def set_marking(self, is_marking: bool) -> None:
        """While marking, a left click asks for a mark. A left drag from a mark moves it at any time."""
        self._is_marking = is_marking

    def set_mouse_map(self, mouse: MouseMap) -> None:
        self._mouse = mouse

    def set_active(self, is_active: bool) -> None:
        self._is_active = is_active
        self.update()

    def set_blanked(self, is_blanked: bool, words: str = "Paused") -> None:
        """Hides the image (a pause) and says so in its place, keeping volume and view."""
        self._is_blanked, self._blank_words = is_blanked, words
        self.update()

    def set_annotations_shown(self, shown: bool) -> None:
        self._shows_annotations = shown
        self.update()

    def image_point(self, at: QPointF) -> tuple[float, float] | None:
        """The image point (column, row) under a point of the widget, as painted; None where there is no image."""
        if self._volume is None or self._view is None:
            return None
        view = self._shown_view if self.is_painted and self._shown_view is not None else self._view
        return screen_to_image(view, self._volume.header, self.width(), self.height(), at.x(), at.y())

    def source_point(self, at: QPointF) -> tuple[float, float, int] | None:
        """The same as (column, row, slice) of the source series, which is the shown one unless that is derived."""
        point = self.image_point(at)
        if point is None or self._volume is None or self._view is None:
            return None
        return self._volume.header.source_point(*point, self._view.slice_index)

    def request_mark(self) -> None:
        """Asks for a mark under the pointer, as a click does while marking."""
        place = self.source_point(self._cursor) if self._cursor is not None else None
        if place is not None:
            self.mark_requested.emit(*place)

    def _adopt(self, view: View) -> None:
        is_elsewhere = self._view is None or view.slice_index != self._view.slice_index
        self._view = view
        if is_elsewhere:
            self.slice_wanted.emit(view.slice_index)
        self._settling.start()
        self.update()

    def _stage(self, volume: Volume) -> Stage:
        return Stage(volume, self.width(), self.height(), self.devicePixelRatioF())

    def _look_for_slices(self) -> None:
        """Repaints as slices arrive: the shown one at once, the progress now and then."""
        if self._volume is None or self._view is None:
            return
        count = int(self._volume.loaded.sum())
        is_here = bool(self._volume.loaded[self._view.slice_index])
        if is_here and self._view.window.name == "Full range" and not self.is_painted:
            self._view = replace(self._view, window=opening_window(self._volume, self._view.slice_index))
        if count != self._loaded_count:
            self._loaded_count = count
            self.update()
        self._loading.setInterval(FILLING_MS if is_here else WAITING_MS)
        if self._volume.is_complete:
            self._loading.stop()

    # --- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:  # ended even where an overlay fails, or Qt would go down with it
            painter.setClipRegion(event.region())
            is_shown = self._paint_image(painter, event.rect())
            self._paint_border(painter)
        self._announce(is_shown)

    def _paint_image(self, painter: QPainter, exposed: QRect) -> bool:
        size = (self.width(), self.height())
        volume, view = self._volume, self._view
        if volume is None or view is None or self._is_blanked:
            painter.fillRect(exposed, BACKGROUND)
            self._annotations.say(painter, self._blank_words if self._is_blanked else "", size)
            return False
        ratio = self.devicePixelRatioF()
        picture = self._renderer.render(volume, view, *size, ratio, settled=not self._settling.isActive())
        if picture is not None and self._blender is not None:
            picture = self._blender.blend(picture, volume, *size, ratio)
        self._paint_background(painter, exposed, picture, ratio)
        if picture is not None:
            self._paint_picture(painter, picture, ratio)
            self._paint_over(painter, volume, picture, ratio)
        elif not volume.loaded[view.slice_index]:
            state = "cannot be read" if view.slice_index in self._lost else "is not loaded yet"
            self._annotations.say(painter, f"Slice {view.slice_index + 1} {state}", size)
        if self._shows_annotations:
            cursor = self.image_point(self._cursor) if self._cursor is not None and picture is not None else None
            shown = picture.view if picture is not None else view
            self._annotations.paint(painter, volume, shown, size, cursor, len(self._lost))
        self._shown_view = picture.view if picture is not None else None
        return picture is not None

    def _paint_background(self, painter: QPainter, exposed: QRect, picture: Picture | None, ratio: float) -> None:
        """Black where the picture will not be; all of it where device pixels and logical ones do not coincide."""
        bare = QRegion(exposed)
        if picture is not None and ratio == 1:
            bare -= QRegion(picture.left, picture.top, picture.pixels.shape[1], picture.pixels.shape[0])
        for rect in bare:  # type: ignore[attr-defined]  # the stubs leave out its iterator
            painter.fillRect(rect, BACKGROUND)

    def _paint_picture(self, painter: QPainter, picture: Picture, ratio: float) -> None:
        """Blits device pixel for device pixel: the painter's scale is taken back for the picture.

        Grey is widened to the screen's format strip by strip, which stays in the processor's cache until it is blitted.
        """
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        for row in range(0, len(picture.pixels), STRIP_ROWS):
            strip = picture.pixels[row : row + STRIP_ROWS]
            pixels = strip if strip.ndim == 3 else cv2.cvtColor(strip, cv2.COLOR_GRAY2BGRA)
            image = QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], QImage.Format.Format_RGB32)
            painter.drawImage(picture.left, picture.top + row, image)
        painter.restore()

    def _paint_over(self, painter: QPainter, volume: Volume, picture: Picture, ratio: float) -> None:
        rows, columns = picture.pixels.shape[:2]
        image_area = QRectF(picture.left / ratio, picture.top / ratio, columns / ratio, rows / ratio)
        for name in OVERLAYS:
            overlay = self._overlays.get(name)
            if overlay is not None:
                painter.save()
                painter.setClipRect(image_area, Qt.ClipOperation.IntersectClip)
                overlay.paint(painter, volume, picture.view, self.width(), self.height(), ratio)
                painter.restore()
        self._annotations.marks(painter, self._marks, picture.view, volume.header, (self.width(), self.height()))

    def _paint_border(self, painter: QPainter) -> None:
        painter.setPen(QPen(ACCENT if self._is_active else IDLE_BORDER, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRect(0, 0, self.width() - 1, self.height() - 1))

    def _announce(self, is_shown: bool) -> None:
        before, self._painted = self._painted, None
        if not is_shown or self._volume is None or self._view is None:
            if before is not None:
                self.emptied.emit()
            return
        self._painted = (self._volume, self._view)
        if before is None or before != self._painted:
            self.view_changed.emit(self._view)
        if self._announced_volume is not self._volume:
            self._announced_volume = self._volume
            self.first_painted.emit()

    # --- what the reader does --------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._volume is not None and self._view is not None and self._is_fitted:
            self._adopt(fit(self._view, self._stage(self._volume)))

    def hideEvent(self, event: QHideEvent) -> None:
        """Out of sight is as good as empty, until it is painted again."""
        self._announce(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()
        if event.button() in SIDE_BUTTON_COMMANDS:
            self.command_requested.emit(SIDE_BUTTON_COMMANDS[event.button()])
        if self._view is None or self._press is not None:
            return
        pointer = self._pointer(event)
        if self._hand is not None and pointer is not None and not self._holds and self._hand.press(pointer):
            self._holds = True
            self.update()
            return
        self._press = Press(event.button(), event.position(), self._view, self._mark_under(event))
        self._press.pace = pace_of(event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        if self._press is not None:
            self._drag(self._press, event)
        elif self._hand is not None:
            self._lead(self._hand, event)
        place = self.source_point(event.position())
        if place is not None:
            self.pointer_moved.emit(*place)
            self.update(0, self.height() // 2, self.width() // 2, self.height() - self.height() // 2)

    def _lead(self, hand: Hand, event: QMouseEvent) -> None:
        """The pointer moves with something in the hand."""
        pointer = self._pointer(event)
        if pointer is None:
            return
        if self._holds:
            hand.move(pointer)
        else:
            hand.hover(pointer)
            self.setCursor(hand.cursor(pointer) or Qt.CursorShape.CrossCursor)
        self.update()

    def _pointer(self, event: QMouseEvent) -> Pointer | None:
        """What a hand is told of a mouse event; None where there is no image."""
        point, at = self.image_point(event.position()), event.position()
        if point is None or self._volume is None or self._view is None:
            return None
        keys, held = event.modifiers(), event.button() if event.button() != Qt.MouseButton.NoButton else None
        button = held if held is not None else next((b for b in BUTTON_NAMES if event.buttons() & b), None)
        return Pointer(
            at.x(), at.y(), *point, self._volume, self._view, self.width(), self.height(),
            button=BUTTON_NAMES.get(button, "other") if button is not None else "",
            shift=bool(keys & Qt.KeyboardModifier.ShiftModifier),
            control=bool(keys & Qt.KeyboardModifier.ControlModifier),
            alt=bool(keys & Qt.KeyboardModifier.AltModifier),
        )  # fmt: skip

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer(event)
        if self._hand is None or pointer is None or not self._hand.double_click(pointer):
            self.mousePressEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer(event)
        if self._holds and self._hand is not None and pointer is not None:
            self._holds = False
            self._hand.release(pointer)
            self.update()
            return
        press, place = self._press, self.source_point(event.position())
        if press is None or event.button() != press.button:
            return
        self._press = None
        self.setCursor(Qt.CursorShape.CrossCursor)
        if place is not None:
            self._released(press, place)

    def leaveEvent(self, event: object) -> None:
        self._cursor = None
        self.pointer_left.emit()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        units = event.angleDelta().y() or event.angleDelta().x()
        if self._volume is None or self._view is None or units == 0:
            event.ignore()
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_to(event.position(), self._zoom_wheel.add(units), self._volume, self._view)
        else:
            self.wheel_turned.emit(-units / 120)
            self.set_view(scrolled(self._view, self._wheel.add(units), self._volume.header.frames))
        event.accept()

    def _zoom_to(self, at: QPointF, steps: int, volume: Volume, view: View) -> None:
        factor = ZOOM_STEP**-steps
        self.set_view(zoomed(view, volume.header, self.width(), self.height(), factor, at.x(), at.y()))

    def _mark_under(self, event: QMouseEvent) -> ScreenMark | None:
        if self._volume is None or self._view is None or event.button() != Qt.MouseButton.LeftButton:
            return None
        at = event.position()
        return mark_at(self._marks, self._view, self._volume.header, self.width(), self.height(), at.x(), at.y())

    def _drag(self, press: Press, event: QMouseEvent) -> None:
        travel = event.position() - press.at
        press.is_drag |= abs(travel.x()) + abs(travel.y()) > CLICK_PX
        if not press.is_drag or self._volume is None or self._view is None:
            return
        if press.mark is not None:
            self._preview(press.mark, event.position())
            return
        name = self._mouse.tool_for(press.button)
        if name is None:
            return
        if pace_of(event.modifiers()) != press.pace:  # begin anew, or the whole way would change its pace
            press.pace, press.at, press.view = pace_of(event.modifiers()), event.position(), self._view
            travel = QPointF()
        drag = Drag(press.at.x(), press.at.y(), travel.x(), travel.y(), self.width(), self.height(), press.pace)
        if self.cursor().shape() != TOOLS[name].cursor:
            self.setCursor(TOOLS[name].cursor)
        self.set_view(TOOLS[name].dragged(press.view, self._volume, drag))

    def _preview(self, mark: ScreenMark, at: QPointF) -> None:
        """Shows a dragged mark under the pointer; whoever keeps the marks hears of it when it is let go."""
        place = self.source_point(at)
        if place is not None:
            moving = replace(mark, column=place[0], row=place[1], slice_index=place[2])
            self.set_marks(tuple(moving if m.id == mark.id else m for m in self._marks))

    def _released(self, press: Press, place: tuple[float, float, int]) -> None:
        if press.is_drag:
            if press.mark is not None:
                self.mark_moved.emit(press.mark.id, *place)
            return
        self.clicked.emit(BUTTON_NAMES.get(press.button, "other"), *place)
        if press.mark is not None:
            self.mark_picked.emit(press.mark.id)
        elif self._is_marking and press.button == Qt.MouseButton.LeftButton:
            self.mark_requested.emit(*place)
