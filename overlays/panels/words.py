"""What the panel says in words: what a threshold means, on what a slider works, how an assessment reads.

What belongs here: those sentences. What does not: widgets, and where the figures come from (app.analysis, model cards).
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Protocol

from overlays.layers.layer import FINDING_DRAWS, MAP_DRAWS, Layer
from overlays.panels.listing import SIDES
from overlays.result import Assessment
from study_configs.words import translate
from viewers.drawing.colour_maps import TITLES, title_of

LONGEST_NAME = 32  # letters of a segment's name


class SegmentNamed(Protocol):
    """A segment's name and colour."""

    @property
    def label(self) -> str: ...
    @property
    def colour(self) -> tuple[int, int, int]: ...


class Expected(Protocol):
    """What an AI is expected to do from a threshold on. `basis` says in words how that is known."""

    @property
    def sensitivity(self) -> float | None: ...
    @property
    def false_positives_per_case(self) -> float | None: ...
    @property
    def basis(self) -> str: ...


def colours_title(name: str) -> str:
    """A colour map's name for people: as in the viewer where that has it, else as its makers spell it."""
    return title_of(name) if name in TITLES else name.capitalize()


def threshold_words(layer: Layer) -> str:
    """A score, or a share of a map's range: both per cent, as beside the findings; a tenth where that says more."""
    return f"{layer.threshold:.1%}" if 0 < layer.threshold < 0.01 else f"{layer.threshold:.0%}"


def threshold_name(layer: Layer) -> str:
    """What the slider of the threshold is called."""
    is_score = layer.draw in FINDING_DRAWS and layer.draw not in ("fill", "pattern")
    return translate("LayerRow", "Score from") if is_score else translate("LayerRow", "Scale from")


def threshold_meaning(layer: Layer) -> str:
    """What is not drawn at the layer's threshold."""
    if layer.draw in FINDING_DRAWS & MAP_DRAWS:
        words = translate(
            "LayerRow",
            "Findings with a score below {level} and map values below {level} of the fixed scale are not drawn",
        )
    elif layer.draw in FINDING_DRAWS:
        words = translate("LayerRow", "Findings with a score below {level} are not drawn")
    else:
        words = translate("LayerRow", "What lies below {level} of the map's fixed scale is not drawn")
    return words.format(level=threshold_words(layer))


def shown_words(shown: int, of: int) -> str:
    """How many findings the threshold lets through."""
    if of == 1:
        return translate("LayerRow", "{shown} of 1 finding shown").format(shown=shown)
    return translate("LayerRow", "{shown} of {all} findings shown").format(shown=shown, all=of)


def fixed_words(shown: int) -> str:
    """How many findings a layer shows whose threshold is not the reader's: nothing is told of those below it."""
    if shown == 0:
        return translate("LayerRow", "No findings")
    return translate("LayerRow", "1 finding") if shown == 1 else translate("LayerRow", "{n} findings").format(n=shown)


def expected_words(expected: Expected) -> str:
    """What may be expected at a threshold: lesions found of a hundred, false marks in a case, and how that is known.

    Empty where neither is known.
    """
    parts = []
    if expected.sensitivity is not None:
        found = translate("LayerRow", "finds {found} of 100 lesions")
        parts.append(found.format(found=round(100 * expected.sensitivity)))
    if expected.false_positives_per_case is not None:
        number = expected.false_positives_per_case
        false = translate("LayerRow", "{false} false marks per case")
        parts.append(false.format(false=f"{number:.1f}" if number >= 10 else f"{number:.2f}"))  # as on the card
    return f"{', '.join(parts)} ({expected.basis})" if parts else ""


def segments_text(styles: Iterable[SegmentNamed]) -> str:
    """Segments beside squares of their colours, as Qt's rich text: names are never taken for markup."""
    named = []
    for each in styles:
        name = each.label
        if len(name) > LONGEST_NAME:  # ends tell more often than middles: "… left", "… 12"
            name = f"{name[: LONGEST_NAME // 2]}…{name[1 - LONGEST_NAME // 2 :]}"
        red, green, blue = each.colour
        square = f'<span style="color:#{red:02x}{green:02x}{blue:02x}">■</span>'
        named.append(f"{square}&nbsp;{escape(name).replace(' ', '&nbsp;')}")
    return "&ensp; ".join(named)


def assessment_words(assessment: Assessment) -> tuple[str, str]:
    """What is assessed ("left: malignancy") and how ("4A", "87%", "4A · 87%")."""
    side = translate("FindingList", SIDES[assessment.side]) if assessment.side else ""
    what = ": ".join(part for part in (side.capitalize(), assessment.name) if part)
    score = "" if assessment.score is None else f"{assessment.score:.0%}"
    return what, " · ".join(part for part in (assessment.category, score) if part)
