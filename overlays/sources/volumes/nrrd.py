"""NRRD volumes, with the segments that 3D Slicer writes into .seg.nrrd, read with suspicion and written.

What belongs here: NRRD's header. What does not: decoding (voxels), what the numbers mean (grids).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap, Code, Colour, Segment
from overlays.sources.volumes.grids import LARGEST_NUMBER, MOST_LAYERS, MOST_SEGMENTS, Grid, checked_affine
from overlays.sources.volumes.voxels import (
    LONGEST_HEADER,
    Packing,
    Voxels,
    beside,
    decoded,
    head_of,
    start_from_end,
    telling,
)
from overlays.sources.volumes.writing import write_volume

TYPES = {  # the names that the format allows, by numpy's
    "i1": ("signed char", "int8", "int8_t"),
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
    "i8": ("longlong", "long long", "long long int", "signed long long", "signed long long int", "int64", "int64_t"),
    "u8": ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"),
    "f4": ("float",),
    "f8": ("double",),
}
DTYPES = {name: np.dtype(code) for code, names in TYPES.items() for name in names}
PACKINGS: dict[str, Packing] = {
    "raw": "raw",
    "gz": "gzip",
    "gzip": "gzip",
    "ascii": "ascii",
    "text": "ascii",
    "txt": "ascii",
}
SPACES = {  # which way each axis of the file's space goes in LPS
    "left-posterior-superior": (1, 1, 1),
    "lps": (1, 1, 1),
    "right-anterior-superior": (-1, -1, 1),
    "ras": (-1, -1, 1),
    "left-anterior-superior": (1, -1, 1),
    "las": (1, -1, 1),
}
SEGMENT = re.compile(r"Segment(\d{1,5})_(\w+)")
TERM = "TerminologyEntry:"
NRRD_MAGIC = re.compile(rb"NRRD000[1-5]\r?\n")


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """The fields of a header (names in small letters), its key/value pairs, and where the voxels begin."""

    fields: dict[str, str]
    pairs: dict[str, str]
    end: int

    def words(self, name: str) -> list[str]:
        return self.fields.get(name, "").split()


@dataclass(frozen=True, slots=True)
class _Named:
    """A segment as Slicer's keys tell it: the layer that it lies in, and what it is there."""

    layer: int
    segment: Segment


def grids_in(path: Path) -> tuple[Grid, ...]:
    """The volumes in a file: one, or one for each layer of overlapping segments. Raises StudyProblem."""
    with telling(path):
        header = _header(head_of(path))
        layers = _layers(path, header)
        affine = _affine(header)
        named = _segments(header.pairs)
    own = "It has several layers, since segments overlap; each became a map." if len(layers) > 1 else ""
    grids = []
    for number, values in enumerate(layers):
        segments = tuple(each.segment for each in named if each.layer == number)
        told = True if named else None
        grids.append(Grid(values, affine, name="", is_label=told, segments=segments))
    return (replace(grids[0], remarks=(own,) if own else ()), *grids[1:])


# --- header ----------------------------------------------------------------------------------------------------------


def _header(head: bytes) -> Header:
    if not NRRD_MAGIC.match(head):
        raise ValueError("it is no NRRD file of version 1 to 5")
    end = re.search(rb"\r?\n\r?\n", head)
    stop = len(head) if end is None else end.end()
    if end is None and len(head) >= LONGEST_HEADER:
        raise ValueError("its header does not end")
    fields: dict[str, str] = {}
    pairs: dict[str, str] = {}
    for line in head[:stop].decode("utf-8", "replace").splitlines()[1:]:
        _take(line, fields, pairs)
    return Header(fields, pairs, stop)


def _take(line: str, fields: dict[str, str], pairs: dict[str, str]) -> None:
    """One line: a comment, "field: value" or "key:=value"."""
    name, colon, value = line.partition(":")
    if line.startswith("#") or not colon:
        return
    if value.startswith("="):
        pairs[name] = value[1:].strip()
        return
    if name.lower() in fields:
        raise ValueError(f"its header has the field {name!r} twice")
    fields[name.lower()] = value.strip()


