"""The picture of a case in the feedback: one slice, with what was there, what the reader marked and what AI said.

What belongs here: fetching that slice, and drawing on it. What does not: which slice and which places
(app.analysis.debrief), and where the picture stands (debrief).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.reading.feedback import CaseFeedback, FeedbackPicture, PicturedPlace
from app.windows.theme import Theme
from study_configs.problem import StudyProblem
from study_configs.words import translate
from viewers import geometry
from viewers.comparing.hanging import opening_view
from viewers.dicom.load import empty_volume, fill_slice
from viewers.dicom.scan import scan
from viewers.drawing.render import SliceRenderer
from viewers.view import View, image_to_screen
from viewers.volume import SeriesHeader, Volume

RATIO = 2.0  # device pixels per logical one: sharp on scaled screens too
NEAR_MM = 5.0  # a place this far before or behind the slice is still drawn on it
RIM_POINTS = 49  # of an ellipse
LEAST_RADIUS = 9.0  # logical px at scale 1: around a lesion, however small
INKS = {"lesion": "good", "mark": "accent", "finding": "caution"}  # as below the plot of dwell

Draw = Callable[[CaseFeedback, Theme, int], QImage | None]


def drawer(paths: Mapping[str, Sequence[Path]]) -> Draw:
    """What draws a case as a square of so many logical px; `paths` leads to each case's images. Slow, for a thread."""

    def draw(case: CaseFeedback, theme: Theme, edge: int) -> QImage | None:
        return case_picture(paths[case.case], case.picture, theme, edge) if case.picture is not None else None

    return draw


def case_picture(paths: Sequence[Path], picture: FeedbackPicture, theme: Theme, edge: int) -> QImage:
    """The slice, fitted into edge × edge logical px, with every place that lies on it. Raises StudyProblem."""
    volume = _one_slice(_series(paths, picture.series), picture.slice_index)
    view = opening_view(volume, edge, edge, picture.slice_index)
    image = _drawn(volume, view, edge)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        for place in places_here(picture, volume.header):
            _draw_place(painter, theme, place, _on_screen(volume.header, view, place, edge))
            _draw_shape(painter, theme, place, _corners_on_screen(volume.header, view, place, edge))
    return image


def places_here(picture: FeedbackPicture, header: SeriesHeader) -> tuple[PicturedPlace, ...]:
    """The places that lie on the slice, or nearer to it than their radius (or 5 mm)."""
    return tuple(
        place
        for place in picture.places
        if abs(_voxel(header, picture.slice_index, place)[2]) <= max(NEAR_MM, place.diameter_mm / 2)
    )


def caption(picture: FeedbackPicture) -> str:
    """Which image it is, and which places lie on others."""
    elsewhere = [place for place in picture.places if place.slice_index != picture.slice_index]
    words = [
        translate("Debrief", "Image {number} of {count}.").format(number=picture.slice_index + 1, count=picture.images)
    ]
    far = translate("Debrief", "{place}: image {number}.")
    return " ".join([*words, *(far.format(place=each.words, number=each.slice_index + 1) for each in elsewhere)])


def _series(paths: Sequence[Path], key: str) -> SeriesHeader:
    found = next((header for header in scan(paths).series if header.key == key), None)
    if found is None:
        raise StudyProblem(translate("Debrief", "The images of this case are no longer there."), where=str(paths[0]))
    return found


def _one_slice(header: SeriesHeader, index: int) -> Volume:
    volume = empty_volume(header)
    fill_slice(volume, index)
    volume.loaded[index] = True
    return volume


