"""Small framed words at the top of a viewport: prior or current, key image, what it does together, its offset.

What belongs here: the words as values, fewer in narrow viewports, and painting them. What does not: deciding what is
so (desks.chips_desk), the corner texts (annotations).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from viewers.drawing.annotations import MARGIN, NARROW_PX, RAIL, SMALLEST_PX, TINY_PX, transparent
from viewers.view import View
from viewers.volume import Volume

ChipKind = Literal["prior", "current", "key", "link", "state", "time"]
GROUND, FRAME, WORDS = QColor(0, 0, 0, 170), QColor(150, 156, 162, 200), QColor("#d4d7da")
PRIOR_GROUND, PRIOR_WORDS = QColor("#d9c48f"), QColor("#14120b")  # the one bright chip: a prior is never overlooked
KEY = QColor("#e0c060")
SPACE = 4
TICK = 5  # how far a key image's tick stands out of the rail


@dataclass(frozen=True, slots=True)
class Chip:
    """One framed word; `short` stands for it in narrow viewports, "" leaves it out there."""

    kind: ChipKind
    text: str
    short: str = ""
    is_key: bool = False  # with a small key before the text


class ChipPainter:
    """Paints one viewport's chips and the ticks of its key images, as pictures that are kept."""

    def __init__(self) -> None:
        self.chips: tuple[Chip, ...] = ()
        self.key_slices: frozenset[int] = frozenset()
        self._kept: tuple[object, QPixmap, int] | None = None

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None:
        """Everything of a viewport of width × height logical pixels."""
        self._ticks(qpainter, volume.header.frames, width, height)
        chips = fitting(self._of_slice(view), width)
        if not chips:
            return
        key = (chips, qpainter.font(), dpr)
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, row_of(chips, qpainter, dpr), font_px(qpainter))
        picture, line_px = self._kept[1:]
        size = picture.deviceIndependentSize()
        lines = 0 if width < TINY_PX else 3.3 if width < NARROW_PX else 1.9  # corner texts and letter stay above
        top = MARGIN - 3 + lines * line_px
        qpainter.drawPixmap(QPointF(round((width - size.width()) / 2), round(top)), picture)

    def _of_slice(self, view: View) -> tuple[Chip, ...]:
        whole = QCoreApplication.translate("Chips", "Key image")
        key = Chip("key", whole, QCoreApplication.translate("Chips", "Key"), is_key=True)
        return (*self.chips, key) if view.slice_index in self.key_slices else self.chips

    def _ticks(self, painter: QPainter, frames: int, width: int, height: int) -> None:
        """Beside the stack's rail, where key images lie."""
        if frames < 2 or not self.key_slices:
            return
        room = height - 16
        thumb = max(14, room // frames)
        for index in self.key_slices:
            y = 8 + (room - thumb) * index // (frames - 1) + thumb // 2
            painter.fillRect(width - RAIL - 3 - TICK, y - 1, TICK, 3, KEY)


def fitting(chips: Sequence[Chip], width: int) -> tuple[Chip, ...]:
    """The chips that a viewport of this width has room for, with short words where it is narrow."""
    if width >= NARROW_PX:
        return tuple(chips)
    most = ("prior", "current", "key") if width >= TINY_PX else ("prior", "key")
    kept = [chip for chip in chips if chip.short and (chip.kind in most or width >= TINY_PX)]
    return tuple(Chip(chip.kind, chip.short, chip.short, chip.is_key) for chip in kept)


def row_of(chips: Sequence[Chip], painter: QPainter, dpr: float) -> QPixmap:
    """The chips beside each other as one picture."""
    font = painter.font()
    font.setPixelSize(font_px(painter))
    metrics = QFontMetricsF(font)
    height = metrics.height() + 4
    widths = [metrics.horizontalAdvance(chip.text) + 12 + (height * 0.9 if chip.is_key else 0) for chip in chips]
    pixmap = transparent(sum(widths) + SPACE * (len(chips) - 1) + 2, height + 2, dpr)
    with QPainter(pixmap) as own:
        own.setRenderHint(QPainter.RenderHint.Antialiasing)
        own.setFont(font)
        left = 1.0
        for chip, width in zip(chips, widths, strict=True):
            _chip(own, chip, QRectF(left, 1, width, height))
            left += width + SPACE
    return pixmap


def font_px(painter: QPainter) -> int:
    """The height of the corner texts' font."""
    return max(SMALLEST_PX, QFontInfo(painter.font()).pixelSize() - 1)


def _chip(painter: QPainter, chip: Chip, place: QRectF) -> None:
    is_prior = chip.kind == "prior"
    painter.setPen(QPen(PRIOR_GROUND if is_prior else FRAME, 1))
    painter.setBrush(PRIOR_GROUND if is_prior else GROUND)
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    if chip.is_key:
        draw_key(painter, QRectF(place.left() + 4, place.top() + 2, place.height() - 4, place.height() - 4))
        place = place.adjusted(place.height() * 0.9, 0, 0, 0)
    painter.setPen(PRIOR_WORDS if is_prior else WORDS)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, chip.text)


def draw_key(painter: QPainter, place: QRectF) -> None:
    """A small key: a ring, a shaft, two teeth."""
    unit = place.width() / 10
    path = QPainterPath()
    path.addEllipse(QPointF(place.left() + 2.6 * unit, place.center().y()), 2.2 * unit, 2.2 * unit)
    y = place.center().y()
    path.moveTo(place.left() + 4.8 * unit, y)
    path.lineTo(place.left() + 9.4 * unit, y)
    for x in (7.2, 9.2):
        path.moveTo(place.left() + x * unit, y)
        path.lineTo(place.left() + x * unit, y + 2.2 * unit)
    painter.setPen(QPen(KEY, max(1.2, unit * 1.2)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
