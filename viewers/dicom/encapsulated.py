"""Where the compressed bytes of each frame lie in a file (encapsulated pixel data, DICOM PS3.5 A.4).

What belongs here: fragments and offset tables. What does not: decoding them.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from viewers.dicom.checks import ASK_AGAIN, ITEM, LIMITS, SEQUENCE_END
from viewers.dicom.problems import BadFile

Part = tuple[int, int]  # (offset in the file, length) of one fragment
_HEAD = struct.Struct("<HHL")
# A JPEG or JPEG-LS image, a JPEG 2000 codestream, a JP2 file, JPEG XL bare and boxed
_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ", b"\xff\x0a", b"\0\0\0\x0cJXL ")
_END = b"\xff\xd9"  # of JPEG, JPEG-LS and JPEG 2000, with up to two bytes of padding after it


class Reader:
    """Bytes at an offset, from a descriptor or from memory."""

    def __init__(self, size: int) -> None:
        self.size = size

    def at(self, offset: int, count: int) -> bytes:
        raise NotImplementedError


def frame_parts(reader: Reader, start: int, count: int, extended: tuple[int, ...] = ()) -> list[list[Part]]:
    """The fragments of each of `count` frames; `extended` is the ExtendedOffsetTable.

    An offset table counts where each of its offsets is the start of a fragment; otherwise frames are found by what
    images begin and end with. Raises BadFile.
    """
    table, fragments = _fragments(reader, start)
    if count == 1:
        return [fragments]
    filled = [fragment for fragment in fragments if fragment[1]]
    for grouped in _groupings(reader, fragments, filled, count, (extended, table)):
        if len(grouped) == count and all(grouped):
            return grouped
    raise BadFile(
        f"Its PixelData (7FE0,0010) has {len(fragments)} fragments that do not make up {count} frames.",
        todo=ASK_AGAIN,
    )


def _groupings(
    reader: Reader, fragments: list[Part], filled: list[Part], count: int, tables: tuple[tuple[int, ...], ...]
) -> Iterator[list[list[Part]]]:
    """Ways of parting fragments into frames, the likeliest first."""
    if len(filled) == count:
        yield [[fragment] for fragment in filled]
    for offsets in tables:
        if len(offsets) == count and _are_starts(offsets, fragments):
            yield _by_offsets(fragments, offsets)
    yield _by_signature(reader, filled, ends_count=False)
    yield _by_signature(reader, filled, ends_count=True)


def _are_starts(offsets: tuple[int, ...], fragments: list[Part]) -> bool:
    """Whether the offsets rise from one fragment's item tag to another's, from the first on."""
    first = fragments[0][0] - 8
    starts = {offset - 8 - first for offset, _ in fragments}
    return offsets[0] == 0 and starts.issuperset(offsets) and all(a < b for a, b in pairwise(offsets))


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
        if len(parts) > LIMITS.elements:
            raise BadFile(f"Its PixelData (7FE0,0010) has more than {LIMITS.elements} fragments.", todo="Leave it out.")
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


def _by_signature(reader: Reader, fragments: list[Part], ends_count: bool) -> list[list[Part]]:
    """A frame begins where an image begins, and where wished after the one before has ended."""
    groups: list[list[Part]] = []
    ended = True
    for offset, length in fragments:
        if ended or reader.at(offset, min(12, length)).startswith(_STARTS):
            groups.append([])
        groups[-1].append((offset, length))
        ended = ends_count and _END in reader.at(offset + max(0, length - 4), min(4, length))
    return groups
