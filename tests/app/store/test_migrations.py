"""Every released version of the store can still be opened; the steps end where models.py stands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import OperationalError

from app.store.migrations import NEWEST
from app.store.models import events, heads, metadata, read_only_engine
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import SittingEnded

ROOT = Path(__file__).parents[3]
SAMPLES = sorted((Path(__file__).parent / "samples").glob("v*.sqlite"))


@pytest.fixture
def migrated(path: Path) -> Path:
    StoreWriter(path).close()
    return path


def test_that_the_steps_lead_to_the_tables_that_models_state(migrated: Path) -> None:
    engine = read_only_engine(migrated)
    found = inspect(engine)
    assert set(found.get_table_names()) == set(metadata.tables)
    for name, table in metadata.tables.items():
        there = [(column["name"], str(column["type"])) for column in found.get_columns(name)]
        assert there == [(column.name, str(column.type.compile(engine.dialect))) for column in table.columns]
        assert found.get_pk_constraint(name)["constrained_columns"] == [key.name for key in table.primary_key]


def test_that_analyses_can_query_a_store_through_sqlalchemy_but_not_change_it(
    path: Path, play: Callable[..., str]
) -> None:
    writer = StoreWriter(path)
    play(writer)
    writer.close()
    with read_only_engine(path).connect() as connection:
        query = select(func.count()).select_from(events).where(events.c.kind == "PhaseConfirmed")
        assert connection.execute(query).scalar_one() == 4
        with pytest.raises(OperationalError, match="readonly"):
            connection.execute(heads.delete())


def test_that_an_upgrade_of_the_newest_changes_nothing(migrated: Path) -> None:
    before = migrated.read_bytes()
    StoreWriter(migrated).close()
    assert migrated.read_bytes() == before


def test_that_the_workstation_reads_and_writes_without_the_slow_import() -> None:
    """SQLAlchemy takes half a second to import, a third of the time from a cold start to the first image."""
    code = "import sys, app.store.enrolment, app.store.verify; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


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
