"""Planes that the frames of one object make up: stacks in patient mm with one affine each, or single images.

What belongs here: positions and orientations to planes in order, even or not, tilted or not. What does not: reading
groups (functional_groups), pixels, placing over a series (overlays.placing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overlays.result import ImageRef
from overlays.sources.maps.functional_groups import (
    PIXEL_MEASURES,
    PLANE_ORIENTATION,
    PLANE_POSITION,
    FrameGroups,
    source_images,
)
from overlays.sources.maps.tiles import check_tiles
from viewers import geometry
from viewers.dicom import header
from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.elements import Elements
from viewers.dicom.problems import BadFile, tag_name

Floats = NDArray[np.float64]
Position = tuple[float, float, float]
SAME_MM = 1e-3  # positions nearer than this are one plane
EVEN = 0.02  # share of a step by which a plane of an even stack may be off
LEAST_LEAN_MM = 0.01  # sideways, for rounding in the file
LEAN = 0.05  # and the share of a pixel
LARGEST_SPAN, FILLED = 2000, 4  # planes of an even stack; longer ones need one frame in so many


@dataclass(frozen=True, slots=True)
class Place:
    """Where one frame lies; spacing is (row, column) mm, `step_mm` what the file says of its planes' distance."""

    position_mm: Position
    orientation: header.Orientation
    spacing_mm: tuple[float, float]
    step_mm: float
    thickness_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Frames that share a grid: frame `frames[i]` is plane `planes[i]` of `count`.

    In mm with `affine` (column, row, slice → LPS) and, where planes are unevenly spaced, `places`; else `images`, the
    image of each plane. `plane_images` is what planes in mm say that they were drawn over.
    """

    frames: tuple[int, ...]
    planes: tuple[int, ...]
    count: int
    affine: Floats
    places: tuple[float, ...] = ()
    images: tuple[ImageRef, ...] = ()
    plane_images: tuple[ImageRef | None, ...] = ()


def stacks_of(groups: FrameGroups, kinds: Sequence[object]) -> tuple[Stack, ...]:
    """The stacks that an object's frames make up. `kinds` tells frames apart that may share a plane (segments).

    Frames without positions, and those of several moments at one place, belong to their source images alone.
    Raises BadFile where a frame has neither, or two of a kind share a plane.
    """
    sources = source_images(groups)
    places = frame_places(groups)
    if all(place is not None for place in places):
        stacks = [_stack(each, places, sources) for each in _parallel(places)]
        if not any(_twice(stack, kinds) for stack in stacks):
            return tuple(stacks)
        if not all(sources):
            raise _two_at(next(pair for stack in stacks if (pair := _twice(stack, kinds))))
    return (_by_images(groups, sources, kinds),)


# --- places ---------------------------------------------------------------------------------------------------------


def frame_places(groups: FrameGroups) -> list[Place | None]:
    """Where each frame lies; all None where the object knows no positions in the patient. Raises BadFile."""
    top = groups.elements
    positions = [at or header.position(top) for at in groups.values(PLANE_POSITION, header.position)]
    if not any(positions):
        return [None] * groups.count
    turned = [each or header.orientation(top) for each in groups.values(PLANE_ORIENTATION, header.orientation)]
    measured = groups.values(PIXEL_MEASURES, _measures)
    whole = _measures(top)
    known: dict[tuple[object, ...], Place] = {}
    found: list[Place | None] = []
    for number, key in enumerate(zip(positions, turned, [each or whole for each in measured], strict=True)):
        if key not in known:
            known[key] = _place(number, *key)
        found.append(known[key])
    return found


Measures = tuple[tuple[float, float] | None, float, float]


def _measures(item: Elements) -> Measures:
    return header.pixel_spacing(item), item.number(0x00180088) or 0.0, item.number(0x00180050) or 0.0


def _place(number: int, position: Position | None, orientation: header.Orientation | None, measures: Measures) -> Place:
    spacing, step, thickness = measures
    for tag, found in ((0x00200032, position), (0x00200037, orientation), (0x00280030, spacing)):
        if found is None:
            raise BadFile(f"Frame {number + 1} has no {tag_name(tag)}, or one that nothing can have.", todo=ASK_AGAIN)
    assert position is not None  # the loop above
    assert orientation is not None
    assert spacing is not None
    if not geometry.is_orthonormal(orientation):
        raise BadFile(
            f"The directions of frame {number + 1} in {tag_name(0x00200037)} are not at right angles.", todo=ASK_AGAIN
        )
    return Place(position, orientation, spacing, abs(step), abs(thickness))


def _parallel(places: Sequence[Place | None]) -> list[list[int]]:
    """Frames by direction and pixel size."""
    leaders: list[Place] = []
    groups: list[list[int]] = []
    known: dict[tuple[object, ...], list[int]] = {}
    for number, place in enumerate(places):
        assert place is not None  # only asked where all have one
        key = (place.orientation, place.spacing_mm)
        if key not in known:
            at = next((i for i, leader in enumerate(leaders) if _is_parallel(leader, place)), len(leaders))
            if at == len(leaders):
                leaders.append(place)
                groups.append([])
            known[key] = groups[at]
        known[key].append(number)
    return groups


def _is_parallel(first: Place, second: Place) -> bool:
    turned = np.abs(np.subtract(first.orientation, second.orientation)).max()
    scaled = np.abs(np.divide(first.spacing_mm, second.spacing_mm) - 1).max()
    return bool(turned < 1e-4 and scaled < 1e-4)


# --- stacks in mm ---------------------------------------------------------------------------------------------------


def _stack(frames: list[int], places: Sequence[Place | None], sources: list[tuple[ImageRef, ...]]) -> Stack:
    first = places[frames[0]]
    assert first is not None  # as in _parallel
    points = np.array([places[number].position_mm for number in frames])  # type: ignore[union-attr]  # as above
    direction = geometry.normal(first.orientation)
    along = points @ direction
    levels, corners, level_of = _levels(along, points)
    lean = _lean(levels, corners, direction, first)
    step, numbers = _numbers(levels, first)
    count = len(levels) if numbers is None else int(numbers[-1]) + 1
    planes = level_of if numbers is None else numbers[level_of]
    return Stack(
        tuple(frames),
        tuple(int(each) for each in planes),
        count,
        geometry.affine(first.orientation, corners[0], first.spacing_mm, lean * step),
        tuple(float(each) for each in (levels - levels[0]) / step) if numbers is None else (),
        plane_images=_plane_images(frames, planes, count, sources),
    )


def _levels(along: Floats, points: Floats) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Where planes lie along the normal, rising; their first pixels; and which of them each frame is."""
    order = np.argsort(along, kind="stable")
    is_next = np.diff(along[order], prepend=-np.inf) > SAME_MM
    level_of = np.empty(len(along), np.intp)
    level_of[order] = np.cumsum(is_next) - 1
    return along[order][is_next], points[order][is_next], level_of


