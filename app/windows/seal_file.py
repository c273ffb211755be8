"""A seal written to a file that leaves the machine: text or JSON for `readerlab verify --seal`, PDF for paper.

What belongs here: the three files. What does not: what a seal holds (app.store.seals), asking for a name (farewell).
"""

from __future__ import annotations

from pathlib import Path

from app.store.seals import Seal
from study_configs.problem import StudyProblem
from study_configs.words import phrase

MARGIN_MM = 18.0
POINTS, LEADING = 7.0, 1.5
THERE = phrase("Problems", "There is such a file already.")
NAME_ANOTHER = phrase("Problems", "Name a new one, where you may write.")
NOT_WRITTEN = phrase("Problems", "The seal could not be written.")


def write_seal(seal: Seal, path: Path) -> None:
    """Write a new file; its ending says which. Raises StudyProblem where it is there already, or can't be written."""
    try:
        path.open("xb").close()
        if path.suffix.lower() == ".pdf":
            _write_pdf(seal.to_text().splitlines(), path)
        else:
            path.write_text(seal.to_json() if path.suffix.lower() == ".json" else seal.to_text(), encoding="utf-8")
    except FileExistsError as error:
        raise StudyProblem(THERE, where=str(path), todo=NAME_ANOTHER) from error
    except OSError as error:
        raise StudyProblem(f"{NOT_WRITTEN} ({error.strerror})", where=str(path), todo=NAME_ANOTHER) from error


def _write_pdf(lines: list[str], path: Path) -> None:
    """A4, small type of one width, as many pages as it takes. Raises OSError."""
    from PySide6.QtCore import QMarginsF
    from PySide6.QtGui import QFontDatabase, QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter

    application = QGuiApplication.instance() or QGuiApplication(["readerlab", "-platform", "offscreen"])
    writer = QPdfWriter(str(path))
    writer.setTitle(lines[0])
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
        )
    )
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError(0, "it is no place for a PDF")
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(POINTS)
    painter.setFont(font)
    step, bottom = painter.fontMetrics().height() * LEADING, writer.height()
    width = max(1, writer.width() // painter.fontMetrics().horizontalAdvance("0"))
    at = step
    for line in _wrapped(lines, width):
        if at > bottom:
            writer.newPage()
            at = step
        painter.drawText(0, round(at), line)
        at += step
    painter.end()
    del application  # it lives as long as the page is drawn


def _wrapped(lines: list[str], width: int) -> list[str]:
    """Lines that are too long go on in the next, set in by four."""
    rows = []
    for line in lines:
        rows.append(line[:width])
        rest = line[width:]
        while rest:
            rows.append("    " + rest[: width - 4])
            rest = rest[width - 4 :]
    return rows
