"""The plan of a study as rows: who reads what, when, how, and with which planted errors. For coordinators only.

What belongs here: the rows, as CSV and JSON. What does not: the plan in words (plan_text), its balance (plan_balance),
its picture (plan_picture).
"""

from __future__ import annotations

import csv
import gc
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

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


def plan_table(study: Study, readers: int | Sequence[str] | None = None) -> list[PlanRow]:
    """Reader × position: case, condition, planted errors. As plan_orders."""
    with _no_search_for_garbage():
        rows: list[PlanRow] = []
        for name, slot, stratum in planned_places(study, readers):
            rows += _rows(name, drawn_order(study, slot, stratum))
        return rows


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """A million rows would be looked through again and again while they are made, and none of them is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


_NOTHING_SAID = tuple(itertools.repeat(value) for value in ("", "", False, False, ""))


def _rows(reader: str, drawn: Drawn) -> list[PlanRow]:
    stratum = stratum_in_words(dict(drawn.place.stratum))
    rows: list[PlanRow] = []
    for start, arranged in drawn.starts:
        columns = _columns(reader, drawn, stratum, start, arranged)
        rows += map(tuple.__new__, itertools.repeat(PlanRow), columns)  # as PlanRow._make, in half the time
    for at, errors in drawn.planted.items():
        rows[at] = rows[at]._replace(planted=" ".join(error.id.split("/")[0] for error in errors))
    return rows


def _columns(reader: str, drawn: Drawn, stratum: str, start: int, arranged: Arranged) -> Iterator[Any]:
    """The rows of a block, their columns put side by side: a plan may have a million of them."""
    block, same = arranged.block, itertools.repeat
    place = (same(reader), range(start + 1, start + 1 + len(arranged.cases)), same(block.sitting), same(block.number))
    what = (arranged.cases, same(block.condition), same(block.practice), same(""))
    group = (same(drawn.place.arm), same(stratum))
    if not has_details(drawn.place, arranged):
        return zip(*place, *what, *group, *_NOTHING_SAID)  # noqa: B905 - some go on for ever
    details = details_of(drawn.place, arranged, lists=False)
    said = (
        [each.get("part", "") for each in details],
        same(block.probe),
        [each.get("repeat", False) for each in details],
        [each.get("no_reveal", False) for each in details],
        [_thresholds_in_words(each.get("thresholds", {})) for each in details],
    )
    return zip(*place, *what, *group, *said)  # noqa: B905 - some go on for ever


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
