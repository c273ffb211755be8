"""One result for each AI and case: nothing in it tells how many files it came from, or which."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlays.merging import merged
from overlays.result import Advice, AIMap, Assessment, Segment, Space
from study_configs.problem import ProgramError

from .conftest import AXIAL, MODEL, make_finding, make_map, make_result

ZEROS = np.zeros((2, 3, 4), np.float32)
AT = (1.0, 2.0, 3.0)


def segmentation(uid: str) -> AIMap:
    ai_map = make_map(np.ones((2, 3, 4), np.uint8), AXIAL, "map-1")  # type: ignore[arg-type]
    return replace(ai_map, kind="binary", segments=(Segment(1, "nodule", tracking_uid=uid),))


def test_that_findings_are_numbered_by_rank_whatever_their_files_called_them() -> None:
    one = make_result((make_finding("rater-7", 0.2, AT), make_finding("x", 0.9, AT)))
    other = make_result((make_finding("rater-7", 0.5, (9.0, 9.0, 9.0)),))
    whole = merged([one, other], "lungaid")
    assert [(each.id, each.score) for each in whole.findings] == [
        ("lungaid-1", 0.9),
        ("lungaid-2", 0.5),
        ("lungaid-3", 0.2),
    ]
    assert whole.ai == "lungaid"


@given(st.permutations(range(4)))
def test_that_the_order_of_the_files_changes_nothing_of_the_findings(order: list[int]) -> None:
    files = [make_result((make_finding("f", 0.1 * n, (float(n), 0.0, 0.0)),)) for n in range(4)]
    assert merged([files[n] for n in order], "a").findings == merged(files, "a").findings


def test_that_the_same_object_in_two_files_is_there_once() -> None:
    one = replace(make_result((make_finding("f", 0.4, AT),), (make_map(ZEROS, AXIAL),)), sop_uid="1.2.3.4")
    again = replace(one, maps=(make_map(ZEROS.copy(), AXIAL),))
    whole = merged([one, again], "a")
    assert (len(whole.findings), len(whole.maps)) == (1, 1)


def test_that_two_objects_that_say_the_same_both_stay() -> None:
    one = make_result((make_finding("f", 0.4, AT),))
    whole = merged([replace(one, sop_uid="1.1"), replace(one, sop_uid="1.2")], "a")
    assert len(whole.findings) == 2


def test_that_each_element_keeps_the_space_of_its_own_file() -> None:
    here, there = (
        make_result((make_finding("f", 0.4, AT),)),
        make_result((make_finding("f", 0.6, AT),), series_uid="9.9"),
    )
    whole = merged([here, there], "a")
    assert whole.space == Space("1.2.3", "1.9")
    assert [each.space for each in whole.findings] == [Space("9.9", "1.9"), None]
    assert [whole.space_of(each).series_uid for each in whole.findings] == ["9.9", "1.2.3"]


def test_that_a_report_and_a_segmentation_of_one_tracking_uid_belong_together() -> None:
    report = make_result((replace(make_finding("f", 0.4, AT), tracking_uid="2.25.1"), make_finding("g", 0.9, AT)))
    whole = merged([report, make_result((), (segmentation("2.25.1"), segmentation("2.25.7")))], "a")
    assert [(each.id, each.finding) for each in whole.maps] == [("a-map-1", ""), ("a-2-map", "a-2")]


def test_that_maps_advice_and_assessments_are_named_alike_and_keep_what_they_are_about() -> None:
    whole = make_result((make_finding("f", 0.4, AT), make_finding("g", 0.6, AT)), (make_map(ZEROS, AXIAL, "zz", "f"),))
    whole = replace(
        whole, advice=(Advice("t", "Look.", MODEL, "g"),), assessments=(Assessment("q", "risk", 0.2, MODEL),)
    )
    found = merged([whole], "a")
    assert (found.maps[0].id, found.maps[0].finding) == ("a-2-map", "a-2")
    assert (found.advice[0].id, found.advice[0].finding) == ("a-advice-1", "a-1")
    assert found.assessments[0].id == "a-case-1"


def test_that_nothing_cannot_be_merged() -> None:
    with pytest.raises(ProgramError):
        merged([], "a")
