"""The list of findings: a small picture, number, label and score, and below them what else AI says of each.

What belongs here: the view and how a row looks. What does not: which findings there are (listing, finding_model) and
making the pictures (thumbnails).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from overlays.panels.finding_model import ROLE_LISTED, ROLE_NUMBER, FindingModel
from overlays.panels.listing import Listed, heading, score_words, second_line
from overlays.panels.thumbnails import Thumbnails

MOST_ROWS = 3  # seen at a time; more scroll
PAD_PX = 4
EMPTY = QColor(0, 0, 0)

Index = QModelIndex | QPersistentModelIndex


class FindingList(QListView):
    """Findings to choose from by mouse and key; `chosen` comes with each choice and each Enter."""

    chosen = Signal(object)  # Listed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findingList")
        self.setAccessibleName(self.tr("Findings of the AI"))
        self.thumbnails = Thumbnails(self)
        self.thumbnails.made.connect(lambda _key: self.viewport().update())
        self.findings = FindingModel(self)
        self.setModel(self.findings)
        self.setItemDelegate(_FindingDelegate(self.thumbnails, self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._is_quiet = False
        self._most_rows = MOST_ROWS
        self.selectionModel().selectionChanged.connect(self._announce)  # the current item follows the focus
        self.activated.connect(lambda index: self.chosen.emit(index.data(ROLE_LISTED)))

    def list_findings(self, shown: Sequence[Listed]) -> None:
        """List these findings, keeping the reader's place; nothing is emitted."""
        kept = self.selected
        self._is_quiet = True
        self.findings.show(shown)
        if kept is not None and self.selected is None:
            row = self.findings.row_of(kept.key)
            if row is not None:
                self._select(row)
        self._is_quiet = False

    def set_most_rows(self, rows: int) -> None:
        """How many rows may be seen at a time."""
        self._most_rows = rows

    def make_room(self, findings: int) -> None:
        """Take the height of so many rows and keep it: nothing moves under a slider that cuts the list."""
        self.ensurePolished()
        rows = min(self._most_rows, findings)
        row_px = _edge(self.fontMetrics()) + 2 * PAD_PX
        self.setFixedHeight(rows * row_px + 2 * self.frameWidth() + 2)

    @property
    def selected(self) -> Listed | None:
        indexes = self.selectionModel().selectedIndexes()
        return indexes[0].data(ROLE_LISTED) if indexes else None

    def choose(self, row: int) -> None:
        """Choose a row as a click does."""
        self._select(row)

    def deselect(self) -> None:
        """Nothing is chosen any more; nothing is emitted."""
        self._is_quiet = True
        self.clearSelection()
        self._is_quiet = False

    def step(self, by: int) -> None:
        """The next (+1) or the previous (-1) finding, going round."""
        count, selected = len(self.findings.shown), self.selected
        if not count:
            return
        row = self.findings.row_of(selected.key) if selected is not None else None
        first = 0 if by > 0 else count - 1
        self.choose(first if row is None else (row + by) % count)

    def _select(self, row: int) -> None:
        index = self.findings.index(row)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def _announce(self) -> None:
        selected = self.selected
        if selected is not None and not self._is_quiet:
            self.chosen.emit(selected)


class _FindingDelegate(QStyledItemDelegate):
    """Paints a row over the style sheet's own ground."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _edge(option.fontMetrics) + 2 * PAD_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        ground = QStyleOptionViewItem(option)
        style = option.widget.style() if option.widget is not None else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, ground, painter, option.widget)
        painter.save()
        painter.setClipRect(option.rect)
        self._paint_row(painter, option, index)
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        listed: Listed = index.data(ROLE_LISTED)
        row, edge = QRect(option.rect).adjusted(PAD_PX, PAD_PX, -PAD_PX, -PAD_PX), _edge(option.fontMetrics)
        square = QRect(row.left(), row.top(), edge, edge)
        picture = self._thumbnails.get(listed, edge, painter.device().devicePixelRatioF())
        painter.fillRect(square, EMPTY)
        if picture is not None:
            painter.drawPixmap(square, picture)
        words = row.adjusted(edge + 2 * PAD_PX, 0, 0, 0)
        model = index.model()
        said = second_line(listed, names_source=isinstance(model, FindingModel) and model.names_source)
        first = QRect(words.left(), words.top(), words.width(), edge // 2 if said else edge)
        painter.setFont(_strong(option.font))
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        score = score_words(listed.finding)
        score_px = QFontMetrics(painter.font()).horizontalAdvance(score)
        painter.drawText(first, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, score)
        first.setWidth(first.width() - score_px - 2 * PAD_PX)
        _line(painter, first, heading(listed, index.data(ROLE_NUMBER)))
        painter.setFont(option.font)
        painter.setPen(QApplication.palette().color(QPalette.ColorRole.PlaceholderText))
        _line(painter, words.adjusted(0, edge // 2, 0, 0), said)


def _edge(metrics: QFontMetrics) -> int:
    """Of the picture, logical px: two lines of text."""
    return 2 * (metrics.height() + 2)


def _strong(font: QFont) -> QFont:
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    return strong


def _line(painter: QPainter, place: QRect, words: str) -> None:
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
