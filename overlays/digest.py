"""One sha-256 for everything that a picture of an AI result depends on.

What belongs here: the digest, and results that carry theirs. What does not: how results are kept or sent (sources,
prepare).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import AIResult

BLOCK = 1 << 22  # bytes of an array hashed at a time, so that no second copy of it is made

# Where a result came from and what coordinators are told of it change no picture; readers are told none of it
NOT_SHOWN = frozenset({"provenance", "references", "patient", "remarks"})


@dataclass(frozen=True, slots=True, eq=False)
class Digested:
    """A result with its digest, which takes long over large maps and is worked out before anybody waits for it."""

    result: AIResult
    digest: str


def digested(result: AIResult) -> Digested:
    return Digested(result, digest(result))


def digest(result: AIResult) -> str:
    """The sha-256 (hex) of a result's findings, maps, assessments, advice and examples, values of arrays included.

    Two results of one digest paint the same pictures. It is the same on every platform and however an array lies in
    memory: arrays count by shape, kind and bytes in C order, little-endian. Every value is preceded by its kind and
    length, so that no two results can run together.
    """
    hashing = hashlib.sha256(b"readerlab AIResult 1")
    _add(hashing, result)
    return hashing.hexdigest()


def _add(hashing: Any, value: Any) -> None:
    if is_dataclass(value) and not isinstance(value, type):
        _add_text(hashing, b"D", type(value).__name__)
        for field in fields(value):
            if field.name not in NOT_SHOWN:
                _add_text(hashing, b"F", field.name)
                _add(hashing, getattr(value, field.name))
        hashing.update(b"E")
    elif isinstance(value, np.ndarray):
        _add_array(hashing, value)
    elif isinstance(value, (tuple, list)):
        hashing.update(b"T" + struct.pack("<Q", len(value)))
        for each in value:
            _add(hashing, each)
    else:
        _add_scalar(hashing, value)


def _add_scalar(hashing: Any, value: object) -> None:
    match value:
        case None:
            hashing.update(b"N")
        case str():
            _add_text(hashing, b"S", value)
        case bool() | int() | float() | np.number():
            hashing.update(b"R" + struct.pack("<d", float(value)))
        case _:
            raise TypeError(f"An AI result holds a {type(value).__name__}, which has no digest.")


def _add_text(hashing: Any, mark: bytes, text: str) -> None:
    data = text.encode()
    hashing.update(mark + struct.pack("<Q", len(data)) + data)


def _add_array(hashing: Any, values: NDArray[Any]) -> None:
    _add_text(hashing, b"A", values.dtype.newbyteorder("<").str)
    hashing.update(struct.pack(f"<B{values.ndim}Q", values.ndim, *values.shape))
    rows = values.reshape(-1, values.shape[-1]) if values.flags.c_contiguous and values.ndim > 1 else values
    per_block = max(1, BLOCK // max(1, int(np.prod(rows.shape[1:], dtype=np.int64)) * rows.itemsize))
    for start in range(0, len(rows), per_block):
        block = rows[start : start + per_block].astype(values.dtype.newbyteorder("<"), copy=False)
        hashing.update(np.ascontiguousarray(block).data)
