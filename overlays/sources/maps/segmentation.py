"""DICOM segmentations of every sort: binary, fractional and label map (PS3.3 A.51, A.101, C.8.20).

What belongs here: one file to maps with their segments. What does not: the walk over functional groups
(functional_groups), planes (frame_stacks), placing over images (overlays.placing), writing (segmentation_writing).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap, AIResult, MapKind, Segment
from overlays.sources.dataset import named, references_of, result_of, text
from overlays.sources.maps.frame_pixels import FramePixels
from overlays.sources.maps.frame_stacks import Stack, stacks_of
from overlays.sources.maps.functional_groups import FrameGroups, opened
from overlays.sources.maps.segmentation_described import Described, described, together
from overlays.sources.maps.segmentation_labels import Labels, check_bytes, label_maps
from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.elements import Elements
from viewers.dicom.problems import BadFile

SEGMENTATION, LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"
CLASSES = frozenset((SEGMENTATION, LABEL_MAP))
SEGMENT_IDENTIFICATION, SEGMENT_NUMBER = 0x0062000A, 0x0062000B
PADDING = 0x00280120
FORM = "DICOM SEG"
UNUSED = -1  # number of a segment of frames in label maps, which name none


def read(path: Path) -> tuple[AIResult, ...]:
    """The maps of one segmentation: label maps of segments that share no voxel, one map for each fractional segment.

    Raises StudyProblem with the file and the tag where it cannot be read right.
    """
    with named(path):
        return (_result(Path(path)),)


def _result(path: Path) -> AIResult:
    elements, dataset = opened(path, CLASSES)
    groups = FrameGroups(elements)
    if not groups.are_described and groups.count > 1:
        raise BadFile(
            "Its frames are not described one by one (5200,9230), as in slides whose tiles lie in a fixed order "
            "(TILED_FULL): which image each belongs to cannot be told.",
            todo="Have it written with a description of each frame (TILED_SPARSE).",
        )
    segments = described(dataset, elements, FORM)
    file = _File(path, elements, groups, segments, text(dataset, "SeriesDescription") or "segmentation")
    remarks: list[str] = [*segments.remarks]
    maps = _numbered(_maps(file, remarks))
    provenance, frame = segments.provenance_of(tuple(segments.segments)), text(dataset, "FrameOfReferenceUID")
    return result_of(dataset, provenance, references_of(dataset), remarks, frame_of_reference_uid=frame, maps=maps)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    elements: Elements
    groups: FrameGroups
    described: Described
    title: str


def _numbered(maps: Iterator[AIMap]) -> tuple[AIMap, ...]:
    return tuple(replace(each, id=f"map-{number}") for number, each in enumerate(maps, 1))


def _maps(file: _File, remarks: list[str]) -> Iterator[AIMap]:
    kind = file.elements.text(0x00620001)
    if kind not in ("BINARY", "FRACTIONAL", "LABELMAP"):
        raise BadFile(f"Element (0062,0001) SegmentationType is {kind!r}, which nobody knows.", todo=ASK_AGAIN)
    is_label_map = kind == "LABELMAP"
    numbers = [UNUSED] * file.groups.count if is_label_map else _segment_numbers(file)
    stacks = stacks_of(file.groups, numbers)
    pixels = FramePixels(file.path, file.elements)
    _check_bytes(pixels, stacks, _map_count(kind, numbers))
    for stack in stacks:
        if kind == "BINARY":
            yield from _binary(file, stack, pixels, numbers)
        elif kind == "FRACTIONAL":
            yield from _fractional(file, stack, pixels, numbers, remarks)
        else:
            yield _label_map(file, stack, pixels)
    if not is_label_map:
        empty = sorted(file.described.segments.keys() - set(numbers))
        remarks += [together(empty, "no frames", file.described.segments[empty[0]].label)] if empty else []


def _map_count(kind: str, numbers: list[int]) -> int:
    return len(set(numbers)) if kind == "FRACTIONAL" else 1


def _check_bytes(pixels: FramePixels, stacks: Sequence[Stack], maps: int) -> None:
    form = pixels.form
    needed = sum(stack.count for stack in stacks) * form.rows * form.columns * max(1, form.bits_allocated // 8) * maps
    check_bytes(needed)


def _segment_numbers(file: _File) -> list[int]:
    """The segment of each frame. Raises BadFile where it names none, or one that is not described."""
    found = file.groups.values(SEGMENT_IDENTIFICATION, lambda item: item.integer(SEGMENT_NUMBER))
    for frame, number in enumerate(found):
        if number is None:
            raise BadFile(f"Frame {frame + 1} names no segment (0062,000B).", todo=ASK_AGAIN)
        if number not in file.described.segments:
            raise BadFile(
                f"Frame {frame + 1} shows segment {number} (0062,000B), which the file does not describe.",
                todo=ASK_AGAIN,
            )
    return [number for number in found if number is not None]


# --- binary ---------------------------------------------------------------------------------------------------------


def _binary(file: _File, stack: Stack, pixels: FramePixels, numbers: list[int]) -> Iterator[AIMap]:
    segments = file.described.segments
    if len(segments) == 1:
        (number,) = segments
        ((_, values),) = label_maps(pixels, stack, numbers, {number: 1})
        yield _map(file, stack, "binary", values, (replace(segments[number], number=1),), (number,))
        return
    if 0 in segments:
        raise BadFile("A segment has the number 0 (0062,0004); they are counted from 1.", todo=ASK_AGAIN)
    for held, labels in label_maps(pixels, stack, numbers, {number: number for number in segments}):
        yield _map(file, stack, "label", labels, tuple(segments[each] for each in held), held)


def _map(
    file: _File, stack: Stack, kind: MapKind, values: Labels, segments: tuple[Segment, ...], numbers: tuple[int, ...]
) -> AIMap:
    return AIMap(
        id="",
        label=segments[0].label if len(segments) == 1 else file.title,
        kind=kind,
        values=values,
        affine=stack.affine,
        value_range=(0.0, float(max((each.number for each in segments), default=1))),
        units="",
        provenance=file.described.provenance_of(numbers),
        segments=segments,
        places=stack.places,
        images=stack.images,
        plane_images=stack.plane_images,
    )


# --- fractional -----------------------------------------------------------------------------------------------------


def _fractional(
    file: _File, stack: Stack, pixels: FramePixels, numbers: list[int], remarks: list[str]
) -> Iterator[AIMap]:
    """One map for each segment: chances and shares may overlap. The stored numbers are kept."""
    if pixels.form.bits_allocated not in (8, 16):
        raise BadFile(f"Fractions of {pixels.form.bits_allocated} bits (0028,0100) are not read.", todo=ASK_AGAIN)
    most = file.elements.integer(0x0062000E, 255) or 255
    kind: MapKind = "probability" if file.elements.text(0x00620010) == "PROBABILITY" else "fractional"
    for number in sorted({numbers[frame] for frame in stack.frames}):
        chosen = [at for at, frame in enumerate(stack.frames) if numbers[frame] == number]
        values, highest = _gathered(stack, pixels, chosen)
        segment = file.described.segments[number]
        if highest > most:
            remarks.append(f"segment {number} ({segment.label}) has values above MaximumFractionalValue (0062,000E)")
        yield replace(
            _map(file, stack, kind, values, (segment,), (number,)),
            value_range=(0.0, 1.0),
            slope=1.0 / most,
        )


def _gathered(stack: Stack, pixels: FramePixels, chosen: list[int]) -> tuple[Labels, int]:
    """The stored values of these of a stack's frames in their planes, and the highest."""
    form = pixels.form
    values = np.zeros((stack.count, form.rows, form.columns), form.dtype)
    highest = 0
    for at, words in zip(chosen, pixels.words([stack.frames[at] for at in chosen]), strict=True):
        values[stack.planes[at]] = words
        highest = max(highest, int(words.max()))
    return values, highest


