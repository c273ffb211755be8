from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from overlays.layers.layer import (
    Layer,
    caption,
    check_label,
    from_protocol,
    visible_findings,
    visible_maps,
    with_opacity,
    with_threshold,
    with_visible,
)
from overlays.placing.results import stranger
from overlays.result import AIMap, AIResult, Finding, Polygon, Provenance
from study_configs import layers as protocol_layers
from study_configs.ai import AI
from study_configs.problem import StudyProblem

from ..conftest import AXIAL, MODEL, make_finding, make_header, make_map, make_result

FREE = Layer("l", "nodules", "box", "Boxes", adjustable=frozenset({"visible", "opacity", "threshold"}))
FIXED = replace(FREE, adjustable=frozenset())


def test_that_a_reader_changes_what_the_protocol_lets_them():
    assert with_visible(FREE, False).visible is False
    assert with_opacity(FREE, 0.25).opacity == 0.25
    assert with_threshold(FREE, 0.6).threshold == 0.6


@pytest.mark.parametrize(
    "change", [lambda: with_visible(FIXED, False), lambda: with_opacity(FIXED, 0.5), lambda: with_threshold(FIXED, 0.5)]
)
def test_that_what_the_protocol_fixes_is_refused(change):
    with pytest.raises(StudyProblem, match="keeps the"):
        change()


def test_that_a_threshold_outside_the_limits_and_a_nan_are_refused():
    narrow = replace(FREE, threshold_limits=(0.2, 0.8))
    for wrong in (0.1, 0.9, float("nan")):
        with pytest.raises(StudyProblem, match="outside"):
            with_threshold(narrow, wrong)


def test_that_findings_show_from_the_threshold_on_highest_first():
    findings = tuple(make_finding(f"f{i}", score, (0, 0, 0)) for i, score in enumerate((0.2, 0.5, 0.9)))
    layer = with_threshold(FREE, 0.5)
    assert [finding.id for finding in visible_findings(make_result(findings), layer)] == ["f2", "f1"]
    assert visible_findings(make_result(findings, ai="other"), layer) == ()


def test_that_a_contour_layer_lists_contours_only():
    contour = Finding("p", "nodule", 0.9, Polygon(((0, 0, 0), (1, 0, 0), (0, 1, 0))), MODEL)
    result = make_result((make_finding("b", 0.9, (0, 0, 0)), contour))
    assert visible_findings(result, replace(FREE, draw="contour")) == (contour,)


def test_that_a_map_of_a_finding_below_the_threshold_stays_hidden_and_a_chosen_one_comes_alone():
    zeros = np.zeros((2, 2, 2), np.float32)
    maps = tuple(make_map(zeros, AXIAL, f"m{i}", f"f{i}") for i in range(3))
    findings = tuple(make_finding(f"f{i}", score, (0, 0, 0)) for i, score in enumerate((0.2, 0.5, 0.9)))
    result, heat = make_result(findings, maps), Layer("h", "nodules", "heatmap", "Saliency")
    layers = (with_threshold(FREE, 0.5), heat)
    assert [each.id for each in visible_maps(result, heat, layers)] == ["m1", "m2"]
    assert [each.id for each in visible_maps(result, heat, layers, "f2")] == ["m2"]
    assert [each.id for each in visible_maps(result, heat, layers, "f0")] == ["m1", "m2"]


def test_that_a_label_is_filled_in_with_label_and_score():
    assert caption(make_finding("f", 0.874, (0, 0, 0)), replace(FREE, label="{label} {score:.0%}")) == "nodule 87%"


@pytest.mark.parametrize(
    "text", ["{provenance}", "{score.__class__}", "{score:999999999}", "{0}", "{score", "{label!r}", "{score:q}"]
)
def test_that_a_label_which_asks_for_more_than_a_reader_may_know_is_refused(text: str):
    with pytest.raises(StudyProblem):
        check_label(text)


def test_that_a_protocol_layer_becomes_a_layer_with_its_threshold_and_a_toggle_starts_hidden():
    source = AI.model_validate({"model": "m.onnx", "shown_as": "LungAid", "thresholds": {"balanced": 0.5}})
    wanted = protocol_layers.Layer.model_validate(
        {"ai": "nodules", "draw": "heatmap", "at": "balanced", "reveal": "toggle"}
    )
    layer = from_protocol("saliency", wanted, source)
    assert (layer.threshold, layer.visible, layer.source, layer.opacity) == (0.5, False, "LungAid", 0.45)
    assert with_visible(layer, True).visible


@pytest.mark.parametrize(
    ("series", "frame", "reason"),
    [
        ("9.9", "1.9", ""),
        ("1.2.3", "1.9", ""),
        ("1.2.3", "", ""),
        ("9.9", "8.8", "another frame of reference"),
        ("1.2.3", "8.8", "another frame of reference"),
        ("9.9", "", "another series"),
    ],
)
def test_that_a_result_of_another_place_is_refused_with_the_reason(series: str, frame: str, reason: str):
    result = make_result(series_uid=series, frame_of_reference_uid=frame)
    assert (reason in stranger(result, make_header(AXIAL))) if reason else not stranger(result, make_header(AXIAL))


def test_that_a_heat_map_shows_fields_and_not_the_numbers_of_segments_beside_them():
    made = Provenance("model", "m")
    field = AIMap("heat", "h", "saliency", np.zeros((1, 2, 2), np.float32), np.eye(4), (0.0, 1.0), "", made)
    labels = AIMap("seg", "s", "label", np.zeros((1, 2, 2), np.uint8), np.eye(4), (0.0, 2.0), "", made)
    result = AIResult("ai", "1.2", "", (), (labels, field), made)
    for draw, seen in (("heatmap", ["heat"]), ("isolines", ["heat"]), ("fill", ["seg", "heat"])):
        layer = Layer(draw, "ai", draw, draw)
        assert [each.id for each in visible_maps(result, layer, (layer,))] == seen
