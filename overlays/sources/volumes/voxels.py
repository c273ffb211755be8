"""The voxels of a volume in a foreign file: decoded by SimpleITK, from a header that is ours.

What belongs here: opening and decoding within bounds. What does not: headers (nifti, nrrd, metaimage). No byte of a
foreign header reaches SimpleITK: once it is checked, its voxels are copied behind a header with nothing in it but their
number and type. MetaIO, its reader of MetaImage, gives zeros where packed voxels are damaged, and says nothing; so all
forms go through the reader of NRRD, which refuses. Voxels that are not packed leave nothing to decode and are read
straight.
"""

from __future__ import annotations

import re
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from overlays.sources.files import LARGEST_BYTES, check_beside
from study_configs.problem import StudyProblem

Packing = Literal["raw", "gzip", "zlib", "ascii"]
BLOCK = 1 << 20
LONGEST_HEADER = 4 << 20
MOST_ALONG = 32_768  # voxels along one axis
LONGEST_NUMBER = 40  # characters, where numbers are written out
NUMBER = re.compile(rb"[-+0-9.eE]{1,40}|-?(nan|inf)")
AGAIN = "Save the volume again, or leave it out."
UNREADABLE = (OSError, EOFError, ValueError, ArithmeticError, MemoryError, zlib.error)
OUR_HEADER = "NRRD0004\ntype: {kind}\ndimension: 2\nsizes: {sizes}\nendian: {endian}\nencoding: {encoding}\n{skip}\n"
KINDS = {"i": "int{}", "u": "uint{}", "f": "float"}


@dataclass(frozen=True, slots=True)
class Voxels:
    """Where the voxels of a volume lie, in which files one after the other, and how they are written there.

    They begin at `start` of the first file, and after `skip` bytes of what is unpacked there; `shape` is in C order.
    """

    files: tuple[Path, ...]
    start: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    packing: Packing
    skip: int = 0


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """What goes wrong with the bytes of a file becomes a StudyProblem that names it."""
    try:
        yield
    except UNREADABLE as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else error
        what = f"The volume cannot be read: {said or 'it ends too early'}."
        raise StudyProblem(what, where=str(path), todo=AGAIN) from error


