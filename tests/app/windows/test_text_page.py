import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest

from app.reading.script import AskedQuestion, PageScript
from app.windows.text_page import TextPage
from app.windows.theme import apply_theme, current_theme
from study_configs.questions import FreeText, Likert

TEXT = "# How to read\n\nRead each exam **as you would at work**.\n\n- Scroll with the wheel.\n- Answer.\n"
HELPFUL = AskedQuestion("helpful", Likert(ask="The AI helped me.", answer="likert", points=7, per="sitting"))
WHY = AskedQuestion(
    "why", FreeText(ask="Why?", answer="text", per="sitting", required=False, show_if="answer.helpful > 4")
)


@pytest.fixture
def page(qapp, qtbot):
    apply_theme(qapp, 1.0)
    made = TextPage()
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    return made


def test_that_enter_goes_on_once(page, qtbot):
    page.show_page(TEXT, number=1, of=2)
    said = []
    page.acknowledged.connect(said.append)
    for _ in range(2):
        QTest.keyClick(page, Qt.Key.Key_Return)
    assert said == [{}]
    assert page.progress.text() == "1 of 2"


def test_that_the_next_page_can_be_gone_on_from_again(page):
    said = []
    page.acknowledged.connect(said.append)
    for number in (1, 2):
        page.show_page(TEXT, number=number, of=2)
        QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert len(said) == 2


def test_that_markdown_is_set_as_text(page):
    page.show_page(TEXT)
    shown = page.text.toPlainText()
    assert "How to read" in shown
    assert "**" not in shown
    assert "#" not in shown


def test_that_a_line_holds_about_seventy_characters(page, qtbot):
    prose = "Read each exam as you would at work, and answer as you would answer a colleague. " * 12
    page.show_page(prose)
    document = page.text.document()
    layout = document.begin().layout()
    lines = [layout.lineAt(at).textLength() for at in range(layout.lineCount() - 1)]
    assert 55 <= sum(lines) / len(lines) <= 75
    assert QFontMetricsF(document.defaultFont()).height() >= QFontMetricsF(current_theme().font("body")).height()


def test_that_a_short_text_needs_no_scrolling_and_a_long_one_scrolls_by_key(page, qtbot):
    page.show_page(TEXT)
    assert page.text.verticalScrollBar().maximum() == 0
    page.show_page("\n\n".join([TEXT] * 30))
    bar = page.text.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    assert bar.value() > 0


def test_that_a_question_on_the_page_is_answered_by_its_digit_and_handed_over(page, qtbot):
    page.show_page("Thank you.", title="Your opinion", page=PageScript("opinion", (HELPFUL,)))
    assert not page.button.isEnabled()
    assert page.open_words.text() == "1 question still open"
    QTest.keyClick(page, Qt.Key.Key_6)
    with qtbot.waitSignal(page.acknowledged) as said:
        QTest.keyClick(page, Qt.Key.Key_Enter)
    assert said.args == [{"helpful": 6}]


def test_that_a_required_question_holds_the_page(page, qtbot):
    page.show_page("Thank you.", page=PageScript("opinion", (HELPFUL,)))
    with qtbot.assertNotEmitted(page.acknowledged):
        QTest.keyClick(page, Qt.Key.Key_Return)


def test_that_an_answer_to_a_question_that_is_no_longer_asked_is_left_out(page, qtbot):
    page.show_page("Thank you.", page=PageScript("opinion", (HELPFUL, WHY)))
    QTest.keyClick(page, Qt.Key.Key_6)
    editor = page.findChild(type(page._list.field("why").editor))
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    QTest.keyClicks(editor, "It found one")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert page.answers() == {"helpful": 6, "why": "It found one"}
    QTest.keyClick(page, Qt.Key.Key_2)
    assert page.answers() == {"helpful": 2}


def test_that_pages_load_nothing_from_outside(page):
    page.show_page("![picture](http://example.invalid/x.png) [link](http://example.invalid)")
    assert not page.text.openLinks()
    assert not page.text.openExternalLinks()
