"""One step back: what Esc still puts away once no hand, no draft and no selection wants it.

What belongs here: the order in which things go. What does not: putting them away, which each desk does itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from viewers.grid import ViewportGrid

COMMAND = "measure.none"
Step = tuple[Callable[[], bool], Callable[[], object]]  # whether there is something to put away, and putting it away


class BackDesk(QObject):
    """Does measure.none where no desk before it did: puts the first thing of `steps` away that is there."""

    def __init__(self, grid: ViewportGrid, steps: Sequence[Step]) -> None:
        super().__init__(grid)
        self._steps = (*steps, (lambda: grid.is_maximised, lambda: grid.maximise(None)))
        grid.add_performer(self.perform)

    def perform(self, command_id: str) -> bool:
        if command_id != COMMAND:
            return False
        put_away = next((put_away for is_there, put_away in self._steps if is_there()), None)
        if put_away is not None:
            put_away()
        return put_away is not None
