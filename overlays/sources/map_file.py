"""The array of one AI map in an .npz file, and files that are written whole or not at all.

What belongs here: bytes on disk, read with suspicion. What does not: what the values mean (readerlab_json).
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import StudyProblem

LARGEST_BYTES = 1 << 30
MEMBER = "values.npy"
HEADER_BYTES = 2048

Field = NDArray[np.float32]


def read_map(path: Path) -> Field:
    """The array `values` of an .npz: float32 (slices, rows, columns). Raises StudyProblem where it is anything else.

    Every size is checked before anything is unpacked, and nothing in the file can run code.
    """
    try:
        _check_no_link(path)
        with zipfile.ZipFile(path) as archive, archive.open(MEMBER) as stream:
            shape = _checked_shape(stream, archive.getinfo(MEMBER).file_size)
            data = stream.read(int(np.prod(shape)) * 4)
        return np.frombuffer(data, "<f4").reshape(shape).astype(np.float32)
    except (OSError, EOFError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise StudyProblem(
            f"The map cannot be read: {error}.", where=str(path), todo="Make it again; docs/ai_results.md says how."
        ) from error


def _check_no_link(path: Path) -> None:
    if path.resolve().parent != path.parent.resolve():
        raise ValueError("it is a link to somewhere else")


def _checked_shape(stream: IO[bytes], untrusted_bytes: int) -> tuple[int, ...]:
    """The shape in the npy header, once it agrees with the size of the member and our own bounds."""
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("it is not written in version 1.0 of the npy form")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream, max_header_size=HEADER_BYTES)
    if dtype != np.dtype("<f4") or fortran or len(shape) != 3 or min(shape) < 1:
        raise ValueError(f"it holds {dtype} of shape {shape}, not float32 (slices, rows, columns)")
    needed = int(np.prod(np.array(shape, dtype=object))) * 4
    if needed > LARGEST_BYTES or not needed < untrusted_bytes <= needed + HEADER_BYTES:
        raise ValueError("its size does not agree with its shape, or is too large")
    return tuple(int(n) for n in shape)


def write_map(values: Field, path: Path) -> None:
    """Write an array where `read_map` finds it. Raises OSError."""
    packed = io.BytesIO()
    np.savez_compressed(packed, values=np.ascontiguousarray(values, "<f4"))
    replace_by(path, packed.getvalue())


def replace_by(path: Path, data: bytes) -> None:
    """Put a file in place at once: whoever opens it sees the old one or all of the new one. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
