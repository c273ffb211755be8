"""Frames of many files into stacks that each fit one grid, sorted by where they lie in the patient.

What belongs here: grouping by grid, order, the affine. What does not: reading files (scan, frames), what splits a grid
further (splitting) and what is said of its geometry (remarks).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from viewers import geometry
from viewers.dicom import labels, traits
from viewers.dicom.frames import Frame
from viewers.dicom.header import PROJECTIONS, Orientation
from viewers.dicom.remarks import geometry_remarks
from viewers.dicom.splitting import Part, Stack, split
from viewers.volume import SeriesHeader, TimePoint

ORIENTATION_TOLERANCE = 2e-3  # largest difference of one cosine within a stack
SAME_PLACE_MM = 0.01  # slices nearer than this lie at one place
SLOWEST_MS = 2000.0  # images that follow more slowly are no film
SIDES = 4  # from so many single images of different orientation on, they are views from around
SECONDARY = "1.2.840.10008.5.1.4.1.1.7"


@dataclass(frozen=True, slots=True)
class Grid:
    """Frames of one size, format, pixel spacing and orientation. `alone`: a cine or projection, without a place."""

    frames: Stack
    placed: bool
    alone: bool
    kind: str  # "localiser", "screen", "mosaic", "views from around", "secondary capture" or ""

    @property
    def is_aside(self) -> bool:
        return self.kind != "" and self.kind not in REMARKS


REMARKS = {
    "mosaic": "Each image is a mosaic of many slices, shown as it is, without places in the patient.",
    "views from around": "Its images look from different sides: they are no volume and have no common place.",
}


def stacks(frames: Iterable[Frame]) -> tuple[SeriesHeader, ...]:
    """One header for each stack; those of one series are numbered in `stack`. The order of `frames` is of no matter."""
    by_series: dict[str, list[Frame]] = defaultdict(list)
    for frame in frames:
        by_series[frame.facts.series_uid or str(frame.instance.path)].append(frame)
    headers = [header for members in by_series.values() for header in _series(members)]
    return tuple(sorted(headers, key=lambda h: (h.acquired, h.exam_uid, h.series_number, h.series_uid, h.stack)))


def _series(frames: list[Frame]) -> Iterator[SeriesHeader]:
    frames.sort(key=_canonical)
    grids = sorted(_grids(frames), key=_grid_order)
    told = _grid_labels(grids)
    found = [(part, at) for at, grid in enumerate(grids) for part in _parts(grid)]
    for number, (part, at) in enumerate(found):
        label = ", ".join(word for word in (told[at], *part.label) if word)
        yield _header(part, grids[at], label, number, at)


def _canonical(frame: Frame) -> tuple[str, int, str]:
    return frame.source, frame.turn, frame.instance.sop_uid


def _grids(frames: Stack) -> list[Grid]:
    quick: dict[object, Stack] = defaultdict(list)  # most frames share these very objects
    for frame in frames:
        alone = frame.source if _is_alone(frame) else ""
        quick[id(frame.form), id(frame.facts), frame.spacing_mm, _has_place(frame), alone].append(frame)
    groups: dict[object, Stack] = defaultdict(list)
    for members in quick.values():
        groups[_grid_key(members[0])].extend(members)
    turned = [_turned_together(_by_orientation(group)) for group in groups.values()]
    return [_grid(one) for parts in turned for part in parts for one in _by_exam(part)]


def _turned_together(parts: list[Stack]) -> list[Stack]:
    """Projections from many sides (a rotating MIP) are one stack, as its readers turn them, although no volume."""
    sides = [part for part in parts if len(part) == 1 and _is_derived(part[0])]
    if len(sides) < SIDES or len(sides) < len(parts):
        return parts
    return [[frame for part in parts for frame in part]]


def _is_derived(frame: Frame) -> bool:
    kind = frame.values[traits.IMAGE_TYPE]
    return isinstance(kind, tuple) and "DERIVED" in kind and not labels.kind_of(kind)


def _by_exam(frames: Stack) -> list[Stack]:
    """Exams under one series UID are kept apart, unless their slices make one volume without sharing a place."""
    exams: dict[str, Stack] = defaultdict(list)
    for frame in frames:
        exams[frame.facts.exam_uid].append(frame)
    if len(exams) > 1 and _is_placed(frames[0]):
        places, _ = _places(frames)
        if len(set(places.values())) == len(frames):
            return [frames]
    return list(exams.values())


def _has_place(frame: Frame) -> bool:
    return frame.instance.position_mm is not None and frame.orientation is not None


def _is_alone(frame: Frame) -> bool:
    return not _has_place(frame) and (frame.of_many or frame.facts.modality in PROJECTIONS)


def _grid_key(frame: Frame) -> object:
    return (
        frame.form,
        tuple(round(s, 4) for s in frame.spacing_mm or ()),
        _has_place(frame),
        frame.facts.patient,
        frame.facts.frame_of_reference_uid,
        frame.facts.sop_class_uid,
        frame.source if _is_alone(frame) else None,
    )


def _grid(frames: Stack) -> Grid:
    kinds = {labels.kind_of(frame.values[traits.IMAGE_TYPE]) for frame in frames}
    kind = kinds.pop() if len(kinds) == 1 else ""
    facts = frames[0].facts
    if not kind and facts.sop_class_uid.startswith(SECONDARY) and facts.modality not in ("SC", "OT"):
        kind = "secondary capture"
    if not all(_alike(frame.orientation, frames[0].orientation) for frame in frames):
        kind = "views from around"
    return Grid(frames, _is_placed(frames[0]) and kind not in REMARKS, _is_alone(frames[0]), kind)


def _is_placed(frame: Frame) -> bool:
    return (
        frame.instance.position_mm is not None
        and frame.orientation is not None
        and frame.spacing_mm is not None
        and geometry.is_orthonormal(frame.orientation, 0.01)
    )


def _by_orientation(frames: Stack) -> list[Stack]:
    parts: list[tuple[Orientation | None, Stack]] = []
    for frame in frames:
        members = next((m for orientation, m in parts if _alike(orientation, frame.orientation)), None)
        if members is None:
            parts.append((frame.orientation, [frame]))
        else:
            members.append(frame)
    return [members for _, members in parts]


def _alike(one: Orientation | None, other: Orientation | None) -> bool:
    if one == other or one is None or other is None:
        return one == other
    return all(abs(a - b) <= ORIENTATION_TOLERANCE for a, b in zip(one, other, strict=True))


def _grid_order(grid: Grid) -> tuple[object, ...]:
    """Volumes first, the largest before the others; localisers and screens last; single images as they are numbered."""
    number = min(frame.instance.instance_number for frame in grid.frames)
    facts = grid.frames[0].facts
    size = 0 if grid.alone else -len(grid.frames)
    return grid.is_aside, size, number, facts.patient, facts.exam_uid, _canonical(grid.frames[0])


def _grid_labels(grids: Sequence[Grid]) -> list[str]:
    """What tells each grid from the others of its series, in words; "" where there is but one."""
    if len(grids) == 1:
        return [""]
    told = [(grid.kind, _plane(grid), _size(grid), _pixels(grid)) for grid in grids]
    varying = [column for column in range(4) if len({words[column] for words in told}) > 1]
    names = [", ".join(words[column] for column in varying if words[column]) for words in told]
    numbers: dict[str, int] = defaultdict(int)
    other = "image" if all(grid.alone for grid in grids) else "part"
    unique = []
    for name in names:
        numbers[name] += 1
        many = names.count(name) > 1
        unique.append(f"{name or other} {numbers[name]}" if many else name)
    return unique


def _plane(grid: Grid) -> str:
    orientation = grid.frames[0].orientation
    return geometry.plane_name(orientation) if grid.placed and orientation is not None else ""


def _size(grid: Grid) -> str:
    return f"{grid.frames[0].form.columns} × {grid.frames[0].form.rows}"


def _pixels(grid: Grid) -> str:
    spacing = grid.frames[0].spacing_mm
    return f"pixels of {spacing[0]:.3g} mm" if spacing else ""


def _parts(grid: Grid) -> list[Part]:
    if not grid.placed:
        return [Part(sorted(grid.frames, key=_file_order))]
    places, asides = _places(grid.frames)
    return split(grid.frames, places, asides)


def _file_order(frame: Frame) -> tuple[int, str, int, str]:
    number = 0 if frame.of_many else frame.instance.instance_number
    return number, frame.source, frame.turn, frame.instance.sop_uid


def _places(frames: Stack) -> tuple[Mapping[int, int], Mapping[int, tuple[float, ...]]]:
    """Each frame's place along the stack, by number, and where its corner lies within the plane, in mm."""
    direction = _direction(frames)
    positions = _positions(frames)
    along = positions @ direction
    order = np.argsort(along, kind="stable")
    numbers = np.empty(len(order), np.intp)
    numbers[order] = np.concatenate([[0], np.cumsum(np.diff(along[order]) > SAME_PLACE_MM)])
    aside = positions - np.outer(along, direction)
    keys = [id(frame) for frame in frames]
    return dict(zip(keys, numbers.tolist(), strict=True)), dict(zip(keys, map(tuple, aside.tolist()), strict=True))


