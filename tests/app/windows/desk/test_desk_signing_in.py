"""Who sits at the desk: set-up, signing in, lock-out, the idle lock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.simulated.desk_study import COORDINATOR, PASSWORD
from app.store.acts import AccountMade, Locked, SignedIn, SignedOut


def test_that_the_first_coordinator_sets_a_new_store_up_with_the_keyboard(desk: Any, bare_study: Path) -> None:
    here = desk(bare_study).open()
    page = here.window.sign_in
    assert page.again.isVisible()
    page.name.setFocus()
    for words in ("Ada Boer", "a long quiet river", "a long quiet river"):
        QTest.keyClicks(here.window.focusWidget(), words)
        QTest.keyClick(here.window.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(page.again, Qt.Key.Key_Return)
    here.until(lambda: here.window.outer.currentWidget() is here.window.desk)
    assert here.window.who.text() == "Ada Boer"
    here.until_act(AccountMade)
    assert page.password.text() == "" == page.again.text()


def test_that_two_passwords_that_differ_set_nothing_up(desk: Any, bare_study: Path) -> None:
    here = desk(bare_study).open()
    page = here.window.sign_in
    page.name.setText("Ada Boer")
    page.password.setText("a long quiet river")
    page.again.setText("a long quiet lake!")
    assert not page.button.isEnabled()
    assert "differ" in page.hint.text()
    assert not here.store.exists()


def test_that_a_wrong_password_says_so_and_five_lock_the_account(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open()
    here.until(lambda: here.window.session.governed.has_coordinator)
    page = here.window.sign_in
    for _ in range(5):
        page.name.setText(COORDINATOR)
        page.password.setText("not the password")
        page.go_on()
        here.until(lambda: not page.password.text() and page.hint.text() not in ("", "One moment …"))
    assert "too many wrong tries" in page.hint.text()
    assert any(isinstance(act, Locked) for act in here.acts())
    page.password.setText(PASSWORD)
    page.go_on()
    here.until(lambda: not page.password.text() and "too many" in page.hint.text())
    assert here.window.session.who is None


def test_that_the_desk_locks_itself_and_keeps_its_place(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    here.window.show_page(here.window.release)
    assert here.window._idle.isActive()
    here.window._idle.start(1)  # ten minutes are over
    here.until(lambda: here.window.outer.currentWidget() is here.window.sign_in)
    assert "Locked" in here.window.sign_in.hint.text()
    assert here.window.sign_in.name.text() == COORDINATOR
    here.window._idle.setInterval(600_000)
    here.sign_in()
    assert here.window.stack.currentWidget() is here.window.release
    assert {SignedIn, SignedOut} <= {type(act) for act in here.acts()}


def test_that_pages_are_reached_by_key_and_the_trail_says_where_one_is(desk: Any, read_study: Path) -> None:
    here = desk(read_study).open().sign_in()
    QTest.keyClick(here.window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert here.window.stack.currentWidget() is here.window.progress
    assert here.window.trail.text().endswith("Progress")
    here.until(lambda: here.window.released.text() == "Released")
