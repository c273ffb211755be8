"""Which sign-ins an export takes, and one sitting's log as a course.

What belongs here: the choice by mode, and reading the log. What does not: rows (rows) and files (the forms).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import groupby

from app.store.acts_in_force import in_force_of
from app.store.projecting.attention_log import spots_of
from app.store.projecting.projections import Course, Projection, planned_trials, project
from app.store.reader import Sitting, StoreReader
from app.tracking.attention_measures.values import Settings
from study_configs.problem import StudyProblem

LEFT_OUT = frozenset({"demo", "pilot"})  # unless asked for by name


def courses_of(reader: StoreReader, where: str, modes: Collection[str] | None) -> list[list[Sitting]]:
    """The sign-ins to export, those of one sitting of one order together.

    Without `modes`: those of mode study, or of review where there are none; demo and pilot never. Raises StudyProblem
    where nothing is left.
    """
    mode_of = {record.sha256: record.mode for record in reader.protocols()}
    held = {mode_of[sitting.protocol_sha256] for sitting in reader.sittings()}
    wanted = _wanted(held) if modes is None else set(modes)
    chosen = [each for each in reader.sittings() if mode_of[each.protocol_sha256] in wanted]
    if not chosen:
        raise _nothing(held, wanted, where)
    ordered = sorted(chosen, key=_course_of)
    return [list(group) for _, group in groupby(ordered, key=_course_of)]


def _wanted(held: Collection[str]) -> set[str]:
    return {"study"} if "study" in held else set(held) - LEFT_OUT


def _nothing(held: Collection[str], wanted: Collection[str], where: str) -> StudyProblem:
    there = ", ".join(sorted(held)) or "none"
    if held and not wanted:
        todo = "Ask for them by name: " + " or ".join(f"{mode} (`--mode {mode}`)" for mode in sorted(held)) + "."
        return StudyProblem(f"This store holds {there} sittings alone, and these stay out.", where=where, todo=todo)
    asked = ", ".join(sorted(wanted)) or "any mode"
    what = f"There are no sittings of {asked} in this store (there are: {there})."
    return StudyProblem(what, where=where, todo="Read cases first, or ask for another mode.")


def _course_of(sitting: Sitting) -> tuple[str, str, int]:
    return (sitting.protocol_sha256, sitting.reader, sitting.number)


def loaded(reader: StoreReader, sittings: list[Sitting], with_voided: bool = False) -> Course:
    """One sitting of a reader's order, with the logs of every sign-in that it took."""
    first = sittings[0]
    enrolment = reader.order(first.reader, first.protocol_sha256)
    if enrolment is None:
        raise StudyProblem(f"Reader {first.reader} has no order in this store.", todo="Run `readerlab verify` on it.")
    parts = tuple((sitting, tuple(reader.logged(sitting.id))) for sitting in sorted(sittings, key=lambda each: each.id))
    sitting_of = {index: planned.get("sitting", 0) for index, planned in planned_trials(enrolment.order).items()}
    voided = in_force_of(reader.connection, first.protocol_sha256).not_counting(first.reader, sitting_of)
    return Course(enrolment, reader.protocol(first.protocol_sha256), first.number, parts, voided, with_voided)


def projected(reader: StoreReader, courses: list[list[Sitting]], with_voided: bool = False) -> Iterator[Projection]:
    """Every course folded into rows, with the reference's lesions as regions; one is held in memory at a time."""
    for sittings in courses:
        course = loaded(reader, sittings, with_voided)
        truth = reader.truth(course.record.sha256).unseal()
        yield project(replace(course, spots=spots_of(truth, Settings())))


def protocols_in(courses: list[list[Sitting]]) -> list[str]:
    return sorted({sittings[0].protocol_sha256 for sittings in courses})
