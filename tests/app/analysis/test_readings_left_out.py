"""Readings of trials whose last phase was left out, of field scales, and of sides."""

from __future__ import annotations

from app.analysis.readings import _ending, readings
from app.tracking.events import PhaseConfirmed, PhaseSkipped
from study_configs.measured_answers import decision_in, rating_in
from study_configs.ordering.values import PlannedTrial, ReadingOrder
from study_configs.study import protocol_from

SOURCE = """
readerlab: 1
protocol: {id: net, version: 1.0.0, mode: pilot, title: A safety net}
ai: {cad: {results: "ai/*.json", shown_as: LungAid}}
layers: {box: {ai: cad, draw: box}}
questions:
  birads: {ask: "Category?", answer: scale, scale: BI-RADS, measures: decision, positive_from: "3", per: side}
  sure: {ask: "How sure?", answer: likert, measures: rating}
conditions:
  net:
    phases:
      - {name: own, answer: [birads, sure], commit: true}
      - {name: net, layers: [box], answer: [sure], only_if: "ai.cad >= 0.5"}
design: {seed: 5}
"""
PROTOCOL = protocol_from(SOURCE.encode(), "net")


def test_that_the_phase_before_one_that_was_left_out_is_the_trials_last():
    order = ReadingOrder("net", "1.0.0", "0" * 64, "R1", 0, (PlannedTrial(0, "c1", "net", 1, 1, False),))
    confirmed = PhaseConfirmed(at_ns=1, trial=0, phase=0, answers={"birads@right": "2", "birads@left": "4", "sure": 3})
    (unfinished,) = readings(PROTOCOL, order, [confirmed])
    assert not unfinished.last
    (row,) = readings(PROTOCOL, order, [confirmed, PhaseSkipped(at_ns=2, trial=0, phase=1, why="only_if")])
    assert (row.last, row.decision, row.rating) == (True, True, 3.0)


def test_that_a_case_is_negative_where_both_sides_are_below_the_category():
    assert decision_in(PROTOCOL, {"birads@right": "2", "birads@left": "1"}) is False
    assert decision_in(PROTOCOL, {"birads@right": "dont_know"}) is None
    assert rating_in(PROTOCOL, {"birads@right": "2"}) is None
    assert _ending((), PROTOCOL, ()) == ()
