"""The panel beside the images: who reads what, the answers, what happened, what was compared.

What belongs here: showing those words. What does not: finding them (side_words).
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.windows.replay.side_words import AnswerWords, SideWords
from app.windows.theme import current_theme, set_role

WIDTH = 300  # logical px at scale 1
LOW, FEWER = 600, 4  # below this height, so many sentences of what happened


class SidePanel(QFrame):
    """Words only; it takes no keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = current_theme()
        set_role(self, "panel")
        self.setFixedWidth(theme.px(WIDTH))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        self._column.setSpacing(theme.space(1))
        self._words: SideWords | None = None
        self.reader, self.session = self._label("heading"), self._label("small")
        self._rule()
        self.case, self.step, self.truth = self._label("strong"), self._label("quiet"), self._label("good")
        self._rule()
        self._label("small").setText(self.tr("Answers"))
        self.answers, self._room = self._label(""), QScrollArea()
        self._keep_within(self.answers, self._room)
        self._label("small").setText(self.tr("What happened"))
        self.happened = self._label("")
        self._rule()
        self.checks = self._label("small")

    def show_words(self, words: SideWords) -> None:
        if words == self._words:
            return
        self._words = words
        self.reader.setText(escape(words.reader))
        self.session.setText(escape(words.session))
        for label, said in ((self.case, words.case), (self.step, words.step), (self.truth, words.truth)):
            label.setText(escape(said))
            label.setVisible(bool(said))
        self.answers.setText("".join(_answer(each) for each in words.answers) or self.tr("none yet"))
        self.happened.setText(_happened(words, FEWER if self.height() < current_theme().px(LOW) else None))
        self._room.verticalScrollBar().setValue(self._room.verticalScrollBar().maximum())
        self.checks.setText(self._checked(words))

    def _checked(self, words: SideWords) -> str:
        same = sum(check.verdict == "same" for check in words.checks)
        rest = [check.words for check in words.checks if check.verdict == "unknown"]
        first = self.tr("Compared with the log: {0} of {1} the same.").format(same, len(words.checks))
        return "<br>".join(escape(each) for each in (first, *dict.fromkeys(rest)))

    def _label(self, role: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        set_role(label, role)
        self._column.addWidget(label)
        return label

    def _keep_within(self, label: QLabel, room: QScrollArea) -> None:
        """Answers take what room there is; where they are more, the last ones are seen."""
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        room.setFrameShape(QFrame.Shape.NoFrame)
        room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        room.setWidgetResizable(True)
        set_role(room, "clear")
        set_role(room.viewport(), "clear")
        self._column.removeWidget(label)
        room.setWidget(label)
        room.setMinimumHeight(current_theme().px(40))
        bar = room.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, most: bar.setValue(most))
        self._column.addWidget(room, 1)

    def _rule(self) -> None:
        rule = QFrame()
        set_role(rule, "rule")
        theme = current_theme()
        self._column.addSpacing(theme.space(2))
        self._column.addWidget(rule)
        self._column.addSpacing(theme.space(2))


def _answer(words: AnswerWords) -> str:
    colours = current_theme().hexes()
    before = "".join(f"<s>{escape(each)}</s> → " for each in words.before)
    ink = "good" if words.confirmed else "text"
    confirmed = f" ✓ {escape(words.confirmed)}" if words.confirmed else ""
    return (
        f'<p style="margin:0 0 6px 0"><span style="color:{colours["quiet"]}">{escape(words.question)}</span><br>'
        f'<span style="color:{colours["quiet"]}">{before}</span><b>{escape(words.now)}</b>'
        f'<span style="color:{colours[ink]}">{confirmed}</span></p>'
    )


def _happened(words: SideWords, most: int | None) -> str:
    """The newest sentences, `most` of them."""
    colours = current_theme().hexes()
    lines = []
    for place, (said, is_weighty) in enumerate(words.happened[:most]):
        ink = colours["accent"] if is_weighty else colours["text" if place == 0 else "quiet"]
        lines.append(f'<span style="color:{ink}">{escape(said).replace("  ", "&nbsp; ")}</span>')
    return "<br>".join(lines)
