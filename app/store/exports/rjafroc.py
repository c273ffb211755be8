"""Input of RJafroc (R): a workbook with the sheets Truth, TP (lesion localisations) and FP (other marks).

What belongs here: that workbook, and the key to its case numbers. What does not: which mark hits what (scores).

Source: RJafroc 2.1, `DfReadDataFile(fileName, newExcelFileFormat = TRUE)`. Truth: CaseID, LesionID, Weight, ReaderID,
ModalityID, Paradigm (whose first two cells hold FROC or ROC, and FCTRL); a case without lesions has LesionID 0; weights
of 0 are taken as equal. TP: ReaderID, ModalityID, CaseID, LesionID, TP_Rating. FP: the same without lesion, FP_Rating.
Case and lesion ids must be whole numbers. In a ROC workbook each case without disease has one FP, every other one TP.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from pathlib import Path

from app.store.exports.gathering import StudyScores
from app.store.exports.scores import Scored
from app.store.exports.workbook import Value, write_workbook
from app.store.projecting.audit import Fault, named
from study_configs.cases import Truth
from study_configs.problem import StudyProblem

Row = list[Value]
TRUTH = ["CaseID", "LesionID", "Weight", "ReaderID", "ModalityID", "Paradigm"]
TP = ["ReaderID", "ModalityID", "CaseID", "LesionID", "TP_Rating"]
FP = ["ReaderID", "ModalityID", "CaseID", "FP_Rating"]


def write_rjafroc(study: StudyScores, folder: Path, allow: Collection[Fault] = ()) -> None:
    """NAME-rjafroc.xlsx and NAME-rjafroc-cases.csv: FROC where marks are rated, else ROC.

    Raises StudyProblem where a reading is missing, since RJafroc takes whole crossings only; with `allow` incomplete,
    cases that were not read by everybody in every modality are left out, and said.
    """
    is_froc = bool(study.marked())
    readings = _crossed(study, study.marked() if is_froc else study.once(), allow)
    truth = {each.case: each.truth for each in readings}
    number = {case: at for at, case in enumerate(sorted(truth, key=lambda case: (truth[case].positive, case)), 1)}
    found = list(_found(readings, number)) if is_froc else list(_rated(readings, number))
    sheets: dict[str, list[Row]] = {
        "Truth": [[*TRUTH], *_truth_rows(readings, truth, number, "FROC" if is_froc else "ROC")],
        "TP": [[*TP], *(row for row in found if len(row) == len(TP))],
        "FP": [[*FP], *(row for row in found if len(row) == len(FP))],
    }
    write_workbook(folder / f"{study.name}-rjafroc.xlsx", sheets)
    with (folder / f"{study.name}-rjafroc-cases.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["CaseID", "case", "positive"])
        writer.writerows([at, case, int(truth[case].positive)] for case, at in number.items())


def _crossed(study: StudyScores, readings: list[Scored], allow: Collection[Fault]) -> list[Scored]:
    """The readings of the cases that every reader read in every modality."""
    there = {(each.reader, each.modality, each.case) for each in readings}
    readers, names, cases = ({key[at] for key in there} for at in range(3))
    lacking = sorted(set(product(readers, names, cases)) - there)
    if lacking and "incomplete" not in allow:
        told = named(f"reader {who}, {modality}, case {case}" for who, modality, case in lacking)
        what = f"RJafroc takes whole crossings only, and {len(lacking)} readings of {study.name} are missing: {told}."
        raise StudyProblem(what, todo="Export for imrmc, which takes any design, or with `--allow incomplete`.")
    partly = {case for *_, case in lacking}
    if partly == cases:
        raise StudyProblem(
            f"No case of {study.name} was read by everybody in every modality.", todo="Export for imrmc."
        )
    if partly:
        study.said.append(
            f"{study.name}: {len(partly)} cases left out, not read by all in all: {named(sorted(partly))}"
        )
    return [each for each in readings if each.case not in partly]


def _truth_rows(
    readings: list[Scored], truth: Mapping[str, Truth], number: Mapping[str, int], paradigm: str
) -> Iterator[Row]:
    readers = ", ".join(sorted({each.reader for each in readings}))
    names = ", ".join(sorted({each.modality for each in readings}))
    notes: list[Value] = [paradigm, "FCTRL"]
    for case, at in number.items():
        lesions = max(len(truth[case].lesions), 1) if paradigm == "FROC" else 1
        for lesion in range(1, lesions + 1) if truth[case].positive else (0,):
            yield [at, lesion, 0, readers, names, notes.pop(0) if notes else None]


def _rated(readings: list[Scored], number: Mapping[str, int]) -> Iterator[Row]:
    """ROC: the case's score as its one mark."""
    for each in readings:
        here: Row = [each.reader, each.modality, number[each.case]]
        yield [*here, 1, each.score] if each.truth.positive else [*here, each.score]


def _found(readings: list[Scored], number: Mapping[str, int]) -> Iterator[Row]:
    """FROC: of several marks on one lesion the highest; marks that hit none each by itself."""
    for each in readings:
        here: Row = [each.reader, each.modality, number[each.case]]
        best: dict[int, float] = {}
        for mark in each.marks:
            if mark.lesion:
                best[mark.lesion] = max(mark.rating, best.get(mark.lesion, mark.rating))
            else:
                yield [*here, mark.rating]
        yield from ([*here, lesion, rating] for lesion, rating in sorted(best.items()))
