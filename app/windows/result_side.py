"""The side of the plain viewer where AI results stand: their layers, and quietly what is not shown and why.

What belongs here: that column. What does not: the panel (overlays.panels) and reading results (result_desk).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from overlays.panels.layer_panel import LayerPanel

WIDTH = 320  # logical px at scale 1
MOST_REMARKS = 40


class ResultSide(QWidget):
    """Shown where there is anything to show; the reader can put it away and bring it back."""

    def __init__(self, panel: LayerPanel) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "panel")
        self.setFixedWidth(current_theme().px(WIDTH))
        self.remarks = label("", "small")
        self.remarks.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._title = label(self.tr("Not shown"), "strong")
        self.origins = label("", "small")
        self.origins.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._origins_title = label(self.tr("Where it comes from"), "strong")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        below = QVBoxLayout()
        space = current_theme().space(3)
        below.setContentsMargins(space, 0, space, space)
        for part in (self._title, self.remarks, self._origins_title, self.origins):
            below.addWidget(part)
        column.addLayout(below)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self._has_anything = False
        self.hide()

    def show_origins(self, origins: Sequence[str]) -> None:
        """Model, version, date, form and file of what is shown, a line each."""
        self.origins.setText("\n".join(origins[:MOST_REMARKS]))
        for part in (self._origins_title, self.origins):
            part.setVisible(bool(origins))

    def show_remarks(self, remarks: Sequence[str]) -> None:
        """What is not shown, a sentence each."""
        shown = list(remarks[:MOST_REMARKS])
        if len(remarks) > MOST_REMARKS:
            shown.append(self.tr("… and {n} more").format(n=len(remarks) - MOST_REMARKS))
        self.remarks.setText("\n".join(shown))
        for part in (self._title, self.remarks):
            part.setVisible(bool(shown))

    def offer(self, has_anything: bool) -> None:
        """Come where there is something to show, go where there is nothing."""
        self._has_anything = has_anything
        self.setVisible(has_anything)

    def toggle(self) -> None:
        self.setVisible(self._has_anything and not self.isVisible())
