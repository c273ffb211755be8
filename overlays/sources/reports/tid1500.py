"""Imaging measurement reports (TID 1500 with TID 1410, 1411 and 1501, PS3.16) as AI results.

What belongs here: measurement groups and evaluations to findings, assessments and advice. What does not: shapes,
numbers, the tree (modules beside), CAD reports (cad_sr), writing (writing).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from overlays.faults import Reason, fault_of
from overlays.result import (
    Advice,
    AIResult,
    Assessment,
    Code,
    Finding,
    Geometry,
    ImageRef,
    InSegment,
    Laterality,
    Provenance,
    Space,
)
from overlays.sources.dataset import named
from overlays.sources.reports import concepts
from overlays.sources.reports.numbers import Numbers, numbers_of
from overlays.sources.reports.report import (
    Report,
    agreed_side,
    algorithm,
    images_of,
    note,
    open_report,
    refs_of,
    result_of,
    said_of,
    side_in,
    side_of,
    space_of,
)
from overlays.sources.reports.shapes import LeftOut, in_space, oddities, on_image, stacked
from overlays.sources.reports.tree import Graphic, Item, Named

FORM = "DICOM SR"
COORDINATES = ("SCOORD", "SCOORD3D")
NOT_SAID = frozenset((
    *concepts.FINDING, *concepts.FINDING_CATEGORY, *concepts.SITE, *concepts.LATERALITY, *concepts.METHOD,
    *concepts.ALGORITHM, *concepts.SOURCE_SERIES, concepts.TRACKING_ID, concepts.TRACKING_UID,
    concepts.ACTIVITY_SESSION, concepts.ASSESSMENT_CATEGORY,
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """What one measurement group says, before its regions are looked at."""

    id: str
    label: str
    code: Code | None
    numbers: Numbers
    notes: dict[str, str]
    category: str
    site: str
    side: Laterality
    provenance: Provenance
    tracking_id: str = ""
    tracking_uid: str = ""


@dataclass(slots=True)
class Found:
    """What was read so far."""

    findings: list[Finding] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)


def read(path: Path) -> tuple[AIResult, ...]:
    """The result in a measurement report: regions as findings, evaluations without region as assessments and advice.

    Shapes on images stay in pixels (`OnImage`), those of a segment are `InSegment`. Raises StudyProblem; NotAResult
    where it is a report of another kind.
    """
    with named(path):
        report = open_report(path, FORM, {concepts.MEASUREMENT_REPORT})
        found = Found()
        groups = [each for each in report.root.walk() if each.key == concepts.GROUP and each.kind == "CONTAINER"]
        loose = [one for each in report.root.children for one in _loose(each)]
        for number, item in enumerate((*groups, *loose), 1):
            _read_group(item, str(number), report, found)
        _read_words(report.root, report, found)
        more = {"assessments": tuple(found.assessments), "advice": tuple(found.advice)}
        return (result_of(report, tuple(found.findings), **more),)


def _loose(container: Item) -> list[Item]:
    """What stands in a container of measurements or evaluations outside any group, each as a group of its own."""
    if container.key not in (*concepts.MEASUREMENTS, concepts.QUALITATIVE):
        return []
    return [replace(container, children=(each,)) for each in container.children if each.key != concepts.GROUP]


def _read_words(root: Item, report: Report, found: Found) -> None:
    """What the report says in words of the whole case."""
    for each in root.children:
        if each.kind == "TEXT" and each.relationship == "CONTAINS" and each.said:
            found.advice.append(Advice(f"advice-{len(found.advice) + 1}", each.said, report.provenance))


def _read_group(item: Item, name: str, report: Report, found: Found) -> None:
    whose = f"Finding {name}"
    try:
        group = _group(item, name, whose, report)
        places = _places(item, report, whose)
        images = [image.sop_uid for _, image, _ in places if image]
        side = agreed_side(group.side, [("its image shows the", report.side_of.get(uid, "")) for uid in images])
        if not places:
            _assess(item, group, report, found)
    except LeftOut as why:
        report.remarks.append(Reason(f"{whose} is left out: {why}.", why.fault))
        return
    for number, (shape, image, space) in enumerate(places, 1):
        mark = group.id if len(places) == 1 else f"{group.id}.{number}"
        found.findings.append(_finding(replace(group, side=side), mark, shape, image, space))
        if odd := oddities(shape):
            report.remarks.append(Reason(f"Finding {mark}: {odd}.", fault_of(odd)))


def _group(item: Item, name: str, whose: str, report: Report) -> Group:
    children = tuple(report.children(item))
    findings = [each for each in children if each.key in concepts.FINDING]
    code = next((each.value for each in findings if isinstance(each.value, Code)), None)
    tracking = next((each.said for each in children if each.key == concepts.TRACKING_ID), "")
    sites = [each for each in children if each.key in concepts.SITE]
    site = ", ".join(dict.fromkeys(word for each in sites if (word := _site(each))))
    numbers = numbers_of(children, whose)
    report.remarks.extend(numbers.remarks)
    return Group(
        id=name,
        label=next((each.said for each in findings if each.said), "") or tracking or "finding",
        code=code,
        numbers=numbers,
        notes=_notes(children),
        category=next((each.said for each in children if _is_category(each)), ""),
        site=site,
        side=_side(children, sites, site),
        provenance=next(
            (made for each in (item, *children) if (made := algorithm(each, report.provenance)) != report.provenance),
            report.provenance,
        ),
        tracking_id=tracking,
        tracking_uid=next((each.said for each in children if each.key == concepts.TRACKING_UID), ""),
    )


def _site(item: Item) -> str:
    """A finding site with what modifies it: "Lung, Upper lobe"."""
    is_nowhere = isinstance(item.value, Code) and (item.value.value, item.value.scheme) == concepts.SOMEWHERE
    words = (*(() if is_nowhere else (item.said,)), *(each.said for each in item.all(*concepts.SITE_MODIFIER)))
    return ", ".join(dict.fromkeys(words))


def _side(children: Sequence[Item], sites: Sequence[Item], site: str) -> Laterality:
    """The side that is stated, checked against the name of the site. Raises LeftOut where they disagree."""
    modifiers = [each for each in (*sites, *children) for each in each.all(*concepts.LATERALITY)]
    own = [each for each in children if each.key in concepts.LATERALITY]
    return agreed_side(side_of((*modifiers, *own)), [(f"its site {site!r} lies", side_in(site))])


def _is_category(item: Item) -> bool:
    """Whether an evaluation is a category on a scale, such as BI-RADS, Lung-RADS or PI-RADS."""
    is_scale = item.key == concepts.ASSESSMENT_CATEGORY or "rads" in item.words.lower()
    return item.kind == "CODE" and is_scale


def _notes(children: Iterable[Item]) -> dict[str, str]:
    """What else is said of a finding, in codes, words, dates and names."""
    notes: dict[str, str] = {}
    for each in children:
        if each.key in concepts.FINDING_CATEGORY:
            note(notes, "finding category", each.said)
        elif each.said and each.key not in NOT_SAID and not _is_category(each) and each.kind != "UIDREF":
            note(notes, each.words or "note", each.said)
    return notes


# --- regions --------------------------------------------------------------------------------------------------------

Where = tuple[Geometry, ImageRef | None, Space | None]


def _places(item: Item, report: Report, whose: str) -> list[Where]:
    """Where a group's regions lie: its own, else those that its numbers were measured on, else a segment."""
    children = tuple(report.children(item))
    regions = [each for each in children if each.kind in COORDINATES]
    measured = [each for number in children if number.kind == "NUM" for each in report.children(number)]
    regions = regions or _distinct(each for each in measured if each.kind in COORDINATES)
    found = _volume(regions) or [one for each in regions for one in _region(each, report, whose)]
    if regions and not found:
        raise LeftOut("none of its regions can be shown")
    return found or _segments((*children, *measured))


