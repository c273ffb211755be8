"""Stores and journals whose values are not of their kind: whoever opens them is told, and never waits for ever."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.store.chain import canonical
from app.store.reader import open_store
from app.store.safety.journal import SET_ASIDE
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed
from app.tracking.recorder import Recorder
from study_configs.problem import ProgramError, StudyProblem

OLD_STORE = Path(__file__).parents[1] / "app" / "store" / "samples" / "v2.sqlite"
GOOD_ROW = {
    "sitting": "s", "seq": 0, "at_ns": 0, "utc": "", "kind": "WheelTurned", "payload": "{}", "hash": 64 * "0",
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path, begin: Callable[..., Recorder], confirmation: Callable[..., PhaseConfirmed]) -> Path:
    path = tmp_path / "store.sqlite"
    writer = StoreWriter(path)
    begin(writer).commit(confirmation(0)).result(10)
    writer.close()
    return path


def change(path: Path, table: str, assignment: str) -> None:
    """What a damaged page may make of a value: without the triggers that stand in its way."""
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute(f"UPDATE {table} SET {assignment}")
    connection.commit()
    connection.close()


def test_that_an_older_store_with_a_value_of_another_kind_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    path.write_bytes(OLD_STORE.read_bytes())
    change(path, "act_heads", "acts = x'00ff'")
    with pytest.raises(StudyProblem, match="damaged"):
        StoreWriter(path, journals=tmp_path / "journals")


def test_that_whatever_goes_wrong_while_a_store_is_opened_is_told(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ours(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("app.store.writer.identity", ours)
    with pytest.raises(ProgramError, match="a mistake of ours"):
        StoreWriter(store)


def journal_of(store: Path, *values: Any) -> bytes:
    """A journal whose every line is whole, whatever it says."""
    with open_store(store) as opened:
        heading = {"journal": 1, "store": str(store), "uid": opened.uid(), "process": 1, "since": "2026"}
    link, lines = b"", []
    for value in (heading, *values):
        link = hashlib.sha256(link + canonical(value).encode()).digest()
        lines.append(canonical({"is": value, "link": link.hex()}))
    return "\n".join([*lines, ""]).encode()


@pytest.mark.parametrize(
    "value",
    [
        {}, [], 7, "row", {"journal": 2}, {**GOOD_ROW, "hash": "not hex"}, {**GOOD_ROW, "hash": None},
        {**GOOD_ROW, "seq": "0"}, {**GOOD_ROW, "payload": {}}, {**GOOD_ROW, "codec": "columns-1"},
        {**GOOD_ROW, "codec": "columns-1", "data": "?"}, {**GOOD_ROW, "sitting": None},
    ],
)  # fmt: skip
def test_that_a_journal_of_strange_lines_is_kept_and_the_store_opens(store: Path, journals: Path, value: Any) -> None:
    with open_store(store) as opened:
        uid = opened.uid()
    journals.mkdir()
    content = journal_of(store, value, value)
    (journals / f"{uid}-1.journal").write_bytes(content)
    writer = StoreWriter(store, journals=journals)
    (played,) = writer.played_back
    writer.close()
    assert played.rows == 0
    assert played.kept is not None
    assert played.kept.read_bytes() == content
    assert played.kept.name.endswith(SET_ASIDE)
    assert (verify(store).problems, verify(store).events) == ((), 1)
