"""From the network's raw scores to chances: Platt scaling on the validation phantoms.

What belongs here: fitting two numbers. What does not: applying them (network.export puts them into the model).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from overlays.models.detector import find_peaks
from overlays.models.session import LoadedModel, open_session
from training.evaluate import LEAST_HIT_MM, unmeasured_card
from training.settings import PREPROCESSING
from training.volumes import Sample

Array = NDArray[np.float64]


def calibration(raw_model: Path, samples: list[Sample]) -> tuple[float, float]:
    """Slope and shift of the logit after which a score is the chance that a finding is a nodule.

    Validation exams hold many nodules; each hit is weighted so that it is the chance in exams with one nodule.
    """
    model = LoadedModel(
        unmeasured_card(raw_model), open_session(raw_model.read_bytes(), str(raw_model)), str(raw_model)
    )
    logits, hits, weights = [], [], []
    for sample in samples:
        for peak in find_peaks(model, sample.hu.astype(np.float32)):
            away = np.linalg.norm(sample.centres - np.array(peak.at), axis=1) * PREPROCESSING.spacing_mm
            hit = bool((away <= np.maximum(sample.diameters_mm / 2, LEAST_HIT_MM)).any())
            logits.append(np.log(peak.score / (1 - peak.score)))
            hits.append(float(hit))
            weights.append(1 / len(sample.centres) if hit else 1.0)
    return fit_logistic(np.array(logits), np.array(hits), np.array(weights))


def fit_logistic(x: Array, y: Array, weights: Array) -> tuple[float, float]:
    """Slope and shift of the weighted logistic regression of y on x, by Newton's method."""
    design = np.stack([x, np.ones_like(x)], axis=1)
    beta = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (weights * (y - chance))
        bend = (design * (weights * chance * (1 - chance))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return float(beta[0]), float(beta[1])
