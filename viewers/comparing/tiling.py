"""Consecutive slices of one series over several viewports: which slice stands where, and how they move together.

What belongs here: that arithmetic. What does not: widgets (viewers.desks.tile_desk), other links (linking).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewers.comparing.linking import Seat
from viewers.view import View


def first_tile(wanted: int, tiles: int, frames: int) -> int:
    """The slice of the first tile, as near to `wanted` as fills every tile where there are slices enough."""
    return max(0, min(wanted, frames - tiles))


def tile_slices(first: int, tiles: int, frames: int) -> tuple[int | None, ...]:
    """Each tile's slice; None where the stack has ended."""
    return tuple(first + n if first + n < frames else None for n in range(tiles))


def tiled(leader: Seat, seats: Sequence[Seat]) -> dict[int, View]:
    """The views of all tiles after one of them moved: consecutive slices, looked at in the same way."""
    order = [seat.index for seat in seats]
    first = first_tile(leader.view.slice_index - order.index(leader.index), len(seats), leader.header.frames)
    wanted = {
        seat.index: replace(leader.view, slice_index=min(first + place, leader.header.frames - 1))
        for place, seat in enumerate(seats)
    }
    return {seat.index: wanted[seat.index] for seat in seats if wanted[seat.index] != seat.view}


def paged(first: int, pages: int, tiles: int, frames: int) -> int:
    """The first tile's slice after so many pages on or back."""
    return first_tile(first + pages * tiles, tiles, frames)
