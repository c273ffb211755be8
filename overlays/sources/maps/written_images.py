"""Maps that belong to images alone (projections, cines), written although highdicom asks for places in a patient.

What belongs here: stand-in images at made-up places for highdicom, and taking those places out of what it made. What
does not: maps in mm (written_planes), pixels and words.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from overlays.result import AIMap, ImageRef
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from pydicom import Dataset

POSITION, IN_STACK_NUMBER, FRAME_CONTENT = 0x00200032, 0x00209057, 0x00209111
ONE_FRAME = "1.2.840.10008.5.1.4.1.1.7"  # secondary capture
OF_MANY = ("NumberOfFrames", "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "PixelData")
SPATIAL = ("PlanePositionSequence", "PlaneOrientationSequence", "PixelMeasuresSequence")


def known_images(ai_map: AIMap, images: Sequence[Dataset]) -> dict[str, Dataset]:
    """The images by UID. Raises StudyProblem where one of the map's is missing."""
    known = {str(image.SOPInstanceUID): image for image in images}
    lost = [each.sop_uid for each in ai_map.images if each.sop_uid not in known]
    if lost:
        raise StudyProblem(f"The image {lost[0]} of the map {ai_map.id!r} is not among those given.")
    return known


def stand_ins(ai_map: AIMap, images: Sequence[Dataset]) -> list[Dataset]:
    """One image for each plane of the map, of its size, at heights that count the planes."""
    from highdicom import UID

    known, space = known_images(ai_map, images), UID()
    found = []
    for height, ref in enumerate(ai_map.images):
        each = _copied(known[ref.sop_uid])
        each.SOPClassUID, each.SOPInstanceUID = ONE_FRAME, UID()
        each.FrameOfReferenceUID, each.PositionReferenceIndicator = space, ""
        each.Rows, each.Columns = ai_map.values.shape[1:]
        each.ImagePositionPatient, each.ImageOrientationPatient = [0, 0, height], [1, 0, 0, 0, 1, 0]
        each.PixelSpacing, each.SliceThickness = [1, 1], 1
        found.append(each)
    return found


def _copied(image: Dataset) -> Dataset:
    """The image with elements of its own, as one of a single frame."""
    from pydicom.dataset import Dataset as New

    found = New()
    for element in image:
        if element.keyword not in OF_MANY:
            found.add(copy(element))
    return found


def without_places(written: Dataset, ai_map: AIMap, images: Sequence[Dataset]) -> Dataset:
    """The same object with each frame on the image that it is really of, and no place in any patient."""
    known = known_images(ai_map, images)
    shared = written.SharedFunctionalGroupsSequence[0]
    for own in written.PerFrameFunctionalGroupsSequence:
        groups = own if "PlanePositionSequence" in own else shared
        plane = round(float(groups.PlanePositionSequence[0].ImagePositionPatient[2]))
        _stay_on(own, ai_map.images[plane], known, plane)
    shared.pop("DerivationImageSequence", None)
    for groups in (shared, *written.PerFrameFunctionalGroupsSequence):
        for keyword in SPATIAL:
            groups.pop(keyword, None)
    for keyword in ("FrameOfReferenceUID", "PositionReferenceIndicator", "DimensionOrganizationType"):
        written.pop(keyword, None)
    for each in written.get("DimensionIndexSequence", ()):
        if each.DimensionIndexPointer == POSITION:
            each.DimensionIndexPointer, each.FunctionalGroupPointer = IN_STACK_NUMBER, FRAME_CONTENT
            each.DimensionDescriptionLabel = "In-Stack Position"
    _name_images(written, ai_map, known)
    return written


def _stay_on(own: Dataset, ref: ImageRef, known: dict[str, Dataset], plane: int) -> None:
    """The frame's source image, and its number among the planes where the dimensions count by it."""
    from pydicom.sr.codedict import codes

    source = _item(
        ReferencedSOPClassUID=known[ref.sop_uid].SOPClassUID,
        ReferencedSOPInstanceUID=ref.sop_uid,
        PurposeOfReferenceCodeSequence=[_code(codes.DCM.SourceImageForImageProcessingOperation)],
        SpatialLocationsPreserved="YES",
    )
    if ref.frame is not None and "NumberOfFrames" in known[ref.sop_uid]:
        source.ReferencedFrameNumber = ref.frame + 1
    own.DerivationImageSequence = [
        _item(SourceImageSequence=[source], DerivationCodeSequence=[_code(codes.DCM.Segmentation)])
    ]
    content = own.FrameContentSequence[0] if "FrameContentSequence" in own else _item()
    content.StackID, content.InStackPositionNumber = "1", plane + 1
    own.FrameContentSequence = [content]


def _item(**elements: object) -> Dataset:
    from pydicom.dataset import Dataset as New

    found = New()
    for keyword, value in elements.items():
        setattr(found, keyword, value)
    return found


def _code(code: Any) -> Dataset:
    return _item(CodeValue=code.value, CodingSchemeDesignator=code.scheme_designator, CodeMeaning=code.meaning)


def _name_images(written: Dataset, ai_map: AIMap, known: dict[str, Dataset]) -> None:
    uids = dict.fromkeys(each.sop_uid for each in ai_map.images)
    written.ReferencedSeriesSequence[0].ReferencedInstanceSequence = [
        _item(ReferencedSOPClassUID=known[uid].SOPClassUID, ReferencedSOPInstanceUID=uid) for uid in uids
    ]
