"""The store against a plain dictionary, through every mix of recording, confirming, full disks and reopening."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord, StoreReader
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import Event, PhaseConfirmed, WheelTurned
from app.tracking.recorder import Recorder
from study_configs.problem import StudyProblem

PROTOCOL = ProtocolRecord(sha256_of("p"), "p", "1", "study", b"p")


class FullDisk(StoreWriter):
    """A writer whose disk can be full: its transactions then fail after the rows were inserted."""

    full = False

    def _refuse_lost_file(self) -> None:
        super()._refuse_lost_file()
        if self.full:
            raise sqlite3.OperationalError("database or disk is full")


class StoreMachine(RuleBasedStateMachine):
    """`expected` holds, by sitting, what must come back."""

    recorders = Bundle("recorders")

    @initialize()
    def make(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "store.sqlite"
        self.writer = FullDisk(self.path)
        self.expected: dict[int, list[Event]] = defaultdict(list)
        self.live: set[int] = set()
        self.receipts: list[str] = []

    @rule(target=recorders, reader=st.sampled_from(["R1", "R2", "R3"]))
    def begin(self, reader: str) -> Recorder:
        enrol(self.writer, reader, PROTOCOL, lambda index: {"index": index})
        sitting = self.writer.begin_sitting(reader=reader, protocol_sha256=PROTOCOL.sha256, number=1)
        self.live.add(sitting)
        self.expected[sitting] = []
        return Recorder(self.writer, sitting)

    @rule(recorder=recorders, steps=st.floats(-9, 9), times=st.integers(1, 5))
    def record_some(self, recorder: Recorder, steps: float, times: int) -> None:
        self.take(recorder, steps, times)

    def take(self, recorder: Recorder, steps: float, times: int) -> None:
        if recorder.sitting in self.live:
            for _ in range(times):
                event = WheelTurned(at_ns=1, viewport=0, steps=steps)
                recorder.record(event)
                self.expected[recorder.sitting].append(event)

    @rule(recorder=recorders, answer=st.text(max_size=8))
    def confirm(self, recorder: Recorder, answer: str) -> None:
        if recorder.sitting in self.live:
            event = PhaseConfirmed(at_ns=2, trial=0, phase=0, answers={"q": answer})
            recorder.commit(event).result(10)
            self.expected[recorder.sitting].append(event)

    @rule(recorder=recorders)
    def end(self, recorder: Recorder) -> None:
        if recorder.sitting in self.live:
            self.live.discard(recorder.sitting)
            self.receipts.append(recorder.end("finished").result(10))

    @rule(recorder=recorders, times=st.integers(1, 5))
    def live_through_a_full_disk(self, recorder: Recorder, times: int) -> None:
        """Events go on being taken, confirmations are refused, and all is written when there is room."""
        self.writer.run(lambda connection: None).result(10)
        self.writer.full = True
        self.take(recorder, 1.0, times)
        if recorder.sitting in self.live:
            assert isinstance(self.writer.run(lambda connection: None).exception(10), StudyProblem)
            with pytest.raises(StudyProblem):
                recorder.commit(PhaseConfirmed(at_ns=2, trial=0, phase=0, answers={})).result(10)
        self.writer.full = False
        self.writer.run(lambda connection: None).exception(10)  # refused, or the one that tried again
        self.writer.run(lambda connection: None).result(10)

    @rule()
    def reopen(self) -> None:
        self.writer.close()
        report = verify(self.path, self.receipts)
        assert report.problems == ()
        self.live.clear()
        self.writer = FullDisk(self.path)

    @invariant()
    def what_was_taken_comes_back(self) -> None:
        def read(store: StoreReader) -> dict[int, list[Event]]:
            return {each.id: [x for x in store.events(each.id) if not ended(x)] for each in store.sittings()}

        found = self.writer.run(lambda connection: read(StoreReader(connection))).result(10)
        assert found == self.expected

    def teardown(self) -> None:
        self.writer.full = False
        self.writer.close()
        assert verify(self.path, self.receipts).problems == ()
        shutil.rmtree(self.folder)


def ended(event: Event) -> bool:
    return type(event).__name__ == "SittingEnded"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.writer.RETRY_S", 0.02)


class TestStore(StoreMachine.TestCase):
    """Runs the machine."""

    settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
