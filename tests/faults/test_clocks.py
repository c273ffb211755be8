"""Clocks that are set while people read: the order of events, the chain and the way back never depend on them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.conduct.opening import open_sitting
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed, SittingStarted, WheelTurned
from app.tracking.recorder import Recorder, clock
from study_configs.study import load_study

DAY_NS = 86_400_000_000_000


@pytest.mark.parametrize("jump_days", [-400, -1, 1, 400])
def test_that_a_clock_that_is_set_changes_no_order_and_breaks_no_chain(
    tmp_path: Path, begin: Callable[..., Recorder], monkeypatch: pytest.MonkeyPatch, jump_days: int
) -> None:
    store, now = tmp_path / "store.sqlite", time.time_ns
    writer = StoreWriter(store)
    recorder = begin(writer)
    recorder.record(WheelTurned(at_ns=clock(), viewport=0, steps=1.0))
    monkeypatch.setattr("app.tracking.recorder.time.time_ns", lambda: now() + jump_days * DAY_NS)
    receipt = recorder.commit(PhaseConfirmed(at_ns=clock(), trial=0, phase=0, answers={})).result(10)
    recorder.end("finished").result(10)
    writer.close()
    report = verify(store)
    assert report.problems == ()
    with open_store(store) as opened:
        logged = list(opened.logged(recorder.sitting))
    assert [type(each.event).__name__ for each in logged] == ["WheelTurned", "PhaseConfirmed", "SittingEnded"]
    assert sorted(each.event.at_ns for each in logged) == [each.event.at_ns for each in logged]
    jumped = datetime.fromisoformat(logged[1].utc) - datetime.fromisoformat(logged[0].utc)
    assert abs(jumped - timedelta(days=jump_days)) < timedelta(minutes=5)
    assert receipt


@pytest.mark.parametrize(("hours", "gap_hours"), [(-50, 0), (50, 50)])
def test_that_a_reader_goes_on_after_a_clock_was_set(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, gap_hours: int
) -> None:
    """A clock that was set back makes no gap; one that was set forward makes the gap that it shows."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(hours=hours)

    loaded = load_study(study)
    store = tmp_path / "store.sqlite"
    writer = StoreWriter(store)
    first = open_sitting(loaded, writer, "R1")
    first.recorder.commit(first.started).result(10)
    writer.close()
    monkeypatch.setattr("app.conduct.opening.datetime", Clock)
    writer = StoreWriter(store)
    second = open_sitting(loaded, writer, "R1")
    second.recorder.commit(second.started).result(10)
    writer.close()
    assert second.started.resumed
    assert second.started.gap_hours == pytest.approx(gap_hours, abs=0.1)
    assert verify(store).problems == ()
    with open_store(store) as opened:
        assert len(opened.events_of("R1", loaded.sha256, (SittingStarted,))) == 2
