"""Signing in with a PIN in the real window: what is asked, what is said, and what is never shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.conduct.opening import open_sitting
from app.store.accounts import first_coordinator, make_account
from app.store.acts import GapDecided, Paused, SignedIn, SignedOut, Who, acts, write
from app.store.reader import StoreReader, open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import SittingStarted
from study_configs.study import load_study

from .reachable import clipboard_texts, window_texts

PASSWORD, PIN = "nine quiet herons", "73914"
R01, R02 = Who("reader", "R01"), Who("reader", "R02")


@pytest.fixture
def governed(small_study: Path, tmp_path: Path) -> Path:
    """A store with a coordinator and two readers, one of whom has begun."""
    path = tmp_path / "store" / "readerlab.sqlite"
    path.parent.mkdir()
    writer = StoreWriter(path)
    ada = first_coordinator(writer, "Ada Vermeer", PASSWORD)
    make_account(writer, ada, R01, PIN)
    make_account(writer, ada, R02, "82640")
    opened = open_sitting(load_study(small_study / "protocol.yaml"), writer, "R02")
    opened.recorder.commit(opened.started).result(120)
    opened.recorder.end("signed_out").result(120)
    writer.close()
    return path


def give(page, reader: str, pin: str) -> None:
    page.reader.setFocus()
    page.reader.selectAll()
    QTest.keyClicks(page.reader, reader)
    QTest.keyClick(page.reader, Qt.Key.Key_Return)
    QTest.keyClicks(page.pin, pin)
    QTest.keyClick(page.pin, Qt.Key.Key_Return)


def refusal(qtbot, page, reader: str, pin: str) -> str:
    give(page, reader, pin)
    qtbot.waitUntil(lambda: not page.reader.isReadOnly(), timeout=10_000)
    return page.hint.text()


def test_that_the_right_pin_begins_the_sitting_and_is_recorded(qtbot, start, governed: Path) -> None:
    run = start()
    give(run.window.sign_in_page, "R01", PIN)
    qtbot.waitUntil(lambda: run.window.driver is not None, timeout=10_000)
    run.close()
    writer = StoreWriter(governed)
    mine = [type(each.act) for each in writer.run(acts).result() if each.by == R01]
    writer.close()
    assert mine == [SignedIn, SignedOut]
    assert verify(governed).sound
    with open_store(governed) as store:
        assert [each.reader for each in store.sittings()] == ["R02", "R01"]


def test_that_a_wrong_pin_and_an_unknown_reader_read_alike_and_begin_nothing(qtbot, start, governed: Path) -> None:
    run = start()
    page = run.window.sign_in_page
    told = {refusal(qtbot, page, reader, "1379") for reader in ("R01", "Nobody", "R02")}
    assert told == {"Pseudonym or PIN is wrong. Try again, or ask the coordinator of the study for a new PIN."}
    assert run.window.driver is None
    assert page.pin.text() == ""


def test_that_after_five_wrong_pins_the_page_says_until_when(qtbot, start, governed: Path) -> None:
    run = start()
    told = [refusal(qtbot, run.window.sign_in_page, "R01", "1379") for _ in range(5)]
    assert "wrong" in told[3]
    assert told[4].startswith("There were too many wrong tries. Wait until ")
    assert "too many" in refusal(qtbot, run.window.sign_in_page, "R01", PIN)


def test_that_no_pseudonym_and_no_pin_is_anywhere_on_the_page(qtbot, start, governed: Path) -> None:
    """R02 has begun: without PINs the page would offer to go on."""
    run = start()
    page = run.window.sign_in_page
    page.reader.setText("R02")
    assert page.button.text() == "Begin"
    page.reader.clear()
    page.pin.setFocus()
    QTest.keyClicks(page.pin, PIN)
    page.pin.selectAll()
    page.pin.copy()
    QApplication.processEvents()
    shown = [text for where, text in window_texts() if where != "QLineEdit"]
    assert not [text for text in (*shown, *clipboard_texts()) if PIN in text or "R02" in text]
    assert set(page.pin.displayText()) == {page.pin.displayText()[0]}
    assert PIN not in page.pin.displayText()


def test_that_a_named_reader_still_gives_a_pin(qtbot, qapp, governed: Path, small_study: Path) -> None:
    """`readerlab run --reader R01` fills in the name, and no more."""
    from app.assembling.composer import Composer, RunPlan
    from app.assembling.running import begin

    writer = StoreWriter(governed)
    plan = RunPlan(governed, reader="R01")
    composer = Composer(plan, load_study(small_study / "protocol.yaml"), writer, qapp)
    window = composer.workstation()
    qtbot.addWidget(window)
    begin(window, plan)
    QApplication.processEvents()
    assert window.driver is None
    assert window.sign_in_page.reader.text() == "R01"
    window.close()
    composer.close()
    writer.close()


def test_that_a_paused_study_says_so_after_the_pin_and_can_be_tried_again(
    qtbot, start, governed: Path, small_study: Path
) -> None:
    run = start()
    sha256 = load_study(small_study / "protocol.yaml").sha256
    write(run.writer, Who("coordinator", "Ada Vermeer"), Paused(sha256, "a fault"))
    page = run.window.sign_in_page
    assert "wrong" in refusal(qtbot, page, "R01", "1379")
    give(page, "R01", PIN)
    qtbot.waitUntil(lambda: run.window.message.isVisible(), timeout=10_000)
    words = " ".join(text for _, text in window_texts())
    assert "This study is paused." in words
    assert "a fault" not in words
    assert not page.reader.isReadOnly()


def test_that_the_keyboard_alone_signs_in(qtbot, start, governed: Path) -> None:
    run = start()
    page = run.window.sign_in_page
    run.window.activateWindow()
    page.reader.setFocus()
    QTest.keyClicks(page.reader, "R01")
    assert not page.button.isEnabled()
    QTest.keyClick(page.reader, Qt.Key.Key_Return)
    assert page.focusWidget() is page.pin
    QTest.keyClicks(page.pin, PIN)
    assert page.button.isEnabled()
    assert page.pin.y() > page.reader.y()
    assert page.pin.mapTo(page, QPoint()).x() == page.reader.mapTo(page, QPoint()).x()


def test_that_a_gap_waits_for_the_coordinator_at_the_pin_and_goes_on_as_decided(
    qtbot, start, governed: Path, study_copy: Path, monkeypatch
) -> None:
    """The first sign-in after the gap is refused in words; once the coordinator has decided, the next begins."""
    protocol = study_copy / "protocol.yaml"
    gap = "reading: {interrupted: {max_gap_hours: 1, then: ask_coordinator}}\n"
    protocol.write_text(protocol.read_text("utf-8").replace("version: 1.0.0", "version: 2.0.0") + gap, "utf-8")
    study = load_study(protocol)
    writer = StoreWriter(governed)
    opened = open_sitting(study, writer, "R01")
    opened.recorder.commit(opened.started).result(120)
    opened.recorder.end("signed_out").result(120)
    writer.close()

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + timedelta(days=1)

    monkeypatch.setattr("app.conduct.opening.datetime", Tomorrow)
    run = start(study_copy)
    page = run.window.sign_in_page
    give(page, "R01", PIN)
    qtbot.waitUntil(lambda: run.window.message.isVisible(), timeout=10_000)
    words = " ".join(text for _, text in window_texts())
    assert "interrupted 24 hours ago" in words
    assert run.window.driver is None
    assert not page.reader.isReadOnly()
    left = len(run.writer.run(lambda c: StoreReader(c).course("R01", study.sha256)).result())
    decided = GapDecided(study.sha256, "R01", 1, "restart_case", left, "was ill")
    write(run.writer, Who("coordinator", "Ada Vermeer"), decided)
    run.window.message.dismiss()
    give(page, "R01", PIN)
    qtbot.waitUntil(lambda: run.window.driver is not None, timeout=10_000)
    assert "was ill" not in " ".join(text for _, text in window_texts())
    run.close()
    started = [event for event in run.events("R01") if isinstance(event, SittingStarted)][-1]
    assert (started.resumed, started.after_gap) == (True, "restart_case")
    assert verify(governed).sound
