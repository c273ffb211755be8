"""Numbers as readers type them, with a point or a comma.

What belongs here: from text to number and back, and why a text is no answer. What does not: the field (answer_entries).
"""

from __future__ import annotations

import re

from study_configs.questions import NumberAnswer
from study_configs.words import translate

FORM = re.compile(r"^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)$")


def number_typed(text: str, spec: NumberAnswer) -> float | int | None:
    """The number that answers the question, whole where it has no decimals; None where the text is no answer."""
    if not text.strip() or why_no_number(text, spec):
        return None
    number = float(_with_point(text))
    return int(number) if spec.decimals == 0 else number


def why_no_number(text: str, spec: NumberAnswer) -> str:
    """Why a text does not answer the question, in words; "" where it does, and for no text."""
    bare = text.strip()
    if not bare:
        return ""
    if not FORM.match(bare):
        return translate("Answers", "Digits only, with a point or a comma.")
    after = _with_point(bare).partition(".")[2]
    if len(after) > spec.decimals:
        if spec.decimals == 0:
            return translate("Answers", "A whole number, without a point or a comma.")
        return translate("Answers", "At most {count} digits after the point.").format(count=spec.decimals)
    return _why_outside(float(_with_point(bare)), spec)


def as_typed(number: float, decimals: int) -> str:
    """A number as it would be typed, rounded to the digits that are asked for."""
    return f"{number:.{decimals}f}"


def _why_outside(number: float, spec: NumberAnswer) -> str:
    if spec.from_ is not None and number < spec.from_:
        return translate("Answers", "No less than {limit}.").format(limit=f"{spec.from_:g} {spec.unit}".strip())
    if spec.to is not None and number > spec.to:
        return translate("Answers", "No more than {limit}.").format(limit=f"{spec.to:g} {spec.unit}".strip())
    return ""


def _with_point(text: str) -> str:
    return text.strip().replace(",", ".")
