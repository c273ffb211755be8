"""How good the detector is on phantoms that it never saw, through the whole path that reading takes.

What belongs here: lesion and case level figures. What does not: training, the card's text (report).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from overlays.models.card import Card, Interval, OperatingPoint, Performance
from overlays.models.detector import detect
from overlays.models.session import LoadedModel, open_session
from overlays.result import AIResult, Box
from resources.phantoms.chest_ct import PhantomNodule, make_exam
from training.settings import HELD_OUT_SEEDS, INPUT, OUTPUTS, PREPROCESSING, held_out_nodules
from training.volumes import exam_volume

LEAST_HIT_MM = 3.0
HIT_RULE = "the box's middle lies within the nodule's radius of its centre, or within 3 mm where the radius is less"
THRESHOLDS = {"sensitive": 0.05, "balanced": 0.15, "specific": 0.4}  # chosen on the validation exams
FROC_AT = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True, slots=True)
class ReadCase:
    """What the model said of one exam: for each nodule the best score that hit it, and the scores that hit none."""

    seed: int
    hits: tuple[tuple[float, float, str], ...]  # score (0 where missed), diameter in mm, density
    false_alarms: tuple[float, ...]
    seconds: float

    @property
    def score(self) -> float:
        return max([0.0, *self.false_alarms, *(score for score, _, _ in self.hits)])


def unmeasured_card(model: Path) -> Card:
    """The card of a model that is yet to be measured; its performance says nothing."""
    nothing = Interval(value=0, low=0, high=0)
    blank = Performance(
        cases=0, positive_cases=0, nodules=0, hit_rule=HIT_RULE, case_auc=nothing, froc=(), sensitivity_by_diameter={},
        sensitivity_by_density={}, operating_points={}, seconds_per_case=0,
    )  # fmt: skip
    return Card(
        name="ReaderLab nodules", version="1.0.0", sha256=hashlib.sha256(model.read_bytes()).hexdigest(),
        licence="Apache-2.0", intended_use="", not_intended=(), input=INPUT,
        preprocessing=PREPROCESSING, outputs=OUTPUTS, training_data="", seeds={}, performance=blank,
    )  # fmt: skip


def measure(model: Path, *, workers: int = 2, seeds: Sequence[int] = HELD_OUT_SEEDS) -> Performance:
    """Read every held-out exam with the model file and sum up; `workers` exams at a time."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        cases = []
        for case in pool.map(_read, [model] * len(seeds), seeds):
            cases.append(case)
            print(f"{len(cases)} of {len(seeds)} held-out exams read", flush=True)
    return summary(cases)


def _read(model: Path, seed: int) -> ReadCase:
    loaded = LoadedModel(unmeasured_card(model), open_session(model.read_bytes(), str(model)), str(model))
    return read_case(loaded, seed)


def read_case(model: LoadedModel, seed: int) -> ReadCase:
    """Make the held-out exam of a seed, let the model read it, compare with the truth."""
    exam = make_exam(seed, held_out_nodules(seed))
    volume = exam_volume(exam)
    began = time.monotonic()
    result = detect(model, volume, ai="nodules")
    seconds = time.monotonic() - began
    return compare(seed, result, exam.nodules, seconds)


def compare(seed: int, result: AIResult, nodules: Sequence[PhantomNodule], seconds: float) -> ReadCase:
    """Assign findings to nodules by `HIT_RULE`; a second finding on a nodule is neither a hit nor a false alarm."""
    hits: list[tuple[float, float, str]] = []
    free = set(range(len(result.findings)))
    for nodule in nodules:
        reach = max(nodule.diameter_mm / 2, LEAST_HIT_MM)
        on_it = {n for n, f in enumerate(result.findings) if _distance(f.geometry, nodule) <= reach}
        best = max((result.findings[n].score for n in on_it), default=0.0)
        hits.append((best, nodule.diameter_mm, nodule.density))
        free -= on_it
    return ReadCase(seed, tuple(hits), tuple(result.findings[n].score for n in sorted(free)), seconds)


