"""CAD reports of mammography, chest and colon (TID 4000, 4100, 4120, PS3.16) as AI results.

What belongs here: single image findings, the composite features that they make, impressions, and what the CAD says not
to show. What does not: shapes, numbers, the tree (sr_*), measurement reports (tid1500).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from overlays.faults import Reason, fault_of
from overlays.result import AIResult, Assessment, Code, Finding, Geometry, ImageRef, Laterality, OnImage, Space
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
from overlays.sources.reports.shapes import LeftOut, in_space, oddities, on_image
from overlays.sources.reports.tree import Graphic, Item, Named, Place

FORM = "DICOM CAD SR"
COORDINATES = ("SCOORD", "SCOORD3D")
LANDMARKS = frozenset({  # what CAD finds its way by: no findings of disease (CID 6014, TID 4008, 4009, 4013)
    ("111100", "DCM"), ("111099", "DCM"), ("111101", "DCM"), ("T-04100", "SRT"), ("T-04100", "SNM3"),
    ("24142002", "SCT"), ("111102", "DCM"),
})  # fmt: skip
NOT_SAID = frozenset((
    concepts.RENDERING_INTENT, concepts.SINGLE, concepts.COMPOSITE, concepts.TRACKING_ID, concepts.TRACKING_UID,
    *concepts.ALGORITHM, *concepts.LATERALITY, *concepts.SITE, *concepts.OPERATING_POINT,
))  # fmt: skip
WITHOUT_FINDINGS = frozenset({"111241", "111243", "111245"})
FAILURES = frozenset({"111223", "111224", "111225"})  # CID 6042: partially succeeded, failed, not attempted

Where = tuple[Geometry, ImageRef | None, Space | None]


@dataclass(slots=True)
class Features:
    """The findings of a report by place, what their maker says not to show, and what composes which."""

    singles: dict[Place, Item] = field(default_factory=dict)
    composites: dict[Place, Item] = field(default_factory=dict)
    held_back: set[Place] = field(default_factory=set)
    parents: dict[Place, list[Place]] = field(default_factory=dict)  # of a feature: the composites that rest on it

    def above(self, place: Place) -> tuple[Item, ...]:
        """The composite features that rest on a feature, nearest first."""
        seen: dict[Place, None] = {}
        waiting = list(self.parents.get(place, ()))
        while waiting:
            parent = waiting.pop(0)
            if parent not in seen:
                seen[parent] = None
                waiting += self.parents.get(parent, ())
        return tuple(self.composites[each] for each in seen)

    @property
    def bases(self) -> set[Place]:
        """The composites that rest on some other feature, and so need no place of their own."""
        return {parent for parents in self.parents.values() for parent in parents}


def read(path: Path) -> tuple[AIResult, ...]:
    """The result in a CAD report. Candidates "not for presentation" are `held_back`. Raises StudyProblem."""
    with named(path):
        report = open_report(path, FORM, concepts.CAD_TITLES)
        features = Features()
        _collect(report.root, report, features, held_back=False, composite=())
        findings: list[Finding] = []
        assessments: list[Assessment] = []
        for number, place in enumerate(_in_order(features), 1):
            _read_feature(place, str(number), report, features, findings, assessments)
        _read_impressions(report, assessments)
        _check_summary(report, findings)
        _note_failures(report)
        return (result_of(report, tuple(findings), assessments=tuple(assessments)),)


def _in_order(features: Features) -> list[Place]:
    """Single image findings, and composites that rest on none, as they come in the report."""
    alone = set(features.composites) - features.bases
    return sorted((*features.singles, *alone))


# --- which features there are ---------------------------------------------------------------------------------------


def _collect(item: Item, report: Report, features: Features, *, held_back: bool, composite: Place) -> None:
    """Find every feature. The most restrictive intent from the root down to a feature holds for it."""
    held_back = held_back or _intent(item) == concepts.NOT_FOR_PRESENTATION
    if item.kind == "CODE" and item.key in (concepts.SINGLE, concepts.COMPOSITE):
        is_single = item.key == concepts.SINGLE
        (features.singles if is_single else features.composites)[item.place] = item
        if held_back:
            features.held_back.add(item.place)
        if composite:
            features.parents.setdefault(item.place, []).append(composite)
        composite = composite if is_single else item.place
    for each in item.children:
        if not each.target:
            _collect(each, report, features, held_back=held_back, composite=composite)
        elif composite and (found := report.tree.follow(each)) and found.key in (concepts.SINGLE, concepts.COMPOSITE):
            features.parents.setdefault(found.place, []).append(composite)


def _intent(item: Item) -> tuple[str, str]:
    stated = item.first(concepts.RENDERING_INTENT)
    return (stated.value.value, stated.value.scheme) if stated and isinstance(stated.value, Code) else ("", "")


# --- one feature ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature with what rests on it, before its regions are looked at."""

    id: str
    item: Item
    above: tuple[Item, ...]
    numbers: Numbers
    held_back: bool

    @property
    def code(self) -> Code | None:
        return self.item.value if isinstance(self.item.value, Code) else None


