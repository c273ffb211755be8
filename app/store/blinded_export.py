"""An export that does not unblind: conditions and arms as letters, truth, AI and planted errors left out; and its key.

What belongs here: which tables and columns may leave, the letters, the key. What does not: the rows (projections) and
files (export). Columns are let through by name: one that a later version adds stays behind until it is named here.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import count, product
from pathlib import Path
from string import ascii_uppercase

from app.store.export import ROWS, SINKS, Format, courses_of, loaded, protocols_in
from app.store.projections import project, protocol_of
from app.store.reader import ProtocolRecord, Sitting, StoreReader, open_store
from app.store.study_tables import STUDY_ROWS, STUDY_TABLES, Studied
from app.store.tables import TABLES, Field, Row, TableForm
from app.store.verify import blaming_damage
from study_configs.problem import StudyProblem

FREE_TABLES = frozenset({"sittings", "trials", "decisions", "marks", "dwell", "pages", "questions"})
FREE = frozenset({
    "reader", "stratum", "protocol_id", "protocol_version", "protocol_sha256", "mode", "sitting", "uid",
    "started_utc", "ended_utc", "events", "provenance", "trial", "case", "practice", "voided", "starts",
    "phases_confirmed", "confirmed_utc", "phase", "question", "question_version", "version", "about", "target", "mark",
    "answer", "answer_number", "changes",
    "time_ms", "active_ms", "raw_ms", "series_uid", "sop_uid", "slice", "column", "row", "x_mm", "y_mm", "z_mm",
    "shape", "points_mm", "reopened", "watched", "shown_ms", "page", "sha256", "ask", "per", "measures", "scale", "utc",
})  # fmt: skip
LETTERED = frozenset({"condition", "arm"})
README = """# Blinded export

Conditions and arms stand as letters, the same in every blinded export of this store. Truth, AI results, layers, planted
errors, names of phases and the log itself are left out. The key to the letters leaves the store only by an act of a
coordinator (`readerlab export --key`), which is recorded.

Not hidden: how many phases a trial had, which questions it asked, and what readers wrote in text fields. Where
conditions differ in these, their letters can be told apart.
"""


def blinded_export(
    store: Path,
    folder: Path,
    formats: Collection[Format] = frozenset({"csv", "parquet"}),
    modes: Collection[str] | None = None,
) -> list[Path]:
    """Write the tables that do not unblind and return the files. Modes and errors as in `app.store.export.export`."""
    with blaming_damage(store), open_store(store) as reader:
        courses = courses_of(reader, store, modes)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return [*_write(reader, courses, folder, formats), _write_readme(folder), _write_dictionary(folder)]
        except OSError as error:
            what = f"The export can't be written ({error.strerror})."
            raise StudyProblem(what, where=str(folder), todo="Choose a folder that you may write in.") from error


def write_key(store: Path, folder: Path) -> Path:
    """The letters of every protocol in the store with what they stand for, as CSV. Whoever has it is unblinded."""
    with open_store(store) as reader:
        lines = [
            (record.id, record.version, record.sha256, letter, name)
            for record in reader.protocols()
            for name, letter in letters(reader, record).items()
        ]
    path = folder / "key.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["protocol_id", "protocol_version", "protocol_sha256", "letter", "name"])
            writer.writerows(lines)
    except OSError as error:
        what = f"The key can't be written ({error.strerror})."
        raise StudyProblem(what, where=str(folder), todo="Choose a folder that you may write in.") from error
    return path


def letters(reader: StoreReader, record: ProtocolRecord) -> dict[str, str]:
    """Name of a condition or arm → its letter; their order is a hash with the store's own secret name.

    Versions of one protocol share their letters as long as they name the same conditions and arms.
    """
    protocol = protocol_of(record)
    trials = [trial for each in reader.enrolments(record.sha256) for trial in each.order["trials"]]
    names = {trial["condition"] for trial in trials if "condition" in trial}
    if protocol is not None:
        names |= {*protocol.conditions, *protocol.design.arms}
    drawn = sorted(names, key=lambda name: sha256(f"{reader.uid()}\n{record.id}\n{name}".encode()).digest())
    return dict(zip(drawn, _letters(), strict=False))


def _letters() -> Iterator[str]:
    """A to Z, AA to ZZ, and so on."""
    return ("".join(each) for length in count(1) for each in product(ascii_uppercase, repeat=length))


def _write(reader: StoreReader, courses: list[list[Sitting]], folder: Path, formats: Collection[Format]) -> list[Path]:
    known = {sha256: letters(reader, reader.protocol(sha256)) for sha256 in protocols_in(courses)}
    with ExitStack() as opened:
        sinks = [
            (form, opened.enter_context(closing(SINKS[kind](_blinded(form), folder / f"{form.name}.{kind}"))))
            for form in _free_forms()
            for kind in sorted(formats)
        ]
        for form, protocol_sha256, rows in _tables(reader, courses):
            for _, sink in (each for each in sinks if each[0] is form):
                sink.write(_blinded_rows(form, rows(), known[protocol_sha256]))
    return [sink.path for _, sink in sinks]


def _tables(
    reader: StoreReader, courses: list[list[Sitting]]
) -> Iterator[tuple[TableForm, str, Callable[[], Iterable[Row]]]]:
    """Every free table's rows, a course at a time; the truth is not even read."""
    done = [form for form in _free_forms() if form.name in ROWS]
    for sittings in courses:
        projection = project(loaded(reader, sittings))
        for form in done:
            yield form, sittings[0].protocol_sha256, partial(ROWS[form.name], projection)
    for record in map(reader.protocol, protocols_in(courses)):
        studied = Studied(record, protocol_of(record), {})
        for form in (form for form in _free_forms() if form.name in STUDY_ROWS):
            yield form, record.sha256, partial(STUDY_ROWS[form.name], studied)


def _free_forms() -> tuple[TableForm, ...]:
    return tuple(form for form in (*TABLES, *STUDY_TABLES) if form.name in FREE_TABLES)


def _blinded(form: TableForm) -> TableForm:
    return replace(form, fields=tuple(form.fields[at] for at in _kept(form)))


def _kept(form: TableForm) -> list[int]:
    return [at for at, field in enumerate(form.fields) if field.name in FREE | LETTERED]


def _blinded_rows(form: TableForm, rows: Iterable[Row], lettered: Mapping[str, str]) -> Iterator[Row]:
    """The columns that may leave, names of conditions and arms as letters. One without a letter stays empty."""
    kept = [(at, form.fields[at].name in LETTERED) for at in _kept(form)]
    for row in rows:
        yield tuple(lettered.get(str(row[at]), "") if hidden else row[at] for at, hidden in kept)


def _write_readme(folder: Path) -> Path:
    path = folder / "README.md"
    path.write_text(README, encoding="utf-8")
    return path


def _write_dictionary(folder: Path) -> Path:
    path = folder / "dictionary.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["table", "column", "kind", "meaning"])
        for form in map(_blinded, _free_forms()):
            writer.writerows([form.name, each.name, each.kind, _meaning(each)] for each in form.fields)
    return path


def _meaning(field: Field) -> str:
    return f"Letter of the {field.name}." if field.name in LETTERED else field.meaning
