"""The two tables beside a study file: the manifest of cases, and the sealed reference.

What belongs here: reading CSV with line-numbered errors. What does not: opening an image (viewers.dicom).
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import stat
from collections.abc import Iterator, Mapping, Set
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from study_configs.problems import Problem, closest

MAX_TABLE_BYTES = 16 * 1024 * 1024
_LONGEST_NAME = 200
MANIFEST_COLUMNS = ("case", "path", "history")
REFERENCE_COLUMNS = ("case", "positive", "lesion", "x_mm", "y_mm", "z_mm", "diameter_mm", "label")
_CASE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_-][\w.-]*(/[A-Za-z0-9_-][\w.-]*)*")
_YES, _NO = frozenset({"yes", "true", "1", "positive"}), frozenset({"no", "false", "0", "negative"})

Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Case:
    """What a reader judges. `path` is a resolved folder or file; `attributes` are the manifest's other columns."""

    id: str
    path: Path
    history: str = ""
    practice: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lesion:
    """One lesion of the reference. `position_mm` is LPS; None where the images have no patient geometry."""

    id: str
    position_mm: Point | None
    diameter_mm: float | None
    label: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a case."""

    case_id: str
    positive: bool
    lesions: tuple[Lesion, ...]


class SealedTruth:
    """The reference, kept from view: its repr shows nothing. Only feedback, analysis and planning unseal it."""

    __slots__ = ("__truths",)

    def __init__(self, truths: Mapping[str, Truth]) -> None:
        self.__truths = MappingProxyType(dict(truths))

    def unseal(self) -> Mapping[str, Truth]:
        """Truth by case id; cases without a reference are absent."""
        return self.__truths

    def to_json(self) -> str:
        """The whole reference as JSON, for the store to freeze beside the protocol."""
        return json.dumps([asdict(truth) for truth in self.__truths.values()], sort_keys=True)

    @staticmethod
    def from_json(text: str) -> SealedTruth:
        """The reference that `to_json` wrote."""
        return SealedTruth({entry["case_id"]: _truth_from(entry) for entry in json.loads(text)})

    def __repr__(self) -> str:
        return "SealedTruth(…)"


def _truth_from(entry: Mapping[str, Any]) -> Truth:
    lesions = tuple(
        Lesion(**{**lesion, "position_mm": lesion["position_mm"] and tuple(lesion["position_mm"])})
        for lesion in entry["lesions"]
    )
    return Truth(entry["case_id"], entry["positive"], lesions)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its line number from 1, and its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Table:
    """Reads one CSV (commas or semicolons, UTF-8) and collects what is wrong with it."""

    path: Path
    file: str
    problems: list[Problem] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)  # cases whose row is at fault

    def refuse(
        self, code: str, line: int, what: str, *, key: str = "", expected: str = "", suggestion: str = ""
    ) -> None:
        problem = Problem(code, self.file, line, 0, key, what, expected, suggestion=suggestion)
        self.problems.append(problem)

    def rows(self, required: tuple[str, ...], optional: tuple[str, ...] | None) -> list[Row]:
        """All rows that are not empty. `optional` None allows any further column."""
        text = self._text()
        if text is None:
            return []
        first = text.splitlines()[0] if text.strip() else ""
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)
        try:
            lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
        except csv.Error as error:
            expected = "a table as a spreadsheet saves it, with every quote closed"
            self.refuse("RL411", reader.line_num, f"This is not CSV: {error}.", expected=expected)
            return []
        header = lines[0][1] if lines else []
        if not self._header_fits(header, required, optional):
            return []
        return list(self._rows(header, lines[1:]))

    def _text(self) -> str | None:
        try:
            size = self.path.stat().st_size
            if size <= MAX_TABLE_BYTES:
                return self.path.read_text("utf-8-sig")
            what = f"The table has {size:,} bytes; at most {MAX_TABLE_BYTES:,} are read."
            self.refuse("RL411", 0, what, expected="a table of cases alone")
        except FileNotFoundError:
            self.refuse("RL401", 0, "This file is missing.", expected="a CSV table in the study folder")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            what = "This table has a letter that is not UTF-8."
            self.refuse("RL411", line, what, expected='a table saved as "CSV UTF-8" by your spreadsheet')
        except OSError as error:
            self.refuse("RL411", 0, f"This table cannot be read: {error.strerror}.", expected="a CSV table in UTF-8")
        return None

    def _header_fits(self, header: list[str], required: tuple[str, ...], optional: tuple[str, ...] | None) -> bool:
        missing = [name for name in required if name not in header]
        for name in missing:
            self.refuse(
                "RL403",
                1,
                f"The column {name} is missing.",
                expected=",".join((*required, *(optional or ()))),
                suggestion=closest(name, header),
            )
        repeated = sorted({name for name in header if header.count(name) > 1})
        for name in repeated:
            self.refuse("RL403", 1, f"The column {name!r} stands here twice.", expected="each column once")
        unknown = [name for name in header if optional is not None and name not in (*required, *optional)]
        for name in unknown:
            known = (*required, *(optional or ()))
            expected = f"some of {', '.join(known)}"
            self.refuse(
                "RL403", 1, f"The column {name!r} is unknown.", expected=expected, suggestion=closest(name, known)
            )
        return not (missing or repeated or unknown)

    def _rows(self, header: list[str], lines: list[tuple[int, list[str]]]) -> Iterator[Row]:
        for line, cells in lines:
            if not any(cells):
                continue
            if len(cells) > len(header):
                what = f"This row has {len(cells)} cells, and the table {len(header)} columns."
                self.refuse("RL405", line, what, expected='text with a comma in quotes: "Cough, fever"')
                self.left_out.update(cells[:1])
            else:
                padded = cells + [""] * (len(header) - len(cells))
                yield Row(line, dict(zip(header, padded, strict=True)))


def case_values(case: Case) -> dict[str, str]:
    """What comparisons may know of a case: `case.NAME` for each attribute."""
    return {f"case.{name}": value for name, value in case.attributes.items()}


def inside(folder: Path, relative: str) -> Path | None:
    """The resolved path of something in the study folder; None if it leaves the folder, also through a link."""
    if "\x00" in relative or any(len(part) > _LONGEST_NAME for part in Path(relative).parts):
        return None
    try:
        path = (folder / relative).resolve()
    except (OSError, RuntimeError):  # a loop of links leads nowhere
        return None
    return path if path.is_relative_to(folder.resolve()) else None


class Within:
    """Finds many paths of one study folder: the folders that they share are resolved once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parents: dict[str, str | None] = {}

    def find(self, relative: str) -> tuple[Path | None, bool]:
        """As `inside`, and whether something is there."""
        if not _PLAIN_PATH.fullmatch(relative) or ".." in relative:
            return self._slowly(relative)
        parent, _, name = relative.rpartition("/")
        if parent not in self._parents:
            resolved = inside(self._folder, parent)
            self._parents[parent] = None if resolved is None else str(resolved)
        root = self._parents[parent]
        try:
            path = None if root is None else f"{root}{os.sep}{name}"
            is_link = path is None or stat.S_ISLNK(os.lstat(path).st_mode)
        except OSError:
            is_link = True
        return self._slowly(relative) if path is None or is_link else (Path(path), True)

    def _slowly(self, relative: str) -> tuple[Path | None, bool]:
        path = inside(self._folder, relative)
        return path, path is not None and path.exists()


