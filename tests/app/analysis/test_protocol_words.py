"""A protocol read aloud, and what an amendment changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.analysis.protocol_words import changes_in_lines, changes_in_words, in_words
from app.demo import light_study
from study_configs.study import Study, load_study
from study_configs.words import plain, use_translator


@pytest.fixture(scope="module")
def study() -> Iterator[Study]:
    with light_study() as path:
        yield load_study(path)


def test_that_the_words_name_every_condition_and_every_planted_error(study: Study) -> None:
    said = {part.heading: " ".join(part.sentences) for part in in_words(study)}
    for condition in study.protocol.conditions.values():
        assert condition.title in said["How AI comes in"]
    for name in study.protocol.planted:
        assert f"{name}:" in said["What is planted"]
    for question in study.protocol.questions.values():
        assert question.ask in said["What is asked"]
    assert "6 cases (3 positive" in said["Who reads what"]


def test_that_a_study_without_ai_says_so(study: Study) -> None:
    bare = study.protocol.model_copy(update={"layers": {}, "planted": {}})
    said = {part.heading: part.sentences for part in in_words(replace(study, protocol=bare))}
    assert said["How AI comes in"] == ("No AI is shown.",)
    assert said["What is planted"] == ("No mistakes are planted.",)


def test_that_each_changed_value_is_told_once_and_nothing_else(study: Study) -> None:
    reading = study.protocol.reading.model_copy(update={"idle_after_s": 45.0})
    changed = study.protocol.model_copy(update={"reading": reading})
    assert changes_in_words(study, changed) == ("reading.idle_after_s: 30 → 45",)
    assert changes_in_words(study, study) == ()


def test_that_lines_show_what_went_and_what_came() -> None:
    assert changes_in_lines("a\nb\nc", "a\nB\nc").splitlines()[-4:] == [" a", "-b", "+B", " c"]


def test_that_every_sentence_is_asked_for_in_the_language_of_the_windows(study: Study) -> None:
    def shouting(context: str, text: str, note: str | None, n: int) -> str:
        assert context == "ProtocolWords"
        return "!" + plain(context, text, note, n)

    use_translator(shouting)
    try:
        told = in_words(study)
    finally:
        use_translator(plain)
    assert all(paragraph.heading.startswith("!") for paragraph in told)
    assert all(
        "!" in sentence for paragraph in told for sentence in paragraph.sentences if not sentence.startswith("“")
    )
