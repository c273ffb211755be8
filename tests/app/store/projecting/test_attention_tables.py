"""The tables of attention in an export, and the quick way to them, from a store whose sittings are known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from app.analysis.attention import attention_of, summaries
from app.cli import app
from app.store.acts import TrialVoided, Who, write
from app.store.exports.tidy import export
from app.store.reader import open_store
from app.store.writer import StoreWriter
from app.tracking.attention_measures.measuring import measured


@pytest.fixture
def store(play: Callable[..., str], writer: StoreWriter, path: Path) -> Path:
    play(writer)
    writer.close()
    return path


def test_that_the_quick_way_measures_what_the_events_do(store: Path) -> None:
    with open_store(store) as reader:
        by_events = [measured((each.event for each in reader.logged(sitting.id)), {}) for sitting in reader.sittings()]
    assert [each.measured for each in attention_of(store)] == by_events


def test_that_times_in_the_tables_are_those_of_the_log(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "out")
    table = {
        name: pyarrow.parquet.read_table(tmp_path / "out" / f"{name}.parquet").to_pylist()
        for name in ("regions", "panels", "dwell_by_point", "coverage", "profiles", "exposures")
    }
    first = [row for row in table["dwell_by_point"] if (row["trial"], row["phase"]) == (1, 0)]
    assert [(row["slice"], round(row["raw_ms"])) for row in first] == [(3, 4000), (4, 2000)]
    regions = [row for row in table["regions"] if (row["trial"], row["phase"], row["basis"]) == (1, 1, "view")]
    assert {(row["kind"], row["region"]): round(row["raw_ms"]) for row in regions} == {
        ("mark", "m1"): 3000, ("rest", "rest"): 0,
    }  # fmt: skip
    assert {row["panel"] for row in table["panels"]} == {"viewport 0", None}
    assert all(0 < row["share"] <= 1 for row in table["coverage"] if row["magnification"] == 0 and row["slices"])
    assert {row["slice_changes"] for row in table["profiles"] if row["phase"] == 0} == {1}
    assert {(row["series_uid"], row["first_slice"], row["last_slice"]) for row in table["exposures"]} == {("1.2", 4, 4)}


def test_that_the_command_prints_a_table_and_json(store: Path) -> None:
    told = CliRunner().invoke(app, ["attention", str(store)])
    assert told.exit_code == 0
    assert told.output.split()[:2] == ["reader", "condition"]
    data = json.loads(CliRunner().invoke(app, ["attention", str(store), "--json"]).output)
    assert [each["reader"] for each in data["summaries"]] == [each.reader for each in summaries(attention_of(store))]
    assert {"regions", "coverage", "profiles"} < set(data["sittings"][0])


def test_that_practice_and_voided_trials_are_measured_but_in_no_summary(store: Path) -> None:
    (before,) = attention_of(store)
    assert (set(before.measured.conditions), before.out) == ({0, 1}, {0})
    assert [each.trials for each in summaries([before])] == [1]
    with open_store(store) as reader:
        sha256 = reader.sittings()[0].protocol_sha256
    writer = StoreWriter(store)
    write(writer, Who("coordinator", "Ada"), TrialVoided(sha256, before.reader, 1, "fire alarm"))
    writer.close()
    (after,) = attention_of(store)
    assert (after.measured, after.out) == (before.measured, {0, 1})
    assert summaries([after]) == []


@pytest.mark.slow
def test_that_a_log_shared_out_among_processes_measures_the_same(
    play: Callable[..., str], writer: StoreWriter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(writer, "R1")
    play(writer, "R2")
    writer.close()
    alone = attention_of(path)
    monkeypatch.setattr("app.analysis.attention.SHARED_FROM", 0)
    assert attention_of(path) == alone
    assert [each.reader for each in alone] == ["R1", "R2"]
