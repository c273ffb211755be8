"""The AI's sentences beside the exam, and what of the AI they put before the technician.

What belongs here: that label. What does not: finding the words (advice_words), the log (exposure_log).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.windows.station.advice_words import Said
from app.windows.theme import set_role
from overlays.layers.exposure import Painted

SENTENCE = "sentence"  # how an element is drawn here, as the log calls it


class Heard(QLabel):
    """Each sentence once, however many findings it speaks of; nothing while the AI is held away or in a pause."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        set_role(self, "heading")
        self.said: tuple[Said, ...] = ()
        self._reasons: set[str] = set()  # why it is hidden
        self.hide()

    def say(self, said: tuple[Said, ...]) -> None:
        """These sentences, and no other."""
        self.said = said
        self.setText("\n".join(dict.fromkeys(each.words for each in said)))
        self._show()

    def hide_for(self, reason: str, hidden: bool) -> None:
        """Not to be seen for as long as there is a reason."""
        (self._reasons.add if hidden else self._reasons.discard)(reason)
        self._show()

    def painted(self) -> tuple[Painted, ...]:
        """What of the AI can be read here now; a sentence is a few words, and counts where any of it is in sight."""
        if self.visibleRegion().isEmpty():
            return ()
        return tuple(
            Painted(each.layer.id, each.element, SENTENCE, each.layer.threshold, 1.0, 1.0) for each in self.said
        )

    def _show(self) -> None:
        self.setVisible(bool(self.said) and not self._reasons)