def _distinct(items: Iterable[Item]) -> list[Item]:
    """Regions that several numbers share, each once."""
    kept: dict[object, Item] = {}
    for each in items:
        kept.setdefault((each.value, tuple(child.value for child in each.children)), each)
    return list(kept.values())


def _volume(regions: Sequence[Item]) -> list[Where]:
    """Parallel outlines in one frame of reference, as a volume (TID 1411)."""
    graphics = [each.value for each in regions if isinstance(each.value, Graphic) and each.kind == "SCOORD3D"]
    frames = {each.frame_of_reference_uid for each in graphics}
    if len(graphics) < 2 or len(graphics) < len(regions) or len(frames) != 1 or "" in frames:
        return []
    stack = stacked(graphics)
    return [(stack, None, Space(frame_of_reference_uid=frames.pop()))] if stack else []


def _region(item: Item, report: Report, whose: str) -> list[Where]:
    try:
        graphic = item.value
        assert isinstance(graphic, Graphic)
        if item.kind == "SCOORD3D":
            space = Space(frame_of_reference_uid=graphic.frame_of_reference_uid)
            return [(shape, None, space) for shape in in_space(graphic)]
        shape = on_image(graphic)
        return [(shape, image, space_of(image, report)) for image in images_of(item, report)]
    except LeftOut as why:
        report.remarks.append(Reason(f"A region of {whose[:1].lower()}{whose[1:]} is left out: {why}.", why.fault))
        return []


