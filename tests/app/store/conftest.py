"""A small study, and sittings played into a store without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.reader import Enrolment, ProtocolRecord
from app.store.writer import StoreWriter
from app.tracking.events import (
    AIResultLoaded,
    AnswerGiven,
    BreakEnded,
    BreakStarted,
    CallMissed,
    CallRang,
    CaseChosen,
    CaseShown,
    Event,
    ExamArrived,
    ExposureChanged,
    LayerChanged,
    MarkPlaced,
    PanelsPlaced,
    PhaseConfirmed,
    PhaseSkipped,
    PhaseStarted,
    PhaseWeighed,
    PointerMoved,
    SeriesOpened,
    SittingStarted,
    TextAcknowledged,
    TextShown,
    TrialStarted,
    ViewChanged,
)
from app.tracking.recorder import Recorder

SECOND = 1_000_000_000
Enrol = Callable[..., Enrolment]


def record_of(mode: str = "study", source: bytes = b"readerlab: 1\n") -> ProtocolRecord:
    source = source + f"# {mode}\n".encode()
    return ProtocolRecord(sha256_of(source), "who-goes-first", "1.0.0", mode, source)


@pytest.fixture
def protocol() -> ProtocolRecord:
    return record_of()


@pytest.fixture
def protocol_of_mode() -> Callable[[str], ProtocolRecord]:
    return record_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def writer(path: Path) -> Iterator[StoreWriter]:
    opened = StoreWriter(path, program_version="test")
    yield opened
    opened.close()


@pytest.fixture
def begin() -> Callable[..., Recorder]:
    """Enrol a reader and begin a sitting."""

    def begun(writer: StoreWriter, reader: str = "R1", protocol: ProtocolRecord | None = None) -> Recorder:
        protocol = protocol or record_of()
        enrol(writer, reader, protocol, an_order, stratum="resident", models={"nodules": "ab12"})
        sitting = writer.begin_sitting(reader=reader, protocol_sha256=protocol.sha256, number=0, provenance={"qt": "6"})
        return Recorder(writer, sitting)

    return begun


def an_order(index: int) -> dict[str, Any]:
    second = {"index": 1, "case": "c2", "block": 2, "part": "trust", "repeat": True, "thresholds": {"box": 0.25}}
    return {"index": index, "arm": "plain", "trials": [{"index": 0, "case": "c1", "practice": True}, second]}


def sitting_events(reader: str, protocol: ProtocolRecord, *, resumed: bool = False) -> list[Event]:
    """Two trials with answers, a mark, an AI layer and a pointer batch; all times are known."""
    order = sha256_of("order")
    events: list[Event] = [
        SittingStarted(
            at_ns=0, reader=reader, protocol_id=protocol.id, protocol_version=protocol.version,
            protocol_sha256=protocol.sha256, order_sha256=order, mode=protocol.mode, sitting=0, resumed=resumed,
            program_version="test",
        ),
        TextShown(at_ns=1, text="welcome"),
        TextAcknowledged(
            at_ns=1 + SECOND, text="welcome", sha256="cd34", answers={"years": 7, "known": ("a", "b")},
            versions={"years": "2"}, media_sha256="ef56", watched="in_part",
        ),
    ]  # fmt: skip
    for trial, case in enumerate(("c1", "c2")):
        events += trial_events(trial, case, (10 + 20 * trial) * SECOND)
        ended = events[-1].at_ns
        events += [
            BreakStarted(at_ns=ended + 1, after_trial=trial, at_least_s=0.25),
            BreakEnded(at_ns=ended + 1 + SECOND // 2),
        ]
    return events


def trial_events(trial: int, case: str, start: int) -> list[Event]:
    """Slice 3 for 4 s, slice 4 for 2 s and on into the second phase, which lasts 3 s with a layer on for 1 s."""
    here = {"trial": trial, "phase": 0}
    view = {"viewport": 0, "series_uid": "1.2", "centre_px": (1.5, 2.5), "zoom": 1.0, "inverted": False}
    window = {"window_centre": 40.0, "window_width": 400.0}
    second = start + 6 * SECOND
    return [
        ExamArrived(at_ns=start - 2 * SECOND, trial=trial, block_ms=0),
        CaseChosen(at_ns=start - 2 * SECOND, trial=trial, block_ms=0, row=1, waiting=1),
        TrialStarted(at_ns=start - SECOND, trial=trial, case=case, condition="reader_first"),
        SeriesOpened(
            at_ns=start - SECOND, trial=trial, series_uid="1.2", modality="CT", rows=32, columns=32, frames=8,
            affine=(1.0, 0.0, 0.0, -12.0, 0.0, 1.0, 0.0, -18.0, 0.0, 0.0, 5.0, 10.25, 0.0, 0.0, 0.0, 1.0),
        ),
        PanelsPlaced(at_ns=start - SECOND, panels=(("viewport 0", 0.0, 0.0, 640.0, 640.0),)),
        ViewChanged(at_ns=start, slice_index=3, **view, **window),
        CaseShown(at_ns=start, trial=trial),
        PhaseStarted(at_ns=start, **here, layers=()),
        PointerMoved(at_ns=start + 9, viewport=0, samples=((start + 8, 1.25, 2.5, 3), (start + 9, 1.5, 2.0, 3))),
        ViewChanged(at_ns=start + 4 * SECOND, slice_index=4, **view, **window),
        CallRang(at_ns=start + 4 * SECOND, block=2, call=trial, block_ms=4000),
        CallMissed(at_ns=start + 5 * SECOND, block=2, call=trial),
        AnswerGiven(at_ns=start + 5 * SECOND, **here, question="suspicion", value=30),
        AnswerGiven(at_ns=start + 5 * SECOND + 5, **here, question="suspicion", value=60.5),
        MarkPlaced(
            at_ns=start + 5 * SECOND + 6, **here, question="place", mark="m1", series_uid="1.2", sop_uid="1.2.3",
            slice_index=4, column=10.5, row=20.0, position_mm=(-1.5, 2.0, 30.25),
        ),
        PhaseConfirmed(
            at_ns=second, **here, versions={"ct": "3"},
            answers={"suspicion": 60.5, "ct": "yes", "place": ("m1",), "sure@m1": True},
        ),
        PhaseStarted(at_ns=second, trial=trial, phase=1, layers=("box",)),
        AIResultLoaded(
            at_ns=second, trial=trial, ai="nodules", series_uid="1.2", model_sha256="ab12", findings=2, planted=("p1",),
            scores=(0.25, 0.75), places_mm=((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)),
        ),
        LayerChanged(at_ns=second + SECOND, layer="box", visible=True, opacity=1.0, threshold=0.5, by="reader"),
        ExposureChanged(at_ns=second + SECOND, viewport=0, elements=(("box", "f2", "box", 0.5, 1.0, 0.25),)),
        LayerChanged(at_ns=second + 2 * SECOND, layer="box", visible=False, opacity=1.0, threshold=0.5, by="reader"),
        ExposureChanged(at_ns=second + 2 * SECOND, viewport=0, elements=()),
        PhaseConfirmed(
            at_ns=second + 3 * SECOND, trial=trial, phase=1,
            answers={"suspicion": 80, "found": ("a", "b"), "place": ("m1",)},
        ),
        PhaseWeighed(at_ns=second + 3 * SECOND, trial=trial, phase=2, top_scores={"nodules": 0.75}),
        PhaseSkipped(at_ns=second + 3 * SECOND, trial=trial, phase=2, why="only_if"),
    ]  # fmt: skip


@pytest.fixture
def play(begin: Callable[..., Recorder]) -> Callable[..., str]:
    """Play a whole sitting into a store; returns the receipt."""

    def played(
        writer: StoreWriter, reader: str = "R1", protocol: ProtocolRecord | None = None, end: bool = True
    ) -> str:
        protocol = protocol or record_of()
        recorder = begin(writer, reader, protocol)
        for event in sitting_events(reader, protocol):
            recorder.record(event)
        if end:
            return recorder.end("finished").result(30)
        return writer.run(lambda connection: "").result(30)

    return played
