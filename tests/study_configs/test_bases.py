"""`base:`: what an entry takes from another, and where faults of it are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from study_configs.bases import inherited
from study_configs.document import EXAMPLE
from study_configs.problems import Problem
from study_configs.shape import Report
from study_configs.study import examine, load_study, protocol_from

LAYERS = """\
layers:
  box: {ai: nodules, draw: box, at: balanced, only: [nodule], colour: "#ff0000"}
  outline: {base: box, draw: contour, only: [mass]}
  thin: {base: outline, width: 1}
"""
STUDY = EXAMPLE.replace("layers:\n  box: {ai: nodules, draw: box, at: balanced}\n", LAYERS).replace(
    "layers: [box]", "layers: [thin]"
)


def _problems(path: Path, code: str) -> list[Problem]:
    return [problem for problem in examine(path)[1] if problem.code == code]


def _line(text: str, part: str) -> int:
    return next(at for at, line in enumerate(text.splitlines(), 1) if part in line)


def test_that_keys_that_are_not_given_come_from_the_base_and_from_its_base(write_study):
    layers = load_study(write_study(STUDY, practice=0)).protocol.layers
    thin = layers["thin"]
    assert (thin.ai, thin.draw, thin.width, thin.colour) == ("nodules", "contour", 1, "#ff0000")
    assert thin.only == ("mass",)  # a list of its own replaces the base's whole
    assert thin.base == "outline"
    assert layers["box"].base is None


def test_that_a_base_that_only_serves_as_one_counts_as_used(write_study):
    assert _problems(write_study(STUDY, practice=0), "RL506") == []


def test_that_conditions_and_questions_have_bases_too():
    text = EXAMPLE.replace("  with_ai: {phases", "  quiet: {base: unaided, notice: Hush}\n  with_ai: {phases").replace(
        "questions:\n", "questions:\n  sure: {base: suspicion, ask: How sure?, measures: null}\n"
    )
    protocol = protocol_from(text.encode(), "p")
    assert protocol.conditions["quiet"].phases == protocol.conditions["unaided"].phases
    assert protocol.questions["sure"].answer == "slider"
    assert protocol.questions["sure"].unit == "%"


def test_that_a_heir_does_not_share_lists_with_its_base():
    data = {"layers": {"a": {"only": ["x"]}, "b": {"base": "a"}}}
    made = inherited(data, Report("p", {})).data
    made["layers"]["b"]["only"].append("y")
    assert data["layers"]["a"]["only"] == ["x"]


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "suggestion"),
    [
        ("base: outline", "base: outlin", "RL309", "  thin:", "outline"),
        ("box: {ai: nodules,", "box: {base: thin, ai: nodules,", "RL310", "", ""),
        ("{base: outline, width: 1}", "{base: thin, width: 1}", "RL310", "  thin:", ""),
    ],
)
def test_that_unknown_and_circular_bases_are_told_once(write_study, old, new, code, at, suggestion):
    text = STUDY.replace(old, new)
    path = write_study(text, practice=0)
    (problem,) = _problems(path, code)
    assert problem.key.endswith(".base")
    assert problem.expected
    assert problem.suggestion == suggestion
    assert not at or problem.line == _line(text, at)
    assert _problems(path, "RL202") == []  # what such a layer lacks follows from that


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"#ff0000"', "red", "RL207"),
        ("at: balanced,", "at: balance,", "RL305"),
        ("ai: nodules, draw: box", "ai: nodls, draw: box", "RL301"),
        ("draw: box", "draw: box, colr: x", "RL201"),
    ],
)
def test_that_a_fault_in_an_inherited_key_is_told_once_where_it_is_written(write_study, old, new, code):
    text = STUDY.replace(old, new)
    (problem,) = _problems(write_study(text, practice=0), code)
    assert problem.key.startswith("layers.box.")
    assert problem.line == _line(text, "  box:")


def test_that_a_fault_that_only_an_heir_has_names_the_heir(write_study):
    text = STUDY.replace("{base: outline, width: 1}", "{base: outline, ai: other}").replace(
        "layers:\n  box", "  other: {results: 'ai/*.json'}\nlayers:\n  box", 1
    )
    (problem,) = _problems(write_study(text, practice=0), "RL305")
    assert problem.key == "layers.box.at"
    assert "thin inherits this key from box" in problem.what
