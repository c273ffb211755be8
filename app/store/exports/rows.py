"""Where the rows of each table come from: a new table in `projecting.tables` needs a method of its name in Projection.

What belongs here: that lookup, and the rows of the log itself. What does not: the folds (projecting).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.store.chain import canonical
from app.store.projecting.projections import Projection
from app.store.projecting.tables import EVENTS, TABLES, Row
from app.tracking.events import payload


def _event_rows(projection: Projection) -> Iterator[Row]:
    for sitting, logged in projection.course.parts:
        for each in logged:
            event = each.event
            here = (sitting.uid, each.seq, event.at_ns, each.utc, type(event).__name__)
            yield (*projection.course.who, *here, canonical(payload(event)))


ROWS: dict[str, Callable[[Projection], Iterator[Row]]] = {
    **{form.name: getattr(Projection, form.name) for form in TABLES if form is not EVENTS},
    EVENTS.name: _event_rows,
}
