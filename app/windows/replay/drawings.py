"""What the reader drew over the images: measurements, painted segments, marks, by the viewer's own painters.

What belongs here: painting them as they stood. What does not: what stood (app.analysis.replay), and what the log leaves
out: which measurement was selected or under the pointer, which mark was clicked at, and drawings under way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtGui import QFont, QImage, QPainter

from app.analysis.replay.reel import NOTHING_DRAWN
from app.tracking.events import MarkPlaced
from viewers.drawing.annotations import AnnotationPainter
from viewers.drawing.measure_painter import MeasurePainter
from viewers.measuring.brush import Brush, Segment, Stroke
from viewers.measuring.drawing import Draft
from viewers.measuring.editing import Hit
from viewers.measuring.history import Board
from viewers.measuring.shapes import Measurement
from viewers.tools.hand import Pointer
from viewers.tools.mark import ScreenMark
from viewers.view import View
from viewers.volume import Volume


@dataclass(frozen=True, slots=True)
class Drawings:
    """What stands of a trial: measurements and segments, and marks in the order of their numbers."""

    board: Board = NOTHING_DRAWN
    marks: tuple[MarkPlaced, ...] = ()


@dataclass(slots=True)
class _StillEasel:
    """Drawings that nobody has in the hand."""

    board: Board = NOTHING_DRAWN
    selected: str = ""
    hovered: Hit | None = None
    preview: Measurement | None = None
    brush: Brush = field(default_factory=Brush)
    stroke: tuple[Segment, Stroke] | None = None
    brush_at: Pointer | None = None
    is_shown: bool = True
    is_painting: bool = False

    def hint(self, mark: str) -> str:
        return ""

    def draft_on(self, index: int) -> tuple[Draft, tuple[str, int]] | None:
        return None


class DrawingsPainter:
    """Paints one viewport's drawings; what makes the next picture quick is kept."""

    def __init__(self) -> None:
        self._easel = _StillEasel()
        self._measures, self._annotations = MeasurePainter(self._easel, 0), AnnotationPainter()

    def paint(self, image: QImage, font: QFont, drawings: Drawings, volume: Volume, view: View) -> None:
        """Over a viewport's picture, in its logical pixels."""
        if drawings == Drawings():
            return
        dpr = image.devicePixelRatio()
        size = (round(image.width() / dpr), round(image.height() / dpr))
        self._easel.board = drawings.board
        with QPainter(image) as qpainter:
            qpainter.setFont(font)
            qpainter.save()
            self._measures.paint(qpainter, volume, view, *size, dpr)
            qpainter.restore()
            self._annotations.marks(qpainter, _on_screen(drawings.marks, volume), view, volume.header, size)


def _on_screen(marks: Sequence[MarkPlaced], volume: Volume) -> tuple[ScreenMark, ...]:
    """The mark that was touched last is the selected one, as in the room until another is clicked at."""
    source, last = volume.header.source.key, marks[-1:]
    return tuple(
        ScreenMark(each.mark, each.column, each.row, each.slice_index, str(number), selected=each in last)
        for number, each in enumerate(marks, start=1)
        if each.series_uid == source
    )
