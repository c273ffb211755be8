"""Shows what files draw over images, and presentation states on request.

What belongs here: which viewport shows which state, and the command that hides graphics. What does not: painting
(graphics) and what a state makes of an image (applying).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from viewers.comparing.hanging import opening_view
from viewers.grid import ViewportGrid
from viewers.planes.derive import source_of
from viewers.presentation.applying import applied
from viewers.presentation.graphics import GraphicsPainter
from viewers.presentation.states import PresentationState, states_for
from viewers.screens import px_per_mm
from viewers.volume import Volume


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """What a viewport showed before a state was applied, and the volume that the state made of it."""

    before: Volume
    made: Volume


class GraphicsDesk(QObject):
    """Paints overlays and graphics over every viewport of a grid; states are applied where they are asked for."""

    applied = Signal(int, str)  # viewport, SOP instance UID of the state that is shown; "" where it was taken away

    def __init__(self, grid: ViewportGrid, states: tuple[PresentationState, ...] = ()) -> None:
        super().__init__(grid)
        self._grid = grid
        self._states = states
        self._painters = tuple(GraphicsPainter() for _ in grid.viewports)
        self._whole: dict[int, Whole] = {}
        for index, painter in enumerate(self._painters):
            grid.set_overlay_painter(index, painter, "graphics")
        grid.slice_wanted.connect(self._lay_over)  # a cleared grid has no painters any more
        grid.add_performer(self.perform)

    def set_states(self, states: tuple[PresentationState, ...]) -> None:
        """The presentation states of the case (`viewers.dicom.gsps.read_states` of a scan's other objects)."""
        self._states = states
        self._whole.clear()
        for painter in self._painters:
            painter.state = None

    def states_at(self, index: int) -> tuple[PresentationState, ...]:
        """The states that are about the series in a viewport, the newest first."""
        volume = self._grid.viewports[index].volume
        return () if volume is None else states_for(self._states, volume.header)

    def state_at(self, index: int) -> PresentationState | None:
        """The state whose graphics a viewport shows; None too where its series is none of the state's."""
        state = self._painters[index].state
        return state if state in self.states_at(index) else None

    def is_whole_at(self, index: int) -> bool:
        """Whether a viewport shows its images as the state says, and not its graphics alone."""
        volume, whole = self._grid.viewports[index].volume, self._whole.get(index)
        return volume is not None and whole is not None and source_of(volume) is whole.made

    def apply(self, index: int, state: PresentationState, *, graphics_only: bool = False) -> None:
        """Shows a viewport's series as a state says; `graphics_only` adds what it draws and changes nothing else."""
        viewport = self._grid.viewports[index]
        volume, view = viewport.volume, viewport.view
        self._painters[index].state = state
        if volume is not None and view is not None and not graphics_only:
            before = self._whole[index].before if self.is_whole_at(index) else volume
            shown, changed = applied(
                state,
                source_of(before),
                view,
                viewport.width(),
                viewport.height(),
                px_per_mm=px_per_mm(viewport.screen()),
                device_pixel_ratio=viewport.devicePixelRatioF(),
            )
            self._whole[index] = Whole(before, source_of(shown))
            viewport.show_derived(shown, changed)
        viewport.update()
        self.applied.emit(index, state.sop_uid)

    def take_away(self, index: int) -> None:
        """Shows the images again as their files say."""
        viewport = self._grid.viewports[index]
        self._painters[index].state = None
        is_whole, view = self.is_whole_at(index), viewport.view
        whole = self._whole.pop(index, None)
        if whole is not None and is_whole and view is not None:
            opened = opening_view(whole.before, viewport.width(), viewport.height(), view.slice_index)
            viewport.show_derived(whole.before, opened)
        viewport.update()
        self.applied.emit(index, "")

    def perform(self, command_id: str) -> bool:
        if command_id != "graphics.toggle":
            return False
        for painter, viewport in zip(self._painters, self._grid.viewports, strict=True):
            painter.is_shown = not painter.is_shown
            viewport.update()
        are_shown = self._painters[0].is_shown
        shown, hidden = self.tr("What the files draw is shown."), self.tr("What the files draw is hidden.")
        self._grid.active_viewport.say(shown if are_shown else hidden)
        return True

    def _lay_over(self, index: int, _slice: int) -> None:
        self._grid.set_overlay_painter(index, self._painters[index], "graphics")
