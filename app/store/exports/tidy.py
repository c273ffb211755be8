"""Export as tidy tables: CSV, Parquet and JSON Lines, with the dictionary that explains every column.

What belongs here: the course of such an export. What does not: which sign-ins (exports.choosing), the files
(exports.sinks), other forms (exports.forms), what the rows mean (projecting).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.store.acts_in_force import in_force_of
from app.store.exports.choosing import courses_of, projected, protocols_in
from app.store.exports.codebook import write_codebook
from app.store.exports.datapackage import write_datapackage
from app.store.exports.rows import ROWS
from app.store.exports.sinks import SINKS, Format, Sink
from app.store.exports.staging import refuse_mixture, staged
from app.store.location import Location, is_central, open_any
from app.store.projecting.audit import Audit, Fault
from app.store.projecting.projections import Projection, protocol_of
from app.store.projecting.study_tables import STUDY_ROWS, STUDY_TABLES, Studied
from app.store.projecting.tables import TABLES, TableForm
from app.store.reader import Sitting, StoreReader
from app.store.verify import blaming_damage

USUAL: frozenset[Format] = frozenset({"csv", "parquet"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a store is exported.

    `modes`: of these modes; None for mode study (or review), never demo or pilot. `with_voided`: also the rows of
    trials that a coordinator voided. `allow`: faults that the export goes on in spite of.
    """

    modes: Collection[str] | None = None
    with_voided: bool = False
    allow: Collection[Fault] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """The files of an export, and the planned reads that are missing, a sentence for each reader."""

    files: list[Path]
    missing: list[str]


def export(
    store: Location,
    folder: Path,
    formats: Collection[Format] = USUAL,
    modes: Collection[str] | None = None,
    with_voided: bool = False,
    allow: Collection[Fault] = (),
) -> list[Path]:
    """Write every table of a store into a folder and return the files; as `export_tables`."""
    return export_tables(store, folder, formats, Choice(modes, with_voided, allow)).files


def export_tables(
    store: Location, folder: Path, formats: Collection[Format] = USUAL, choice: Choice | None = None
) -> Exported:
    """Write every table of a store or central database into a folder, whole or not at all.

    Of trials that a coordinator voided, only the row in table trials (with the reason) and the events leave, unless
    asked for. Raises StudyProblem where there is nothing to export, something was decided twice, cases that were read
    have no truth, or writing fails.
    """
    chosen = choice or Choice()
    with reading(store) as reader:
        courses = courses_of(reader, str(store), chosen.modes)
        with staged(folder) as stage:
            audit = _write_tables(reader, courses, stage.at, formats, chosen.with_voided)
            studied = [studied_of(reader, sha256, audit) for sha256 in protocols_in(courses)]
            audit.refuse({each.record.sha256: each.truth for each in studied}, chosen.allow, str(store))
            _write_study_tables(studied, stage.at, formats)
            write_codebook(stage.at, formats, protocols_in(courses))
            write_datapackage(stage.at, "readerlab-export", (*TABLES, *STUDY_TABLES), formats)
            refuse_mixture(stage.at, folder, [form.name for form in (*TABLES, *STUDY_TABLES)])
        return Exported(stage.files, [line for each in studied for line in missing_in_words(each)])


@contextmanager
def reading(store: Location) -> Iterator[StoreReader]:
    """A store to read from; errors over one that is not as it was written name the damage."""
    with blaming_damage(store if is_central(store) else Path(store)), open_any(store) as reader:
        yield reader


def studied_of(reader: StoreReader, sha256: str, audit: Audit) -> Studied:
    """What was studied under one protocol, with what of it the audit found unread."""
    record, truth = reader.protocol(sha256), reader.truth(sha256).unseal()
    dropped, enrolments = in_force_of(reader.connection, sha256).dropped, reader.enrolments(sha256)
    unread = {each.reader: tuple(audit.unread(each)) for each in enrolments}
    return Studied(record, protocol_of(record), truth, enrolments, dropped, unread)


def missing_in_words(studied: Studied) -> Iterator[str]:
    """Who left what unread, a line for each such reader."""
    for reader, unread in studied.unread.items():
        if unread:
            states = sorted({each.state for each in unread})
            counts = {state: sum(one.state == state for one in unread) for state in states}
            told = ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in counts.items())
            left = f"; left the study: {studied.dropped[reader]}" if reader in studied.dropped else ""
            yield f"missing reads of {reader} ({studied.record.id} {studied.record.version}): {told}{left}"


def _write_tables(
    reader: StoreReader, courses: list[list[Sitting]], folder: Path, formats: Collection[Format], with_voided: bool
) -> Audit:
    """One course is held in memory at a time; every table takes its rows from it in turn."""
    audit = Audit()
    with ExitStack() as opened:
        sinks = [opened.enter_context(closing(each)) for form in TABLES for each in _sinks(form, folder, formats)]
        for projection in projected(reader, courses, with_voided):
            audit.take(projection)
            _write_rows(projection, sinks)
    return audit


def _write_rows(projection: Projection, sinks: list[Sink]) -> None:
    for sink in sinks:
        sink.write(ROWS[sink.form.name](projection))


def _write_study_tables(studied: list[Studied], folder: Path, formats: Collection[Format]) -> None:
    for form in STUDY_TABLES:
        for sink in _sinks(form, folder, formats):
            with closing(sink):
                for each in studied:
                    sink.write(STUDY_ROWS[form.name](each))


def _sinks(form: TableForm, folder: Path, formats: Collection[Format]) -> Iterator[Sink]:
    return (SINKS[kind](form, folder / f"{form.name}.{kind}") for kind in sorted(formats))
