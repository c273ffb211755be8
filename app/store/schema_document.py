"""docs/schema.md: the diagram of the tables, every column, and the views, written from the tables themselves.

What belongs here: that text, and what the views' columns mean. What does not: the tables (models), the views
(migrations). Run: `python -m app.store.schema_document`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects import sqlite

from app.store.migrations import make_tables
from app.store.models import metadata, tables_in

DOCUMENT = Path(__file__).parents[2] / "docs" / "schema.md"
VIEWS = "SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name"
HEAD = """# The schema

Written by `python -m app.store.schema_document`; a test holds it against the tables. What a store is, and how it is
written: [store.md](store.md). What the kinds of events hold: [events.md](events.md).

A station's store is SQLite, the central database PostgreSQL; the tables are the same, but for those that are said to
stand in one of them only. Open a store to query it with `app.store.models.read_only_engine`, or any tool that can open
SQLite read-only. Triggers refuse to change or delete what is written.
"""
MEANINGS = {
    "uid": "random name of the sign-in, the same in every database",
    "sitting": "number of the sign-in (sittings.id)",
    "reader": "pseudonym",
    "stratum": "the reader's group",
    "protocol_id": "the protocol's id",
    "protocol_version": "the protocol's version",
    "protocol_sha256": "SHA-256 of the protocol's file",
    "mode": "study, pilot, demo or review",
    "number": "which sitting of the reading order, from 1; what exports call sitting",
    "sign_in": "which sign-in of that sitting, from 1",
    "started_utc": "when it began, ISO 8601 UTC",
    "ended_utc": "when it ended; NULL for one that was cut off",
    "last_utc": "when its last event was written",
    "ended_because": "finished, signed_out, failed or time_up; NULL for one that was cut off",
    "gap_hours": "hours from the end of the sign-in before it to its beginning; NULL for the first",
    "events": "how many events it holds",
    "trial": "the trial's index in the reading order, from 0",
    "phase": "the phase's index in the trial, from 0",
    "from_ns": "beginning, on the sign-in's monotonic clock (ns)",
    "until_ns": "end, likewise; NULL where none is logged",
    "attentive": "1: the window in front, nothing paused, idle, or frozen for 250 ms or longer",
    "raw_ms": "time on the clock",
    "active_ms": "the attentive part of raw_ms",
    "case": "id of the case",
    "condition": "id of the condition",
    "practice": "1 for practice; NULL where the order does not say",
    "arm": "the reader's arm; NULL where the design has none",
    "block": "block of the order, from 1; 0 is practice",
    "part": "part of the cases; NULL or empty where the design has none",
    "repeat": "1 where the reader met the case in this block before",
    "starts": "how often it was started; more than 1 after an interruption",
    "reopened": "how often the reader went back to it",
    "voided": "why a coordinator voided it under this version of the protocol; NULL for trials that count",
    "seq": "place of the event in the sign-in's log",
    "at_ns": "monotonic clock (ns), comparable within one sign-in",
    "utc": "when it was recorded, ISO 8601 UTC",
    "payload": "the event's fields, JSON",
    "question": "id of the question",
    "target": "what it is about: empty for the case, else side, segment, finding, mark or lesion",
    "answer": "the answer as text; several choices as a JSON list",
    "answer_number": "the answer where it is a number",
    "confirmed_utc": "when the phase was confirmed",
    "revision": "from 1; how often the answer had been set, changed or cleared by then",
    "value": "the answer as JSON; NULL where it was cleared",
    "value_before": "the answer before it, likewise; NULL for none",
    "mark": "id of the mark",
    "series_uid": "Series Instance UID, with the plane after an @",
    "slice": "slice, from 0",
    "column": "image column, pixel centres at whole numbers",
    "row": "image row, likewise",
    "x_mm": "LPS x",
    "y_mm": "LPS y",
    "z_mm": "LPS z",
    "viewport": "viewport, from 0; -1 is the panel beside the images; times of several overlap, so do not add them",
    "layer": "id of the layer",
    "element": "id of the finding, map, segment or sentence; * for more than 200 at once",
    "draw": "how it was drawn",
    "command": "name of the command",
    "source": "key, mouse, wheel, menu, button, program or simulated",
    "argument": "what it was given, if anything",
    "times": "how often",
    "what": "focus (lost), pause, idle, break, freeze or sleep",
    "lasted_ms": "how long; NULL where no end is logged",
    "page": "id of the page",
    "kind": "kind of event",
    "samples": "how many samples it holds",
    "codec": "how they are packed",
    "bytes": "how many bytes they take",
}


def document() -> str:
    """The whole text."""
    sections = [HEAD, *_diagrams(), "## Tables", *(_table(table) for table in metadata.sorted_tables)]
    return "\n".join([*sections, "## Views (in a station's store)\n", *_views()]).rstrip() + "\n"


def _diagrams() -> Iterator[str]:
    station, central = tables_in("station"), [table for table in tables_in("central") if table.info]
    yield "## A station's store\n"
    yield _diagram(station)
    yield "## What the central database adds\n"
    yield _diagram([*central, metadata.tables["sittings"]])


def _diagram(tables: Iterable[Table]) -> str:
    tables = list(tables)
    names = {table.name for table in tables}
    lines = ["```mermaid", "erDiagram"]
    for table in tables:
        lines += [f"    {table.name} {{", *(f"        {_in_diagram(column)}" for column in table.columns), "    }"]
        for constraint in sorted(table.foreign_key_constraints, key=lambda each: tuple(each.column_keys)):
            if constraint.referred_table.name in names:
                columns = ", ".join(constraint.column_keys)
                lines.append(f'    {constraint.referred_table.name} ||--o{{ {table.name} : "{columns}"')
    return "\n".join([*lines, "```", ""])


def _in_diagram(column: Column[Any]) -> str:
    keys = ["PK"] if column.primary_key else []
    keys += ["FK"] if column.foreign_keys else []
    keys += ["UK"] if column.unique else []
    return f"{_kind(column)} {column.name} {', '.join(keys)}".rstrip()


def _kind(column: Column[Any]) -> str:
    return {"INTEGER": "integer", "TEXT": "text", "BLOB": "bytes"}[str(column.type.compile(sqlite.dialect()))]


def _table(table: Table) -> str:
    only = {"station": " In a station's store only.", "central": " In the central database only."}
    lines = [f"### {table.name}", "", f"{table.comment}{only.get(table.info.get('only', ''), '')}", ""]
    lines += ["| column | kind | |", "| --- | --- | --- |"]
    lines += [f"| `{each.name}` | {_kind(each)}{_marks(each)} | {each.comment} |" for each in table.columns]
    return "\n".join([*lines, ""])


def _marks(column: Column[Any]) -> str:
    points = "".join(
        f" → {key.column.table.name}" for key in sorted(column.foreign_keys, key=lambda key: key.target_fullname)
    )
    return (", key" if column.primary_key else "") + points + (", or NULL" if column.nullable else "")


def _views() -> Iterator[str]:
    connection = sqlite3.connect(":memory:")
    make_tables(connection)
    for name, sql in connection.execute(VIEWS).fetchall():
        told = sql.splitlines()[1].removeprefix("-- ")
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        lines = [f"### {name}", "", told, "", "| column | |", "| --- | --- |"]
        yield "\n".join([*lines, *(f"| `{column}` | {MEANINGS[column]} |" for column in columns), ""])


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
