"""Layers in the reading room: held back until their rule lets them come, and what the log hears of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.tracking.events import (
    AIResultLoaded,
    Event,
    FindingChosen,
    FindingHovered,
    LayerChanged,
    LayerRevealed,
    LayerWithdrawn,
    ModelCardClosed,
    ModelCardShown,
    PhaseStarted,
)
from app.windows.layer_stage import place_on_screen
from app.windows.layer_states import Stopwatch
from overlays.models.card_page import CardPage
from overlays.panels.listing import Listed

from .test_sitting import key, press_answer, sign_in, to_ai_phase, wait_for_phase

SECOND = 1_000_000_000


def with_rule(study: Path, rule: str, *, draw: str = "box", more: str = "") -> Path:
    """The small study with one layer, held back by this rule."""
    protocol = study / "protocol.yaml"
    text = protocol.read_text(encoding="utf-8")
    start, end = text.index("layers:"), text.index("questions:")
    layer = f"layers:\n  box: {{ai: nodules, draw: {draw}, at: 0, reveal: {rule}, adjustable: [visible, threshold]}}\n"
    text = text[:start] + layer + more + text[end:]
    names = [line.split(":")[0].strip() for line in more.splitlines()]
    protocol.write_text(text.replace("[box, heat]", f"[{', '.join(['box', *names])}]"), encoding="utf-8")
    return study


def of_kind(events: list[Event], *kinds: type[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kinds)]


def test_that_no_result_is_loaded_before_the_reader_asks_for_it(qtbot, start, study_copy: Path):
    run = start(with_rule(study_copy, "button"))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    assert room.ai.results == ()
    assert [button.button.text() for button in room.layer_panel.buttons.values()] == ["Show Marks of LungAid"]
    QTest.mouseClick(room.layer_panel.buttons["box"].button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(room.ai.results))
    assert not room.layer_panel.buttons
    run.close()
    course = of_kind(run.events(), PhaseStarted, LayerRevealed, AIResultLoaded)
    assert [type(event) for event in course][-3:] == [PhaseStarted, LayerRevealed, AIResultLoaded]
    assert [e.revealed for e in of_kind(run.events(), LayerChanged)] == [False, True]


def test_that_the_layers_own_key_asks_for_it_too(qtbot, start, study_copy: Path):
    run = start(with_rule(study_copy, "button"))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    room.grid.setFocus()
    key(run.window, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: bool(room.ai.results))
    run.close()


def test_that_what_was_asked_for_is_there_again_after_a_crash(qtbot, start, study_copy: Path):
    run = start(with_rule(study_copy, "button"))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    room.layer_panel.buttons["box"].button.click()
    qtbot.waitUntil(lambda: bool(room.ai.results))
    run.kill()
    again = start(study_copy)
    sign_in(qtbot, again.window)
    room = wait_for_phase(qtbot, again.window)
    assert room.ai.results
    assert room.ai.layers[0].is_painted
    again.close()


def test_that_a_layer_comes_by_itself_after_its_time(qtbot, start, study_copy: Path):
    run = start(with_rule(study_copy, "{after_s: 0.2}"))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    qtbot.waitUntil(lambda: bool(room.ai.results))
    run.close()
    phase = of_kind(run.events(), PhaseStarted)[-1]
    (came,) = of_kind(run.events(), LayerRevealed)
    assert came.how == "after"
    assert came.at_ns - phase.at_ns >= 0.2 * SECOND


def test_that_a_layer_comes_and_goes_with_an_answer(qtbot, start, study_copy: Path):
    run = start(with_rule(study_copy, '{only_if: "answer.nodule == yes"}'))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    assert room.ai.results == ()
    press_answer(run.window, "nodule", "yes")
    qtbot.waitUntil(lambda: bool(room.ai.results))
    press_answer(run.window, "nodule", "no")
    assert room.ai.results == ()
    assert not room.ai.layers[0].is_painted
    run.close()
    turned = of_kind(run.events(), LayerRevealed, LayerWithdrawn)
    assert [type(event) for event in turned] == [LayerRevealed, LayerWithdrawn]


def test_that_time_stands_still_in_a_pause():
    watch = Stopwatch().started(0).rested(3 * SECOND)
    assert watch.seconds(99 * SECOND) == 3.0
    assert watch.started(100 * SECOND).seconds(102 * SECOND) == 5.0
    assert watch.started(100 * SECOND).started(101 * SECOND).seconds(102 * SECOND) == 5.0


def test_that_time_stands_still_also_in_a_pause_during_which_the_phase_begins(qtbot, start, study_copy: Path):
    """The AI was still at work when the reader paused."""
    run = start(with_rule(study_copy, "{after_s: 600}"))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    room.set_paused(True)
    room.layers.begin()
    assert room.layers._watch.since_ns is None
    room.set_paused(False)
    assert room.layers._watch.since_ns is not None
    run.close()


def test_that_a_chosen_finding_is_gone_to_in_every_viewport_and_logged(qtbot, start, study_copy: Path):
    run = start(with_rule(study_copy, "shown"))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    room.grid.perform("layout.mpr")
    qtbot.waitUntil(lambda: all(v.volume is not None and v.is_painted for v in room.grid.shown))
    listed = room.layer_panel.findings.findings.shown
    assert listed
    for viewport in room.grid.shown:
        viewport.set_view(replace(viewport.view, slice_index=0, zoom=8 * viewport.view.zoom, centre_px=(0.0, 0.0)))
    room.grid.setFocus()
    QTest.keyClicks(room.grid, "]")
    finding = listed[0].finding
    for viewport in room.grid.shown:
        place = room.ai._place(viewport, listed[0])
        assert place is not None
        assert viewport.view.slice_index == place[2]
        assert viewport.view.centre_px == pytest.approx(place[:2])
    run.close()
    assert [(e.finding, e.ai) for e in of_kind(run.events(), FindingChosen)] == [(finding.id, "nodules")]


def test_that_going_to_a_finding_keeps_window_and_zoom(qtbot, start, study_copy: Path):
    run = start(with_rule(study_copy, "shown"))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    room.grid.perform("layout.mpr")
    qtbot.waitUntil(lambda: all(v.volume is not None and v.is_painted for v in room.grid.shown))
    for command in ("window.wider", "zoom.in", "zoom.in", "scroll.first"):
        room.grid.perform(command)
    before = [replace(viewport.view, slice_index=0, centre_px=(0.0, 0.0)) for viewport in room.grid.shown]
    room.perform("finding.next", "key")
    after = [replace(viewport.view, slice_index=0, centre_px=(0.0, 0.0)) for viewport in room.grid.shown]
    assert after == before
    assert room.grid.active_viewport.view.slice_index > 0
    run.close()


def test_that_keys_move_the_threshold_within_its_limits_and_the_log_hears_of_it(qtbot, start, study_copy: Path):
    run = start(with_rule(study_copy, "shown"))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    room.grid.setFocus()
    key(run.window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ShiftModifier)
    key(run.window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ShiftModifier)
    key(run.window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ShiftModifier)
    assert room.layer_panel._rows["box"].threshold.value() == 5
    for _ in range(3):
        key(run.window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ShiftModifier)
    key(run.window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)  # this layer's opacity is fixed
    run.close()
    changed = [(e.threshold, e.opacity) for e in of_kind(run.events(), LayerChanged) if e.by == "reader"]
    assert changed == [(0.05, 1.0), (0.1, 1.0), (0.05, 1.0), (0.0, 1.0)]


def test_that_the_next_image_with_an_overlay_is_found_going_round(qtbot, start, study_copy: Path):
    run = start(with_rule(study_copy, "shown"))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    viewport = room.grid.active_viewport
    room.grid.perform("scroll.first")
    room.perform("overlay.next", "key")
    first = viewport.view.slice_index
    assert first > 0
    room.grid.perform("scroll.last")
    room.perform("overlay.next", "key")
    assert viewport.view.slice_index == first
    run.close()


def test_that_a_model_card_opens_on_request_closes_with_esc_and_both_are_logged(qtbot, start, study_copy: Path):
    more = "  about: {ai: nodules, draw: card}\n"
    run = start(with_rule(study_copy, "button", more=more))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    assert room.ai.results == (), "a card brings no result within reach"
    room.cards._cards = {"nodules": CardPage("LungAid", (("Made for", "Second readers"),), "ab" * 32)}
    button = room.layer_panel.buttons["about"].button
    assert button.text() == "About LungAid"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert room.cards.overlay.isVisible()
    QTest.keyClick(room.cards.overlay, Qt.Key.Key_Escape)
    assert not room.cards.overlay.isVisible()
    run.close()
    shown = of_kind(run.events(), ModelCardShown, ModelCardClosed)
    assert [type(event) for event in shown] == [ModelCardShown, ModelCardClosed]
    assert shown[0].model_sha256 == "ab" * 32


@dataclass(frozen=True)
class Known:
    sensitivity: float = 0.83
    false_positives_per_case: float = 0.4
    basis: str = "model card, 60 held-out exams"


@pytest.mark.parametrize(("mode", "told"), [("demo", True), ("pilot", False)])
def test_that_what_a_threshold_means_is_never_told_in_a_trial_that_counts(
    qtbot, start, study_copy: Path, mode: str, told: bool
):
    run = start(with_rule(study_copy, "shown"))
    sign_in(qtbot, run.window)
    plan = run.window.room.plan
    run.window.room.plan = replace(plan, mode=mode, expected={"nodules": lambda threshold: Known()})
    read_on(qtbot, run)
    row = run.window.room.layer_panel._rows["box"]
    assert row.expected.isVisibleTo(row) == told
    words = "finds 83 of 100 lesions, 0.40 false marks per case (model card, 60 held-out exams)"
    assert (row.expected.text() == words) == told
    run.close()


def read_on(qtbot, run) -> None:
    """From wherever the sitting stands to the first phase with AI."""
    from app.reading.engine import phase_now

    from .test_sitting import confirm, read_texts

    read_texts(qtbot, run.window)
    while True:
        wait_for_phase(qtbot, run.window)
        if phase_now(run.window.driver.script, run.window.driver.state).ais:
            return
        press_answer(run.window, "nodule", "no")
        confirm(qtbot, run.window)


def test_that_a_finding_shows_under_the_pointer_alone_and_goes_with_it(qtbot, start, study_copy: Path):
    run = start(with_rule(study_copy, "hover"))
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    viewport = room.grid.active_viewport
    (result,) = room.ai.results
    finding = max(result.findings, key=lambda each: each.score or 0)
    room.ai.go_to(Listed(result.ai, "", finding))
    at = place_on_screen(viewport, result, finding)
    assert at is not None
    painter = room.ai.painters[room.grid.active]
    QTest.mouseMove(viewport, viewport.rect().bottomRight() - QPoint(3, 3))
    qtbot.waitUntil(lambda: painter.painted == ())
    assert not room.layer_panel.findings.isVisible()
    QTest.mouseMove(viewport, at)
    qtbot.waitUntil(lambda: [each.element for each in painter.painted] == [finding.id])
    QTest.mouseMove(viewport, viewport.rect().bottomRight() - QPoint(3, 3))
    qtbot.waitUntil(lambda: painter.painted == ())
    run.close()
    hovered = [event.finding for event in of_kind(run.events(), FindingHovered)]
    assert hovered[-2:] == [finding.id, ""]


def test_that_a_condition_sets_its_threshold_and_whom_the_advice_is_from(qtbot, start, study_copy: Path):
    protocol = study_copy / "protocol.yaml"
    text = protocol.read_text(encoding="utf-8")
    end = text.index("design:")
    said = "    shown_as: {nodules: Dr. S. Johnson}\n    at: {box: 0.42}\n"
    protocol.write_text(text[:end].rstrip("\n") + "\n" + said + text[end:], encoding="utf-8")
    run = start(study_copy)
    to_ai_phase(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    box = next(layer for layer in room.ai.layers if layer.id == "box")
    assert (box.threshold, box.source) == (0.42, "Dr. S. Johnson")
    run.close()
    (changed,) = [e for e in of_kind(run.events(), LayerChanged) if e.layer == "box" and e.by == "protocol"][:1]
    assert changed.threshold == 0.42
