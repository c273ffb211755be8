"""Whatever a reader types comes out as it went in, or as near as a form has signs for."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from app.store.exports.bids import tsv_cell, write_tsv
from app.store.exports.workbook import write_workbook
from app.store.exports.xes import _attributes

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)


def printable(text: str) -> str:
    return "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff"))


@settings(deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), TEXTS | NUMBERS | st.booleans(), max_size=5))
def test_that_attributes_of_xes_are_read_as_they_were_written(values: dict[str, str | int | float | bool]) -> None:
    root = ElementTree.fromstring(f"<event>{_attributes(values)}</event>")
    told = {each.attrib["key"]: (each.tag, each.attrib["value"]) for each in root}
    assert told.keys() == values.keys()
    for key, value in values.items():
        kind, text = told[key]
        if isinstance(value, bool):
            assert (kind, text) == ("boolean", str(value).lower())
        elif isinstance(value, str):
            assert (kind, text) == ("string", printable(value))
        else:
            assert kind == ("int" if isinstance(value, int) else "float")
            assert type(value)(text) == value


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(TEXTS.map(printable) | NUMBERS, min_size=1, max_size=5), min_size=1, max_size=5))
def test_that_a_workbook_holds_its_texts_and_numbers(rows: list[list[str | int | float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        write_workbook(path, {"One": rows})
        with zipfile.ZipFile(path) as package:
            texts = [
                "".join(each.itertext())
                for each in ElementTree.fromstring(package.read("xl/sharedStrings.xml")).iter(f"{SHEET}si")
            ]
            sheet = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    found = [[(cell.attrib.get("t"), cell.findtext(f"{SHEET}v")) for cell in row] for row in sheet.iter(f"{SHEET}row")]
    for written, read in zip(rows, found, strict=True):
        for value, (kind, text) in zip(written, read, strict=True):
            assert text is not None
            held = texts[int(text)] if kind == "s" else type(value)(text)
            assert held == (value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_that_a_row_of_bids_is_one_line_of_as_many_cells(rows: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_tsv(Path(folder) / "t.tsv", ["a", "b"], rows)
        text = (Path(folder) / "t.tsv").read_text("utf-8")
    lines = text.split("\n")
    assert [line.split("\t") for line in lines[1:-1]] == [[tsv_cell(each) for each in row] for row in rows]
    assert list(csv.reader(io.StringIO(lines[0]), delimiter="\t")) == [["a", "b"]]
