"""The plan in words, for people at a terminal.

What belongs here: readers, sittings with their days, blocks, cases, minutes. What does not: counting (plan_balance).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from study_configs.plan import PlanRow
from study_configs.study import Study

_COLUMNS = 80
_MOST_CASES = 120  # of one block; more are told by their number
_TOLD = 40


def plan_text(study: Study, rows: Sequence[PlanRow], case_s: float | None = None, start: date | None = None) -> str:
    """The plan for people, in at most 80 columns: for each reader a line for each block, with the cases in order.

    `case_s` is how many seconds a case is taken to last; without, the protocol's reading.expected_s. `start` is the day
    of the first sitting; without, days are counted.
    """
    case_s = study.protocol.reading.expected_s if case_s is None else case_s
    parts = [_reader_text(study, list(group), case_s, start) for _, group in groupby(rows, lambda row: row.reader)]
    return "\n\n".join([_legend(rows), *parts, _minutes_note(case_s)])


def _legend(rows: Sequence[PlanRow]) -> str:
    marks = ["[errors planted on purpose]"] if any(row.planted for row in rows) else []
    marks += ["(again): read before in this block"] if any(row.repeat for row in rows) else []
    marks += ["(AI stays hidden)"] if any(row.no_reveal for row in rows) else []
    said = f"; {', '.join(marks)}" if marks else ""
    return "\n".join(textwrap.wrap(f"Trials (one case, read once) in order{said}.", _COLUMNS))


def _reader_text(study: Study, rows: Sequence[PlanRow], case_s: float, start: date | None) -> str:
    days = sitting_days(study, rows)
    minutes = f"about {round(_seconds(study, rows, case_s) / 60) or 1} min"
    about = ", ".join(part for part in (rows[0].arm, rows[0].stratum) if part)
    who = f"{rows[0].reader} ({about})" if about else rows[0].reader
    lines = [f"{who}: {_counted(len(rows), 'trial')}, {_counted(len(days), 'sitting')}, {minutes}"]
    width = max(len(name) for name in study.protocol.conditions)
    for sitting, of_sitting in groupby(rows, lambda row: row.sitting):
        here = list(of_sitting)
        if len(days) > 1:
            took = round(_seconds(study, here, case_s) / 60) or 1
            lines.append(f"  sitting {sitting}, {_when(days[sitting], start)}, about {took} min")
        for (block, condition), group in groupby(here, lambda row: (row.block, row.condition)):
            lines.append(_block_text(block, f"{condition:<{width}}", list(group), len(days) > 1))
    return "\n".join(lines)


def _when(day: int, start: date | None) -> str:
    earliest = "" if day == 1 else " or later"
    return f"day {day}{earliest}" if start is None else f"{start + timedelta(days=day - 1):%d %B %Y}{earliest}"


def _block_text(block: int, condition: str, rows: Sequence[PlanRow], indented: bool) -> str:
    place = "practice" if rows[0].practice else f"block {block}"
    probe = f"probe {rows[0].probe}: " if rows[0].probe else ""
    start = f"  {'  ' if indented else ''}{place:<8}  {condition}  "
    told = rows if len(rows) <= _MOST_CASES else rows[:_TOLD]
    parts = [
        (f"{part}: " if part else "") + ", ".join(_case_text(row) for row in group)
        for part, group in groupby(told, lambda row: row.part)
    ]
    more = f" … and {len(rows) - len(told):,} more" if len(told) < len(rows) else ""
    return _wrapped(start, probe + "; ".join(parts) + more)


def _case_text(row: PlanRow) -> str:
    marks = [f"[{row.planted}]"] if row.planted else []
    marks += ["(again)"] if row.repeat else []
    marks += ["(AI stays hidden)"] if row.no_reveal else []
    return " ".join([row.case, *marks]).replace(" ", "\N{NO-BREAK SPACE}")


def _wrapped(start: str, text: str) -> str:
    lines = textwrap.wrap(text, max(24, _COLUMNS - len(start)), break_long_words=False, break_on_hyphens=False)
    return start + ("\n" + " " * len(start)).join(lines).replace("\N{NO-BREAK SPACE}", " ")


def sitting_days(study: Study, rows: Iterable[PlanRow]) -> dict[int, int]:
    """The first day, from 1, on which the washout allows each sitting of one reader."""
    sittings: dict[int, list[PlanRow]] = {}
    for row in rows:
        sittings.setdefault(row.sitting, []).append(row)
    days: dict[int, int] = {}
    for sitting, here in sittings.items():
        washout = study.protocol.meeting_of(here[0].arm).washout_days
        held = [days[before] + washout for before in days if hold_back(sittings[before], here)]
        days[sitting] = max([1, *days.values(), *held])
    return days


def hold_back(before: Sequence[PlanRow], after: Sequence[PlanRow]) -> bool:
    """Whether a washout lies between two sittings: both are sessions, or they share a case; practice does not count."""
    sessions = not before[0].probe and not after[0].probe
    return sessions or bool({row.case for row in before if not row.practice} & {row.case for row in after})


def _seconds(study: Study, rows: Iterable[PlanRow], case_s: float) -> float:
    """How long these trials take where each takes `case_s`, within the limits that its phases set."""
    lasts = {name: _case_seconds(study, name, case_s) for name in study.protocol.conditions}
    return sum(lasts[row.condition] for row in rows)


def _case_seconds(study: Study, condition: str, case_s: float) -> float:
    phases = study.protocol.conditions[condition].phases
    least = sum(phase.at_least_s for phase in phases)
    limits = [phase.at_most_s for phase in phases if phase.at_most_s is not None]
    most = sum(limits) if len(limits) == len(phases) else case_s
    return max(least, min(case_s, most))


def _minutes_note(case_s: float) -> str:
    note = f"Minutes: {case_s:g} s for each case, within the limits of its phases; without pages and pauses."
    return "\n".join(textwrap.wrap(note, _COLUMNS))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def conditions_in_words(study: Study) -> Mapping[str, str]:
    """The conditions in use, with their titles for people."""
    conditions = study.protocol.conditions
    return {name: conditions[name].title or name for name in study.protocol.conditions_in_use}
