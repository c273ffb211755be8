"""An export holds what was logged, the same in both formats, and mixes no modes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from app.store.acts import TrialVoided, Who, write
from app.store.chain import sha256_of
from app.store.exports.tidy import export
from app.store.projecting.projections import answer_cells, phase_name, practice_trials, protocol_of
from app.store.projecting.study_tables import STUDY_TABLES
from app.store.projecting.tables import TABLES
from app.store.reader import ProtocolRecord, StoreReader, open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed, SittingStarted, TrialStarted
from app.tracking.recorder import Recorder
from study_configs.problem import StudyProblem

Play = Callable[..., str]
TYPED: dict[str, Callable[[str], Any]] = {
    "text": str,
    "whole": int,
    "number": float,
    "flag": lambda text: text == "true",
}


@pytest.fixture
def exported(store: Path, tmp_path: Path) -> Path:
    export(store, tmp_path / "out")
    return tmp_path / "out"


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    return pyarrow.parquet.read_table(folder / f"{table}.parquet").to_pylist()


def csv_rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """The CSV again as values, by the kinds that the dictionary states."""
    with (folder / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["column"]: TYPED[row["kind"]] for row in csv.DictReader(file) if row["table"] == table}
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [{k: None if v == "" else kinds[k](v) for k, v in row.items()} for row in csv.DictReader(file)]


@pytest.mark.parametrize("table", [form.name for form in TABLES])
def test_that_csv_and_parquet_hold_the_same_rows(exported: Path, table: str) -> None:
    found = rows(exported, table)
    assert found
    assert csv_rows(exported, table) == found


def test_that_every_event_is_exported(exported: Path, store: Path) -> None:
    assert len(rows(exported, "events")) == verify(store).events


def test_that_decisions_carry_answer_time_and_changes(exported: Path) -> None:
    decisions = [row for row in rows(exported, "decisions") if row["reader"] == "R1" and row["trial"] == 1]
    found = {(row["phase"], row["question"], row["target"]): row for row in decisions}
    first = found[(0, "suspicion", None)]
    assert (first["case"], first["condition"], first["mode"]) == ("c2", "reader_first", "study")
    assert (first["answer"], first["answer_number"], first["changes"]) == ("60.5", 60.5, 2)
    assert (first["time_ms"], first["active_ms"]) == (6000.0, 6000.0)
    assert (found[(0, "ct", None)]["answer"], found[(0, "ct", None)]["question_version"]) == ("yes", "3")
    assert (found[(0, "sure", "m1")]["answer"], found[(0, "sure", "m1")]["about"]) == ("true", "mark")
    assert found[(1, "found", None)]["answer"] == '["a", "b"]'
    assert found[(1, "suspicion", None)]["time_ms"] == 3000.0


def test_that_decisions_and_trials_say_what_the_order_made_of_the_case(exported: Path) -> None:
    planned = ("arm", "block", "part", "probe", "repeat", "no_reveal", "thresholds")
    for table in ("decisions", "trials"):
        (told,) = {
            tuple(row[name] for name in planned)
            for row in rows(exported, table)
            if row["reader"] == "R1" and row["trial"] == 1
        }
        assert told == ("plain", 2, "trust", None, True, False, '{"box": 0.25}')


def test_that_phases_that_were_left_out_and_breaks_are_exported(exported: Path) -> None:
    skipped = [row for row in rows(exported, "skipped") if row["reader"] == "R1"]
    assert [(row["trial"], row["phase"], row["why"], row["top_scores"]) for row in skipped] == [
        (0, 2, "only_if", '{"nodules": 0.75}'),
        (1, 2, "only_if", '{"nodules": 0.75}'),
    ]
    breaks = [row for row in rows(exported, "breaks") if row["reader"] == "R1"]
    assert [(row["after_trial"], row["at_least_s"], row["duration_ms"]) for row in breaks] == [
        (0, 0.25, 500.0),
        (1, 0.25, 500.0),
    ]
    assert {row["phases_skipped"] for row in rows(exported, "trials")} == {1}


def test_that_voided_trials_stay_out_with_the_reason_unless_asked_for(store: Path, tmp_path: Path) -> None:
    writer = StoreWriter(store)
    sha256 = writer.run(lambda connection: StoreReader(connection).protocols()[0].sha256).result()
    write(writer, Who("coordinator", "C"), TrialVoided(sha256, "R1", 1, "the fire alarm"))
    writer.close()
    export(store, tmp_path / "out", {"parquet"})
    export(store, tmp_path / "all", {"parquet"}, with_voided=True)
    told = {(row["reader"], row["trial"]): row["voided"] for row in rows(tmp_path / "out", "trials")}
    assert told == {("R1", 0): None, ("R1", 1): "the fire alarm", ("R2", 0): None, ("R2", 1): None}
    for table in ("decisions", "marks", "skipped", "dwell", "layers", "ai", "exposures"):
        kept = {(row["reader"], row["trial"]) for row in rows(tmp_path / "out", table)}
        assert kept == {("R1", 0), ("R2", 0), ("R2", 1)}, table
        assert ("R1", 1) in {(row["reader"], row["trial"]) for row in rows(tmp_path / "all", table)}, table


def test_that_dwell_layers_marks_and_ai_are_those_of_the_log(exported: Path) -> None:
    mine = {name: [row for row in rows(exported, name) if row["reader"] == "R1" and row["trial"] == 0] for name in
            ("dwell", "layers", "marks", "ai", "trials")}  # fmt: skip
    assert {(row["phase"], row["slice"]): row["active_ms"] for row in mine["dwell"]} == {
        (0, 3): 4000.0,
        (0, 4): 2000.0,
        (1, 4): 3000.0,
    }
    assert [(row["phase"], row["layer"], row["raw_ms"]) for row in mine["layers"]] == [(1, "box", 1000.0)]
    assert [(row["phase"], row["x_mm"], row["y_mm"], row["z_mm"]) for row in mine["marks"]] == [
        (0, -1.5, 2.0, 30.25),
        (1, -1.5, 2.0, 30.25),
    ]
    assert [(row["phase"], row["top_score"], row["planted"]) for row in mine["ai"]] == [(1, 0.75, '["p1"]')]
    assert [(row["practice"], row["starts"], row["phases_confirmed"]) for row in mine["trials"]] == [(True, 1, 2)]


def test_that_exposures_say_what_was_on_the_screen_from_when_to_when(exported: Path) -> None:
    found = [row for row in rows(exported, "exposures") if row["reader"] == "R1" and row["trial"] == 1]
    assert [(row["phase"], row["layer"], row["element"], row["share"]) for row in found] == [(1, "box", "f2", 0.25)]
    assert [(row["from_ms"], row["to_ms"], row["active_ms"]) for row in found] == [(7000.0, 8000.0, 1000.0)]


def test_that_pages_and_their_answers_are_exported(exported: Path) -> None:
    pages = [row for row in rows(exported, "pages") if row["reader"] == "R2"]
    assert [(row["page"], row["question"], row["answer"]) for row in pages] == [
        ("welcome", "known", '["a", "b"]'),
        ("welcome", "years", "7"),
    ]
    told = {(row["media_sha256"], row["watched"], row["shown_ms"], row["block"]) for row in pages}
    assert told == {("ef56", "in_part", 1000.0, None)}
    assert {row["question"]: row["question_version"] for row in pages} == {"known": None, "years": "2"}


def test_that_demo_and_pilot_rows_stay_out_unless_asked_for(
    path: Path, tmp_path: Path, play: Play, protocol_of_mode: Callable[[str], ProtocolRecord]
) -> None:
    writer = StoreWriter(path)
    for reader, mode in (("R1", "study"), ("R2", "demo"), ("R3", "pilot")):
        play(writer, reader, protocol_of_mode(mode))
    writer.close()
    export(path, tmp_path / "plain", {"parquet"})
    export(path, tmp_path / "asked", {"parquet"}, modes={"study", "demo"})
    for form in TABLES:
        assert {row["mode"] for row in rows(tmp_path / "plain", form.name)} == {"study"}
        assert {row["mode"] for row in rows(tmp_path / "asked", form.name)} == {"study", "demo"}
    with pytest.raises(StudyProblem, match=r"no sittings of review.*demo, pilot, study"):
        export(path, tmp_path / "none", modes={"review"})


def test_that_only_the_asked_formats_are_written_with_the_codebook(store: Path, tmp_path: Path) -> None:
    files = export(store, tmp_path / "out", {"csv"})
    assert sorted(file.name for file in files) == sorted(
        [*(f"{form.name}.csv" for form in (*TABLES, *STUDY_TABLES)), "dictionary.csv", "README.md", "datapackage.json"]
    )
    assert all(file.is_file() for file in files)


def test_that_a_folder_that_cannot_be_made_is_named(store: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyProblem, match="can't be written"):
        export(store, tmp_path / "file" / "out")


INTERRUPTED = """readerlab: 1
protocol: {{id: two, version: 1.0.0, mode: study, title: Two looks}}
questions: {{suspicion: {{ask: Cancer, answer: yes_no}}, ct: {{ask: CT, answer: yes_no}}}}
conditions:
  reader_first:
    phases: [{{name: own view, answer: [suspicion]}}, {{name: again, answer: [suspicion]}}]
