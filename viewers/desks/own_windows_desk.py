"""A reader's own windows: kept with one key, called with another.

What belongs here: the commands. What does not: the file they stand in (settings) and naming them (app.windows).
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from study_configs.problem import StudyProblem
from viewers.grid import ViewportGrid
from viewers.settings import SettingsFile
from viewers.viewport import Viewport

PREFIX, SAVE = "window.user.", ".save"


class OwnWindowsDesk(QObject):
    """Does `window.user.N` and `window.user.N.save` for the modality of the active viewport."""

    def __init__(self, grid: ViewportGrid, file: SettingsFile) -> None:
        super().__init__(grid)
        self._grid, self._file = grid, file
        grid.add_performer(self.perform)

    def perform(self, command_id: str) -> bool:
        number = command_id.removeprefix(PREFIX).removesuffix(SAVE)
        viewport = self._grid.active_viewport
        if not command_id.startswith(PREFIX) or viewport.volume is None or viewport.view is None:
            return False
        (self._keep if command_id.endswith(SAVE) else self._use)(viewport, viewport.volume.header.modality, int(number))
        return True

    def _use(self, viewport: Viewport, modality: str, number: int) -> None:
        window = self._file.settings.own_windows.get((modality, number))
        if window is None:
            words = self.tr("You have no window {number} for {modality} yet. Ctrl+Alt+{key} keeps the present one.")
            viewport.say(words.format(number=number, modality=modality, key=number + 5))
        elif viewport.view is not None:
            viewport.set_view(replace(viewport.view, window=window))

    def _keep(self, viewport: Viewport, modality: str, number: int) -> None:
        if viewport.view is None:
            return
        window = replace(viewport.view.window, name=f"Own {number}")
        if window.table is not None:
            viewport.say(self.tr("A table from the file can't be kept as a window of your own."))
            return
        try:
            self._file.keep_window(modality, number, window)
        except StudyProblem as problem:
            viewport.say(str(problem))
            return
        viewport.set_view(replace(viewport.view, window=window))
        words = self.tr("Kept as your window {number} for {modality}: width {width}, centre {centre}.")
        width, centre = f"{window.width:.0f}", f"{window.centre:.0f}"
        viewport.say(words.format(number=number, modality=modality, width=width, centre=centre))
