"""Masks over a volume, kept as runs: small however large the volume is, and quick to compare and to undo.

What belongs here: the frozen `Mask`, what two masks differ in, and their form in the log. What does not: painting
(brush) and drawing (viewers.drawing.measure_painter).
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.bool_]
OUTSIDE = cv2.BORDER_CONSTANT  # nothing is in there
FEW_PX = 100  # pixels to a run from which filling run by run is faster than summing up
Runs = bytes  # little-endian int32 pairs (first pixel, pixels) of one slice, pixels counted row by row


def _empty() -> Mapping[int, Runs]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Mask:
    """Which voxels of a stack of `shape` (slices, rows, columns) are in; `slices` holds the runs of those with any."""

    shape: tuple[int, int, int]
    slices: Mapping[int, Runs] = field(default_factory=_empty)

    def plane(self, slice_index: int) -> Plane:
        """One slice, (rows, columns)."""
        return _unpacked(self.slices.get(slice_index, b""), self.shape[1:])

    def with_planes(self, planes: Mapping[int, Plane]) -> Mask:
        """With these slices replaced; the others are shared, not copied."""
        changed = dict(self.slices)
        for index, plane in planes.items():
            runs = _packed(plane)
            changed.pop(index, None)
            if runs:
                changed[index] = runs
        return Mask(self.shape, MappingProxyType(changed))

    @property
    def voxels(self) -> int:
        return sum(int(_pairs(runs)[:, 1].sum()) for runs in self.slices.values())

    @property
    def is_empty(self) -> bool:
        return not self.slices

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and the last slice with anything in it."""
        return (min(self.slices), max(self.slices)) if self.slices else None


def mask_from(volume: NDArray[np.generic]) -> Mask:
    """A mask from a volume (slices, rows, columns) in which what is not 0 is in."""
    slices, rows, columns = volume.shape
    planes = {index: volume[index] != 0 for index in range(slices) if volume[index].any()}
    return Mask((slices, rows, columns)).with_planes(planes)


def dense(mask: Mask) -> NDArray[np.bool_]:
    """The whole mask, (slices, rows, columns)."""
    whole = np.zeros(mask.shape, bool)
    for index in mask.slices:
        whole[index] = mask.plane(index)
    return whole


def flipped(mask: Mask, difference: Mask) -> Mask:
    """The mask with the voxels of `difference` turned over; doing it twice changes nothing."""
    return mask.with_planes({index: mask.plane(index) ^ difference.plane(index) for index in difference.slices})


def difference(before: Mask, after: Mask) -> Mask:
    """The voxels in which two masks of one shape differ."""
    touched = {
        index for index in {*before.slices, *after.slices} if before.slices.get(index) != after.slices.get(index)
    }
    return Mask(before.shape).with_planes({index: before.plane(index) ^ after.plane(index) for index in touched})


def as_text(mask: Mask) -> str:
    """The runs deflated, in base64: slice, number of runs, runs; for the log."""
    parts: list[bytes] = []
    for index in sorted(mask.slices):
        pairs = _pairs(mask.slices[index]).copy()
        pairs[1:, 0] -= pairs[:-1, 0].copy()  # distances deflate better than places
        parts += [np.array([index, len(pairs)], "<i4").tobytes(), pairs.astype("<i4").tobytes()]
    return base64.b64encode(zlib.compress(b"".join(parts), 6)).decode("ascii")


def from_text(text: str, shape: tuple[int, int, int]) -> Mask:
    """The mask of `as_text` again. Raises ValueError where the text is none."""
    try:
        numbers = np.frombuffer(zlib.decompress(base64.b64decode(text, validate=True)), "<i4")
    except zlib.error as error:
        raise ValueError("This is no mask.") from error
    slices: dict[int, Runs] = {}
    at = 0
    while at + 2 <= len(numbers):
        index, count = int(numbers[at]), int(numbers[at + 1])
        pairs = numbers[at + 2 : at + 2 + 2 * count].reshape(-1, 2).copy()
        pairs[:, 0] = np.cumsum(pairs[:, 0])
        slices[index], at = pairs.astype("<i4").tobytes(), at + 2 + 2 * count
    return Mask(shape, MappingProxyType(slices))


def edges(plane: Plane) -> NDArray[np.float64]:
    """The outline of a plane as line pieces (n, 4): column, row to column, row, on the pixels' borders."""
    whole = plane.view(np.uint8)
    left, top, width, height = cv2.boundingRect(whole)
    if not width:
        return np.zeros((0, 4))
    crop = np.asarray(cv2.copyMakeBorder(whole[top : top + height, left : left + width], 1, 1, 1, 1, OUTSIDE), np.uint8)
    line, first, past = _pieces(crop[1:] ^ crop[:-1])
    across = np.column_stack([first, line, past, line]) - (1, 0, 1, 0)  # pixel k of the crop is its padded pixel k + 1
    line, first, past = _pieces(np.asarray(cv2.transpose(crop[:, 1:] ^ crop[:, :-1]), np.uint8))
    down = np.column_stack([line, first, line, past]) - (0, 1, 0, 1)
    return np.asarray(np.vstack([across, down]) + np.array([left, top, left, top]) - 0.5, np.float64)


def _pieces(borders: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Unbroken pieces of each line of an array of 0 and 1: line, first, past the last."""
    padded = np.asarray(cv2.copyMakeBorder(borders, 0, 0, 1, 1, OUTSIDE), np.uint8)
    turns = padded[:, 1:] ^ padded[:, :-1]
    lines, places = np.divmod(np.flatnonzero(turns.view(bool)), turns.shape[1])  # by turns a start and an end
    return lines[::2], places[::2], places[1::2]


def _packed(plane: Plane) -> Runs:
    flat = plane.ravel()
    turns = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    ends = np.concatenate([[0] * bool(flat[0]), turns, [flat.size] * bool(flat[-1])]) if flat.size else turns
    first, past = ends[::2], ends[1::2]
    return np.column_stack([first, past - first]).astype("<i4").tobytes()


def _unpacked(runs: Runs, shape: tuple[int, int]) -> Plane:
    pairs = _pairs(runs)
    if len(pairs) * FEW_PX > shape[0] * shape[1]:
        return _summed_up(pairs, shape)
    flat = np.zeros(shape[0] * shape[1], bool)
    for first, count in pairs.tolist():
        flat[first : first + count] = True
    return flat.reshape(shape)


def _summed_up(pairs: NDArray[np.int32], shape: tuple[int, int]) -> Plane:
    turned = np.zeros(shape[0] * shape[1] + 1, np.int8)
    turned[pairs[:, 0]] += 1
    turned[pairs[:, 0] + pairs[:, 1]] -= 1
    return np.cumsum(turned[:-1], dtype=np.int8).astype(bool).reshape(shape)


def _pairs(runs: Runs) -> NDArray[np.int32]:
    return np.frombuffer(runs, "<i4").reshape(-1, 2)
