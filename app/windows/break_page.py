"""A break that the protocol makes: how long it lasts at least, and going on.

What belongs here: that page. What does not: when a break comes (app.reading).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.windows.confirm_bar import ConfirmButton
from app.windows.countdown import Countdown
from app.windows.labels import label
from app.windows.theme import current_theme, set_role


class BreakPage(QWidget):
    """`show_break` begins one; `over` comes once, when its shortest time has passed and the reader goes on."""

    over = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = current_theme()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._is_on = False
        card = QFrame()
        set_role(card, "card")
        card.setFixedWidth(theme.px(480))
        inside = QVBoxLayout(card)
        inside.setContentsMargins(*(4 * [theme.space(5)]))
        inside.setSpacing(theme.space(3))
        inside.addWidget(label(self.tr("A break"), "title"))
        inside.addWidget(label(self.tr("Look into the distance, stand up, stretch. Nothing is timed now.")))
        self.progress = label("", "quiet")
        inside.addWidget(self.progress)
        inside.addSpacing(theme.space(3))
        self.wait = label("", "small")
        inside.addWidget(self.wait)
        self.button = ConfirmButton()
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.button, "primary", name="kind")
        self.button.clicked.connect(self.go_on)
        inside.addWidget(self.button)
        self._countdown = Countdown(self)
        self._countdown.ticked.connect(self._refresh)
        centred = QVBoxLayout()
        centred.addStretch(2)
        centred.addWidget(card)
        centred.addStretch(3)
        outer = QHBoxLayout(self)
        outer.addStretch()
        outer.addLayout(centred)
        outer.addStretch()

    def show_break(self, at_least_s: float, *, done: int = 0, of: int = 0) -> None:
        """A break of at least so long; `done` of `of` cases are read, 0 where readers are not told."""
        self._is_on = True
        told = self.tr("{done} of {count} cases are read.").format(done=done, count=of) if of else ""
        self.progress.setText(told)
        self.progress.setVisible(bool(told))
        self._countdown.start(at_least_s)

    def go_on(self) -> None:
        if self._is_on and not self._countdown.left_s:
            self._is_on = False
            self.over.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.go_on()
        else:
            event.ignore()

    def _refresh(self, left_s: int) -> None:
        words = self.tr("You can go on in {seconds} s.").format(seconds=left_s) if left_s else ""
        self.wait.setText(words)
        self.button.setEnabled(not left_s)
        self.button.setText(self.tr("Go on reading   ⏎"))
        self.button.setAccessibleName(self.tr("Go on reading"))
        self.button.setAccessibleDescription(words)
