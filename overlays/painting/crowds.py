"""Marks of crowds of findings as one picture, so that a threshold drag draws only those that come and go.

What belongs here: putting marks that were made into one picture. What does not: the marks (marks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from overlays.painting.canvas import blocks, image_of
from overlays.painting.scene import Placed, Scene

CROWD = 128  # marks that are drawn one by one before they become part of a sheet


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The topmost marks of a layer in one viewport as one picture, and their texts as another one."""

    marks: Placed
    words: Placed

    @property
    def bytes(self) -> int:
        return int(self.marks.image.sizeInBytes() + self.words.image.sizeInBytes())


def sheet_of(scene: Scene, marks: Sequence[Placed], words: Sequence[Placed], above: Sheet | None) -> Sheet:
    """Marks and texts, lowest first, below those of the sheet `above`."""
    return Sheet(
        _together(scene, marks if above is None else (*marks, above.marks)),
        _together(scene, words if above is None else (*words, above.words)),
    )


def _together(scene: Scene, pieces: Sequence[Placed]) -> Placed:
    """Pictures over each other as one that covers the viewport, with the elements of all."""
    columns, rows = scene.screen.device_size
    words = blocks.words(rows, columns)
    words.fill(0)
    image = image_of(words)
    image.setDevicePixelRatio(scene.screen.dpr)
    with QPainter(image) as qpainter:
        for at, picture, _ in pieces:
            qpainter.drawImage(at, picture)
    return Placed(QPointF(0, 0), image, tuple(each for piece in pieces for each in piece.elements))
