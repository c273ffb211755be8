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
PAGES = ("before", "after")


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
    raw = _raw(name)
    if raw is None:
        return None
    sheet = _Sheet.model_validate(raw)
    return Instrument(
        sheet.id, sheet.version, sheet.title, sheet.text, sheet.source, sheet.licence, sheet.score, sheet.questions
    )


@lru_cache
def _raw(name: str) -> dict[str, Any] | None:
    """A questionnaire's sheet as it is written, with its questions as a protocol would have them: ID_ITEM."""
    if name not in shipped_instruments():
        return None
    file = resources.files("study_configs.instruments") / f"{name}{SUFFIX}"
    document = load(file.read_bytes(), file.name)
    if document.problems:
        raise ProgramError(f"The questionnaire {name} cannot be read: {document.problems[0].to_text()}")
    value = document.value
    asked = {"per": "sitting", "version": value["version"]}
    items = {f"{value['id']}_{item}": {**question, **asked} for item, question in value["questions"].items()}
    return {**value, "instrument": int(value["instrument"]), "questions": items}


def expanded(data: Mapping[str, Any]) -> dict[str, Any]:
    """A protocol's raw mapping with the questions of the questionnaires that its pages name.

    A page that names one asks its questions after its own; a question of the protocol with the same id wins. What is
    not shaped as a protocol stays as it is, for the check to say so.
    """
    pages = {place: [_asking(page) for page in data[place]] for place in PAGES if isinstance(data.get(place), list)}
    named = [page["id"] for place in pages.values() for page in place if isinstance(page, dict) and "id" in page]
    sheets = [sheet for name in named if isinstance(name, str) and (sheet := _raw(name)) is not None]
    own = data.get("questions")
    if not sheets or not isinstance(own, dict):
        return dict(data)
    added = {name: question for sheet in sheets for name, question in sheet["questions"].items()}
    return {**data, **pages, "questions": {**added, **own}}


def _asking(page: Any) -> Any:
    """A page with the questions of the questionnaire that it names."""
    name = page.get("id") if isinstance(page, dict) else page
    sheet = _raw(name) if isinstance(name, str) else None
    if sheet is None:
        return page
    written = page if isinstance(page, dict) else {"id": name}
    own = written.get("answer", [])
    return {**written, "answer": [*own, *sheet["questions"]]} if isinstance(own, list) else page
