from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from overlays.layers.layer import Layer, Reveal
from overlays.panels.layer_panel import LayerPanel, PanelKeys
from overlays.panels.listing import Listed
from overlays.result import Advice, Assessment, Example

from ..conftest import AXIAL, MODEL, make_finding, make_map, make_result

ALL = frozenset({"visible", "opacity", "threshold"})
BOX = Layer("box", "nodules", "box", "Boxes", threshold=0.4, adjustable=ALL, source="LungAid")
HEAT = Layer("heat", "nodules", "heatmap", "Saliency", opacity=0.45, threshold=0.2, adjustable=frozenset({"visible"}))
RESULT = make_result(
    tuple(make_finding(f"f{n}", score, (0, 0, n)) for n, score in enumerate((0.3, 0.5, 0.9))),
    (make_map(np.zeros((2, 2, 2), np.float32), AXIAL),),
)


@pytest.fixture
def panel(qtbot: QtBot) -> LayerPanel:
    made = LayerPanel(PanelKeys(hold="H"))
    qtbot.addWidget(made)
    made.set_content((BOX, HEAT), (RESULT,))
    with qtbot.waitExposed(made):
        made.show()
    return made


def listed(panel: LayerPanel) -> list[str]:
    return [each.finding.id for each in panel.findings.findings.shown]


def test_that_the_eye_switches_a_layer_by_mouse_and_by_key(panel: LayerPanel, qtbot: QtBot):
    row = panel._rows["heat"]
    with qtbot.waitSignal(panel.layer_changed) as clicked:
        qtbot.mouseClick(row.eye, Qt.MouseButton.LeftButton)
    assert clicked.args == [replace(HEAT, visible=False)]
    with qtbot.waitSignal(panel.layer_changed) as pressed:
        qtbot.keyClick(row.eye, Qt.Key.Key_Space)
    assert pressed.args == [HEAT]


def test_that_sliders_move_by_key_and_the_number_of_findings_follows(panel: LayerPanel, qtbot: QtBot):
    row = panel._rows["box"]
    assert row.count.text() == "2 of 3 findings shown"
    with qtbot.waitSignal(panel.layer_changed) as changed:
        qtbot.keyClick(row.threshold, Qt.Key.Key_PageUp)
        qtbot.keyClick(row.threshold, Qt.Key.Key_Right)
    assert changed.args[0].threshold == pytest.approx(0.5)
    assert panel.layers[0].threshold == pytest.approx(0.51)
    assert row.count.text() == "1 of 3 findings shown"
    assert listed(panel) == ["f2"]
    assert row.threshold_text.text() == "51%"
    assert row.threshold.toolTip() == "Findings with a score below 51% are not drawn"


def test_that_reset_goes_back_to_the_protocols_threshold(panel: LayerPanel, qtbot: QtBot):
    row = panel._rows["box"]
    assert not row.reset.isEnabled()
    row.threshold.setValue(90)
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert panel.layers[0] == BOX
    assert not row.reset.isEnabled()


def test_that_a_resumed_sitting_still_resets_to_the_protocol(panel: LayerPanel, qtbot: QtBot):
    panel.set_content((replace(BOX, threshold=0.8),), (RESULT,), as_protocol=(BOX,))
    qtbot.mouseClick(panel._rows["box"].reset, Qt.MouseButton.LeftButton)
    assert panel.layers == (BOX,)


def test_that_what_the_protocol_fixes_has_no_control(panel: LayerPanel):
    row = panel._rows["heat"]
    assert row.eye.isEnabled()
    assert not row.opacity.isVisible()
    assert not row.threshold.isVisible()
    assert not row.reset.isVisible()
    panel.set_content((replace(HEAT, adjustable=frozenset()),), (RESULT,))
    assert not panel._rows["heat"].eye.isEnabled()


def test_that_a_layer_changed_elsewhere_is_shown_without_a_signal(panel: LayerPanel, qtbot: QtBot):
    with qtbot.assertNotEmitted(panel.layer_changed):
        panel.set_layer(replace(BOX, threshold=0.6, opacity=0.5, visible=False))
    row = panel._rows["box"]
    assert (row.threshold.value(), row.opacity.value(), row.eye.isChecked()) == (60, 50, False)
    assert listed(panel) == []
    assert not panel.findings.isVisible()


