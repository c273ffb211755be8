"""What a study asks of a new reader before the first case: one field for each stratum.

What belongs here: showing the fields and taking their values. What does not: which values there may be (the protocol),
and where they lead (app.conduct.enrolling).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.windows.labels import label
from app.windows.theme import current_theme


class StrataFields(QWidget):
    """Emits `changed` whenever a value is chosen or typed; `values` is complete once `is_complete`."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(current_theme().space(2))
        self.fields: dict[str, QComboBox | QLineEdit] = {}
        self.hide()

    def ask(self, strata: Mapping[str, Sequence[str]]) -> None:
        """Show a field for each stratum, to choose from its values, or to type where it names none."""
        for name, values in strata.items():
            words = label(name.replace("_", " ").capitalize(), "strong")
            field = self._field(values)
            field.setAccessibleName(words.text())
            words.setBuddy(field)
            self._column.addWidget(words)
            self._column.addWidget(field)
            self.fields[name] = field
        self.show()

    def forget(self) -> None:
        """Take the fields away, as they were about another reader."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.fields = {}
        self.hide()

    @property
    def values(self) -> dict[str, str]:
        return {name: _value(field) for name, field in self.fields.items()}

    @property
    def is_complete(self) -> bool:
        return all(self.values.values())

    def _field(self, values: Sequence[str]) -> QComboBox | QLineEdit:
        if not values:
            typed = QLineEdit()
            typed.textChanged.connect(self.changed)
            return typed
        chosen = QComboBox()
        chosen.setPlaceholderText(self.tr("Choose"))
        chosen.addItems(list(values))
        chosen.setCurrentIndex(-1)
        chosen.currentIndexChanged.connect(self.changed)
        return chosen


def _value(field: QComboBox | QLineEdit) -> str:
    return field.text().strip() if isinstance(field, QLineEdit) else field.currentText()
