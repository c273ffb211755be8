"""Case sets of mammograms: for dratsch_2023, both studies of rezazade_2023, and gommers_2026.

What belongs here: which breasts there are, what is true of them, what the AI says. What does not: pixels
(resources.phantoms.breasts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.shipped.case_set import Lesion, MadeCase, Results, box_on_image
from resources.phantoms.breasts import COLUMNS, DENSITIES, ROWS, SPACING_MM, VIEWS, BreastLesion, mammogram
from resources.phantoms.films import write_mammogram
from resources.phantoms.headers import Exam, Written

SCORES = {1: 0.03, 2: 0.12, 3: 0.35, 4: 0.68, 5: 0.90}  # about where each BI-RADS category lies on the AI's score
SIDES = {"R": "right", "L": "left"}
CANCER_FROM = 4
Views = Mapping[tuple[str, str], Written]


@dataclass(frozen=True, slots=True)
class Breasts:
    """One exam: the true category of each breast, and the lesions that explain it."""

    id: str
    seed: int
    categories: Mapping[str, int]  # R, L
    lesions: tuple[BreastLesion, ...]
    density: str

    @property
    def positive(self) -> bool:
        return max(self.categories.values()) >= CANCER_FROM

    @property
    def worst(self) -> int:
        return max(self.categories.values())


def draw_breasts(name: str, seed: int, right: int, left: int) -> Breasts:
    """An exam with these categories; everything else follows from the seed."""
    rng = np.random.Generator(np.random.PCG64(seed))
    categories = {"R": right, "L": left}
    lesions = tuple(_lesion(rng, side, category) for side, category in categories.items() if category > 1)
    return Breasts(name, seed, categories, lesions, DENSITIES[int(rng.integers(4))])


def _lesion(rng: np.random.Generator, side: str, category: int) -> BreastLesion:
    kind = "calcifications" if rng.random() < 0.3 else "mass"
    depth, height = rng.uniform(0.25, 0.8), rng.uniform(0.25, 0.75)
    contrast = 0.25 + 0.17 * (category - 1) + rng.uniform(-0.05, 0.05)
    return BreastLesion(side, kind, float(depth), float(height), float(rng.uniform(8, 18)), float(contrast))


def write_breasts(breasts: Breasts, folder: Path) -> Views:
    """The four views in images/ID."""
    where = folder / "images" / breasts.id
    where.mkdir(parents=True, exist_ok=True)
    exam = Exam(breasts.id, breasts.seed, "Phantom mammography", "F", 50 + breasts.seed % 25)
    return {
        (side, view): write_mammogram(
            exam, side, view, mammogram(breasts.seed, side, view, breasts.density, breasts.lesions), SPACING_MM, where
        )
        for side in SIDES
        for view in VIEWS
    }


def case_of(breasts: Breasts, history: str, **columns: str) -> MadeCase:
    """The exam's rows: only cancers are lesions of the reference."""
    found = tuple(
        Lesion(f"{SIDES[each.side]}", f"cancer, {each.kind}", round(each.diameter_mm, 1))
        for each in breasts.lesions
        if breasts.categories[each.side] >= CANCER_FROM
    )
    return MadeCase(breasts.id, history, breasts.positive, found, {**columns, "density": breasts.density})


def _score(category: int, rng: np.random.Generator) -> float:
    return round(float(np.clip(SCORES[category] + rng.uniform(-0.06, 0.06), 0.01, 0.99)), 2)


def _heat(results: Results, breasts: Breasts, views: Views, strengths: Mapping[str, float]) -> list[dict[str, Any]]:
    """A map for each view: hot where a lesion lies, as strongly as the AI believes in it."""
    return [
        results.map_on_image(breasts.id, number, image, _warm(breasts.lesions, side, view, strengths[side]))
        for number, ((side, view), image) in enumerate(views.items(), 1)
    ]


def _warm(lesions: Sequence[BreastLesion], side: str, view: str, strength: float) -> NDArray[np.float32]:
    rows, columns = np.mgrid[:ROWS, :COLUMNS].astype(np.float32)
    values = np.zeros((ROWS, COLUMNS), np.float32)
    for lesion in lesions:
        if lesion.side == side:
            column, row = lesion.pixel(view)
            away = np.hypot(columns - column, rows - row) / (lesion.diameter_mm / SPACING_MM)
            values = np.maximum(values, strength * np.exp(-(away**2)))
    return values


def _attributes(lesion: BreastLesion, category: int) -> str:
    """What the chart of a case's attributes says, in one line."""
    margin = "spiculated" if category >= CANCER_FROM else "circumscribed"
    shape = f"mass, {margin}" if lesion.kind == "mass" else "calcifications, clustered"
    return f"{shape}, {lesion.diameter_mm:.0f} mm"


# --- dratsch_2023