def _read_feature(
    place: Place, mark: str, report: Report, features: Features, findings: list[Finding], assessments: list[Assessment]
) -> None:
    item, above = features.singles.get(place) or features.composites[place], features.above(place)
    numbers = _numbers(item, above, f"Finding {mark}", report)
    feature = Feature(mark, item, above, numbers, place in features.held_back)
    if feature.code is not None and (feature.code.value, feature.code.scheme) in LANDMARKS:
        report.remarks.append(f"{feature.code.meaning} is a landmark of the CAD, no finding, and is left out.")
        return
    try:
        places = _places(item, report, f"Finding {mark}")
        if places:
            findings += _findings(feature, places, report)
        else:
            assessments.append(_assessment(feature, len(assessments) + 1, report))
    except LeftOut as why:
        report.remarks.append(Reason(f"Finding {mark} is left out: {why}.", why.fault))


def _findings(feature: Feature, places: list[Where], report: Report) -> list[Finding]:
    """A finding for each place of a feature. Raises LeftOut where its side is mis-stated."""
    sides = [("its image shows the", report.side_of.get(image.sop_uid, "")) for _, image, _ in places if image]
    side = agreed_side(_side(feature, report), sides)
    found = []
    for number, place in enumerate(places, 1):
        mark = feature.id if len(places) == 1 else f"{feature.id}.{number}"
        found.append(_finding(feature, mark, place, side, report))
        if odd := oddities(place[0]):
            report.remarks.append(Reason(f"Finding {mark}: {odd}.", fault_of(odd)))
    return found


def _finding(feature: Feature, mark: str, place: Where, side: Laterality, report: Report) -> Finding:
    """All that is said of a feature, at one of its places."""
    (shape, image, space), item, above = place, feature.item, feature.above
    about = (*report.children(item), *above, *(one for each in above for one in report.children(each)))
    return Finding(
        id=mark,
        label=item.said or "finding",
        score=feature.numbers.score,
        geometry=shape,
        provenance=algorithm(item, report.provenance),
        image=image,
        space=space,
        scores=feature.numbers.scores[1:],
        laterality=side,
        site=", ".join(each.said for each in item.all(*concepts.SITE) if each.said),
        category=_said(report.children(item), concepts.ASSESSMENT_CATEGORY),
        measurements=feature.numbers.measurements,
        said=said_of(_notes(about)),
        code=feature.code,
        tracking_id=_tracking(feature, concepts.TRACKING_ID) or _together(above),
        tracking_uid=_tracking(feature, concepts.TRACKING_UID),
        held_back=feature.held_back,
    )


def _numbers(item: Item, above: Iterable[Item], whose: str, report: Report) -> Numbers:
    """A feature's own numbers, then the scores of the composites that rest on it, under their names."""
    own = numbers_of(report.children(item), whose)
    scores = dict(own.scores)
    for each in above:
        for name, value in numbers_of(report.children(each), whose).scores:
            scores.setdefault(f"{each.said or each.words}: {name}", value)
    report.remarks.extend(own.remarks)
    return Numbers(tuple(scores.items()), own.measurements)


def _places(item: Item, report: Report, whose: str) -> list[Where]:
    """Where a feature lies: its outlines; its centres where it has none that can be shown; other shapes at last."""
    regions = [each for each in report.children(item) if each.kind in COORDINATES]
    centres = _shown((each for each in regions if each.key == concepts.CENTRE), report, whose)
    outlines = _shown((each for each in regions if each.key == concepts.OUTLINE), report, whose)
    others = (each for each in regions if each.key not in (concepts.CENTRE, concepts.OUTLINE))
    _compare(centres, outlines, report, whose)
    found = outlines or centres or _shown(others, report, whose)
    if regions and not found:
        raise LeftOut("none of its regions can be shown")
    return found


def _shown(items: Iterable[Item], report: Report, whose: str) -> list[Where]:
    found: list[Where] = []
    for each in items:
        try:
            found += _where(each, report)
        except LeftOut as why:
            said = f"A region of {whose[:1].lower()}{whose[1:]} is left out: {why}."
            report.remarks.append(Reason(said, why.fault))
    return found


def _where(item: Item, report: Report) -> Iterator[Where]:
    graphic = item.value
    assert isinstance(graphic, Graphic)
    if item.kind == "SCOORD3D":
        for shape in in_space(graphic):
            yield shape, None, Space(frame_of_reference_uid=graphic.frame_of_reference_uid)
        return
    flat = on_image(graphic)
    for image in images_of(item, report):
        yield flat, image, space_of(image, report)


def _compare(centres: list[Where], outlines: list[Where], report: Report, whose: str) -> None:
    """Say so where a centre lies outside the box around the outline on the same image."""
    for centre, image, _ in centres:
        for outline, other, _ in outlines:
            if not isinstance(centre, OnImage) or not isinstance(outline, OnImage) or image != other:
                continue
            columns, rows = zip(*outline.points, strict=True)
            x, y = centre.points[0]
            if not (min(columns) <= x <= max(columns) and min(rows) <= y <= max(rows)):
                report.remarks.append(f"{whose}: its centre lies outside its outline; the outline is shown.")


