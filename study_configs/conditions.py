"""The ways of reading (conditions and their phases), and how cases, conditions and readers meet (design).

What belongs here: those sections as values. What does not: drawing the order (order), running a trial (app.reading).

Three forms of AI reading need no key of their own; they are phases:

    unaided                     one phase without layers
    concurrent                  one phase with layers
    commit → reveal → revise    a phase without layers and `commit: true`, then a phase with layers
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.section import Flag, Name, Number, Section, Text, Whole, key

Order = Literal["fixed", "random", "latin_square"]


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
    at_least_s: Number = key(0.0, "Seconds that must pass before the reader can go on.", example=3, ge=0, le=3600)
    at_most_s: Number | None = key(
        None, "Seconds after which the phase ends by itself; without, it does not.", example=90, gt=0, le=36000
    )

    @property
    def shows_ai(self) -> bool:
        return bool(self.layers)

    @model_validator(mode="after")
    def _times_fit(self) -> Phase:
        if self.at_most_s is not None and self.at_most_s <= self.at_least_s:
            raise PydanticCustomError("RL208", "at_most_s must be longer than at_least_s.")
        return self


class Condition(Section):
    """One way of reading a case."""

    title: Text = key(
        "",
        "Name for coordinators and reports; without, the condition's key.",
        example="AI after own view",
        max_length=80,
    )
    phases: Annotated[tuple[Phase, ...], Field(min_length=1, max_length=10)] = key(
        ..., "The steps, in order.", example=[{"name": "own view", "answer": ["suspicion"], "commit": True}]
    )

    @property
    def shows_ai(self) -> bool:
        return any(phase.shows_ai for phase in self.phases)

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
        return self


def _each_once(names: tuple[str, ...]) -> None:
    repeated = [name for at, name in enumerate(names) if name in names[:at]]
    if repeated:
        raise PydanticCustomError("RL208", "The condition {name} stands here twice.", {"name": repeated[0]})


class Crossed(Section):
    """Fully crossed: every reader reads every case under every condition, one session for each condition."""

    of: Annotated[tuple[Name, ...], Field(min_length=1)] = key(..., "The conditions.", example=["unaided", "ai_first"])
    order: Order = key(
        "latin_square",
        "Order of the sessions. latin_square: a Williams square over the readers, in which each condition follows each "
        "other one equally often.",
        example="latin_square",
    )
    washout_days: Whole = key(0, "Least days between two sessions of one reader.", example=28, ge=0, le=3650)

    @model_validator(mode="after")
    def _of_is_a_set(self) -> Crossed:
        _each_once(self.of)
        return self


class Split(Section):
    """Split: every reader reads each case once.

    The cases are divided into as many sets as there are conditions; a Latin square turns the conditions over the sets
    from reader to reader, so that over k readers (k conditions) each case is read exactly once in each condition. One
    block for each condition, all in one sitting.
    """

    of: Annotated[tuple[Name, ...], Field(min_length=1)] = key(
        ..., "The conditions.", example=["unaided", "concurrent"]
    )
    order: Order = key("latin_square", "Order of the blocks; see crossed.", example="random")
    balance: tuple[Text, ...] = key(
        (), "What the case sets should hold alike: truth, or columns of the manifest.", example=["truth"]
    )

    @model_validator(mode="after")
    def _of_is_a_set(self) -> Split:
        _each_once(self.of)
        return self


class CaseOrder(Section):
    """The order of the cases within a block."""

    order: Literal["fixed", "random"] = key(
        "random", "fixed: as in the manifest. random: drawn for each reader and block.", example="random"
    )
    max_run: Mapping[Text, Annotated[Whole, Field(ge=1)]] = key(
        dict, "Longest run of cases that are alike in truth, or in a column of the manifest.", example={"truth": 3}
    )


class Practice(Section):
    """How the practice cases are read, before everything else, in the first sitting."""

    condition: Name | None = key(
        None, "The condition they are read in; without, the reader's first condition.", example="warm_up"
    )
    order: Literal["fixed", "random"] = key("fixed", "As for cases.", example="fixed")


class Readers(Section):
    """The readers that the study plans for."""

    planned: Whole | None = key(
        None, "How many; `readerlab plan` shows the order for each.", example=12, ge=1, le=10000
    )


class Design(Section):
    """How readers, cases and conditions meet. With more than one condition, exactly one of `crossed` and `split`."""

    crossed: Crossed | None = key(
        None,
        "Every case under every condition, in sessions.",
        example={"of": ["unaided", "ai_first"], "washout_days": 28},
    )
    split: Split | None = key(
        None,
        "Each case once for each reader, conditions turned over the readers.",
        example={"of": ["unaided", "concurrent"], "balance": ["truth"]},
    )
    cases: CaseOrder = key(
        CaseOrder, "The order of the cases within a block.", example={"order": "random", "max_run": {"truth": 3}}
    )
    practice: Practice = key(Practice, "How the practice cases are read.", example={"condition": "warm_up"})
    readers: Readers = key(Readers, "The readers that the study plans for.", example={"planned": 12})
    seed: Whole = key(
        ..., "Any whole number; with the protocol's id it decides every draw.", example=20261121, ge=0, le=2**63 - 1
    )

    @model_validator(mode="after")
    def _one_way(self) -> Design:
        if self.crossed is not None and self.split is not None:
            raise PydanticCustomError("RL208", "A design is either crossed or split, not both.")
        return self


Conditions = Mapping[Name, Condition]
