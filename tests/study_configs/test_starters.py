"""Starters: whatever is answered, the protocol that comes of it is sound, commented, and what was asked for."""

from __future__ import annotations

import itertools

import pytest

from study_configs.rules import Checked, check_names, check_sense
from study_configs.shape import Report, shape
from study_configs.starters import KINDS, SUBJECTS, WAYS, Wishes, protocol_text, starter
from study_configs.yaml12 import load


@pytest.mark.parametrize(("kind", "way", "subject"), list(itertools.product(KINDS, WAYS, SUBJECTS)))
@pytest.mark.parametrize("planted", [0, 2])
def test_that_a_starter_has_neither_errors_nor_warnings(kind, way, subject, planted):
    text = protocol_text(Wishes("my-study", kind, way, subject, planted=planted))
    document = load(text.encode(), "p.yaml")
    report = Report("p.yaml", document.places, list(document.problems))
    shaped = shape(document, report)
    assert shaped.protocol is not None
    checked = Checked(shaped.protocol, shaped.data, (), {}, report)
    check_names(checked)
    check_sense(checked)
    assert report.problems == []
    assert shaped.protocol.about.id == "my-study"
    assert bool(shaped.protocol.planted) == (planted > 0 and way != "none")
    assert any(condition.shows_ai for condition in shaped.protocol.conditions.values()) == (way != "none")


def test_that_a_starter_explains_itself():
    text = protocol_text(Wishes("my-study"))
    assert text.splitlines()[0] == "# yaml-language-server: $schema=protocol.schema.json"
    assert text.count("  # ") >= 15
    assert max(len(line) for line in text.splitlines()) <= 120


def test_that_the_tables_have_a_row_for_each_case():
    files = starter(Wishes("my-study", cases=7))
    assert len(files["cases.csv"].splitlines()) == len(files["reference.csv"].splitlines()) == 8