def _side(feature: Feature, report: Report) -> Laterality:
    item = feature.item
    site = ", ".join(each.said for each in item.all(*concepts.SITE))
    own = side_of(each for each in report.children(item) if each.key in concepts.LATERALITY)
    others = [(f"{each.said!r} lies", side_of(each.all(*concepts.LATERALITY))) for each in feature.above]
    return agreed_side(own, [(f"its site {site!r} lies", side_in(site)), *others])


def _notes(items: Iterable[Item]) -> dict[str, str]:
    """What else CAD says of a feature in codes and words, and what it is part of."""
    notes: dict[str, str] = {}
    for each in items:
        if each.key == concepts.COMPOSITE:
            note(notes, "part of", each.said)
        elif each.kind in ("CODE", "TEXT", "DATE") and each.key not in (*NOT_SAID, concepts.ASSESSMENT_CATEGORY):
            note(notes, each.words or "note", each.said)
    return notes


def _tracking(feature: Feature, key: tuple[str, str]) -> str:
    return next((said for each in (feature.item, *feature.above) if (said := _said(each.children, key))), "")


def _together(above: Iterable[Item]) -> str:
    """One name for all parts of a composite feature that has none of its own: its place in the report."""
    last = tuple(above)[-1:]
    return "feature " + ".".join(map(str, last[0].place)) if last else ""


def _said(items: Iterable[Item], key: tuple[str, str]) -> str:
    return next((each.said for each in items if each.key == key and each.said), "")


def _assessment(feature: Feature, count: int, report: Report) -> Assessment:
    """A feature without a place, such as the composition of a breast. Raises LeftOut where its side is mis-stated."""
    children = tuple(report.children(feature.item))
    images = [each.value for each in children if isinstance(each.value, Named) and each.kind == "IMAGE"]
    image = refs_of(images[0])[0] if len(images) == 1 else None
    side = side_of(each for each in children if each.key in concepts.LATERALITY)
    shown = report.side_of.get(image.sop_uid, "") if image else ""
    codes = [each.said for each in children if each.kind == "CODE" and each.key not in NOT_SAID and each.said]
    return Assessment(
        id=f"assessment-{count}",
        name=feature.item.said or "finding",
        score=feature.numbers.score,
        provenance=algorithm(feature.item, report.provenance),
        category=", ".join(codes),
        side=agreed_side(side, [("its image shows the", shown)]),
        image=image,
    )


# --- what is said of the whole case ---------------------------------------------------------------------------------


def _read_impressions(report: Report, assessments: list[Assessment]) -> None:
    """Overall and individual impressions: assessment categories, certainties, words (TID 4001 to 4003)."""
    heads = (concepts.SUMMARY, concepts.IMPRESSION, *concepts.OVERALL)
    for item in (each for each in report.root.walk() if each.key in heads):
        if item.kind == "CODE":
            assessments.append(_said_of_case(item.words, None, item.said, item, len(assessments) + 1, report))
        for name, score in numbers_of(report.children(item), item.words).scores:
            category = _said(item.children, concepts.ASSESSMENT_CATEGORY)
            assessments.append(_said_of_case(name, score, category, item, len(assessments) + 1, report))
        for each in item.children:
            if each.key in (concepts.ASSESSMENT_CATEGORY, concepts.IMPRESSION_WORDS, *concepts.FOLLOW_UP) and each.said:
                assessments.append(_said_of_case(each.words, None, each.said, item, len(assessments) + 1, report))


def _said_of_case(name: str, score: float | None, category: str, item: Item, count: int, report: Report) -> Assessment:
    nested = [one for each in item.children for one in (each, *each.children) if one.key in concepts.LATERALITY]
    return Assessment(f"assessment-{count}", name, score, report.provenance, category, side_of(nested))


def _check_summary(report: Report, findings: list[Finding]) -> None:
    """Say so where the summary contradicts the findings."""
    for each in report.root.all(concepts.SUMMARY):
        code = each.value.value if isinstance(each.value, Code) else ""
        if code in WITHOUT_FINDINGS and any(not one.held_back for one in findings):
            report.remarks.append(f"The report has findings, but says: {each.said}.")


def _note_failures(report: Report) -> None:
    """Say which detections and analyses did not succeed: that they found nothing then means nothing."""
    for each in report.root.all(concepts.DETECTIONS, concepts.ANALYSES):
        if isinstance(each.value, Code) and each.value.value in FAILURES:
            report.remarks.append(f"{each.words}: {each.said}.")
    for failed in (each for each in report.root.walk() if each.key in concepts.FAILED):
        for each in failed.all(*concepts.PERFORMED):
            images = sum(isinstance(one.value, Named) for one in report.children(each))
            report.remarks.append(f"Failed: {each.said}" + (f", on {images} images." if images else "."))
