"""When a reader may begin the next sitting: the washout between sessions, and between two readings of one case.

What belongs here: that date. What does not: refusing a reader (opening), lifting it (store.acts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from app.store.reader import Sitting
from study_configs.reading_order import ReadingOrder
from study_configs.study import Study


def washout_days(study: Study, order: ReadingOrder) -> int:
    """The washout of the reader's arm; 0 for none."""
    return study.protocol.meeting_of(order.arm).washout_days


def last_read(sittings: Iterable[Sitting]) -> dict[int, datetime]:
    """When each sitting of a reader was last read, by number; a sitting that was cut off counts from its beginning."""
    latest: dict[int, datetime] = {}
    for sitting in sittings:
        at = datetime.fromisoformat(sitting.ended_utc or sitting.started_utc)
        latest[sitting.number] = max(at, latest.get(sitting.number, at))
    return latest


def may_begin(study: Study, order: ReadingOrder, number: int, read: Mapping[int, datetime]) -> datetime | None:
    """The moment from which a sitting may begin; None where no washout holds it back, now or later.

    `read` is when the reader's other sittings were last read. The washout holds between two sessions, whatever cases
    they have, and before any sitting (also a probe) with a case that an earlier one had; practice does not count.
    """
    days = washout_days(study, order)
    held = [at for other, at in read.items() if other < number and _hold_back(order, other, number)]
    return max(held) + timedelta(days=days) if days and held else None


def _hold_back(order: ReadingOrder, earlier: int, later: int) -> bool:
    before = [trial for trial in order.trials if trial.sitting == earlier and not trial.practice]
    after = [trial for trial in order.trials if trial.sitting == later and not trial.practice]
    are_sessions = not any(trial.probe for trial in (*before, *after))
    return are_sessions or bool({trial.case_id for trial in before} & {trial.case_id for trial in after})
