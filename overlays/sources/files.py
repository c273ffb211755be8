"""Files on disk as every source meets them: none beside another may lead away, and what is written appears whole.

What belongs here: paths, bounds and plain bytes. What does not: what is in any file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

LARGEST_BYTES = 2 << 30  # of one map
BLOCK = 1 << 20

Field = NDArray[Any]


def check_beside(path: Path) -> None:
    """Raise ValueError where what lies beside a file is a link out of their folder, or a pipe that never ends."""
    if path.resolve().parent != path.parent.resolve():
        raise ValueError("it is a link to somewhere else")
    if path.exists() and not path.is_file():
        raise ValueError("it is no regular file")


def filled(values: Field, read: Callable[[int], bytes]) -> Field:
    """An array of any byte order with the bytes that a stream reads next, in this machine's. Raises EOFError."""
    room = values.reshape(-1).view(np.uint8).data
    done = 0
    while done < len(room):
        block = read(min(BLOCK, len(room) - done))
        if not block:
            raise EOFError("it ends too early")
        room[done : done + len(block)] = block
        done += len(block)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def replace_by(path: Path, data: bytes) -> None:
    """Put a file in place at once: whoever opens it sees the old one or all of the new one. Raises OSError."""
    replace_with(path, lambda stream: stream.write(data))


def replace_with(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Put a file in place at once, as `fill` writes it into the stream that it is given. Raises what `fill` raises."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            fill(stream)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
