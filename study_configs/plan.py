"""The plan of a study as rows: who reads what, when, how, and with which planted errors. For coordinators only.

What belongs here: the rows, as CSV and JSON. What does not: the plan in words (plan_text), its balance (plan_balance),
its picture (plan_picture).
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

from study_configs.ordering.assignment import stratum_in_words
from study_configs.ordering.details import details_of, has_details
from study_configs.ordering.sequence import Arranged
from study_configs.reading_order import Drawn, ReadingOrder, drawn_order, reading_order
from study_configs.study import Study

DEFAULT_READERS = 6


class PlanRow(NamedTuple):
    """One trial of the plan. `position` counts from 1 for each reader; `planted` names the errors, apart by spaces.

    `thresholds` are those that differ from the layers' own, as `layer=0.5` apart by spaces.
    """

    reader: str
    position: int
    sitting: int
    block: int
    case: str
    condition: str
    practice: bool
    planted: str
    arm: str = ""
    stratum: str = ""
    part: str = ""
    probe: str = ""
    repeat: bool = False
    no_reveal: bool = False
    thresholds: str = ""


def planned_places(study: Study, readers: int | Sequence[str] | None = None) -> list[tuple[str, int, dict[str, str]]]:
    """(name, slot, stratum) of the readers that a plan shows.

    `readers` is their number, or their names; without, the number that the design plans for, or six. Where the design
    says which values its strata have, the readers are spread over the combinations in turn.
    """
    if readers is None:
        readers = study.protocol.design.readers.planned or DEFAULT_READERS
    names = [f"reader-{at + 1:02d}" for at in range(readers)] if isinstance(readers, int) else readers
    strata = study.protocol.design.readers.strata
    combined = [dict(zip(strata, values, strict=True)) for values in itertools.product(*strata.values())] or [{}]
    return [(name, at // len(combined), combined[at % len(combined)]) for at, name in enumerate(names)]


def plan_orders(study: Study, readers: int | Sequence[str] | None = None) -> list[ReadingOrder]:
    """The orders of the readers of `planned_places`. Raises StudyProblem if there is no order."""
    return [reading_order(study, name, slot, stratum) for name, slot, stratum in planned_places(study, readers)]


class PlanTable(Sequence[PlanRow]):
    """The rows of a plan in columns, block by block: a plan may have a million rows, made only when looked at."""

    def __init__(self, blocks: Sequence[tuple[int, Columns]]) -> None:
        """`blocks` are (how many rows, their columns)."""
        self._blocks = blocks
        self._ends = list(itertools.accumulate(count for count, _ in blocks))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[PlanRow]:
        for count, columns in self._blocks:
            cells = [itertools.repeat(each.value, count) if isinstance(each, _Same) else each for each in columns]
            yield from map(tuple.__new__, itertools.repeat(PlanRow), zip(*cells, strict=True))

    @overload
    def __getitem__(self, at: int) -> PlanRow: ...
    @overload
    def __getitem__(self, at: slice) -> list[PlanRow]: ...
    def __getitem__(self, at: int | slice) -> PlanRow | list[PlanRow]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        index = range(len(self))[at]
        block = bisect_right(self._ends, index)
        count, columns = self._blocks[block]
        within = index - self._ends[block] + count
        return PlanRow._make(each.value if isinstance(each, _Same) else each[within] for each in columns)


@dataclass(frozen=True, slots=True)
class _Same:
    """A column with one value in all rows of a block."""

    value: str | int


Columns = Sequence[Sequence[Any] | _Same]  # in the order of the fields of PlanRow


def plan_table(study: Study, readers: int | Sequence[str] | None = None) -> PlanTable:
    """Reader × position: case, condition, planted errors. As plan_orders."""
    blocks: list[tuple[int, Columns]] = []
    for name, slot, stratum in planned_places(study, readers):
        drawn = drawn_order(study, slot, stratum)
        said = stratum_in_words(dict(drawn.place.stratum))
        blocks += [(len(each.cases), _columns(name, drawn, said, start, each)) for start, each in drawn.starts]
    return PlanTable(blocks)


_NOTHING_SAID: Columns = tuple(_Same(value) for value in ("", "", False, False, ""))


def _columns(reader: str, drawn: Drawn, stratum: str, start: int, arranged: Arranged) -> Columns:
    """The rows of a block, their columns put side by side."""
    block, end = arranged.block, start + len(arranged.cases)
    place = (_Same(reader), range(start + 1, end + 1), _Same(block.sitting), _Same(block.number))
    planted = _planted_column(drawn, start, end)
    what = (arranged.cases, _Same(block.condition), _Same(block.practice), planted)
    group = (_Same(drawn.place.arm), _Same(stratum))
    if not has_details(drawn.place, arranged):
        return (*place, *what, *group, *_NOTHING_SAID)
    details = details_of(drawn.place, arranged, lists=False)
    said = (
        [each.get("part", "") for each in details],
        _Same(block.probe),
        [each.get("repeat", False) for each in details],
        [each.get("no_reveal", False) for each in details],
        [_thresholds_in_words(each.get("thresholds", {})) for each in details],
    )
    return (*place, *what, *group, *said)


def _planted_column(drawn: Drawn, start: int, end: int) -> Sequence[str]:
    """The names of the planted errors in the trials from `start` up to `end`."""
    names = [""] * (end - start)
    for at, errors in drawn.planted.items():
        if start <= at < end:
            names[at - start] = " ".join(error.id.split("/")[0] for error in errors)
    return names


def _thresholds_in_words(thresholds: Mapping[str, float]) -> str:
    return " ".join(f"{layer}={threshold:g}" for layer, threshold in thresholds.items())


def plan_csv(rows: Sequence[PlanRow]) -> str:
    """The plan as CSV with a header line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(PlanRow._fields)
    writer.writerows(_cells(row) for row in rows)
    return out.getvalue()


def _cells(row: PlanRow) -> Iterable[str | int]:
    return ("yes" if value is True else "" if value is False else value for value in row)


def plan_json(rows: Sequence[PlanRow]) -> str:
    """The plan as a JSON list with an object for each trial."""
    return json.dumps([row._asdict() for row in rows], indent=2, ensure_ascii=False)
