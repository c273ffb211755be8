"""The law of the reading list, read through by readers of any speed under a made-up clock."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading import engine
from app.reading.commands import (
    CloseCase,
    Command,
    EndSitting,
    OpenBreak,
    OpenCase,
    OpenCaseFeedback,
    OpenWorklist,
    SkipPhase,
    StartPhase,
)
from app.reading.script import AskedQuestion, BreakRule, PageScript, PhaseScript, Script, TrialScript
from app.reading.state import AnswerKey, ReadingState, Stage
from app.reading.worklist import standing
from app.reading.worklist.script import CallScript, ListedExam, ListScript, TriageScript
from app.tracking import events as e
from study_configs.questions import YesNo

SECOND = 1_000_000_000
NODULE = AskedQuestion("nodule", YesNo(ask="Is there a nodule?", answer="yes_no"))
LATER = AskedQuestion("later", YesNo(ask="Can it wait?", answer="yes_no", per="sitting"))
READING = PhaseScript("reading", (NODULE,), (), frozenset(), True, 0, None)
CALL = PageScript("call_1", (LATER,))
TRIAGE = TriageScript("nodules", 0.5, True, True, "AI")


def exam(arrives_s: float = 0.0, priority: str = "routine", *, triaged: bool = False) -> ListedExam:
    return ListedExam("VERMEULEN, A.", 61, "F", "CT", "Chest", priority, round(arrives_s * SECOND), triaged)


def the_list(block: int = 1, **rules: object) -> ListScript:
    usual = ListScript(block, ("pseudonym",), False, "planned", True, None, (), "none", None, None)
    return replace(usual, **rules)  # type: ignore[arg-type]


def script(here: ListScript, *exams: ListedExam, phases: int = 1, second: tuple[ListedExam, ...] = ()) -> Script:
    steps = tuple(replace(READING, name=f"step {at}") for at in range(phases))
    listed = [(1, each) for each in exams] + [(2, each) for each in second]
    trials = tuple(
        TrialScript(at, f"case-{at}", "condition", False, steps, {}, block=block, listed=each)
        for at, (block, each) in enumerate(listed)
    )
    lists = {1: here, 2: replace(here, block=2, calls=())}
    return Script(before=(), trials=trials, after=(), feedback=False, restart_interrupted=False, lists=lists)


class Player:
    """A reader without a screen: does what the engine says, as fast or slow as chance has it, and picks up or not."""

    def __init__(self, script: Script, seed: int, log: tuple[e.Event, ...] = ()) -> None:
        self.script, self.chance = script, random.Random(seed)
        self.log: list[e.Event] = list(log)
        self.state = ReadingState()
        self.now = 0
        self.todo: Command | None = None
        self.sign_in()

    def sign_in(self) -> None:
        self.state = engine.left_off(self.script, self.log)
        self.now = self.chance.randrange(10**12)
        self.take(
            e.SittingStarted(
                at_ns=self.now, reader="r1", protocol_id="p", protocol_version="1", protocol_sha256="0" * 64,
                order_sha256="1" * 64, mode="demo", sitting=1, resumed=bool(self.log), program_version="0",
            )
        )  # fmt: skip

    def take(self, event: e.Event) -> None:
        outcome = engine.handle(self.script, self.state, event)
        self.state = outcome.state
        self.log.append(event)
        for command in outcome.commands:
            if not isinstance(command, CloseCase):
                self.todo = command

    def wait(self, seconds: float) -> None:
        """Let time pass, and everything come that is due."""
        self.now += round(seconds * SECOND)
        for _ in range(1000):
            due = standing.due_now(self.script, self.state, self.now)
            if due is None:
                break
            self.take(due)
        for trial in standing.triage_wanted(self.script, self.state):
            score = self.chance.choice([None, 0.1, 0.9])
            flagged = score is not None and score >= 0.5
            self.take(e.ExamTriaged(at_ns=self.now, trial=trial, ai="nodules", top_score=score, flagged=flagged))

    def turn(self) -> None:
        """One act of this reader."""
        self.wait(self.chance.choice([0, 0.3, 2, 9, 40]))
        self.answer_the_telephone()
        todo = self.todo
        if isinstance(todo, OpenWorklist):
            choosable = standing.choosable_now(self.script, self.state)
            if self.chance.random() < 0.3:
                rows = tuple(row.trial for row in standing.rows_now(self.script, self.state))
                self.take(e.WorklistShown(at_ns=self.now, block=self.state.bustle.block or 0, trials=rows))
            elif choosable:
                self.choose(self.chance.choice(choosable))
        elif isinstance(todo, OpenBreak):
            self.rest(todo)
        elif isinstance(todo, OpenCaseFeedback):
            self.be_told(todo)
        elif isinstance(todo, OpenCase):
            self.open(todo)
        elif isinstance(todo, StartPhase) and self.state.phase_started_ns is None:
            self.take(e.PhaseStarted(at_ns=self.now, trial=todo.trial, phase=todo.phase, layers=()))
        elif isinstance(todo, StartPhase):
            self.read(todo)
        elif isinstance(todo, SkipPhase):
            raise AssertionError("nothing is skipped here")

    def rest(self, todo: OpenBreak) -> None:
        if self.state.rest.since_ns is None:
            self.take(e.BreakStarted(at_ns=self.now, after_trial=todo.after_trial, at_least_s=todo.at_least_s))
        else:
            self.take(e.BreakEnded(at_ns=self.now))

    def be_told(self, todo: OpenCaseFeedback) -> None:
        self.take(e.CaseFeedbackShown(at_ns=self.now, trials=todo.trials))
        self.wait(self.chance.choice([0, 40]))
        self.answer_the_telephone()
        self.take(e.CaseFeedbackClosed(at_ns=self.now, trials=todo.trials))

    def go_back(self) -> bool:
        """To a finished case, now and then, where that can be."""
        can = engine.reopenable(self.script, self.state)
        if not can or self.chance.random() < 0.7:
            return False
        here = engine.trial_now(self.script, self.state).index
        self.take(e.TrialInterrupted(at_ns=self.now, trial=here, reason="back"))
        self.take(e.TrialReopened(at_ns=self.now, trial=self.chance.choice(can)))
        return True

    def choose(self, trial: int) -> None:
        waiting = standing.waiting_now(self.script, self.state)
        self.take(
            e.CaseChosen(at_ns=self.now, trial=trial, block_ms=0, row=waiting.index(trial) + 1, waiting=len(waiting))
        )

    def open(self, todo: OpenCase) -> None:
        if todo.trial in self.state.bustle.suspended:
            self.take(e.CaseTakenUp(at_ns=self.now, trial=todo.trial))
        self.take(e.TrialStarted(at_ns=self.now, trial=todo.trial, case=todo.case, condition="condition"))
        self.take(e.CaseShown(at_ns=self.now, trial=todo.trial))

    def read(self, todo: StartPhase) -> None:
        trial, phase = todo.trial, todo.phase
        if self.go_back():
            return
        is_closed = engine.is_closed(self.script, self.state)
        if is_closed or (AnswerKey(trial, phase, "nodule") in self.state.answers and self.chance.random() < 0.6):
            said = {"nodule": self.state.answers[AnswerKey(trial, phase, "nodule")]}
            self.take(e.PhaseConfirmed(at_ns=self.now, trial=trial, phase=phase, answers=said))
        else:
            value = self.chance.choice(["yes", "no"])
            self.take(e.AnswerGiven(at_ns=self.now, trial=trial, phase=phase, question="nodule", value=value))

    def answer_the_telephone(self) -> None:
        ringing = self.state.bustle.ringing
        if ringing is None or self.chance.random() < 0.6:
            return
        which = {"at_ns": self.now, "block": ringing.block, "call": ringing.call}
        if ringing.is_taken:
            self.take(e.CallAnswered(**which, answers={"later": "yes"}))
        elif ringing.since_ns is not None:
            self.take(e.CallTaken(**which))

    def read_to_the_end(self) -> Player:
        for _ in range(600):
            if isinstance(self.todo, EndSitting):
                return self
            self.turn()
        raise AssertionError(f"no end: {self.state}")

    def of(self, *kinds: type[e.Event]) -> list[e.Event]:
        return [event for event in self.log if isinstance(event, kinds)]


exams = st.builds(
    exam,
    st.floats(0, 300).map(lambda at_s: round(at_s, 1)),
    st.sampled_from(["routine", "routine", "urgent", "stat"]),
    triaged=st.booleans(),
)


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    listed = draw(st.lists(exams, min_size=1, max_size=7))
    listed[0] = replace(listed[0], arrives_ns=0)
    at_s = sorted(draw(st.lists(st.floats(0, 200), max_size=3)))
    calls = tuple(CallScript(round(at * SECOND), draw(st.integers(1, 30)) * SECOND, "Room 3?", CALL) for at in at_s)
    here = the_list(
        choose=draw(st.booleans()),
        order=draw(st.sampled_from(["planned", "arrival", "priority"])),
        stat_interrupts=draw(st.booleans()),
        triage=draw(st.sampled_from([None, TRIAGE])),
        calls=calls,
        block_ns=draw(st.sampled_from([None, 30 * SECOND, 120 * SECOND])),
        quota=draw(st.sampled_from([None, 2])),
    )
    second = tuple(draw(st.lists(exams, max_size=2)))
    second = (replace(second[0], arrives_ns=0), *second[1:]) if second else ()
    made = script(here, *listed, phases=draw(st.integers(1, 2)), second=second)
    told = draw(st.sampled_from(["never", "after_case", "after_block"]))
    return replace(
        made,
        trials=tuple(replace(trial, told=told) for trial in made.trials),
        breaks=draw(st.sampled_from([None, BreakRule(1, None, 0.0)])),
        navigation=draw(st.sampled_from(["forward_only", "back"])),
    )


def held(player: Player) -> None:
    """What must be true of any sitting, whoever read it and however often it was cut off."""
    script, log = player.script, player.log
    finished = list({x.trial for x in player.of(e.PhaseConfirmed) if x.phase == len(script.trials[0].phases) - 1})
    unread = [trial for x in player.of(e.BlockTimeEnded) for trial in x.unread]
    assert sorted(finished + unread) == [trial.index for trial in script.trials]
    arrived_at = {x.trial: at for at, x in enumerate(log) if isinstance(x, e.ExamArrived)}
    for at, event in enumerate(log):
        if isinstance(event, e.TrialStarted):
            assert arrived_at[event.trial] < at
    suspended, taken_up = ([x.trial for x in player.of(kind)] for kind in (e.CaseSuspended, e.CaseTakenUp))
    if script.navigation == "forward_only":
        assert sorted(suspended) == sorted(taken_up)
    assert set(suspended) <= set(taken_up)
    rang = [(x.block, x.call) for x in player.of(e.CallRang)]
    assert sorted(rang) == sorted((x.block, x.call) for x in player.of(e.CallAnswered, e.CallMissed))
    assert len(set(rang)) == len(rang)


@settings(max_examples=60, deadline=None)
@given(scripts(), st.integers(0, 10**6))
def test_that_every_case_is_read_once_after_it_came_whoever_reads(script: Script, seed: int):
    player = Player(script, seed).read_to_the_end()
    held(player)
    assert player.state == engine.fold(script, player.log)


@settings(max_examples=60, deadline=None)
@given(scripts(), st.integers(0, 10**6), st.data())
def test_that_a_sitting_that_is_cut_off_anywhere_goes_on_with_the_same_list(script: Script, seed: int, data):
    player = Player(script, seed).read_to_the_end()
    for _ in range(2):
        at = data.draw(st.integers(1, len(player.log)))
        rows = standing.rows_now(script, engine.fold(script, player.log[:at]))
        again = Player(script, seed + 1, tuple(player.log[:at]))
        if isinstance(again.todo, EndSitting):
            return
        now = {row.trial: row for row in standing.rows_now(script, again.state)}
        for row in rows:
            if row.trial in now:  # else another block has begun
                was_again = row.status == "open" and row.trial in again.state.done  # opened again, and left by that
                assert now[row.trial] == (replace(row, status="done") if was_again else row)
        player = again.read_to_the_end()
        held(player)


@settings(max_examples=40, deadline=None)
@given(scripts(), st.integers(0, 10**6))
def test_that_what_is_opened_stands_where_priority_flag_and_arrival_put_it(script: Script, seed: int):
    player = Player(script, seed)
    while not isinstance(player.todo, EndSitting):
        before, taken = player.state, len(player.log)
        player.turn()
        for event in player.log[taken:]:
            if isinstance(event, e.CaseChosen) and len(player.log) == taken + 1:
                first = standing.waiting_now(script, before)[0]
                here = standing.list_now(script, before)
                listed = {trial.index: trial.listed for trial in script.trials}
                stat_waits = any(listed[t].priority == "stat" for t in standing.waiting_now(script, before))
                if not here.choose:
                    assert event.trial == first
                if here.stat_interrupts and stat_waits:
                    assert listed[event.trial].priority == "stat"
                if not here.choose and here.order == "arrival" and here.triage is None and not here.stat_interrupts:
                    waiting = standing.waiting_now(script, before)
                    assert listed[event.trial].arrives_ns == min(listed[t].arrives_ns for t in waiting)


def player_of(here: ListScript, *exams: ListedExam, phases: int = 1) -> Player:
    player = Player(script(here, *exams, phases=phases), 1)
    player.wait(0)
    return player


def waiting(player: Player) -> tuple[int, ...]:
    return standing.waiting_now(player.script, player.state)


def test_that_a_stat_exam_sets_the_case_aside_with_its_answers_and_its_time():
    player = player_of(the_list(), exam(), exam(20, "stat"), phases=2)
    player.choose(0)
    player.open(player.todo)
    player.take(e.PhaseStarted(at_ns=player.now, trial=0, phase=0, layers=()))
    player.take(e.AnswerGiven(at_ns=player.now, trial=0, phase=0, question="nodule", value="yes"))
    player.wait(20)
    assert player.state.stage is Stage.LISTING
    assert [row.status for row in standing.rows_now(player.script, player.state)] == ["new", "set aside"]
    player.choose(1)
    player.open(player.todo)
    for phase in (0, 1):
        player.take(e.PhaseStarted(at_ns=player.now, trial=1, phase=phase, layers=()))
        player.take(e.AnswerGiven(at_ns=player.now, trial=1, phase=phase, question="nodule", value="no"))
        player.take(e.PhaseConfirmed(at_ns=player.now, trial=1, phase=phase, answers={"nodule": "no"}))
    assert player.todo == OpenCase(0, "case-0", "")
    player.open(player.todo)
    assert player.todo == StartPhase(0, 0)
    assert player.state.answers[AnswerKey(0, 0, "nodule")] == "yes"
    assert player.state.phase_spent_ns == 20 * SECOND
    assert engine.left_off(player.script, player.log).phase_spent_ns == 20 * SECOND


def test_that_flagged_exams_go_first_and_that_urgent_ones_go_before_routine_ones():
    here = the_list(order="priority", triage=TRIAGE, stat_interrupts=False)
    player = Player(script(here, exam(), exam(0, "urgent"), exam(0, triaged=True)), 1)
    while (due := standing.due_now(player.script, player.state, player.now)) is not None:
        player.take(due)
    assert waiting(player) == (1, 0, 2)
    player.take(e.ExamTriaged(at_ns=player.now, trial=2, ai="nodules", top_score=0.7, flagged=True))
    assert waiting(player) == (2, 1, 0)


def test_that_no_score_comes_onto_a_list_without_triage():
    player = player_of(the_list(), exam(triaged=True))
    with pytest.raises(engine.OutOfTurn):
        player.take(e.ExamTriaged(at_ns=player.now, trial=0, ai="nodules", top_score=0.7, flagged=True))


def test_that_the_clock_begins_with_the_first_case_and_stands_in_pauses_and_between_sign_ins():
    player = player_of(the_list(clock="left", block_ns=60 * SECOND), exam(), exam())
    player.wait(30)
    assert standing.clock_face(player.script, player.state, player.now).seconds == 60
    player.choose(0)
    player.open(player.todo)
    player.wait(10)
    player.take(e.Paused(at_ns=player.now))
    player.wait(100)
    player.take(e.Unpaused(at_ns=player.now))
    player.wait(5)
    player.take(e.FocusLost(at_ns=player.now))
    player.sign_in()
    player.wait(100)
    assert standing.clock_face(player.script, player.state, player.now).seconds == 45
    player.open(player.todo)
    player.wait(44)
    assert not player.state.bustle.is_over
    player.wait(1)
    assert player.state.unread == {1}


def test_that_a_call_is_missed_after_its_time_and_answered_only_with_answers():
    call = CallScript(10 * SECOND, 20 * SECOND, "Room 3?", CALL)
    player = player_of(the_list(calls=(call, replace(call, at_ns=40 * SECOND))), exam())
    player.choose(0)
    player.open(player.todo)
    player.wait(10)
    player.wait(20)
    assert player.of(e.CallMissed)
    player.wait(10)
    player.take(e.CallTaken(at_ns=player.now, block=1, call=1))
    with pytest.raises(engine.OutOfTurn):
        player.take(e.CallAnswered(at_ns=player.now, block=1, call=1))
    player.take(e.CallAnswered(at_ns=player.now, block=1, call=1, answers={"later": "no"}))
    assert standing.call_now(player.script, player.state) is None


def test_that_a_stat_exam_over_a_case_that_was_opened_again_leaves_no_case_behind():
    """The one that was in progress beneath goes on after both; the end of the block's time takes it from nobody."""
    here = the_list(block_ns=100 * SECOND)
    player = Player(replace(script(here, exam(), exam(), exam(20, "stat")), navigation="back"), 1)
    player.wait(0)
    player.choose(0)
    player.open(player.todo)
    said = {"nodule": "yes"}
    player.take(e.PhaseStarted(at_ns=player.now, trial=0, phase=0, layers=()))
    player.take(e.AnswerGiven(at_ns=player.now, trial=0, phase=0, question="nodule", value="yes"))
    player.take(e.PhaseConfirmed(at_ns=player.now, trial=0, phase=0, answers=said))
    player.choose(1)
    player.open(player.todo)
    player.take(e.PhaseStarted(at_ns=player.now, trial=1, phase=0, layers=()))
    player.take(e.TrialInterrupted(at_ns=player.now, trial=1, reason="back"))
    player.take(e.TrialReopened(at_ns=player.now, trial=0))
    player.open(player.todo)
    player.take(e.PhaseStarted(at_ns=player.now, trial=0, phase=0, layers=()))
    player.wait(20)
    assert waiting(player) == (2,)
    player.choose(2)
    player.open(player.todo)
    player.wait(100)
    assert player.state.bustle.is_over
    assert not player.state.unread
    read = []
    for _ in range(3):
        trial = player.todo.trial
        read.append(trial)
        if player.state.phase_started_ns is None:
            player.take(e.PhaseStarted(at_ns=player.now, trial=trial, phase=0, layers=()))
        if not engine.is_closed(player.script, player.state):
            player.take(e.AnswerGiven(at_ns=player.now, trial=trial, phase=0, question="nodule", value="no"))
        player.take(e.PhaseConfirmed(at_ns=player.now, trial=trial, phase=0, answers={"nodule": "no"}))
        if isinstance(player.todo, OpenCase):
            player.open(player.todo)
    assert read == [2, 0, 1]
    assert isinstance(player.todo, EndSitting)
    assert engine.fold(player.script, player.log) == player.state


def test_that_a_call_goes_on_over_breaks_and_feedback_and_rings_anew_after_a_break():
    call = CallScript(10 * SECOND, 20 * SECOND, "Room 3?", CALL)
    made = script(the_list(calls=(call,)), exam(), exam(), phases=1)
    player = Player(replace(made, breaks=BreakRule(1, None, 0.0)), 1)
    player.wait(0)
    player.choose(0)
    player.open(player.todo)
    player.take(e.PhaseStarted(at_ns=player.now, trial=0, phase=0, layers=()))
    player.wait(10)
    assert standing.rings_now(player.script, player.state)
    player.take(e.AnswerGiven(at_ns=player.now, trial=0, phase=0, question="nodule", value="yes"))
    player.take(e.PhaseConfirmed(at_ns=player.now, trial=0, phase=0, answers={"nodule": "yes"}))
    player.take(e.BreakStarted(at_ns=player.now, after_trial=0, at_least_s=0))
    assert not standing.rings_now(player.script, player.state)
    player.wait(300)
    assert not player.of(e.CallMissed)
    player.take(e.BreakEnded(at_ns=player.now))
    assert standing.rings_now(player.script, player.state)
    player.wait(20)
    assert player.of(e.CallMissed)
