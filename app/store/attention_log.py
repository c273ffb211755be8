"""A sitting's log as measuring attention reads it: the kinds that it needs and no others, quickly.

What belongs here: that reading, and lesions as places that are asked for. What does not: measuring (app.tracking), rows
of tables (projections).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.store.event_rows import EventRow, event_from
from app.store.reader import Sitting, StoreReader
from app.tracking.attention_measures.collected import KINDS
from app.tracking.attention_measures.values import Settings, Spot
from app.tracking.events import Event, ViewChanged
from study_configs.cases import Truth

NAMES = tuple(sorted(kind.__name__ for kind in KINDS))
EVENTS = """SELECT e.at_ns, e.kind, e.payload, s.codec, s.data
    FROM events e LEFT JOIN samples s ON s.sitting = e.sitting AND s.seq = e.seq
    WHERE e.sitting = ? AND e.kind IN ({kinds}) ORDER BY e.seq""".format(kinds=",".join("?" * len(NAMES)))


def attention_events(reader: StoreReader, sittings: Iterable[Sitting]) -> Iterator[Event]:
    """The events of these sign-ins that measuring attention reads, in order. Raises StudyProblem as reading does."""
    for sitting in sittings:
        for at_ns, kind, payload, codec, data in reader.connection.execute(EVENTS, (sitting.id, *NAMES)):
            if kind == "ViewChanged":  # the commonest by far, and plain
                yield _view(at_ns, json.loads(payload))
            else:
                yield event_from(EventRow(at_ns, kind, payload, None if codec is None else (codec, bytes(data))))


def _view(at_ns: int, values: dict[str, Any]) -> ViewChanged:
    values["centre_px"] = tuple(values["centre_px"])
    if "size_px" in values:
        values["size_px"] = tuple(values["size_px"])
    return ViewChanged(at_ns=at_ns, **values)


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
