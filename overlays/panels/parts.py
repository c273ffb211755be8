"""Parts that rows and cards have alike: text that ends in dots, the eye, the heading with name and source.

What belongs here: those widgets. What does not: what a row is about.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton

from overlays.layers.layer import CASE_DRAWS, Layer
from overlays.panels.swatch import eye_icon, icon_size, swatch_picture
from study_configs.words import translate

LEAST_TITLE = 16  # letters of a layer's name that stay beside a long name of an AI


class ElidedLabel(QLabel):
    """One line of text that ends in dots where it has no room; the tooltip then says all of it."""

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("…"), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        with QPainter(self) as painter:
            self.style().drawItemText(
                painter,
                self.rect(),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                self.palette(),
                self.isEnabled(),
                shown,
                QPalette.ColorRole.WindowText,
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setToolTip(self.text() if self.width() < self.sizeHint().width() else "")


class Eye(QToolButton):
    """Shows or hides a layer, where the protocol lets the reader."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.setObjectName("layerEye")
        self.setProperty("kind", "flat")
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setIconSize(icon_size())
        self.setEnabled("visible" in layer.adjustable)
        self.setAccessibleName(translate("LayerRow", "Show {layer}").format(layer=layer.title))
        self.setToolTip(translate("LayerRow", "Show or hide {layer}").format(layer=layer.title))

    def show_open(self, is_open: bool) -> None:
        """Take over whether the layer is visible; nothing is emitted."""
        before = self.blockSignals(True)
        self.setChecked(is_open)
        self.blockSignals(before)
        self.setIcon(eye_icon(is_open, self.palette().color(QPalette.ColorRole.WindowText)))


class Heading(QHBoxLayout):
    """The first line of a row: the eye, a sample of the colours, the name, the AI's name."""

    def __init__(self, layer: Layer, eye: Eye | None, dpr: float) -> None:
        super().__init__()
        self.setSpacing(8)
        self.title = ElidedLabel(layer.title)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setObjectName("layerTitle")
        self.title.setProperty("role", "strong")
        self.title.setMinimumWidth(
            min(self.title.sizeHint().width(), LEAST_TITLE * self.title.fontMetrics().averageCharWidth())
        )
        self.source = ElidedLabel(layer.source)
        self.source.setTextFormat(Qt.TextFormat.PlainText)
        self.source.setObjectName("layerSource")
        self.source.setProperty("role", "small")
        self.swatch = QLabel()
        if eye is not None:
            self.addWidget(eye)
        if layer.draw not in CASE_DRAWS:  # those have no colour of their own
            self.swatch.setPixmap(swatch_picture(layer, dpr))
            self.addWidget(self.swatch)
        for part in (self.title, self.source):
            self.addWidget(part)
        self.addStretch(1)


def quiet(words: str, role: str = "quiet", *, wrap: bool = False) -> QLabel:
    """A line of plain text in a role of the style sheet."""
    made = QLabel(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    return made
