"""The long form of the Collab-CXR data set: one row for each reading of one pathology.

What belongs here: its columns, as far as this program has them. What does not: which readings count (scores).

Source: "A Dataset for Understanding Radiologist-Artificial Intelligence Collaboration", Scientific Data 2025
(10.1038/s41597-025-05054-0), table 1. Left out: what was particular to that experiment (group_vietnam,
group_teleradiology, group_pilot, group_ground_truth, the incentive and columns after it). Of its `treatment` this holds
AI or NAI; whether a clinical history was shown (IN, NIN) is not in a store. Ids are texts, where theirs are numbers.
The columns after num_clicks are ours.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from app.store.exports.gathering import StudyScores
from app.store.exports.scores import Scored
from study_configs.measured_answers import measuring
from study_configs.protocol import Protocol
from study_configs.questions import Likert, ScaleAnswer, Slider
from study_configs.scales import categories

COLUMNS = (
    "uid_clean", "experiment_id", "experiment_session", "design", "patient_id", "pathology", "round", "treat",
    "treatment", "level", "visible", "probability", "severity", "size", "position", "active_time", "raw_time",
    "num_clicks", "condition", "phase", "stratum", "truth", "repeat",
)  # fmt: skip
Cell = str | int | float


def write_collab_cxr(study: StudyScores, folder: Path) -> None:
    """NAME-collab-cxr.csv: every reading, repeats with them; practice (theirs: warmup) left out."""
    with (folder / f"{study.name}-collab-cxr.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(list(_row(study.protocol, each)) for each in study.readings)


def _row(protocol: Protocol, each: Scored) -> Iterator[Cell]:
    asked = measuring(protocol, "decision") or measuring(protocol, "rating")
    yield from (f"{each.reader}-{each.sitting}", each.reader, each.sitting, each.arm, each.case, asked, each.round)
    yield from ("" if each.decision is None else int(each.decision), "AI" if each.aided else "NAI", 0, 1)
    yield _or_empty(probability(protocol, each.rating))
    yield from (str(each.answers.get(name, "")) for name in ("severity", "size", "position"))
    yield from (each.active_ms / 1000, each.time_ms / 1000, each.clicks, each.condition, each.phase, each.stratum)
    yield from (int(each.truth.positive), int(each.repeat))


def probability(protocol: Protocol, rating: float | None) -> float | None:
    """A rating as its place between the ends of its scale, 0 to 1; None where it has no ends."""
    asked = protocol.questions.get(measuring(protocol, "rating"))
    if rating is None or asked is None:
        return None
    low, high = _ends(asked)
    return (rating - low) / (high - low) if low is not None and high is not None and high > low else None


def _ends(asked: object) -> tuple[float | None, float | None]:
    match asked:
        case Slider():
            return asked.from_, asked.to
        case Likert():
            return 1.0, float(asked.points)
        case ScaleAnswer():
            return 0.0, float(len(list(categories(asked.scale))) - 1)
    return None, None


def _or_empty(value: float | None) -> Cell:
    return "" if value is None else value
