"""How cases, conditions and readers meet: the section design.

What belongs here: that section as values. What does not: drawing an order from it (reading_order).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.section import CaseName, ComparisonText, Flag, Name, Number, Section, Text, Whole, key

Order = Literal["fixed", "random", "latin_square", "counterbalance", "complete_counterbalance"]
ORDERS = (
    "fixed: as written. random: drawn for each reader. latin_square: a Williams square over the readers, in which each "
    "condition follows each other one equally often. counterbalance: as written for one reader, backwards for the "
    "next. complete_counterbalance: every possible order in turn (at most 6 conditions)."
)
Entry = Name | Annotated[tuple[Name, ...], Field(min_length=2)]


def _each_once(names: tuple[str, ...]) -> None:
    repeated = [name for at, name in enumerate(names) if name in names[:at]]
    if repeated:
        raise PydanticCustomError("RL208", "The condition {name} stands here twice.", {"name": repeated[0]})


class _Meeting(Section):
    """What crossed and split have alike: conditions in an order."""

    of: Annotated[tuple[Entry, ...], Field(min_length=1)] = key(
        ...,
        "The conditions. Where it holds lists, the conditions within a list change places and everything else stays.",
        example=["unaided", ["keep", "delete"], "with_boxes"],
    )

    @property
    def names(self) -> tuple[str, ...]:
        """All conditions, lists undone."""
        return tuple(_flat(self.of))

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The conditions in groups; places are changed within a group only. One group where `of` holds no list."""
        if any(not isinstance(entry, str) for entry in self.of):
            return tuple((entry,) if isinstance(entry, str) else entry for entry in self.of)
        return (self.names,)

    @model_validator(mode="after")
    def _of_is_a_set(self) -> _Meeting:
        _each_once(self.names)
        if getattr(self, "order", "") == "complete_counterbalance" and max(map(len, self.groups)) > 6:
            raise PydanticCustomError("RL208", "complete_counterbalance takes at most 6 conditions.")
        return self


def _flat(entries: tuple[Entry, ...]) -> Iterator[str]:
    for entry in entries:
        yield from (entry,) if isinstance(entry, str) else entry


class Crossed(_Meeting):
    """Fully crossed: every reader reads every case under every condition."""

    order: Order = key("latin_square", "Order of the sessions. " + ORDERS, example="latin_square")
    sessions: Literal["each", "one"] = key(
        "each", "each: one sitting for each condition. one: all conditions in one sitting, a block each.", example="one"
    )
    washout_days: Whole = key(
        0, "Least days between two sessions of one reader, that is between two readings of a case.", example=28, ge=0,
        le=3650,
    )  # fmt: skip


class Split(_Meeting):
    """Split: every reader reads each case once.

    The cases are divided into as many sets as there are conditions; a Latin square turns the conditions over the sets
    from reader to reader, so that over k readers (k conditions) each case is read exactly once in each condition. One
    block for each condition.
    """

    order: Order = key("latin_square", "Order of the blocks; see crossed.", example="random")
    balance: tuple[Text, ...] = key(
        (), "What the case sets should hold alike: truth, or columns of the manifest.", example=["truth"]
    )
    sessions: Literal["each", "one"] = key(
        "one", "one: all blocks in one sitting. each: one sitting for each condition.", example="each"
    )
    washout_days: Whole = key(0, "Least days between two sessions of one reader.", example=7, ge=0, le=3650)


class SplitPlot(Section):
    """Readers in groups, each with a case set of its own that it reads in every condition (N. A. Obuchowski 1995)."""

    groups: Whole = key(..., "Number of reader groups, and of case sets.", example=4, ge=2, le=100)
    balance: tuple[Text, ...] = key(
        (), "What the case sets should hold alike: truth, or columns of the manifest.", example=["truth"]
    )
    column: Text | None = key(
        None, "A column of the manifest that names the set of each case, instead of drawing the sets.", example="set"
    )


class Part(Section):
    """Some of the cases, read together before those of the next part; in each block."""

    name: Name = key(..., "Its name, in every row of the order.", example="trust")
    where: ComparisonText = key(
        ..., "The cases: a comparison over case.COLUMN and truth.", example="case.part == trust"
    )
    order: Literal["fixed", "random"] | None = key(None, "As for cases; without, that of cases.", example="random")


