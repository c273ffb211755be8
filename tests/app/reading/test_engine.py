"""The law of a sitting, played event by event without a screen, a clock or a disk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading import engine
from app.reading.asking import answers_now, marks_now, missing, questions_now
from app.reading.commands import CloseCase, EndSitting, OpenCase, OpenFeedback, OpenText, StartPhase
from app.reading.engine import OutOfTurn
from app.reading.script import AskedQuestion, PageScript, PhaseScript, Script, TrialScript
from app.reading.state import ReadingState, Stage
from app.tracking import events as e
from study_configs.questions import Likert, Marks, Slider, YesNo

SECOND = 1_000_000_000
NODULE = AskedQuestion("nodule", YesNo(ask="Is there a nodule?", answer="yes_no"))
SUSPICION = AskedQuestion("suspicion", Slider(ask="How suspicious?", answer="slider"))
PLACES = AskedQuestion("places", Marks(ask="Where?", answer="marks", required=True, show_if="answer.nodule == yes"))
SURE = AskedQuestion("sure", Likert(ask="How sure are you?", answer="likert", per="mark"))
HELPFUL = AskedQuestion("helpful", Likert(ask="Did it help?", answer="likert", points=7, per="sitting"))

OWN_VIEW = PhaseScript("own view", (NODULE, SUSPICION), (), frozenset(), True, 0, None)
WITH_AI = PhaseScript("with AI", (NODULE, SUSPICION), ("box",), frozenset({"nodules"}), True, 3 * SECOND, None)
MARKING = PhaseScript("reading", (NODULE, PLACES, SURE), (), frozenset(), True, 0, None)


def trial(index: int, *phases: PhaseScript, case: str = "") -> TrialScript:
    return TrialScript(index, case or f"case-{index}", "condition", False, phases, {"kind": "phantom"})


def script(*trials: TrialScript, restart: bool = False, feedback: bool = True) -> Script:
    return Script(
        before=(PageScript("welcome", ()),),
        trials=trials,
        after=(PageScript("opinion", (HELPFUL,)),),
        feedback=feedback,
        restart_interrupted=restart,
    )


COMMIT_REVEAL = script(trial(0, OWN_VIEW, WITH_AI), trial(1, OWN_VIEW))


def started(*, resumed: bool = False, at_ns: int = 0) -> e.SittingStarted:
    return e.SittingStarted(
        at_ns=at_ns, reader="r1", protocol_id="p", protocol_version="1", protocol_sha256="0" * 64,
        order_sha256="1" * 64, mode="demo", sitting=1, resumed=resumed, program_version="0",
    )  # fmt: skip


def confirmed(at_ns: int, trial: int, phase: int, **answers: e.AnswerValue) -> e.PhaseConfirmed:
    return e.PhaseConfirmed(at_ns=at_ns, trial=trial, phase=phase, answers=answers)


def answer(
    at_ns: int, question: str, value: e.AnswerValue, *, trial: int = 0, phase: int = 0, target: str = ""
) -> e.Event:
    return e.AnswerGiven(at_ns=at_ns, trial=trial, phase=phase, question=question, value=value, target=target)


def mark(at_ns: int, name: str) -> e.MarkPlaced:
    return e.MarkPlaced(
        at_ns=at_ns, trial=0, phase=0, question="places", mark=name, series_uid="1", sop_uid="1.1", slice_index=4,
        column=10.0, row=12.0, position_mm=(1.0, 2.0, 3.0),
    )  # fmt: skip


def opened(index: int, at_ns: int, phase: int = 0) -> list[e.Event]:
    return [
        e.TrialStarted(at_ns=at_ns, trial=index, case=f"case-{index}", condition="condition"),
        e.CaseShown(at_ns=at_ns, trial=index),
        e.PhaseStarted(at_ns=at_ns, trial=index, phase=phase, layers=()),
    ]


WELCOME_READ = e.TextAcknowledged(at_ns=1, text="welcome", sha256="2" * 64)
AT_FIRST_CASE = [started(), WELCOME_READ, *opened(0, 2)]
WHOLE = [
    *AT_FIRST_CASE,
    answer(3, "nodule", "no"),
    answer(4, "suspicion", 10),
    confirmed(5, 0, 0, nodule="no", suspicion=10),
    e.PhaseStarted(at_ns=6, trial=0, phase=1, layers=("box",)),
    e.AIResultLoaded(at_ns=7, trial=0, ai="nodules", series_uid="1", model_sha256="", findings=1, planted=()),
    answer(8, "nodule", "yes", phase=1),
    confirmed(6 + 3 * SECOND, 0, 1, nodule="yes", suspicion=10),
    *opened(1, 4 * SECOND),
    answer(4 * SECOND + 1, "nodule", "no", trial=1),
    answer(4 * SECOND + 2, "suspicion", 0, trial=1),
    confirmed(4 * SECOND + 3, 1, 0, nodule="no", suspicion=0),
    e.TextAcknowledged(at_ns=4 * SECOND + 4, text="opinion", sha256="", answers={"helpful": 5}),
    e.FeedbackShown(at_ns=4 * SECOND + 5, trials=(0, 1)),
    e.FeedbackClosed(at_ns=4 * SECOND + 6),
    e.SittingEnded(at_ns=4 * SECOND + 7, reason="finished", counts={}),
]


def played(script: Script, events: list[e.Event]) -> Iterator[tuple[ReadingState, tuple[object, ...]]]:
    state = ReadingState()
    for event in events:
        outcome = engine.handle(script, state, event)
        state = outcome.state
        yield state, outcome.commands


def test_that_a_whole_sitting_gives_its_commands_in_order():
    commands = [command for _, given in played(COMMIT_REVEAL, WHOLE) for command in given]
    assert commands == [
        OpenText("welcome"),
        OpenCase(0, "case-0", "case-1"),
        StartPhase(0, 0),
        StartPhase(0, 1),
        CloseCase(0),
        OpenCase(1, "case-1", ""),
        StartPhase(1, 0),
        CloseCase(1),
        OpenText("opinion"),
        OpenFeedback((0, 1)),
        EndSitting("finished"),
    ]


def test_that_no_ai_is_within_reach_before_the_own_view_is_confirmed():
    state = engine.fold(COMMIT_REVEAL, AT_FIRST_CASE)
    assert engine.ais_within_reach(COMMIT_REVEAL, state) == frozenset()
    loaded = e.AIResultLoaded(at_ns=3, trial=0, ai="nodules", series_uid="1", model_sha256="", findings=1, planted=())
    with pytest.raises(OutOfTurn, match="out of reach in phase 'own view'"):
        engine.handle(COMMIT_REVEAL, state, loaded)


def test_that_the_ai_is_within_reach_after_the_reveal_and_gone_in_the_next_trial():
    reach = [engine.ais_within_reach(COMMIT_REVEAL, state) for state, _ in played(COMMIT_REVEAL, WHOLE[:12])]
    assert reach[-1] == frozenset()  # the first trial is confirmed
    assert frozenset({"nodules"}) in reach


def test_that_the_second_phase_starts_from_the_answers_of_the_first():
    state = engine.fold(COMMIT_REVEAL, WHOLE[:9])
    assert answers_now(COMMIT_REVEAL, state) == {"nodule": "no", "suspicion": 10}


def test_that_a_phase_cannot_be_confirmed_with_a_question_open():
    state = engine.fold(COMMIT_REVEAL, [*AT_FIRST_CASE, answer(3, "nodule", "no")])
    assert missing(COMMIT_REVEAL, state) == ("How suspicious?",)
    with pytest.raises(OutOfTurn, match="How suspicious"):
        engine.handle(COMMIT_REVEAL, state, confirmed(4, 0, 0, nodule="no"))


def test_that_a_phase_cannot_be_confirmed_before_its_shortest_time():
    state = engine.fold(COMMIT_REVEAL, WHOLE[:9])
    with pytest.raises(OutOfTurn, match="shortest time"):
        engine.handle(COMMIT_REVEAL, state, confirmed(6 + 3 * SECOND - 1, 0, 1))


def test_that_a_phase_ends_by_itself_with_questions_open():
    timed = script(trial(0, PhaseScript("reading", (NODULE,), (), frozenset(), True, 0, 5 * SECOND)))
    state = engine.fold(timed, AT_FIRST_CASE)
    assert engine.ends_ns(timed, state) == 2 + 5 * SECOND
    with pytest.raises(OutOfTurn):
        engine.handle(timed, state, confirmed(5 * SECOND, 0, 0))
    assert CloseCase(0) in engine.handle(timed, state, confirmed(2 + 5 * SECOND, 0, 0)).commands


@pytest.mark.parametrize(
    ("question", "value"), [("nodule", "perhaps"), ("suspicion", 101), ("suspicion", True), ("other", 1)]
)
def test_that_an_answer_that_does_not_fit_its_question_is_refused(question: str, value: e.AnswerValue):
    state = engine.fold(COMMIT_REVEAL, AT_FIRST_CASE)
    with pytest.raises(OutOfTurn):
        engine.handle(COMMIT_REVEAL, state, answer(3, question, value))


def test_that_marks_are_asked_for_only_after_yes_and_each_wants_its_own_rating():
    marking = script(trial(0, MARKING))
    state = engine.fold(marking, AT_FIRST_CASE)
    assert [q.question.id for q in questions_now(marking, state)] == ["nodule"]
    state = engine.fold(marking, [*AT_FIRST_CASE, answer(3, "nodule", "yes")])
    assert missing(marking, state) == ("Where?",)
    state = engine.fold(marking, [*AT_FIRST_CASE, answer(3, "nodule", "yes"), mark(4, "m1"), mark(5, "m2")])
    assert missing(marking, state) == ("How sure are you? (mark 1)", "How sure are you? (mark 2)")
    rated = [answer(6, "sure", 4, target="m1"), answer(7, "sure", 2, target="m2")]
    state = engine.fold(marking, [*AT_FIRST_CASE, answer(3, "nodule", "yes"), mark(4, "m1"), mark(5, "m2"), *rated])
    assert missing(marking, state) == ()
    assert answers_now(marking, state) == {"nodule": "yes", "places": ("m1", "m2"), "sure@m1": 4, "sure@m2": 2}


def test_that_removing_a_mark_takes_its_rating_with_it():
    marking = script(trial(0, MARKING))
    removed = e.MarkRemoved(at_ns=8, trial=0, phase=0, question="places", mark="m1")
    events = [*AT_FIRST_CASE, answer(3, "nodule", "yes"), mark(4, "m1"), answer(6, "sure", 4, target="m1"), removed]
    state = engine.fold(marking, events)
    assert marks_now(marking, state) == ()
    assert answers_now(marking, state) == {"nodule": "yes"}


def test_that_a_moved_mark_keeps_its_place_in_line():
    marking = script(trial(0, MARKING))
    state = engine.fold(
        marking, [*AT_FIRST_CASE, answer(3, "nodule", "yes"), mark(4, "m1"), mark(5, "m2"), mark(6, "m1")]
    )
    assert [placed.mark for placed in marks_now(marking, state)] == ["m1", "m2"]


def test_that_a_page_with_an_open_question_is_not_left():
    state = engine.fold(COMMIT_REVEAL, WHOLE[:-4])
    with pytest.raises(OutOfTurn, match="Did it help"):
        engine.handle(COMMIT_REVEAL, state, e.TextAcknowledged(at_ns=1, text="opinion", sha256=""))


def test_that_events_which_only_observe_change_nothing():
    state = engine.fold(COMMIT_REVEAL, AT_FIRST_CASE)
    wheel = e.WheelTurned(at_ns=9, viewport=0, steps=1.0)
    assert engine.handle(COMMIT_REVEAL, state, wheel) == engine.Outcome(state)


def test_that_without_feedback_the_sitting_ends_after_the_last_page():
    silent = script(trial(0, OWN_VIEW), feedback=False)
    events = WHOLE[:8]
    ended = engine.handle(silent, engine.fold(silent, events), WHOLE[-4])
    assert ended.commands == (EndSitting("finished"),)
    assert ended.state.stage is Stage.FINISHED


def test_that_an_interrupted_case_can_start_afresh():
    restarting = script(trial(0, OWN_VIEW, WITH_AI), restart=True)
    resumed = [*WHOLE[:9], started(resumed=True)]
    outcome = list(played(restarting, resumed))[-1]
    assert outcome[1] == (OpenCase(0, "case-0", ""),)
    assert (outcome[0].phase, dict(outcome[0].answers), outcome[0].confirmed) == (0, {}, frozenset())


@given(cut=st.integers(min_value=1, max_value=len(WHOLE) - 1))
@settings(max_examples=len(WHOLE), deadline=None)
def test_that_a_sitting_cut_off_anywhere_resumes_at_the_same_step(cut: int):
    before = engine.fold(COMMIT_REVEAL, WHOLE[:cut])
    outcome = engine.handle(COMMIT_REVEAL, before, started(resumed=True))
    after = outcome.state
    assert (after.page, after.trial, after.phase) == (before.page, before.trial, before.phase)
    assert after.answers == before.answers
    assert after.marks == before.marks
    assert after.confirmed == before.confirmed
    assert len(outcome.commands) == 1
    if after.stage is Stage.OPENING:
        reopened = [*WHOLE[:cut], started(resumed=True), *opened(after.trial, 10 * SECOND, after.phase)]
        assert engine.fold(COMMIT_REVEAL, reopened).stage is Stage.READING


@given(st.lists(st.sampled_from(WHOLE), max_size=25))
@settings(max_examples=200, deadline=None)
def test_that_no_order_of_events_brings_ai_into_a_phase_without_it(events: list[e.Event]):
    state = ReadingState()
    for event in events:
        try:
            state = engine.handle(COMMIT_REVEAL, state, event).state
        except OutOfTurn:
            continue
        if isinstance(event, e.AIResultLoaded):
            assert (0, 0) in state.confirmed
            assert engine.phase_now(COMMIT_REVEAL, state).layers
