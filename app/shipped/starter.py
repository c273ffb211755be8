"""Computer-made cases for a starter, so that a new study can be tried out before its own cases are there.

What belongs here: which phantoms stand for which subject. What does not: the protocol (study_configs.starters), the
phantoms themselves (chest, mammography).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from app.shipped.case_set import MadeCase, Progress, write_tables
from study_configs.starters.pieces import Subject

MOST = 90


def _films(folder: Path) -> Iterator[MadeCase]:
    from app.shipped.chest import bernstein

    return bernstein(folder, short=False)


def _mammograms(folder: Path) -> Iterator[MadeCase]:
    from app.shipped.mammography import gommers

    return gommers(folder, short=False)


_MAKERS: Mapping[Subject, tuple[Callable[[Path], Iterator[MadeCase]], str]] = {
    "nodule": (_films, "nodules"),
    "other": (_films, "nodules"),
    "breast": (_mammograms, "cancer"),
}


def write_phantoms(subject: Subject, ai_name: str, folder: Path, count: int, step: Progress) -> None:
    """Images, AI results under ai/NAME, cases.csv and reference.csv for `count` cases (at most 90)."""
    maker, made_for = _MAKERS[subject]
    cases = []
    for case in islice(maker(folder), count):
        cases.append(case)
        step(len(cases), count, case.id)
    write_tables(folder, cases)
    if made_for != ai_name:
        _rename(folder / "ai" / made_for, ai_name)


def _rename(results: Path, ai_name: str) -> None:
    """The results as those of another AI of the protocol."""
    for file in results.glob("*.json"):
        told = {**json.loads(file.read_bytes()), "ai": ai_name}
        file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    results.rename(results.with_name(ai_name))
