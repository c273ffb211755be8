"""A structured report opened: its tree, who made it, which images it names and on which side those lie.

What belongs here: what all templates share, and words for what a report is. What does not: findings (tid1500, cad_sr).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from overlays.faults import Fault, Reason
from overlays.result import AIResult, Code, Finding, ImageRef, Laterality, Provenance, Reference, Said, Space
from overlays.sources.dataset import (
    laterality_of,
    open_dataset,
    patient_of,
    provenance_of,
    references_of,
    text,
)
from overlays.sources.refusals import NotAResult
from overlays.sources.reports import concepts
from overlays.sources.reports.shapes import LeftOut
from overlays.sources.reports.tree import Item, Key, Named, Tree, tree_of
from study_configs.problem import StudyProblem
from viewers.dicom.problems import BadFile

SR = "1.2.840.10008.5.1.4.1.1.88."
CLASSES = frozenset(f"{SR}{n}" for n in (
    "1", "2", "3", "4", "11", "22", "33", "34", "35", "40", "50", "59", "65", "67", "68", "69", "70", "71", "72", "73",
    "74", "75", "76",
))  # fmt: skip
COMPANIONS = frozenset(f"{SR}{n}" for n in ("1", "2", "11", "40", "59", "67", "68", "70", "73", "74", "75", "76"))
SLIDES = "1.2.840.10008.5.1.4.1.1.77.1.6"
NO_RESULT_TODO = "Leave it out, or ask the maker of the AI for a measurement report (TID 1500) or CAD report."
SIDES: tuple[tuple[Laterality, re.Pattern[str]], ...] = (
    ("both", re.compile(r"\b(bilateral|both|right and left|left and right)\b", re.I)),
    ("left", re.compile(r"\bleft\b", re.I)),
    ("right", re.compile(r"\bright\b", re.I)),
)
MOST_FRAMES = 2_000  # on which one region may lie


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """An opened report. `series_of` and `side_of` are by the SOP instance UID of an image."""

    tree: Tree
    provenance: Provenance
    references: tuple[Reference, ...]
    series_of: dict[str, str]
    side_of: dict[str, Laterality]
    patient: str
    sop_uid: str
    remarks: list[str]

    @property
    def root(self) -> Item:
        return self.tree.root

    def children(self, item: Item) -> Iterator[Item]:
        """The children of an item, those by reference as what they refer to."""
        for each in item.children:
            found = self.tree.follow(each)
            if found is None:
                self.remarks.append("An item refers to content that is not in the report.")
            else:
                yield found


def open_report(path: Path, form: str, titles: Iterable[Key]) -> Report:
    """A report with one of these titles. Raises BadFile, and StudyProblem or NotAResult where it is another report."""
    dataset = open_dataset(path, CLASSES)
    tree = tree_of(dataset)
    if tree.root.key not in titles:
        raise _other(tree.root, text(dataset, "SOPClassUID"), path)
    references = references_of(dataset)
    series_of = {uid: each.series_uid for each in references for uid in each.sop_uids if each.series_uid}
    remarks: list[str] = []
    provenance = _provenance(tree.root, provenance_of(dataset, form), remarks)
    sop_uid, patient = text(dataset, "SOPInstanceUID"), patient_of(dataset)
    return Report(tree, provenance, references, series_of, _sides(tree), patient, sop_uid, remarks)


def _other(root: Item, sop_class: str, path: Path) -> StudyProblem:
    """What a report is that holds no AI results, by its title."""
    title = f"{root.words} ({root.key[0]}, {root.key[1]})"
    kind = NotAResult if sop_class in COMPANIONS else StudyProblem
    said = f"It is a structured report with the title {title}, not a result of AI."
    return kind(Reason(said, Fault.NO_RESULT), where=str(path), todo=NO_RESULT_TODO)


def _provenance(root: Item, given: Provenance, remarks: list[str]) -> Provenance:
    """The device that observed stands before what the equipment module says; a person alone makes it no model's."""
    observers = {each.value.value for each in root.all(concepts.OBSERVER_TYPE) if isinstance(each.value, Code)}
    if not observers and root.all(concepts.PERSON_NAME):
        observers = {concepts.PERSON[0]}
    names = [_said(root, key) for key in (concepts.DEVICE_MODEL, concepts.ALGORITHM_NAME, concepts.DEVICE_NAME)]
    if observers == {concepts.PERSON[0]}:
        remarks.append("The report says that a person observed this, no device.")
        given = replace(given, origin="human_written")
    return replace(
        given,
        model=next((name for name in names if name), given.model),
        maker=_said(root, concepts.DEVICE_MAKER) or given.maker,
        version=_said(root, concepts.ALGORITHM_VERSION) or given.version,
    )


