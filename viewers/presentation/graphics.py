"""What files draw over images: 60xx overlays, and graphics and texts of presentation states. [Qt]

What belongs here: painting them in a viewport, or on any painter. What does not: reading them (viewers.dicom) and
shutters, which are part of the picture (render).
"""

from __future__ import annotations

import math
from collections import OrderedDict

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QTransform

from viewers.dicom.overlay_pixels import plane_pixels
from viewers.dicom.problems import BadFile
from viewers.presentation.applying import area_for, shown_area
from viewers.presentation.states import (
    Annotation,
    Drawing,
    GraphicLayer,
    Point,
    PresentationState,
    Units,
    Words,
    concerns,
)
from viewers.view import View, image_to_screen
from viewers.volume import OverlayPlane, SeriesHeader, Volume

WHITE, SHADOW = QColor(255, 255, 255), QColor(0, 0, 0, 170)
REGION_OPACITY = 0.35
LINE_PX, POINT_PX = 1.5, 5.0  # logical pixels
TEXT_PX, SMALLEST_TEXT_PX = 15, 8
KEPT_PLANES = 24


class GraphicsPainter:
    """Paints over one viewport what the files draw over its images; `state` adds a presentation state's graphics."""

    def __init__(self) -> None:
        self.is_shown = True
        self.state: PresentationState | None = None
        self._images: OrderedDict[tuple[object, ...], QImage] = OrderedDict()

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None:
        """Nothing is painted over planes that cut across the files' images."""
        if not self.is_shown:
            return
        sheet = sheet_of(volume.header, view, width, height)
        if sheet is None:
            return
        for plane in _planes(volume.header, sheet.slice_index):
            self._paint_plane(qpainter, plane, sheet, dpr)
        if self.state is not None and self.state.covers(sheet.header.source.instances[sheet.slice_index]):
            paint_state(qpainter, self.state, sheet)

    def _paint_plane(self, qpainter: QPainter, plane: OverlayPlane, sheet: Sheet, dpr: float) -> None:
        shrink = min(1.0, sheet.magnification * dpr)
        image = self._image(plane, sheet, shrink)
        if image is None:
            return
        qpainter.save()
        qpainter.setTransform(sheet.transform, combine=True)
        qpainter.setOpacity(REGION_OPACITY if plane.kind == "R" else 1.0)
        column, row = plane.origin
        qpainter.drawImage(QRectF(column - 0.5, row - 0.5, plane.columns, plane.rows), image)
        qpainter.restore()

    def _image(self, plane: OverlayPlane, sheet: Sheet, shrink: float) -> QImage | None:
        key = (plane, sheet.header.source.instances[sheet.slice_index].sop_uid, sheet.slice_index, round(shrink, 4))
        if key not in self._images:
            try:
                pixels = plane_pixels(plane, sheet.header.source.instances[sheet.slice_index])
            except BadFile:  # the viewport already says that this image can't be read
                return None
            self._images[key] = _white(_shrunk(pixels, shrink))
            while len(self._images) > KEPT_PLANES:
                self._images.popitem(last=False)
        self._images.move_to_end(key)
        return self._images[key]


class Sheet:
    """Where the image points of one source slice lie in the viewport, in logical pixels."""

    def __init__(self, header: SeriesHeader, view: View, size: tuple[int, int], slice_index: int) -> None:
        self.header = header
        self.view = view
        self.slice_index = slice_index  # of the source series
        self.shown = _shown_transform(header, view, size)  # from points of the series as it is shown
        (x0, y0), (x1, y1), (x2, y2) = (
            header.shown_point(column, row, slice_index)[:2] for column, row in ((0, 0), (1, 0), (0, 1))
        )
        self.transform = QTransform(x1 - x0, y1 - y0, x2 - x0, y2 - y0, x0, y0) * self.shown

    @property
    def magnification(self) -> float:
        """Logical pixels per image pixel."""
        return math.sqrt(abs(self.transform.determinant()))

    def at(self, point: Point, units: Units, state: PresentationState) -> QPointF:
        """A point of a graphic in the viewport."""
        if units == "image":
            return self.transform.map(QPointF(*point))
        left, top, right, bottom = self._area(state)
        column, row = left + point[0] * (right - left), top + point[1] * (bottom - top)
        return self.shown.map(QPointF(column, row))

    def _area(self, state: PresentationState) -> tuple[float, float, float, float]:
        area = area_for(state, self.header, self.view.slice_index)
        if area is None:
            return -0.5, -0.5, self.header.columns - 0.5, self.header.rows - 0.5
        return shown_area(area, self.header, self.view.slice_index)