def read_manifest(table: Table, folder: Path) -> tuple[Case, ...]:
    """The cases in the order of the table, none marked as practice yet. Faulty rows are reported and left out."""
    cases: dict[str, Case] = {}
    rows = table.rows(("case", "path"), None)
    within = Within(folder)
    if rows:
        _check_attributes(table, rows[0])
    for row in rows:
        case = _case(row, table, within)
        if case is None:
            table.left_out.add(row.cells["case"])
        if case is not None and case.id in cases:
            what = f"The case {case.id} stands here a second time."
            table.refuse("RL404", row.line, what, key="case", expected="a name of its own for each case")
        elif case is not None:
            cases[case.id] = case
    if not rows and not table.problems:
        table.refuse("RL408", 1, "This table has no cases.", expected="one row for each case")
    return tuple(cases.values())


def _check_attributes(table: Table, row: Row) -> None:
    for name in row.cells:
        if name == "truth" or not _ATTRIBUTE.fullmatch(name):
            expected = "a name (letters, digits, _ and -) other than truth, which stands for the reference"
            table.refuse("RL403", 1, f"{name!r} cannot be the name of a column.", expected=expected)


def _case(row: Row, table: Table, within: Within) -> Case | None:
    name, relative = row.cells["case"], row.cells["path"]
    if not _CASE_NAME.fullmatch(name):
        table.refuse(
            "RL405",
            row.line,
            f"{name!r} cannot be the name of a case.",
            key="case",
            expected="letters, digits, . _ and -",
        )
        return None
    path, is_there = within.find(relative)
    if path is None or not relative:
        what = f"The path {relative!r} is not inside the study folder."
        table.refuse("RL402", row.line, what, key="path", expected="a folder or file within the study folder")
        return None
    if not is_there:
        table.refuse(
            "RL407",
            row.line,
            f"There is nothing at {relative}.",
            key="path",
            expected="a folder or file of DICOM images" + ("; folders are parted by /" if "\\" in relative else ""),
        )
    attributes = {key: value for key, value in row.cells.items() if key not in MANIFEST_COLUMNS}
    return Case(name, path, row.cells.get("history", ""), attributes=attributes)


