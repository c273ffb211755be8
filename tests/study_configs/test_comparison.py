"""The comparison grammar, against Python's own operators as an independent peer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study_configs.comparison import ComparisonProblem, parse_condition

NAMES = ("a", "b.c", "answer.my-question")
ANSWERS = st.integers(-3, 3)
TESTS = st.tuples(st.sampled_from(NAMES), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), ANSWERS)


def _either(inner):
    pair = st.tuples(inner, st.sampled_from(["and", "or"]), inner)
    return pair.map(lambda p: f"({p[0]} {p[1]} {p[2]})") | inner.map(lambda text: f"not {text}")


COMPARISONS = st.recursive(TESTS.map(lambda t: f"{t[0]} {t[1]} {t[2]}"), _either, max_leaves=6)


@settings(max_examples=200)
@given(COMPARISONS, st.tuples(ANSWERS, ANSWERS, ANSWERS))
def test_that_comparisons_mean_what_python_means(text: str, answers: tuple[int, int, int]):
    values = dict(zip(NAMES, answers, strict=True))
    as_python = text
    for name, value in values.items():
        as_python = as_python.replace(f"{name} ", f"({value}) ")
    assert parse_condition(text).holds(values) == eval(as_python, {"__builtins__": {}})


def test_that_and_binds_tighter_than_or():
    comparison = parse_condition("x == 1 or y == 1 and z == 1")
    assert comparison.holds({"x": 1, "y": 0, "z": 0})
    assert not comparison.holds({"x": 0, "y": 1, "z": 0})


def test_that_words_and_texts_in_quotes_are_compared_as_text():
    assert parse_condition("case.kind == chest_ct").holds({"case.kind": "chest_ct"})
    assert parse_condition('case.site == "Ward 7"').holds({"case.site": "Ward 7"})
    assert not parse_condition("case.kind == 'x'").holds({"case.kind": "chest_ct"})


def test_that_numbers_in_text_are_compared_as_numbers():
    assert parse_condition("case.age >= 60").holds({"case.age": "071"})
    assert parse_condition("case.age == 71").holds({"case.age": "71.0"})
    assert not parse_condition("case.age < 60").holds({"case.age": "unknown"})


@pytest.mark.parametrize("text", ["answer.nodule == yes", "answer.nodule != yes", "score > 0.5"])
def test_that_nothing_holds_of_what_is_not_known_yet(text: str):
    assert not parse_condition(text).holds({})
    assert not parse_condition(text).holds({"answer.nodule": None, "score": None})
    assert parse_condition(f"not ({text})").holds({})


def test_that_a_yes_or_no_may_arrive_as_a_truth_value():
    assert parse_condition("answer.nodule == yes").holds({"answer.nodule": True})
    assert parse_condition("answer.nodule == no").holds({"answer.nodule": False})


def test_that_a_comparison_names_what_it_looks_at():
    assert parse_condition("not (a == 1) or b.c > 2 and d == x").names == {"a", "b.c", "d"}


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("case.kind", 10),
        ("case.kind = x", 11),
        ("case.kind == ", 14),
        ("a == 1 b == 2", 8),
        ("(a == 1", 8),
        ("a == 1)", 7),
        ("a < word", 5),
        ("and == 1", 1),
        ("a == 1 and", 11),
        ("__import__('os')", 11),
        ("a == 1; b", 7),
        ("a == 'open", 6),
    ],
)
def test_that_what_is_no_comparison_is_refused_with_its_column(text: str, column: int):
    with pytest.raises(ComparisonProblem) as caught:
        parse_condition(text)
    assert caught.value.column == column


def test_that_endless_text_is_refused():
    with pytest.raises(ComparisonProblem):
        parse_condition("(" * 501)
    with pytest.raises(ComparisonProblem):
        parse_condition("not " * 120 + "(")


@settings(max_examples=200)
@given(st.text(max_size=80) | st.text("ab.=!<>() andornt'\"01", max_size=80))
def test_that_any_text_is_either_parsed_or_refused(text: str):
    refused_at = None
    try:
        names = parse_condition(text).names
    except ComparisonProblem as problem:
        refused_at = problem.column
    assert names if refused_at is None else 1 <= refused_at <= len(text) + 1