def test_that_findings_are_listed_best_first_and_stepping_goes_round(panel: LayerPanel, qtbot: QtBot):
    assert listed(panel) == ["f2", "f1"]
    chosen: list[Listed] = []
    panel.finding_chosen.connect(chosen.append)
    panel.findings.step(1)
    panel.findings.step(1)
    panel.findings.step(1)
    panel.findings.step(-1)
    assert [each.finding.id for each in chosen] == ["f2", "f1", "f2", "f1"]


def test_that_reaching_the_list_by_tab_goes_nowhere_yet(panel: LayerPanel, qtbot: QtBot):
    with qtbot.assertNotEmitted(panel.finding_chosen):
        panel.findings.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(panel.finding_chosen) as chosen:
        qtbot.keyClick(panel.findings, Qt.Key.Key_Down)
    assert chosen.args[0].finding.id == "f1"


def test_that_a_click_on_a_finding_chooses_it_once_and_return_goes_there_again(panel: LayerPanel, qtbot: QtBot):
    chosen: list[Listed] = []
    panel.finding_chosen.connect(chosen.append)
    place = panel.findings.visualRect(panel.findings.findings.index(1)).center()
    qtbot.mouseClick(panel.findings.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [each.finding.id for each in chosen] == ["f1"]
    qtbot.keyClick(panel.findings, Qt.Key.Key_Return)
    assert [each.finding.id for each in chosen] == ["f1", "f1"]


def test_that_the_list_keeps_its_place_when_a_threshold_moves(panel: LayerPanel, qtbot: QtBot):
    panel.findings.step(1)
    with qtbot.assertNotEmitted(panel.finding_chosen):
        panel._rows["box"].threshold.setValue(20)
    assert panel.findings.selected.finding.id == "f2"


def test_that_every_control_can_be_reached_and_named_without_a_mouse(panel: LayerPanel):
    row = panel._rows["box"]
    for control in (row.eye, row.opacity, row.threshold, row.reset, panel.findings):
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert row.threshold.accessibleName() == "Threshold of Boxes"


def test_that_a_threshold_is_a_percentage_and_says_of_what(panel: LayerPanel):
    panel.set_content((BOX, replace(HEAT, adjustable=ALL)), (RESULT,))
    box, heat = panel._rows["box"], panel._rows["heat"]
    assert (box.threshold_text.text(), heat.threshold_text.text()) == ("40%", "20%")
    words = {label.text() for row in (box, heat) for label in row.findChildren(QLabel)}
    assert {"Score from", "Scale from"} <= words
    assert "of the map's fixed scale" in heat.threshold.toolTip()


def test_that_a_title_too_long_for_the_panel_ends_in_dots_and_is_told_by_its_tooltip(panel: LayerPanel, qtbot: QtBot):
    long = "What raised the score of the second model, as far as RISE can tell"
    panel.setFixedWidth(300)
    panel.set_content((replace(BOX, title=long), HEAT), (RESULT,))
    qtbot.waitUntil(lambda: panel._rows["box"].title.toolTip() == long)
    row = panel._rows["box"]
    assert row.title.geometry().right() <= row.width()
    assert panel._rows["heat"].title.toolTip() == ""
    assert row.title.text() == long


def test_that_a_layers_count_stands_while_it_is_hidden_too(panel: LayerPanel):
    row = panel._rows["box"]
    assert (row.count.isVisible(), row.count.text()) == (True, "2 of 3 findings shown")
    panel.set_layer(replace(BOX, visible=False))
    assert (row.count.isVisible(), row.count.text()) == (True, "2 of 3 findings shown")
    panel.set_layer(replace(BOX, threshold=0.95))
    assert row.count.text() == "0 of 3 findings shown"
    assert not panel._rows["heat"].count.isVisible()


def test_that_a_threshold_that_is_not_the_readers_hides_that_there_is_anything_below_it(panel: LayerPanel):
    fixed = replace(BOX, adjustable=())
    panel.set_content((fixed,), (RESULT,))
    assert panel._rows["box"].count.text() == "2 findings"
    nothing = replace(fixed, threshold=0.99)
    panel.set_content((nothing,), (RESULT,))
    with_some_below = _told_of(panel)
    panel.set_content((nothing,), (replace(RESULT, findings=()),))
    assert with_some_below == _told_of(panel)
    assert with_some_below[:2] == ("No findings", False)


def _told_of(panel: LayerPanel) -> tuple[str, bool, int]:
    """The count, whether findings are listed, and how high the panel would be, laid out as it will be painted."""
    layout = panel.layout()
    assert layout is not None
    layout.activate()
    return panel._rows["box"].count.text(), panel.findings.isVisible(), panel.sizeHint().height()


def test_that_the_keys_through_the_findings_stand_beside_them(panel: LayerPanel):
    assert panel.steps.text() == "] next   [ previous"
    assert panel.steps.isVisible()
    panel.set_content((HEAT,), (RESULT,))
    assert not panel.steps.isVisible()


def test_that_new_content_replaces_the_old(panel: LayerPanel):
    panel.set_content((), ())
    assert panel.layers == ()
    assert not panel.findings.isVisible()


def test_that_findings_that_only_the_pointer_finds_are_neither_listed_nor_counted(panel: LayerPanel):
    panel.set_content((replace(BOX, reveal=Reveal("hover")),), (RESULT,))
    assert listed(panel) == []
    assert not panel._rows["box"].count.isVisibleTo(panel)


def test_that_a_layer_behind_a_button_has_only_the_button_and_asks_once_pressed(panel: LayerPanel, qtbot: QtBot):
    held = replace(BOX, reveal=Reveal("button"), revealed=False)
    panel.set_content((held,), ())
    assert listed(panel) == []
    assert not panel._rows
    with qtbot.waitSignal(panel.reveal_wanted) as wanted:
        qtbot.keyClick(panel.buttons["box"].button, Qt.Key.Key_Space)
    assert wanted.args == ["box"]
    panel.set_layer(replace(held, revealed=True))
    panel.set_results((RESULT,))
    assert listed(panel) == ["f2", "f1"]
    assert not panel.buttons


def test_that_what_is_said_of_the_case_stands_on_cards_in_full(panel: LayerPanel):
    said = replace(
        RESULT,
        advice=(Advice("t", "Compare with the prior. " * 20, MODEL),),
        assessments=(Assessment("a", "malignancy", 0.87, MODEL, category="4A", side="left"),),
        examples=(Example("e", "A proven nodule", np.zeros((40, 60, 3), np.uint8), MODEL, score=0.7),),
    )
    draws = ("text", "category", "example")
    panel.set_content([Layer(draw, "nodules", draw, draw) for draw in draws], (said,))
    words = {label.text() for label in panel.findChildren(QLabel)}
    assert {"Compare with the prior. " * 20, "Left: malignancy", "4A · 87%", "A proven nodule", "70%"} <= words


def test_that_advice_of_a_finding_below_the_threshold_is_kept_back(panel: LayerPanel):
    said = replace(RESULT, advice=(Advice("t", "Of the faint one", MODEL, finding="f0"),))
    text = Layer("text", "nodules", "text", "Advice")
    panel.set_content((BOX, text), (said,))
    assert panel._cards["text"]._said == ()
    panel.set_layer(replace(BOX, threshold=0.1))
    assert panel._cards["text"]._said == said.advice


def test_that_a_reader_may_choose_among_the_colour_maps_where_the_protocol_lets_them(panel: LayerPanel, qtbot: QtBot):
    panel.set_content((replace(HEAT, adjustable=ALL | {"colours"}),), (RESULT,))
    with qtbot.waitSignal(panel.layer_changed) as changed:
        panel._rows["heat"].colours.setCurrentText("Viridis")
    assert changed.args[0].colours == "viridis"


def test_that_a_slider_that_is_held_stays_while_another_layer_comes_and_goes(panel: LayerPanel):
    late = Layer("late", "nodules", "arrow", "Arrows", reveal=Reveal("after", after_s=1), revealed=False)
    panel.set_content((late, BOX, HEAT), (RESULT,))
    held = panel._rows["box"].threshold
    held.setSliderDown(True)
    panel.set_layer(replace(late, revealed=True))
    assert panel._rows["box"].threshold is held
    assert held.isSliderDown()
    rows = [panel._row_box.itemAt(n).widget() for n in range(panel._row_box.count())]
    assert rows == [panel._rows[name] for name in ("late", "box", "heat")]
    panel.set_layer(late)
    assert "late" not in panel._rows
    assert held.isSliderDown()


def test_that_colour_maps_have_names_for_people(panel: LayerPanel):
    panel.set_content((replace(HEAT, colours="hot_iron", adjustable=ALL | {"colours"}),), (RESULT,))
    colours = panel._rows["heat"].colours
    assert colours.currentText() == "Hot iron"
    assert not [colours.itemText(n) for n in range(colours.count()) if "_" in colours.itemText(n)]
