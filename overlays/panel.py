"""The panel beside the image: one row per AI layer, and the list of findings.

What belongs here: controls that turn a reader's act into the next `Layer` or a chosen `Finding`. What does not:
painting (paint), the rules of what may change (layers), colours of the chrome (the application's style sheet).
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QIcon,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from overlays import colour
from overlays.layers import Layer, visible_findings, with_opacity, with_threshold, with_visible
from overlays.result import AIResult, Finding
from study_configs.layers import Adjustable, Draw
from study_configs.words import phrase

STEPS = 100
ICON_PX = 18
FROM: dict[Draw, str] = {
    "box": phrase("LayerRow", "Score from"),
    "contour": phrase("LayerRow", "Score from"),
    "heatmap": phrase("LayerRow", "Scale from"),
}
MEANING: dict[Draw, str] = {
    "box": phrase("LayerRow", "Findings with a score below {} are not drawn"),
    "contour": phrase("LayerRow", "Findings with a score below {} are not drawn"),
    "heatmap": phrase("LayerRow", "What lies below {} of the map's fixed scale is not drawn"),
}


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


class LayerRow(QFrame):
    """One layer: an eye, its name and source, and the sliders that the protocol lets the reader have."""

    changed = Signal(object)  # Layer

    def __init__(self, layer: Layer, as_protocol: Layer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layerRow")
        self.setProperty("role", "card")
        self._layer = layer
        self._as_protocol = as_protocol
        self.eye = self._make_eye()
        self.opacity = self._make_slider("opacity", self.tr("Opacity of {layer}"))
        self.threshold = self._make_slider("threshold", self.tr("Threshold of {layer}"))
        self.opacity_text, self.threshold_text, self.count = _value_label(), _value_label(), QLabel()
        self.count.setObjectName("layerCount")
        self.count.setProperty("role", "small")
        self.reset = self._make_reset()
        self._lay_out()
        self.show_layer(layer)

    @property
    def layer(self) -> Layer:
        return self._layer

    def show_layer(self, layer: Layer) -> None:
        """Take over a layer that changed elsewhere; nothing is emitted."""
        self._layer = layer
        for slider, value in ((self.opacity, layer.opacity), (self.threshold, self._share(layer.threshold))):
            with QSignalBlocker(slider):
                slider.setValue(round(value * STEPS))
            slider.setEnabled(layer.visible)
        with QSignalBlocker(self.eye):
            self.eye.setChecked(layer.visible)
        self.eye.setIcon(eye_icon(layer.visible, self.palette().color(QPalette.ColorRole.WindowText)))
        self.opacity_text.setText(f"{layer.opacity:.0%}")
        self.threshold_text.setText(threshold_words(layer))
        for part in (self.threshold, self.threshold_text):
            part.setToolTip(self.tr(MEANING[layer.draw]).format(threshold_words(layer)))
        self.reset.setEnabled(layer.threshold != self._as_protocol.threshold)

    def show_count(self, count: int | None) -> None:
        """How many findings this layer shows; None where it shows maps. Findings that are listed need no count."""
        self.count.setVisible(count is not None and not (count and self._layer.visible))
        self.count.setText("" if count is None else self.tr("%n finding(s) shown", "", count))

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.setSpacing(8)
        swatch = QLabel()
        swatch.setPixmap(swatch_picture(self._layer, self.devicePixelRatioF()))
        self.title = ElidedLabel(self._layer.title)
        self.title.setObjectName("layerTitle")
        self.title.setProperty("role", "strong")
        source = QLabel(self._layer.source)
        source.setObjectName("layerSource")
        source.setProperty("role", "small")
        for part in (self.eye, swatch, self.title, source):
            heading.addWidget(part)
        heading.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 8, 10, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.addLayout(heading, 0, 0, 1, 4)
        self._add_slider(grid, 1, "opacity", self.tr("Opacity"), self.opacity, self.opacity_text)
        self._add_slider(grid, 2, "threshold", self.tr(FROM[self._layer.draw]), self.threshold, self.threshold_text)
        if "threshold" in self._layer.adjustable:
            grid.addWidget(self.reset, 2, 3)
        grid.addWidget(self.count, 3, 0, 1, 4)
        grid.setColumnStretch(1, 1)

    def _add_slider(
        self, grid: QGridLayout, row: int, change: Adjustable, name: str, slider: QSlider, text: QLabel
    ) -> None:
        if change not in self._layer.adjustable:
            for part in (slider, text):
                part.setParent(self)
                part.hide()
            return
        label = QLabel(name)
        label.setObjectName("layerControl")
        label.setProperty("role", "quiet")
        label.setBuddy(slider)
        grid.addWidget(label, row, 0)
        grid.addWidget(slider, row, 1)
        grid.addWidget(text, row, 2)

    def _make_eye(self) -> QToolButton:
        eye = QToolButton()
        eye.setObjectName("layerEye")
        eye.setProperty("kind", "flat")
        eye.setCheckable(True)
        eye.setAutoRaise(True)
        eye.setIconSize(QSize(ICON_PX, ICON_PX))
        eye.setEnabled("visible" in self._layer.adjustable)
        eye.setAccessibleName(self.tr("Show {layer}").format(layer=self._layer.title))
        eye.setToolTip(self.tr("Show or hide {layer}").format(layer=self._layer.title))
        eye.toggled.connect(lambda on: self._change(with_visible(self._layer, on)))
        return eye

    def _make_slider(self, change: Adjustable, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(f"layer{change.capitalize()}")
        slider.setRange(0, STEPS)
        slider.setSingleStep(1)
        slider.setPageStep(STEPS // 10)
        slider.setAccessibleName(name.format(layer=self._layer.title))
        act = self._fade if change == "opacity" else self._cut
        slider.valueChanged.connect(act)
        return slider

    def _make_reset(self) -> QToolButton:
        reset = QToolButton()
        reset.setObjectName("layerReset")
        reset.setProperty("kind", "flat")
        reset.setAutoRaise(True)
        reset.setText(self.tr("Reset"))
        back = self.tr("Back to the protocol's threshold, {threshold}")
        reset.setToolTip(back.format(threshold=threshold_words(self._as_protocol)))
        reset.setAccessibleName(self.tr("Reset the threshold of {layer}").format(layer=self._layer.title))
        if "threshold" not in self._layer.adjustable:  # shown here, it would be a window of its own for a moment
            reset.hide()
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


class LayerPanel(QWidget):
    """Rows for the layers of the present phase, the findings that they show, and how to hide all AI.

    Signals: `layer_changed(Layer)` after each act of the reader, `finding_chosen(Finding)` when one is picked from the
    list. The panel changes nothing else; who listens repaints and writes the event.
    """

    layer_changed = Signal(object)
    finding_chosen = Signal(object)

    def __init__(
        self, *, hold_key: str = "H", step_keys: tuple[str, str] = ("]", "["), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("layerPanel")
        self._rows: dict[str, LayerRow] = {}
        self._results: tuple[AIResult, ...] = ()
        self._row_box = QVBoxLayout()
        self._row_box.setSpacing(6)
        self.findings = self._make_list()
        self._findings_title = QLabel(self.tr("Findings"))
        self._findings_title.setObjectName("panelHeading")
        self._findings_title.setProperty("role", "strong")
        self.steps = QLabel(
            self.tr("{next} next   {previous} previous").format(next=step_keys[0], previous=step_keys[1])
        )
        self.steps.setProperty("role", "small")
        self.hint = QLabel(self.tr("Hold {key} to hide all AI").format(key=hold_key))
        self.hint.setObjectName("panelHint")
        self.hint.setProperty("role", "small")
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addLayout(self._row_box)
        heading = QHBoxLayout()
        heading.addWidget(self._findings_title, 1)
        heading.addWidget(self.steps)
        box.addLayout(heading)
        for part in (self.findings, self.hint):
            box.addWidget(part)
        box.addStretch(1)

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(row.layer for row in self._rows.values())

    def set_content(
        self, layers: Iterable[Layer], results: Iterable[AIResult], *, as_protocol: Iterable[Layer] | None = None
    ) -> None:
        """Show layers and results; `as_protocol` are the layers to reset to where a sitting resumes with others."""
        shown = tuple(layers)
        originals = {layer.id: layer for layer in (shown if as_protocol is None else as_protocol)}
        for row in self._rows.values():
            self._row_box.removeWidget(row)
            row.deleteLater()
        self._rows = {layer.id: LayerRow(layer, originals.get(layer.id, layer), self) for layer in shown}
        self._results = tuple(results)
        for row in self._rows.values():
            row.changed.connect(self._pass_on)
            self._row_box.addWidget(row)
        self._show_findings()

    def set_layer(self, layer: Layer) -> None:
        """Take over a change that was made by a key or a simulated reader; nothing is emitted."""
        self._rows[layer.id].show_layer(layer)
        self._show_findings()

    def choose_next(self) -> None:
        self._step(1)

    def choose_previous(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        count = self.findings.count()
        if count:
            chosen = self.findings.selectedItems()
            first = 0 if by > 0 else count - 1
            self.findings.setCurrentRow((self.findings.row(chosen[0]) + by) % count if chosen else first)

    def _pass_on(self, layer: Layer) -> None:
        self._show_findings()
        self.layer_changed.emit(layer)

    def _shown(self, layer: Layer) -> tuple[Finding, ...]:
        return tuple(f for result in self._results for f in visible_findings(result, layer))

    def _show_findings(self) -> None:
        """List what visible finding layers show, each finding once, keeping the reader's place."""
        chosen = self.findings.selectedItems()
        kept = chosen[0].data(Qt.ItemDataRole.UserRole).id if chosen else ""
        found: dict[str, Finding] = {}
        for row in self._rows.values():
            shown = self._shown(row.layer)
            row.show_count(len(shown) if row.layer.draw == "box" or shown else None)
            if row.layer.visible:
                found.update({finding.id: finding for finding in shown})
        with QSignalBlocker(self.findings):
            self.findings.clear()
            for number, finding in enumerate(sorted(found.values(), key=lambda f: f.rank), start=1):
                self._add_finding(number, finding, current=finding.id == kept)
        for part in (self._findings_title, self.steps, self.findings):
            part.setVisible(bool(found))
        self.findings.setMaximumHeight((self.findings.sizeHintForRow(0) + 1) * len(found) + 4)

    def _add_finding(self, number: int, finding: Finding, *, current: bool) -> None:
        item = QListWidgetItem(f"{number}   {finding.label}   {finding.score:.0%}")
        item.setData(Qt.ItemDataRole.UserRole, finding)
        self.findings.addItem(item)
        if current:
            self.findings.setCurrentItem(item)

    def _make_list(self) -> QListWidget:
        view = QListWidget()
        view.setObjectName("findingList")
        view.setAccessibleName(self.tr("Findings of the AI"))
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.itemSelectionChanged.connect(self._announce)  # not the current item: that one follows the focus
        view.itemActivated.connect(lambda item: self.finding_chosen.emit(item.data(Qt.ItemDataRole.UserRole)))
        return view

    def _announce(self) -> None:
        for item in self.findings.selectedItems():
            self.finding_chosen.emit(item.data(Qt.ItemDataRole.UserRole))


