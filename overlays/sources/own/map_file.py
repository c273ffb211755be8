"""The array of one AI map in an .npz file.

What belongs here: bytes on disk, read with suspicion. What does not: what the values mean (result_file).
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from overlays.sources.files import BLOCK, LARGEST_BYTES, check_beside, filled, replace_with
from study_configs.problem import StudyProblem

MEMBER = "values.npy"
HEADER_BYTES = 2048
DTYPES = tuple(np.dtype(name) for name in ("u1", "<u2", "<i2", "<f4", "<f8"))
UNREADABLE = (
    OSError, EOFError, KeyError, ValueError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
QUICK = 1  # zlib's level: label maps shrink a hundredfold all the same, and unpack in a tenth of a second
WORTHWHILE = 0.5  # noisy floats hardly shrink and take long to unpack: beyond this share they are stored as they are

Field = NDArray[Any]


def read_map(path: Path) -> Field:
    """The array `values` of an .npz (slices, rows, columns), in one of DTYPES. Raises StudyProblem for anything else.

    Every size is checked before anything is unpacked, and nothing in the file can run code.
    """
    try:
        check_beside(path)
        with zipfile.ZipFile(path) as archive, archive.open(MEMBER) as stream:
            shape, dtype = _checked_header(stream, archive.getinfo(MEMBER).file_size)
            return filled(np.empty(shape, dtype), stream.read)
    except UNREADABLE as error:
        raise StudyProblem(
            f"The map cannot be read: {error}.", where=str(path), todo="Make it again; docs/ai_results.md says how."
        ) from error


def _checked_header(stream: IO[bytes], untrusted_bytes: int) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and dtype of the npy header, once they agree with the size of the member and our own bounds."""
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("it is not written in version 1.0 of the npy form")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream, max_header_size=HEADER_BYTES)
    if dtype not in DTYPES or fortran or len(shape) != 3 or min(shape) < 1:
        named = ", ".join(each.name for each in DTYPES)
        raise ValueError(f"it holds {dtype} of shape {shape}, not one of {named} in C order (slices, rows, columns)")
    needed = int(np.prod(np.array(shape, dtype=object))) * dtype.itemsize
    if needed > LARGEST_BYTES or not needed < untrusted_bytes <= needed + HEADER_BYTES:
        raise ValueError("its size does not agree with its shape, or is too large")
    return tuple(int(n) for n in shape), dtype


def write_map(values: Field, path: Path) -> None:
    """Write an array where `read_map` finds it, packed where that is worthwhile. Raises OSError, ValueError."""
    plain = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    if plain.dtype not in DTYPES or plain.ndim != 3 or plain.nbytes > LARGEST_BYTES:
        raise ValueError(f"a map of {values.dtype} and shape {values.shape} has no place in the file")
    packing = zipfile.ZIP_DEFLATED if _shrinks(plain) else zipfile.ZIP_STORED

    def pack(stream: IO[bytes]) -> None:
        archive = zipfile.ZipFile(stream, "w", packing, compresslevel=QUICK)
        with archive, archive.open(MEMBER, "w", force_zip64=True) as member:
            np.lib.format.write_array(member, plain, version=(1, 0), allow_pickle=False)

    replace_with(path, pack)


def _shrinks(values: Field) -> bool:
    """Whether the middle of an array packs well."""
    flat = values.reshape(-1).view(np.uint8)
    middle = flat[max(0, flat.size // 2 - BLOCK // 2) :][:BLOCK].tobytes()
    return len(zlib.compress(middle, QUICK)) < WORTHWHILE * len(middle)
