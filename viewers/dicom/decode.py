"""Stored values of one frame of one file as an array, whatever its transfer syntax and colours.

What belongs here: finding a frame's bytes and making sense of decoded ones. What does not: codecs (codecs, which run
in the sandbox) and whole series (load).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewers.dicom import colour, header, icc, sandbox
from viewers.dicom.checks import ASK_AGAIN, UNDEFINED
from viewers.dicom.elements import Elements, read_elements
from viewers.dicom.encapsulated import Part, Reader, frame_parts
from viewers.dicom.problems import BadFile
from viewers.dicom.syntaxes import BIG_ENDIAN, COMPRESSED, EXPLICIT, GE_PRIVATE, ICC, IMPLICIT
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
    profile: Part | None = None  # the ICC profile that the colours are to be shown through

    def bytes_of(self, place: Part) -> bytes:
        return self.elements.buffer[place[0] : place[0] + place[1]]


ICC_PROFILE, OPTICAL_PATHS = 0x00282000, 0x00480105
Decoder = Callable[[Source, int], Pixels]


def stored_frame(path: Path, frame: int = 0, decoded: Decoder | None = None) -> Pixels:
    """The frame's stored values, before any modality transform; YBR as RGB; palette indices as they are.

    Shape (rows, columns) or (rows, columns, samples), dtype `PixelFormat.dtype`. `decoded` decodes compressed frames
    otherwise than in the sandbox. Raises BadFile.
    """
    source = open_source(path)
    if not 0 <= frame < source.frames:
        raise BadFile(f"It has {source.frames} frames; frame {frame + 1} was asked for.", todo=ASK_AGAIN)
    if source.parts:
        pixels = (decoded or _decoded)(source, frame)
        if source.form.signed:  # lossy codecs may overshoot BitsStored: their values are kept
            clear_unused_bits(pixels, source.form)
        return pixels
    pixels = _uncompressed(source, frame)
    clear_unused_bits(pixels, source.form)
    return colour.to_rgb(pixels, source.form)


def frame_words(source: Source, frame: int) -> Pixels:
    """The frame's words of BitsAllocated bits with whatever stands in their unused bits. Raises BadFile."""
    return _decoded(source, frame) if source.parts else _uncompressed(source, frame)


def display_frame(path: Path, frame: int = 0, decoded: Decoder | None = None) -> Pixels:
    """The frame as a volume keeps it: stored values for grey, RGB for colour.

    Palettes give uint8; RGB deeper than 8 bits is scaled to the whole range of uint16. Raises BadFile.
    """
    pixels, source = stored_frame(path, frame, decoded), open_source(path)
    if source.form.photometric == "PALETTE COLOR" and pixels.ndim == 2:
        first, table = colour.palette(source.elements, source.form.signed)
        return colour.apply_palette(pixels, first, table)
    if pixels.ndim == 2:
        return pixels
    if source.form.photometric in ("HSV", "CMYK"):
        raise BadFile(f"Its colours (0028,0004) are {source.form.photometric}, which is not shown.", todo=ASK_AGAIN)
    rgb = _full_range(pixels[..., 1:] if source.form.photometric == "ARGB" else pixels[..., :3], source.form)
    if source.profile and (decoded is not None or _is_survived(source)):
        return icc.to_srgb(np.ascontiguousarray(rgb), source.bytes_of(source.profile))
    return rgb


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
    form = _really_full(elements, form, frames)
    parts: list[list[Part]] = []
    if header.is_compressed(elements) and not _is_plain_after_all(elements, form, frames):
        if elements.syntax not in COMPRESSED:
            raise _unreadable(elements.syntax)
        parts = _with_reader(path, elements, frames)
    return Source(path, elements, form, frames, parts, _profile(elements, form))


def _unreadable(syntax: str) -> BadFile:
    what = f"Its transfer syntax (0002,0010) {syntax} cannot be read."
    if syntax in (IMPLICIT, EXPLICIT, BIG_ENDIAN):
        what = "Its pixels are compressed, but its transfer syntax (0002,0010) is missing or says that they are not."
    return BadFile(what, todo="Ask for the images uncompressed, or in JPEG, JPEG-LS, JPEG 2000 or RLE.")


