"""Presentation states and masks to choose from: a menu, a key that steps through them, words on what is applied.

What belongs here: those. What does not: applying and drawing a state (graphics_desk), subtracting (masking).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from viewers.comparing.hanging import opening_view
from viewers.desks.graphics_desk import GraphicsDesk
from viewers.dicom.gsps import image_masks
from viewers.dicom.problems import BadFile
from viewers.drawing.chips import Chip
from viewers.grid import ViewportGrid
from viewers.planes.derive import source_of
from viewers.presentation.masking import MaskedVolume
from viewers.presentation.states import Mask, PresentationState
from viewers.volume import SeriesHeader, Volume

MOST_LETTERS = 28  # of a state's title in a chip


class StateDesk(QObject):
    """Does state.next, state.graphics and mask.toggle in the active viewport.

    `shows_identity` adds who made a state: a reader of a study is not to know.
    """

    changed = Signal(int)  # a viewport shows another state or mask, or none

    def __init__(self, grid: ViewportGrid, graphics: GraphicsDesk, *, shows_identity: bool = False) -> None:
        super().__init__(grid)
        self._grid, self._graphics, self._shows_identity = grid, graphics, shows_identity
        self._graphics_only = False
        self._masks: dict[Path, tuple[Mask, ...]] = {}
        self._unmasked: dict[int, Volume] = {}  # what a viewport showed before its mask was taken away
        grid.add_performer(self.perform)
        graphics.applied.connect(lambda index, _state: self.changed.emit(index))

    def perform(self, command_id: str) -> bool:
        acts: dict[str, Callable[[int], None]] = {
            "state.next": self.step,
            "state.graphics": lambda index: self.keep_window(index, not self._graphics_only),
            "mask.toggle": self.toggle_mask,
        }
        if command_id not in acts:
            return False
        acts[command_id](self._grid.active)
        return True

    # --- presentation states ---------------------------------------------------------------------------------------

    def step(self, index: int) -> None:
        """Shows the next state of a viewport's series; after the last none."""
        offered = (*self._graphics.states_at(index), None)
        viewport = self._grid.viewports[index]
        if len(offered) == 1:
            viewport.say(self.tr("No presentation state is about this series."))
            return
        state = offered[(offered.index(self._graphics.state_at(index)) + 1) % len(offered)]
        self.choose(index, state)
        viewport.say(self.tr("No presentation state is applied.") if state is None else self.words(state))

    def choose(self, index: int, state: PresentationState | None) -> None:
        """Shows a state in a viewport, or none, from the images as the files have them."""
        self._graphics.take_away(index)
        if state is not None:
            self._graphics.apply(index, state, graphics_only=self._graphics_only)

    def keep_window(self, index: int, graphics_only: bool) -> None:
        """Whether states add what they draw and change nothing else; the one that is shown follows."""
        self._graphics_only = graphics_only
        state = self._graphics.state_at(index)
        if state is not None:
            self.choose(index, state)
        else:
            kept = self.tr("States draw their graphics and keep your window.")
            self._grid.viewports[index].say(kept if graphics_only else self.tr("States decide the window too."))

    def words(self, state: PresentationState) -> str:
        """A state in one line: its title, who made it, when."""
        day = state.created[:8]
        when = f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else ""
        parts = (state.title, state.creator if self._shows_identity else "", when)
        return "  ·  ".join(part for part in parts if part)

    def fill(self, menu: QMenu, index: int) -> None:
        """The states of a viewport's series, "none", and whether they leave the window alone."""
        offered, shown = self._graphics.states_at(index), self._graphics.state_at(index)
        group = QActionGroup(menu)
        for state in (None, *offered):
            action = menu.addAction(self.tr("None") if state is None else self.words(state))
            action.setActionGroup(group)
            action.setCheckable(True)
            action.setChecked(state == shown)
            action.triggered.connect(lambda _checked=False, state=state: self.choose(index, state))
        if not offered:
            menu.addAction(self.tr("No presentation state is about this series.")).setEnabled(False)
        menu.addSeparator()
        alone = menu.addAction(self.tr("Graphics only, keep my window"))
        alone.setCheckable(True)
        alone.setChecked(self._graphics_only)
        alone.triggered.connect(lambda checked=False: self.keep_window(index, checked))
        self._offer_mask(menu, index)

    def chips(self, index: int) -> list[Chip]:
        """What stands at the top of a viewport."""
        state, found = self._graphics.state_at(index), []
        if state is not None:
            title = state.title if len(state.title) <= MOST_LETTERS else f"{state.title[: MOST_LETTERS - 1]}…"
            whole, graphics = self.tr("State: {title}"), self.tr("Graphics: {title}")
            said = whole if self._graphics.is_whole_at(index) else graphics
            found.append(Chip("state", said.format(title=title), self.tr("State")))
        if self.is_masked_at(index):
            found.append(Chip("state", self.tr("Mask subtracted"), self.tr("Mask")))
        return found

    # --- masks -----------------------------------------------------------------------------------------------------

    def is_masked_at(self, index: int) -> bool:
        """Whether a viewport shows differences from a mask."""
        volume = self._grid.viewports[index].volume
        return volume is not None and isinstance(source_of(volume), MaskedVolume)

    def toggle_mask(self, index: int) -> None:
        """Takes the mask that the images name off them, or shows them whole again."""
        viewport = self._grid.viewports[index]
        volume, view = viewport.volume, viewport.view
        if volume is None or view is None:
            return
        if self.is_masked_at(index):
            shown = self._unmasked.pop(index, None)
            if shown is None:  # a presentation state took it away
                viewport.say(self.tr("The presentation state subtracts this mask: choose another state, or none."))
                return
        else:
            found = self.masks_of(volume.header.source)
            if not found:
                viewport.say(self.tr("These images name no mask to subtract."))
                return
            self._graphics.take_away(index)
            source = source_of(viewport.volume or volume)
            self._unmasked[index], shown = source, MaskedVolume(source, found)
        opened = opening_view(shown, viewport.width(), viewport.height(), view.slice_index)
        viewport.show_derived(shown, replace(opened, zoom=view.zoom, centre_px=view.centre_px))
        self.changed.emit(index)

    def masks_of(self, header: SeriesHeader) -> tuple[Mask, ...]:
        """The masks that a film of one file names; () where its frames are not all of that file, in its order."""
        path = header.instances[0].path
        is_whole = all((one.path, one.frame) == (path, n) for n, one in enumerate(header.instances))
        if header.modality not in ("XA", "RF") or header.frames < 2 or header.samples == 3 or not is_whole:
            return ()
        if path not in self._masks:
            try:
                self._masks[path] = image_masks(path)
            except BadFile:  # its images may be shown all the same, as they are
                self._masks[path] = ()
        return self._masks[path]

    def _offer_mask(self, menu: QMenu, index: int) -> None:
        volume = self._grid.viewports[index].volume
        if volume is None or not self.masks_of(volume.header.source):
            return
        menu.addSeparator()
        action = menu.addAction(self.tr("Subtract the mask"))
        action.setCheckable(True)
        action.setChecked(self.is_masked_at(index))
        action.triggered.connect(lambda _checked=False: self.toggle_mask(index))
