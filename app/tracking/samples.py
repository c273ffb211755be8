"""Many samples in few bytes: the pointer's and the eyes' ways, packed for the store and unpacked again.

What belongs here: the codec "columns-1". What does not: where the bytes are kept (store), what they mean (events).

Each column is packed on its own, as whole multiples of its step: where samples may miss it, one byte a sample (1: it is
there); then the first value as a little-endian int64, one byte that says how wide the differences are (1, 2, 4 or 8
bytes), and each further value as its difference from the one before, signed, little-endian. All columns together are
deflated (zlib). So nothing is lost, and a sample of the pointer takes some 10 bytes.
"""

from __future__ import annotations

import hashlib
import struct
import sys
import zlib
from array import array
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from operator import sub
from typing import TYPE_CHECKING, Any, cast

from app.tracking.events.base import Column, DenseEvent
from app.tracking.events.json_form import KINDS, from_payload, payload
from study_configs.problem import ProgramError, StudyProblem

if TYPE_CHECKING:
    from numpy.typing import NDArray

CODEC = "columns-1"
MOST_SAMPLES = 1_000_000
WIDEST = 2**62  # of a whole number: the difference of two still fits 64 bits
WIDTHS = {1: "b", 2: "h", 4: "i", 8: "q"}
BEYOND = tuple((width, 1 << (8 * width - 1)) for width in WIDTHS)
FIRST = struct.Struct("<qB")
NEAR = 2**61  # a million differences of 4 bytes each add less than as much again
FEW_BYTES = 256
STORED = struct.Struct("<BBBHH")  # zlib's heading, then one last block, stored, of so many bytes (RFC 1950, 1951)
WHOLE = {int}

Values = Sequence[float | None]
Samples = tuple[tuple[float | None, ...], ...]


def packed(event: DenseEvent) -> tuple[dict[str, Any], bytes]:
    """A dense event as its header (its other fields, and count and sha-256 of the samples) and its samples' bytes.

    Raises ProgramError for samples that would not come back as they are: of another shape, or not rounded.
    """
    header = payload(event)
    samples: Samples = header["samples"]
    if len(samples) > MOST_SAMPLES or set(map(len, samples)) - {len(event.columns)}:
        raise ProgramError(f"A {type(event).__name__} holds samples of another shape than its columns.")
    values = list(zip(*samples, strict=True)) if samples else [()] * len(event.columns)
    columns = (_column_packed(column, each) for column, each in zip(event.columns, values, strict=True))
    data = _deflated(b"".join(columns))
    header["samples"] = {"codec": CODEC, "count": len(samples), "sha256": hashlib.sha256(data).hexdigest()}
    return header, data


def is_packed(header: dict[str, Any]) -> bool:
    """Whether an event's payload is only a header, whose samples lie beside it; old logs hold them in it."""
    return isinstance(header.get("samples"), dict)


def unpacked(kind: str, at_ns: int, header: dict[str, Any], data: bytes) -> DenseEvent:
    """The dense event again.

    Raises StudyProblem where header and data do not make one, or the kind is not known to be dense.
    """
    samples = tuple(zip(*_columns(kind, header, data)[1], strict=True))
    try:
        event = from_payload(kind, at_ns, {**header, "samples": samples})
    except (TypeError, KeyError) as error:
        raise _damaged(kind, f"its fields are not those of a {kind}") from error
    assert isinstance(event, DenseEvent)
    return event


def arrays(kind: str, header: dict[str, Any], data: bytes) -> dict[str, NDArray[Any]]:
    """The samples by column, without an event and its tuples: int64 for whole numbers, else float64.

    A column that samples may miss is float64 with NaN, whatever its step. Raises StudyProblem as `unpacked` does.
    """
    import numpy

    columns, values = _columns(kind, header, data)
    return {
        column.name: numpy.array(
            [numpy.nan if value is None else value for value in each] if column.missing else each,
            dtype=numpy.int64 if column.step is None and not column.missing else numpy.float64,
        )
        for column, each in zip(columns, values, strict=True)
    }


def _column_packed(column: Column, values: Sequence[float | None]) -> bytes:
    there = values if None not in values else [value for value in values if value is not None]
    if len(there) < len(values) and not column.missing:
        raise ProgramError(f"A sample has no {column.name}.")
    mask = bytes(value is not None for value in values) if column.missing else b""
    return mask + _wholes_packed(column, _exact(column, cast(Sequence[float], there))) if there else mask


def _wholes_packed(column: Column, wholes: Sequence[int]) -> bytes:
    first, differences = wholes[0], list(map(sub, wholes[1:], wholes))
    width = _width(differences) if differences else 1
    # so few differences of so few bytes lead nowhere far from the first value
    if (width > 4 or not -NEAR < first < NEAR) and not -WIDEST < min(wholes) <= max(wholes) < WIDEST:
        raise _unfit(column)
    return FIRST.pack(first, width) + _little_endian(array(WIDTHS[width], differences)).tobytes()


def _deflated(raw: bytes) -> bytes:
    """As zlib reads it. Few bytes are stored as they are: deflating them takes 10 µs and saves one in fourteen.

    More are deflated with a window no larger than they are: zlib's usual 256 KB of memory would cost tens of µs a time.
    """
    if len(raw) < FEW_BYTES:
        length = len(raw)
        return STORED.pack(0x78, 1, 1, length, length ^ 0xFFFF) + raw + zlib.adler32(raw).to_bytes(4, "big")
    window = min(max(9, len(raw).bit_length()), 15)
    deflater = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, window, max(1, window - 7))
    return deflater.compress(raw) + deflater.flush()


