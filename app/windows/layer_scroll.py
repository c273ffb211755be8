"""The place of the layer panel above the questions: as high as the panel, or less, and then it says that there is more.

What belongs here: that height, how layers and questions share a side, scrolling, the hint. What does not: the panel
(overlays.panels), its layers (layer_desk) and the questions (question_panel).
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QToolButton, QWidget

from app.windows.questions.question_panel import QuestionPanel
from app.windows.theme import current_theme, set_role

SHARE = 0.47  # of the side's height that layers may always take, however many questions there are
LEAST_HIDDEN = 12  # logical px at scale 1: less is only the margin


class SharedSide(QObject):
    """Gives layers their share of a side, and what the questions under them leave free.

    What questions once needed stays theirs until `start_phase`, so that answers do not move them to and fro.
    """

    def __init__(self, side: QWidget, layers: LayerScroll, questions: QuestionPanel) -> None:
        super().__init__(side)
        self._side, self._layers, self._questions = side, layers, questions
        self._needed = 0
        side.installEventFilter(self)
        questions.content.installEventFilter(self)

    def start_phase(self) -> None:
        """Other questions came: the room is theirs."""
        self._needed = 0
        self._fit()

    def settle(self) -> None:
        """Do every layout that waits, so that nothing moves after the phase was first painted."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self._needed = 0
        self._fit()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == (QEvent.Type.Resize if watched is self._side else QEvent.Type.LayoutRequest):
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        self._needed = max(self._needed, self._questions.needed_height)
        height = self._side.height()
        self._layers.set_most(max(round(height * SHARE), height - self._needed))


class LayerScroll(QScrollArea):
    """Shows a panel at a fixed width; `set_most` bounds its height. What lies below is announced by a button."""

    def __init__(self, panel: QWidget, width: int) -> None:
        super().__init__()
        self._panel = panel
        self._most = panel.sizeHint().height()
        panel.setFixedWidth(width)
        panel.installEventFilter(self)
        self.setWidget(panel)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # it would narrow the rows
        self.more = self._make_more()
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._show_more)
        bar.rangeChanged.connect(self._show_more)

    def set_most(self, height: int) -> None:
        """Take no more than this many logical px, and no more than the panel needs."""
        self._most = height
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._panel and event.type() == QEvent.Type.LayoutRequest:  # rows came, went or grew
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_more()

    def _fit(self) -> None:
        self.setFixedHeight(min(self._panel.sizeHint().height(), self._most))

    def _make_more(self) -> QToolButton:
        more = QToolButton(self)
        more.setText(self.tr("↓ More"))
        more.setToolTip(self.tr("There is more below; the wheel scrolls, too"))
        more.setAccessibleName(self.tr("Scroll the AI layers"))
        more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(more, "hint", name="kind")
        bar = self.verticalScrollBar()
        more.clicked.connect(lambda: bar.setValue(bar.value() + bar.pageStep()))
        more.hide()
        return more

    def _show_more(self) -> None:
        bar = self.verticalScrollBar()
        self.more.setVisible(bar.maximum() - bar.value() > current_theme().px(LEAST_HIDDEN))
        height = self.more.sizeHint().height()
        self.more.setGeometry(0, self.height() - height, self.width(), height)
        self.more.raise_()
