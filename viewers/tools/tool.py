"""What every tool is given and what it returns.

What belongs here: the values and the protocol. What does not: the tools themselves, one file each, and which gesture
holds which tool (viewers.tools.gestures).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from PySide6.QtCore import Qt

from viewers.view import View
from viewers.volume import Volume

ToolName = Literal["scroll", "window", "pan", "zoom"]


@dataclass(frozen=True, slots=True)
class Drag:
    """How far the pointer went since the button went down, in logical pixels of a width × height viewport.

    `pace` is 1, smaller while Shift asks for fine steps, larger while Ctrl asks for coarse ones.
    """

    start_x: float
    start_y: float
    dx: float
    dy: float
    width: int
    height: int
    pace: float = 1.0


class Tool(Protocol):
    """Turns a drag into the next view, always from the view at the drag's start, so that nothing drifts."""

    cursor: Qt.CursorShape

    def dragged(self, start: View, volume: Volume, drag: Drag) -> View: ...


FINE_PACE = 0.2
COARSE_PACE = 4.0


def pace_of(modifiers: Qt.KeyboardModifier) -> float:
    """Shift is fine, Ctrl is coarse."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return FINE_PACE
    return COARSE_PACE if modifiers & Qt.KeyboardModifier.ControlModifier else 1.0
