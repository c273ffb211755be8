"""The soft organs of a chest as distance fields on a coarse grid, in the body frame of `plan.Grid`.

What belongs here: body wall, lungs, mediastinum, upper abdomen. What does not: bones, vessel trees, nodules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resources.phantoms.plan import BodyPlan, Field, Grid
from resources.phantoms.shapes import (
    Tube,
    ellipsoid,
    join,
    meet,
    profile,
    smooth_noise,
    superellipse,
    tilted_ellipsoid,
    tube,
)


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """Distance fields (mm, negative inside) of shape (coarse slices, coarse rows, coarse columns), and textures.

    `angle` runs from 0 at the back to pi at the front around the chest wall. `fissure` is the distance to the nearest
    interlobar fissure; `lobe` names the lobe of each cell by a number. `coarse` textures vary over some 25 mm,
    `fine` over some 8 mm.
    """

    body: Field
    muscle: Field
    cage: Field
    angle: Field
    lung: Field
    fissure: Field
    lobe: Field
    heart: Field
    chambers: Field
    blood: Field
    soft: Field
    liver: Field
    spleen: Field
    stomach: Field
    coarse: Field
    fine: Field


def cage_middle(z: Field) -> Field:
    """The y of the middle of the rib cage at each level."""
    return profile(z, [(0, 5), (100, 2), (180, 4), (220, 10), (250, 17), (270, 26), (285, 34)])


def spine_y(plan: BodyPlan, z: Field) -> Field:
    """The y of the middle of the vertebral bodies at each level."""
    return np.asarray((46 + plan.kyphosis * np.sin(np.pi * (z + 20) / 320)) * plan.size * plan.depth, np.float32)


def build_anatomy(plan: BodyPlan, grid: Grid, rng: np.random.Generator) -> Anatomy:
    """Lay out the soft organs of one body."""
    axis = grid.coarse_axis_mm()
    x, y, z = axis[None, None, :], axis[None, :, None], grid.coarse_z_mm()[:, None, None]
    shape = (z.size, y.size, x.size)
    coarse = smooth_noise(rng, shape, 9)
    fine = smooth_noise(rng, shape, 3)
    trunk = _trunk(plan, x, y, z)
    cage, angle = _cage(plan, x, y, z)
    heart = _heart(plan, x, y, z) + coarse * 0.8
    blood = _union([tube(x, y, z, _scaled(plan, line)) for line in great_vessels()])
    dome = _diaphragm(plan, x, y, z) + coarse * 1.0
    middle = _mediastinum(plan, x, y, z, join(heart, blood, 8))
    pleura = np.asarray(cage + 0.9 + coarse * 0.3, np.float32)
    lung = meet(meet(pleura, np.asarray(-middle, np.float32), 5), dome, 4)
    fissure, lobe = _fissures(x, y, z, coarse)
    below = meet(np.asarray(-dome + 1.5, np.float32), np.asarray(cage + 2.5, np.float32), 8)
    liver = meet(_liver(x, y, z, coarse), below, 5)
    stomach = meet(ellipsoid(x, y, z, (62, -12, 52), (42, 46, 48)) + coarse * 2, below + 3, 5)
    spleen = meet(ellipsoid(x, y, z, (98, 44, 50), (30, 40, 52)) + coarse * 1.5, below, 5)
    kidneys = _union([ellipsoid(x, y, z, (s * 58, 50, -5), (25, 24, 42)) for s in (-1, 1)])
    return Anatomy(
        body=join(trunk, _breasts(plan, x, y, z), 12) if plan.breasts else trunk,
        muscle=_muscle(plan, trunk, angle, z) + coarse * 1.5,
        cage=cage,
        angle=angle,
        lung=lung,
        fissure=fissure,
        lobe=lobe,
        heart=heart,
        chambers=_chambers(plan, x, y, z, heart),
        blood=blood,
        soft=_soft_tubes(plan, x, y, z, below),
        liver=np.maximum(liver, -stomach + 3),
        spleen=np.minimum(np.maximum(spleen, -stomach + 3), np.maximum(kidneys, -liver + 2)),
        stomach=stomach,
        coarse=coarse,
        fine=fine,
    )


def _union(fields: list[Field]) -> Field:
    out = fields[0]
    for field in fields[1:]:
        out = np.minimum(out, field)
    return out


def _scaled(plan: BodyPlan, line: Tube) -> list[tuple[float, float, float, float]]:
    k = plan.size
    return [(px * k, py * k * plan.depth, pz, r * k) for px, py, pz, r in line]


def _trunk(plan: BodyPlan, x: Field, y: Field, z: Field) -> Field:
    wide = profile(z, [(0, 148), (60, 153), (130, 158), (200, 163), (240, 168), (270, 176), (300, 186)])
    deep = profile(z, [(0, 106), (60, 112), (150, 114), (210, 106), (250, 92), (280, 80), (300, 76)])
    middle = profile(z, [(0, 0), (150, 0), (210, 4), (250, 12), (300, 22)])
    over = np.float32(plan.fat_mm - 12)
    half_x, half_y = wide * plan.size + over, deep * plan.size * plan.depth + over
    return superellipse(x, y - middle, half_x, half_y, 2.35)


def _breasts(plan: BodyPlan, x: Field, y: Field, z: Field) -> Field:
    size = plan.breasts
    return _union([ellipsoid(x, y, z, (s * 72, -88 - 8 * size, 128), (58 * size, 38 * size, 50)) for s in (-1, 1)])


def _cage(plan: BodyPlan, x: Field, y: Field, z: Field) -> tuple[Field, Field]:
    """The inner surface of the rib cage, drawn in beside the spine, and the angle around it."""
    top = np.asarray(z - plan.lung_top * np.clip(z / 280, 0, 1), np.float32)
    wide = profile(
        top, [(0, 124), (60, 130), (120, 130), (180, 121), (220, 103), (250, 79), (268, 58), (281, 30), (290, 8)]
    )
    deep = profile(top, [(0, 86), (60, 92), (120, 93), (180, 87), (220, 76), (250, 62), (268, 47), (281, 25), (290, 8)])
    middle = cage_middle(z) * plan.size
    half_x, half_y = wide * plan.size, deep * plan.size * plan.depth
    v = y - middle
    shell = superellipse(x, v, half_x, half_y, 2.25)
    gutter = np.clip(np.abs(x) / (46 * plan.size), 0, 1)
    limit = half_y * (0.74 + 0.30 * gutter * gutter * (3 - 2 * gutter))
    angle = np.arctan2(np.abs(x) / half_x, v / half_y).astype(np.float32)
    return meet(shell, np.asarray((v - limit) * 0.85, np.float32), 8), angle


def _muscle(plan: BodyPlan, trunk: Field, angle: Field, z: Field) -> Field:
    """The outer surface of the muscles: fat is thickest at the flanks and over the abdomen."""
    flank = 1 + 0.35 * np.sin(angle) ** 2 - 0.15 * np.cos(angle)
    thick = plan.fat_mm * flank * profile(z, [(0, 1.2), (120, 1.0), (240, 0.8), (300, 0.9)])
    return np.asarray(trunk + thick, np.float32)


def _heart(plan: BodyPlan, x: Field, y: Field, z: Field) -> Field:
    k = plan.heart * plan.size
    body = tilted_ellipsoid(x, y, z, (22 * k, -30, 118), (0.75, -0.42 + plan.heart_tilt, -0.45), 66 * k, 45 * k)
    right = ellipsoid(x, y, z, (-24 * k, -18, 130), (30 * k, 34 * k, 40 * k))
    left = ellipsoid(x, y, z, (6, 14, 146), (38 * k, 22 * k, 26 * k))
    return join(join(body, right, 14), left, 10)


def _chambers(plan: BodyPlan, x: Field, y: Field, z: Field, heart: Field) -> Field:
    k = plan.heart * plan.size
    ventricle = tilted_ellipsoid(x, y, z, (42 * k, -22, 112), (0.75, -0.42, -0.45), 38 * k, 20 * k)
    right = ellipsoid(x, y, z, (6 * k, -50, 116), (34 * k, 17 * k, 34 * k))
    atrium = ellipsoid(x, y, z, (-28 * k, -16, 132), (22 * k, 26 * k, 34 * k))
    left = ellipsoid(x, y, z, (6, 13, 146), (32 * k, 16 * k, 20 * k))
    return meet(_union([ventricle, right, atrium, left]), heart + 6.5, 4)


def great_vessels() -> list[Tube]:
    """Centre lines and radii of the aorta and its branches, the caval veins and the pulmonary trunk, average body."""
    return [
        [(2, -22, 142, 15), (-12, -28, 165, 16), (-14, -24, 190, 16), (-8, -15, 208, 15), (6, 2, 217, 14),
         (18, 20, 213, 13.5), (23, 33, 198, 13), (23, 37, 150, 12.5), (18, 34, 90, 12),
         (9, 28, 40, 11), (3, 26, 0, 10)],
        [(-8, -14, 214, 7), (-12, -8, 232, 6.5), (-20, -2, 255, 6), (-32, 4, 275, 5), (-62, 2, 292, 4.5)],
        [(4, -2, 218, 4.5), (10, -2, 240, 4), (18, 2, 268, 4), (22, 4, 305, 4)],
        [(14, 10, 216, 5.5), (22, 12, 240, 5), (30, 14, 262, 5), (58, 6, 284, 4.5), (95, 0, 292, 4)],
        [(-26, -16, 150, 10), (-27, -18, 180, 9.5), (-25, -22, 215, 8.5), (-20, -26, 232, 7)],
        [(-22, -24, 228, 7), (2, -28, 232, 6.5), (22, -20, 240, 6.5), (45, -18, 258, 6)],
        [(-22, -24, 230, 7), (-30, -16, 252, 6.5), (-44, -14, 268, 6)],
        [(10, -44, 150, 13), (14, -34, 170, 14), (13, -20, 183, 13)],
        [(13, -20, 183, 12), (26, -4, 186, 11), (40, 8, 184, 9)],
        [(13, -20, 183, 12), (-6, -6, 180, 11), (-26, -2, 178, 10), (-42, 2, 174, 8)],
        [(-20, 2, 0, 11), (-22, 0, 60, 12), (-26, -10, 95, 13), (-26, -14, 115, 14)],
        [(16, 18, 148, 8), (34, 16, 150, 6.5), (44, 14, 152, 5)],
        [(-8, 18, 146, 8), (-28, 14, 148, 6.5), (-42, 8, 150, 5)],
        [(8, 36, 40, 3.5), (6, 38, 120, 3.5), (-6, 36, 185, 4), (-16, 22, 200, 4), (-22, 0, 200, 4)],
    ]  # fmt: skip


def _soft_tubes(plan: BodyPlan, x: Field, y: Field, z: Field, below: Field) -> Field:
    """Oesophagus, thyroid, lymph nodes and the crura: soft tissue that lies in mediastinal fat."""
    oesophagus: Tube = [
        (2, 27, 310, 7),
        (4, 30, 230, 7),
        (0, 28, 180, 8),
        (6, 28, 120, 8),
        (16, 16, 80, 9),
        (30, 4, 66, 10),
    ]
    nodes: list[Tube] = [
        [(-16, 2, 203, 4.5), (-13, 4, 210, 4)], [(14, -8, 196, 4), (16, -6, 199, 4)],
        [(4, 14, 172, 5), (-6, 14, 170, 5)],
        [(-4, -34, 214, 3.5), (2, -33, 219, 3)], [(-34, -2, 190, 4), (-33, 0, 196, 3.5)],
        [(-20, 6, 300, 10), (-15, 4, 285, 8)], [(20, 6, 300, 10), (15, 4, 285, 8)],
        [(-13, 28, 0, 6), (-14, 26, 55, 4)], [(18, 28, 0, 6), (24, 28, 50, 3.5)],
    ]  # fmt: skip
    return _union([tube(x, y, z, _scaled(plan, line)) for line in [oesophagus, *nodes]])


def _mediastinum(plan: BodyPlan, x: Field, y: Field, z: Field, core: Field) -> Field:
    """Everything between the lungs: the heart and great vessels in fat, the spine, the hila."""
    k = plan.size
    half = profile(z, [(0, 30), (90, 24), (140, 26), (190, 27), (230, 30), (255, 33), (275, 44), (300, 70)]) * k
    column = superellipse(x, y - 8, half, np.float32(46 * k) + 0 * half)
    front = profile(z, [(60, 16), (110, 9), (160, 5), (200, 7), (235, 20), (260, 36)])
    septum = np.asarray(np.maximum(np.abs(x - 5) - front, y + 8), np.float32)
    back = superellipse(x, y - spine_y(plan, z), np.float32(22 * k) + 0 * z, np.float32(20 * k) + 0 * z)
    hila = _union([ellipsoid(x, y, z, (s * 38 * k, 6, 172), (13, 15, 26)) for s in (-1, 1)])
    pads = _union([ellipsoid(x, y, z, (s * 40 + 8, -66, 92), (26, 16, 26)) for s in (-1, 1)])
    return join(join(join(core - 1.5, column, 10), join(septum, back, 8), 8), join(hila, pads, 6), 10)


def _diaphragm(plan: BodyPlan, x: Field, y: Field, z: Field) -> Field:
    """Negative above the diaphragm: two domes and the central tendon under the heart."""
    k = plan.size
    tilt = y * 0.10
    right = plan.right_dome - 62 * (((x + 62 * k) / (74 * k)) ** 2 + ((y + 6) / (90 * k)) ** 2)
    left = plan.left_dome - 58 * (((x - 64 * k) / (72 * k)) ** 2 + ((y + 4) / (88 * k)) ** 2)
    tendon = 78 - 45 * ((x / 62) ** 2 + ((y + 20) / 75) ** 2)
    height = -join(join(_negative(right), _negative(left), 14), _negative(tendon), 14)
    return np.asarray((height - tilt - z) * 0.7, np.float32)


def _negative(field: NDArray[np.floating]) -> Field:
    return np.asarray(-field, np.float32)


def _liver(x: Field, y: Field, z: Field, coarse: Field) -> Field:
    right = ellipsoid(x, y, z, (-58, 0, 30), (82, 96, 90))
    left = ellipsoid(x, y, z, (14, -48, 48), (52, 30, 40))
    return join(right, left, 12) + coarse * 1.2


def _fissures(x: Field, y: Field, z: Field, coarse: Field) -> tuple[Field, Field]:
    """The distance to the nearest fissure and a number for the lobe on each side of it."""
    oblique = np.asarray(((z - 150) - 1.15 * (y - 5)) * 0.656, np.float32) + coarse * 1.5
    minor = np.asarray(z - 160 + 0.08 * y, np.float32) + coarse * 2
    right = x < 0
    upper = oblique > 0
    top = minor > 0
    lobe = np.where(right, np.where(upper, np.where(top, 0, 1), 2), np.where(upper, 3, 4)).astype(np.float32)
    near = np.where(right & upper, np.minimum(np.abs(oblique), np.abs(minor)), np.abs(oblique))
    return near.astype(np.float32), lobe
