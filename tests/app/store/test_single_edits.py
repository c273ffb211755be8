"""Whatever single thing somebody changes in a store, `verify` finds it.

Edits are drawn as somebody makes them with a database tool and the triggers out of the way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest

from app.store.accounts import first_coordinator, make_account
from app.store.acts import TrialVoided, Who, write
from app.store.reader import ProtocolRecord
from app.store.writer import StoreWriter
from benchmarks.edits import unfound

Play = Callable[..., str]
ONCE, OFTEN = 100, 10_000


@pytest.fixture
def store(path: Path, play: Play, protocol: ProtocolRecord) -> Path:
    """A coordinator, an account with a PIN, a voided trial; two sittings to their end, one that was cut off; a reader
    who was enrolled and has read nothing."""
    writer = StoreWriter(path)
    coordinator = first_coordinator(writer, "lead", "a long password")
    make_account(writer, coordinator, Who("reader", "R1"), "4711")
    for reader in ("R1", "R2"):
        play(writer, reader)
    play(writer, "R3", end=False)
    write(writer, coordinator, TrialVoided(protocol.sha256, "R1", 1, "the telephone rang"))
    writer.close()
    return path


@pytest.fixture
def copy(store: Path) -> Iterator[Connection]:
    """The store in memory, without the triggers that refuse edits, and with nothing else changed."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        with closing(sqlite3.connect(store)) as connection:
            connection.backup(memory)
        yield memory


def test_that_single_edits_of_a_store_are_found(copy: Connection, store: Path) -> None:
    assert unfound(copy, store, ONCE, seed=1) == []


@pytest.mark.slow
def test_that_each_of_ten_thousand_single_edits_is_found(copy: Connection, store: Path) -> None:
    assert unfound(copy, store, OFTEN, seed=2) == []
