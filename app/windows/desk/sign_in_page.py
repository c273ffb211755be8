"""Signing a coordinator in, and setting the first one up in a new store.

What belongs here: the two cards. What does not: accounts and lock-out (app.store.accounts).
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.conduct.governing import act_on
from app.store.accounts import SignIn, first_coordinator
from app.store.acts import Who
from app.windows.desk.parts import button
from app.windows.desk.session import DeskSession
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.problem import StudyProblem

LEAST_PASSWORD = 12


class CoordinatorPage(QWidget):
    """Asks who sits at the desk: a name and a password; twice the password where the store has no coordinator yet."""

    def __init__(self, session: DeskSession) -> None:
        super().__init__()
        set_role(self, "page")
        self._session = session
        self._is_new = False
        self.title, self.purpose = label("", "title"), label("", "quiet")
        self.name, self.password, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        self.hint = label("", "small")
        self.button = button("", self.go_on, "primary")
        for field in (self.password, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        for field in (self.name, self.password, self.again):
            field.textChanged.connect(self._typed)
            field.returnPressed.connect(self.go_on)
        self._lay_out()
        session.governed_changed.connect(self._follow)
        self._follow()

    def say(self, words: str, role: str = "caution") -> None:
        set_role(self.hint, role)
        self.hint.setText(words)

    def ready(self) -> None:
        """Take the keyboard, with no password left in the fields."""
        self.password.clear()
        self.again.clear()
        field = self.password if self.name.text() else self.name
        QTimer.singleShot(0, field.setFocus)

    def go_on(self) -> None:
        """Sign in, or set the first coordinator up."""
        if not self.button.isEnabled():
            return
        name, secret, store, is_new = self.name.text(), self.password.text(), self._session.store, self._is_new
        self.button.setEnabled(False)
        self.say(self.tr("One moment …"), "small")

        def work() -> Who:
            if is_new:
                return act_on(store, lambda writer: first_coordinator(writer, name, secret))
            return act_on(store, lambda writer: SignIn(writer).sign_in(Who("coordinator", name), secret))

        self._session.jobs.look(work, self._enter, self._refuse)

    def _enter(self, who: Who) -> None:
        self.password.clear()
        self.again.clear()
        self.say("", "small")
        self._session.set_who(who)

    def _refuse(self, problem: StudyProblem) -> None:
        self.password.clear()
        self.again.clear()
        self.say(str(problem))
        self.password.setFocus()

    def _follow(self) -> None:
        """Which of the two cards stands."""
        self._is_new = not self._session.governed.has_coordinator
        study = self._session.study
        named = study.protocol.about.title if study is not None else ""
        if self._is_new:
            self.title.setText(self.tr("Set this study up"))
            words = self.tr("Nobody coordinates it yet. You become its first coordinator; from then on the store keeps "
                            "who does what, when and why, for good.")  # fmt: skip
        else:
            self.title.setText(self.tr("Coordinator's desk"))
            words = self.tr("Sign in to go on.")
        self.purpose.setText(f"{named}\n{words}" if named else words)
        self.button.setText(self.tr("Set up and sign in") if self._is_new else self.tr("Sign in"))
        for widget in (self._again_label, self.again, self._rule):
            widget.setVisible(self._is_new)
        self._typed()

    def _typed(self) -> None:
        alike = self.password.text() == self.again.text()
        enough = len(self.password.text()) >= LEAST_PASSWORD and alike if self._is_new else bool(self.password.text())
        self.button.setEnabled(enough and len(self.name.text().strip()) >= 2)
        if self._is_new and self.again.text() and not alike:
            self.say(self.tr("The two passwords differ."))
        elif self.password.text() or self.again.text():
            self.say("", "small")

    def _lay_out(self) -> None:
        theme = current_theme()
        card = QFrame()
        set_role(card, "card")
        card.setFixedWidth(theme.px(480))
        inside = QVBoxLayout(card)
        inside.setContentsMargins(*(4 * [theme.space(5)]))
        inside.setSpacing(theme.space(2))
        self._again_label = label(self.tr("Password again"), "strong")
        self._rule = label(self.tr("At least 12 characters; some words in a row are easy to keep in mind."), "small")
        rows = (
            (label(self.tr("Your name"), "strong"), self.name),
            (label(self.tr("Password"), "strong"), self.password),
            (self._again_label, self.again),
        )
        inside.addWidget(self.title)
        inside.addWidget(self.purpose)
        inside.addSpacing(theme.space(3))
        for words, field in rows:
            words.setBuddy(field)
            field.setAccessibleName(words.text())
            field.setMinimumHeight(theme.px(32))
            inside.addWidget(words)
            inside.addWidget(field)
        inside.addWidget(self._rule)
        inside.addWidget(self.hint)
        inside.addSpacing(theme.space(2))
        inside.addWidget(self.button)
        across = QHBoxLayout()
        across.addStretch()
        across.addWidget(card)
        across.addStretch()
        down = QVBoxLayout(self)
        down.addStretch(2)
        down.addLayout(across)
        down.addStretch(3)
