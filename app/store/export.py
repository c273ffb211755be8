"""Export: tidy tables as CSV and Parquet, with the dictionary that explains every column.

What belongs here: choosing the rows and writing the files. What does not: what the rows mean (projections, tables).
"""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Literal

import pyarrow
import pyarrow.parquet

from app.store.acts_in_force import in_force_of
from app.store.chain import canonical
from app.store.projections import Course, Projection, planned_trials, project, protocol_of
from app.store.reader import Sitting, StoreReader, open_store
from app.store.study_tables import STUDY_ROWS, STUDY_TABLES, Studied
from app.store.tables import EVENTS, TABLES, Cell, Row, TableForm
from app.store.verify import blaming_damage
from app.tracking.events import payload
from study_configs.problem import StudyProblem

Format = Literal["csv", "parquet"]
CHUNK = 50_000  # rows of Parquet written at once
ARROW = {"text": pyarrow.string(), "whole": pyarrow.int64(), "number": pyarrow.float64(), "flag": pyarrow.bool_()}


def export(
    store: Path,
    folder: Path,
    formats: Collection[Format] = frozenset({"csv", "parquet"}),
    modes: Collection[str] | None = None,
    with_voided: bool = False,
) -> list[Path]:
    """Write every table of a store into a folder and return the files.

    Without `modes`, the rows of mode study are exported alone where there are any; demo and pilot rows leave together
    with them only when asked for by name. Of trials that a coordinator voided, only the row in table trials (with the
    reason) and the events leave, unless `with_voided`. Raises StudyProblem where there is nothing to export or writing
    fails.
    """
    with blaming_damage(store), open_store(store) as reader:
        courses = courses_of(reader, store, modes)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            studied = _write_study_tables(reader, courses, folder, formats)
            written = _write_tables(reader, courses, folder, formats, with_voided)
            return [*written, *studied, *_write_codebook(courses, folder)]
        except OSError as error:
            what = f"The export can't be written ({error.strerror})."
            raise StudyProblem(what, where=str(folder), todo="Choose a folder that you may write in.") from error


def courses_of(reader: StoreReader, store: Path, modes: Collection[str] | None) -> list[list[Sitting]]:
    """The sign-ins to export, those of one sitting of one order together."""
    mode_of = {record.sha256: record.mode for record in reader.protocols()}
    held = {mode_of[sitting.protocol_sha256] for sitting in reader.sittings()}
    wanted = set(modes) if modes is not None else ({"study"} if "study" in held else held)
    chosen = [each for each in reader.sittings() if mode_of[each.protocol_sha256] in wanted]
    if not chosen:
        there = ", ".join(sorted(held)) or "none"
        asked = ", ".join(sorted(wanted)) or "any mode"
        what = f"There are no sittings of {asked} in this store (there are: {there})."
        raise StudyProblem(what, where=str(store), todo="Read cases first, or ask for another mode.")
    ordered = sorted(chosen, key=_course_of)
    return [list(group) for _, group in groupby(ordered, key=_course_of)]


def _course_of(sitting: Sitting) -> tuple[str, str, int]:
    return (sitting.protocol_sha256, sitting.reader, sitting.number)


def loaded(reader: StoreReader, sittings: list[Sitting], with_voided: bool = False) -> Course:
    first = sittings[0]
    enrolment = reader.order(first.reader, first.protocol_sha256)
    if enrolment is None:
        raise StudyProblem(f"Reader {first.reader} has no order in this store.", todo="Run `readerlab verify` on it.")
    parts = tuple((sitting, tuple(reader.logged(sitting.id))) for sitting in sorted(sittings, key=lambda each: each.id))
    sitting_of = {index: planned.get("sitting", 0) for index, planned in planned_trials(enrolment.order).items()}
    voided = in_force_of(reader.connection, first.protocol_sha256).not_counting(first.reader, sitting_of)
    return Course(enrolment, reader.protocol(first.protocol_sha256), first.number, parts, voided, with_voided)


def _event_rows(projection: Projection) -> Iterator[Row]:
    for sitting, logged in projection.course.parts:
        for each in logged:
            event = each.event
            here = (sitting.uid, each.seq, event.at_ns, each.utc, type(event).__name__)
            yield (*projection.course.who, *here, canonical(payload(event)))


README = """# Codebook

Every table comes as CSV and as Parquet with the same rows; `dictionary.csv` explains every column.

What readers did, all of it rebuilt from the table of events:

| table | one row for each |
| --- | --- |
{done}

What was studied, as it was frozen in the store:

| table | one row for each |
| --- | --- |
{studied}

How they join, always with `protocol_sha256`:

- a trial is `reader`, `trial`: trials say which are `practice`; leave those out. Those with a reason in `voided` count
  no longer
- a reading is `reader`, `trial`, `phase`: phases say, by `condition` and `phase`, whether AI was shown (`aided`)
- truth comes from cases, by `case`
- questions say which question measures the decision and which the rating
- AI called a case positive in a reading where `ai.top_score` reaches `layers.threshold` of its box or contour layer
- an AI finding was never on the screen in a reading where it is in `ai` and no row of `exposures` has it on a viewport
- a planted error is the part before the slash in `ai.planted`, and has a row in planted, which says its kind; the part
  behind the slash is the case. An AI result has a row in ai for each phase that showed it: count trials, not rows
- a reader's arm, group and drop-out come from readers, by `reader`; what was planned and never read is `trials_planned`
  less the trials there. Practice is block 0; trials of a probe, repeats and trials without their AI say so in `probe`,
  `repeat` and `no_reveal`
- columns of the manifest (density, site …) are not in the store: join your table of cases by `case`

Readings of one case by several readers, and of several cases by one reader, are not independent.

Times are in ms of the workstation's monotonic clock, from the first painted image. Readers are pseudonyms. Flags are
true and false in CSV; an empty cell is a missing value. Answers in text fields are as typed: import CSV as text where a
spreadsheet would take them for formulas.

Protocols, by SHA-256:

{protocols}
"""

