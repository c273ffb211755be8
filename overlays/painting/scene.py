"""One slice in one viewport, and pictures placed on it.

What belongs here: where things are, in logical and device pixels. What does not: what is drawn (marks, heat, regions).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from overlays.layers.layer import Layer
from overlays.painting.sampling import Screen, device_to_image
from viewers import geometry
from viewers.view import View, image_to_screen
from viewers.volume import SeriesHeader

HALF_SLICE = 0.5
FAINTEST_TEXT = 0.75
Points = NDArray[np.float64]
Shares = tuple[tuple[str, float], ...]  # what the exposure record calls an element, and its part in sight, 0..1


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A premultiplied ARGB picture whose top left corner lies at a device pixel of the viewport.

    `share` is the part of what it shows (by the area of its bounding box) that is in sight, 0..1.
    """

    image: QImage
    x: int
    y: int
    share: float = 1.0

    @property
    def bytes(self) -> int:
        return self.image.sizeInBytes()


class Placed(NamedTuple):
    """A picture on its way to the screen, with the elements that it shows and the part of each that is in sight."""

    at: QPointF  # logical pixels
    image: QImage
    elements: Shares


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """All of one layer: pictures, clipped to the image, and words, which may stand beside it. No layer: a note."""

    layer: Layer | None
    pictures: Sequence[Placed]
    words: Sequence[Placed] = ()

    @property
    def words_opacity(self) -> float:
        """Words stay legible as long as their layer is there at all."""
        layer = self.layer
        return 1.0 if layer is None else max(FAINTEST_TEXT, layer.opacity) if layer.opacity > 0 else 0.0


class Scene:
    """One slice in one viewport: what a layer needs to place itself, worked out once until something moves."""

    def __init__(self, header: SeriesHeader, view: View, screen: Screen, font: QFont) -> None:
        self.header, self.view, self.screen, self.font = header, view, screen, font
        self.plane = header.affine_at(view.slice_index)
        self.from_device = device_to_image(view, header, screen)
        self.slice_key = (header, view.slice_index, view.slab)  # planes of one series have headers of their own
        self.key = (*self.slice_key, view.centre_px, view.zoom, screen)

    @cached_property
    def to_voxel(self) -> geometry.Array:
        """LPS mm to image points of this slice."""
        return geometry.inverse(self.plane)

    @cached_property
    def slice_mm(self) -> float:
        """From this slice to the next, along the stack."""
        return float(np.linalg.norm(self.plane[:3, 2])) or 1.0

    @cached_property
    def reach_slices(self) -> float:
        """How far from the slice something may lie and still be shown: half a slice, or half the slab."""
        slab = self.view.slab
        return HALF_SLICE if slab is None else max(HALF_SLICE, slab.thickness_mm / 2 / self.slice_mm)

    @cached_property
    def font_key(self) -> str:
        """What pictures of texts are kept by."""
        return str(self.font.key())

    @cached_property
    def line_px(self) -> float:
        """The height of a line of text, logical pixels."""
        return float(QFontMetricsF(self.font).height())

    @cached_property
    def area(self) -> QRectF:
        """The viewport, logical pixels."""
        return QRectF(0, 0, self.screen.width, self.screen.height)

    @cached_property
    def image_area(self) -> QRectF:
        """Where the viewport shows image: what lies over the image is clipped to it."""
        corners = self.to_screen(np.array([(-0.5, -0.5), (self.header.columns - 0.5, self.header.rows - 0.5)]))
        return QRectF(QPointF(*corners[0]), QPointF(*corners[1])).normalized() & self.area

    @cached_property
    def _scale(self) -> tuple[Points, Points]:
        size = self.screen.width, self.screen.height
        origin = np.array(image_to_screen(self.view, self.header, *size, 0.0, 0.0))
        return origin, np.array(image_to_screen(self.view, self.header, *size, 1.0, 1.0)) - origin

    def to_screen(self, points: Points) -> Points:
        """Image points (n, 2) to logical pixels."""
        origin, step = self._scale
        return np.asarray(points * step + origin)

    def share_in_sight(self, area: QRectF) -> float:
        """The part of an area (logical pixels) that lies where the viewport shows image."""
        seen = area & self.image_area
        return 0.0 if seen.isEmpty() else seen.width() * seen.height() / max(1e-9, area.width() * area.height())

    def picture(self, area: QRectF, draw: Callable[[QPainter], None], within: QRectF | None = None) -> Picture | None:
        """What `draw` paints within `area` (logical pixels) as far as it is in sight; None where it is not."""
        dpr, visible = self.screen.dpr, area & (self.area if within is None else within)
        if visible.isEmpty():
            return None
        left, top = floor(visible.left() * dpr), floor(visible.top() * dpr)
        columns, rows = ceil(visible.right() * dpr) - left, ceil(visible.bottom() * dpr) - top
        image = QImage(columns, rows, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(dpr)
        image.fill(Qt.GlobalColor.transparent)
        with QPainter(image) as qpainter:
            qpainter.setFont(self.font)
            qpainter.translate(-left / dpr, -top / dpr)
            draw(qpainter)
        return Picture(image, left, top, self.share_in_sight(area))

    def placed(self, picture: Picture, elements: Shares = ()) -> Placed:
        return Placed(QPointF(picture.x / self.screen.dpr, picture.y / self.screen.dpr), picture.image, elements)