def algorithm(item: Item, given: Provenance) -> Provenance:
    """The algorithm that an item itself names (TID 4019), else who made the whole report."""
    name = _said(item, concepts.ALGORITHM_NAME)
    if not name:
        return given
    version = _said(item, concepts.ALGORITHM_VERSION)
    return replace(given, model=name, version=version, maker=_said(item, concepts.ALGORITHM_MAKER) or given.maker)


def _said(item: Item, key: Key) -> str:
    return next((each.said for each in item.all(key) if each.said), "")


def _sides(tree: Tree) -> dict[str, Laterality]:
    """On which side images lie, where the image library says so."""
    found: dict[str, Laterality] = {}
    for library in tree.root.all(concepts.IMAGE_LIBRARY):
        for each in library.walk():
            side = side_of(each.all(*concepts.LATERALITY))
            if isinstance(each.value, Named) and each.kind == "IMAGE" and side:
                found[each.value.sop_uid] = side
    return found


# --- what elements share --------------------------------------------------------------------------------------------


def side_of(items: Iterable[Item]) -> Laterality:
    """The side that laterality items say, "" where they say none."""
    sides = {side for each in items if isinstance(each.value, Code) and (side := laterality_of(each.value))}
    return sides.pop() if len(sides) == 1 else "both" if sides else ""


def side_in(words: str) -> Laterality:
    """The side that a name speaks of, such as "Left breast"; "" where it speaks of none."""
    return next((side for side, pattern in SIDES if pattern.search(words)), "")


def agreed_side(stated: Laterality, others: Iterable[tuple[str, Laterality]]) -> Laterality:
    """The side of a finding, once nothing else (what it is, its side) contradicts it. Raises LeftOut where it does."""
    for what, side in others:
        if {stated, side} == {"left", "right"}:
            raise LeftOut(f"it says {stated}, but {what} {side}", Fault.SIDE)
        stated = stated or side
    return stated


def images_of(item: Item, report: Report) -> tuple[ImageRef, ...]:
    """The images, or frames of one, that a region was selected from. Raises LeftOut where it cannot lie there."""
    named = [each.value for each in report.children(item) if each.kind == "IMAGE" and isinstance(each.value, Named)]
    if not named:
        raise LeftOut("it names no image that its region lies on")
    if any(each.sop_class_uid == SLIDES for each in named):
        raise LeftOut("its region lies on a whole slide, which is not shown")
    found = tuple(ref for each in named for ref in refs_of(each))
    if len(found) > MOST_FRAMES:
        raise LeftOut(f"its region lies on {len(found)} frames")
    return found


def refs_of(named: Named) -> tuple[ImageRef, ...]:
    return tuple(ImageRef(named.sop_uid, frame - 1) for frame in named.frames) or (ImageRef(named.sop_uid),)


def space_of(image: ImageRef, report: Report) -> Space | None:
    """The series of an image as the report's evidence has it; None where it is not listed."""
    series = report.series_of.get(image.sop_uid, "")
    return Space(series_uid=series) if series else None


def note(notes: dict[str, str], name: str, value: str) -> None:
    """One more thing that is said, several of one name together."""
    if value and value not in notes.get(name, "").split("; "):
        notes[name] = f"{notes[name]}; {value}" if name in notes else value


def said_of(notes: dict[str, str]) -> tuple[Said, ...]:
    return tuple(Said(name, value) for name, value in notes.items())


def result_of(report: Report, findings: tuple[Finding, ...], **more: object) -> AIResult:
    """The report as one result in the space of the series that most of its findings lie in. Raises BadFile."""
    if not findings and not any(more.values()):
        why = " ".join(report.remarks) or "It says nothing of any image or of the case."
        raise BadFile(f"The report has nothing that can be shown. {why}", todo=NO_RESULT_TODO)
    unlisted = {each.image.sop_uid for each in findings if each.image and each.space is None}
    if unlisted:
        report.remarks.append(f"{len(unlisted)} images of findings are missing from the report's own list of evidence.")
    used = Counter(each.space.series_uid for each in findings if each.space and each.space.series_uid)
    listed = [each.series_uid for each in report.references if each.series_uid]
    series = used.most_common(1)[0][0] if used else next(iter(listed), "")
    frames = {each.space.frame_of_reference_uid for each in findings if each.space} - {""}
    result = AIResult(
        ai="",
        series_uid=series,
        frame_of_reference_uid=frames.pop() if len(frames) == 1 else "",
        findings=findings,
        maps=(),
        provenance=report.provenance,
        references=report.references,
        patient=report.patient,
        sop_uid=report.sop_uid,
        remarks=tuple(dict.fromkeys(report.remarks)),
    )
    return replace(result, **more)  # type: ignore[arg-type]  # assessments and advice
