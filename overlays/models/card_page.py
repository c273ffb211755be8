"""A model's card as readers may see it: headings with what the card itself says under each.

What belongs here: choosing and naming the card's parts. What does not: reading cards (card), showing them
(app.windows.model_card), and anything about what a study does with the model.
"""

from __future__ import annotations

from dataclasses import dataclass

from overlays.models.card import AnyCard, Card, ExternalCard, Interval
from study_configs.words import translate


@dataclass(frozen=True, slots=True)
class CardPage:
    """What is shown: the name that readers are told, and parts as (heading, text); `sha256` of the model if known."""

    shown_as: str
    parts: tuple[tuple[str, str], ...]
    sha256: str = ""


def card_page(card: AnyCard, shown_as: str) -> CardPage:
    """The card under the name that readers are told; parts that it leaves out are left out."""
    parts = (
        (translate("ModelCard", "Model"), f"{card.name} {card.version}"),
        (translate("ModelCard", "Made by"), card.maker),
        (translate("ModelCard", "Made for"), card.intended_use),
        (translate("ModelCard", "Not made for"), _list(card.not_intended)),
        (translate("ModelCard", "Trained on"), card.training_data),
        (translate("ModelCard", "Measured"), _measured(card)),
        (translate("ModelCard", "Known limits"), _list(card.limits)),
        (translate("ModelCard", "Licence"), card.licence),
        (translate("ModelCard", "SHA-256 of the model"), card.sha256 or ""),
    )
    return CardPage(shown_as, tuple(part for part in parts if part[1]), card.sha256 or "")


def _list(words: tuple[str, ...]) -> str:
    return "\n".join(words)


def _measured(card: AnyCard) -> str:
    return _list(_measured_here(card) if isinstance(card, Card) else _measured_elsewhere(card))


def _measured_here(card: Card) -> tuple[str, ...]:
    found = card.performance
    exams = translate("ModelCard", "{cases} exams kept out of training, {positive} of them with {lesions} lesions")
    points = (
        _point(name, at.threshold, at.lesion_sensitivity, at.false_positives_per_case)
        for name, at in found.operating_points.items()
    )
    return (
        exams.format(cases=found.cases, positive=found.positive_cases, lesions=found.nodules),
        translate("ModelCard", "A hit: {rule}").format(rule=found.hit_rule),
        _area(found.case_auc),
        *points,
    )


def _measured_elsewhere(card: ExternalCard) -> tuple[str, ...]:
    found = card.performance
    if found is None:
        return ()
    points = (
        _point(name, at.threshold, at.lesion_sensitivity, at.false_positives_per_case)
        for name, at in found.operating_points.items()
    )
    by = translate("ModelCard", "By {who}, on {cases} exams").format(who=found.measured_by, cases=found.cases)
    return (by, *([_area(found.case_auc)] if found.case_auc else []), *points, *found.remarks)


def _area(auc: Interval) -> str:
    words = translate(
        "ModelCard", "Area under the ROC curve, by case: {value} (95% confidence interval {low} to {high})"
    )
    return words.format(value=f"{auc.value:.2f}", low=f"{auc.low:.2f}", high=f"{auc.high:.2f}")


def _point(name: str, threshold: float, sensitivity: float | None, false_positives: float | None) -> str:
    """What holds from a threshold on, as far as it is known."""
    found = translate("ModelCard", "finds {share} of lesions").format(share=f"{sensitivity or 0:.0%}")
    false = translate("ModelCard", "{count} false marks per exam").format(count=f"{false_positives or 0:.2f}")
    known = [found] * (sensitivity is not None) + [false] * (false_positives is not None)
    return translate("ModelCard", "{name} (from {threshold}): {what}").format(
        name=name.capitalize(), threshold=f"{threshold:.0%}", what=", ".join(known) or "–"
    )
