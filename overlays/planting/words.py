"""Left and right, and other words, swapped in what AI says.

What belongs here: changing words and sides. What does not: positions (moving).
"""

from __future__ import annotations

import re
from dataclasses import replace

from overlays.result import Finding, Laterality

_SIDES = re.compile(r"\b(left|right|links|linke[nrsm]?|rechts|rechte[nrsm]?|gauche|droite?)\b", re.IGNORECASE)
_OTHER = {
    "left": "right", "right": "left", "links": "rechts", "rechts": "links", "gauche": "droite", "droite": "gauche",
    "droit": "gauche",
}  # fmt: skip
_OTHER_SIDE: dict[Laterality, Laterality] = {"left": "right", "right": "left", "both": "both", "": ""}


def other_side(side: Laterality) -> Laterality:
    return _OTHER_SIDE[side]


def sides_swapped(text: str) -> str:
    """The text with left and right swapped, written as they were."""
    return _SIDES.sub(lambda match: _as_written(match[0], _swapped(match[0].lower())), text)


def finding_on_other_side(finding: Finding) -> Finding:
    """The finding with all its words about sides swapped; its place stays."""
    return replace(
        finding,
        laterality=other_side(finding.laterality),
        site=sides_swapped(finding.site),
        label=sides_swapped(finding.label),
        said=tuple(replace(each, value=sides_swapped(each.value)) for each in finding.said),
    )


def word_replaced(text: str, old: str, new: str) -> str:
    """The text with one word or phrase replaced wherever it stands whole, capitals at its beginning kept."""
    if not old.strip():
        return text
    pattern = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)", re.IGNORECASE)
    return pattern.sub(lambda match: _as_written(match[0], new), text)


def _swapped(word: str) -> str:
    if word in _OTHER:
        return _OTHER[word]
    return word.replace("link", "recht", 1) if word.startswith("link") else word.replace("recht", "link", 1)


def _as_written(old: str, new: str) -> str:
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
