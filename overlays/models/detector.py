"""The nodule detector: from a CT volume to box findings in patient mm.

What belongs here: reading the model's heat map. What does not: preprocessing (grid), the model itself (session).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.models.card import Outputs, accepts
from overlays.models.grid import ModelGrid, model_grid, normalised, padded
from overlays.models.session import LoadedModel
from overlays.result import AIResult, Box, Finding, Provenance
from study_configs.problem import StudyProblem
from viewers.volume import Volume

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Peak:
    """One local maximum of the heat map. `at` is (column, row, slice) in cells of the model grid."""

    at: tuple[float, float, float]
    score: float
    diameter_mm: float


def detect(model: LoadedModel, volume: Volume, *, ai: str) -> AIResult:
    """Every finding down to the card's minimum score, best first, so that thresholds can be moved afterwards.

    `ai` is the AI's id in the protocol. Raises StudyProblem where the model is not meant for this series.
    """
    header = volume.header
    refusal = accepts(model.card, header)
    if refusal:
        raise StudyProblem(
            refusal, where=header.description or header.series_uid, todo="Choose a series that its card names."
        )
    grid = model_grid(volume, model.card.preprocessing)
    provenance = _provenance(model)
    peaks = find_peaks(model, grid.hu)
    findings = tuple(_finding(model, grid, peak, f"{ai}-{n}", provenance) for n, peak in enumerate(peaks, start=1))
    return AIResult(ai, header.series_uid, header.frame_of_reference_uid, findings, (), provenance)


def _provenance(model: LoadedModel) -> Provenance:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Provenance("model", model.card.name, model.card.version, model.card.sha256, now)


def _finding(model: LoadedModel, grid: ModelGrid, peak: Peak, name: str, provenance: Provenance) -> Finding:
    x, y, z = (grid.affine @ np.append(peak.at, 1.0))[:3]
    edge = peak.diameter_mm + 2 * model.card.outputs.margin_mm
    box = Box((float(x), float(y), float(z)), (edge, edge, edge))
    return Finding(name, model.card.outputs.label, peak.score, box, provenance)


def find_peaks(model: LoadedModel, hu: Array) -> list[Peak]:
    """The peaks of the model's heat map over a grid in HU, best first."""
    outputs = model.card.outputs
    score, offset, diameter = heat_map(model, hu)
    cells = np.argwhere((score >= outputs.minimum_score) & (score >= _neighbourhood_maximum(score)))
    peaks = [_peak(outputs, hu.shape, cell, score, offset, diameter) for cell in cells]
    apart = outputs.apart_mm / model.card.preprocessing.spacing_mm
    return _best_of_neighbours([peak for peak in peaks if peak is not None], apart)


def heat_map(model: LoadedModel, hu: Array) -> tuple[Array, Array, Array]:
    """Score (cells), offset (3, cells) and diameter in mm (cells), each over (slices, rows, columns) of cells."""
    outputs, preprocessing = model.card.outputs, model.card.preprocessing
    values = padded(normalised(hu, preprocessing), preprocessing.pad_multiple)
    score, offset, diameter = model.run([outputs.score, outputs.offset, outputs.diameter], values[None, None])
    return score[0, 0], offset[0], diameter[0, 0]


def _neighbourhood_maximum(score: Array) -> Array:
    """The largest value among each cell and its 26 neighbours."""
    flat = np.stack([cv2.dilate(plane, np.ones((3, 3), np.uint8)) for plane in score])
    edge = np.full_like(flat[:1], -np.inf)
    beside = np.maximum(np.concatenate([edge, flat[:-1]]), np.concatenate([flat[1:], edge]))
    return np.asarray(np.maximum(beside, flat), np.float32)


def _peak(
    outputs: Outputs,
    shape: tuple[int, ...],
    cell: NDArray[np.intp],
    score: Array,
    offset: Array,
    diameter: Array,
) -> Peak | None:
    """The peak of a cell, or None where it points outside the volume (into the padding)."""
    k, j, i = (int(v) for v in cell)
    middle = np.array([i, j, k]) * outputs.stride + (outputs.stride - 1) / 2
    x, y, z = (float(v) for v in middle + offset[:, k, j, i])
    if not (-0.5 <= x < shape[2] - 0.5 and -0.5 <= y < shape[1] - 0.5 and -0.5 <= z < shape[0] - 0.5):
        return None
    return Peak((x, y, z), float(score[k, j, i]), float(np.clip(diameter[k, j, i], 2.0, 40.0)))


def _best_of_neighbours(peaks: list[Peak], apart: float) -> list[Peak]:
    """Drop each peak that lies within `apart` cells of a better one."""
    kept: list[Peak] = []
    for peak in sorted(peaks, key=lambda p: (-p.score, p.at)):
        if all(np.linalg.norm(np.subtract(peak.at, other.at)) > apart for other in kept):
            kept.append(peak)
    return kept
