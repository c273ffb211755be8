"""Stacks that show the same places at several times: which belong together, and how they are named.

What belongs here: those questions over headers (`SeriesHeader.time`). What does not: finding times in files
(viewers.dicom.splitting), stepping and playing (desks.time_desk).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from study_configs.words import translate
from viewers.volume import SeriesHeader

Rows = tuple[int, ...]


def times_of(header: SeriesHeader, headers: Sequence[SeriesHeader]) -> Rows:
    """The rows of the stacks that show what a stack shows, at every time, in order; () where it has but one time."""
    time = header.source.time
    if time is None:
        return ()
    rows = [row for row, each in enumerate(headers) if each.time is not None and each.time.group == time.group]
    found = tuple(sorted(rows, key=lambda row: _index(headers[row])))
    return found if len(found) > 1 else ()


def heads(headers: Sequence[SeriesHeader]) -> Rows:
    """For each row the row that stands for it in lists: of stacks that differ in time alone, the first time's."""
    first: dict[str, int] = {}
    for row in sorted(range(len(headers)), key=lambda row: _index(headers[row])):
        time = headers[row].time
        if time is not None:
            first.setdefault(time.group, row)
    return tuple(row if h.time is None else first[h.time.group] for row, h in enumerate(headers))


def _index(header: SeriesHeader) -> int:
    return header.time.index if header.time is not None else 0


def title_of_all(header: SeriesHeader) -> str:
    """The description of all times of a stack: without what tells one time from the others."""
    plain = header.description.removesuffix(f"({header.stack_label})").strip() if header.stack_label else ""
    family = header.time.group.split("/")[2:] if header.time is not None else ()
    return f"{plain} ({', '.join(family)})".strip() if family else plain or header.description


def time_words(header: SeriesHeader) -> str:
    """ "time 3 / 20, 1.5 s"; "" for stacks that have no time among others."""
    time = header.source.time
    if time is None:
        return ""
    said = translate("ViewerTimes", "time {n} / {count}").format(n=time.index + 1, count=time.count)
    return said if time.at_ms is None else f"{said}, {_duration(time.at_ms)}"


def _duration(ms: float) -> str:
    if abs(ms) < 1000:
        return f"{ms:.0f} ms"
    return f"{ms / 1000:.1f} s" if abs(ms) < 120_000 else f"{ms / 60_000:.1f} min"


def intervals_s(headers: Sequence[SeriesHeader]) -> tuple[float, ...] | None:
    """How long each of the times (in order) lasts, where the files say it and it goes on; the last as the mean."""
    at_ms = [header.time.at_ms for header in headers if header.time is not None and header.time.at_ms is not None]
    steps = [(later - before) / 1000 for before, later in pairwise(at_ms)]
    if len(at_ms) != len(headers) or not steps or min(steps) <= 0:
        return None
    return (*steps, sum(steps) / len(steps))
