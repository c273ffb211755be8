"""A reading list in the real window: exams arrive, the AI flags one, a stat exam interrupts, somebody calls."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.reading import engine
from app.reading.state import Stage
from app.reading.worklist import standing
from app.simulated.bustle import PICK_UP
from app.simulated.hands import code_of
from app.simulated.reader import SimulatedReader
from app.store.exports.tidy import export
from app.tracking.events import (
    AIResultLoaded,
    CallAnswered,
    CallRang,
    CaseChosen,
    CaseSuspended,
    CaseTakenUp,
    ExamArrived,
    ExamTriaged,
    Paused,
    PhaseConfirmed,
    QuotaReached,
    SittingEnded,
    TrialReopened,
    TrialStarted,
    Unpaused,
    WorklistShown,
)

from .conftest import write_list

PROTOCOL = """
readerlab: 1
protocol: {id: list, version: 1.0.0, mode: pilot, title: A reading list}
cases: {manifest: cases.csv, reference: reference.csv}
ai:
  nodules: {results: "ai/*.json", shown_as: LungAid, thresholds: {balanced: 0.5}}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no}
  sure: {ask: "How sure are you?", answer: likert, points: 5}
  later: {ask: "Can room 3 wait?", answer: yes_no, per: sitting}
conditions:
  triaged: {phases: [{name: reading, answer: [nodule, sure], at_least_s: 1}]}
design: {cases: {order: fixed}, seed: 5}
worklist:
  columns: [pseudonym, age, sex, modality, description, priority, arrived, status, ai]
  order: priority
  choose: true
  arrivals: {pattern: column, column: comes}
  priority: urgency
  stat_interrupts: true
  triage: {ai: nodules, at: balanced, shows: both, tag: "AI: suspicious", conditions: [triaged]}
  calls: [{at_min: [CALL], says: "Room 3: can the patient go?", answer: [later], rings_s: 60}]
  clock: elapsed
  quota: 2
