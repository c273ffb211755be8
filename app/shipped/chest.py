"""Case sets of chest radiographs: for gaube_2021, bernstein_2023 and fogliato_2022.

What belongs here: which radiographs there are, what is true of them, what is said of them. What does not: pixels
(resources.phantoms.chest_film).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from app.shipped.case_set import Lesion, MadeCase, Results, box_on_image
from resources.phantoms.chest_film import SPACING_MM, ChestFinding, chest_film, draw_finding
from resources.phantoms.films import write_radiograph
from resources.phantoms.headers import Exam, Written


def _film(folder: Path, case: str, seed: int, kind: str) -> tuple[Written, ChestFinding | None, np.random.Generator]:
    rng = np.random.Generator(np.random.PCG64(seed))
    finding = draw_finding(rng, kind)
    where = folder / "images" / case
    where.mkdir(parents=True, exist_ok=True)
    exam = Exam(case, seed, "Phantom chest radiograph", "M" if seed % 2 else "F", 40 + seed % 40)
    return write_radiograph(exam, chest_film(seed, finding), SPACING_MM, where), finding, rng


def _lesions(finding: ChestFinding | None) -> tuple[Lesion, ...]:
    return (Lesion("l1", finding.kind, round(max(finding.size_mm), 1)),) if finding is not None else ()


def plain(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """Three radiographs for the one question of `readerlab run --cases`."""
    for number, kind in enumerate(("normal", "pneumonia", "normal"), 1):
        _film(folder, f"chest-{number}", 20260100 + number, kind)
        yield MadeCase(f"chest-{number}", "", kind != "normal")


# --- gaube_2021

GAUBE = (
    ("normal", "Cough for two weeks."),
    ("pneumonia", "Fever and cough."),
    ("effusion", "Short of breath, worse when lying down."),
    ("pneumothorax", "Sudden pain on one side."),
    ("mass", "Weight loss. Smoker."),
    ("cardiomegaly", "Swollen ankles."),
    ("pneumonia", "Fever after an operation."),
    ("normal", "Before an operation."),
)
ACCURATE = {
    "normal": "The lungs are clear. Heart and mediastinum are of normal size. Primary diagnosis: normal.",
    "pneumonia": "There is an opacity in one lower lung with soft edges. Primary diagnosis: pneumonia.",
    "effusion": "One lung base is opaque with a rising edge. Primary diagnosis: pleural effusion.",
    "pneumothorax": "One upper field is unusually dark, without vessels. Primary diagnosis: pneumothorax.",
    "mass": "There is a round opacity of several centimetres in one lung. Primary diagnosis: mass; CT advised.",
    "cardiomegaly": "The heart is wider than half the chest. The lungs are clear. Primary diagnosis: cardiomegaly.",
}
TAKEN_FOR = {
    "normal": "pneumonia", "pneumonia": "normal", "effusion": "cardiomegaly", "pneumothorax": "normal",
    "mass": "normal", "cardiomegaly": "effusion",
}  # fmt: skip


def gaube(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """Eight radiographs, each with accurate advice and, apart, inaccurate advice."""
    right = Results(folder, "advice", "written", origin="human_written")
    wrong = Results(folder, "inaccurate", "written", origin="human_written")
    for number, (kind, history) in enumerate(GAUBE, 1):
        image, finding, _ = _film(folder, f"chest-{number}", 20210200 + number, kind)
        right.write(f"chest-{number}", [image], advice=[{"id": "t1", "text": ACCURATE[kind]}])
        wrong.write(f"chest-{number}", [image], advice=[{"id": "t1", "text": ACCURATE[TAKEN_FOR[kind]]}])
        yield MadeCase(f"chest-{number}", history, kind != "normal", _lesions(finding))


# --- bernstein_2023


def bernstein(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """A third with a nodule. Untouched, the AI is right everywhere: its errors are planted."""
    results = Results(folder, "nodules", "LungAid")
    for number in range(1, (9 if short else 90) + 1):
        case, positive = f"film-{number:02d}", number % 3 == 0
        image, finding, rng = _film(folder, case, 20230900 + number, "nodule" if positive else "normal")
        score = float(rng.uniform(0.6, 0.97) if positive else rng.uniform(0.03, 0.35))
        found = [_nodule(image, finding, score)] if finding is not None else [_doubt(image, score, rng)]
        said = {"id": "a1", "name": "Lung cancer", "category": "abnormal" if positive else "normal"}
        results.write(case, [image], findings=found, assessments=[{**said, "score": round(score, 2)}])
        yield MadeCase(case, "", positive, _lesions(finding))


def _nodule(image: Written, finding: ChestFinding, score: float) -> dict[str, Any]:
    return box_on_image("f1", "nodule", score, image, finding.at, finding.size_mm[0] / SPACING_MM * 0.7)


def _doubt(image: Written, score: float, rng: np.random.Generator) -> dict[str, Any]:
    """A candidate below the operating point, as every detector has them: what a false positive is made of."""
    other = draw_finding(rng, "nodule")
    assert other is not None  # a nodule always has a place
    return _nodule(image, other, score)


# --- fogliato_2022

FOGLIATO = ("normal", "nodule", "pneumonia", "effusion", "normal", "pneumothorax", "cardiomegaly", "mass")
NAMED = {
    "nodule": "nodule", "pneumonia": "consolidation", "effusion": "effusion", "pneumothorax": "pneumothorax",
    "cardiomegaly": "cardiomegaly", "mass": "mass",
}  # fmt: skip


def fogliato(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """Forty radiographs and two to practise on; the AI scores each of the protocol's findings."""
    from app.shipped.folder import shipped_protocol
    from study_configs.questions import Matrix

    rows = shipped_protocol("fogliato_2022").questions["likelihood"]
    assert isinstance(rows, Matrix)
    results = Results(folder, "findings", "FindingsAid")
    for number in range(1, (3 if short else 42) + 1):
        kind = FOGLIATO[number % len(FOGLIATO)]
        case = f"film-{number:02d}"
        image, finding, rng = _film(folder, case, 20220500 + number, kind)
        said = [_scored(at, name, label, NAMED.get(kind), rng) for at, (name, label) in enumerate(rows.rows.items())]
        results.write(case, [image], assessments=said)
        practice = "practice" if number <= (1 if short else 2) else "test"
        yield MadeCase(case, "", kind != "normal", _lesions(finding), {"part": practice})


def _scored(at: int, name: str, label: str, present: str | None, rng: np.random.Generator) -> dict[str, Any]:
    """A score that is high where the finding is there, nine times in ten, and seldom elsewhere."""
    there = name == present
    high = rng.random() < (0.9 if there else 0.03)
    score = rng.uniform(0.62, 0.97) if high else rng.uniform(0.01, 0.5)
    return {"id": f"a{at}", "name": label, "score": round(float(score), 2)}
