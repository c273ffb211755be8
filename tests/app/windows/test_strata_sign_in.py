"""A new reader of a study with strata is asked for them on the first page, once; nobody else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.store.reader import open_store

STRATA = "  readers: {strata: {experience: [resident, specialist], site: []}}\n"


@pytest.fixture
def stratified(study_copy: Path) -> Path:
    path = study_copy / "protocol.yaml"
    text = path.read_text(encoding="utf-8").replace("  seed: 5\n", STRATA + "  seed: 5\n")
    path.write_text(text, encoding="utf-8")
    return study_copy


def give_name(page, reader: str) -> None:
    page.reader.setFocus()
    page.reader.selectAll()
    QTest.keyClicks(page.reader, reader)
    QTest.keyClick(page.reader, Qt.Key.Key_Return)


def test_that_a_new_reader_is_asked_and_what_is_said_is_kept(start, stratified: Path) -> None:
    run = start(stratified)
    page = run.window.sign_in_page
    give_name(page, "R01")
    assert run.window.driver is None
    assert list(page.strata.fields) == ["experience", "site"]
    assert page.strata.isVisible()
    assert not page.button.isEnabled()
    assert "new in this study" in page.hint.text()
    page.strata.fields["experience"].setCurrentText("specialist")
    assert not page.button.isEnabled()
    QTest.keyClicks(page.strata.fields["site"], "Leiden")
    page.button.click()
    assert run.window.driver is not None
    run.close()
    with open_store(run.store) as store:
        (enrolment,) = store.enrolments()
    assert enrolment.order["stratum"] == {"experience": "specialist", "site": "Leiden"}


def test_that_another_name_is_asked_anew_and_one_who_is_enrolled_not_at_all(start, stratified: Path) -> None:
    run = start(stratified)
    page = run.window.sign_in_page
    give_name(page, "R01")
    page.strata.fields["experience"].setCurrentText("resident")
    page.reader.setText("R02")
    assert not page.strata.isVisible()
    assert page.stratum_of("R02") == {}
    give_name(page, "R01")
    page.strata.fields["experience"].setCurrentText("resident")
    QTest.keyClicks(page.strata.fields["site"], "Leiden")
    page.button.click()
    run.close()
    again = start(stratified)
    give_name(again.window.sign_in_page, "R01")
    assert again.window.driver is not None
    assert not again.window.sign_in_page.strata.fields


def test_that_a_study_without_strata_asks_nothing(start) -> None:
    run = start()
    give_name(run.window.sign_in_page, "R01")
    assert run.window.driver is not None
