"""The viewports as they lay before the reader, with pointer, presses, gaze and time per slice over them.

What belongs here: painting one moment. What does not: which moment (projector), pictures of images and AI (artist).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.analysis.replay.arrangement import Arrangement
from app.windows.gaze.rest_painter import paint_rest
from app.windows.replay.artist import Drawn
from app.windows.theme import Theme, current_theme
from viewers.view import image_to_screen

BAR_PX = 10.0  # of the bar of times per slice, beside each viewport
PRESS_PX = (7.0, 15.0)  # a press' ring, at first and as it fades
SHADE = QColor(0, 0, 0, 190)  # under lines, so that they are seen over bright images


@dataclass(frozen=True, slots=True, eq=False)
class OverViewport:
    """What lies over one viewport: image points on the slice that it shows, oldest first, ages 0 (now) to 1 (gone).

    `dwell_s` are the seconds of each slice so far; `truth` are image points, radii in mm and words, empty for whoever
    may not see them.
    """

    pointer: tuple[float, float] | None = None
    trail: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 3)))  # column, row, age
    presses: tuple[tuple[float, float, float], ...] = ()  # column, row, age
    gaze: tuple[tuple[float, float, float], ...] = ()  # viewport px, age
    rests: tuple[tuple[float, float, float], ...] = ()  # of the eye: viewport px, ms so far
    truth: tuple[tuple[float, float, float, str], ...] = ()
    dwell_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One moment, ready to be painted. Without viewports, `words` stand in the middle; `under` are smaller ones."""

    arrangement: Arrangement | None = None
    drawn: Mapping[int, Drawn] = field(default_factory=dict)
    over: Mapping[int, OverViewport] = field(default_factory=dict)
    words: str = ""
    under: str = ""
    remark: str = ""


