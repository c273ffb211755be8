import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.windows.sign_in import SignInPage, StudyCard, Unfinished
from app.windows.theme import apply_theme

STUDY = StudyCard("Reading with and without AI", "demo", "readerlab-demo", "1.0.0", "9f3ac41bb7d20e55" * 4, 10, 12)


@pytest.fixture
def page(qapp, qtbot):
    apply_theme(qapp, 1.0)
    made = SignInPage(STUDY, suggestion="reader-01", unfinished=(Unfinished("anna", 4, 10),))
    qtbot.addWidget(made)
    made.show()
    return made


def words(page):
    return " | ".join(label.text() for label in page.findChildren(QLabel))


def test_that_the_page_says_what_is_read_and_that_it_is_no_diagnosis(page):
    for expected in (STUDY.title, "DEMO", "readerlab-demo", "1.0.0", "9f3ac41bb7d2", "10 cases, about 12 minutes",
                     "Research use, not for diagnosis"):  # fmt: skip
        assert expected in words(page)


def test_that_typing_replaces_the_suggestion_and_enter_signs_in(page, qtbot):
    QTest.keyClicks(page.reader, "reader-07")
    with qtbot.waitSignal(page.signed_in) as signed:
        QTest.keyClick(page.reader, Qt.Key.Key_Return)
    assert signed.args == ["reader-07"]


def test_that_the_suggestion_can_be_taken_as_it_is(page, qtbot):
    with qtbot.waitSignal(page.signed_in) as signed:
        QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert signed.args == ["reader-01"]


@pytest.mark.parametrize("wrong", ["", "a", "Jan Smit", "7up", "jan@hospital", "x" * 33])
def test_that_what_is_no_pseudonym_does_not_sign_in(page, qtbot, wrong):
    page.reader.setMaxLength(99)
    page.reader.setText(wrong)
    with qtbot.assertNotEmitted(page.signed_in):
        QTest.keyClick(page.reader, Qt.Key.Key_Return)
    assert not page.button.isEnabled()


def test_that_a_reader_with_an_unfinished_sitting_is_offered_to_go_on(page):
    page.reader.setText("anna")
    assert page.button.text() == "Resume at case 4 of 10"
    page.reader.setText("anna2")
    assert page.button.text() == "Begin"


def test_that_a_problem_is_told_on_the_page(page):
    page.show_problem("Another window is open for this reader.")
    assert "Another window is open for this reader." in words(page)
