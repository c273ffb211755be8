"""Does a saliency map depend on what the model learned? The randomisation check of Adebayo et al., NeurIPS 2018.

What belongs here: comparing a map with that of a copy of the model whose weights are random. What does not: the maps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overlays.models.session import LoadedModel
from overlays.result import Finding
from overlays.saliency.rise import explain
from viewers.volume import Volume


@dataclass(frozen=True, slots=True)
class RandomisationCheck:
    """How alike the maps of the trained model and of its randomised copy are.

    `correlation` is Pearson's r over the map's cells: near 1 the map shows the image and the method rather than the
    model, near 0 it depends on the weights. `overlap` is the intersection over union of the hottest 2 % of both.
    """

    correlation: float
    overlap: float


def check_randomised(
    model: LoadedModel, randomised: LoadedModel, volume: Volume, finding: Finding, *, masks: int = 200, seed: int = 0
) -> RandomisationCheck:
    """Compare the RISE maps of a finding, made with the same masks; raises what `explain` raises."""
    trained = explain(model, volume, finding, masks=masks, seed=seed).values
    random = explain(randomised, volume, finding, masks=masks, seed=seed).values
    return compare_maps(trained, random)


def compare_maps(a: NDArray[np.float32], b: NDArray[np.float32]) -> RandomisationCheck:
    """Both figures for two maps of one shape; a map without any variation correlates with nothing (0)."""
    flat = a.std() < 1e-9 or b.std() < 1e-9
    correlation = 0.0 if flat else float(np.corrcoef(a.ravel(), b.ravel())[0, 1])
    hot_a, hot_b = (values >= np.quantile(values, 0.98) for values in (a, b))
    return RandomisationCheck(correlation, float((hot_a & hot_b).sum() / (hot_a | hot_b).sum()))
