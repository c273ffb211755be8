"""Feedback after the sitting, case by case and honest: my answer, AI's, the truth, what was planted, where I looked.

What belongs here: showing CaseFeedback values. What does not: gathering or judging them.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.reading.feedback import AnsweredQuestion, CaseFeedback, FeedbackSummary, Verdict, summarise
from app.windows.case_picture import Draw, caption
from app.windows.dwell_plot import DwellPlot
from app.windows.icons import icon, icon_pixmap
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.problem import StudyProblem
from study_configs.words import translate

GLYPHS: dict[Verdict, tuple[str, str]] = {  # icon, ink
    "right": ("check", "good"),
    "wrong": ("cross", "wrong"),
    "not applicable": ("dash", "quiet"),
}
LOOK_MS = 30  # how often a picture in the making is looked for
PICTURE = 340  # edge of the picture, logical px at scale 1


class DebriefPage(QWidget):
    """Shows each case of the sitting; Up and Down go through them, Enter or Finish emits `closed` (once).

    `draw` makes a case's picture: in a thread of the page's own, once the case is chosen, so that the page opens at
    once however slow the disk is. `pictured` says that a row's picture is there.
    """

    closed = Signal()
    pictured = Signal(int)

    def __init__(
        self,
        cases: tuple[CaseFeedback, ...],
        draw: Draw | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        self._cases, self._draw = cases, draw
        self._pictures: dict[int, Future[QImage | None]] = {}
        self._artist = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        self.destroyed.connect(partial(self._artist.shutdown, wait=False, cancel_futures=True))
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._done = False
        self.list = QListWidget()
        self.card = CaseCard()
        self.finish = QPushButton(self.tr("Finish   ⏎"))
        self._lay_out()
        for number, case in enumerate(cases, start=1):
            self.list.addItem(_item(number, case))
        for row in range(len(cases)):  # as wide as the list, so that long names end in dots instead of scrolling
            self.list.item(row).setSizeHint(QSize(1, self.list.sizeHintForRow(row)))
        self.list.currentRowChanged.connect(self._show)
        self.list.activated.connect(self._enter)
        self.finish.clicked.connect(self.close_page)
        self.list.setCurrentRow(0)
        self.setFocusProxy(self.list)

    @property
    def is_drawing(self) -> bool:
        """Whether the picture of the chosen case is still on its way."""
        return self._looking.isActive()

    def close_page(self) -> None:
        if not self._done:
            self._done = True
            self._artist.shutdown(wait=False, cancel_futures=True)
            self.finish.setEnabled(False)
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.close_page()
        else:
            event.ignore()

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._cases):
            self.card.show_case(self._cases[row])
            self._ask_for_picture(row)

    def _ask_for_picture(self, row: int) -> None:
        case = self._cases[row]
        if self._draw is None or case.picture is None or self._done:
            return
        if row not in self._pictures:
            theme = current_theme()
            self._pictures[row] = self._artist.submit(self._draw, case, theme, theme.px(PICTURE))
        self._looking.start()
        self._look()

    def _look(self) -> None:
        """Put the picture of the chosen case beside it once it is made."""
        row = self.list.currentRow()
        made = self._pictures.get(row)
        if made is not None and not made.done():
            return
        self._looking.stop()
        if made is None or made.cancelled():
            return
        problem = made.exception()
        if isinstance(problem, StudyProblem):
            self.card.say_no_picture(problem.what)
        else:
            self.card.show_picture(made.result())
            self.pictured.emit(row)

    def _enter(self, _: QModelIndex) -> None:
        """Enter in the list means the same as on the page; a double click means nothing."""
        if self.list.hasFocus():
            self.close_page()

    def _lay_out(self) -> None:
        theme = current_theme()
        self.list.setAccessibleName(self.tr("Cases of this sitting"))
        self.list.setFixedWidth(theme.px(250))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setIconSize(QSize(theme.px(18), theme.px(18)))
        self.finish.setAccessibleName(self.tr("Finish"))
        self.finish.setMinimumWidth(theme.px(180))
        set_role(self.finish, "primary", name="kind")
        scroll = QScrollArea()
        scroll.setWidget(self.card)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QHBoxLayout()
        body.setSpacing(theme.space(5))
        body.addWidget(self.list)
        body.addWidget(scroll, 1)
        foot = QHBoxLayout()
        foot.addWidget(label(self.tr("↑ ↓ go through the cases"), "small", wrap=False))
        foot.addStretch()
        foot.addWidget(self.finish)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(*(4 * [theme.space(5)]))
        outer.setSpacing(theme.space(4))
        outer.addWidget(label(self.tr("How it went"), "title"))
        outer.addLayout(_numbers(summarise(self._cases)))
        outer.addLayout(body, 1)
        outer.addLayout(foot)


class CaseCard(QWidget):
    """One case: answers before and after AI, AI's answer, the truth, planted errors, dwell, a picture."""

    def __init__(self) -> None:
        super().__init__()
        theme = current_theme()
        self._facts = QWidget()
        self.title = label("", "heading")
        self.condition = label("", "quiet")
        self.planted = label("", "notice")
        self.dwell_title = label(self.tr("Your time over the images"), "strong")
        self.plot = DwellPlot()
        self.picture = QLabel()
        self.picture.setFixedSize(theme.px(PICTURE), theme.px(PICTURE))
        self.picture.setWordWrap(True)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self.picture, "well")
        self.caption = label("", "small")
        self.caption.setFixedWidth(theme.px(PICTURE))
        left = QVBoxLayout()
        left.setSpacing(theme.space(3))
        for widget in (self.title, self.condition, self._facts, self.planted, self.dwell_title):
            left.addWidget(widget)
        left.addWidget(self.plot, 10)
        left.addStretch(1)
        self._left = left
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, theme.space(3), 0)
        across.setSpacing(theme.space(5))
        across.addLayout(left, 1)
        right = QVBoxLayout()
        right.setSpacing(theme.space(2))
        right.addWidget(self.picture)
        right.addWidget(self.caption)
        right.addStretch(1)
        across.addLayout(right)

    def show_case(self, case: CaseFeedback) -> None:
        """The case in words and numbers; its picture follows, into a place that is kept for it."""
        self.title.setText(case.title)
        seconds = f"{case.seconds:.0f} s" if case.seconds else ""
        practice = self.tr("practice, not counted") if case.practice else ""
        self.condition.setText("  ·  ".join(part for part in (case.condition_title, seconds, practice) if part))
        facts = _facts(case)
        self._left.replaceWidget(self._facts, facts)
        self._facts.hide()
        self._facts.deleteLater()
        self._facts = facts
        self.planted.setText(
            "\n".join(self.tr("Planted on purpose: {what}").format(what=words) for words in case.planted)
        )
        self.planted.setVisible(bool(case.planted))
        self.dwell_title.setVisible(bool(case.dwell_ms))
        self.plot.show_case(case)
        self.picture.clear()
        self.picture.setVisible(case.picture is not None)
        self.caption.setVisible(case.picture is not None)
        if case.picture is not None:
            words = caption(case.picture)
            self.caption.setText(words)
            self.picture.setAccessibleName(self.tr("Picture of {case}. {words}").format(case=case.title, words=words))

    def show_picture(self, picture: QImage | None) -> None:
        if picture is not None:
            self.picture.setPixmap(QPixmap.fromImage(picture))

    def say_no_picture(self, why: str) -> None:
        self.picture.setText(why)