def _layers(path: Path, header: Header) -> tuple[NDArray[Any], ...]:
    """The volumes (slices, rows, columns)."""
    sizes = _sizes(header)
    layered = _layer_axis(header, len(sizes))
    values = _voxels(path, header, tuple(reversed(sizes)))
    if layered is None:
        return (values,)
    count = sizes[layered]
    if count > MOST_LAYERS:
        raise ValueError(f"it has {count} layers, more than the {MOST_LAYERS} that a result may have")
    apart = np.moveaxis(values, len(sizes) - 1 - layered, 0)
    return tuple(np.ascontiguousarray(each) for each in apart)


def _sizes(header: Header) -> list[int]:
    sizes = [_whole(each, "sizes") for each in header.words("sizes")]
    if header.fields.get("dimension") != str(len(sizes)) or len(sizes) not in (3, 4):
        raise ValueError(f"it has {header.fields.get('dimension', 'no')} dimensions and {len(sizes)} sizes; 3 are read")
    return sizes


def _layer_axis(header: Header, count: int) -> int | None:
    """The axis that goes through no space, but from layer to layer."""
    if count == 3:
        return None
    vectors = _vectors(header.fields.get("space directions", ""))
    flat = [axis for axis, vector in enumerate(vectors) if vector is None]
    kinds = header.words("kinds")
    if len(flat) != 1 or len(vectors) != count or (kinds and kinds[flat[0]].lower() not in ("list", "?", "none")):
        raise ValueError("its fourth dimension is no list of layers: colours, vectors and times are no maps")
    return flat[0]


def _voxels(path: Path, header: Header, shape: tuple[int, ...]) -> NDArray[Any]:
    dtype = DTYPES.get(header.fields.get("type", "").lower())
    if dtype is None:
        raise ValueError(f"its voxels are of the type {header.fields.get('type', '')!r}, which is no number")
    if header.fields.get("endian", "little").lower() == "big":
        dtype = dtype.newbyteorder(">")
    encoding = header.fields.get("encoding", "raw").lower()
    if encoding not in PACKINGS:
        raise ValueError(f"its encoding {encoding!r} is not read; save it with gzip")
    packing = PACKINGS[encoding]
    if header.fields.get("line skip", header.fields.get("lineskip", "0")) != "0":
        raise ValueError("it asks to skip lines; save it again")
    file, start = _data_place(path, header)
    skip = _whole(header.fields.get("byte skip", header.fields.get("byteskip", "0")), "byte skip", least=-1)
    if skip < 0:
        if packing != "raw":
            raise ValueError("it asks to count from the end of packed bytes")
        return decoded(Voxels((file,), start_from_end(file, shape, dtype), shape, dtype, packing))
    return decoded(Voxels((file,), start, shape, dtype, packing, skip))


def _data_place(path: Path, header: Header) -> tuple[Path, int]:
    """The file that holds the voxels, and where they begin in it."""
    named = header.fields.get("data file", header.fields.get("datafile", ""))
    if not named:
        return path, header.end
    if named.split()[0] == "LIST" or "%" in named:
        raise ValueError("its voxels lie in a list of files; save it as one file")
    return beside(path, named), 0


def _whole(text: str, name: str, least: int = 0) -> int:
    if not re.fullmatch(r"-?\d{1,12}", text) or int(text) < least:
        raise ValueError(f"its {name} holds {text[:40]!r}")
    return int(text)


# --- geometry --------------------------------------------------------------------------------------------------------


def _affine(header: Header) -> NDArray[np.float64]:
    """Voxel (column, row, slice) → LPS mm."""
    fields = header.fields
    space = fields.get("space", "").lower()
    if space not in SPACES or "space directions" not in fields or "space origin" not in fields:
        said = f"its space is {space!r}" if space not in SPACES else "its directions or its origin are missing"
        raise ValueError(f"it does not say where its voxels lie in a patient: {said}")
    units = {each.strip('"').lower() for each in fields.get("space units", "mm").split()}
    if units != {"mm"}:
        raise ValueError(f"its lengths are in {', '.join(sorted(units))}, not in mm")
    vectors = [each for each in _vectors(fields["space directions"]) if each is not None]
    origin = _vectors(fields["space origin"])
    if len(vectors) != 3 or len(origin) != 1 or origin[0] is None:
        raise ValueError("its directions and origin are not those of a volume")
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = np.array(vectors).T, origin[0]
    return checked_affine(np.diag([*SPACES[space], 1.0]) @ matrix)


