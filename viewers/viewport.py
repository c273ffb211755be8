"""One viewport: a plain widget that shows a volume through a view and says what the reader does over it.

What belongs here: the widget, its view, its paint event. What does not: pixels (render), texts (annotations), what
mouse, pen and fingers do (strokes, touches), several viewports together (grid).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from viewers.aloud import announce
from viewers.comparing.hanging import opening_view
from viewers.dicom.problems import FileProblem
from viewers.drawing.annotations import ACCENT, AnnotationPainter
from viewers.drawing.blit import paint_picture
from viewers.drawing.render import Picture, Pyramids, SliceRenderer
from viewers.drawing.rulers import paint_rulers
from viewers.moves import Stage, fit, moved, refused
from viewers.presets import opening_window, window_there
from viewers.screens import px_per_mm
from viewers.tools.gestures import Gestures
from viewers.tools.hand import Hand
from viewers.tools.mark import ScreenMark
from viewers.tools.strokes import Strokes, touch_of
from viewers.tools.touches import TOUCHES, Touches
from viewers.view import View, screen_to_image
from viewers.volume import Volume

SETTLE_MS = 100
FINISH_MS = 10  # after which a picture that another thread works at is asked for again
BY_SCREEN = ("zoom.one_to_one", "zoom.true_size")  # zooms that mean something else on another screen
WAITING_MS, FILLING_MS = 15, 100  # how often a loading volume is looked at: shown slice missing, present
NOTICE_MS = 5000
BACKGROUND = QColor(0, 0, 0)
IDLE_BORDER = QColor(255, 255, 255, 26)


class OverlayPainter(Protocol):
    """Paints over the image in the viewport's own paint event, in logical pixels, clipped to the image."""

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None: ...


class PictureBlender(Protocol):
    """Mixes something else into the picture before it is painted: another series, laid over it in patient space."""

    def blend(self, picture: Picture, volume: Volume, width: int, height: int, dpr: float) -> Picture: ...


# What lies over the image, from the bottom up: what the file draws, the legend of a series laid over it, AI, lines of
# other planes, the crosshair, what readers drew
OVERLAYS = ("graphics", "fusion", "ai", "lines", "crosshair", "curve", "measurements")
# What lies over everything: the chips that say what is shown and linked, the hand's own box, the keyboard's pointer,
# the magnifier glass
TOPS = ("chips", "region", "pointer", "glass")


