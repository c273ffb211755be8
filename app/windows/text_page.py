"""A page of text before the first case or after the last: instructions, consent, questions about the sitting.

What belongs here: a readable column, its questions, going on. What does not: which text comes next (app.reading).
"""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QTextBrowser, QVBoxLayout, QWidget

from app.reading.asking import page_missing, page_questions
from app.reading.script import PageScript
from app.tracking.events import AnswerValue
from app.windows.countdown import Countdown
from app.windows.key_names import key_name
from app.windows.labels import label
from app.windows.page_media import PageMedia
from app.windows.questions.answer_keys import assign_keys, slots_of_keys
from app.windows.questions.question_list import QuestionList
from app.windows.theme import Theme, current_theme, set_role

CHARACTERS_A_LINE = 70
LINE_HEIGHT_PERCENT = 145.0
SAMPLE = "Read each exam as you would at work, and do not linger on any of them."
NO_PAGE = PageScript("", ())


class TextPage(QWidget):
    """Shows one page at a time and emits `acknowledged` with the answers of its questions (by question id), once.

    `show_page` may be called again for the next page. Enter or the button goes on, once the page's shortest time has
    passed and every required question of it is answered. Answers are the page's own until then; `answer_given` says
    each of them as it comes.
    """

    acknowledged = Signal(dict)
    answer_given = Signal(str, str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._page = NO_PAGE
        self._answers: dict[str, AnswerValue] = {}
        self._done = True
        self._keys = assign_keys(())
        self.text = _Column()
        self.media = PageMedia()
        self._countdown = Countdown(self)
        self._countdown.ticked.connect(lambda _left: self._say_open())
        self._list = QuestionList({})
        self._scroll = _Questions()
        self.progress = label("", "small", wrap=False)
        self.open_words = label("", "small", wrap=False)
        self.button = QPushButton(self.tr("Continue   ⏎"))
        self._lay_out()

    def show_page(
        self,
        markdown: str,
        *,
        number: int = 1,
        of: int = 1,
        title: str = "",
        page: PageScript | None = None,
        media: Path | None = None,
    ) -> None:
        """Show a text (Markdown; a `title` goes above it), a picture or film, and the questions of its page."""
        self._page, self._answers, self._done = page or NO_PAGE, {}, False
        self._keys = assign_keys(self._page.questions, frozenset())
        self.text.show_markdown(f"# {title}\n\n{markdown}" if title else markdown)
        self.setAccessibleName(title or self.tr("Page of text"))
        self.progress.setText(self.tr("{number} of {count}").format(number=number, count=of) if of > 1 else "")
        self.media.show_file(media)
        self._new_list()
        self._countdown.start(self._page.at_least_ns / 1e9)
        self._refresh()
        self.setFocus()

    @property
    def questions(self) -> QuestionList:
        """The questions of the page that is shown."""
        return self._list

    @property
    def left_s(self) -> int:
        """Whole seconds until the reader can go on."""
        return self._countdown.left_s

    def answers(self) -> dict[str, AnswerValue]:
        """The answers so far, by question id; only those of questions that are asked."""
        return {q.question.id: q.answer for q in page_questions(self._page, self._answers) if q.answered}

    def go_on(self) -> None:
        """Acknowledge the page once its shortest time has passed; before, lead to the first question that is open."""
        self._list.flush()
        if self._done or self._list.lead_to_open():
            return
        if not self._countdown.left_s and not page_missing(self._page, self._answers):
            self._done = True
            self.media.close_film()
            self._refresh()
            self.acknowledged.emit(self.answers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = key_name(event)
        slot = slots_of_keys(self._keys).get(name)
        if event.isAutoRepeat() and (slot or name in ("Return", "Enter")):
            return
        if name in ("Return", "Enter"):
            self.go_on()
        elif slot is not None:
            self._list.press(slot)
        elif not self.text.scroll_by_key(event):
            event.ignore()

    def _answered(self, question: str, target: str, value: AnswerValue) -> None:
        self._answers[question] = value
        self.answer_given.emit(question, target, value)
        self._refresh()

    def _cleared(self, question: str, target: str) -> None:
        self._answers.pop(question, None)
        self._refresh()

    def _refresh(self) -> None:
        self._list.show_questions(page_questions(self._page, self._answers), (), "")
        self._scroll.fit()
        self._say_open()

    def _say_open(self) -> None:
        """What the button waits for: answers, or time."""
        count, left_s = len(page_missing(self._page, self._answers)), self._countdown.left_s
        still = self.tr("%n question(s) still open", "", count) if count else ""
        waits = self.tr("Available in {seconds} s").format(seconds=left_s) if left_s and not self._done else ""
        self.open_words.setText(", ".join(words for words in (still, waits) if words))
        self.button.setEnabled(not count and not left_s and not self._done)

    def _new_list(self) -> None:
        self._list = QuestionList(self._keys)
        self._scroll.setWidget(self._list)  # the list before it is deleted
        self._list.answer_given.connect(self._answered)
        self._list.answer_cleared.connect(self._cleared)
        self._list.left.connect(self.setFocus)
        self._list.reached.connect(self._scroll.bring)
        self._scroll.setVisible(bool(self._page.questions))

    def _lay_out(self) -> None:
        theme = current_theme()
        set_role(self.button, "primary", name="kind")
        self.button.setAccessibleName(self.tr("Continue"))
        self.button.setMinimumWidth(theme.px(180))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.go_on)
        foot = QHBoxLayout()
        foot.addWidget(self.progress)
        foot.addStretch()
        foot.addWidget(self.open_words)
        foot.addSpacing(theme.space(3))
        foot.addWidget(self.button)
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.space(4))
        self._column.addWidget(self.text, 100)
        self._column.addWidget(self.media)
        self._column.addWidget(self._scroll, 200)
        self._column.addLayout(foot)
        self._column.addStretch(1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.space(5), theme.px(48), theme.space(5), theme.space(5))
        outer.addStretch()
        outer.addLayout(self._column)
        outer.addStretch()


