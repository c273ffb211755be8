"""Random draws that are the same on every machine, for ever: NumPy's PCG64 under a seed made from names.

What belongs here: shuffles and squares. What does not: what is drawn (reading_order, planting).

Only the generator's raw 64-bit stream is used. NumPy keeps that stream stable between versions; its shuffles it does
not (NEP 19), so the shuffle is ours (Fisher and Yates, with rejection instead of a modulus).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeVar

import numpy as np

GENERATOR = "numpy PCG64, readerlab draws 1"

Item = TypeVar("Item")


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

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit − 1, each equally likely; 1 <= limit <= 2**63."""
        fair = 2**64 - 2**64 % limit
        while (raw := int(self._bits.random_raw())) >= fair:
            pass
        return raw % limit

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """The items in random order, each order equally likely."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order


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
