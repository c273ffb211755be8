"""The pages while readers read: readers, progress, release, results."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.conduct.governing import act_on
from app.store.accounts import SignIn
from app.store.acts import (
    Amended,
    DryRun,
    Exported,
    GapDecided,
    Paused,
    ReaderDropped,
    Released,
    Resumed,
    TrialVoided,
    Unblinded,
    WashoutOverridden,
    Who,
)
from app.store.writer import StoreWriter


def pin_in(slip: str) -> str:
    return next(line for line in slip.splitlines() if line.startswith("Your PIN:")).split()[-1]


def test_that_an_enrolled_reader_gets_a_slip_with_a_pin_that_works(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    page = here.window.readers
    here.window.show_page(page)
    page.pseudonym.setText("elm-608")
    assert not page.enrol_button.isEnabled()  # the stratum is not chosen yet
    page.strata["experience"].setCurrentText("specialist")
    QTest.keyClick(page.pseudonym, Qt.Key.Key_Return)
    here.until(page.slip_card.isVisible)
    pin = pin_in(page.slip_text.toPlainText())
    assert act_on(here.store, lambda writer: SignIn(writer).sign_in(Who("reader", "elm-608"), pin)).name == "elm-608"
    here.until(lambda: "elm-608" in [row.reader for row in page._rows])
    here.window.show_page(here.window.plan)
    assert pin not in page.slip_text.toPlainText()  # shown once


def test_that_a_new_pin_takes_the_place_of_the_old_one_and_a_drop_out_is_kept(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    page = here.window.readers
    here.window.show_page(page)
    here.until(lambda: page.table.rowCount() == 7)
    page.table.setCurrentCell(3, 0)
    page.pin_button.click()
    here.give_reason()
    here.until(page.slip_card.isVisible)
    pin = pin_in(page.slip_text.toPlainText())
    assert act_on(here.store, lambda writer: SignIn(writer).sign_in(Who("reader", "maple-560"), pin))
    page.table.setCurrentCell(6, 0)
    page.drop_button.click()
    here.give_reason("Moved to another hospital in October.")
    assert here.until_act(ReaderDropped).reader == "cedar-415"
    here.until(lambda: "dropped out" in page.table.item(6, 5).text())


def test_that_the_board_tells_every_stage(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    table = here.window.progress.table
    here.window.show_page(here.window.progress)
    here.until(lambda: table.rowCount() == 7)
    told = {table.item(row, 0).text(): [table.item(row, at).text() for at in (1, 2, 3)] for row in range(7)}
    assert all("done" in cell for cell in told["birch-204"])
    assert "in progress, 2/16, interrupted 1" in told["oak-731"][2]
    assert "needs a decision" in told["hazel-118"][1]
    assert "washout until" in told["maple-560"][1]
    assert "late" in told["larch-377"][1]
    assert all("not started" in cell for cell in told["cedar-415"])


def test_that_washout_gap_and_trial_are_decided_with_reasons(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    table, page = here.window.progress.table, here.window.reader
    here.window.show_page(here.window.progress)
    here.until(lambda: table.rowCount() == 7)
    table.setCurrentCell(3, 0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert page.title.text() == "maple-560"
    page.override_button.click()
    here.give_reason()
    assert here.until_act(WashoutOverridden).sitting == 2
    here.until(lambda: page.sessions.item(1, 1).text() == "not started")
    page.trials.setCurrentCell(4, 0)
    page.void_button.click()
    here.give_reason()
    assert here.until_act(TrialVoided).trial == 4
    here.until(lambda: page.trials.item(4, 8).text().startswith("void"))
    page.back.click()
    here.window.open_reader("hazel-118")
    page.decision.setCurrentIndex(1)
    page.gap_button.click()
    here.give_reason()
    assert here.until_act(GapDecided).decision == "restart_case"
    here.until(lambda: page.sessions.item(1, 1).text() == "in progress")


def test_that_a_short_reason_opens_no_button_and_escape_changes_nothing(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    here.until(lambda: here.window.session.governed.state == "released")
    here.window.show_page(here.window.release)
    here.window.release.pause_button.click()
    QTest.keyClicks(here.window.reasons.reason, "because")
    assert not here.window.reasons.confirm.isEnabled()
    QTest.keyClick(here.window.reasons, Qt.Key.Key_Escape)
    assert not here.window.reasons.isVisible()
    assert not any(isinstance(act, Paused) for act in here.acts())


def test_that_pause_and_resume_show_on_every_page(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    here.until(lambda: here.window.session.governed.state == "released")
    page = here.window.release
    page.pause_button.click()
    here.give_reason()
    here.until_act(Paused)
    here.window.show_page(here.window.plan)
    assert here.window.released.text() == "Paused"
    page.resume_button.click()
    here.give_reason()
    here.until_act(Resumed)
    assert here.window.released.text() == "Released"


def test_that_an_amended_file_shows_its_differences_and_takes_the_place(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    page = here.window.release
    here.window.show_page(page)
    text = here.file.read_text(encoding="utf-8")
    here.file.write_text(text.replace("expected_s: 45", "expected_s: 60"), encoding="utf-8")
    here.until(page.amend_card.isVisible)
    assert not page.amend_button.isEnabled()  # the version is taken
    here.file.write_text(
        text.replace("expected_s: 45", "expected_s: 60").replace("version: 1.0.0", "version: 1.1.0"), encoding="utf-8"
    )
    here.until(page.amend_button.isEnabled)
    told = [page.changes.item(at, 0).text() for at in range(page.changes.rowCount())]
    assert any("45 → 60" in each for each in told)
    assert "+  version: 1.1.0" in page.lines.toPlainText()
    page.amend_button.click()
    here.give_reason()
    assert here.until_act(Amended).version == "1.1.0"
    here.until(lambda: not page.amend_card.isVisible())
    assert len(here.window.session.governed.board.rows) == 7


def test_that_an_act_while_a_workstation_reads_says_who_holds_the_store_and_the_board_goes_on(
    desk: Any, read_study: Path
) -> None:
    here = desk(read_study).open().sign_in()
    here.until(lambda: here.window.session.governed.state == "released")
    writer = StoreWriter(here.store)
    try:
        here.window.session.refresh()
        here.window.release.pause_button.click()
        here.give_reason()
        here.until(lambda: "in use" in here.window.release.said.text())
        assert len(here.window.session.governed.board.rows) == 7
    finally:
        writer.close()


def test_that_a_blinded_export_leaves_truth_out_and_the_report_is_an_unblinding(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    page = here.window.results
    here.window.show_page(page)
    opened: list[Path] = []
    page.open_folder = opened.append
    page.export_button.click()
    here.until(page.exported.isVisible)
    assert here.until_act(Exported).blinded
    files = {file.name for file in (here.file.parent / "results" / "tables").iterdir()}
    assert "decisions.csv" in files
    assert not any("truth" in name or name.startswith(("cases", "lesions")) for name in files)
    page.report_button.click()
    here.give_reason()
    here.until(page.reported.isVisible)
    assert here.until_act(Unblinded).what == "report"
    assert (here.file.parent / "results" / "report.html").is_file()


def test_that_nothing_is_released_before_a_clean_dry_run(desk: Any, bare_study: Path) -> None:
    found = [("Reader 2 was never asked question nodule.",), ()]
    here = desk(bare_study, run_dry=lambda study, step: found.pop(0)).open()
    page = here.window.sign_in
    page.name.setText("Ada Boer")
    page.password.setText("a long quiet river")
    page.again.setText("a long quiet river")
    page.go_on()
    here.until(lambda: here.window.session.who is not None)
    dry, release = here.window.protocol.dry_run, here.window.release
    here.until(release.release_button.isEnabled)
    dry.start()
    here.until(lambda: "never asked" in dry.found.text())
    release.release_button.click()
    here.give_reason()
    here.until(lambda: "dry run" in release.said.text())
    dry.start()
    here.until(lambda: "Clean dry run" in dry.state.text())
    release.release_button.click()
    here.give_reason()
    here.until_act(Released)
    assert len([act for act in here.acts() if isinstance(act, DryRun)]) == 2


def test_that_voided_trials_leave_marked(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    here.window.open_reader("birch-204")
    here.until(lambda: here.window.reader.trials.rowCount() == 50)
    here.window.reader.trials.setCurrentCell(7, 0)
    here.window.reader.void_button.click()
    here.give_reason()
    here.until_act(TrialVoided)
    here.window.results.export_button.click()
    here.until_act(Exported)
    with (here.file.parent / "results" / "tables" / "trials.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["reader"] == "birch-204" and row["trial"] == "7"]
    assert rows[0]["voided"]