def read_reference(table: Table, case_ids: frozenset[str], left_out: Set[str] = frozenset()) -> dict[str, Truth]:
    """Truth by case. One row for each lesion, or one row with an empty lesion."""
    truths: dict[str, Truth] = {}
    for row in table.rows(REFERENCE_COLUMNS[:2], REFERENCE_COLUMNS[2:]):
        name = row.cells["case"]
        if name in left_out:
            continue
        if name not in case_ids:
            what = f"The case {name!r} is not in the manifest."
            expected = "a case of the manifest"
            table.refuse("RL406", row.line, what, key="case", expected=expected, suggestion=closest(name, case_ids))
            continue
        truth = _truth(row, table)
        if truth is not None:
            _join(truths, truth, row, table)
    return truths


def _truth(row: Row, table: Table) -> Truth | None:
    said = row.cells["positive"].lower()
    if said not in _YES | _NO:
        table.refuse("RL405", row.line, f"{said!r} says neither yes nor no.", key="positive", expected="yes or no")
        return None
    lesion = _lesion(row, table) if row.cells.get("lesion") else None
    if lesion is not None and said in _NO:
        what = "A negative case has no lesion."
        table.refuse("RL413", row.line, what, key="lesion", expected="positive: yes, or an empty lesion")
    return Truth(row.cells["case"], said in _YES, (lesion,) if lesion else ())


def _lesion(row: Row, table: Table) -> Lesion:
    x, y, z = (_number(row, axis, table) for axis in ("x_mm", "y_mm", "z_mm"))
    position = (x, y, z) if x is not None and y is not None and z is not None else None
    given = [bool(row.cells.get(axis)) for axis in ("x_mm", "y_mm", "z_mm")]
    if any(given) and not all(given):
        expected = "three numbers, or none"
        table.refuse("RL405", row.line, "A position needs x_mm, y_mm and z_mm.", key="x_mm", expected=expected)
    diameter = _number(row, "diameter_mm", table)
    if diameter is not None and diameter <= 0:
        what = f"A diameter of {diameter:g} mm is none."
        table.refuse("RL405", row.line, what, key="diameter_mm", expected="a number above 0, in mm")
    return Lesion(row.cells["lesion"], position, diameter, row.cells.get("label", ""))


def _number(row: Row, column: str, table: Table) -> float | None:
    text = row.cells.get(column, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    table.refuse(
        "RL405",
        row.line,
        f"{text!r} is not a number.",
        key=column,
        expected="a number with a decimal point, such as -12.5",
    )
    return None


def _join(truths: dict[str, Truth], truth: Truth, row: Row, table: Table) -> None:
    known = truths.get(truth.case_id)
    if known is None:
        truths[truth.case_id] = truth
    elif known.positive != truth.positive:
        table.refuse(
            "RL413",
            row.line,
            f"The case {truth.case_id} is positive in one row and negative in another.",
            key="positive",
            expected="the same in every row of a case",
        )
    elif not known.lesions or not truth.lesions:
        what = f"The case {truth.case_id} has a second row, and one without a lesion."
        table.refuse("RL413", row.line, what, key="lesion", expected="one row for each lesion")
    elif truth.lesions[0].id in {lesion.id for lesion in known.lesions}:
        what = f"The lesion {truth.lesions[0].id} stands here a second time."
        table.refuse("RL413", row.line, what, key="lesion", expected="a name of its own for each lesion of a case")
    else:
        truths[truth.case_id] = Truth(known.case_id, known.positive, (*known.lesions, *truth.lesions))
