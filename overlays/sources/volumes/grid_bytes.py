"""The voxels of a volume in a foreign file: so many bytes from a place on, unpacked no further than asked.

What belongs here: opening and unpacking within bounds. What does not: headers (nifti, nrrd, metaimage).
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray

from overlays.sources.files import LARGEST_BYTES, check_beside
from study_configs.problem import StudyProblem

Packing = Literal["raw", "gzip", "bzip2", "zlib"]
BLOCK = 1 << 20
LONGEST_HEADER = 4 << 20
MOST_ALONG = 32_768  # voxels along one axis
AGAIN = "Save the volume again, or leave it out."
UNREADABLE = (OSError, EOFError, ValueError, ArithmeticError, MemoryError, zlib.error)


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """What goes wrong with the bytes of a file becomes a StudyProblem that names it."""
    try:
        yield
    except UNREADABLE as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else error
        what = f"The volume cannot be read: {said or 'it ends too early'}."
        raise StudyProblem(what, where=str(path), todo=AGAIN) from error


def checked_count(shape: tuple[int, ...], dtype: np.dtype[Any], there: int, packing: Packing) -> int:
    """How many bytes such an array takes. Raises ValueError where that is absurd, or more than the file can hold."""
    if not shape or min(shape) < 1 or max(shape) > MOST_ALONG:
        raise ValueError(f"it says that it is {' × '.join(str(n) for n in shape)} voxels large")
    count = int(np.prod(np.array(shape, dtype=object))) * dtype.itemsize
    if count > LARGEST_BYTES:
        raise ValueError(f"it says that it has {count >> 20} MiB of voxels; the limit is {LARGEST_BYTES >> 20} MiB")
    if packing == "raw" and count > there:
        raise ValueError(f"its header asks for {count} bytes of voxels, but only {there} are there")
    return count


def head_of(path: Path) -> bytes:
    """The first bytes of a file, enough for any header. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(LONGEST_HEADER)


def array_in(
    path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], *, start: int, packing: Packing, skip: int = 0
) -> NDArray[Any]:
    """An array (C order) whose bytes begin at `start` of the file and after `skip` bytes of what is unpacked there.

    Raises OSError, EOFError, ValueError, zlib.error; `telling` makes a StudyProblem of these.
    """
    count = checked_count(shape, dtype, path.stat().st_size - start - skip, packing)
    values = np.empty(shape, dtype)
    with path.open("rb") as stream:
        stream.seek(start)
        _fill(values.reshape(-1).view(np.uint8).data, _unpacked(stream, packing, skip + count), skip)
    return values.astype(dtype.newbyteorder("="), copy=False)


def beside(path: Path, name: str) -> Path:
    """The file of the same folder that a header names. Raises ValueError where it lies elsewhere."""
    if not name or "/" in name or "\\" in name or name.startswith(".") or ":" in name:
        raise ValueError(f"it points to the file {name!r} outside its own folder, which is not followed")
    found = path.with_name(name)
    check_beside(found)
    return found


def _fill(room: memoryview, blocks: Iterator[bytes], skip: int) -> None:
    done = 0
    for block in blocks:
        part = block[skip:]
        skip -= len(block) - len(part)
        part = part[: len(room) - done]
        room[done : done + len(part)] = part
        done += len(part)
        if done == len(room):
            return
    raise EOFError("it ends too early")


def _unpacked(stream: IO[bytes], packing: Packing, most: int) -> Iterator[bytes]:
    """The bytes of a stream, block by block, no more than `most` of them in all."""
    if packing == "zlib":
        yield from _inflated(stream, most)
        return
    opened = _opened(stream, packing)
    while most > 0 and (block := opened.read(min(BLOCK, most))):
        most -= len(block)
        yield block


def _opened(stream: IO[bytes], packing: Packing) -> IO[bytes] | gzip.GzipFile | bz2.BZ2File:
    if packing == "gzip":
        return gzip.GzipFile(fileobj=stream)
    return bz2.BZ2File(stream) if packing == "bzip2" else stream


def _inflated(stream: IO[bytes], most: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    packed = stream.read(BLOCK)
    while packed and most > 0:
        block = inflater.decompress(packed, min(BLOCK, most))
        most -= len(block)
        yield block
        packed = inflater.unconsumed_tail or stream.read(BLOCK)
