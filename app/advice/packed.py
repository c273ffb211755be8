"""An AI result in one file that is read at once, whose name, size and date say nothing of what is in it.

What belongs here: bytes on disk, checked by their own hash. What does not: which results are kept (making), and files
that people exchange (overlays.sources).
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overlays import result as model
from overlays.result import AIResult
from overlays.sources.files import replace_by

MAGIC = b"ReaderLab shown 1"
LEAST_BYTES = 1 << 16  # sizes go up in steps of two from here, so that one finding more or less changes none
THAT_DAY = 1_000_000_000  # seconds since 1970: one date for all, so that none tells which was made after which
CLASSES: Mapping[str, type] = {
    name: each for name, each in vars(model).items() if isinstance(each, type) and is_dataclass(each)
}


def write(result: AIResult, path: Path) -> None:
    """Write a result; whoever opens the file sees all of it or none. Raises OSError."""
    arrays: list[NDArray[Any]] = []
    told = json.dumps(_told(result, arrays), separators=(",", ":")).encode()
    parts = [zlib.compress(each, 1) for each in (told, *(np.ascontiguousarray(each).tobytes() for each in arrays))]
    body = b"".join(len(part).to_bytes(8, "little") + part for part in parts)
    data = MAGIC + sha256(body).digest() + len(body).to_bytes(8, "little") + body
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_by(path, data.ljust(_size_for(len(data)), b"\0"))
    os.utime(path, (THAT_DAY, THAT_DAY))


def read(path: Path) -> AIResult | None:
    """The result in a file that `write` wrote; None where there is none, or where it was damaged."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    start = len(MAGIC) + 40
    length = int.from_bytes(data[start - 8 : start], "little")
    body = data[start : start + length]
    if data[: len(MAGIC)] != MAGIC or sha256(body).digest() != data[len(MAGIC) : start - 8]:
        return None
    parts = _parts(body)
    found = _found(json.loads(zlib.decompress(parts[0])), parts[1:])
    return found if isinstance(found, AIResult) else None


def _size_for(length: int) -> int:
    size = LEAST_BYTES
    while size < length:
        size *= 2
    return size


def _parts(body: bytes) -> list[bytes]:
    parts, at = [], 0
    while at < len(body):
        length = int.from_bytes(body[at : at + 8], "little")
        parts.append(body[at + 8 : at + 8 + length])
        at += 8 + length
    return parts


def _told(value: Any, arrays: list[NDArray[Any]]) -> Any:
    """Dataclasses as {"=": name, field: …}, arrays by their place in `arrays`, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        told = {each.name: _told(getattr(value, each.name), arrays) for each in fields(value)}
        return {"=": type(value).__name__, **told}
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1, "dtype": value.dtype.str, "shape": list(value.shape)}
    if isinstance(value, (tuple, list)):
        return [_told(each, arrays) for each in value]
    return value.item() if isinstance(value, np.generic) else value


def _found(told: Any, arrays: list[bytes]) -> Any:
    if isinstance(told, list):
        return tuple(_found(each, arrays) for each in told)
    if not isinstance(told, dict):
        return told
    if "array" in told:
        data = bytearray(zlib.decompress(arrays[told["array"]]))
        return np.frombuffer(data, told["dtype"]).reshape(told["shape"])
    return CLASSES[told["="]](**{name: _found(each, arrays) for name, each in told.items() if name != "="})
