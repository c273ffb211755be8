"""What coordinators are told before anybody reads."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest

from study_configs.check import check, pin
from study_configs.document import EXAMPLE
from study_configs.plan import plan_csv, plan_table
from study_configs.plan_balance import balance, balance_text
from study_configs.plan_text import plan_text
from study_configs.problems import ProtocolProblems
from study_configs.study import load_study


def test_that_a_sound_study_is_summed_up(demo_study: Path):
    report = check(demo_study)
    assert report.ok
    assert report.problems == ()
    assert "6 to read (3 positive by the reference), 4 for practice" in report.to_text()
    assert report.to_text().endswith("0 errors, 0 warnings. It can be read.")
    assert json.loads(report.to_json())["summary"]["planted errors per reader"] == 2


def test_that_a_faulty_study_is_told_where_and_what_to_do(write_study):
    path = write_study(EXAMPLE.replace("from: 0", "form: 0"))
    report = check(path)
    assert not report.ok
    text = report.to_text()
    assert f"{path}:10:55: error RL201 at questions.suspicion.form: There is no key form here." in text
    assert "Did you mean from?" in text
    assert text.endswith("It cannot be read yet.")
    (problem,) = json.loads(report.to_json())["problems"]
    assert (problem["code"], problem["severity"], problem["line"], problem["column"]) == ("RL201", "error", 10, 55)


@pytest.mark.skipif(os.sep == "\\", reason="there a backslash parts folders")
def test_that_a_path_with_backslashes_is_told_to_have_slashes(demo_study: Path):
    table = demo_study.parent / "cases.csv"
    table.write_text(table.read_text("utf-8").replace("/", "\\"), "utf-8")
    assert "folders are parted by /" in check(demo_study).to_text()


def test_that_a_decimal_comma_is_told_to_be_a_point(write_study):
    report = check(write_study(EXAMPLE.replace("{balanced: 0.5}", "{balanced: 0,25}")))
    assert "a decimal number has a point" in report.to_text()


def test_that_a_table_in_another_encoding_is_told_where_and_how_to_save_it(demo_study: Path):
    table = demo_study.parent / "cases.csv"
    table.write_bytes(table.read_bytes().replace(b"A cough", "Für".encode("latin-1"), 1))
    (problem,) = check(demo_study).problems
    line = next(at for at, text in enumerate(table.read_bytes().splitlines(), 1) if b"F\xfcr" in text)
    assert (problem.code, problem.line) == ("RL411", line)
    assert "CSV UTF-8" in problem.expected


def test_that_an_order_that_cannot_be_drawn_is_found_before_anybody_reads(write_study):
    path = write_study(EXAMPLE + "planted: {x: {ai: nodules, kind: false_positive, cases: 3}}\n", practice=0)
    report = check(path)
    assert [problem.code for problem in report.problems if problem.severity == "error"] == ["RL511"]
    assert not report.ok


def test_that_the_plan_lists_every_trial_of_every_reader(demo_study: Path):
    rows = plan_table(load_study(demo_study), 3)
    assert len(rows) == 3 * 10
    assert [row.position for row in rows[:10]] == list(range(1, 11))
    assert {row.reader for row in rows} == {"reader-01", "reader-02", "reader-03"}
    assert sorted(row.planted for row in rows if row.planted) == ["invented"] * 3 + ["missed"] * 3


def test_that_the_plan_can_be_read_back_from_csv(demo_study: Path):
    rows = plan_table(load_study(demo_study), ["anna", "ben"])
    read = list(csv.DictReader(io.StringIO(plan_csv(rows))))
    assert [(row["reader"], row["case"], row["condition"]) for row in read] == [
        (row.reader, row.case, row.condition) for row in rows
    ]
    assert {row["practice"] for row in read} == {"yes", ""}


def test_that_the_plan_in_text_tells_order_planted_errors_and_minutes_in_80_columns(demo_study: Path):
    study = load_study(demo_study)
    rows = plan_table(study, 3)
    text = plan_text(study, rows, 60)
    assert max(len(line) for line in text.splitlines()) <= 80
    first = text[text.index("reader-01") : text.index("reader-02")]
    told = [first.index(row.case) for row in rows if row.reader == "reader-01"]
    assert told == sorted(told)
    assert text.count("[missed]") == text.count("[invented]") == 3
    assert "10 trials, 1 sitting, about 10 min" in first


def test_that_a_plan_keeps_to_the_time_that_a_phase_allows(demo_study: Path):
    path = demo_study
    path.write_text(path.read_text("utf-8").replace("at_least_s: 3", "at_least_s: 600"), "utf-8")
    study = load_study(path)
    assert "about 28 min" in plan_text(study, plan_table(study, 1), 60)


def test_that_the_number_of_readers_comes_from_the_design(write_study):
    path = write_study(EXAMPLE.replace("seed: 1", "seed: 1\n  readers: {planned: 4}"), practice=0)
    assert len({row.reader for row in plan_table(load_study(path))}) == 4


def test_that_balance_counts_what_the_design_promises(demo_study: Path):
    study = load_study(demo_study)
    rows = balance(study, plan_table(study, 18))
    assert [(row.trials, row.positive, row.per_case, row.per_block) for row in rows] == [
        (36, 18, (6, 6), (6, 6, 6))
    ] * 3
    assert sum(row.planted for row in rows) == 36
    assert rows[0].planted == 0
    assert "6, 6, 6" in balance_text(rows)


def test_that_a_broken_balance_shows(demo_study: Path):
    study = load_study(demo_study)
    assert balance(study, plan_table(study, 1))[0].per_case == (0, 1)


def test_that_a_pin_changes_with_any_file_that_it_names(demo_study: Path):
    before = pin(demo_study)
    assert set(before) == {"protocol.yaml", "cases.csv", "reference.csv", "models/nodules/model.onnx"}
    table = demo_study.parent / "cases.csv"
    table.write_text(table.read_text("utf-8").replace("A cough", "Fever"), "utf-8")
    changed = {name for name, digest in pin(demo_study).items() if before[name] != digest}
    assert changed == {"cases.csv"}


def test_that_a_faulty_study_cannot_be_pinned(write_study):
    with pytest.raises(ProtocolProblems):
        pin(write_study("readerlab: 1"))


ARMS = "arms: {low: {crossed: {of: [unaided]}}, high: {split: {of: [unaided, with_ai]}}}"
PLANTED = """planted:
  moved: {ai: nodules, kind: shifted, shift_mm: 9, cases: all, draw: once}
