import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.windows.questions.answer_slider import AnswerSlider
from app.windows.theme import apply_theme, current_theme
from study_configs.questions import Slider


@pytest.fixture
def slider(qapp, qtbot):
    apply_theme(qapp, 1.0)
    made = AnswerSlider(Slider(ask="How suspicious?", answer="slider"))
    qtbot.addWidget(made)
    made.resize(300, 30)
    made.show()
    made.activateWindow()
    made.setFocus()
    return made


def has_handle(slider):
    slider.clearFocus()
    image, accent = slider.grab().toImage(), current_theme().colour("accent")
    return any(image.pixelColor(x, image.height() // 2) == accent for x in range(image.width()))


def test_that_it_starts_empty_and_shows_no_handle(slider):
    assert slider.value is None
    assert not has_handle(slider)


def test_that_a_value_puts_the_handle_where_it_is(slider):
    slider.show_value(50.0)
    assert has_handle(slider)


def test_that_a_click_sets_the_value_under_the_pointer(slider, qtbot):
    with qtbot.waitSignal(slider.value_set) as given:
        QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(150, 15))
    assert given.args == [50.0]


def test_that_a_drag_answers_once_where_it_ends(slider, qtbot):
    values = []
    slider.value_set.connect(values.append)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(20, 15))
    QTest.mouseMove(slider, QPoint(150, 15))
    assert values == []
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(292, 15))
    assert values == [50.0]


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ([Qt.Key.Key_Right], 0.0),  # from nothing: the end that the key comes from, never the middle
        ([Qt.Key.Key_Left], 100.0),
        ([Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right], 2.0),
        ([Qt.Key.Key_Home, Qt.Key.Key_PageUp], 10.0),
        ([Qt.Key.Key_End, Qt.Key.Key_Right], 100.0),
        ([Qt.Key.Key_6, Qt.Key.Key_5, Qt.Key.Key_Return], 65.0),
    ],
)
def test_that_keys_move_it(slider, keys, value):
    for key in keys:
        QTest.keyClick(slider, key)
    assert slider.value == value


def test_that_a_number_outside_the_line_is_not_taken(slider):
    for key in (Qt.Key.Key_6, Qt.Key.Key_5, Qt.Key.Key_0, Qt.Key.Key_Return):
        QTest.keyClick(slider, key)
    assert slider.value is None


def test_that_a_typed_number_counts_when_the_keyboard_leaves(slider, qtbot):
    with qtbot.waitSignal(slider.value_set) as given:
        QTest.keyClick(slider, Qt.Key.Key_7)
        slider.clearFocus()
    assert given.args == [7.0]


def test_that_delete_empties_it(slider, qtbot):
    slider.show_value(30.0)
    with qtbot.waitSignal(slider.emptied):
        QTest.keyClick(slider, Qt.Key.Key_Delete)
    assert slider.value is None


def test_that_values_fall_on_its_steps(qapp, qtbot):
    slider = AnswerSlider(Slider(ask="How large?", answer="slider", to=1, step=0.25))
    qtbot.addWidget(slider)
    slider.resize(300, 30)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(170, 15))
    assert slider.value == 0.5


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_that_escape_or_enter_after_a_number_gives_the_keyboard_back(slider, qtbot, key):
    QTest.keyClick(slider, Qt.Key.Key_7)
    with qtbot.waitSignal(slider.left):
        QTest.keyClick(slider, key)
    assert not slider.hasFocus()
    assert slider.value == (7.0 if key == Qt.Key.Key_Return else None)


def test_that_after_its_own_key_it_gives_the_keyboard_back_by_itself(slider, qtbot):
    slider.clearFocus()
    slider.setFocus(Qt.FocusReason.ShortcutFocusReason)
    with qtbot.waitSignal(slider.left):
        QTest.keyClick(slider, Qt.Key.Key_7)
    assert slider.value == 7.0


def test_that_after_tab_it_keeps_the_keyboard(slider, qtbot):
    slider.clearFocus()
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(slider.value_set):
        QTest.keyClick(slider, Qt.Key.Key_7)
    assert slider.hasFocus()
