"""A button that gives one answer: its words, the cap of its key, and whether it is the answer that stands.

What belongs here: painting and pressing it. What does not: which answers exist (answer_fields).
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.windows.key_names import shown
from app.windows.theme import Theme, current_theme

WRAPPED = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


class AnswerButton(QPushButton):
    """Words with a key cap at the left; `compact` puts the cap below the words, for the points of a scale.

    A click does not take the keyboard away from the images; Tab does reach the button. Enter is left to the panel,
    where it confirms.
    """

    def __init__(self, words: str, key: str = "", *, compact: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._key, self._compact = key, compact
        self._at_end = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._name()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(not compact)
        self.setSizePolicy(policy)

    @property
    def key(self) -> str:
        return self._key

    def _name(self) -> None:
        named = self.tr("{answer}, key {key}").format(answer=self.text(), key=shown(self._key))
        self.setAccessibleName(named if self._key else self.text())

    def show_words(self, words: str) -> None:
        """It stands for another answer from now on."""
        if words != self.text():
            self.setText(words)
            self._name()

    def show_key(self, key: str) -> None:
        """Another key gives this answer from now on."""
        if key != self._key:
            self._key = key
            self._name()
            self.updateGeometry()
            self.update()

    def show_at_end(self, words: str) -> None:
        """A few words at the right, such as the place of what is ranked."""
        self._at_end = words
        self.setAccessibleDescription(words)
        self.update()

    def nextCheckState(self) -> None:
        """Nothing: what is checked follows from the answer that stands, not from the click."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        if self._compact:
            return QSize(theme.px(26), theme.px(44 if self._key else 32))
        width = self._cap_width(theme) + self._metrics(theme).horizontalAdvance(self.text()) + 2 * theme.space(3)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        theme = current_theme()
        return QSize(theme.px(22), self.sizeHint().height()) if self._compact else QSize(theme.px(64), theme.px(34))

    def heightForWidth(self, width: int) -> int:
        theme = current_theme()
        if self._compact:
            return self.sizeHint().height()
        room = max(1, width - self._cap_width(theme) - 2 * theme.space(3))
        words = self._metrics(theme).boundingRect(QRect(0, 0, room, 10_000), WRAPPED.value, self.text())
        return max(theme.px(34), words.height() + 2 * theme.space(2))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, theme)
        if self._compact:
            self._paint_compact(painter, theme)
        else:
            self._paint_wide(painter, theme)
        painter.end()

    def _paint_ground(self, painter: QPainter, theme: Theme) -> None:
        edge, width = ("edge", 1.0) if self.isEnabled() else ("line", 1.0)
        if self.isChecked():
            edge, width = "accent", 1.5
        if self.hasFocus():
            edge, width = "focus", 2.5
        painter.setPen(QPen(theme.colour(edge), width))
        painter.setBrush(theme.colour(self._ground()))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), theme.px(5), theme.px(5))
        if self.isChecked():
            self._paint_bar(painter, theme)

    def _paint_bar(self, painter: QPainter, theme: Theme) -> None:
        """A bar along one edge: the answer that stands is told by shape as well as by colour."""
        thick, inset = theme.px(3), theme.px(4)
        beside = QRectF(inset, 2 * inset, thick, self.height() - 4 * inset)
        below = QRectF(2 * inset, self.height() - inset - thick / 2, self.width() - 4 * inset, thick / 2)
        painter.fillRect(below if self._compact else beside, theme.colour("text"))

    def _ground(self) -> str:
        if not self.isEnabled():
            return "selected" if self.isChecked() else "chrome"
        if self.isDown():
            return "pressed"
        if self.isChecked():
            return "primary"
        return "hover" if self.underMouse() else "raised"

    def _paint_wide(self, painter: QPainter, theme: Theme) -> None:
        cap = self._cap_width(theme)
        if self._key:
            size = QSize(cap - theme.space(2), theme.px(20))
            place = QRect(theme.space(2), (self.height() - size.height()) // 2, size.width(), size.height())
            self._paint_cap(painter, theme, place)
        painter.setPen(self._ink(theme))
        painter.setFont(self._font(theme))
        words = self.rect().adjusted(cap + theme.space(3), 0, -theme.space(3), 0)
        painter.drawText(words, WRAPPED.value, self.text())
        if self._at_end:
            painter.setFont(theme.font("body", QFont.Weight.DemiBold))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._at_end)

    def _paint_compact(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(self._ink(theme))
        painter.setFont(self._font(theme))
        upper = QRect(0, theme.px(2), self.width(), theme.px(22)) if self._key else self.rect()
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._key:
            width = min(self._cap_width(theme) - theme.space(2), self.width() - theme.space(1))
            self._paint_cap(painter, theme, QRect((self.width() - width) // 2, theme.px(24), width, theme.px(16)))

    def _paint_cap(self, painter: QPainter, theme: Theme, place: QRect) -> None:
        painter.setPen(QPen(theme.colour("edge"), 1.0))
        painter.setBrush(theme.colour("field"))
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(3), theme.px(3))
        painter.setPen(theme.colour("quiet"))
        painter.setFont(theme.font("small", QFont.Weight.Medium))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown(self._key))

    def _ink(self, theme: Theme) -> QColor:
        return theme.colour("text" if self.isEnabled() or self.isChecked() else "quiet")

    def _cap_width(self, theme: Theme) -> int:
        """The room that the cap takes at the left, with the gap before it."""
        if not self._key:
            return 0
        letters = QFontMetrics(theme.font("small", QFont.Weight.Medium)).horizontalAdvance(shown(self._key))
        return max(theme.px(20), letters + theme.space(2)) + theme.space(2)

    def _metrics(self, theme: Theme) -> QFontMetrics:
        return QFontMetrics(self._font(theme))

    def _font(self, theme: Theme) -> QFont:
        return theme.font("body", QFont.Weight.Medium)
