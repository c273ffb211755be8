"""Findings on a slice: boxes, corner marks, arrows, contours, fills, patterns and score chips.

What belongs here: `FindingPainter`, from outlines to pictures. What does not: outlines themselves (cutting), which
findings are shown (layers), segments of maps (regions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QTransform

from overlays.cutting.outlines import Outline, finding_outline
from overlays.cutting.shapes import may_meet, spheres_mm
from overlays.layers.layer import Layer, caption
from overlays.painting import patterns
from overlays.painting.captions import Caption
from overlays.painting.chips import Chip, frame, reach, stroke
from overlays.painting.crowds import CROWD, Sheet, sheet_of
from overlays.painting.isolines import path_of
from overlays.painting.kept import Kept
from overlays.painting.scene import Drawn, Picture, Placed, Points, Scene
from overlays.result import Box, Finding

KEPT_SLICES = 64
KEPT_PICTURE_BYTES = 64e6  # a box looks alike on the slices it spans
KEPT_SHEET_BYTES = 96e6
LONGEST_SHARE = 0.45  # of the viewport's width, that a text beside a finding may take
DOT_PX = 7.0  # radius of the ring around a point: it stays free
CORNER_SHARE, CORNER_PX = 0.25, (5.0, 16.0)  # of the shorter side, and its limits
ARROW_PX, HEAD_PX, GAP_PX = 34.0, 9.0, 3.0  # length, its head, how far its tip stays away
HIT_PX = 6.0  # how near a pointer has to come


@dataclass(frozen=True, slots=True, eq=False)
class FindingSet:
    """Findings in the order of drawing, to be kept things by: thousands of findings take long to compare."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A finding that the slice meets, and where, in image points; `bounds` are left, top, right, bottom."""

    finding: Finding
    outline: Outline
    bounds: tuple[float, float, float, float]


MarkPictures = tuple[Picture | None, Picture | None]  # the finding itself and its text
Mark = tuple[Placed | None, Placed | None]


