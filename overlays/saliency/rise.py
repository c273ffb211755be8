"""RISE: which parts of the image a finding's score depends on, from masked copies and their scores alone.

What belongs here: the masks, the estimator, the map. What does not: the model, drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from overlays.models.grid import ModelGrid, model_grid, normalised
from overlays.models.session import LoadedModel
from overlays.result import AIMap, Box, Finding, Provenance
from study_configs.problem import StudyProblem
from viewers.volume import Volume

Array = NDArray[np.float32]
Progress = Callable[[int, int], None]

CROP_CELLS = 40  # edge of the cube around the finding, in cells of the model grid; a multiple of the model's own
COARSE_CELLS = 8  # masks are drawn on a grid of this many cells an edge, then enlarged and shifted
SHOWN = 0.5  # the share of the cube that a mask leaves as it is
BATCH = 8  # measured: larger batches gain nothing on a CPU, and this one gives progress ten times a second
NEAR_CELLS = 2  # the score explained is the largest within this many heat map cells of the finding
VALUE_RANGE = (0.0, 10.0)  # log-odds; fixed for this method: validation findings peak between 3 and 15
NOISE = 2.0  # with 200 masks, what lies below this is mostly chance; a layer should draw nothing there


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """The cube of the model grid around a finding: HU, its affine, and the finding's heat map cell inside it."""

    hu: Array
    affine: NDArray[np.float64]
    cell: tuple[int, int, int]  # slice, row, column


def explain(
    model: LoadedModel,
    volume: Volume,
    finding: Finding,
    *,
    masks: int = 200,
    seed: int = 0,
    progress: Progress | None = None,
    grid: ModelGrid | None = None,
) -> AIMap:
    """The RISE map of one box finding, in patient space, raw values kept.

    A value is the covariance of "this place was shown" with the log-odds of the finding's score, divided by the
    variance of the mask: by how much the log-odds rise when the place is shown instead of hidden (the score itself
    saturates near 0 under most masks). Places farther away matter little and are not computed: the map covers a cube
    of CROP_CELLS cells around the finding. Hidden places hold the card's `fill_hu`. The same seed gives the same map.
    `progress` is called with (masks done, masks in all). Give the volume's `grid` to explain several findings of it.

    Source: Petsiuk, Das, Saenko, RISE, BMVC 2018; scores centred by their mean (the covariance estimator), which needs
    fewer masks. Raises StudyProblem where the finding is no box or lies outside the volume.
    """
    crop = crop_around(model, grid or model_grid(volume, model.card.preprocessing), finding)
    with threadpool_limits(1, user_api="blas"):  # BLAS threads that wait for work take it from onnxruntime's
        values = rise_values(model, crop, masks=masks, seed=seed, progress=progress)
    return AIMap(
        id=f"{finding.id}-rise",
        label="What the score depends on (RISE)",
        kind="saliency",
        values=values,
        affine=crop.affine,
        value_range=VALUE_RANGE,
        units="log-odds",
        provenance=_provenance(model, masks, seed),
        finding=finding.id,
    )


def _provenance(model: LoadedModel, masks: int, seed: int) -> Provenance:
    card = model.card
    note = f"RISE, covariance estimator, {masks} masks, seed {seed}, hidden places at {card.preprocessing.fill_hu:g} HU"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Provenance("model", card.name, card.version, card.sha256, now, note=note)