# --- label maps -----------------------------------------------------------------------------------------------------


def _label_map(file: _File, stack: Stack, pixels: FramePixels) -> AIMap:
    """Voxels are numbers of segments already; 0, or the padding value where there is one, is nothing."""
    if pixels.form.bits_allocated not in (8, 16):
        raise BadFile(f"Labels of {pixels.form.bits_allocated} bits (0028,0100) are not read.", todo=ASK_AGAIN)
    values, _ = _gathered(stack, pixels, list(range(len(stack.frames))))
    segments = dict(file.described.segments)
    numbers = tuple(number for number in segments if number)
    padding = file.elements.integer(PADDING, 0) or 0
    if padding:
        segments = _background_to_zero(values, segments, padding)
    segments.pop(0, None)
    _check_described(values, segments)
    return _map(file, stack, "label", values, tuple(segments.values()), numbers or tuple(file.described.segments))


def _background_to_zero(values: Labels, segments: dict[int, Segment], padding: int) -> dict[int, Segment]:
    """Where the file's nothing is not 0, its 0 may be a segment: the two change places."""
    is_zero, is_padding = values == 0, values == padding
    values[is_padding] = 0
    values[is_zero] = padding
    zero, _ = segments.pop(0, None), segments.pop(padding, None)
    return segments | ({padding: replace(zero, number=padding)} if zero else {})


def _check_described(values: Labels, segments: dict[int, Segment]) -> None:
    seen: NDArray[np.bool_] = np.zeros(np.iinfo(values.dtype).max + 1, bool)
    for plane in values:
        seen |= np.bincount(plane.reshape(-1), minlength=len(seen)) > 0
    unknown = sorted(set(np.flatnonzero(seen).tolist()) - {0, *segments})
    if unknown:
        shown = ", ".join(str(each) for each in unknown[:5])
        raise BadFile(f"Voxels hold the numbers {shown}, which no segment (0062,0004) has.", todo=ASK_AGAIN)
