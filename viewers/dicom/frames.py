"""The frames of one image file: one for a plain file, many for cines and enhanced objects.

What belongs here: functional groups merged into frames (shared, then per frame, and the frame wins). What does not:
putting frames of several files into stacks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from viewers.dicom import header
from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.elements import Elements
from viewers.dicom.problems import BadFile, tag_name
from viewers.volume import Instance, PixelFormat

T = TypeVar("T")
SHARED_GROUPS, FRAME_GROUPS = 0x52009229, 0x52009230

# What tells frames at the same place apart, in the order in which it is tried
# (name, tag at the top level, functional group, tag within the group)
SPLITS: tuple[tuple[str, int, int, int], ...] = (
    ("stack", 0x00209056, 0x00209111, 0x00209056),
    ("echo", 0x00180086, 0x00189114, 0x00189082),
    ("echo time", 0x00180081, 0x00189114, 0x00189082),
    ("time point", 0x00200100, 0x00209111, 0x00209128),
    ("b-value", 0x00189087, 0x00189117, 0x00189087),
    ("trigger time", 0x00181060, 0x00189118, 0x00209153),
    ("image type", 0x00080008, 0x00189226, 0x00089007),
    ("acquisition", 0x00200012, 0x00209111, 0x00209156),
    ("content time", 0x00080033, 0x00209111, 0x00189074),
)
SPLIT_TAGS = tuple(tag for _, tag, _, _ in SPLITS)
GROUPS = frozenset((0x00209113, 0x00209116, 0x00289110, 0x00289132, 0x00289145, *(group for _, _, group, _ in SPLITS)))


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame with what decides which stack it belongs to."""

    instance: Instance
    facts: header.SeriesFacts
    form: PixelFormat
    syntax: str
    orientation: header.Orientation | None
    spacing_mm: header.Spacing | None
    splits: tuple[bytes | None, ...]
    of_many: bool  # one of several frames of its file
    acquired: str


def frames_of(elements: Elements, path: Path) -> list[Frame]:
    """Every frame of an image file. Raises BadFile."""
    form = header.pixel_format(elements)
    count = header.frame_count(elements)
    header.check_room(elements, form, count)
    if FRAME_GROUPS in elements.found or SHARED_GROUPS in elements.found:
        return _enhanced_frames(elements, path, form, count)
    return _plain_frames(elements, path, form, count)


def _plain_frames(elements: Elements, path: Path, form: PixelFormat, count: int) -> list[Frame]:
    facts = header.series_facts(elements)
    rescale, windows = header.rescale(elements, facts.modality), header.windows(elements)
    position, uid = header.position(elements), elements.text(0x00080018)
    number = elements.integer(0x00200013, 0) or 0
    offset, size = header.plain_offset(elements, form), form.frame_bits // 8
    places = _dose_positions(elements, facts, position, count)
    splits = elements.raws(SPLIT_TAGS)
    acquired = elements.text(0x00080022) or elements.text(0x00080023)
    return [
        Frame(
            Instance(path, uid, i, number, places[i], rescale, windows, offset + i * size if offset >= 0 else -1),
            facts,
            form,
            elements.syntax,
            facts.orientation,
            facts.spacing_mm,
            splits,
            count > 1,
            acquired,
        )
        for i in range(count)
    ]


def _dose_positions(
    elements: Elements, facts: header.SeriesFacts, position: tuple[float, float, float] | None, count: int
) -> list[tuple[float, float, float] | None]:
    """One position for each frame: RT Dose grids say where their frames lie (PS3.3 C.8.8.3.2), cines do not."""
    if count == 1:
        return [position]
    offsets = elements.numbers(0x3004000C)
    if position is None or facts.orientation is None or len(offsets) != count:
        return [None] * count
    from viewers.geometry import is_orthonormal, normal

    if not is_orthonormal(facts.orientation):
        return [None] * count
    n, first = normal(facts.orientation), offsets[0] if offsets[0] == 0 else 0.0
    x, y, z = position
    return [(x + n[0] * (o - first), y + n[1] * (o - first), z + n[2] * (o - first)) for o in offsets]


def _enhanced_frames(elements: Elements, path: Path, form: PixelFormat, count: int) -> list[Frame]:
    facts = header.series_facts(elements)
    shared = _groups(elements.item(SHARED_GROUPS))
    own = [_groups(item) for item in elements.items(FRAME_GROUPS)] or [{} for _ in range(count)]
    if len(own) < count:
        raise BadFile(
            f"Element {tag_name(0x00280008)} is {count}, but {tag_name(FRAME_GROUPS)} describes {len(own)} frames.",
            todo=ASK_AGAIN,
        )
    uid = elements.text(0x00080018)
    offset, size = header.plain_offset(elements, form), form.frame_bits // 8
    number = elements.integer(0x00200013, 0) or 0
    acquired = elements.text(0x00080022) or elements.text(0x00080023)
    return [
        _enhanced_frame(
            _Groups(elements, shared, own[i]),
            Instance(path, uid, i, number, offset=offset + i * size if offset >= 0 else -1),
            facts,
            form,
            acquired,
        )
        for i in range(count)
    ]


def _groups(item: Elements | None) -> dict[int, Elements]:
    """Functional group sequence tag → its first item."""
    if item is None:
        return {}
    found = ((tag, item.item(tag)) for tag in GROUPS)
    return {tag: group for tag, group in found if group is not None}


class _Groups:
    """Looks a value up where it counts: the frame's own group, then the shared one, then the file."""

    def __init__(self, top: Elements, shared: dict[int, Elements], own: dict[int, Elements]) -> None:
        self.top = top
        self.shared = shared
        self.own = own

    def group(self, tag: int) -> Elements | None:
        return self.own.get(tag) or self.shared.get(tag)

    def read(self, tag: int, read: Callable[[Elements], T]) -> T:
        return read(self.group(tag) or self.top)


def _enhanced_frame(
    groups: _Groups, instance: Instance, facts: header.SeriesFacts, form: PixelFormat, acquired: str
) -> Frame:
    placed = Instance(
        instance.path,
        instance.sop_uid,
        instance.frame,
        instance.instance_number,
        position_mm=groups.read(0x00209113, header.position),
        rescale=groups.read(0x00289145, lambda e: header.rescale(e, facts.modality)),
        windows=groups.read(0x00289132, header.windows),
        offset=instance.offset,
    )
    return Frame(
        placed,
        facts,
        form,
        groups.top.syntax,
        groups.read(0x00209116, header.orientation),
        groups.read(0x00289110, header.pixel_spacing) or facts.spacing_mm,
        tuple(_enhanced_split(groups, group, tag) for _, _, group, tag in SPLITS),
        True,
        acquired,
    )


def _enhanced_split(groups: _Groups, group: int, tag: int) -> bytes | None:
    found = groups.group(group)
    return found.raw(tag) if found is not None else None
