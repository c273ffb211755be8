"""Questionnaires that come with ReaderLab: a page names one, and its text and questions are there.

What belongs here: finding and reading them. What does not: adding their questions to a protocol (study), showing them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import Field

from study_configs.problem import ProgramError
from study_configs.questions import Question
from study_configs.section import Name, Section, Text
from study_configs.yaml12 import load

SUFFIX = ".yaml"


class _Sheet(Section):
    """A questionnaire as its file says it."""

    instrument: Literal[1]
    id: Name
    version: Text
    title: Text
    source: Text
    licence: Text
    score: Text
    text: Text
    questions: Annotated[Mapping[Name, Question], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire: its page, its questions by id (each `per: sitting`), where it is from, how it is scored."""

    id: str
    version: str
    title: str
    markdown: str
    source: str
    licence: str
    score: str
    questions: Mapping[str, Question]


def shipped_instruments() -> list[str]:
    """Ids of the questionnaires that come with ReaderLab."""
    files = (each.name for each in resources.files("study_configs.instruments").iterdir())
    return sorted(name.removesuffix(SUFFIX) for name in files if name.endswith(SUFFIX))


@lru_cache
def instrument(name: str) -> Instrument | None:
    """The questionnaire of that id; its questions are called ID_ITEM. None where none of that id is shipped."""
    if name not in shipped_instruments():
        return None
    file = resources.files("study_configs.instruments") / f"{name}{SUFFIX}"
    document = load(file.read_bytes(), file.name)
    if document.problems:
        raise ProgramError(f"The questionnaire {name} cannot be read: {document.problems[0].to_text()}")
    sheet = _Sheet.model_validate(_asked_once_a_sitting(document.value))
    questions = {f"{sheet.id}_{item}": question for item, question in sheet.questions.items()}
    return Instrument(
        sheet.id, sheet.version, sheet.title, sheet.text, sheet.source, sheet.licence, sheet.score, questions
    )


def _asked_once_a_sitting(value: Any) -> Any:
    """The sheet with what goes without saying: every item is asked once a sitting, in the sheet's version."""
    items = {name: {**item, "per": "sitting", "version": value["version"]} for name, item in value["questions"].items()}
    return {**value, "instrument": int(value["instrument"]), "questions": items}