def _drawn(volume: Volume, view: View, edge: int) -> QImage:
    image = QImage(round(edge * RATIO), round(edge * RATIO), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    picture = SliceRenderer().render(volume, view, edge, edge, RATIO)
    if picture is not None:
        pixels = picture.pixels if picture.pixels.ndim == 3 else cv2.cvtColor(picture.pixels, cv2.COLOR_GRAY2BGRA)
        rows, columns = pixels.shape[:2]
        with QPainter(image) as painter:
            drawn = QImage(pixels.data, columns, rows, pixels.strides[0], QImage.Format.Format_RGB32)
            painter.drawImage(picture.left, picture.top, drawn)
    image.setDevicePixelRatio(RATIO)
    return image


def _voxel(header: SeriesHeader, index: int, place: PicturedPlace) -> tuple[float, float, float]:
    """Column, row, and mm before (+) or behind (-) the slice."""
    affine = header.affine_at(index)
    column, row, depth = (float(v) for v in geometry.apply(geometry.inverse(affine), np.array(place.position_mm)))
    return column, row, depth * float(np.linalg.norm(affine[:3, 2]))


def _on_screen(header: SeriesHeader, view: View, place: PicturedPlace, edge: int) -> tuple[QPointF, float]:
    """Where it lies, and its radius, in logical px."""
    column, row, _ = _voxel(header, view.slice_index, place)
    return QPointF(*image_to_screen(view, header, edge, edge, column, row)), place.diameter_mm / 2 * view.zoom


def _draw_place(painter: QPainter, theme: Theme, place: PicturedPlace, at: tuple[QPointF, float]) -> None:
    """A circle for the truth, a square for AI, a cross for the reader's mark; each with its words on a side of its own.

    All are open in the middle: what is pointed at stays in sight.
    """
    middle, radius = at
    reach = max(radius + theme.px(4), theme.px(LEAST_RADIUS))
    for ink, width in ((QColor(0, 0, 0, 190), 3.5), (theme.colour(INKS[place.kind]), 1.5)):
        painter.setPen(QPen(ink, width * theme.scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if place.kind == "lesion":
            painter.drawEllipse(middle, reach, reach)
        elif place.kind == "finding":
            side = theme.px(LEAST_RADIUS) + theme.px(5)
            painter.drawRect(QRectF(middle.x() - side, middle.y() - side, 2 * side, 2 * side))
        else:
            _cross(painter, middle, theme.px(4), theme.px(LEAST_RADIUS))
    _write(painter, theme, place, middle, reach + theme.px(12))


def _corners_on_screen(header: SeriesHeader, view: View, place: PicturedPlace, edge: int) -> list[QPointF]:
    """The points of a mark's shape, in logical px; of a box all four corners, of an ellipse its rim."""
    if not place.points_mm:
        return []
    affine = header.affine_at(view.slice_index)
    points = geometry.apply(geometry.inverse(affine), np.array(place.points_mm))[:, :2]
    if place.shape == "box":
        (left, top), (right, bottom) = points
        points = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    elif place.shape == "ellipse":
        turn = np.linspace(0, 2 * np.pi, RIM_POINTS)[:, None]
        points = points[0] + np.cos(turn) * (points[1] - points[0]) + np.sin(turn) * (points[2] - points[0])
    return [QPointF(*image_to_screen(view, header, edge, edge, *point)) for point in points.tolist()]


def _draw_shape(painter: QPainter, theme: Theme, place: PicturedPlace, points: list[QPointF]) -> None:
    if not points:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((QColor(0, 0, 0, 190), 3.5), (theme.colour(INKS[place.kind]), 1.5)):
        painter.setPen(QPen(ink, width * theme.scale))
        if place.shape in ("line", "angle"):
            painter.drawPolyline(points)
        else:
            painter.drawPolygon(points)


def _cross(painter: QPainter, middle: QPointF, gap: float, reach: float) -> None:
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        painter.drawLine(middle + QPointF(x * gap, y * gap), middle + QPointF(x * reach, y * reach))


def _write(painter: QPainter, theme: Theme, place: PicturedPlace, middle: QPointF, away: float) -> None:
    words = painter.fontMetrics().boundingRect(place.words).adjusted(-4, -1, 4, 1)
    sides = {"lesion": QPointF(0, -away), "finding": QPointF(0, away), "mark": QPointF(away + words.width() / 2, 0)}
    box = QRectF(0, 0, words.width(), words.height())
    box.moveCenter(middle + sides[place.kind])
    if box.right() > painter.device().width() / RATIO:  # beside the picture's edge: to the other side
        box.moveCenter(middle - sides[place.kind])
    painter.fillRect(box, QColor(0, 0, 0, 170))
    painter.setPen(theme.colour(INKS[place.kind]))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, place.words)