def _value_label() -> QLabel:
    label = QLabel()
    label.setObjectName("layerValue")
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    label.setMinimumWidth(label.fontMetrics().horizontalAdvance("100%"))
    return label


def threshold_words(layer: Layer) -> str:
    """A score, or a share of a map's range: both per cent, as beside the findings; a tenth where that says more."""
    return f"{layer.threshold:.1%}" if 0 < layer.threshold < 0.01 else f"{layer.threshold:.0%}"


def swatch_picture(layer: Layer, dpr: float) -> QPixmap:
    """A small sample of the layer's colours: the ramp of a heat map, the outline of a box or contour."""
    width, height = 28, 12
    picture = QPixmap(round(width * dpr), round(height * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRectF(1, 1, width - 2, height - 2)
    if layer.draw == "heatmap":
        ramp = QLinearGradient(area.topLeft(), area.topRight())
        for stop in range(11):
            ramp.setColorAt(stop / 10, QColor(*colour.colour_at(layer.colours, stop / 10)))
        painter.fillRect(area, ramp)
    else:
        painter.setPen(QPen(QColor(layer.colour), 2))
        (painter.drawRect if layer.draw == "box" else painter.drawEllipse)(area)
    painter.end()
    return picture


def eye_icon(open_eye: bool, ink: QColor) -> QIcon:
    """An eye, struck through and faint when closed, drawn in the chrome's text colour."""
    picture = QPixmap(ICON_PX * 2, ICON_PX * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(1.0 if open_eye else 0.5)
    painter.setPen(QPen(ink, 1.5))
    middle = ICON_PX / 2
    lid = QPainterPath(QPointF(1.5, middle))
    lid.quadTo(QPointF(middle, 1.5), QPointF(ICON_PX - 1.5, middle))
    lid.quadTo(QPointF(middle, ICON_PX - 1.5), QPointF(1.5, middle))
    painter.drawPath(lid)
    painter.drawEllipse(QPointF(middle, middle), 2.5, 2.5)
    if not open_eye:
        painter.drawLine(QPointF(3, ICON_PX - 3), QPointF(ICON_PX - 3, 3))
    painter.end()
    return QIcon(picture)
