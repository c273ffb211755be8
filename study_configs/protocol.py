"""The study file as one frozen value, and its JSON Schema.

What belongs here: the top of the file and its small sections. What does not: the files it names (study), and questions,
ai, conditions, which have modules of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from study_configs.ai import AI
from study_configs.conditions import Condition
from study_configs.design import Crossed, Design, Split
from study_configs.feedback import Feedback
from study_configs.layers import Layer
from study_configs.pages import PageEntry
from study_configs.planted import Planted
from study_configs.questions import Question
from study_configs.reading_room import Reading
from study_configs.section import CaseName, ComparisonText, Name, Section, Text, key
from study_configs.station import Station
from study_configs.tracking import Tracking
from study_configs.words import Language
from study_configs.worklist import Worklist

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
    workflow: Literal["reading", "technician"] = key(
        "reading", "reading: the reading room. technician: the scanner-side station.", example="technician"
    )
    citation: Text = key(
        "", "The publication that the protocol follows, if any.", example="Radiology 2023;307:e222176", max_length=500
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
    worklist: Worklist | None = key(
        None, "The reading list and the bustle around it; none without.", example={"order": "priority"}
    )
    station: Station = key(Station, "The scanner-side station.", example={"decide_s": 90})
    tracking: Tracking = key(
        Tracking,
        "What is recorded beside the log that every sitting has.",
        example={"gaze": "lsl", "check": {"points": 9}},
    )
    before: tuple[PageEntry, ...] = key(
        (), "Pages before the first case: names of texts, or pages written out.", example=["welcome_v1"]
    )
    after: tuple[PageEntry, ...] = key(
        (), "Pages after the last case.", example=[{"id": "trust_v1", "answer": ["trust"]}]
    )
    feedback: Feedback = key(Feedback, "What readers are told afterwards.", example={"when": "after_sitting"})

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms; one without a name where the design has none."""
        return tuple(self.design.arms) or ("",)

    def meeting_of(self, arm: str = "") -> Crossed | Split:
        """How cases meet conditions in an arm; a single condition is crossed with all cases."""
        return self.design.meeting_of(arm) or Crossed(of=self._only_condition)

    @property
    def conditions_in_use(self) -> tuple[str, ...]:
        """The conditions of all arms, of probes and of practice, each once."""
        met = [name for arm in self.arms for name in self.meeting_of(arm).names]
        probes = [probe.condition for probe in self.design.probes]
        practice = self.design.practice.condition
        return tuple(dict.fromkeys([*met, *probes, *([practice] if practice else [])]))

    @property
    def conditions_aside(self) -> frozenset[str]:
        """The conditions of practice and of probes, which are not read in sessions unless the design names them."""
        practice = self.design.practice.condition
        return frozenset([*([practice] if practice else []), *(probe.condition for probe in self.design.probes)])

    @property
    def _only_condition(self) -> tuple[str, ...]:
        to_read = tuple(name for name in self.conditions if name not in self.conditions_aside)
        return (to_read or tuple(self.conditions))[:1]


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a study file, for editors."""
    made = Protocol.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "ReaderLab study file",
    }
