"""What a reader can change for themselves: language, size of type, gestures, own windows, the magnifier.

What belongs here: the page. What does not: the file (viewers.settings), and what the protocol has decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.windows.labels import label
from app.windows.scrim import Scrim
from app.windows.theme import current_theme
from study_configs.gestures import NOTHING, actions_for
from study_configs.problem import StudyProblem
from study_configs.words import Language
from viewers.settings import FONT_SCALES, SettingsFile
from viewers.tools.gestures import USUAL, Gestures, conflicts, name_of, words_for

OFFERED = (
    "left", "middle", "right", "both", "Ctrl+left", "Shift+left", "Alt+left", "wheel", "Ctrl+wheel", "Shift+wheel",
    "Alt+wheel", "left double", "right click", "middle click", "back click", "forward click", "finger", "long press",
)  # fmt: skip
ROWS, WIDE = 9, 880  # gestures in one of two columns, and the room for two, logical px at scale 1
NATIVE: dict[Language, str] = {"en": "English", "nl": "Nederlands"}  # each in itself, for those who read no other
TYPE_SIZES = tuple(range(round(FONT_SCALES[0] * 100), round(FONT_SCALES[1] * 100) + 1, 10))  # per cent


def in_force(own: Gestures, fixed: Mapping[str, str]) -> Gestures:
    """The reader's table with what the protocol has decided on top."""
    return own.changed(fixed)