def checked_bytes(shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    """How many bytes such an array takes. Raises ValueError where that is absurd."""
    if not shape or min(shape) < 1 or max(shape) > MOST_ALONG:
        raise ValueError(f"it says that it is {' × '.join(str(n) for n in shape)} voxels large")
    count = int(np.prod(np.array(shape, dtype=object))) * dtype.itemsize
    if count > LARGEST_BYTES:
        raise ValueError(f"it says that it has {count >> 20} MiB of voxels; the limit is {LARGEST_BYTES >> 20} MiB")
    return count


def start_from_end(file: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    """Where voxels begin that are the last bytes of a file. Raises ValueError."""
    return max(0, file.stat().st_size - checked_bytes(shape, dtype))


def head_of(path: Path) -> bytes:
    """The first bytes of a file, enough for any header. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(LONGEST_HEADER)


def beside(path: Path, name: str) -> Path:
    """The file of the same folder that a header names. Raises ValueError where it lies elsewhere."""
    if not name or "/" in name or "\\" in name or name.startswith(".") or ":" in name:
        raise ValueError(f"it points to the file {name!r} outside its own folder, which is not followed")
    found = path.with_name(name)
    check_beside(found)
    return found


def decoded(voxels: Voxels) -> NDArray[Any]:
    """The voxels in the byte order of this machine. Raises OSError, ValueError, zlib.error (`telling` tells them)."""
    count = checked_bytes(voxels.shape, voxels.dtype)
    _check_there(voxels, count)
    values = _read_straight(voxels, count) if voxels.packing == "raw" else _unpacked(voxels, count)
    return values.astype(voxels.dtype.newbyteorder("="), copy=False).reshape(voxels.shape)


def _check_there(voxels: Voxels, count: int) -> None:
    there = sum(file.stat().st_size for file in voxels.files) - voxels.start - voxels.skip
    if voxels.packing == "raw" and count > there:
        raise ValueError(f"its header asks for {count} bytes of voxels, but only {max(0, there)} are there")


def _read_straight(voxels: Voxels, count: int) -> NDArray[Any]:
    """Voxels as the files have them, without the copy and the second reading that SimpleITK takes.

    This is the hot path: large volumes that are not packed take five times as long through a copy, and nothing in
    them needs a decoder once their number and type are checked.
    """
    read = np.empty(count, np.uint8)
    filled, skip = 0, voxels.start + voxels.skip
    for file in voxels.files:
        with file.open("rb") as stream:
            skip -= stream.seek(min(skip, file.stat().st_size))
            filled += stream.readinto(read.data[filled:])
    if filled < count:
        raise ValueError("its voxels are damaged, or end too early")
    return read.view(voxels.dtype)


def _unpacked(voxels: Voxels, count: int) -> NDArray[Any]:
    import SimpleITK

    with tempfile.TemporaryDirectory(prefix="readerlab-") as folder:
        copy = Path(folder) / "voxels.nrrd"
        with copy.open("wb") as stream:
            stream.write(_our_header(voxels).encode())
            for block in _blocks(voxels, count):
                stream.write(block)
        try:
            values: NDArray[Any] = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(copy), imageIO="NrrdImageIO"))
        except RuntimeError as error:
            raise ValueError("its voxels are damaged, or end too early") from error
    return values


def _our_header(voxels: Voxels) -> str:
    dtype = voxels.dtype
    kind = "double" if dtype.str[1:] == "f8" else KINDS[dtype.kind].format(8 * dtype.itemsize)
    return OUR_HEADER.format(
        kind=kind,
        sizes=f"{voxels.shape[-1]} {int(np.prod(voxels.shape[:-1]))}",
        endian="big" if dtype.str.startswith(">") else "little",
        encoding="raw" if voxels.packing == "zlib" else voxels.packing,  # zlib is unpacked here
        skip=f"byte skip: {voxels.skip}\n" if voxels.skip and voxels.packing == "gzip" else "",
    )


def _blocks(voxels: Voxels, count: int) -> Iterator[bytes]:
    """The bytes of packed voxels, no more of them than `count` needs. Raises ValueError for fewer."""
    bytes_ = chain.from_iterable(_bytes(file, voxels.start if n == 0 else 0) for n, file in enumerate(voxels.files))
    if voxels.packing == "gzip":
        return _gzipped(bytes_)
    if voxels.packing == "zlib":
        return _inflated(bytes_, count)
    return _numbers(bytes_, voxels)


def _bytes(file: Path, start: int) -> Iterator[bytes]:
    with file.open("rb") as stream:
        stream.seek(start)
        while block := stream.read(BLOCK):
            yield block


def _gzipped(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same; ITK unpacks no more than it needs, but would take bytes that are not packed as they are."""
    first = next(blocks, b"")
    if not first.startswith(b"\x1f\x8b"):
        raise ValueError("its voxels are not packed as its header says")
    yield first
    yield from blocks


def _inflated(blocks: Iterator[bytes], count: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    for packed in blocks:
        while packed and count > 0:
            block = inflater.decompress(packed, min(BLOCK, count))
            count -= len(block)
            yield block
            packed = inflater.unconsumed_tail
        if count == 0:
            inflater.decompress(packed, 1)  # the checksum behind the last voxel
            return
    raise ValueError("its voxels end too early")


def _numbers(blocks: Iterator[bytes], voxels: Voxels) -> Iterator[bytes]:
    """Numbers that are written out; none is longer than ITK has room for."""
    left, rest = int(np.prod(voxels.shape)), b""
    for block in chain(blocks, (b" ",)):
        whole, _, rest = re.sub(rb"[\s,]+", b" ", rest + block).rpartition(b" ")
        words = whole.split()
        if len(rest) > LONGEST_NUMBER or not all(NUMBER.fullmatch(word) for word in words):
            raise ValueError("its voxels are no numbers")
        left -= len(words)
        yield b" ".join(words) + b" "
        if left < 0:
            raise ValueError("it holds more numbers than its header asks for")
    if left:
        raise ValueError(f"its header asks for {left} numbers more than are there")
