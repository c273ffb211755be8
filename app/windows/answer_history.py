"""What the reader can take back: the answers of the phase that is not confirmed yet, latest first.

What belongs here: noticing what changed from one set of questions to the next. What does not: Qt, and the log, in which
nothing is ever taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.reading.asking import OpenQuestion
from app.tracking.events import AnswerValue, MarkPlaced


@dataclass(frozen=True, slots=True)
class Change:
    """An answer or a mark as it was before: `had_answer` False where there was none.

    A mark has `mark` set; one that was moved, drawn otherwise or removed has `placed`, as it was.
    """

    question: str
    target: str
    had_answer: bool
    before: AnswerValue
    mark: str = ""
    placed: MarkPlaced | None = None


class AnswerHistory:
    """Follows the questions of one phase as they stand, and says how to undo the latest change."""

    def __init__(self) -> None:
        self._stands: dict[tuple[str, str], OpenQuestion] = {}
        self._placed: dict[str, MarkPlaced] | None = None  # marks as they stand; None before the first look
        self._changes: list[Change] = []
        self._undone: Change | None = None

    def follow(self, questions: Iterable[OpenQuestion], marks: Iterable[MarkPlaced] = ()) -> None:
        """Take note of what changed since the last call; the first call of a phase only takes note of what stands."""
        now = {(q.question.id, q.target): q for q in questions}
        placed = {each.mark: each for each in marks}
        found = [change for key, asked in now.items() for change in _changes(self._stands.get(key), asked)]
        found += _replaced(self._placed, placed)
        self._changes += [change for change in found if not _is_the_same(change, self._undone)]
        if found:  # undoing a drawing comes in two events, and the first changes no mark yet
            self._undone = None
        self._stands, self._placed = now, placed
        self._changes = [c for c in self._changes if self._still_makes_sense(c)]

    def undo(self) -> Change | None:
        """The latest change, which the caller now reverses; None where there is nothing to undo."""
        self._undone = self._changes.pop() if self._changes else None
        return self._undone

    def _still_makes_sense(self, change: Change) -> bool:
        if change.placed is not None:
            return (change.question, "") in self._stands
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


def _replaced(before: dict[str, MarkPlaced] | None, now: dict[str, MarkPlaced]) -> list[Change]:
    """Marks that were moved, drawn otherwise or removed."""
    return [
        Change(was.question, "", True, None, mark, was)
        for mark, was in (before or {}).items()
        if mark not in now or _where(now[mark]) != _where(was)
    ]


def _where(mark: MarkPlaced) -> tuple[object, ...]:
    return (mark.series_uid, mark.slice_index, mark.column, mark.row, mark.position_mm, mark.points_mm, mark.mask)


def _is_the_same(change: Change, undone: Change | None) -> bool:
    """Whether a change is only what undoing did."""
    if undone is None:
        return False
    if undone.mark:
        return change.mark == undone.mark
    return (change.question, change.target, change.mark) == (undone.question, undone.target, "")


def _marks(asked: OpenQuestion) -> tuple[str, ...]:
    return asked.answer if isinstance(asked.answer, tuple) else ()
