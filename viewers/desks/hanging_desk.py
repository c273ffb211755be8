"""Hangs a case: the layout, series, windows, zoom and alignment of a hanging, and the next or previous one.

What belongs here: bringing a `Hanging` onto the grid and keeping it aligned. What does not: choosing it (hanging),
fetching series (whoever passes `show`), cutting planes and mirroring (whoever does those commands).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from study_configs.hanging import HungCell
from viewers.comparing.hanging import Hanging, Place, cell_slice, cell_view, placed_views
from viewers.comparing.linking import Links, chest_wall
from viewers.grid import ViewportGrid
from viewers.view import View

Show = Callable[[int, int], None]  # viewport, row of the case's series


class HangingDesk(QObject):
    """Does `hanging.next` and `hanging.previous`. While a hanging `is_here`, what it left empty stays empty."""

    hung = Signal(object)  # viewers.comparing.hanging.Hanging, once it stands

    def __init__(self, grid: ViewportGrid, show: Show) -> None:
        super().__init__(grid)
        self._is_hanging = False
        self._grid, self._show = grid, show
        self._hanging: Hanging | None = None
        self._placed: dict[int, View] = {}  # as aligned, so that a reader's own zoom and position are left alone
        grid.add_performer(self.perform)
        grid.places_changed.connect(self._align_again)

    @property
    def hanging(self) -> Hanging | None:
        return self._hanging

    @property
    def is_here(self) -> bool:
        """Whether the grid has the cells of the present hanging, whatever their sizes."""
        return self._hanging is not None and self._grid.arrangement.cells == self._hanging.layout.cells

    def perform(self, command_id: str) -> bool:
        steps = {"hanging.next": 1, "hanging.previous": -1}.get(command_id)
        if steps is None:
            return False
        if self._hanging is not None and self._hanging.choices:
            self.hang(self._hanging.stepped(steps))
            self._grid.active_viewport.say(self.title)
        return True

    @property
    def title(self) -> str:
        """What hangs, and which of how many it is."""
        hanging = self._hanging
        if hanging is None or hanging.hung is None or hanging.at is None:
            return ""
        return f"{hanging.hung.title} ({hanging.at + 1} / {len(hanging.choices)})"

    def hang(self, hanging: Hanging) -> None:
        """Brings a hanging of the present case onto the grid."""
        self._is_hanging, self._hanging = True, hanging
        self._placed.clear()
        try:
            self._link(hanging)
            self._grid.set_arrangement(hanging.layout)
            self._grid.set_active(_first_filled(hanging))
            for index, row in enumerate(hanging.shown):
                self._fill(index, row)
            self._turn()
            self._align()
        finally:
            self._is_hanging = False
        self.hung.emit(hanging)

    def forget(self) -> None:
        """The case leaves: nothing hangs."""
        self._hanging = None
        self._placed.clear()

    def _link(self, hanging: Hanging) -> None:
        """Links as the stage asks; a plain layout keeps the reader's own."""
        groups = {n: cell.group for n, cell in enumerate(_cells(hanging)) if cell.group}
        self._grid.together.set_groups(groups)
        if hanging.hung is not None:
            wanted = hanging.hung.stage.link
            links = Links("scroll" in wanted, "view" in wanted, "window" in wanted)
            self._grid.set_links(links)

    def _fill(self, index: int, row: int | None) -> None:
        viewport = self._grid.viewports[index]
        viewport.clear()
        if row is None:
            return
        self._show(index, row)
        cells = _cells(self._hanging)
        if viewport.volume is not None and viewport.view is not None and index < len(cells):
            opened = replace(viewport.view, slice_index=cell_slice(cells[index], viewport.volume.header))
            viewport.set_view(cell_view(cells[index], viewport.volume, opened))

    def _align(self) -> None:
        """Zoom and position as the cells ask; whole images that stand in the middle stay fitted by themselves."""
        places = self._places()
        self._placed.clear()
        ratio = self._grid.devicePixelRatioF()
        for index, view in zip(places, placed_views(list(places.values()), ratio), strict=True):
            cell = places[index].cell
            if (cell.zoom, cell.align) != ("fit", "centre"):
                self._grid.viewports[index].set_view(view)
                self._placed[index] = view
        self._grid.together.accept_sizes()

    def _align_again(self) -> None:
        """Viewports have other sizes: what the reader has not moved is aligned anew."""
        if self._is_hanging or not self._placed:
            return
        places = {n: place for n, place in self._places().items() if self._is_untouched(n, place.view)}
        ratio = self._grid.devicePixelRatioF()
        for index, view in zip(places, placed_views(list(places.values()), ratio), strict=True):
            self._grid.viewports[index].set_view(view)
            self._placed[index] = view

    def _is_untouched(self, index: int, view: View) -> bool:
        placed = self._placed.get(index)
        return placed is not None and (placed.zoom, placed.centre_px) == (view.zoom, view.centre_px)

    def _places(self) -> dict[int, Place]:
        """What hangs and is seen, by viewport."""
        found = {}
        cells = _cells(self._hanging)
        for index in self._grid.seats:
            viewport = self._grid.viewports[index]
            if index < len(cells) and viewport.volume is not None and viewport.view is not None:
                size = viewport.width(), viewport.height()
                found[index] = Place(cells[index], viewport.volume.header, viewport.view, *size)
        return found

    def _turn(self) -> None:
        """Planes that cells ask for, and breasts whose files have the chest wall at the other edge."""
        for index, cell in enumerate(_cells(self._hanging)):
            volume = self._grid.viewports[index].volume
            if volume is None or index not in self._grid.seats:
                continue
            if cell.plane != "native":
                self._command(index, f"plane.{cell.plane}")
            wall = chest_wall(volume.header)
            if wall and cell.align != "centre" and wall != cell.align:
                self._command(index, "flip.horizontal")

    def _command(self, index: int, command_id: str) -> None:
        """Does a command in one viewport, whoever knows how to; without such a one the image stays as it is."""
        active = self._grid.active
        self._grid.set_active(index)
        self._grid.perform(command_id)
        self._grid.set_active(active)


def _cells(hanging: Hanging | None) -> tuple[HungCell, ...]:
    return hanging.hung.cells if hanging is not None and hanging.hung is not None else ()


def _first_filled(hanging: Hanging) -> int:
    return next((index for index, row in enumerate(hanging.shown) if row is not None), 0)