class Viewport(QWidget):
    """Shows one volume through one view; holds both as values and emits what was painted and what was done."""

    view_changed = Signal(object)  # View, after a picture of it was painted
    first_painted = Signal()  # a volume's first picture was painted
    emptied = Signal()  # painted without an image where there was one: cleared, blanked, or a slice not loaded
    overlaid = (
        Signal()
    )  # within a paint event: what lies over the image is painted, the magnifier and chips are not yet
    frame_painted = Signal()  # a paint event is over, or the viewport was hidden; after whatever else that announces
    activated = Signal()
    steered = Signal()  # wheel or fingers are about to change the view of a viewport that need not be the active one
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
        self._strokes = Strokes(self)
        self._touches = Touches(self, self._strokes)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(64, 64)
        self.setAccessibleName(self.tr("Image"))
        self._volume: Volume | None = None
        self._view: View | None = None
        self._renderer = SliceRenderer(pyramids)
        self._annotations = AnnotationPainter()
        self._overlays: dict[str, OverlayPainter] = {}
        self._blender: PictureBlender | None = None
        self._tops: dict[str, OverlayPainter] = {}
        self._hand: Hand | None = None
        self._resting_hand: Hand | None = None
        self._marks: tuple[ScreenMark, ...] = ()
        self._lost: Mapping[int, FileProblem] = {}
        self._cursor: QPointF | None = None
        self._is_fitted = True
        self._scale = ("", 0.0)  # the command that the zoom follows from the screen by, and the zoom that it gave
        self._is_active = self._is_blanked = False
        self._shows_annotations, self._shows_rulers = True, False
        self._blank_words = self._empty_words = ""
        self._notes: dict[str, str] = {}
        self._painted: tuple[Volume, View] | None = None
        self._shown_view: View | None = None  # as painted: on whole device pixels
        self._loaded_count = 0
        self._announced_volume: Volume | None = None
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self.update)
        self._finishing = QTimer(self, singleShot=True, interval=FINISH_MS)
        self._finishing.timeout.connect(self.update)
        self._loading = QTimer(self, interval=WAITING_MS)
        self._loading.timeout.connect(self._look_for_slices)
        self._noticed = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._noticed.timeout.connect(lambda: self.set_note("notice", ""))

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
    def is_fitted(self) -> bool:
        """Whether the whole image is shown, and follows the viewport's size."""
        return self._is_fitted

    @property
    def is_painted(self) -> bool:
        """Whether the last paint put the present view of the present volume on the screen."""
        return self._painted is not None and self._painted == (self._volume, self._view)

    def show_volume(self, volume: Volume, view: View | None = None) -> None:
        """Shows a volume, possibly still loading; without a view it opens fitted, through the file's window."""
        self._volume, self._view = volume, None
        self._strokes.forget()
        self._is_fitted, self._lost = view is None, {}
        self._loaded_count = int(volume.files_loaded.sum())
        self._loading.start(WAITING_MS)
        self._adopt(view or opening_view(volume, self.width(), self.height()))

    def show_derived(self, volume: Volume, view: View) -> None:
        """Shows the same series otherwise (another plane, turned, mirrored): not announced as a new image."""
        was_announced = self._announced_volume is self._volume
        self._volume, self._is_fitted = volume, False
        if was_announced:
            self._announced_volume = volume
        self._loaded_count = int(volume.files_loaded.sum())
        self._loading.start(WAITING_MS)
        self._view = None
        self._adopt(view)

    def clear(self) -> None:
        """Shows nothing and lets go of the volume."""
        self._volume = self._view = self._announced_volume = None
        self._strokes.forget()
        self._notes.clear()
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
        stage = self._stage(self._volume)
        view = moved(command_id, self._view, stage)
        if view is None:
            return False
        refusal = refused(command_id, stage) if view == self._view else ""
        if refusal:
            self.say(refusal)
        self.set_view(view)
        self._is_fitted |= command_id in ("zoom.fit", "view.reset")
        if command_id in BY_SCREEN and not refusal:
            self._scale = (command_id, view.zoom)
        return True

    def set_overlay_painter(self, painter: OverlayPainter | None, name: str = "ai") -> None:
        """Lays a painter over the image at its place in `OVERLAYS`, or takes it away."""
        self._overlays.pop(name, None)
        if painter is not None:
            self._overlays[name] = painter
        self.update()

    def set_top_painter(self, painter: OverlayPainter | None, name: str) -> None:
        """Lays a painter over everything, corner texts too, at its place in `TOPS`; or takes it away."""
        self._tops.pop(name, None)
        if painter is not None:
            self._tops[name] = painter
        self.update()

    def overlay(self, name: str = "ai") -> OverlayPainter | None:
        """The painter that lies over the image at that place of `OVERLAYS`."""
        return self._overlays.get(name)

    def paint_overlays(self, painter: QPainter, picture: Picture, width: int, height: int) -> None:
        """Paints what lies over the image as it lies over `picture`, in an area so large: for magnifier glasses."""
        if self._volume is None:
            return
        for name in OVERLAYS:
            if name in self._overlays:
                painter.save()
                self._overlays[name].paint(painter, self._volume, picture.view, width, height, self.devicePixelRatioF())
                painter.restore()
        self._annotations.marks(painter, self._marks, picture.view, self._volume.header, (width, height))

    @property
    def blender(self) -> PictureBlender | None:
        return self._blender

    def set_blender(self, blender: PictureBlender | None) -> None:
        self._blender = blender
        self.update()

    def set_hand(self, hand: Hand | None) -> None:
        """Gives the pointer something to hold; it keeps the drag tools for what the hand does not take."""
        self._hand = hand
        self._strokes.drop()
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.update()

    @property
    def hand(self) -> Hand | None:
        return self._hand or self._resting_hand

    @property
    def resting_hand(self) -> Hand | None:
        return self._resting_hand

    def set_resting_hand(self, hand: Hand | None) -> None:
        """What the pointer falls back to while it holds nothing else: it takes hold of what was drawn."""
        self._resting_hand = hand

    @property
    def lost(self) -> frozenset[int]:
        """Slices that can never be loaded."""
        return frozenset(self._lost)

    def set_lost(self, slices: Mapping[int, FileProblem]) -> None:
        """Says which slices of the volume can never be loaded and why, so that nobody waits for them."""
        self._lost = dict(slices)
        self.update()

    def set_marks(self, marks: tuple[ScreenMark, ...]) -> None:
        self._marks = marks
        self.update()

    def set_marking(self, is_marking: bool) -> None:
        """While marking, a left click asks for a mark. A left drag from a mark moves it at any time."""
        self._strokes.is_marking = is_marking

    @property
    def gestures(self) -> Gestures:
        return self._strokes.gestures

    def set_gestures(self, gestures: Gestures) -> None:
        """Gives buttons, wheel and fingers their tools and commands."""
        self._strokes.gestures = gestures

    def set_active(self, is_active: bool) -> None:
        self._is_active = is_active
        self.update()

    def set_blanked(self, is_blanked: bool, words: str = "Paused") -> None:
        """Hides the image (a pause) and says so in its place, keeping volume and view."""
        self._is_blanked, self._blank_words = is_blanked, words
        self.update()

    def set_empty_words(self, words: str) -> None:
        """What is said where there is no image; "" for nothing."""
        self._empty_words = words
        self.update()

    def set_annotations_shown(self, shown: bool) -> None:
        self._shows_annotations = shown
        self.update()

    def set_rulers_shown(self, shown: bool) -> None:
        """Rulers with ticks in mm along the left and the lower edge."""
        self._shows_rulers = shown
        self.update()

    def set_note(self, name: str, words: str) -> None:
        """Keeps a short line at the lower edge (a cine's speed) until it is set to ""."""
        if self._notes.get(name, "") != words:
            self._notes[name] = words
            self.update()

    def say(self, words: str) -> None:
        """Says a sentence at the lower edge for a few seconds."""
        self.set_note("notice", words)
        announce(self, words)
        self._noticed.start()

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands at the lower edge."""
        return tuple(words for words in self._notes.values() if words)

    @property
    def cursor_point(self) -> QPointF | None:
        """Where the pointer is in the widget; None while it is elsewhere."""
        return self._cursor

    @property
    def seen_view(self) -> View | None:
        """The view as it was painted last; while nothing is painted yet, the one that is asked for."""
        return self._shown_view if self.is_painted and self._shown_view is not None else self._view

    def image_point(self, at: QPointF) -> tuple[float, float] | None:
        """The image point (column, row) under a point of the widget, as painted; None where there is no image."""
        view = self.seen_view
        if self._volume is None or view is None:
            return None
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
        before = self._view.slice_index if self._view is not None else view.slice_index
        is_elsewhere = self._view is None or view.slice_index != before
        if is_elsewhere and self._volume is not None:
            view = replace(view, window=window_there(self._volume.header, view.window, before, view.slice_index))
        self._view = view
        if is_elsewhere:
            self.slice_wanted.emit(view.slice_index)
        self._settling.start()
        self.update()

    def _stage(self, volume: Volume) -> Stage:
        return Stage(volume, self.width(), self.height(), self.devicePixelRatioF(), px_per_mm(self.screen()))

    def _look_for_slices(self) -> None:
        """Repaints as slices arrive: the shown one at once, the progress now and then."""
        if self._volume is None or self._view is None:
            return
        count = int(self._volume.files_loaded.sum())
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
            self._annotations.say(painter, self._blank_words if self._is_blanked else self._empty_words, size)
            return False
        ratio = self.devicePixelRatioF()
        settled = not self._settling.isActive()
        picture = self._renderer.render(volume, view, *size, ratio, settled=settled, may_wait=True)
        if self._renderer.is_unfinished:
            self._finishing.start()
        if picture is not None and self._blender is not None:
            picture = self._blender.blend(picture, volume, *size, ratio)
        self._paint_background(painter, exposed, picture, ratio)
        if picture is not None:
            paint_picture(painter, picture, ratio)
            self._paint_over(painter, volume, picture, ratio)
            self.overlaid.emit()
        elif self.words_in_place:
            self._annotations.say(painter, self.words_in_place, size)
        if self._shows_annotations:
            cursor = self.image_point(self._cursor) if self._cursor is not None and picture is not None else None
            shown = picture.view if picture is not None else view
            self._annotations.paint(painter, volume, shown, size, cursor, len(self._lost))
            if self._shows_rulers:
                paint_rulers(painter, volume.header, shown, size)
        if self.notes:
            self._annotations.notes(painter, self.notes, size)
        if picture is not None:
            self._paint_tops(painter, volume, picture, ratio)
        self._shown_view = picture.view if picture is not None else None
        return picture is not None

    @property
    def words_in_place(self) -> str:
        """What is said in the place of an image that is not there; "" where it is."""
        if self._volume is None or self._view is None or self._volume.loaded[self._view.slice_index]:
            return ""
        slice_index = self._view.slice_index
        problem = self._lost.get(slice_index)
        if problem is None:
            return self.tr("Slice {n} is not loaded yet").format(n=slice_index + 1)
        why = f"{problem.path.name}: {problem.what} {problem.todo}"
        return self.tr("This image ({n}) can't be shown: {why}").format(n=slice_index + 1, why=why)

    def _paint_background(self, painter: QPainter, exposed: QRect, picture: Picture | None, ratio: float) -> None:
        """Black where the picture will not be; all of it where device pixels and logical ones do not coincide."""
        bare = QRegion(exposed)
        if picture is not None and ratio == 1:
            bare -= QRegion(picture.left, picture.top, picture.pixels.shape[1], picture.pixels.shape[0])
        for rect in bare:  # type: ignore[attr-defined]  # the stubs leave out its iterator
            painter.fillRect(rect, BACKGROUND)

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

    def _paint_tops(self, painter: QPainter, volume: Volume, picture: Picture, ratio: float) -> None:
        for name in TOPS:
            if name in self._tops:
                painter.save()
                self._tops[name].paint(painter, volume, picture.view, self.width(), self.height(), ratio)
                painter.restore()

    def _paint_border(self, painter: QPainter) -> None:
        painter.setPen(QPen(ACCENT if self._is_active else IDLE_BORDER, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRect(0, 0, self.width() - 1, self.height() - 1))

    def _announce(self, is_shown: bool) -> None:
        before, self._painted = self._painted, None
        if is_shown and self._volume is not None and self._view is not None:
            self._announce_image(before, (self._volume, self._view))
        elif before is not None:
            self.emptied.emit()
        self.frame_painted.emit()

    def _announce_image(self, before: tuple[Volume, View] | None, now: tuple[Volume, View]) -> None:
        self._painted = now
        if before is None or before != now:
            self.view_changed.emit(now[1])
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

    def event(self, event: QEvent) -> bool:
        kind = event.type()  # asked first: Qt also calls this while it takes the widget down
        if kind in TOUCHES and self._touches.takes(event):
            return True
        if kind in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.ScreenChangeInternal):
            self._adapt_to_screen()
        return super().event(event)

    def _adapt_to_screen(self) -> None:
        """The window came to a screen of another scale: the kept picture has the old screen's pixels.

        What was shown pixel by pixel or in true size is so on the new screen too, unless it was zoomed since.
        """
        command, zoom = self._scale
        if self._view is not None and command and self._view.zoom == zoom:
            self.perform(command)
        self._settling.start()
        self.update()

    def point_at(self, at: QPointF | None) -> None:
        """The pointer is at a point of the widget, or nowhere: says which image point that is."""
        self._cursor = at
        if at is None:
            self.pointer_left.emit()
            self.update()
            return
        place = self.source_point(at)
        if place is not None:
            self.pointer_moved.emit(*place)
            self.update(0, self.height() // 2, self.width() // 2, self.height() - self.height() // 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()
        self._strokes.down(touch_of(event, self._strokes.pressure))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        self._strokes.move(touch_of(event, self._strokes.pressure))
        self.point_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()
        self._strokes.down(touch_of(event, self._strokes.pressure), is_double=True)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._strokes.up(touch_of(event, self._strokes.pressure))

    def tabletEvent(self, event: QTabletEvent) -> None:
        self._touches.pen(event)

    def leaveEvent(self, event: object) -> None:
        self.point_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.steered.emit()
        event.setAccepted(self._strokes.turn(event))
