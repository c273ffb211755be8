"""Reading orders, as properties: everyone reads exactly what the design says, in balance, and the same for ever."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study_configs.cases import Case, SealedTruth, Truth
from study_configs.draws import williams_square
from study_configs.problem import ProgramError, StudyProblem
from study_configs.reading_order import PlannedTrial, ReadingOrder, condition_order, reading_order
from study_configs.study import Study, load_study, protocol_from

TEMPLATE = """
readerlab: 1
protocol: {{id: p, version: 1.0.0, mode: study, title: T}}
cases: {{reference: reference.csv}}
ai: {{nodules: {{model: m.onnx}}}}
layers: {{box: {{ai: nodules, draw: box}}}}
questions: {{q: {{ask: Q, answer: yes_no}}}}
conditions:
  unaided: {{phases: [{{answer: [q]}}]}}
  ai_first: {{phases: [{{layers: [box], answer: [q]}}]}}
  ai_last: {{phases: [{{name: own, answer: [q], commit: true}}, {{name: ai, layers: [box], answer: [q]}}]}}
  sham: {{phases: [{{layers: [box], answer: [q]}}]}}
{planted}
design: {design}
"""
ALL = ("unaided", "ai_first", "ai_last", "sham")
PLANTED = "planted: {invented: {ai: nodules, kind: false_positive, cases: 2, not_in_first: 3, apart: 2}}"


def a_study(design: str, *, positive: int, negative: int, practice: int = 0, planted: str = "") -> Study:
    """A study without files; positive and negative cases alternate in the manifest as long as there are both."""
    source = TEMPLATE.format(design=design, planted=planted)
    truths = [True, False] * min(positive, negative) + [positive > negative] * abs(positive - negative)
    cases = [Case(f"warm-{at}", Path("w"), practice=True) for at in range(practice)]
    cases += [Case(f"case-{at:03d}", Path("c"), attributes={"site": "ab"[at % 2]}) for at in range(len(truths))]
    truth = {f"case-{at:03d}": Truth(f"case-{at:03d}", positive, ()) for at, positive in enumerate(truths)}
    protocol = protocol_from(source.encode(), "test")
    return Study(protocol, Path(), Path("p.yaml"), "0" * 64, source, tuple(cases), SealedTruth(truth), {})


def of(conditions: int) -> str:
    return "[" + ", ".join(ALL[:conditions]) + "]"


def split(conditions: int, rest: str = "") -> str:
    return f"{{split: {{of: {of(conditions)}, balance: [truth]}}, seed: 7{rest}}}"


def crossed(conditions: int, rest: str = "") -> str:
    return f"{{crossed: {{of: {of(conditions)}, washout_days: 28}}, seed: 7{rest}}}"


def _trials_or_none(study: Study, index: int) -> tuple[PlannedTrial, ...] | None:
    try:
        return reading_order(study, "r", index).trials
    except StudyProblem:
        return None


SIZES = st.integers(1, 9)


@settings(max_examples=60)
@given(SIZES, SIZES, st.integers(1, 4), st.integers(0, 40))
def test_that_crossed_readers_read_every_case_once_in_every_condition(positive: int, negative: int, k: int, index: int):
    study = a_study(crossed(k), positive=positive, negative=negative, practice=2)
    trials = [trial for trial in reading_order(study, "r", index).trials if not trial.practice]
    read = Counter((trial.case_id, trial.condition) for trial in trials)
    assert set(read.values()) == {1}
    assert len(read) == (positive + negative) * k
    assert [trial.sitting for trial in trials] == [trial.block for trial in trials]
    assert len({(trial.sitting, trial.condition) for trial in trials}) == k


@settings(max_examples=60)
@given(SIZES, SIZES, st.integers(1, 4), st.integers(0, 40))
def test_that_split_readers_read_every_case_once(positive: int, negative: int, k: int, index: int):
    study = a_study(split(k), positive=positive, negative=negative, practice=2)
    trials = [trial for trial in reading_order(study, "r", index).trials if not trial.practice]
    assert Counter(trial.case_id for trial in trials) == Counter(case.id for case in study.cases if not case.practice)
    sizes = Counter(trial.condition for trial in trials)
    per_condition = [sizes[name] for name in ALL[:k]]
    assert max(per_condition) - min(per_condition) <= 1
    assert {trial.sitting for trial in trials} == {1}


@settings(max_examples=40)
@given(SIZES, SIZES, st.integers(1, 4), st.integers(0, 12))
def test_that_over_k_split_readers_each_case_is_read_once_in_each_condition(
    positive: int, negative: int, k: int, start: int
):
    study = a_study(split(k), positive=positive, negative=negative)
    orders = [reading_order(study, "r", start * k + at) for at in range(k)]
    read = Counter((trial.case_id, trial.condition) for order in orders for trial in order.trials)
    assert set(read.values()) == {1}
    assert len(read) == (positive + negative) * k


@pytest.mark.parametrize("make", [crossed, split])
@pytest.mark.parametrize("k", [2, 3, 4])
def test_that_over_the_readers_conditions_are_balanced_for_place_and_for_what_follows(make, k: int):
    study = a_study(make(k), positive=k, negative=k)
    readers = len(williams_square(k)) * k
    orders = [condition_order(study, index) for index in range(readers)]
    for place in range(k):
        assert set(Counter(order[place] for order in orders).values()) == {readers // k}
    assert len(set(Counter(pair for order in orders for pair in pairwise(order)).values())) == 1


@pytest.mark.parametrize("k", [2, 3, 4])
def test_that_over_the_readers_no_case_set_sticks_to_a_place(k: int):
    study = a_study(split(k), positive=k, negative=k)
    readers = len(williams_square(k)) * k
    orders = [reading_order(study, "r", index) for index in range(readers)]
    for case in study.cases:
        blocks = Counter(trial.block for order in orders for trial in order.trials if trial.case_id == case.id)
        assert set(blocks.values()) == {readers // k}


@pytest.mark.parametrize("order", ["fixed", "random"])
def test_that_conditions_keep_the_order_that_is_asked_for(order: str):
    study = a_study(crossed(3).replace("washout_days: 28", f"order: {order}"), positive=2, negative=2)
    orders = {condition_order(study, index) for index in range(60)}
    assert all(sorted(found) == sorted(ALL[:3]) for found in orders)
    assert orders == {ALL[:3]} if order == "fixed" else len(orders) == 6


def test_that_practice_comes_first_in_the_manifests_order_and_without_mistakes():
    rest = ", practice: {condition: sham}"
    study = a_study(split(3, rest), positive=9, negative=9, practice=3, planted=PLANTED)
    for index in range(6):
        practice = reading_order(study, "r", index).trials[:3]
        assert [trial.case_id for trial in practice] == ["warm-0", "warm-1", "warm-2"]
        assert all(trial.practice and trial.block == 0 and trial.sitting == 1 for trial in practice)
        assert {trial.condition for trial in practice} == {"sham"}
        assert not any(trial.planted for trial in practice)


def test_that_positions_count_up():
    order = reading_order(a_study(crossed(3), positive=4, negative=4, practice=2), "r", 0)
    assert [trial.index for trial in order.trials] == list(range(26))


@settings(max_examples=40)
@given(st.integers(4, 14), st.integers(4, 14), st.integers(1, 3), st.integers(0, 20))
def test_that_no_run_is_longer_than_allowed(positive: int, negative: int, limit: int, index: int):
    rest = f", cases: {{max_run: {{truth: {limit}, site: 3}}}}"
    study = a_study(crossed(2, rest), positive=positive, negative=negative)
    truths = study.truth.unseal()
    trials = _trials_or_none(study, index)
    if trials is None:
        assert abs(positive - negative) > limit or limit < 3
        return
    for _, block in groupby(trials, key=lambda trial: trial.block):
        positives = [truths[trial.case_id].positive for trial in block]
        assert max(len(list(run)) for _, run in groupby(positives)) <= limit


def test_that_a_run_that_cannot_be_kept_is_explained():
    study = a_study(crossed(1, ", cases: {max_run: {truth: 1}}"), positive=5, negative=1)
    with pytest.raises(StudyProblem, match="5 of 6 cases have truth = positive") as caught:
        reading_order(study, "r", 0)
    assert caught.value.todo


def test_that_a_fixed_order_is_the_manifests():
    study = a_study(crossed(2, ", cases: {order: fixed}"), positive=5, negative=5)
    cases = [trial.case_id for trial in reading_order(study, "r", 3).trials]
    assert cases == [case.id for case in study.cases] * 2


def test_that_a_fixed_order_that_breaks_a_run_is_refused():
    study = a_study(crossed(1, ", cases: {order: fixed, max_run: {truth: 2}}"), positive=9, negative=1)
    with pytest.raises(StudyProblem, match="fixed"):
        reading_order(study, "r", 0)


@settings(max_examples=60)
@given(st.integers(0, 60), st.booleans())
def test_that_planted_errors_keep_their_rules(index: int, is_split: bool):
    design = split(3) if is_split else crossed(3)
    study = a_study(design, positive=12, negative=12, planted=PLANTED)
    trials = reading_order(study, "r", index).trials
    truths = study.truth.unseal()
    seen = [trial for trial in trials if trial.condition != "unaided"]
    assert not any(trial.planted for trial in trials if trial.condition == "unaided")
    places = [at for at, trial in enumerate(seen) if trial.planted]
    assert min(places) >= 3
    assert all(b - a >= 2 for a, b in pairwise(places))
    planted = [trial for trial in seen if trial.planted]
    assert len({trial.case_id for trial in planted}) == 2
    assert len(planted) == (2 if is_split else 4)  # crossed: in both conditions that show the AI
    assert all(not truths[trial.case_id].positive for trial in planted)
    assert all(len(trial.planted) == 1 and trial.planted[0].kind == "false_positive" for trial in planted)


def test_that_a_planted_error_is_the_same_for_every_reader_of_its_case():
    study = a_study(split(2), positive=8, negative=8, planted=PLANTED)
    errors = {
        (error.id, error.seed)
        for index in range(20)
        for trial in reading_order(study, "r", index).trials
        for error in trial.planted
    }
    assert len(errors) == len({name for name, _ in errors}) == len({seed for _, seed in errors})


def test_that_errors_of_two_kinds_never_share_a_case():
    planted = (
        "planted: {invented: {ai: nodules, kind: false_positive, cases: 3, from: positive, apart: 2},"
        " missed: {ai: nodules, kind: false_negative, cases: 3, apart: 2}}"
    )
    study = a_study(crossed(2), positive=10, negative=2, planted=planted)
    for index in range(10):
        planted_trials = [trial for trial in reading_order(study, "r", index).trials if trial.planted]
        assert sorted(len(trial.planted) for trial in planted_trials) == [1] * 6


@pytest.mark.parametrize(
    ("planted", "why"),
    [
        (PLANTED.replace("cases: 2", "cases: 9"), "wants 9 negative cases"),
        (PLANTED.replace("not_in_first: 3, apart: 2", "apart: 50"), "find no place"),
        (PLANTED.replace("not_in_first: 3", "not_in_first: 99"), "after the first 99"),
    ],
)
def test_that_planted_errors_that_find_no_place_are_explained(planted: str, why: str):
    study = a_study(split(2), positive=4, negative=6, planted=planted)
    with pytest.raises(StudyProblem, match=why):
        reading_order(study, "r", 0)


@settings(max_examples=30)
@given(st.integers(0, 100), st.text(max_size=10))
def test_that_an_order_survives_json(index: int, reader: str):
    order = reading_order(a_study(split(3), positive=6, negative=6, practice=1, planted=PLANTED), reader, index)
    assert ReadingOrder.from_json(order.to_json()) == order


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"trials": 1}', "null"])
def test_that_what_is_no_order_is_refused(text: str):
    with pytest.raises(StudyProblem):
        ReadingOrder.from_json(text)


def test_that_the_readers_name_changes_nothing_but_the_name():
    study = a_study(split(3), positive=6, negative=6)
    assert replace(reading_order(study, "anna", 2), reader="ben") == reading_order(study, "ben", 2)


def test_that_readers_get_different_orders_and_other_seeds_too():
    study = a_study(crossed(2), positive=8, negative=8)
    other = a_study(crossed(2).replace("seed: 7", "seed: 8"), positive=8, negative=8)
    orders = [reading_order(study, "r", index).trials for index in range(10)]
    assert len(set(orders)) == 10
    assert reading_order(other, "r", 0).trials != orders[0]


def test_that_orders_never_change_between_versions_of_readerlab():
    """Readers to come must get what `plan` showed; whoever changes this digest changes every running study."""
    study = a_study(split(3, ", cases: {max_run: {truth: 2}}"), positive=6, negative=6, practice=1, planted=PLANTED)
    orders = "\n".join(reading_order(study, "r", index).to_json() for index in range(6))
    assert (
        hashlib.sha256(orders.encode()).hexdigest()
        == "6f9acca26342cca25fde1ddced5f281e47629cc416c8318f0531900dab9686ad"
    )


def test_that_enrolment_counts_from_zero():
    with pytest.raises(ProgramError):
        reading_order(a_study(split(2), positive=2, negative=2), "r", -1)


def test_that_the_demo_gives_every_reader_two_cases_a_condition_and_two_mistakes(demo_study: Path):
    study = load_study(demo_study)
    for index in range(18):
        trials = reading_order(study, "r", index).trials
        assert [trial.condition for trial in trials[:4]] == ["warm_up"] * 4
        assert Counter(trial.condition for trial in trials[4:]) == dict.fromkeys(study.protocol.meeting_of().names, 2)
        assert sorted(error.kind for trial in trials for error in trial.planted) == ["false_negative", "false_positive"]
