"""Case sets of vessels: for kim_2025 (MR angiography), shi_2025 (CT angiography) and inkpen_2022 (single vessels).

What belongs here: which vessels there are, what is true of them, what the AI says. What does not: voxels
(resources.phantoms.vessels).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.shipped.case_set import Lesion, MadeCase, Results, box_mm, box_on_image
from resources.phantoms.films import write_angiogram
from resources.phantoms.headers import Exam, Written
from resources.phantoms.stacks import Stack, write_ct, write_mr
from resources.phantoms.vessels import (
    SPACING_MM,
    STALL_MM,
    STALL_SIZE,
    Aneurysm,
    brain_vessels,
    stalled_vessel,
)

ARTERIES = ("mca_right", "mca_left", "ica_right", "ica_left", "acom", "aca_right", "aca_left")
CTA_WINDOW = (200, 700)


def _aneurysm(rng: np.random.Generator, number: int) -> Aneurysm:
    return Aneurysm(
        ARTERIES[number % len(ARTERIES)], float(rng.uniform(0.35, 0.75)), round(float(rng.uniform(5, 9)), 1)
    )


def _box(name: str, score: float, stack: Stack, aneurysm: Aneurysm) -> dict[str, Any]:
    size = aneurysm.diameter_mm + 4
    return box_mm(name, "aneurysm", score, stack.place_mm(*aneurysm.voxel), (size, size, size))


def _doubt(rng: np.random.Generator, number: int, stack: Stack, score: float) -> dict[str, Any]:
    """A place on a vessel where there is nothing."""
    return _box("f9", score, stack, _aneurysm(rng, number + 3))


def _lesion(stack: Stack, aneurysm: Aneurysm) -> Lesion:
    return Lesion("a1", f"aneurysm, {aneurysm.artery}", aneurysm.diameter_mm, stack.place_mm(*aneurysm.voxel))


# --- kim_2025


def kim(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """Five true positives to warm up, then twenty of which eight have an aneurysm. False findings are planted."""
    warm, count = (1, 4) if short else (5, 20)
    results = Results(folder, "aneurysms", "VesselAid")
    for number in range(1, warm + count + 1):
        part = "warm_up" if number <= warm else "test"
        case = f"{'warm' if part == 'warm_up' else 'mra'}-{number:02d}"
        rng = np.random.Generator(np.random.PCG64([20250212, number]))
        there = (_aneurysm(rng, number),) if part == "warm_up" or number % 5 in (0, 2) else ()
        stack = Stack(brain_vessels(number, there, bone=False) * 2400, SPACING_MM, "TOF MRA", "HEAD")
        exam = Exam(case, 25021200 + number, "Phantom MR angiography", "F", 55)
        images = write_mr(exam, stack, _made(folder, case))
        found = [_box("f1", float(rng.uniform(0.7, 0.97)), stack, each) for each in there]
        found.append(_doubt(rng, number, stack, float(rng.uniform(0.05, 0.4))))
        results.write(case, images, stack.frame_uid(exam), findings=found)
        yield MadeCase(case, "Headache.", bool(there), tuple(_lesion(stack, each) for each in there), {"part": part})


# --- shi_2025


def shi(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """One in six with an aneurysm; `half` says which half of the exams the sham AI speaks in.

    Of 50 exams without one the standard AI is wrong about 9 (82 % specific), the sham AI about 12 (76 %).
    """
    standard = Results(folder, "standard", "AneurysmAid")
    sham = Results(folder, "sham", "AneurysmAid", origin="sham")
    for number in range(1, (12 if short else 60) + 1):
        case = f"cta-{number:02d}"
        rng = np.random.Generator(np.random.PCG64([240140, number]))
        there = (_aneurysm(rng, number),) if number % 6 == 0 else ()
        stack = Stack(_hounsfield(brain_vessels(1000 + number, there, bone=True)), SPACING_MM, "CTA head", "HEAD")
        exam = Exam(case, 24014000 + number, "Phantom CT angiography", "M", 61)
        images = write_ct(exam, stack, _made(folder, case), CTA_WINDOW)
        found = [_box("f1", float(rng.uniform(0.7, 0.97)), stack, each) for each in there]
        nth = number - 1 - number // 6  # among those without an aneurysm
        alarm = _false_alarm(rng, not there and 7 * nth % 50 < 9)
        blind = _false_alarm(rng, not there and (7 * nth + 20) % 50 < 12)
        standard.write(case, images, stack.frame_uid(exam), findings=[*found, _doubt(rng, number, stack, alarm)])
        sham.write(case, images, stack.frame_uid(exam), findings=[_doubt(rng, number, stack, blind)])
        half = "a" if (number // 6 + number) % 2 else "b"
        yield MadeCase(case, "Headache.", bool(there), tuple(_lesion(stack, each) for each in there), {"half": half})


def _false_alarm(rng: np.random.Generator, above: bool) -> float:
    """A score above the operating point, or below it."""
    return float(rng.uniform(0.55, 0.8) if above else rng.uniform(0.05, 0.4))


def _hounsfield(brightness: NDArray[np.float32]) -> NDArray[np.float64]:
    """Air at nothing, tissue at a quarter, blood at one, bone above."""
    return np.asarray(np.interp(brightness, (0.0, 0.2, 0.3, 1.0, 1.5), (-1000.0, 20.0, 60.0, 380.0, 1200.0)))


# --- inkpen_2022

# Shares of the stalled (True) and of the flowing vessels that score below 0.35, 0.50, 0.65, and below 1.
BELOW = {True: (0.10, 0.25, 0.40, 1.0), False: (0.60, 0.75, 0.90, 1.0)}
CUTS = (0.0, 0.35, 0.50, 0.65, 1.0)


def inkpen(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """Twenty vessels to read alone, then a hundred and twenty; every second one is stalled.

    The AI's scores are dealt out so that its three thresholds have the operating points that the protocol names.
    """
    alone, assisted = (4, 20) if short else (20, 120)
    results = Results(folder, "stalls", "assistant")
    for number in range(1, alone + assisted + 1):
        stage = "alone" if number <= alone else "assisted"
        case, stalled = f"vessel-{number:03d}", number % 2 == 0
        rng = np.random.Generator(np.random.PCG64([20220816, number]))
        contrast = float(rng.uniform(0.15, 1.0))
        exam = Exam(case, 22081600 + number, "Phantom vessel", "O", 50)
        where = _made(folder, case)
        image = write_angiogram(exam, stalled_vessel(number, stalled=stalled, contrast=contrast), STALL_MM, where)
        nth = (number - 1 - (alone if stage == "assisted" else 0)) // 2
        of = (assisted if stage == "assisted" else alone) // 2
        _recommend(results, case, image, _dealt_score(nth, of, rng, stalled=stalled))
        lesions = (Lesion("stall", "stalled vessel", 0.1),) if stalled else ()
        yield MadeCase(case, "", stalled, lesions, {"stage": stage})


def _dealt_score(nth: int, of: int, rng: np.random.Generator, *, stalled: bool) -> float:
    """The score of the nth vessel of its kind: exact shares lie between the thresholds."""
    share = ((nth * 7) % of + 0.5) / of if of % 7 else (nth + 0.5) / of
    band = next(at for at, below in enumerate(BELOW[stalled]) if share < below)
    return float(rng.uniform(CUTS[band] + 0.01, CUTS[band + 1] - 0.01))


def _recommend(results: Results, case: str, image: Written, score: float) -> None:
    middle = STALL_SIZE / 2 - 0.5
    found = box_on_image("f1", "stalled", score, image, (middle, middle), 24.0)
    results.write(case, [image], findings=[found])


def _made(folder: Path, case: str) -> Path:
    where = folder / "images" / case
    where.mkdir(parents=True, exist_ok=True)
    return where