ROWS: dict[str, Callable[[Projection], Iterator[Row]]] = {
    "sittings": Projection.sittings,
    "trials": Projection.trials,
    "decisions": Projection.decisions,
    "marks": Projection.marks,
    "skipped": Projection.skipped,
    "breaks": Projection.breaks,
    "dwell": Projection.dwell,
    "layers": Projection.layers,
    "ai": Projection.ai,
    "exposures": Projection.exposures,
    "pages": Projection.pages,
    "reading_list": Projection.reading_list,
    "calls": Projection.calls,
    EVENTS.name: _event_rows,
}


def _write_tables(
    reader: StoreReader, courses: list[list[Sitting]], folder: Path, formats: Collection[Format], with_voided: bool
) -> list[Path]:
    """One course is held in memory at a time; every table takes its rows from it in turn."""
    sinks: list[Sink] = []
    for form in TABLES:
        sinks += [SINKS[kind](form, folder / f"{form.name}.{kind}") for kind in sorted(formats)]
    try:
        for sittings in courses:
            projection = project(loaded(reader, sittings, with_voided))
            for sink in sinks:
                sink.write(ROWS[sink.form.name](projection))
    finally:
        for sink in sinks:
            sink.close()
    return [sink.path for sink in sinks]


def _write_study_tables(
    reader: StoreReader, courses: list[list[Sitting]], folder: Path, formats: Collection[Format]
) -> list[Path]:
    """What was studied, for each protocol of the exported rows."""
    studied = [_studied(reader, sha256) for sha256 in protocols_in(courses)]
    written = []
    for form in STUDY_TABLES:
        for kind in sorted(formats):
            sink = SINKS[kind](form, folder / f"{form.name}.{kind}")
            try:
                for each in studied:
                    sink.write(STUDY_ROWS[form.name](each))
            finally:
                sink.close()
            written.append(sink.path)
    return written


def _studied(reader: StoreReader, sha256: str) -> Studied:
    record, truth = reader.protocol(sha256), reader.truth(sha256).unseal()
    dropped = in_force_of(reader.connection, sha256).dropped
    return Studied(record, protocol_of(record), truth, reader.enrolments(sha256), dropped)


def protocols_in(courses: list[list[Sitting]]) -> list[str]:
    return sorted({sittings[0].protocol_sha256 for sittings in courses})


class Sink(ABC):
    """One file that takes rows of one table."""

    def __init__(self, form: TableForm, path: Path) -> None:
        self.form, self.path = form, path

    @abstractmethod
    def write(self, rows: Iterable[Row]) -> None: ...

    @abstractmethod
    def close(self) -> None: ...


class _CsvSink(Sink):
    """RFC 4180 CSV in UTF-8; empty cells for missing values, `true` and `false` for flags."""

    def __init__(self, form: TableForm, path: Path) -> None:
        super().__init__(form, path)
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([each.name for each in form.fields])

    def write(self, rows: Iterable[Row]) -> None:
        self._writer.writerows([_csv_cell(cell) for cell in row] for row in rows)

    def close(self) -> None:
        self._file.close()


class _ParquetSink(Sink):
    def __init__(self, form: TableForm, path: Path) -> None:
        super().__init__(form, path)
        fields = [
            pyarrow.field(each.name, ARROW[each.kind], metadata={"meaning": each.meaning}) for each in form.fields
        ]
        self._schema = pyarrow.schema(fields, metadata={"row_is": form.row_is})
        self._writer = pyarrow.parquet.ParquetWriter(path, self._schema)

    def write(self, rows: Iterable[Row]) -> None:
        remaining = iter(rows)
        while chunk := list(islice(remaining, CHUNK)):
            columns = zip(*chunk, strict=True)
            arrays = [self._array(values, field.type) for values, field in zip(columns, self._schema, strict=True)]
            self._writer.write_table(pyarrow.table(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()

    def _array(self, values: tuple[Cell, ...], kind: Any) -> Any:
        """A column; an empty text is no value, as in the CSV."""
        return pyarrow.array([None if value == "" else value for value in values], kind)


SINKS: dict[Format, type[_CsvSink] | type[_ParquetSink]] = {"csv": _CsvSink, "parquet": _ParquetSink}


def _csv_cell(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    return cell if not isinstance(cell, bool) else ("true" if cell else "false")


def _write_codebook(courses: list[list[Sitting]], folder: Path) -> list[Path]:
    dictionary, readme = folder / "dictionary.csv", folder / "README.md"
    with dictionary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["table", "column", "kind", "meaning"])
        forms = (*TABLES, *STUDY_TABLES)
        writer.writerows([form.name, each.name, each.kind, each.meaning] for form in forms for each in form.fields)
    readme.write_text(_readme(courses), encoding="utf-8")
    return [dictionary, readme]


def _readme(courses: list[list[Sitting]]) -> str:
    return README.format(
        done=_listed(TABLES),
        studied=_listed(STUDY_TABLES),
        protocols="\n".join(f"- {sha256}" for sha256 in protocols_in(courses)),
    )


def _listed(forms: Iterable[TableForm]) -> str:
    return "\n".join(f"| {form.name} | {form.row_is} |" for form in forms)