def dratsch(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """Ten mammograms that build trust and forty that test it; `category` is what the AI says, errors apart."""
    trust = (2, 2, 4, 3, 2, 5, 2, 4, 3, 5)[: 3 if short else 10]
    test = (2, 4, 3, 2, 5, 2, 4, 2, 3, 5) if short else (2, 4, 3, 2, 5, 2, 4, 2, 3, 5) * 4
    results = Results(folder, "birads", "MammoAid")
    for number, category in enumerate((*trust, *test), 1):
        rng = np.random.Generator(np.random.PCG64([222176, number]))
        right, left = (category, 1) if rng.random() < 0.5 else (1, category)
        breasts = draw_breasts(f"mammo-{number:02d}", 22217600 + number, right, left)
        views = write_breasts(breasts, folder)
        score = _score(category, rng)
        said = {"id": "a1", "name": "BI-RADS", "category": str(category), "score": score}
        maps = _heat(results, breasts, views, dict.fromkeys(SIDES, score))
        results.write(breasts.id, list(views.values()), assessments=[said], maps=maps)
        part = "trust" if number <= len(trust) else "test"
        yield case_of(breasts, "Screening.", part=part, category=str(category))


# --- rezazade_2023


# The exam (from 1), its true categories (right, left); and what the AI says of one breast where it is mistaken.
REZAZADE = (
    (2, 1), (1, 4), (3, 2), (2, 5), (1, 1), (4, 2), (2, 2), (1, 3), (5, 1), (2, 4), (1, 2), (3, 1), (2, 3), (4, 1),
    (1, 2),
)  # fmt: skip
MISTAKES = {
    1: ("one_too_high", "R", 3), 3: ("one_too_high", "L", 3), 8: ("one_too_high", "L", 4),
    2: ("one_too_low", "L", 3), 6: ("one_too_low", "R", 3), 13: ("one_too_low", "L", 2),
    7: ("two_too_high", "R", 4), 10: ("two_too_low", "L", 2),
}  # fmt: skip
SHORT_REZAZADE = (1, 2, 4, 5, 7, 10)


def rezazade(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """Fifteen exams, thirty breasts; eight breasts whose other suggestion, in ai/mistaken, is wrong."""
    right = Results(folder, "birads", "MammoAid")
    wrong = Results(folder, "mistaken", "MammoAid", origin="edited")
    for number in SHORT_REZAZADE if short else range(1, len(REZAZADE) + 1):
        breasts = draw_breasts(f"exam-{number:02d}", 923000 + number, *REZAZADE[number - 1])
        views = write_breasts(breasts, folder)
        error, side, category = MISTAKES.get(number, ("none", "", 0))
        _suggest(right, breasts, views, breasts.categories)
        _suggest(wrong, breasts, views, {**breasts.categories, side: category} if side else breasts.categories)
        yield case_of(breasts, "Screening.", error=error)


def _suggest(results: Results, breasts: Breasts, views: Views, categories: Mapping[str, int]) -> None:
    rng = np.random.Generator(np.random.PCG64([breasts.seed, 3]))
    scores = {side: _score(categories[side], rng) for side in SIDES}
    said = [
        {"id": f"a{n}", "name": "BI-RADS", "category": str(categories[side]), "score": scores[side], "side": words}
        for n, (side, words) in enumerate(SIDES.items(), 1)
    ]
    found = [
        box_on_image(
            f"f{n}{view}",
            _attributes(lesion, categories[lesion.side]),
            scores[lesion.side],
            views[lesion.side, view],
            lesion.pixel(view),
            lesion.diameter_mm / SPACING_MM,
        )
        for n, lesion in enumerate(breasts.lesions, 1)
        for view in VIEWS
    ]
    maps = _heat(results, breasts, views, scores)
    results.write(breasts.id, list(views.values()), assessments=said, findings=found, maps=maps)


# --- gommers_2026

RECALL_AT = 0.43


def gommers(folder: Path, *, short: bool) -> Iterator[MadeCase]:
    """Half with cancer; in about a third of each half the AI's score lies on the wrong side of 43 of 100."""
    count, suboptimal = (6, 1) if short else (150, 24)
    results = Results(folder, "cancer", "ScreenAid")
    for number in range(1, count + 1):
        cancer = number % 2 == 0
        badly = (number + 1) // 2 <= suboptimal
        rng = np.random.Generator(np.random.PCG64([2026, number]))
        worst = int(rng.integers(4, 6)) if cancer else int(rng.integers(1, 4))
        right, left = (worst, 1) if rng.random() < 0.5 else (1, worst)
        breasts = draw_breasts(f"screen-{number:03d}", 202600 + number, right, left)
        views = write_breasts(breasts, folder)
        high = cancer != badly
        score = round(float(rng.uniform(RECALL_AT + 0.05, 0.98) if high else rng.uniform(0.02, RECALL_AT - 0.03)), 2)
        _screen(results, breasts, views, score, rng)
        yield case_of(breasts, "Screening.", ai="suboptimal" if badly else "optimal")


def _screen(results: Results, breasts: Breasts, views: Views, score: float, rng: np.random.Generator) -> None:
    """What the AI says of an exam: a category of the whole, and marks where it suspects something."""
    words = "elevated" if score >= RECALL_AT else "intermediate" if score >= 0.2 else "low"
    said = [{"id": "a1", "name": "exam", "category": words, "score": score}]
    lesions = breasts.lesions or (_lesion(rng, "R", 2),)
    found = [
        box_on_image(f"f{n}{view}", "region", score, views[lesion.side, view], lesion.pixel(view), 14.0)
        for n, lesion in enumerate(lesions[:1], 1)
        for view in VIEWS
        if score >= 0.1
    ]
    results.write(breasts.id, list(views.values()), assessments=said, findings=found)
