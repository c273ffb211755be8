"""The pages before anybody reads: protocol, plan, preview, operating points."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.store.acts import Unblinded
from app.store.glimpse import signature

MISTAKES = (("at: balanced", "at: ballanced"), ("planned: 12", "plannd: 12"))


def rewrite(here: Any, changes: tuple[tuple[str, str], ...]) -> None:
    """As an editor would, with a new file in the place of the old."""
    text = here.file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    fresh = here.file.with_suffix(".tmp")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(here.file)


def test_that_problems_appear_when_the_file_changes_and_a_click_shows_the_place(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    page = here.window.protocol
    assert "nothing is wrong" in page.verdict.text()
    rewrite(here, MISTAKES)
    here.until(lambda: page.problems.rowCount() == 2)
    assert page.verdict.text() == "2 errors, 0 warnings"
    second = page.problems.visualItemRect(page.problems.item(1, 3)).center()
    QTest.mouseClick(page.problems.viewport(), Qt.MouseButton.LeftButton, pos=second)
    lines = here.file.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines, 1) if "plannd" in line)
    assert page.source.marked == (at, lines[at - 1].index("plannd") + 1)
    assert "Did you mean planned?" in page.detail.text()
    assert "RL201" in page.detail.text()
    assert here.window.released.text() == "Released"  # what holds for readers has not changed
    rewrite(here, tuple((new, old) for old, new in MISTAKES))
    here.until(lambda: page.problems.rowCount() == 0)


def test_that_the_words_name_readers_conditions_planted_errors_and_minutes(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    page = here.window.protocol
    said = " ".join(
        page.words.itemAt(at).widget().text() for at in range(page.words.count()) if page.words.itemAt(at).widget()
    )
    for words in ("12 readers", "at least 28 days apart", "LungAid", "invented", "36 minutes"):
        assert words in said


def test_that_a_click_in_the_picture_opens_that_readers_order(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    page = here.window.plan
    here.window.show_page(page)
    here.until(lambda: page.reader.count() == 12)
    row, field = page.picture._fields("reader-03")[4]
    QTest.mouseClick(page.picture, Qt.MouseButton.LeftButton, pos=field.center().toPoint())
    assert page.tabs.currentIndex() == 1
    assert page.reader.currentText() == "reader-03"
    assert page.order.rowCount() == 50
    assert page.order.item(4, 3).text() == row.case


def test_that_the_plan_is_written_as_csv(desk: Any, read_study: Path, tmp_path: Path) -> None:
    here = desk(read_study).open().sign_in()
    page = here.window.plan
    here.until(lambda: page.reader.count() == 12)
    page.write(tmp_path / "plan.csv")
    with (tmp_path / "plan.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 12 * 50
    page.write(tmp_path / "nowhere" / "plan.csv")
    assert "can't be written" in page.said.text()


def test_that_a_preview_shows_the_real_windows_and_touches_no_store(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    page = here.window.preview
    here.window.show_page(page)
    here.until(page.open_button.isEnabled)
    here.until(lambda: not here.window.session.jobs.busy)
    before = signature(here.store)
    names = [page.trial.itemText(at) for at in range(page.trial.count())]
    page.trial.setCurrentIndex(next(at for at, name in enumerate(names) if "ai_second" in name))
    page.phase.setCurrentIndex(1)
    page.open_button.click()
    walk = page.window_open
    assert "nothing is recorded" in walk.banner.text()
    ready: list[int] = []
    walk.walk_room().phase_ready.connect(lambda *_: ready.append(1))
    here.until(lambda: ready)
    assert walk.walk_room().ai.layers  # the second step shows AI
    walk.leave.click()
    here.until(lambda: page.window_open is None)
    assert signature(here.store) == before


def test_that_operating_points_follow_the_threshold(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    page = here.window.thresholds
    here.window.show_page(page)
    assert page.compute_button.isEnabled()
    assert "readerlab prepare" in page.none.text()
    page.compute_button.click()
    here.until(page.body.isVisible)
    assert here.until_act(Unblinded).what == "operating points of nodules"
    page.spin.setValue(0.0)
    assert page.figures.item(0, 2).text() == "8 of 8"
    page.slider.setFocus()
    QTest.keyClick(page.slider, Qt.Key.Key_End)
    assert page.spin.value() == 1.0
    assert page.figures.item(0, 2).text() == "0 of 8"
    assert page.figures.item(1, 2).text() == "8 of 8"
    assert "Wilson" in page.basis.text()


def test_that_checking_everything_finds_images_that_are_gone(desk: Any, bare_study: Path) -> None:
    here = desk(bare_study).open()
    page, study = here.window.protocol, here.window.session.study
    folder = study.cases[0].path
    kept = folder.rename(folder.with_name("kept"))
    folder.mkdir()
    page.check_button.click()
    here.until(lambda: page.verdict.text().startswith("1 errors"))
    assert "RL415" in page.detail.text()
    folder.rmdir()
    kept.rename(folder)
    page.check_button.click()
    here.until(lambda: "images and AI results included" in page.verdict.text())
