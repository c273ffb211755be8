"""What has to be said to the reader and answered: one message at a time, and none is lost because another one came.

What belongs here: which of them is on the screen, and what an answer does. What does not: the card (message), and
what is said (workstation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from app.windows.message import MessageOverlay
from study_configs.problem import StudyProblem
from study_configs.words import phrase, translate

WORDS = {
    "retry": phrase("Workstation", "Try again"),
    "leave": phrase("Workstation", "Leave the case and sign out"),
    "close": phrase("Workstation", "Close"),
}
Choices = Mapping[str, Callable[[], object]]  # by the ids in WORDS


class Messages(QObject):
    """The newest one stands on the card; `shown` whenever one comes to it. Saying the same again replaces it."""

    shown = Signal()

    def __init__(self, card: MessageOverlay) -> None:
        super().__init__(card)
        self._card = card
        self._open: list[tuple[StudyProblem, Choices, str]] = []  # none of them is answered
        card.chosen.connect(self.answer)

    def say(self, problem: StudyProblem, choices: Choices, more: str = "") -> None:
        """Say it until one of the choices is taken; what was said before comes again after it."""
        self._open = [*(said for said in self._open if said[1] != choices), (problem, choices, more)]
        self._show()

    def answer(self, choice: str) -> None:
        """Do what the message on the card offered; then the one before it comes again."""
        _, choices, _ = self._open.pop()
        choices[choice]()
        self._show_rest()

    def take_back(self, act: Callable[[], object]) -> None:
        """What could be tried again by this act needs no answer any more."""
        self._open = [said for said in self._open if act not in said[1].values()]
        self._card.dismiss()
        self._show_rest()

    def forget(self) -> None:
        """Nothing of all that matters any more."""
        self._open.clear()
        self._card.dismiss()

    def _show_rest(self) -> None:
        if self._open and self._card.isHidden():
            self._show()

    def _show(self) -> None:
        problem, choices, more = self._open[-1]
        self._card.show_problem(problem, [(name, translate("Workstation", WORDS[name])) for name in choices], more)
        self.shown.emit()
