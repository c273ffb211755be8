"""The list of measurements beside the images: numbers, names, values; jump, rename, recolour, remove.

What belongs here: the widget. What does not: the measurements (viewers.desks.measure_desk).
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from viewers.desks.measure_desk import MeasureDesk
from viewers.drawing.measure_painter import DASHES
from viewers.measuring.brush import Segment, segment_numbers
from viewers.measuring.numbers import Numbers, first_line, lines
from viewers.measuring.shapes import COLOURS, Kind, Measurement

ID = Qt.ItemDataRole.UserRole
NUMBER, NAME, VALUE = range(3)
SWATCH = QSize(22, 12)


class MeasurementList(QWidget):
    """Lists what was measured and painted; choosing a row goes there, Return too, F2 or a double click names it."""

    def __init__(self, desk: MeasureDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._is_filling = False
        self._words = self._kinds_in_words()
        self.tree = QTreeWidget()
        self.tree.setColumnCount(3)
        self.tree.setHeaderLabels([self.tr("No."), self.tr("Name"), self.tr("Value")])
        self.tree.setRootIsDecorated(False)
        self.tree.setIconSize(SWATCH)
        self.tree.setAccessibleName(self.tr("Measurements"))
        self.tree.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        self.tree.header().setSectionResizeMode(NUMBER, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.currentItemChanged.connect(self._go)
        self.tree.itemActivated.connect(lambda item: desk.go_to(item.data(NUMBER, ID)))
        self.tree.itemDoubleClicked.connect(lambda item: self.tree.editItem(item, NAME))
        self.tree.itemChanged.connect(self._renamed)
        self._lay_out()
        desk.board_changed.connect(self.fill)
        desk.selection_changed.connect(self._follow)
        desk.list_toggled.connect(lambda: self.setVisible(self.isHidden()))
        self.fill()

    def _kinds_in_words(self) -> dict[Kind, str]:
        return {
            "length": self.tr("Length"),
            "angle": self.tr("Angle"),
            "cobb": self.tr("Cobb angle"),
            "bidirectional": self.tr("Two diameters"),
            "ellipse": self.tr("Ellipse"),
            "rectangle": self.tr("Rectangle"),
            "polygon": self.tr("Polygon"),
            "freehand": self.tr("Outline"),
            "arrow": self.tr("Arrow"),
            "point": self.tr("Point"),
            "box": self.tr("Box"),
        }

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for text, aloud, act in (
            (self.tr("Name"), self.tr("Name the selected measurement"), self._rename),
            (
                self.tr("Colour"),
                self.tr("Next colour of the selected measurement"),
                lambda: self._desk.perform("measure.recolour"),
            ),
            (
                self.tr("Remove"),
                self.tr("Remove the selected measurement"),
                lambda: self._desk.perform("measure.remove"),
            ),
        ):
            button = QPushButton(text)
            button.setAccessibleName(aloud)
            button.setToolTip(aloud)
            button.clicked.connect(act)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree, 1)
        column.addLayout(buttons)

    def fill(self) -> None:
        """Lists the board as it stands."""
        board = self._desk.board
        self._is_filling = True
        self.tree.clear()
        for number, measurement in enumerate(board.measurements, 1):
            self._add(str(number), measurement, self._words[measurement.kind], _value(measurement), measurement.numbers)
        for segment in board.segments:
            numbers = self._numbers_of(segment)
            self._add("", segment, self.tr("Painted"), first_line(numbers), numbers)
        self._is_filling = False
        self._follow(self._desk.selected)

    def _add(self, number: str, item: Measurement | Segment, kind: str, value: str, numbers: Numbers) -> None:
        row = QTreeWidgetItem([number, item.name or kind, value])
        row.setData(NUMBER, ID, item.id)
        row.setFlags(row.flags() | Qt.ItemFlag.ItemIsEditable)
        row.setIcon(NUMBER, swatch(item.colour))
        row.setToolTip(VALUE, "\n".join(lines(numbers)))
        row.setData(NUMBER, Qt.ItemDataRole.AccessibleTextRole, f"{number} {item.name or kind} {value}".strip())
        self.tree.addTopLevelItem(row)

    def _numbers_of(self, segment: Segment) -> Numbers:
        source = self._desk.source_of(segment.series)
        return segment_numbers(segment, source) if source is not None else Numbers()

    def _follow(self, mark: str) -> None:
        self._is_filling = True
        found = [row for row in self.rows() if row.data(NUMBER, ID) == mark]
        if found:
            self.tree.setCurrentItem(found[0])
        else:
            self.tree.selectionModel().clear()
        self._is_filling = False

    def rows(self) -> list[QTreeWidgetItem]:
        items = (self.tree.topLevelItem(n) for n in range(self.tree.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _go(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and not self._is_filling:
            self._desk.go_to(item.data(NUMBER, ID))

    def _rename(self) -> None:
        item = self.tree.currentItem()
        if item is not None:
            self.tree.editItem(item, NAME)

    def _renamed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == NAME and not self._is_filling:
            self._desk.rename(item.data(NUMBER, ID), item.text(NAME))


def swatch(colour: int) -> QIcon:
    """A line in a measurement's colour and dashes, as it is drawn."""
    pixmap = QPixmap(SWATCH)
    pixmap.fill(Qt.GlobalColor.transparent)
    pen = QPen(QColor(COLOURS[colour % len(COLOURS)]), 2.0)
    if DASHES[colour % len(DASHES)]:
        pen.setDashPattern(DASHES[colour % len(DASHES)])
    with QPainter(pixmap) as painter:
        painter.setPen(pen)
        painter.drawLine(QPointF(0, SWATCH.height() / 2), QPointF(SWATCH.width(), SWATCH.height() / 2))
    return QIcon(pixmap)


def _value(measurement: Measurement) -> str:
    confidence = f"({measurement.confidence})" if measurement.confidence is not None else ""
    return " ".join(part for part in (first_line(measurement.numbers), confidence) if part)
