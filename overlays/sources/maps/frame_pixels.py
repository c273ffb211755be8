"""The stored values of the frames of one multi-frame object, one after the other, whatever its transfer syntax.

What belongs here: straight reads of plain frames, packed bits, decoding in the sandbox with one frame ahead. What does
not: codecs (viewers.dicom.codecs), what values mean.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewers.dicom import decode, header, sandbox
from viewers.dicom.checks import ASK_AGAIN, UNDEFINED
from viewers.dicom.elements import READ_FLAGS, Elements
from viewers.dicom.problems import BadFile, tag_name
from viewers.dicom.syntaxes import EXPLICIT, IMPLICIT

Bits = NDArray[np.uint8]
Pixels = NDArray[np.generic]


class FramePixels:
    """Frames of one file. Raises BadFile at once where the file holds fewer bytes than they need."""

    def __init__(self, path: Path, elements: Elements) -> None:
        if elements.pixel_tag == 0:
            raise BadFile(f"It holds no {tag_name(0x7FE00010)}.", todo=ASK_AGAIN)
        self.path = path
        self.elements = elements
        self.form = header.pixel_format(elements)
        self.count = header.frame_count(elements)
        header.check_room(elements, self.form, self.count)
        if self.form.samples != 1:
            raise BadFile(f"Element {tag_name(0x00280002)} is {self.form.samples}; such maps have 1.", todo=ASK_AGAIN)
        self.is_plain = _is_plain(elements)

    def packed(self, order: Sequence[int]) -> Iterator[Bits]:
        """The frames in this order as bits, eight to a byte, the first pixel lowest; what is not 0 counts as 1.

        Every frame begins with a byte of its own, and bits behind its last pixel are 0.
        """
        if self.form.bits_allocated != 1 or not self.is_plain:
            for words in self.words(order):
                yield np.packbits(words.reshape(-1) != 0, bitorder="little")
            return
        with _Opened(self.path) as opened:
            for frame in order:
                yield self._packed(opened, frame)

    def _packed(self, opened: _Opened, frame: int) -> Bits:
        """Plain frames of bits follow each other without padding to bytes (PS3.5 8.1.1)."""
        bits = self.form.frame_bits
        first = frame * bits
        size = (first % 8 + bits + 7) // 8
        raw = np.frombuffer(opened.at(self.elements.pixel_start + first // 8, size), np.uint8)
        if bits % 8 == 0:
            return raw
        return np.packbits(np.unpackbits(raw, bitorder="little")[first % 8 :][:bits], bitorder="little")

    def words(self, order: Sequence[int]) -> Iterator[Pixels]:
        """The stored values of frames in this order, (rows, columns) of `form.dtype`; unused bits are cleared."""
        if self.is_plain and self.form.bits_allocated in (8, 16, 32, 64):
            yield from self._plain_words(order)
            return
        source = decode.open_source(self.path)
        for pixels in _decoded(source, order) if source.parts else (decode.frame_words(source, n) for n in order):
            decode.clear_unused_bits(pixels, self.form)
            yield pixels

    def _plain_words(self, order: Sequence[int]) -> Iterator[Pixels]:
        form, size = self.form, self.form.frame_bits // 8
        with _Opened(self.path) as opened:
            for frame in order:
                raw = opened.at(self.elements.pixel_start + frame * size, size)
                pixels = np.frombuffer(bytearray(raw), form.dtype.newbyteorder("<")).astype(form.dtype, copy=False)
                decode.clear_unused_bits(pixels, form)
                yield pixels.reshape(form.rows, form.columns)


def _is_plain(elements: Elements) -> bool:
    return (
        elements.encoding.little
        and elements.syntax in (IMPLICIT, EXPLICIT)
        and elements.pixel_length != UNDEFINED
        and not elements.inflated
    )


def _decoded(source: decode.Source, order: Sequence[int]) -> Iterator[Pixels]:
    """Frames from a decoder's child process, which works on the next while one is looked at."""
    form = source.form
    with sandbox.lent() as child:
        ahead = [_job(source, frame) for frame in reversed(order)]
        waiting = 0

        def send() -> None:
            nonlocal waiting
            while ahead and waiting < child.depth:
                child.send(ahead.pop())
                waiting += 1

        try:
            send()
            while waiting:
                pixels = np.empty((form.rows, form.columns), form.dtype)
                waiting -= 1
                child.receive(pixels, send)
                yield pixels
        finally:
            for _ in range(waiting):  # somebody stopped in the middle: the child is given back without work on its way
                with suppress(BadFile):
                    child.receive(np.empty((form.rows, form.columns), form.dtype))


def _job(source: decode.Source, frame: int) -> sandbox.Job:
    return sandbox.Job(source.path, tuple(source.parts[frame]), source.elements.syntax, source.form)


class _Opened:
    """A file that is read at offsets."""

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, READ_FLAGS)
        except OSError as error:
            raise BadFile(f"It cannot be read any more ({error.strerror}).", todo="Check the disk.") from error

    def __enter__(self) -> _Opened:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def at(self, offset: int, count: int) -> bytes:
        """`count` bytes from an offset on. Raises BadFile where they are no longer there."""
        os.lseek(self._descriptor, offset, os.SEEK_SET)
        raw = os.read(self._descriptor, count)
        if len(raw) != count:
            raise BadFile(f"Its {tag_name(0x7FE00010)} is cut short.", todo=ASK_AGAIN)
        return raw