class _Questions(QScrollArea):
    """The page's questions, as high as they are where there is room, else they scroll."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit(self) -> None:
        questions = self.widget()
        layout = questions.layout() if questions is not None else None
        if layout is None:
            return
        width = self.viewport().width()
        needed = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
        self.setMaximumHeight(needed + current_theme().space(1))

    def bring(self, place: QWidget) -> None:
        """Scroll to a question; never sideways."""
        self.ensureWidgetVisible(place, 0, current_theme().space(2))
        self.horizontalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


class _Column(QTextBrowser):
    """The text, about 70 characters wide. It opens no links and loads nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme = current_theme()
        character = QFontMetricsF(theme.font("reading")).horizontalAdvance(SAMPLE) / len(SAMPLE)
        self.setFixedWidth(round(character * CHARACTERS_A_LINE) + theme.space(5))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_markdown(self, markdown: str) -> None:
        theme = current_theme()
        document = self.document()
        document.setDefaultFont(theme.font("reading"))
        document.setDocumentMargin(0)
        document.setIndentWidth(theme.space(4))
        document.setMarkdown(markdown)
        block = document.begin()
        while block.isValid():
            _set_block(block, theme)
            block = block.next()
        document.setTextWidth(self.width() - theme.space(4))
        self.setMaximumHeight(math.ceil(document.size().height()) + theme.space(2))
        self.verticalScrollBar().setValue(0)
        self.setAccessibleName(document.toPlainText()[:200])

    def scroll_by_key(self, event: QKeyEvent) -> bool:
        bar = self.verticalScrollBar()
        line, page, key = bar.singleStep(), bar.pageStep(), Qt.Key
        steps = {
            key.Key_Down: line,
            key.Key_Up: -line,
            key.Key_Space: page,
            key.Key_PageDown: page,
            key.Key_PageUp: -page,
        }
        step = steps.get(key(event.key()))
        if step is not None:
            bar.setValue(bar.value() + step)
        return step is not None


def _set_block(block: QTextBlock, theme: Theme) -> None:
    """One paragraph in the theme's type: air between lines and paragraphs, headings in two sizes."""
    level = block.blockFormat().headingLevel()
    spacing = QTextBlockFormat()
    spacing.setLineHeight(LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    spacing.setBottomMargin(theme.space(3 if level else 2))
    spacing.setTopMargin(theme.space(4) if level > 1 else 0)
    cursor = QTextCursor(block)
    cursor.mergeBlockFormat(spacing)
    if level:
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        cursor.mergeCharFormat(_heading(theme, level))


def _heading(theme: Theme, level: int) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFont(theme.font("title" if level == 1 else "heading", theme.font().Weight.DemiBold))
    form.setForeground(theme.colour("text"))
    return form
