"""Every reading of a store, scored, study by study: what the files of statistics packages are written from.

What belongs here: gathering, what is left out of it and why, in words. What does not: any package's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.store.exports.choosing import courses_of, projected, protocols_in
from app.store.exports.scores import Scored, Scoring, mark_rating_of
from app.store.exports.tidy import Choice, missing_in_words, studied_of
from app.store.projecting.audit import Audit
from app.store.projecting.projections import protocol_of
from app.store.projecting.study_tables import MISSING_READS, STUDY_ROWS
from app.store.projecting.tables import Row
from app.store.reader import StoreReader
from study_configs.measured_answers import measuring
from study_configs.problem import StudyProblem
from study_configs.protocol import Protocol


@dataclass(slots=True)
class StudyScores:
    """One study (all versions of one protocol id). `protocol` is its newest version; `said` what was left out, why."""

    name: str
    protocol: Protocol
    mark_rating: str
    readings: list[Scored] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    missing: list[Row] = field(default_factory=list)  # of table missing_reads

    def once(self) -> list[Scored]:
        """One scored reading of each reader, modality and case: no repeats, none without a score; the first of any."""
        return _first(each for each in self.readings if each.score is not None)

    def scored(self) -> list[Scored]:
        """As `once`. Raises StudyProblem where there is none: marks alone were asked for."""
        if found := self.once():
            return found
        raise StudyProblem(f"No reading of {self.name} has a decision or a rating.", todo="Export for rjafroc.")

    def marked(self) -> list[Scored]:
        """One reading of each reader, modality and case in which marks were asked for and rated; the first of any."""
        return _first(each for each in self.readings if each.is_marked)

    def left_out(self) -> Iterator[str]:
        """What `once` leaves out, counted."""
        repeats = sum(each.repeat for each in self.readings)
        unscored = sum(each.score is None and not each.repeat for each in self.readings)
        twice = len(self.readings) - repeats - unscored - len(self.once())
        for count, what in ((repeats, "repeats by design"), (unscored, "readings without a score"),
                            (twice, "readings of what was read before")):  # fmt: skip
            if count:
                yield f"{self.name}: {count} {what} left out"


def _first(readings: Iterable[Scored]) -> list[Scored]:
    found: dict[tuple[str, str, str], Scored] = {}
    for each in readings:
        if not each.repeat:
            found.setdefault((each.reader, each.modality, each.case), each)
    return list(found.values())


def gathered(reader: StoreReader, where: str, choice: Choice, mark_rating: str = "") -> list[StudyScores]:
    """The readings of every study that is chosen, in the order of reader, sitting, trial, phase.

    Raises StudyProblem where nothing was read, a protocol can't be read or measures nothing, or the audit refuses.
    """
    courses = courses_of(reader, where, choice.modes)
    scoring = {sha256: _scoring(reader, sha256, mark_rating) for sha256 in protocols_in(courses)}
    names = {sha256: reader.protocol(sha256).id for sha256 in scoring}
    newest = {names[record.sha256]: scoring[record.sha256] for record in reader.protocols() if record.sha256 in scoring}
    studies = {name: StudyScores(name, of.protocol, of.mark_rating) for name, of in newest.items()}
    audit = Audit({each.mark_rating for each in scoring.values()})
    for projection in projected(reader, courses, choice.with_voided):
        audit.take(projection)
        sha256 = projection.course.record.sha256
        studies[names[sha256]].readings += scoring[sha256].readings(projection)
    studied = [studied_of(reader, sha256, audit) for sha256 in scoring]
    audit.refuse({each.record.sha256: each.truth for each in studied}, choice.allow, where)
    for each in studied:
        studies[each.record.id].said += missing_in_words(each)
        studies[each.record.id].missing += STUDY_ROWS[MISSING_READS.name](each)
    if not any(study.readings for study in studies.values()):
        raise StudyProblem("No reading counts: nothing but practice was read.", where=where, todo="Read cases first.")
    return [study for study in studies.values() if study.readings]


def _scoring(reader: StoreReader, sha256: str, mark_rating: str) -> Scoring:
    record = reader.protocol(sha256)
    protocol = protocol_of(record)
    if protocol is None:
        what = f"Protocol {record.id} {record.version} is in a language that this program can't read."
        raise StudyProblem(what, todo="Export with the version of ReaderLab that it was read under.")
    rates_marks = mark_rating_of(protocol, mark_rating)
    if not (measuring(protocol, "decision") or measuring(protocol, "rating") or rates_marks):
        what = f"No question of protocol {record.id} measures a decision or a rating, or rates marks."
        raise StudyProblem(what, todo="Mark one with `measures:` in a new version, or export the tables.")
    return Scoring(protocol, reader.truth(sha256).unseal(), rates_marks)
