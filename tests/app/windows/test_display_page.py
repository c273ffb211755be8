import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.windows.display_page import DisplayPage, interface_words, relative_luminance
from app.windows.theme import Theme, apply_theme
from viewers.screens import px_per_mm, screen_id, set_measured
from viewers.settings import DeclaredDisplay, SettingsFile


@pytest.fixture
def page(qapp, qtbot, tmp_path):
    apply_theme(qapp, 1.0)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    made = DisplayPage(window, SettingsFile(tmp_path / "r.yaml"))
    made.open_for(window.screen())
    yield made
    made.pattern.close()
    set_measured({})


def test_that_what_is_declared_is_kept_and_given_to_the_log(qtbot, page, qapp):
    page.gsdf.setCurrentIndex(page.gsdf.findData("yes"))
    page.checked.setText("2026-11-02")
    page.l_min.setValue(0.5)
    page.l_max.setValue(450)
    with qtbot.waitSignal(page.declared) as declared:
        page.save_button.click()
    screen = screen_id(qapp.primaryScreen())
    assert declared.args == [DeclaredDisplay(screen, "yes", "2026-11-02", 0.5, 450.0, None)]
    assert SettingsFile(page._file.path).read().displays[screen] == declared.args[0]
    assert not page.isVisible()


def test_that_a_measured_bar_says_how_large_a_millimetre_is(page, qapp):
    page.bar_mm.setValue(80.0)
    assert page.save()
    assert px_per_mm(qapp.primaryScreen()) == pytest.approx(5.0)


@pytest.mark.parametrize(("date", "low", "high"), [("yesterday", 0.5, 400), ("2026-02-30", 0.5, 400), ("", 5, 2)])
def test_that_what_cannot_be_is_said_and_not_kept(qtbot, page, date, low, high):
    page.checked.setText(date)
    page.l_min.setValue(low)
    page.l_max.setValue(high)
    with qtbot.assertNotEmitted(page.declared):
        assert not page.save()
    assert page.problem.text()
    assert page.isVisible()


def test_that_it_fits_and_esc_closes_it(qtbot, page):
    qtbot.waitUntil(lambda: page.card.size() == page.card.sizeHint())
    assert page.rect().contains(page.card.geometry())
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_that_the_pattern_comes_and_goes(qtbot, page):
    page.pattern_button.click()
    qtbot.waitUntil(page.pattern.isVisible)
    qtbot.keyClick(page.pattern, Qt.Key.Key_Escape)
    assert not page.pattern.isVisible()
    assert page.isVisible()


def test_that_luminance_is_relative_to_white():
    assert relative_luminance("#ffffff") == pytest.approx(1.0)
    assert relative_luminance("#000000") == 0
    assert relative_luminance("#808080") == pytest.approx(0.2159, abs=1e-3)
    assert "brightness 60%" in interface_words(Theme(brightness=0.6))