design: {{cases: {{order: fixed}}, seed: 1}}
reading: {{interrupted: {{same_case: {then}}}}}
"""


@pytest.mark.parametrize(("then", "kept"), [("restart", []), ("resume", ["true"])])
def test_that_what_was_confirmed_before_an_interruption_counts_as_the_protocol_says(
    path: Path, tmp_path: Path, begin: Callable[..., Recorder], then: str, kept: list[str]
) -> None:
    source = INTERRUPTED.format(then=then).encode()
    record = ProtocolRecord(sha256_of(source), "two", "1.0.0", "study", source)
    assert protocol_of(record) is not None
    started = SittingStarted(
        at_ns=0, reader="R1", protocol_id="two", protocol_version="1.0.0", protocol_sha256=record.sha256,
        order_sha256="", mode="study", sitting=0, resumed=True, program_version="",
    )  # fmt: skip
    trial = TrialStarted(at_ns=5, trial=0, case="c", condition="reader_first")
    own_view = PhaseConfirmed(at_ns=9, trial=0, phase=0, answers={"suspicion": True})
    writer = StoreWriter(path)
    for events in ((started, trial, own_view), (started, trial)):
        recorder = begin(writer, "R1", record)
        for event in events:
            recorder.record(event)
    writer.close()
    export(path, tmp_path / "out")
    assert [row["starts"] for row in rows(tmp_path / "out", "trials")] == [2]
    assert [row["answer"] for row in rows(tmp_path / "out", "decisions")] == kept


def test_that_phase_names_come_from_the_frozen_protocol() -> None:
    source = (resources.files("study_configs") / "protocols" / "one_question.yaml").read_bytes()
    protocol = protocol_of(ProtocolRecord(sha256_of(source), "one", "1", "demo", source))
    assert protocol is not None
    for name, condition in protocol.conditions.items():
        named = [phase_name(protocol, name, at) for at in range(len(condition.phases) + 1)]
        assert named == [*(phase.name for phase in condition.phases), ""]


def test_that_an_unknown_protocol_language_or_order_gives_empty_cells() -> None:
    assert protocol_of(ProtocolRecord("", "x", "1", "demo", b"readerlab: 99\nwords: new\n")) is None
    assert phase_name(None, "unaided", 0) == ""
    assert practice_trials({"cases": []}) == practice_trials([1, 2]) == {}


@pytest.mark.parametrize(
    ("value", "cells"),
    [
        ("yes", ("yes", None)),
        (True, ("true", None)),
        (3, ("3", 3.0)),
        (0.1, ("0.1", 0.1)),
        (None, (None, None)),
        (("a", "é"), ('["a", "é"]', None)),
    ],
)
def test_that_answers_keep_their_text_and_their_number(value: Any, cells: tuple[Any, Any]) -> None:
    assert answer_cells(value) == cells


def test_that_an_export_leaves_the_store_as_it_was(store: Path, tmp_path: Path) -> None:
    before = store.read_bytes()
    export(store, tmp_path / "out")
    assert store.read_bytes() == before
    with open_store(store) as reader:
        assert len(reader.sittings()) == 2


def test_that_an_export_may_be_written_again_but_leaves_no_older_file_beside_its_own(
    store: Path, tmp_path: Path
) -> None:
    export(store, tmp_path / "out", ["csv", "jsonl"])
    export(store, tmp_path / "out", ["csv", "jsonl"])
    with pytest.raises(StudyProblem, match=r"would not replace \(.*\.jsonl and \d+ more\)"):
        export(store, tmp_path / "out", ["csv"])
