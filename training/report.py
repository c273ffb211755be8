"""The model card, in the two forms that it has: card.yaml for programs, CARD.md with its figure for people.

What belongs here: words and layout. What does not: the figures' making (evaluate).
"""

from __future__ import annotations

from pathlib import Path

import yaml

from overlays.models.card import Card, Performance
from training.evaluate import unmeasured_card
from training.settings import (
    BATCH,
    HELD_OUT_SEEDS,
    LEARNING_RATE,
    SEED,
    STEPS,
    TRAINING_NODULES,
    TRAINING_SEEDS,
    VALIDATION_SEEDS,
)

INTENDED = (
    "Show readers of a ReaderLab demonstration or of a method study what AI findings look like. It marks solid, "
    "part-solid and ground-glass nodules of 4 to 14 mm in ReaderLab's phantom chest CT exams."
)
NOT_INTENDED = (
    "Diagnosis, triage or any other use on patients: it has never seen a patient.",
    "Claims about how nodule detectors perform on real CT.",
    "Anything but CT of the chest: radiographs, MR, ultrasound, CT of other regions.",
)


def _span(seeds: range) -> str:
    return f"{seeds.start}-{seeds.stop - 1}"


def write_card(folder: Path, performance: Performance) -> None:
    """Write card.yaml, CARD.md and froc.svg beside model.onnx."""
    card = unmeasured_card(folder / "model.onnx").model_copy(
        update={
            "intended_use": INTENDED,
            "not_intended": NOT_INTENDED,
            "training_data": (
                f"{len(TRAINING_SEEDS)} phantom chest CT exams of {TRAINING_NODULES} nodules each, made by "
                f"resources.phantoms, 240 slices; {STEPS} steps of {BATCH} patches, "
                f"AdamW at {LEARNING_RATE}; no image of a person."
            ),
            "seeds": {
                "training": _span(TRAINING_SEEDS),
                "validation": _span(VALIDATION_SEEDS),
                "held_out": _span(HELD_OUT_SEEDS),
                "weights_and_patches": str(SEED),
            },
            "performance": performance,
        }
    )
    text = yaml.safe_dump(card.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=110)
    (folder / "card.yaml").write_text(
        "# Written by `python -m training.train_nodules`; CARD.md says the same to people.\n" + text, encoding="utf-8"
    )
    (folder / "CARD.md").write_text(card_text(card), encoding="utf-8")
    (folder / "froc.svg").write_text(froc_figure(performance), encoding="utf-8")


def card_text(card: Card) -> str:
    """The card as Markdown."""
    p, pre = card.performance, card.preprocessing
    parts = [
        f"# {card.name} {card.version}",
        card.intended_use,
        "**Not for:**\n\n" + "\n".join(f"- {line}" for line in card.not_intended),
        f"Licence: {card.licence}. SHA-256 of model.onnx: `{card.sha256}`.",
        "## Input and output",
        f"{card.input.modality} of the {card.input.body_part.lower()}, at least {card.input.least_slices} slices, "
        f"at most {card.input.thickest_slice_mm:g} mm apart. The volume is averaged to cells of {pre.spacing_mm:g} mm, "
        f"clipped to {pre.clip_hu[0]:g} … {pre.clip_hu[1]:g} HU and scaled to 0 … 1. Outputs: a heat map of scores "
        f"(0 … 1), the way to the middle, the diameter. Scores are calibrated on the "
        "validation exams: the chance that a finding is a nodule in an exam with one. "
        f"Findings are its peaks down to {card.outputs.minimum_score:g}.",
        "## Training",
        card.training_data,
        "Seeds: " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in card.seeds.items()) + ".",
        "## Performance on held-out phantoms",
        _performance_text(p),
        "![FROC curve](froc.svg)",
    ]
    return "\n\n".join(parts) + "\n"


def _performance_text(p: Performance) -> str:
    froc = "\n".join(f"| {rate:g} | {share:.2f} |" for rate, share in p.froc)
    points = "\n".join(
        f"| {name} | {o.threshold:g} | {o.lesion_sensitivity:.2f} | {o.false_positives_per_case:.2f} | "
        f"{o.case_sensitivity:.2f} | {o.case_specificity:.2f} |"
        for name, o in p.operating_points.items()
    )
    groups = ", ".join(
        f"{name} {share:.2f}" for name, share in {**p.sensitivity_by_diameter, **p.sensitivity_by_density}.items()
    )
    return "\n\n".join(
        [
            f"{p.cases} exams that took no part in training, {p.positive_cases} of them with {p.nodules} "
            f"nodules in all. A hit: {p.hit_rule}. A case's score is that of its best finding.",
            f"Case-level area under the ROC curve: **{p.case_auc.value:.3f}** (95 % limits {p.case_auc.low:.3f} to "
            f"{p.case_auc.high:.3f}, bootstrap over cases). Median time per case: {p.seconds_per_case:.1f} s on two "
            "shared cores.",
            "| false alarms per case | nodules found |\n| --- | --- |\n" + froc,
            "| threshold | at | nodules found | false alarms per case | case sensitivity | case specificity |\n"
            "| --- | --- | --- | --- | --- | --- |\n" + points,
            f"Nodules found at the balanced threshold, by size and density: {groups}.",
            "Phantoms are kinder than people: no motion, little disease beside the nodules, one kind of noise. Read "
            "these figures as a description of the demonstration, not as evidence about patients.",
        ]
    )


def froc_figure(p: Performance) -> str:
    """The FROC curve as SVG, false alarms on a logarithmic axis."""
    width, height, left, bottom = 520, 340, 60, 50
    middle = height / 2
    rates = [rate for rate, _ in p.froc]
    steps = (width - left - 30) / max(len(rates) - 1, 1)
    points = [
        (left + n * steps, height - bottom - share * (height - bottom - 30)) for n, (_, share) in enumerate(p.froc)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    grid = "".join(
        _level(left, width, height - bottom - s * (height - bottom - 30), s) for s in (0, 0.25, 0.5, 0.75, 1.0)
    )
    ticks = "".join(
        f'<text x="{left + n * steps:.1f}" y="{height - bottom + 18}" text-anchor="middle">{rate:g}</text>'
        for n, rate in enumerate(rates)
    )
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#1f5f99"/>' for x, y in points)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="white"/>{grid}{ticks}'
        f'<polyline points="{line}" fill="none" stroke="#1f5f99" stroke-width="2"/>{dots}'
        f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle">False alarms per exam</text>'
        f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">Nodules found</text>'
        "</svg>\n"
    )


def _level(left: float, width: float, y: float, share: float) -> str:
    return (
        f'<line x1="{left}" x2="{width - 30}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.0%}</text>'
    )