def _direction(frames: Stack) -> geometry.Array:
    assert frames[0].orientation is not None  # only placed grids come here
    return geometry.stack_direction(frames[0].orientation)


def _positions(frames: Sequence[Frame]) -> geometry.Array:
    return np.array([frame.instance.position_mm for frame in frames], np.float64)


@dataclass(frozen=True, slots=True)
class _Lie:
    """How a stack lies: its frames in order, the affine (None outside the patient), the spacing along the normal."""

    frames: Stack
    affine: geometry.Array | None = None
    slice_spacing_mm: float | None = None
    remarks: tuple[str, ...] = ()


def _lie(part: Part, grid: Grid) -> _Lie:
    if not grid.placed:
        return _Lie(part.frames, remarks=(REMARKS[grid.kind],) if grid.kind in REMARKS else ())
    if part.in_time:
        remark = f"Its {len(part.frames)} images lie at one place, one after another in time: it is no volume."
        return _Lie(part.frames, _affine_of_one(part.frames[0], grid), None, () if part.notes else (remark,))
    along = _positions(part.frames) @ _direction(grid.frames)
    ordered = [part.frames[i] for i in np.argsort(along, kind="stable")]
    return _in_own_space(_volume(ordered, grid)) if ordered[0].in_own_space else _volume(ordered, grid)


