"""A reading list on which time passes when a test says so: exams come and the telephone rings by the block's clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path

import pytest

from app.tracking.events import Event

from ...conftest import SetOnClock

LetPass = Callable[[float], None]
Rows = Mapping[str, tuple[str, float]]  # of each case: how urgent it is, and the seconds after which it comes
PROTOCOL = """
readerlab: 1
protocol: {id: bustle, version: 1.0.0, mode: pilot, title: A busy list}
cases: {manifest: cases.csv, reference: reference.csv}
ai:
  nodules: {results: "ai/*.json", shown_as: LungAid, thresholds: {balanced: 0.5}}
layers:
  box: {ai: nodules, draw: box, at: balanced, adjustable: [visible, opacity, threshold]}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no}
  note: {ask: "What else?", answer: text, required: false}
  later: {ask: "Can room 3 wait?", answer: yes_no, per: sitting}
  remark: {ask: "What did you say?", answer: text, per: sitting}
conditions:
  busy: {phases: [{name: own view, answer: [nodule, note]}, {name: with AI, layers: [box], answer: [nodule, note]}]}
design: {cases: {order: fixed}, seed: 5}
worklist:
  columns: [pseudonym, modality, description, priority, arrived, status]
  order: priority
  choose: true
  arrivals: {pattern: column, column: comes}
  priority: urgency
  stat_interrupts: true
  calls: [{at_min: [10], says: "Room 3: can the patient go?", answer: [later], rings_s: 60}]
  clock: elapsed
"""
STAT_S, CALL_S = 1000, 600  # of the block: the stat exam comes, somebody calls
ROWS = {
    "warm-1": ("routine", 0), "c1": ("routine", 0), "c2": ("routine", 0), "c3": ("stat", STAT_S), "c4": ("stat", 2000),
}  # fmt: skip


def write_list(study: Path, protocol: str, rows: Rows) -> Path:
    """The small study with this protocol, and with a manifest that says how urgent each exam is and when it comes."""
    (study / "protocol.yaml").write_text(protocol, encoding="utf-8")
    told = "CT,CT of the chest"
    lines = [f"{case},images/{case},History,{told},{urgency},{comes}" for case, (urgency, comes) in rows.items()]
    head = "case,path,history,modality,description,urgency,comes"
    (study / "cases.csv").write_text("\n".join([head, *lines]), encoding="utf-8")
    return study


@pytest.fixture
def busy(study_copy: Path) -> Callable[..., Path]:
    """Writes the study, with parts of the protocol as the test wants them."""

    def write(*changes: tuple[str, str], rows: Rows = ROWS, more: str = "") -> Path:
        text = PROTOCOL
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return write_list(study_copy, text + more, rows)

    return write


@pytest.fixture
def let_pass(set_on_clock: SetOnClock) -> LetPass:
    """Sets the workstation's clock on by some seconds; its timers take no notice."""
    return set_on_clock.set_on


class SlowDisk:
    """Commits of one kind of event, which come back only once they are let go."""

    def __init__(self, recorder, kind: type[Event]) -> None:
        self._kind, self._commit = kind, recorder.commit
        self._held: list[tuple[Future[str], Future[str]]] = []
        recorder.commit = self.commit

    def commit(self, event: Event) -> Future[str]:
        done = self._commit(event)
        if not isinstance(event, self._kind):
            return done
        told: Future[str] = Future()
        self._held.append((done, told))
        return told

    @property
    def holds(self) -> bool:
        return bool(self._held)

    def let_go(self) -> None:
        for done, told in self._held:
            told.set_result(done.result(10))
        self._held.clear()
