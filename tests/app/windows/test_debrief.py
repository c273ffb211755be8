import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.reading.feedback import AnsweredQuestion, CaseFeedback, FeedbackPicture, PicturedPlace
from app.windows.debrief import DebriefPage
from app.windows.dwell_plot import DwellPlot, described
from app.windows.theme import apply_theme, current_theme
from study_configs.problem import StudyProblem

UNAIDED = CaseFeedback(
    "c1", "Chest CT 1", "Without AI", (AnsweredQuestion("Is there a nodule?", "", "Yes"),), "One nodule, 9 mm",
    own_final="right", dwell_ms=(0.0, 500.0, 2000.0, 0.0), lesion_slices=(2,), mark_slices=(2,), seconds=74.0,
)  # fmt: skip
MISLED = CaseFeedback(
    "c2", "Chest CT 2", "Own view first, then AI", (AnsweredQuestion("Is there a nodule?", "No", "Yes"),), "No nodule",
    own_first="right", own_final="wrong", saw_ai=True, ai="wrong", ai_summary="LungAid: 1 finding, 87 %",
    planted=("a false finding in the left upper lobe",), dwell_ms=(100.0,) * 8, finding_slices=(3,),
    picture=FeedbackPicture("1.2.3", 3, 8, (PicturedPlace("finding", (0.0, 0.0, 9.0), 3, "AI 87%"),)),
)  # fmt: skip
PRACTICE = CaseFeedback("w1", "Radiograph", "Practice", (), "", own_final="not applicable", practice=True)
CASES = (PRACTICE, UNAIDED, MISLED)


def grey_square(case, theme, edge):
    picture = QImage(edge, edge, QImage.Format.Format_Grayscale8)
    picture.fill(90)
    return picture


@pytest.fixture
def page(qapp, qtbot):
    apply_theme(qapp, 1.0)
    made = DebriefPage(CASES, grey_square)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.list.hasFocus)
    return made


def words(page):
    QApplication.processEvents()  # widgets that were just added are shown by an event
    return [label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page)]


def test_that_the_summary_is_honest(page):
    assert {"2 of 2", "right without AI", "0 of 1", "right with AI", "planted AI errors followed"} <= set(words(page))


def test_that_down_and_up_go_through_the_cases(page):
    assert page.card.title.text() == "Radiograph"
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    assert page.card.title.text() == "Chest CT 1"
    QTest.keyClick(page.list, Qt.Key.Key_Up)
    assert page.card.title.text() == "Radiograph"


def test_that_a_card_shows_answers_truth_and_ai(page):
    page.list.setCurrentRow(2)
    shown = words(page)
    assert {
        "No nodule",
        "You, before AI",
        "Right",
        "You, with AI",
        "Wrong",
        "LungAid: 1 finding, 87 %",
        "No  →  Yes",
    } <= set(shown)


def test_that_an_answer_that_was_taken_back_is_shown_as_none(qapp, qtbot):
    apply_theme(qapp, 1.0)
    page = DebriefPage((replace(MISLED, answers=(AnsweredQuestion("Where?", "1 mark", ""),)),))
    qtbot.addWidget(page)
    assert "1 mark  →  none" in words(page)


def test_that_a_planted_error_is_told_as_such_and_only_there(page):
    page.list.setCurrentRow(2)
    assert page.card.planted.text() == f"{'Planted on purpose'}: a false finding in the left upper lobe"
    page.list.setCurrentRow(1)
    assert not page.card.planted.isVisible()


def test_that_an_unaided_case_says_nothing_of_ai(page):
    page.list.setCurrentRow(1)
    assert "AI" not in words(page)
    assert "You, without AI" in words(page)


def test_that_a_case_without_truth_is_not_judged(page):
    assert "not told" in words(page)
    assert "Not judged" in words(page)


