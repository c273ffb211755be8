"""The slim strip over the images: every command of the viewer in a few menus, for whoever does not know its key yet.

What belongs here: the strip. What does not: what the menus hold (menu desk) and doing it (the grid and its desks).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from viewers.shown_words import group_title, key_words

MenuOf = Callable[[QMenu, str], None]  # fills a menu, just before it opens, with the commands of a group


class ToolStrip(QWidget):
    """A button with a menu for each group, and `actions_at_hand` at the right end as buttons of their own.

    `chosen` is the command of a button at hand. Buttons take no focus by click: keys stay with the images.
    """

    chosen = Signal(str)  # command id

    def __init__(self, groups: tuple[str, ...], fill: MenuOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "bar")
        self.setAccessibleName(self.tr("Tools"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.buttons: dict[str, QToolButton] = {}
        self._at_hand: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 2, 6, 2)
        self._row.setSpacing(2)
        for group in groups:
            self._row.addWidget(self._menu_button(group, fill))
        self._row.addStretch(1)

    def offer(self, command: str, words: str, key: str) -> QToolButton:
        """Adds a button for one command at the right end; it can be shown as on (`show_on`)."""
        button = self._button(words)
        button.setToolTip(f"{words}  ({key_words(key)})" if key else words)
        button.clicked.connect(lambda: self.chosen.emit(command))
        self._at_hand[command] = button
        self._row.addWidget(button)
        return button

    def show_on(self, command: str, is_on: bool) -> None:
        """Draws the command's button as pressed in, or not."""
        button = self._at_hand[command]
        button.setCheckable(True)
        button.setChecked(is_on)

    def _menu_button(self, group: str, fill: MenuOf) -> QToolButton:
        button = self._button(group_title(group))
        menu = QMenu(button)
        menu.aboutToShow.connect(partial(self._filled, menu, group, fill))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.buttons[group] = button
        return button

    def _filled(self, menu: QMenu, group: str, fill: MenuOf) -> None:
        """Anew each time: windows depend on the image at hand."""
        for old in list(menu.actions()):
            menu.removeAction(old)
        fill(menu, group)

    def _button(self, words: str) -> QToolButton:
        button = QToolButton()
        button.setText(words)
        button.setAccessibleName(words)
        button.setProperty("kind", "flat")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
