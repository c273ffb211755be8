"""What the reader can take back: the answers of the phase that is not confirmed yet, latest first.

What belongs here: noticing what changed from one set of questions to the next. What does not: Qt, and the log, in which
nothing is ever taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.reading.asking import OpenQuestion
from app.tracking.events import AnswerValue


@dataclass(frozen=True, slots=True)
class Change:
    """An answer or a mark as it was before: `had_answer` False where there was none. A mark has `mark` set."""

    question: str
    target: str
    had_answer: bool
    before: AnswerValue
    mark: str = ""


class AnswerHistory:
    """Follows the questions of one phase as they stand, and says how to undo the latest change."""

    def __init__(self) -> None:
        self._stands: dict[tuple[str, str], OpenQuestion] = {}
        self._changes: list[Change] = []
        self._undone: Change | None = None

    def follow(self, questions: Iterable[OpenQuestion]) -> None:
        """Take note of what changed since the last call; the first call of a phase only takes note of what stands."""
        now = {(q.question.id, q.target): q for q in questions}
        for key, asked in now.items():
            for change in _changes(self._stands.get(key), asked):
                if not _is_the_same(change, self._undone):
                    self._changes.append(change)
        self._undone = None
        self._stands = now
        self._changes = [c for c in self._changes if self._still_makes_sense(c)]

    def undo(self) -> Change | None:
        """The latest change, which the caller now reverses; None where there is nothing to undo."""
        self._undone = self._changes.pop() if self._changes else None
        return self._undone

    def _still_makes_sense(self, change: Change) -> bool:
        asked = self._stands.get((change.question, change.target))
        return asked is not None and (not change.mark or change.mark in _marks(asked))


def _changes(before: OpenQuestion | None, now: OpenQuestion) -> list[Change]:
    question, target = now.question.id, now.target
    if before is None:
        return []
    if now.question.spec.answer == "marks":
        return [Change(question, target, False, None, m) for m in _marks(now) if m not in _marks(before)]
    if (before.answered, before.answer) == (now.answered, now.answer):
        return []
    return [Change(question, target, before.answered, before.answer)]


def _is_the_same(change: Change, undone: Change | None) -> bool:
    """Whether a change is only what undoing did."""
    return undone is not None and (change.question, change.target, change.mark) == (
        undone.question,
        undone.target,
        "",
    )


def _marks(asked: OpenQuestion) -> tuple[str, ...]:
    return asked.answer if isinstance(asked.answer, tuple) else ()
