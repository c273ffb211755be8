"""What the pointer holds instead of a drag tool: measuring, cutting planes, choosing regions, magnifying.

What belongs here: the protocol between a viewport and such a hand. What does not: the hands themselves, one file each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from PySide6.QtCore import Qt

from viewers.view import View
from viewers.volume import Volume

Button = Literal["left", "middle", "right", "back", "forward", "other", ""]


@dataclass(frozen=True, slots=True, eq=False)
class Pointer:
    """Where the pointer is: (x, y) in the viewport's logical pixels, (column, row) in the image as it is shown.

    `volume` and `view` are those that are shown; `volume.header.source_point` leads to the files' own image points.
    `button` is the one that was pressed, released or is held; "" for a hover. `pressure` is a pen's, 0 to 1.
    """

    x: float
    y: float
    column: float
    row: float
    volume: Volume
    view: View
    width: int
    height: int
    button: Button = ""
    shift: bool = False
    control: bool = False
    alt: bool = False
    pressure: float = 1.0

    @property
    def slice_index(self) -> int:
        return self.view.slice_index


class Hand(Protocol):
    """Has the first say on what the pointer does in a viewport; what it does not take goes on to marks and drag tools.

    `press` takes the whole stroke by answering True: its moves and its release then come here and nowhere else.
    """

    def press(self, pointer: Pointer) -> bool: ...

    def move(self, pointer: Pointer) -> None: ...

    def release(self, pointer: Pointer) -> None: ...

    def double_click(self, pointer: Pointer) -> bool: ...

    def hover(self, pointer: Pointer) -> None: ...

    def cursor(self, pointer: Pointer) -> Qt.CursorShape | None:
        """The shape to show while hovering; None leaves the viewport's own."""
        ...
