"""The study file as one frozen value, and its JSON Schema.

What belongs here: the top of the file and its small sections. What does not: the files it names (study), and questions,
ai, conditions, which have modules of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.ai import AI
from study_configs.conditions import Condition, Crossed, Design, Split
from study_configs.gestures import fault_in
from study_configs.hanging import HangingProtocol
from study_configs.hanging_names import HANGING_WORDS, is_hanging_file
from study_configs.layers import Layer
from study_configs.planted import Planted
from study_configs.problems import listed
from study_configs.questions import Question
from study_configs.section import CaseName, ComparisonText, Name, Number, Section, Text, key
from study_configs.words import Language

LANGUAGE_VERSION = 1


class About(Section):
    """Which protocol this is."""

    id: Name = key(..., "Stable id, in every row of the store.", example="who-goes-first")
    version: Text = key(
        ...,
        "Version of this protocol; an amended file is a new version.",
        example="1.0.0",
        pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}$",
    )
    mode: Literal["demo", "pilot", "study", "review"] = key(
        ..., "Stamped on every row; only study rows leave in an export of the study.", example="study"
    )
    title: Text = key(
        ..., "Title for people.", example="Does seeing AI first anchor the reader?", min_length=1, max_length=200
    )
    language: Language | None = key(
        None,
        "Language of the windows, unless the reader chose one: `en` English, `nl` Dutch. Left out, the system's.",
        example="nl",
    )


class Cases(Section):
    """What is read, and what is true of it."""

    manifest: Text = key(
        "cases.csv", "Table of cases: columns case, path, history, and any attributes.", example="cases.csv"
    )
    reference: Text | None = key(
        None,
        "Table of the truth, sealed from readers: case, positive, lesion, x_mm, y_mm, z_mm (LPS), diameter_mm, label.",
        example="reference.csv",
    )
    practice: tuple[CaseName, ...] | ComparisonText = key(
        (), "Practice cases: a list of cases, or a comparison that they meet.", example=["warm-01", "warm-02"]
    )


class Interrupted(Section):
    """What happens to a case whose reading was interrupted."""

    same_case: Literal["resume", "restart"] = key(
        "resume", "resume: at the phase it was in. restart: from its first phase.", example="restart"
    )


def _hanging_word(word: str) -> str:
    if word not in HANGING_WORDS and not is_hanging_file(word):
        raise PydanticCustomError(
            "RL211",
            "There is no hanging {word}. Expected one of {known}, or the path of a YAML file in the study folder.",
            {"word": word, "known": listed(HANGING_WORDS, 40)},
        )
    return word


HangingWord = Annotated[Text, AfterValidator(_hanging_word), Field(max_length=200)]


def _gestures(given: Mapping[str, str]) -> Mapping[str, str]:
    fault = next((said for gesture, action in given.items() if (said := fault_in(gesture, action))), "")
    if fault:
        raise PydanticCustomError("RL213", "{fault}", {"fault": fault})
    return given


GestureTable = Annotated[Mapping[Text, Text], AfterValidator(_gestures), Field(max_length=60)]


class Reading(Section):
    """The reading room."""

    hanging: HangingWord | HangingProtocol = key(
        "automatic",
        "How a case hangs: automatic (the best of those shipped), rows x columns up to 4x4, the name of a shipped "
        "hanging (such as mammography, chest_ct, mr_brain), a YAML file in the study folder, or a hanging written out "
        "here with the keys below.",
        example="1x2",
    )
    gestures: GestureTable = key(
        dict,
        "What mouse, wheel and fingers do, for every reader alike: a gesture (left, middle, right, both, wheel, "
        "finger, with Ctrl+, Shift+ or Alt+ before it; or left double, right click, long press ...) and scroll, "
        "window, pan, zoom, a command or nothing. Gestures that are left out are each reader's own choice.",
        example={"left": "scroll", "Ctrl+left": "window"},
    )
    navigation: Literal["forward_only"] = key(
        "forward_only", "Readers go on from case to case; there is no way back.", example="forward_only"
    )
    idle_after_s: Number = key(
        30.0, "Seconds without any input after which the reader counts as absent.", example=30, gt=0, le=3600
    )
    interrupted: Interrupted = key(
        Interrupted, "What happens to a case whose reading was interrupted.", example={"same_case": "restart"}
    )


class Page(Section):
    """A page before the first case or after the last one: a text, questions, or both."""

    id: Name = key(
        ...,
        "Its id; without `text`, the text is texts/ID.md in the study folder, or a shipped one.",
        example="instructions_v2",
    )
    title: Text = key("", "Heading; without, the text's own first heading.", example="Instructions", max_length=120)
    text: Text | None = key(
        None, "The text itself, as Markdown.", example="# Welcome\nThank you for reading.", max_length=50000
    )
    answer: tuple[Name, ...] = key((), "Questions on this page; they have `per: sitting`.", example=["trust"])


class Feedback(Section):
    """What readers are told afterwards."""

    when: Literal["after_sitting", "never"] = key("never", "When.", example="after_sitting")
    show: tuple[Literal["own", "ai", "truth", "planted", "dwell"], ...] = key(
        ("own", "ai", "truth", "planted", "dwell"), "What is shown for each case.", example=["own", "truth", "planted"]
    )


def _page(value: Any) -> Any:
    """A name alone stands for the page with the text of that name."""
    return {"id": value} if isinstance(value, str) else value


PageEntry = Annotated[Page, BeforeValidator(_page, json_schema_input_type=Text | Page)]


class Protocol(Section):
    """One study file."""

    readerlab: Annotated[int, Field(strict=True)] = key(
        ..., "Version of the study language.", example=1, ge=1, le=LANGUAGE_VERSION
    )
    about: About = key(
        ...,
        "Which protocol this is.",
        alias="protocol",
        example={"id": "who-goes-first", "version": "1.0.0", "mode": "study", "title": "Who goes first?"},
    )
    cases: Cases = key(
        Cases, "What is read, and what is true of it.", example={"manifest": "cases.csv", "reference": "reference.csv"}
    )
    ai: Mapping[Name, AI] = key(dict, "The AIs, by name.", example={"nodules": {"model": "models/nodules.onnx"}})
    planted: Mapping[Name, Planted] = key(
        dict,
        "Mistakes on purpose, by name.",
        example={"missed": {"ai": "nodules", "kind": "false_negative", "cases": 4}},
    )
    layers: Mapping[Name, Layer] = key(
        dict, "AI elements on the screen, by name.", example={"box": {"ai": "nodules", "draw": "box", "at": "balanced"}}
    )
    questions: Annotated[Mapping[Name, Question], Field(min_length=1)] = key(
        ..., "The questions, by name.", example={"nodule": {"ask": "Is there a nodule?", "answer": "yes_no"}}
    )
    conditions: Annotated[Mapping[Name, Condition], Field(min_length=1)] = key(
        ..., "The ways of reading, by name.", example={"unaided": {"phases": [{"answer": ["nodule"]}]}}
    )
    design: Design = key(..., "How readers, cases and conditions meet.", example={"seed": 20261121})
    reading: Reading = key(Reading, "The reading room.", example={"idle_after_s": 30})
    before: tuple[PageEntry, ...] = key(
        (), "Pages before the first case: names of texts, or pages written out.", example=["welcome_v1"]
    )
    after: tuple[PageEntry, ...] = key(
        (), "Pages after the last case.", example=[{"id": "trust_v1", "answer": ["trust"]}]
    )
    feedback: Feedback = key(Feedback, "What readers are told afterwards.", example={"when": "after_sitting"})

    @property
    def meeting(self) -> Crossed | Split:
        """How cases meet conditions; a single condition is crossed with all cases."""
        return self.design.crossed or self.design.split or Crossed(of=self._read_conditions[:1])

    @property
    def conditions_in_use(self) -> tuple[str, ...]:
        """The conditions of the design, and that of practice if it is another one."""
        practice = self.design.practice.condition
        return self.meeting.of if practice is None or practice in self.meeting.of else (*self.meeting.of, practice)

    @property
    def _read_conditions(self) -> tuple[str, ...]:
        names = tuple(self.conditions)
        return tuple(name for name in names if name != self.design.practice.condition) or names

    @model_validator(mode="after")
    def _design_says_how_conditions_meet_cases(self) -> Protocol:
        if len(self._read_conditions) > 1 and self.design.crossed is None and self.design.split is None:
            raise PydanticCustomError(
                "RL208", "There are several conditions, and design says neither crossed nor split."
            )
        return self


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a study file, for editors."""
    made = Protocol.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "ReaderLab study file",
    }
