"""A PostgreSQL of one's own, central databases in it, and stations' stores to sync to them: fixtures and helpers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from app.store.central.database import prepare
from app.store.central.link import Link
from app.store.central.sync import Outcome, sync
from app.store.verify import verify
from app.store.writer import StoreWriter
from benchmarks.postgres import Server, server

Play = Callable[..., str]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture(scope="module")
def ready(postgres: Server) -> str:
    postgres.sql("CREATE DATABASE ready")
    prepare(postgres.url("ready"), "test")
    return "ready"


@pytest.fixture
def central(postgres: Server, ready: str) -> str:
    """The address of a central database of this test alone, ready."""
    name = f"lab_{uuid4().hex[:12]}"
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE {ready}")
    return postgres.url(name)


@pytest.fixture
def station(tmp_path: Path, play: Play) -> Callable[..., Path]:
    """A station's store with one sealed sitting of each reader named."""

    def made(name: str, *readers: str, **played: Any) -> Path:
        path = tmp_path / f"{name}.sqlite"
        writer = StoreWriter(path, program_version="test")
        for reader in readers:
            play(writer, reader, **played)
        writer.close()
        return path

    return made


def delivered(path: Path, to: str, **options: Any) -> Outcome:
    link = Link(to, sleep=lambda seconds: None)
    try:
        return sync(path, link, name=path.stem, program_version="test", **options)
    finally:
        link.close()


def assert_every_event_once(central: str, *paths: Path) -> None:
    """What is there is what the stores hold, row by row; and the landing place is empty."""
    own: list[Any] = []
    for path in paths:
        with closing(sqlite3.connect(path)) as connection:
            own += connection.execute(LOGGED).fetchall()
    with psycopg.connect(central) as connection:
        there = connection.execute(LOGGED.replace("p.data", "coalesce(p.data, '')")).fetchall()
        landing = connection.execute("SELECT count(*) FROM arriving_events").fetchone()
    assert sorted(there) == sorted((*row[:-1], row[-1] or b"") for row in own)
    assert landing == (0,)
    assert verify(central).sound


LOGGED = """SELECT s.uid, e.seq, e.at_ns, e.utc, e.kind, e.payload, e.hash, p.data
    FROM events e JOIN sittings s ON s.id = e.sitting LEFT JOIN samples p ON p.sitting = e.sitting AND p.seq = e.seq"""
