"""The replay's buttons: each says what it does and its key.

What belongs here: the row of buttons. What does not: what they do (window).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from app.windows.replay.projector import Wishes
from app.windows.theme import current_theme, set_role
from study_configs.words import phrase

BUTTONS = (  # groups of: command, words, key
    (("play", phrase("Controls", "Play"), "Space"),),
    (("slower", phrase("Controls", "Slower"), "-"), ("faster", phrase("Controls", "Faster"), "+")),
    (("event.previous", "‹", ","), ("event.next", phrase("Controls", "Event ›"), ".")),
    (("decision.previous", "‹", "Shift+D"), ("decision.next", phrase("Controls", "Decision ›"), "D")),
    (("reveal.previous", "‹", "Shift+A"), ("reveal.next", phrase("Controls", "AI ›"), "A")),
    (("case.previous", "‹", "P"), ("case.next", phrase("Controls", "Case ›"), "N")),
)
SWITCHES = (
    ("idle", phrase("Controls", "Skip idle"), "I"),
    ("pointer", phrase("Controls", "Pointer"), "L"),
    ("gaze", phrase("Controls", "Gaze"), "G"),
    ("truth", phrase("Controls", "Truth"), "T"),
)


class Controls(QFrame):
    """`wished` names a command."""

    wished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = current_theme()
        set_role(self, "panel")
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        row.setSpacing(theme.space(1))
        for group in BUTTONS:
            for command, words, key in group:
                row.addWidget(self._button(command, words, key))
            row.addSpacing(theme.space(3))
        row.addStretch(1)
        for command, words, key in SWITCHES:
            button = self._button(command, words, key)
            button.setCheckable(True)
            row.addWidget(button)
        self.show_state(is_playing=False, skips_idle=False, wishes=Wishes())

    def show_state(self, *, is_playing: bool, skips_idle: bool, wishes: Wishes) -> None:
        """What the buttons say now."""
        words = self.tr("Pause") if is_playing else self.tr("Play")
        self.buttons["play"].setText(self.tr("{0}  Space").format(words))
        switched = {"idle": skips_idle, "pointer": wishes.pointer, "gaze": wishes.gaze, "truth": wishes.truth}
        for command, is_on in switched.items():
            self.buttons[command].setChecked(is_on)

    def _button(self, command: str, words: str, key: str) -> QToolButton:
        button = QToolButton()
        said = self.tr(words)
        button.setText(f"{said}  {key.replace('Shift+', '⇧')}")
        button.setToolTip(f"{said} ({key})")
        button.setAccessibleName(f"{command.replace('.', ' ')} ({key})")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(button, "flat", name="kind")
        button.clicked.connect(lambda: self.wished.emit(command))
        self.buttons[command] = button
        return button
