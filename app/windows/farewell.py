"""The last page: that everything is saved, and the receipt that must leave the machine.

What belongs here: showing it, asking where the seal is to be saved. What does not: writing it (seal_file), writing the
receipt down (cli) and closing the store.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.problem import StudyProblem
from study_configs.words import phrase

WORDS = {
    "finished": (
        phrase("FarewellPage", "Thank you"),
        phrase("FarewellPage", "The sitting is complete, and every answer is saved."),
    ),
    "signed_out": (
        phrase("FarewellPage", "Until later"),
        phrase("FarewellPage", "Every answer that was shown as saved is safe. The sitting can go on from here."),
    ),
    "time_up": (
        phrase("FarewellPage", "Time for today is over"),
        phrase("FarewellPage", "Every answer is saved. The cases that are left are read another time."),
    ),
    "failed": (
        phrase("FarewellPage", "The sitting was stopped"),
        phrase("FarewellPage", "Something went wrong in ReaderLab. The open case is read again later."),
    ),
}


class FarewellPage(QWidget):
    """Says how the sitting ended; `closed` when the reader is done with it. `save_seal` writes the seal to a file.

    `unsaved` says why there is no receipt yet, and what to do.
    """

    closed = Signal()

    def __init__(
        self,
        reason: str,
        receipt: str,
        save_seal: Callable[[Path], None] | None = None,
        unsaved: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._save_seal = save_seal
        theme = current_theme()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        card = QFrame()
        set_role(card, "card")
        card.setFixedWidth(theme.px(480))
        inside = QVBoxLayout(card)
        inside.setContentsMargins(*(4 * [theme.space(5)]))
        inside.setSpacing(theme.space(3))
        title, words = WORDS[reason]
        inside.addWidget(label(self.tr(title), "title"))
        inside.addWidget(label(self.tr(words)))
        inside.addSpacing(theme.space(3))
        inside.addWidget(label(self.tr("Receipt of this sitting"), "small"))
        self.receipt = label(
            _grouped(receipt) or self.tr("The store could not confirm the end of the sitting."), "quiet"
        )
        self.receipt.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(self.receipt)
        self.unsaved = label(unsaved, "caution")
        self.unsaved.setVisible(bool(unsaved))
        inside.addWidget(self.unsaved)
        if save_seal is not None:
            self._offer_seal(inside)
        inside.addSpacing(theme.space(3))
        self.button = QPushButton(self.tr("Close   ⏎"))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.button, "primary", name="kind")
        self.button.clicked.connect(self.closed)
        inside.addWidget(self.button)
        centred = QVBoxLayout()
        centred.addStretch(2)
        centred.addWidget(card)
        centred.addStretch(3)
        outer = QHBoxLayout(self)
        outer.addStretch()
        outer.addLayout(centred)
        outer.addStretch()

    def _offer_seal(self, inside: QVBoxLayout) -> None:
        self.seal_button = QPushButton(self.tr("Save the seal …"))
        self.seal_button.setToolTip(self.tr("A file to keep elsewhere: it shows later that nothing was changed."))
        self.seal_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.seal_button.clicked.connect(self._ask_where)
        self.seal_note = label("", "small")
        self.seal_note.setVisible(False)
        inside.addWidget(self.seal_button, alignment=Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self.seal_note)

    def _ask_where(self) -> None:
        kinds = self.tr("PDF, to print (*.pdf);;Text, to verify (*.txt)")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the seal"), "readerlab-seal.pdf", kinds)
        if name:
            self.save_seal(Path(name))

    def save_seal(self, path: Path) -> None:
        """Write the seal and say where it is, or why not."""
        assert self._save_seal is not None  # the button is there for it
        try:
            self._save_seal(path)
        except StudyProblem as problem:
            self.seal_note.setText(f"{problem.what} {problem.todo}")
        else:
            self.seal_note.setText(self.tr("Saved: {path}").format(path=path))
        self.seal_note.setVisible(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.closed.emit()
        else:
            event.ignore()


def _grouped(receipt: str) -> str:
    """In groups of eight, to be read aloud or compared."""
    return " ".join(receipt[at : at + 8] for at in range(0, len(receipt), 8))
