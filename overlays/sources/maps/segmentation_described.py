"""What a segmentation says of its segments, in words (DICOM PS3.3 C.8.20.4).

What belongs here: the segment sequence to `Segment`s, who segmented. What does not: pixels and places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from overlays.faults import Fault, Reason
from overlays.result import Code, Colour, Provenance, Segment
from overlays.sources.dataset import provenance_of
from overlays.sources.maps.functional_groups import SEGMENTS, long_sequence
from viewers.dicom import colour
from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.cielab import from_lab
from viewers.dicom.elements import Elements
from viewers.dicom.problems import BadFile

if TYPE_CHECKING:
    from pydicom import Dataset

NUMBER, LABEL, ALGORITHM_TYPE, ALGORITHM_OF_SEGMENT = 0x00620004, 0x00620005, 0x00620008, 0x00620009
PROPERTY_CATEGORY, PROPERTY_TYPE, DISPLAY_COLOUR = 0x00620003, 0x0062000F, 0x0062000D
TRACKING_ID, TRACKING_UID = 0x00620020, 0x00620021
ALGORITHM, ALGORITHM_NAME, ALGORITHM_VERSION = 0x00620007, 0x00660036, 0x00660031
CODE_VALUES = (0x00080100, 0x00080119, 0x00080120)  # the value, a long one, a URN
CODE_SCHEME, CODE_MEANING = 0x00080102, 0x00080104
LARGEST_NUMBER = 65_535
MANUAL = "MANUAL"
MOST_RUNS = 8  # of numbers that one remark tells


@dataclass(frozen=True, slots=True)
class Described:
    """The segments of one file by number, who made each, and what there is to remark."""

    segments: dict[int, Segment]
    provenances: dict[int, Provenance]
    remarks: tuple[str, ...]

    def provenance_of(self, numbers: tuple[int, ...]) -> Provenance:
        """Who made these segments; every name where there are several."""
        found = list(dict.fromkeys(self.provenances[each] for each in numbers))
        origin = found[0].origin if len({each.origin for each in found}) == 1 else "model"
        models, versions = (
            ", ".join(dict.fromkeys(getattr(each, name) for each in found if getattr(each, name)))
            for name in ("model", "version")
        )
        return replace(found[0], origin=origin, model=models, version=versions)


def described(dataset: Dataset, elements: Elements, form: str) -> Described:
    """The segments that the file describes. Raises BadFile where it describes none, or one number twice."""
    whole = provenance_of(dataset, form)
    segments: dict[int, Segment] = {}
    provenances: dict[int, Provenance] = {}
    unnamed = []
    origin_of = lru_cache(maxsize=64)(partial(_origin, whole))  # thousands of segments name the same few algorithms
    palette = _palette(elements)
    codes: dict[bytes, Code | None] = {}
    for each in long_sequence(elements, SEGMENTS):
        value = _number(each)
        if value in segments:
            raise BadFile(f"Segment number {value} (0062,0004) is described twice.", todo=ASK_AGAIN)
        label = each.words(LABEL)
        if not label:
            unnamed.append(value)
        segments[value] = _segment(each, value, label or f"segment {value}", palette, codes)
        provenances[value] = origin_of(*_algorithm(each))
    if not segments:
        raise BadFile("It describes no segments (0062,0002).", todo=ASK_AGAIN)
    remarks = (Reason(together(unnamed, "no label (0062,0005)"), Fault.NO_LABEL),) if unnamed else ()
    return Described(segments, provenances, remarks)


def together(numbers: Sequence[int], lack: str, name: str = "") -> str:
    """One remark on all segments that lack something: "segment 3 has no label", "3 segments have no label: 1-2, 7"."""
    if len(numbers) == 1:
        return f"segment {numbers[0]}{name and f' ({name})'} has {lack}"
    runs = _runs(sorted(numbers))
    said = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:MOST_RUNS]]
    return f"{len(numbers)} segments have {lack}: {', '.join(said)}{', …' if len(runs) > MOST_RUNS else ''}"


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of numbers that follow one another; `numbers` ascend."""
    runs: list[tuple[int, int]] = []
    for each in numbers:
        if runs and runs[-1][1] == each - 1:
            runs[-1] = runs[-1][0], each
        else:
            runs.append((each, each))
    return runs


def _number(segment: Elements) -> int:
    found = segment.integer(NUMBER)
    if found is None or not 0 <= found <= LARGEST_NUMBER:
        raise BadFile("A segment has no SegmentNumber (0062,0004), or an impossible one.", todo=ASK_AGAIN)
    return found


def _segment(
    segment: Elements, value: int, label: str, palette: dict[int, Colour], codes: dict[bytes, Code | None]
) -> Segment:
    return Segment(
        value,
        label,
        _colour(segment) or palette.get(value),
        code=_coded(segment, PROPERTY_TYPE, codes),
        category=_coded(segment, PROPERTY_CATEGORY, codes),
        tracking_id=segment.words(TRACKING_ID),
        tracking_uid=segment.text(TRACKING_UID),
    )


def _coded(segment: Elements, tag: int, codes: dict[bytes, Code | None]) -> Code | None:
    """The code in the first item of a code sequence (PS3.3 8.8); `codes` are those met before, by their bytes."""
    raw = segment.raw(tag) or b""
    if raw not in codes:
        codes[raw] = _code(segment.item(tag))
    return codes[raw]


def _code(named: Elements | None) -> Code | None:
    if named is None:
        return None
    value = next((found for tag in CODE_VALUES if (found := named.words(tag))), "")
    meaning = named.words(CODE_MEANING)
    return Code(value, named.words(CODE_SCHEME), meaning or value) if value or meaning else None


def _colour(segment: Elements) -> Colour | None:
    return from_lab(segment.shorts(DISPLAY_COLOUR))


def _palette(elements: Elements) -> dict[int, Colour]:
    """The colours of a label map's own palette (PHOTOMETRIC PALETTE COLOR), by value."""
    if elements.text(0x00280004) != "PALETTE COLOR":
        return {}
    first, table = colour.palette(elements)
    return {first + at: (int(red), int(green), int(blue)) for at, (red, green, blue) in enumerate(table)}


def _algorithm(segment: Elements) -> tuple[str, str, bool]:
    """The algorithm that the segment names, its version, and whether a person drew it (PS3.3 C.8.20.2, 10.16)."""
    algorithm = segment.item(ALGORITHM)
    name = segment.words(ALGORITHM_OF_SEGMENT) or (algorithm.words(ALGORITHM_NAME) if algorithm else "")
    version = algorithm.words(ALGORITHM_VERSION) if algorithm else ""
    return name, version, segment.text(ALGORITHM_TYPE) == MANUAL


def _origin(whole: Provenance, name: str, version: str, is_manual: bool) -> Provenance:
    """The algorithm that a segment names, else what the file as a whole says."""
    made = replace(whole, model=name or whole.model, version=version or whole.version)
    return replace(made, origin="human_written") if is_manual else made
