"""Everything that was measured and painted, as one frozen value, and the way back through its earlier states.

What belongs here: `Board`, `History` and the differences between two boards. What does not: who asks (viewers.desks).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from viewers.measuring.brush import Segment
from viewers.measuring.shapes import Measurement

MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Board:
    """The measurements and segments of one case, in the order in which they were made; their place is their number."""

    measurements: tuple[Measurement, ...] = ()
    segments: tuple[Segment, ...] = ()

    def measurement(self, mark: str) -> Measurement | None:
        return next((each for each in self.measurements if each.id == mark), None)

    def segment(self, name: str) -> Segment | None:
        return next((each for each in self.segments if each.id == name), None)

    def with_measurement(self, measurement: Measurement) -> Board:
        """With a new one at the end, or a changed one in its place."""
        if self.measurement(measurement.id) is None:
            return replace(self, measurements=(*self.measurements, measurement))
        return replace(
            self, measurements=tuple(measurement if m.id == measurement.id else m for m in self.measurements)
        )

    def with_segment(self, segment: Segment) -> Board:
        if self.segment(segment.id) is None:
            return replace(self, segments=(*self.segments, segment))
        return replace(self, segments=tuple(segment if s.id == segment.id else s for s in self.segments))

    def without(self, mark: str) -> Board:
        """Without the measurement or segment of that id."""
        return Board(
            tuple(m for m in self.measurements if m.id != mark), tuple(s for s in self.segments if s.id != mark)
        )

    def middle_of(self, mark: str) -> tuple[str, str, tuple[float, float, float]] | None:
        """Series, plane and voxel (column, row, slice) in the middle of a measurement or of a segment's slices."""
        measurement, segment = self.measurement(mark), self.segment(mark)
        if measurement is not None:
            column, row, index = measurement.array.mean(axis=0).tolist()
            return measurement.series, measurement.plane, (column, row, index)
        if segment is not None and segment.mask.span is not None:
            return segment.series, "", (0.0, 0.0, float(sum(segment.mask.span) // 2))
        return None


@dataclass(frozen=True, slots=True)
class History:
    """The board as it is, those before it (the last one nearest) and those taken back (the next one first)."""

    now: Board = field(default_factory=Board)
    before: tuple[Board, ...] = ()
    after: tuple[Board, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two boards: measurements and segments that are new, that are otherwise, and lost ids."""

    made: tuple[Measurement, ...]
    changed: tuple[Measurement, ...]
    removed: tuple[str, ...]
    painted: tuple[tuple[Segment | None, Segment], ...]  # before, after
    wiped: tuple[Segment, ...]


def done(history: History, board: Board) -> History:
    """After one more act; what was taken back before it is gone."""
    if board == history.now:
        return history
    return History(board, (*history.before, history.now)[-MOST_STEPS:])


def undone(history: History) -> History:
    if not history.before:
        return history
    return History(history.before[-1], history.before[:-1], (history.now, *history.after))


def redone(history: History) -> History:
    if not history.after:
        return history
    return History(history.after[0], (*history.before, history.now), history.after[1:])


def changes(before: Board, after: Board) -> Changes:
    old, new = {m.id: m for m in before.measurements}, {m.id: m for m in after.measurements}
    earlier = {s.id: s for s in before.segments}
    kept = {s.id for s in after.segments}
    return Changes(
        made=tuple(m for m in after.measurements if m.id not in old),
        changed=tuple(m for m in after.measurements if m.id in old and old[m.id] != m),
        removed=tuple(mark for mark in old if mark not in new),
        painted=tuple((earlier.get(s.id), s) for s in after.segments if earlier.get(s.id) != s),
        wiped=tuple(s for s in before.segments if s.id not in kept),
    )


def touched(before: Board, after: Board) -> frozenset[str]:
    """The measurements and segments of the board before that are otherwise, or gone, after."""
    found = changes(before, after)
    painted = (later.id for earlier, later in found.painted if earlier is not None)
    gone_or_other = (*(mark.id for mark in found.changed), *(segment.id for segment in found.wiped))
    return frozenset({*found.removed, *gone_or_other, *painted})
