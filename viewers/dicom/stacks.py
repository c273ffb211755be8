"""Frames of many files into stacks that each fit one grid, sorted by where they lie in the patient.

What belongs here: grouping, order, the affine and its warnings. What does not: reading files (scan, frames).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from viewers import geometry
from viewers.dicom.frames import SPLITS, Frame
from viewers.dicom.header import PROJECTIONS, Orientation
from viewers.volume import SeriesHeader

ORIENTATION_TOLERANCE = 2e-3  # largest difference of one cosine within a stack
SAME_PLACE_MM = 1e-3
Stack = list[Frame]


def stacks(frames: Iterable[Frame]) -> tuple[SeriesHeader, ...]:
    """One header for each stack; those of one series are numbered in `stack`."""
    by_series: dict[str, list[Frame]] = defaultdict(list)
    for frame in frames:
        by_series[frame.facts.series_uid or str(frame.instance.path)].append(frame)
    headers = [header for members in by_series.values() for header in _series(members)]
    return tuple(sorted(headers, key=lambda h: (h.acquired, h.exam_uid, h.series_number, h.series_uid, h.stack)))


def _series(frames: list[Frame]) -> Iterator[SeriesHeader]:
    found = [part for grid in _by_grid(frames) for part in _split_duplicates(grid)]
    found.sort(key=lambda part: (-len(part[0]) if len(found) > 1 else 0, part[0][0].instance.instance_number))
    for number, (members, label) in enumerate(found):
        yield _header(members, label, number, many=len(found) > 1)


def _by_grid(frames: list[Frame]) -> list[Stack]:
    """Frames of one size, format, spacing, orientation. A cine or a projection image stands for itself."""
    groups: dict[object, Stack] = defaultdict(list)
    for frame in frames:
        groups[_grid_key(frame)].append(frame)
    return [part for group in groups.values() for part in _by_orientation(group)]


def _grid_key(frame: Frame) -> object:
    placed = frame.instance.position_mm is not None and frame.orientation is not None
    alone = not placed and (frame.of_many or frame.facts.modality in PROJECTIONS)
    spacing = tuple(round(s, 4) for s in frame.spacing_mm or ())
    return (
        frame.form,
        spacing,
        placed,
        (frame.facts.patient, frame.facts.exam_uid),
        frame.facts.frame_of_reference_uid,
        (frame.instance.path, frame.instance.sop_uid) if alone else None,
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


def _split_duplicates(frames: Stack) -> list[tuple[Stack, str]]:
    """Several frames at one place (echoes, time points, b-values) become several stacks, each with a label."""
    if _stands_apart(frames):
        return [(frames, "")]
    for column, (name, *_) in enumerate(SPLITS):
        parts: dict[bytes | None, Stack] = defaultdict(list)
        for frame in frames:
            parts[frame.splits[column]].append(frame)
        if len(parts) > 1 and all(_stands_apart(part) for part in parts.values()):
            return [(part, f"{name} {number}") for number, part in enumerate(parts.values(), 1)]
    return _split_further(frames)


def _split_further(frames: Stack) -> list[tuple[Stack, str]]:
    """By everything that tells frames apart, and where that is not enough by their turn at each place."""
    parts: dict[tuple[bytes | None, ...], Stack] = defaultdict(list)
    for frame in frames:
        parts[frame.splits[:-1]].append(frame)
    if len(parts) > 1 and all(_stands_apart(part) for part in parts.values()):
        return [(part, f"part {number}") for number, part in enumerate(parts.values(), 1)]
    turns: dict[int, Stack] = defaultdict(list)
    seen: dict[object, int] = defaultdict(int)
    for frame in sorted(frames, key=_file_order):
        place = _place(frame)
        turns[seen[place]].append(frame)
        seen[place] += 1
    return [(part, f"repeat {number + 1}") for number, part in turns.items()]


def _file_order(frame: Frame) -> tuple[int, str, int]:
    return frame.instance.instance_number, str(frame.instance.path), frame.instance.frame


def _place(frame: Frame) -> tuple[int, ...]:
    return tuple(round(v / SAME_PLACE_MM) for v in frame.instance.position_mm or ())


def _stands_apart(frames: Stack) -> bool:
    """Whether no two frames lie at one place; frames without a place never clash."""
    if frames[0].instance.position_mm is None or frames[0].orientation is None:
        return True
    return len({frame.instance.position_mm for frame in frames}) == len(frames) == len({_place(f) for f in frames})


def _header(frames: Stack, label: str, number: int, *, many: bool) -> SeriesHeader:
    first = frames[0]
    placed = _is_placed(first)
    ordered = _by_place(frames) if placed else sorted(frames, key=_file_order)
    facts, form = first.facts, first.form
    affine, slice_spacing, warnings = _geometry(ordered) if placed else (None, None, [])
    warnings.extend(facts.notes)
    colour = form.samples > 1 or form.photometric == "PALETTE COLOR"
    return SeriesHeader(
        series_uid=facts.series_uid,
        exam_uid=facts.exam_uid,
        modality=facts.modality,
        description=f"{facts.description} ({label})".strip() if many and label else facts.description,
        series_number=facts.series_number,
        sop_class_uid=facts.sop_class_uid,
        transfer_syntax_uid=first.syntax,
        rows=form.rows,
        columns=form.columns,
        samples=3 if colour else 1,
        bits_stored=form.bits_stored,
        signed=form.signed,
        photometric="RGB" if colour else form.photometric,
        instances=tuple(frame.instance for frame in ordered),
        affine=affine,
        spacing_mm=first.spacing_mm,
        slice_spacing_mm=slice_spacing,
        frame_of_reference_uid=facts.frame_of_reference_uid,
        padding=facts.padding,
        patient=facts.patient,
        body_part=facts.body_part,
        laterality=facts.laterality,
        acquired=first.acquired,
        warnings=tuple(warnings),
        tags=dict(facts.tags),
        pixel_format=form,
        stack=number,
    )


def _is_placed(frame: Frame) -> bool:
    return (
        frame.instance.position_mm is not None
        and frame.orientation is not None
        and frame.spacing_mm is not None
        and geometry.is_orthonormal(frame.orientation, 0.01)
    )


def _positions(frames: Sequence[Frame]) -> geometry.Array:
    return np.array([frame.instance.position_mm for frame in frames], np.float64)


def _by_place(frames: Stack) -> Stack:
    assert frames[0].orientation is not None  # _is_placed says so
    order, _ = geometry.slice_order(frames[0].orientation, _positions(frames))
    return [frames[i] for i in order]


def _geometry(frames: Stack) -> tuple[geometry.Array, float | None, list[str]]:
    """The affine of sorted frames, the spacing along the normal (None for a single one), and what to warn of."""
    orientation, spacing_mm = frames[0].orientation, frames[0].spacing_mm
    assert orientation is not None  # _is_placed says so
    assert spacing_mm is not None
    positions = _positions(frames)
    if len(frames) == 1:
        step = geometry.stack_direction(orientation) * (frames[0].facts.thickness_mm or 1.0)
        return geometry.affine(orientation, positions[0], spacing_mm, step), None, []
    spacing = geometry.spacing(orientation, positions)
    return (
        geometry.affine(orientation, positions[0], spacing_mm, spacing.step_mm),
        spacing.spacing_mm,
        _spacing_warnings(spacing, positions),
    )


def _spacing_warnings(spacing: geometry.Spacing, positions: geometry.Array) -> list[str]:
    warnings = []
    if spacing.gaps:
        worst = max(float(np.linalg.norm(positions[g + 1] - positions[g])) for g in spacing.gaps)
        warnings.append(
            f"Slices are not evenly spaced: {len(spacing.gaps)} of {len(positions) - 1} steps differ, up to "
            f"{worst:.2f} mm (mean {spacing.spacing_mm:.2f} mm). Only each slice's own position is exact."
        )
    if spacing.tilted:
        warnings.append("The slices are sheared against their normal (gantry tilt).")
    return warnings
