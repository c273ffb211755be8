"""Compressed bytes of one frame to stored values. Runs in the sandbox's child process, never in the program itself.

What belongs here: one function for each family of codec. What does not: files and trust.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from viewers.dicom import codestream, colour, icc
from viewers.dicom.codestream import Head
from viewers.dicom.syntaxes import (
    DEFLATED_FRAMES,
    HTJ2K,
    ICC,
    JPEG,
    JPEG_2000,
    JPEG_LOSSLESS,
    JPEG_LS,
    JPEG_XL,
    RAW,
    RLE,
)
from viewers.volume import PixelFormat

Pixels = NDArray[np.generic]
Codec = Callable[[bytes, PixelFormat], Pixels]
GROWN_ANYWAY = 128 << 20  # bytes; smaller frames that are blank compress to next to nothing
LARGEST_GROWTH = 20_000
END_OF_IMAGE = b"\xff\xd9"  # of JPEG and JPEG 2000
TAIL_BYTES = 256  # of an image, in which its end is looked for
MORE_BITS = bytes.fromhex("55aa") * 512
LARGE_PX = 4_000_000  # of a JPEG 2000 image that is worth a second thread


def decode(data: bytes, syntax: str, form: PixelFormat) -> Pixels:
    """Stored values of shape (rows, columns) or (rows, columns, samples), dtype `form.dtype`; YBR as RGB.

    Raises ValueError where they come out otherwise, and what the codec raises.
    """
    _check_growth(len(data), form)
    pixels = np.asarray(CODECS[syntax](data, form))
    _check_shape(pixels.shape, form)
    return np.ascontiguousarray(as_stored(pixels, form))


def _check_growth(size: int, form: PixelFormat) -> None:
    grown = form.frame_bits // 8
    if grown > GROWN_ANYWAY and grown > size * LARGEST_GROWTH:
        raise ValueError(f"{size} bytes would grow to {grown >> 20} MiB, as only a bomb does")


def _check_shape(shape: tuple[int, ...], form: PixelFormat) -> None:
    wanted = (form.rows, form.columns) if form.samples == 1 else (form.rows, form.columns, form.samples)
    if shape != wanted:
        raise ValueError(f"the compressed image is {_size(shape)}, the header says {_size(wanted)}")


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(str(length) for length in shape)


def as_stored(pixels: Pixels, form: PixelFormat) -> Pixels:
    """The same bits in the dtype of the stored values."""
    if pixels.dtype.itemsize == form.dtype.itemsize and pixels.dtype.kind in "iu":
        return np.ascontiguousarray(pixels).view(form.dtype)
    return pixels.astype(form.dtype)


def _image(data: bytes, form: PixelFormat) -> Pixels:
    """JPEG of any kind. What the codestream is counts, not what the transfer syntax calls it."""
    head = codestream.head(data)
    if head is None:
        raise ValueError("no JPEG image begins where the frame begins")
    _check_shape((head.rows, head.columns) if head.samples == 1 else (head.rows, head.columns, head.samples), form)
    if head.precision > form.bits_allocated:
        raise ValueError(f"the compressed image has {head.precision} bits a value, the header {form.bits_allocated}")
    return IMAGES[head.kind](data, head, form)


def _jpeg(data: bytes, head: Head, form: PixelFormat) -> Pixels:
    """Where the file's own markers say nothing, PhotometricInterpretation decides about its colours."""
    is_rgb = form.photometric == "RGB" if head.is_rgb is None else head.is_rgb
    space = None if head.samples == 1 else "RGB" if is_rgb else "YCbCr"
    pixels = _by_libjpeg(data, space)
    return colour.ybr_to_rgb(pixels, head.precision) if space == "YCbCr" else pixels


def _by_libjpeg(data: bytes, space: str | None) -> Pixels:
    """libjpeg makes up what is missing at the end: without an end marker it is asked twice, and must not need more."""
    pixels = _array(imagecodecs.jpeg8_decode(data, colorspace=space, outcolorspace=space))
    if END_OF_IMAGE not in data[-TAIL_BYTES:]:
        longer = data + MORE_BITS + END_OF_IMAGE
        if not np.array_equal(pixels, imagecodecs.jpeg8_decode(longer, colorspace=space, outcolorspace=space)):
            raise ValueError("the compressed image is cut short")
    return pixels


def _lossless_jpeg(data: bytes, head: Head, form: PixelFormat) -> Pixels:
    """libjpeg-turbo is the quicker; the other decoder reads what it refuses."""
    try:
        pixels = _by_libjpeg(data, None if head.samples == 1 else "RGB")
    except RuntimeError:
        pixels = _array(imagecodecs.jpegsof3_decode(data))
    return colour.to_rgb(pixels, form)


def _jpeg_ls(data: bytes, head: Head, form: PixelFormat) -> Pixels:
    return colour.to_rgb(_array(imagecodecs.jpegls_decode(data)), form)


