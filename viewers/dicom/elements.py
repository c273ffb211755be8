"""The data elements of one DICOM file up to its pixels, read by a walker of our own that reads only what it needs.

What belongs here: bytes to elements, and elements to texts and numbers. What does not: what the elements mean.
"""

from __future__ import annotations

import math
import os
import re
import stat
import struct
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from viewers.dicom import layouts
from viewers.dicom.checks import (
    ASK_AGAIN,
    LIMITS,
    LONG_VRS,
    PIXEL_TAGS,
    SHORT_VRS,
    UNDEFINED,
    Encoding,
    Limits,
    NeedMore,
    Walker,
    check_size,
    inflate,
)
from viewers.dicom.layouts import Found
from viewers.dicom.problems import BadFile, NotDicom, tag_name
from viewers.dicom.syntaxes import BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT

HEADER_STEPS = (12 << 10, 256 << 10, 8 << 20, 128 << 20)  # how much of a file is read at first, and then

# A pipe among the files must not make us wait for ever
READ_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)

# (0002,0000) and (0002,0001) in implicit VR
IMPLICIT_META_STARTS = (b"\x02\0\0\0\x04\0\0\0", b"\x02\0\x01\0\x02\0\0\0")
_EXPLICIT_HEAD = struct.Struct("<HH2sH")
_IMPLICIT_HEAD = struct.Struct("<HHL")
_LONG = struct.Struct("<L")
_CHARSET = re.compile(
    r"ISO[ _-][\w .-]{2,20}|UTF-?8|GB18030|GBK", re.ASCII
)  # others would be looked up among Python's codecs


