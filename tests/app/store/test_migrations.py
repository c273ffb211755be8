"""Every released version of the store can still be opened; the steps end where models.py stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from app.store.connection import connect
from app.store.migrations import NEWEST, upgrade, version_of
from app.store.models import metadata
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import SittingEnded

SAMPLES = sorted((Path(__file__).parent / "samples").glob("v*.sqlite"))


@pytest.fixture
def migrated(path: Path) -> Connection:
    connection = connect(path)
    upgrade(connection, "test")
    return connection


def test_that_the_steps_lead_to_the_tables_that_queries_expect(migrated: Connection) -> None:
    found = inspect(migrated)
    assert set(found.get_table_names()) == set(metadata.tables)
    for name, table in metadata.tables.items():
        there = [(column["name"], str(column["type"])) for column in found.get_columns(name)]
        assert there == [(column.name, str(column.type.compile(migrated.dialect))) for column in table.columns]
        assert found.get_pk_constraint(name)["constrained_columns"] == [key.name for key in table.primary_key]


def test_that_an_upgrade_of_the_newest_changes_nothing(migrated: Connection) -> None:
    assert upgrade(migrated, "again") == NEWEST == version_of(migrated)
    assert migrated.exec_driver_sql("SELECT count(*) FROM schema_version").scalar_one() == NEWEST


def test_that_there_is_a_sample_of_every_version() -> None:
    assert [sample.stem for sample in SAMPLES] == [f"v{version}" for version in range(1, NEWEST + 1)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_that_a_sample_is_upgraded_and_keeps_every_event(sample: Path, path: Path) -> None:
    shutil.copy(sample, path)
    path.chmod(0o644)
    StoreWriter(path).close()
    report = verify(path)
    assert (report.problems, report.sittings) == ((), 2)
    with open_store(path) as store:
        last = store.events(1)[-1]
    assert isinstance(last, SittingEnded)
    assert last.counts["PhaseConfirmed"] == 4
