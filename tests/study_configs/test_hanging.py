"""Hanging files: what is shipped is right, and what is wrong in a study's own is said with its line."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from study_configs.document import EXAMPLE
from study_configs.hanging import HangingProtocol, faults
from study_configs.hanging_files import hanging_file, read_hanging, shipped_hangings
from study_configs.hanging_names import HANGING_WORDS, shipped_hanging_names
from study_configs.problem import StudyProblem
from study_configs.problems import ProtocolProblems
from study_configs.study import examine, protocol_from

GOOD = """\
hanging: 1
id: own
title: Our own
series:
  main: {modality: [CT], prefer: [{plane: [axial], weight: 5}]}
  prior: {exam: prior, like: main}
match:
  - {series: main, required: true}
stages:
  - layout: 1x2
    cells: [{show: main, window: [40, 400]}, {show: prior}]
"""


def problems_of(text):
    with pytest.raises(ProtocolProblems) as caught:
        read_hanging(text.encode(), "own.yaml")
    return caught.value.problems


def test_that_every_shipped_hanging_is_right_and_named_as_its_file():
    assert [hanging.id for hanging in shipped_hangings()] == list(shipped_hanging_names())
    assert all(list(faults(hanging)) == [] for hanging in shipped_hangings())
    assert set(shipped_hanging_names()) < set(HANGING_WORDS)


@pytest.mark.parametrize(
    ("old", "new", "code", "key", "line", "says"),
    [
        ("modality: [CT]", "modalty: [CT]", "RL201", "series.main.modalty", 5, "modality"),
        ("title: Our own\n", "", "RL202", "title", 1, "missing"),
        ("1x2", "2x9", "RL207", "stages.0.layout", 10, "2x9"),
        ("[40, 400]", "lungs", "RL204", "stages.0.cells.0.window", 11, "lung"),
        ("[40, 400]", "[40, -4]", "RL205", "stages.0.cells.0.window.1", 11, "out of range"),
        ("show: prior", "show: priors", "RL208", "stages.0.cells.1.show", 11, "prior"),
        ("like: main", "like: prior", "RL208", "series.prior", 6, "below"),
        ("{show: prior}]", "{show: prior}, {show: main}]", "RL208", "stages.0.cells.2", 11, "outside"),
        ("{show: prior}]", "{show: prior, at: [1, 1]}]", "RL208", "stages.0.cells.1", 11, "over another"),
        ("layout: 1x2", "layout: 1x2\n    rows: [1, 2]", "RL208", "stages.0.rows", 11, "1x2"),
        ("like: main", "like: main, description: '(['", "RL212", "series.prior.description", 6, "pattern"),
        ("hanging: 1", "hanging: 2", "RL205", "hanging", 1, "range"),
        ("hanging: 1", "hanging: &a 1", "RL106", "", 1, "without a name"),
    ],
)
def test_that_a_fault_is_named_with_line_key_and_remedy(old, new, code, key, line, says):
    (problem,) = problems_of(GOOD.replace(old, new, 1))
    assert (problem.code, problem.key, problem.file) == (code, key, "own.yaml")
    assert problem.line == line
    assert says in problem.to_text()


def test_that_a_good_file_is_read_and_a_missing_one_is_said(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(GOOD)
    assert hanging_file(path).stages[0].cells[0].window == (40, 400)
    with pytest.raises(StudyProblem, match="cannot be read"):
        hanging_file(tmp_path / "none.yaml")
    with pytest.raises(ProtocolProblems, match="no keys"):
        read_hanging(b"", "empty.yaml")


@given(
    text=st.text(max_size=200)
    | st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists).map(yaml.safe_dump)
)
@settings(max_examples=60, deadline=None)
def test_that_any_other_text_is_refused_as_a_problem(text):
    with pytest.raises(ProtocolProblems):
        read_hanging(text.encode("utf-8", "surrogatepass"), "own.yaml")


@pytest.mark.parametrize("word", ["automatic", "1x1", "3x4", "mammography"])
def test_that_a_protocol_names_a_layout_or_a_shipped_hanging(word):
    protocol = protocol_from(f"{EXAMPLE}reading: {{hanging: {word}}}\n".encode(), "p.yaml")
    assert protocol.reading.hanging == word


def test_that_an_unknown_hanging_is_refused_with_those_there_are():
    with pytest.raises(ProtocolProblems) as caught:
        protocol_from(f"{EXAMPLE}reading: {{hanging: mammogram}}\n".encode(), "p.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.key) == ("RL211", "reading.hanging")
    assert "mammography" in problem.what


def inline(indent):
    return "".join(f"{indent}{line}\n" for line in GOOD.splitlines())


def test_that_a_hanging_written_out_in_the_protocol_is_checked_like_a_file():
    source = f"{EXAMPLE}reading:\n  hanging:\n{inline('    ')}"
    assert isinstance(protocol_from(source.encode(), "p.yaml").reading.hanging, HangingProtocol)
    with pytest.raises(ProtocolProblems) as caught:
        protocol_from(source.replace("window: [40, 400]", "zoom: big").encode(), "p.yaml")
    (problem,) = caught.value.problems
    assert problem.key == "reading.hanging.stages.0.cells.0.zoom"


def test_that_a_study_brings_its_own_hanging_in_a_file(write_study):
    path = write_study(f"{EXAMPLE}reading: {{hanging: own.yaml}}\n")
    study, problems = examine(path)
    assert study is None
    assert [problem.code for problem in problems if problem.severity == "error"] == ["RL401"]
    (path.parent / "own.yaml").write_text(GOOD)
    study, _ = examine(path)
    assert study.hanging.id == "own"
    (path.parent / "own.yaml").write_text(GOOD.replace("show: prior", "show: priors"))
    study, problems = examine(path)
    (problem,) = [problem for problem in problems if problem.severity == "error"]
    assert study is None
    assert (problem.file.endswith("own.yaml"), problem.line, problem.suggestion) == (True, 11, "prior")


def test_that_names_in_a_hanging_written_out_are_checked_too(write_study):
    text = f"{EXAMPLE}reading:\n  hanging:\n{inline('    ')}"
    study, _ = examine(write_study(text))
    assert study.hanging.id == "own"
    study, problems = examine(write_study(text.replace("show: prior", "show: priors")))
    assert study is None
    assert "reading.hanging.stages.0.cells.1.show" in [problem.key for problem in problems]