def _exact(column: Column, values: Sequence[float]) -> Sequence[int]:
    """The whole numbers that stand for the values; all at once, since a store takes 20,000 events a second."""
    if column.step is None and set(map(type, values)) == WHOLE:
        return cast(Sequence[int], values)
    back: Sequence[float]
    try:
        if parts := _parts(column.step):
            wholes = [round(value * parts) for value in values]
            back = [whole / parts for whole in wholes]
        else:
            wholes = [column.whole(value) for value in values]
            back = [column.value(whole) for whole in wholes]
    except (ValueError, OverflowError) as error:
        raise ProgramError(f"A sample's {column.name} is no finite number.") from error
    if back != list(values):
        raise _unfit(column)
    return wholes


@cache
def _parts(step: float | None) -> int:
    """How many steps make one, where a step is smaller than that; else 0."""
    return round(1 / step) if step is not None and step < 1 else 0


def _unfit(column: Column) -> ProgramError:
    return ProgramError(f"A sample's {column.name} is not rounded to {column.step or 1}, or too large.")


def _width(differences: list[int]) -> int:
    """The bytes that hold each of the differences."""
    largest = max(max(differences), -1 - min(differences))
    for width, beyond in BEYOND:
        if largest < beyond:
            return width
    raise ProgramError("A sample's values lie too far apart.")


def _count(kind: str, header: dict[str, Any], data: bytes) -> int:
    """How many samples there should be, once the header is what it claims to be."""
    about = header.get("samples")
    if not isinstance(about, dict) or set(about) != {"codec", "count", "sha256"}:
        raise _damaged(kind, "its header does not say what its samples are")
    if about["codec"] != CODEC:
        raise StudyProblem(
            f"The samples of a {kind} are packed as {about['codec']!r}, which this program does not know.",
            todo="Update ReaderLab to the version that wrote them.",
        )
    if type(about["count"]) is not int or not 0 <= about["count"] <= MOST_SAMPLES:
        raise _damaged(kind, "the number of its samples can't be right")
    if hashlib.sha256(data).hexdigest() != about["sha256"]:
        raise _damaged(kind, "its samples are not those that its header names")
    return int(about["count"])


def _inflated(kind: str, data: bytes, most: int) -> bytes:
    """The columns' bytes; never more of them than so many samples can take."""
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(data, most + 1)
    except zlib.error as error:
        raise _damaged(kind, "its samples can't be inflated") from error
    if len(raw) > most or not inflater.eof or inflater.unused_data:
        raise _damaged(kind, "its samples are longer or shorter than its header says")
    return raw


def _columns(kind: str, header: dict[str, Any], data: bytes) -> tuple[tuple[Column, ...], list[Values]]:
    """The kind's columns, and the values of each."""
    cls = KINDS.get(kind)
    if cls is None or not issubclass(cls, DenseEvent):
        raise _damaged(kind, "no such event with samples is known")
    count = _count(kind, header, data)
    raw = _inflated(kind, data, most=sum(count * (9 if column.missing else 8) + FIRST.size for column in cls.columns))
    values, at = [], 0
    for column in cls.columns:
        each, at = _column_unpacked(kind, column, raw, at, count)
        values.append(each)
    if at != len(raw):
        raise _damaged(kind, "more bytes follow its samples")
    return cls.columns, values


def _column_unpacked(kind: str, column: Column, raw: bytes, at: int, count: int) -> tuple[Values, int]:
    """One column's values, and where the next begins."""
    mask = _cut(kind, raw, at, count if column.missing else 0)
    at += len(mask)
    if mask.strip(b"\0\1"):
        raise _damaged(kind, f"which samples have a {column.name} is not said")
    there = sum(mask) if column.missing else count
    if there == 0:
        return [None] * count, at
    wholes, at = _wholes(kind, raw, at, there)
    values = [column.value(whole) for whole in wholes]
    if not column.missing:
        return values, at
    following = iter(values)
    return [next(following) if seen else None for seen in mask], at


def _wholes(kind: str, raw: bytes, at: int, count: int) -> tuple[list[int], int]:
    first, width = FIRST.unpack(_cut(kind, raw, at, FIRST.size))
    if width not in WIDTHS:
        raise _damaged(kind, f"differences of {width} bytes are unknown")
    at += FIRST.size
    differences = array(WIDTHS[width], _cut(kind, raw, at, width * (count - 1)))
    wholes = list(accumulate(_little_endian(differences), initial=first))
    if not -WIDEST < min(wholes) <= max(wholes) < WIDEST:
        raise _damaged(kind, "a value is larger than any can be")
    return wholes, at + width * (count - 1)


def _cut(kind: str, raw: bytes, at: int, length: int) -> bytes:
    if at + length > len(raw):
        raise _damaged(kind, "its samples break off")
    return raw[at : at + length]


def _little_endian(values: array[int]) -> array[int]:
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _damaged(kind: str, what: str) -> StudyProblem:
    return StudyProblem(
        f"A {kind} in the log is damaged: {what}.",
        todo="Run `readerlab verify` on the store, and go back to its last sound copy.",
    )
