"""The law of layers that are held back: no result comes within reach before the first of them has come."""

from __future__ import annotations

import pytest

from app.reading import engine
from app.reading.engine import OutOfTurn
from app.reading.script import AskedQuestion, HeldBack, PhaseScript, Script, TrialScript
from app.tracking import events as e
from overlays.layers.layer import Reveal
from study_configs.questions import YesNo

SECOND = 1_000_000_000
CT = AskedQuestion("ct", YesNo(ask="CT?", answer="yes_no"))
RULES = {
    "boxes": HeldBack("nodules", Reveal("button")),
    "map": HeldBack("nodules", Reveal("after", after_s=5.0)),
    "advice": HeldBack("triage", Reveal("if", only_if="answer.ct == yes")),
}


def phase(name: str, held: dict[str, HeldBack]) -> PhaseScript:
    ais = frozenset(each.ai for each in held.values())
    return PhaseScript(name, (CT,), tuple(held), ais, False, 0, None, held, frozenset())


def script(*, restart: bool = False) -> Script:
    phases = (phase("first", RULES), phase("second", RULES))
    trials = (TrialScript(0, "case", "condition", False, phases, {}),)
    return Script(before=(), trials=trials, after=(), feedback=False, restart_interrupted=restart)


STARTED = e.SittingStarted(
    at_ns=0, reader="r1", protocol_id="p", protocol_version="1", protocol_sha256="0" * 64, order_sha256="1" * 64,
    mode="demo", sitting=1, resumed=False, program_version="0",
)  # fmt: skip
OPEN = (e.TrialStarted(at_ns=1, trial=0, case="case", condition="condition"), e.CaseShown(at_ns=1, trial=0))
READING = [STARTED, *OPEN, e.PhaseStarted(at_ns=2, trial=0, phase=0, layers=tuple(RULES))]


def revealed(layer: str, how: str, at_ns: int = 3) -> e.LayerRevealed:
    return e.LayerRevealed(at_ns=at_ns, layer=layer, how=how)


def answered(value: str, at_ns: int = 3) -> e.AnswerGiven:
    return e.AnswerGiven(at_ns=at_ns, trial=0, phase=0, question="ct", value=value)


def reach(events: list[e.Event], of: Script | None = None) -> frozenset[str]:
    return engine.ais_within_reach(of or script(), engine.fold(of or script(), events))


def test_that_no_result_is_within_reach_before_a_layer_was_asked_for():
    assert reach(READING) == frozenset()
    assert reach([*READING, revealed("boxes", "button")]) == {"nodules"}
    loaded = e.AIResultLoaded(at_ns=4, trial=0, ai="nodules", series_uid="1", model_sha256="", findings=0, planted=())
    with pytest.raises(OutOfTurn):
        engine.handle(script(), engine.fold(script(), READING), loaded)


def test_that_a_layer_does_not_come_by_another_rule_or_before_its_time():
    state = engine.fold(script(), READING)
    for event in (revealed("boxes", "after", 99 * SECOND), revealed("map", "button"), revealed("map", "after", SECOND)):
        with pytest.raises(OutOfTurn):
            engine.handle(script(), state, event)
    assert reach([*READING, revealed("map", "after", 2 + 5 * SECOND)]) == {"nodules"}


def test_that_a_condition_brings_and_takes_a_result_as_answers_change():
    with pytest.raises(OutOfTurn):
        engine.fold(script(), [*READING, revealed("advice", "if")])
    shown = [*READING, answered("yes"), revealed("advice", "if", 4)]
    assert reach(shown) == {"triage"}
    with pytest.raises(OutOfTurn):
        engine.fold(script(), [*shown, e.LayerWithdrawn(at_ns=5, layer="advice")])
    assert reach([*shown, answered("no", 5), e.LayerWithdrawn(at_ns=6, layer="advice")]) == frozenset()


def test_that_what_was_asked_for_is_there_after_a_crash_and_gone_after_a_restart():
    events = [*READING, revealed("boxes", "button"), STARTED, *OPEN]
    state = engine.fold(script(), events)
    assert engine.layers_due(script(), state, 0.0) == {"boxes"}
    assert reach(events) == {"nodules"}
    assert reach(events, script(restart=True)) == frozenset()


def test_that_what_was_asked_for_stays_in_the_next_phase_and_time_begins_anew():
    events = [
        *READING, revealed("boxes", "button"), revealed("map", "after", 9 * SECOND), answered("no", 10 * SECOND),
        e.PhaseConfirmed(at_ns=11 * SECOND, trial=0, phase=0, answers={"ct": "no"}),
    ]  # fmt: skip
    state = engine.fold(script(), events)
    assert engine.layers_revealed(script(), state) == {"boxes"}


def test_that_answers_of_the_phase_before_count():
    events = [
        *READING, answered("yes"), e.PhaseConfirmed(at_ns=11, trial=0, phase=0, answers={"ct": "yes"}),
    ]  # fmt: skip
    assert engine.layers_due(script(), engine.fold(script(), events), 0.0) == {"advice"}


def test_that_time_goes_on_from_where_a_broken_off_sitting_stood():
    """Two seconds and a pause of three, then a kill one second later: three of the five seconds have passed."""
    first = [
        *READING,
        e.Paused(at_ns=2 + 2 * SECOND),
        e.Unpaused(at_ns=2 + 5 * SECOND),
        answered("no", 2 + 6 * SECOND),
    ]
    state = engine.left_off(script(), first)
    assert state.phase_spent_ns == 3 * SECOND
    again = [*first, STARTED, *OPEN, e.PhaseStarted(at_ns=2, trial=0, phase=0, layers=tuple(RULES))]
    with pytest.raises(OutOfTurn):
        engine.fold(script(), [*again, revealed("map", "after", 1 * SECOND)])
    late = engine.fold(script(), [*again, revealed("map", "after", 2 + 2 * SECOND)])
    assert engine.layers_revealed(script(), late) == {"map"}
    assert engine.left_off(script(), again).phase_spent_ns == 3 * SECOND
    confirmed = e.PhaseConfirmed(at_ns=9 * SECOND, trial=0, phase=0, answers={"ct": "no"})
    assert engine.left_off(script(), [*again, confirmed]).phase_spent_ns == 0
    assert engine.fold(script(restart=True), again).phase_spent_ns == 0


def test_that_what_the_reader_set_is_known_after_a_crash_and_ends_with_its_phase():
    def changed(by: str, threshold: float) -> e.LayerChanged:
        return e.LayerChanged(at_ns=3, layer="map", visible=True, opacity=0.5, threshold=threshold, by=by)  # type: ignore[arg-type]

    events = [*READING, changed("protocol", 0.5), changed("reader", 0.2), changed("reader", 0.3), answered("no")]
    assert engine.fold(script(), events).layers_set_in(0, 0)["map"].threshold == 0.3
    assert engine.fold(script(restart=True), [*events, STARTED]).layers_set_in(0, 0) == {}
    confirmed = e.PhaseConfirmed(at_ns=9, trial=0, phase=0, answers={"ct": "no"})
    assert engine.fold(script(), [*events, confirmed]).layers_set_in(0, 1) == {}
