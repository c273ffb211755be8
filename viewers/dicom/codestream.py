"""What a compressed image says about itself, before any codec sees it: its kind, size, depth, sign and colours.

What belongs here: the heads of JPEG, JPEG-LS and JPEG 2000 codestreams. What does not: decoding (codecs).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["JPEG", "lossless JPEG", "JPEG-LS", "JPEG 2000", "HTJ2K"]
_BOX = b"\0\0\0\x0cjP  "  # a JP2 file instead of the bare codestream that DICOM asks for
_FRAMES: dict[int, Kind] = {0xC0: "JPEG", 0xC1: "JPEG", 0xC2: "JPEG", 0xC3: "lossless JPEG", 0xF7: "JPEG-LS"}
_ALONE = frozenset((0x01, 0xD8, *range(0xD0, 0xD8)))  # markers without a length
SIZ, CAP, COD = 0x51, 0x50, 0x52


@dataclass(frozen=True, slots=True)
class Head:
    """`is_rgb` is what the codestream says of three components: RGB, luminance and chrominance, or (None) nothing.

    JPEG 2000 that undoes its own component transform is RGB once decoded.
    """

    kind: Kind
    rows: int
    columns: int
    samples: int
    precision: int
    signed: bool = False
    is_rgb: bool | None = None
    reversible: bool = True


def head(data: bytes) -> Head | None:
    """The head of the image that begins here, None where none does or it is cut short."""
    try:
        if data[:2] == b"\xff\xd8":
            return _jpeg_head(data)
        if data[:2] == b"\xff\x4f":
            return _jpeg_2000_head(data, 0)
        if data[:8] == _BOX:
            return _jpeg_2000_head(data, data.index(b"\xff\x4f\xff\x51"))
    except (IndexError, KeyError, ValueError, struct.error):
        return None
    return None


def _segments(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """(marker, body) of each marker segment up to the first scan or tile."""
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:  # fill bytes before a marker
            at += 1
        marker = data[at + 1]
        if data[at] != 0xFF or marker in (0xD9, 0xDA, 0x90):
            return
        if marker in _ALONE:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + max(2, length)


def _jpeg_head(data: bytes) -> Head | None:
    found: Head | None = None
    adobe: int | None = None
    is_jfif = False
    for marker, body in _segments(data, 2):
        if marker == 0xEE and body[:5] == b"Adobe" and len(body) >= 12:
            adobe = body[11]
        elif marker == 0xE0 and body[:4] == b"JFIF":
            is_jfif = True
        elif marker in _FRAMES:
            precision, rows, columns, samples = struct.unpack_from(">BHHB", body)
            components = [body[6 + 3 * n : 9 + 3 * n] for n in range(samples)]
            is_rgb = _jpeg_colours(_FRAMES[marker], components, adobe, is_jfif)
            found = Head(_FRAMES[marker], rows, columns, samples, precision, is_rgb=is_rgb)
    return found


def _jpeg_colours(kind: Kind, components: list[bytes], adobe: int | None, is_jfif: bool) -> bool | None:
    """Adobe's transform flag says, JFIF means YCbCr, components named R G B are RGB, coarser chrominance is YCbCr.

    Lossless and JPEG-LS images say nothing: their writers put these markers there without any transform.
    """
    if kind != "JPEG" or len(components) != 3:
        return None
    if adobe is not None:
        return adobe != 1
    if is_jfif:
        return False
    if b"".join(c[:1] for c in components) == b"RGB":
        return True
    return False if len({c[1] for c in components}) > 1 else None


def _jpeg_2000_head(data: bytes, at: int) -> Head | None:
    """ISO/IEC 15444-1 A.5.1 (SIZ) and A.6.1 (COD)."""
    segments = dict(_segments(data, at + 2))
    size, style = segments[SIZ], segments.get(COD, b"")
    _, right, bottom, left, top = struct.unpack_from(">H4L", size)
    samples, depth, *_ = struct.unpack_from(">HB", size, 34)
    transformed, reversible = (bool(style[4]), style[9] == 1) if len(style) >= 10 else (False, True)
    return Head(
        "HTJ2K" if CAP in segments else "JPEG 2000",
        bottom - top,
        right - left,
        samples,
        (depth & 0x7F) + 1,
        signed=bool(depth & 0x80),
        is_rgb=True if transformed else None,
        reversible=reversible,
    )
