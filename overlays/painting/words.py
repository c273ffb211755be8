"""What AI says of a whole case, over an image: badges with categories.

What belongs here: which badges stand in a viewport. What does not: advice in full and lists, which
panels show so that no text lies over anatomy.
"""

from __future__ import annotations

from collections.abc import Iterator

from overlays.result import AIResult, Assessment, Laterality
from study_configs.words import phrase, translate
from viewers.volume import SeriesHeader

SIDES: dict[str, Laterality] = {"L": "left", "R": "right", "B": "both"}  # DICOM's ImageLaterality (0020,0062)

NAMES: dict[Laterality, str] = {
    "left": phrase("FindingList", "left"),
    "right": phrase("FindingList", "right"),
    "both": phrase("FindingList", "both sides"),
}


def badges(result: AIResult, header: SeriesHeader, slice_index: int) -> Iterator[tuple[Assessment, str]]:
    """The assessments that go with what a viewport shows, and their words; those of another side or image do not."""
    for each in result.assessments:
        words = badge_text(each)
        if words and _goes_with(each, header, slice_index):
            yield each, words


def badge_text(assessment: Assessment) -> str:
    """Such as "BI-RADS 4A", "malignancy 87%" or, where it speaks of a side, "Left: malignancy 87%"."""
    score = "" if assessment.score is None else f"{assessment.score:.0%}"
    said = assessment.category or score
    if not said:
        return ""
    side = translate("FindingList", NAMES[assessment.side]).capitalize() if assessment.side else ""
    return ": ".join(part for part in (side, f"{assessment.name} {said}".strip()) if part)


def _goes_with(assessment: Assessment, header: SeriesHeader, slice_index: int) -> bool:
    if assessment.image is not None:
        shown = header.source.instances[header.source_point(0, 0, slice_index)[2]]
        wanted = assessment.image
        return shown.sop_uid == wanted.sop_uid and wanted.frame in (None, shown.frame)
    side = SIDES.get(header.source.laterality[:1].upper(), "")
    return not assessment.side or not side or "both" in (assessment.side, side) or assessment.side == side