def _lean(levels: Floats, corners: Floats, direction: Floats, first: Place) -> Floats:
    """The way from plane to plane for each mm along the normal: the normal itself, or leaning (gantry tilt)."""
    span = levels[-1] - levels[0]
    lean = (corners[-1] - corners[0]) / span if len(levels) > 1 else direction
    off = corners - (corners[0] + (levels - levels[0])[:, None] * lean)
    worst = int(np.linalg.norm(off, axis=1).argmax())
    if np.linalg.norm(off[worst]) > LEAST_LEAN_MM + LEAN * min(first.spacing_mm):
        raise BadFile(
            f"Its planes are shifted sideways against each other by {np.linalg.norm(off[worst]):.2f} mm at "
            f"{tag_name(0x00200032)} {_point(corners[worst])}: they make up no volume.",
            todo="Make it again on one grid.",
        )
    return np.asarray(lean if np.linalg.norm(lean - direction) > EVEN / 10 else direction, np.float64)


def _point(at: Floats) -> str:
    return "(" + ", ".join(f"{each:.2f}" for each in at) + ")"


def _numbers(levels: Floats, first: Place) -> tuple[float, NDArray[np.intp] | None]:
    """The step in mm, and the number of each plane where they fit an even stack with planes left out."""
    gaps = np.diff(levels)
    if not len(gaps):
        return first.thickness_mm or first.step_mm or 1.0, np.zeros(1, np.intp)  # highdicom says that steps are 1 mm
    least = float(gaps.min())
    usual = float(gaps[gaps <= 1.05 * least].mean())
    for step in (first.step_mm, usual, first.thickness_mm):
        numbers = _even(levels, step)
        if numbers is None:
            continue
        if numbers[-1] > max(LARGEST_SPAN, FILLED * len(levels)):  # so much of nothing takes no memory
            return step, None
        return float(levels[-1] - levels[0]) / int(numbers[-1]), numbers
    return first.step_mm or float(np.median(gaps)), None


