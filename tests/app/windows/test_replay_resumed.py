"""A sitting that was cut off in mid-phase and resumed: screens on both sides are drawn again to the pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.analysis.screens import screens_at
from app.store.exports.tidy import export
from app.store.reader import open_store
from app.tracking.events import ExposureChanged, SittingEnded
from app.tracking.exposure import ledger
from app.windows.replay.drawing import Replay, by_digest
from overlays.layers.exposure import elements_of
from overlays.layers.layer import from_protocol
from study_configs.study import protocol_from
from viewers.dicom.load import load
from viewers.dicom.scan import scan

from .test_exposure_log import CASE, Reader, pixels, results_as_given, study  # noqa: F401  # a fixture
from .test_sitting import read_texts, sign_in, wait_for_phase

pytestmark = pytest.mark.slow


def read_before(reader: Reader) -> None:
    reader.does("began", lambda: None)
    reader.does("zoomed", reader.command("zoom.in"))
    reader.does("lowered the threshold", reader.slides("marks", "threshold", 30))
    reader.does("faded the heat map", reader.slides("heat", "opacity", 60))
    reader.does("took other colours", lambda: reader.row("heat").colours.setCurrentIndex(2))
    reader.does("asked for isolines", reader.row("lines").eye.click)
    reader.does("switched segments off", reader.row("lobes").eye.click)


def read_after(reader: Reader) -> None:
    reader.does("came back", lambda: None)
    reader.does("scrolled", reader.key(Qt.Key.Key_Down))
    reader.does("switched segments on", reader.row("lobes").eye.click)
    reader.does("raised the threshold", reader.slides("marks", "threshold", 80))


def room_of(qtbot, run):
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    qtbot.waitUntil(lambda: bool(room.ai.results))
    room.grid.setFocus()
    if room.grid.active_viewport._shows_annotations:
        room.grid.perform("annotations.toggle", "key")
    return room


def test_that_screens_before_and_after_a_kill_are_drawn_again_to_the_pixel(qtbot, start, study: Path, tmp_path: Path):  # noqa: F811
    first = start(study)
    before = Reader(qtbot, room_of(qtbot, first))
    read_before(before)
    font = before.room.grid.viewports[0].font()
    first.kill()
    second = start(study)
    after = Reader(qtbot, room_of(qtbot, second))
    read_after(after)
    second.close()
    with open_store(second.store) as store:
        parts = store.sittings(reader="tester")
        logged = [list(store.events(part.id)) for part in parts]
        record = store.protocol(parts[0].protocol_sha256)
    assert len(logged) == 2
    assert not [event for event in logged[0] if isinstance(event, SittingEnded)], "it was cut off"
    protocol = protocol_from(record.source, record.id)
    layers = {name: from_protocol(name, each, protocol.ai[each.ai]) for name, each in protocol.layers.items()}
    volumes = {header.key: load(header) for header in scan(study / "images" / CASE).series}
    replay = Replay(volumes.__getitem__, layers, by_digest(results_as_given(study, volumes)), font)
    for reader, events in zip((before, after), logged, strict=True):
        for shot in reader.shots:
            screens = screens_at(events, shot.at_ns)
            image, painter = replay.draw(screens, shot.viewport)
            assert np.array_equal(pixels(image), shot.pixels), shot.what
            assert screens.screens[shot.viewport].painted == elements_of(painter.painted), shot.what
    check_that_the_gap_is_no_exposure(logged)
    export(second.store, tmp_path / "tables", {"csv"}, modes=["pilot"])


def check_that_the_gap_is_no_exposure(logged: list) -> None:
    """Each sign-in's intervals lie between its own first and last record."""
    parts = [ledger(events).exposures for events in logged]
    for events, exposures in zip(logged, parts, strict=True):
        assert exposures
        first = min(event.at_ns for event in events if isinstance(event, ExposureChanged))
        assert min(each.from_ns for each in exposures) >= first
        assert max(each.to_ns for each in exposures) <= max(event.at_ns for event in events)
    assert len(ledger([event for events in logged for event in events]).exposures) == sum(map(len, parts))
