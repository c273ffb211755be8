"""Checks on raw bytes before any parser or codec sees them (hostile files: depth, counts, lengths, bombs).

What belongs here: limits, and the walk that proves that a file keeps them. What does not: the meaning of elements.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from viewers.dicom.problems import BadFile, tag_name

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_TAGS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
LONG_VRS = frozenset((b"OB", b"OW", b"UN", b"SQ", b"OF", b"OD", b"OL", b"OV", b"UT", b"UC", b"UR", b"SV", b"UV"))
SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())

INFLATED_ANYWAY = 64 << 20  # blank images deflate to next to nothing, and are no bombs
ASK_AGAIN = "Ask for the file to be sent again, or leave it out."


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask for before it is refused."""

    file_bytes: int = 16 << 30
    header_bytes: int = 512 << 20  # everything but the pixels
    depth: int = 32  # of sequences
    elements: int = 2_000_000
    frames: int = 200_000
    frame_bytes: int = 1 << 30  # decoded
    inflated_bytes: int = 1 << 30
    inflated_ratio: int = 200  # beyond INFLATED_ANYWAY; deflate bombs reach 1000


LIMITS = Limits()


class NeedMore(Exception):
    """The element goes on beyond the bytes at hand, although not beyond the file."""


@dataclass(slots=True)
class Encoding:
    """How elements are written: explicit or implicit VR, byte order."""

    explicit: bool
    little: bool = True

    @property
    def order(self) -> str:
        return "<" if self.little else ">"


class Walker:
    """Steps over elements in `buffer`, the first bytes of a data set that is `size` bytes long in all.

    Raises BadFile where a length, the depth or the number of elements breaks a limit, and NeedMore where only the
    prefix is too short.
    """

    def __init__(self, buffer: bytes, size: int, encoding: Encoding, limits: Limits = LIMITS) -> None:
        self.buffer = buffer
        self.size = size
        self.limits = limits
        self.explicit = encoding.explicit
        self.elements = 0
        self._tag = struct.Struct(encoding.order + "HH")
        self._tag_and_long = struct.Struct(encoding.order + "HHL")
        self._tag_and_short = struct.Struct(encoding.order + "HH2sH")
        self._long = struct.Struct(encoding.order + "L")

    def element(self, pos: int) -> tuple[int, bytes, int, int]:
        """(tag, VR, where the value starts, its length or UNDEFINED) of the element at `pos`."""
        self._count()
        self._need(pos, 8)
        if not self.explicit:
            group, number, length = self._tag_and_long.unpack_from(self.buffer, pos)
            return group << 16 | number, b"", pos + 8, length
        group, number, vr, length = self._tag_and_short.unpack_from(self.buffer, pos)
        tag = group << 16 | number
        if vr in SHORT_VRS:
            return tag, vr, pos + 8, length
        if group == 0xFFFE:
            return tag, b"", pos + 8, self._long.unpack_from(self.buffer, pos + 4)[0]
        if vr not in LONG_VRS:
            raise BadFile(f"Element {tag_name(tag)} has the unknown VR {vr!r}.", todo=ASK_AGAIN)
        self._need(pos, 12)
        return tag, vr, pos + 12, self._long.unpack_from(self.buffer, pos + 8)[0]

    def end_of(self, tag: int, vr: bytes, start: int, length: int, end: int, depth: int = 0) -> int:
        """Where the element's value ends. Sequences of undefined length are walked through."""
        if length != UNDEFINED:
            if start + length > end:
                raise BadFile(
                    f"Element {tag_name(tag)} says that it is {length} bytes long, but {max(0, end - start)} are left.",
                    todo="The file is cut short or damaged. " + ASK_AGAIN,
                )
            return start + length
        if vr in (b"OB", b"OW") or tag in PIXEL_TAGS:  # an icon's compressed pixels, in a sequence
            return self._skip_fragments(start, end)
        if vr == b"UN" and self.explicit:  # PS3.5 6.2.2 note 4: its items are implicit VR
            return self._implicitly(start, end, depth)
        return self._skip_items(tag, start, end, depth + 1)

    def check(self, pos: int, end: int, depth: int = 0) -> None:
        """Walks through everything from `pos` to `end`, into sequences of defined length too."""
        while pos < end:
            tag, vr, start, length = self.element(pos)
            if tag in PIXEL_TAGS and depth == 0:
                return
            if vr == b"SQ" and length != UNDEFINED:
                self.end_of(tag, vr, start, length, end)
                self._skip_items(tag, start, start + length, depth + 1)
                pos = start + length
            else:
                pos = self.end_of(tag, vr, start, length, end, depth)

    def items(self, tag: int, start: int, end: int, depth: int = 1) -> Iterator[tuple[int, int]]:
        """The (start, end) of each item of a sequence whose items begin at `start`."""
        for item_start, item_end, _ in self._walk_items(tag, start, end, depth):
            yield item_start, item_end

    def _skip_fragments(self, pos: int, end: int) -> int:
        while pos < end:
            self._count()
            self._need(pos, 8)
            found, length = self._tag_at(pos), self._long.unpack_from(self.buffer, pos + 4)[0]
            if found == SEQUENCE_END:
                return pos + 8
            pos = self.end_of(found, b"", pos + 8, length, end) if length != UNDEFINED else end
        raise BadFile("Compressed pixels do not end within the file.", todo=ASK_AGAIN)

    def _implicitly(self, start: int, end: int, depth: int) -> int:
        inner = Walker(self.buffer, self.size, Encoding(explicit=False), self.limits)
        inner.elements = self.elements
        after = inner._skip_items(0, start, end, depth + 1)
        self.elements = inner.elements
        return after

    def _skip_items(self, tag: int, pos: int, end: int, depth: int) -> int:
        after = pos
        for step in self._walk_items(tag, pos, end, depth):
            after = step[2]
        closed = after + 8 <= end and self._tag_at(after) == SEQUENCE_END
        return after + 8 if closed else after

    def _walk_items(self, tag: int, pos: int, end: int, depth: int) -> Iterator[tuple[int, int, int]]:
        if depth > self.limits.depth:
            raise BadFile(f"Sequences are nested deeper than {self.limits.depth}.", todo=ASK_AGAIN)
        while pos < end:
            self._count()
            self._need(pos, 8)
            found = self._tag_at(pos)
            if found == SEQUENCE_END:
                return
            if found != ITEM:
                raise BadFile(f"Sequence {tag_name(tag)} holds something that is no item.", todo=ASK_AGAIN)
            length = self._long.unpack_from(self.buffer, pos + 4)[0]
            start = pos + 8
            if length == UNDEFINED:
                stop = self._end_of_item(start, end, depth)
                pos = stop + 8
            else:
                stop = pos = self.end_of(ITEM, b"", start, length, end)
                self._need(start, length)
                self.check(start, stop, depth)
            yield start, stop, pos

    def _end_of_item(self, pos: int, end: int, depth: int) -> int:
        while pos < end:
            tag, vr, start, length = self.element(pos)
            if tag == ITEM_END:
                return pos
            pos = self.end_of(tag, vr, start, length, end, depth)
        raise BadFile("A sequence item does not end within the file.", todo=ASK_AGAIN)

    def _tag_at(self, pos: int) -> int:
        self._need(pos, 4)
        group, number = self._tag.unpack_from(self.buffer, pos)
        return int(group) << 16 | int(number)

    def _count(self) -> None:
        self.elements += 1
        if self.elements > self.limits.elements:
            raise BadFile(f"It has more than {self.limits.elements} elements.", todo=ASK_AGAIN)

    def _need(self, pos: int, count: int) -> None:
        if pos + count <= len(self.buffer):
            return
        if pos + count <= self.size:
            raise NeedMore
        raise BadFile("It ends in the middle of an element.", todo="The file is cut short or damaged. " + ASK_AGAIN)


