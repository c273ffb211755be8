"""The law over everything that a protocol can ask for, read by a reader on paper, and cut off anywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading import engine
from app.reading.asking import answers_now, missing, questions_now
from app.reading.commands import (
    CloseCase,
    Command,
    EndSitting,
    OpenBreak,
    OpenCase,
    OpenCaseFeedback,
    OpenText,
    SkipPhase,
    StartPhase,
    WeighPhase,
)
from app.reading.earlier import earlier_answers, earlier_title, is_committed
from app.reading.engine import OutOfTurn
from app.reading.script import AskedQuestion, BreakRule, PageScript, PhaseScript, Script, TrialScript
from app.reading.state import ReadingState, Stage
from app.simulated.on_paper import ReaderOnPaper, Told
from app.tracking import events as e
from study_configs.questions import Choice, Likert, Marks, Slider, Verdict, YesNo

SECOND = 1_000_000_000
RECALL = AskedQuestion("recall", YesNo(ask="Recall?", answer="yes_no"))
DENSITY = AskedQuestion("density", Likert(ask="How dense?", answer="likert", points=4, per="side", version="2"))
STENOSIS = AskedQuestion(
    "stenosis",
    Slider(ask="Stenosis", answer="slider", per="segment", segments={"sfa": "Femoral artery", "pop": "Popliteal"}),
)
AGREE = AskedQuestion("agree", Verdict(ask="The AI's mark?", answer="verdict", per="finding"))
HOW = AskedQuestion(
    "how", Choice(ask="How else?", answer="choice", per="finding", options={"a": "A", "b": "B"},
                  show_if="answer.agree == modify")
)  # fmt: skip
SEEN = AskedQuestion("seen", YesNo(ask="Did you see this?", answer="yes_no", per="lesion"))
PLACES = AskedQuestion("places", Marks(ask="Where?", answer="marks", required=True, show_if="answer.recall == yes"))
SURE = AskedQuestion("sure", Likert(ask="How sure?", answer="likert", per="mark"))
NAME = AskedQuestion("trust", Likert(ask="Do you trust it?", answer="likert", points=7, per="sitting"))

OWN = PhaseScript("own view", (RECALL, DENSITY, PLACES, SURE), (), frozenset(), True, 0, None)
NET = PhaseScript(
    "safety net", (RECALL, AGREE, HOW), ("box",), frozenset({"cad"}), True, 2 * SECOND, 60 * SECOND,
    only_if="answer.recall == no and ai.cad >= 0.5", warn_ns=10 * SECOND,
)  # fmt: skip
LAST = PhaseScript("looking back", (SEEN, STENOSIS), (), frozenset(), False, 0, None)


def trial(index: int, *phases: PhaseScript, block: int = 1, **more: object) -> TrialScript:
    lesions = {"lesion-1": (1.0, 2.0, 3.0), "lesion-2": (4.0, 5.0, 6.0)}
    made = TrialScript(index, f"case-{index}", "net", False, phases, {"kind": "phantom"}, block=block, lesions=lesions)
    return replace(made, **more)  # type: ignore[arg-type]


def script(*trials: TrialScript, **more: object) -> Script:
    return replace(
        Script(before=(), trials=trials, after=(), feedback=False, restart_interrupted=False),
        **more,  # type: ignore[arg-type]
    )


EVERYTHING = script(
    trial(0, OWN, NET, LAST, block=0, practice=True, told="after_case"),
    trial(1, OWN, NET, LAST),
    trial(2, OWN, NET, LAST, no_reveal=True),
    trial(3, OWN, NET),
    trial(4, OWN, NET, LAST, block=2, told="after_block"),
    trial(5, OWN, LAST, block=2, told="after_block"),
    before=(
        PageScript("consent", ()),
        PageScript("priming", (), show_if="arm == primed", fixed={"arm": "plain"}),
        PageScript("first", (NAME,), at_least_ns=5 * SECOND),
        PageScript("doubt", (), show_if="answer.trust <= 7"),
    ),
    after=(PageScript("trust_again", (NAME,)),),
    feedback=True,
    block_pages={1: (PageScript("kept", (), block=1),), 2: (PageScript("deleted", (), block=2),)},
    breaks=BreakRule(2, None, 30.0),
    navigation="back",
    arm="plain",
    stratum={"experience": "resident"},
)


def started(at_ns: int = 0, **more: object) -> e.SittingStarted:
    made = e.SittingStarted(
        at_ns=at_ns, reader="r1", protocol_id="p", protocol_version="1", protocol_sha256="0" * 64,
        order_sha256="1" * 64, mode="demo", sitting=1, resumed=False, program_version="0",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def advice(trial: int, ai: str) -> Told:
    """High in cases of an even number."""
    score = 0.9 if trial % 2 == 0 else 0.1
    return Told(("f1", "f2"), (score, 0.05), (), score)


def read(script: Script, seed: int = 7, earlier: list[e.Event] | None = None) -> tuple[list[e.Event], ReadingState]:
    """Sign-ins until the sitting is finished."""
    log = list(earlier or [])
    for _ in range(20):
        reader = ReaderOnPaper(script, seed=seed, advise=advice, earlier=log)
        log += list(reader.events(started(resumed=bool(log))))
        if reader.state.stage is Stage.FINISHED:
            return log, reader.state
    raise AssertionError("the sitting finds no end")


def commands_of(script: Script, log: list[e.Event]) -> list[Command]:
    state, given = ReadingState(), []
    for event in log:
        outcome = engine.handle(script, state, event)
        state = outcome.state
        given += outcome.commands
    return given


def until(script: Script, kind: type[e.Event], *, seed: int = 7, nth: int = 0) -> list[e.Event]:
    """The log up to before the nth event of a kind."""
    log, _ = read(script, seed)
    return log[: [at for at, event in enumerate(log) if isinstance(event, kind)][nth]]


def seed_where(script: Script, **answers: str) -> int:
    """A seed with which the first decision has these answers."""
    for seed in range(200):
        log, _ = read(script, seed)
        first = next(event for event in log if isinstance(event, e.PhaseConfirmed))
        if all(first.answers.get(name) == value for name, value in answers.items()):
            return seed
    raise AssertionError("no such seed")


def test_that_everything_a_protocol_can_ask_for_is_read_to_its_end():
    log, state = read(EVERYTHING)
    assert state.done == {0, 1, 2, 3, 4, 5}
    kinds = {type(event).__name__ for event in log}
    assert kinds >= {"PhaseSkipped", "PhaseWeighed", "BreakEnded", "CaseFeedbackClosed", "FindingsListed", "TextShown"}
    assert state.stage is Stage.FINISHED


# --- cut off anywhere


CUT = read(EVERYTHING)[0]
END = engine.fold(EVERYTHING, CUT)


@given(cuts=st.lists(st.integers(min_value=1, max_value=len(CUT) - 1), min_size=1, max_size=2))
@settings(max_examples=150, deadline=None)
def test_that_a_sitting_killed_between_any_two_events_comes_to_the_same_end(cuts: list[int]):
    log = CUT
    for cut in cuts:
        log, state = read(EVERYTHING, earlier=log[: min(cut, len(log) - 1)])
    assert state.answers == END.answers
    assert state.marks.keys() == END.marks.keys()
    assert (state.done, state.skipped, state.confirmed) == (END.done, END.skipped, END.confirmed)
    assert (state.told, state.block_pages_read, dict(state.page_answers)) == (
        END.told, END.block_pages_read, dict(END.page_answers),
    )  # fmt: skip


@given(cut=st.integers(min_value=1, max_value=len(CUT) - 1))
@settings(max_examples=60, deadline=None)
def test_that_the_log_as_json_folds_to_the_same_state(cut: int):
    told = [e.from_payload(type(event).__name__, event.at_ns, e.payload(event)) for event in CUT[:cut]]
    assert engine.fold(EVERYTHING, told) == engine.fold(EVERYTHING, CUT[:cut])


@given(cut=st.integers(min_value=1, max_value=len(CUT) - 1))
@settings(max_examples=60, deadline=None)
def test_that_an_interrupted_case_read_anew_comes_to_the_same_decisions(cut: int):
    anew = replace(EVERYTHING, restart_interrupted=True)
    _, state = read(anew, earlier=CUT[:cut])
    assert state.done == END.done
    assert state.answers == END.answers


# --- phases that are taken only sometimes


def one(*phases: PhaseScript, **more: object) -> Script:
    return script(trial(0, *phases, **more))


def test_that_a_safety_net_comes_only_after_a_negative_with_a_high_score():
    net = one(OWN, NET)
    commands = commands_of(net, read(net, seed_where(net, recall="no"))[0])
    assert commands[:4] == [OpenCase(0, "case-0", ""), StartPhase(0, 0), WeighPhase(0, 1, ("cad",)), StartPhase(0, 1)]
    positive = commands_of(net, read(net, seed_where(net, recall="yes"))[0])
    assert positive[2:] == [
        WeighPhase(0, 1, ("cad",)),
        SkipPhase(0, 1, "only_if"),
        CloseCase(0),
        EndSitting("finished"),
    ]


def test_that_no_ai_is_within_reach_while_a_phase_is_weighed_or_left_out():
    net = one(OWN, NET)
    seed = seed_where(net, recall="yes")
    for kind in (e.PhaseWeighed, e.PhaseSkipped):
        state = engine.fold(net, until(net, kind, seed=seed))
        assert state.phase == 1
        assert engine.ais_within_reach(net, state) == frozenset()
        with pytest.raises(OutOfTurn):
            engine.handle(net, state, e.PhaseStarted(at_ns=10**15, trial=0, phase=1, layers=("box",)))


def test_that_a_phase_that_is_to_be_taken_cannot_be_skipped():
    net = one(OWN, NET)
    state = engine.fold(net, until(net, e.AIResultLoaded, seed=seed_where(net, recall="no")))
    with pytest.raises(OutOfTurn, match="not to be left out"):
        engine.handle(net, state, e.PhaseSkipped(at_ns=10**15, trial=0, phase=1, why="only_if"))


def test_that_a_case_without_reveal_leaves_the_ai_out_and_asks_what_follows():
    hidden = one(OWN, NET, LAST, no_reveal=True)
    log, _ = read(hidden)
    assert SkipPhase(0, 1, "no_reveal") in commands_of(hidden, log)
    assert not any(isinstance(event, e.AIResultLoaded | e.PhaseWeighed) for event in log)
    assert [event.phase for event in log if isinstance(event, e.PhaseConfirmed)] == [0, 2]


def test_that_a_case_whose_last_phase_is_left_out_is_not_opened_again_after_a_crash():
    hidden = script(trial(0, OWN, NET, no_reveal=True), trial(1, OWN))
    log = until(hidden, e.PhaseSkipped)
    resumed = engine.handle(hidden, engine.fold(hidden, log), started(resumed=True))
    assert resumed.commands == (SkipPhase(0, 1, "no_reveal"),)


# --- what questions are about


def test_that_questions_are_asked_about_each_side_segment_finding_and_place():
    net = one(OWN, NET, LAST)
    seed = seed_where(net, recall="no")
    own = engine.fold(net, until(net, e.AnswerGiven, seed=seed))
    assert missing(net, own) == ("Recall?", "How dense? (right side)", "How dense? (left side)")
    with_ai = engine.fold(net, until(net, e.PhaseConfirmed, seed=seed, nth=1))
    targets = [(q.question.id, q.target) for q in questions_now(net, with_ai)]
    assert targets[:3] == [("recall", ""), ("agree", "f1"), ("agree", "f2")]
    back = engine.fold(net, until(net, e.PhaseConfirmed, seed=seed, nth=2))
    assert answers_now(net, back).keys() == {"seen@lesion-1", "seen@lesion-2", "stenosis@sfa", "stenosis@pop"}
    assert [q.about for q in questions_now(net, back)] == ["place 1", "place 2", "Femoral artery", "Popliteal"]


def test_that_a_question_goes_by_the_answer_about_the_same_finding():
    net = one(OWN, NET)
    state = engine.fold(net, until(net, e.PhaseConfirmed, seed=seed_where(net, recall="no"), nth=1))
    for target, value in (("f1", "accept"), ("f2", "modify")):
        state = engine.handle(
            net, state, e.AnswerGiven(at_ns=10**15, trial=0, phase=1, question="agree", value=value, target=target)
        ).state
    assert [q.target for q in questions_now(net, state) if q.question.id == "how"] == ["f2"]


def test_that_the_version_of_each_question_goes_with_the_decision():
    net = one(OWN)
    decision = next(event for event in read(net)[0] if isinstance(event, e.PhaseConfirmed))
    assert decision.versions["density"] == "2"


def test_that_committed_answers_stand_beside_the_next_question_as_committed():
    net = one(OWN, NET)
    state = engine.fold(net, until(net, e.PhaseConfirmed, seed=seed_where(net, recall="no"), nth=1))
    lines = earlier_answers(net, state)
    assert is_committed(net, state)
    assert earlier_title(net, state) == "Own view"
    assert [line.title for line in lines] == ["Recall?", "How dense? (right side)", "How dense? (left side)"]
    assert all(line.committed for line in lines)


def test_that_a_skipped_phase_does_not_hide_what_was_answered_before_it():
    net = one(OWN, NET, LAST)
    state = engine.fold(net, until(net, e.PhaseConfirmed, seed=seed_where(net, recall="yes"), nth=1))
    assert state.phase == 2
    assert earlier_title(net, state) == "Own view"


# --- time


def test_that_the_reader_is_warned_before_a_phase_ends_by_itself():
    timed = one(replace(OWN, at_most_ns=60 * SECOND, warn_ns=10 * SECOND))
    state = engine.fold(timed, until(timed, e.AnswerGiven))
    begun = state.phase_started_ns or 0
    assert engine.warns_ns(timed, state) == begun + 50 * SECOND
    assert engine.ends_ns(timed, state) == begun + 60 * SECOND


def test_that_a_phase_that_was_cut_off_has_only_the_time_that_is_left():
    timed = one(replace(OWN, at_least_ns=20 * SECOND, at_most_ns=60 * SECOND))
    log = until(timed, e.AnswerGiven)
    begun = log[-1].at_ns
    log.append(e.WheelTurned(at_ns=begun + 15 * SECOND, viewport=0, steps=1.0))
    resumed = [
        started(resumed=True),
        e.TrialStarted(at_ns=1, trial=0, case="case-0", condition="net"),
        e.CaseShown(at_ns=2, trial=0),
        e.PhaseStarted(at_ns=3, trial=0, phase=0, layers=()),
    ]
    state = engine.fold(timed, [*log, *resumed])
    assert engine.confirmable_from_ns(timed, state) == 3 + 5 * SECOND
    assert engine.ends_ns(timed, state) == 3 + 45 * SECOND


def test_that_a_sitting_ends_by_its_time_and_the_rest_is_read_another_day():
    short = script(*(trial(at, OWN) for at in range(6)), at_most_ns=5 * SECOND)
    log, state = read(short)
    reasons = [event.reason for event in log if isinstance(event, e.SittingEnded)]
    assert set(reasons[:-1]) == {"time_up"}
    assert reasons[-1] == "finished"
    assert len(reasons) > 2
    assert state.done == set(range(6))


# --- between cases


def test_that_breaks_come_after_so_many_cases_and_not_after_the_last():
    resting = script(*(trial(at, OWN) for at in range(4)), breaks=BreakRule(2, None, 30.0))
    commands = commands_of(resting, read(resting)[0])
    assert [command for command in commands if isinstance(command, OpenBreak)] == [OpenBreak(1, 30.0)]


def test_that_breaks_come_after_so_much_reading_time():
    resting = script(*(trial(at, OWN) for at in range(4)), breaks=BreakRule(None, SECOND, 0.0))
    commands = commands_of(resting, read(resting)[0])
    assert [command.after_trial for command in commands if isinstance(command, OpenBreak)] == [0, 1, 2]


def test_that_a_break_is_not_left_before_its_time():
    resting = script(trial(0, OWN), trial(1, OWN), breaks=BreakRule(1, None, 30.0))
    log = until(resting, e.BreakEnded)
    with pytest.raises(OutOfTurn, match="break"):
        engine.handle(resting, engine.fold(resting, log), e.BreakEnded(at_ns=log[-1].at_ns + 29 * SECOND))


def test_that_feedback_comes_after_a_practice_case_and_after_a_block():
    commands = commands_of(EVERYTHING, CUT)
    assert [command.trials for command in commands if isinstance(command, OpenCaseFeedback)] == [(0,), (4, 5)]


def test_that_pages_before_a_block_are_read_once_and_say_for_which_block():
    commands = [command for command in commands_of(EVERYTHING, CUT) if isinstance(command, OpenText)]
    assert commands == [
        OpenText("consent"), OpenText("first"), OpenText("doubt"), OpenText("kept", 1), OpenText("deleted", 2),
        OpenText("trust_again"),
    ]  # fmt: skip


def test_that_a_page_is_not_left_before_its_time():
    state = engine.fold(EVERYTHING, until(EVERYTHING, e.TextAcknowledged, nth=1))
    early = e.TextAcknowledged(at_ns=(state.page_shown_ns or 0) + SECOND, text="first", sha256="", answers={"trust": 3})
    with pytest.raises(OutOfTurn, match="shortest time"):
        engine.handle(EVERYTHING, state, early)


# --- going back


def gone_back(navigating: Script, to: int) -> tuple[list[e.Event], ReadingState]:
    """The log in which the reader goes back to a case while reading the third, and where that stands."""
    log = until(navigating, e.PhaseConfirmed, nth=2)
    at_ns = log[-1].at_ns
    log += [
        e.TrialInterrupted(at_ns=at_ns + 1, trial=2, reason="the reader went back"),
        e.TrialReopened(at_ns=at_ns + 2, trial=to),
        e.TrialStarted(at_ns=at_ns + 3, trial=to, case=f"case-{to}", condition="net"),
        e.CaseShown(at_ns=at_ns + 4, trial=to),
        e.PhaseStarted(at_ns=at_ns + 5, trial=to, phase=0, layers=()),
    ]
    return log, engine.fold(navigating, log)


OPEN = replace(OWN, commit=False)


def test_that_there_is_no_way_back_where_the_protocol_goes_forward_only():
    forward = script(trial(0, OPEN), trial(1, OPEN), trial(2, OPEN))
    state = engine.fold(forward, until(forward, e.PhaseConfirmed, nth=2))
    assert engine.reopenable(forward, state) == ()
    with pytest.raises(OutOfTurn):
        gone_back(forward, 1)


def test_that_a_case_of_another_block_cannot_be_opened_again():
    back = script(trial(0, OPEN), trial(1, OPEN, block=2), trial(2, OPEN, block=2), navigation="back")
    assert engine.reopenable(back, engine.fold(back, until(back, e.PhaseConfirmed, nth=2))) == (1,)


def test_that_a_case_that_the_reader_was_told_about_is_never_opened_again():
    back = script(trial(0, OPEN, told="after_case"), trial(1, OPEN), navigation="back")
    state = engine.fold(back, until(back, e.PhaseStarted, nth=1))
    assert (engine.trial_now(back, state).index, state.told) == (1, {0})
    assert engine.reopenable(back, state) == ()


def test_that_open_answers_of_an_earlier_case_can_be_changed_and_reading_goes_on_where_it_was():
    back = script(trial(0, OPEN), trial(1, OPEN), trial(2, OPEN), navigation="back")
    log, state = gone_back(back, 0)
    kept = {key: value for key, value in state.answers.items() if key.trial == 2}
    value = "no" if answers_now(back, state)["recall"] == "yes" else "yes"
    at_ns = log[-1].at_ns
    log.append(e.AnswerGiven(at_ns=at_ns + 1, trial=0, phase=0, question="recall", value=value))
    log += [e.MarkPlaced(at_ns=at_ns + 2, trial=0, phase=0, question="places", mark="m", series_uid="", sop_uid="",
                         slice_index=0, column=0, row=0, position_mm=(0.0, 0.0, 0.0)),
            e.AnswerGiven(at_ns=at_ns + 3, trial=0, phase=0, question="sure", value=1, target="m")]  # fmt: skip
    log = log if value == "yes" else log[:-2]
    outcome = engine.handle(
        back, engine.fold(back, log), e.PhaseConfirmed(at_ns=at_ns + 4, trial=0, phase=0, answers={})
    )
    assert outcome.commands == (CloseCase(0), OpenCase(2, "case-2", ""))
    assert {key: value for key, value in outcome.state.answers.items() if key.trial == 2} == kept
    assert outcome.state.rest.cases == 2  # it was counted once


def test_that_committed_answers_of_an_earlier_case_are_closed():
    back = script(trial(0, OWN), trial(1, OWN), trial(2, OWN), navigation="back")
    log, state = gone_back(back, 1)
    assert engine.is_closed(back, state)
    assert all(question.closed for question in questions_now(back, state))
    changed = e.AnswerGiven(at_ns=log[-1].at_ns + 1, trial=1, phase=0, question="recall", value="no")
    with pytest.raises(OutOfTurn, match="committed"):
        engine.handle(back, state, changed)
    left = engine.handle(back, state, e.PhaseConfirmed(at_ns=log[-1].at_ns + 1, trial=1, phase=0, answers={}))
    assert left.commands[-1] == OpenCase(2, "case-2", "")


def test_that_a_crash_in_an_earlier_case_takes_no_answer_from_it():
    back = script(trial(0, OPEN), trial(1, OPEN), trial(2, OPEN), navigation="back", restart_interrupted=True)
    _, state = gone_back(back, 0)
    resumed = engine.handle(back, state, started(resumed=True))
    assert {k: v for k, v in resumed.state.answers.items() if k.trial == 0} == {
        k: v for k, v in state.answers.items() if k.trial == 0
    }


# --- long gaps


def test_that_after_a_long_gap_the_case_is_read_anew_where_so_decided():
    net = one(OWN, LAST)
    log = until(net, e.PhaseConfirmed, nth=1)
    again = engine.handle(net, engine.fold(net, log), started(resumed=True, after_gap="restart_case"))
    assert (again.state.phase, dict(again.state.answers)) == (0, {})


def test_that_after_a_long_gap_the_rest_of_a_sitting_is_left_where_so_decided():
    three = script(*(trial(at, OWN) for at in range(3)), after=(PageScript("bye", ()),))
    log = until(three, e.PhaseConfirmed, nth=1)
    left = engine.handle(three, engine.fold(three, log), started(resumed=True, after_gap="end_sitting"))
    assert left.commands == (OpenText("bye"),)
    assert (left.state.done, left.state.unread) == ({0}, {1, 2})
