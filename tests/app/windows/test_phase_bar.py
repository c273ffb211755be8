import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QVBoxLayout, QWidget

from app.windows.phase_bar import SAVED_WORDS, PhaseBar
from app.windows.theme import apply_theme

HISTORY = "67-year-old, former smoker. Cough for six weeks. Question: nodule?"


@pytest.fixture
def bar(qapp, qtbot):
    apply_theme(qapp, 1.0)
    made = PhaseBar()
    qtbot.addWidget(made)
    made.resize(1280, 60)
    made.show()
    return made


def shown(bar):
    QApplication.processEvents()  # widgets that were just added are shown by an event
    return [label.text() for label in bar.findChildren(QLabel) if label.isVisibleTo(bar) and label.text()]


def test_that_it_says_where_in_the_sitting_the_reader_is(bar):
    bar.show_case(4, 10, phases=("own view", "with AI"), history=HISTORY)
    assert shown(bar)[0] == "Case 4 of 10"
    assert {"1  Own view", "→", "2  With AI", HISTORY} <= set(shown(bar))


def test_that_the_next_phase_ticks_the_one_before(bar):
    bar.show_case(4, 10, phases=("own view", "with AI"))
    bar.show_phase(1)
    assert {"✓  Own view", "2  With AI"} <= set(shown(bar))


def test_that_a_case_of_one_phase_shows_no_steps(bar):
    bar.show_case(1, 10, phases=("reading",))
    assert shown(bar) == ["Case 1 of 10"]


def test_that_the_next_case_leaves_nothing_of_the_last_one(bar):
    bar.show_case(1, 10, phases=("own view", "with AI"), history=HISTORY, condition_title="Block A", practice=True)
    bar.show_case(2, 10, phases=("reading",))
    assert shown(bar) == ["Case 2 of 10"]


def test_that_practice_is_called_practice(bar):
    bar.show_case(1, 3, practice=True)
    assert "PRACTICE" in shown(bar)


@pytest.mark.parametrize("state", sorted(SAVED_WORDS))
def test_that_it_says_whether_answers_are_safe(bar, state):
    bar.show_case(1, 10)
    bar.show_saved(state)
    assert bar.saved.text() == SAVED_WORDS[state][0]


ASKING = [("pause", "pause_requested"), ("help", "help_requested"), ("about", "about_requested")]


@pytest.mark.parametrize(("button", "signal"), ASKING)
def test_that_its_buttons_ask(bar, qtbot, button, signal):
    with qtbot.waitSignal(getattr(bar, signal)):
        QTest.mouseClick(getattr(bar, button), Qt.MouseButton.LeftButton)


def test_that_pause_becomes_go_on(bar):
    bar.set_paused(True)
    assert bar.pause.accessibleName() == "Go on reading"
    bar.set_paused(False)
    assert bar.pause.accessibleName() == "Pause"


def test_that_every_button_has_a_name(bar):
    assert all(button.accessibleName() for button in bar.findChildren(QToolButton))


def test_that_a_long_history_wraps_within_the_window(qapp, qtbot):
    apply_theme(qapp, 1.0)
    window, bar = QWidget(), PhaseBar()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(bar)
    column.addStretch(1)
    window.resize(1280, 800)
    window.show()
    bar.show_case(1, 10, history=HISTORY * 6)
    qtbot.waitUntil(lambda: bar.history.height() > 30)
    assert window.width() == 1280
