"""DICOM parametric maps: float, double and integer fields with real world values (PS3.3 A.75, C.7.6.16.2.11).

What belongs here: one file to maps with units. What does not: functional groups and planes (functional_groups,
frame_stacks, as segmentations have them), placing over images (overlays.placing), writing (parametric_map_writing).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from overlays.faults import Fault, Reason
from overlays.result import AIMap, AIResult, MapKind, Provenance
from overlays.sources.dataset import named, provenance_of, references_of, result_of, text
from overlays.sources.maps.frame_pixels import FramePixels
from overlays.sources.maps.frame_stacks import Stack, stacks_of
from overlays.sources.maps.functional_groups import FrameGroups, opened
from overlays.sources.maps.real_world_values import REAL_WORLD_VALUES, WORLD_UNKNOWN, World, world_of
from overlays.sources.maps.segmentation_labels import check_bytes
from viewers.dicom.elements import Elements
from viewers.dicom.problems import BadFile

if TYPE_CHECKING:
    from pydicom import Dataset

CLASSES = frozenset(("1.2.840.10008.5.1.4.1.1.30",))
FORM = "DICOM parametric map"
PALETTE_UID = 0x00281199
PALETTES = {  # PS3.6 annex B
    f"1.2.840.10008.1.5.{number}": name
    for number, name in enumerate(
        ("hot iron", "pet", "hot metal blue", "pet 20 step", "spring", "summer", "fall", "winter"), 1
    )
}
SALIENCY = ("saliency", "attention", "occlusion", "grad-cam", "gradcam", "class activation", "relevance", "attribution")
KINDS: dict[str, MapKind] = {**dict.fromkeys(SALIENCY, "saliency"), "probab": "probability"}
MANY = 0.5  # share of values that are no numbers
Field = NDArray[Any]


def read(path: Path) -> tuple[AIResult, ...]:
    """The fields of one parametric map, one for each quantity; NaN where there is nothing.

    Raises StudyProblem with the file and the tag where it cannot be read right.
    """
    with named(path):
        return (_result(Path(path)),)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    elements: Elements
    groups: FrameGroups
    title: str
    provenance: Provenance
    remarks: list[str]


def _result(path: Path) -> AIResult:
    elements, dataset = opened(path, CLASSES)
    groups = FrameGroups(elements)
    file = _File(path, elements, groups, _title(dataset), provenance_of(dataset, FORM), [])
    maps = tuple(replace(each, id=f"map-{number}") for number, each in enumerate(_maps(file), 1))
    frame = text(dataset, "FrameOfReferenceUID")
    found = references_of(dataset)
    return result_of(dataset, file.provenance, found, file.remarks, frame_of_reference_uid=frame, maps=maps)


def _title(dataset: Dataset) -> str:
    return text(dataset, "ContentDescription") or text(dataset, "ContentLabel") or text(dataset, "SeriesDescription")


def _maps(file: _File) -> Iterator[AIMap]:
    found = file.groups.values(REAL_WORLD_VALUES, world_of)
    worlds = [each or WORLD_UNKNOWN for each in found]
    if not all(found):
        file.remarks.append("frames without real world values (0040,9096): their numbers are shown as stored")
    stacks = stacks_of(file.groups, [world.quantity for world in worlds])
    pixels = FramePixels(file.path, file.elements)
    quantities = list(dict.fromkeys(world.quantity for world in worlds))
    _check_bytes(pixels, stacks, len(quantities))
    for stack in stacks:
        for quantity in quantities:
            chosen = [at for at, frame in enumerate(stack.frames) if worlds[frame].quantity == quantity]
            if chosen:
                yield _map(file, stack, pixels, chosen, [worlds[stack.frames[at]] for at in chosen])


def _check_bytes(pixels: FramePixels, stacks: tuple[Stack, ...], maps: int) -> None:
    planes = sum(stack.count for stack in stacks)
    check_bytes(planes * pixels.form.rows * pixels.form.columns * max(4, pixels.form.dtype.itemsize) * maps)


def _values(stack: Stack, pixels: FramePixels, chosen: list[int], worlds: list[World]) -> tuple[Field, float, float]:
    """The stored numbers with slope and intercept where all frames mean the same by them, else what they mean."""
    world, form = worlds[0], pixels.form
    order = [stack.frames[at] for at in chosen]
    planes = [stack.planes[at] for at in chosen]
    is_alike = world.table is None and len({(each.slope, each.intercept) for each in worlds}) == 1
    if is_alike and len(set(planes)) == stack.count and form.dtype.itemsize <= 4:
        stored = np.empty((stack.count, form.rows, form.columns), form.dtype)
        for plane, words in zip(planes, pixels.words(order), strict=True):
            stored[plane] = words
        return stored, world.slope, world.intercept
    meant = np.full((stack.count, form.rows, form.columns), np.nan, np.float32)
    for plane, words, each in zip(planes, pixels.words(order), worlds, strict=True):
        meant[plane] = each.values(words)
    return meant, 1.0, 0.0


def _map(file: _File, stack: Stack, pixels: FramePixels, chosen: list[int], worlds: list[World]) -> AIMap:
    world = worlds[0]
    values, slope, intercept = _values(stack, pixels, chosen, worlds)
    _clear(values, file.remarks)
    name = world.quantity[0] or file.title
    return AIMap(
        id="",
        label=name,
        kind=_kind(f"{name} {file.title}"),
        values=values,
        affine=stack.affine,
        value_range=_range(values, slope, intercept, world, file.remarks),
        units=world.units,
        provenance=file.provenance,
        slope=slope,
        intercept=intercept,
        places=stack.places,
        images=stack.images,
        plane_images=stack.plane_images,
        colours=_colours(file),
    )


def _clear(values: Field, remarks: list[str]) -> None:
    """What is no finite number is nothing: NaN, in place."""
    if values.dtype.kind != "f":
        return
    count = 0
    for plane in values:
        is_odd = ~np.isfinite(plane)
        count += int(is_odd.sum())
        plane[is_odd] = np.nan
    if count > MANY * values.size:
        remarks.append(f"{count / values.size:.0%} of the values are no numbers (NaN or infinite): nothing is there")
    if count == values.size:
        raise BadFile(Reason("Not one of its values is a number.", Fault.NUMBER), todo="Have the map made again.")


def _kind(name: str) -> MapKind:
    return next((kind for word, kind in KINDS.items() if word in name.lower()), "parametric")


def _range(values: Field, slope: float, intercept: float, world: World, remarks: list[str]) -> tuple[float, float]:
    """The range that the file maps, else 0 to 1 where all lie within, else this image's own, with a remark."""
    if world.value_range is not None:
        return world.value_range
    ends = sorted((float(np.nanmin(values)) * slope + intercept, float(np.nanmax(values)) * slope + intercept))
    if ends[0] >= 0 and ends[1] <= 1:
        return 0.0, 1.0
    remarks.append(
        f"the file names no range of values (0040,9213): its colours run over those of this image, "
        f"{ends[0]:.4g} to {ends[1]:.4g}; give the layer a range"
    )
    return (ends[0], ends[1]) if ends[0] < ends[1] else (ends[0], ends[0] + 1.0)


def _colours(file: _File) -> str:
    """The file's own palette where it is one of the standard's; others are remarked and left."""
    uid = file.elements.text(PALETTE_UID)
    if (uid or 0x00281101 in file.elements.found) and uid not in PALETTES:
        file.remarks.append("its own palette (0028,1101) is not used")
    return PALETTES.get(uid, "")