def _affine_of_one(frame: Frame, grid: Grid) -> geometry.Array:
    orientation, spacing_mm = frame.orientation, frame.spacing_mm
    assert orientation is not None  # _is_placed says so
    assert spacing_mm is not None
    step = _direction(grid.frames) * (frame.thickness_mm or frame.facts.thickness_mm or 1.0)
    return geometry.affine(orientation, np.array(frame.instance.position_mm), spacing_mm, step)


def _volume(frames: Stack, grid: Grid) -> _Lie:
    if len(frames) == 1:
        return _Lie(frames, _affine_of_one(frames[0], grid))
    orientation, spacing_mm, positions = frames[0].orientation, frames[0].spacing_mm, _positions(frames)
    assert orientation is not None  # _is_placed says so
    assert spacing_mm is not None
    spacing = geometry.spacing(orientation, positions)
    affine = geometry.affine(orientation, positions[0], spacing_mm, spacing.step_mm)
    return _Lie(frames, affine, spacing.spacing_mm, tuple(geometry_remarks(frames, affine, spacing, positions)))


def _in_own_space(lie: _Lie) -> _Lie:
    remark = "Its slices are placed in the probe's own space, not in the patient."
    return _Lie(lie.frames, None, lie.slice_spacing_mm, (*lie.remarks, remark))


def _header(part: Part, grid: Grid, label: str, number: int, grid_number: int) -> SeriesHeader:
    lie = _lie(part, grid)
    first = lie.frames[0]
    facts, form = first.facts, first.form
    colour = form.samples > 1 or form.photometric == "PALETTE COLOR"
    return SeriesHeader(
        series_uid=facts.series_uid,
        exam_uid=facts.exam_uid,
        modality=facts.modality,
        description=f"{facts.description} ({label})".strip() if label else facts.description,
        series_number=facts.series_number,
        sop_class_uid=facts.sop_class_uid,
        transfer_syntax_uid=first.syntax,
        rows=form.rows,
        columns=form.columns,
        samples=3 if colour else 1,
        bits_stored=form.bits_stored,
        signed=form.signed,
        photometric="RGB" if colour else form.photometric,
        instances=tuple(frame.instance for frame in lie.frames),
        affine=lie.affine,
        spacing_mm=first.spacing_mm,
        slice_spacing_mm=lie.slice_spacing_mm,
        frame_of_reference_uid=facts.frame_of_reference_uid,
        padding=facts.padding,
        patient=facts.patient,
        body_part=facts.body_part,
        laterality=facts.laterality,
        acquired=first.acquired,
        warnings=(*lie.remarks, *part.notes, *_exam_remark(lie.frames), *facts.notes),
        tags=dict(facts.tags),
        pixel_format=form,
        stack=number,
        aspect=facts.aspect,
        calibration=facts.calibration,
        regions=facts.regions,
        lossy=facts.lossy,
        frame_ms=_frame_ms(lie.frames, part),
        rescale_type=facts.rescale_type,
        stack_label=label,
        time=_time_point(part, f"{facts.series_uid}/{grid_number}"),
        in_time=part.in_time,
    )


def _exam_remark(frames: Stack) -> tuple[str, ...]:
    exams = {frame.facts.exam_uid for frame in frames}
    return (f"Its files name {len(exams)} different exams (StudyInstanceUID).",) if len(exams) > 1 else ()


def _time_point(part: Part, group: str) -> TimePoint | None:
    if part.time is None:
        return None
    index, count, at_ms = part.time
    return TimePoint("/".join((group, *part.family)), index, count, at_ms)


def _frame_ms(frames: Stack, part: Part) -> tuple[float, ...]:
    """How long each frame stays, where one object says it or the times of the images do."""
    said = frames[0].cine_ms
    if said and all(frame.source == frames[0].source for frame in frames):
        return said if len(said) in (1, len(frames)) else ()
    if not part.in_time or len(frames) < 2:
        return ()
    for column in (traits.TRIGGER, traits.REFERENCE, traits.OFFSET, traits.CLOCK, traits.CLOCK + 1):
        times = [time for frame in frames if (time := frame.times[column]) is not None]
        steps = np.diff(times)
        if len(times) == len(frames) and (steps > 0).all() and steps.mean() <= SLOWEST_MS:
            return (*steps.tolist(), float(steps.mean()))
    return ()
