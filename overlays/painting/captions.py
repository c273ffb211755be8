"""Texts beside findings, placed apart: none over another text or over a lesion, a thin line where one had to move away.

What belongs here: where texts go. What does not: what they say and how they look (marks, chips).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from overlays.painting.chips import HALO
from overlays.painting.scene import Placed, Scene

MOST_APART = 40  # findings in one viewport; among more there is no room to lead texts to them
NEAR_PX = 4.0  # between a text and its finding where no line is needed
RINGS = (0.0, 1.0, 2.2, 3.6, 5.5, 8.0, 11.0, 15.0)  # lines of text further out, tried in this order
GAP_PX = 1.0
LEADER_STEP_PX = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Caption:
    """A finding's text as first placed, and how to get the finding's bounds, logical pixels."""

    words: Placed
    bounds: Callable[[], QRectF]
    ink: QColor


def apart(
    scene: Scene, captions: Sequence[Caption], others: Sequence[Callable[[], QRectF]] = ()
) -> list[tuple[Placed, ...]]:
    """Each text where it is free, with the line that leads to it; the last ones, which matter most, choose first.

    `others` are findings without a text. Texts that find no room stay where they are, and so do those of a crowd.
    """
    if len(captions) + len(others) > MOST_APART:
        return [(each.words,) for each in captions]
    bounds = [each.bounds() for each in captions]
    room = _Room(scene, [*bounds, *(each() for each in others)])
    placed = [room.place(each, own) for each, own in zip(reversed(captions), reversed(bounds), strict=True)]
    return placed[::-1]


def _place_of(words: Placed, scene: Scene) -> QRectF:
    dpr = scene.screen.dpr
    return QRectF(words.at.x(), words.at.y(), words.image.width() / dpr, words.image.height() / dpr)


class _Room:
    """What is taken in a viewport so far."""

    def __init__(self, scene: Scene, lesions: Sequence[QRectF]) -> None:
        self._scene, self._lesions = scene, [_grown(each, GAP_PX) for each in lesions]
        self._texts: list[QRectF] = []
        self._taken = _edges(self._lesions)

    def place(self, caption: Caption, bounds: QRectF) -> tuple[Placed, ...]:
        dpr, first = self._scene.screen.dpr, _place_of(caption.words, self._scene)
        found = first if self._is_free(first) else self._free_place(bounds, first.width(), first.height())
        if found is None:
            found = first
        self._texts.append(found)
        self._taken = np.vstack([self._taken, _edges([found])])
        at = QPointF(round(found.x() * dpr) / dpr, round(found.y() * dpr) / dpr)
        moved = caption.words._replace(at=at)
        leader = _leader(found, bounds)
        if found == first or leader.length() <= 2 * NEAR_PX:
            return (moved,)
        line = self._line(leader, caption.ink)
        return (moved,) if line is None else (line, moved)

    def _free_place(self, bounds: QRectF, width: float, height: float) -> QRectF | None:
        """The nearest free place whose line crosses no other finding and no text, else the nearest free one."""
        free = [each for each in _candidates(bounds, width, height, self._scene.line_px) if self._is_free(each)]
        clear = (each for each in free if self._is_clear(_leader(each, bounds), bounds))
        return next(clear, free[0] if free else None)

    def _is_free(self, place: QRectF) -> bool:
        if not self._scene.area.contains(place):
            return False
        left, top, right, bottom = self._taken.T
        over = (left < place.right()) & (right > place.left()) & (top < place.bottom()) & (bottom > place.top())
        return not over.any()

    def _is_clear(self, leader: QLineF, own: QRectF) -> bool:
        steps = max(1, round(leader.length() / LEADER_STEP_PX))
        points = [leader.pointAt(n / steps) for n in range(1, steps)]
        hidden = [each for each in self._lesions if not each.intersects(own)] + self._texts
        return not any(area.contains(point) for area in hidden for point in points)

    def _line(self, leader: QLineF, ink: QColor) -> Placed | None:
        def draw(qpainter: QPainter) -> None:
            qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for colour, width in ((HALO, 2.6), (ink, 1.0)):
                qpainter.setPen(QPen(colour, width))
                qpainter.drawLine(leader)

        picture = self._scene.picture(_grown(QRectF(leader.p1(), leader.p2()).normalized(), 3.0), draw)
        return None if picture is None else self._scene.placed(picture)


def _edges(areas: Sequence[QRectF]) -> NDArray[np.float64]:
    return np.array([(each.left(), each.top(), each.right(), each.bottom()) for each in areas], float).reshape(-1, 4)


def _candidates(bounds: QRectF, width: float, height: float, line_px: float) -> Iterator[QRectF]:
    """Places around a finding, nearest first: above and below it in line with its edges, and beside it."""
    middle = bounds.center()
    for ring in RINGS:
        out, aside = NEAR_PX + ring * line_px, ring * line_px
        above, level, below = bounds.top() - out - height, middle.y() - height / 2, bounds.bottom() + out
        left, right = bounds.left() - aside, bounds.right() - width + aside
        for x, y in (
            (left, above),
            (right, above),
            (bounds.right() + out, level),
            (bounds.left() - out - width, level),
            (left, below),
            (right, below),
            (middle.x() - width / 2, above),
            (middle.x() - width / 2, below),
        ):
            yield QRectF(x, y, width, height)


def _leader(text: QRectF, bounds: QRectF) -> QLineF:
    """From the text's edge to the finding's, the shortest way."""
    x1, x2 = _nearest(text.left(), text.right(), bounds.left(), bounds.right())
    y1, y2 = _nearest(text.top(), text.bottom(), bounds.top(), bounds.bottom())
    return QLineF(x1, y1, x2, y2)


def _nearest(low: float, high: float, other_low: float, other_high: float) -> tuple[float, float]:
    """The points of two stretches of a line that lie nearest to each other; the middle of what they share."""
    if high < other_low:
        return high, other_low
    if other_high < low:
        return low, other_high
    shared = (max(low, other_low) + min(high, other_high)) / 2
    return shared, shared


def _grown(area: QRectF, by: float) -> QRectF:
    return area.adjusted(-by, -by, by, by)
