import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.reading.script import AskedQuestion
from app.windows.commands import APP_COMMANDS
from app.windows.help_overlay import HelpOverlay, KeyGroup, answer_groups, command_groups, flow
from app.windows.questions.answer_keys import assign_keys
from app.windows.theme import apply_theme
from study_configs.questions import Likert, YesNo
from viewers.commands import COMMANDS
from viewers.tools.gestures import Gestures

ASKED = (
    AskedQuestion("nodule", YesNo(ask="Is there a nodule?", answer="yes_no")),
    AskedQuestion("sure", Likert(ask="How sure are you?", answer="likert")),
)


@pytest.fixture
def window(qapp, qtbot):
    apply_theme(qapp, 1.0)
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.images = QPushButton("images", made)
    made.show()
    made.activateWindow()
    made.images.setFocus()
    qtbot.waitUntil(made.images.hasFocus)
    return made


@pytest.fixture
def overlay(window):
    made = HelpOverlay(window)
    made.open_with((*answer_groups(ASKED, assign_keys(ASKED)), *command_groups()))
    return made


def test_that_every_command_and_every_answer_is_listed(overlay):
    words = {label.text() for label in overlay.findChildren(QLabel)}
    assert {command.title for command in (*COMMANDS, *APP_COMMANDS)} <= words
    assert {"Is there a nodule?", "Yes", "No", "How sure are you?", "1 to 5", "Y", "N"} <= words


def test_that_tools_that_the_protocol_does_not_allow_are_not_listed():
    listed = [words for group in command_groups(frozenset({"invert"})) for _, words in group.lines]
    assert "Exchange black and white" not in listed
    assert len(listed) == len(COMMANDS) + len(APP_COMMANDS) - 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Question, Qt.Key.Key_F1])
def test_that_a_key_closes_it_and_gives_the_keyboard_back(overlay, window, qtbot, key):
    with qtbot.waitSignal(overlay.closed):
        QTest.keyClick(overlay, key)
    assert not overlay.isVisible()
    assert window.images.hasFocus()


def test_that_a_click_closes_it(overlay, qtbot):
    with qtbot.waitSignal(overlay.closed):
        QTest.mouseClick(overlay, Qt.MouseButton.LeftButton)


def test_that_no_key_reaches_what_it_covers(overlay, window):
    pressed = []
    window.keyPressEvent = lambda event: pressed.append(event.key())
    QTest.keyClick(overlay, Qt.Key.Key_Y)
    QTest.keyClick(overlay, Qt.Key.Key_Return)
    QTest.keyClick(overlay, Qt.Key.Key_Tab)
    assert pressed == []
    assert overlay.isVisible()
    assert not window.images.hasFocus()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 640), (800, 600), (2560, 1600)])
def test_that_it_stays_within_its_window(overlay, window, qtbot, width, height):
    window.resize(width, height)
    overlay.open_with(command_groups())
    qtbot.waitUntil(lambda: overlay.card.size() == overlay.card.sizeHint())
    assert overlay.rect() == window.rect()
    qtbot.waitUntil(lambda: overlay.rect().contains(overlay.card.geometry()))
    assert overlay._pages.currentWidget().minimumSizeHint().width() <= overlay._pages.width()


def test_that_no_page_is_taller_than_the_window_and_no_word_is_cut(overlay, window, qtbot):
    for number in range(overlay.pages):
        page = overlay._pages.widget(number)
        assert page.sizeHint().height() <= overlay._pages.height()
        for words in page.findChildren(QLabel):
            assert words.wordWrap() or words.sizeHint().width() <= words.parentWidget().width()
    assert overlay.pages <= 3


def test_that_arrows_turn_pages_round_about(overlay):
    for _ in range(overlay.pages):
        QTest.keyClick(overlay, Qt.Key.Key_Right)
    assert overlay.page == 0
    QTest.keyClick(overlay, Qt.Key.Key_Left)
    assert overlay.page == overlay.pages - 1


def test_that_typing_searches_and_esc_shows_all_again(overlay):
    every = overlay.pages
    QTest.keyClicks(overlay, "cobb")
    shown = {label.text() for label in overlay._pages.currentWidget().findChildren(QLabel)}
    assert shown == {"Measure", "⇧ B", "Cobb angle"}
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    assert overlay.isVisible()
    assert overlay.pages == every
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    assert not overlay.isVisible()


def test_that_the_mouse_is_listed_as_it_is_set(overlay):
    overlay.open_with((), Gestures().changed({"left": "scroll"}))
    QTest.keyClicks(overlay, "left drag scroll")
    words = {label.text() for label in overlay._pages.currentWidget().findChildren(QLabel)}
    assert {"Left drag", "Scroll through the images"} <= words


@given(st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=40), max_size=12), st.integers(6, 40))
def test_that_flowing_into_columns_loses_no_line_and_keeps_their_order(sizes, rows):
    groups = [
        KeyGroup(f"G{g}", tuple((("K",), f"{g}.{n} " + "x" * size) for n, size in enumerate(each)))
        for g, each in enumerate(sizes)
    ]
    columns = flow(groups, rows, lambda words: -(-len(words) // 40))
    flat = [line for column in columns for group in column for line in group.lines]
    assert flat == [line for group in groups for line in group.lines]
