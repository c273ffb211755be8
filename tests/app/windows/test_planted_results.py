"""In real windows: a planted result of every kind is painted, listed and named as an honest one is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from app.reading.engine import phase_now

from ..test_advice import KINDS, with_rule
from .test_sitting import confirm, press_answer, read_texts, sign_in, wait_for_phase

OPEN_ABOUT_IT = ("planted", "sham", "invented", "odd/", "edited", "decoupled", "distractor")


def texts_in(widget: QWidget) -> str:
    """Every word that a reader can see or hover for in a widget."""
    labels = [label.text() for label in widget.findChildren(QLabel)]
    tips = [each.toolTip() + each.accessibleName() + each.statusTip() for each in widget.findChildren(QWidget)]
    return " ".join((*labels, *tips)).lower()


@pytest.mark.parametrize("kind", [k if k == "sham" else pytest.param(k, marks=pytest.mark.slow) for k in KINDS])
def test_that_a_planted_result_is_painted_as_an_honest_one_is(qtbot, start, study_copy: Path, kind: str) -> None:
    with_rule(study_copy, kind)
    run = start(study_copy)
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    seen: dict[bool, set[str]] = {}
    while run.window.pages.currentWidget() is run.window.room:
        room = wait_for_phase(qtbot, run.window)
        if phase_now(run.window.driver.script, run.window.driver.state).ais:
            qtbot.waitUntil(lambda room=room: bool(room.ai.results))
            (result,) = room.ai.results
            if result.findings:
                room.layer_panel.grab()
                run.window.grab()
                drawn = {each.draw for painter in room.ai.painters for each in painter.painted}
                seen[bool(result.provenance.planted)] = drawn
            words = texts_in(run.window)
            assert not [word for word in OPEN_ABOUT_IT if word in words]
        press_answer(run.window, "nodule", "no")
        confirm(qtbot, run.window)
        qtbot.waitUntil(lambda: not run.window.driver.busy)
    run.close()
    assert any(event.__class__.__name__ == "AIResultLoaded" and event.planted for event in run.events())
    if kind != "false_negative":  # which leaves nothing to paint
        assert True in seen
