"""The slim strip over the images: every command of the viewer in a few menus, for whoever does not know its key yet.

What belongs here: the strip. What does not: what the menus hold (menu desk) and doing it (the grid and its desks).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
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
        self._more = self._more_button(fill)
        self._row.addWidget(self._more)
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

    def event(self, event: QEvent) -> bool:
        """Larger letters or a narrower window: what has no room any more goes."""
        done = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._make_room()
        return done

    def _make_room(self) -> None:
        """Leaves out buttons at hand from the end, then puts the last groups under one that says there is more."""
        groups, at_hand = list(self.buttons.values()), list(self._at_hand.values())
        more = self._wide(self._more)
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._row.spacing()
        while at_hand and sum(map(self._wide, (*groups, *at_hand))) > room:
            at_hand.pop()
        is_tight = sum(map(self._wide, groups)) > room
        while is_tight and len(groups) > 1 and sum(map(self._wide, groups)) + more > room:
            groups.pop()
        self._more.setVisible(is_tight)
        for button in (*self.buttons.values(), *self._at_hand.values()):
            button.setVisible(button in groups or button in at_hand)

    def _wide(self, button: QToolButton) -> int:
        return button.sizeHint().width() + self._row.spacing()

    def _more_button(self, fill: MenuOf) -> QToolButton:
        button = self._button("⋯")
        button.setAccessibleName(self.tr("More tools"))
        menu = QMenu(button)
        menu.aboutToShow.connect(partial(self._fill_more, menu, fill))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.hide()
        return button

    def _fill_more(self, menu: QMenu, fill: MenuOf) -> None:
        menu.clear()
        for group in (group for group, button in self.buttons.items() if button.isHidden()):
            fill(menu.addMenu(group_title(group)), group)

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
