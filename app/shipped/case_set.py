"""A case set as it is made: cases with their columns and truth, and results of AIs as our JSON.

What belongs here: those values, and writing tables and results. What does not: which cases a study has (one module for
each kind of image), and the folder as a whole (folder).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resources.phantoms.headers import Written

Progress = Callable[[int, int, str], None]
MADE_AT = "2026-01-31T12:00:00+00:00"
REFERENCE = ("case", "positive", "lesion", "x_mm", "y_mm", "z_mm", "diameter_mm", "label")


@dataclass(frozen=True, slots=True)
class Lesion:
    """A row of the reference; no place where the images have no patient geometry."""

    id: str
    label: str
    diameter_mm: float
    at_mm: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class MadeCase:
    """A case that lies in images/ID; `columns` are the manifest's beside case, path and history."""

    id: str
    history: str
    positive: bool
    lesions: tuple[Lesion, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Results:
    """The results of one AI, a file for each case under ai/NAME."""

    folder: Path
    ai: str
    model: str
    origin: str = "model"

    def write(self, case: str, images: Sequence[Written], frame_uid: str = "", **content: Any) -> None:
        """What the AI says of a case: `findings`, `assessments`, `advice`, `maps` in the form of docs/ai_results.md."""
        where = self.folder / "ai" / self.ai
        where.mkdir(parents=True, exist_ok=True)
        told = {
            "readerlab_ai": 2,
            "ai": self.ai,
            "series_uid": images[0].series_uid,
            "frame_of_reference_uid": frame_uid,
            "references": [_reference(images, series) for series in dict.fromkeys(each.series_uid for each in images)],
            "provenance": {"origin": self.origin, "model": self.model, "version": "1", "made_at": MADE_AT},
            "findings": [],
            **content,
        }
        (where / f"{case}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")

    def map_on_image(self, case: str, number: int, image: Written, values: NDArray[np.float32]) -> dict[str, Any]:
        """A map of 0 to 1 in the pixels of one image, its values beside the result."""
        where = self.folder / "ai" / self.ai
        where.mkdir(parents=True, exist_ok=True)
        name = f"{case}.map-{number}.npz"
        np.savez_compressed(where / name, values=values[None].astype(np.float32))
        return {
            "id": f"m{number}",
            "label": "what raised the score",
            "kind": "saliency",
            "file": name,
            "affine": np.eye(4).tolist(),
            "value_range": [0.0, 1.0],
            "images": [{"sop_uid": image.sop_uid}],
            "space": {"series_uid": image.series_uid},
        }


def _reference(images: Sequence[Written], series: str) -> dict[str, Any]:
    return {"series_uid": series, "sop_uids": [each.sop_uid for each in images if each.series_uid == series]}


def box_on_image(
    name: str, label: str, score: float, image: Written, at: tuple[float, float], half: float
) -> dict[str, Any]:
    """A square of `half` its side about a pixel (column, row)."""
    points = [[round(at[0] - half, 1), round(at[1] - half, 1)], [round(at[0] + half, 1), round(at[1] + half, 1)]]
    shape = {"kind": "box", "points": points}
    return {
        "id": name, "label": label, "score": round(score, 2), "image": {"sop_uid": image.sop_uid}, "on_image": shape,
        "space": {"series_uid": image.series_uid},
    }  # fmt: skip


def box_mm(name: str, label: str, score: float, centre_mm: Sequence[float], size_mm: Sequence[float]) -> dict[str, Any]:
    """A box in patient space."""
    shape = {"centre_mm": [round(v, 2) for v in centre_mm], "size_mm": [round(v, 2) for v in size_mm]}
    return {"id": name, "label": label, "score": round(score, 2), "box": shape}


def write_tables(folder: Path, cases: Sequence[MadeCase]) -> None:
    """cases.csv and reference.csv."""
    columns = list(dict.fromkeys(name for case in cases for name in case.columns))
    manifest = [
        (case.id, f"images/{case.id}", case.history, *(case.columns.get(name, "") for name in columns))
        for case in cases
    ]
    _write_csv(folder / "cases.csv", ("case", "path", "history", *columns), manifest)
    _write_csv(folder / "reference.csv", REFERENCE, [row for case in cases for row in _truth(case)])


def _truth(case: MadeCase) -> list[tuple[str, ...]]:
    if not case.lesions:
        return [(case.id, "yes" if case.positive else "no", "", "", "", "", "", "")]
    return [(case.id, "yes", each.id, *_place(each), f"{each.diameter_mm:g}", each.label) for each in case.lesions]


def _place(lesion: Lesion) -> tuple[str, str, str]:
    if lesion.at_mm is None:
        return "", "", ""
    x, y, z = lesion.at_mm
    return f"{x:.2f}", f"{y:.2f}", f"{z:.2f}"


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