def bounds_of(outline: Outline) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the rectangle around all of its lines."""
    points = outline.lines[0] if len(outline.lines) == 1 else np.concatenate(outline.lines)
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return left, top, right, bottom


def _parted(marks: Iterable[Mark]) -> tuple[list[Placed], list[Placed]]:
    """Marks that there are, and texts that there are."""
    pictures: list[Placed] = []
    words: list[Placed] = []
    for picture, text in marks:
        if picture is not None:
            pictures.append(picture)
        if text is not None:
            words.append(text)
    return pictures, words


class FindingPainter:
    """Makes the pictures of findings for one viewport."""

    def __init__(self) -> None:
        self._balls, self._seen = Kept(8), Kept(KEPT_SLICES)
        self._pictures = Kept(KEPT_PICTURE_BYTES, weight)
        self._marks = Kept(16)
        self._sheets = Kept(KEPT_SHEET_BYTES, lambda thing: getattr(thing, "bytes", 0))

    def forget(self) -> None:
        for kept in (self._balls, self._seen, self._pictures, self._marks, self._sheets):
            kept.clear()

    def seen(self, scene: Scene, findings: FindingSet) -> tuple[Seen, ...]:
        """Those that the slice (or slab) meets, in their order."""
        return self._seen.get((findings, *scene.slice_key), lambda: tuple(self._met(scene, findings)))

    def _met(self, scene: Scene, findings: FindingSet) -> Iterator[Seen]:
        if not findings.findings:
            return
        balls = self._balls.get(findings, lambda: spheres_mm([each.geometry for each in findings.findings]))
        near = may_meet(balls, scene.to_voxel, scene.reach_slices)
        slab = scene.view.slab
        for finding, is_near in zip(findings.findings, near.tolist(), strict=True):
            if is_near or finding.image is not None:
                thickness = slab.thickness_mm if slab else 0.0
                met = finding_outline(finding, scene.header, scene.view.slice_index, thickness)
                if met is not None and met.lines:
                    yield Seen(finding, met, bounds_of(met))

    def drawn(
        self, scene: Scene, layer: Layer, seen: Sequence[Seen], chosen: str, findings: FindingSet
    ) -> tuple[Drawn, list[Caption]]:
        """Pictures of these findings, the last one on top; their texts, which are still to be placed (captions).

        Of a crowd the topmost marks are one picture, and texts stay where they are.
        """
        key = (findings, scene.key, layer.draw, layer.colour, layer.width, layer.label, chosen)
        made: dict[Seen, Mark] = self._marks.get(key, dict)

        def mark(each: Seen) -> Mark:
            if each not in made:
                made[each] = self._mark(scene, layer, each, each.finding.id == chosen)
            return made[each]

        steps = len(seen) // CROWD
        whole = self.seen(scene, findings)
        if not steps or seen[-steps * CROWD] is not whole[-steps * CROWD]:
            return self._one_by_one(scene, layer, seen, mark)
        sheet = self._sheet(scene, key, whole, steps, mark)
        pictures, words = _parted(mark(each) for each in seen[: -steps * CROWD])
        return Drawn(layer, (*pictures, sheet.marks), (*words, sheet.words)), []

    @staticmethod
    def _one_by_one(
        scene: Scene, layer: Layer, seen: Sequence[Seen], mark: Callable[[Seen], Mark]
    ) -> tuple[Drawn, list[Caption]]:
        pictures: list[Placed] = []
        chips: list[Placed] = []
        captions: list[Caption] = []
        ink = QColor(layer.colour)
        for each in seen:
            picture, words = mark(each)
            if picture is not None:
                pictures.append(picture)
            if words is not None and layer.draw == "chip":  # the text is the finding's mark
                chips.append(words)
            elif words is not None:
                captions.append(Caption(words, partial(bounds_on, scene, each), ink))
        return Drawn(layer, pictures, chips), captions

    def _sheet(
        self, scene: Scene, key: tuple[object, ...], whole: Sequence[Seen], steps: int, mark: Callable[[Seen], Mark]
    ) -> Sheet:
        """The topmost `steps` * CROWD of all marks; what lies above the last of these steps is there or is made."""

        def make() -> Sheet:
            above = self._sheet(scene, key, whole, steps - 1, mark) if steps > 1 else None
            first = len(whole) - steps * CROWD
            return sheet_of(scene, *_parted([mark(each) for each in whole[first : first + CROWD]]), above)

        return self._sheets.get((*key, steps), make)

    def _mark(self, scene: Scene, layer: Layer, seen: Seen, chosen: bool) -> Mark:
        """The finding itself and its text, placed; the text alone where the layer draws nothing else."""
        mark, chip = self._mark_pictures(scene, layer, seen, chosen)
        if mark is None:
            return None, None
        placed = scene.placed(mark, ((seen.finding.id, mark.share),))
        if layer.draw == "chip":
            return None, placed
        return placed, None if chip is None else scene.placed(chip)

    def _mark_pictures(self, scene: Scene, layer: Layer, seen: Seen, chosen: bool) -> MarkPictures:
        lines = [scene.to_screen(line) for line in seen.outline.lines]
        place = b"".join(line.round(3).tobytes() for line in lines)  # the same on neighbouring slices but for rounding
        text = caption(seen.finding, layer)
        shape = Shape(lines, seen.outline.closed, isinstance(seen.finding.geometry, Box))
        style = (layer.draw, layer.colour, layer.width, text, chosen)
        key = (place, shape.closed, shape.is_box, style, scene.screen, scene.image_area.getRect())
        return self._pictures.get(key, lambda: mark_pictures(scene, layer, shape, text, chosen))


@dataclass(frozen=True, eq=False)
class Shape:
    """A finding's section in logical pixels; `is_box` where it is a box and drawn as it lies."""

    lines: list[Points]
    closed: bool
    is_box: bool

    @cached_property
    def bounds(self) -> QRectF:
        points = self.lines[0] if len(self.lines) == 1 else np.concatenate(self.lines)
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        return QRectF(left, top, right - left, bottom - top)

    @property
    def dots(self) -> list[QPointF]:
        """What of it is single points."""
        return [QPointF(*line[0]) for line in self.lines if len(line) == 1]

    @property
    def is_upright(self) -> bool:
        """Whether it is, or is drawn as, a rectangle along the edges of the screen."""
        if not self.is_box:
            return not self.dots
        corners, box = self.lines[0], self.bounds
        edges_x, edges_y = np.array([box.left(), box.right()]), np.array([box.top(), box.bottom()])
        off_x = np.abs(corners[:, :1] - edges_x).min(axis=1)
        off_y = np.abs(corners[:, 1:] - edges_y).min(axis=1)
        return bool(off_x.max() < 0.05 and off_y.max() < 0.05)

    def path(self) -> QPainterPath:
        """Its lines, points as rings around them."""
        path = path_of((line for line in self.lines if len(line) > 1), closed=self.closed)
        for dot in self.dots:
            path.addEllipse(dot, DOT_PX, DOT_PX)
        return path


