"""Two hundred results of one made-up AI with habits: scores to two decimals, boxes on the voxel grid, grainy maps.

What belongs here: honest results and cases to plant errors in, and single features of what readers see. What does not:
judging whether a feature gives an error away (test_giveaways).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from overlays.merging import merged
from overlays.planting import Case, Elsewhere, centre_mm
from overlays.planting.places import free_place, voxel_of
from overlays.result import Advice, AIMap, AIResult, Assessment, Box, Finding, Measured, Point
from viewers import geometry
from viewers.volume import Volume

from ..conftest import AXIAL, MODEL, make_header, make_result, make_volume

THRESHOLD = 0.5
SHAPE = (40, 96, 128)
COARSE = AXIAL @ np.diag([2.0, 2, 2, 1])


@dataclass
class Lesion:
    position_mm: Point
    diameter_mm: float


@dataclass
class Made:
    """A case: its images, what the AI honestly says, and whether it is positive."""

    volume: Volume
    result: AIResult
    lesions: list[Lesion]


def chest(series: str, rng: np.random.Generator) -> Volume:
    volume = make_volume(make_header(AXIAL, SHAPE, series=series, frame=f"{series}.9"))
    row, column = np.mgrid[0 : SHAPE[1], 0 : SHAPE[2]]
    x, y = rng.normal(0, 3, 2)
    body = ((column - 64 - x) / 58.0) ** 2 + ((row - 48 - y) / 44.0) ** 2 < 1
    lungs = np.minimum(np.hypot(column - 36 - x, row - 48 - y), np.hypot(column - 92 - x, row - 48 - y)) < 20
    volume.stored[:] = np.where(lungs, -850, np.where(body, 40, -1000)) + 1024
    return volume


def a_case(number: int) -> Made:
    """Half of the cases have a lesion, which the AI mostly finds; all have candidates, mostly below its threshold."""
    rng = np.random.default_rng(number)
    series = f"1.2.{number}"
    volume = chest(series, rng)
    places = [place for _ in range(4) if (place := free_place(volume, (), 0.0, rng))]
    lesions = [Lesion(places[0], 8.0)] if number % 2 else []
    findings, heats = [], []
    for at, place in enumerate(places):
        is_lesion = at == 0 and bool(lesions)
        if not is_lesion and rng.random() < 0.5:
            continue
        score = round(float(rng.beta(6, 2) if is_lesion else rng.beta(2, 4)), 2)
        findings.append(a_finding(f"f{at}", volume, place, score, rng))
        heats.append(a_map(f"m{at}", [(place, score)], f"f{at}", rng))
    spots = [(centre_mm(each.geometry), float(each.score or 0)) for each in findings]
    findings = [findings[at] for at in rng.permutation(len(findings))]
    result = make_result(tuple(findings), (*heats, a_map("whole", spots, "", rng)), series_uid=series)
    worst = max((each.score or 0.0 for each in findings), default=0.03)
    words = f"BI-RADS {category_of(worst)}."
    result = replace(
        result,
        frame_of_reference_uid=f"{series}.9",
        assessments=(Assessment("a", "malignancy", worst, MODEL, category=category_of(worst)),),
        advice=(Advice("t", words, MODEL),),
    )
    return Made(volume, merged([result], "nodules"), lesions)


def category_of(score: float) -> str:
    return next(name for least, name in ((0.8, "5"), (0.5, "4A"), (0.2, "3"), (0.0, "2")) if score >= least)


def a_finding(name: str, volume: Volume, place: Point, score: float, rng: np.random.Generator) -> Finding:
    """A box around whole voxels, and its largest diameter to one decimal."""
    middle = np.asarray(voxel_of(volume, place), np.float64)
    size = rng.integers(5, 15, 3) // np.array([1, 1, 2])
    low = np.round(middle - size / 2) - 0.5
    corners = geometry.apply(AXIAL, np.stack([low, low + size]))
    centre, edges = corners.mean(axis=0), corners[1] - corners[0]
    x, y, z = (float(each) for each in centre)
    w, h, d = (float(each) for each in edges)
    said = Measured("diameter", round(float(max(edges)), 1), "mm")
    side = "right" if x < 0 else "left"
    return Finding(
        name, "nodule", score, Box((x, y, z), (w, h, d)), MODEL, laterality=side, measurements=(said,),
        category=category_of(score),
    )  # fmt: skip


def a_map(name: str, spots: list[tuple[Point, float]], finding: str, rng: np.random.Generator) -> AIMap:
    """Grain everywhere, hot by as much as each score says."""
    k, j, i = np.indices((20, 48, 64))
    mm = geometry.apply(COARSE, np.stack([i, j, k], axis=-1))
    values = np.clip(rng.gamma(2.0, 0.02, k.shape), 0, 1)
    for place, score in spots:
        away = np.linalg.norm(mm - np.asarray(place), axis=-1)
        values = np.maximum(values, score * np.exp(-((away / 6) ** 2)) * (1 + rng.normal(0, 0.05, k.shape)))
    hot = np.clip(values, 0, 1).astype(np.float32)
    return AIMap(name, "heat", "saliency", hot, COARSE, (0.0, 1.0), "", MODEL, finding)


def case_of(made: Made, others: list[Made]) -> Case:
    """As app.advice.making has it: the pixels of the case and of one other, the results of six."""
    elsewhere = [
        Elsewhere(each.result, (each.volume if at == 0 else each.volume.header,)) for at, each in enumerate(others)
    ]
    return Case(made.lesions, (made.volume,), THRESHOLD, tuple(elsewhere))


# --- what a curious reader could measure


def of_findings(result: AIResult, only_planted: bool) -> Iterator[dict[str, float]]:
    """Features of the findings that a layer shows."""
    for finding in result.findings:
        if (finding.score or 0.0) < THRESHOLD or (only_planted and not finding.provenance.planted):
            continue
        box = finding.geometry
        assert isinstance(box, Box)
        size = np.asarray(box.size_mm)
        corners = np.array([np.asarray(box.centre_mm) - size / 2, np.asarray(box.centre_mm) + size / 2])
        voxels = geometry.apply(np.linalg.inv(AXIAL), corners)
        said = finding.measurements[0].value if finding.measurements else 0.0
        edge = np.minimum(voxels[0], np.array(SHAPE[::-1]) - 1 - voxels[1])
        yield {
            "score": finding.score or 0.0,
            "score decimals": _decimals(finding.score or 0.0),
            "size": float(size.mean()),
            "aspect": float(size.max() / size.min()),
            "off the grid": float(np.abs(voxels - 0.5 - np.round(voxels - 0.5)).max() > 1e-3),
            "to the edge": float(edge[:2].min()),
            "to the last slice": float(edge[2]),
            "measured against drawn": abs(float(said - size.max())),
            "measured decimals": _decimals(said),
        }


def of_maps(result: AIResult, only_planted: bool, whole: bool) -> Iterator[dict[str, float]]:
    shown = {each.id for each in result.findings if (each.score or 0.0) >= THRESHOLD}
    for each in result.maps:
        if (each.finding == "") != whole or (only_planted and not each.provenance.planted):
            continue
        if not whole and each.finding not in shown:
            continue
        values = each.values.astype(np.float64)
        counts = np.histogram(values, 64, (0, 1))[0] / values.size
        yield {
            "lowest": _seen(values.min()),
            "highest": _seen(values.max()),
            "beyond its scale": float(values.max() > each.value_range[1] or values.min() < each.value_range[0]),
            "median": _seen(np.median(values)),
            "spread": _seen(values.std()),
            "quiet spread": _seen(values[values < 0.2].std()),
            "entropy": round(float(-(counts[counts > 0] * np.log2(counts[counts > 0])).sum()), 1),
            "flat": _seen(_flattest(values)),
            "size": float(values.size),
        }


def of_result(result: AIResult) -> dict[str, float]:
    shown = [each.score or 0.0 for each in result.findings if (each.score or 0.0) >= THRESHOLD]
    worst = max((each.score or 0.0 for each in result.findings), default=0.03)
    case = result.assessments[0]
    return {
        "findings shown": float(len(shown)),
        "findings": float(len(result.findings)),
        "maps": float(len(result.maps)),
        "case against findings": abs((case.score or 0.0) - worst),
        "case against category": float(category_of(case.score or 0.0) != case.category),
        "advice against category": float(result.advice[0].text != f"BI-RADS {case.category}."),
        "order of maps": float([each.finding for each in result.maps] != sorted(each.finding for each in result.maps)),
    }


def _seen(value: float) -> float:
    """To a 128th of the scale: colours on a screen tell no more apart."""
    return float(np.round(value * 128) / 128)


def _decimals(value: float) -> float:
    text = f"{value:.10f}".rstrip("0")
    return float(len(text.partition(".")[2]))


def _flattest(values: np.ndarray) -> float:
    """The least spread within any block of 5 voxels a side: a patch without grain."""
    blocks = values[:20, :45, :60].reshape(4, 5, 9, 5, 12, 5).swapaxes(1, 2).swapaxes(2, 4).swapaxes(3, 4)
    flat = blocks.reshape(4 * 9 * 12, 125)
    return float(flat.std(axis=1).min())
