"""A sitting's log as measuring attention reads it: the kinds that it needs and no others, quickly.

What belongs here: that reading, and lesions as places that are asked for. What does not: measuring (app.tracking), rows
of tables (projections).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import from_json

from app.store.connection import DAMAGE
from app.store.event_rows import EventRow, at_event, event_from, not_written
from app.store.reader import Sitting, StoreReader
from app.tracking.attention_measures.collected import KINDS, Collected, Collecting
from app.tracking.attention_measures.values import Settings, Spot
from app.tracking.samples_in_bulk import Packed
from study_configs.cases import Truth
from study_configs.problem import StudyProblem

NAMES = tuple(sorted(kind.__name__ for kind in KINDS))
EVENTS = """SELECT e.seq, e.at_ns, e.kind, e.payload, s.codec, s.data
    FROM events e LEFT JOIN samples s ON s.sitting = e.sitting AND s.seq = e.seq
    WHERE e.sitting = ? AND e.kind IN ({kinds}) ORDER BY e.seq""".format(kinds=",".join("?" * len(NAMES)))


def attention_log(reader: StoreReader, sittings: Iterable[Sitting]) -> Collected:
    """What these sign-ins of one reader's sitting hold for measuring attention. Raises StudyProblem as reading does.

    Views, exposure and the pointer's samples, which are nearly all of a log, go by without becoming events.
    """
    collecting = Collecting()
    for sitting in sittings:
        for seq, *row in reader.connection.execute(EVENTS, (sitting.id, *NAMES)):
            try:
                _take(collecting, *row)
            except DAMAGE as error:
                raise at_event(sitting.id, seq, not_written(row[1])) from error
            except StudyProblem as problem:
                raise at_event(sitting.id, seq, problem) from problem
    return collecting.close()


def _take(collecting: Collecting, at_ns: int, kind: str, payload: str, codec: str | None, data: bytes | None) -> None:
    match kind:
        case "ViewChanged":
            collecting.take_view(at_ns, from_json(payload))
        case "PointerMoved":
            _take_pointer(collecting, at_ns, from_json(payload), codec, data)
        case "ExposureChanged":
            values = from_json(payload)
            collecting.take_exposure(at_ns, values["viewport"], values["elements"])
        case _:
            samples = None if codec is None or data is None else (codec, bytes(data))
            collecting.take(event_from(EventRow(at_ns, kind, payload, samples)))


def _take_pointer(
    collecting: Collecting, at_ns: int, values: dict[str, Any], codec: str | None, data: bytes | None
) -> None:
    """Samples lie beside the event, or in it in logs of before that."""
    samples = values["samples"]
    if data is not None and codec is not None:
        samples = Packed(samples["count"], data, codec)
    collecting.take_pointer(at_ns, values["viewport"], samples)


def spots_of(truth: Mapping[str, Truth], settings: Settings) -> dict[str, tuple[Spot, ...]]:
    """The lesions of the reference as regions, by case: their own radius and the margin, or the radius of a point."""
    return {
        case: tuple(
            Spot(lesion.id, lesion.position_mm, _radius_mm(lesion.diameter_mm, settings))
            for lesion in each.lesions
            if lesion.position_mm is not None
        )
        for case, each in truth.items()
    }


def _radius_mm(diameter_mm: float | None, settings: Settings) -> float:
    return settings.region_mm if diameter_mm is None else diameter_mm / 2 + settings.margin_mm
