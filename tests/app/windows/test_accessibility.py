import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.windows.about import AboutOverlay
from app.windows.display_page import DisplayPage
from app.windows.farewell import FarewellPage
from app.windows.help_overlay import HelpOverlay, command_groups
from app.windows.icons import IconButton
from app.windows.message import MessageOverlay
from app.windows.preferences import PreferencesPage
from app.windows.questions.answer_button import AnswerButton
from app.windows.questions.answer_slider import AnswerSlider
from app.windows.theme import apply_theme, contrast
from app.windows.viewer import ViewerWindow
from study_configs.problem import StudyProblem
from study_configs.questions import Slider
from viewers.settings import SettingsFile
from viewers.volume import Window

FOCUS_CONTRAST = 3.0  # WCAG 2.2, 1.4.11 and 2.4.13
PROBLEM = StudyProblem("The file ends early.", where="a.dcm", todo="Copy it again.")


@pytest.fixture
def window(qapp, qtbot):
    apply_theme(qapp, 1.0)
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


@pytest.fixture
def file(tmp_path):
    made = SettingsFile(tmp_path / "r.yaml")
    for number in (1, 2, 3, 4):
        made.keep_window("CT", number, Window(100, 300, "linear_exact", f"Own {number}"))
    return made


def made(window, file, which):
    """A card that can lie over a window, and what opens it."""
    match which:
        case "preferences":
            card = PreferencesPage(window, file)
            return card, card.open_page
        case "display":
            card = DisplayPage(window, file)
            return card, lambda: card.open_for(window.screen())
        case "keys":
            card = HelpOverlay(window)
            return card, lambda: card.open_with(command_groups())
        case "message":
            card = MessageOverlay(window)
            return card, lambda: card.show_problem(PROBLEM)
    card = AboutOverlay(window)
    return card, card.open


def stops(root):
    """Everything that Tab reaches, or that takes the keyboard otherwise."""
    inside = [root, *root.findChildren(QWidget)]
    return [w for w in inside if w.focusPolicy() != Qt.FocusPolicy.NoFocus and w.isVisibleTo(root)]


