import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.windows.message import MessageOverlay
from app.windows.theme import apply_theme
from study_configs.problem import StudyProblem

PROBLEM = StudyProblem(
    "The file ends in the middle of the pixels.", where="/data/cases/" + "long-folder/" * 20, todo="Copy it again."
)
BUTTONS = (("retry", "Try again"), ("skip", "Skip this case"), ("quit", "Sign out"))


@pytest.fixture
def message(qapp, qtbot):
    apply_theme(qapp, 1.0)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    made = MessageOverlay(window)
    made.show_problem(PROBLEM, BUTTONS)
    made.window_kept = window
    return made


def test_that_it_says_what_where_and_what_to_do(message):
    assert message.what.text() == PROBLEM.what
    assert message.where.text().replace("\u200b", "") == PROBLEM.where
    assert message.todo.text() == PROBLEM.todo
    assert message.accessibleName() == str(PROBLEM)


def test_that_a_problem_without_a_place_leaves_no_empty_line(message):
    message.show_problem(StudyProblem("The disk is full."))
    assert not message.where.isVisible()
    assert not message.todo.isVisible()
    assert list(message.buttons) == ["close"]


@pytest.mark.parametrize(
    ("key", "expected"), [(Qt.Key.Key_Return, "retry"), (Qt.Key.Key_Enter, "retry"), (Qt.Key.Key_Escape, "quit")]
)
def test_that_enter_takes_the_first_way_out_and_escape_the_last(message, qtbot, key, expected):
    with qtbot.waitSignal(message.chosen) as chosen:
        QTest.keyClick(message, key)
    assert chosen.args == [expected]
    assert not message.isVisible()


def test_that_tab_goes_around_the_buttons_and_enter_presses_the_one_it_is_on(message, qtbot):
    assert message.buttons["retry"].hasFocus()
    seen = set()
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
    assert seen == set(message.buttons.values())
    message.buttons["skip"].setFocus()
    with qtbot.waitSignal(message.chosen) as chosen:
        QTest.keyClick(message.buttons["skip"], Qt.Key.Key_Return)
    assert chosen.args == ["skip"]


def test_that_a_click_presses_a_button(message, qtbot):
    with qtbot.waitSignal(message.chosen) as chosen:
        QTest.mouseClick(message.buttons["quit"], Qt.MouseButton.LeftButton)
    assert chosen.args == ["quit"]


def test_that_a_long_path_stays_on_the_card(message):
    QApplication.processEvents()
    assert message.where.width() <= message.card.width()
    assert message.card.width() < 700


def test_that_news_replaces_the_message_and_its_buttons(message):
    message.show_problem(StudyProblem("Saved after all."), (("go_on", "Go on"),))
    assert message.what.text() == "Saved after all."
    assert list(message.buttons) == ["go_on"]
