"""What the reader can take back: the answers of the phase that is not confirmed yet, latest first.

What belongs here: noticing what changed from one set of questions to the next. What does not: Qt, and the log, in which
nothing is ever taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.reading.asking import OpenQuestion
from app.tracking.events import AnswerValue, MarkPlaced


@dataclass(frozen=True, slots=True)
class Change:
    """An answer or a mark as it was before: `had_answer` False where there was none.

    A mark has `mark` set; one that was moved, drawn otherwise or removed has `placed`, as it was, and `lost` the
    answers (question, value) that went with it.
    """

    question: str
    target: str
    had_answer: bool
    before: AnswerValue
    mark: str = ""
    placed: MarkPlaced | None = None
    lost: tuple[tuple[str, AnswerValue], ...] = ()


class AnswerHistory:
    """Follows the questions of one phase as they stand, and says how to undo the latest change."""

    def __init__(self) -> None:
        self._stands: dict[tuple[str, str], OpenQuestion] = {}
        self._placed: dict[str, MarkPlaced] | None = None  # marks as they stand; None before the first look
        self._changes: list[Change] = []
        self._coming: set[tuple[str, str]] = set()  # places of the changes that undoing brings

    def follow(self, questions: Iterable[OpenQuestion], marks: Iterable[MarkPlaced] = ()) -> None:
        """Take note of what changed since the last call; the first call of a phase only takes note of what stands."""
        now = {(q.question.id, q.target): q for q in questions}
        placed = {each.mark: each for each in marks}
        found = [change for key, asked in now.items() for change in _changes(self._stands.get(key), asked)]
        found += [replace(each, lost=self._lost_with(each.mark, placed)) for each in _replaced(self._placed, placed)]
        own = [change for change in found if _place(change) not in self._coming]
        self._coming = set() if own else self._coming - {_place(change) for change in found}
        self._changes += own
        self._stands, self._placed = now, placed
        self._changes = [c for c in self._changes if self._still_makes_sense(c)]

    def undo(self) -> Change | None:
        """The latest change, which the caller now reverses; None where there is nothing to undo."""
        change = self._changes.pop() if self._changes else None
        self._coming = set()
        if change is not None:  # a drawing comes back in two events, a mark with answers in several
            self._coming = {_place(change), *((question, change.mark) for question, _ in change.lost)}
        return change

    def _may_come_back(self) -> set[str]:
        """Marks that undoing brings back: steps before their removal are still there to undo."""
        coming = {mark for question, mark in self._coming if not question}
        return {each.mark for each in self._changes if each.placed is not None} | coming

    def _lost_with(self, mark: str, now: dict[str, MarkPlaced]) -> tuple[tuple[str, AnswerValue], ...]:
        """The answers about a mark that is there no more."""
        if mark in now:
            return ()
        stood = self._stands.items()
        return tuple((question, asked.answer) for (question, at), asked in stood if at == mark and asked.answered)

    def _still_makes_sense(self, change: Change) -> bool:
        if change.placed is not None:
            return (change.question, "") in self._stands
        if (change.mark or change.target) in self._may_come_back():
            return True
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


def _place(change: Change) -> tuple[str, str]:
    """What a change is about: a mark, or a question and its target."""
    return ("", change.mark) if change.mark else (change.question, change.target)


def _marks(asked: OpenQuestion) -> tuple[str, ...]:
    return asked.answer if isinstance(asked.answer, tuple) else ()
