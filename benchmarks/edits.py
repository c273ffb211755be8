"""Random single edits of a store, as somebody with a database tool and the triggers out of the way makes them.

What belongs here: drawing one, doing it, asking verify. What does not: timing verify (integrity). The tests draw from
here too.
"""

from __future__ import annotations

import random
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from app.store.verify import verify_open

KEPT = re.compile(r"^(sqlite_|alembic_)")


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit, in words and as what to do."""

    words: str
    statements: tuple[tuple[str, tuple[Any, ...]], ...]


def tables(connection: Connection) -> list[str]:
    """Tables with rows in them."""
    named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    names = [name for (name,) in named if not KEPT.match(name)]
    return [name for name in names if connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]


def unlocked(connection: Connection) -> None:
    """The triggers out of the way; put back by hand afterwards (`relocked`), as a careful forger would."""
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")


def triggers(connection: Connection) -> list[str]:
    return [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]


def drawn(connection: Connection, draw: random.Random) -> Edit:
    """A cell changed, a row deleted, put in or copied, two rows' cells exchanged, or something of the schema."""
    table = draw.choice(tables(connection))
    way = draw.choice((_cell, _cell, _cell, _row_deleted, _row_put_in, _cells_exchanged, _schema_changed))
    return way(connection, table, draw) or _cell(connection, table, draw)


def _columns(connection: Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _keys(connection: Connection, table: str) -> list[str]:
    info = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]


def _row(connection: Connection, table: str, draw: random.Random) -> dict[str, Any]:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    names = _columns(connection, table)
    found = connection.execute(f"SELECT * FROM {table} LIMIT 1 OFFSET ?", (draw.randrange(count),)).fetchone()
    return dict(zip(names, found, strict=True))


def _where(connection: Connection, table: str, row: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    keys = _keys(connection, table)
    return " AND ".join(f"{key} IS ?" for key in keys), tuple(row[key] for key in keys)


def _cell(connection: Connection, table: str, draw: random.Random) -> Edit:
    row = _row(connection, table, draw)
    column = draw.choice(list(row))
    value = _other(row[column], draw)
    where, named = _where(connection, table, row)
    change = (f"UPDATE {table} SET {column} = ? WHERE {where}", (value, *named))
    return Edit(f"{table}.{column} of {named}: {row[column]!r:.60} → {value!r:.60}", (change,))


def _other(value: Any, draw: random.Random) -> Any:
    """Another value, mostly one that looks alike."""
    match value:
        case int():
            return value + draw.choice((-1, 1, 2, 1000))
        case str() if value:
            at = draw.randrange(len(value))
            other = draw.choice([each for each in 'abcdef0123456789 {}",:TZé' if each != value[at]])
            return draw.choice((value[:at] + other + value[at + 1 :], value[:at] + value[at + 1 :], value + other))
        case bytes() if value:
            at = draw.randrange(len(value))
            return value[:at] + bytes([value[at] ^ (1 << draw.randrange(8))]) + value[at + 1 :]
        case None:
            return draw.choice((0, "x"))
        case _:
            return "x"


def _row_deleted(connection: Connection, table: str, draw: random.Random) -> Edit:
    where, named = _where(connection, table, _row(connection, table, draw))
    return Edit(f"{table} {named} deleted", ((f"DELETE FROM {table} WHERE {where}", named),))


def _row_put_in(connection: Connection, table: str, draw: random.Random) -> Edit:
    """A copy of a row under another key, its hashes and seal as they are."""
    row = _row(connection, table, draw)
    for key in _keys(connection, table):
        row[key] = _other(row[key], draw)
    marks = ", ".join("?" * len(row))
    change = (f"INSERT OR IGNORE INTO {table} VALUES ({marks})", tuple(row.values()))
    return Edit(f"{table}: a row put in, {tuple(row.values())[:3]!r:.100}", (change,))


def _cells_exchanged(connection: Connection, table: str, draw: random.Random) -> Edit | None:
    """Two rows exchange all but their keys: they stand in another order."""
    one, other = _row(connection, table, draw), _row(connection, table, draw)
    keys = set(_keys(connection, table))
    names = [name for name in one if name not in keys]
    if not names or [one[name] for name in names] == [other[name] for name in names]:
        return None
    assigned = ", ".join(f"{name} = ?" for name in names)
    changes = []
    for to, source in ((one, other), (other, one)):
        where, named = _where(connection, table, to)
        changes.append((f"UPDATE {table} SET {assigned} WHERE {where}", (*(source[name] for name in names), *named)))
    return Edit(f"{table}: two rows exchanged", tuple(changes))


def _schema_changed(connection: Connection, table: str, draw: random.Random) -> Edit:
    """A trigger or a view taken out, a view or a table put in."""
    named = connection.execute("SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchall()
    kind, name = draw.choice(named)
    made = draw.choice(
        (
            f"DROP {kind} {name}",
            f"CREATE TRIGGER sly AFTER INSERT ON {table} BEGIN DELETE FROM readers WHERE pseudonym = 'x'; END",
            "CREATE TABLE sly (a TEXT)",
        )
    )
    return Edit(made, ((made, ()),))


def unfound(copy: Connection, path: Path, edits: int, seed: int) -> list[str]:
    """The edits that verify does not see. Each is undone before the next; triggers are back in place for verify."""
    assert verify_open(copy, path).sound
    draw, missed = random.Random(seed), list[str]()
    made = 0
    while made < edits:
        copy.execute("BEGIN")
        edit, kept = drawn(copy, draw), triggers(copy)
        before = copy.total_changes
        if not edit.words.startswith(("DROP", "CREATE")):
            unlocked(copy)
        try:
            for statement, values in edit.statements:
                copy.execute(statement, values)
        except sqlite3.IntegrityError:  # the schema itself refused it
            copy.execute("ROLLBACK")
            continue
        changed = copy.total_changes > before or edit.words.startswith(("DROP", "CREATE"))
        if not edit.words.startswith(("DROP", "CREATE")):
            for trigger in kept:
                copy.execute(trigger)
        made += changed  # what the schema refused, or came out as it was, is no edit
        if changed and verify_open(copy, path).sound:
            missed.append(edit.words)
        copy.execute("ROLLBACK")
    assert verify_open(copy, path).sound
    return missed
