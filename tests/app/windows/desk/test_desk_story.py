"""One whole study at the desk, from a new file to its report: a real dry run, a real store, and readers who sign in at
the real windows, in a program of their own, with the PINs from their slips."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.assembling.desk import run_dry
from app.store.acts import DryRun, Exported, Released, SignedIn, TrialVoided, Unblinded, WashoutOverridden
from app.store.verify import verify

CASES, WARM, SESSIONS = 6, 2, 3


@pytest.fixture
def short_study(bare_study: Path, tmp_path: Path) -> Path:
    """The study with its first cases only: enough for every page of the desk, read in a minute."""
    folder = Path(shutil.copytree(bare_study.parent, tmp_path / "short"))
    wanted = {f"warm-{at}" for at in range(1, WARM + 1)} | {f"ct-{at:02d}" for at in range(1, CASES + 1)}
    for table in ("cases.csv", "reference.csv"):
        head, *rows = (folder / table).read_text(encoding="utf-8").splitlines()
        kept = [head, *(row for row in rows if row.partition(",")[0] in wanted)]
        (folder / table).write_text("\n".join(kept), encoding="utf-8")
    return folder / "protocol.yaml"


@dataclass
class Story:
    """The desk, and the readers who come to the workstation meanwhile."""

    here: Any
    home: Path
    pins: dict[str, str] = field(default_factory=dict)

    def enrol(self, pseudonym: str, experience: str) -> None:
        page = self.here.window.readers
        page.pseudonym.setText(pseudonym)
        page.strata["experience"].setCurrentText(experience)
        page.enrol_button.click()
        self.here.until(lambda: pseudonym in [row.reader for row in page._rows])
        self.here.until(page.slip_card.isVisible)
        found = re.search(r"PIN:\s+(\d{4,8})", page.slip_text.toPlainText())
        assert found
        self.pins[pseudonym] = found[1]
        page.hide_slip()

    def read(self, reader: str, status: int = 0) -> str:
        """Let the reader sign in and read what is due, while the desk stays open; what the program said."""
        said = self.home / f"{reader}.txt"
        words = ["run", str(self.here.file), "--reader", reader, "--simulate", "hasty", "--pin-stdin"]
        settings = {name: str(self.home) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
        with said.open("w") as out:
            program = subprocess.Popen(
                [sys.executable, "-m", "app", *words],
                env={**os.environ, **settings, "QT_QPA_PLATFORM": "offscreen"},
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
            )
        assert program.stdin is not None
        with program.stdin as typed:
            typed.write(f"{self.pins[reader]}\n")
        try:
            self.here.qtbot.waitUntil(lambda: program.poll() is not None, timeout=400_000)
        finally:
            program.kill()
            program.wait()
        told = said.read_text(encoding="utf-8")
        assert program.returncode == status, told
        return told

    def override_washout(self, reader: str) -> None:
        window, before = self.here.window, len(self.overridden())
        window.open_reader(reader)
        self.here.until(window.reader.override_button.isEnabled)
        window.reader.override_button.click()
        self.here.give_reason("The reader leaves for a year on Monday.")
        self.here.until(lambda: len(self.overridden()) > before)
        window.show_page(window.progress)

    def overridden(self) -> list[WashoutOverridden]:
        recorded = self.here.window.session.governed.recorded
        return [each.act for each in recorded if isinstance(each.act, WashoutOverridden)]

    def board_shows(self, done: int) -> None:
        """The board follows the store by itself."""
        self.here.until(lambda: self.here.window.progress.board.count("done") == done)


@pytest.mark.slow
def test_that_a_study_goes_from_a_new_file_to_its_report(desk: Any, short_study: Path, tmp_path: Path) -> None:
    here = desk(short_study, run_dry=run_dry).open()
    story = Story(here, tmp_path / "home")
    story.home.mkdir()
    window, page = here.window, here.window.sign_in
    page.name.setText("Ada Boer")
    page.password.setText("a long quiet river")
    page.again.setText("a long quiet river")
    QTest.keyClick(page.again, Qt.Key.Key_Return)
    here.until(lambda: window.session.who is not None)

    assert "nothing is wrong" in window.protocol.verdict.text()
    window.protocol.dry_run.start()
    here.qtbot.waitUntil(lambda: "Clean" in window.protocol.dry_run.state.text(), timeout=240_000)
    assert not here.until_act(DryRun).problems
    window.show_page(window.readers)
    story.enrol("ash-101", "resident")
    window.show_page(window.release)
    assert "has not been opened for reading yet" in story.read("ash-101", status=1)
    window.release.release_button.click()
    here.give_reason()
    here.until_act(Released)
    window.show_page(window.readers)
    story.enrol("fir-202", "specialist")

    window.show_page(window.progress)
    for session in range(1, SESSIONS + 1):
        story.read("ash-101")
        story.board_shows(session)
        if session < SESSIONS:
            assert "may begin 28 days after the last" in story.read("ash-101", status=1)
            story.override_washout("ash-101")
    story.read("fir-202")
    story.board_shows(SESSIONS + 1)
    signed_in = [each.by.name for each in window.session.governed.recorded if isinstance(each.act, SignedIn)]
    assert {"ash-101", "fir-202"} < set(signed_in)

    window.open_reader("ash-101")
    window.reader.trials.setCurrentCell(4, 0)
    window.reader.void_button.click()
    here.give_reason("The fire alarm went off during this case.")
    here.until_act(TrialVoided)

    window.show_page(window.results)
    window.results.export_button.click()
    here.until_act(Exported)
    here.until(lambda: not window.session.jobs.busy)
    with (here.file.parent / "results" / "tables" / "trials.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len([row for row in rows if row["reader"] == "ash-101"]) == WARM + SESSIONS * CASES
    assert len([row for row in rows if row["reader"] == "fir-202"]) == WARM + CASES
    assert [row["reader"] for row in rows if row["voided"]] == ["ash-101"]
    window.results.report_button.click()
    here.give_reason("The reader has finished; the board meets today.")
    here.until_act(Unblinded)
    here.until(window.results.reported.isVisible)
    assert "Does it matter when the AI comes?" in (here.file.parent / "results" / "report.html").read_text("utf-8")
    assert verify(here.store).sound