def test_that_the_picture_stands_only_with_its_case(page, qtbot):
    with qtbot.waitSignal(page.pictured):
        page.list.setCurrentRow(2)
    assert page.card.picture.isVisible()
    assert page.card.picture.pixmap().toImage().pixelColor(5, 5).red() == 90
    assert page.card.caption.text() == "Image 4 of 8."
    page.list.setCurrentRow(1)
    assert not page.card.picture.isVisible()


def test_that_the_page_does_not_wait_for_a_picture_that_is_slow(qapp, qtbot):
    apply_theme(qapp, 1.0)
    go = threading.Event()

    def slow(case, theme, edge):
        go.wait()
        return grey_square(case, theme, edge)

    page = DebriefPage((MISLED, UNAIDED), slow)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    assert page.card.title.text() == "Chest CT 1"
    QTest.keyClick(page.list, Qt.Key.Key_Up)
    assert page.card.picture.pixmap().isNull()
    with qtbot.waitSignal(page.pictured):
        go.set()
    assert not page.card.picture.pixmap().isNull()


def test_that_images_that_are_gone_are_said_in_the_pictures_place(qapp, qtbot):
    apply_theme(qapp, 1.0)

    def gone(case, theme, edge):
        raise StudyProblem("The images of this case are no longer there.")

    page = DebriefPage((MISLED,), gone)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: "no longer there" in page.card.picture.text())


def test_that_a_long_name_ends_in_dots_instead_of_scrolling_the_list_sideways(qapp, qtbot):
    apply_theme(qapp, 1.0)
    long = replace(PRACTICE, title="practice-shoulder-mr-of-the-second-hospital-2019-04-17")
    page = DebriefPage((long,))
    qtbot.addWidget(page)
    page.resize(1280, 800)
    with qtbot.waitExposed(page):
        page.show()
    assert page.list.horizontalScrollBar().maximum() == 0
    assert page.list.visualItemRect(page.list.item(0)).width() <= page.list.viewport().width()
    assert long.title in page.list.item(0).toolTip()


def test_that_verdicts_are_also_words_for_those_who_do_not_see_the_glyph(page):
    names = [page.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert names == ["Radiograph: Not judged  ·  practice", "Chest CT 1: Right", "Chest CT 2: Wrong  ·  planted"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_that_enter_finishes_once(page, key):
    said = []
    page.closed.connect(lambda: said.append(1))
    QTest.keyClick(page.list, key)
    QTest.keyClick(page.list, key)
    assert said == [1]


def test_that_finish_finishes(page, qtbot):
    with qtbot.waitSignal(page.closed):
        QTest.mouseClick(page.finish, Qt.MouseButton.LeftButton)


def test_that_the_plot_says_the_same_in_words():
    assert described(UNAIDED) == "2 of 4 images seen; longest on image 3; Lesion (truth): image 3; Your mark: image 3"


def test_that_bars_stand_where_the_time_was_spent_and_signs_where_things_lie(qapp, qtbot):
    apply_theme(qapp, 1.0)
    plot = DwellPlot()
    qtbot.addWidget(plot)
    plot.resize(452, 204)
    plot.show_case(UNAIDED)
    image = plot.grab().toImage()
    bar, sign = current_theme().colour("edge"), current_theme().colour("good")
    plot_left, quarter = 44, 100

    def count(colour, at):
        columns = range(plot_left + at * quarter + 4, plot_left + (at + 1) * quarter - 4)
        return sum(image.pixelColor(x, y) == colour for x in columns for y in range(8, 130))

    assert count(bar, 2) > 3 * count(bar, 1) > 0
    assert count(bar, 0) < count(bar, 1)
    assert count(sign, 2) > 20
    assert count(sign, 1) == 0


def test_that_an_empty_sitting_still_has_a_page(qapp, qtbot):
    apply_theme(qapp, 1.0)
    page = DebriefPage(())
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitSignal(page.closed):
        QTest.keyClick(page, Qt.Key.Key_Return)
