"""Results put over the series of a case: which images they belong to, and why they may not lie there.

What belongs here: the series of every element found, what is in pixels turned into mm, what disagrees with the images
left out with the reason. What does not: reading files (sources), cutting shapes by slices (cutting).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from overlays.cutting.outlines import slices_of_image
from overlays.faults import Fault, Reason, fault_of
from overlays.placing.checks import (
    bad_grid,
    crosses_itself,
    displaced,
    is_grid_of,
    not_finite,
    too_many_planes,
    wrong_side,
)
from overlays.placing.images import Images, in_mm, on_images, why_not_on_image
from overlays.result import (
    Advice,
    AIMap,
    AIResult,
    Assessment,
    Example,
    Finding,
    InSegment,
    OnImage,
    Reference,
    Space,
)
from viewers.volume import SeriesHeader

ANOTHER_PATIENT = Reason("it names another patient", Fault.ELSEWHERE)
ANOTHER_FRAME = Reason("it lies in another frame of reference", Fault.ELSEWHERE)
NO_TIE = Reason("it was made for another series, and no frame of reference ties the two together", Fault.ELSEWHERE)
CONTRADICTS = Reason("it names this series with another frame of reference", Fault.ELSEWHERE)
NO_EXAM = Reason("nothing in it says that it speaks of this case, or it names another exam", Fault.ELSEWHERE)
NO_IMAGE = Reason("the image that it names is not in this case", Fault.NO_IMAGES)
NO_IMAGES = Reason("none of the images that it names is in this case", Fault.NO_IMAGES)
NO_SERIES = Reason("a series that it was made from is not in this case", Fault.NO_IMAGES)
NO_SEGMENT = Reason("the segmentation that has its place is not in this case", Fault.PLACE)
NAMES_NOTHING = Reason(
    "nothing in it says which series it was made from, and its grid is that of none or of several here", Fault.PLACE
)
NAMES_NO_IMAGE = Reason("it does not say on which image it lies", Fault.PLACE)
BY_ITS_GRID = "it names no series; it was placed by its grid, which one series of the case has"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An element that was left out, by its id ("" is the whole result), and why, in plain words for coordinators."""

    element: str
    reason: Reason


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A result in mm over the images of a case, with nothing in pixels, and what was left out of it."""

    result: AIResult
    refusals: tuple[Refusal, ...] = ()


# --- over which series an element may lie -----------------------------------------------------------------------------


def stranger(result: AIResult, header: SeriesHeader) -> str:
    """Why the result may not be laid over this series; empty where it may.

    It may where it was made for this very series, or shares its frame of reference (DICOM PS3.3 C.7.4.1), in which
    patient mm mean the same place.
    """
    return _patient(result, header) or _space(result.space, header)


def lies_on(result: AIResult, element: Finding | AIMap, header: SeriesHeader) -> str:
    """Why an element of a placed result may not be laid over this series; empty where it may.

    What belongs to images of its own may lie on the series that shows them, anything else where its space does.
    """
    reason = _patient(result, header)
    images = element.images if isinstance(element, AIMap) else (element.image,) if element.image else ()
    if reason or not images:
        return reason or _space(result.space_of(element), header)
    return "" if any(slices_of_image(image, header.source) for image in images) else "it belongs to other images"


def _patient(result: AIResult, header: SeriesHeader) -> str:
    return ANOTHER_PATIENT if result.patient and header.patient and result.patient != header.patient else ""


def _space(space: Space, header: SeriesHeader) -> str:
    frames = {space.frame_of_reference_uid, header.frame_of_reference_uid} - {""}
    if space.series_uid and space.series_uid == header.series_uid:
        return CONTRADICTS if len(frames) > 1 else ""
    if not space.frame_of_reference_uid or not header.frame_of_reference_uid:
        return NO_TIE
    return ANOTHER_FRAME if len(frames) > 1 else ""


# --- placing ----------------------------------------------------------------------------------------------------------


def placed(result: AIResult, headers: Sequence[SeriesHeader]) -> Placed:
    """The result over the series of a case, given in any order; elements that cannot be placed rightly are left out.

    A space that names only a series gets that series' frame of reference; one that names none (NIfTI) is that of the
    one series whose grid the result's maps have. What is odd but in place is told in `AIResult.remarks`.
    """
    images = Images(headers)
    known = {header.patient for header in images.headers if header.patient}
    if result.patient and known and result.patient not in known:
        return Placed(_emptied(result), (Refusal("", ANOTHER_PATIENT),))
    placing = _Placing(_of_one_series(result, images), images)
    findings = tuple(each for finding in result.findings for each in placing.finding(finding))
    maps = tuple(each for ai_map in result.maps for each in placing.map(ai_map))
    may_speak = _is_of_this_case(placing.result, images)
    assessments = tuple(each for each in result.assessments if placing.may_assess(each, may_speak))
    advice = tuple(each for each in result.advice if placing.may_say(each, may_speak))
    examples = tuple(each for each in result.examples if placing.may_say(each, may_speak))
    left_out = {refusal.element for refusal in placing.refusals}
    after = replace(
        placing.result,
        findings=findings,
        maps=tuple(each for each in maps if each.finding not in left_out),
        assessments=assessments,
        advice=tuple(each for each in advice if each.finding not in left_out),
        examples=tuple(each for each in examples if each.finding not in left_out),
        remarks=(*placing.result.remarks, *_missing(result, images), *placing.remarks),
    )
    return Placed(_with_space(after), tuple(placing.refusals))


def _emptied(result: AIResult) -> AIResult:
    return replace(result, findings=(), maps=(), assessments=(), advice=(), examples=())


def _of_one_series(result: AIResult, images: Images) -> AIResult:
    """The result with the space of the series that it was made from, as far as the case tells."""
    named = images.series(result.series_uid)
    if named and not result.frame_of_reference_uid:
        return replace(result, frame_of_reference_uid=named[0].frame_of_reference_uid)
    if result.series_uid or result.frame_of_reference_uid:
        return result
    referred = [header for each in result.references for header in images.series(each.series_uid)]
    alike = referred or [h for h in images.headers if any(is_grid_of(m, h) for m in result.maps if not m.images)]
    spaces = {(h.frame_of_reference_uid or h.series_uid): h for h in alike}
    if len(spaces) != 1:
        return result
    (header,) = spaces.values()
    found = replace(result, series_uid=header.series_uid, frame_of_reference_uid=header.frame_of_reference_uid)
    return found if referred else replace(found, remarks=(*result.remarks, BY_ITS_GRID))


def speaks_of(result: AIResult, headers: Sequence[SeriesHeader]) -> bool:
    """Whether a result names something of this case; one without findings says by it that there are none."""
    return _is_of_this_case(result, Images(headers))


def _is_of_this_case(result: AIResult, images: Images) -> bool:
    """Whether anything that the result names is here: an exam, a series, an image, a frame of reference."""
    elements: tuple[Finding | AIMap, ...] = (*result.findings, *result.maps)
    spaces = (result.space, *(result.space_of(each) for each in elements))
    pictures = [each.image for each in result.findings if each.image]
    pictures += [each.image for each in result.assessments if each.image]
    pictures += [image for each in result.maps for image in each.images]
    return (
        any(images.series(each.series_uid) for each in spaces if each.series_uid)
        or any(images.frame_of_reference(each.frame_of_reference_uid) for each in spaces if each.frame_of_reference_uid)
        or any(_is_here(each, images) for each in result.references)
        or any(each.sop_uid in images for each in pictures)
    )


def _is_here(reference: Reference, images: Images) -> bool:
    if reference.series_uid or reference.sop_uids:
        return bool(images.series(reference.series_uid)) or any(uid in images for uid in reference.sop_uids)
    return any(header.exam_uid == reference.exam_uid for header in images.headers)


def _missing(result: AIResult, images: Images) -> Iterator[str]:
    """What of the images that the result was made from is not in the case."""
    for reference in result.references:
        if not _is_here(reference, images):
            yield NO_SERIES
        elif absent := sum(uid not in images for uid in reference.sop_uids):
            said = f"{absent} of {len(reference.sop_uids)} images that it was made from are not in this case"
            yield Reason(said, Fault.NO_IMAGES)


def _with_space(result: AIResult) -> AIResult:
    """A result that names no series has the space of the first of its elements."""
    if result.series_uid or result.frame_of_reference_uid:
        return result
    elements: tuple[Finding | AIMap, ...] = (*result.findings, *result.maps)
    spaces = [each.space for each in elements if each.space is not None]
    if not spaces:
        return result
    return replace(result, series_uid=spaces[0].series_uid, frame_of_reference_uid=spaces[0].frame_of_reference_uid)


@dataclass(slots=True)
class _Placing:
    """One result on its way: what was left out and what is to be told."""

    result: AIResult
    images: Images
    refusals: list[Refusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def _refuse(self, element: str, reason: str) -> tuple[()]:
        self.refusals.append(Refusal(element, Reason(reason, fault_of(reason))))
        return ()

    def finding(self, finding: Finding) -> tuple[Finding, ...]:
        """The finding in mm: one, several where it was several points, or none."""
        reason = NO_SEGMENT if isinstance(finding.geometry, InSegment) else not_finite(finding.geometry)
        if reason:
            return self._refuse(finding.id, reason)
        after = (
            self._on_image(finding)
            if finding.image or isinstance(finding.geometry, OnImage)
            else self._in_space(finding)
        )
        if after and crosses_itself(finding.geometry):
            self.remarks.append(Reason(f"the contour of finding {finding.id} crosses itself", Fault.CROSSED))
        return after

    def _on_image(self, finding: Finding) -> tuple[Finding, ...]:
        shown = None if finding.image is None else self.images.at(finding.image)
        if shown is None:
            return self._refuse(finding.id, NO_IMAGE if finding.image else NAMES_NO_IMAGE)
        shape = finding.geometry if isinstance(finding.geometry, OnImage) else None
        reason = wrong_side(finding.laterality, shown.header) or (
            why_not_on_image(shape, shown.header) if shape else ""
        )
        if reason:
            return self._refuse(finding.id, reason)
        return in_mm(finding, shown) if shape else (replace(finding, space=shown.space),)

    def _in_space(self, finding: Finding) -> tuple[Finding, ...]:
        space = self._completed(self.result.space_of(finding))
        reason = self._lost(space)
        if not reason and finding.laterality:
            reason = next((wrong_side(finding.laterality, h) for h in self.images.series(space.series_uid)), "")
        return self._refuse(finding.id, reason) if reason else (replace(finding, space=space),)

    def map(self, ai_map: AIMap) -> tuple[AIMap, ...]:
        """The map in mm: one, one for each series where it belongs to images of several, or none."""
        reason = bad_grid(ai_map) or too_many_planes(ai_map)
        if reason:
            return self._refuse(ai_map.id, reason)
        if ai_map.images:
            return self._of_images(ai_map)
        space = self._completed(self.result.space_of(ai_map))
        reason, remark = self._lost(space), ""
        if not reason:
            reason, remark = displaced(ai_map, self.images)
        if reason:
            return self._refuse(ai_map.id, reason)
        if remark:
            self.remarks.append(f"map {ai_map.id}: {remark}")
        return (replace(ai_map, space=space),)

    def _of_images(self, ai_map: AIMap) -> tuple[AIMap, ...]:
        parts = on_images(ai_map, self.images)
        absent = len(ai_map.images) - sum(len(part.images) for part in parts)
        if not parts:
            return self._refuse(ai_map.id, NO_IMAGES)
        if absent:
            said = f"map {ai_map.id}: {absent} of {len(ai_map.images)} images are not in this case"
            self.remarks.append(Reason(said, Fault.NO_IMAGES))
        return parts

    def may_assess(self, assessment: Assessment, may_speak: bool) -> bool:
        """Whether what is said of an image has that image here, and its side; of a case, that it is this one."""
        if assessment.image is None:
            return may_speak or bool(self._refuse(assessment.id, NO_EXAM))
        shown = self.images.at(assessment.image)
        reason = NO_IMAGE if shown is None else wrong_side(assessment.side, shown.header)
        if reason:
            self._refuse(assessment.id, reason)
        return not reason

    def may_say(self, said: Advice | Example, may_speak: bool) -> bool:
        """Whether words and pictures about no one finding are about this case."""
        return bool(said.finding) or may_speak or bool(self._refuse(said.id, NO_EXAM))

    def _completed(self, space: Space) -> Space:
        """The space with the frame of reference of its series, where it names none."""
        named = self.images.series(space.series_uid)
        if space.frame_of_reference_uid or not named:
            return space
        return Space(space.series_uid, named[0].frame_of_reference_uid)

    def _lost(self, space: Space) -> str:
        """Why nothing in the case lies in this space; "" where something does."""
        if not space.series_uid and not space.frame_of_reference_uid:
            return NAMES_NOTHING
        reasons = [_space(space, header) for header in self.images.headers]
        if not all(reasons):
            return ""
        named = [_space(space, header) for header in self.images.series(space.series_uid)]
        return named[0] if named else ANOTHER_FRAME if space.frame_of_reference_uid else NO_TIE
