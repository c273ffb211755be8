"""The refusing YAML loader, against JSON (a subset of YAML 1.2) and the tables of the YAML 1.2 specification."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study_configs.problems import CODES
from study_configs.yaml12 import MAX_BYTES, MAX_DEPTH, dumped, load, scalar
from tests.pace import within_ms

LETTERS = st.text(st.characters(max_codepoint=0xFFFD, exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20)
NUMBERS = st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | LETTERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150)
@given(JSON_VALUES)
def test_that_json_means_what_json_readers_say(value: object):
    text = json.dumps(value)
    document = load(text.encode(), "p.yaml")
    assert document.problems == []
    assert document.value == json.loads(text)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("null", None),
        ("~", None),
        ("", None),
        ("012", 12),
        ("0o14", 12),
        ("0x3A", 58),
        ("-19", -19),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2026-11-21", "2026-11-21"),
        ("1.10", 1.1),
        ("-2e+3", -2000.0),
        (".5", 0.5),
        ("0.", 0.0),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("1.0.0", "1.0.0"),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_that_plain_scalars_follow_the_core_schema_of_yaml_1_2(written: str, value: object):
    found = scalar(written)
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


def test_that_numbers_remember_how_they_were_written():
    document = load(b"a: 012\nb: 1.10\nc: '1.10'", "p.yaml")
    assert [document.value["a"].written, document.value["b"].written, document.value["c"]] == ["012", "1.10", "1.10"]


def test_that_quoted_words_stay_text():
    assert load(b'["true", \'null\', "12"]', "p.yaml").value == ["true", "null", "12"]


def test_that_keys_are_text_as_written():
    assert load(b"{1: a, 007: b, true: c, NO: d}", "p.yaml").value == {"1": "a", "007": "b", "true": "c", "NO": "d"}


def test_that_every_key_and_value_knows_its_line_and_column():
    document = load(b"a: 1\nb:\n  - x\n  - key:  value\n", "p.yaml")
    place = document.places[("b", 1, "key")]
    assert (place.key_line, place.key_column, place.line, place.column) == (4, 5, 4, 11)
    assert document.places[("b", 0)].line == 3


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: !!python/object:os.system x", "RL105", 1, 4),
        ("a: !!str 1", "RL105", 1, 4),
        ("a: &name 1", "RL106", 1, 4),
        ("a: 1\nb: *name", "RL106", 2, 4),
        ("a: 1\nb: 2\na: 3", "RL107", 3, 1),
        ("a: 1\n---\nb: 2", "RL109", 2, 1),
        ("? [a, b]\n: 1", "RL111", 1, 3),
        ("a: [1, 2", "RL104", 1, 9),
        ("a:\n\t- b", "RL104", 2, 1),
        ("- a: 1\n b: 2", "RL104", 2, 2),
    ],
)
def test_that_what_can_surprise_is_refused_with_its_place(text: str, code: str, line: int, column: int):
    problem = load(text.encode(), "p.yaml").problems[0]
    assert (problem.code, problem.line, problem.column) == (code, line, column)


def test_that_all_refused_things_of_one_file_are_reported_at_once():
    text = b"a: &x 1\nb: !t 2\nc: 3\nc: 4\nd: *x\n"
    assert [problem.code for problem in load(text, "p.yaml").problems] == ["RL106", "RL105", "RL107", "RL106"]


@pytest.mark.parametrize("text", ["[" * 5000, "a: " + "{a: " * 200, "- " * 3000 + "x", '{"a": ' * 4000])
def test_that_deep_nesting_is_refused_quickly(text: str):
    with within_ms(5_000):
        codes = {problem.code for problem in load(text.encode(), "p.yaml").problems}
    assert codes <= {"RL108", "RL104"}
    assert codes


def test_that_the_permitted_depth_can_be_read():
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert load(text.encode(), "p.yaml").problems == []


def test_that_a_bomb_of_aliases_is_refused():
    lines = ["a: &a [x, x]"] + [f"{b}: &{b} [*{a}, *{a}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)]
    document = load("\n".join(lines).encode(), "p.yaml")
    assert {problem.code for problem in document.problems} == {"RL106"}


def test_that_large_files_and_other_encodings_are_refused():
    assert [p.code for p in load(b"#" * (MAX_BYTES + 1), "p.yaml").problems] == ["RL103"]
    problem = load("a: 1\nb: caf\xe9".encode("latin-1"), "p.yaml").problems[0]
    assert (problem.code, problem.line) == ("RL102", 2)
    assert load("a: é".encode("utf-16"), "p.yaml").problems[0].code == "RL102"


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.text("[]{}:,-!&*?#|>'\"%@` \n\tab1", max_size=120).map(str.encode))
def test_that_any_bytes_are_read_or_refused_with_a_place(source: bytes):
    document = load(source, "p.yaml")
    assert all(problem.code in CODES and problem.line >= 1 and problem.what for problem in document.problems)
    if any(problem.code == "RL104" for problem in document.problems):
        assert document.value is None


SPELT = """protocol:
  id: one
  title: A title
conditions:
  unaided:
    phases: [{name: reading}]
"""
FAULTS = {  # what is changed → line of the fault, a word of what is said, a word of what was expected
    ("  id: one", "\tid: one"): (2, "a tab", "spaces"),
    ("title: A title", "title: A title: more"): (3, "has a colon in it", 'title: "A title: more"'),
    ("title: A title", 'title: "A title\n  unit: "%"'): (3, "quotation mark that opens here", "a second"),
    ("  unaided:", "  unaided"): (5, "A colon is missing after unaided", "key: value"),
    ("protocol:", "protocol"): (1, "A colon is missing", "key: value"),
    ("[{name: reading}]", "[{name: reading}"): (7, "bracket [ in line 6", "[one, two]"),
    ("  title: A title", " title: A title"): (3, "further left or right", "equally many spaces"),
    ("title: A title", "title: @home"): (3, "cannot begin with @", "quotes"),
}


@pytest.mark.parametrize("change", FAULTS, ids=lambda change: change[1].strip())
def test_that_a_fault_of_spelling_is_told_in_plain_words_where_it_is(change: tuple[str, str]):
    assert change[0] in SPELT
    (problem,) = load(SPELT.replace(*change, 1).encode(), "p.yaml").problems
    line, what, expected = FAULTS[change]
    assert (problem.code, problem.line) == ("RL104", line)
    assert what in problem.what
    assert expected in problem.expected


TEXTS = LETTERS | st.from_regex(
    r"[-+]?[0-9.]{1,4}([eE][-+]?[0-9]{1,2})?|0[ox][0-9a-f]{1,4}|~|null|True|NO", fullmatch=True
)


@settings(max_examples=200)
@given(TEXTS)
def test_that_texts_come_back_as_texts_whatever_they_look_like(text: str) -> None:
    assert load(dumped({"name": text}).encode(), "mine.yaml").value == {"name": text}
