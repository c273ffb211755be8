"""The frames of one image file: one for a plain file, many for cines and enhanced objects.

What belongs here: functional groups merged into frames (shared, then per frame, and the frame wins). What does not:
putting frames of several files into stacks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from viewers.dicom import header, traits
from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.elements import Elements
from viewers.dicom.frame_labels import TILE, angle_labels, dimension_label, dimensions, tile_label
from viewers.dicom.nuclear import NuclearFrame, nuclear_frames
from viewers.dicom.presentation import presented
from viewers.dicom.problems import BadFile, tag_name
from viewers.dicom.timing import frame_ms
from viewers.dicom.traits import Raws, Values
from viewers.geometry import is_orthonormal, normal
from viewers.volume import Instance, PixelFormat

T = TypeVar("T")
Place = tuple[float, float, float]
SHARED_GROUPS, FRAME_GROUPS = 0x52009229, 0x52009230
CONCATENATION, CONCATENATION_OFFSET, ANGLE = 0x00209161, 0x00209228, 0x00181510
FARTHEST_MM = 1e5  # no dose grid is deeper
NUCLEAR = frozenset(("NM", "PT"))

VOLUME_POSITION, VOLUME_ORIENTATION = 0x0020930E, 0x0020930F  # of a volume in a frame of its own (ultrasound)
PLACES = frozenset((0x00209113, 0x00209116, VOLUME_POSITION, VOLUME_ORIENTATION, TILE))
GROUPS = frozenset((*PLACES, 0x00289110, 0x00289132, 0x00289145, *traits.GROUPS))


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame with what decides which stack it belongs to."""

    instance: Instance
    facts: header.SeriesFacts
    form: PixelFormat
    syntax: str
    orientation: header.Orientation | None
    spacing_mm: header.Spacing | None
    of_many: bool  # one of several frames of its file
    acquired: str
    values: Values
    moments: tuple[Raws, Raws, str]  # what `times` decodes, when somebody asks
    source: str  # the object of which it is a frame: a file, or the parts of one object in several files
    turn: int  # its number within that object
    thickness_mm: float | None = None
    slot: float | None = None  # the time slot that a nuclear medicine vector names
    in_own_space: bool = False  # its place is one in the volume's own frame, not in the patient
    cine_ms: tuple[float, ...] = ()

    @property
    def times(self) -> tuple[float | None, ...]:
        """One number for each of traits.TIMES."""
        known = traits.times(*self.moments)
        return known if self.slot is None else (self.slot, *known[1:])


def frames_of(elements: Elements, path: Path) -> list[Frame]:
    """Every frame of an image file. Raises BadFile."""
    form = header.pixel_format(elements)
    count = header.frame_count(elements)
    header.check_room(elements, form, count)
    is_enhanced = FRAME_GROUPS in elements.found or SHARED_GROUPS in elements.found
    file = _file(elements, path, form, count)
    frames = _enhanced_frames(file) if is_enhanced else _plain_frames(file)
    plain = [frame.instance for frame in frames]
    shown = presented(elements, plain)
    if shown is plain:
        return frames
    return [replace(frame, instance=one) for frame, one in zip(frames, shown, strict=True)]


