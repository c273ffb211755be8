"""The first page: which study this is, and who reads.

What belongs here: showing it and taking a pseudonym. What does not: enrolling the reader and opening the store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.windows.icons import icon_pixmap
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.words import phrase, translate

PSEUDONYM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,31}")
RULE = phrase("SignInPage", "2 to 32 letters, digits, - or _, starting with a letter. No names.")
MODES = {
    "demo": phrase("SignInPage", "DEMO"),
    "pilot": phrase("SignInPage", "PILOT"),
    "study": phrase("SignInPage", "STUDY"),
    "review": phrase("SignInPage", "REVIEW"),
}


@dataclass(frozen=True, slots=True)
class StudyCard:
    """What the first page says about the study. `minutes` is None where nobody knows yet."""

    title: str
    mode: str  # demo | pilot | study | review
    protocol_id: str
    version: str
    sha256: str
    cases: int
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A sitting that this reader left: goes on at case `at_case` of `cases`."""

    reader: str
    at_case: int
    cases: int


class SignInPage(QWidget):
    """Emits `signed_in` with a valid pseudonym.

    `suggestion` stands in the field at the start, ready to be typed over; the pseudonyms in `unfinished` turn the
    button into "Resume at case 4 of 10". `show_problem` says why signing in did not work.
    """

    signed_in = Signal(str)

    def __init__(
        self,
        study: StudyCard,
        *,
        suggestion: str = "",
        unfinished: tuple[Unfinished, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        self._unfinished = {each.reader: each for each in unfinished}
        self.reader = QLineEdit(suggestion)
        self.button = QPushButton(self.tr("Begin"))
        self.hint = label(self.tr(RULE), "small")
        self._lay_out(study)
        self.reader.textChanged.connect(self._typed)
        self.reader.returnPressed.connect(self._sign_in)
        self.button.clicked.connect(self._sign_in)
        self.reader.selectAll()
        self.setFocusProxy(self.reader)
        self._typed()

    def show_problem(self, words: str) -> None:
        self.hint.setText(words)
        set_role(self.hint, "caution")

    def _sign_in(self) -> None:
        if PSEUDONYM.fullmatch(self.reader.text()):
            self.signed_in.emit(self.reader.text())

    def _typed(self) -> None:
        reader = self.reader.text()
        valid = bool(PSEUDONYM.fullmatch(reader))
        resume = self._unfinished.get(reader)
        self.button.setEnabled(valid)
        self.button.setText(self.tr("Begin"))
        self.hint.setText(self.tr(RULE))
        if resume:
            self.button.setText(
                self.tr("Resume at case {number} of {count}").format(number=resume.at_case, count=resume.cases)
            )
            self.hint.setText(self.tr("Your sitting was left unfinished. Nothing is lost."))
        set_role(self.hint, "caution" if reader and not valid else "small")

    def _lay_out(self, study: StudyCard) -> None:
        theme = current_theme()
        card = QFrame()
        set_role(card, "card")
        card.setMinimumWidth(theme.px(440))
        card.setMaximumWidth(theme.px(520))
        inside = QVBoxLayout(card)
        inside.setContentsMargins(*(4 * [theme.space(5)]))
        inside.setSpacing(theme.space(2))
        inside.addLayout(_head(study))
        inside.addWidget(label(study.title, "title"))
        inside.addWidget(label(_expected(study), "quiet"))
        inside.addSpacing(theme.space(4))
        name = label(self.tr("Your pseudonym in this study"), "strong")
        name.setBuddy(self.reader)
        self.reader.setAccessibleName(name.text())
        self.reader.setMaxLength(32)
        self.reader.setMinimumHeight(theme.px(34))
        set_role(self.button, "primary", name="kind")
        for widget in (name, self.reader, self.hint):
            inside.addWidget(widget)
        inside.addSpacing(theme.space(2))
        inside.addWidget(self.button)
        inside.addSpacing(theme.space(4))
        version = self.tr("version {version}").format(version=study.version)
        inside.addWidget(label(f"{study.protocol_id}  ·  {version}  ·  {study.sha256[:12]}", "small"))
        notice = label(self.tr("Research use, not for diagnosis"), "notice")
        notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        centred = QVBoxLayout()
        centred.addStretch(2)
        centred.addWidget(card)
        centred.addSpacing(theme.space(3))
        centred.addWidget(notice)
        centred.addStretch(3)
        outer = QHBoxLayout(self)
        outer.addStretch()
        outer.addLayout(centred)
        outer.addStretch()


def _head(study: StudyCard) -> QHBoxLayout:
    row = QHBoxLayout()
    glyph = label("", wrap=False)
    glyph.setPixmap(icon_pixmap("sign-in", "quiet"))
    row.addWidget(glyph)
    row.addWidget(label("ReaderLab", "quiet", wrap=False))
    row.addStretch()
    row.addWidget(label(translate("SignInPage", MODES[study.mode]), "badge", wrap=False))
    return row


def _expected(study: StudyCard) -> str:
    cases = study.cases
    if study.minutes is None:
        return translate("SignInPage", "%n case(s)", None, cases)
    words = translate("SignInPage", "%n case(s), about {minutes} minutes", None, cases)
    return words.format(minutes=study.minutes)
