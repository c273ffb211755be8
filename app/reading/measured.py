"""Between what readers drew and the log: events of a change of the board, and the board again from its events.

What belongs here: the two directions, as pure functions. What does not: drawing (viewers.desks.measure_desk), the law
(engine) and Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from app.reading.state import Drawing
from app.tracking.events import (
    Doer,
    MeasurementChanged,
    MeasurementMade,
    MeasurementRemoved,
    SegmentPainted,
    SegmentRemoved,
)
from viewers.measuring.brush import Segment
from viewers.measuring.history import Board, Changes
from viewers.measuring.masks import Mask, as_text, difference, flipped, from_text
from viewers.measuring.numbers import Number, Numbers
from viewers.measuring.shapes import KINDS, Kind, Measurement, places, space_mm
from viewers.volume import SeriesHeader

HeaderOf = Callable[[str], SeriesHeader | None]
KIND_OF: dict[str, Kind] = {kind: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and in which phase something was drawn, and whether by undoing."""

    at_ns: int
    trial: int
    phase: int
    by: Doer


def events_of(changes: Changes, board: Board, header_of: HeaderOf, occasion: Occasion) -> Iterator[Drawing]:
    """What the log is told of a change: the board before it follows from the log, `board` is the one after it."""
    at_ns, trial, phase, by = occasion.at_ns, occasion.trial, occasion.phase, occasion.by
    for mark in changes.removed:
        yield MeasurementRemoved(at_ns=at_ns, trial=trial, phase=phase, measurement=mark, by=by)
    for segment in changes.wiped:
        yield SegmentRemoved(at_ns=at_ns, trial=trial, phase=phase, segment=segment.id, by=by)
    for measurement in changes.made:
        yield _measured(MeasurementMade, measurement, board, header_of, occasion)
    for measurement in changes.changed:
        yield _measured(MeasurementChanged, measurement, board, header_of, occasion)
    for before, after in changes.painted:
        yield _painted(before, after, occasion)


def board_from(drawn: Iterable[Drawing]) -> Board:
    """The board after everything that was drawn in a trial."""
    return reduce(board_after, drawn, Board())


def board_after(board: Board, event: Drawing) -> Board:
    """The board once this was drawn or taken away."""
    match event:
        case MeasurementMade():  # and MeasurementChanged, which is one
            return _with(board, event)
        case SegmentPainted():
            return board.with_segment(_repainted(board.segment(event.segment), event))
        case MeasurementRemoved(measurement=mark) | SegmentRemoved(segment=mark):
            return board.without(mark)


def measurement_from(event: MeasurementMade) -> Measurement:
    return Measurement(
        id=event.measurement,
        kind=KIND_OF[event.kind],
        series=event.series_uid,
        points=event.points,
        sop_uid=event.sop_uid,
        frame=event.frame,
        plane=event.plane,
        name=event.name,
        colour=event.colour,
        confidence=event.confidence,
        label_px=event.label_px,
        numbers=Numbers(tuple(Number(*each) for each in event.numbers), event.remark),
    )


def _measured(
    kind: type[MeasurementMade], measurement: Measurement, board: Board, header_of: HeaderOf, occasion: Occasion
) -> MeasurementMade:
    header = header_of(measurement.series)
    return kind(
        at_ns=occasion.at_ns,
        trial=occasion.trial,
        phase=occasion.phase,
        by=occasion.by,
        measurement=measurement.id,
        number=board.measurements.index(measurement) + 1,
        kind=measurement.kind,
        series_uid=measurement.series,
        sop_uid=measurement.sop_uid,
        frame=measurement.frame,
        plane=measurement.plane,
        points=measurement.points,
        points_mm=places(space_mm(header, measurement.array)) if header is not None else (),
        numbers=tuple((each.name, each.value, each.unit) for each in measurement.numbers.items),
        remark=measurement.numbers.remark,
        name=measurement.name,
        colour=measurement.colour,
        confidence=measurement.confidence,
        label_px=measurement.label_px,
    )


def _painted(before: Segment | None, after: Segment, occasion: Occasion) -> SegmentPainted:
    empty = Mask(after.mask.shape)
    earlier = before.mask if before is not None else empty
    turned = difference(earlier, after.mask)
    added = (turned.voxels + after.mask.voxels - earlier.voxels) // 2
    return SegmentPainted(
        at_ns=occasion.at_ns,
        trial=occasion.trial,
        phase=occasion.phase,
        by=occasion.by,
        segment=after.id,
        series_uid=after.series,
        shape=after.mask.shape,
        flipped=as_text(turned),
        added=added,
        removed=turned.voxels - added,
        voxels=after.mask.voxels,
        name=after.name,
        colour=after.colour,
        of=after.of,
    )


def _with(board: Board, event: MeasurementMade) -> Board:
    """A changed measurement in its place; a new one at its number, which undoing may have given back in the middle."""
    measurement = measurement_from(event)
    if board.measurement(event.measurement) is not None:
        return board.with_measurement(measurement)
    others = board.measurements
    return replace(board, measurements=(*others[: event.number - 1], measurement, *others[event.number - 1 :]))


def _repainted(segment: Segment | None, event: SegmentPainted) -> Segment:
    turned = from_text(event.flipped, event.shape)
    mask = flipped(segment.mask, turned) if segment is not None else turned
    return Segment(event.segment, event.series_uid, mask, event.name, event.colour, event.of)
