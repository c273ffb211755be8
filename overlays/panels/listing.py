"""The findings that layers show, best first, found quickly while a threshold moves.

What belongs here: which findings, their numbers, and what is said of them in words. What does not: widgets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from overlays.layers.layer import FINDING_DRAWS, Layer, visible_findings
from overlays.result import AIResult, Finding, Laterality, Measured
from study_configs.words import phrase, translate

SIDES: dict[Laterality, str] = {
    "left": phrase("FindingList", "left"),
    "right": phrase("FindingList", "right"),
    "both": phrase("FindingList", "both sides"),
}
UNITS = {"mm2": "mm²", "mm3": "mm³", "cm2": "cm²", "cm3": "cm³", "[hnsf'U]": "HU", "1": "", "%": "%"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding of an AI, with what readers call that AI and the colour that it is drawn in."""

    ai: str
    source: str
    finding: Finding
    colour: str = "#ffb454"

    @property
    def key(self) -> tuple[str, str]:
        return self.ai, self.finding.id


class Listing:
    """Each layer's findings sorted once, so that a threshold only cuts the list somewhere else."""

    def __init__(self, results: Iterable[AIResult] = ()) -> None:
        self._results = tuple(results)
        self._ranked: dict[tuple[object, ...], tuple[tuple[Listed, ...], list[float]]] = {}

    def shown(self, layer: Layer) -> Sequence[Listed]:
        """What the layer shows at its threshold, whether it is visible or not."""
        ranked, keys = self._of(layer)
        return ranked[: bisect_right(keys, -layer.threshold)]

    def within_reach(self, layer: Layer) -> Sequence[Listed]:
        """What the reader can bring to the screen: at any threshold where it is theirs to move, else at this one."""
        return self._of(layer)[0] if "threshold" in layer.adjustable else self.shown(layer)

    def count(self, layer: Layer) -> int:
        """How many findings there are within reach; of others nothing is told."""
        return len(self.within_reach(layer))

    def listed(self, layers: Iterable[Layer]) -> Sequence[Listed]:
        """What the painted layers show together, each finding once, best first.

        Not what shows under the pointer alone: a list would tell of it.
        """
        shown = [each for layer in layers if _is_listed(layer) and (each := self.shown(layer))]
        if len(shown) <= 1:
            return shown[0] if shown else ()
        longest = max(shown, key=len)
        union = {each.key: each for several in shown for each in several}
        return longest if len(union) == len(longest) else tuple(sorted(union.values(), key=_rank))

    def most(self, layers: Iterable[Layer]) -> int:
        """How many findings the painted layers may come to list together."""
        ranked = [each for layer in layers if _is_listed(layer) and (each := self.within_reach(layer))]
        return len(ranked[0]) if len(ranked) == 1 else len({each.key for several in ranked for each in several})

    def _of(self, layer: Layer) -> tuple[tuple[Listed, ...], list[float]]:
        if layer.draw not in FINDING_DRAWS:
            return (), []
        key = (layer.ai, layer.draw, layer.only, layer.colour)
        if key not in self._ranked:
            every = replace(layer, threshold=-1.0)
            found = [finding for result in self._results for finding in visible_findings(result, every)]
            found.sort(key=lambda finding: finding.rank)
            ranked = tuple(Listed(layer.ai, layer.source, finding, layer.colour) for finding in found)
            self._ranked[key] = (ranked, [finding.rank[0] for finding in found])
        return self._ranked[key]


def _is_listed(layer: Layer) -> bool:
    return layer.is_painted and layer.reveal.how != "hover"


def _rank(listed: Listed) -> tuple[float, str]:
    return listed.finding.rank


def heading(listed: Listed, number: int) -> str:
    """The first line: the number in the list and what it is."""
    return f"{number}   {listed.finding.label}"


def score_words(finding: Finding) -> str:
    """The score as readers see it; empty where there is none."""
    return "" if finding.score is None else f"{finding.score:.0%}"


def details(finding: Finding) -> str:
    """The second line: side and place, category, measurements."""
    side = translate("FindingList", SIDES[finding.laterality]) if finding.laterality else ""
    place = " ".join(part for part in (side, finding.site) if part)
    category = translate("FindingList", "category {category}").format(category=finding.category)
    parts = [place, category if finding.category else "", *(measured(each) for each in finding.measurements)]
    return " · ".join(part for part in parts if part)


def measured(each: Measured) -> str:
    """A measurement with its unit as people write it: "diameter 8.2 mm"."""
    units = UNITS.get(each.units, each.units)
    return f"{each.name} {each.value:.4g} {units}".rstrip()


def second_line(listed: Listed, *, names_source: bool) -> str:
    """What stands below the label: whose finding it is where several AIs are listed, then its details."""
    parts = [listed.source if names_source else "", details(listed.finding)]
    return " · ".join(part for part in parts if part)


def aloud(listed: Listed, number: int, *, names_source: bool = False) -> str:
    """The whole row for those who hear the list."""
    said = second_line(listed, names_source=names_source)
    parts = [heading(listed, number), score_words(listed.finding), said]
    return ", ".join(part for part in parts if part)
