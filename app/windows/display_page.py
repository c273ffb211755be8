"""What is known of the screen: its size, what a person declares of its calibration, how bright the interface is.

What belongs here: the page. What does not: the pattern (test_pattern), the file (viewers.settings), the log.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QScreen
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.windows.labels import label
from app.windows.scrim import Scrim
from app.windows.test_pattern import PatternWindow
from app.windows.theme import SURFACES, Theme, contrast, current_theme, set_role
from study_configs.problem import StudyProblem
from study_configs.words import phrase, translate
from viewers.screens import px_per_mm, screen_id, set_measured
from viewers.settings import DeclaredDisplay, Gsdf, SettingsFile

BAR_PX = 400  # logical pixels of the bar that is measured
GSDF_WORDS: dict[Gsdf, str] = {
    "unknown": phrase("DisplayPage", "I don't know"),
    "yes": phrase("DisplayPage", "Yes"),
    "no": phrase("DisplayPage", "No"),
}
UNKNOWN = -1.0  # what a number field holds while nothing is said


def relative_luminance(colour: str) -> float:
    """How bright an sRGB colour is against white, 0 to 1 (WCAG 2.2)."""
    return contrast(colour, "#000000") * 0.05 - 0.05


def interface_words(theme: Theme) -> str:
    """How bright the interface is, for people who set up a reading room."""
    hexes = theme.hexes()
    grounds = [relative_luminance(hexes[name]) for name in SURFACES]
    least = min(contrast(hexes["text"], hexes[name]) for name in SURFACES)
    words = translate(
        "DisplayPage",
        "Its surfaces have {darkest} to {brightest} of white's luminance at brightness {brightness}; its text has "
        "{text}, a contrast of {contrast} to 1 or more. F7 and F8 dim and brighten it, never the images.",
    )
    return words.format(
        darkest=f"{min(grounds):.1%}",
        brightest=f"{max(grounds):.1%}",
        brightness=f"{theme.brightness:.0%}",
        text=f"{relative_luminance(hexes['text']):.0%}",
        contrast=f"{least:.1f}",
    )


def screen_words(screen: QScreen) -> str:
    """What the screen says of itself."""
    ratio, size, millimetres = screen.devicePixelRatio(), screen.size(), screen.physicalSize()
    known = px_per_mm(screen)
    length = translate("DisplayPage", "{pixels} logical pixels a mm").format(pixels=f"{known or 0:.3f}")
    unknown = translate("DisplayPage", "its size in mm is not known: measure the bar below")
    words = translate("DisplayPage", "{name}: {pixels} pixels, scale {scale}, {bits} bits; it says {mm} mm; {length}.")
    return words.format(
        name=screen_id(screen),
        pixels=f"{round(size.width() * ratio)} × {round(size.height() * ratio)}",
        scale=f"{ratio:g}",
        bits=screen.depth(),
        mm=f"{millimetres.width():.0f} × {millimetres.height():.0f}",
        length=length if known else unknown,
    )


class DisplayPage(Scrim):
    """Takes what a person declares of the screen that it is opened on; `declared` gives it to whoever keeps the log."""

    declared = Signal(object)  # DeclaredDisplay

    def __init__(self, parent: QWidget, file: SettingsFile) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Display"))
        self._file = file
        self.pattern = PatternWindow()
        self.pattern.closed.connect(self._back)
        self.screen_label, self.interface, self.problem = label("", ""), label("", "small"), label("", "caution")
        self.bar = _Bar()
        self.bar_mm = _number(self.tr("Length of the bar"), 20, 400, " mm", 2)
        self.gsdf = QComboBox()
        for name, words in GSDF_WORDS.items():
            self.gsdf.addItem(self.tr(words), name)
        self.checked = QLineEdit()
        self.checked.setPlaceholderText("2026-11-22")
        self.l_min = _number(self.tr("Darkest luminance"), UNKNOWN, 10, " cd/m²", 3)
        self.l_max = _number(self.tr("Brightest luminance"), UNKNOWN, 10_000, " cd/m²", 1)
        self.ambient = _number(self.tr("Light in the room"), UNKNOWN, 100_000, " lux", 1)
        self._lay_out()

    def open_for(self, screen: QScreen) -> None:
        """Open with what is known of this screen."""
        self._screen = screen
        said = self._file.settings.displays.get(screen_id(screen), DeclaredDisplay(screen_id(screen)))
        self.screen_label.setText(screen_words(screen))
        self.interface.setText(interface_words(current_theme()))
        self.bar_mm.setValue(BAR_PX / (px_per_mm(screen) or BAR_PX / 100))
        self.gsdf.setCurrentIndex(list(GSDF_WORDS).index(said.gsdf))
        self.checked.setText(said.checked)
        for field, value in ((self.l_min, said.l_min), (self.l_max, said.l_max), (self.ambient, said.ambient_lux)):
            field.setValue(UNKNOWN if value is None else value)
        self.problem.hide()
        self.open()
        self.gsdf.setFocus()

    def save(self) -> bool:
        """Keeps what the fields say and emits it; False where a field can't be understood or the disk refuses."""
        fault = self._fault()
        if not fault:
            said = self._said()
            displays = {**self._file.settings.displays, said.screen: said}
            measured = {**self._file.settings.px_per_mm, said.screen: BAR_PX / self.bar_mm.value()}
            set_measured(measured)
            try:
                self._file.change(displays=displays, px_per_mm=measured)
            except StudyProblem as problem:
                fault = str(problem)
            self.declared.emit(said)
        self.problem.setText(fault)
        self.problem.setVisible(bool(fault))
        return not fault

    def show_pattern(self) -> None:
        self.pattern.show_on(self._screen)
        self.pattern.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def _fault(self) -> str:
        try:
            date.fromisoformat(self.checked.text() or "2026-01-01")
        except ValueError:
            return self.tr("Write the date of the last check as 2026-11-22, or leave it empty.")
        low, high = self.l_min.value(), self.l_max.value()
        if low >= 0 and 0 <= high <= low:
            return self.tr("White is brighter than black: the brightest luminance must be the larger one.")
        return ""

    def _said(self) -> DeclaredDisplay:
        numbers = (None if f.value() == UNKNOWN else f.value() for f in (self.l_min, self.l_max, self.ambient))
        return DeclaredDisplay(screen_id(self._screen), self.gsdf.currentData(), self.checked.text(), *numbers)

    def _save_and_leave(self) -> None:
        if self.save():
            self.dismiss()

    def _back(self) -> None:
        self.activateWindow()
        self.setFocus()

    def _lay_out(self) -> None:
        theme = current_theme()
        self.content.addWidget(label(self.tr("This screen"), "title", wrap=False))
        for line in (
            self.screen_label,
            label(self.tr("Lay a ruler against the bar and write down how long it is; true size goes by it."), "quiet"),
        ):
            line.setFixedWidth(theme.px(620))
            self.content.addWidget(line)
        across = QHBoxLayout()
        across.addWidget(self.bar)
        across.addSpacing(theme.space(4))
        across.addWidget(self.bar_mm)
        across.addStretch()
        self.content.addLayout(across)
        self.content.addWidget(label(self.tr("What you know of its calibration"), "heading", wrap=False))
        form = QFormLayout()
        form.setHorizontalSpacing(theme.space(4))
        for words, field in (
            (self.tr("It follows DICOM's grey scale (GSDF)"), self.gsdf),
            (self.tr("Last checked on"), self.checked),
            (self.tr("Luminance of black"), self.l_min),
            (self.tr("Luminance of white"), self.l_max),
            (self.tr("Light in the room"), self.ambient),
        ):
            form.addRow(words, field)
            field.setAccessibleName(words)
        self.content.addLayout(form)
        self.content.addWidget(label(self.tr("ReaderLab can't measure a screen: it keeps what you say."), "small"))
        self.content.addWidget(label(self.tr("The interface"), "heading", wrap=False))
        self.interface.setFixedWidth(theme.px(620))
        self.content.addWidget(self.interface)
        self.content.addWidget(self.problem)
        self._add_buttons()

    def _add_buttons(self) -> None:
        row = QHBoxLayout()
        self.pattern_button = QPushButton(self.tr("Test pattern"))
        self.pattern_button.clicked.connect(self.show_pattern)
        self.save_button = QPushButton(self.tr("Keep"))
        set_role(self.save_button, "primary", name="kind")
        self.save_button.clicked.connect(self._save_and_leave)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.dismiss)
        row.addWidget(self.pattern_button)
        row.addStretch()
        row.addWidget(close)
        row.addWidget(self.save_button)
        self.content.addLayout(row)


class _Bar(QWidget):
    """A bar of a known number of pixels between two upright ends."""

    def sizeHint(self) -> QSize:
        return QSize(BAR_PX + 2, 28)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(QPen(current_theme().colour("text"), 1))
            painter.drawLine(0, 14, BAR_PX, 14)
            for x in (0, BAR_PX):
                painter.drawLine(x, 2, x, 26)


def _number(name: str, least: float, most: float, unit: str, decimals: int) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(least, most)
    field.setDecimals(decimals)
    field.setSuffix(unit)
    field.setAccessibleName(name)
    field.lineEdit().setTextMargins(current_theme().space(2), 0, 0, 0)
    if least == UNKNOWN:
        field.setSpecialValueText(translate("DisplayPage", "not said"))
    return field
