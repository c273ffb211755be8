"""An export refuses, by name, what would falsify an analysis, and lists what was never read."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from app.store.acts import ReaderDropped, TrialVoided, Who, write
from app.store.exports.forms import Form, Wish, export_as
from app.store.exports.tidy import Choice, export, export_tables
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem
from tests.app.store.exports.studies import Read, ReadStudy

MakeStudy = Callable[..., ReadStudy]
FORMS = get_args(Form)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("form", FORMS)
def test_that_the_same_case_decided_twice_is_refused_by_name_in_every_form(
    make_study: MakeStudy, tmp_path: Path, form: Form
) -> None:
    study = make_study({"a": 1, "b": 0})
    study.add([Read("R1", "x", "a", 10.0), Read("R1", "x", "b", 20.0), Read("R1", "x", "a", 90.0)])
    named = "1 answers were given twice: reader R1, case a, condition x, phase 0, question suspicion"
    with pytest.raises(StudyProblem, match=named) as refused:
        export_as(form, study.store, tmp_path / "no")
    assert "--allow duplicates" in refused.value.todo
    assert list(tmp_path.glob("no/*")) == []
    assert export_as(form, study.store, tmp_path / "yes", Wish(Choice(allow=("duplicates",)))).files


@pytest.mark.parametrize("form", FORMS)
def test_that_a_case_without_truth_is_refused_by_name_in_every_form(
    make_study: MakeStudy, tmp_path: Path, form: Form
) -> None:
    study = make_study({"a": 1, "b": 0})
    study.add([Read("R1", "x", case, 10.0) for case in ("a", "b", "unknown")])
    with pytest.raises(StudyProblem, match="does not speak of 1 cases that were read: unknown") as refused:
        export_as(form, study.store, tmp_path / "no")
    assert "--allow missing-truth" in refused.value.todo
    assert list(tmp_path.glob("no/*")) == []
    assert export_as(form, study.store, tmp_path / "yes", Wish(Choice(allow=("missing-truth",)))).files


def test_that_marks_in_a_case_without_truth_are_refused_too(make_study: MakeStudy, tmp_path: Path) -> None:
    study = make_study({"a": 1, "b": 0})
    study.add([Read("R1", "x", case, None, ((0, 30.0),)) for case in ("a", "b", "unknown")])
    with pytest.raises(StudyProblem, match="unknown"):
        export_as("rjafroc", study.store, tmp_path)


def test_that_what_was_read_under_two_versions_of_a_protocol_is_twice(make_study: MakeStudy, tmp_path: Path) -> None:
    study = make_study({"a": 1, "b": 0})
    study.add([Read("R1", "x", "a", 10.0), Read("R1", "x", "b", 10.0)])
    study.version = "1.1.0"
    study.add([Read("R1", "x", "b", 60.0)])
    with pytest.raises(StudyProblem, match="reader R1, case b, condition x"):
        export(study.store, tmp_path)


def test_that_a_voided_trial_frees_its_case(make_study: MakeStudy, tmp_path: Path) -> None:
    study = make_study({"a": 1, "b": 0})
    record = study.add([Read("R1", "x", "a", 10.0), Read("R1", "x", "b", 20.0), Read("R1", "x", "a", 90.0)])
    writer = StoreWriter(study.store)
    write(writer, Who("coordinator", "C"), TrialVoided(record.sha256, "R1", 0, "the wrong images"))
    writer.close()
    done = export_tables(study.store, tmp_path)
    assert done.missing == ["missing reads of R1 (published 1.0.0): 1 voided"]
    assert [row["trial"] for row in table(tmp_path / "decisions.csv")] == ["1", "2"]


def test_that_missing_reads_are_listed_in_a_file_and_in_words(make_study: MakeStudy, tmp_path: Path) -> None:
    study = make_study({"a": 1, "b": 0, "c": 0})
    plan = [Read(who, what, case, 50.0) for who, what, case in product(("R1", "R2", "R3"), "xy", "abc")]
    read = [each for each in plan if each.reader == "R1"] + [each for each in plan if each.reader == "R2"][:4]
    record = study.add(read, planned=plan)
    writer = StoreWriter(study.store)
    write(writer, Who("coordinator", "C"), ReaderDropped(record.sha256, "R3", "moved"))
    writer.close()
    done = export_tables(study.store, tmp_path, {"csv"})
    assert done.missing == [
        "missing reads of R2 (published 1.0.0): 2 not begun",
        "missing reads of R3 (published 1.0.0): 6 not begun; left the study: moved",
    ]
    rows = table(tmp_path / "missing_reads.csv")
    assert {(row["reader"], row["condition"], row["case"], row["dropped"]) for row in rows} == {
        *(("R2", "y", case, "") for case in "bc"),
        *(("R3", what, case, "moved") for what, case in product("xy", "abc")),
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", ["demo", "pilot"])
def test_that_demo_and_pilot_leave_only_when_asked_for(
    make_study: MakeStudy, tmp_path: Path, form: Form, mode: str
) -> None:
    study = make_study({"a": 1, "b": 0}, mode=mode)
    study.add([Read("R1", "x", "a", 10.0), Read("R1", "x", "b", 20.0)])
    with pytest.raises(StudyProblem, match=f"holds {mode} sittings alone") as refused:
        export_as(form, study.store, tmp_path / "no")
    assert f"`--mode {mode}`" in refused.value.todo
    assert export_as(form, study.store, tmp_path / "yes", Wish(Choice(modes={mode}))).files


def test_that_an_export_that_fails_leaves_what_was_there(make_study: MakeStudy, tmp_path: Path) -> None:
    study = make_study({"a": 1})
    study.add([Read("R1", "x", "unknown", 10.0)])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "trials.csv").write_text("of last week")
    with pytest.raises(StudyProblem):
        export(study.store, tmp_path / "out")
    assert [(each.name, each.read_text()) for each in (tmp_path / "out").iterdir()] == [("trials.csv", "of last week")]
