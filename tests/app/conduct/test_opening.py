"""Which sitting is due: orders frozen once, sessions apart by their washout, cases that were lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.conduct.opening import left_sittings, open_sitting
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem
from study_configs.study import Study, load_study

CROSSED = "crossed: {of: [unaided, commit_reveal], order: fixed, washout_days: 7}"


@pytest.fixture
def writer(tmp_path: Path):
    made = StoreWriter(tmp_path / "readerlab.sqlite")
    yield made
    made.close()


def crossed(folder: Path) -> Study:
    """The small study as a crossed design with a washout, without texts and feedback."""
    path = folder / "protocol.yaml"
    text = path.read_text(encoding="utf-8").split("before:")[0]
    text = text.replace("split: {of: [unaided, commit_reveal], order: fixed, balance: [truth]}", CROSSED)
    text = text.replace('  helpful: {ask: "Did the AI help?", answer: likert, points: 5, per: sitting}\n', "")
    path.write_text(text + "feedback: {when: after_sitting}\n", encoding="utf-8")
    return load_study(path)


def test_that_the_order_is_frozen_at_the_first_sign_in(small_study: Path, writer: StoreWriter) -> None:
    study = load_study(small_study / "protocol.yaml")
    first, again = (open_sitting(study, writer, "R01") for _ in range(2))
    assert first.order == again.order
    assert first.started.order_sha256 == again.started.order_sha256
    assert open_sitting(study, writer, "R02").order.enrolment_index == 1


def test_that_a_sitting_without_events_counts_as_new(small_study: Path, writer: StoreWriter) -> None:
    study = load_study(small_study / "protocol.yaml")
    open_sitting(study, writer, "R01")
    assert left_sittings(study, writer) == ()
    opened = open_sitting(study, writer, "R01")
    opened.recorder.commit(opened.started).result(120)
    (left,) = left_sittings(study, writer)
    assert (left.reader, left.at, left.of) == ("R01", 1, 5)
    assert open_sitting(study, writer, "R01").started.resumed


def test_that_the_next_session_waits_for_its_washout(study_copy: Path, writer: StoreWriter, monkeypatch) -> None:
    study = crossed(study_copy)
    opened = open_sitting(study, writer, "R01")
    assert {trial.condition for trial in opened.script.trials} == {"unaided"}
    opened.recorder.commit(opened.started).result(120)
    opened.recorder.end("finished").result(120)
    monkeypatch.setattr("app.conduct.opening._due", lambda study, order, course, finished: (2, opened.script, []))
    with pytest.raises(StudyProblem, match="may begin 7 days after the last"):
        open_sitting(study, writer, "R01")


def test_that_a_lost_case_is_named(study_copy: Path, writer: StoreWriter) -> None:
    study = load_study(study_copy / "protocol.yaml")
    open_sitting(study, writer, "R01")
    for table in ("cases.csv", "reference.csv"):
        path = study_copy / table
        kept = [line for line in path.read_text().splitlines() if not line.startswith("c4,")]
        path.write_text("\n".join(kept))
    with pytest.raises(StudyProblem, match="the case c4, which the study no longer has"):
        open_sitting(load_study(study_copy / "protocol.yaml"), writer, "R01")