def _jpeg_2000(data: bytes, head: Head, form: PixelFormat) -> Pixels:
    threads = 2 if head.rows * head.columns > LARGE_PX else 1
    pixels = sign_corrected(_array(imagecodecs.jpeg2k_decode(data, numthreads=threads)), head, form)
    return pixels if head.is_rgb else colour.to_rgb(pixels, form)


def _htj2k(data: bytes, head: Head, form: PixelFormat) -> Pixels:
    """OpenJPH is twice as fast as OpenJPEG, but lossy values wrap around in it, and what is missing is made up."""
    if not head.reversible or END_OF_IMAGE not in data[-TAIL_BYTES:]:
        return _jpeg_2000(data, head, form)
    pixels = sign_corrected(_array(imagecodecs.htj2k_decode(data)), head, form)
    return pixels if head.is_rgb else colour.to_rgb(pixels, form)


def sign_corrected(pixels: Pixels, head: Head, form: PixelFormat) -> Pixels:
    """Where codestream and header disagree about the sign, the bits are kept and the header's sign counts."""
    if head.signed == form.signed:
        return pixels
    wide = pixels.astype(np.int64) & ((1 << head.precision) - 1)
    if form.signed:
        wide -= (wide >> (head.precision - 1)) << head.precision
    return np.asarray(wide.astype(form.dtype))


def _jpeg_xl(data: bytes, form: PixelFormat) -> Pixels:
    """The codec turns what it transformed back into RGB by itself."""
    return _array(imagecodecs.jpegxl_decode(data))


def _array(found: object) -> Pixels:
    return np.asarray(found)


def _rle(data: bytes, form: PixelFormat) -> Pixels:
    """PS3.5 annex G: one PackBits segment for each byte plane of each sample, high byte first."""
    if len(data) < 64:
        raise ValueError("the RLE header is cut short")
    heads = np.frombuffer(data, "<u4", 16)
    count, width = int(heads[0]), form.bits_allocated // 8 or 1
    if count != form.samples * width:
        raise ValueError(f"{count} RLE segments instead of {form.samples * width}")
    limits = [*(int(offset) for offset in heads[1 : count + 1]), len(data)]
    planes = [_plane(data[limits[i] : limits[i + 1]], form) for i in range(count)]
    if form.bits_allocated == 1:
        return planes[0].reshape(form.rows, form.columns)
    values = np.empty((form.rows, form.columns, form.samples), form.dtype.newbyteorder("<"))
    octets = values.view(np.uint8).reshape(form.rows, form.columns, form.samples, width)
    for number, plane in enumerate(planes):
        octets[..., number // width, width - 1 - number % width] = plane.reshape(form.rows, form.columns)
    return values[..., 0] if form.samples == 1 else colour.to_rgb(values.astype(form.dtype, copy=False), form)


def _plane(segment: bytes, form: PixelFormat) -> NDArray[np.uint8]:
    pixels = form.rows * form.columns
    plane = np.frombuffer(_unpacked(segment), np.uint8)
    if form.bits_allocated == 1:
        plane = np.unpackbits(plane, bitorder="little")
    if len(plane) < pixels:
        raise ValueError(f"an RLE segment holds {len(plane)} of {pixels} values")
    return plane[:pixels]


def _unpacked(segment: bytes) -> bytes:
    """Segments are filled up to an even length, by some writers with a byte that announces values."""
    try:
        return bytes(imagecodecs.packbits_decode(segment))
    except imagecodecs.PackbitsError:
        return bytes(imagecodecs.packbits_decode(segment[:-1]))


def _raw(data: bytes, form: PixelFormat) -> Pixels:
    if form.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[: form.rows * form.columns]
        return bits.reshape(form.rows, form.columns)
    count = form.frame_bits // form.bits_allocated
    values = np.frombuffer(data, form.dtype.newbyteorder("<"), count).astype(form.dtype)
    return colour.to_rgb(colour.shaped(values, form), form)


def _deflated(data: bytes, form: PixelFormat) -> Pixels:
    needed = (form.frame_bits + 7) // 8
    return _raw(zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, needed + 1), form)


def _icc(data: bytes, form: PixelFormat) -> Pixels:
    """The colours of a whole cube through a profile: proof that the profile can be used, not pixels of an image."""
    return icc.to_srgb(icc.cube(form.rows, form.dtype), data)


IMAGES: dict[codestream.Kind, Callable[[bytes, Head, PixelFormat], Pixels]] = {
    "JPEG": _jpeg,
    "lossless JPEG": _lossless_jpeg,
    "JPEG-LS": _jpeg_ls,
    "JPEG 2000": _jpeg_2000,
    "HTJ2K": _htj2k,
}
CODECS: dict[str, Codec] = {
    RLE: _rle,
    RAW: _raw,
    DEFLATED_FRAMES: _deflated,
    ICC: _icc,
    **dict.fromkeys(JPEG | JPEG_LOSSLESS | JPEG_LS | JPEG_2000 | HTJ2K, _image),
    **dict.fromkeys(JPEG_XL, _jpeg_xl),
}
