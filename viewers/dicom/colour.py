"""Colour of decoded pixels: luminance and chrominance to RGB, palettes to RGB.

What belongs here: arrays in, arrays out. What does not: windows and grey values (viewers.drawing.render).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.elements import Elements
from viewers.dicom.problems import BadFile
from viewers.volume import PixelFormat

Pixels = NDArray[np.generic]

# DICOM PS3.3 C.7.6.3.1.2, YBR_FULL solved for RGB: what the chrominances add to each channel
_RED_CR, _BLUE_CB = 1.402, 1.772
_GREEN_CB, _GREEN_CR = -0.114 * 1.772 / 0.587, -0.299 * 1.402 / 0.587


def to_rgb(pixels: Pixels, form: PixelFormat) -> Pixels:
    """Three samples of whatever PhotometricInterpretation as RGB of the same dtype; others as they are."""
    if pixels.ndim != 3 or not form.photometric.startswith("YBR_"):
        return pixels
    if form.photometric.startswith("YBR_PARTIAL"):
        return _partial_to_rgb(pixels, form.bits_stored)
    if form.photometric.startswith("YBR_FULL"):
        return ybr_to_rgb(pixels, form.bits_stored)
    return pixels  # YBR_RCT and YBR_ICT are what a codec undoes


def ybr_to_rgb(pixels: Pixels, bits: int = 0) -> Pixels:
    """YBR_FULL of so many bits → RGB of the same unsigned dtype, shape (rows, columns, 3), rounded and clipped."""
    bits = bits or pixels.dtype.itemsize * 8
    if pixels.dtype != np.uint8 or bits != 8:
        return _deep_ybr_to_rgb(pixels, bits)
    red, green, blue = _chrominance_tables()
    y, cb, cr = (pixels[..., sample] for sample in range(3))
    luminance = y.astype(np.int16)
    places = np.left_shift(cb, 8, dtype=np.uint16) + cr
    rgb = np.empty(pixels.shape, np.uint8)
    for channel, added in enumerate((red[cr], green[places], blue[cb])):
        np.clip(luminance + added, 0, 255, out=rgb[..., channel], casting="unsafe")
    return rgb


@lru_cache(maxsize=1)
def _chrominance_tables() -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int16]]:
    """Luminance is whole, so that what is added can be rounded beforehand; green by (Cb << 8) | Cr."""
    steps = np.arange(-128.0, 128.0)
    green = np.add.outer(_GREEN_CB * steps, _GREEN_CR * steps).ravel()
    # halves are exact in decimal and a hair less in binary
    red, whole_green, blue = (
        np.floor(t + 0.5 + 1e-6).astype(np.int16) for t in (_RED_CR * steps, green, _BLUE_CB * steps)
    )
    return red, whole_green, blue


def _deep_ybr_to_rgb(pixels: Pixels, bits: int) -> Pixels:
    y, cb, cr = (pixels[..., sample].astype(np.float64) for sample in range(3))
    half = float(1 << (bits - 1))
    return _rounded(y, cb - half, cr - half, pixels.dtype, bits)


def _partial_to_rgb(pixels: Pixels, bits: int) -> Pixels:
    """YBR_PARTIAL (retired; PS3.3 2004 C.7.6.3.1.2): luminance 16-235, chrominance 16-240 of 256."""
    y, cb, cr = (pixels[..., sample].astype(np.float64) for sample in range(3))
    unit, highest = float(1 << (bits - 8)) if bits >= 8 else 1.0, float((1 << bits) - 1)
    wide = highest / (224 * unit)
    return _rounded(
        (y - 16 * unit) * highest / (219 * unit), (cb - 128 * unit) * wide, (cr - 128 * unit) * wide, pixels.dtype, bits
    )


def _rounded(
    y: NDArray[np.float64], cb: NDArray[np.float64], cr: NDArray[np.float64], dtype: np.dtype[np.generic], bits: int
) -> Pixels:
    rgb = np.stack((y + _RED_CR * cr, y + _GREEN_CB * cb + _GREEN_CR * cr, y + _BLUE_CB * cb), axis=-1)
    return np.asarray(np.clip(np.floor(rgb + 0.5), 0, (1 << bits) - 1).astype(dtype))


def shaped(values: Pixels, form: PixelFormat) -> Pixels:
    """Flat stored values as (rows, columns) or (rows, columns, samples). Raises ValueError where they do not fit."""
    if form.samples == 1:
        return values.reshape(form.rows, form.columns)
    if form.photometric.endswith("_422"):
        return _expand_422(values, form.rows, form.columns)
    if form.planar:
        return np.ascontiguousarray(values.reshape(form.samples, form.rows, form.columns).transpose(1, 2, 0))
    return values.reshape(form.rows, form.columns, form.samples)


def _expand_422(raw: Pixels, rows: int, columns: int) -> Pixels:
    """YBR_FULL_422 as stored (Y Y Cb Cr for each two pixels) → YBR_FULL (rows, columns, 3)."""
    quads = raw.reshape(-1, 4)
    full = np.empty((quads.shape[0], 2, 3), raw.dtype)
    full[:, 0, 0], full[:, 1, 0] = quads[:, 0], quads[:, 1]
    full[:, :, 1:] = quads[:, None, 2:]
    return full.reshape(rows, columns, 3)


def palette(elements: Elements, signed: bool = False) -> tuple[int, NDArray[np.uint8]]:
    """The first stored value that is mapped, and the table of shape (entries, 3) as 8-bit RGB (PS3.3 C.7.6.3.1.5-6).

    Raises BadFile where a table is missing or shorter than its descriptor says.
    """
    columns, first, deep = [], 0, False
    for channel in range(3):
        descriptor = elements.shorts(0x00281101 + channel)
        data = _table_data(elements, channel)
        if len(descriptor) != 3 or data is None:
            raise BadFile("A PALETTE COLOR image without its colour table (0028,1201-1203).", todo=ASK_AGAIN)
        entries, first = descriptor[0] or 65536, descriptor[1]
        columns.append(_table(data, entries, elements.encoding.order))
        deep = deep or descriptor[2] > 8
    if len({len(column) for column in columns}) > 1:
        raise BadFile("Its colour tables (0028,1101-1103) are of different lengths.", todo=ASK_AGAIN)
    table = np.stack(columns, axis=1)
    # some writers keep 8-bit values in 16-bit entries whatever the descriptor says
    shown = table >> 8 if deep and table.max(initial=0) > 255 else table
    return first - 65536 if signed and first > 32767 else first, shown.astype(np.uint8)


def _table_data(elements: Elements, channel: int) -> bytes | None:
    plain = elements.raw(0x00281201 + channel)
    if plain is not None:
        return plain
    segmented = elements.raw(0x00281221 + channel)
    bits = (elements.shorts(0x00281101 + channel) or (0, 0, 16))[-1]
    return None if segmented is None else _expanded(segmented, bits, elements.encoding.order)


def _expanded(data: bytes, bits: int, order: str) -> bytes:
    """A segmented table (PS3.3 C.7.9.2) as a plain one: runs, ramps, and segments that are used again."""
    codes = [int(code) for code in np.frombuffer(data[: len(data) // 2 * 2], np.uint8 if bits == 8 else f"{order}u2")]
    values: list[int] = []
    try:
        _add_segments(codes, 0, len(codes), values, width=1 if bits == 8 else 2)
    except (IndexError, ValueError) as error:
        raise BadFile("Its segmented colour table (0028,1221-1223) is damaged.", todo=ASK_AGAIN) from error
    return np.array(values, np.uint8 if bits == 8 else f"{order}u2").tobytes()


def _add_segments(codes: list[int], at: int, count: int, values: list[int], width: int, depth: int = 0) -> None:
    """Adds the values of up to `count` segments from code `at` on."""
    while count > 0 and at + 2 < len(codes) and len(values) <= 65536:
        kind, length = codes[at], codes[at + 1]
        if kind == 0:
            values.extend(codes[at + 2 : at + 2 + length])
            at += 2 + length
        elif kind == 1:
            values.extend(int(v) for v in np.rint(np.linspace(values[-1], codes[at + 2], length + 1)[1:]))
            at += 3
        elif kind == 2 and depth == 0:
            parts = codes[at + 2 : at + 2 + 4 // width]
            offset = sum(part << 8 * width * n for n, part in enumerate(parts))
            _add_segments(codes, offset // width, length, values, width, depth + 1)
            at += 2 + 4 // width
        else:
            raise ValueError(kind)
        count -= 1


def _table(data: bytes, entries: int, order: str) -> NDArray[np.uint16]:
    if len(data) >= entries * 2:
        return np.frombuffer(data, f"{order}u2", entries).astype(np.uint16)
    if len(data) >= entries:
        return np.frombuffer(data, np.uint8, entries).astype(np.uint16)
    raise BadFile("Its colour table (0028,1201-1203) is shorter than its descriptor says.", todo=ASK_AGAIN)


def apply_palette(indices: Pixels, first: int, table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stored values → RGB; values under and over the table take its first and last colour."""
    places = np.clip(indices.astype(np.int64) - first, 0, len(table) - 1)
    return np.asarray(table[places])
