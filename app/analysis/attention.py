"""Where readers' attention was, of a whole store: measured sitting by sitting, summed up by reader and condition.

What belongs here: gathering and summing up. What does not: the measures (app.tracking.attention_measures), pages.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import repeat
from multiprocessing import get_context
from statistics import median

from app.store.acts_in_force import in_force_of
from app.store.location import Location, open_any
from app.store.projecting.attention_log import attention_log, spots_of
from app.store.projecting.projections import planned_trials, practice_trials
from app.store.reader import Sitting, StoreReader
from app.tracking.attention_measures.measuring import measured_of
from app.tracking.attention_measures.values import Basis, Level, Measured, RegionDwell, Settings

SHOWN = Level(0.0, 200.0)
CLOSE = Level(1.0, 200.0)
SHARED_FROM = 200_000  # events; starting further processes pays from about there
LONG_ENOUGH_MS = 200.0  # of active time in a region that counts as a visit of it


@dataclass(frozen=True, slots=True)
class SittingAttention:
    """One sitting of one reader's order; `out`: trials that summaries leave out (practice, voided, begun anew)."""

    protocol_sha256: str
    reader: str
    sitting: int
    measured: Measured
    out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Summary:
    """One reader in one condition. Shares are 0 to 1 and means over phases and stacks; None where there is nothing.

    `shown` and `close` are coverage by view for 200 ms: at any magnification, at one device pixel per image pixel or
    more. `lesions_in_view` and `lesions_pointed_at` are shares of readings (trial × lesion) with 200 ms of active time
    on the lesion in any phase. `quadrants_per_s` and `index` are medians (docs/attention.md).
    """

    protocol_sha256: str
    reader: str
    condition: str
    trials: int
    raw_s: float
    active_s: float
    shown: float | None
    close: float | None
    lesions: int
    lesions_in_view: float | None
    lesions_pointed_at: float | None
    courses: float | None
    quadrants_per_s: float | None
    index: float | None


def attention_of(location: Location, settings: Settings | None = None) -> list[SittingAttention]:
    """Measure every sitting of a store. Raises StudyProblem where it can't be read.

    A long log is shared out among the processor's cores, sitting by sitting.
    """
    settings = settings or Settings()
    with open_any(location) as reader:
        courses = _courses(reader)
        (events,) = reader.connection.execute("SELECT COUNT(*) FROM events").fetchone()
        if events < SHARED_FROM or len(courses) < 2:
            return [_measured(reader, sittings, settings) for sittings in courses]
    cores = min(os.cpu_count() or 1, len(courses))
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_measured_apart, repeat(location), courses, repeat(settings)))


def _measured_apart(location: Location, sittings: list[Sitting], settings: Settings) -> SittingAttention:
    """The same in a process of its own, which opens the store itself."""
    with open_any(location) as reader:
        return _measured(reader, sittings, settings)


def _courses(reader: StoreReader) -> list[list[Sitting]]:
    """The sign-ins of each sitting of a reader's order."""
    by: dict[tuple[str, str, int], list[Sitting]] = {}
    for each in reader.sittings():
        by.setdefault((each.protocol_sha256, each.reader, each.number), []).append(each)
    return [sorted(by[key], key=lambda each: each.id) for key in sorted(by)]


def _measured(reader: StoreReader, sittings: list[Sitting], settings: Settings) -> SittingAttention:
    first = sittings[0]
    spots = spots_of(reader.truth(first.protocol_sha256).unseal(), settings)
    found = measured_of(attention_log(reader, sittings), spots, settings)
    return SittingAttention(first.protocol_sha256, first.reader, first.number, found, _out(reader, first))


def _out(reader: StoreReader, sitting: Sitting) -> frozenset[int]:
    """As in the report: practice, and what acts of a coordinator took out."""
    frozen = reader.order(sitting.reader, sitting.protocol_sha256)
    order = None if frozen is None else frozen.order
    sitting_of = {index: int(each.get("sitting", 1)) for index, each in planned_trials(order).items()}
    acts = in_force_of(reader.connection, sitting.protocol_sha256)
    practice = {index for index, is_practice in practice_trials(order).items() if is_practice}
    return frozenset(practice | acts.not_counting(sitting.reader, sitting_of).keys())


def summaries(sittings: Iterable[SittingAttention]) -> list[Summary]:
    """By protocol, reader and condition, in that order; without trials that are left out."""
    by: dict[tuple[str, str, str], list[tuple[Measured, set[int]]]] = {}
    for each in sittings:
        for condition in sorted(set(each.measured.conditions.values())):
            named = {trial for trial, its in each.measured.conditions.items() if its == condition} - each.out
            if named:
                by.setdefault((each.protocol_sha256, each.reader, condition), []).append((each.measured, named))
    return [summary_of(*key, parts) for key, parts in sorted(by.items(), key=lambda item: item[0])]


