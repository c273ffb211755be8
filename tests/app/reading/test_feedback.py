from dataclasses import replace

import pytest

from app.reading.answers import DONT_KNOW
from app.reading.feedback import AnsweredQuestion, CaseFeedback, answer_in_words, summarise
from study_configs.questions import Choice, FreeText, Likert, Marks, Slider, YesNo

CASE = CaseFeedback("c", "CT", "", (), "No nodule", own_final="right")


def with_ai(own, ai="right", first="not applicable", planted=()):
    return replace(CASE, saw_ai=True, own_final=own, own_first=first, ai=ai, planted=planted)


def test_that_a_case_of_two_steps_counts_before_and_after_ai():
    summary = summarise((with_ai("wrong", first="right"),))
    assert (summary.without_ai, summary.with_ai) == ((1, 1), (0, 1))


def test_that_practice_and_cases_without_truth_count_nowhere():
    summary = summarise((replace(CASE, practice=True), replace(CASE, own_final="not applicable")))
    assert (summary.without_ai, summary.with_ai) == ((0, 0), (0, 0))


def test_that_a_planted_error_is_followed_or_caught_only_where_it_made_ai_wrong():
    planted = ("a false finding",)
    summary = summarise(
        (
            with_ai("wrong", ai="wrong", planted=planted),
            with_ai("right", ai="wrong", planted=planted),
            with_ai("wrong", ai="wrong"),
            with_ai("wrong", ai="right", planted=planted),
            replace(CASE, planted=planted, ai="wrong"),  # planted, but the reader saw no AI
        )
    )
    assert (summary.planted_followed, summary.planted_caught) == (1, 1)


def test_that_one_phase_has_no_change_of_mind():
    assert not AnsweredQuestion("q", "", "Yes").changed
    assert not AnsweredQuestion("q", "Yes", "Yes").changed
    assert AnsweredQuestion("q", "No", "Yes").changed


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        (YesNo(ask="?", answer="yes_no"), "yes", "Yes"),
        (YesNo(ask="?", answer="yes_no", dont_know=True), DONT_KNOW, "Don't know"),
        (Choice(ask="?", answer="choice", options={"ct": "Low-dose CT", "none": "Nothing"}), "ct", "Low-dose CT"),
        (Likert(ask="?", answer="likert", points=7), 3, "3 of 7"),
        (Slider(ask="?", answer="slider", unit="%"), 72.0, "72 %"),
        (Slider(ask="?", answer="slider"), 0.0, "0"),
        (FreeText(ask="?", answer="text"), "yes", "yes"),
        (Marks(ask="?", answer="marks"), ("a",), "1 mark"),
        (Marks(ask="?", answer="marks"), ("a", "b"), "2 marks"),
        (YesNo(ask="?", answer="yes_no"), None, ""),
    ],
)
def test_that_an_answer_reads_as_the_reader_gave_it(question, value, words):
    assert answer_in_words(question, value) == words