def _beside(bounds: QRectF, scene: Scene) -> QPointF:
    """The middle of a chip over a finding, under it where there is no room: never on what it speaks of."""
    away = scene.line_px / 2 + 4
    above = bounds.top() - away
    return QPointF(bounds.center().x(), above if above > away else bounds.bottom() + away)


def bounds_on(scene: Scene, seen: Seen) -> QRectF:
    """The rectangle that a finding takes on the screen, the ring around a point with it."""
    shape = Shape([scene.to_screen(line) for line in seen.outline.lines], seen.outline.closed, False)
    around = DOT_PX if shape.dots else 0.0
    return shape.bounds.adjusted(-around, -around, around, around)


def weight(mark: object) -> float:
    """Bytes of a mark's pictures."""
    pictures = mark if isinstance(mark, tuple) else ()
    return 200 + sum(each.bytes for each in pictures if isinstance(each, Picture))


def mark_pictures(scene: Scene, layer: Layer, shape: Shape, text: str, chosen: bool) -> MarkPictures:
    """The finding itself and its text; nothing of either where the finding is out of sight."""
    bounds = shape.bounds
    if not bounds.adjusted(-1, -1, 1, 1).intersects(scene.image_area):
        return None, None
    share = scene.share_in_sight(bounds.adjusted(-1, -1, 1, 1))
    ink = QColor(layer.colour)
    if layer.draw == "chip":
        chip = Chip(text or "•", _beside(bounds, scene), scene, centred=True, ink=ink)
        return _with_share(chip.picture(), share), None
    if layer.draw == "arrow":
        return _arrow_pictures(scene, layer, shape, text, chosen, share)
    whole = scene.image_area.contains(bounds.adjusted(-layer.width, -layer.width, layer.width, layer.width))
    if layer.draw == "box" and shape.is_upright and not chosen and whole:
        mark: Picture | None = frame(bounds, ink, layer.width, scene.screen.dpr)
    else:
        path = path_to_stroke(layer, shape)
        draw = partial(_paint, path=path, layer=layer, closed=shape.closed, chosen=chosen, dpr=scene.screen.dpr)
        mark = scene.picture(reach(path, layer.width), draw, scene.image_area)
    above = scene.line_px / 2 + 4 + (DOT_PX if shape.dots else 0)
    at = QPointF(bounds.left(), bounds.top() - above)
    most = LONGEST_SHARE * scene.screen.width
    chip_picture = Chip(text, at, scene, ink=ink, most_px=most).picture() if text else None
    return _with_share(mark, share), chip_picture


def _with_share(picture: Picture | None, share: float) -> Picture | None:
    return None if picture is None else Picture(picture.image, picture.x, picture.y, share)


def path_to_stroke(layer: Layer, shape: Shape) -> QPainterPath:
    """What of the finding is drawn as lines or filled."""
    if shape.dots or (layer.draw == "box" and shape.is_box) or layer.draw in ("contour", "fill", "pattern"):
        return shape.path()
    path = QPainterPath()
    if layer.draw == "box":
        path.addRect(shape.bounds)
    else:
        _add_corners(path, shape.bounds)
    return path


def _add_corners(path: QPainterPath, bounds: QRectF) -> None:
    """The four corners of a rectangle, as far as they tell where it is."""
    least, most = CORNER_PX
    length = min(most, max(least, CORNER_SHARE * min(bounds.width(), bounds.height())))
    grown = bounds.adjusted(-1, -1, 1, 1)
    for corner, dx, dy in (
        (grown.topLeft(), 1, 1),
        (grown.topRight(), -1, 1),
        (grown.bottomRight(), -1, -1),
        (grown.bottomLeft(), 1, -1),
    ):
        path.moveTo(corner + QPointF(0, dy * length))
        path.lineTo(corner)
        path.lineTo(corner + QPointF(dx * length, 0))


def _paint(qpainter: QPainter, path: QPainterPath, layer: Layer, closed: bool, chosen: bool, dpr: float) -> None:
    ink = QColor(layer.colour)
    if layer.draw == "fill" and closed:
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        qpainter.fillPath(path, ink)
        if chosen:
            stroke(qpainter, path, ink, layer.width, chosen=True)
        return
    if layer.draw == "pattern" and closed:
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for brush in pattern_brushes(0, ink, dpr):
            qpainter.fillPath(path, brush)
    stroke(qpainter, path, ink, layer.width, chosen=chosen)