def _facts(case: CaseFeedback) -> QFrame:
    """A table: what was judged, in words, with verdicts; then each question before and after AI."""
    theme = current_theme()
    frame = QFrame()
    set_role(frame, "card")
    rows = QGridLayout(frame)
    rows.setContentsMargins(*(4 * [theme.space(4)]))
    rows.setHorizontalSpacing(theme.space(4))
    rows.setVerticalSpacing(theme.space(2))
    rows.setColumnStretch(2, 1)
    _fact(rows, None, translate("Debrief", "Truth"), case.truth or translate("Debrief", "not told"), "strong")
    if case.own_first != "not applicable":
        _fact(rows, case.own_first, translate("Debrief", "You, before AI"), _verdict_words(case.own_first))
    own = translate("Debrief", "You, with AI") if case.saw_ai else translate("Debrief", "You, without AI")
    _fact(rows, case.own_final, own, _verdict_words(case.own_final))
    if case.ai_summary:
        _fact(rows, case.ai, translate("Debrief", "AI"), case.ai_summary)
    rule = QFrame()
    set_role(rule, "rule")
    rows.addWidget(rule, rows.rowCount(), 0, 1, 3)
    for answered in case.answers:
        _fact(rows, None, answered.title, _answer_words(answered), "strong" if answered.changed else "")
    for peers in case.peers:
        counts = ", ".join(f"{answer}: {count}" for answer, count in peers.counts)
        _fact(rows, None, translate("Debrief", "Others: {question}").format(question=peers.title), counts)
    return frame


