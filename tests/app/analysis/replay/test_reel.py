"""A sitting is sought through quickly and exactly: every moment of a reel is the fold of all events before it."""

from __future__ import annotations

from dataclasses import fields
from string import Formatter

from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.replay.answers import AnswerLine
from app.analysis.replay.arrangement import GAP_PX, arranged
from app.analysis.replay.reel import KEYFRAME_EVERY, Reel
from app.analysis.replay.signs import past_stretches, signs, stretches
from app.analysis.replay.situation import Situation
from app.analysis.replay.slices import SliceTimes
from app.analysis.replay.words import SENTENCES, sentence
from app.analysis.screens import screens_at
from app.tracking import events as happened
from app.tracking.events import Event
from tests.pace import within_ms


def view(at_ns: int, slice_index: int = 0, viewport: int = 0, size: tuple[int, int] = (300, 200)) -> Event:
    return happened.ViewChanged(
        at_ns=at_ns,
        viewport=viewport,
        series_uid="1.2",
        slice_index=slice_index,
        centre_px=(0.0, 0.0),
        zoom=1.0,
        window_centre=0.0,
        window_width=1.0,
        inverted=False,
        size_px=size,
    )


def trial(at_ns: int, number: int) -> Event:
    return happened.TrialStarted(at_ns=at_ns, trial=number, case=f"c{number}", condition="aided")


def answer(at_ns: int, value: str, number: int = 0) -> Event:
    return happened.AnswerGiven(at_ns=at_ns, trial=number, phase=0, question="q", value=value)


