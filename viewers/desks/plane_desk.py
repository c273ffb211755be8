"""Turns, mirrors and cuts what viewports show, lays out three planes, and thickens slices to slabs.

What belongs here: the commands for it. What does not: making such volumes (poses) and the crosshair (crosshair_desk).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from study_configs.problem import StudyProblem
from viewers.grid import ViewportGrid
from viewers.planes import slab
from viewers.planes.oblique import ObliquePlane
from viewers.planes.poses import Pose, carried, pose_of, posed, reset
from viewers.planes.recut import PLANES, PlaneName
from viewers.planes.sampling import point_at, voxel_at
from viewers.view import Slab, View, fitted
from viewers.viewport import Viewport
from viewers.volume import Volume

NOTE = "plane"
TURNS: dict[str, Callable[[Pose], Pose]] = {
    "turn.right": lambda pose: replace(pose, turn=pose.turn.turned(1)),
    "turn.left": lambda pose: replace(pose, turn=pose.turn.turned(3)),
    "flip.horizontal": lambda pose: replace(pose, turn=pose.turn.flipped(horizontally=True)),
    "flip.vertical": lambda pose: replace(pose, turn=pose.turn.flipped(horizontally=False)),
    "plane.native": lambda pose: Pose(),
    "plane.axial": lambda pose: Pose("axial"),
    "plane.coronal": lambda pose: Pose("coronal"),
    "plane.sagittal": lambda pose: Pose("sagittal"),
}
SLABS: dict[str, Callable[[Slab], Slab | None]] = {
    "slab.next": slab.next_slab,
    "slab.thicker": slab.thicker,
    "slab.thinner": slab.thinner,
}


class PlaneDesk(QObject):
    """Does turn.*, flip.*, plane.*, layout.mpr and slab.* in the active viewport; view.reset turns it upright too.

    Zoom, window and the place in the middle stay. Where a series can't be cut the viewport says why.
    """

    posed = Signal(int)  # a viewport shows its series otherwise now

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._before: tuple[tuple[int, int], list[tuple[Volume | None, View | None]]] | None = None
        grid.add_performer(self.perform)
        grid.command_performed.connect(self._performed)

    def perform(self, command_id: str) -> bool:
        if command_id in TURNS:
            self._turn(self._grid.active, TURNS[command_id])
        elif command_id in SLABS:
            self._slab(self._grid.active_viewport, command_id)
        elif command_id == "layout.mpr":
            self.toggle_mpr()
        else:
            return False
        return True

    def pose(self, index: int, pose: Pose) -> None:
        """Shows a viewport's series in a pose; where that can't be, it says why and leaves it as it is."""
        viewport = self._grid.viewports[index]
        if viewport.volume is None or viewport.view is None:
            return
        try:
            volume = posed(viewport.volume, pose)
        except StudyProblem as problem:
            viewport.say(problem.what)
            return
        viewport.set_note(NOTE, self._moving_words(pose))
        viewport.show_derived(volume, carried(viewport.view, viewport.volume, volume))
        self.posed.emit(index)

    def _moving_words(self, pose: Pose) -> str:
        return self.tr("Half resolution while moving.") if pose.coarseness > 1 else ""

    def _turn(self, index: int, change: Callable[[Pose], Pose]) -> None:
        volume = self._grid.viewports[index].volume
        if volume is not None:
            self.pose(index, change(pose_of(volume)))

    def _slab(self, viewport: Viewport, command_id: str) -> None:
        view, volume = viewport.view, viewport.volume
        if view is None or volume is None:
            return
        if volume.header.frames < 2 or volume.header.affine is None or volume.header.source.in_time:
            viewport.say(self.tr("A slab needs a stack of slices in the patient."))
            return
        if view.slab is None and command_id != "slab.next":
            viewport.say(self.tr("There is no slab: Alt+S makes one."))
            return
        changed = slab.next_slab(view.slab) if view.slab is None else SLABS[command_id](view.slab)
        viewport.set_view(replace(view, slab=changed))

    # --- axial, coronal and sagittal side by side ------------------------------------------------------------------

    def toggle_mpr(self) -> None:
        """Shows the active viewport's series in three planes about its middle, or what was there before."""
        if self._before is not None:
            self._bring_back(*self._before)
            return
        viewport = self._grid.active_viewport
        volume, view = viewport.volume, viewport.view
        if volume is None or view is None:
            return
        try:
            planes = [posed(volume, Pose(name)) for name in PLANES]
        except StudyProblem as problem:
            viewport.say(problem.what)
            return
        self._before = (self._grid.shape, [(v.volume, v.view) for v in self._grid.viewports[:3]])
        place = point_at(volume.header, *view.centre_px, view.slice_index)
        self._grid.set_layout(1, 3)
        for index, plane in enumerate(planes):
            self._open(index, plane, view, place)

    def _open(self, index: int, plane: Volume, view: View, place: np.ndarray) -> None:
        viewport = self._grid.viewports[index]
        there = max(0, min(plane.header.frames - 1, round(voxel_at(plane.header, place)[2])))
        whole = fitted(plane.header, viewport.width(), viewport.height(), slice_index=there, window=view.window)
        kept = replace(view, slice_index=there, zoom=whole.zoom, centre_px=whole.centre_px, slab=None)
        self._grid.show_volume(index, plane, kept)
        viewport.perform("zoom.fit")  # and follow the viewport's size from now on
        self.posed.emit(index)

    def _bring_back(self, shape: tuple[int, int], shown: list[tuple[Volume | None, View | None]]) -> None:
        self._before = None
        self._grid.set_layout(*shape)
        for index, (volume, view) in enumerate(shown):
            if volume is None:
                self._grid.viewports[index].clear()
            else:
                self._grid.show_volume(index, volume, view)

    def _performed(self, command_id: str, source: str) -> None:
        if command_id.startswith("layout.") and command_id != "layout.mpr":
            self._before = None
        if command_id == "view.reset":
            self._upright(self._grid.active)

    def _upright(self, index: int) -> None:
        viewport = self._grid.viewports[index]
        if viewport.volume is None:
            return
        pose = pose_of(viewport.volume)
        if reset(pose) != pose:
            self.pose(index, reset(pose))
            viewport.perform("zoom.fit")


def plane_name(volume: Volume) -> PlaneName | None:
    """The plane that a volume was cut in, or tipped from; None for that of the files."""
    pose = pose_of(volume)
    return pose.home if isinstance(pose.plane, ObliquePlane) else pose.plane