def crop_around(model: LoadedModel, grid: ModelGrid, finding: Finding) -> Crop:
    """The cube around a box finding, filled up with `fill_hu` where it leaves the volume."""
    if not isinstance(finding.geometry, Box):
        raise StudyProblem(
            "only box findings can be explained.", where=finding.id, todo="Choose a finding of the detector."
        )
    at = (np.linalg.inv(grid.affine) @ np.append(finding.geometry.centre_mm, 1.0))[:3]
    shape = np.array(grid.hu.shape[::-1])
    if ((at < -0.5) | (at > shape - 0.5)).any():
        raise StudyProblem(
            "the finding lies outside this series.", where=finding.id, todo="Explain it on the series it was found in."
        )
    stride = model.card.outputs.stride
    corner = (np.rint(at / stride).astype(int) - CROP_CELLS // (2 * stride)) * stride
    hu = _cut(grid.hu, corner, model.card.preprocessing.fill_hu)
    affine = grid.affine.copy()
    affine[:3, 3] = (grid.affine @ np.append(corner, 1.0))[:3]
    column, row, plane = ((at - corner) / stride).astype(int)
    return Crop(hu, affine, (int(plane), int(row), int(column)))


def _cut(hu: Array, corner: NDArray[np.int_], fill_hu: float) -> Array:
    out = np.full((CROP_CELLS,) * 3, fill_hu, np.float32)
    first = corner[::-1]
    start, stop = np.maximum(first, 0), np.minimum(first + CROP_CELLS, hu.shape)
    inner = tuple(slice(int(a), int(b)) for a, b in zip(start - first, stop - first, strict=True))
    outer = tuple(slice(int(a), int(b)) for a, b in zip(start, stop, strict=True))
    out[inner] = hu[outer]
    return out


def rise_values(model: LoadedModel, crop: Crop, *, masks: int, seed: int, progress: Progress | None = None) -> Array:
    """The map's values, shape of the crop: cov(mask, log-odds) / var(mask), by running sums over batches."""
    rng = np.random.Generator(np.random.PCG64(seed))
    preprocessing = model.card.preprocessing
    shown = normalised(crop.hu, preprocessing)
    fill = float(normalised(np.full(1, preprocessing.fill_hu, np.float32), preprocessing)[0])
    total = np.zeros((3, shown.size))  # sums of mask, mask², mask × log-odds
    scores: list[float] = []
    for first in range(0, masks, BATCH):
        drawn = draw_masks(rng, min(BATCH, masks - first), shown.shape[0])
        got = _scores(model, crop, np.asarray(drawn * (shown - fill) + fill, np.float32))
        flat = drawn.reshape(len(drawn), -1)
        total[0] += flat.sum(axis=0)
        total[1] += np.einsum("nv,nv->v", flat, flat)
        total[2] += np.asarray(got, np.float32) @ flat
        scores += got
        if progress is not None:
            progress(len(scores), masks)
    mean = total[0] / masks
    covariance = total[2] / masks - mean * float(np.mean(scores))
    variance = np.maximum(total[1] / masks - mean * mean, 1e-3)
    return np.asarray((covariance / variance).reshape(shown.shape), np.float32)


def _scores(model: LoadedModel, crop: Crop, values: Array) -> list[float]:
    """The log-odds of the finding's score in each masked copy: the largest near its cell."""
    (score,) = model.run([model.card.outputs.score], np.ascontiguousarray(values[:, None], np.float32))
    near = tuple(slice(max(0, c - NEAR_CELLS), c + NEAR_CELLS + 1) for c in crop.cell)
    best = np.clip(score[:, 0][(slice(None), *near)].max(axis=(1, 2, 3)).astype(np.float64), 1e-6, 1 - 1e-6)
    return [float(value) for value in np.log(best / (1 - best))]


def draw_masks(rng: np.random.Generator, count: int, edge: int) -> Array:
    """Smooth random masks in 0..1, shape (count, edge, edge, edge).

    Each is a coarse random grid enlarged linearly and shifted by a part of a coarse cell; enlarging is three small
    matrix products.
    """
    coarse = (rng.random((count, COARSE_CELLS + 1, COARSE_CELLS + 1, COARSE_CELLS + 1)) < SHOWN).astype(np.float32)
    shifts = rng.random((count, 3))
    out = np.empty((count, edge, edge, edge), np.float32)
    for n in range(count):
        z, y, x = (_enlarging(edge, float(shift)) for shift in shifts[n])
        planes = np.einsum("zk,kji->zji", z, coarse[n], optimize=True)
        out[n] = y @ (planes @ x.T)
    return out


def _enlarging(edge: int, shift: float) -> Array:
    """The matrix (edge, COARSE_CELLS + 1) of linear interpolation from coarse points that lie `shift` cells off."""
    at = (np.arange(edge) + 0.5) * COARSE_CELLS / edge - 0.5 + shift
    at = np.clip(at, 0, COARSE_CELLS)
    low = np.minimum(at.astype(int), COARSE_CELLS - 1)
    matrix = np.zeros((edge, COARSE_CELLS + 1), np.float32)
    rows = np.arange(edge)
    matrix[rows, low] = 1 - (at - low)
    matrix[rows, low + 1] = at - low
    return matrix
