"""What lies over the whole window for a moment: help, a message, About. Dark and translucent, never a native dialogue.

What belongs here: covering the parent, keeping the keyboard inside, closing. What does not: what is on the card.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.windows.theme import current_theme, set_role

OPACITY = 0.86


class Scrim(QWidget):
    """A card over its parent. While it is open the keyboard stays inside; closing gives it back to where it was.

    What comes to the screen beneath meanwhile, and takes the keyboard, has to wait for it until the card is closed.
    A card that is larger than its parent, as large type can make it, scrolls.
    """

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self._before: QWidget | None = None  # who had the keyboard; it may be gone when this is closed
        self._inside: QWidget = self  # who has it here
        self.card = QFrame()
        set_role(self.card, "card")
        theme = current_theme()
        self.content = QVBoxLayout(self.card)
        self.content.setContentsMargins(*(4 * [theme.space(5)]))
        self.content.setSpacing(theme.space(3))
        self._scroll, inside = QScrollArea(self), QWidget()
        for part in (self._scroll, self._scroll.viewport(), inside):
            set_role(part, "clear")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inside)
        self._across = across = QHBoxLayout(inside)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch()
        down = QVBoxLayout()
        down.addStretch()
        down.addWidget(self.card)
        down.addStretch()
        across.addLayout(down)
        across.addStretch()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        parent.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._keep_keyboard)  # type: ignore[union-attr]
        self.hide()

    def open(self) -> None:
        """Cover the parent and take the keyboard."""
        if not self.isVisible():
            self._before = self.window().focusWidget()
        self.setGeometry(self._covered.rect())
        self._scroll.verticalScrollBar().setValue(0)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Uncover the parent, give the keyboard back, and say so."""
        if not self.isVisible():
            return
        self.hide()
        before, self._before = self._before, None
        if before is not None and isValid(before):
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        elif before is not None:
            self._covered.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def _keep_keyboard(self, old: QWidget | None, new: QWidget | None) -> None:
        """What is covered asks for the keyboard: it gets it later."""
        if new is None or not self.isVisible() or new.window() is not self.window():
            return
        if self._holds(new):
            self._inside = new
        elif not is_in_scrim(new):  # else it is what lies over this, or under it and is spoken to by its own
            self._before = new
            (self._inside if isValid(self._inside) and self._holds(self._inside) else self).setFocus()

    def _holds(self, widget: QWidget) -> bool:
        return widget is self or self.isAncestorOf(widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._covered.rect())
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scroll.setGeometry(self.rect())
        self._across.activate()  # the card's place is known at once

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes around the card's own controls."""
        controls = self.card.findChildren(QWidget)
        stops = [w for w in controls if _takes_tab(w)]
        if stops:
            now = self.window().focusWidget()
            at = stops.index(now) if now in stops else (-1 if forward else 0)
            then = stops[(at + (1 if forward else -1)) % len(stops)]
            then.setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(then)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No key reaches what is covered."""
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shade = current_theme().colour("ground")
        shade.setAlphaF(OPACITY)
        painter.fillRect(self.rect(), shade)
        painter.end()


def is_in_scrim(widget: QWidget) -> bool:
    """Whether it belongs to a card, whichever."""
    above: QWidget | None = widget
    while above is not None and not isinstance(above, Scrim):
        above = above.parentWidget()
    return above is not None


def _takes_tab(widget: QWidget) -> bool:
    """Not the insides of a number field, whose keyboard belongs to the field: Tab would come back to it for ever."""
    tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
    return bool(tab) and widget.isEnabled() and widget.isVisible()