class CaseOrder(Section):
    """Which cases, and their order within a block."""

    order: Literal["fixed", "random"] = key(
        "random", "fixed: as in the manifest. random: drawn for each reader and block.", example="random"
    )
    max_run: Mapping[Text, Annotated[Whole, Field(ge=1)]] = key(
        dict, "Longest run of cases that are alike in truth, or in a column of the manifest.", example={"truth": 3}
    )
    min_distance: Mapping[Text, Annotated[Whole, Field(ge=2)]] = key(
        dict,
        "Least distance, in cases, between two that are alike in a column of the manifest; 2 forbids neighbours.",
        example={"patient": 5},
    )
    sample: Whole | None = key(
        None, "How many cases each reader reads, drawn from all; without, all of them.", example=40, ge=1
    )
    replacement: Flag = key(False, "Whether one case can be drawn more than once.", example=True)
    sample_balance: tuple[Text, ...] = key(
        (), "What the sample should hold in the shares of all cases: truth, or columns.", example=["truth"]
    )
    parts: tuple[Part, ...] = key(
        (),
        "Parts that are read one after the other; each case belongs to exactly one.",
        example=[{"name": "trust", "where": "case.part == trust"}, {"name": "test", "where": "case.part == test"}],
    )


class Repeats(Section):
    """Cases that a reader meets again in the same condition, to measure how well readers agree with themselves."""

    cases: Annotated[Whole, Field(ge=1)] | tuple[CaseName, ...] = key(
        ..., "How many, drawn for each reader, or which.", example=5
    )
    apart: Whole = key(10, "Least distance from the first reading, in cases of the same block.", example=20, ge=1)


class NoReveal(Section):
    """Cases in which the AI that a later phase would reveal stays hidden, unannounced: the phases with layers are left
    out. They show what readers answer when they cannot count on being helped."""

    cases: Annotated[Whole, Field(ge=1)] | tuple[CaseName, ...] = key(
        ..., "How many in each block that reveals AI after an own answer, drawn for each reader, or which.", example=6
    )
    not_in_first: Whole = key(0, "None in the first n cases of a block.", example=5, ge=0)


class Probe(Section):
    """A sitting without AI that measures what readers can do alone, such as before and after they used AI."""

    name: Name = key(..., "Its name.", example="after_ai")
    condition: Name = key(..., "The condition, without layers.", example="unaided")
    cases: Annotated[Whole, Field(ge=1)] | tuple[CaseName, ...] | ComparisonText = key(
        ...,
        "How many of the cases, drawn for each reader; or which; or a comparison that they meet. Those that are listed "
        "or compared are kept for the probe.",
        example="case.part == probe",
    )
    when: Literal["first", "between", "last"] = key(
        "last", "first: before all sessions. between: between each two. last: after all.", example="last"
    )


class Practice(Section):
    """How the practice cases are read, before everything else, in the first sitting."""

    condition: Name | None = key(
        None, "The condition they are read in; without, the reader's first condition.", example="warm_up"
    )
    order: Literal["fixed", "random"] = key("fixed", "As for cases.", example="fixed")
    feedback: Literal["none", "after_case", "after_block"] = key(
        "none", "Whether readers are told the truth of practice cases, and when.", example="after_case"
    )
    every_sitting: Flag = key(False, "Whether later sittings begin with the practice cases, too.", example=True)


class Breaks(Section):
    """Pauses that the protocol makes."""

    every_cases: Whole | None = key(None, "After how many cases of a sitting.", example=20, ge=1)
    every_min: Number | None = key(
        None, "After how many minutes of reading, at the end of a case.", example=30, gt=0, le=600
    )
    at_least_s: Number = key(0.0, "Seconds before the reader can go on.", example=60, ge=0, le=3600)

    @model_validator(mode="after")
    def _one(self) -> Breaks:
        if self.every_cases is None and self.every_min is None:
            raise PydanticCustomError("RL208", "breaks has every_cases, every_min or both.")
        return self


