"""Tile mode: consecutive slices of one series over all viewports, and back to the stacks that stood there.

What belongs here: entering, leaving, paging. What does not: which slice stands where (tiling).
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from viewers.comparing.layouts import even
from viewers.comparing.tiling import first_tile, paged, tile_slices
from viewers.desks.kept import Kept, keep, put_back
from viewers.grid import ViewportGrid
from viewers.view import View
from viewers.volume import Volume

PAGES = {"scroll.page_down": 1, "scroll.page_up": -1}


class TileDesk(QObject):
    """Does `tile.toggle`, and in tile mode the page keys; one viewport alone becomes four tiles first.

    Scrolling any tile by an image moves all of them by one; the page keys by as many as there are tiles.
    """

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._stacks: dict[int, Kept] = {}
        self._was_alone = False
        self._is_changing = False
        grid.add_performer(self.perform, first=True)
        grid.layout_changed.connect(self._laid_out)

    @property
    def is_tiling(self) -> bool:
        return bool(self._stacks)

    def perform(self, command_id: str) -> bool:
        if command_id == "tile.toggle":
            (self.leave if self.is_tiling else self.enter)()
            return True
        if self.is_tiling and command_id in PAGES:
            self._page(PAGES[command_id])
            return True
        return False

    def enter(self) -> None:
        """Spreads the active viewport's series; nothing where it has a single image."""
        leader = self._grid.active_viewport
        if leader.volume is None or leader.view is None or leader.volume.header.frames < 2:
            return
        volume, view, active = leader.volume, leader.view, self._grid.active
        self._stacks = {n: keep(viewport) for n, viewport in enumerate(self._grid.viewports)}
        self._was_alone = self._grid.shape == (1, 1) and not self._grid.is_maximised
        if self._was_alone:
            self._lay_out()
        self._grid.together.set_tiling(True)
        self._spread(volume, replace(view, slice_index=view.slice_index - self._grid.seats.index(active)))

    def leave(self) -> None:
        """Puts the stacks back; the one that was spread stays at the tile that the reader chose."""
        tile, stacks = keep(self._grid.active_viewport), self._stacks
        self._stacks = {}
        self._grid.together.set_tiling(False)
        if self._was_alone:
            self._grid.set_arrangement(even(1, 1))
        for index, stack in stacks.items():
            is_spread = stack.volume is tile.volume
            put_back(self._grid.viewports[index], stack, tile.view.slice_index if is_spread and tile.view else None)
        self._grid.together.accept_sizes()
        self._grid.links_changed.emit(self._grid.links)

    def forget(self) -> None:
        """Another case comes: there are no stacks to go back to."""
        self._stacks = {}
        self._grid.together.set_tiling(False)

    def _lay_out(self) -> None:
        self._is_changing = True
        self._grid.set_arrangement(even(2, 2))
        self._is_changing = False

    def _laid_out(self, rows: int, columns: int, is_linked: bool) -> None:
        """Another layout while tiling: as many tiles as it has places."""
        tile = self._grid.active_viewport
        if self.is_tiling and not self._is_changing and tile.volume is not None and tile.view is not None:
            self._spread(tile.volume, tile.view)

    def _page(self, pages: int) -> None:
        seats = self._grid.seats
        first = self._grid.viewports[seats[0]]
        if first.volume is None or first.view is None:
            return
        frames = first.volume.header.frames
        self._spread(
            first.volume, replace(first.view, slice_index=paged(first.view.slice_index, pages, len(seats), frames))
        )

    def _spread(self, volume: Volume, view: View) -> None:
        """Tiles from the view's slice on, all as large as fits the smallest of them."""
        seats, frames = self._grid.seats, volume.header.frames
        first = first_tile(view.slice_index, len(seats), frames)
        for index, slice_index in zip(seats, tile_slices(first, len(seats), frames), strict=True):
            viewport = self._grid.viewports[index]
            if slice_index is None:
                viewport.clear()
                continue
            if viewport.volume is not volume:
                viewport.show_volume(volume)
            if viewport.view is not None:
                fitted = viewport.view
                viewport.set_view(replace(fitted, slice_index=slice_index, window=view.window, inverted=view.inverted))
