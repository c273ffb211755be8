"""The farewell page: the receipt, and the seal that the reader can take away."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton

from app.store.seals import Seal, SealedSitting, seals_in
from app.windows.farewell import FarewellPage
from app.windows.seal_file import write_seal

SEAL = Seal(
    "ab" * 32, "2026-11-22T12:00:00+00:00", "1.0", 7, "cd" * 32, (SealedSitting("ef" * 16, "R1", 0, 12, "01" * 32),)
)


@pytest.fixture
def page(qtbot) -> FarewellPage:
    page = FarewellPage("finished", "01" * 32, lambda path: write_seal(SEAL, path))
    qtbot.addWidget(page)
    return page


def asked(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (answer, ""))


@pytest.mark.parametrize("ending", ["txt", "json"])
def test_that_the_saved_seal_is_one_that_verify_reads(
    qtbot, page: FarewellPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    path = tmp_path / f"seal.{ending}"
    asked(monkeypatch, str(path))
    qtbot.mouseClick(page.seal_button, Qt.MouseButton.LeftButton)
    assert seals_in(path) == (SEAL,)
    assert page.seal_note.text() == f"Saved: {path}"


def test_that_a_pdf_for_paper_is_written(qtbot, page: FarewellPage, tmp_path: Path) -> None:
    page.save_seal(tmp_path / "seal.pdf")
    assert (tmp_path / "seal.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", ["there.txt", "no/such/folder/seal.pdf"])
def test_that_what_can_not_be_written_is_said(page: FarewellPage, tmp_path: Path, name: str) -> None:
    (tmp_path / "there.txt").write_text("mine")
    page.save_seal(tmp_path / name)
    assert "Name a new one" in page.seal_note.text()
    assert (tmp_path / "there.txt").read_text() == "mine"


def test_that_a_dialog_left_without_a_name_does_nothing(
    qtbot, page: FarewellPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(monkeypatch, "")
    qtbot.mouseClick(page.seal_button, Qt.MouseButton.LeftButton)
    assert page.seal_note.text() == ""


def test_that_enter_closes_as_before(qtbot, page: FarewellPage) -> None:
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page, Qt.Key.Key_Return)


def test_that_without_a_store_to_ask_no_seal_is_offered(qtbot) -> None:
    page = FarewellPage("failed", "")
    qtbot.addWidget(page)
    assert len(page.findChildren(QPushButton)) == 1
