"""The least of an Excel workbook (.xlsx): sheets of texts and numbers, nothing else.

What belongs here: the parts of the package that a reader of such files must find. What does not: what is in the sheets.

Source: ECMA-376 (Office Open XML), part 1, SpreadsheetML; texts lie in the shared strings, as Excel writes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

Value = str | int | float | None
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Value]]]) -> None:
    """Write sheets by name, each a list of rows; None is an empty cell."""
    texts: dict[str, int] = {}
    drawn = [_sheet(rows, texts) for rows in sheets.values()]
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _content_types(len(drawn)))
        package.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        package.writestr("xl/workbook.xml", _workbook(list(sheets)))
        parts = [("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(drawn) + 1)]
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            _relations([*parts, ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]),
        )
        package.writestr("xl/styles.xml", STYLES)
        package.writestr("xl/sharedStrings.xml", _shared(texts))
        for at, sheet in enumerate(drawn, 1):
            package.writestr(f"xl/worksheets/sheet{at}.xml", sheet)


def _sheet(rows: Sequence[Sequence[Value]], texts: dict[str, int]) -> str:
    drawn = [
        f'<row r="{line}">{"".join(_cell(line, at, value, texts) for at, value in enumerate(row))}</row>'
        for line, row in enumerate(rows, 1)
    ]
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{"".join(drawn)}</sheetData></worksheet>'


def _cell(line: int, column: int, value: Value, texts: dict[str, int]) -> str:
    place = f"{chr(ord('A') + column)}{line}"
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{place}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def _shared(texts: Mapping[str, int]) -> str:
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return f'{HEAD}<sst xmlns="{MAIN}" uniqueCount="{len(texts)}">{items}</sst>'


def _workbook(names: Sequence[str]) -> str:
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(names, 1)
    )
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'


def _relations(parts: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(parts, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(sheets: int) -> str:
    parts = [f"/xl/worksheets/sheet{at}.xml" for at in range(1, sheets + 1)]
    kinds = [*((part, "worksheet") for part in parts), ("/xl/workbook.xml", "sheet.main")]
    kinds += [("/xl/styles.xml", "styles"), ("/xl/sharedStrings.xml", "sharedStrings")]
    listed = "".join(f'<Override PartName="{part}" ContentType="{SHEET_TYPE}.{kind}+xml"/>' for part, kind in kinds)
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'{HEAD}<Types xmlns="{PACKAGE}/content-types">{defaults}{listed}</Types>'
