"""Random draws that are the same on every machine, for ever: NumPy's PCG64 under a seed made from names.

What belongs here: shuffles and squares. What does not: what is drawn (reading_order, planting).

Only the generator's raw 64-bit stream is used. NumPy keeps that stream stable between versions; its shuffles it does
not (NEP 19), so the shuffle is ours (Fisher and Yates, with rejection instead of a modulus).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import permutations
from math import lcm
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

GENERATOR = "numpy PCG64, readerlab draws 1"

_FEW = 64
_MOST = np.uint64(2**64 - 1)

Item = TypeVar("Item")
Raws = NDArray[np.uint64]


def seed_of(*scope: str | int) -> int:
    """A 63-bit seed for a scope such as ("who-goes-first", 20261121, "reader", 4, "block", "unaided")."""
    return int.from_bytes(_digest(scope)[:8], "big") >> 1


def _digest(scope: tuple[str | int, ...]) -> bytes:
    parts = [str(part).encode("utf-8") for part in scope]
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()


class Draws:
    """A stream of draws for one scope."""

    def __init__(self, *scope: str | int) -> None:
        self._bits = np.random.PCG64(int.from_bytes(_digest(scope)[:16], "big"))
        self._waiting: list[int] = []  # drawn in one go and not yet used, last first

    def _raw(self) -> int:
        return self._waiting.pop() if self._waiting else int(self._bits.random_raw())

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit − 1, each equally likely; 1 <= limit <= 2**63."""
        fair = 2**64 - 2**64 % limit
        while (raw := self._raw()) >= fair:
            pass
        return raw % limit

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """The items in random order, each order equally likely."""
        order = list(items)
        for last, other in zip(range(len(order) - 1, 0, -1), self._places(len(order)), strict=True):
            order[last], order[other] = order[other], order[last]
        return order

    def shuffled_until(self, items: Sequence[Item], fails: Callable[[Item], bool]) -> list[Item] | None:
        """As `shuffled`; None as soon as `fails` says so of an item, asked from the last place to the first.

        What is drawn from the stream is the same in both cases.
        """
        order = list(items)
        for last, other in zip(range(len(order) - 1, 0, -1), self._places(len(order)), strict=True):
            order[last], order[other] = order[other], order[last]
            if fails(order[last]):
                return None
        return None if order and fails(order[0]) else order

    def _places(self, count: int) -> Iterable[int]:
        """below(count), below(count − 1) … below(2), the same as one by one but for large counts much faster."""
        if count < _FEW or self._waiting:
            return [self.below(limit) for limit in range(count, 1, -1)]
        raws, (by, fair) = self._bits.random_raw(count - 1), _limits(count)
        if (raws <= fair).all():
            return _listed(raws, by)
        self._waiting = raws.tolist()[::-1]
        return [self.below(limit) for limit in range(count, 1, -1)]


@lru_cache(maxsize=8)
def _limits(count: int) -> tuple[Raws, Raws]:
    """count, count − 1 … 2, and for each the highest number that `below` takes: the few above it are drawn again."""
    by = np.arange(count, 1, -1, dtype=np.uint64)
    return by, _MOST - (_MOST % by + np.uint64(1)) % by


def _listed(raws: Raws, by: Raws) -> Iterator[int]:
    """Places as Python's own numbers, at first a few at a time: most shuffles that fail do so early."""
    start, end = 0, _FEW
    while start < len(raws):
        yield from (raws[start:end] % by[start:end]).tolist()
        start, end = end, 4 * end


def williams_square(size: int) -> tuple[tuple[int, ...], ...]:
    """Rows of 0 … size − 1, balanced for position and for which one follows which.

    `size` rows for an even size, 2 × size for an odd one (each row followed by its mirror image; the even-numbered rows
    are a Latin square by themselves, and so are the odd-numbered). E. J. Williams, Aust J Sci Res A 1949;2:149.
    """
    first = [0] + [(at + 1) // 2 if at % 2 else size - at // 2 for at in range(1, size)]
    rows = [tuple((value + shift) % size for value in first) for shift in range(size)]
    if size % 2 == 0 or size == 1:
        return tuple(rows)
    return tuple(row for straight in rows for row in (straight, straight[::-1]))


def square_row(size: int, index: int) -> tuple[int, ...]:
    """The row for the index-th reader.

    Every `size` readers from a multiple of `size` make a Latin square, and in the long run all rows occur equally often
    with every turn of the case sets (which go with index modulo size).
    """
    rows = williams_square(size)
    turn, fold = index % size, index // size
    return rows[(turn * (len(rows) // size) + fold) % len(rows)]


def rotations_of_all(size: int) -> tuple[tuple[int, ...], ...]:
    """Every order of 0 … size − 1; each `size` of them from a multiple of `size` make a Latin square."""
    return tuple(
        (first := (0, *rest))[turn:] + first[:turn] for rest in permutations(range(1, size)) for turn in range(size)
    )


def turned_row(rows: int, size: int, index: int) -> int:
    """Which of so many rows the index-th reader takes, where something else goes with index modulo size.

    Every `rows` readers take each row once, and in the long run each row meets each of the other's turns equally often.
    """
    return (index + index // lcm(rows, size)) % rows
