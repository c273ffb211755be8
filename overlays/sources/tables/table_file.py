"""CSV files read with suspicion: columns by name, numbers checked one by one, errors with line and column.

What belongs here: text to checked rows. What does not: what the rows mean (tables).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from overlays.faults import Fault, Reason, fault_of
from overlays.sources.bounds import MOST_FINDINGS
from overlays.sources.refusals import NotAResult
from study_configs.problem import StudyProblem

LARGEST_TABLE = 32 << 20
LONGEST_TEXT = 2000
LARGEST_NUMBER = 1e7
COLUMNS = (
    "patient", "exam_uid", "series_uid", "frame_of_reference_uid", "sop_uid", "frame", "id", "label", "score",
    "category", "side", "site", "x", "y", "width", "height", "image_width",
    "image_height", "x_mm", "y_mm", "z_mm", "width_mm", "height_mm",
    "depth_mm", "diameter_mm",
)  # fmt: skip
OTHER_NAMES = {  # as other tools write them, LUNA16's among them; in small letters
    "patient_id": "patient",
    "patientid": "patient",
    "study_uid": "exam_uid",
    "study_instance_uid": "exam_uid",
    "studyinstanceuid": "exam_uid",
    "seriesuid": "series_uid",
    "series_instance_uid": "series_uid",
    "seriesinstanceuid": "series_uid",
    "sopuid": "sop_uid",
    "sop_instance_uid": "sop_uid",
    "sopinstanceuid": "sop_uid",
    "frameofreferenceuid": "frame_of_reference_uid",
    "coordx": "x_mm",
    "coordy": "y_mm",
    "coordz": "z_mm",
    "probability": "score",
    "confidence": "score",
    "class": "label",
    "laterality": "side",
}
TYING = ("sop_uid", "series_uid", "exam_uid", "frame_of_reference_uid")
SAYING = ("score", "category", "x", "x_mm")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
TODO = "docs/ai_results.md lists the columns."


@dataclass(frozen=True, slots=True)
class Row:
    """One row by the names of its columns, stripped of blanks."""

    path: Path
    line: int
    cells: dict[str, str]
    given: dict[str, str]  # what the file itself calls a column

    def problem(self, what: str, column: str, todo: str = TODO) -> StudyProblem:
        where = f"{self.path}:{self.line}"
        said = f"Column {self.given.get(column, column)}: {what}."
        return StudyProblem(Reason(said, fault_of(what)), where=where, todo=todo)

    def has(self, *columns: str) -> bool:
        return any(self.cells.get(column) for column in columns)

    def text(self, column: str) -> str:
        found = self.cells.get(column, "")
        if len(found) > LONGEST_TEXT:
            raise self.problem(f"the text is longer than {LONGEST_TEXT} characters", column)
        return found

    def uid(self, column: str) -> str:
        found = self.cells.get(column, "")
        if not re.fullmatch(r"[0-9.]{0,64}", found):
            raise self.problem(f"{found[:70]!r} is no DICOM UID", column)
        return found

    def number(self, column: str) -> float | None:
        """A finite number, None where the cell is empty."""
        found = self.cells.get(column, "")
        if not found:
            return None
        if re.fullmatch(r"[-+]?\d+,\d+", found):
            raise self.problem(f"{found} has a decimal comma; numbers need a point", column)
        if not NUMBER.fullmatch(found) or abs(float(found)) > LARGEST_NUMBER:
            raise self.problem(Reason(f"{found[:40]!r} is no usable number", Fault.NUMBER), column)
        return float(found)

    def needed(self, column: str) -> float:
        found = self.number(column)
        if found is None:
            raise self.problem("it is empty, but the place needs it", column)
        return found

    def length(self, column: str) -> float:
        found = self.needed(column)
        if found <= 0:
            raise self.problem(f"{found:g} is no length", column)
        return found

    def score(self) -> float | None:
        found = self.number("score")
        if found is not None and not 0 <= found <= 1:
            said = Reason(f"{found:g} is not between 0 and 1", Fault.NUMBER)
            raise self.problem(said, "score", "Divide percentages by 100.")
        return found

    def frame(self) -> int | None:
        """Counted from 0."""
        found = self.number("frame")
        if found is not None and (found < 0 or found != int(found)):
            raise self.problem(f"{found:g} is no number of a frame; they count from 0", "frame")
        return None if found is None else int(found)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and remarks about what was not read."""

    rows: tuple[Row, ...]
    remarks: tuple[str, ...]


def load(path: Path) -> Table:
    """The rows of a table. Raises StudyProblem (NotAResult where its columns are those of something else)."""
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = next(reader, [])
        columns, remarks = _columns(path, [each.strip() for each in header])
        given = dict(zip(columns, header, strict=True))
        found = [_row(path, reader.line_num, cells, columns, given) for cells in reader]
    except csv.Error as error:
        raise StudyProblem(f"The table is damaged: {error}.", where=f"{path}:{reader.line_num}", todo=TODO) from error
    rows = tuple(row for row in found if row is not None)
    if len(rows) > MOST_FINDINGS:
        raise StudyProblem(f"It has {len(rows)} rows; the limit is {MOST_FINDINGS}.", where=str(path))
    return Table(rows, remarks)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_TABLE:
            raise StudyProblem(f"A table of more than {LARGEST_TABLE >> 20} MiB is not read.", where=str(path))
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise StudyProblem(f"The table cannot be read ({reason}).", where=str(path), todo=TODO) from error


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)


def _columns(path: Path, header: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """The names of the columns ("" for those that are not read), and a remark about these."""
    names = [OTHER_NAMES.get(each.lower(), each.lower()) for each in header]
    known = [name for name in names if name in COLUMNS]
    says, ties = any(name in SAYING for name in known), any(name in TYING for name in known)
    if not says or (not ties and "label" not in known):
        raise NotAResult("The columns of this table are not those of an AI result.", where=f"{path}:1", todo=TODO)
    if not ties:
        what = "No column says which images the rows belong to: add sop_uid, series_uid or exam_uid."
        raise StudyProblem(what, where=f"{path}:1", todo=TODO)
    _check_names(path, names, header)
    lost = [given for given, name in zip(header, names, strict=True) if name not in COLUMNS and given]
    remarks = (f"Columns that are not read: {', '.join(lost)[:500]}.",) if lost else ()
    return [name if name in COLUMNS else "" for name in names], remarks


def _check_names(path: Path, names: list[str], header: list[str]) -> None:
    """A mistyped name must not pass for a column of somebody else's."""
    for name, given in zip(names, header, strict=True):
        close = [] if name in COLUMNS else get_close_matches(name, COLUMNS, 1, 0.75)
        if close and close[0] not in names:
            raise StudyProblem(
                f"Column {given[:60]}: there is no such column; is it {close[0]}?", where=f"{path}:1", todo=TODO
            )
        if name in COLUMNS and names.count(name) > 1:
            raise StudyProblem(f"Column {given[:60]}: it stands there twice.", where=f"{path}:1", todo=TODO)


def _row(path: Path, line: int, cells: list[str], columns: list[str], given: dict[str, str]) -> Row | None:
    """None for an empty line."""
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) != len(columns):
        raise StudyProblem(
            f"The line has {len(cells)} cells, the header {len(columns)}.",
            where=f"{path}:{line}",
            todo="Numbers need a decimal point, not a comma; put texts that hold commas in quotes.",
        )
    named = {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if name}
    return Row(path, line, named, given)
