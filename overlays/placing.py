"""Results put over the series of a case: which images they belong to, and why they may not lie there.

What belongs here: references to images resolved, pixels turned into mm, checks of geometry against the images. What
does not: reading files (sources), cutting shapes by slices (sections).
"""

from __future__ import annotations

from overlays.result import AIResult
from study_configs.problem import StudyProblem
from viewers.volume import SeriesHeader


def stranger(result: AIResult, header: SeriesHeader) -> str:
    """Why the result may not be laid over this series; empty where it may.

    It may where it was made for this very series, or shares its frame of reference (DICOM PS3.3 C.7.4.1), in which
    patient mm mean the same place.
    """
    if result.series_uid == header.series_uid:
        differs = result.frame_of_reference_uid and header.frame_of_reference_uid
        if differs and result.frame_of_reference_uid != header.frame_of_reference_uid:
            return "it names this series with another frame of reference"
        return ""
    if not result.frame_of_reference_uid or not header.frame_of_reference_uid:
        return "it was made for another series, and no frame of reference ties the two together"
    if result.frame_of_reference_uid != header.frame_of_reference_uid:
        return "it lies in another frame of reference"
    return ""


def check_belongs(result: AIResult, header: SeriesHeader, *, where: str = "") -> None:
    """Raise StudyProblem with the reason where the result may not be laid over this series."""
    reason = stranger(result, header)
    if reason:
        raise StudyProblem(
            f"The AI result {result.ai!r} does not belong to series {header.series_uid}: {reason}.",
            where=where,
            todo="Use a result that was made from this series.",
        )
