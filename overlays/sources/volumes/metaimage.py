"""MetaImage volumes (.mha, and .mhd with its voxels in files beside it), read with suspicion and written.

What belongs here: MetaImage's header. What does not: decoding (voxels), what the numbers mean (grids).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap
from overlays.sources.volumes.grids import Grid, checked_affine
from overlays.sources.volumes.voxels import (
    MOST_ALONG,
    Packing,
    Voxels,
    beside,
    decoded,
    head_of,
    start_from_end,
    telling,
)
from overlays.sources.volumes.writing import write_volume

TYPES = {
    "MET_CHAR": "i1",
    "MET_UCHAR": "u1",
    "MET_SHORT": "i2",
    "MET_USHORT": "u2",
    "MET_INT": "i4",
    "MET_UINT": "u4",
    "MET_LONG": "i4",
    "MET_ULONG": "u4",
    "MET_LONG_LONG": "i8",
    "MET_ULONG_LONG": "u8",
    "MET_FLOAT": "f4",
    "MET_DOUBLE": "f8",
}
MOST_LINES = 1000
Keys = dict[str, str]


def grids_in(path: Path) -> tuple[Grid, ...]:
    """The volume in a file. Raises StudyProblem."""
    with telling(path):
        head = head_of(path)
        keys, end = _header(head)
        return (Grid(_voxels(path, keys, head, end), _affine(keys)),)


def _header(head: bytes) -> tuple[Keys, int]:
    """Its keys, and where it ends: after the line ElementDataFile, which is the last."""
    keys: Keys = {}
    at = 0
    for _ in range(MOST_LINES):
        stop = head.find(b"\n", at)
        stop = len(head) if stop < 0 else stop + 1
        name, equals, value = head[at:stop].decode("latin-1").partition("=")
        if not equals:
            raise ValueError("its header is damaged, or has no ElementDataFile")
        keys[name.strip().lower()] = value.strip()
        at = stop
        if name.strip().lower() == "elementdatafile":
            return keys, at
    raise ValueError("its header does not end")


def _voxels(path: Path, keys: Keys, head: bytes, end: int) -> NDArray[Any]:
    """(slices, rows, columns)"""
    dtype, shape = _dtype(keys), _shape(keys)
    named = keys["elementdatafile"]
    files, start = ((path,), end) if named == "LOCAL" else (_others(path, named, head[end:]), 0)
    packing: Packing = "zlib" if _is_true(keys, "compresseddata") else "raw"
    if not _is_true(keys, "binarydata", "True"):
        packing = "ascii"
    skip = int(_numbers(keys, "headersize", 1, "0")[0])
    if skip == -1 and packing == "raw" and len(files) == 1:
        start, skip = start_from_end(files[0], shape, dtype), 0
    if skip < 0 or (skip and (packing != "raw" or len(files) > 1)):
        raise ValueError("its HeaderSize is not to be used")
    if packing != "raw" and len(files) > 1:
        raise ValueError("its voxels lie packed in several files; save it as one file")
    return decoded(Voxels(files, start + skip, shape, dtype, packing))


def _dtype(keys: Keys) -> np.dtype[Any]:
    kind = TYPES.get(keys.get("elementtype", "").upper())
    if kind is None or keys.get("elementnumberofchannels", "1") != "1":
        raise ValueError(f"its voxels are {keys.get('elementtype', 'of no type')}: colours and vectors are no maps")
    if (keys.get("elementtointensityfunctionslope", "1"), keys.get("elementtointensityfunctionoffset", "0")) != (
        "1",
        "0",
    ):
        raise ValueError("it asks to scale its voxels, which is not done; save what is meant")
    big = _is_true(keys, "elementbyteordermsb") or _is_true(keys, "binarydatabyteordermsb")
    return np.dtype(kind).newbyteorder(">" if big else "<")


def _shape(keys: Keys) -> tuple[int, ...]:
    if keys.get("ndims") != "3":
        raise ValueError(f"it has {keys.get('ndims', 'no')} dimensions; 3 are read")
    sizes = _numbers(keys, "dimsize", 3)
    if any(size != int(size) for size in sizes):
        raise ValueError("its DimSize holds no whole numbers")
    return tuple(int(size) for size in reversed(sizes))


def _others(path: Path, named: str, rest: bytes) -> tuple[Path, ...]:
    """The file beside that holds the voxels, or after the word LIST those of the lines that follow: a slice each."""
    if named.split()[:1] == ["LIST"]:
        names = rest.decode("utf-8", "replace").split("\n")[:MOST_ALONG]
        if named != "LIST":
            raise ValueError(f"its list of files is written as {named[:40]!r}; save it as one file")
        return tuple(beside(path, name.strip()) for name in names if name.strip())
    if "%" in named:
        raise ValueError("its voxels lie in a list of files by a pattern; save it as one file")
    return (beside(path, named),)


def _affine(keys: Keys) -> NDArray[np.float64]:
    """Voxel (column, row, slice) → LPS mm: each three numbers of TransformMatrix are the direction of one axis."""
    offset = next((key for key in ("offset", "position", "origin") if key in keys), None)
    turned = next((key for key in ("transformmatrix", "rotation", "orientation") if key in keys), None)
    if offset is None or turned is None:
        raise ValueError("it does not say where its voxels lie: Offset or TransformMatrix are missing")
    spacing = _numbers(keys, "elementspacing" if "elementspacing" in keys else "elementsize", 3)
    matrix = np.eye(4)
    matrix[:3, :3] = np.array(_numbers(keys, turned, 9)).reshape(3, 3).T * spacing
    matrix[:3, 3] = _numbers(keys, offset, 3)
    return checked_affine(matrix)


def _numbers(keys: Keys, name: str, count: int, usual: str = "") -> list[float]:
    words = keys.get(name, usual).split()
    if len(words) != count or not all(re.fullmatch(r"[-+0-9.eE]{1,40}", word) for word in words):
        raise ValueError(f"its {name} holds {keys.get(name, 'nothing')[:60]!r}, not {count} numbers")
    return [float(word) for word in words]


def _is_true(keys: Keys, name: str, usual: str = "False") -> bool:
    return keys.get(name, usual).lower() in ("true", "1", "t")


def write(ai_map: AIMap, path: Path) -> None:
    """Write a map as MetaImage in one file (.mha) through SimpleITK, packed. Names of segments have no place in it.

    Raises StudyProblem where the map lies on no even grid or its integers need a slope, which MetaImage has not.
    """
    write_volume(ai_map, path, ".mha", {})