def _even(levels: Floats, step: float) -> NDArray[np.intp] | None:
    """The number of each plane where all lie a whole number of steps apart, else None."""
    span = float(levels[-1] - levels[0])
    count = round(span / step) if step > SAME_MM else 0
    if count < 1 or abs(span / count - step) > EVEN * step:
        return None
    exact = (levels - levels[0]) * (count / span)
    numbers = np.rint(exact).astype(np.intp)
    is_off = np.abs(exact - numbers).max() > EVEN
    return None if is_off or (np.diff(numbers) < 1).any() else numbers


def _plane_images(
    frames: list[int], planes: NDArray[np.intp], count: int, sources: list[tuple[ImageRef, ...]]
) -> tuple[ImageRef | None, ...]:
    """The one image that a plane's frames name; None where they name none or several."""
    named: list[set[ImageRef]] = [set() for _ in range(count)]
    for frame, plane in zip(frames, planes, strict=True):
        named[plane].update(sources[frame])
    if not any(named):
        return ()
    return tuple(next(iter(each)) if len(each) == 1 else None for each in named)


# --- images ---------------------------------------------------------------------------------------------------------


def _by_images(groups: FrameGroups, sources: list[tuple[ImageRef, ...]], kinds: Sequence[object]) -> Stack:
    """Every image that frames name is a plane of its own."""
    check_tiles(groups, sources)
    whole = _whole_image(groups.elements) if not all(sources) else None
    planes: dict[ImageRef, int] = {}
    numbers = []
    for frame, named in enumerate(sources):
        image = named[0] if named else whole
        if image is None:
            raise BadFile(
                f"Frame {frame + 1} names neither its place in the patient (0020,9113) nor the image that it was made "
                "from (0008,9124): nobody can tell where it belongs.",
                todo="Have it written with plane positions, or with a source image for each frame.",
            )
        numbers.append(planes.setdefault(image, len(planes)))
    stack = Stack(tuple(range(groups.count)), tuple(numbers), len(planes), np.eye(4), images=tuple(planes))
    if pair := _twice(stack, kinds):
        raise _two_at(pair)
    return stack


def _whole_image(elements: Elements) -> ImageRef | None:
    """The one image that an object names as a whole, in its references or as its source; None where there are more."""
    named = {item.text(0x00081155) for series in elements.items(0x00081115) for item in series.items(0x0008114A)}
    named = named or {item.text(0x00081155) for item in elements.items(0x00082112)}
    return ImageRef(named.pop()) if len(named) == 1 and all(named) else None


def _twice(stack: Stack, kinds: Sequence[object]) -> tuple[int, int] | None:
    """Two frames of a kind on one plane."""
    seen: dict[tuple[int, object], int] = {}
    for frame, plane in zip(stack.frames, stack.planes, strict=True):
        before = seen.setdefault((plane, kinds[frame]), frame)
        if before != frame:
            return before, frame
    return None


def _two_at(pair: tuple[int, int]) -> BadFile:
    return BadFile(
        f"Frames {pair[0] + 1} and {pair[1] + 1} show the same segment at the same place "
        "(0020,9113), and no source images tell them apart.",
        todo=ASK_AGAIN,
    )
