"""Said before a case where the protocol asks for an eye tracker, without a check, and none is heard.

What belongs here: that page. What does not: the check (check_page), the tracker (gaze_desk).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.tracking.events import Event, GazeSourceOpened
from app.windows.gaze.placing import centred
from app.windows.labels import label
from app.windows.theme import current_theme, set_role


class WaitingPage(QWidget):
    """`closed` is whether the tracker is there: by itself once it is heard, or the reader goes on without it.

    `was_heard` says that it was there before.
    """

    closed = Signal(bool)

    def __init__(self, stream: str, *, was_heard: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("The eye tracker is not there"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        named = self.tr("This study records where you look, and the eye tracker {name} is not heard yet.")
        unnamed = self.tr("This study records where you look, and no eye tracker is heard yet.")
        if was_heard:
            named = self.tr("This study records where you look, and the eye tracker {name} is not heard any more.")
            unnamed = self.tr("This study records where you look, and the eye tracker is not heard any more.")
        self.words = label(named.format(name=stream) if stream else unnamed)
        self.problem = label("", "caution")
        self.problem.hide()
        self.skip_button = QPushButton(self.tr("Go on without the tracker   Esc"))
        self.skip_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.skip_button.clicked.connect(lambda: self._close(with_gaze=False))
        self._is_closed = False
        self._lay_out()

    def take(self, event: Event) -> None:
        """An event of the tracker."""
        if isinstance(event, GazeSourceOpened):
            self._close(with_gaze=True)

    def show_problem(self, words: str) -> None:
        """Why it can't be used."""
        self.problem.setText(words)
        self.problem.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            self._close(with_gaze=False)
        else:
            event.ignore()

    def _close(self, *, with_gaze: bool) -> None:
        if not self._is_closed:
            self._is_closed = True
            self.closed.emit(with_gaze)

    def _lay_out(self) -> None:
        theme = current_theme()
        card = QFrame()
        set_role(card, "card")
        card.setFixedWidth(theme.px(520))
        inside = QVBoxLayout(card)
        inside.setContentsMargins(*(4 * [theme.space(5)]))
        inside.setSpacing(theme.space(3))
        inside.addWidget(label(self.tr("The eye tracker is not there"), "title"))
        inside.addWidget(self.words)
        inside.addWidget(self.problem)
        inside.addWidget(
            label(
                self.tr(
                    "Call whoever runs the study. Once it is heard, reading begins by itself. If you go on without it, "
                    "the log says so."
                ),
                "quiet",
            )
        )
        inside.addSpacing(theme.space(2))
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.skip_button)
        inside.addLayout(row)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(centred(card))