def pattern_brushes(number: int, ink: QColor, dpr: float) -> tuple[QBrush, QBrush]:
    """A pattern's shade and its ink, to be filled one after the other."""
    made = []
    for mask, word in ((patterns.shadow(number, dpr), 0x96000000), (patterns.tile(number, dpr), ink.rgba())):
        rows, columns = mask.shape
        words = np.where(mask > 0, np.uint32(word), np.uint32(0))
        image = QImage(words.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied).copy()
        brush = QBrush(image)
        brush.setTransform(QTransform.fromScale(1 / dpr, 1 / dpr))
        made.append(brush)
    return made[0], made[1]


def _arrow_pictures(scene: Scene, layer: Layer, shape: Shape, text: str, chosen: bool, share: float) -> MarkPictures:
    """An arrow whose tip stays just outside the finding, from the side where there is room for it and its text."""
    ink, bounds = QColor(layer.colour), shape.bounds
    chip, tail, tip = _roomiest(scene, bounds, text, ink)
    path = _arrow(tail, tip)

    def draw(qpainter: QPainter) -> None:
        stroke(qpainter, path, ink, layer.width, chosen=chosen)
        qpainter.fillPath(_head(tail, tip), ink)

    mark = scene.picture(reach(path, layer.width) | _head(tail, tip).boundingRect(), draw)
    return _with_share(mark, share), (chip.picture() if text else None)


def _roomiest(scene: Scene, bounds: QRectF, text: str, ink: QColor) -> tuple[Chip, QPointF, QPointF]:
    """Text, tail and tip of an arrow, from the first direction in which all of it is in sight."""
    centre = (bounds & scene.image_area).center() if not bounds.isEmpty() else bounds.center()
    inside = scene.area.adjusted(2, 2, -2, -2)
    candidates = []
    for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        direction = QPointF(dx, dy) / np.sqrt(2)
        rx, ry = bounds.width() / 2 + GAP_PX, bounds.height() / 2 + GAP_PX
        edge = 1 / np.hypot(direction.x() / rx, direction.y() / ry)  # of the ellipse in the finding's rectangle
        tip = centre + direction * float(edge)
        tail = tip + direction * ARROW_PX
        at = tail + QPointF(dx * 2 + (0 if dx > 0 else -1) * _text_width(scene, text), dy * (scene.line_px / 2 + 3))
        candidates.append((Chip(text, at, scene, ink=ink), tail, tip))
        if inside.contains(tail) and abs(candidates[-1][0].place.left() - at.x()) < 0.5:
            return candidates[-1]
    in_sight = [each for each in candidates if inside.contains(each[1])]
    return (in_sight or candidates)[0]


def _text_width(scene: Scene, text: str) -> float:
    return Chip(text, QPointF(0, 0), scene).place.width()


def _arrow(tail: QPointF, tip: QPointF) -> QPainterPath:
    path = QPainterPath(tail)
    path.lineTo(tip + (tail - tip) * (HEAD_PX / ARROW_PX))
    path.addPath(_head(tail, tip))
    return path


def _head(tail: QPointF, tip: QPointF) -> QPainterPath:
    back = (tail - tip) * (HEAD_PX / ARROW_PX)
    aside = QPointF(-back.y(), back.x()) * 0.5
    head = QPainterPath(tip)
    head.lineTo(tip + back + aside)
    head.lineTo(tip + back - aside)
    head.closeSubpath()
    return head


def hit(scene: Scene, seen: Sequence[Seen], x: float, y: float) -> str:
    """The id of the smallest finding whose rectangle holds a viewport point, or comes near it; "" where none does."""
    if not seen:
        return ""
    corners = scene.to_screen(np.array([each.bounds for each in seen]).reshape(-1, 2)).reshape(-1, 2, 2)
    low, high = corners.min(axis=1) - HIT_PX, corners.max(axis=1) + HIT_PX
    is_near = ((low <= (x, y)) & (high >= (x, y))).all(axis=1)
    sizes = np.where(is_near, (high - low).prod(axis=1), np.inf)
    smallest = int(sizes.argmin())
    return seen[smallest].finding.id if is_near[smallest] else ""