class Elements:
    """The elements of one data set or sequence item, by tag. Values are decoded when they are asked for.

    `pixel_tag`, `pixel_start`, `pixel_length` say where the pixels lie in the file (length UNDEFINED for encapsulated
    ones); a deflated file has `inflated` set, and offsets count in its inflated bytes.
    """

    __slots__ = (
        "buffer",
        "charset",
        "encoding",
        "found",
        "inflated",
        "pixel_length",
        "pixel_start",
        "pixel_tag",
        "size",
        "syntax",
    )

    def __init__(self, buffer: bytes, size: int, encoding: Encoding, found: Found, syntax: str = "") -> None:
        self.buffer = buffer
        self.size = size
        self.encoding = encoding
        self.found = found
        self.syntax = syntax
        self.inflated = False
        self.charset = ""
        self.pixel_tag = self.pixel_start = self.pixel_length = 0

    def raw(self, tag: int) -> bytes | None:
        place = self.found.get(tag)
        if place is None:
            return None
        return self.buffer[place[0] : place[0] + place[1]]

    def raws(self, tags: Iterable[int]) -> tuple[bytes | None, ...]:
        """Several raw values at once, for the hot path of a scan."""
        buffer = self.buffer
        return tuple([buffer[p[0] : p[0] + p[1]] if p else None for p in map(self.found.get, tags)])

    def text(self, tag: int) -> str:
        """A text of the default repertoire (UI, CS, DS, DA …), "" where absent."""
        raw = self.raw(tag)
        return plain_text(raw) if raw else ""

    def words(self, tag: int) -> str:
        """A text in the file's own character set (LO, PN, …), "" where absent."""
        raw = self.raw(tag)
        if not raw:
            return ""
        return plain_text(raw) if raw.isascii() and b"\x1b" not in raw else foreign_text(raw, self.charset)

    def numbers(self, tag: int) -> tuple[float, ...]:
        """The finite numbers of a DS, IS, FD or FL element; () where absent or where one of them is no number."""
        place = self.found.get(tag)
        if place is None:
            return ()
        start, length, vr = place
        raw = self.buffer[start : start + length]
        if vr in (b"FD", b"FL") or (not vr and tag in BINARY_DOUBLES):
            return binary_numbers(raw, "f" if vr == b"FL" else "d", self.encoding.order)
        return decimal_numbers(raw)

    def number(self, tag: int, default: float | None = None) -> float | None:
        found = self.numbers(tag)
        return found[0] if found else default

    def integer(self, tag: int, default: int | None = None) -> int | None:
        """The first value of a US, SS, UL or IS element."""
        place = self.found.get(tag)
        if place is None or place[1] == 0:
            return default
        start, length, vr = place
        if vr == b"IS" or (not vr and tag in TEXT_INTEGERS):
            values = decimal_numbers(self.buffer[start : start + length])
            return int(values[0]) if values else default
        if length not in (2, 4):
            return default
        code = ("h" if vr == b"SS" else "H") if length == 2 else ("l" if vr == b"SL" else "L")
        return int(struct.unpack_from(self.encoding.order + code, self.buffer, start)[0])

    def shorts(self, tag: int) -> tuple[int, ...]:
        """All 16-bit values of a US or SS element."""
        raw = self.raw(tag) or b""
        return struct.unpack(f"{self.encoding.order}{len(raw) // 2}H", raw[: len(raw) // 2 * 2])

    def items(self, tag: int) -> Iterator[Elements]:
        """The items of a sequence, none where it is absent."""
        place = self.found.get(tag)
        if place is None:
            return
        start, length, vr = place
        encoding = Encoding(explicit=False) if vr == b"UN" else self.encoding
        end = start + length
        walker = Walker(self.buffer, self.size, encoding)
        for item_start, item_end in walker.items(tag, start, end):
            item = Elements(self.buffer, self.size, encoding, {}, self.syntax)
            item.charset = self.charset
            _collect(item, walker, item_start, item_end)
            yield item

    def item(self, tag: int) -> Elements | None:
        """The first item of a sequence."""
        return next(self.items(tag), None)


# Numbers that implicit VR does not announce, among the tags that this room asks for
TEXT_INTEGERS = frozenset((0x00200011, 0x00200012, 0x00200013, 0x00200100, 0x00280008))
BINARY_DOUBLES = frozenset(
    (0x00189087, 0x00189082, 0x0018602C, 0x0018602E, 0x00209301, 0x00209302, 0x00409224, 0x00409225)
)


@lru_cache(maxsize=8192)
def plain_text(raw: bytes) -> str:
    return raw.decode("latin-1").strip(" \x00")


def foreign_text(raw: bytes, charset: str) -> str:
    """Text in the SpecificCharacterSet of the file (PS3.3 C.12.1.1.2); the unreadable shows as replacement signs."""
    from pydicom import charset as pydicom_charset

    with warnings.catch_warnings():  # the replacement signs say it already
        warnings.simplefilter("ignore")
        known = [name if _CHARSET.fullmatch(name) else "" for name in charset.split("\\")]
        encodings = pydicom_charset.convert_encodings(known)
        return str(pydicom_charset.decode_bytes(raw, encodings, set())).strip(" \x00")


@lru_cache(maxsize=8192)
def decimal_numbers(raw: bytes) -> tuple[float, ...]:
    try:
        values = tuple(float(part) for part in raw.strip(b" \x00").split(b"\\") if part.strip(b" \x00"))
    except ValueError:
        return ()
    return values if all(map(math.isfinite, values)) else ()


def binary_numbers(raw: bytes, code: str, order: str) -> tuple[float, ...]:
    size = struct.calcsize(code)
    values = struct.unpack(f"{order}{len(raw) // size}{code}", raw[: len(raw) // size * size])
    return values if all(map(math.isfinite, values)) else ()


def read_elements(path: Path | str, *, limits: Limits = LIMITS, deep: bool = False) -> Elements:
    """The elements of a file up to its pixels. Raises BadFile (NotDicom where it is something else).

    `deep` also walks through sequences of defined length, which are otherwise checked when they are asked for.
    """
    try:
        descriptor = os.open(path, READ_FLAGS)
        try:
            return _read_descriptor(descriptor, limits, deep)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise BadFile(
            f"It cannot be read ({error.strerror}).", todo="Check the disk and the file's permissions."
        ) from error


def _read_descriptor(descriptor: int, limits: Limits, deep: bool) -> Elements:
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        raise NotDicom("It is not a regular file.", todo="Leave it out.")
    size = state.st_size
    check_size(size, limits)
    buffer = os.read(descriptor, HEADER_STEPS[0])
    for step in (*HEADER_STEPS[1:], limits.header_bytes):
        try:
            return parse(buffer, size, limits, deep)
        except NeedMore:
            buffer += _read_more(descriptor, step - len(buffer))
    try:
        return parse(buffer, size, limits, deep)
    except NeedMore:
        raise BadFile(f"Its header is larger than {limits.header_bytes >> 20} MiB.", todo="Leave it out.") from None


def _read_more(descriptor: int, count: int) -> bytes:
    parts = []
    while count > 0 and (part := os.read(descriptor, count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def parse(buffer: bytes, size: int, limits: Limits = LIMITS, deep: bool = False) -> Elements:
    """The elements of a file of `size` bytes that begins with `buffer`. Raises BadFile or NeedMore."""
    start, syntax = _file_meta(buffer, size)
    if syntax == DEFLATED:
        if len(buffer) < size:
            raise NeedMore
        buffer = inflate(buffer[start:], limits)
        start, size = 0, len(buffer)
    encoding = _encoding(buffer, start, syntax)
    result = Elements(buffer, size, encoding, {}, syntax or _guessed_syntax(encoding))
    result.inflated = syntax == DEFLATED
    if deep or not _take_known(result, start):
        _walk(result, Walker(buffer, size, encoding, limits), start, deep)
    result.charset = result.text(0x00080005)
    return result


def _file_meta(buffer: bytes, size: int) -> tuple[int, str]:
    """Where the data set starts, and its transfer syntax ("" where there is no file meta information)."""
    if buffer[128:132] == b"DICM":
        start = 132
    elif _starts_like_dicom(buffer):
        start = 0
    else:
        raise NotDicom("It is not a DICOM file.", todo="Leave it out.")
    return _file_meta_at_once(buffer) or _walked_file_meta(buffer, size, start)


def _file_meta_at_once(buffer: bytes) -> tuple[int, str] | None:
    """The usual case without a walk: a group length that is right, and one transfer syntax."""
    if buffer[132:140] != b"\x02\0\0\0UL\x04\0" or len(buffer) < 152:
        return None
    end = 144 + _LONG.unpack_from(buffer, 140)[0]
    at = buffer.find(b"\x02\0\x10\0UI", 144, end)
    if at < 0 or end + 8 > len(buffer) or buffer[end : end + 2] == b"\x02\0":
        return None
    stop = at + 8 + buffer[at + 6]
    return (end, plain_text(buffer[at + 8 : stop])) if stop <= end else None


def _walked_file_meta(buffer: bytes, size: int, start: int) -> tuple[int, str]:
    walker = Walker(buffer, size, _encoding(buffer, start, ""))  # some write this, too, in implicit VR
    syntax = ""
    while start + 8 <= size and buffer[start : start + 2] == b"\x02\x00":
        tag, vr, value, length = walker.element(start)
        start = walker.end_of(tag, vr, value, length, size)
        if tag == 0x00020010:
            syntax = plain_text(buffer[value:start])
    if start >= size:
        raise BadFile("It ends after its file meta information: there is no data set.", todo=ASK_AGAIN)
    return start, syntax


def _starts_like_dicom(buffer: bytes) -> bool:
    """Old files without preamble begin with group 0002 or 0008."""
    if len(buffer) < 16 or buffer[:2] not in (b"\x02\x00", b"\x08\x00"):
        return False
    if buffer[:8] in IMPLICIT_META_STARTS:
        return True
    vr, length = buffer[4:6], _LONG.unpack_from(buffer, 4)[0]
    return vr in SHORT_VRS or vr in LONG_VRS or (buffer[:2] == b"\x08\x00" and buffer[3] == 0 and length <= 256)


def _encoding(buffer: bytes, start: int, syntax: str) -> Encoding:
    """By transfer syntax, corrected by what the first element looks like (some writers declare the wrong one)."""
    explicit = buffer[start + 4 : start + 6] in SHORT_VRS or buffer[start + 4 : start + 6] in LONG_VRS
    return Encoding(explicit=explicit, little=not (syntax == BIG_ENDIAN and buffer[start : start + 1] == b"\x00"))


def _guessed_syntax(encoding: Encoding) -> str:
    if not encoding.little:
        return BIG_ENDIAN
    return EXPLICIT if encoding.explicit else IMPLICIT


def _layout_key(result: Elements, start: int) -> layouts.Key:
    return result.size, start, result.syntax, result.encoding.explicit


def _take_known(result: Elements, start: int) -> bool:
    """Without a walk where a header of the same layout was walked before."""
    layout = layouts.known(_layout_key(result, start), result.buffer) if result.encoding.little else None
    if layout is None:
        return False
    result.found = layout.found
    result.pixel_tag, result.pixel_start, result.pixel_length = layout.pixel
    return True


def _walk(result: Elements, walker: Walker, start: int, deep: bool) -> None:
    if deep:
        walker.check(start, result.size)
    if not result.encoding.little:
        _collect(result, walker, start, result.size)
    elif _collect_fast(result, walker, start, result.size) and result.pixel_tag:
        pixel = (result.pixel_tag, result.pixel_start, result.pixel_length)
        layouts.keep(_layout_key(result, start), result.buffer, result.found, pixel)


def _collect_fast(result: Elements, walker: Walker, pos: int, end: int) -> bool:
    """The hot loop: little-endian elements of the top level. What is unusual goes through the walker.

    True where nothing before the pixels was unusual.
    """
    buffer, found, have = result.buffer, result.found, len(result.buffer) - 12
    explicit = result.encoding.explicit
    unpack_explicit, unpack_implicit, unpack_long = (
        _EXPLICIT_HEAD.unpack_from,
        _IMPLICIT_HEAD.unpack_from,
        _LONG.unpack_from,
    )
    budget = walker.limits.elements
    while pos <= have:
        if explicit:
            group, number, vr, length = unpack_explicit(buffer, pos)
            start = pos + 8
            if vr not in SHORT_VRS:
                if vr not in LONG_VRS:
                    break
                length = unpack_long(buffer, start)[0]
                start = pos + 12
        else:
            group, number, length = unpack_implicit(buffer, pos)
            vr, start = b"", pos + 8
        stop = start + length
        if group >= 0x7FE0 or stop > have or len(found) > budget:
            break
        found[group << 16 | number] = (start, length, vr)
        pos = stop
    count = len(found)
    _collect(result, walker, pos, end)
    return len(found) == count


def _collect(result: Elements, walker: Walker, pos: int, end: int) -> None:
    """Elements of one data set or item from `pos` to `end`, or to its pixels."""
    while pos + 8 <= end:
        tag, vr, start, length = walker.element(pos)
        if tag in PIXEL_TAGS:
            result.pixel_tag, result.pixel_start, result.pixel_length = tag, start, length
            return
        if tag >> 16 == 0xFFFE:
            return
        pos = walker.end_of(tag, vr, start, length, end)
        if pos > len(result.buffer):
            raise NeedMore
        result.found[tag] = (start, pos - start, b"SQ" if length == UNDEFINED and vr != b"UN" else vr)


def require(elements: Elements, tag: int) -> int:
    """A positive whole number that the image cannot do without. Raises BadFile naming the tag."""
    value = elements.integer(tag)
    if value is None or value < 0:
        raise BadFile(f"Element {tag_name(tag)} is missing or no number.", todo=ASK_AGAIN)
    return value
