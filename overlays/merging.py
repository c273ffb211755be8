"""One result for each AI and case, whatever number of files it came in, named so that nothing tells the file.

What belongs here: putting placed results together, leaving out what is there twice, joining what speaks of the same
thing, naming alike. What does not: reading (sources), placing over images (placing), planted errors (planting).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from overlays.digest import digest
from overlays.joining import over_slices
from overlays.result import Advice, AIMap, AIResult, Assessment, Example, Finding
from study_configs.problem import ProgramError
from viewers.volume import SeriesHeader

Element = TypeVar("Element", Finding, AIMap)
Named = TypeVar("Named", Assessment, Advice, Example)
Saying = TypeVar("Saying", Advice, Example)


def merged(results: Sequence[AIResult], ai: str, headers: Sequence[SeriesHeader] = ()) -> AIResult:
    """Everything that the results say, as one result of this AI. Raises ProgramError where there is none.

    Findings are called nodules-1, nodules-2 … by rank, maps nodules-1-map or nodules-map-1, the rest likewise. Each
    element keeps the space of its own file. What comes twice (the same object in two files) is there once; a finding
    and a segmentation with one tracking uid belong together, and so do outlines on slices of one of these series.
    """
    if not results:
        raise ProgramError(f"There is nothing to merge for {ai}.")
    apart = [over_slices(_told_apart(each, number), headers) for number, each in enumerate(_once(results))]
    space = next((each.space for each in apart if each.space.series_uid), apart[0].space)
    whole = AIResult(
        ai=ai,
        series_uid=space.series_uid,
        frame_of_reference_uid=space.frame_of_reference_uid,
        findings=tuple(_in_space(each, finding) for each in apart for finding in each.findings),
        maps=tuple(_in_space(each, ai_map) for each in apart for ai_map in each.maps),
        provenance=apart[0].provenance,
        assessments=tuple(said for each in apart for said in each.assessments),
        advice=tuple(said for each in apart for said in each.advice),
        examples=tuple(said for each in apart for said in each.examples),
        references=tuple(dict.fromkeys(said for each in apart for said in each.references)),
        patient=next((each.patient for each in apart if each.patient), ""),
        sop_uid=apart[0].sop_uid,
        remarks=tuple(dict.fromkeys(said for each in apart for said in each.remarks)),
    )
    return named_alike(_own_space_unsaid(_joined(whole)))


def named_alike(result: AIResult) -> AIResult:
    """Ids by rank and kind alone, so that neither a gap, nor a number out of turn, nor a file's name tells anything."""
    ranked = sorted(result.findings, key=lambda each: (each.rank[0], each.label, repr(each.geometry)))
    names = {each.id: f"{result.ai}-{number}" for number, each in enumerate(ranked, start=1)}
    return replace(
        result,
        findings=tuple(replace(each, id=names[each.id]) for each in ranked),
        maps=_maps_named(result, names, tuple(each.id for each in ranked)),
        assessments=_numbered(result.assessments, f"{result.ai}-case"),
        advice=_numbered((_about(each, names) for each in result.advice), f"{result.ai}-advice"),
        examples=_numbered((_about(each, names) for each in result.examples), f"{result.ai}-example"),
    )


# --- what is there twice


def _once(results: Sequence[AIResult]) -> list[AIResult]:
    """Each result once; one object that lies in two files (one SOP instance, PS3.3 C.12.1) reads the same twice."""
    if len(results) == 1:
        return list(results)
    return list({(each.sop_uid, digest(each), each.references): each for each in reversed(results)}.values())[::-1]


# --- what belongs together


def _told_apart(result: AIResult, number: int) -> AIResult:
    """The result with ids that no other file's elements have; links within it hold."""
    names = {each.id: f"{number}/{at}/{each.id}" for at, each in enumerate(result.findings)}
    return replace(
        result,
        findings=tuple(replace(each, id=names[each.id]) for each in result.findings),
        maps=tuple(
            replace(each, id=f"{number}/{each.id}", finding=names.get(each.finding, "")) for each in result.maps
        ),
        advice=tuple(_about(each, names) for each in result.advice),
        examples=tuple(_about(each, names) for each in result.examples),
    )


def _in_space(result: AIResult, element: Element) -> Element:
    return replace(element, space=result.space_of(element))


def _own_space_unsaid(result: AIResult) -> AIResult:
    """Elements in the space of the whole name none of their own."""

    def own(element: Element) -> Element:
        return replace(element, space=None) if element.space == result.space else element

    return replace(
        result, findings=tuple(own(each) for each in result.findings), maps=tuple(own(each) for each in result.maps)
    )


def _joined(result: AIResult) -> AIResult:
    """Maps of one segment explain the finding with the same tracking uid (PS3.3 C.8.20.2, PS3.16 TID 1501)."""
    tracked = {each.tracking_uid: each.id for each in result.findings if each.tracking_uid}

    def joined(ai_map: AIMap) -> AIMap:
        uids = {segment.tracking_uid for segment in ai_map.segments}
        finding = tracked.get(next(iter(uids)), "") if len(ai_map.segments) == 1 else ""
        return replace(ai_map, finding=finding) if finding and not ai_map.finding else ai_map

    return replace(result, maps=tuple(joined(each) for each in result.maps))


# --- names


def _maps_named(result: AIResult, names: dict[str, str], ranked: tuple[str, ...]) -> tuple[AIMap, ...]:
    """Maps of the whole case first, then those of findings by rank: their order tells nothing either."""
    counts: dict[str, int] = {}
    named: list[AIMap] = []
    rank = {finding: number for number, finding in enumerate(ranked)}
    for each in sorted(result.maps, key=lambda each: rank.get(each.finding, -1)):
        finding = names.get(each.finding, "")
        stem = f"{finding}-map" if finding else f"{result.ai}-map"
        counts[stem] = counts.get(stem, 0) + 1
        number = "" if finding and counts[stem] == 1 else f"-{counts[stem]}"
        named.append(replace(each, id=f"{stem}{number}", finding=finding))
    return tuple(named)


def _about(said: Saying, names: dict[str, str]) -> Saying:
    return replace(said, finding=names.get(said.finding, ""))


def _numbered(elements: Iterable[Named], stem: str) -> tuple[Named, ...]:
    return tuple(replace(each, id=f"{stem}-{number}") for number, each in enumerate(elements, start=1))
