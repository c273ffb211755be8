"""Everything that a reader could get at from the windows, as text: for the tests of blinding.

What belongs here: walking widgets, models, documents, clipboard, files. What does not: the secrets searched for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QTextDocument
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

ROLES = [*range(14), *(role.value for role in Qt.ItemDataRole if role.value < 0x200)]
MOST_ROWS = 500


def texts_of(thing: QObject) -> Iterator[str]:
    """Every text property of one object, those that Qt declares and those that were set on it."""
    meta = thing.metaObject()
    for at in range(meta.propertyCount()):
        yield from _as_texts(thing.property(meta.property(at).name()))
    for name in thing.dynamicPropertyNames():
        yield bytes(name.data()).decode(errors="replace")
        yield from _as_texts(thing.property(bytes(name.data()).decode()))
    if isinstance(thing, QTextDocument):
        yield thing.toHtml()
    if isinstance(thing, QAbstractItemView) and thing.model() is not None:
        yield from _model_texts(thing.model(), QModelIndex())


def _as_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _as_texts(each)
    elif isinstance(value, QAction):
        yield value.text()


def _model_texts(model: QAbstractItemModel, under: QModelIndex) -> Iterator[str]:
    """All roles of all items, and what dragging them away would carry."""
    for row in range(min(model.rowCount(under), MOST_ROWS)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(under)):
            index = model.index(row, column, under)
            for role in ROLES:
                yield from _as_texts(model.data(index, role))
            if (carried := model.mimeData([index])) is not None:
                yield carried.text()
                for form in carried.formats():
                    yield bytes(carried.data(form).data()).decode("utf-16-be", errors="replace")
                    yield bytes(carried.data(form).data()).decode(errors="replace")
            yield from _model_texts(model, index)


def window_texts() -> Iterator[tuple[str, str]]:
    """(where, text) for every widget of the program and every object in it, shown or hidden."""
    for top in QApplication.topLevelWidgets():
        for thing in (top, *top.findChildren(QObject)):
            where = type(thing).__name__
            try:
                found = list(texts_of(thing))
            except RuntimeError:  # deleted by Qt while we walked
                continue
            for text in found:
                yield where, text
            if isinstance(thing, QWidget):
                for action in thing.actions():
                    yield where, " ".join((action.text(), action.toolTip(), action.statusTip()))


def clipboard_texts() -> Iterator[str]:
    clipboard = QGuiApplication.clipboard()
    for mode in (clipboard.Mode.Clipboard, clipboard.Mode.Selection):
        if (data := clipboard.mimeData(mode)) is not None:
            yield data.text()


def file_names(*folders: Path) -> Iterator[str]:
    for folder in folders:
        for each in folder.rglob("*"):
            yield str(each.relative_to(folder))
