"""An export that does not unblind: conditions and arms as letters, truth, AI and planted errors left out; and its key.

What belongs here: which tables and columns may leave, the letters, the key. What does not: the rows (projecting) and
files (sinks). Columns are let through by name: one that a later version adds stays behind until it is named here.
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

from app.store.exports.choosing import courses_of, projected, protocols_in
from app.store.exports.codebook import write_dictionary
from app.store.exports.datapackage import write_datapackage
from app.store.exports.rows import ROWS
from app.store.exports.sinks import SINKS, Format
from app.store.exports.staging import refuse_mixture, staged
from app.store.exports.tidy import USUAL, reading
from app.store.location import Location, open_any
from app.store.projecting.projections import protocol_of
from app.store.projecting.study_tables import STUDY_ROWS, STUDY_TABLES, Studied
from app.store.projecting.tables import TABLES, Field, Row, TableForm
from app.store.reader import ProtocolRecord, Sitting, StoreReader

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
    store: Location,
    folder: Path,
    formats: Collection[Format] = USUAL,
    modes: Collection[str] | None = None,
) -> list[Path]:
    """Write the tables that do not unblind and return the files. Modes and errors as in `exports.tidy.export`."""
    with reading(store) as reader:
        courses = courses_of(reader, str(store), modes)
        with staged(folder) as stage:
            _write(reader, courses, stage.at, formats)
            forms = [_described(_blinded(form)) for form in _free_forms()]
            write_dictionary(stage.at, forms)
            write_datapackage(stage.at, "readerlab-blinded-export", forms, formats)
            (stage.at / "README.md").write_text(README, encoding="utf-8")
            refuse_mixture(stage.at, folder, [form.name for form in (*TABLES, *STUDY_TABLES)])
        return stage.files


def write_key(store: Location, folder: Path) -> Path:
    """The letters of every protocol in the store with what they stand for, as CSV. Whoever has it is unblinded."""
    with open_any(store) as reader:
        lines = [
            (record.id, record.version, record.sha256, letter, name)
            for record in reader.protocols()
            for name, letter in letters(reader, record).items()
        ]
    with staged(folder) as stage, (stage.at / "key.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["protocol_id", "protocol_version", "protocol_sha256", "letter", "name"])
        writer.writerows(lines)
    return folder / "key.csv"


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


def _write(reader: StoreReader, courses: list[list[Sitting]], folder: Path, formats: Collection[Format]) -> None:
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


def _tables(
    reader: StoreReader, courses: list[list[Sitting]]
) -> Iterator[tuple[TableForm, str, Callable[[], Iterable[Row]]]]:
    """Every free table's rows, a course at a time; the truth is not even read."""
    done = [form for form in _free_forms() if form.name in ROWS]
    for projection in projected(reader, courses):
        for form in done:
            yield form, projection.course.record.sha256, partial(ROWS[form.name], projection)
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


def _described(form: TableForm) -> TableForm:
    """With the meaning that the columns have where names stand as letters."""
    return replace(form, fields=tuple(replace(each, meaning=_meaning(each)) for each in form.fields))


def _meaning(field: Field) -> str:
    return f"Letter of the {field.name}." if field.name in LETTERED else field.meaning