def _segments(items: Iterable[Item]) -> list[Where]:
    """The segments that a group names in place of coordinates."""
    objects = [
        each.value for each in items if each.key in concepts.REFERENCED_SEGMENT and isinstance(each.value, Named)
    ]
    numbers = dict.fromkeys((each.sop_uid, number) for each in objects for number in each.segments)
    return [(InSegment(uid, number), None, None) for uid, number in numbers]


def _finding(group: Group, mark: str, shape: Geometry, image: ImageRef | None, space: Space | None) -> Finding:
    return Finding(
        id=mark,
        label=group.label,
        score=group.numbers.score,
        geometry=shape,
        provenance=group.provenance,
        image=image,
        space=space,
        scores=group.numbers.scores[1:],
        laterality=group.side,
        site=group.site,
        category=group.category,
        measurements=group.numbers.measurements,
        said=said_of(group.notes),
        code=group.code,
        tracking_id=group.tracking_id,
        tracking_uid=group.tracking_uid,
    )


# --- groups without region ------------------------------------------------------------------------------------------


def _assess(item: Item, group: Group, report: Report, found: Found) -> None:
    """What a group says of the whole case, a side of it, or one image (TID 1501)."""
    images = [each.value for each in report.children(item) if each.kind == "IMAGE" and isinstance(each.value, Named)]
    image = refs_of(images[0])[0] if len(images) == 1 and len(images[0].frames) < 2 else None
    side = agreed_side(group.side, [("its image shows the", report.side_of.get(image.sop_uid, ""))] if image else [])
    about = group.label if group.code or group.tracking_id else ""

    def add(name: str, score: float | None, category: str) -> None:
        mark = f"assessment-{len(found.assessments) + 1}"
        found.assessments.append(Assessment(mark, name, score, group.provenance, category, side, image))

    for name, score in group.numbers.scores:
        alone = about and len(group.numbers.scores) == 1
        add(about if alone else ": ".join(word for word in (about, name) if word), score, group.category)
    if group.category and not group.numbers.scores:
        add(about or "category", None, group.category)
    for measured in group.numbers.measurements:
        add(measured.name, None, f"{measured.value:g} {measured.units}".strip())
    for each in report.children(item):
        if each.kind == "TEXT" and each.key not in NOT_SAID and each.said:
            found.advice.append(Advice(f"advice-{len(found.advice) + 1}", each.said, group.provenance))
        elif each.kind == "CODE" and each.key not in NOT_SAID and not _is_category(each) and each.said:
            add(each.words, None, each.said)
    has_more = group.numbers.scores or group.category or group.numbers.measurements or group.notes
    if group.code and not has_more:
        add("finding", None, group.label)
