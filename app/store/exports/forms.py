"""The forms that a store can be exported in, by name, and one way to ask for any.

What belongs here: the names, and the course from a store to the files of a form. What does not: any form's files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app.store.exports.choosing import courses_of, projected, protocols_in
from app.store.exports.gathering import StudyScores, gathered
from app.store.exports.sinks import SINKS, Format
from app.store.exports.staging import staged
from app.store.exports.tidy import USUAL, Choice, Exported, export_tables, missing_in_words, reading, studied_of
from app.store.location import Location
from app.store.projecting.audit import Audit
from app.store.projecting.projections import Projection
from app.store.projecting.study_tables import MISSING_READS, STUDY_ROWS
from app.store.projecting.tables import Row
from app.store.reader import Sitting, StoreReader

Form = Literal["tables", "bids", "xes", "imrmc", "rjafroc", "mrmcaov", "collab-cxr"]
FORMS: Mapping[Form, str] = {
    "tables": "CSV, Parquet, JSON Lines with a data package",
    "bids": "Brain Imaging Data Structure: events, decisions, gaze",
    "xes": "IEEE 1849, for process mining",
    "imrmc": "iMRMC",
    "rjafroc": "RJafroc (FROC where marks are rated)",
    "mrmcaov": "MRMCaov",
    "collab-cxr": "long form of Collab-CXR",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: which rows, the tables' formats, and the question that rates a mark (FROC)."""

    choice: Choice = field(default_factory=Choice)
    formats: Collection[Format] = USUAL
    mark_rating: str = ""


def export_as(form: Form, store: Location, folder: Path, wish: Wish | None = None) -> Exported:
    """Write a store or central database in one form, whole or not at all. Raises StudyProblem as `export_tables`."""
    asked = wish or Wish()
    if form == "tables":
        return export_tables(store, folder, asked.formats, asked.choice)
    if form in ("bids", "xes"):
        return _export_log(form, store, folder, asked.choice)
    return _export_scores(form, store, folder, asked)


def _export_log(form: Form, store: Location, folder: Path, choice: Choice) -> Exported:
    """The log itself: streamed, one course in memory at a time."""
    audit, said, missing = Audit(), list[str](), list[Row]()
    with reading(store) as reader:
        courses = courses_of(reader, str(store), choice.modes)
        name = ", ".join(sorted({reader.protocol(sha256).id for sha256 in protocols_in(courses)}))
        with staged(folder) as stage:
            _log_writers()[form](_audited(reader, courses, choice, audit), stage.at, name)
            studied = [studied_of(reader, sha256, audit) for sha256 in protocols_in(courses)]
            audit.refuse({each.record.sha256: each.truth for each in studied}, choice.allow, str(store))
            for each in studied:
                said += missing_in_words(each)
                missing += STUDY_ROWS[MISSING_READS.name](each)
            if form != "bids":  # a data set of BIDS holds nothing but what its specification names
                _write_missing(missing, stage.at)
        return Exported(stage.files, said)


def _export_scores(form: Form, store: Location, folder: Path, asked: Wish) -> Exported:
    with reading(store) as reader:
        studies = gathered(reader, str(store), asked.choice, asked.mark_rating)
    with staged(folder) as stage:
        for study in studies:
            _score_writers(asked.choice)[form](study, stage.at)
            if form != "collab-cxr":
                study.said += study.left_out()
        _write_missing([row for study in studies for row in study.missing], stage.at)
    return Exported(stage.files, [line for study in studies for line in study.said])


def _log_writers() -> Mapping[str, Callable[..., None]]:
    from app.store.exports.bids import write_bids
    from app.store.exports.xes import write_xes

    return {
        "bids": write_bids,
        "xes": lambda projections, folder, name: write_xes(projections, folder / "readings.xes", name),
    }


def _score_writers(choice: Choice) -> Mapping[str, Callable[[StudyScores, Path], None]]:
    from app.store.exports.collab_cxr import write_collab_cxr
    from app.store.exports.imrmc import write_imrmc
    from app.store.exports.mrmcaov import write_mrmcaov
    from app.store.exports.rjafroc import write_rjafroc

    return {
        "imrmc": write_imrmc,
        "mrmcaov": write_mrmcaov,
        "rjafroc": lambda study, folder: write_rjafroc(study, folder, choice.allow),
        "collab-cxr": write_collab_cxr,
    }


def _audited(reader: StoreReader, courses: list[list[Sitting]], choice: Choice, audit: Audit) -> Iterator[Projection]:
    for projection in projected(reader, courses, choice.with_voided):
        audit.take(projection)
        yield projection


def _write_missing(rows: Collection[Row], folder: Path) -> None:
    """missing_reads.csv, also where nothing is missing: its header says so."""
    with closing(SINKS["csv"](MISSING_READS, folder / f"{MISSING_READS.name}.csv")) as sink:
        sink.write(rows)
