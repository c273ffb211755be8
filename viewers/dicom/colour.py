"""Colour of decoded pixels: luminance and chrominance to RGB, palettes to RGB.

What belongs here: arrays in, arrays out. What does not: windows and grey values (viewers.render).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.elements import Elements
from viewers.dicom.problems import BadFile

Pixels = NDArray[np.generic]

# DICOM PS3.3 C.7.6.3.1.2, YBR_FULL solved for RGB
_FROM_YBR = np.array([[1.0, 1.0, 1.0], [0.0, -0.114 * 1.772 / 0.587, 1.772], [1.402, -0.299 * 1.402 / 0.587, 0.0]])


def ybr_to_rgb(pixels: Pixels) -> Pixels:
    """YBR_FULL → RGB of the same unsigned dtype, shape (rows, columns, 3), rounded and clipped."""
    bits = pixels.dtype.itemsize * 8
    values: NDArray[np.floating] = pixels.astype(np.float32 if bits <= 16 else np.float64)
    values[..., 1:] -= float(1 << (bits - 1))
    rgb = np.floor(values @ _FROM_YBR.astype(values.dtype) + 0.5)
    return np.asarray(np.clip(rgb, 0, (1 << bits) - 1).astype(pixels.dtype))


def expand_422(raw: Pixels, rows: int, columns: int) -> Pixels:
    """YBR_FULL_422 as stored (Y Y Cb Cr for each two pixels) → YBR_FULL (rows, columns, 3)."""
    quads = raw.reshape(-1, 4)
    full = np.empty((quads.shape[0], 2, 3), raw.dtype)
    full[:, 0, 0], full[:, 1, 0] = quads[:, 0], quads[:, 1]
    full[:, :, 1:] = quads[:, None, 2:]
    return full.reshape(rows, columns, 3)


def palette(elements: Elements) -> tuple[int, NDArray[np.uint8]]:
    """The first stored value that is mapped, and the table of shape (entries, 3) as 8-bit RGB (PS3.3 C.7.6.3.1.5-6).

    Raises BadFile where a table is missing or shorter than its descriptor says.
    """
    columns, first = [], 0
    for colour in range(3):
        descriptor = elements.shorts(0x00281101 + colour)
        data = _table_data(elements, colour)
        if len(descriptor) != 3 or data is None:
            raise BadFile("A PALETTE COLOR image without its colour table (0028,1201-1203).", todo=ASK_AGAIN)
        entries, first = descriptor[0] or 65536, descriptor[1]
        columns.append(_table(data, entries, descriptor[2], elements.encoding.order))
    return first, np.stack(columns, axis=1)


def _table_data(elements: Elements, colour: int) -> bytes | None:
    plain = elements.raw(0x00281201 + colour)
    if plain is not None:
        return plain
    segmented = elements.raw(0x00281221 + colour)
    bits = (elements.shorts(0x00281101 + colour) or (0, 0, 16))[-1]
    return None if segmented is None else _expanded(segmented, bits, elements.encoding.order)


def _expanded(data: bytes, bits: int, order: str) -> bytes:
    """A segmented table (PS3.3 C.7.9.2) as a plain one; indirect segments are refused."""
    codes = np.frombuffer(data, np.uint8 if bits == 8 else f"{order}u2").astype(np.int64)
    values: list[int] = []
    at = 0
    while at + 2 < len(codes) and len(values) <= 65536:
        kind, length = int(codes[at]), int(codes[at + 1])
        if kind == 0:
            values.extend(int(v) for v in codes[at + 2 : at + 2 + length])
            at += 2 + length
        elif kind == 1 and values:
            ramp = np.linspace(values[-1], int(codes[at + 2]), length + 1)[1:]
            values.extend(int(v) for v in np.rint(ramp))
            at += 3
        else:
            raise BadFile("Its segmented colour table (0028,1221) is of an unknown kind.", todo=ASK_AGAIN)
    return np.array(values, np.uint8 if bits == 8 else f"{order}u2").tobytes()


def _table(data: bytes, entries: int, bits: int, order: str) -> NDArray[np.uint8]:
    if len(data) >= entries * 2:
        values = np.frombuffer(data, f"{order}u2", entries)
        # some writers keep 8-bit values in 16-bit entries whatever the descriptor says
        return (values if bits == 8 or values.max(initial=0) < 256 else values >> 8).astype(np.uint8)
    if len(data) >= entries:
        return np.frombuffer(data, np.uint8, entries)
    raise BadFile("Its colour table (0028,1201-1203) is shorter than its descriptor says.", todo=ASK_AGAIN)


def apply_palette(indices: Pixels, first: int, table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stored values → RGB; values under and over the table take its first and last colour."""
    places = np.clip(indices.astype(np.int64) - first, 0, len(table) - 1)
    return np.asarray(table[places])