def check_size(size: int, limits: Limits = LIMITS) -> None:
    """Refuses empty files and giants. Raises BadFile."""
    if size == 0:
        raise BadFile("It is empty (0 bytes).", todo=ASK_AGAIN)
    if size > limits.file_bytes:
        raise BadFile(
            f"It is {size >> 30} GiB large; the limit is {limits.file_bytes >> 30} GiB.", todo="Leave it out."
        )


def check_pixels(needed: int, available: int, *, frames: int, compressed: bool) -> None:
    """Holds what rows × columns × frames × samples × bits ask for against the bytes that are there. Raises BadFile."""
    if compressed and frames * 8 > available:
        raise BadFile(
            f"Element {tag_name(0x00280008)} is {frames}, more frames than fit in the file.",
            todo="The file is cut short or damaged. " + ASK_AGAIN,
        )
    if not compressed and needed > available:
        raise BadFile(
            f"Element {tag_name(0x7FE00010)} holds {available} bytes, but rows × columns × frames need {needed}.",
            todo="The file is cut short or damaged. " + ASK_AGAIN,
        )


def inflate(data: bytes, limits: Limits = LIMITS) -> bytes:
    """Inflates a deflated data set (PS3.5 A.5) within limits. Raises BadFile for bombs and broken streams."""
    limit = min(limits.inflated_bytes, max(len(data) * limits.inflated_ratio, INFLATED_ANYWAY))
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        result = stream.decompress(data, limit)
        if stream.unconsumed_tail and stream.decompress(stream.unconsumed_tail, 1):
            raise BadFile(
                f"Its deflated data grow from {len(data)} to more than {limit} bytes, as only a bomb does.",
                todo="Leave it out.",
            )
    except zlib.error as error:
        raise BadFile(f"Its deflated data are damaged ({error}).", todo=ASK_AGAIN) from error
    if not stream.eof:
        raise BadFile("Its deflated data are cut short.", todo=ASK_AGAIN)
    return result


def check_file(path: Path, limits: Limits = LIMITS) -> None:
    """Proves that a whole DICOM file keeps the limits, before pydicom or another parser sees it. Raises BadFile."""
    from viewers.dicom.elements import read_elements

    read_elements(path, limits=limits, deep=True)
