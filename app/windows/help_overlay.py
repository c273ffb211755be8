"""The overlay that lists every key, in groups, page by page, with search as you type.

What belongs here: drawing the list. What does not: the commands themselves (viewers.commands, app.windows.commands) and
the answers of the phase, which the caller gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.reading.script import AskedQuestion
from app.windows.commands import APP_COMMANDS
from app.windows.key_names import key_name, shown
from app.windows.labels import label
from app.windows.questions.answer_keys import SIDES, Slot, options
from app.windows.scrim import Scrim
from app.windows.theme import current_theme, set_role
from study_configs.questions import Likert
from study_configs.words import translate
from viewers.commands import COMMANDS, Command
from viewers.tools.gestures import Gestures, lines

CLOSING_KEYS = frozenset({"?", "Shift+?", "F1", "Esc"})
TURNS = {
    Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageUp: -1,
}  # fmt: skip
HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
HEAD_ROWS, FEWEST_ROWS = 1.6, 3  # a heading's height in lines, and the fewest lines worth beginning a group for
COLUMN, WIDEST, GAP, CAPS, ROW = 380, 460, 28, 96, 18.2  # widths and a line's height at scale 1
GROUPS = (
    "Answers", "Marks", "Reading list", "AI", "Measure", "Scroll", "Window", "Zoom", "Turn", "Picture", "Presentation",
    "Planes", "Layout", "Together", "Look up", "Pointer", "Workstation", "Help",
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
    return tuple(
        KeyGroup(translate("Commands", title), tuple((_keys(c), translate("Commands", c.title)) for c in commands))
        for title, commands in groups.items()
    )


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
        if caps:
            return [(caps, translate("HelpOverlay", "1 to {points}").format(points=asked.spec.points))]
    there = translate("HelpOverlay", "Go to it; Esc leaves")
    slots: list[tuple[Slot, str]] = [(Slot(asked.id, None, target), there) for target in ("", *SIDES)]
    slots += [(Slot(asked.id, value), words) for value, words in options(asked.spec)]
    return [((shown(keys[slot]),), words) for slot, words in slots if slot in keys]


def mouse_group(gestures: Gestures) -> KeyGroup:
    """What mouse, wheel and fingers do."""
    return KeyGroup(translate("HelpOverlay", "Mouse, wheel and fingers"), lines(gestures))


def searched(groups: Iterable[KeyGroup], words: str) -> tuple[KeyGroup, ...]:
    """The groups with the lines that hold every word, in their keys, their text or their heading."""
    wanted = words.lower().split()
    found = (
        KeyGroup(g.title, tuple(line for line in g.lines if _holds(wanted, f"{g.title} {' '.join(line[0])} {line[1]}")))
        for g in groups
    )
    return tuple(group for group in found if group.lines)


def flow(groups: Iterable[KeyGroup], rows: float, height: Callable[[str], int]) -> list[list[KeyGroup]]:
    """Columns of at most `rows` lines; a group goes on in the next where it does not fit. `height`: a text's lines."""
    columns: list[list[KeyGroup]] = [[]]
    room = rows
    for group in groups:
        rest = list(group.lines)
        while rest:
            if room < HEAD_ROWS + FEWEST_ROWS and columns[-1]:
                columns.append([])
                room = rows
            room -= HEAD_ROWS
            taken = [rest.pop(0)]
            room -= height(taken[0][1])
            while rest and room >= height(rest[0][1]):
                taken.append(rest.pop(0))
                room -= height(taken[-1][1])
            columns[-1].append(KeyGroup(group.title, tuple(taken)))
            if rest:
                room = 0
    return columns


def _holds(wanted: list[str], text: str) -> bool:
    return all(word in text.lower() for word in wanted)