class Stage(QWidget):
    """Paints scenes: pixel for pixel where there is room, otherwise smaller, which it says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = Scene()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("What the reader saw"))

    def show_scene(self, scene: Scene) -> None:
        self._scene = scene
        self.setAccessibleDescription(scene.words)
        self.update()

    @property
    def scale(self) -> float:
        """Screen pixels for each logical pixel of the reader's; 1 is the picture as it was."""
        plan = self._scene.arrangement
        if plan is None or plan.width <= 0 or plan.height <= 0:
            return 1.0
        return min(1.0, self.width() / plan.width, self.height() / plan.height)

    def box(self, viewport: int) -> QRectF:
        """Where a viewport lies in this widget, in whole pixels where the picture is shown as it was."""
        plan, scale = self._scene.arrangement, self.scale
        assert plan is not None
        left, top, width, height = plan.boxes[viewport]
        x, y = (self.width() - plan.width * scale) / 2, (self.height() - plan.height * scale) / 2
        place = QPointF(x + left * scale, y + top * scale)
        return QRectF(round(place.x()), round(place.y()), width * scale, height * scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, scene = current_theme(), self._scene
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.colour("ground"))
            painter.setFont(theme.font("heading"))
            if scene.arrangement is None:
                _say(painter, theme, QRectF(self.rect()), scene.words, scene.under)
                return
            for viewport in scene.arrangement.boxes:
                self._paint_viewport(painter, theme, viewport)
            painter.setFont(theme.font("small"))
            self._paint_remarks(painter, theme)

    def _paint_viewport(self, painter: QPainter, theme: Theme, viewport: int) -> None:
        box, drawn = self.box(viewport), self._scene.drawn[viewport]
        painter.fillRect(box, Qt.GlobalColor.black)
        over = self._scene.over.get(viewport, OverViewport())
        if drawn.image is None:
            _say(painter, theme, box, drawn.why, "")
        else:
            _place(painter, box, drawn.image, self.scale)
            painter.save()
            painter.setClipRect(box)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _paint_over(painter, theme, Ground(box, drawn), over)
            painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRect(box.adjusted(-1, -1, 0, 0))
        _paint_bar(painter, theme, box, over.dwell_s, drawn)

    def _paint_remarks(self, painter: QPainter, theme: Theme) -> None:
        words = [each for each in (self._scene.remark, self._size_words()) if each]
        if not words:
            return
        said = " · ".join(words)
        box = QRectF(painter.fontMetrics().boundingRect(said)).adjusted(-6, -2, 6, 2)
        box.moveBottomLeft(QPointF(0, self.height()))
        painter.fillRect(box, SHADE)
        painter.setPen(theme.colour("quiet"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, said)

    def _size_words(self) -> str:
        return "" if self.scale == 1.0 else self.tr("shown at {0} %").format(round(100 * self.scale))


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A viewport's place in the stage, and the picture that places image points on it."""

    box: QRectF
    drawn: Drawn

    def at(self, column: float, row: float) -> QPointF:
        """An image point in the stage's pixels."""
        drawn = self.drawn
        assert drawn.image is not None
        assert drawn.header is not None
        assert drawn.view is not None
        width, height = drawn.image.width(), drawn.image.height()
        ratio = drawn.image.devicePixelRatio()
        across, down = round(width / ratio), round(height / ratio)
        x, y = image_to_screen(drawn.view, drawn.header, across, down, column, row)
        return self.at_px(x, y)

    def at_px(self, x: float, y: float) -> QPointF:
        """A point of the reader's viewport (logical px) in the stage's pixels."""
        return self.box.topLeft() + QPointF(x * self.scale, y * self.scale)

    @property
    def scale(self) -> float:
        assert self.drawn.image is not None
        return self.box.width() * self.drawn.image.devicePixelRatio() / self.drawn.image.width()


def _place(painter: QPainter, box: QRectF, image: QImage, scale: float) -> None:
    if scale == 1.0:
        painter.drawImage(box.topLeft(), image)
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    smooth = Qt.TransformationMode.SmoothTransformation
    ratio = painter.device().devicePixelRatioF()
    size = (box.size() * ratio).toSize()
    smaller = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    smaller.setDevicePixelRatio(ratio)
    painter.drawImage(box.topLeft(), smaller)


def _say(painter: QPainter, theme: Theme, box: QRectF, words: str, under: str) -> None:
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    inside = box.adjusted(24, 0, -24, 0)
    painter.setPen(theme.colour("text"))
    painter.drawText(inside, flags, words)
    if under:
        painter.setPen(theme.colour("quiet"))
        painter.setFont(theme.font("body"))
        painter.drawText(inside.translated(0, theme.px(34)), flags, under)


def _paint_over(painter: QPainter, theme: Theme, ground: Ground, over: OverViewport) -> None:
    for column, row, radius_mm, words in over.truth:
        _paint_truth(painter, theme, ground, (column, row, radius_mm), words)
    _paint_trail(painter, theme, ground, over.trail)
    for column, row, age in over.presses:
        first, last = PRESS_PX
        _ring(painter, _faded(theme.colour("caution"), age), ground.at(column, row), first + (last - first) * age)
    for x, y, ms in over.rests:
        paint_rest(painter, ground.at_px(x, y), ms)
    for x, y, age in over.gaze:
        _ring(painter, _faded(theme.colour("good"), age), ground.at_px(x, y), theme.px(16))
    if over.pointer is not None:
        _paint_pointer(painter, theme, ground.at(*over.pointer))


def _paint_trail(painter: QPainter, theme: Theme, ground: Ground, trail: NDArray[np.float64]) -> None:
    points = [(ground.at(column, row), age) for column, row, age in trail.tolist() if age <= 1.0]
    for (before, _), (here, age) in pairwise(points):
        painter.setPen(QPen(_faded(theme.colour("caution"), age), 2.0))
        painter.drawLine(before, here)


def _paint_pointer(painter: QPainter, theme: Theme, at: QPointF) -> None:
    """An arrow, as pointers look, its tip on the place."""
    shape = [(0, 0), (0, 15), (4, 11.5), (7, 17.5), (9.5, 16.5), (6.5, 10.5), (11, 10)]
    painter.setPen(QPen(SHADE, 1.5))
    painter.setBrush(theme.colour("text"))
    painter.drawPolygon([at + QPointF(theme.px(x), theme.px(y)) for x, y in shape])
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_truth(
    painter: QPainter, theme: Theme, ground: Ground, place: tuple[float, float, float], words: str
) -> None:
    column, row, radius_mm = place
    assert ground.drawn.view is not None
    radius = max(theme.px(10), radius_mm * ground.drawn.view.zoom * ground.scale)
    middle = ground.at(column, row)
    pen = QPen(theme.colour("good"), 1.5, Qt.PenStyle.DashLine)
    for each in (QPen(SHADE, 3.5), pen):
        painter.setPen(each)
        painter.drawEllipse(middle, radius, radius)
    painter.setFont(theme.font("small"))
    painter.drawText(middle + QPointF(radius + 4, 4), words)


def _ring(painter: QPainter, ink: QColor, at: QPointF, radius: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, 2.0))
    painter.drawEllipse(at, radius, radius)


def _faded(ink: QColor, age: float) -> QColor:
    ink.setAlphaF(max(0.0, min(1.0, 1.0 - age)))
    return ink


def _paint_bar(painter: QPainter, theme: Theme, box: QRectF, dwell_s: NDArray[np.float64], drawn: Drawn) -> None:
    """Seconds of each slice, from the first at the top; a line at the slice that is shown."""
    if len(dwell_s) < 2 or drawn.view is None:
        return
    place = QRectF(box.right() + 3, box.top(), BAR_PX, box.height())
    painter.fillRect(place, theme.colour("field"))
    each = place.height() / len(dwell_s)
    most = max(float(dwell_s.max()), 0.5)
    for index in np.flatnonzero(dwell_s).tolist():
        width = max(1.0, place.width() * float(dwell_s[index]) / most)
        painter.fillRect(QRectF(place.left(), place.top() + index * each, width, max(1.0, each)), theme.colour("quiet"))
    y = place.top() + (drawn.view.slice_index + 0.5) * each
    painter.fillRect(QRectF(place.left() - 1, y - 1, place.width() + 2, 2), theme.colour("accent"))
