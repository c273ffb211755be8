"""The viewports of the station: the new acquisition as it comes, and the previous one beside it.

What belongs here: which stack and which slice is shown while more come, linked scrolling, what viewports are called.
What does not: loading (arrival_desk, previous_desk), the AI over the images.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject

from app.hospital.received import Received, Stack
from viewers.desks.chips_desk import ChipsDesk
from viewers.drawing.chips import Chip
from viewers.grid import ViewportGrid
from viewers.volume import SeriesHeader, Volume, Window

NOW, BEFORE = 0, 1  # viewports


class ExamStage(QObject):
    """The newest slice stays on top until the technician scrolls away from it; zoom, place and window stay as they are.

    The two scroll together once the new acquisition is complete: before that nobody knows how much of it there is.
    """

    def __init__(self, grid: ViewportGrid, chips: ChipsDesk) -> None:
        super().__init__(grid)
        self._grid = grid
        self._stacks: tuple[Stack, ...] = ()
        self._before: Volume | None = None
        self._shown = ""  # key of the stack in the viewport
        self._on_top: tuple[str, int] | None = None  # stack and slice that were brought up last
        self._window: Window | None = None  # as the images open, unless somebody changed it
        self._unlinked = False
        chips.add(self._names)
        grid.series_stepped.connect(self._step)

    @property
    def headers(self) -> tuple[SeriesHeader, ...]:
        return tuple(self._by_header)

    @property
    def uids(self) -> frozenset[str]:
        """The series of the new acquisition."""
        return frozenset(stack.volume.header.series_uid for stack in self._stacks)

    def volume_of(self, header: SeriesHeader) -> Volume:
        return self._by_header[header]

    @property
    def _by_header(self) -> Mapping[SeriesHeader, Volume]:
        volumes = [*(stack.volume for stack in self._stacks), *((self._before,) if self._before is not None else ())]
        return {volume.header.source: volume for volume in volumes}

    def show(self, came: Received) -> None:
        """More of the new acquisition."""
        if not self._unlinked and self._grid.is_linked:
            self._unlinked = True
            self._grid.set_linked(False)
        follows, self._stacks = self._is_on_top(), came.stacks
        newest = max(came.stacks, key=lambda stack: stack.came)
        stack = next((each for each in came.stacks if each.volume.header.key == self._shown), newest)
        if follows:
            self._bring(newest, newest.newest)
            self._on_top = (self._shown, newest.newest)
        else:
            self._bring(stack, self._kept(stack))

    def complete(self) -> None:
        """All of it is there."""
        if self._unlinked:
            self._unlinked = False
            self._grid.set_linked(True)

    def show_before(self, volume: Volume) -> None:
        self._before = volume
        self._grid.show_volume(BEFORE, volume)

    def await_another(self) -> None:
        """What comes next is another acquisition, and nothing of this one holds for it."""
        self._stacks, self._shown, self._on_top, self._window = (), "", None, None
        self._grid.set_active(NOW)

    def clear(self) -> None:
        """The exam leaves the screen; whoever holds the viewports empties them."""
        self.await_another()
        self._before = None
        self.complete()

    # --- which slice

    def _is_on_top(self) -> bool:
        """Whether the slice that came last is still the one on the screen."""
        view = self._grid.viewports[NOW].view
        return self._on_top is None or view is None or self._on_top == (self._shown, view.slice_index)

    def _kept(self, stack: Stack) -> int:
        """Where the image on the screen stands in its stack, which has grown."""
        viewport = self._grid.viewports[NOW]
        if viewport.volume is None or viewport.view is None or viewport.volume.header.key != stack.volume.header.key:
            return stack.newest
        path = viewport.volume.header.source.instances[viewport.view.slice_index].path
        found = (at for at, each in enumerate(stack.volume.header.instances) if each.path == path)
        return next(found, stack.newest)

    def _bring(self, stack: Stack, slice_index: int) -> None:
        """A stack at one of its slices; one that was shown before stays as the technician sees it."""
        viewport, header = self._grid.viewports[NOW], stack.volume.header
        volume, before, opened = viewport.volume, viewport.view, self._window
        self._grid.show_volume(NOW, stack.volume)
        view = viewport.view
        assert view is not None  # it was just opened
        self._window = view.window
        if volume is not None and before is not None and header.key == self._shown and _fits(volume.header, header):
            view = replace(before, window=view.window if before.window == opened else before.window)
        viewport.set_view(replace(view, slice_index=slice_index))
        viewport.set_lost(stack.lost)
        self._shown = header.key

    def _step(self, step: int) -> None:
        """The next or previous stack of the new acquisition."""
        keys = [stack.volume.header.key for stack in self._stacks]
        if self._grid.active != NOW or len(keys) < 2 or self._shown not in keys:
            return
        stack = self._stacks[(keys.index(self._shown) + step) % len(keys)]
        self._bring(stack, stack.newest)

    def _names(self, index: int) -> tuple[Chip, ...]:
        """What a viewport shows, at its top."""
        if index == BEFORE and self._before is not None:
            return (Chip("prior", self.tr("Previous"), self.tr("Previous")),)
        if index == NOW and self._stacks:
            new, number = self.tr("New"), [stack.volume.header.key for stack in self._stacks].index(self._shown) + 1
            several = self.tr("New · series {n} of {count}").format(n=number, count=len(self._stacks))
            return (Chip("current", new if len(self._stacks) == 1 else several, new),)
        return ()


def _fits(before: SeriesHeader, now: SeriesHeader) -> bool:
    """Whether a way of looking at the one holds for the other: the images are as large, and in the same plane."""
    return before.derived is None and (before.rows, before.columns) == (now.rows, now.columns)
