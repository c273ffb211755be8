"""After a kill -9 the layers are as the log says that they were, and time goes on from where it stood."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.store.reader import open_store
from app.tracking.events import Event, LayerChanged, LayerRevealed, PhaseStarted

from .test_sitting import sign_in, wait_for_phase

HERE = Path(__file__).parent
SECOND = 1_000_000_000
AFTER_S, ENOUGH_S = 120, 30  # the layer comes after; no machine is that slow
LAYERS = f"""layers:
  box: {{ai: nodules, draw: box, at: balanced, adjustable: [visible, opacity, threshold]}}
  heat: {{ai: nodules, draw: heatmap, at: 0.3, reveal: toggle, adjustable: [visible, opacity, threshold, colours]}}
  late: {{ai: nodules, draw: contour, at: 0.3, reveal: {{after_s: {AFTER_S}}}, adjustable: [visible]}}
"""


@pytest.fixture
def study(study_copy: Path) -> Path:
    protocol = study_copy / "protocol.yaml"
    text = protocol.read_text(encoding="utf-8")
    start, end = text.index("layers:"), text.index("questions:")
    text = (text[:start] + LAYERS + text[end:]).replace("[box, heat]", "[box, heat, late]")
    protocol.write_text(text, encoding="utf-8")
    return study_copy


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "store").mkdir()
    return tmp_path / "store" / "readerlab.sqlite"


def events_of(store: Path) -> list[Event]:
    with open_store(store) as opened:
        return [event for sitting in opened.sittings(reader="tester") for event in opened.events(sitting.id)]


@pytest.fixture
def killed(study: Path, store: Path) -> list[Event]:
    """A reader has set layers, read on for some seconds, and was killed; what the store holds."""
    words = [sys.executable, str(HERE / "killed_reader.py"), str(study), str(store)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n", process.communicate()
    process.kill()
    _, said = process.communicate()
    assert process.returncode == -signal.SIGKILL, said
    return events_of(store)


@pytest.mark.slow
def test_that_layers_are_as_the_reader_had_set_them_and_time_goes_on(
    qtbot, start, study: Path, killed: list[Event], set_on_clock
):
    (phase,) = [event for event in killed if isinstance(event, PhaseStarted) and event.layers]
    spent = max(event.at_ns for event in killed) - phase.at_ns
    set_last = {event.layer: event for event in killed if isinstance(event, LayerChanged) and event.by == "reader"}
    assert set_last.keys() == {"box", "heat"}
    assert not [event for event in killed if isinstance(event, LayerRevealed)], "killed before the layer came"
    run = start(study)
    sign_in(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    assert run.window.driver.state.phase_spent_ns == room.layers._watch.ran_ns == spent > 0
    layers = {layer.id: layer for layer in room.ai.layers}
    for name, was in set_last.items():
        now = layers[name]
        assert (now.visible, now.opacity, now.threshold, now.colours) == (
            was.visible, was.opacity, was.threshold, was.colours or now.colours,
        )  # fmt: skip
    assert layers["heat"].visible
    assert layers["box"].threshold != 0.5
    row = room.layer_panel._rows["box"]
    row.reset.click()
    assert room.ai.layers[0].threshold == 0.5, "back is the protocol's threshold"
    left_s = AFTER_S - spent / SECOND
    for seconds, has_come in ((left_s - ENOUGH_S, False), (ENOUGH_S, True)):
        set_on_clock.set_on(seconds)
        room.layers.follow()
        assert any(layer.id == "late" and layer.revealed for layer in room.ai.layers) is has_come
    run.close()
    events = run.events()[len(killed) :]
    again = next(event for event in events if isinstance(event, PhaseStarted) and event.layers)
    (came,) = [event for event in events if isinstance(event, LayerRevealed)]
    assert AFTER_S * SECOND - spent <= came.at_ns - again.at_ns
