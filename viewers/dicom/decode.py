"""Stored values of one frame of one file as an array, whatever its transfer syntax and colours.

What belongs here: finding a frame's bytes and making sense of decoded ones. What does not: codecs (codecs, which run
in the sandbox) and whole series (load).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewers.dicom import colour, header, sandbox
from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.elements import Elements, read_elements
from viewers.dicom.encapsulated import Part, Reader, frame_parts
from viewers.dicom.problems import BadFile
from viewers.dicom.syntaxes import BIG_ENDIAN, COMPRESSED, GE_PRIVATE, comes_as_rgb
from viewers.volume import PixelFormat

Pixels = NDArray[np.generic]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One opened image file: what its frames look like and where their bytes are."""

    path: Path
    elements: Elements
    form: PixelFormat
    frames: int
    parts: list[list[Part]]  # empty where the frames are not compressed


def stored_frame(path: Path, frame: int = 0) -> Pixels:
    """The frame's stored values, before any modality transform; YBR as RGB; palette indices as they are.

    Shape (rows, columns) or (rows, columns, samples), dtype `PixelFormat.dtype`. Raises BadFile.
    """
    source = open_source(path)
    if not 0 <= frame < source.frames:
        raise BadFile(f"It has {source.frames} frames; frame {frame + 1} was asked for.", todo=ASK_AGAIN)
    if source.parts:
        pixels = _decoded(source, frame)
        is_rgb = comes_as_rgb(source.elements.syntax, source.form.photometric)
    else:
        pixels, is_rgb = _uncompressed(source, frame), False
    if not source.parts or source.form.signed:  # lossy codecs may overshoot BitsStored: their values are kept
        clear_unused_bits(pixels, source.form)
    if source.form.photometric.startswith("YBR") and pixels.ndim == 3 and not is_rgb:
        return colour.ybr_to_rgb(pixels)
    return pixels


def display_frame(path: Path, frame: int = 0) -> Pixels:
    """The frame as a volume keeps it: stored values for grey, RGB for colour.

    Palettes give uint8; RGB deeper than 8 bits is scaled to the whole range of uint16. Raises BadFile.
    """
    pixels, form = stored_frame(path, frame), open_source(path).form
    if form.photometric == "PALETTE COLOR" and pixels.ndim == 2:
        first, table = colour.palette(open_source(path).elements)
        return colour.apply_palette(pixels, first, table)
    if pixels.ndim == 3:
        return _full_range(pixels[..., :3], form)
    return pixels


def _full_range(pixels: Pixels, form: PixelFormat) -> Pixels:
    if form.bits_allocated <= 8:
        return pixels.astype(np.uint8, copy=False)
    shift = 16 - form.bits_stored
    if shift >= 0:
        return np.left_shift(pixels.astype(np.uint16), shift)
    return np.asarray(np.right_shift(pixels, -shift).astype(np.uint16))


