"""Paints what readers drew: lines, handles, labels with values, segments, the brush.

What belongs here: one viewport's "measurements" overlay. What does not: what was drawn (viewers.measuring), and who
keeps it (viewers.desks.measure_desk).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import cv2
import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from viewers.drawing.annotations import QUIET, TextPictures
from viewers.measuring.brush import Brush, Segment, Stroke, shown_plane
from viewers.measuring.drawing import Draft
from viewers.measuring.editing import Hit, centre_of, strokes
from viewers.measuring.history import Board
from viewers.measuring.masks import Mask, Plane, edges
from viewers.measuring.numbers import Numbers, lines
from viewers.measuring.shapes import COLOURS, Kind, Measurement, Points, drawn, label_of, origin, shown_on
from viewers.measuring.values import measure
from viewers.tools.hand import Pointer
from viewers.view import View, image_to_screen
from viewers.volume import Volume

# Beside its number, a measurement's colour comes with a dash pattern of its own, in pen widths
DASHES: tuple[tuple[float, ...], ...] = ((), (7, 3), (3, 2), (9, 3, 2, 3), (14, 4), (4, 2, 1, 2, 1, 2))
OUTLINE = QColor(0, 0, 0, 230)
HANDLE_PX = 3.5  # half the side of a handle's square
CENTRE_PX = 4.0  # half the width of the cross in the middle
LABEL_GAP = 10.0
FILL = 56  # of 255: how strongly a segment covers the image
WRAP = 38  # letters of a remark in one line


class Easel(Protocol):
    """What the painter asks of whoever keeps measurements and segments."""

    selected: str
    hovered: Hit | None
    preview: Measurement | None
    brush: Brush
    stroke: tuple[Segment, Stroke] | None
    brush_at: Pointer | None

    @property
    def board(self) -> Board: ...

    @property
    def is_shown(self) -> bool: ...

    @property
    def is_painting(self) -> bool: ...

    def hint(self, mark: str) -> str: ...

    def draft_on(self, index: int) -> tuple[Draft, tuple[str, int]] | None: ...


class MeasurePainter:
    """One viewport's measurements and segments; `labels` are where the labels were painted last, by measurement."""

    def __init__(self, easel: Easel, index: int) -> None:
        self._easel, self._index = easel, index
        self._texts = TextPictures()
        self.labels: dict[str, QRectF] = {}
        self._planes: dict[str, tuple[tuple[Mask, str, int], QImage, Points, tuple[int, int]]] = {}

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None:
        self.labels.clear()
        if not self._easel.is_shown:
            return
        self._texts.use(qpainter)
        qpainter.setClipping(False)  # labels may stand beside the image; the widget still bounds them
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stage = _Stage(volume, view, (width, height))
        self._paint_segments(qpainter, stage)
        for measurement in self._easel.board.measurements:
            self._paint_measurement(qpainter, stage, measurement)
        self._paint_draft(qpainter, stage)
        self._paint_brush(qpainter, stage)

    # --- measurements ----------------------------------------------------------------------------------------------

    def _paint_measurement(self, painter: QPainter, stage: _Stage, measurement: Measurement) -> None:
        preview = self._easel.preview
        shown = preview if preview is not None and preview.id == measurement.id else measurement
        points = shown_on(stage.volume.header, shown, stage.view.slice_index)
        if points is None:
            return
        hovered = self._easel.hovered
        is_held = shown.id == self._easel.selected or (hovered is not None and hovered.mark == shown.id)
        on_screen = stage.points(points)
        self._paint_shape(painter, shown.kind, on_screen, shown.colour, is_held)
        if is_held:
            self._paint_handles(
                painter, shown.kind, on_screen, hovered if hovered and hovered.mark == shown.id else None
            )
        numbers = measure(shown, stage.volume, stage.view.slice_index) if shown is preview else shown.numbers
        texts = words(shown, numbers, label_of(self._easel.board.measurements, shown.id), with_remark=is_held)
        hint = self._easel.hint(shown.id)
        self._paint_label(painter, stage, shown, on_screen, (*texts, hint) if hint else texts)

    def _paint_shape(self, painter: QPainter, kind: Kind, points: Points, colour: int, is_held: bool) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(OUTLINE, 4.4 if is_held else 3.8), self._pen(colour, 2.0 if is_held else 1.4)):
            painter.setPen(pen)
            if kind == "point":
                _paint_cross(painter, QPointF(*points[0]))
                continue
            for stroke in strokes(kind, points):
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in stroke]))
            if kind == "arrow":
                _paint_barbs(painter, points)
        if kind == "cobb" and len(points) == 4:
            painter.setPen(QPen(QColor(COLOURS[colour % len(COLOURS)]), 1.0, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(*points[:2].mean(axis=0)), QPointF(*points[2:].mean(axis=0)))

    def _pen(self, colour: int, width: float) -> QPen:
        pen = QPen(QColor(COLOURS[colour % len(COLOURS)]), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        dashes = DASHES[colour % len(DASHES)]
        if dashes:
            pen.setDashPattern(dashes)
        return pen

    def _paint_handles(self, painter: QPainter, kind: Kind, points: Points, hit: Hit | None) -> None:
        """Squares that can be taken; the one under the pointer is filled. Freehand lines show one at the pointer.

        A small cross is in the middle of closed shapes: all of it is moved by that.
        """
        centre = centre_of(kind, points)
        if centre is not None:
            self._paint_grip(painter, *centre.tolist())
        held = hit.index if hit is not None and hit.part == "handle" else -1
        for index, (x, y) in enumerate(points):
            if kind == "point" or (kind == "freehand" and index != held):
                continue
            size = HANDLE_PX + (1.5 if index == held else 0.0)
            box = QRectF(x - size, y - size, 2 * size, 2 * size)
            painter.setBrush(QColor("white") if index == held else Qt.BrushStyle.NoBrush)
            for pen in (QPen(OUTLINE, 3.0), QPen(QColor("white"), 1.2)):
                painter.setPen(pen)
                painter.drawRect(box)

    def _paint_grip(self, painter: QPainter, x: float, y: float) -> None:
        for pen in (QPen(OUTLINE, 3.0), QPen(QColor("white"), 1.2)):
            painter.setPen(pen)
            painter.drawLine(QPointF(x - CENTRE_PX, y), QPointF(x + CENTRE_PX, y))
            painter.drawLine(QPointF(x, y - CENTRE_PX), QPointF(x, y + CENTRE_PX))

    def _paint_label(
        self, painter: QPainter, stage: _Stage, measurement: Measurement, points: Points, texts: Sequence[str]
    ) -> None:
        if not texts:
            return
        colour = QColor(COLOURS[measurement.colour % len(COLOURS)])
        pictures = [self._texts.picture(text, colour if n == 0 else QUIET) for n, text in enumerate(texts)]
        extents = [picture.deviceIndependentSize() for picture in pictures]
        width, height = max(e.width() for e in extents), sum(e.height() for e in extents)
        anchor = _label_anchor(measurement.kind, points)
        dx, dy = measurement.label_px or (0.0, 0.0)
        x = min(max(2.0, anchor.x() + LABEL_GAP + dx), max(2.0, stage.size[0] - width - 8))
        y = min(max(2.0, anchor.y() - height / 2 + dy), max(2.0, stage.size[1] - height - 2))
        box = QRectF(x, y, width, height)
        if measurement.label_px is None:  # where the reader has put it, it stays
            box = _beside(box, self.labels.values(), stage.size[1])
            y = box.y()
        else:
            painter.setPen(QPen(colour, 1.0, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(anchor, _nearest_on(box, anchor)))
        for picture, extent in zip(pictures, extents, strict=True):
            painter.drawPixmap(round(x), round(y), picture)
            y += extent.height()
        self.labels[measurement.id] = box

    def _paint_draft(self, painter: QPainter, stage: _Stage) -> None:
        found = self._easel.draft_on(self._index)
        header = stage.volume.header
        if found is None or found[1] != (header.key, stage.view.slice_index):
            return
        draft = found[0]
        points, colour = draft.shape, len(self._easel.board.measurements)
        on_screen = stage.points(points)
        kind: Kind = draft.kind
        if kind in ("polygon", "freehand"):  # open until it is closed
            self._paint_shape(painter, "length", on_screen, colour, True)
        else:
            self._paint_shape(painter, kind, on_screen, colour, True)
        numbers = draft_numbers(draft, stage.volume, stage.view.slice_index)
        mark = Measurement("", kind, "", (), colour=colour)
        texts = words(mark, numbers, "", with_remark=True)
        self._paint_label(painter, stage, mark, on_screen, texts)

    # --- segments --------------------------------------------------------------------------------------------------

    def _paint_segments(self, painter: QPainter, stage: _Stage) -> None:
        key = origin(stage.volume.header).key
        painted = self._easel.stroke[0].id if self._easel.stroke is not None else ""
        segments = [s for s in self._easel.board.segments if s.series == key and s.id != painted]
        for segment in segments:
            self._paint_plane(painter, stage, segment, *self._kept(segment, stage))
        if self._easel.stroke is not None and self._easel.stroke[0].series == key:
            segment, stroke = self._easel.stroke
            self._paint_plane(painter, stage, segment, *_picture(_stroke_plane(stroke, stage), segment.colour))

    def _kept(self, segment: Segment, stage: _Stage) -> tuple[QImage, Points, tuple[int, int]]:
        header, index = stage.volume.header, stage.view.slice_index
        key = (segment.mask, f"{header.key}/{segment.colour}", index)
        if segment.id not in self._planes or self._planes[segment.id][0] != key:
            plane = shown_plane(segment.mask, header, index)
            self._planes[segment.id] = (key, *_picture(plane, segment.colour))
        return self._planes[segment.id][1:]

    def _paint_plane(
        self, painter: QPainter, stage: _Stage, segment: Segment, image: QImage, lines_: Points, at: tuple[int, int]
    ) -> None:
        if not len(lines_):
            return
        left, top = stage.point(at[0] - 0.5, at[1] - 0.5)
        right, bottom = stage.point(at[0] + image.width() - 0.5, at[1] + image.height() - 0.5)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(left, top, right - left, bottom - top), image)
        starts, ends = stage.points(lines_[:, :2]), stage.points(lines_[:, 2:])
        pieces = [QLineF(*one, *other) for one, other in zip(starts.tolist(), ends.tolist(), strict=True)]
        for pen in (QPen(OUTLINE, 2.6), QPen(QColor(COLOURS[segment.colour % len(COLOURS)]), 1.2)):
            painter.setPen(pen)
            painter.drawLines(pieces)

    def _paint_brush(self, painter: QPainter, stage: _Stage) -> None:
        pointer = self._easel.brush_at
        if not self._easel.is_painting or pointer is None or pointer.volume is not stage.volume:
            return
        header = stage.volume.header
        unit = header.pixel_mm[1] / float(np.linalg.norm(header.grid_affine[:3, 0]))
        reach = self._easel.brush.radius * unit * stage.view.zoom
        painter.setBrush(Qt.BrushStyle.NoBrush)
        style = Qt.PenStyle.DashLine if self._easel.brush.erases else Qt.PenStyle.SolidLine
        for pen in (QPen(OUTLINE, 3.0), QPen(QColor("white"), 1.2, style)):
            painter.setPen(pen)
            painter.drawEllipse(QPointF(pointer.x, pointer.y), reach, reach)
            if self._easel.brush.is_ball:
                painter.drawEllipse(QPointF(pointer.x, pointer.y), reach, reach / 3)


class _Stage:
    """One paint of one viewport: from image points to its logical pixels."""

    def __init__(self, volume: Volume, view: View, size: tuple[int, int]) -> None:
        self.volume, self.view, self.size = volume, view, size
        first = image_to_screen(view, volume.header, *size, 0.0, 0.0)
        second = image_to_screen(view, volume.header, *size, 1.0, 1.0)
        self._start, self._step = np.array(first), np.array(second) - first

    def points(self, points: Points) -> Points:
        return np.asarray(self._start + points * self._step)

    def point(self, column: float, row: float) -> tuple[float, float]:
        x, y = self._start + (column, row) * self._step
        return float(x), float(y)


def words(measurement: Measurement, numbers: Numbers, number: str, *, with_remark: bool) -> tuple[str, ...]:
    """The lines of a label: its number and name, then values; the remark wrapped."""
    said = [*lines(numbers)]
    remark = [said.pop()] if numbers.remark and said else []
    head = [part for part in (number, measurement.name) if part]
    if measurement.confidence is not None:
        head.append(f"({measurement.confidence})")
    first = "  ".join([*head, *said[:1]])
    return tuple(text for text in (first, *said[1:], *(wrapped(remark[0]) if remark and with_remark else ())) if text)


def wrapped(text: str) -> list[str]:
    """A sentence in lines of about `WRAP` letters."""
    found, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= WRAP:
            found.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*found, line]


def draft_numbers(draft: Draft, volume: Volume, slice_index: int) -> Numbers:
    """What a draft measures so far; nothing where it is too small to say."""
    whole = {"length": 2, "angle": 3, "cobb": 4, "bidirectional": 2, "ellipse": 4, "rectangle": 4}.get(draft.kind, 3)
    if len(draft.shape) < whole or draft.kind in ("arrow", "point", "box", "freehand"):
        return Numbers()
    kind: Kind = "length" if draft.kind == "bidirectional" and len(draft.shape) < 4 else draft.kind
    return measure(drawn(kind, "", volume.header, draft.shape, slice_index), volume, slice_index)


def _picture(plane: Plane, colour: int) -> tuple[QImage, Points, tuple[int, int]]:
    """A plane's tint as a picture of its box, its outline, and the box's first pixel."""
    outline = edges(plane)
    if not len(outline):
        return QImage(), outline, (0, 0)
    left, top = (round(float(v) + 0.5) for v in (outline[:, 0].min(), outline[:, 1].min()))
    right, bottom = (round(float(v) + 0.5) for v in (outline[:, 2].max(), outline[:, 3].max()))
    crop = plane[top:bottom, left:right]
    tint = QColor(COLOURS[colour % len(COLOURS)])
    blue_green_red = (np.array([tint.blue(), tint.green(), tint.red(), 255]) * FILL // 255).astype(np.uint8)
    words = np.zeros(256, np.int32)
    words[1:] = blue_green_red.view(np.int32)
    image = QImage(right - left, bottom - top, QImage.Format.Format_ARGB32_Premultiplied)
    pixels = np.frombuffer(image.bits(), np.int32).reshape(bottom - top, right - left)  # lines without gaps
    cv2.LUT(crop.view(np.uint8), words, pixels)
    return image, outline, (left, top)


def _stroke_plane(stroke: Stroke, stage: _Stage) -> Plane:
    header, index = stage.volume.header, stage.view.slice_index
    return stroke.plane(index) if header.derived is None else shown_plane(stroke.mask, header, index)


def _beside(box: QRectF, others: Iterable[QRectF], height: float) -> QRectF:
    """The box moved up or down, as little as can be, so that it covers none of the others; as it is if none is free."""
    taken = list(others)
    edges = [edge for other in taken for edge in (other.bottom() + 1, other.top() - box.height() - 1)]
    for y in sorted((box.y(), *edges), key=lambda y: abs(y - box.y())):
        moved = QRectF(box.x(), y, box.width(), box.height())
        if 0 <= y <= height - box.height() and not any(moved.intersects(other) for other in taken):
            return moved
    return box


def _label_anchor(kind: Kind, points: Points) -> QPointF:
    """Where a label hangs: at the rightmost point, of an arrow at its tail."""
    if kind == "arrow":
        return QPointF(*points[-1])
    outline = np.vstack(strokes(kind, points))
    return QPointF(*outline[outline[:, 0].argmax()])


def _nearest_on(box: QRectF, to: QPointF) -> QPointF:
    return QPointF(min(max(to.x(), box.left()), box.right()), min(max(to.y(), box.top()), box.bottom()))


def _paint_cross(painter: QPainter, at: QPointF) -> None:
    """Open in the middle: what lies there is what the point is about."""
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        painter.drawLine(at + QPointF(3 * dx, 3 * dy), at + QPointF(10 * dx, 10 * dy))


def _paint_barbs(painter: QPainter, points: Points) -> None:
    along = points[1] - points[0]
    length = float(np.linalg.norm(along))
    if length < 1:
        return
    unit = along / length
    across = np.array([-unit[1], unit[0]])
    for side in (1, -1):
        painter.drawLine(QPointF(*points[0]), QPointF(*(points[0] + 11 * unit + side * 5 * across)))
