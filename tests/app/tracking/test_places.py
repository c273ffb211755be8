"""Places in the patient from an affine, against numpy's matrix product."""

from __future__ import annotations

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking.places import position_mm

numbers = st.floats(-1e3, 1e3)


@given(st.lists(numbers, min_size=12, max_size=12), st.tuples(numbers, numbers, numbers))
def test_that_a_place_is_the_affine_times_column_row_and_slice(
    top: list[float], at: tuple[float, float, float]
) -> None:
    affine = (*top, 0, 0, 0, 1)
    expected = numpy.array(affine).reshape(4, 4) @ (*at, 1)
    assert position_mm(affine, *at) == pytest.approx(tuple(expected[:3]), abs=1e-6)


def test_that_without_an_affine_there_is_no_place() -> None:
    assert position_mm((), 1, 2, 3) is None