def _really_full(elements: Elements, form: PixelFormat, frames: int) -> PixelFormat:
    """Some writers say YBR_FULL_422 and then store every chrominance: the size shows it."""
    full = replace(form, photometric=form.photometric.removesuffix("_422"))
    has_all = UNDEFINED > elements.pixel_length >= full.frame_bits * frames // 8
    return full if has_all and form.samples == 3 else form


def _is_plain_after_all(elements: Elements, form: PixelFormat, frames: int) -> bool:
    """Pixels of exactly their uncompressed length are plain, although the transfer syntax was left as it had been."""
    size = (form.frame_bits * frames + 7) // 8
    return elements.syntax in COMPRESSED and elements.pixel_length == size + size % 2


def _profile(elements: Elements, form: PixelFormat) -> Part | None:
    """Where the file's ICC profile (0028,2000) lies, if it changes colours.

    Profiles of optical paths (microscopy) stand in their sequence. Palettes and deflated files are shown without.
    """
    if form.samples < 3 or form.floating or elements.inflated:
        return None
    optical_path = elements.item(OPTICAL_PATHS) if ICC_PROFILE not in elements.found else None
    place = (optical_path or elements).found.get(ICC_PROFILE)
    if place is None or not icc.is_usable(elements.buffer[place[0] : place[0] + place[1]]):
        return None
    return place[0], place[1]


def _is_survived(source: Source) -> bool:
    """Whether a child process lives through using the profile, so that we may; asked once for each profile."""
    assert source.profile is not None
    profile = source.bytes_of(source.profile)
    if profile not in _survived:
        shape = PixelFormat(icc.CUBE_SIDE, icc.CUBE_SIDE, 3, "RGB", 8, 8, 7, signed=False)
        try:
            sandbox.decode(sandbox.Job(source.path, (source.profile,), ICC, shape))
        except BadFile:
            return False  # an image in colours that are a little off is better than none
        _survived.add(profile)
    return True


_survived: set[bytes] = set()


def _with_reader(path: Path, elements: Elements, frames: int) -> list[list[Part]]:
    extended = elements.raw(0x7FE00001) or b""
    offsets = tuple(int(v) for v in np.frombuffer(extended[: len(extended) // 8 * 8], "<u8"))
    with _FileReader(path) as reader:
        return frame_parts(reader, elements.pixel_start, frames, offsets)


class _FileReader(Reader):
    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb", buffering=0)
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
    try:
        if form.bits_allocated in (1, 12):
            return colour.shaped(_unpacked(source, frame), form)
        size = form.frame_bits // 8
        swapped = not elements.encoding.little or elements.syntax == GE_PRIVATE
        values = np.frombuffer(
            _pixel_bytes(source, frame * size, size), form.dtype.newbyteorder(">" if swapped else "<")
        )
        return colour.shaped(values.astype(form.dtype), form)
    except ValueError as error:
        raise BadFile(
            f"{form.samples} samples of {form.rows} × {form.columns} {form.photometric} cannot be laid out.",
            todo=ASK_AGAIN,
        ) from error


def _unpacked(source: Source, frame: int) -> Pixels:
    """1-bit and (ACR-NEMA) 12-bit frames follow each other without padding to bytes (PS3.5 8.1.1)."""
    form = source.form
    first = frame * form.frame_bits
    raw = _pixel_bytes(source, first // 8, (first % 8 + form.frame_bits + 7) // 8)
    bits = np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little")[first % 8 :][: form.frame_bits]
    if form.bits_allocated == 1:
        return bits
    weights = np.left_shift(1, np.arange(form.bits_allocated)).astype(np.uint16)
    return (bits.reshape(-1, form.bits_allocated) @ weights).astype(np.uint16).view(form.dtype)


def _pixel_bytes(source: Source, first: int, count: int) -> bytes:
    """Bytes of PixelData; those of big-endian words that hold more than one pixel in the order of the pixels."""
    elements = source.elements
    start = elements.pixel_start
    is_words = elements.buffer[start - 8 : start - 6] == b"OW"
    if elements.syntax != BIG_ENDIAN or source.form.bits_allocated >= 16 or not is_words:
        return _bytes_at(source, start + first, count)
    last = min(first + count + (first + count) % 2, elements.pixel_length)
    words = np.frombuffer(_bytes_at(source, start + first - first % 2, last - first + first % 2), "<u2")
    return words.byteswap().tobytes()[first % 2 :][:count]


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
