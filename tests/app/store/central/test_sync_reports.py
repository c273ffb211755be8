"""Report, attention and the records of a study are the same from the central database as from the station's store."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.analysis.record import study_records
from app.analysis.report import write_report
from app.cli import app
from benchmarks.postgres import home
from tests.app.analysis.test_report import order, store, study
from tests.app.store.central.syncing import central, delivered, postgres, ready

__all__ = ["central", "order", "postgres", "ready", "store", "study"]
pytestmark = pytest.mark.skipif(home() is None, reason="PostgreSQL's server is not installed")


def test_that_the_report_is_that_of_the_station(central: str, store: Path, tmp_path: Path) -> None:
    assert len(delivered(store, central).delivered) == 1
    assert study_records(central) == study_records(store)
    pages = [write_report(location, tmp_path / "page.html").read_text("utf-8") for location in (store, central)]
    own, gathered = (re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "", page) for page in pages)
    assert gathered == own


def test_that_attention_is_that_of_the_station(central: str, store: Path) -> None:
    delivered(store, central)
    runner = CliRunner()
    own, gathered = (runner.invoke(app, ["attention", str(each), "--json"]) for each in (store, central))
    assert (own.exit_code, gathered.exit_code) == (0, 0), gathered.output
    assert gathered.output == own.output
