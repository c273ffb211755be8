"""Lays another series over the active viewport's one, with a legend.

What belongs here: the commands, the legend, who has what on top. What does not: sampling and mixing (fusion).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QActionGroup, QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QMenu

from study_configs.words import translate
from viewers.drawing.colour_maps import colours
from viewers.drawing.render import Picture
from viewers.grid import ViewportGrid
from viewers.planes.fusion import Look, Overlay, candidates, opening_look, refusal
from viewers.planes.sampling import point_at
from viewers.view import View
from viewers.viewport import Viewport
from viewers.volume import SeriesHeader, Volume, Window

Offered = Callable[[], Sequence[SeriesHeader]]
VolumeOf = Callable[[SeriesHeader], Volume]
STEP = 0.1  # of the opacity, with each key
WINDOW_SHARE = 0.1  # of the window's width, with each key
WHOLE_DRAG_PX = 200.0  # a drag this long doubles the window, or moves it by its width
WINDOW_KEYS = {"fusion.wider": (0, 1), "fusion.narrower": (0, -1), "fusion.brighter": (-1, 0), "fusion.darker": (1, 0)}
FILLING_MS = 150
NOTE = "fusion"
BAR_PX, TINY_PX, GRIP_PX = 10, 260, 6
MOST_NARROWED = 0.05  # of a window, by one drag
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
RIGHT_PX = 18  # of the bar's right edge from the viewport's
MOST_TEXT_PX = 360.0
TOP_LINES = 4  # of text in the corner over the bar, with its distances
OUTLINE, TEXT = QColor(0, 0, 0, 200), QColor("#e6e8ea")


class FusionDesk(QObject):
    """Does fusion.*: `offered` gives the case's series, `volume_of` a volume of one, which may still be loading."""

    changed = Signal(int)  # something else lies on top in a viewport, or nothing

    def __init__(self, grid: ViewportGrid, offered: Offered, volume_of: VolumeOf) -> None:
        super().__init__(grid)
        self._grid, self._offered, self._volume_of = grid, offered, volume_of
        self._laid: dict[int, Laid] = {}
        self._drag: tuple[QPointF, Look] | None = None  # where the legend was taken, and the look then
        self._filling = QTimer(self, interval=FILLING_MS)
        self._filling.timeout.connect(self._repaint)
        grid.add_performer(self.perform)
        grid.first_painted.connect(self._shown)
        grid.pointer_moved.connect(self._pointed)
        grid.pointer_left.connect(lambda index: grid.viewports[index].set_note(NOTE, ""))

    def perform(self, command_id: str) -> bool:
        index = self._grid.active
        if command_id == "fusion.toggle":
            self.take_away(index) if index in self._laid else self.lay_first(index)
        elif command_id == "fusion.next":
            self.lay_next(index)
        elif command_id in WINDOW_KEYS:
            self.set_look(
                index, lambda look: _windowed(look, *(WINDOW_SHARE * step for step in WINDOW_KEYS[command_id]))
            )
        elif command_id in ("fusion.more", "fusion.less"):
            self.set_look(index, lambda look: look.fainter(-STEP if command_id == "fusion.more" else STEP))
        else:
            return False
        return True

    def on_top(self, index: int) -> Overlay | None:
        return self._laid[index].overlay if index in self._laid else None

    def lay_first(self, index: int) -> None:
        """Lays the best fitting series over a viewport's, or says why there is none."""
        viewport = self._grid.viewports[index]
        if viewport.volume is None:
            return
        offered = self._offered()
        fitting = candidates(viewport.volume.header, offered)
        if fitting:
            self.lay(index, fitting[0])
        else:
            viewport.say(self._why_none(viewport.volume.header, offered))

    def lay_next(self, index: int) -> None:
        """Lays the next of the series that fit over a viewport's, round and round."""
        volume, top = self._grid.viewports[index].volume, self.on_top(index)
        fitting = candidates(volume.header, self._offered()) if volume is not None else []
        keys = [header.key for header in fitting]
        if top is None or top.volume.header.key not in keys:
            self.lay_first(index)
            return
        self.lay(index, fitting[(keys.index(top.volume.header.key) + 1) % len(keys)])
        self._grid.viewports[index].say(_title(self._laid[index].overlay.volume.header))

    def fill(self, menu: QMenu, index: int) -> None:
        """The series that can lie on top of a viewport's, and none."""
        volume, top = self._grid.viewports[index].volume, self.on_top(index)
        fitting = candidates(volume.header, self._offered()) if volume is not None else []
        inner, on_top = menu.addMenu(self.tr("Lay over this")), "" if top is None else top.volume.header.key
        inner.setEnabled(bool(fitting))
        group = QActionGroup(inner)
        for header in (None, *fitting):
            action = inner.addAction(self.tr("None") if header is None else f"{_title(header)}  ·  {header.modality}")
            action.setActionGroup(group)
            action.setCheckable(True)
            action.setChecked(on_top == ("" if header is None else header.key))
            action.triggered.connect(lambda _checked=False, header=header: self._choose(index, header))

    def _choose(self, index: int, header: SeriesHeader | None) -> None:
        self.take_away(index) if header is None else self.lay(index, header)
        self._grid.chosen.emit("fusion.choose", "menu", "" if header is None else header.key)

    def lay(self, index: int, header: SeriesHeader) -> bool:
        """Lays a series over a viewport's; False where that may not be, and the viewport says why."""
        viewport = self._grid.viewports[index]
        if viewport.volume is None:
            return False
        reason = refusal(viewport.volume.header, header)
        if reason:
            viewport.say(self._refused_words(header, reason))
            return False
        top = self._volume_of(header)
        laid = Laid(Overlay(top, opening_look(top)))
        self._laid[index] = laid
        viewport.set_blender(laid)
        viewport.installEventFilter(self)
        viewport.set_overlay_painter(laid, "fusion")
        if not top.is_complete:
            self._filling.start()
        self.changed.emit(index)
        return True

    def take_away(self, index: int) -> None:
        self._laid.pop(index, None)
        viewport = self._grid.viewports[index]
        viewport.removeEventFilter(self)
        self._drag = None
        viewport.set_blender(None)
        viewport.set_overlay_painter(None, "fusion")
        viewport.set_note(NOTE, "")
        self.changed.emit(index)

    def set_look(self, index: int, change: Callable[[Look], Look]) -> None:
        """Changes opacity, window or colours of what lies on top."""
        viewport = self._grid.viewports[index]
        if index not in self._laid:
            viewport.say(self.tr("Nothing lies over this series: Alt+F lays one over it."))
            return
        overlay = self._laid[index].overlay
        overlay.look = change(overlay.look)
        viewport.update()
        self.changed.emit(index)

    def set_window(self, index: int, window: Window) -> None:
        """The window of what lies on top, in its units."""
        self.set_look(index, lambda look: replace(look, window=window))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A left drag on the legend, or anywhere with Ctrl and Shift, sets the window of what lies on top."""
        if not isinstance(event, QMouseEvent) or not isinstance(watched, Viewport):
            return False
        index, kind = self._grid.viewports.index(watched), event.type()
        if index not in self._laid or watched.blender is not self._laid[index]:
            return False
        if kind == QEvent.Type.MouseButtonPress and self._takes(self._laid[index], event):
            self._grid.set_active(index)
            self._drag = (event.position(), self._laid[index].overlay.look)
        elif self._drag is None:
            return False
        elif kind == QEvent.Type.MouseMove:
            start, look = self._drag
            travel = (event.position() - start) / WHOLE_DRAG_PX
            self.set_look(index, lambda _look: _windowed(look, travel.y(), travel.x()))
        elif kind == QEvent.Type.MouseButtonRelease:
            self._drag = None
        return True

    def _takes(self, laid: Laid, event: QMouseEvent) -> bool:
        is_left = event.button() == Qt.MouseButton.LeftButton
        return is_left and (event.modifiers() == CTRL_SHIFT or laid.bar.contains(event.position()))

    def _why_none(self, base: SeriesHeader, offered: Sequence[SeriesHeader]) -> str:
        for top in offered:
            reason = refusal(base, top)
            if top.modality != base.modality and reason:
                return self._refused_words(top, reason)
        return self.tr("This case has no series of another kind to lay over this one.")

    def _refused_words(self, top: SeriesHeader, reason: str) -> str:
        return self.tr("{series} is not laid over this: {reason}.").format(series=_title(top), reason=reason)

    def _shown(self, index: int) -> None:
        """Another series in a viewport has nothing on top, unless what lay there fits it too."""
        volume = self._grid.viewports[index].volume
        laid = self._laid.get(index)
        if laid is not None and volume is not None and refusal(volume.header, laid.overlay.volume.header):
            self.take_away(index)

    def _repaint(self) -> None:
        for index in self._laid:
            self._grid.viewports[index].update()
        if all(laid.overlay.volume.is_complete for laid in self._laid.values()):
            self._filling.stop()

    def _pointed(self, index: int, column: float, row: float, slice_index: int) -> None:
        viewport = self._grid.viewports[index]
        if index not in self._laid or viewport.volume is None:
            return
        overlay = self._laid[index].overlay
        value = overlay.value_at(point_at(viewport.volume.header.source, column, row, slice_index))
        words = "" if value is None else f"{overlay.volume.header.modality} {value:.2f} {overlay.look.units}".rstrip()
        viewport.set_note(NOTE, words)


class Laid:
    """What lies on top in one viewport: blends it into pictures and paints its legend."""

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self.bar = QRectF()  # where the legend was painted, with room to take hold of it

    def blend(self, picture: Picture, volume: Volume, width: int, height: int, dpr: float) -> Picture:
        return self.overlay.blended(picture, volume, width, height, dpr)

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None:
        """A bar of the colours with its values, and how much of it is seen."""
        top = TOP_LINES * QFontMetricsF(qpainter.font()).height()
        length, self.bar = height / 2 - top - 40, QRectF()
        if width < TINY_PX or length < 60 or refusal(volume.header, self.overlay.volume.header):
            return
        qpainter.setClipping(False)  # it stands beside the image where there is room
        bar = QRectF(width - RIGHT_PX - BAR_PX, top, BAR_PX, length)
        qpainter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.bar = bar.adjusted(-GRIP_PX, 0, GRIP_PX, 0)
        qpainter.drawImage(bar, _bar(self.overlay.look.colour_map))
        qpainter.setPen(QPen(OUTLINE, 1))
        qpainter.drawRect(bar)
        look = self.overlay.look
        low, high = look.range
        share = f"{_title(self.overlay.volume.header)} {look.opacity:.0%}"
        for text, y in ((f"{high:g} {look.units}", 0.0), (share, length / 2), (f"{low:g}", length)):
            self._text(qpainter, text, bar.left() - 6, bar.top() + y)

    def _text(self, qpainter: QPainter, text: str, right: float, middle: float) -> None:
        metrics = QFontMetricsF(qpainter.font())
        room = min(right - RIGHT_PX, MOST_TEXT_PX)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        area = QRectF(right - room, middle - metrics.height() / 2, room, metrics.height())
        for colour, shift in ((OUTLINE, 1), (OUTLINE, -1), (TEXT, 0)):
            qpainter.setPen(colour)
            qpainter.drawText(area.translated(shift, shift), Qt.AlignmentFlag.AlignRight, text)


def _windowed(look: Look, centre: float, width: float) -> Look:
    """The look with its window moved and widened by shares of its width."""
    window = look.window
    wider = max(window.width * MOST_NARROWED, window.width * (1 + width))
    return replace(look, window=replace(window, centre=window.centre + centre * window.width, width=wider, name=""))


def _title(header: SeriesHeader) -> str:
    return header.description or header.modality or translate("FusionDesk", "A series without a name")


def _bar(name: str) -> QImage:
    """The colours of a map, the highest on top, one pixel wide."""
    image = QImage(1, 256, QImage.Format.Format_RGB32)
    for index, (blue, green, red) in enumerate(colours(name)):
        image.setPixelColor(0, 255 - index, QColor(int(red), int(green), int(blue)))
    return image
