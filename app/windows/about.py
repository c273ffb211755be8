"""About ReaderLab: which version, whose licence, and what it is not for.

What belongs here: that card. What does not: anything that changes while reading.
"""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.version import version as program_version
from app.windows.labels import label
from app.windows.scrim import Scrim
from app.windows.theme import current_theme

DISTRIBUTION = "readerlab"


def dependencies() -> tuple[tuple[str, str], ...]:
    """The libraries that ReaderLab needs when it runs, and the versions that are there."""
    from importlib.metadata import PackageNotFoundError, requires  # start-up does not wait for them

    try:
        wanted = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        return ()
    names = [re.split(r"[^A-Za-z0-9_.-]", line)[0] for line in wanted if "extra ==" not in line]
    return tuple((name, _version(name)) for name in sorted(names, key=str.lower))


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


class AboutOverlay(Scrim):
    """Version, licence, dependencies. Any of Esc, Enter or a click closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("About ReaderLab"))
        self.card.setFixedWidth(current_theme().px(520))

    def open(self) -> None:
        if self.content.isEmpty():
            self._fill()
        super().open()

    def _fill(self) -> None:
        """Asking for the versions of all libraries takes a while, and few people do."""
        self.content.addWidget(label("ReaderLab", "title"))
        self.content.addWidget(label(self.tr("Version {version}").format(version=program_version()), "quiet"))
        self.content.addWidget(label(self.tr("Research use, not for diagnosis."), "notice"))
        self.content.addWidget(label(self.tr("The reading workstation of an AI learning lab. No medical device.")))
        self.content.addWidget(label(self.tr("Apache License 2.0. The typeface Inter: SIL Open Font License 1.1.")))
        self.content.addWidget(label(self.tr("Built on"), "strong"))
        self.content.addWidget(label("  ·  ".join(f"{name} {number}" for name, number in dependencies()), "small"))
        self.content.addWidget(label(self.tr("Esc closes"), "small"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F12):
            self.dismiss()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.dismiss()