def _answer_words(answered: AnsweredQuestion) -> str:
    if answered.changed:
        none = translate("Debrief", "none")
        return f"{answered.first}  →  {answered.final or none}"
    return answered.final or translate("Debrief", "not answered")


def _fact(rows: QGridLayout, verdict: Verdict | None, title: str, words: str, role: str = "") -> None:
    at = rows.rowCount()
    if verdict is not None:
        glyph = label("", wrap=False)
        drawing, ink = GLYPHS[verdict]
        glyph.setPixmap(icon_pixmap(drawing, ink))
        glyph.setAccessibleName(_verdict_words(verdict))
        rows.addWidget(glyph, at, 0, Qt.AlignmentFlag.AlignTop)
    name = label(title, "quiet")
    name.setMinimumWidth(current_theme().px(150))
    name.setMaximumWidth(current_theme().px(260))
    rows.addWidget(name, at, 1, Qt.AlignmentFlag.AlignTop)
    rows.addWidget(label(words, role), at, 2, Qt.AlignmentFlag.AlignTop)


def _verdict_words(verdict: Verdict) -> str:
    return {
        "right": translate("Debrief", "Right"),
        "wrong": translate("Debrief", "Wrong"),
        "not applicable": translate("Debrief", "Not judged"),
    }[verdict]


def _item(number: int, case: CaseFeedback) -> QListWidgetItem:
    kind = translate("Debrief", "planted") if case.planted else translate("Debrief", "practice")
    marks = f"  ·  {kind}" if case.planted or case.practice else ""
    item = QListWidgetItem(f"{number}  {case.title}{marks}")
    drawing, ink = GLYPHS[case.own_final]
    item.setIcon(icon(drawing, ink))
    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{case.title}: {_verdict_words(case.own_final)}{marks}")
    item.setToolTip(", ".join(part for part in (case.title, case.condition_title) if part))
    return item


def _numbers(summary: FeedbackSummary) -> QHBoxLayout:
    """The sitting in a line of numbers; what was not part of it is left out."""
    row = QHBoxLayout()
    row.setSpacing(current_theme().space(3))
    without, aided = translate("Debrief", "right without AI"), translate("Debrief", "right with AI")
    for words, (right, judged) in ((without, summary.without_ai), (aided, summary.with_ai)):
        if judged:
            share = translate("Debrief", "{right} of {judged}").format(right=right, judged=judged)
            row.addWidget(_number(share, words))
    if summary.planted_caught + summary.planted_followed:
        row.addWidget(_number(str(summary.planted_caught), translate("Debrief", "planted AI errors caught")))
        row.addWidget(_number(str(summary.planted_followed), translate("Debrief", "planted AI errors followed")))
    row.addStretch()
    return row


def _number(number: str, words: str) -> QFrame:
    theme = current_theme()
    frame = QFrame()
    set_role(frame, "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(theme.space(4), theme.space(2), theme.space(4), theme.space(2))
    column.setSpacing(0)
    column.addWidget(label(number, "heading", wrap=False))
    column.addWidget(label(words, "small", wrap=False))
    return frame
