"""Simulated readers read the small study through the real window."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.simulated.reader import SimulatedReader
from app.store.verify import verify
from app.tracking.events import (
    AIResultLoaded,
    LayerChanged,
    LayerRevealed,
    LayersHeld,
    PhaseConfirmed,
    PhaseStarted,
    SittingEnded,
)


@pytest.mark.parametrize("policy", ["careful", "hasty"])
def test_that_a_simulated_reader_reads_from_sign_in_to_farewell(qtbot, start, tmp_path: Path, policy: str) -> None:
    run = start()
    pictures = tmp_path / "pictures"
    reader = SimulatedReader(run.window, policy, "tester", pictures)
    with qtbot.waitSignal(run.window.left, timeout=240_000):
        reader.start()
    run.close()
    events = run.events()
    assert isinstance(events[-1], SittingEnded)
    assert events[-1].reason == "finished"
    assert len([e for e in events if isinstance(e, PhaseConfirmed)]) == 5 + 2
    assert verify(run.store).sound
    names = {path.stem.split("-", 1)[1] for path in pictures.glob("*.png")}
    assert {"sign-in", "reading-unaided", "with-AI-with-ai", "feedback", "farewell"} <= names


def test_that_a_simulated_reader_asks_for_what_is_behind_a_button(qtbot, start, study_copy: Path) -> None:
    protocol = study_copy / "protocol.yaml"
    text = protocol.read_text(encoding="utf-8").replace("draw: box, at: balanced,", "draw: box, reveal: button,")
    protocol.write_text(text.replace("reveal: toggle,", "reveal: button,"), encoding="utf-8")
    run = start(study_copy)
    reader = SimulatedReader(run.window, "hasty", "tester")
    with qtbot.waitSignal(run.window.left, timeout=240_000):
        reader.start()
    run.close()
    assert [event.layer for event in run.events() if isinstance(event, LayerRevealed)] == ["box", "heat"] * 2


def test_that_a_simulated_reader_waits_for_a_pages_shortest_time(qtbot, start, study_copy: Path) -> None:
    protocol = study_copy / "protocol.yaml"
    text = protocol.read_text(encoding="utf-8").replace("{id: hello,", "{id: hello, at_least_s: 1,")
    protocol.write_text(text, encoding="utf-8")
    run = start(study_copy)
    reader = SimulatedReader(run.window, "hasty", "tester")
    with qtbot.waitSignal(run.window.left, timeout=240_000):
        reader.start()
    run.close()
    assert run.events()[-1].reason == "finished"


def test_that_no_ai_is_loaded_in_an_unaided_phase(qtbot, start) -> None:
    run = start()
    reader = SimulatedReader(run.window, "hasty", "tester")
    with qtbot.waitSignal(run.window.left, timeout=240_000):
        reader.start()
    run.close()
    layers: tuple[str, ...] = ()
    loaded = []
    for event in run.events():
        if isinstance(event, PhaseConfirmed):
            layers = ()
        if isinstance(event, AIResultLoaded):
            loaded.append(event)
        if isinstance(event, PhaseStarted):
            layers = event.layers
        if isinstance(event, LayersHeld | LayerChanged) and not loaded:
            pytest.fail("a layer came before any AI was loaded")
    assert layers == ()
    assert [event.ai for event in loaded] == ["nodules", "nodules"]
    assert sum(bool(event.planted) for event in loaded) == 1