class HelpOverlay(Scrim):
    """Lists the keys; typing searches, arrows turn pages, ?, F1, Esc or a click closes. `open_with` fills and opens."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Keys"))
        self._groups: tuple[KeyGroup, ...] = ()
        self._words = ""
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Keys"), "title", wrap=False))
        head.addSpacing(current_theme().space(5))
        self.search = label("", "quiet", wrap=False)
        head.addWidget(self.search)
        head.addStretch()
        self.hint = label("", "small", wrap=False)
        head.addWidget(self.hint)
        self.content.addLayout(head)
        self._pages = QStackedWidget()
        set_role(self._pages, "clear")
        self.content.addWidget(self._pages)

    def open_with(self, groups: Iterable[KeyGroup], gestures: Gestures | None = None) -> None:
        """Open with these groups and what the mouse does, on as many pages as they need."""
        self._groups, self._words = (*groups, mouse_group(gestures or Gestures())), ""
        self._fill()
        self.open()

    @property
    def pages(self) -> int:
        return self._pages.count()

    @property
    def page(self) -> int:
        """The page that is shown, from 0."""
        return self._pages.currentIndex()

    def turn(self, steps: int) -> None:
        """Go so many pages on; the last is followed by the first."""
        self._pages.setCurrentIndex((self.page + steps) % self.pages)
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        if key_name(event) in CLOSING_KEYS and not (key == Qt.Key.Key_Escape and self._words):
            self.dismiss()
        elif key in TURNS:
            self.turn(TURNS[Qt.Key(key)])
        elif key == Qt.Key.Key_Escape:
            self._search("")
        elif key == Qt.Key.Key_Backspace:
            self._search(self._words[:-1])
        elif text.isprintable() and text and not event.modifiers() & HELD:
            self._search(self._words + text)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.turn(1 if event.angleDelta().y() < 0 else -1)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.dismiss()

    def _search(self, words: str) -> None:
        self._words = words.lstrip()
        self._fill()

    def _fill(self) -> None:
        theme = current_theme()
        room = self._covered.size() - QSize(theme.px(72), theme.px(128))
        across = max(1, room.width() // theme.px(COLUMN))
        width = min(theme.px(WIDEST), room.width() // across) - theme.px(GAP)
        rows = max(6.0, room.height() / theme.px(ROW) - 0.5)
        metrics, text_room = QFontMetrics(theme.font()), width - theme.px(CAPS) - theme.space(3)
        found = searched(self._groups, self._words)
        columns = flow(found, rows, lambda words: -(-metrics.horizontalAdvance(words) // max(1, text_room)))
        while (page := self._pages.widget(0)) is not None:
            self._pages.removeWidget(page)
            page.deleteLater()
        for first in range(0, len(columns), across):
            self._pages.addWidget(_page(columns[first : first + across], across, width))
        self._pages.setFixedSize(across * width + (across - 1) * theme.px(GAP), room.height())
        self._say()

    def _say(self) -> None:
        self.search.setText(
            self.tr("Search: {words}").format(words=f"{self._words}▏") if self._words else self.tr("Type to search")
        )
        page = self.tr("page {page} of {pages}, ← → turn").format(page=self.page + 1, pages=self.pages)
        way_out = self.tr("Esc shows all") if self._words else self.tr("? or Esc closes")
        self.hint.setText(f"{page}   ·   {way_out}" if self.pages > 1 else way_out)


def _page(columns: list[list[KeyGroup]], across: int, width: int) -> QWidget:
    page = QWidget()
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(current_theme().px(GAP))
    for column in columns:
        holder = QWidget()
        holder.setFixedWidth(width)
        holder.setLayout(_drawn(column, width))
        row.addWidget(holder)
    row.addStretch()
    return page


def _drawn(groups: list[KeyGroup], width: int) -> QVBoxLayout:
    theme = current_theme()
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.px(2))
    for group in groups:
        title = label(group.title, "accent", wrap=False)
        title.setMaximumWidth(width)
        column.addWidget(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.space(3))
        grid.setVerticalSpacing(theme.px(2))
        grid.setColumnMinimumWidth(0, theme.px(CAPS))
        grid.setColumnStretch(1, 1)
        for row, (keys, words) in enumerate(group.lines):
            grid.addLayout(_caps(keys), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(words, ""), row, 1)
        column.addLayout(grid)
        column.addSpacing(theme.space(2))
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
