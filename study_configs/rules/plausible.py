"""Times that look as if they were meant in another unit.

What belongs here: values that are allowed, and hardly ever meant. What does not: values out of range (shape).
"""

from __future__ import annotations

from collections.abc import Iterator

from study_configs.rules.checked import Checked
from study_configs.yaml12 import Path

_Time = tuple[Path, float | None, float, float, str]  # place, value, least and most that are likely, what it would be


def check(checked: Checked) -> None:
    """Every time of the file."""
    for path, value, least, most, unit in _times(checked):
        if value and not least <= value <= most:
            what = f"{value:g} {unit} is unusual for {path[-1]}."
            checked.report.add("RL533", path, what, expected=f"{least:g} to {most:g} {unit}, or what you really mean")


def _times(checked: Checked) -> Iterator[_Time]:
    protocol = checked.protocol
    for name, condition in protocol.conditions.items():
        for at, phase in enumerate(condition.phases):
            here: Path = ("conditions", name, "phases", at)
            yield (*here, "at_least_s"), phase.at_least_s, 0.2, 600, "s"
            yield (*here, "at_most_s"), phase.at_most_s, 2, 3600, "s"
    yield ("reading", "idle_after_s"), protocol.reading.idle_after_s, 3, 1800, "s"
    yield ("reading", "expected_s"), protocol.reading.expected_s, 2, 3600, "s"
    yield ("reading", "interrupted", "max_gap_hours"), protocol.reading.interrupted.max_gap_hours, 0.1, 24 * 31, "hours"
    if protocol.design.breaks is not None:
        yield ("design", "breaks", "at_least_s"), protocol.design.breaks.at_least_s, 2, 1800, "s"
    for path, meeting in checked.meetings():
        yield (*path, "washout_days"), meeting.washout_days, 1, 400, "days"
