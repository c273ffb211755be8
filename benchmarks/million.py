"""A store of a million events, as some twenty readers would leave it: for the benches of verify and of attention.

What belongs here: making it. What does not: timing anything with it. The mix a second of reading: 4 batches of 15
pointer samples, 4 views, 4 turns of the wheel, 3 commands, 1 record of exposure; a case takes a minute.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord
from app.store.writer import StoreWriter
from app.tracking import events as e
from app.tracking.recorder import Recorder

EVENTS = 1_000_000
READERS = 20
CASES = 50
SECONDS = 60  # a case
SLICES, SIZE = 200, 512
AFFINE = (0.7, 0.0, 0.0, -180.0, 0.0, 0.7, 0.0, -180.0, 0.0, 0.0, 1.5, -150.0, 0.0, 0.0, 0.0, 1.0)
S = 1_000_000_000


def million_store(path: Path, events: int = EVENTS) -> Path:
    """Write a store of so many events, at least, in whole cases; a store that is there already is taken as it is."""
    if path.exists():
        return path
    making = path.with_name(path.name + ".making")
    making.unlink(missing_ok=True)
    writer = StoreWriter(making)
    protocol = ProtocolRecord(sha256_of("million"), "million", "1", "demo", b"million")
    written = 0
    for number in range(READERS):
        share = (number + 1) * events // READERS
        enrol(writer, f"R{number:02}", protocol, lambda index: {"trials": []}, truth=truth())
        sitting = writer.begin_sitting(reader=f"R{number:02}", protocol_sha256=protocol.sha256, number=1)
        written += _sat(Recorder(writer, sitting), Random(number), share - written)
    writer.close()
    making.rename(path)
    return path


def truth() -> str:
    """A lesion in every other case, as a study's reference holds it."""
    lesions = [{"id": "L1", "position_mm": [10.0, -20.0, 30.0], "diameter_mm": 8.0, "label": "nodule"}]
    return json.dumps([
        {"case_id": f"case {case}", "positive": case % 2 == 0, "lesions": lesions if case % 2 == 0 else []}
        for case in range(CASES)
    ])  # fmt: skip


def _sat(recorder: Recorder, draw: Random, events: int) -> int:
    """One sign-in of so many events, at least; the next case begins once the one before is safe."""
    at_ns = 1_000 * S
    recorder.commit(_signed_in(at_ns, recorder.sitting)).result()
    trial = 0
    while recorder.counts.total() < events:
        for event in _case(draw, at_ns, trial):
            recorder.record(event)
        at_ns += (SECONDS + 1) * S
        recorder.commit(
            e.PhaseConfirmed(at_ns=at_ns - S // 2, trial=trial, phase=0, answers={"suspicion": 40})
        ).result()
        trial += 1
    recorder.end("finished").result()
    return recorder.counts.total()


def _case(draw: Random, at_ns: int, trial: int) -> Iterator[e.Event]:
    """A minute with one stack of CT slices, in which the AI shows a finding."""
    yield e.TrialStarted(at_ns=at_ns, trial=trial, case=f"case {trial % CASES}", condition="aided")
    yield e.SeriesOpened(
        at_ns=at_ns, trial=trial, series_uid="1.2.826.1", modality="CT", rows=SIZE, columns=SIZE, frames=SLICES,
        affine=AFFINE,
    )  # fmt: skip
    yield e.AIResultLoaded(
        at_ns=at_ns, trial=trial, ai="detector", series_uid="1.2.826.1", model_sha256="0" * 64, findings=1, planted=(),
        scores=(0.8,), places_mm=((12.0, -18.0, 30.0),), elements=("nodule-1",),
    )  # fmt: skip
    yield e.CaseShown(at_ns=at_ns, trial=trial)
    yield e.PhaseStarted(at_ns=at_ns, trial=trial, phase=0, layers=("boxes",))
    look = _Look(draw)
    for second in range(SECONDS):
        yield from look.second(at_ns + second * S)


class _Look:
    """Where the reader is: a slice, a direction of scrolling, a part of the image, a place of the pointer."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.slice, self.step = 0, 1
        self.zoom, self.centre = 2.0, (255.5, 255.5)
        self.column, self.row = 200.0, 200.0

    def second(self, at_ns: int) -> Iterator[e.Event]:
        if self.draw.random() < 0.1:
            self.zoom = self.draw.choice((2.0, 2.5, 4.0))
            self.centre = (255.5 + self.draw.randrange(-80, 80), 255.5 + self.draw.randrange(-80, 80))
        for quarter in range(4):
            now_ns = at_ns + quarter * S // 4
            yield e.WheelTurned(at_ns=now_ns, viewport=0, steps=float(-self.step))
            if quarter:
                yield e.CommandIssued(at_ns=now_ns, command="slice", source="wheel", argument=str(self.step))
            yield self._view(now_ns + 5_000_000)
            if quarter == 2:
                yield self._exposure(now_ns + 6_000_000)
            yield self._pointer(now_ns)

    def _view(self, at_ns: int) -> e.ViewChanged:
        if not 0 <= self.slice + self.step < SLICES or self.draw.random() < 0.03:
            self.step = -self.step
        self.slice = max(0, min(SLICES - 1, self.slice + self.step))
        return e.ViewChanged(
            at_ns=at_ns, viewport=0, series_uid="1.2.826.1", slice_index=self.slice, centre_px=self.centre,
            zoom=self.zoom, window_centre=-600.0, window_width=1500.0, inverted=False, size_px=(900, 900), dpr=1.0,
        )  # fmt: skip

    def _exposure(self, at_ns: int) -> e.ExposureChanged:
        seen = abs(self.slice - 120) < 6
        elements = (("boxes", "nodule-1", "box", 0.5, 1.0, 1.0),) if seen else ()
        return e.ExposureChanged(at_ns=at_ns, viewport=0, elements=elements)

    def _pointer(self, at_ns: int) -> e.PointerMoved:
        samples = []
        for step in range(15):
            self.column = min(511.0, max(0.0, round(self.column + self.draw.uniform(-6, 6), 2)))
            self.row = min(511.0, max(0.0, round(self.row + self.draw.uniform(-6, 6), 2)))
            samples.append((at_ns + step * 16_000_000, self.column, self.row, self.slice))
        return e.PointerMoved(at_ns=samples[-1][0], viewport=0, series_uid="1.2.826.1", samples=tuple(samples))


def _signed_in(at_ns: int, sitting: int) -> e.SittingStarted:
    return e.SittingStarted(
        at_ns=at_ns, reader=f"R{sitting:02}", protocol_id="million", protocol_version="1",
        protocol_sha256=sha256_of("million"), order_sha256="", mode="demo", sitting=1, resumed=False,
        program_version="bench",
    )  # fmt: skip
