"""The findings as a model for a list view: rows go and come where a threshold cuts, and nothing else is touched.

What belongs here: `FindingModel` and its roles. What does not: how a row looks (finding_list) and which findings are
shown (listing).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from overlays.panels.listing import Listed, aloud

Index = QModelIndex | QPersistentModelIndex
ROLE_LISTED = Qt.ItemDataRole.UserRole
ROLE_NUMBER = Qt.ItemDataRole.UserRole + 1
NOWHERE = QModelIndex()


class FindingModel(QAbstractListModel):
    """Findings in the order of the list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: Sequence[Listed] = ()
        self.names_source = False  # where several AIs are listed

    @property
    def shown(self) -> Sequence[Listed]:
        return self._shown

    def show(self, shown: Sequence[Listed]) -> None:
        """List these instead; rows that both lists begin with stay, selection and all."""
        same = _common(self._shown, shown)
        before = len(self._shown)
        if same < before:
            self.beginRemoveRows(NOWHERE, same, before - 1)
            self._shown = self._shown[:same]
            self.endRemoveRows()
        if same < len(shown):
            self.beginInsertRows(NOWHERE, same, len(shown) - 1)
            self._shown = shown
            self.endInsertRows()

    def row_of(self, key: tuple[str, str]) -> int | None:
        """Where a finding of an AI stands; None where it is not listed."""
        return next((row for row, each in enumerate(self._shown) if each.key == key), None)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        listed, number = self._shown[index.row()], index.row() + 1
        if role == ROLE_LISTED:
            return listed
        if role == ROLE_NUMBER:
            return number
        spoken = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
        return aloud(listed, number, names_source=self.names_source) if role in spoken else None


def _common(one: Sequence[Listed], other: Sequence[Listed]) -> int:
    """How many rows both begin with. A threshold only cuts: the shorter is mostly the beginning of the longer."""
    shorter = min(len(one), len(other))
    if shorter and one[shorter - 1] is other[shorter - 1] and one[0] is other[0] and one[:shorter] == other[:shorter]:
        return shorter
    return next((row for row in range(shorter) if one[row] != other[row]), shorter)