def name_of(widget):
    """The name that a screen reader says."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def nameless(root):
    """What takes the keyboard without a name; the insides of Qt's own compound widgets go by their owner's name."""
    return [w for w in stops(root) if not name_of(w) and not w.objectName().startswith("qt_")]


@pytest.mark.parametrize("which", ["preferences", "display", "about", "keys", "message"])
def test_that_everything_on_a_card_that_takes_the_keyboard_has_a_name(window, file, which):
    card, open_it = made(window, file, which)
    open_it()
    assert nameless(card) == []


def test_that_everything_in_a_sitting_that_takes_the_keyboard_has_a_name(start, qtbot, qapp):
    run = start()
    missing = {"sign-in": nameless(run.window.sign_in_page)}
    seen = []
    run.window.page_shown.connect(seen.append)
    run.window.begin("reader-1")
    qtbot.waitUntil(lambda: bool(seen), timeout=10_000)
    missing[seen[-1]] = nameless(run.window.pages.currentWidget())
    missing["room"] = nameless(run.window.room)
    missing["farewell"] = nameless(FarewellPage("finished", "abc"))
    assert missing == {page: [] for page in missing}


def test_that_everything_in_the_viewer_that_takes_the_keyboard_has_a_name(qapp, qtbot, tmp_path):
    apply_theme(qapp, 1.0)
    made = ViewerWindow(SettingsFile(tmp_path / "viewer.yaml"))
    qtbot.addWidget(made)
    made.show()
    assert nameless(made) == []
    made.close()


@pytest.mark.parametrize("which", ["preferences", "display", "about", "keys", "message"])
def test_that_esc_closes_every_card_from_wherever_the_keyboard_is(window, file, which, qtbot):
    card, open_it = made(window, file, which)
    open_it()
    count = len([w for w in card.card.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus])
    for turns in range(min(count, 3) + 1):
        card.dismiss()
        open_it()
        for _ in range(turns):
            qtbot.keyClick(window.window().focusWidget() or card, Qt.Key.Key_Tab)
        qtbot.keyClick(window.window().focusWidget() or card, Qt.Key.Key_Escape)
        assert not card.isVisible(), (which, turns)


@pytest.mark.parametrize("which", ["preferences", "display", "message"])
def test_that_tab_goes_through_all_of_a_card_and_around_and_is_caught_nowhere(window, file, which, qtbot):
    card, open_it = made(window, file, which)
    open_it()
    reachable = {
        w for w in card.card.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled() and w.isVisible() and w.focusProxy() is None
    }  # fmt: skip
    visited = []
    for _ in range(len(reachable)):
        card.focusNextPrevChild(True)
        visited.append(window.window().focusWidget())
    assert set(visited) == reachable  # no trap, nothing left out
    first = window.window().focusWidget()
    card.focusNextPrevChild(False)
    card.focusNextPrevChild(True)
    assert window.window().focusWidget() is first


def picture(widget):
    """What a widget looks like, shape (pixels, 4)."""
    QApplication.processEvents()
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4).copy()


def ring_contrast(widget):
    """Of the pixels that focus changes, the contrast that a tenth of them exceeds; and how many change."""
    widget.clearFocus()
    before = picture(widget)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    after = picture(widget)
    pairs = np.hstack([before, after])[(before != after).any(axis=1)]
    kinds, counts = np.unique(pairs, axis=0, return_counts=True)
    found = sorted((contrast(colour(pair[:4]), colour(pair[4:])), n) for pair, n in zip(kinds, counts, strict=True))
    each = np.repeat([ratio for ratio, _ in found], [n for _, n in found])
    return (float(each[-max(1, len(each) // 10)]) if len(each) else 1.0), len(each)


def colour(pixel):
    blue, green, red = (int(each) for each in pixel[:3])
    return QColor(red, green, blue).name()


@pytest.mark.parametrize(
    "make",
    [
        lambda: QPushButton("Plain"),
        lambda: AnswerButton("Yes", "Y"),
        lambda: AnswerSlider(Slider(ask="?", answer="slider")),
        lambda: IconButton("pause", "Pause"),
        lambda: QLineEdit("text"),
        lambda: QComboBox(),
        lambda: QCheckBox("Check"),
    ],
)
@pytest.mark.parametrize("brightness", [1.0, 0.4])
def test_that_focus_is_seen(make, brightness, qapp, qtbot):
    apply_theme(qapp, 1.0, brightness)
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    other, widget = QPushButton("other"), make()
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for each in (other, widget):
        column.addWidget(each)
    page.resize(320, 160)
    page.show()
    page.activateWindow()
    other.setFocus()
    seen, pixels = ring_contrast(widget)
    apply_theme(qapp, 1.0)
    assert pixels >= 200  # more than the outline of a small button
    assert seen >= FOCUS_CONTRAST


@pytest.mark.parametrize("scale", [1.0, 1.6])
@pytest.mark.parametrize("which", ["preferences", "display", "about", "keys", "message"])
def test_that_a_card_in_dutch_and_large_type_cuts_no_text(window, file, which, scale, dutch, qapp):
    apply_theme(qapp, scale)
    card, open_it = made(window, file, which)
    open_it()
    QApplication.processEvents()
    parts = [w for w in card.card.findChildren(QWidget) if isinstance(w, QLabel | QPushButton | QComboBox | QCheckBox)]
    cut = [w for w in parts if w.isVisible() and (w.height() < least(w).height() or w.width() < least(w).width())]
    apply_theme(qapp, 1.0)
    assert cut == []
    assert card.card.width() <= window.width()


def least(widget):
    """The room that a control's words need; a text that wraps needs its height only."""
    if isinstance(widget, QLabel) and widget.wordWrap():
        return QSize(0, widget.heightForWidth(widget.width()))
    return widget.minimumSizeHint()


def test_that_number_fields_show_their_number(window, file):
    card, open_it = made(window, file, "display")
    open_it()
    QApplication.processEvents()
    for field in (card.bar_mm, card.l_min, card.l_max, card.ambient):
        assert field.lineEdit().width() > field.width() / 2
