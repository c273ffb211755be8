"""The case set of halligan_2011: 112 colons, 56 of them with 132 polyps, and what a CAD marks in them.

What belongs here: which polyps there are, and the CAD. What does not: voxels (resources.phantoms.colon).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.shipped.case_set import Lesion, MadeCase, Results, box_mm
from resources.phantoms.colon import SLICES, SPACING_MM, Polyp, colon
from resources.phantoms.headers import Exam
from resources.phantoms.stacks import Stack, write_ct

WINDOW = (-300, 1500)
POLYPS = (1, 2, 3, 4, 2, 2, 3)  # in turn over the patients who have some: 17 in 7, 132 in 56 less 4


def halligan(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """Every second patient has polyps."""
    results = Results(folder, "polyps", "ColonCAD")
    for number in range(1, (4 if short else 112) + 1):
        case = f"colon-{number:03d}"
        rng = np.random.Generator(np.random.PCG64([10100354, number]))
        polyps = _polyps(rng, number // 2 - 1) if number % 2 == 0 else ()
        stack = Stack(colon(number, polyps), SPACING_MM, "CT colonography", "ABDOMEN")
        exam = Exam(case, 11020000 + number, "Phantom CT colonography", "M", 64)
        where = folder / "images" / case
        where.mkdir(parents=True, exist_ok=True)
        images = write_ct(exam, stack, where, WINDOW)
        marked = [(each, float(rng.uniform(0.5, 0.97))) for each in polyps if rng.random() < 0.85]
        false = [(each, float(rng.uniform(0.1, 0.6))) for each in _somewhere(rng, 3)]
        found = [
            box_mm(f"f{n}", "polyp", score, stack.place_mm(*each.voxel), (each.diameter_mm + 6,) * 3)
            for n, (each, score) in enumerate((*marked, *false), 1)
        ]
        results.write(case, images, stack.frame_uid(exam), findings=found)
        lesions = tuple(
            Lesion(f"p{n}", "polyp", each.diameter_mm, stack.place_mm(*each.voxel)) for n, each in enumerate(polyps, 1)
        )
        yield MadeCase(case, "Change of bowel habit.", bool(polyps), lesions)


def _polyps(rng: np.random.Generator, nth: int) -> tuple[Polyp, ...]:
    """As many as the paper has in all: 132 over 56 patients."""
    count = POLYPS[nth % len(POLYPS)] - (1 if nth in (10, 24, 38, 52) else 0)
    return _somewhere(rng, count)


def _somewhere(rng: np.random.Generator, count: int) -> tuple[Polyp, ...]:
    turns = (np.arange(count) + rng.uniform(0.1, 0.9, count)) / max(count, 1)
    planes = rng.integers(1, SLICES - 1, count)
    sizes = rng.uniform(8, 16, count)
    return tuple(Polyp(float(t), int(p), round(float(s), 1)) for t, p, s in zip(turns, planes, sizes, strict=True))
