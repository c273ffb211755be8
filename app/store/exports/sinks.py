"""Files that take rows of one table: CSV, Parquet, JSON Lines.

What belongs here: how a cell is written in each. What does not: which rows (choosing, rows), and what they mean.
"""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import pyarrow
import pyarrow.parquet

from app.store.projecting.tables import Cell, Row, TableForm

Format = Literal["csv", "parquet", "jsonl"]
FORMATS: tuple[Format, ...] = ("csv", "parquet", "jsonl")
CHUNK = 50_000  # rows of Parquet written at once
ARROW = {"text": pyarrow.string(), "whole": pyarrow.int64(), "number": pyarrow.float64(), "flag": pyarrow.bool_()}


class Sink(ABC):
    """One file that takes rows of one table."""

    def __init__(self, form: TableForm, path: Path) -> None:
        self.form, self.path = form, path

    @abstractmethod
    def write(self, rows: Iterable[Row]) -> None: ...

    @abstractmethod
    def close(self) -> None: ...


class _CsvSink(Sink):
    """RFC 4180 CSV in UTF-8; empty cells for missing values, `true` and `false` for flags."""

    def __init__(self, form: TableForm, path: Path) -> None:
        super().__init__(form, path)
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([each.name for each in form.fields])

    def write(self, rows: Iterable[Row]) -> None:
        self._writer.writerows([_csv_cell(cell) for cell in row] for row in rows)

    def close(self) -> None:
        self._file.close()


class _ParquetSink(Sink):
    def __init__(self, form: TableForm, path: Path) -> None:
        super().__init__(form, path)
        fields = [
            pyarrow.field(each.name, ARROW[each.kind], metadata={"meaning": each.meaning}) for each in form.fields
        ]
        self._schema = pyarrow.schema(fields, metadata={"row_is": form.row_is})
        self._writer = pyarrow.parquet.ParquetWriter(path, self._schema)

    def write(self, rows: Iterable[Row]) -> None:
        remaining = iter(rows)
        while chunk := list(islice(remaining, CHUNK)):
            columns = zip(*chunk, strict=True)
            arrays = [self._array(values, field.type) for values, field in zip(columns, self._schema, strict=True)]
            self._writer.write_table(pyarrow.table(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()

    def _array(self, values: tuple[Cell, ...], kind: Any) -> Any:
        """A column; an empty text is no value, as in the CSV."""
        return pyarrow.array([_or_none(value) for value in values], kind)


class _JsonLinesSink(Sink):
    """One JSON object a line in UTF-8, every column in it; null for missing values."""

    def __init__(self, form: TableForm, path: Path) -> None:
        super().__init__(form, path)
        self._names = [each.name for each in form.fields]
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def write(self, rows: Iterable[Row]) -> None:
        for row in rows:
            cells = dict(zip(self._names, map(_or_none, row), strict=True))
            self._file.write(json.dumps(cells, ensure_ascii=False, allow_nan=False) + "\n")

    def close(self) -> None:
        self._file.close()


SINKS: dict[Format, type[_CsvSink] | type[_ParquetSink] | type[_JsonLinesSink]] = {
    "csv": _CsvSink,
    "parquet": _ParquetSink,
    "jsonl": _JsonLinesSink,
}


def _or_none(cell: Cell) -> Cell:
    return None if cell == "" else cell


def _csv_cell(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    return cell if not isinstance(cell, bool) else ("true" if cell else "false")
