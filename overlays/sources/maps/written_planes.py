"""What segmentations and parametric maps share when they are written through highdicom: images, planes, equipment.

What belongs here: our affines and places as DICOM planes, source images as data sets, one file put in place whole. What
does not: the pixels and words of one kind of object (segmentation_writing, parametric_map_writing).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap, AIResult
from overlays.sources.dataset import named
from overlays.sources.files import replace_by
from overlays.sources.maps.written_images import stand_ins, without_places
from study_configs.problem import StudyProblem
from viewers import geometry
from viewers.dicom.checks import check_file
from viewers.volume import SeriesHeader

if TYPE_CHECKING:
    from pydicom import Dataset

SERIES_NUMBER = 9001
MAKER, MODEL = "ReaderLab", "ReaderLab"


def source_images(header: SeriesHeader) -> list[Dataset]:
    """The images of a series as data sets without pixels, in the order of its slices. Raises StudyProblem."""
    from pydicom import dcmread

    images = []
    for path in dict.fromkeys(instance.path for instance in header.instances):
        with named(path):
            check_file(path)
        images.append(dcmread(path, stop_before_pixels=True))
    return images


def check_grid(maps: Sequence[AIMap]) -> None:
    """That maps of one file lie on one grid. Raises StudyProblem."""
    first = maps[0]
    for each in maps[1:]:
        is_same = each.values.shape == first.values.shape and np.allclose(each.affine, first.affine, atol=1e-6)
        if not is_same or each.places != first.places or each.images != first.images:
            raise StudyProblem(
                f"The maps {first.id!r} and {each.id!r} lie on different grids.",
                todo="Write them as files of their own.",
            )


def planes(ai_map: AIMap) -> dict[str, Any]:
    """The arguments of highdicom that place the planes of a map; none where they belong to images alone.

    Raises StudyProblem where the grid is one that DICOM's planes cannot have.
    """
    import highdicom as hd

    if ai_map.images:
        return {}
    columns, rows, step = (ai_map.affine[:3, axis] for axis in range(3))
    lengths = float(np.linalg.norm(columns)), float(np.linalg.norm(rows))
    cosines = (*(columns / lengths[0]), *(rows / lengths[1]))
    if not geometry.is_orthonormal(cosines):
        raise StudyProblem(
            f"Rows and columns of the map {ai_map.id!r} are not at right angles.", todo="Resample it to a plain grid."
        )
    between = abs(float(step @ geometry.normal(cosines)))
    places = ai_map.places or tuple(range(len(ai_map.values)))
    at = [ai_map.affine[:3, 3] + place * step for place in places]
    return {
        "plane_positions": [hd.PlanePositionSequence("PATIENT", _texts(each)) for each in at],
        "plane_orientation": hd.PlaneOrientationSequence("PATIENT", _texts(np.array(cosines))),
        "pixel_measures": hd.PixelMeasuresSequence(
            pixel_spacing=_texts(np.array([lengths[1], lengths[0]])),
            slice_thickness=between,
            spacing_between_slices=between,
        ),
    }


def _texts(values: NDArray[np.float64]) -> list[float]:
    """As many digits as DS has room for (PS3.5 6.2): 16 letters."""
    from pydicom.valuerep import format_number_as_ds

    return [float(format_number_as_ds(float(value))) for value in values]


def over_images(ai_map: AIMap, images: Sequence[Dataset]) -> list[Dataset]:
    """The images as highdicom is to see them. Raises StudyProblem where one of the map's is missing."""
    return stand_ins(ai_map, images) if ai_map.images else list(images)


def placed_right(written: Dataset, ai_map: AIMap, images: Sequence[Dataset]) -> Dataset:
    """What highdicom made, with the planes that the map has: none for images alone, our step for a single one."""
    if ai_map.images:
        return without_places(written, ai_map, images)
    if len(ai_map.values) == 1 or int(written.NumberOfFrames) == 1:
        measures = written.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
        measures.SpacingBetweenSlices = measures.SliceThickness  # highdicom says 1 mm of every single plane
    return written


def equipment(result: AIResult) -> dict[str, Any]:
    """Identifiers and who made it, as highdicom asks for them."""
    from highdicom import UID

    made = result.provenance
    return {
        "series_instance_uid": UID(),
        "series_number": SERIES_NUMBER,
        "sop_instance_uid": UID(),
        "instance_number": 1,
        "manufacturer": (made.maker or MAKER)[:64],
        "manufacturer_model_name": (made.model or MODEL)[:64],
        "software_versions": (made.version or "unknown")[:64],
        "device_serial_number": "none",
    }


def save(dataset: Dataset, path: Path) -> None:
    """The whole file or none. Raises OSError."""
    written = io.BytesIO()
    dataset.save_as(written, enforce_file_format=True)
    replace_by(path, written.getvalue())