def sheet_of(header: SeriesHeader, view: View, width: int, height: int) -> Sheet | None:
    """None where the shown plane is not one whole image of the files."""
    source_slice = whole_slice(header, view.slice_index)
    return None if source_slice is None else Sheet(header, view, (width, height), source_slice)


def whole_slice(header: SeriesHeader, slice_index: int) -> int | None:
    """The source slice that a slice shows whole, as it is, turned or mirrored; None for planes that cut across."""
    if header.derived is None:
        return slice_index
    to_source = header.derived.to_source
    if np.abs(to_source[2, :2]).max() > 1e-6 or not np.allclose(np.abs(to_source[:2, :2]).sum(axis=0), 1):
        return None
    place = header.source_point(0, 0, slice_index)[2]
    return place if abs(header.shown_point(0, 0, place)[2] - slice_index) < 1e-3 else None


def _shown_transform(header: SeriesHeader, view: View, size: tuple[int, int]) -> QTransform:
    """From image points of the series as it is shown to the viewport."""
    x, y = image_to_screen(view, header, *size, 0, 0)
    row_mm, column_mm = header.pixel_mm
    return QTransform(view.zoom * column_mm, 0, 0, view.zoom * row_mm, x, y)


def _planes(header: SeriesHeader, source_slice: int) -> tuple[OverlayPlane, ...]:
    return header.source.instances[source_slice].overlays


def _shrunk(pixels: np.ndarray, shrink: float) -> np.ndarray:
    """The plane at the size at which it is shown, its thin lines kept: as opaque as one image pixel would be."""
    if shrink >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * shrink)), max(1, round(pixels.shape[0] * shrink)))
    share = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(np.clip(share / shrink, 0, 255).astype(np.uint8))


def _white(alpha: np.ndarray) -> QImage:
    image = QImage(alpha.shape[1], alpha.shape[0], QImage.Format.Format_ARGB32_Premultiplied)
    rows = np.frombuffer(image.bits(), np.uint8).reshape(alpha.shape[0], image.bytesPerLine())
    rows[:, : 4 * alpha.shape[1]].reshape(*alpha.shape, 4)[:] = alpha[..., None]
    return image


# --- presentation states ---------------------------------------------------------------------------------------------


def paint_state(qpainter: QPainter, state: PresentationState, sheet: Sheet) -> None:
    """A state's graphics and texts over a slice, layer by layer."""
    qpainter.save()
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    instance = sheet.header.source.instances[sheet.slice_index]
    layers = {layer.name: layer for layer in state.layers}

    def order(annotation: Annotation) -> int:
        return layers[annotation.layer].order if annotation.layer in layers else 0

    for annotation in sorted(state.annotations, key=order):
        if concerns(annotation.references, instance):
            colour = _layer_colour(layers.get(annotation.layer))
            for drawing in annotation.drawings:
                _paint_drawing(qpainter, drawing, state, sheet, colour)
            for words in annotation.words:
                _paint_words(qpainter, words, state, sheet, colour)
    qpainter.restore()


def _layer_colour(layer: GraphicLayer | None) -> QColor:
    return WHITE if layer is None or layer.colour is None else QColor(*layer.colour)