conditions:"""


def test_that_every_arm_is_summed_up(write_study):
    text = EXAMPLE.replace("split: {of: [unaided, with_ai], balance: [truth]}", ARMS)
    found = check(write_study(text.replace("conditions:", PLANTED) + "feedback: {when: after_study}\n")).summary
    assert found["conditions"] == "unaided, with_ai"
    assert "arm low: every reader reads each case once (unaided)" in str(found["design"])
    assert "arm high: split: each case once per reader, 2 conditions" in str(found["design"])
    assert found["planted errors per reader"] == "0, and moved in all cases that fit"


def test_that_a_value_in_the_wrong_place_of_options_is_told_what_belongs_there(write_study):
    asked = "{ask: X, answer: choice, options: {a: [b], c: D}}"
    report = check(write_study(EXAMPLE.replace("questions:\n", f"questions:\n  kind: {asked}\n")))
    problem = next(each for each in report.problems if each.code == "RL203")
    assert (problem.key, problem.expected) == ("questions.kind.options.a", "text")


def test_that_what_a_file_says_neither_steers_a_terminal_nor_fills_it(write_study):
    for strange in ('"\\e[2J\\u202e"', "x" * 9000):
        text = check(write_study(EXAMPLE.replace("seed: 1", f"seed: 1\n  {strange}: 1"))).to_text()
        assert all(sign.isprintable() for line in text.split("\n") for sign in line)
        assert len(text) < 5000


def test_that_many_faults_of_one_kind_are_counted_in_words_and_listed_in_json(demo_study: Path):
    table = demo_study.parent / "cases.csv"
    rows = table.read_text("utf-8").splitlines()
    lost = [f"lost-{at},nowhere/{at}{',' * (rows[0].count(',') - 1)}" for at in range(300)]
    table.write_text("\n".join([*rows, *lost]), "utf-8")
    report = check(demo_study)
    assert report.to_text().count("RL407 ") < 60
    assert "260 more RL407" in report.to_text()
    assert sum(each["code"] == "RL407" for each in json.loads(report.to_json())["problems"]) == 300