@dataclass(frozen=True, slots=True)
class _File:
    """What all frames of one file have in common."""

    elements: Elements
    path: Path
    form: PixelFormat
    count: int
    facts: header.SeriesFacts
    uid: str
    number: int
    offset: int
    acquired: str
    source: str
    first_turn: int
    cine_ms: tuple[float, ...]

    def place_of(self, frame: int) -> int:
        """Where the frame's plain stored values begin in the file; -1 where they need decoding."""
        return self.offset + frame * (self.form.frame_bits // 8) if self.offset >= 0 else -1


def _file(elements: Elements, path: Path, form: PixelFormat, count: int) -> _File:
    uid, part_of = elements.text(0x00080018), elements.text(CONCATENATION) if CONCATENATION in elements.found else ""
    return _File(
        elements,
        path,
        form,
        count,
        header.series_facts(elements),
        uid,
        elements.integer(0x00200013, 0) or 0,
        header.plain_offset(elements, form),
        elements.text(0x00080022) or elements.text(0x00080023),
        part_of or uid or str(path),
        (elements.integer(CONCATENATION_OFFSET, 0) or 0) if part_of else 0,
        frame_ms(elements, count),
    )


def _plain_frames(file: _File) -> list[Frame]:
    elements, facts, count = file.elements, file.facts, file.count
    rescale, windows = header.rescale(elements, facts.modality), header.windows(elements)
    order = elements.encoding.order
    known, moments = traits.values(elements.raws(traits.PLAIN_TAGS), (), order), elements.raws(traits.PLAIN_TIMES)
    nuclear = nuclear_frames(elements, count) if facts.modality in NUCLEAR and count > 1 else None
    angles = angle_labels(elements, count) if ANGLE in elements.found else [""] * count
    told = nuclear or [
        NuclearFrame(angles[i], place, facts.orientation) for i, place in enumerate(_places(file, facts.orientation))
    ]
    return [
        Frame(
            Instance(
                file.path,
                file.uid,
                i,
                file.number,
                one.position_mm,
                rescale,
                windows,
                file.place_of(i),
                label=one.label,
            ),
            facts,
            file.form,
            elements.syntax,
            one.orientation,
            facts.spacing_mm,
            count > 1,
            file.acquired,
            known if one.detail is None else (*known[:-1], one.detail),
            (moments, (), order),
            file.source,
            file.first_turn + i,
            facts.thickness_mm,
            one.time,
            cine_ms=file.cine_ms,
        )
        for i, one in enumerate(told)
    ]


def _places(file: _File, orientation: header.Orientation | None) -> list[Place | None]:
    """One position for each frame: RT Dose grids say where their frames lie (PS3.3 C.8.8.3.2), cines do not."""
    position = header.position(file.elements)
    if file.count == 1:
        return [position]
    offsets = file.elements.numbers(0x3004000C)
    if position is None or orientation is None or len(offsets) != file.count or not is_orthonormal(orientation):
        return [None] * file.count
    direction = normal(orientation)
    if offsets[0] != 0 and direction[2] < 0:  # then they are the patient's z, whichever way the normal points
        direction = -direction
    x, y, z = position
    away = [offset - offsets[0] for offset in offsets]
    if max(map(abs, away)) > FARTHEST_MM:
        return [None] * file.count
    return [(x + direction[0] * mm, y + direction[1] * mm, z + direction[2] * mm) for mm in away]


def _enhanced_frames(file: _File) -> list[Frame]:
    elements, count = file.elements, file.count
    shared = _groups(elements.item(SHARED_GROUPS))
    own = [_groups(item) for item in elements.items(FRAME_GROUPS)] or [{} for _ in range(count)]
    if len(own) < count:
        raise BadFile(
            f"Element {tag_name(0x00280008)} is {count}, but {tag_name(FRAME_GROUPS)} describes {len(own)} frames.",
            todo=ASK_AGAIN,
        )
    plain, moments = elements.raws(traits.PLAIN_TAGS), elements.raws(traits.PLAIN_TIMES)
    names = dimensions(elements)
    return [_enhanced_frame(file, _Groups(elements, shared, own[i]), i, plain, moments, names) for i in range(count)]


def _groups(item: Elements | None) -> dict[int, Elements]:
    """Functional group sequence tag → its first item."""
    if item is None:
        return {}
    found = ((tag, item.item(tag)) for tag in GROUPS if tag in item.found)
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
    file: _File, groups: _Groups, frame: int, plain: Raws, moments: Raws, names: tuple[str, ...]
) -> Frame:
    order = groups.top.encoding.order
    known = traits.values(plain, traits.from_groups(traits.GROUPED, groups.group), order)
    position, orientation, is_own = _frame_place(groups)
    instance = Instance(
        file.path,
        file.uid,
        frame,
        file.number,
        position_mm=position,
        rescale=groups.read(0x00289145, lambda e: header.rescale(e, file.facts.modality)),
        windows=groups.read(0x00289132, header.windows),
        offset=file.place_of(frame),
        label=tile_label(groups.top, groups.group(TILE), frame),
    )
    return Frame(
        instance,
        file.facts,
        file.form,
        groups.top.syntax,
        orientation,
        groups.read(0x00289110, header.pixel_spacing) or file.facts.spacing_mm,
        True,
        file.acquired,
        (*known[:-1], dimension_label(names, groups.group(traits.FRAME_CONTENT))),
        (moments, traits.from_groups(traits.GROUPED_TIMES, groups.group), order),
        file.source,
        file.first_turn + frame,
        groups.read(0x00289110, lambda e: e.number(0x00180088) or e.number(0x00180050)),
        in_own_space=is_own,
        cine_ms=file.cine_ms,
    )


def _frame_place(groups: _Groups) -> tuple[Place | None, header.Orientation | None, bool]:
    """Position and orientation of a frame, and whether they are in a volume's own frame of reference."""
    inside, turned = groups.group(VOLUME_POSITION), groups.group(VOLUME_ORIENTATION)
    if inside is not None and turned is not None and groups.group(0x00209113) is None:
        return header.position(inside, 0x00209301), header.orientation(turned, 0x00209302), True
    return groups.read(0x00209113, header.position), groups.read(0x00209116, header.orientation), False