def _paint_drawing(
    qpainter: QPainter, drawing: Drawing, state: PresentationState, sheet: Sheet, colour: QColor
) -> None:
    points = [sheet.at(point, drawing.units, state) for point in drawing.points]
    path = path_of(drawing, points)
    own = QColor(*drawing.colour) if drawing.colour is not None else colour
    width = LINE_PX * drawing.width_px
    qpainter.setBrush(own if drawing.filled else Qt.BrushStyle.NoBrush)
    for pen_colour, pen_width in ((SHADOW, width + 1.5), (own, width)):
        qpainter.setPen(QPen(pen_colour, pen_width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        qpainter.drawPath(path)


def path_of(drawing: Drawing, points: list[QPointF]) -> QPainterPath:
    """A drawing's outline through its points, which lie on the screen."""
    path = QPainterPath()
    if drawing.shape == "point":
        for point in points:
            _add_cross(path, point)
    elif drawing.shape == "circle":
        radius = _length(points[1] - points[0])
        path.addEllipse(points[0], radius, radius)
    elif drawing.shape == "ellipse":
        path = _ellipse(points)
    elif drawing.shape == "interpolated" and len(points) > 2:
        path = _curve(points)
    else:
        path.moveTo(points[0])
        for point in points[1:]:
            path.lineTo(point)
    return path


def _add_cross(path: QPainterPath, point: QPointF) -> None:
    for dx, dy in ((POINT_PX, 0.0), (0.0, POINT_PX)):
        path.moveTo(point.x() - dx, point.y() - dy)
        path.lineTo(point.x() + dx, point.y() + dy)


def _ellipse(points: list[QPointF]) -> QPainterPath:
    """By the ends of its major axis, then those of its minor axis."""
    major, minor = points[1] - points[0], points[3] - points[2]
    centre = (points[0] + points[1]) / 2
    path = QPainterPath()
    path.addEllipse(QPointF(0, 0), _length(major) / 2, _length(minor) / 2)
    turn = QTransform().translate(centre.x(), centre.y())
    return turn.rotate(math.degrees(math.atan2(major.y(), major.x()))).map(path)


def _curve(points: list[QPointF]) -> QPainterPath:
    """A smooth curve through all points (Catmull-Rom as cubic Béziers); closed where first and last are one."""
    is_closed = _length(points[-1] - points[0]) < 1e-6
    before, after = (points[-2], points[1]) if is_closed else (points[0], points[-1])
    padded = [before, *points, after]
    path = QPainterPath(points[0])
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        path.cubicTo(p1 + (p2 - p0) / 6, p2 - (p3 - p1) / 6, p2)
    return path


def _paint_words(qpainter: QPainter, words: Words, state: PresentationState, sheet: Sheet, colour: QColor) -> None:
    own = QColor(*words.colour) if words.colour is not None else colour
    anchor = sheet.at(words.anchor, words.anchor_units, state) if words.anchor is not None else None
    box = _text_box(qpainter, words, state, sheet, anchor)
    if anchor is not None and words.anchor_shown and words.box is not None:
        qpainter.setPen(QPen(own, LINE_PX))
        qpainter.drawLine(anchor, _nearest(box, anchor))
    flags = (
        Qt.AlignmentFlag.AlignTop
        | {
            "left": Qt.AlignmentFlag.AlignLeft,
            "centre": Qt.AlignmentFlag.AlignHCenter,
            "right": Qt.AlignmentFlag.AlignRight,
        }[words.align]
    )
    for offset, pen in ((1.0, SHADOW), (0.0, own)):
        qpainter.setPen(pen)
        qpainter.drawText(box.translated(offset, offset), int(flags | Qt.TextFlag.TextDontClip), words.text)


def _text_box(
    qpainter: QPainter, words: Words, state: PresentationState, sheet: Sheet, anchor: QPointF | None
) -> QRectF:
    """Where the text goes, with a font set that fits: a box is filled, at an anchor the usual size is used."""
    font = QFont(qpainter.font())
    font.setPixelSize(TEXT_PX)
    if words.box is not None:
        left, top, right, bottom = words.box
        corners = sheet.at((left, top), words.box_units, state), sheet.at((right, bottom), words.box_units, state)
        box = QRectF(corners[0], corners[1]).normalized()
        lines = max(1, words.text.count("\n") + 1)
        font.setPixelSize(max(SMALLEST_TEXT_PX, min(TEXT_PX, int(box.height() / lines / 1.25))))
    else:
        box = QRectF((anchor or QPointF()) + QPointF(4, 4), QPointF())
    qpainter.setFont(font)
    needed = QFontMetricsF(font).boundingRect(QRectF(0, 0, 4000, 4000), 0, words.text).size()
    box.setWidth(max(box.width(), needed.width()))
    box.setHeight(max(box.height(), needed.height()))
    return box


def _nearest(box: QRectF, point: QPointF) -> QPointF:
    return QPointF(min(max(point.x(), box.left()), box.right()), min(max(point.y(), box.top()), box.bottom()))


def _length(vector: QPointF) -> float:
    return math.hypot(vector.x(), vector.y())
