"""One digest for all that a picture of a result depends on, however its arrays lie in memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlays.digest import digest
from overlays.result import Advice, AIMap, AIResult, Assessment, Box, Example, Finding, Provenance, Segment

MODEL = Provenance("model", "nodules")
VALUES = np.random.default_rng(1).integers(0, 5, (6, 7, 9)).astype(np.int16)


def a_result(values: np.ndarray = VALUES, **changes: object) -> AIResult:
    found = Finding("f1", "nodule", 0.5, Box((1.0, 2.0, 3.0), (4.0, 4.0, 4.0)), MODEL, said=())
    field = AIMap("m1", "lobes", "label", values, np.eye(4), (0.0, 4.0), "", MODEL, segments=(Segment(1, "lobe"),))
    words = Advice("a1", "Look here.", MODEL)
    example = Example("e1", "like this", np.zeros((4, 4, 3), np.uint8), MODEL)
    whole = AIResult("ai", "1.2", "1.3", (found,), (field,), MODEL, (Assessment("c", "risk", 0.2, MODEL),), (words,))
    return replace(whole, **({"examples": (example,)} | changes))


def test_that_how_an_array_lies_in_memory_makes_no_difference() -> None:
    one = digest(a_result())
    assert digest(a_result(np.asfortranarray(VALUES))) == one
    assert digest(a_result(VALUES[::-1][::-1])) == one
    assert digest(a_result(VALUES.astype(VALUES.dtype.newbyteorder(">")))) == one


@pytest.mark.parametrize(
    "other",
    [
        a_result(VALUES.astype(np.int32)),
        a_result(VALUES.reshape(7, 6, 9)),
        a_result(findings=()),
        a_result(advice=(Advice("a1", "Look there.", MODEL),)),
        a_result(findings=(replace(a_result().findings[0], score=None),)),
        a_result(maps=(replace(a_result().maps[0], affine=np.diag([1, 1, 1.0000001, 1])),)),
        a_result(maps=(replace(a_result().maps[0], segments=(Segment(1, "lobe", (1, 2, 3)),)),)),
        a_result(examples=()),
    ],
)
def test_that_everything_that_is_shown_counts(other: AIResult) -> None:
    assert digest(other) != digest(a_result())


@given(st.tuples(st.integers(0, 5), st.integers(0, 6), st.integers(0, 8)))
def test_that_every_voxel_counts(voxel: tuple[int, int, int]) -> None:
    changed = VALUES.copy()
    changed[voxel] += 1
    assert digest(a_result(changed)) != digest(a_result())


def test_that_where_a_result_came_from_does_not_count() -> None:
    planted = replace(MODEL, planted="fp/c1", origin="sham")
    assert digest(a_result(provenance=planted, patient="P", remarks=("odd",))) == digest(a_result())


def test_that_values_of_neighbouring_fields_never_run_together() -> None:
    one = replace(a_result().findings[0], label="ab", site="c")
    other = replace(a_result().findings[0], label="a", site="bc")
    assert digest(a_result(findings=(one,))) != digest(a_result(findings=(other,)))
