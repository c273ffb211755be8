"""MetaImage volumes (.mha, and .mhd with its voxels in a file beside it), as ITK writes them, read with suspicion.

What belongs here: MetaImage's header. What does not: unpacking (grid_bytes), what the numbers mean (grids).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overlays.sources.volumes.grid_bytes import Packing, array_in, beside, checked_count, head_of, telling
from overlays.sources.volumes.grids import Grid, checked_affine

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
        keys, end = _header(head_of(path))
        return (Grid(_voxels(path, keys, end), _affine(keys)),)


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


def _voxels(path: Path, keys: Keys, end: int) -> NDArray[Any]:
    """(slices, rows, columns)"""
    dtype = _dtype(keys)
    shape = _shape(keys)
    file, start = (path, end) if keys["elementdatafile"] == "LOCAL" else (_other(path, keys["elementdatafile"]), 0)
    packing: Packing = "zlib" if _is_true(keys, "compresseddata") else "raw"
    skip = int(_numbers(keys, "headersize", 1, "0")[0])
    if skip == -1 and packing == "raw":
        skip = file.stat().st_size - start - checked_count(shape, dtype, file.stat().st_size - start, "raw")
    if skip < 0 or (skip and packing == "zlib"):
        raise ValueError("its HeaderSize is not to be used")
    return array_in(file, shape, dtype, start=start + skip, packing=packing)


def _dtype(keys: Keys) -> np.dtype[Any]:
    kind = TYPES.get(keys.get("elementtype", "").upper())
    if kind is None or keys.get("elementnumberofchannels", "1") != "1":
        raise ValueError(f"its voxels are {keys.get('elementtype', 'of no type')}: colours and vectors are no maps")
    if not _is_true(keys, "binarydata", "True"):
        raise ValueError("its voxels are written out as text; save it in binary")
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


def _other(path: Path, name: str) -> Path:
    if name.split()[:1] == ["LIST"] or "%" in name:
        raise ValueError("its voxels lie in a list of files; save it as one file")
    return beside(path, name)


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
