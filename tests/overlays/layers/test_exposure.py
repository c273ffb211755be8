"""What a painter says it painted, as a record of bounded size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overlays.layers.exposure import Painted, each_of, elements_of, many_of, painted_of, rounded

HOW = ("marks", "box", 0.5, 1.0)


@given(st.floats(0, 1, exclude_min=True))
def test_that_rounding_never_makes_nothing_of_something_or_all_of_a_part(share: float) -> None:
    assert 0 < rounded(share) <= 1
    assert (rounded(share) == 1) == (share == 1)
    assert abs(rounded(share) - share) <= 0.0100001


def test_that_an_element_in_pieces_counts_once_with_its_largest_share_and_what_is_out_of_sight_does_not() -> None:
    pieces = [("f1", 0.25), ("f2", 0.0), ("f1", 0.75), ("f3", 1.0)]
    found = elements_of(tuple(painted_of(HOW, pieces)))
    assert found == (("marks", "f1", "box", 0.5, 1.0, 0.75), ("marks", "f3", "box", 0.5, 1.0, 1.0))


def test_that_the_number_of_a_crowded_layer_is_kept_as_it_is() -> None:
    assert elements_of((Painted("marks", "*", "box", 0.2, 1.0, 1873.0),))[0][5] == 1873.0


NAMES = st.sampled_from(["nodules-", "nodules-map-1/", "a:b-", "x", "x00"])


@given(st.lists(st.tuples(NAMES, st.one_of(st.just(""), st.integers(0, 400).map(str))).map("".join), unique=True))
def test_that_every_id_of_a_crowd_comes_back_from_its_record(ids: list[str]) -> None:
    told = list(many_of(ids))
    assert sorted(name for element, _ in told for name in each_of(element)) == sorted(ids)
    assert sum(of for _, of in told) == len(ids)
    assert [len(each_of(element)) for element, _ in told] == [of for _, of in told]


def test_that_a_crowd_in_order_takes_a_few_letters() -> None:
    ids = [f"nodules-{number}" for number in (*range(1, 1875), 1880)]
    assert list(many_of(ids)) == [("*nodules-:1-1874,1880", 1875)]