def by_condition(protocol_sha256: str, reader: str, found: Measured, out: Collection[int]) -> tuple[Summary, ...]:
    """One reader's conditions, without the trials that are left out."""
    trials: dict[str, set[int]] = {}
    for trial, condition in found.conditions.items():
        if trial not in out:
            trials.setdefault(condition, set()).add(trial)
    return tuple(summary_of(protocol_sha256, reader, each, [(found, trials[each])]) for each in sorted(trials))


def summary_of(
    protocol_sha256: str, reader: str, condition: str, parts: Sequence[tuple[Measured, set[int]]]
) -> Summary:
    """One reader's trials of one condition, from every sitting that held some."""
    times = [time for found, trials in parts for (trial, _), time in found.phases.items() if trial in trials]
    regions = [each for found, trials in parts for each in found.regions if each.trial in trials]
    profiles = [each for found, trials in parts for each in found.profiles if each.trial in trials]
    in_view, pointed_at = _lesions(regions, "view"), _lesions(regions, "pointer")
    return Summary(
        protocol_sha256=protocol_sha256,
        reader=reader,
        condition=condition,
        trials=sum(len(trials) for _, trials in parts),
        raw_s=sum(time.raw_ms for time in times) / 1000,
        active_s=sum(time.active_ms for time in times) / 1000,
        shown=_covered(parts, SHOWN),
        close=_covered(parts, CLOSE),
        lesions=len(in_view),
        lesions_in_view=_mean(in_view),
        lesions_pointed_at=_mean(pointed_at),
        courses=_middle(each.courses for each in profiles),
        quadrants_per_s=_middle(each.quadrant_changes_per_s for each in profiles),
        index=_middle(each.index for each in profiles),
    )


def _covered(parts: Sequence[tuple[Measured, set[int]]], level: Level) -> float | None:
    return _mean([
        each.share
        for found, trials in parts
        for each in found.coverage
        if each.trial in trials and (each.magnification, each.shown_ms) == (level.magnification, level.shown_ms)
    ])  # fmt: skip


def _lesions(regions: Iterable[RegionDwell], basis: Basis) -> list[bool]:
    """For each lesion of each trial, whether it had its 200 ms in any phase."""
    found: dict[tuple[int, str], float] = {}
    for each in regions:
        if each.kind == "lesion" and each.basis == basis:
            found[each.trial, each.name] = found.get((each.trial, each.name), 0.0) + each.time.active_ms
    return [active_ms >= LONG_ENOUGH_MS for active_ms in found.values()]


def _mean(values: Sequence[float] | Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _middle(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


COLUMNS: tuple[tuple[str, Callable[[Summary], str]], ...] = (
    ("reader", lambda row: row.reader),
    ("condition", lambda row: row.condition),
    ("trials", lambda row: str(row.trials)),
    ("active min", lambda row: f"{row.active_s / 60:.1f}"),
    ("of", lambda row: f"{row.raw_s / 60:.1f}"),
    ("shown", lambda row: _share(row.shown)),
    ("shown 1:1", lambda row: _share(row.close)),
    ("lesions", lambda row: str(row.lesions)),
    ("in view", lambda row: _share(row.lesions_in_view)),
    ("pointed at", lambda row: _share(row.lesions_pointed_at)),
    ("courses", lambda row: _number(row.courses)),
    ("quadrants/s", lambda row: _number(row.quadrants_per_s)),
    ("drilling index", lambda row: _number(row.index)),
)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def to_text(rows: Sequence[Summary]) -> str:
    """A table for people; what its columns mean is in docs/attention.md."""
    lines = [[name for name, _ in COLUMNS], *([cell(row) for _, cell in COLUMNS] for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def to_json(sittings: Sequence[SittingAttention]) -> str:
    """The summaries, and every measure of every sitting, for programs."""
    told = [
        {
            "protocol_sha256": each.protocol_sha256,
            "reader": each.reader,
            "sitting": each.sitting,
            "left_out": sorted(each.out),
            "phases": [
                {"trial": trial, "phase": phase, **asdict(time)}
                for (trial, phase), time in each.measured.phases.items()
            ],
            **{
                name: [asdict(row) for row in getattr(each.measured, name)]
                for name in ("slices", "regions", "layers", "panels", "coverage", "profiles")
            },
        }
        for each in sittings
    ]
    return json.dumps({"summaries": [asdict(each) for each in summaries(sittings)], "sittings": told}, indent=1)
