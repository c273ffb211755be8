"""Which place of the plan a new reader takes, and whether the strata that were entered are those of the protocol.

What belongs here: those two rules. What does not: keeping places (app.store.enrolment).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from study_configs.ordering.facts import facts_of
from study_configs.ordering.places import places_in_all
from study_configs.problem import StudyProblem
from study_configs.problems import closest, listed
from study_configs.study import Study
from study_configs.words import translate

_LONGEST_ROUND = 1000


def next_slot(
    study: Study, stratum: Mapping[str, str], given: Iterable[int], held: Iterable[int], enrolled: int
) -> int:
    """The slot (from 0) for the next reader of a stratum, by the protocol's `assign`.

    `given` are the slots that were ever given in the stratum, `held` those whose readers completed or still read,
    `enrolled` how many readers the stratum ever had.
    """
    ever, assign = set(given), study.protocol.design.readers.assign
    if assign == "in_turn":
        return max(ever, default=-1) + 1
    if assign == "least_filled_by_completed":
        return _first_free(set(held))
    named = tuple(part for pair in sorted(stratum.items()) for part in pair)
    size = min(places_in_all(facts_of(study)), _LONGEST_ROUND)
    rounds = _first_free(ever) // size + 1  # a place of this round at the latest is free
    free = [slot for slot in range(rounds * size) if slot not in ever]
    return free[facts_of(study).draws("enrolment", *named, "number", enrolled).below(len(free))]


def _first_free(taken: set[int]) -> int:
    return next(slot for slot in range(len(taken) + 1) if slot not in taken)


def checked_stratum(study: Study, entered: Mapping[str, str]) -> dict[str, str]:
    """The strata of a reader, spaces around them removed. Raises StudyProblem for one that is missing or unforeseen."""
    strata = study.protocol.design.readers.strata
    unknown = [name for name in entered if name not in strata]
    if unknown:
        raise StudyProblem(
            translate("Problems", "This study does not ask readers for {name}.").format(name=unknown[0]),
            where=study.protocol.about.title,
            todo=_expected(list(strata), unknown[0]),
        )
    found = {name: entered.get(name, "").strip() for name in strata}
    for name, allowed in strata.items():
        if not found[name]:
            raise StudyProblem(
                translate("Problems", "This study asks readers for {name}.").format(name=name),
                where=study.protocol.about.title,
                todo=_expected(allowed, ""),
            )
        if allowed and found[name] not in allowed:
            raise StudyProblem(
                translate("Problems", "{value} is no {name} of this study.").format(value=found[name], name=name),
                where=study.protocol.about.title,
                todo=_expected(allowed, found[name]),
            )
    return found


def stratum_in_words(stratum: Mapping[str, str]) -> str:
    """As it stands in every row of an export: the value alone where there is one stratum."""
    if len(stratum) == 1:
        return next(iter(stratum.values()))
    return "; ".join(f"{name}={value}" for name, value in sorted(stratum.items()))


def _expected(allowed: Iterable[str], given: str) -> str:
    known = list(allowed)
    if not known:
        return translate("Problems", "Enter it when the reader is enrolled.")
    near = closest(given, known) if given else ""
    said = translate("Problems", "Choose one of: {values}.").format(values=listed(known))
    return said + (" " + translate("Problems", "Did you mean {value}?").format(value=near) if near else "")
