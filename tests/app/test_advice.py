"""What AI says in a trial: out of reach unless the phase opted in, errors planted, no truth in what is handed out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.advice import Advice, needs_of
from app.reading.engine import OutOfTurn
from overlays.layers import Layer, from_protocol, visible_findings
from study_configs.design import ReadingOrder, reading_order
from study_configs.problem import StudyProblem
from study_configs.study import Study, load_study

REACH = frozenset({"nodules"})


@pytest.fixture
def study(small_study: Path) -> Study:
    return load_study(small_study / "protocol.yaml")


@pytest.fixture
def order(study: Study) -> ReadingOrder:
    return reading_order(study, "tester", 0)


@pytest.fixture
def advice(study: Study, order: ReadingOrder, tmp_path: Path):
    made = Advice(study, order, tmp_path)
    yield made
    made.close()


def with_ai(order: ReadingOrder):
    return [trial for trial in order.trials if trial.condition == "commit_reveal"]


def test_that_ai_out_of_reach_is_refused_before_anything_is_read(advice: Advice, order: ReadingOrder) -> None:
    with pytest.raises(OutOfTurn):
        advice.result(with_ai(order)[0].index, "nodules", frozenset())


def test_that_each_trial_gets_its_own_case_and_only_planned_errors(advice: Advice, order: ReadingOrder) -> None:
    for trial in with_ai(order):
        result = advice.result(trial.index, "nodules", REACH).result(30)
        planted = {finding.provenance.planted for finding in result.findings} - {""}
        assert planted == {error.id for error in trial.planted if error.kind == "false_positive"}
        assert all(finding.score >= 0.5 for finding in result.findings if finding.provenance.planted)


def test_that_the_same_trial_is_told_the_same_every_time(advice: Advice, order: ReadingOrder) -> None:
    trial = next(trial for trial in with_ai(order) if trial.planted)
    first, second = (advice.result(trial.index, "nodules", REACH).result(30) for _ in range(2))
    assert first.findings == second.findings


def test_that_nothing_in_an_invented_finding_betrays_it(advice: Advice, order: ReadingOrder) -> None:
    """The case has no finding and no map of its own: label, id and map are those that the AI gives elsewhere."""
    trial = next(trial for trial in with_ai(order) if trial.planted)
    (real,) = {trial.case_id: trial for trial in with_ai(order) if not trial.planted}.values()
    shown, elsewhere = (advice.result(each.index, "nodules", REACH).result(30) for each in (trial, real))
    (invented,), (sham,) = shown.findings, shown.maps
    (finding,), (like,) = elsewhere.findings, elsewhere.maps
    assert (invented.label, invented.id) == (finding.label, finding.id)
    assert (sham.label, sham.kind, sham.value_range, sham.units, sham.values.shape) == (
        like.label,
        like.kind,
        like.value_range,
        like.units,
        like.values.shape,
    )
    assert sham.finding == invented.id
    assert visible_findings(shown, layer_of(advice))


def layer_of(advice: Advice) -> Layer:
    protocol = advice._study.protocol
    return from_protocol("box", protocol.layers["box"], protocol.ai["nodules"])


def test_that_only_trials_that_show_ai_need_any(study: Study, order: ReadingOrder) -> None:
    assert {need.case for need in needs_of(study, order.trials)} == {trial.case_id for trial in with_ai(order)}


def test_that_a_missing_result_is_named(study_copy: Path, tmp_path: Path) -> None:
    for file in (study_copy / "ai").glob("c*.json"):
        file.unlink()
    study = load_study(study_copy / "protocol.yaml")
    order = reading_order(study, "tester", 0)
    advice = Advice(study, order, tmp_path)
    with pytest.raises(StudyProblem, match="no result of nodules"):
        advice.result(with_ai(order)[0].index, "nodules", REACH).result(30)
    advice.close()
