"""Paints what surrounds an image: corner texts, orientation letters, scale bar, stack position, loading, marks.

What belongs here: painting, with the texts kept as little pictures. What does not: the words (captions) and AI layers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QPainter, QPen, QPixmap

from viewers.drawing.captions import (
    Lines,
    orientation,
    place_corner,
    probe_corner,
    scale_bar,
    series_corner,
    shown_corner,
)
from viewers.tools.mark import ScreenMark
from viewers.view import View, image_to_screen
from viewers.volume import SeriesHeader, Volume

TEXT = QColor("#e6e8ea")
QUIET = QColor("#c0c5ca")
OUTLINE = QColor(0, 0, 0, 200)
ACCENT = QColor("#5b8fb9")
RAIL_EMPTY, RAIL_LOADED = QColor(34, 36, 38), QColor(68, 72, 76)
OUTLINE_SHIFTS = ((-1, -1), (1, -1), (-1, 1), (1, 1), (0, 1))  # logical pixels
SAID_SHARE = 0.8  # of the width, for a sentence in the middle
MARGIN = 10
RAIL, RAIL_TOP = 4, 8  # width of the stack indicator at the right edge, and how far it stays from the corners
KEPT_TEXTS = 1000  # two for each slice of a long stack
CORNER_LINES, FREE_MIDDLE = 3, 0.28  # of the lower corners at most; of the width that they leave to notes
SMALLEST_PX = 11
LETTER_SHARE = 1.25  # orientation letters against corner texts
NARROW_PX, TINY_PX = 360, 180  # viewports below these widths show fewer texts

Placed = tuple[QPoint, QPixmap]  # top left corner in logical pixels
Size = tuple[int, int]


class TextPictures:
    """Outlined texts in one font as pictures, kept: a text's outline costs several texts, a picture costs a blit."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, float], QPixmap] = OrderedDict()
        self.ratio = 1.0  # device pixels per logical pixel
        self.changes = 0  # rises with each other font or ratio, for which all kept pictures are made anew
        self._font: QFont | None = None
        self._sized: dict[float, tuple[QFont, QFontMetricsF]] = {}  # by share: making one looks the font up anew
        self.size_px = SMALLEST_PX

    def use(self, painter: QPainter) -> None:
        """Takes over the painter's font, a little smaller than the application's, and its device pixel ratio."""
        font, ratio = painter.font(), painter.device().devicePixelRatioF()
        if self._font is not None and ratio == self.ratio and font == self._font:
            return
        self._kept.clear()
        self._sized.clear()
        self.changes += 1
        self.ratio, self._font = ratio, font
        self.size_px = max(SMALLEST_PX, QFontInfo(font).pixelSize() - 1)

    def paint(self, painter: QPainter, text: str, x: float, y: float, colour: QColor = TEXT) -> None:
        """Paints with its top left corner at (x, y)."""
        painter.drawPixmap(round(x), round(y), self.picture(text, colour))

    def picture(self, text: str, colour: QColor = TEXT, share: float = 1.0) -> QPixmap:
        """The text `share` times as large as the corner texts, in the font last taken over."""
        key = (text, colour.rgba(), share)
        if key not in self._kept:
            self._kept[key] = outlined((text,), *self._font_of(share), (colour,), self.ratio)
            if len(self._kept) > KEPT_TEXTS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def block(self, lines: Sequence[str]) -> QPixmap:
        """Lines that change all the time as one picture, which is not kept; the lowest is the first of `lines`."""
        colours = (*(QUIET,) * (len(lines) - 1), TEXT)
        return outlined(tuple(reversed(lines)), *self._font_of(1.0), colours, self.ratio)

    def fitting(self, line: str, room: float) -> str:
        """The line, or as much of its ends as `room` logical pixels hold; a name before numbers gives way to them."""
        if len(line) * self.size_px < room:  # letters of usual text are narrower than the text is high
            return line
        metrics = self._font_of(1.0)[1]
        if metrics.horizontalAdvance(line) > room:
            line = line.split("  ·  ", 1)[-1]
        return metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, room)

    def broken(self, text: str, room: float) -> list[str]:
        """The text in lines that `room` logical pixels hold, where its words allow."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".lstrip()
            if lines[-1] and self._font_of(1.0)[1].horizontalAdvance(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return [self.fitting(line, room) for line in lines]

    def _font_of(self, share: float) -> tuple[QFont, QFontMetricsF]:
        if share not in self._sized:
            font = QFont(self._font or QFont())
            font.setPixelSize(round(self.size_px * share))
            self._sized[share] = (font, QFontMetricsF(font))
        return self._sized[share]


def outlined(
    lines: Sequence[str], font: QFont, metrics: QFontMetricsF, colours: Sequence[QColor], ratio: float
) -> QPixmap:
    """Lines of text under each other with a dark outline, legible over any grey, on a transparent ground.

    The outline is the text again, shifted all round: stroking its path looks the same and takes ten times as long.
    """
    step = round((metrics.height() + 2) * ratio) / ratio + 1
    pixmap = transparent(max(map(metrics.horizontalAdvance, lines)) + 4, step * len(lines) - 1, ratio)
    dark = QPixmap(pixmap)
    starts = [QPointF(2, metrics.ascent() + 1 + number * step) for number in range(len(lines))]
    with QPainter(dark) as painter:
        painter.setFont(font)
        painter.setPen(OUTLINE)
        for start, line in zip(starts, lines, strict=True):
            painter.drawText(start, line)
    with QPainter(pixmap) as painter:
        for dx, dy in OUTLINE_SHIFTS:
            painter.drawPixmap(dx, dy, dark)
        painter.setFont(font)
        for start, line, colour in zip(starts, lines, colours, strict=True):
            painter.setPen(colour)
            painter.drawText(start, line)
    return pixmap


def transparent(width: float, height: float, ratio: float) -> QPixmap:
    """An empty picture of so many logical pixels, at least one."""
    pixmap = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


class AnnotationPainter:
    """Paints one viewport's surroundings; keeps as pictures what a scroll, a zoom or a window drag leaves alone."""

    def __init__(self) -> None:
        self._texts = TextPictures()
        self._parts: dict[str, tuple[tuple[object, ...], list[Placed]]] = {}
        self._rule: tuple[tuple[float, float], QPixmap] | None = None  # the scale bar, by length and pixel ratio

    def paint(
        self,
        painter: QPainter,
        volume: Volume,
        view: View,
        size: Size,
        cursor: tuple[float, float] | None,
        lost: int = 0,
    ) -> None:
        """Everything but the marks, for a viewport of `size` (width, height) logical pixels."""
        self._texts.use(painter)
        loaded = int(np.count_nonzero(volume.files_loaded))
        for at, picture in self._placed(volume, view, size, cursor, (loaded, lost)):
            painter.drawPixmap(at, picture)
        self._thumb(painter, volume.header.frames, view.slice_index, size)
        self._loading(painter, (loaded + lost) / len(volume.files_loaded), size)

    def _placed(
        self,
        volume: Volume,
        view: View,
        size: Size,
        cursor: tuple[float, float] | None,
        progress: tuple[int, int],
    ) -> Iterator[Placed]:
        """All pictures, each made anew only when something changed that it depends on."""
        header, ratio = volume.header, self._texts.ratio
        shown = (view.zoom, view.window, view.inverted, view.colour_map, view.slab)
        right, bottom = size[0] - MARGIN - RAIL, size[1] - MARGIN
        first = (1 if header.derived is None else 2) if size[0] < NARROW_PX else None  # a plane is always named
        always = (header, size, self._texts.changes)
        yield from self._kept(
            "series", always, lambda: self._corner(series_corner(header)[:first], MARGIN, MARGIN, size)
        )
        yield from self._kept("letters", always, lambda: self._letters(header, size))
        yield from self._kept("rail", (*always, volume.loaded.tobytes()), lambda: self._rail(volume, size))
        yield from self._kept("bar", (*always, view.zoom), lambda: self._scale_bar(header, view, size))
        yield from self._kept(
            "place",
            (*always, view.slice_index, progress),
            lambda: self._corner(place_corner(volume, view, progress[1]), right, MARGIN, size),
        )
        yield from self._kept(
            "shown",
            (*always, *shown),
            lambda: self._corner(shown_corner(volume, view, ratio), right, bottom, size),
        )
        if cursor is not None:
            yield from self._probe(probe_corner(volume, view, cursor), bottom, size)

    def _kept(self, name: str, key: tuple[object, ...], make: Callable[[], Iterable[Placed]]) -> list[Placed]:
        if name not in self._parts or self._parts[name][0] != key:
            self._parts[name] = (key, list(make()))
        return self._parts[name][1]

    def say(self, painter: QPainter, text: str, size: Size) -> None:
        """Quiet sentences in the middle of a viewport that has no image to cover, over several lines if need be."""
        self._texts.use(painter)
        pictures = [self._texts.picture(line, QUIET) for line in self._texts.broken(text, size[0] * SAID_SHARE)]
        extents = [picture.deviceIndependentSize() for picture in pictures]
        top = (size[1] - sum(extent.height() for extent in extents)) / 2
        for picture, extent in zip(pictures, extents, strict=True):
            painter.drawPixmap(QPointF(round((size[0] - extent.width()) / 2), round(top)), picture)
            top += extent.height()

    def notes(self, painter: QPainter, lines: Sequence[str], size: Size) -> None:
        """Lines above the middle of the lower edge: over the orientation letter, or over the corners where too wide."""
        self._texts.use(painter)
        broken = [part for line in lines for part in self._texts.broken(line, size[0] * 0.9)]
        pictures = [self._texts.picture(line, TEXT) for line in broken]
        widest = max((picture.deviceIndependentSize().width() for picture in pictures), default=0.0)
        under = CORNER_LINES * 1.5 if widest > size[0] * FREE_MIDDLE else 2.2
        bottom = size[1] - MARGIN - under * self._texts.size_px
        for picture in reversed(pictures):
            extent = picture.deviceIndependentSize()
            bottom -= extent.height() + 1
            painter.drawPixmap(QPointF(round((size[0] - extent.width()) / 2), round(bottom)), picture)

    def marks(
        self, painter: QPainter, marks: Sequence[ScreenMark], view: View, header: SeriesHeader, size: Size
    ) -> None:
        for mark in marks:
            column, row, slice_index = header.shown_point(mark.column, mark.row, mark.slice_index)
            if round(slice_index) == view.slice_index:
                x, y = image_to_screen(view, header, *size, column, row)
                self._mark(painter, mark, QPointF(x, y))

    def _mark(self, painter: QPainter, mark: ScreenMark, at: QPointF) -> None:
        radius = 10.0 if mark.selected else 8.0
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(OUTLINE, 3.5), QPen(QColor(mark.colour), 2.0 if mark.selected else 1.4)):
            painter.setPen(pen)
            painter.drawEllipse(at, radius, radius)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):  # the middle stays free: it is what the mark is about
                direction = QPointF(dx, dy)
                painter.drawLine(at + direction * (radius - 3), at + direction * (radius + 4))
        painter.restore()
        if mark.label:
            self._texts.use(painter)
            self._texts.paint(painter, mark.label, at.x() + radius + 5, at.y() - radius - 8, QColor(mark.colour))

    def _probe(self, lines: Lines, bottom: float, size: Size) -> Iterator[Placed]:
        if lines and size[0] >= TINY_PX:
            picture = self._texts.block([self._texts.fitting(line, self._room(size)) for line in lines])
            yield QPoint(MARGIN, round(bottom - picture.deviceIndependentSize().height())), picture

    def _room(self, size: Size) -> float:
        return size[0] * 0.46 if size[0] >= NARROW_PX else size[0] * 0.62

    def _corner(self, lines: Lines, x: float, y: float, size: Size) -> Iterator[Placed]:
        return self._block(lines, x, y, size) if size[0] >= TINY_PX else iter(())

    def _block(self, lines: Sequence[str], x: float, y: float, size: Size) -> Iterator[Placed]:
        """Lines that grow away from the corner at (x, y): right-aligned at the right, upwards at the bottom.

        The first ends before the orientation letter in the middle, which stands at its height.
        """
        from_right, from_bottom = x > size[0] / 2, y > size[1] / 2
        room = self._room(size)
        for number, line in enumerate(lines):
            free = min(room, size[0] / 2 - MARGIN - 1.4 * self._texts.size_px) if number == 0 else room
            picture = self._texts.picture(self._texts.fitting(line, free), TEXT if number == 0 else QUIET)
            extent = picture.deviceIndependentSize()
            left = x - extent.width() if from_right else x
            yield QPoint(round(left), round(y - extent.height() if from_bottom else y)), picture
            y += -extent.height() - 1 if from_bottom else extent.height() + 1

    def _letters(self, header: SeriesHeader, size: Size) -> Iterator[Placed]:
        width, height = size
        for edge, text in orientation(header).items():
            picture = self._texts.picture(text, TEXT, LETTER_SHARE)
            extent = picture.deviceIndependentSize()
            w, h = extent.width(), extent.height()
            middle, centre = (height - h) / 2, (width - w) / 2
            x, y = {
                "left": (MARGIN, middle),
                "right": (width - MARGIN - RAIL - w, middle),
                "top": (centre, MARGIN - 3),
                "bottom": (centre, height - MARGIN - h + 3),
            }[edge]
            yield QPoint(round(x), round(y)), picture

    def _scale_bar(self, header: SeriesHeader, view: View, size: Size) -> Iterator[Placed]:
        """An upright rule at the left edge, under the orientation letter."""
        bar = scale_bar(header, view, min(120.0, size[1] * 0.22))
        if bar is None or size[0] < TINY_PX:
            return
        length, name = bar
        top = round(size[1] / 2 + 20)
        if self._rule is None or self._rule[0] != (length, self._texts.ratio):
            self._rule = ((length, self._texts.ratio), rule(length, self._texts.ratio))
        yield QPoint(MARGIN, top - 2), self._rule[1]
        yield QPoint(MARGIN + 10, round(top + length - 8.5)), self._texts.picture(name, QUIET)

    def _rail(self, volume: Volume, size: Size) -> Iterator[Placed]:
        """At the right edge: dim where slices are not loaded yet."""
        frames, height = volume.header.frames, size[1] - 2 * RAIL_TOP
        if frames < 2:
            return
        rail = transparent(RAIL, height, self._texts.ratio)
        with QPainter(rail) as painter:
            painter.fillRect(0, 0, RAIL, height, RAIL_EMPTY)
            for first, last in loaded_runs(volume):
                begin, end = height * first // frames, height * last // frames
                painter.fillRect(0, begin, RAIL, end - begin, RAIL_LOADED)
        yield QPoint(size[0] - RAIL - 3, RAIL_TOP), rail

    def _thumb(self, painter: QPainter, frames: int, slice_index: int, size: Size) -> None:
        """On the rail, where the shown slice lies."""
        if frames >= 2:
            height = size[1] - 2 * RAIL_TOP
            thumb = max(14, height // frames)
            top = RAIL_TOP + (height - thumb) * slice_index // (frames - 1)
            painter.fillRect(size[0] - RAIL - 3, top, RAIL, thumb, ACCENT)

    def _loading(self, painter: QPainter, share: float, size: Size) -> None:
        if share < 1:
            painter.fillRect(0, size[1] - 2, size[0], 2, RAIL_EMPTY)
            painter.fillRect(0, size[1] - 2, round(size[0] * share), 2, ACCENT)


def rule(length: float, ratio: float) -> QPixmap:
    """An upright line of so many logical pixels with ticks at its ends and in its middle, outlined."""
    pixmap = transparent(11, length + 5, ratio)
    with QPainter(pixmap) as painter:
        for pen in (QPen(OUTLINE, 3), QPen(TEXT, 1)):
            painter.setPen(pen)
            painter.drawLine(QPointF(2.5, 2.5), QPointF(2.5, 2.5 + length))
            for share, width in ((0.0, 6), (0.5, 3), (1.0, 6)):
                y = 2.5 + length * share
                painter.drawLine(QPointF(2.5, y), QPointF(2.5 + width, y))
    return pixmap


def loaded_runs(volume: Volume) -> list[tuple[int, int]]:
    """Stretches of loaded slices as (first, one past the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], volume.loaded.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
