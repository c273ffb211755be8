"""Small pictures of findings: the slice through the middle, cut out around the finding, with its outline.

What belongs here: making one from a volume in memory, and making those that are wanted one by one while nothing else
is to do. What does not: the list that shows them, and which volume a finding lies in (whoever gives `PictureOf`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from overlays.cutting.outlines import Outline, finding_outline
from overlays.cutting.shapes import shape_points_mm
from overlays.panels.listing import Listed
from viewers import geometry
from viewers.drawing.blit import paint_picture
from viewers.drawing.render import SliceRenderer
from viewers.view import View, image_to_screen
from viewers.volume import Volume

PictureOf = Callable[[Listed, int, float], QImage | None]  # finding, logical px of its edge, device pixels per one
AROUND = 2.2  # how much more than the finding is seen
LEAST_MM = 30.0  # seen at least, along an edge
MOST_KEPT = 500
DOT_PX = 3.0
DARK = QColor(0, 0, 0, 150)


def cutout(
    volume: Volume, view: View, listed: Listed, place: tuple[float, float, int], edge_px: int, dpr: float = 1.0
) -> QImage | None:
    """A square picture of the finding through the view's window; None where its slice is not in memory.

    `place` is its middle as (column, row, slice), `edge_px` logical pixels along an edge, `dpr` device pixels per
    logical pixel.
    """
    header, finding = volume.header, listed.finding
    if not volume.loaded[place[2]]:
        return None
    to_voxel = geometry.inverse(header.affine_at(place[2]))
    points = geometry.apply(to_voxel, shape_points_mm(finding.geometry))[:, :2] * header.pixel_mm[::-1]
    seen_mm = max(LEAST_MM, AROUND * float(np.ptp(points, axis=0).max()))
    small = View(place[2], place[:2], edge_px / seen_mm, view.window, inverted=view.inverted)
    picture = _picture(volume, small, edge_px, dpr)
    _draw_outline(picture, finding_outline(finding, header, place[2]), QColor(listed.colour), volume, small, edge_px)
    return picture


def _picture(volume: Volume, view: View, edge_px: int, dpr: float) -> QImage:
    edge = round(edge_px * dpr)
    picture = QImage(edge, edge, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.black)
    rendered = SliceRenderer().render(volume, view, edge_px, edge_px, dpr)
    if rendered is not None:
        with QPainter(picture) as painter:
            painter.scale(dpr, dpr)
            paint_picture(painter, rendered, dpr)
    picture.setDevicePixelRatio(dpr)
    return picture


def _draw_outline(
    picture: QImage, outline: Outline | None, ink: QColor, volume: Volume, view: View, edge_px: int
) -> None:
    if outline is None:
        return
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in outline.lines:
            at = [image_to_screen(view, volume.header, edge_px, edge_px, float(x), float(y)) for x, y in line]
            points = [QPointF(x, y) for x, y in at]
            for colour, width in ((DARK, 3.0), (ink, 1.2)):
                painter.setPen(QPen(colour, width))
                if len(points) == 1:
                    painter.drawEllipse(points[0], DOT_PX, DOT_PX)
                else:
                    (painter.drawPolygon if outline.closed else painter.drawPolyline)(QPolygonF(points))


class Thumbnails(QObject):
    """Keeps pictures by finding and makes those that were asked for one at a time, the latest first.

    `made` comes with the key of each. What can't be made now is asked for again after `retry`.
    """

    made = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make: PictureOf | None = None
        self._pictures: dict[Hashable, QPixmap] = {}
        self._wanted: dict[Hashable, Listed] = {}
        self._missed: set[Hashable] = set()
        self._edge_px, self._dpr = 1, 1.0
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._make_one)

    def set_maker(self, make: PictureOf | None) -> None:
        """Who makes pictures from now on; those of before are forgotten."""
        self._make = make
        self.forget()

    def forget(self) -> None:
        self._pictures.clear()
        self._wanted.clear()
        self._missed.clear()

    def retry(self) -> None:
        """More is in memory now: what could not be made may be asked for again."""
        self._missed.clear()

    def get(self, listed: Listed, edge_px: int, dpr: float) -> QPixmap | None:
        """The picture of a finding, logical px along its edge; None until it was made."""
        if (edge_px, dpr) != (self._edge_px, self._dpr):
            self.forget()
            self._edge_px, self._dpr = edge_px, dpr
        picture = self._pictures.get(listed.key)
        if picture is None and self._make is not None and listed.key not in self._missed:
            self._wanted[listed.key] = listed
            self._timer.start()
        return picture

    def _make_one(self) -> None:
        if self._make is None or not self._wanted:
            return
        key, listed = self._wanted.popitem()
        picture = self._make(listed, self._edge_px, self._dpr)
        if picture is None:
            self._missed.add(key)
        else:
            self._pictures[key] = QPixmap.fromImage(picture)
            if len(self._pictures) > MOST_KEPT:
                self._pictures.pop(next(iter(self._pictures)))
            self.made.emit(key)
        if self._wanted:
            self._timer.start()
