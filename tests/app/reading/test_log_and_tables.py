"""One log, three folds: what the engine holds to be decided is what the export's tables and the report count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.readings import readings
from app.reading import engine
from app.reading.asking import answers_now
from app.reading.script import Script
from app.reading.state import ReadingState, Stage
from app.simulated.on_paper import ReaderOnPaper
from app.store.projecting.projected_trial import ProjectedTrial, TrialFold
from app.store.reader import LoggedEvent
from app.tracking import events as e
from app.tracking.dwell import dwell
from app.tracking.interrupted import begun_cases
from study_configs.protocol import Protocol
from study_configs.reading_order import PlannedTrial, ReadingOrder
from study_configs.study import protocol_from

from .test_whole_language import LAST, NET, OWN, PLACES, RECALL, advice, script, started, trial
from .test_worklist import Player, exam, the_list
from .test_worklist import script as listed

PROTOCOL = """readerlab: 1
protocol: {{id: tables, version: 1.0.0, mode: study, title: Tables}}
ai: {{cad: {{results: "ai/*.json"}}}}
layers: {{box: {{ai: cad, draw: box, at: 0.5}}}}
questions: {{recall: {{ask: "Recall?", answer: yes_no, measures: decision}}}}
conditions:
  net:
    phases:
      - {{name: own view, answer: [recall], commit: true}}
      - {{name: safety net, layers: [box], answer: [recall], commit: true}}
      - {{name: looking back, answer: [recall]}}
  condition: {{phases: [{{name: step 0, answer: [recall]}}, {{name: step 1, answer: [recall]}}]}}
design: {{cases: {{order: fixed}}, seed: 1}}
reading: {{interrupted: {{same_case: {then}}}}}
"""
PROTOCOLS = {then: protocol_from(PROTOCOL.format(then=then).encode(), "tables") for then in ("restart", "resume")}


class GoingBack(ReaderOnPaper):
    """Goes back to finished cases now and then, in the midst of another."""

    turns = 4

    def _read_phase(self, trial: int, phase: int) -> Iterator[e.Event]:
        way_back = engine.reopenable(self.script, self.state)
        chance = self._chance("back", trial, phase, self._at_ns)
        if way_back and self.turns and chance.random() < 0.4:
            self.turns -= 1
            yield e.PhaseStarted(at_ns=self.now(), trial=trial, phase=phase, layers=())
            yield e.TrialInterrupted(at_ns=self.now(), trial=trial, reason="the reader went back")
            yield e.TrialReopened(at_ns=self.now(), trial=chance.choice(way_back))
            return
        yield from super()._read_phase(trial, phase)


AGAIN = replace(LAST, questions=(*LAST.questions, RECALL, PLACES), fresh=True)
THREE = script(
    *(trial(at, OWN, NET, AGAIN, no_reveal=at == 2) for at in range(4)),
    navigation="back",
)


def read_on(script: Script, seed: int, log: Sequence[e.Event]) -> tuple[list[e.Event], ReadingState]:
    log = list(log)
    for again in range(20):
        reader = GoingBack(script, seed=seed + len(log) + again, advise=advice, earlier=log)
        log += list(reader.events(started(resumed=bool(log))))
        if reader.state.stage is Stage.FINISHED:
            return log, reader.state
    raise AssertionError("the sitting finds no end")


def parts(log: Sequence[e.Event]) -> list[list[LoggedEvent]]:
    """The sign-ins of a log, as the store holds them."""
    found: list[list[LoggedEvent]] = []
    for event in log:
        if isinstance(event, e.SittingStarted):
            found.append([])
        found[-1].append(LoggedEvent(len(found), len(found[-1]), f"2026-01-01T00:00:{len(found):02d}", event))
    return found


def tables(protocol: Protocol, log: Sequence[e.Event]) -> dict[int, ProjectedTrial]:
    fold = TrialFold(begun_cases(protocol))
    for logged in parts(log):
        fold.over(logged, dwell(each.event for each in logged))
    return fold.trials


def decided(script: Script, state: ReadingState) -> dict[tuple[int, int], dict[str, object]]:
    """What stands as decided, by trial and phase: the answers that a confirmation would carry."""
    at = {each.index: place for place, each in enumerate(script.trials)}
    return {
        (trial, phase): dict(answers_now(script, replace(state, trial=at[trial], phase=phase)))
        for trial, phase in state.confirmed
    }


def exported(found: dict[int, ProjectedTrial]) -> dict[tuple[int, int], dict[str, object]]:
    return {(at, phase): dict(told.answers) for at, each in found.items() for phase, told in each.confirmed.items()}


def marked(script: Script, state: ReadingState) -> set[tuple[int, int, str]]:
    """The marks that stand in what is decided, by trial and phase, where their question is asked there."""
    asked = {
        (each.index, at): {question.id for question in phase.questions}
        for each in script.trials
        for at, phase in enumerate(each.phases)
    }
    there = decided(script, state)
    return {
        (key.trial, key.phase, key.mark)
        for key in state.marks
        if key.question in asked[key.trial, key.phase] and key.question in there.get((key.trial, key.phase), {})
    }


def order_of(script: Script) -> ReadingOrder:
    planned = tuple(
        PlannedTrial(each.index, each.case, each.condition, each.block, 1, each.practice) for each in script.trials
    )
    return ReadingOrder("tables", "1.0.0", "0" * 64, "r1", 0, planned)


@pytest.mark.parametrize("then", ["restart", "resume"])
@given(seed=st.integers(0, 10_000), cuts=st.lists(st.floats(0.02, 0.98), max_size=3))
@settings(max_examples=60, deadline=None)
def test_that_what_is_decided_is_what_is_exported(then: str, seed: int, cuts: list[float]):
    sitting = replace(THREE, restart_interrupted=then == "restart")
    log, state = read_on(sitting, seed, [])
    for cut in cuts:
        log, state = read_on(sitting, seed + 1, log[: max(1, int(cut * len(log)))])
    found, rows = tables(PROTOCOLS[then], log), readings(PROTOCOLS[then], order_of(sitting), log)
    assert exported(found) == decided(sitting, state)
    assert {(row.trial, row.phase): dict(row.answers) for row in rows} == decided(sitting, state)
    placed = {(at, phase, mark.mark) for at, each in found.items() for phase, told in each.confirmed.items()
              for mark in told.marks}  # fmt: skip
    assert placed == marked(sitting, state)
    assert {(row.trial, row.phase, mark.mark) for row in rows for mark in row.marks} == placed
    looked_back = {event.trial for event in log if isinstance(event, e.TrialReopened)}
    for row in (row for row in rows if row.trial not in looked_back):
        assert row.seconds == pytest.approx(found[row.trial].confirmed[row.phase].time.raw_ms / 1000)


@pytest.mark.parametrize("then", ["restart", "resume"])
@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(1, 60), max_size=3))
@settings(max_examples=60, deadline=None)
def test_that_what_is_decided_over_a_reading_list_is_what_is_exported(then: str, seed: int, cuts: list[int]):
    exams = [exam(), exam(), exam(9), exam(3, "stat"), exam(25)]
    sitting = listed(the_list(choose=True, stat_interrupts=True), *exams, phases=2)
    sitting = replace(sitting, restart_interrupted=then == "restart")
    player = Player(sitting, seed)
    for turns in [*cuts, 2000]:
        for _ in range(turns):
            if player.state.stage is Stage.FINISHED:
                break
            player.turn()
        if player.state.stage is not Stage.FINISHED:
            player.sign_in()
    assert player.state.stage is Stage.FINISHED
    assert exported(tables(PROTOCOLS[then], player.log)) == decided(sitting, player.state)
