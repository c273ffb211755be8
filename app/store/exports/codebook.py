"""The words beside the tables: README.md and dictionary.csv.

What belongs here: what a statistician has to know to join the tables. What does not: what programs read (datapackage).
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from pathlib import Path

from app.store.exports.sinks import FORMATS, Format
from app.store.projecting.study_tables import STUDY_TABLES
from app.store.projecting.tables import TABLES, TableForm

FORMAT_NAMES = {"csv": "CSV", "parquet": "Parquet", "jsonl": "JSON Lines"}
README = """# Codebook

Every table comes as {formats} with the same rows; `dictionary.csv` explains every column. `datapackage.json` says
the same to programs (Frictionless Data Package): types, units, keys, and SHA-256 and size of each file.

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
- a reader's arm, group and drop-out come from readers, by `reader`; what was planned and never read is in
  missing_reads. Practice is block 0; trials of a probe, repeats and trials without their AI say so in `probe`, `repeat`
  and `no_reveal`
- columns of the manifest (density, site …) are not in the store: join your table of cases by `case`

Readings of one case by several readers, and of several cases by one reader, are not independent.

Times are in ms of the workstation's monotonic clock, from the first painted image. Readers are pseudonyms. Flags are
true and false in CSV; an empty cell is a missing value (null in JSON Lines). Answers in text fields are as typed:
import CSV as text where a spreadsheet would take them for formulas.

Protocols, by SHA-256:

{protocols}
"""


def write_codebook(folder: Path, formats: Collection[Format], protocols: Iterable[str]) -> None:
    """README.md and dictionary.csv for all tables, into a folder."""
    write_dictionary(folder, (*TABLES, *STUDY_TABLES))
    readme = README.format(
        formats=" and as ".join(FORMAT_NAMES[each] for each in FORMATS if each in formats),
        done=_listed(TABLES),
        studied=_listed(STUDY_TABLES),
        protocols="\n".join(f"- {sha256}" for sha256 in protocols),
    )
    (folder / "README.md").write_text(readme, encoding="utf-8")


def write_dictionary(folder: Path, forms: Iterable[TableForm]) -> None:
    """dictionary.csv: a row for every column of these tables."""
    with (folder / "dictionary.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["table", "column", "kind", "meaning"])
        writer.writerows([form.name, each.name, each.kind, each.meaning] for form in forms for each in form.fields)


def _listed(forms: Iterable[TableForm]) -> str:
    return "\n".join(f"| {form.name} | {form.row_is} |" for form in forms)
