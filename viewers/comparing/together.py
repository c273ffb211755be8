"""Viewports that move together: who leads, who follows, without echoes and with one paint each per step.

What belongs here: passing a painted change of one viewport on to others. What does not: where they go (linking,
tiling).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewers.comparing.linking import (
    Change,
    Links,
    Seat,
    followed,
    kept_shifts_mm,
    planes_differ,
    shift_mm,
    windows_agree,
)
from viewers.comparing.tiling import tiled
from viewers.view import View
from viewers.viewport import Viewport
from viewers.volume import Volume


class Together:
    """Lets the seen viewports follow the one that the reader moves: the active one, or that under the wheel.

    A view that was set here is remembered as sent, and its painting leads nobody: there are no echoes. A follower gets
    slice, zoom, position and window in one view, after the leader was painted.
    """

    def __init__(self, viewports: Sequence[Viewport]) -> None:
        self.links = Links()
        self._viewports = viewports
        self._seats: tuple[int, ...] = (0,)
        self._groups: dict[int, str] = {}
        self._leader = 0
        self._is_tiling = False
        self._sent: dict[int, View] = {}
        self._seen: dict[int, tuple[Volume, View]] = {}

    def seat(self, seats: tuple[int, ...]) -> None:
        """Which viewports are seen; only they lead and follow."""
        self._seats = seats

    def steer(self, index: int) -> None:
        """The reader is about to move this viewport."""
        self._leader = index

    def set_links(self, links: Links, leader: int) -> None:
        """Links anew; what was not linked before is brought level with the leader."""
        before, self.links = self.links, links
        shifted = links.shifts_mm != before.shifts_mm and links.scroll
        change = Change(
            slice=(links.scroll and not before.scroll) or (shifted and not links.shifts_mm),
            view=links.view and not before.view,
            window=links.window and not before.window,
        )
        if change.any:
            self._lead(leader, change)

    def set_groups(self, groups: dict[int, str]) -> None:
        """Viewports by the name of their group; those that are not named share one of their own."""
        self._groups = dict(groups)

    def set_tiling(self, is_tiling: bool) -> None:
        """While tiling, all seen viewports show consecutive slices of one series, looked at in the same way."""
        self._is_tiling = is_tiling

    def accept_sizes(self) -> None:
        """Zoom and position as they now are were nobody's move: viewports had other sizes, images were aligned."""
        for index in self._seats:
            viewport, seen = self._viewports[index], self._seen.get(index)
            if viewport.view is not None and seen is not None and seen[0] is viewport.volume:
                view = replace(seen[1], zoom=viewport.view.zoom, centre_px=viewport.view.centre_px)
                self._seen[index] = (seen[0], view)

    def forget(self) -> None:
        self._sent.clear()
        self._seen.clear()

    def present_shifts_mm(self, leader: int) -> dict[str, float]:
        """How far parallel stacks now lie apart, by series."""
        seats = self._taken()
        first = next((seat for seat in seats if seat.index == leader), None)
        return kept_shifts_mm(first, seats) if first is not None else {}

    def lead(self, index: int, view: View) -> None:
        """A viewport was painted with this view: the others follow, if it is theirs to follow."""
        volume = self._viewports[index].volume
        if volume is None:
            return
        before, self._seen[index] = self._seen.get(index), (volume, view)
        was_sent = self._sent.pop(index, None) == view
        if was_sent or index != self._leader or index not in self._seats:
            return
        change = _change(before, volume, view)
        if change.any:
            self._lead(index, change)

    def company_of(self, index: int) -> tuple[str, ...]:
        """What this viewport does together with another one that is seen: "scroll", "view", "window"."""
        seats = self._taken()
        mine = next((seat for seat in seats if seat.index == index), None)
        others = [seat for seat in seats if mine is not None and seat.index != index and seat.group == mine.group]
        if mine is None or not others:
            return ()
        if self._is_tiling:
            return ("scroll", "view", "window")
        known = {
            "scroll": self.links.scroll and any(_scrolls_with(mine, other) for other in others),
            "view": self.links.view,
            "window": self.links.window and any(windows_agree(mine.header, other.header) for other in others),
        }
        return tuple(name for name, holds in known.items() if holds)

    def offset_mm(self, index: int, leader: int) -> float | None:
        """The offset that is kept between this viewport's stack and the leader's; None where there is none."""
        mine, first = self._viewports[index].volume, self._viewports[leader].volume
        if mine is None or first is None or mine is first or not self.links.scroll:
            return None
        return shift_mm(self.links.shifts_mm, first.header, mine.header)

    def _lead(self, index: int, change: Change) -> None:
        seats = self._taken()
        leader = next((seat for seat in seats if seat.index == index), None)
        if leader is None:
            return
        views = tiled(leader, seats) if self._is_tiling else followed(leader, seats, self.links, change)
        for other, view in views.items():
            viewport = self._viewports[other]
            viewport.set_view(view)
            if viewport.view is not None:
                self._sent[other] = viewport.view  # as it took it: a window may belong to the slice

    def _taken(self) -> list[Seat]:
        return [
            Seat(n, v.volume.header, v.view, v.width(), v.height(), self._groups.get(n, ""))
            for n in self._seats
            if (v := self._viewports[n]).volume is not None and v.view is not None
        ]


def _change(before: tuple[Volume, View] | None, volume: Volume, view: View) -> Change:
    """What is new against the last paint; of another series only where it stands."""
    if before is None or before[0] is not volume:
        return Change(slice=True, view=False, window=False)
    old = before[1]
    return Change(
        slice=view.slice_index != old.slice_index,
        view=(view.zoom, view.centre_px) != (old.zoom, old.centre_px),
        window=(view.window, view.inverted) != (old.window, old.inverted),
    )


def _scrolls_with(one: Seat, other: Seat) -> bool:
    return max(one.header.frames, other.header.frames) > 1 and not planes_differ(one.header, other.header)
