"""Ribs, sternum, spine, scapulae and clavicles, drawn slice by slice: cortex outside, marrow inside.

What belongs here: bones. What does not: the cage on which the ribs lie (anatomy).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resources.phantoms.anatomy import cage_middle, spine_y
from resources.phantoms.plan import BodyPlan, Field, Grid
from resources.phantoms.shapes import occupancy

CORTEX_MM = 1.3
LEVEL_MM = 23.0  # from one vertebra to the next
RIBS = 11


@dataclass(frozen=True, slots=True, eq=False)
class SliceFrame:
    """What the bones of one slice are drawn from: fields of shape (rows, columns)."""

    z: float
    x: Field  # (1, columns)
    y: Field  # (rows, 1)
    cage: Field
    body: Field
    angle: Field
    texture: Field


def draw_bones(plan: BodyPlan, grid: Grid, frame: SliceFrame, hu: Field) -> None:
    """Draw all bones of one slice into `hu` in place."""
    _draw_ribs(plan, frame, hu)
    _draw_sternum(plan, frame, hu)
    _draw_shoulders(plan, frame, hu)
    _draw_spine(plan, frame, hu)


def _draw_solid(
    hu: Field, distance: Field, marrow_hu: float | Field, cortex_hu: float | Field, cortex_mm: float = CORTEX_MM
) -> None:
    """Cortex as a shell of `cortex_mm` around marrow."""
    outer = occupancy(distance, 1.0)
    inner = occupancy(distance + np.float32(cortex_mm), 1.0)
    value = cortex_hu + inner * (marrow_hu - cortex_hu)
    hu += (value - hu) * outer


def _draw_ribs(plan: BodyPlan, frame: SliceFrame, hu: Field) -> None:
    """Each rib is an elliptic tube along the cage that slopes down from the spine to the front."""
    wall = frame.cage - np.float32(4.2)
    rows, columns = _bounds(np.abs(wall) < 7)
    if rows.stop <= rows.start:
        return
    wall, angle = wall[rows, columns], frame.angle[rows, columns]
    side = np.abs(frame.x[:, columns])
    part, texture = hu[rows, columns], frame.texture[rows, columns]
    fall = (1 - np.cos(angle)) * 0.5
    for rib in range(RIBS):
        drop = min(82.0, 30.0 + 9.0 * rib)
        centre = 274 + plan.lung_top - LEVEL_MM * rib * 0.985
        height = np.float32(centre - frame.z) - drop * fall + 16 * np.clip(angle - 2.45, 0, 1)
        if np.abs(height).min() > 7:
            continue
        end = 2.75 if rib < 7 else 2.6 - 0.14 * (rib - 6)
        stop = np.maximum((angle - np.float32(end)) * 60, np.float32(15) - side)
        q = np.sqrt((wall / np.float32(3.9)) ** 2 + (height / np.float32(6.2)) ** 2)
        distance = np.maximum((q - 1) * np.float32(3.9), stop)
        cartilage = angle > 2.25
        marrow = np.where(cartilage, 85, plan.bone_hu + 25 * texture).astype(np.float32)
        cortex = np.where(cartilage, 120, 620).astype(np.float32)
        _draw_solid(part, distance, marrow, cortex)


def _bounds(mask: np.ndarray) -> tuple[slice, slice]:
    """The smallest box of rows and columns that holds a mask."""
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    if rows.size == 0:
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _window(frame: SliceFrame, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> tuple[slice, slice]:
    """Rows and columns between limits in mm."""
    columns = np.searchsorted(frame.x.ravel(), x_mm)
    rows = np.searchsorted(frame.y.ravel(), y_mm)
    return slice(int(rows[0]), int(rows[1])), slice(int(columns[0]), int(columns[1]))


def _draw_sternum(plan: BodyPlan, frame: SliceFrame, hu: Field) -> None:
    if not 112 < frame.z < 250:
        return
    half = float(np.interp(frame.z, [112, 125, 215, 225, 250], [8, 15, 14, 24, 30])) * plan.size
    box = _window(frame, (-half - 4, half + 4), (-130, 20))
    x = np.abs(frame.x[:, box[1]])
    wall = frame.cage[box] - np.float32(8.5)
    behind = frame.y[box[0]] > cage_middle(np.array([frame.z], np.float32))[0]
    q = ((np.abs(wall) / np.float32(5.4)) ** 3.2 + (x / np.float32(half)) ** 3.2) ** np.float32(1 / 3.2)
    distance = np.where(behind, np.float32(50), (q - 1) * np.float32(5.4))
    _draw_solid(hu[box], distance.astype(np.float32), plan.bone_hu - 30 + 20 * frame.texture[box], 420.0)


def _draw_shoulders(plan: BodyPlan, frame: SliceFrame, hu: Field) -> None:
    """Scapulae lie on the cage from the inferior angle up; with raised arms the shoulders reach the last slices."""
    if frame.z > 146:
        start = float(np.interp(frame.z, [146, 190, 240, 300], [0.80, 0.62, 0.62, 0.85]))
        end = float(np.interp(frame.z, [146, 170, 235, 262, 300], [0.86, 1.02, 1.35, 1.5, 1.5]))
        surface = frame.cage - np.float32(np.interp(frame.z, [146, 230, 262, 300], [17, 19, 26, 60]))
        beyond = np.maximum(np.float32(start) - frame.angle, frame.angle - np.float32(end)) * 95
        thick = 2.4 + 3.5 * np.clip((frame.angle - np.float32(end - 0.22)) * 5, 0, 1)
        distance = np.maximum(np.abs(surface) - thick, beyond).astype(np.float32)
        distance = np.maximum(distance, frame.body + 8)
        _draw_solid(hu, distance, plan.bone_hu + 40, 560.0)
    if frame.z > 244:
        _draw_clavicles(plan, frame, hu)


def _draw_clavicles(plan: BodyPlan, frame: SliceFrame, hu: Field) -> None:
    """Clavicles rise sideways; humeral heads come into view at the top."""
    k = plan.size
    for side in (-1, 1):
        x = side * frame.x
        along = np.clip((x - 20 * k) / (105 * k), 0, 1)
        height = 252 + 36 * along - frame.z
        bend = -38 * k - 8 * np.sin(along * np.pi) + 26 * along
        depth = frame.y - bend
        beyond = np.maximum(20 * k - x, x - 125 * k)
        distance = np.maximum(np.sqrt(depth**2 + height**2) - np.float32(6.0), beyond).astype(np.float32)
        _draw_solid(hu, distance, plan.bone_hu + 60, 600.0)
        head = np.sqrt((x - 150 * k) ** 2 + (frame.y - 22) ** 2 + (1.2 * (frame.z - 296)) ** 2) - np.float32(23)
        _draw_solid(hu, np.maximum(head, frame.body + 5).astype(np.float32), plan.bone_hu + 30, 520.0)


def _draw_spine(plan: BodyPlan, frame: SliceFrame, hu: Field) -> None:
    """A vertebral body or disc, the arch around the canal, spinous and transverse processes."""
    k = plan.size
    middle = float(spine_y(plan, np.array([frame.z], np.float32))[0])
    box = _window(frame, (-42 * k, 42 * k), (middle - 24 * k, middle + 66 * k))
    x, y = frame.x[:, box[1]] / k, (frame.y[box[0]] - middle) / k
    part, texture = hu[box], frame.texture[box]
    level = ((frame.z + 8) / LEVEL_MM) % 1.0
    size = float(np.interp(frame.z, [0, 300], [1.12, 0.86]))
    waist = 1 - 0.09 * np.sin(np.pi * min(level / 0.8, 1.0))
    body = (np.sqrt((x / (17.5 * size)) ** 2 + (y / (14.5 * size)) ** 2) - np.float32(waist)) * np.float32(14 * size)
    body = np.maximum(body, y - 12.5 * size)
    if level < 0.8:
        plate = np.clip(1 - min(level, 0.8 - level) * LEVEL_MM / 1.6, 0, 1)
        _draw_solid(part, body.astype(np.float32), plan.bone_hu + 30 * texture + 260 * plate, 480.0, 1.1)
    else:
        part += (np.float32(85) - part) * occupancy((body - 0.8).astype(np.float32), 1.2)
    _draw_arch(plan, x, y - 20.5, level, part)


def _draw_arch(plan: BodyPlan, x: Field, y: Field, level: float, part: Field) -> None:
    """The ring around the canal is closed at the laminae and open at the foramina; y = 0 is the canal's middle."""
    ring = np.sqrt((x / 11.5) ** 2 + (y / 10.5) ** 2)
    canal = (ring - 1) * np.float32(8.0) + np.float32(2.6)
    if 0.28 < level < 0.8:
        shell = np.maximum((ring - np.float32(1.12)) * 9, -canal)
        if level < 0.45:
            shell = np.maximum(shell, -y - 3)
        _draw_solid(part, shell.astype(np.float32), plan.bone_hu + 120, 560.0, 1.0)
    if 0.42 < level < 0.74:
        bar = np.maximum(np.abs(y - 5 - 0.28 * np.abs(x)) - 4.0, np.abs(np.abs(x) - 20) - 13)
        _draw_solid(part, bar.astype(np.float32), plan.bone_hu + 60, 520.0)
    slanted = (level * LEVEL_MM + 0.8 * (y - 9) + 12) % LEVEL_MM - LEVEL_MM / 2
    spinous = np.maximum(np.maximum(np.abs(x) - 2.6, np.abs(slanted) - 6.5), np.abs(y - 21) - 12)
    _draw_solid(part, spinous.astype(np.float32), plan.bone_hu + 60, 520.0)
    part += (np.float32(18) - part) * occupancy(canal.astype(np.float32), 1.0)
    cord = (np.sqrt((x / 5.2) ** 2 + ((y - 0.5) / 4.0) ** 2) - 1) * np.float32(4)
    part += (np.float32(38) - part) * occupancy(cord.astype(np.float32), 1.0)
