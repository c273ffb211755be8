"""The reading list and what happens around the cases: the section worklist.

What belongs here: that section as values. What does not: simulating it (app.reading.worklist.standing), showing it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.ai import Fraction
from study_configs.section import ComparisonText, Flag, Name, Number, Section, Text, Whole, key

Column = Literal["pseudonym", "age", "sex", "modality", "description", "priority", "arrived", "status", "ai"]
Priority = Literal["routine", "urgent", "stat"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)  # the most urgent last


class Arrivals(Section):
    """When cases come onto the list; times run from the first case of the block."""

    pattern: Literal["at_once", "regular", "poisson", "column"] = key(
        "at_once",
        "at_once: all are there. regular: at equal distances. poisson: at random, per_hour on average. column: at the "
        "seconds in a column of the manifest.",
        example="poisson",
    )
    per_hour: Number | None = key(None, "For regular and poisson: cases an hour.", example=30, gt=0, le=3600)
    there_at_once: Whole = key(
        1, "For regular and poisson: how many are there at the beginning; one always is.", example=5, ge=0, le=1000
    )
    column: Text | None = key(
        None,
        "For column: the manifest's column, in seconds; the earliest case of a block is there at its beginning.",
        example="arrives_s",
    )

    @model_validator(mode="after")
    def _fits(self) -> Arrivals:
        if (self.pattern in ("regular", "poisson")) != (self.per_hour is not None):
            raise PydanticCustomError("RL208", "per_hour belongs to regular and poisson, and to nothing else.")
        if (self.pattern == "column") != (self.column is not None):
            raise PydanticCustomError("RL208", "column belongs to the pattern column, and to nothing else.")
        return self


class Triage(Section):
    """What AI does to the list."""

    ai: Name = key(..., "The AI.", example="nodules")
    at: Name | Fraction = key(..., "Cases whose highest score reaches this are tagged or go first.", example="balanced")
    shows: Literal["tag", "order", "both"] = key(
        "tag", "tag: a flag in the list. order: flagged cases stand first. both.", example="order"
    )
    tag: Text = key("AI", "The flag's words.", example="AI: suspicious", max_length=40)
    conditions: tuple[Name, ...] = key(
        (),
        "The conditions whose blocks have it; without, all that show layers of this AI. Elsewhere no list has flags.",
        example=["triaged"],
    )


class Call(Section):
    """A telephone call that comes while a case is read."""

    at_min: tuple[Number, ...] = key((), "Minutes of the block at which it comes.", example=[4, 11.5], max_length=100)
    every_min: tuple[Number, Number] | None = key(
        None, "Instead: drawn, at distances between these minutes.", example=[5, 10]
    )
    says: Text = key(
        ..., "What the caller says.", example="Can you look at room 3? The patient is leaving.", min_length=1,
        max_length=500,
    )  # fmt: skip
    answer: tuple[Name, ...] = key((), "Questions to answer, `per: sitting`.", example=["call_back"])
    rings_s: Number = key(30.0, "Seconds that it rings before it counts as missed.", example=20, gt=0, le=600)
    conditions: tuple[Name, ...] = key((), "Conditions in whose blocks it comes; without, all.", example=["busy"])

    @model_validator(mode="after")
    def _one(self) -> Call:
        if bool(self.at_min) == (self.every_min is not None):
            raise PydanticCustomError("RL208", "A call has exactly one of at_min and every_min.")
        if self.every_min is not None and not 0 < self.every_min[0] <= self.every_min[1]:
            raise PydanticCustomError("RL208", "every_min goes from a shorter to a longer time, above 0.")
        return self


class Worklist(Section):
    """The reading list as in a PACS, and the bustle around it. Drawn from the seed, kept in the reader's order."""

    columns: tuple[Column, ...] = key(
        ("pseudonym", "age", "modality", "description", "priority", "arrived", "status"),
        "Columns of the list. Names are invented; age (years), sex (F, M), modality and description are the manifest's "
        "columns of these names, ages and sexes otherwise invented.",
        example=["pseudonym", "priority", "status"],
    )
    conditions: tuple[Name, ...] = key((), "Conditions whose blocks have a list; without, all.", example=["triaged"])
    choose: Flag = key(False, "Whether readers choose the next case; else it is the first of the list.", example=True)
    order: Literal["planned", "arrival", "priority"] = key(
        "planned", "Order of the list: as the plan drew it, by arrival, or by priority and arrival.", example="priority"
    )
    arrivals: Arrivals = key(Arrivals, "When cases come.", example={"pattern": "poisson", "per_hour": 30})
    priority: Text | Mapping[Priority, Annotated[Whole, Field(ge=0)]] = key(
        dict,
        "A column of the manifest (routine, urgent, stat), or how many for one of routine; all routine without.",
        example={"routine": 8, "urgent": 1, "stat": 1},
    )
    stat_interrupts: Flag = key(
        False, "Whether a stat case that comes interrupts the case that is read; that one goes on after.", example=True
    )
    stat: ComparisonText | None = key(
        None, "Cases that are stat, by a comparison over case.COLUMN.", example="case.urgency == stat"
    )
    triage: Triage | None = key(None, "What AI does to the list.", example={"ai": "nodules", "at": "balanced"})
    calls: tuple[Call, ...] = key((), "Telephone calls.", example=[{"at_min": [4], "says": "Room 3 is waiting."}])
    clock: Literal["none", "elapsed", "left"] = key(
        "none", "The clock that readers see: none, time passed, or time left of block_min.", example="left"
    )
    block_min: Number | None = key(
        None, "Minutes for a block; cases that are not begun by then are not read.", example=20, gt=0, le=600
    )
    quota: Whole | None = key(None, "Cases that readers are told to reach; shown beside the clock.", example=15, ge=1)

    @model_validator(mode="after")
    def _clock_fits(self) -> Worklist:
        if self.clock == "left" and self.block_min is None:
            raise PydanticCustomError("RL208", "clock: left needs block_min.")
        return self
