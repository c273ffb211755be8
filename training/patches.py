"""Training patches: around nodules, around the model's own false alarms, around bright spots, and anywhere.

What belongs here: choosing, flipping and labelling patches. What does not: learning from them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.settings import OUTPUTS, PATCH, PREPROCESSING
from training.volumes import Sample

Array = NDArray[np.float32]
CELLS = PATCH // OUTPUTS.stride
PEAK_CELLS = 0.9  # deviation of the target's bump


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Inputs (n, 1, p, p, p); over cells: heat (n, 1, …), offset (n, 3, …), diameter in mm, where they count."""

    values: Array
    heat: Array
    offset: Array
    diameter: Array
    counts: Array


class PatchMaker:
    """Draws batches from samples; `mined` holds (sample index, column, row, slice) of false alarms."""

    def __init__(self, samples: list[Sample], seed: int) -> None:
        self._samples = samples
        self._rng = np.random.Generator(np.random.PCG64(seed))
        self._bright = [_bright_places(s, self._rng) for s in samples]
        self.mined: list[tuple[int, Array]] = []

    def batch(self, size: int) -> Batch:
        made = [self._patch(kind) for kind in self._kinds(size)]
        values, heat, offset, diameter, counts = (np.stack(part) for part in zip(*made, strict=True))
        return Batch(values[:, None], heat[:, None], offset, diameter[:, None], counts[:, None])

    def _kinds(self, size: int) -> list[str]:
        shares = (
            {"nodule": 0.5, "bright": 0.25, "mined": 0.2, "any": 0.05}
            if self.mined
            else {"nodule": 0.55, "bright": 0.4, "any": 0.05}
        )
        return [str(kind) for kind in self._rng.choice(list(shares), size, p=list(shares.values()))]

    def _patch(self, kind: str) -> tuple[Array, ...]:
        index, at = self._place(kind)
        sample = self._samples[index]
        corner = np.rint(at + self._rng.uniform(-14, 14, 3) - PATCH / 2).astype(int)
        values = _cut(sample.hu, corner)
        centres = sample.centres - corner
        return self._flipped(values, centres, sample.diameters_mm)

    def _place(self, kind: str) -> tuple[int, Array]:
        rng = self._rng
        if kind == "mined":
            return self.mined[rng.integers(len(self.mined))]
        index = int(rng.integers(len(self._samples)))
        sample = self._samples[index]
        if kind == "nodule":
            return index, sample.centres[rng.integers(len(sample.centres))]
        if kind == "bright":
            return index, self._bright[index][rng.integers(len(self._bright[index]))]
        return index, (rng.uniform(0, 1, 3) * np.array(sample.hu.shape[::-1])).astype(np.float32)

    def _flipped(self, values: Array, centres: Array, diameters: Array) -> tuple[Array, ...]:
        """Flip, exchange axes, shift and stretch the grey values; targets follow."""
        centres = centres.copy()
        for axis in range(3):
            if self._rng.random() < 0.5:
                values = np.flip(values, 2 - axis)
                centres[:, axis] = PATCH - 1 - centres[:, axis]
        if self._rng.random() < 0.5:
            values = values.transpose(0, 2, 1)
            centres = centres[:, [1, 0, 2]]
        values = values * np.float32(self._rng.uniform(0.97, 1.03)) + np.float32(self._rng.normal(0, 0.012))
        values = values + self._rng.normal(0, self._rng.uniform(0, 0.012), values.shape).astype(np.float32)
        return np.clip(values, 0, 1), *targets(centres, diameters)


def _bright_places(sample: Sample, rng: np.random.Generator) -> Array:
    """Places of soft-tissue density with lung around: vessels, pleura, scars."""
    dense = sample.hu > -450
    low, high = np.full(3, 6), np.array(sample.hu.shape) - 6
    at = np.argwhere(dense)
    at = at[((at > low) & (at < high)).all(axis=1)]
    at = at[rng.choice(len(at), min(len(at), 40_000), replace=False)]
    air = sum((sample.hu[tuple((at + d).T)] < -700).astype(int) for d in np.array([*np.eye(3), *-np.eye(3)], int) * 4)
    return at[air >= 4][:, ::-1].astype(np.float32)


def _cut(hu: NDArray[np.int16], corner: NDArray[np.int_]) -> Array:
    """A patch from a corner (column, row, slice), filled with air outside the volume, scaled to 0..1."""
    low, high = PREPROCESSING.clip_hu
    out = np.full((PATCH,) * 3, low, np.float32)
    first = corner[::-1]
    start = np.maximum(first, 0)
    stop = np.minimum(first + PATCH, hu.shape)
    if (stop > start).all():
        inner = tuple(slice(a, b) for a, b in zip(start - first, stop - first, strict=True))
        out[inner] = hu[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))]
    return (np.clip(out, low, high) - np.float32(low)) / np.float32(high - low)


def targets(centres: Array, diameters: Array) -> tuple[Array, Array, Array, Array]:
    """Heat (bumps of height 1), offsets to the middle, diameters and where these two count, over the cells."""
    stride = OUTPUTS.stride
    places = np.arange(CELLS, dtype=np.float32) * stride + (stride - 1) / 2
    heat = np.zeros((CELLS,) * 3, np.float32)
    offset, size, counts = np.zeros((3, *heat.shape), np.float32), np.ones_like(heat), np.zeros_like(heat)
    for (x, y, z), diameter in zip(centres, diameters, strict=True):
        if min(x, y, z) < -4 or max(x, y, z) > PATCH + 4:
            continue
        dx, dy, dz = np.broadcast_arrays(
            (x - places)[None, None], (y - places)[None, :, None], (z - places)[:, None, None]
        )
        distance2 = (dx * dx + dy * dy + dz * dz) / stride**2
        heat = np.maximum(heat, np.exp(-distance2 / (2 * PEAK_CELLS**2)).astype(np.float32))
        close = distance2 < 2.3
        offset = np.where(close, np.stack([dx, dy, dz]), offset)
        size = np.where(close, np.float32(diameter), size)
        counts = np.where(close, np.float32(1), counts)
        nearest = np.unravel_index(int(distance2.argmin()), heat.shape)
        heat[nearest] = 1.0 if distance2[nearest] < 1 else heat[nearest]
    return heat, offset, size, counts
