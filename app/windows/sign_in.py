"""The first page: which study this is, and who reads.

What belongs here: showing it, taking a pseudonym and a PIN. What does not: looking at the PIN (pin_desk, app.store),
enrolling the reader, opening the store.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.windows.icons import icon_pixmap
from app.windows.labels import label
from app.windows.strata_fields import StrataFields
from app.windows.theme import current_theme, set_role
from study_configs.words import phrase, translate

PSEUDONYM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,31}")
LONGEST_PIN = 256
NEW_HERE = phrase("SignInPage", "You are new in this study. It asks this of every reader, once.")
PIN_RULE = phrase("SignInPage", "Both were given to you by the coordinator of the study.")
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
    """Emits `signed_in` with a valid pseudonym; where it asks for a PIN, `pin_given` with both instead.

    A PIN is shown as dots, kept nowhere, and gone from the page once it is given. `suggestion` stands in the field at
    the start, ready to be typed over; the pseudonyms in `unfinished` turn the button into "Resume at case 4 of 10".
    `show_problem` says why signing in did not work.
    """

    signed_in = Signal(str)
    pin_given = Signal(str, str)  # pseudonym, PIN or password

    def __init__(
        self,
        study: StudyCard,
        *,
        suggestion: str = "",
        unfinished: tuple[Unfinished, ...] = (),
        asks_pin: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        self.asks_pin = asks_pin
        self._unfinished = {each.reader: each for each in unfinished}
        self.reader = QLineEdit(suggestion)
        self.pin = _pin_field()
        self.strata = StrataFields()
        self._asked_of = ""
        self.button = QPushButton(self.tr("Begin"))
        self.hint = label(self.tr(RULE), "small")
        self._lay_out(study)
        self.reader.textChanged.connect(self._typed)
        self.pin.textChanged.connect(self._typed)
        self.strata.changed.connect(self._typed)
        self.reader.returnPressed.connect(self.pin.setFocus if asks_pin else self._sign_in)
        self.pin.returnPressed.connect(self._sign_in)
        self.button.clicked.connect(self._sign_in)
        self.reader.selectAll()
        self.setFocusProxy(self.reader)
        self._typed()

    def show_problem(self, words: str) -> None:
        """Say why signing in did not work, ready for another try."""
        self.rest(False)
        self.hint.setText(words)
        set_role(self.hint, "caution")
        (self.pin if self.asks_pin else self.reader).setFocus()

    def ask_strata(self, reader: str, strata: Mapping[str, Sequence[str]]) -> None:
        """Ask this new reader for these before the sitting begins; `stratum_of` has the answers."""
        self.strata.forget()
        self._asked_of = reader
        self.strata.ask(strata)
        self._typed()
        next(iter(self.strata.fields.values())).setFocus()

    def stratum_of(self, reader: str) -> dict[str, str]:
        """What this reader answered, empty for nothing asked."""
        return self.strata.values if reader == self._asked_of else {}

    def _sign_in(self) -> None:
        reader, pin = self.reader.text(), self.pin.text()
        if not self.button.isEnabled():
            return
        if not self.asks_pin:
            self.signed_in.emit(reader)
            return
        self.pin.clear()
        self.rest(True)
        self.hint.setText(self.tr("One moment …"))
        self.pin_given.emit(reader, pin)

    def rest(self, resting: bool) -> None:
        """While a PIN is looked at, nothing can be typed."""
        for field in (self.reader, self.pin):
            field.setReadOnly(resting)
        self.button.setEnabled(not resting and self._is_complete())

    def _is_complete(self) -> bool:
        named = bool(PSEUDONYM.fullmatch(self.reader.text()) and (self.pin.text() or not self.asks_pin))
        return named and self.strata.is_complete

    def _typed(self) -> None:
        reader = self.reader.text()
        if reader != self._asked_of:
            self._asked_of = ""
            self.strata.forget()
        valid = bool(PSEUDONYM.fullmatch(reader))
        resume = self._unfinished.get(reader)
        self.button.setEnabled(self._is_complete())
        self.button.setText(self.tr("Begin"))
        self.hint.setText(self.tr(PIN_RULE if self.asks_pin and (valid or not reader) else RULE))
        if resume:
            self.button.setText(
                self.tr("Resume at case {number} of {count}").format(number=resume.at_case, count=resume.cases)
            )
            self.hint.setText(self.tr("Your sitting was left unfinished. Nothing is lost."))
        if self._asked_of:
            self.hint.setText(self.tr(NEW_HERE))
        set_role(self.hint, "caution" if reader and not valid else "small")

    def _pin_name(self) -> QWidget:
        name = label(self.tr("PIN or password"), "strong")
        name.setBuddy(self.pin)
        self.pin.setAccessibleName(name.text())
        return name

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
        inside.addWidget(name)
        inside.addWidget(self.reader)
        if self.asks_pin:
            inside.addSpacing(theme.space(2))
            inside.addWidget(self._pin_name())
            inside.addWidget(self.pin)
        inside.addWidget(self.strata)
        inside.addWidget(self.hint)
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


def _pin_field() -> QLineEdit:
    """Dots, without suggestions, and without a way to copy what was typed."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setMaxLength(LONGEST_PIN)
    field.setMinimumHeight(current_theme().px(34))
    hints = Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
    field.setInputMethodHints(hints | Qt.InputMethodHint.ImhNoPredictiveText | Qt.InputMethodHint.ImhNoAutoUppercase)
    return field


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
