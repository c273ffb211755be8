"""Phantom chest CT exams: plausible anatomy from a seed, and nodules whose place and size are known exactly.

What belongs here: putting the parts together into Hounsfield units. What does not: the parts, nor DICOM (series).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from resources.phantoms.anatomy import Anatomy, build_anatomy
from resources.phantoms.bones import SliceFrame, draw_bones
from resources.phantoms.nodules import (
    Density,
    Patch,
    PlacedNodule,
    Site,
    draw_confounders,
    draw_nodule,
    place_nodules,
)
from resources.phantoms.noise import ReconstructionNoise, noise_level
from resources.phantoms.plan import COARSE_Z, BodyPlan, Field, Grid, draw_plan
from resources.phantoms.series import write_series
from resources.phantoms.shapes import occupancy
from resources.phantoms.trees import draw_branches, grow_trees

__all__ = ["PhantomExam", "PhantomNodule", "make_exam", "write_series"]

FAT_HU = -102.0
MUSCLE_HU = 52.0
AIR_HU = -1000.0
POINT_SPREAD_PX = 0.62


@dataclass(frozen=True, slots=True)
class PhantomNodule:
    """The truth about one nodule. `centre_mm` is LPS; `diameter_mm` is that of the ball of equal volume."""

    id: str
    centre_mm: tuple[float, float, float]
    diameter_mm: float
    density: Density
    site: Site


@dataclass(frozen=True, slots=True, eq=False)
class PhantomExam:
    """One phantom CT: `hu` int16 (slices, 512, 512), feet first; `affine` maps (column, row, slice) to LPS mm."""

    seed: int
    hu: NDArray[np.int16]
    affine: NDArray[np.float64]
    nodules: tuple[PhantomNodule, ...]
    contrast: bool


def make_exam(seed: int, nodules: int, *, slices: int = 240) -> PhantomExam:
    """Make the exam of a seed with so many nodules; the same arguments give the same voxels.

    The exam always covers 300 mm, so that fewer slices are thicker. Raises ValueError below 24 slices.
    """
    if slices < 24:
        raise ValueError("a phantom exam needs at least 24 slices")
    streams = [np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence([seed, 0x5EED]).spawn(5)]
    plan = draw_plan(streams[0])
    grid = Grid(slices, plan.pixel_mm)
    anatomy = build_anatomy(plan, grid, streams[1])
    trees = grow_trees(plan, grid, anatomy, streams[2])
    placed = place_nodules(grid, anatomy, trees.vessels, nodules, streams[3])
    patches = draw_confounders(grid, anatomy, trees.vessels, placed, streams[3])
    for nodule in placed:
        patches += draw_nodule(grid, nodule, streams[3])
    tubes = Tubes(grid)
    draw_branches(grid, trees.vessels, tubes.vessel)
    draw_branches(grid, trees.airways, tubes.wall, grow_mm=0.75)
    draw_branches(grid, trees.airways, tubes.lumen)
    hu = _compose(plan, grid, anatomy, tubes, patches, streams[4])
    affine = _affine(grid, seed)
    return PhantomExam(seed, hu, affine, _truth(placed, grid, affine), plan.contrast)


class Tubes:
    """Occupancies (0..255) of vessels, airway walls and airway lumina, shape (slices, rows, columns)."""

    def __init__(self, grid: Grid) -> None:
        shape = (grid.slices, grid.rows, grid.rows)
        self.vessel = np.zeros(shape, np.uint8)
        self.wall = np.zeros(shape, np.uint8)
        self.lumen = np.zeros(shape, np.uint8)


def _affine(grid: Grid, seed: int) -> NDArray[np.float64]:
    """The body frame turned into LPS: axes agree, the origin depends on how the patient was put on the table."""
    middle = (grid.rows - 1) / 2 * grid.pixel_mm
    affine = np.diag([grid.pixel_mm, grid.pixel_mm, grid.slice_mm, 1.0])
    affine[:3, 3] = np.round([-middle, -middle - 140.0, -420.0 + 3.5 * (seed % 40)], 3)
    return affine


def _truth(placed: tuple[PlacedNodule, ...], grid: Grid, affine: NDArray[np.float64]) -> tuple[PhantomNodule, ...]:
    truth = []
    for number, nodule in enumerate(placed, start=1):
        at = affine @ np.append(grid.index(np.array(nodule.centre_mm)), 1.0)
        centre = (float(at[0]), float(at[1]), float(at[2]))
        truth.append(PhantomNodule(f"nodule-{number}", centre, nodule.diameter_mm, nodule.density, nodule.site))
    return tuple(truth)


class _Slices:
    """Full-size fields of one slice after another, from the coarse ones."""

    def __init__(self, grid: Grid, anatomy: Anatomy) -> None:
        self._grid = grid
        self._anatomy = anatomy
        self.slice_mm = grid.slice_mm
        self.plane = 0

    def coarse(self, name: str) -> Field:
        field: Field = getattr(self._anatomy, name)
        at = self.plane / COARSE_Z
        low = min(int(at), len(field) - 2)
        t = np.float32(at - low)
        return np.asarray(field[low] * (1 - t) + field[low + 1] * t, np.float32)

    def full(self, name: str) -> Field:
        size = (self._grid.rows, self._grid.rows)
        return np.asarray(cv2.resize(self.coarse(name), size, interpolation=cv2.INTER_CUBIC), np.float32)

    def solid(self, name: str) -> Field | None:
        """The full-size distance field, or None where the slice does not meet it."""
        return self.full(name) if float(self.coarse(name).min()) < 2 else None


def _compose(
    plan: BodyPlan, grid: Grid, anatomy: Anatomy, tubes: Tubes, patches: list[Patch], rng: np.random.Generator
) -> NDArray[np.int16]:
    """Paint every slice from the outside in, blur it as a scanner would, and add noise."""
    out = np.empty((grid.slices, grid.rows, grid.rows), np.int16)
    noise = ReconstructionNoise(rng, grid.rows)
    fields = _Slices(grid, anatomy)
    axis = grid.axis_mm()
    table = _table(axis)
    for plane in range(grid.slices):
        fields.plane = plane
        texture = fields.full("fine")
        body, cage, lung = fields.full("body"), fields.full("cage"), fields.full("lung")
        hu = _wall(plan, fields, body, cage, texture)
        np.copyto(hu, table, where=hu < -900)
        _draw_mediastinum(plan, fields, texture, hu)
        _draw_abdomen(plan, fields, axis, texture, hu)
        frame = SliceFrame(
            plane * grid.slice_mm, axis[None, :], axis[:, None], cage, body, fields.full("angle"), texture
        )
        draw_bones(plan, grid, frame, hu)
        _draw_lungs(plan, fields, lung, axis, texture, rng, hu)
        _draw_tubes(plan, plane, tubes, lung, cage, hu)
        _draw_patches(plane, patches, lung, hu)
        hu = cv2.GaussianBlur(hu, (5, 5), POINT_SPREAD_PX)
        hu += noise.next_slice() * noise_level(body, plan.noise_hu)
        np.clip(hu, -1024, 3071, out=hu)
        out[plane] = np.rint(hu)
    return out


def _mix(hu: Field, value: float | Field, distance: Field, width_mm: float = 1.0) -> None:
    """Fill a solid with a value, in place."""
    hu += (np.asarray(value, np.float32) - hu) * occupancy(distance, width_mm)


def _wall(plan: BodyPlan, fields: _Slices, body: Field, cage: Field, texture: Field) -> Field:
    """Air, skin, fat and muscle, with fat between the muscles; mediastinal fat fills the cage."""
    hu = np.full(body.shape, AIR_HU, np.float32)
    _mix(hu, 25.0, body)
    coarse, muscle = fields.full("coarse"), fields.full("muscle")
    septa = np.clip(1 - np.abs(texture + 0.3) * 9, 0, 1) * np.float32(34)
    if plan.breasts:
        septa += np.clip(texture + coarse - 0.4, 0, 1) * np.clip(muscle / 14 - 0.7, 0, 1) * np.float32(125)
    _mix(hu, FAT_HU + 5 * texture + septa, body + np.float32(2.0))
    _mix(hu, MUSCLE_HU + 4 * texture - _fat_planes(plan, fields, cage, coarse, texture), muscle, 1.4)
    _mix(hu, FAT_HU + 8 * texture, cage - np.float32(0.2), 1.2)
    return hu


def _fat_planes(plan: BodyPlan, fields: _Slices, cage: Field, coarse: Field, texture: Field) -> Field:
    """How much lower than muscle: fat between the layers of the chest wall, around the scapula, in the axilla."""
    angle = fields.full("angle")
    z = fields.plane * fields.slice_mm
    layers = np.zeros_like(cage)
    for place in (11.0, 25.0):
        layers += np.clip(1.15 - np.abs(cage - np.float32(place) + 5 * coarse) / np.float32(1.5), 0, 1) * (angle > 0.25)
    fibres = np.clip(1 - np.abs(texture - 0.2 * coarse) * 7, 0, 1) * np.float32(0.28) * (cage > 7)
    axilla = np.clip(1.6 - np.abs(angle - np.float32(1.85)) / 0.28 + 0.5 * coarse, 0, 1)
    axilla *= np.clip(cage / 6 - 1.4, 0, 1) * np.float32(np.clip((z - 165) / 30, 0, 1) * np.clip((275 - z) / 20, 0, 1))
    back = np.clip(1.2 - np.abs(angle - np.float32(0.42) + 0.03 * coarse) * 60, 0, 1) * (cage > 7)
    return np.asarray(np.clip(layers * 0.8 + fibres + axilla + 0.7 * back, 0, 1) * np.float32(148), np.float32)


def _table(axis: Field) -> Field:
    """The table in air: a curved carbon shell around foam. It shows wherever the body does not lie."""
    curve = np.float32(126) - axis[None, :] ** 2 / np.float32(1500)
    depth = axis[:, None] - curve
    beyond = np.abs(axis[None, :]) - np.float32(170)
    inside = np.maximum(np.maximum(-depth, depth - 26), beyond)
    foam = np.where(occupancy(inside, 1.0) > 0.5, np.float32(-945), np.float32(AIR_HU))
    shell = occupancy(np.abs(inside + 1) - np.float32(0.9), 1.0)
    return np.asarray(foam + shell * (np.float32(-420) - foam), np.float32)


def _draw_mediastinum(plan: BodyPlan, fields: _Slices, texture: Field, hu: Field) -> None:
    soft = fields.solid("soft")
    if soft is not None:
        _mix(hu, 42.0, soft)
    heart = fields.solid("heart")
    if heart is not None:
        _mix(hu, 32.0, heart, 1.2)  # pericardium and what lies under it
        _mix(hu, FAT_HU + 10, heart + np.float32(1.6), 1.2)
        grooves = np.float32(3.0) + 3.2 * np.clip(fields.full("coarse"), -0.8, 1.2)
        _mix(hu, (100.0 if plan.contrast else 46.0) + 3 * texture, heart + grooves, 1.4)
        chambers = fields.solid("chambers")
        if chambers is not None:
            _mix(hu, plan.blood_hu, chambers, 1.6)
    blood = fields.solid("blood")
    if blood is not None:
        _mix(hu, np.maximum(hu, 45), blood - np.float32(0.9))
        _mix(hu, plan.blood_hu, blood + np.float32(0.6))


def _draw_abdomen(plan: BodyPlan, fields: _Slices, axis: Field, texture: Field, hu: Field) -> None:
    liver = fields.solid("liver")
    if liver is not None:
        value = (105.0 if plan.contrast else 56.0) + 3 * texture
        portal = np.clip(np.abs(fields.full("coarse")) * -9 + 0.9, 0, 1) * (35.0 if plan.contrast else -14.0)
        _mix(hu, (value + portal).astype(np.float32), liver)
    spleen = fields.solid("spleen")
    if spleen is not None:
        _mix(hu, (115.0 if plan.contrast else 48.0) + 3 * texture, spleen)
    stomach = fields.solid("stomach")
    if stomach is not None:
        _mix(hu, 45.0, stomach)
        level = np.where(axis[:, None] < -18, np.float32(-985), np.float32(22))
        food = level + np.where(level > 0, 14 * texture, 0)
        _mix(hu, food.astype(np.float32), stomach + np.float32(3.5))


def _draw_lungs(
    plan: BodyPlan, fields: _Slices, lung: Field, axis: Field, texture: Field, rng: np.random.Generator, hu: Field
) -> None:
    """Parenchyma, denser towards the back where the patient lies on it, with fissures and fine texture."""
    if float(lung.min()) > 1:
        return
    slope = np.float32(plan.lung_gradient_hu / 180) * axis[:, None]
    fine = cv2.GaussianBlur(rng.standard_normal(lung.shape, dtype=np.float32), (9, 9), 1.8) * np.float32(75)
    value = np.float32(plan.lung_hu) + slope + 11 * texture + 9 * fields.full("coarse") + fine
    dependent = np.clip(axis[:, None] / 30 - 1.6, 0, 1) * np.clip(1 + lung / 9, 0, 1) * np.float32(130)
    fissure = np.clip(1 - fields.full("fissure") / np.float32(0.9), 0, 1) * np.float32(150)
    _mix(hu, (value + dependent + fissure).astype(np.float32), lung)


def _draw_tubes(plan: BodyPlan, plane: int, tubes: Tubes, lung: Field, cage: Field, hu: Field) -> None:
    """Vessels run through the lungs and the hila; airways through the mediastinum too."""
    scale = np.float32(1 / 255)
    vessel = tubes.vessel[plane] * scale * occupancy(lung - np.float32(12), 3.0) * occupancy(cage + np.float32(2), 2.0)
    hu += (np.float32(plan.blood_hu) - hu) * vessel
    wall = tubes.wall[plane]
    if wall.any():
        lumen = tubes.lumen[plane] * scale
        hu += (np.maximum(np.float32(15), hu) - hu) * (wall * scale) * 0.85
        hu += (np.float32(-985) - hu) * lumen


def _draw_patches(plane: int, patches: list[Patch], lung: Field, hu: Field) -> None:
    for patch in patches:
        planes, rows, columns = patch.box
        if planes.start <= plane < planes.stop:
            filled = patch.occupancy[plane - planes.start]
            if patch.lung_only:
                filled = filled * occupancy(lung[rows, columns], 1.0)
            part = hu[rows, columns]
            part += (np.maximum(patch.hu[plane - planes.start], part) - part) * filled
