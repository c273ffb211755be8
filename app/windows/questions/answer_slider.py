"""A slider that is empty until the reader sets it, so that no position suggests an answer.

What belongs here: the track, its pointer and its keys. What does not: the question around it (answer_fields).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.windows.theme import Theme, current_theme
from study_configs.questions import Slider

MOST_TICKS = 24
REST_MS = 1_200  # a typed number counts this long after its last digit
STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1,
         Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}  # fmt: skip
LEAVING_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
NUMBER_CHARACTERS = frozenset("0123456789.,-")


class AnswerSlider(QWidget):
    """A line from `spec.from_` to `spec.to` with a handle only where an answer stands.

    Mouse: click or drag. Keys, once it has the focus: arrows one step, Page ten, Home and End, or type the number.
    `moved` follows a drag or typing for the readout; `value_set` is the answer, after the drag; `emptied` takes it back
    (Delete). `left` says that the keyboard should return to where it was: after Escape, after a typed number and Enter,
    and, where a key led here for one answer, once the value has rested for a moment, so that the next digit is not
    taken for a number.
    """

    moved = Signal(str)
    value_set = Signal(object)  # float
    emptied = Signal()
    left = Signal()
    finished = Signal()  # Enter after a number was typed or set
    refused = Signal(bool)  # whether what was typed is no number of this line

    def __init__(self, spec: Slider, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._value: float | None = None
        self._dragging = False
        self._typed = ""
        self._is_guest = False  # a key led here, not Tab
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._rested)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(spec.ask)

    @property
    def value(self) -> float | None:
        return self._value

    def show_value(self, value: float | None) -> None:
        """Show the answer that stands, None for none; a drag in progress goes on undisturbed."""
        if not self._dragging and value != self._value:
            self._value = value
            self.update()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        return QSize(theme.px(220), theme.px(26))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragging = True
            self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._drag_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging and self._value is not None:
            self._dragging = False
            self.value_set.emit(self._value)

    def event(self, event: QEvent) -> bool:
        """Keys that the slider understands are not taken away by shortcuts of the window while it has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._understands(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._understands(event):
            event.ignore()
        elif key in STEPS:
            self._set(self._stepped(STEPS[key]))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._set(self._spec.from_ if key == Qt.Key.Key_Home else self._spec.to)
        elif key == Qt.Key.Key_Escape:
            self._typed = ""
            self._read_out()
            self._leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._empty()
        else:
            self._type(event.text())
        if event.isAccepted() and event.key() not in LEAVING_KEYS:
            self._rest.start()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._is_guest = event.reason() == Qt.FocusReason.ShortcutFocusReason
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._rest.stop()
        self.take_typed()
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_track(painter, theme)
        if self._value is not None:
            self._paint_handle(painter, theme, self._value)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(5), theme.px(5))
        painter.end()

    def _paint_track(self, painter: QPainter, theme: Theme) -> None:
        left, right, y = self._left(), self._right(), self.height() / 2
        painter.setPen(QPen(theme.colour("edge"), 1))
        painter.setBrush(theme.colour("field"))
        painter.drawRoundedRect(QRectF(left, y - theme.px(3), right - left, theme.px(6)), theme.px(3), theme.px(3))
        spaces = self._spaces()
        for tick in range(spaces + 1):
            x = left + (right - left) * tick / spaces
            painter.drawLine(QPointF(x, y + theme.px(6)), QPointF(x, y + theme.px(10)))

    def _spaces(self) -> int:
        """Between ticks: one a step where there are few, as on a scale of 21 points; else quarters."""
        steps = (self._spec.to - self._spec.from_) / self._spec.step
        return round(steps) if steps <= MOST_TICKS and abs(steps - round(steps)) < 1e-9 else 4

    def _paint_handle(self, painter: QPainter, theme: Theme, value: float) -> None:
        x, y = self._x(value), self.height() / 2
        painter.setPen(QPen(theme.colour("ground"), 1))
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(
            QRectF(x - theme.px(4), y - theme.px(10), theme.px(8), theme.px(20)), theme.px(3), theme.px(3)
        )

    def _drag_to(self, place: QPointF) -> None:
        share = (place.x() - self._left()) / max(1.0, self._right() - self._left())
        self._value = self._rounded(self._spec.from_ + share * (self._spec.to - self._spec.from_))
        self.moved.emit(f"{self._value:g}")
        self.update()

    def _set(self, value: float) -> None:
        self._value = self._rounded(value)
        self.moved.emit(f"{self._value:g}")
        self.value_set.emit(self._value)
        self.update()

    def _empty(self) -> None:
        self._typed = ""
        self._value = None
        self.emptied.emit()
        self.update()

    def _stepped(self, steps: int) -> float:
        """One step on; from nothing, the end that the key comes from, so that no middle is suggested."""
        if self._value is None:
            return self._spec.from_ if steps > 0 else self._spec.to
        return self._value + steps * self._spec.step

    def _type(self, text: str) -> None:
        self._typed += text.replace(",", ".")
        self.moved.emit(f"{self._typed}_")

    def _enter(self) -> None:
        """The typed number stands, and the keyboard goes on; a refused one keeps it here."""
        if self.take_typed():
            self.finished.emit()
            if self.window().focusWidget() is self:  # nobody led it elsewhere
                self._leave()

    def _rested(self) -> None:
        self.take_typed()
        if self._is_guest:
            self._leave()

    def _leave(self) -> None:
        self.clearFocus()
        self.left.emit()

    def take_typed(self) -> bool:
        """Take over what is half typed; False where it is no number of this line, which `refused` says."""
        typed, self._typed = self._typed, ""
        if not typed:
            return True
        number = _number(typed)
        is_right = number is not None and self._spec.from_ <= number <= self._spec.to
        self.refused.emit(not is_right)
        if number is not None and is_right:
            self._set(number)
        else:
            self._read_out()
        return is_right

    def _read_out(self) -> None:
        self.moved.emit("" if self._value is None else f"{self._value:g}")

    def _understands(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier):
            return False
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return bool(self._typed)
        plain = (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Escape)
        return key in STEPS or key in plain or (event.text() != "" and event.text() in NUMBER_CHARACTERS)

    def _rounded(self, value: float) -> float:
        """The nearest value on the slider's steps."""
        low, high, step = self._spec.from_, self._spec.to, self._spec.step
        bounded = min(high, max(low, value))
        return min(high, round(low + round((bounded - low) / step) * step, 9))

    def _left(self) -> float:
        return float(current_theme().px(8))

    def _right(self) -> float:
        return float(self.width() - current_theme().px(8))

    def _x(self, value: float) -> float:
        share = (value - self._spec.from_) / (self._spec.to - self._spec.from_)
        return self._left() + share * (self._right() - self._left())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