def an_hour() -> list[Event]:
    """60 pointer samples a second in batches of 15, ten views a second, a case a minute: 51,000 events."""
    found: list[Event] = []
    for second in range(3600):
        at = second * 1_000_000_000
        if second % 60 == 0:
            found.append(trial(at, second // 60))
        found += [view(at + k * 100_000_000, k) for k in range(10)]
        for k in range(4):
            samples = tuple((at + k * 250_000_000 + n * 16_000_000, 1.0 * n, 2.0, 3) for n in range(15))
            found.append(happened.PointerMoved(at_ns=samples[-1][0], viewport=0, series_uid="1.2", samples=samples))
    return found


def test_that_seeking_in_an_hour_takes_less_than_a_fifth_of_a_second():
    reel = Reel(an_hour())
    for place in (0.9, 0.1, 0.5, 0.99, 0.3):
        with within_ms(200):
            moment = reel.at(round(place * 3600e9) + 500_000_000)
        assert moment.screens.trial == int(place * 3600) // 60


kinds = st.sampled_from(["view", "trial", "answer", "empty"])


@given(st.lists(kinds, min_size=1, max_size=60), st.lists(st.integers(0, 60), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_that_whatever_way_one_seeks_the_moment_is_the_fold_of_all_before_it(course, asked):
    made = {
        "view": lambda at: view(at, at % 5, at % 2),
        "trial": lambda at: trial(at, at),
        "answer": lambda at: answer(at, str(at)),
        "empty": lambda at: happened.ViewportEmptied(at_ns=at, viewport=0),
    }
    events = [made[kind](at) for at, kind in enumerate(course)]
    long = [view(-1)] * KEYFRAME_EVERY + events  # so that a keyframe lies among them
    reel = Reel(long)
    for at in asked:
        moment = reel.at(at)
        assert moment.screens == screens_at(long, at)
        assert moment.answers == Reel([each for each in long if each.at_ns <= at]).at(at).answers


def test_that_a_revised_answer_keeps_what_stood_before_and_when_it_was_confirmed():
    confirmed = happened.PhaseConfirmed(at_ns=4, trial=0, phase=0, answers={"q": "no"})
    reel = Reel([trial(1, 0), answer(2, "yes"), answer(3, "no"), confirmed])
    assert reel.at(4).answers == (AnswerLine("q", "", "no", ("yes",), (0,)),)


def test_that_answers_of_a_case_that_was_cut_off_stand_when_it_goes_on():
    reel = Reel([trial(1, 0)], earlier=[trial(900, 0), answer(901, "yes")])
    assert [line.now for line in reel.at(1).answers] == ["yes"]
    assert Reel([trial(1, 1)], earlier=[trial(900, 0), answer(901, "yes")]).at(1).answers == ()


def test_that_signs_mark_decisions_and_the_coming_of_ai_and_idle_time_is_skipped():
    events = [
        trial(1, 0),
        happened.PhaseStarted(at_ns=2, trial=0, phase=0, layers=()),
        happened.PhaseConfirmed(at_ns=5, trial=0, phase=0, answers={}),
        happened.PhaseStarted(at_ns=6, trial=0, phase=1, layers=("box",)),
        happened.IdleStarted(at_ns=10),
        happened.IdleEnded(at_ns=20),
        happened.Paused(at_ns=20),
        happened.Unpaused(at_ns=30),
        happened.FocusLost(at_ns=40),
    ]
    assert [(each.at_ns, each.kind) for each in signs(events)] == [(1, "case"), (5, "decision"), (6, "reveal")]
    idle = stretches(events)
    assert [past_stretches(idle, at) for at in (9, 10, 25, 35)] == [9, 30, 30, 35]
    assert (idle[-1].from_ns, idle[-1].to_ns) == (40, 40)


def test_that_time_per_slice_is_that_on_the_clock_without_pauses():
    second = 1_000_000_000
    events = [
        trial(0, 0),
        view(1 * second, 2),
        view(3 * second, 4),
        happened.Paused(at_ns=4 * second),
        happened.Unpaused(at_ns=8 * second),
        view(8 * second, 4),
        happened.SittingEnded(at_ns=9 * second, reason="finished", counts={}),
    ]
    times = SliceTimes(events)
    assert times.until(0, "1.2", 6, 9 * second).tolist() == [0, 0, 2, 0, 2, 0]
    assert times.until(0, "1.2", 6, 2 * second).tolist() == [0, 0, 1, 0, 0, 0]
    assert times.until(7, "1.2", 6, 9 * second).tolist() == [0] * 6


def test_that_viewports_lie_where_the_log_says_and_in_rows_where_it_says_nothing():
    screens = screens_at([view(1, viewport=0), view(1, viewport=1)], 1)
    plain = arranged(screens, Situation(rows=1, columns=2))
    assert plain.boxes == {0: (0, 0, 300, 200), 1: (300 + GAP_PX, 0, 300, 200)}
    placed = Situation(panels={"viewport 0": (10, 50, 300, 200), "viewport 1": (10, 255, 300, 200)})
    assert arranged(screens, placed).boxes == {0: (0, 0, 300, 200), 1: (0, 205 + GAP_PX, 300, 200)}


def test_that_viewports_of_old_logs_without_a_size_have_one():
    assert min(arranged(screens_at([view(1, size=(0, 0))], 1), Situation()).boxes[0][2:]) > 0


DERIVED = {happened.ExamTriaged: {"flag"}, happened.CallAnswered: {"said"}}


def test_that_sentences_name_only_what_their_events_hold():
    for kind, words in SENTENCES.items():
        named = {name for _, name, _, _ in Formatter().parse(words) if name}
        held = {each.name for each in fields(kind)} | {"phase1", "slice1"}
        held |= ({"case"} if "trial" in held else set()) | DERIVED.get(kind, set())
        assert named <= held, kind
    assert sentence(happened.FeedbackClosed(at_ns=1)) == "Feedback closed"


def test_that_holding_the_ai_away_and_letting_go_are_told_apart() -> None:
    away, back = (sentence(happened.LayersHeld(at_ns=0, hidden=hidden)) for hidden in (True, False))
    assert (away, back) == ("All AI held away", "All AI back")
