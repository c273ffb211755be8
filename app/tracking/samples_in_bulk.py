"""Packed samples of many events at once, as arrays: for measures over a whole log.

What belongs here: the codec "columns-1" (app.tracking.samples) read in bulk. What does not: writing it, and checks
against an event's header: whoever reads one event unpacks it there.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.tracking.samples import CODEC, FIRST, WIDTHS
from study_configs.problem import StudyProblem

Wholes = npt.NDArray[np.int64]
Layout = tuple[int, tuple[int, ...]]  # samples, and the bytes of each column's differences


class Packed(NamedTuple):
    """The samples of one event: how many, by its header, and their bytes."""

    size: int
    data: bytes
    codec: str = CODEC


def wholes_of(columns: int, packed: Sequence[Packed]) -> Wholes:
    """The samples of all events, in the order given: one row each, the whole numbers that they are stored as.

    The events have so many columns, none of which may be missing. Raises StudyProblem for bytes that hold no such
    columns.
    """
    raw = [_inflated(each) for each in packed]
    alike: dict[Layout, list[int]] = {}
    for at, each in enumerate(packed):
        if each.size:
            alike.setdefault((each.size, _widths(raw[at], columns, each.size)), []).append(at)
    counts = np.array([each.size for each in packed], dtype=np.int64)
    ends = np.cumsum(counts)
    wholes = np.empty((int(counts.sum()), columns), dtype=np.int64)
    for (count, widths), found in alike.items():
        block = np.frombuffer(b"".join([raw[at] for at in found]), dtype=np.uint8).reshape(len(found), -1)
        wholes[(ends[found] - count)[:, None] + np.arange(count)] = _decoded(block, count, widths)
    return wholes


def _inflated(packed: Packed) -> bytes:
    if packed.codec != CODEC:
        raise _damaged(f"they are packed as {packed.codec!r}")
    try:
        return zlib.decompress(packed.data)
    except zlib.error as error:
        raise _damaged("they can't be inflated") from error


def _widths(raw: bytes, columns: int, count: int) -> tuple[int, ...]:
    """How many bytes each column's differences take."""
    at, widths = 0, []
    for _ in range(columns):
        width = raw[at + FIRST.size - 1] if at + FIRST.size <= len(raw) else 0
        if width not in WIDTHS:
            raise _damaged("their columns can't be told apart")
        widths.append(width)
        at += FIRST.size + width * (count - 1)
    if at != len(raw):
        raise _damaged("they are longer or shorter than their header says")
    return tuple(widths)


def _decoded(block: npt.NDArray[np.uint8], count: int, widths: tuple[int, ...]) -> Wholes:
    """Events (rows) of one layout → (events, samples, columns)."""
    values = np.empty((len(block), count, len(widths)), dtype=np.int64)
    at = 0
    for column, width in enumerate(widths):
        values[:, 0, column] = np.ascontiguousarray(block[:, at : at + 8]).view("<i8")[:, 0]
        at += FIRST.size
        if count > 1:
            values[:, 1:, column] = np.ascontiguousarray(block[:, at : at + width * (count - 1)]).view(f"<i{width}")
        at += width * (count - 1)
    np.cumsum(values, axis=1, out=values)
    return values


def _damaged(what: str) -> StudyProblem:
    return StudyProblem(
        f"Samples in the log are damaged: {what}.",
        todo="Run `readerlab verify` on the store, and go back to its last sound copy.",
    )