def _distance(geometry: object, nodule: PhantomNodule) -> float:
    assert isinstance(geometry, Box)
    return float(np.linalg.norm(np.subtract(geometry.centre_mm, nodule.centre_mm)))


def summary(cases: Sequence[ReadCase]) -> Performance:
    """The figures of a model card from the cases read."""
    hits = [hit for case in cases for hit in case.hits]
    return Performance(
        cases=len(cases),
        positive_cases=sum(bool(case.hits) for case in cases),
        nodules=len(hits),
        hit_rule=HIT_RULE,
        case_auc=_auc_interval(cases),
        froc=tuple((rate, sensitivity_at(cases, rate)) for rate in FROC_AT),
        sensitivity_by_diameter=_by_diameter(hits),
        sensitivity_by_density=_by_density(hits),
        operating_points={name: _operating_point(cases, at) for name, at in THRESHOLDS.items()},
        seconds_per_case=round(float(np.median([case.seconds for case in cases])), 2),
    )


def auc(positive: ArrayLike, negative: ArrayLike) -> float:
    """The area under the ROC curve: the chance that a positive case scores above a negative one, ties half."""
    difference = np.subtract.outer(np.asarray(positive), np.asarray(negative))
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def _auc_interval(cases: Sequence[ReadCase]) -> Interval:
    """With 95 % limits from 2,000 bootstrap samples of cases, drawn within each truth."""
    positive = np.array([case.score for case in cases if case.hits])
    negative = np.array([case.score for case in cases if not case.hits])
    rng = np.random.Generator(np.random.PCG64(7))
    drawn = [auc(rng.choice(positive, len(positive)), rng.choice(negative, len(negative))) for _ in range(2000)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(value=round(auc(positive, negative), 4), low=round(float(low), 4), high=round(float(high), 4))


def sensitivity_at(cases: Sequence[ReadCase], rate: float) -> float:
    """The share of nodules hit at the lowest threshold that gives at most `rate` false alarms a case."""
    alarms = np.sort([score for case in cases for score in case.false_alarms])[::-1]
    allowed = int(rate * len(cases))
    threshold = float(alarms[allowed]) if allowed < len(alarms) else 0.0
    scores = [score for case in cases for score, _, _ in case.hits]
    return round(float(np.mean([score > threshold for score in scores])), 4)


def _share(hits: Sequence[tuple[float, float, str]], at: float) -> float:
    return round(float(np.mean([score >= at for score, _, _ in hits])), 4)


def _by_diameter(hits: Sequence[tuple[float, float, str]]) -> dict[str, float]:
    """At the balanced threshold."""
    bands = {"4-6 mm": (0.0, 6.0), "6-8 mm": (6.0, 8.0), "8-14 mm": (8.0, 99.0)}
    split = {name: [h for h in hits if low <= h[1] < high] for name, (low, high) in bands.items()}
    return {f"{name} (n={len(part)})": _share(part, THRESHOLDS["balanced"]) for name, part in split.items() if part}


def _by_density(hits: Sequence[tuple[float, float, str]]) -> dict[str, float]:
    """At the balanced threshold."""
    split = {name: [h for h in hits if h[2] == name] for name in ("solid", "part-solid", "ground-glass")}
    return {f"{name} (n={len(part)})": _share(part, THRESHOLDS["balanced"]) for name, part in split.items() if part}


def _operating_point(cases: Sequence[ReadCase], at: float) -> OperatingPoint:
    positive = [case.score >= at for case in cases if case.hits]
    negative = [case.score < at for case in cases if not case.hits]
    alarms = sum(score >= at for case in cases for score in case.false_alarms)
    return OperatingPoint(
        threshold=at,
        lesion_sensitivity=_share([hit for case in cases for hit in case.hits], at),
        false_positives_per_case=round(alarms / len(cases), 4),
        case_sensitivity=round(float(np.mean(positive)), 4),
        case_specificity=round(float(np.mean(negative)), 4),
    )
