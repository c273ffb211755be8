"""What is drawn for a block that has a reading list: arrivals, priorities, invented patients, telephone calls.

What belongs here: those draws, as values that the reading order freezes. What does not: the section they come from
(worklist), and what happens on the list while somebody reads (app.reading.worklist.standing).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from study_configs.cases import Case
from study_configs.comparison import parse_condition
from study_configs.draws import Draws
from study_configs.ordering.values import PlannedCall
from study_configs.patient_names import FAMILY_NAMES, INITIALS
from study_configs.problem import StudyProblem
from study_configs.protocol import Protocol
from study_configs.study import Study
from study_configs.worklist import PRIORITIES, Arrivals, Call, Priority, Worklist

HOUR_S, MINUTE_S = 3600.0, 60.0
LONGEST_BLOCK_MIN = 240.0  # for calls at drawn distances, where the block has no end of its own
MOST_CALLS = 100
YOUNGEST, AGES_HALF = 24, 34  # drawn ages run from 24 to 90, most of them in the middle
_FINE = 2**53


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case as it stands on a reader's list: fields of a PlannedTrial.

    `arrives_s` counts from the opening of the block's first case.
    """

    arrives_s: float = 0.0
    priority: str = "routine"
    triaged: bool = False  # whether AI triage holds in the block; the score itself is looked up when it is needed
    patient: str = ""
    age: int | None = None  # years
    sex: str = ""  # F, M, O, or "" where nobody knows
    exam: str = ""  # what was done, such as "CT of the chest"


def has_list(protocol: Protocol, condition: str) -> bool:
    """Whether blocks in this condition have a reading list; practice never has."""
    worklist = protocol.worklist
    return worklist is not None and (not worklist.conditions or condition in worklist.conditions)


def has_triage(protocol: Protocol, condition: str) -> bool:
    """Whether AI touches the list of blocks in this condition: those named, else those that show layers of this AI."""
    triage = protocol.worklist.triage if protocol.worklist is not None else None
    if triage is None or not has_list(protocol, condition):
        return False
    if triage.conditions:
        return condition in triage.conditions
    return any(protocol.layers[name].ai == triage.ai for name in protocol.conditions[condition].layers)


def listed_block(
    study: Study, condition: str, cases: Sequence[str], scope: tuple[str | int, ...]
) -> tuple[ListedCase, ...]:
    """The cases of a block as they stand on its list, in the order of `cases` (the planned one).

    `scope` names reader and block for the draws. Raises StudyProblem where a column holds what it should not.
    """
    worklist = _worklist(study)
    found = [study.case(case) for case in cases]
    arrivals = _arrivals(worklist.arrivals, found, _draws(study, *scope, "arrivals"))
    priorities = _priorities(worklist, found, _draws(study, *scope, "priorities"))
    patients = _patients(_draws(study, *scope, "patients"))
    triaged = has_triage(study.protocol, condition)
    return tuple(
        ListedCase(arrives_s, priority, triaged, patient, *_person(study, case), _attribute(case, "description"))
        for case, arrives_s, priority, patient in zip(found, arrivals, priorities, patients, strict=False)
    )


def planned_calls(study: Study, condition: str, scope: tuple[str | int, ...]) -> tuple[PlannedCall, ...]:
    """The telephone calls of a block in this condition, in the order in which they come."""
    worklist = _worklist(study)
    coming = [
        PlannedCall(number, round(at_s, 1))
        for number, call in enumerate(worklist.calls)
        if not call.conditions or condition in call.conditions
        for at_s in _call_times(call, worklist.block_min, _draws(study, *scope, "call", number))
    ]
    return tuple(sorted(coming, key=lambda call: (call.at_s, call.call)))


def _worklist(study: Study) -> Worklist:
    assert study.protocol.worklist is not None  # has_list says so first
    return study.protocol.worklist


def _draws(study: Study, *scope: str | int) -> Draws:
    return Draws(study.protocol.about.id, study.protocol.design.seed, "list", *scope)


# --- arrivals


def _arrivals(arrivals: Arrivals, cases: Sequence[Case], draws: Draws) -> list[float]:
    """Seconds at which the cases come; the earliest is always there when the block begins."""
    if arrivals.pattern == "at_once":
        return [0.0] * len(cases)
    if arrivals.pattern == "column":
        written = [_seconds(case, arrivals.column or "") for case in cases]
        first = min(written, default=0.0)
        return [round(at_s - first, 1) for at_s in written]
    there = max(1, arrivals.there_at_once)
    gap_s = HOUR_S / (arrivals.per_hour or HOUR_S)
    times, at_s = [0.0] * min(there, len(cases)), 0.0
    while len(times) < len(cases):
        at_s += gap_s * (_exponential(draws) if arrivals.pattern == "poisson" else 1.0)
        times.append(round(at_s, 1))
    return times


