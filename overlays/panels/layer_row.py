"""One layer that is painted over the images: an eye, its name and source, and the controls that the reader may have.

What belongs here: turning an act into the next `Layer`. What does not: painting, and the rules of what may change
(layers).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QSlider, QToolButton, QWidget

from overlays.layers.layer import Layer, with_colours, with_opacity, with_threshold, with_visible
from overlays.painting.regions import SegmentStyle
from overlays.panels.parts import Eye, Heading, quiet
from overlays.panels.swatch import HEIGHT_PX, WIDTH_PX, ramp_icon, swatch_picture
from overlays.panels.words import (
    Expected,
    colours_title,
    expected_words,
    fixed_words,
    segments_text,
    shown_words,
    threshold_meaning,
    threshold_name,
    threshold_words,
)
from study_configs.colour_names import NAMES
from study_configs.layers import Adjustable

STEPS = 100
IN_COLOUR_MAPS = frozenset({"heatmap", "isolines"})


class LayerRow(QFrame):
    """A row of the panel; `changed` after each act of the reader."""

    changed = Signal(object)  # Layer

    def __init__(
        self, layer: Layer, as_protocol: Layer, *, tells_expected: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("layerRow")
        self.setProperty("role", "card")
        self._layer, self._as_protocol = layer, as_protocol
        self.eye = Eye(layer)
        self.eye.toggled.connect(lambda on: self._change(with_visible(self._layer, on)))
        self.opacity = self._make_slider("opacity", self.tr("Opacity of {layer}"))
        self.threshold = self._make_slider("threshold", self.tr("Threshold of {layer}"))
        self.opacity_text, self.threshold_text = _value_label(), _value_label()
        self.colours = self._make_colours()
        self.count, self.expected = quiet("", "small"), quiet("", "small", wrap=True)
        self.count.setObjectName("layerCount")
        self.expected.setObjectName("layerExpected")
        self.expected.setVisible(False)
        self._tells_expected = tells_expected
        self.segments = quiet("", "small", wrap=True)
        self.segments.setTextFormat(Qt.TextFormat.RichText)
        self.segments.setObjectName("layerSegments")
        self.segments.setVisible(False)
        self.reset = self._make_reset()
        self._lay_out()
        self.show_layer(layer)

    @property
    def layer(self) -> Layer:
        return self._layer

    def show_layer(self, layer: Layer) -> None:
        """Take over a layer that changed elsewhere; nothing is emitted."""
        recoloured, self._layer = layer.colours != self._layer.colours, layer
        for slider, value in ((self.opacity, layer.opacity), (self.threshold, self._share(layer.threshold))):
            with QSignalBlocker(slider):
                slider.setValue(round(value * STEPS))
            slider.setEnabled(layer.visible)
        self.eye.show_open(layer.visible)
        self.opacity_text.setText(f"{layer.opacity:.0%}")
        self.threshold_text.setText(threshold_words(layer))
        for part in (self.threshold, self.threshold_text):
            part.setToolTip(threshold_meaning(layer))
        self.reset.setEnabled(layer.threshold != self._as_protocol.threshold)
        if recoloured:
            self._heading.swatch.setPixmap(swatch_picture(layer, self.devicePixelRatioF()))
            with QSignalBlocker(self.colours):
                self.colours.setCurrentIndex(self.colours.findData(layer.colours))

    def show_count(self, shown: int, of: int) -> None:
        """How many findings the layer shows, of how many the reader can bring; nothing is said where there are none."""
        self.count.setVisible(of > 0)
        self.count.setText(shown_words(shown, of))

    def show_fixed_count(self, shown: int) -> None:
        """How many findings the layer shows, where its threshold is not the reader's to move."""
        self.count.setVisible(True)
        self.count.setText(fixed_words(shown))

    def show_expected(self, expected: Expected | None) -> None:
        """What may be expected at the present threshold; None where that is not known or not to be told."""
        words = expected_words(expected) if expected is not None and self._tells_expected else ""
        self.expected.setVisible(bool(words))
        self.expected.setText(words)

    def show_segments(self, styles: Sequence[SegmentStyle]) -> None:
        """Name the segments that it draws, each beside its colour."""
        self.segments.setVisible(bool(styles))
        self._heading.swatch.setVisible(not styles)
        self.segments.setText(segments_text(styles))

    def _lay_out(self) -> None:
        self._heading = Heading(self._layer, self.eye, self.devicePixelRatioF())
        self.title = self._heading.title
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 6, 10, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.addLayout(self._heading, 0, 0, 1, 4)
        self._add(grid, 1, "opacity", self.tr("Opacity"), self.opacity, self.opacity_text)
        self._add(grid, 2, "threshold", threshold_name(self._layer), self.threshold, self.threshold_text)
        if "threshold" in self._layer.adjustable:
            grid.addWidget(self.reset, 2, 3)
        if self._may_recolour:
            name = quiet(self.tr("Colours"))
            name.setBuddy(self.colours)
            grid.addWidget(name, 3, 0)
            grid.addWidget(self.colours, 3, 1, 1, 3)
        for at, part in ((4, self.count), (5, self.expected), (6, self.segments)):
            grid.addWidget(part, at, 0, 1, 4)
        grid.setColumnStretch(1, 1)

    def _add(self, grid: QGridLayout, row: int, change: Adjustable, name: str, slider: QSlider, text: QLabel) -> None:
        if change not in self._layer.adjustable:
            for part in (slider, text):
                part.setParent(self)
                part.hide()
            return
        label = quiet(name)
        label.setObjectName("layerControl")
        label.setBuddy(slider)
        grid.addWidget(label, row, 0)
        grid.addWidget(slider, row, 1)
        grid.addWidget(text, row, 2)

    def _make_slider(self, change: Adjustable, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(f"layer{change.capitalize()}")
        slider.setRange(0, STEPS)
        slider.setSingleStep(1)
        slider.setPageStep(STEPS // 10)
        slider.setAccessibleName(name.format(layer=self._layer.title))
        slider.valueChanged.connect(self._fade if change == "opacity" else self._cut)
        return slider

    @property
    def _may_recolour(self) -> bool:
        return "colours" in self._layer.adjustable and self._layer.draw in IN_COLOUR_MAPS

    def _make_colours(self) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName("layerColours")
        box.setAccessibleName(self.tr("Colour map of {layer}").format(layer=self._layer.title))
        box.setIconSize(QSize(WIDTH_PX, HEIGHT_PX))
        box.setVisible(False)
        if self._may_recolour:
            box.setVisible(True)
            for name in NAMES:
                box.addItem(ramp_icon(name, self.devicePixelRatioF()), colours_title(name), name)
            box.setCurrentIndex(box.findData(self._layer.colours))
        box.currentIndexChanged.connect(lambda at: self._change(with_colours(self._layer, NAMES[at])))
        return box

    def _make_reset(self) -> QToolButton:
        reset = QToolButton(self)
        reset.setObjectName("layerReset")
        reset.setProperty("kind", "flat")
        reset.setAutoRaise(True)
        reset.setText(self.tr("Reset"))
        back = self.tr("Back to the protocol's threshold, {threshold}")
        reset.setToolTip(back.format(threshold=threshold_words(self._as_protocol)))
        reset.setAccessibleName(self.tr("Reset the threshold of {layer}").format(layer=self._layer.title))
        reset.setVisible("threshold" in self._layer.adjustable)
        reset.clicked.connect(lambda: self._change(with_threshold(self._layer, self._as_protocol.threshold)))
        return reset

    def _fade(self, step: int) -> None:
        self._change(with_opacity(self._layer, step / STEPS))

    def _cut(self, step: int) -> None:
        low, high = self._layer.threshold_limits
        self._change(with_threshold(self._layer, low + (high - low) * step / STEPS))

    def _change(self, layer: Layer) -> None:
        self.show_layer(layer)
        self.changed.emit(layer)

    def _share(self, threshold: float) -> float:
        low, high = self._layer.threshold_limits
        return (threshold - low) / (high - low) if high > low else 0.0


def _value_label() -> QLabel:
    label = QLabel()
    label.setObjectName("layerValue")
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    label.setMinimumWidth(label.fontMetrics().horizontalAdvance("100%"))
    return label
