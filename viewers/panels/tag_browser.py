"""The tags of one image as a tree with search as you type.

What belongs here: the panel. What does not: reading and hiding (tags), and which image (lookup desk).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from study_configs.words import translate
from viewers.panels.histogram_plot import FRAME, GROUND
from viewers.tags import HIDDEN, Tag, as_text, count, matching

SEARCH_MS = 80  # after the last key
OPENED = 400  # results up to which sequences are opened by themselves
WIDTHS = (128, 300, 44)


class TagBrowser(QWidget):
    """Shows tags; Esc or Ctrl+T closes, Ctrl+C copies what is selected, typing searches."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("DICOM tags"))
        self._tags: tuple[Tag, ...] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search code, name or value"))
        self.search.setAccessibleName(self.tr("Search the tags"))
        self.search.setClearButtonEnabled(True)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([self.tr("Tag"), self.tr("Name"), self.tr("VR"), self.tr("Value")])
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.tree.setAccessibleName(self.tr("DICOM tags"))
        self.found = QLabel()
        self.copy_button = QPushButton(self.tr("Copy"))
        self.copy_button.setAccessibleName(self.tr("Copy the selected tags, or all that were found"))
        self.copy_button.clicked.connect(self.copy)
        self._soon = QTimer(self, singleShot=True, interval=SEARCH_MS)
        self._soon.timeout.connect(self._fill)
        self.search.textChanged.connect(lambda _text: self._soon.start())
        self._lay_out()

    def show_tags(self, tags: tuple[Tag, ...], title: str) -> None:
        """Fills the panel; the search stays."""
        self._tags = tags
        self.title.setText(title)
        self._fill()

    def say(self, words: str) -> None:
        """Shows a sentence instead of tags."""
        self.show_tags((), words)

    def copy(self) -> None:
        """What is selected, or all that is found, as lines on the clipboard."""
        chosen = [item.data(0, Qt.ItemDataRole.UserRole) for item in self.tree.selectedItems()]
        tags: Sequence[Tag] = chosen or matching(self._tags, self.search.text())
        QGuiApplication.clipboard().setText("\n".join(as_text(tag) for tag in tags))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape or (
            event.key() == Qt.Key.Key_T and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        ):
            self.closed.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        event.accept()  # no key reaches the images from here

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), GROUND)
            painter.setPen(QPen(FRAME, 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _fill(self) -> None:
        found = matching(self._tags, self.search.text())
        self.tree.setUpdatesEnabled(False)
        self.tree.clear()
        self.tree.addTopLevelItems([_item(tag) for tag in found])
        number, every = count(found), count(self._tags)
        if self.search.text() and number <= OPENED:
            self.tree.expandAll()
        self.tree.setUpdatesEnabled(True)
        self.found.setText(self._found_words(number, every))

    def _found_words(self, number: int, every: int) -> str:
        if not every:
            return ""
        if _hides(self._tags):
            words = self.tr("{found} of {all} tags; those that could identify the patient are hidden")
        else:
            words = self.tr("{found} of {all} tags")
        return words.format(found=number, all=every)

    def _lay_out(self) -> None:
        self.title = QLabel()
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch()
        head.addWidget(self.found)
        foot = QHBoxLayout()
        foot.addWidget(self.search, 1)
        foot.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addLayout(foot)
        column.addWidget(self.tree, 1)
        for place, width in enumerate(WIDTHS):
            self.tree.setColumnWidth(place, width)


def _item(tag: Tag) -> QTreeWidgetItem:
    item = QTreeWidgetItem(["", tag.name] if tag.is_item else [tag.code, tag.name, tag.vr, _shown(tag.value)])
    item.setData(0, Qt.ItemDataRole.UserRole, tag)
    item.addChildren([_item(child) for child in tag.children])
    return item


def _shown(value: str) -> str:
    return translate("ViewerTags", HIDDEN) if value == HIDDEN else value


def _hides(tags: tuple[Tag, ...]) -> bool:
    return any(tag.value == HIDDEN or _hides(tag.children) for tag in tags)
