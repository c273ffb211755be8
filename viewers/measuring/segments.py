"""Painted segments as DICOM segmentations, written with highdicom and read through pydicom's functional groups.

What belongs here: both directions. What does not: painting (brush) and AI results (overlays.sources).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import StudyProblem
from viewers.measuring import codes
from viewers.measuring.brush import Segment
from viewers.measuring.evidence import source_image
from viewers.measuring.masks import Mask
from viewers.measuring.shapes import COLOURS
from viewers.volume import SeriesHeader

if TYPE_CHECKING:
    from pydicom import Dataset

MOST_LABEL = 64


def write_segments(segments: Sequence[Segment], header: SeriesHeader, path: Path, *, reader: str) -> None:
    """Writes the segments of one series as one binary segmentation. `reader` is a pseudonym.

    Raises StudyProblem where there is nothing painted.
    """
    from highdicom import UID
    from highdicom.seg import Segmentation

    painted = [segment for segment in segments if not segment.mask.is_empty]
    if not painted:
        raise StudyProblem("There is no painted segment to write.", where=str(path))
    images, slices = _images(painted, header)
    empty = np.zeros((header.rows, header.columns), bool)
    planes = np.stack([[empty if i is None else each.mask.plane(i) for each in painted] for i in slices])
    written = Segmentation(
        source_images=images,
        pixel_array=np.moveaxis(planes, 1, -1).astype(np.uint8),
        segmentation_type="BINARY",
        segment_descriptions=[_described(segment, number, header) for number, segment in enumerate(painted, 1)],
        series_instance_uid=UID(),
        series_number=9002,
        sop_instance_uid=UID(),
        instance_number=1,
        manufacturer="ReaderLab",
        manufacturer_model_name="ReaderLab",
        software_versions="1",
        device_serial_number="1",
        content_creator_name=codes.person(reader),
        content_label="SEGMENTATION",
        content_description="Painted by a reader",
        series_description="Painted segments",
    )
    if "FrameOfReferenceUID" not in written:  # films: required then, and empty where it is not known
        written.PatientOrientation = images[0].get("PatientOrientation", "")
    written.save_as(path, enforce_file_format=True)


def _images(painted: Sequence[Segment], header: SeriesHeader) -> tuple[list[Dataset], list[int | None]]:
    """The source images, and for each of their frames the slice, None for frames of other stacks.

    Of files with one image each, those with anything painted; a file with many comes whole.
    """
    from highdicom.spatial import get_image_coordinate_system

    touched = sorted({index for segment in painted for index in segment.mask.slices})
    first = source_image(header.instances[touched[0]].path)
    frames = int(first.get("NumberOfFrames", 1) or 1)
    images, slices = [first], _frames(header, frames)
    if frames == 1:
        images = [source_image(header.instances[index].path) for index in touched]
        slices = [*touched]
    if len(slices) > 1 and get_image_coordinate_system(first) is None:
        what = "A segmentation of several images needs to know where they lie in the patient, which these don't say."
        raise StudyProblem(what, where=str(header.instances[0].path))
    return images, slices


def _frames(header: SeriesHeader, count: int) -> list[int | None]:
    """The slice of each frame of a file that holds the whole stack."""
    slice_of: dict[int, int | None] = {instance.frame: index for index, instance in enumerate(header.instances)}
    return [slice_of.get(frame) for frame in range(count)]


def _described(segment: Segment, number: int, header: SeriesHeader) -> Any:
    from highdicom.color import CIELabColor
    from highdicom.seg import SegmentDescription
    from pydicom.uid import generate_uid

    colour = COLOURS[segment.colour % len(COLOURS)].lstrip("#")
    return SegmentDescription(
        segment_number=number,
        segment_label=(segment.name or f"Segment {number}")[:MOST_LABEL],
        segmented_property_category=codes.ABNORMAL,
        segmented_property_type=codes.LESION,
        algorithm_type="MANUAL",
        tracking_uid=generate_uid(entropy_srcs=[header.series_uid, segment.id]),
        tracking_id=segment.id,
        display_color=CIELabColor.from_rgb(*(int(colour[at : at + 2], 16) for at in (0, 2, 4))),
    )


def read_segments(path: Path, header: SeriesHeader) -> tuple[Segment, ...]:
    """The segments of a binary segmentation that lie on a series. Raises StudyProblem where none does."""
    from pydicom import dcmread
    from pydicom.uid import SegmentationStorage

    found = dcmread(path)
    if found.get("SOPClassUID") != SegmentationStorage or found.SegmentationType != "BINARY":
        raise StudyProblem("This is no binary DICOM segmentation.", where=str(path))
    if (found.Rows, found.Columns) != (header.rows, header.columns):
        raise StudyProblem("This segmentation has another grid than the images.", where=str(path))
    frames = np.asarray(found.pixel_array).reshape(-1, found.Rows, found.Columns)
    planes: dict[int, dict[int, NDArray[np.bool_]]] = {}
    for frame, groups in zip(frames, found.PerFrameFunctionalGroupsSequence, strict=True):
        number, index = _segment_number(groups, found), _slice_of(groups, header)
        if index is None:
            raise StudyProblem("This segmentation lies on other images.", where=str(path))
        planes.setdefault(number, {})[index] = frame != 0
    shape = (header.frames, header.rows, header.columns)
    return tuple(
        Segment(
            str(item.get("TrackingID", item.SegmentNumber)),
            header.key,
            Mask(shape).with_planes(planes.get(int(item.SegmentNumber), {})),
            str(item.SegmentLabel),
        )
        for item in found.SegmentSequence
    )


def _segment_number(groups: Dataset, found: Dataset) -> int:
    """From the frame's own groups, or from those that all frames share."""
    own = groups.get("SegmentIdentificationSequence")
    shared = found.SharedFunctionalGroupsSequence[0].get("SegmentIdentificationSequence")
    return int((own or shared)[0].ReferencedSegmentNumber)


def _slice_of(groups: Dataset, header: SeriesHeader) -> int | None:
    """The slice that a frame was painted on, by the image that it names."""
    for derivation in groups.get("DerivationImageSequence", ()):
        for source in derivation.get("SourceImageSequence", ()):
            named = (str(source.ReferencedSOPInstanceUID), int(source.get("ReferencedFrameNumber", 1) or 1) - 1)
            for index, instance in enumerate(header.instances):
                if (instance.sop_uid, instance.frame) == named:
                    return index
    return None
