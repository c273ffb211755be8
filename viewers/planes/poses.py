"""How a viewport looks at a series' voxels: in which plane, turned how; and the view that stays with it.

What belongs here: `Pose`, the volume that it makes, carrying a view from one pose to another. What does not: making
planes (planes, oblique, turning) and keys (desks).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from viewers.planes.derive import source_of
from viewers.planes.oblique import ObliquePlane, oblique
from viewers.planes.recut import PLANES, PlaneName, recut
from viewers.planes.turning import TURNS, Turn, turned
from viewers.view import View
from viewers.volume import Volume

UPRIGHT = Turn()


@dataclass(frozen=True, slots=True)
class Pose:
    """The plane of the files (None), another one, or one at an angle; then turned.

    `home` is the plane that one at an angle was tipped from; `coarseness` is above 1 while it moves.
    """

    plane: PlaneName | ObliquePlane | None = None
    turn: Turn = UPRIGHT
    home: PlaneName | None = None
    coarseness: int = 1


_poses: WeakKeyDictionary[Volume, Pose] = WeakKeyDictionary()  # of every volume that `posed` made


def pose_of(volume: Volume) -> Pose:
    """How a volume looks at its source; volumes as the files have them, and any not made here, have the plain pose."""
    return _poses.get(volume, Pose())


def posed(volume: Volume, pose: Pose) -> Volume:
    """The series of a volume, derived or not, in a pose.

    Raises StudyProblem where the series can't be cut in that plane.
    """
    shown = source_of(volume)
    if isinstance(pose.plane, ObliquePlane):
        shown = oblique(shown, pose.plane, coarseness=pose.coarseness)
    elif pose.plane is not None:
        shown = recut(shown, pose.plane)
    if pose.turn != UPRIGHT:
        shown = turned(shown, pose.turn)
    if pose != Pose():
        _poses[shown] = pose
    return shown


def pose_named(name: str) -> Pose | None:
    """The pose that derived series of this name are in ("coronal, turned right"); None for planes at an angle."""
    for plane in (None, *PLANES):
        for turn in TURNS:
            if ", ".join(part for part in (plane or "", turn.name) if part) == name:
                return Pose(plane, turn)
    return None


def carried(view: View, before: Volume, after: Volume) -> View:
    """The view of one volume as a view of another of the same series: the same place in the middle, as large."""
    place = before.header.source_voxel(*view.centre_px, view.slice_index)
    column, row, depth = after.header.shown_point(*place)
    slice_index = max(0, min(after.header.frames - 1, round(depth)))
    return replace(view, slice_index=slice_index, centre_px=(column, row))


def reset(pose: Pose) -> Pose:
    """The pose upright again: in its plane, or in the one that it was tipped from."""
    return Pose(pose.home if isinstance(pose.plane, ObliquePlane) else pose.plane)
