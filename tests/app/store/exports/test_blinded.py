"""What leaves a store blinded names no condition, no arm, no truth and nothing of the AI; the key is another matter."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet
import pytest

from app.store.exports.blinded import FREE_TABLES, blinded_export, write_key
from app.store.exports.tidy import export
from app.store.projecting.tables import TABLES
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A protocol of two conditions and an arm, in place of the text that the store's sample holds."""
    condition = SimpleNamespace(phases=(), title="")
    design = SimpleNamespace(arms={"control": None})
    protocol = SimpleNamespace(
        conditions={"reader_first": condition, "unaided": condition}, questions={}, design=design
    )
    monkeypatch.setattr("app.store.exports.blinded.protocol_of", lambda record: protocol)


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_that_only_free_tables_leave_in_both_formats_alike(store: Path, tmp_path: Path) -> None:
    written = blinded_export(store, tmp_path / "out")
    assert {each.stem for each in written} == FREE_TABLES | {"README", "dictionary", "datapackage"}
    for table in FREE_TABLES:
        parquet = pyarrow.parquet.read_table(tmp_path / "out" / f"{table}.parquet")
        assert parquet.num_rows == len(rows(tmp_path / "out", table))


def test_that_answers_and_times_are_those_of_the_open_export(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "open")
    blinded_export(store, tmp_path / "blinded")
    for table in FREE_TABLES:
        whole, left = rows(tmp_path / "open", table), rows(tmp_path / "blinded", table)
        assert len(whole) == len(left)
        for open_row, row in zip(whole, left, strict=True):
            hidden = {"condition", "arm"}
            assert {k: open_row[k] for k in row if k not in hidden} == {k: v for k, v in row.items() if k not in hidden}
    assert {"answer", "time_ms", "case", "condition"} <= rows(tmp_path / "blinded", "decisions")[0].keys()


def test_that_blinded_tables_never_come_to_lie_among_those_that_unblind(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "out")
    before = {file: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    with pytest.raises(StudyProblem, match="Tables of another export lie here") as told:
        blinded_export(store, tmp_path / "out")
    assert "Choose another folder" in told.value.todo
    assert {file: file.read_bytes() for file in (tmp_path / "out").iterdir()} == before


def test_that_no_file_names_a_condition_a_layer_or_a_planted_error(store: Path, tmp_path: Path) -> None:
    blinded_export(store, tmp_path / "out")
    for file in (tmp_path / "out").iterdir():
        held = file.read_bytes()
        for secret in (b"reader_first", b"nodules", b"box", b"p1", b"positive"):
            assert not re.search(rb"\b" + secret + rb"\b", held), (file.name, secret)


def test_that_letters_stay_the_same_and_only_the_key_tells_them(
    path: Path, tmp_path: Path, play: Callable[..., str], named: None
) -> None:
    writer = StoreWriter(path)
    play(writer, "R1")
    writer.close()
    blinded_export(path, tmp_path / "one")
    blinded_export(path, tmp_path / "two")
    key = write_key(path, tmp_path / "key")
    assert rows(tmp_path / "one", "trials") == rows(tmp_path / "two", "trials")
    with key.open(encoding="utf-8", newline="") as file:
        told = {row["name"]: row["letter"] for row in csv.DictReader(file)}
    assert sorted(told.values()) == ["A", "B", "C"]
    assert {row["condition"] for row in rows(tmp_path / "one", "trials")} == {told["reader_first"]}


def test_that_letters_differ_between_stores_so_that_one_key_opens_one_store(
    tmp_path: Path, play: Callable[..., str], named: None
) -> None:
    keys = set()
    for number in range(12):
        writer = StoreWriter(tmp_path / f"{number}.sqlite")
        play(writer, "R1")
        writer.close()
        keys.add(write_key(tmp_path / f"{number}.sqlite", tmp_path / str(number)).read_text())
    assert len(keys) > 1


def test_that_a_column_that_nobody_named_free_stays_behind(store: Path, tmp_path: Path) -> None:
    blinded_export(store, tmp_path / "out")
    left = {table: set(rows(tmp_path / "out", table)[0]) for table in ("trials", "decisions", "dwell")}
    assert "phase_name" in {field.name for form in TABLES if form.name == "decisions" for field in form.fields}
    assert "phase_name" not in left["decisions"] | left["dwell"]


def test_that_an_empty_store_is_refused_like_an_open_export(path: Path, tmp_path: Path) -> None:
    StoreWriter(path).close()
    with pytest.raises(StudyProblem, match="no sittings"):
        blinded_export(path, tmp_path / "out")
