"""A planted error that shows another AI's whole result under the first one's name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from overlays.planting import Case, plant
from overlays.result import Advice
from study_configs.planting import PlannedError
from study_configs.problem import StudyProblem

from ..conftest import AXIAL, make_finding, make_header, make_result

ERROR = PlannedError("rule/case-1", "nodules", "replaced", 1, by_ai="wrong")


def test_that_the_other_result_stands_under_the_first_ones_name_and_keeps_the_mark_of_the_error():
    honest = make_result((make_finding("nodules-1", 0.9, (0.0, 0.0, 0.0)),))
    other = make_result((make_finding("x-1", 0.3, (5.0, 5.0, 5.0)), make_finding("x-2", 0.2, (9.0, 5.0, 5.0))))
    wrong_model = replace(other.provenance, model="written to be wrong", version="9")
    advice = (Advice("advice-1", "No nodule is seen.", wrong_model),)
    other = replace(other, ai="wrong", provenance=wrong_model, advice=advice)
    planted = plant(honest, ERROR, Case((), (make_header(AXIAL, (40, 96, 128)),), 0.5, instead={"wrong": other}))
    assert planted.ai == honest.ai
    assert [(each.id, each.score) for each in planted.findings] == [("nodules-1", 0.3), ("nodules-2", 0.2)]
    assert [each.text for each in planted.advice] == ["No nodule is seen."]
    for told in (planted, *planted.findings, *planted.advice):
        assert (told.provenance.model, told.provenance.version) == (honest.provenance.model, honest.provenance.version)
        assert told.provenance.planted == "rule/case-1", "the log and the feedback know"


def test_that_a_case_of_which_the_other_ai_says_nothing_is_refused_in_words():
    with pytest.raises(StudyProblem, match="what wrong says instead"):
        plant(make_result(), ERROR, Case((), (make_header(AXIAL, (40, 96, 128)),), 0.5))