def _vectors(text: str) -> list[tuple[float, float, float] | None]:
    """ "(1,0,0) none (0,1,0)": vectors, None for axes that go nowhere."""
    found: list[tuple[float, float, float] | None] = []
    for part in re.findall(r"\([^()]{1,200}\)|none", text[:2000]):
        numbers = [] if part == "none" else [float(each) for each in part[1:-1].split(",")]
        if part != "none" and len(numbers) != 3:
            raise ValueError(f"the vector {part} has not three numbers")
        found.append((numbers[0], numbers[1], numbers[2]) if numbers else None)
    return found


# --- segments of 3D Slicer -------------------------------------------------------------------------------------------


def _segments(pairs: dict[str, str]) -> list[_Named]:
    """The segments that keys such as Segment0_Name tell of."""
    told: dict[int, dict[str, str]] = {}
    for key, value in pairs.items():
        if found := SEGMENT.fullmatch(key):
            told.setdefault(int(found[1]), {})[found[2]] = value
    if len(told) > MOST_SEGMENTS:
        raise ValueError(f"it names {len(told)} segments; the limit is {MOST_SEGMENTS}")
    return [_segment(number, keys) for number, keys in sorted(told.items())]


def _segment(number: int, keys: dict[str, str]) -> _Named:
    """Old files give every segment a layer of its own, with the value 1."""
    value = _whole(keys.get("LabelValue", "1"), "LabelValue", least=1)
    if value > LARGEST_NUMBER:
        raise ValueError(f"a segment has the value {value}; the highest is {LARGEST_NUMBER}")
    layer = _whole(keys.get("Layer", str(number)), "Layer")
    category, kind = _terms(keys.get("Tags", ""))
    label = keys.get("Name") or keys.get("ID") or f"segment {value}"
    return _Named(layer, Segment(value, label, _colour(keys.get("Color", "")), kind, category))


def _colour(text: str) -> Colour | None:
    """Slicer's colours are shares of sRGB, 0..1."""
    try:
        red, green, blue = (round(255 * min(1.0, max(0.0, float(each)))) for each in text.split())
    except (ValueError, OverflowError):
        return None
    return red, green, blue


def _terms(tags: str) -> tuple[Code | None, Code | None]:
    """Category and type of "TerminologyEntry:context~scheme-triple~scheme-triple~…"."""
    entry = next((each for each in tags.split("|") if each.startswith(TERM)), "").removeprefix(TERM)
    parts = [_code(part) for part in entry.split("~")[1:3]]
    return (parts[0], parts[1]) if len(parts) == 2 else (None, None)


def _code(triple: str) -> Code | None:
    scheme, value, meaning, *_ = [*triple.split("^"), "", ""]
    return Code(value, scheme, meaning) if value else None


# --- writing ---------------------------------------------------------------------------------------------------------


def write(ai_map: AIMap, path: Path) -> None:
    """Write a map as NRRD through SimpleITK, packed; a label map with its segments as 3D Slicer has them (.seg.nrrd).

    Raises StudyProblem where the map lies on no even grid or its integers need a slope, which NRRD has not.
    """
    keys = {key: value for number, each in enumerate(ai_map.segments) for key, value in _keys(number, each)}
    write_volume(ai_map, path, ".nrrd", keys)


def _keys(number: int, segment: Segment) -> Iterator[tuple[str, str]]:
    told = {"ID": f"Segment_{number + 1}", "Name": segment.label, "LabelValue": segment.number, "Layer": 0}
    if segment.colour is not None:
        told["Color"] = " ".join(f"{each / 255:.6g}" for each in segment.colour)
    if segment.category is not None and segment.code is not None:
        triples = [f"{each.scheme}^{each.value}^{each.meaning}" for each in (segment.category, segment.code)]
        told["Tags"] = f"{TERM}Segmentation category and type~{'~'.join(triples)}~^^~Anatomic codes~^^~^^|"
    return ((f"Segment{number}_{key}", " ".join(str(value).split())) for key, value in told.items())
