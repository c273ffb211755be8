"""The case set of technician_2026: exams of the head as they come from a scanner, some of them faulty.

What belongs here: which exams there are, their clean repeats and earlier acquisitions, what the AI says of them. What
does not: voxels (resources.phantoms.scanner_faults).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.shipped.case_set import Lesion, MadeCase, Results, box_mm
from resources.phantoms.headers import Exam, Written
from resources.phantoms.scanner_faults import SPACING_MM, Fault, head
from resources.phantoms.stacks import Stack, write_mr

FAULTS = (
    "none", "motion", "none", "positioning", "none", "coverage", "none", "motion", "none", "coverage", "none",
    "positioning",
)  # fmt: skip
WORDS = {"motion": "Motion", "positioning": "Head turned or off centre", "coverage": "Top of the head is missing"}


def technician(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """Twenty-four exams, half of them faulty, and two to practise on."""
    results = Results(folder, "quality", "ScanCheck")
    for number in range(1, (7 if short else 26) + 1):
        practice = number <= (1 if short else 2)
        kind = ("motion", "none")[number - 1] if practice else FAULTS[(number - 3) % len(FAULTS)]
        rng = np.random.Generator(np.random.PCG64([20261122, number]))
        fault = Fault(kind, float(rng.uniform(0.45, 1.0)) if kind != "none" else 0.0)
        case = f"head-{number:02d}"
        exam = Exam(case, 26112200 + number, "Phantom MR of the head", "F" if number % 2 else "M", 30 + number)
        images, stack = _write(folder, f"images/{case}", exam, fault, "T2 axial")
        _write(folder, f"repeats/{case}", exam, Fault(), "T2 axial repeated")
        _write(folder, f"previous/{case}", exam, Fault(), "T2 axial previous")
        _remark(results, case, images, (exam, stack), fault, rng)
        columns = {"fault": kind, "repeated": f"repeats/{case}", "previous": f"previous/{case}"}
        columns["part"] = "practice" if practice else "test"
        lesions = (_lesion(stack, fault),) if kind != "none" else ()
        yield MadeCase(case, "", bool(lesions), lesions, columns)


def _write(folder: Path, where: str, exam: Exam, fault: Fault, series: str) -> tuple[list[Written], Stack]:
    stack = Stack(head(exam.seed, fault), SPACING_MM, series, "HEAD")
    (folder / where).mkdir(parents=True, exist_ok=True)
    return write_mr(exam, stack, folder / where, ("SE", "2D")), stack


def _remark(
    results: Results,
    case: str,
    images: list[Written],
    made: tuple[Exam, Stack],
    fault: Fault,
    rng: np.random.Generator,
) -> None:
    """A box over the fault with a score that grows with it; over clean exams a doubt below either threshold or above
    the lower one."""
    exam, stack = made
    kind = fault.kind if fault.kind != "none" else ("motion", "positioning", "coverage")[int(rng.integers(3))]
    score = 0.25 + 0.7 * fault.severity if fault.kind != "none" else float(rng.uniform(0.02, 0.4))
    centre, size = Fault(kind, 0.0).box_voxel()
    steps = (SPACING_MM[0], SPACING_MM[0], SPACING_MM[1])
    box = box_mm("f1", WORDS[kind], score, stack.place_mm(*centre), [s * mm for s, mm in zip(size, steps, strict=True)])
    results.write(case, images, stack.frame_uid(exam), findings=[box])


def _lesion(stack: Stack, fault: Fault) -> Lesion:
    centre, size = fault.box_voxel()
    return Lesion("fault", fault.kind, round(size[2] * SPACING_MM[1], 1), stack.place_mm(*centre))