def _exponential(draws: Draws) -> float:
    """A draw with mean 1, by comparisons alone: logarithms differ in their last digit from one machine to another.

    J. von Neumann, "Various techniques used in connection with random digits", 1951.
    """
    whole = 0
    while True:
        first = last = draws.below(_FINE)
        length = 1
        while (then := draws.below(_FINE)) < last:
            last, length = then, length + 1
        if length % 2:
            return whole + first / _FINE
        whole += 1


def _seconds(case: Case, column: str) -> float:
    written = case.attributes.get(column, "")
    try:
        seconds = float(written)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise StudyProblem(
            f"The case {case.id} has {written!r} in the column {column}; its arrival should stand there, in seconds.",
            todo="Write a number of seconds, 0 or more, for every case.",
        )
    return seconds


# --- priorities


def _priorities(worklist: Worklist, cases: Sequence[Case], draws: Draws) -> list[str]:
    if isinstance(worklist.priority, str):
        drawn = [_written_priority(case, worklist.priority) for case in cases]
    else:
        drawn = draws.shuffled(_shares(worklist.priority, len(cases)))
    stat = parse_condition(worklist.stat) if worklist.stat is not None else None
    if stat is None:
        return drawn
    return [
        "stat" if stat.holds({f"case.{name}": value for name, value in case.attributes.items()}) else priority
        for case, priority in zip(cases, drawn, strict=True)
    ]


def _written_priority(case: Case, column: str) -> str:
    written = case.attributes.get(column, "").strip().lower() or "routine"
    if written not in PRIORITIES:
        raise StudyProblem(
            f"The case {case.id} has {written!r} in the column {column}; a priority should stand there.",
            todo="Write routine, urgent or stat.",
        )
    return written


def _shares(weights: Mapping[Priority, int], count: int) -> list[str]:
    """As many of each priority as their weights ask for; what cannot be divided goes to the largest remainders."""
    total = sum(weights.values())
    if not total:
        return ["routine"] * count
    whole = {name: count * weight // total for name, weight in weights.items()}
    behind = sorted(weights, key=lambda name: (-(count * weights[name] % total), PRIORITIES.index(name)))
    for name in behind[: count - sum(whole.values())]:
        whole[name] += 1
    return [name for name in PRIORITIES for _ in range(whole.get(name, 0))]


# --- patients


def _patients(draws: Draws) -> Iterator[str]:
    """Invented names without end, none twice before all family names were used with all initials."""
    families, first = draws.shuffled(FAMILY_NAMES), draws.below(len(INITIALS))
    at = 0
    while True:
        lap, place = divmod(at, len(families))
        yield f"{families[place]}, {INITIALS[(first + lap + 7 * place) % len(INITIALS)]}."
        at += 1


def _person(study: Study, case: Case) -> tuple[int | None, str]:
    """Age and sex: the manifest's, else drawn once for the case, so that every reader meets the same patient."""
    draws = _draws(study, "case", case.id)
    drawn_age, drawn_sex = YOUNGEST + draws.below(AGES_HALF) + draws.below(AGES_HALF), "FM"[draws.below(2)]
    if _attribute(case, "modality") == "MG":
        drawn_sex = "F"
    age, sex = _attribute(case, "age"), _attribute(case, "sex").upper()[:1]
    return (int(float(age)) if _is_number(age) else drawn_age), (sex or drawn_sex)


def _attribute(case: Case, column: str) -> str:
    return case.attributes.get(column, "").strip()


def _is_number(text: str) -> bool:
    try:
        return 0 <= float(text) < 150
    except ValueError:
        return False


# --- calls


def _call_times(call: Call, block_min: float | None, draws: Draws) -> Iterator[float]:
    if call.every_min is None:
        yield from (minutes * MINUTE_S for minutes in call.at_min)
        return
    shortest, longest = call.every_min
    at_min = 0.0
    for _ in range(MOST_CALLS):
        at_min += shortest + (longest - shortest) * (draws.below(_FINE) / _FINE)
        if at_min > (block_min or LONGEST_BLOCK_MIN):
            return
        yield at_min * MINUTE_S
