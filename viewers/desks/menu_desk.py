"""The menu over an image: windows by name, what a left drag does, and every command that has a place in the viewer.

What belongs here: the menu. What does not: doing the commands, which is the grid's and the other desks'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, QPointF
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from viewers.commands import COMMANDS
from viewers.grid import ViewportGrid
from viewers.presets import file_windows
from viewers.settings import SettingsFile
from viewers.shown_words import command_title, group_title, key_words, window_name
from viewers.tools.gestures import words_for
from viewers.viewport import Viewport
from viewers.volume import Volume, Window
from viewers.window_presets import ON_KEYS, preset_window, presets_for

GROUPS = (
    "Scroll",
    "Window",
    "Zoom",
    "Turn",
    "Picture",
    "Presentation",
    "Planes",
    "Layout",
    "Together",
    "Measure",
    "Look up",
)
LEFT_TOOLS = ("window", "scroll", "pan", "zoom")


class MenuDesk(QObject):
    """Does `menu.show` and `window.choose`. `without` are commands that the protocol does not allow (ids)."""

    def __init__(
        self, grid: ViewportGrid, file: SettingsFile | None = None, without: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(grid)
        self._grid, self._file, self._without = grid, file, without
        self._extra: dict[str, Callable[[QMenu, int], None]] = {}
        self.menu: QMenu | None = None  # the one that was opened last
        grid.add_performer(self.perform)

    def perform(self, command_id: str) -> bool:
        if command_id not in ("menu.show", "window.choose"):
            return False
        viewport = self._grid.active_viewport
        if command_id == "window.choose":
            self.menu = QMenu(self._grid)
            self._add_windows(self.menu, viewport)
        else:
            self.menu = self.whole_menu(viewport)
        at = viewport.cursor_point or QPointF(viewport.width() / 2, viewport.height() / 2)
        self.menu.popup(viewport.mapToGlobal(QPoint(round(at.x()), round(at.y()))))
        return True

    def whole_menu(self, viewport: Viewport) -> QMenu:
        """Windows, the left drag, and the commands by group."""
        menu = QMenu(self._grid)
        self._add_windows(menu.addMenu(self.tr("Windows")), viewport)
        self._add_left(menu.addMenu(self.tr("Left drag")))
        menu.addSeparator()
        for group in GROUPS:
            inner = menu.addMenu(group_title(group))
            self._add_extra(inner, group, self._grid.viewports.index(viewport))
            self.add_commands(inner, group)
        return menu

    def extend(self, group: str, fill: Callable[[QMenu, int], None]) -> None:
        """Lets something else put what it offers for a viewport (by its index) at the head of a group's menu."""
        self._extra[group] = fill

    def fill(self, menu: QMenu, group: str) -> None:
        """Puts what a group offers for the active viewport into a menu; for "Window" the windows by name come first."""
        if group == "Window":
            self._add_windows(menu, self._grid.active_viewport)
            menu.addSeparator()
            self._add_left(menu.addMenu(self.tr("Left drag")))
            menu.addSeparator()
        self._add_extra(menu, group, self._grid.active)
        self.add_commands(menu, group)

    def _add_extra(self, menu: QMenu, group: str, index: int) -> None:
        if group in self._extra:
            self._extra[group](menu, index)
            menu.addSeparator()

    def add_commands(self, menu: QMenu, group: str) -> None:
        """The commands of one group with their keys; a preset by number has its name among the windows."""
        for command in COMMANDS:
            if command.group != group or command.held or command.mode or command.id in self._without:
                continue
            if command.id.startswith(("window.preset.", "window.user.")) and not command.id.endswith(".save"):
                continue
            action = menu.addAction(_with_key(command_title(command), command.keys[0] if command.keys else ""))
            action.triggered.connect(lambda _checked=False, name=command.id: self._grid.perform(name, "menu"))

    def _add_windows(self, menu: QMenu, viewport: Viewport) -> None:
        """Every window by name: of modality and body part, of the file, of the reader."""
        volume, view = viewport.volume, viewport.view
        if volume is None or view is None:
            return
        for number, preset in enumerate(presets_for(volume.header), 1):
            window = preset_window(preset, volume, view.slice_index)
            if window is not None:
                self._offer(menu, viewport, window, str(number) if number <= ON_KEYS else "")
        menu.addSeparator()
        for window in file_windows(volume.header, view.slice_index):
            self._offer(menu, viewport, replace(window, name=window.name or "From the file"), "")
        self._own(menu, viewport, volume)

    def _own(self, menu: QMenu, viewport: Viewport, volume: Volume) -> None:
        menu.addSeparator()
        own = self._file.settings.own_windows if self._file is not None else {}
        for (modality, number), window in sorted(own.items()):
            if modality == volume.header.modality:
                self._offer(menu, viewport, window, f"Alt+{number + 5}")

    def _offer(self, menu: QMenu, viewport: Viewport, window: Window, key: str) -> None:
        action = menu.addAction(_with_key(f"{window_name(window.name)}   {window.width:g} / {window.centre:g}", key))
        is_on = viewport.view is not None and viewport.view.window == window
        action.setCheckable(True)
        action.setChecked(is_on)
        action.triggered.connect(lambda _checked=False: self._through(viewport, window))

    def _add_left(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for tool in LEFT_TOOLS:
            action = menu.addAction(words_for(tool))
            action.setActionGroup(group)
            action.setCheckable(True)
            action.setChecked(self._grid.active_viewport.gestures.action("left") == tool)
            action.triggered.connect(lambda _checked=False, tool=tool: self._set_left(tool))

    def _set_left(self, tool: str) -> None:
        self._grid.set_gestures(self._grid.active_viewport.gestures.changed({"left": tool}))
        self._grid.chosen.emit("gesture.left", "menu", tool)

    def _through(self, viewport: Viewport, window: Window) -> None:
        if viewport.view is not None:
            viewport.set_view(replace(viewport.view, window=window))
            self._grid.chosen.emit("window.choose", "menu", window.name or f"{window.centre:g}/{window.width:g}")


def _with_key(words: str, key: str) -> str:
    """As menus write it: the key at the right edge."""
    return f"{words}\t{key_words(key)}" if key else words
