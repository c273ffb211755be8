"""A reading order as a value, and the text under which it is frozen.

What belongs here: PlannedTrial, ReadingOrder, JSON. What does not: drawing one (reading_order).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any

from pydantic import TypeAdapter, ValidationError

from study_configs.draws import GENERATOR
from study_configs.planting import PlannedError, as_written
from study_configs.problem import StudyProblem

PRACTICE_BLOCK = 0


@dataclass(frozen=True, slots=True)
class PlannedTrial:
    """One reader × one case × one condition. `index` counts from 0; block 0 is practice; sittings count from 1.

    `part` and `probe` are names in the design. `no_reveal`: the phases that would reveal AI after an own answer are
    left out. `repeat`: the case was read before in this block. `thresholds` by layer, where it differs from the
    layer's own. `arrives_s` counts from the block's first case; `triaged`: AI may tag or move it in the reading list.
    `patient`, `age` (years), `sex` and `exam` are what the reading list says of it, invented where images say nothing.
    """

    index: int
    case_id: str
    condition: str
    block: int
    sitting: int
    practice: bool
    planted: tuple[PlannedError, ...] = ()
    part: str = ""
    probe: str = ""
    no_reveal: bool = False
    repeat: bool = False
    thresholds: Mapping[str, float] = field(default_factory=dict, hash=False)
    arrives_s: float = 0.0
    priority: str = "routine"
    triaged: bool = False
    patient: str = ""
    age: int | None = None
    sex: str = ""
    exam: str = ""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A telephone call: the `call`-th of the protocol's (from 0), `at_s` seconds after the block's first case."""

    call: int
    at_s: float


@dataclass(frozen=True, slots=True)
class ReadingOrder:
    """Everything that one reader will read, in order. Knows the planted errors, so no reader's window may hold it.

    `slot` is the place in the plan within the reader's `stratum`, from 0 (that of `enrolment_index` unless given);
    `group` the reader group of a split-plot design, from 0. `calls` go by block.
    """

    protocol_id: str
    protocol_version: str
    protocol_sha256: str
    reader: str
    enrolment_index: int
    trials: tuple[PlannedTrial, ...]
    generator: str = GENERATOR
    arm: str = ""
    stratum: Mapping[str, str] = field(default_factory=dict, hash=False)
    slot: int = -1
    group: int = 0
    calls: Mapping[int, tuple[PlannedCall, ...]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.slot < 0:
            object.__setattr__(self, "slot", self.enrolment_index)

    def to_json(self) -> str:
        """One line, with sorted keys: the same order gives the same text, also in versions that know more of a trial.

        What came after version 1 of the order is written only where it says something.
        """
        data = _without_defaults(asdict(self), _ORDER_DEFAULTS)
        if self.slot == self.enrolment_index:
            del data["slot"]
        data["trials"] = [_without_defaults(trial, _TRIAL_DEFAULTS) for trial in data["trials"]]
        for trial in data["trials"]:
            trial["planted"] = [as_written(error) for error in trial["planted"]]
        return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> ReadingOrder:
        """The order that `to_json` wrote. Raises StudyProblem if it is not one."""
        try:
            return _ORDER.validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            at = ".".join(str(part) for part in first["loc"])
            what = f"This is not a reading order: {first['msg']} at {at or 'the start'}."
            raise StudyProblem(what, todo="Use the order that was stored when the reader was enrolled.") from None


def _defaults(form: type, always: tuple[str, ...]) -> dict[str, Any]:
    """The defaults of what may be left out of the text: all that came after version 1."""
    return {
        each.name: each.default if each.default is not MISSING else {}
        for each in fields(form)
        if each.name not in always and not (each.default is MISSING and each.default_factory is MISSING)
    }


_TRIAL_DEFAULTS = _defaults(PlannedTrial, ("planted",))
_ORDER_DEFAULTS = _defaults(ReadingOrder, ("generator",))


def _without_defaults(data: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in defaults or value != defaults[name]}


_ORDER = TypeAdapter(ReadingOrder)
