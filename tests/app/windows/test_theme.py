import re
from importlib.resources import files
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFontInfo, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.windows.theme import INKS, PAIRS, SURFACES, Theme, apply_theme, contrast, current_theme, scale_for, style_sheet


@pytest.mark.parametrize(("ink", "surface"), PAIRS)
def test_that_text_reaches_seven_to_one_on_whatever_it_stands_on(ink, surface):
    colours = Theme().hexes()
    assert contrast(colours[ink], colours[surface]) >= 7.0


@settings(max_examples=30, deadline=None)
@given(brightness=st.floats(0.0, 1.5))
def test_that_dimming_the_chrome_keeps_its_text_legible(brightness):
    colours = Theme(brightness=brightness).hexes()
    assert all(contrast(colours[ink], colours[surface]) >= 7.0 for ink, surface in PAIRS)


def test_that_contrast_agrees_with_the_published_extremes():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # WCAG's own borderline grey


def test_that_every_ink_on_every_surface_is_among_the_checked_pairs():
    assert set(product(INKS, SURFACES)) <= set(PAIRS)


def test_that_chrome_is_darker_than_mid_grey_and_neutral():
    for surface in ("ground", "field", "chrome", "raised", "hover", "pressed"):
        channels = [int(SURFACES[surface][i : i + 2], 16) for i in (1, 3, 5)]
        assert max(channels) <= 48
        assert max(channels) - min(channels) <= 8


def test_that_no_ink_is_a_saturated_red():
    for ink in INKS.values():
        red, green, blue = (int(ink[i : i + 2], 16) for i in (1, 3, 5))
        assert red - max(green, blue) < 64


def test_that_the_style_sheet_names_only_tokens_and_writes_out_no_colour():
    text = files("resources").joinpath("styles", "dark.qss").read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", text)
    assert "${" not in style_sheet(Theme())


def test_that_larger_screens_get_larger_type_and_small_ones_no_smaller():
    assert scale_for(800) == 1.0
    assert scale_for(600) == 1.0
    assert 1.4 <= scale_for(1600) <= 1.6
    assert scale_for(1600, 1.25) == pytest.approx(scale_for(1600) * 1.25, abs=0.02)


def test_that_nothing_qt_paints_by_itself_is_light(qapp, qtbot):
    apply_theme(qapp, 1.0)
    for palette in (QApplication.palette(), QToolTip.palette()):
        for role in (
            QPalette.ColorRole.Window,
            QPalette.ColorRole.Base,
            QPalette.ColorRole.Button,
            QPalette.ColorRole.ToolTipBase,
        ):
            for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
                assert palette.color(group, role).lightness() < 48


def test_that_a_window_full_of_controls_has_hardly_a_bright_pixel(qapp, qtbot):
    apply_theme(qapp, 1.0)
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    combo = QComboBox()
    combo.addItems(["one", "two"])
    for widget in (QLabel("words"), QPushButton("press"), QLineEdit(), combo):
        column.addWidget(widget)
    window.show()
    menu = QMenu(window)
    menu.addAction("one")
    assert combo.view().palette().color(QPalette.ColorRole.Base).lightness() < 48
    for grabbed in (window.grab().toImage(), menu.grab().toImage()):
        grey = grabbed.convertToFormat(QImage.Format.Format_Grayscale8)
        levels = np.frombuffer(grey.constBits(), np.uint8)
        assert np.median(levels) < 48
        assert (levels > 160).mean() < 0.1


def test_that_inter_is_what_text_is_set_in(qapp):
    apply_theme(qapp, 1.0)
    assert QFontInfo(QApplication.font()).family() == "Inter"


def test_that_the_theme_can_be_laid_anew_while_running(qapp):
    apply_theme(qapp, 1.0)
    before = QApplication.font().pointSizeF()
    theme = apply_theme(qapp, 1.5, brightness=0.5)
    assert current_theme() == theme
    assert QApplication.font().pointSizeF() == pytest.approx(before * 1.5)
    apply_theme(qapp, 1.0)
