"""Packed samples of many events at once, as arrays: for measures over a whole log.

What belongs here: the codec "columns-1" (app.tracking.samples) read in bulk. What does not: writing it, and checks
against an event's header: whoever reads one event unpacks it there.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.tracking.samples import CODEC, FIRST, MOST_SAMPLES, WIDTHS
from study_configs.problem import StudyProblem

Wholes = npt.NDArray[np.int64]


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
    raw = [_inflated(each, columns) for each in packed]
    counts = np.array([each.size for each in packed], dtype=np.int64)
    ends = np.cumsum(counts)
    wholes = np.empty((int(counts.sum()), columns), dtype=np.int64)
    alike: dict[tuple[int, int], list[int]] = {}
    for at, each in enumerate(packed):
        alike.setdefault((each.size, len(raw[at])), []).append(at)
    for (count, length), found in alike.items():
        if count == 0:
            continue
        block = np.frombuffer(b"".join([raw[at] for at in found]), dtype=np.uint8).reshape(len(found), length)
        first = ends[found] - count
        for widths, mine in _layouts(block, columns, count):
            wholes[first[mine, None] + np.arange(count)] = _decoded(block[mine], count, widths)
    return wholes


def _inflated(packed: Packed, columns: int) -> bytes:
    """The columns' bytes; never more of them than so many samples can take, whatever a header or the bytes say."""
    if type(packed.size) is not int or not 0 <= packed.size <= MOST_SAMPLES:
        raise _damaged("their number can't be right")
    if packed.codec != CODEC:
        raise _damaged(f"they are packed as {packed.codec!r}")
    most, inflater = columns * (FIRST.size + max(WIDTHS) * max(packed.size - 1, 0)), zlib.decompressobj()
    try:
        raw = inflater.decompress(packed.data, most + 1)
    except zlib.error as error:
        raise _damaged("they can't be inflated") from error
    if len(raw) > most or not inflater.eof:
        raise _damaged("there are more or fewer than their header says")
    return raw


def _layouts(block: npt.NDArray[np.uint8], columns: int, count: int) -> Iterator[tuple[tuple[int, ...], Wholes]]:
    """The bytes that each column's differences take, and the events (rows) of which that is true."""
    rows, length = block.shape
    at, widths = np.zeros(rows, dtype=np.int64), np.zeros((rows, columns), dtype=np.int64)
    for column in range(columns):
        if (at + FIRST.size > length).any():
            raise _damaged("they break off")
        widths[:, column] = block[np.arange(rows), at + FIRST.size - 1]
        at += FIRST.size + widths[:, column] * (count - 1)
    if not np.isin(widths, list(WIDTHS)).all() or (at != length).any():
        raise _damaged("their columns can't be told apart")
    kinds, kind = np.unique(widths, axis=0, return_inverse=True)
    for number, each in enumerate(kinds.tolist()):
        yield tuple(each), np.flatnonzero(kind.reshape(-1) == number)


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
