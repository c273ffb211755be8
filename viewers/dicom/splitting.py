"""The images of one grid into parts in which every place occurs once: by echo, b-value, phase, kernel and so on.

What belongs here: choosing what splits them, and in which order the parts come. What does not: the grid (stacks), the
values (traits) and their names (labels).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from viewers.dicom import labels, traits
from viewers.dicom.frames import Frame
from viewers.dicom.traits import MAYBE, NAMES, PARTS, TIMES, Value

Stack = list[Frame]
Places = Mapping[int, int]  # id of a frame → number of its place along the stack
Asides = Mapping[int, tuple[float, ...]]  # id of a frame → where its corner lies within the plane, in mm
Key = tuple[tuple[int, object], ...]
FIELD_APART_MM = 1.0
LARGEST_SHARE = 2  # a split into more parts than this many times the images at one place is no explanation


@dataclass(frozen=True, slots=True)
class Part:
    """Frames that lie at places of their own, or at one place one after another (`in_time`).

    `label` tells the part from its siblings, `order` sorts them. `time` is (which of how many times, the
    milliseconds) among the parts of the same `family`.
    """

    frames: Stack
    label: tuple[str, ...] = ()
    order: Key = ()
    family: tuple[str, ...] = ()
    time: tuple[int, int, float | None] | None = None
    in_time: bool = False
    notes: tuple[str, ...] = ()

    def under(self, label: str, order: tuple[int, object]) -> Part:
        """The same as a part of a larger part."""
        told = (label,) if label else ()
        return replace(self, label=(*told, *self.label), order=(order, *self.order), family=(*told, *self.family))


def split(frames: Stack, places: Places, asides: Asides) -> list[Part]:
    """Parts of frames of one grid, in the order in which they are to be listed."""
    found = _part_by(frames, PARTS, lambda part: _by_field(part, places, asides) or _apart(part, places))
    return sorted(found, key=lambda part: [(column, *_sortable(value)) for column, value in part.order])


def _part_by(frames: Stack, columns: tuple[int, ...], then: Callable[[Stack], list[Part]]) -> list[Part]:
    """Split by the values of several traits at once, and each part by `then`."""
    if all(frame.values is frames[0].values for frame in frames):
        return then(frames)
    siblings = {column: {frame.values[column] for frame in frames} for column in columns}
    varying = tuple(column for column in columns if len(siblings[column]) > 1)
    groups = _grouped(frames, lambda frame: tuple(frame.values[column] for column in varying))
    parts = []
    for key, members in groups.items():
        inner = then(members)
        for column, value in reversed(list(zip(varying, key, strict=True))):
            told = _told(column, value, siblings[column], members)
            inner = [part.under(told, (column, value)) for part in inner]
        parts += inner
    return parts


def _told(column: int, value: Value, siblings: Iterable[Value], members: Stack) -> str:
    told = labels.label(column, value, list(siblings))
    if NAMES[column] == "echo":
        times = {frame.values[traits.ECHO_TIME] for frame in members}
        if len(times) == 1 and (time := times.pop()) is not None:
            told += ", " + labels.label(traits.ECHO_TIME, time, ())
    return told


def _grouped(frames: Stack, key: Callable[[Frame], object]) -> dict[tuple[Value, ...], Stack]:
    groups: dict[tuple[Value, ...], Stack] = defaultdict(list)
    for frame in frames:
        groups[key(frame)].append(frame)  # type: ignore[index]
    return dict(groups)


def _sortable(value: object) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return 1, float(value), ""
    if value is None:
        return 0, 0.0, ""
    derived = 1.0 if isinstance(value, tuple) and "DERIVED" in value else 0.0
    return (3 if labels.is_kind(value) else 2), derived, str(value)


def _by_field(frames: Stack, places: Places, asides: Asides) -> list[Part]:
    """Fields of view side by side in one plane, which no time or echo makes one."""
    most = _most(frames, places)
    axis = _side_axis(frames, places, asides) if most > 1 else None
    if axis is None:
        return []
    ordered = sorted(frames, key=lambda frame: asides[id(frame)][axis])
    fields: list[Stack] = [[ordered[0]]]
    for before, frame in pairwise(ordered):
        if asides[id(frame)][axis] - asides[id(before)][axis] > FIELD_APART_MM:
            fields.append([])
        fields[-1].append(frame)
    if not 1 < len(fields) <= most:
        return []
    parts = []
    for number, field in enumerate(fields, 1):
        inner = _apart(field, places)
        parts += [part.under(f"field of view {number}", (len(NAMES) - 1, float(number))) for part in inner]
    return parts


def _side_axis(frames: Stack, places: Places, asides: Asides) -> int | None:
    """Along which axis (0 x, 1 y, 2 z) frames at one place lie apart, None where they do not."""
    corners: dict[int, list[tuple[float, ...]]] = defaultdict(list)
    for frame in frames:
        corners[places[id(frame)]].append(asides[id(frame)])
    spreads = [max(_spread(at, axis) for at in corners.values()) for axis in range(3)]
    widest = max(range(3), key=lambda axis: spreads[axis])
    return widest if spreads[widest] > FIELD_APART_MM else None


def _spread(corners: list[tuple[float, ...]], axis: int) -> float:
    values = [corner[axis] for corner in corners]
    return max(values) - min(values)


def _apart(frames: Stack, places: Places) -> list[Part]:
    """Split frames that share places by what differs among those at one place."""
    most = _most(frames, places)
    if most == 1:
        return [Part(frames)]
    static = tuple(column for column in MAYBE if len({frame.values[column] for frame in frames}) > 1)
    moving = tuple(column for column in range(len(TIMES)) if len({frame.times[column] for frame in frames}) > 1)
    return (
        _by_static(frames, places, static, most, 1)
        or _by_time(frames, places, moving, most)
        or _by_static(frames, places, static, most, 2)
        or _by_some(frames, places, static, moving, most)
        or _by_rank(frames, places, moving, most)
    )


def _most(frames: Stack, places: Places) -> int:
    """How many frames lie at the place that holds most of them."""
    return max(Counter(places[id(frame)] for frame in frames).values())


def _explains(parts: Iterable[Stack], places: Places, limit: int) -> bool:
    found = list(parts)
    return 1 < len(found) <= limit and all(_most(part, places) == 1 for part in found)


def _by_static(frames: Stack, places: Places, static: tuple[int, ...], most: int, size: int) -> list[Part]:
    """By `size` traits that together give as many parts as there are frames at one place."""
    for columns in combinations(static, size):
        groups = _grouped(frames, lambda frame, columns=columns: tuple(frame.values[c] for c in columns))  # type: ignore[misc]
        if len(groups) == most and _explains(groups.values(), places, most):
            return _part_by(frames, columns, lambda part: [Part(part)])
    return []


def _by_time(frames: Stack, places: Places, moving: tuple[int, ...], most: int) -> list[Part]:
    for column in moving:
        groups = _grouped(frames, lambda frame, column=column: (frame.times[column],))  # type: ignore[misc]
        if len(groups) == most and _explains(groups.values(), places, most):
            return _times(groups.values(), column, places)
    return []


def _times(groups: Iterable[Stack], column: int, places: Places) -> list[Part]:
    """Stacks in the order of one time trait; those at a single place become one stack in time."""
    ordered = sorted(groups, key=lambda part: _sortable(part[0].times[column]))
    if len({places[id(frame)] for part in ordered for frame in part}) == 1:
        return [_in_time([frame for part in ordered for frame in part], ())]
    count = len(ordered)
    return _since_first([_time_part(part, column, number, count) for number, part in enumerate(ordered)], column)


def _time_part(part: Stack, column: int, number: int, count: int) -> Part:
    first = min((time for frame in part if (time := frame.times[column]) is not None), default=None)
    told = f"{TIMES[column].name} {number + 1} of {count}"
    if column == traits.PERCENT and first is not None:
        told += f", {first:g} %"
    at_ms = first if column in (traits.TRIGGER, traits.REFERENCE, traits.OFFSET, traits.CLOCK) else None
    return Part(part, (told,), ((len(NAMES) + column, float(number)),), time=(number, count, at_ms))


def _since_first(parts: list[Part], column: int) -> list[Part]:
    """Times of day as milliseconds since the first of them."""
    known = [part.time[2] for part in parts if part.time is not None and part.time[2] is not None]
    if column != traits.CLOCK or len(known) < len(parts):
        return parts
    began = min(known)
    return [
        replace(part, time=(*part.time[:2], part.time[2] - began))
        if part.time is not None and part.time[2] is not None
        else part
        for part in parts
    ]


def _in_time(frames: Stack, notes: tuple[str, ...]) -> Part:
    return Part(frames, in_time=True, notes=notes)


def _by_some(frames: Stack, places: Places, static: tuple[int, ...], moving: tuple[int, ...], most: int) -> list[Part]:
    """By one trait that explains the places with more parts than they hold images, or that explains some of them."""
    for column in static:
        groups = _grouped(frames, lambda frame, column=column: (frame.values[column],))  # type: ignore[misc]
        if _explains(groups.values(), places, LARGEST_SHARE * most):
            return _part_by(frames, (column,), lambda part: [Part(part)])
    for column in moving:
        groups = _grouped(frames, lambda frame, column=column: (frame.times[column],))  # type: ignore[misc]
        if _explains(groups.values(), places, LARGEST_SHARE * most):
            return _times(groups.values(), column, places)
    for column in static:
        groups = _grouped(frames, lambda frame, column=column: (frame.values[column],))  # type: ignore[misc]
        if len(groups) <= most and all(_most(part, places) < most for part in groups.values()):
            return _part_by(frames, (column,), lambda part: _apart(part, places))
    return []


def _by_rank(frames: Stack, places: Places, moving: tuple[int, ...], most: int) -> list[Part]:
    """By the turn at each place: in time where a time tells the frames there apart, else as the series counts them."""
    column = next((c for c in moving if _tells_apart(frames, places, c)), None)
    turns: dict[int, Stack] = defaultdict(list)
    seen: Counter[int] = Counter()
    for frame in sorted(frames, key=lambda f: _turn(f, column)):
        place = places[id(frame)]
        turns[seen[place]].append(frame)
        seen[place] += 1
    shared = sum(1 for count in seen.values() if count > 1)
    if column is not None and shared * 2 >= len(seen):
        return _times(turns.values(), column, places) if len(seen) == 1 else _ranked(turns, column)
    if len(seen) == 1:
        note = f"Its {most} images lie at one place, in the order of their numbers, which alone tell them apart."
        return [_in_time([frame for part in turns.values() for frame in part], (note,))]
    note = (
        f"At {shared} of {len(seen)} places lie up to {most} images that nothing in the files tells apart: "
        "the second and further ones are stacks of their own."
    )
    return [
        Part(part, (f"repeat {number + 1}",), ((len(NAMES) + len(TIMES), float(number)),), notes=(note,))
        for number, part in turns.items()
    ]


def _ranked(turns: Mapping[int, Stack], column: int) -> list[Part]:
    return _since_first([_time_part(part, column, n, len(turns)) for n, part in turns.items()], column)


def _tells_apart(frames: Stack, places: Places, column: int) -> bool:
    seen: dict[int, set[float]] = defaultdict(set)
    for frame in frames:
        time, known = frame.times[column], seen[places[id(frame)]]
        if time is None or time in known:
            return False
        known.add(time)
    return True


def _turn(frame: Frame, column: int | None) -> tuple[float, int, str, int]:
    time = frame.times[column] if column is not None else None
    return time or 0.0, frame.instance.instance_number, frame.source, frame.turn
