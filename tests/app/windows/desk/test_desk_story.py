"""One whole study at the desk, from a new file to its report, with a real dry run and a real store."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.assembling.desk import run_dry
from app.conduct.governing import act_on
from app.simulated.desk_study import Stage, come_as_far
from app.store.acts import DryRun, Exported, Released, TrialVoided, Unblinded, WashoutOverridden
from app.store.reader import StoreReader
from app.store.verify import verify
from app.store.writer import StoreWriter


def enrol(here: Any, pseudonym: str, experience: str) -> None:
    page = here.window.readers
    page.pseudonym.setText(pseudonym)
    page.strata["experience"].setCurrentText(experience)
    page.enrol_button.click()
    here.until(lambda: pseudonym in [row.reader for row in page._rows])
    here.until(page.slip_card.isVisible)
    page.hide_slip()


@pytest.mark.slow
def test_that_a_study_goes_from_a_new_file_to_its_report(desk: Any, bare_study: Path) -> None:
    here = desk(bare_study, run_dry=run_dry).open()
    window, page = here.window, here.window.sign_in
    page.name.setText("Ada Boer")
    page.password.setText("a long quiet river")
    page.again.setText("a long quiet river")
    QTest.keyClick(page.again, Qt.Key.Key_Return)
    here.until(lambda: window.session.who is not None)

    assert "nothing is wrong" in window.protocol.verdict.text()
    window.protocol.dry_run.start()
    here.qtbot.waitUntil(lambda: "Clean" in window.protocol.dry_run.state.text(), timeout=120_000)
    assert not here.until_act(DryRun).problems
    window.show_page(window.release)
    window.release.release_button.click()
    here.give_reason()
    here.until_act(Released)

    window.show_page(window.readers)
    for name, experience in (("ash-101", "resident"), ("fir-202", "specialist"), ("elm-303", "resident")):
        enrol(here, name, experience)
    study = window.session.study

    def read(writer: StoreWriter) -> None:
        held = {each.reader: each for each in writer.run(lambda c: StoreReader(c).enrolments(study.sha256)).result()}
        come_as_far(study, writer, Stage("ash-101", "resident", (80, 50, 20)), held["ash-101"])
        come_as_far(study, writer, Stage("fir-202", "specialist", (75, 45, 15)), held["fir-202"])
        come_as_far(study, writer, Stage("elm-303", "resident", (2,)), held["elm-303"])

    act_on(here.store, read)
    window.show_page(window.progress)
    here.until(lambda: window.progress.board.count("done") == 7)  # it followed the store by itself

    window.open_reader("ash-101")
    window.reader.trials.setCurrentCell(9, 0)
    window.reader.void_button.click()
    here.give_reason("The fire alarm went off during this case.")
    here.until_act(TrialVoided)
    window.open_reader("elm-303")
    window.reader.override_button.click()
    here.give_reason("The reader leaves for a year on Monday.")
    here.until_act(WashoutOverridden)

    window.show_page(window.results)
    window.results.export_button.click()
    here.until_act(Exported)
    here.until(lambda: not window.session.jobs.busy)
    with (here.file.parent / "results" / "tables" / "trials.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 50 + 18
    assert [row["reader"] for row in rows if row["voided"]] == ["ash-101"]
    window.results.report_button.click()
    here.give_reason("Both readers have finished; the board meets today.")
    here.until_act(Unblinded)
    here.until(window.results.reported.isVisible)
    assert "Does it matter when the AI comes?" in (here.file.parent / "results" / "report.html").read_text("utf-8")
    assert verify(here.store).sound
