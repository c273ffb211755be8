"""docs/schema.md is true: it says every table, column and view that a store has."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from app.store.migrations import make_tables
from app.store.models import metadata
from app.store.schema_document import DOCUMENT, MEANINGS, document


def test_that_the_document_is_that_of_the_tables() -> None:
    """After a change: `python -m app.store.schema_document`."""
    assert DOCUMENT.read_text(encoding="utf-8") == document()


def test_that_every_table_and_column_is_described() -> None:
    for table in metadata.sorted_tables:
        assert table.comment, table.name
        assert all(column.comment for column in table.columns), table.name


def test_that_every_table_view_and_column_of_a_store_stands_in_the_document() -> None:
    text = document()
    with closing(sqlite3.connect(":memory:")) as connection:
        make_tables(connection)
        things = connection.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        for name, _ in things:
            section = text.split(f"### {name}\n", 1)[1].split("\n### ", 1)[0]
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            assert all(f"| `{column}` |" in section for column in columns), name
        views = [name for name, kind in things if kind == "view"]
        used = {row[1] for name in views for row in connection.execute(f"PRAGMA table_info({name})")}
    assert set(MEANINGS) == used


def test_that_the_diagram_names_every_table_and_every_reference() -> None:
    diagrams = "\n".join(part.split("```", 1)[0] for part in document().split("```mermaid")[1:])
    for table in metadata.sorted_tables:
        assert f"    {table.name} {{\n" in diagrams
        for key in table.foreign_key_constraints:
            assert f"    {key.referred_table.name} ||--o{{ {table.name} : " in diagrams


def test_that_the_stores_page_names_every_view_and_its_query_runs() -> None:
    page = DOCUMENT.with_name("store.md").read_text(encoding="utf-8")
    assert "(schema.md)" in page
    with closing(sqlite3.connect(":memory:")) as connection:
        make_tables(connection)
        views = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
        query = page.split("```sql\n", 1)[1].split("```", 1)[0]
        assert connection.execute(query).fetchall() == []
    named = {name for name in views if f"`{name}`" in page}
    assert named == views - {"stretches", "confirmations"}  # which the others are made of
