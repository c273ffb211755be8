"""What check calls clean can be planned, read to its end on paper, and exported whole: for studies at random.

The tests by name stand for what such studies found: lists, calls, sign-ins that end by their time, late layers.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dry_running.run import DryRunOutcome, dry_run
from study_configs.check import CheckReport, check
from study_configs.plan import plan_csv, plan_table
from study_configs.plan_balance import balance, balance_text
from study_configs.plan_text import plan_text
from study_configs.problems import CODES

from .any_design import write_study

LISTED = """
readerlab: 1
protocol: {id: listed, version: 1.0.0, mode: pilot, title: A list}
cases: {reference: reference.csv}
ai: {a: {results: "ai/a/*.json", thresholds: {low: 0.2}}}
layers: {box: {ai: a, draw: box, at: low, reveal: {after_s: 5}}, text: {ai: a, draw: text, reveal: button}}
planted: {odd: {ai: a, kind: sham, cases: 1}, all: {ai: a, kind: shifted, shift_mm: 9, cases: all}}
questions:
  q0: {ask: "Is it there?", answer: yes_no, measures: decision}
  phone: {ask: "Who was it?", answer: choice, options: [A, B], per: sitting}
conditions: {a: {phases: [{layers: [box, text], answer: [q0]}]}}
design: {seed: 7}
feedback: {when: after_study}
"""
LIST = """
worklist:
  choose: true
  stat_interrupts: true
  order: priority
  priority: {routine: 2, stat: 1}
  arrivals: {pattern: poisson, per_hour: 60}
  calls: [{at_min: [0.05, 1], says: "Room 3?", answer: [phone]}]
  triage: {ai: a, at: low, shows: both}
"""
EXTRA = {
    "a list with arrivals, stat exams, calls and triage": LIST,
    "a list that is cut off by its time": LIST.replace("choose: true", "block_min: 2"),
    "cases in any order": "reading: {navigation: free}\n",
    "sign-ins that end by their time": "reading: {sitting_at_most_min: 0.1}\n",
    "errors among others, behind a button and a time": "",
}


def dry(folder: Path, text: str) -> DryRunOutcome:
    path = write_study(folder, Random(1))
    path.write_text(text, encoding="utf-8")
    report = check(path)
    assert report.ok, report.to_text()
    assert report.study is not None
    return dry_run(report.study)


@pytest.mark.parametrize("extra", EXTRA.values(), ids=EXTRA)
def test_that_a_dry_run_reads_everything_that_a_protocol_can_ask_for(extra: str, tmp_path: Path) -> None:
    text = LISTED if "worklist" in extra else LISTED.replace("  phone: ", "  # phone: ")
    outcome = dry(tmp_path, text + extra)
    assert outcome.ok, outcome.to_text()


def test_that_a_list_without_time_leaves_no_case_unread(tmp_path: Path) -> None:
    outcome = dry(tmp_path, LISTED + LIST)
    assert outcome.trials == sum(len(order.trials) for order in outcome.orders)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_that_what_check_calls_clean_is_planned_read_and_exported(seed: int) -> None:
    with TemporaryDirectory() as folder:
        report = check(write_study(Path(folder), Random(seed)))
        tells_what_to_do(report)
        if report.study is None or not report.ok:
            return
        rows = plan_table(report.study, 5)
        assert plan_text(report.study, rows)
        assert balance_text(balance(report.study, rows))
        assert plan_csv(rows)
        outcome = dry_run(report.study)
        assert outcome.ok, outcome.to_text()


def tells_what_to_do(report: CheckReport) -> None:
    for problem in report.problems:
        assert problem.code in CODES, problem
        assert problem.line >= 1, problem
        assert problem.expected or problem.example or problem.suggestion, problem


@pytest.mark.slow
def test_that_many_of_these_studies_are_in_order(tmp_path: Path) -> None:
    reports = []
    for seed in range(60):
        (tmp_path / str(seed)).mkdir()
        reports.append(check(write_study(tmp_path / str(seed), Random(seed))))
    assert sum(report.ok for report in reports) >= 15
