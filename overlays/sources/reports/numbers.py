"""Numbers of structured reports: which of them are scores of 0 to 1, and which are measurements with units.

What belongs here: NUM items to values. What does not: whose numbers they are (tid1500, cad_sr).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from overlays.faults import Fault, Reason
from overlays.result import Measured
from overlays.sources.reports import concepts
from overlays.sources.reports.tree import Item, Quantity
from viewers.dicom.problems import BadFile

SCORE_WORDS = re.compile(
    r"\b(probability|likelihood|confidence|certainty)\b|\b(ai|cad|suspicion|malignancy) score\b", re.I
)
PERCENT = frozenset({"%", "[%]", "{0:100}", "{percent}"})
UNITY = frozenset({"1", "", "{0:1}", "[0,1]", "{ratio}", "{probability}", "{score}", "no units"})
SCORE_TODO = "Ask the maker of the AI: scores are 0 to 1 without units, or 0 to 100 in percent."


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was found: scores in 0..1 by name, a finding's own first, and the measurements."""

    scores: tuple[tuple[str, float], ...] = ()
    measurements: tuple[Measured, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def score(self) -> float | None:
        return self.scores[0][1] if self.scores else None


def numbers_of(items: Iterable[Item], whose: str) -> Numbers:
    """Scores and measurements among these items. Raises BadFile for a score that is none.

    A score is what `concepts.SCORES` lists, or a number without units or in percent whose name speaks of probability,
    likelihood, confidence or certainty, or of an AI or CAD score. Percent become 0 to 1.
    """
    scores: list[tuple[int, str, float]] = []
    measurements: list[Measured] = []
    remarks: list[str] = []
    for each in items:
        if each.kind != "NUM" or not isinstance(each.value, Quantity):
            continue
        if is_score(each, each.value):
            if not any(name == each.words for _, name, _ in scores):
                scores.append((_order(each), each.words, score_of(each, each.value, whose)))
        elif each.value.value is None or not math.isfinite(each.value.value):
            why = each.value.qualifier.meaning if each.value.qualifier else "it is empty"
            remarks.append(f"{whose}: {each.words or 'a number'} has no value ({why}).")
        else:
            measurements.append(Measured(name_of(each), each.value.value, units_of(each.value)))
    scores.sort(key=lambda one: one[0])
    return Numbers(tuple((name, value) for _, name, value in scores), tuple(measurements), tuple(remarks))


def is_score(item: Item, quantity: Quantity) -> bool:
    """Whether a number is a score, by its concept and its units."""
    if item.key in concepts.SCORES:
        return True
    plain = units_of(quantity) in PERCENT | UNITY
    if item.key[1] == concepts.PRIVATE and item.key[0].startswith("score"):
        return plain
    return plain and item.key not in concepts.NO_SCORES and bool(SCORE_WORDS.search(item.words))


def score_of(item: Item, quantity: Quantity, whose: str) -> float:
    """The score in 0..1. Raises BadFile where it is missing, not finite, in other units or out of range."""
    if quantity.value is None or not math.isfinite(quantity.value):
        why = quantity.qualifier.meaning if quantity.qualifier else f"it is {quantity.value}"
        raise _bad_score(f"{whose}: the score {item.words!r} has no value ({why}).")
    units = units_of(quantity)
    if units not in PERCENT | UNITY:
        raise _bad_score(f"{whose}: the score {item.words!r} is in {units}, no share or percent.")
    value = quantity.value / 100 if units in PERCENT else quantity.value
    if not 0 <= value <= 1:
        shown = f"{quantity.value:g} %" if units in PERCENT else f"{quantity.value:g}"
        raise _bad_score(f"{whose}: the score {item.words!r} is {shown}, out of its range.")
    return value


def _bad_score(what: str) -> BadFile:
    return BadFile(Reason(what, Fault.NUMBER), todo=SCORE_TODO)


def name_of(item: Item) -> str:
    """A measurement's name, with what was taken of it: "SUVbw (Mean)"."""
    derivation = item.first(concepts.DERIVATION)
    return f"{item.words} ({derivation.said})" if derivation is not None and derivation.said else item.words


def units_of(quantity: Quantity) -> str:
    """UCUM units as the file has them; "" for none. Some write pixels as "1" with the meaning "px"."""
    if quantity.units is None or quantity.units.value == "1":
        return "px" if quantity.units and quantity.units.meaning in ("px", "pixels") else ""
    return quantity.units.value


def _order(item: Item) -> int:
    known = list(concepts.SCORES)
    return known.index(item.key) if item.key in known else len(known)
