"""The prior beside the current exam, and away again.

What belongs here: finding the matching prior, putting it beside, going back. What does not: what matches (exams).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject

from viewers.comparing.exams import best_prior
from viewers.comparing.layouts import Layout, even
from viewers.comparing.linking import Links
from viewers.desks.kept import Kept, keep, put_back
from viewers.grid import ViewportGrid
from viewers.view import View
from viewers.volume import SeriesHeader


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """What stood on the grid before the prior came."""

    layout: Layout
    links: Links
    active: int
    shown: tuple[Kept, ...]


class PriorDesk(QObject):
    """Does `prior.toggle`. `show` puts a series (by its row in the case) into a viewport."""

    def __init__(self, grid: ViewportGrid, show: Callable[[int, int], None]) -> None:
        super().__init__(grid)
        self._grid, self._show = grid, show
        self._headers: tuple[SeriesHeader, ...] = ()
        self._before: Before | None = None
        grid.add_performer(self.perform)

    @property
    def is_beside(self) -> bool:
        return self._before is not None

    def start(self, headers: Sequence[SeriesHeader]) -> None:
        """Another case: its series, priors among them."""
        self._headers, self._before = tuple(headers), None

    def perform(self, command_id: str) -> bool:
        if command_id != "prior.toggle":
            return False
        (self._away if self._before is not None else self._beside)()
        return True

    def _beside(self) -> None:
        viewport = self._grid.active_viewport
        if viewport.volume is None or viewport.view is None:
            return
        row = best_prior(viewport.volume.header.source, self._headers)
        if row is None:
            viewport.say(self.tr("There is no prior exam that matches this series."))
            return
        current, view, grid = viewport.volume, viewport.view, self._grid
        shown = tuple(keep(each) for each in grid.viewports)
        self._before = Before(grid.arrangement, grid.links, grid.active, shown)
        self._show(1, row)  # ahead of the layout, so that nobody fills the place with something else
        if grid.viewports[0].volume is not current:
            grid.show_volume(0, current)
        grid.set_arrangement(even(1, 2))
        grid.set_active(0)
        self._look_alike(view)

    def _look_alike(self, view: View) -> None:
        """The current exam as it was looked at, whole; the prior at the same place in the patient."""
        grid, first = self._grid, self._grid.viewports[0]
        if first.view is not None:
            first.set_view(replace(first.view, slice_index=view.slice_index, window=view.window))
        grid.set_links(Links(scroll=False))
        grid.set_links(Links(scroll=True, view=True, window=True))

    def _away(self) -> None:
        before, self._before = self._before, None
        if before is None:
            return
        self._grid.set_links(before.links)
        self._grid.set_arrangement(before.layout)
        for viewport, kept in zip(self._grid.viewports, before.shown, strict=True):
            put_back(viewport, kept)
        self._grid.together.accept_sizes()
        self._grid.set_active(before.active)
