"""What AI says of the whole case, beside the images: advice in full, category badges, scores, example pictures.

What belongs here: one card for one such layer. What does not: choosing what is said (case_elements) and a
model's card (whoever listens to `card_wanted`).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from overlays.layers.case_elements import CaseElement
from overlays.layers.layer import Layer, with_visible
from overlays.panels.parts import Eye, Heading, quiet
from overlays.panels.words import assessment_words
from overlays.result import Advice, Assessment, Example

LONGEST_BADGE = 16  # letters on one line
EXAMPLE_PX = 96  # along the longer edge, logical


class CaseCard(QFrame):
    """One layer beside the images; `changed` after the reader switched it on or off."""

    changed = Signal(object)  # Layer

    def __init__(self, layer: Layer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caseCard")
        self.setProperty("role", "card")
        self._layer = layer
        self.eye = Eye(layer) if "visible" in layer.adjustable else None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(10, 6, 10, 8)
        self._box.setSpacing(4)
        self._box.addLayout(Heading(layer, self.eye, self.devicePixelRatioF()))
        self._said: tuple[CaseElement, ...] | None = None
        self._shown: tuple[QWidget, ...] = ()
        self._body: QWidget | None = None
        if self.eye is not None:
            self.eye.toggled.connect(lambda on: self._change(with_visible(self._layer, on)))
        self.show_layer(layer)

    @property
    def layer(self) -> Layer:
        return self._layer

    @property
    def said(self) -> tuple[tuple[CaseElement, QWidget], ...]:
        """What is on the card, and the widget that shows it."""
        return tuple(zip(self._said or (), self._shown, strict=True))

    def show_layer(self, layer: Layer) -> None:
        self._layer = layer
        if self.eye is not None:
            self.eye.show_open(layer.visible)

    def show_said(self, said: Sequence[CaseElement]) -> None:
        """Put what AI says on the card, in the order given."""
        if tuple(said) == self._said:
            return
        self._said = tuple(said)
        if self._body is not None:
            self._body.setParent(None)
            self._body.deleteLater()
        self._body = self._body_of(self._said)
        self._box.addWidget(self._body)

    def _body_of(self, said: tuple[CaseElement, ...]) -> QWidget:
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        self._shown = tuple(_shown(each) for each in said)
        for each in self._shown:
            box.addWidget(each)
        if not said and self._layer.visible:
            box.addWidget(quiet(self.tr("Nothing is said of this case."), "small"))
        return body

    def _change(self, layer: Layer) -> None:
        self.show_layer(layer)
        self.changed.emit(layer)


class ButtonCard(QFrame):
    """A button in the place of a layer: to ask for one that is held back, or to read about its AI."""

    pressed = Signal(str)  # layer id

    def __init__(self, layer: Layer, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layerButton")
        self.layer = layer
        self.button = QPushButton(words)
        self.button.setAccessibleName(words)
        self.button.setAutoDefault(False)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.button)
        self.button.clicked.connect(lambda: self.pressed.emit(layer.id))


def _shown(element: CaseElement) -> QWidget:
    if isinstance(element, Advice):
        words = quiet(element.text, "advice", wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        return words
    if isinstance(element, Assessment):
        return _assessed(element)
    return _example(element)


def _assessed(assessment: Assessment) -> QWidget:
    line = QWidget()
    across = QHBoxLayout(line)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(8)
    what, how = assessment_words(assessment)
    across.addWidget(quiet(what, "", wrap=True), 1)
    badge = quiet(how, "badge", wrap=len(how) > LONGEST_BADGE)
    across.addWidget(badge, int(badge.wordWrap()))
    return line


def _example(example: Example) -> QWidget:
    line = QWidget()
    across = QHBoxLayout(line)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(8)
    picture = QLabel()
    picture.setPixmap(_picture(example, picture.devicePixelRatioF()))
    picture.setAccessibleName(example.caption)
    likeness = "" if example.score is None else f"{example.score:.0%}"
    words = QVBoxLayout()
    words.addWidget(quiet(example.caption, "", wrap=True))
    if likeness:
        words.addWidget(quiet(likeness, "small"))
    words.addStretch(1)
    across.addWidget(picture)
    across.addLayout(words, 1)
    return line


def _picture(example: Example, dpr: float) -> QPixmap:
    rows, columns = example.pixels.shape[:2]
    image = QImage(example.pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    edge = round(EXAMPLE_PX * dpr)
    smooth = Qt.TransformationMode.SmoothTransformation
    scaled = image.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    scaled.setDevicePixelRatio(dpr)
    return QPixmap.fromImage(scaled)
