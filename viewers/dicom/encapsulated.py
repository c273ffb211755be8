"""Where the compressed bytes of each frame lie in a file (encapsulated pixel data, DICOM PS3.5 A.4).

What belongs here: fragments and offset tables. What does not: decoding them.
"""

from __future__ import annotations

import struct
from bisect import bisect_right

from viewers.dicom.checks import ASK_AGAIN, ITEM, SEQUENCE_END
from viewers.dicom.problems import BadFile

Part = tuple[int, int]  # (offset in the file, length) of one fragment
_HEAD = struct.Struct("<HHL")
_STARTS = (b"\xff\xd8", b"\xff\x4f")  # a JPEG or JPEG-LS image, a JPEG 2000 codestream


class Reader:
    """Bytes at an offset, from a descriptor or from memory."""

    def __init__(self, size: int) -> None:
        self.size = size

    def at(self, offset: int, count: int) -> bytes:
        raise NotImplementedError


def frame_parts(reader: Reader, start: int, count: int, extended: tuple[int, ...] = ()) -> list[list[Part]]:
    """The fragments of each of `count` frames; `extended` is the ExtendedOffsetTable. Raises BadFile."""
    table, fragments = _fragments(reader, start)
    if count == 1:
        return [fragments]
    if len(fragments) == count:
        return [[fragment] for fragment in fragments]
    offsets = extended or table
    grouped = _by_offsets(fragments, offsets) if len(offsets) == count else _by_signature(reader, fragments)
    if len(grouped) != count or not all(grouped):
        raise BadFile(
            f"Its PixelData (7FE0,0010) has {len(fragments)} fragments that do not make up {count} frames.",
            todo=ASK_AGAIN,
        )
    return grouped


def _fragments(reader: Reader, start: int) -> tuple[tuple[int, ...], list[Part]]:
    """The basic offset table and every fragment after it."""
    parts: list[Part] = []
    position = start
    while position + 8 <= reader.size:
        group, number, length = _HEAD.unpack(reader.at(position, 8))
        tag = group << 16 | number
        if tag == SEQUENCE_END:
            break
        if tag != ITEM or position + 8 + length > reader.size:
            raise BadFile("A fragment of PixelData (7FE0,0010) is longer than the file, or damaged.", todo=ASK_AGAIN)
        parts.append((position + 8, length))
        position += 8 + length
    if len(parts) < 2:
        raise BadFile("Its PixelData (7FE0,0010) holds no compressed image.", todo=ASK_AGAIN)
    offset, length = parts[0]
    return struct.unpack(f"<{length // 4}L", reader.at(offset, length // 4 * 4)), parts[1:]


def _by_offsets(fragments: list[Part], offsets: tuple[int, ...]) -> list[list[Part]]:
    """Offsets count from the first fragment's item tag."""
    first = fragments[0][0] - 8
    groups: list[list[Part]] = [[] for _ in offsets]
    for fragment in fragments:
        index = bisect_right(offsets, fragment[0] - 8 - first) - 1
        if index >= 0:
            groups[index].append(fragment)
    return groups


def _by_signature(reader: Reader, fragments: list[Part]) -> list[list[Part]]:
    """Without a usable offset table a frame begins where an image begins."""
    groups: list[list[Part]] = []
    for offset, length in fragments:
        if not groups or reader.at(offset, min(2, length)) in _STARTS:
            groups.append([])
        groups[-1].append((offset, length))
    return groups
