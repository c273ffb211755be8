"""What is deliberately allowed stays allowed: designs that look odd and are meant, without an error or a warning."""

# ruff: noqa: E501 (a protocol is read best with a section on one line)

from __future__ import annotations

import pytest

from study_configs.document import EXAMPLE
from study_configs.study import examine

SPLIT = "  split: {of: [unaided, with_ai], balance: [truth]}\n"
CROSSED = "  crossed: {of: [unaided, with_ai], washout_days: 28}\n"
AIDED = "  with_ai: {phases: [{layers: [box], answer: [nodule, suspicion]}]}\n"
QUESTIONS = "questions:\n"
PLANTED = "feedback: {when: after_study}\nplanted: {wrong: {ai: nodules, "

ALLOWED = {
    "one condition without a design": [
        (AIDED, ""),
        (SPLIT, ""),
        ("  box: {ai: nodules, draw: box, at: balanced}\n", "  {}\n"),
    ],
    "the same question in two phases": [
        (AIDED, AIDED.replace("]}]}", "], commit: true}, {name: two, layers: [box], answer: [nodule]}]}"))
    ],
    "a phase without a question": [(AIDED, AIDED.replace("{phases: [", "{phases: [{name: look, layers: [box]}, "))],
    "a safety net": [
        (
            AIDED,
            "  with_ai:\n    phases:\n      - {answer: [nodule, suspicion], commit: true}\n      - {name: net, layers: [box], only_if: 'answer.nodule == no and ai.nodules >= 0.5', answer: [nodule]}\n",
        )
    ],
    "a step by a column": [
        (AIDED, AIDED.replace("]}]}", "]}, {name: two, only_if: case.site == west, answer: [nodule]}]}"))
    ],
    "arms of one condition each": [(SPLIT, "  arms: {a: {crossed: {of: [unaided]}}, b: {crossed: {of: [with_ai]}}}\n")],
    "arms with a design of their own for one": [
        (SPLIT, CROSSED + "  arms: {a: {}, b: {split: {of: [unaided, with_ai]}}}\n")
    ],
    "a fixed order": [(SPLIT, "  crossed: {of: [unaided, with_ai], order: fixed, washout_days: 30}\n")],
    "groups within an order": [
        (SPLIT, "  crossed: {of: [unaided, [with_ai, again]], washout_days: 30}\n"),
        (AIDED, AIDED + "  again: {base: with_ai, notice: Kept}\n"),
    ],
    "a probe before and after": [
        (
            SPLIT,
            SPLIT
            + "  probes: [{name: a, condition: unaided, cases: 2, when: first}, {name: b, condition: unaided, cases: [case-00]}]\n",
        ),
        ("balance: [truth]", "balance: []"),
        ("  seed: 1\n", "  cases: {sample: 4}\n  seed: 1\n"),
    ],
    "a case that comes again after a while": [(SPLIT, CROSSED + "  repeats: {cases: 1, apart: 3}\n")],
    "a sample with replacement": [
        (SPLIT, CROSSED + "  cases: {sample: 9, replacement: true, min_distance: {case: 2}}\n")
    ],
    "thresholds turned over readers": [("at: balanced", "at: {of: [balanced, 0.3]}")],
    "a threshold for each condition": [
        (AIDED, AIDED.replace("{phases", "{at: {box: 0.2}, shown_as: {nodules: Dr. Johnson}, phases"))
    ],
    "sham without a reference": [
        ("cases: {reference: reference.csv}\n", ""),
        ("balance: [truth]", "balance: [site]"),
        ("  seed: 1\n", "  seed: 1\n" + PLANTED + "kind: sham, cases: all, from: any}}\n"),
    ],
    "advice that is another AI's": [
        ("layers:", "  other: {results: 'models/*.onnx'}\nlayers:"),
        ("  seed: 1\n", "  seed: 1\n" + PLANTED + "kind: replaced, by_ai: other, cases: [case-01, case-02]}}\n"),
    ],
    "errors that each reader meets alike": [
        (
            "  seed: 1\n",
            "  seed: 1\n"
            + PLANTED
            + "kind: false_positive, cases: 1, draw: once, where: case.kind == phantom, conditions: [with_ai]}}\n",
        )
    ],
    "a list with everything at its default": [("  seed: 1\n", "  seed: 1\nworklist: {}\n")],
    "a page that a stratum sees": [
        (
            "  seed: 1\n",
            "  readers: {strata: {experience: [resident, specialist]}}\n  seed: 1\nbefore: [{id: welcome_v1, show_if: reader.experience == resident}]\n",
        )
    ],
    "a questionnaire twice": [("  seed: 1\n", "  seed: 1\nbefore: [sus]\nafter: [sus, nasa_tlx]\n")],
}


@pytest.mark.parametrize("name", ALLOWED)
def test_that_what_is_meant_is_allowed_without_a_word(write_study, name: str):
    text = EXAMPLE
    for old, new in ALLOWED[name]:
        assert old in text, old
        text = text.replace(old, new, 1)
    study, problems = examine(write_study(text, practice=0))
    assert [problem.to_text() for problem in problems] == []
    assert study is not None
