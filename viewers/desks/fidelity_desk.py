"""How true the shown picture is, in full, on a card over the images.

What belongs here: opening the card and keeping it with the active viewport. What does not: what there is to say
(viewers.fidelity, overlays.layers.fidelity) and the badge in the corner (captions).
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel

from viewers.fidelity import Note, notes
from viewers.grid import ViewportGrid
from viewers.volume import SeriesHeader

LayerNotes = Callable[[int, SeriesHeader], Sequence[Note]]  # viewport, what it shows
GAP, WIDTH = 10, 400  # logical px
CARD = "background: #0d0e10; border: 1px solid #2b2f33; border-radius: 4px; padding: 10px; color: #d4d7da;"


class FidelityDesk(QObject):
    """Does `fidelity.show`. `layer_notes` adds what is to be known of layers over a viewport's image."""

    def __init__(self, grid: ViewportGrid, layer_notes: LayerNotes | None = None) -> None:
        super().__init__(grid)
        self._grid, self._layer_notes = grid, layer_notes
        self.card = QLabel(grid)
        self.card.setTextFormat(Qt.TextFormat.RichText)
        self.card.setWordWrap(True)
        self.card.setFixedWidth(WIDTH)
        self.card.setStyleSheet(CARD)
        self.card.setAccessibleName(self.tr("How true this picture is"))
        self.card.hide()
        grid.add_performer(self.perform)
        for changed in (grid.view_changed, grid.active_changed, grid.emptied):
            changed.connect(lambda *_what: self.refresh())
        grid.installEventFilter(self)

    def perform(self, command_id: str) -> bool:
        if command_id != "fidelity.show":
            return False
        self.card.setVisible(not self.card.isVisible())
        self.refresh()
        return True

    @property
    def notes(self) -> tuple[Note, ...]:
        """What there is to say of the active viewport; () where it shows nothing."""
        viewport = self._grid.active_viewport
        if viewport.volume is None or viewport.view is None:
            return ()
        own = notes(viewport.volume, viewport.view, viewport.devicePixelRatioF(), len(viewport.lost))
        extra = self._layer_notes(self._grid.active, viewport.volume.header) if self._layer_notes is not None else ()
        return (*own, *extra)

    def refresh(self) -> None:
        """Brings the card up to date; called when layers change, too."""
        if not self.card.isVisible():
            return
        found = sorted(self.notes, key=lambda note: not note.is_caution)
        self.card.setText(self._text(found))
        self.card.adjustSize()
        self.card.move(GAP, self._grid.height() - self.card.height() - GAP)
        self.card.raise_()

    def _text(self, found: Sequence[Note]) -> str:
        lines = [f"<b>{html.escape(self.tr('How true this picture is'))}</b>"]
        lines += [f"{'▲' if note.is_caution else '•'} {html.escape(note.text)}" for note in found]
        return "".join(f'<p style="margin: 0 0 5px 0">{line}</p>' for line in lines)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.refresh()
        return False