def open_source(path: Path) -> Source:
    """Reads and checks an image file's header, once for as long as the file does not change. Raises BadFile."""
    try:
        state = path.stat()
    except OSError as error:
        raise BadFile(
            f"It cannot be read ({error.strerror}).", todo="Check the disk and the file's permissions."
        ) from error
    return _open(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _open(path: Path, mtime_ns: int, size: int) -> Source:
    elements = read_elements(path)
    if elements.pixel_tag == 0:
        raise BadFile("It holds no PixelData (7FE0,0010).", todo="Leave it out.")
    form, frames = header.pixel_format(elements), header.frame_count(elements)
    header.check_room(elements, form, frames)
    parts: list[list[Part]] = []
    if header.is_compressed(elements):
        if elements.syntax not in COMPRESSED:
            raise BadFile(
                f"Its transfer syntax (0002,0010) {elements.syntax or 'is missing and'} cannot be read.",
                todo="Ask for the images uncompressed, or in JPEG, JPEG-LS, JPEG 2000 or RLE.",
            )
        parts = _with_reader(path, elements, frames)
    return Source(path, elements, form, frames, parts)


def _with_reader(path: Path, elements: Elements, frames: int) -> list[list[Part]]:
    extended = elements.raw(0x7FE00001) or b""
    offsets = tuple(int(v) for v in np.frombuffer(extended[: len(extended) // 8 * 8], "<u8"))
    with _FileReader(path) as reader:
        return frame_parts(reader, elements.pixel_start, frames, offsets)


class _FileReader(Reader):
    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb")
        super().__init__(os.fstat(self._stream.fileno()).st_size)

    def __enter__(self) -> _FileReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def at(self, offset: int, count: int) -> bytes:
        self._stream.seek(offset)
        return self._stream.read(count)


def _decoded(source: Source, frame: int) -> Pixels:
    return sandbox.decode(sandbox.Job(source.path, tuple(source.parts[frame]), source.elements.syntax, source.form))


def _uncompressed(source: Source, frame: int) -> Pixels:
    form, elements = source.form, source.elements
    if form.bits_allocated == 1:
        return _unpacked_bits(source, frame)
    size = form.frame_bits // 8
    raw = _bytes_at(source, elements.pixel_start + frame * size, size)
    swapped = not elements.encoding.little or elements.syntax == GE_PRIVATE
    values = np.frombuffer(raw, form.dtype.newbyteorder(">" if swapped else "<")).astype(form.dtype)
    if elements.syntax == BIG_ENDIAN and form.bits_allocated == 8 and _is_word_swapped(elements):
        values = values.reshape(-1, 2)[:, ::-1].reshape(-1)
    return shaped(values, form)


def _is_word_swapped(elements: Elements) -> bool:
    """8-bit pixels written as big-endian OW words have each pair of bytes swapped."""
    return (
        elements.buffer[elements.pixel_start - 8 : elements.pixel_start - 6] == b"OW" and elements.pixel_length % 2 == 0
    )


def shaped(values: Pixels, form: PixelFormat) -> Pixels:
    """Flat stored values as (rows, columns) or (rows, columns, samples)."""
    if form.samples == 1:
        return values.reshape(form.rows, form.columns)
    if form.photometric == "YBR_FULL_422":
        return colour.expand_422(values, form.rows, form.columns)
    if form.planar:
        return np.ascontiguousarray(values.reshape(form.samples, form.rows, form.columns).transpose(1, 2, 0))
    return values.reshape(form.rows, form.columns, form.samples)


def _unpacked_bits(source: Source, frame: int) -> Pixels:
    """1-bit frames follow each other without padding to bytes (PS3.5 8.1.1)."""
    form = source.form
    first = frame * form.frame_bits
    raw = _bytes_at(source, source.elements.pixel_start + first // 8, (first % 8 + form.frame_bits + 7) // 8)
    bits = np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little")[first % 8 :][: form.frame_bits]
    return shaped(bits, form)


def _bytes_at(source: Source, offset: int, count: int) -> bytes:
    if source.elements.inflated:
        raw = source.elements.buffer[offset : offset + count]
    else:
        with _FileReader(source.path) as reader:
            raw = reader.at(offset, count)
    if len(raw) != count:
        raise BadFile("Its PixelData (7FE0,0010) is cut short.", todo=ASK_AGAIN)
    return raw


def clear_unused_bits(pixels: Pixels, form: PixelFormat) -> None:
    """Keeps only the bits from HighBit down to BitsStored, and extends the sign, in place."""
    width = pixels.dtype.itemsize * 8
    if form.floating or form.bits_stored >= width or form.bits_allocated == 1:
        return
    if form.signed:
        np.left_shift(pixels, width - 1 - form.high_bit, out=pixels)
        np.right_shift(pixels, width - form.bits_stored, out=pixels)
        return
    if form.high_bit >= form.bits_stored:
        np.right_shift(pixels, form.high_bit + 1 - form.bits_stored, out=pixels)
    np.bitwise_and(pixels, (1 << form.bits_stored) - 1, out=pixels)
