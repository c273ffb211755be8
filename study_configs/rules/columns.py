"""Columns of the manifest hold what their use in the protocol needs.

What belongs here: priorities, arrivals, cases and paths named in columns. What does not: names of columns (names),
thresholds by case (layers), split-plot sets (design).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path as Folder
from typing import get_args

from study_configs.cases import inside
from study_configs.problems import listed
from study_configs.rules.checked import Checked
from study_configs.worklist import Priority
from study_configs.yaml12 import Path


def check(checked: Checked) -> None:
    """Every column that the protocol reads."""
    worklist, station = checked.protocol.worklist, checked.protocol.station
    if worklist is not None and isinstance(worklist.priority, str):
        known = ("", *get_args(Priority))
        expected = "routine, urgent or stat; routine where nothing stands"
        _holds(checked, worklist.priority, ("worklist", "priority"), lambda text: text.lower() in known, expected)
    if worklist is not None and worklist.arrivals.column is not None:
        path: Path = ("worklist", "arrivals", "column")
        _holds(checked, worklist.arrivals.column, path, _is_seconds, "seconds from the first case, 0 or more")
    for key, column in (("repeat", station.repeat), ("previous", station.previous)):
        if column is not None and checked.folder is not None:
            expected = "the path of an acquisition within the study folder, or nothing"
            _holds(checked, column, ("station", key), partial(_is_there, checked.folder), expected)
    for name in checked.protocol.design.cases.min_distance:
        _differs(checked, name, ("design", "cases", "min_distance", name))


def _is_there(folder: Folder, relative: str) -> bool:
    if not relative:
        return True
    path = inside(folder, relative)
    return path is not None and path.exists()


def _is_seconds(text: str) -> bool:
    try:
        number = float(text)
    except ValueError:
        return False
    return math.isfinite(number) and number >= 0


def _holds(checked: Checked, column: str, path: Path, is_right: Callable[[str], bool], expected: str) -> None:
    wrong = [case for case in checked.read if not is_right(case.attributes.get(column, ""))]
    if wrong:
        first = wrong[0].attributes.get(column, "") or "nothing"
        what = f"The column {column} has {first} for {listed([case.id for case in wrong])}."
        checked.report.add("RL530", path, what, expected=expected)


def _differs(checked: Checked, column: str, path: Path) -> None:
    """Cases that are all alike can keep no distance from one another."""
    values = {case.attributes.get(column, "") for case in checked.read}
    if len(values) == 1 and len(checked.read) > 1 and column in checked.attributes:
        what = f"All cases are alike in {column}, so none can keep a distance."
        checked.report.add("RL524", path, what, expected="a column with several values")