class PreferencesPage(Scrim):
    """Writes every change at once; `gestures_changed` gives the table that is in force, protocol on top."""

    gestures_changed = Signal(object)  # Gestures
    settings_changed = Signal(object)  # Settings

    def __init__(self, parent: QWidget, file: SettingsFile, fixed: Mapping[str, str] | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Preferences"))
        self._file, self._fixed = file, dict(fixed or {})
        self.boxes: dict[str, QComboBox] = {}
        self.names: dict[tuple[str, int], QLineEdit] = {}
        self.said = label("", "caution")
        self.overlays = QCheckBox(self.tr("AI and drawings under the magnifier glass too"))
        self._windows = QGridLayout()
        self.language, self.type_size = QComboBox(), QComboBox()
        self._lay_out()

    def open_page(self) -> None:
        """Open with what is kept."""
        self._refresh()
        self._list_windows()
        self.open()
        first = next((box for box in self.boxes.values() if box.isEnabled()), None)
        if first is not None:
            first.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def _refresh(self) -> None:
        table = in_force(self._file.settings.gestures, self._fixed)
        for gesture, box in self.boxes.items():
            is_plain = _is_optional(gesture) and gesture not in dict(table.table)
            action = "" if is_plain else table.action(gesture) or NOTHING
            box.blockSignals(True)
            box.setCurrentIndex(box.findData(action))
            box.blockSignals(False)
            box.setEnabled(gesture not in self._fixed)
        kept = self._file.settings
        for widget in (self.overlays, self.language, self.type_size):
            widget.blockSignals(True)
        self.overlays.setChecked(kept.magnifier_overlays)
        self.language.setCurrentIndex(self.language.findData(kept.language))
        self.type_size.setCurrentIndex(self.type_size.findData(round(kept.font_scale * 10) * 10))
        for widget in (self.overlays, self.language, self.type_size):
            widget.blockSignals(False)
        self._say(conflicts(table))

    def _change(self, gesture: str) -> None:
        action = self.boxes[gesture].currentData()
        own = self._file.settings.gestures
        if action:
            changed = own.changed({gesture: action})
        else:  # as a plain drag, fine or coarse: no entry of its own
            changed = Gestures(tuple(pair for pair in own.table if pair[0] != gesture))
        self._keep(gestures=changed)
        self.gestures_changed.emit(in_force(self._file.settings.gestures, self._fixed))

    def reset(self) -> None:
        """The usual table again."""
        self._keep(gestures=Gestures())
        self.gestures_changed.emit(in_force(Gestures(), self._fixed))

    def _keep(self, **changes: object) -> None:
        try:
            self._file.change(**changes)
        except StudyProblem as problem:
            self._refresh()
            self._say([str(problem)])
            return
        finally:
            self.settings_changed.emit(self._file.settings)
        self._refresh()

    def _say(self, sentences: list[str]) -> None:
        fixed = [self.tr("The study decides what is dimmed here.")] if self._fixed else []
        self.said.setText("\n".join([*sentences, *fixed]))
        self.said.setVisible(bool(sentences or fixed))

    # --- own windows -----------------------------------------------------------------------------------------------

    def _list_windows(self) -> None:
        while (item := self._windows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.names = {}
        for row, (key, window) in enumerate(sorted(self._file.settings.own_windows.items())):
            modality, number = key
            field = QLineEdit(window.name)
            field.setMaxLength(60)
            field.setAccessibleName(self.tr("Name of your window {0} for {1}").format(number, modality))
            field.editingFinished.connect(lambda key=key: self._rename(key))
            forget = QPushButton(self.tr("Forget"))
            forget.clicked.connect(lambda _checked=False, key=key: self._forget(key))
            words = f"{modality}   Alt {number + 5}   {window.width:g} / {window.centre:g}"
            for column, widget in enumerate((label(words, "", wrap=False), field, forget)):
                self._windows.addWidget(widget, row, column)
            self.names[key] = field
        if not self.names:
            words = self.tr("None yet. Ctrl Alt 6 to 9 keep the present window, Alt 6 to 9 call it.")
            self._windows.addWidget(label(words, "quiet"), 0, 0)

    def _rename(self, key: tuple[str, int]) -> None:
        windows = dict(self._file.settings.own_windows)
        name = self.names[key].text().strip()
        if name and key in windows and windows[key].name != name:
            self._keep(own_windows=windows | {key: replace(windows[key], name=name)})

    def _forget(self, key: tuple[str, int]) -> None:
        self._keep(own_windows={k: w for k, w in self._file.settings.own_windows.items() if k != key})
        self._list_windows()

    # --- layout ----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        theme = current_theme()
        self.content.addWidget(label(self.tr("Preferences"), "title", wrap=False))
        self.content.addLayout(self._words_row())
        self.content.addWidget(label(self.tr("Mouse, wheel and fingers"), "heading", wrap=False))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.space(4))
        grid.setVerticalSpacing(theme.space(1))
        room = max(self._covered.width(), self.screen().availableSize().width())
        rows = ROWS if theme.px(WIDE) < room else len(OFFERED)
        for place, gesture in enumerate(OFFERED):
            column = 2 * (place // rows)
            grid.addWidget(label(name_of(gesture), "", wrap=False), place % rows, column)
            grid.addWidget(self._box(gesture), place % rows, column + 1)
        self.content.addLayout(grid)
        self.said.setMaximumWidth(theme.px(760))
        self.content.addWidget(self.said)
        self.content.addWidget(label(self.tr("Windows of your own"), "heading", wrap=False))
        self.content.addLayout(self._windows)
        self.overlays.toggled.connect(lambda on: self._keep(magnifier_overlays=on))
        self.content.addWidget(self.overlays)
        row = QHBoxLayout()
        self.reset_button = QPushButton(self.tr("The usual gestures"))
        self.reset_button.clicked.connect(self.reset)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.clicked.connect(self.dismiss)
        row.addWidget(self.reset_button)
        row.addStretch()
        row.addWidget(self.close_button)
        self.content.addLayout(row)

    def _words_row(self) -> QHBoxLayout:
        """Language and size of type, which hold for pages that are made from now on."""
        self.language.addItem(self.tr("As the study or the computer has it"), "")
        for language, name in NATIVE.items():
            self.language.addItem(name, language)
        for per_cent in TYPE_SIZES:
            self.type_size.addItem(f"{per_cent} %", per_cent)
        row = QHBoxLayout()
        row.setSpacing(current_theme().space(3))
        for words, box in ((self.tr("Language"), self.language), (self.tr("Size of type"), self.type_size)):
            box.setAccessibleName(words)
            row.addWidget(label(words, "", wrap=False))
            row.addWidget(box)
        row.addWidget(label(self.tr("From the next sign-in or start."), "small", wrap=False))
        row.addStretch()
        self.language.currentIndexChanged.connect(lambda _: self._keep(language=self.language.currentData()))
        self.type_size.currentIndexChanged.connect(lambda _: self._keep(font_scale=self.type_size.currentData() / 100))
        return row

    def _box(self, gesture: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name_of(gesture))
        box.setMinimumWidth(current_theme().px(250))
        if _is_optional(gesture):
            box.addItem(self.tr("As without the key"), "")
        for action in actions_for(gesture):
            box.addItem(words_for(action), action)
        box.currentIndexChanged.connect(lambda _index: self._change(gesture))
        self.boxes[gesture] = box
        return box


def _is_optional(gesture: str) -> bool:
    """Whether the gesture may have no entry of its own, and then is the plain one with fine or coarse steps."""
    return "+" in gesture and gesture not in dict(USUAL)
