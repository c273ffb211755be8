"""The ways of reading: conditions and their phases.

What belongs here: those sections as values. What does not: how cases, conditions and readers meet (design), running a
trial (app.reading).

The seven ways in which AI can come in need no key of their own; they are phases, layers and the reading list:

    unaided                     one phase without layers
    concurrent, AI first        one phase with layers
    commit → reveal → revise    a phase without layers and `commit: true`, then a phase with layers
    on demand                   layers with `reveal: button` or `toggle`
    triage tag                  `worklist: {triage: …}`
    safety net                  a phase without layers, `commit: true`, then one with layers and `only_if`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.ai import Fraction
from study_configs.section import ComparisonText, Flag, Name, Number, Section, Text, key


class Phase(Section):
    """One step of a condition: what is shown, what is asked, and how it ends."""

    name: Text = key(
        "reading",
        "Name of the step; the steps of one condition have different names.",
        example="own view",
        min_length=1,
        max_length=40,
    )
    layers: tuple[Name, ...] = key(
        (), "Layers on the screen. Without any, no AI result is even loaded.", example=["box", "saliency"]
    )
    answer: tuple[Name, ...] = key((), "Questions asked, in this order.", example=["suspicion", "confidence"])
    commit: Flag = key(
        False,
        "Whether the answers of this phase are final: stored, and closed to changes in later phases.",
        example=True,
    )
    fresh: Flag = key(
        False, "Whether its questions start empty, instead of from the answers of the step before.", example=True
    )
    only_if: ComparisonText | None = key(
        None,
        "The step is taken only if this holds when the one before it is confirmed, else it is left out. Names: "
        "answer.QUESTION, case.COLUMN, ai.NAME (the AI's highest score in this case, 0 to 1). Not for the first step.",
        example="answer.recall == no and ai.nodules >= 0.5",
    )
    at_least_s: Number = key(0.0, "Seconds that must pass before the reader can go on.", example=3, ge=0, le=3600)
    at_most_s: Number | None = key(
        None, "Seconds after which the phase ends by itself; without, it does not.", example=90, gt=0, le=36000
    )
    warn_s: Number | None = key(
        None,
        "Seconds before at_most_s at which the reader is warned; without, a fifth of it, at most 30.",
        example=15,
        gt=0,
        le=3600,
    )
    clock: Flag = key(False, "Whether the time that is left (or has passed) is shown.", example=True)

    @property
    def shows_ai(self) -> bool:
        return bool(self.layers)

    @property
    def warned_s(self) -> float | None:
        """Seconds before the end at which the reader is warned; None where the phase has no end of its own."""
        if self.at_most_s is None:
            return None
        return self.warn_s if self.warn_s is not None else min(30.0, self.at_most_s / 5)

    @model_validator(mode="after")
    def _times_fit(self) -> Phase:
        if self.at_most_s is not None and self.at_most_s <= self.at_least_s:
            raise PydanticCustomError("RL208", "at_most_s must be longer than at_least_s.")
        if self.warn_s is not None and (self.at_most_s is None or self.warn_s >= self.at_most_s):
            raise PydanticCustomError("RL208", "warn_s needs an at_most_s that is longer.")
        return self


class Condition(Section):
    """One way of reading a case."""

    base: Name | None = key(
        None, "Another condition; keys that are not given here are taken from it.", example="unaided"
    )
    title: Text = key(
        "",
        "Name for coordinators and reports; without, the condition's key.",
        example="AI after own view",
        max_length=80,
    )
    before: tuple[Name, ...] = key(
        (),
        "Texts that are read before the first case of each block in this condition, such as an accountability text: "
        "texts/NAME.md in the study folder, or shipped ones.",
        example=["kept_on_record_v1"],
    )
    notice: Text = key(
        "", "A line that stays on the screen while cases are read.", example="Your reading is kept.", max_length=160
    )
    shown_as: Mapping[Name, Text] = key(
        dict,
        "Who readers are told that the advice is from, by AI; else the AI's own shown_as.",
        example={"advice": "Dr. S. Johnson"},
    )
    at: Mapping[Name, Name | Fraction] = key(
        dict, "Thresholds in this condition, by layer; else the layer's own.", example={"box": "sensitive"}
    )
    phases: Annotated[tuple[Phase, ...], Field(min_length=1, max_length=10)] = key(
        ..., "The steps, in order.", example=[{"name": "own view", "answer": ["suspicion"], "commit": True}]
    )

    @property
    def shows_ai(self) -> bool:
        return any(phase.shows_ai for phase in self.phases)

    @property
    def reveals_after_answer(self) -> bool:
        """Whether it begins without layers, and shows some after a phase that asks: only then can AI stay hidden."""
        own = next((at for at, phase in enumerate(self.phases) if phase.answer), len(self.phases))
        return not any(phase.layers for phase in self.phases[: own + 1]) and self.shows_ai

    @property
    def layers(self) -> tuple[str, ...]:
        """All layers of all phases, each once."""
        return tuple(dict.fromkeys(name for phase in self.phases for name in phase.layers))

    @model_validator(mode="after")
    def _phases_differ(self) -> Condition:
        names = [phase.name for phase in self.phases]
        repeated = [name for at, name in enumerate(names) if name in names[:at]]
        if repeated:
            raise PydanticCustomError("RL208", "Two phases of this condition are called {name}.", {"name": repeated[0]})
        if self.phases[0].only_if is not None:
            raise PydanticCustomError("RL208", "The first phase is always taken; only_if is for later ones.")
        return self


Conditions = Mapping[Name, Condition]
