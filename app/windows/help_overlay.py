"""The overlay that lists every key, in groups.

What belongs here: drawing the list. What does not: the commands themselves (viewers.commands, app.windows.commands) and
the answers of the phase, which the caller gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.reading.script import AskedQuestion
from app.windows.answer_fields import label
from app.windows.answer_keys import Slot, options
from app.windows.commands import APP_COMMANDS
from app.windows.key_names import key_name, shown
from app.windows.scrim import Scrim
from app.windows.theme import current_theme
from study_configs.questions import Likert
from viewers.commands import COMMANDS, Command

CLOSING_KEYS = frozenset({"?", "Shift+?", "F1", "Esc"})
MOUSE = (
    (("Wheel",), "Scroll through the images"),
    (("Left drag",), "Change the window"),
    (("Right drag",), "Enlarge or shrink"),
    (("Middle drag",), "Move the image"),
    (("Ctrl wheel",), "Enlarge or shrink"),
    (("Left drag on a mark",), "Move the mark"),
)


GROUPS = (
    "Answers", "Marks", "AI", "Measure", "Scroll", "Window", "Zoom", "Turn", "Picture", "Planes", "Layout", "Together",
    "Look up", "Workstation", "Help",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """A heading and its lines: the keys (any of them), and what they do."""

    title: str
    lines: tuple[tuple[tuple[str, ...], str], ...]


def command_groups(without: frozenset[str] = frozenset()) -> tuple[KeyGroup, ...]:
    """Every command of viewer and workstation by group, `without` those that the protocol does not allow (ids)."""
    groups: dict[str, list[Command]] = {}
    for command in sorted((*COMMANDS, *APP_COMMANDS), key=lambda command: GROUPS.index(command.group)):
        if command.id not in without:
            groups.setdefault(command.group, []).append(command)
    return tuple(KeyGroup(title, tuple((_keys(c), c.title) for c in commands)) for title, commands in groups.items())


def answer_groups(asked: Iterable[AskedQuestion], keys: Mapping[Slot, str]) -> tuple[KeyGroup, ...]:
    """The keys of the answers of the phase in progress, a group for each question that has any."""
    groups = (KeyGroup(question.spec.ask, tuple(_answer_lines(question, keys))) for question in asked)
    return tuple(group for group in groups if group.lines)


def _keys(command: Command) -> tuple[str, ...]:
    return tuple(dict.fromkeys(shown(key) for key in command.keys))


def _answer_lines(asked: AskedQuestion, keys: Mapping[Slot, str]) -> list[tuple[tuple[str, ...], str]]:
    if isinstance(asked.spec, Likert):
        points = [Slot(asked.id, point) for point in range(1, asked.spec.points + 1)]
        caps = tuple(shown(keys[slot]) for slot in points if slot in keys)
        return [(caps, f"1 to {asked.spec.points}")] if caps else []
    slots = [(Slot(asked.id, None), "Go to it; Esc leaves")]
    slots += [(Slot(asked.id, value), words) for value, words in options(asked.spec)]
    return [((shown(keys[slot]),), words) for slot, words in slots if slot in keys]


class HelpOverlay(Scrim):
    """Lists the keys; ?, F1, Esc or a click closes it. `open_with` fills and opens it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Keys")
        head = QHBoxLayout()
        head.addWidget(label("Keys", "title", wrap=False))
        head.addStretch()
        self.hint = label("", "small", wrap=False)
        head.addWidget(self.hint)
        self.content.addLayout(head)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.content.addWidget(self._scroll)

    def open_with(self, groups: Iterable[KeyGroup]) -> None:
        """Open with these groups, in as many columns as there is room for."""
        theme = current_theme()
        listed = (*groups, KeyGroup("Mouse", MOUSE))
        room = self._covered.size() - QSize(theme.px(80), theme.px(140))
        for columns in (3, 2, 1):
            filled = _columns(listed, columns)
            self._scroll.setWidget(filled)
            wanted = filled.sizeHint() + QSize(theme.space(4), theme.space(1))
            if wanted.width() <= room.width():
                break
        self._scroll.setFixedSize(wanted.boundedTo(room))
        self.hint.setText("? or Esc closes" if wanted.height() <= room.height() else "↑ ↓ scroll, ? or Esc closes")
        self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self._scroll.verticalScrollBar()
        if key_name(event) in CLOSING_KEYS:
            self.dismiss()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            bar.setValue(bar.value() + bar.singleStep() * (1 if event.key() == Qt.Key.Key_Down else -1))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.dismiss()


def _columns(groups: tuple[KeyGroup, ...], count: int) -> QWidget:
    filled = QWidget()
    across = QHBoxLayout(filled)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(current_theme().px(32))
    for column in _balanced(groups, count):
        across.addLayout(_drawn(column))
    for child in filled.findChildren(QWidget):
        child.ensurePolished()  # sizes are asked for before it is shown
    return filled


def _balanced(groups: tuple[KeyGroup, ...], columns: int) -> list[list[KeyGroup]]:
    """The groups in order, broken into columns that are about equally long."""
    total = sum(_length(group) for group in groups)
    filled: list[list[KeyGroup]] = [[] for _ in range(columns)]
    so_far = 0
    for group in groups:
        at = min(columns - 1, int((so_far + _length(group) / 2) * columns / total))
        filled[at].append(group)
        so_far += _length(group)
    return filled


def _length(group: KeyGroup) -> int:
    return len(group.lines) + 2


def _drawn(groups: list[KeyGroup]) -> QVBoxLayout:
    theme = current_theme()
    column = QVBoxLayout()
    column.setSpacing(theme.space(1))
    for group in groups:
        title = label(group.title, "accent")
        title.setMaximumWidth(theme.px(330))
        column.addWidget(title)
        lines = QGridLayout()
        lines.setHorizontalSpacing(theme.space(3))
        lines.setVerticalSpacing(theme.px(3))
        lines.setColumnMinimumWidth(0, theme.px(92))
        lines.setColumnStretch(1, 1)
        for row, (keys, words) in enumerate(group.lines):
            lines.addLayout(_caps(keys), row, 0)
            lines.addWidget(label(words, "", wrap=False), row, 1)
        column.addLayout(lines)
        column.addSpacing(theme.space(3))
    column.addStretch()
    return column


def _caps(keys: tuple[str, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(current_theme().space(1))
    for key in keys:
        cap = label(key, "cap", wrap=False)
        cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row.addWidget(cap)
    row.addStretch()
    return row