class Arm(Section):
    """A group of readers (between readers). What an arm does not say is as in the rest of the design."""

    title: Text = key("", "Name for coordinators and reports; without, the arm's key.", example="AI label")
    share: Whole = key(1, "How many readers for one of an arm with share 1.", example=2, ge=1, le=100)
    crossed: Crossed | None = key(None, "As in design.", example={"of": ["ai_label"]})
    split: Split | None = key(None, "As in design.", example={"of": ["unaided", "concurrent"]})

    @model_validator(mode="after")
    def _one_way(self) -> Arm:
        if self.crossed is not None and self.split is not None:
            raise PydanticCustomError("RL208", "An arm is either crossed or split, not both.")
        return self


def _strata(value: object) -> object:
    """A list of strata stands for strata whose values are entered at enrolment as they come."""
    if isinstance(value, list) and all(isinstance(each, (str, int, float)) for each in value):
        return dict.fromkeys(value, ())
    return value


class Readers(Section):
    """The readers that the study plans for, and how they are enrolled."""

    planned: Whole | None = key(
        None, "How many; `readerlab plan` shows the order for each.", example=12, ge=1, le=10000
    )
    strata: Annotated[
        Mapping[Name, tuple[Text, ...]],
        BeforeValidator(_strata, json_schema_input_type=Mapping[str, list[str]] | list[str]),
    ] = key(
        dict,
        "What is asked of a reader at enrolment, with the values that it may have; or a list of names. Arms and orders "
        "are balanced within each combination.",
        example={"experience": ["resident", "specialist"]},
    )
    assign: Literal["in_turn", "least_filled_by_completed", "random"] = key(
        "in_turn",
        "Which place of the plan a new reader takes within the stratum. in_turn: the next. least_filled_by_completed: "
        "the one with the fewest readers who completed or still read; a drop-out frees its place. random: drawn.",
        example="least_filled_by_completed",
    )
    enrol: Literal["self", "coordinator"] = key(
        "self",
        "self: whoever signs in is enrolled. coordinator: only readers whom a coordinator has enrolled can sign in, "
        "with a PIN.",
        example="coordinator",
    )


class Design(Section):
    """How readers, cases and conditions meet. With more than one condition, exactly one of `crossed` and `split`, here
    or in every arm."""

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
    split_plot: SplitPlot | None = key(
        None, "Reader groups with case sets of their own.", example={"groups": 4, "balance": ["truth"]}
    )
    arms: Mapping[Name, Arm] = key(
        dict, "Groups of readers, by name; each reader is in one.", example={"ai_label": {"crossed": {"of": ["ai"]}}}
    )
    cases: CaseOrder = key(
        CaseOrder,
        "Which cases, and their order within a block.",
        example={"order": "random", "max_run": {"truth": 3}},
    )
    practice: Practice = key(Practice, "How the practice cases are read.", example={"condition": "warm_up"})
    repeats: Repeats | None = key(None, "Cases that are read twice.", example={"cases": 5, "apart": 20})
    no_reveal: NoReveal | None = key(None, "Cases in which AI stays hidden, unannounced.", example={"cases": 6})
    probes: tuple[Probe, ...] = key(
        (),
        "Sittings without AI before, between or after the sessions.",
        example=[{"name": "after_ai", "condition": "unaided", "cases": 10}],
    )
    breaks: Breaks | None = key(None, "Pauses that the protocol makes.", example={"every_cases": 20, "at_least_s": 60})
    readers: Readers = key(Readers, "The readers that the study plans for.", example={"planned": 12})
    seed: Whole = key(
        ..., "Any whole number; with the protocol's id it decides every draw.", example=20261121, ge=0, le=2**63 - 1
    )

    @model_validator(mode="after")
    def _one_way(self) -> Design:
        if self.crossed is not None and self.split is not None:
            raise PydanticCustomError("RL208", "A design is either crossed or split, not both.")
        return self

    def meeting_of(self, arm: str) -> Crossed | Split | None:
        """How cases meet conditions in an arm ("" where there are none); None where the design does not say."""
        own = self.arms.get(arm)
        return (own and (own.crossed or own.split)) or self.crossed or self.split
