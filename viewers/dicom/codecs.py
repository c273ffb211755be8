"""Compressed bytes of one frame to stored values. Runs in the sandbox's child process, never in the program itself.

What belongs here: one function for each family of codec. What does not: files, colours, and trust.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from viewers.dicom.colour import ybr_to_rgb
from viewers.dicom.syntaxes import DEFLATED_FRAMES, HTJ2K, JPEG, JPEG_2000, JPEG_LOSSLESS, JPEG_LS, JPEG_XL, RAW, RLE
from viewers.volume import PixelFormat

Pixels = NDArray[np.generic]
Codec = Callable[[bytes, PixelFormat], Pixels]


def decode(data: bytes, syntax: str, form: PixelFormat) -> Pixels:
    """Stored values of shape (rows, columns) or (rows, columns, samples), dtype `form.dtype`.

    Raises ValueError where they come out otherwise, and what the codec raises.
    """
    pixels = np.asarray(CODECS[syntax](data, form))
    wanted = (form.rows, form.columns) if form.samples == 1 else (form.rows, form.columns, form.samples)
    if pixels.shape != wanted:
        raise ValueError(f"the compressed image is {pixels.shape}, the header says {wanted}")
    return np.ascontiguousarray(_as_stored(pixels, form))


def _as_stored(pixels: Pixels, form: PixelFormat) -> Pixels:
    """The same bits in the dtype of the stored values."""
    if pixels.dtype.itemsize == form.dtype.itemsize and pixels.dtype.kind in "iu":
        return pixels.view(form.dtype) if pixels.flags.c_contiguous else np.ascontiguousarray(pixels).view(form.dtype)
    return pixels.astype(form.dtype)


def _jpeg(data: bytes, form: PixelFormat) -> Pixels:
    if b"\xff\xc3" in data[:4096]:  # lossless, whatever the transfer syntax says
        return _array(imagecodecs.jpegsof3_decode(data))
    if form.samples == 1:
        return _array(imagecodecs.jpeg8_decode(data))
    space = jpeg_colour_space(data, form.photometric)
    pixels = _array(imagecodecs.jpeg8_decode(data, colorspace=space, outcolorspace=space))
    return ybr_to_rgb(pixels) if space == "YCbCr" else pixels


def _array(found: object) -> Pixels:
    return np.asarray(found)


def jpeg_colour_space(data: bytes, photometric: str) -> str:
    """What the three components of a JPEG image are: its own markers win over the DICOM header.

    JFIF means YCbCr, Adobe's transform flag says, component names R G B mean RGB, else PhotometricInterpretation.
    """
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if marker == 0xEE and body[:5] == b"Adobe" and len(body) >= 12:
            return "YCbCr" if body[11] == 1 else "RGB"
        if marker == 0xE0 and body[:4] == b"JFIF":
            return "YCbCr"
        if marker in (0xC0, 0xC1, 0xC2) and len(body) >= 15 and bytes(body[6:15:3]) == b"RGB":
            return "RGB"
        at += 2 + length
    return "RGB" if photometric == "RGB" else "YCbCr"


def _jpeg_ls(data: bytes, form: PixelFormat) -> Pixels:
    return _array(imagecodecs.jpegls_decode(data))


def _jpeg_2000(data: bytes, form: PixelFormat) -> Pixels:
    return _sign_corrected(_array(imagecodecs.jpeg2k_decode(data)), data, form)


def _htj2k(data: bytes, form: PixelFormat) -> Pixels:
    return _sign_corrected(_array(imagecodecs.htj2k_decode(data)), data, form)


def _sign_corrected(pixels: Pixels, data: bytes, form: PixelFormat) -> Pixels:
    """Where codestream and header disagree about the sign, the bits are kept and the header's sign counts."""
    at = data.find(b"\xff\x51")
    if at < 0 or len(data) < at + 41 or form.samples != 1:
        return pixels
    precision, signed = (data[at + 40] & 0x7F) + 1, bool(data[at + 40] & 0x80)
    if signed == form.signed:
        return pixels
    wide = pixels.astype(np.int64) & ((1 << precision) - 1)
    if form.signed:
        wide -= (wide >> (precision - 1)) << precision
    return np.asarray(wide.astype(form.dtype))


def _jpeg_xl(data: bytes, form: PixelFormat) -> Pixels:
    return _array(imagecodecs.jpegxl_decode(data))


def _rle(data: bytes, form: PixelFormat) -> Pixels:
    """PS3.5 annex G: one PackBits segment for each byte plane of each sample, high byte first."""
    heads = np.frombuffer(data, "<u4", 16)
    count = int(heads[0])
    width = form.bits_allocated // 8 or 1
    if count != form.samples * width:
        raise ValueError(f"{count} RLE segments instead of {form.samples * width}")
    limits = [*(int(offset) for offset in heads[1 : count + 1]), len(data)]
    planes = [_plane(data[limits[i] : limits[i + 1]], form) for i in range(count)]
    if form.bits_allocated == 1:
        return planes[0].reshape(form.rows, form.columns)
    stacked = np.stack(planes).reshape(form.samples, width, form.rows, form.columns)
    ordered = np.ascontiguousarray(stacked.transpose(2, 3, 0, 1))
    values = ordered.view(form.dtype.newbyteorder(">"))[..., 0].astype(form.dtype)
    return np.asarray(values[..., 0] if form.samples == 1 else values)


def _plane(segment: bytes, form: PixelFormat) -> NDArray[np.uint8]:
    pixels = form.rows * form.columns
    plane = np.frombuffer(imagecodecs.packbits_decode(segment), np.uint8)
    if form.bits_allocated == 1:
        plane = np.unpackbits(plane, bitorder="little")
    if len(plane) < pixels:
        raise ValueError(f"an RLE segment holds {len(plane)} of {pixels} values")
    return plane[:pixels]


def _raw(data: bytes, form: PixelFormat) -> Pixels:
    if form.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[: form.rows * form.columns]
        return bits.reshape(form.rows, form.columns)
    values = np.frombuffer(data, form.dtype.newbyteorder("<"), form.rows * form.columns * form.samples).astype(
        form.dtype
    )
    if form.samples == 1:
        return values.reshape(form.rows, form.columns)
    if form.planar:
        return values.reshape(form.samples, form.rows, form.columns).transpose(1, 2, 0)
    return values.reshape(form.rows, form.columns, form.samples)


def _deflated(data: bytes, form: PixelFormat) -> Pixels:
    needed = (form.frame_bits + 7) // 8
    return _raw(zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, needed + 1), form)


CODECS: dict[str, Codec] = {
    RLE: _rle,
    RAW: _raw,
    DEFLATED_FRAMES: _deflated,
    **dict.fromkeys(JPEG | JPEG_LOSSLESS, _jpeg),
    **dict.fromkeys(JPEG_LS, _jpeg_ls),
    **dict.fromkeys(JPEG_2000, _jpeg_2000),
    **dict.fromkeys(HTJ2K, _htj2k),
    **dict.fromkeys(JPEG_XL, _jpeg_xl),
}