"""
URGENCY = {"warm-1": "routine", "c1": "routine", "c2": "urgent", "c3": "stat", "c4": "routine"}
STAT_MIN, CALL_MIN = 10, 60  # of the block's clock, which is set on by hand


def with_list(study: Path, *, call_min: float, **comes_s: float) -> Path:
    """The small study with a reading list: one urgent exam, a stat exam; what has no time is there from the start."""
    rows = {case: (urgency, comes_s.get(case, 0)) for case, urgency in URGENCY.items()}
    return write_list(study, PROTOCOL.replace("CALL", str(call_min)), rows)


@pytest.fixture
def listed(study_copy: Path) -> Path:
    """Nothing comes and nobody calls before the clock is set on."""
    return with_list(study_copy, call_min=CALL_MIN, c3=60 * STAT_MIN, c4=60 * STAT_MIN)


@pytest.fixture
def lively(study_copy: Path) -> Path:
    """Exams come and somebody calls while the first cases are read, each of which takes a second at least."""
    return with_list(study_copy, call_min=0.02, c3=0.5, c4=1)


def test_that_a_list_with_arrivals_triage_a_stat_exam_and_a_call_is_read_to_the_end(qtbot, start, lively, tmp_path):
    run = start(lively)
    reader = SimulatedReader(run.window, "hasty", "tester", tmp_path / "pictures")
    with qtbot.waitSignal(run.window.left, timeout=240_000):
        reader.start()
    run.close()
    events = run.events()

    def of(kind):
        return [event for event in events if isinstance(event, kind)]

    assert isinstance(events[-1], SittingEnded)
    assert events[-1].reason == "finished"
    assert sorted(event.trial for event in of(PhaseConfirmed)) == [0, 1, 2, 3, 4]
    assert sorted(event.trial for event in of(ExamArrived)) == [0, 1, 2, 3, 4]
    assert len(of(CallRang)) == len(of(CallAnswered)) == 1
    assert of(CallAnswered)[0].answers.keys() == {"later"}
    assert [event.trial for event in of(CaseSuspended)] == [event.trial for event in of(CaseTakenUp)]
    assert len(of(QuotaReached)) == 1
    flagged = {event.trial for event in of(ExamTriaged) if event.flagged}
    assert flagged == {1, 3}  # c1 and c3 hold a nodule
    assert not of(AIResultLoaded)  # nothing of the AI but the flag came within reach
    assert of(WorklistShown)


def begun(run, qtbot):
    """Signed in, with the list on top."""
    run.window.begin("tester")
    desk = run.window.worklist
    qtbot.waitUntil(lambda: run.window.pages.currentWidget() is desk.page and bool(desk.page.table.rows))
    return desk


def test_that_the_list_flags_sorts_and_opens_by_keyboard(qtbot, start, listed):
    run = start(listed)
    desk = begun(run, qtbot)
    table = desk.page.table
    qtbot.waitUntil(lambda: any(row.flagged for row in table.rows))
    qtbot.waitUntil(lambda: len(desk.driver.state.bustle.flags) == 3)
    assert [row.trial for row in table.rows] == [1, 2, 0]  # flagged, urgent, routine
    qtbot.keyClick(table, Qt.Key.Key_2)
    assert table.chosen == 2
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: run.window.pages.currentWidget() is run.window.room)
    qtbot.waitUntil(lambda: desk.driver.is_reading)
    assert desk.bar.isVisible()
    assert desk.bar.patient.text().startswith(table.rows[1].exam.patient)


def until_the_stat_exam(qtbot, run, clock):
    """Time passes over the case that is read: the list is on top."""
    desk = run.window.worklist
    clock.set_on(60 * STAT_MIN)
    qtbot.waitUntil(lambda: run.window.pages.currentWidget() is desk.page and not desk.driver.busy)


def test_that_a_stat_exam_interrupts_and_the_case_goes_on_with_its_answers(qtbot, start, listed, set_on_clock):
    run = start(listed)
    desk = begun(run, qtbot)
    room, driver = run.window.room, desk.driver
    qtbot.keyClick(desk.page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.is_reading and not driver.busy)
    first = driver.state.trial
    qtbot.keyClick(room.grid, Qt.Key.Key_Y)
    until_the_stat_exam(qtbot, run, set_on_clock)
    assert "STAT" in desk.page.banner_words.text()
    assert standing.choosable_now(driver.script, driver.state) == (3,)
    qtbot.keyClick(desk.page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.is_reading and not driver.busy and driver.state.trial == 3)
    for key in (Qt.Key.Key_N, Qt.Key.Key_9):
        qtbot.keyClick(room.grid, key)
    qtbot.waitUntil(lambda: room.questions.confirm.possible)
    qtbot.keyClick(room.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.is_reading and not driver.busy and driver.state.trial == first)
    answers = {key.question: value for key, value in driver.state.answers.items() if key.trial == first}
    assert answers == {"nodule": "yes"}
    run.close()
    started = [event.trial for event in run.events() if isinstance(event, TrialStarted)]
    assert started == [first, 3, first]
    assert [event.trial for event in run.events() if isinstance(event, CaseChosen)] == [first, 3]


def test_that_a_call_taken_over_a_case_leaves_its_questions_to_be_answered(qtbot, start, listed, set_on_clock):
    run = start(listed)
    desk = begun(run, qtbot)
    room, driver = run.window.room, desk.driver
    qtbot.keyClick(desk.page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.is_reading and not driver.busy)
    first = driver.state.trial
    until_the_stat_exam(qtbot, run, set_on_clock)
    qtbot.keyClick(desk.page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.is_reading and driver.state.trial == 3)  # the stat exam
    set_on_clock.set_on(60 * CALL_MIN)
    qtbot.waitUntil(desk.ringing.isVisible)
    qtbot.keyClick(room.grid, code_of(PICK_UP)[0], code_of(PICK_UP)[1])
    qtbot.waitUntil(desk.call.isVisible)
    qtbot.keyClick(desk.call, Qt.Key.Key_Y)
    qtbot.keyClick(desk.call, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.state.bustle.ringing is None and not driver.busy)
    assert not room.questions.confirm.possible
    for key in (Qt.Key.Key_N, Qt.Key.Key_9):
        qtbot.keyClick(room.grid, key)
    qtbot.waitUntil(lambda: room.questions.confirm.possible)
    qtbot.keyClick(room.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.is_reading and not driver.busy and driver.state.trial == first)
    run.close()
    assert [event.trial for event in run.events() if isinstance(event, PhaseConfirmed)] == [3]


def test_that_a_sitting_killed_beside_a_suspended_case_goes_on_with_the_same_list(qtbot, start, listed, set_on_clock):
    run = start(listed)
    desk = begun(run, qtbot)
    qtbot.keyClick(desk.page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.driver.is_reading and not desk.driver.busy)
    until_the_stat_exam(qtbot, run, set_on_clock)
    rows = {row.trial: row.status for row in desk.page.table.rows}
    run.kill()
    again = start(listed)
    desk = begun(again, qtbot)
    now = {row.trial: row.status for row in desk.page.table.rows}
    assert {trial: now[trial] for trial in rows} == rows
    assert "set aside" in now.values()


def test_that_list_and_calls_leave_in_the_export(qtbot, start, lively, tmp_path):
    run = start(lively)
    reader = SimulatedReader(run.window, "hasty", "tester")
    with qtbot.waitSignal(run.window.left, timeout=240_000):
        reader.start()
    run.close()
    export(run.store, tmp_path / "out", {"csv"}, modes=("pilot",))
    with (tmp_path / "out" / "reading_list.csv").open(newline="", encoding="utf-8") as file:
        exams = {int(row["trial"]): row for row in csv.DictReader(file)}
    assert {trial: row["priority"] for trial, row in exams.items()} == dict(
        enumerate(["routine", "routine", "urgent", "stat", "routine"])
    )
    assert all(float(row["opened_s"]) >= float(row["arrived_s"]) >= float(row["planned_s"]) for row in exams.values())
    assert exams[1]["flagged"] == "true"
    with (tmp_path / "out" / "calls.csv").open(newline="", encoding="utf-8") as file:
        calls = list(csv.DictReader(file))
    assert [(call["outcome"], call["question"]) for call in calls] == [("answered", "later")]


def test_that_enter_opens_an_exam_on_a_list_that_comes_back_unchanged(qtbot, start, listed):
    run = start(listed)
    desk = begun(run, qtbot)
    desk.page.begin()
    assert desk.page.table.chosen == desk.page.table.rows[0].trial


@pytest.fixture
def at_will(study_copy: Path) -> Path:
    """The small study whose cases are read in any order, and again."""
    written = PROTOCOL.partition("worklist:")[0] + "reading: {navigation: free}\n"
    (study_copy / "protocol.yaml").write_text(written, encoding="utf-8")
    return study_copy


def read(qtbot, run, trial, *keys):
    """Open a trial from the list by its row, press these keys over the images, and confirm."""
    desk = run.window.worklist
    driver, table = desk.driver, desk.page.table
    qtbot.waitUntil(lambda: run.window.pages.currentWidget() is desk.page and not driver.busy)
    row = [each.trial for each in table.rows].index(trial)
    qtbot.keyClick(table, Qt.Key(Qt.Key.Key_1 + row))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.is_reading and not driver.busy)
    assert engine.trial_now(driver.script, driver.state).index == trial
    for name in keys:
        qtbot.keyClick(run.window.room.grid, name)
    qtbot.waitUntil(lambda: run.window.room.questions.confirm.possible)
    qtbot.keyClick(run.window.room.grid, Qt.Key.Key_Return)


def test_that_a_finished_case_is_opened_again_from_the_list_and_keeps_what_was_changed(qtbot, start, at_will):
    run = start(at_will)
    desk = begun(run, qtbot)
    driver, table = desk.driver, desk.page.table
    read(qtbot, run, 2, Qt.Key.Key_Y, Qt.Key.Key_6)
    qtbot.waitUntil(lambda: run.window.pages.currentWidget() is desk.page and not driver.busy)
    assert table.chosen != 2  # Enter never opens a finished case unasked
    assert "again" in desk.page.foot.text()
    read(qtbot, run, 2, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: run.window.pages.currentWidget() is desk.page and not driver.busy)
    assert driver.state.done == {2}
    answers = {key.question: value for key, value in driver.state.answers.items() if key.trial == 2}
    assert answers == {"nodule": "no", "sure": 1}
    run.close()
    assert [event.trial for event in run.events() if isinstance(event, TrialReopened)] == [2]
    assert [event.trial for event in run.events() if isinstance(event, PhaseConfirmed)] == [2, 2]


def test_that_a_sitting_cut_off_in_a_case_opened_again_comes_back_to_its_list(qtbot, start, at_will):
    run = start(at_will)
    desk = begun(run, qtbot)
    driver, table = desk.driver, desk.page.table
    read(qtbot, run, 1, Qt.Key.Key_Y, Qt.Key.Key_6)
    qtbot.waitUntil(lambda: run.window.pages.currentWidget() is desk.page and not driver.busy)
    qtbot.keyClick(table, Qt.Key(Qt.Key.Key_1 + [each.trial for each in table.rows].index(1)))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.is_reading and not driver.busy)
    assert desk.bar.patient.text()
    run.kill()
    again = start(at_will)
    desk = begun(again, qtbot)
    assert {row.trial: row.status for row in desk.page.table.rows}[1] == "done"
    read(qtbot, again, 1, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: again.window.pages.currentWidget() is desk.page and not desk.driver.busy)
    answers = {key.question: value for key, value in desk.driver.state.answers.items() if key.trial == 1}
    assert answers == {"nodule": "no", "sure": 1}
    again.close()


def test_that_a_pause_hides_the_list_and_stops_its_clock(qtbot, start, listed):
    run = start(listed)
    desk = begun(run, qtbot)
    driver, page = desk.driver, desk.page
    qtbot.waitUntil(lambda: len(driver.state.bustle.flags) == 3 and not driver.busy)
    page.layout().activate()
    heading = page.title.pos()
    qtbot.keyClick(run.window.focusWidget(), Qt.Key.Key_P)
    qtbot.waitUntil(page.pause.isVisible)
    page.layout().activate()
    assert page.title.pos() == heading
    assert not page.table.isVisible()
    assert driver.state.bustle.since_ns is None  # the block's time stands
    qtbot.keyClick(run.window.focusWidget() or run.window, Qt.Key.Key_Return)
    desk.look()
    assert driver.state.stage is Stage.LISTING
    qtbot.keyClick(run.window.focusWidget() or run.window, Qt.Key.Key_P)
    qtbot.waitUntil(page.table.isVisible)
    assert page.table.hasFocus() or run.window.focusWidget() is page.table
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.is_reading and not driver.busy)
    run.close()
    kinds = [type(event) for event in run.events()]
    assert kinds.count(Paused) == kinds.count(Unpaused) == 1
