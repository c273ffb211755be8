from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QColor

from app.windows.icons import IconButton, files, icon, icon_names, icon_pixmap, window_icon
from app.windows.theme import apply_theme, current_theme

WANTED = {
    "layout-1x1", "layout-1x2", "layout-2x2", "link", "fit", "one-to-one", "invert", "window", "zoom", "pan", "scroll",
    "eye", "eye-off", "mark", "trash", "undo", "help", "pause", "play", "check", "arrow-next", "info", "warning",
    "sign-in", "folder", "lock",
}  # fmt: skip


def test_that_every_icon_the_rooms_ask_for_is_drawn():
    assert set(icon_names()) >= WANTED


@pytest.mark.parametrize("name", sorted(WANTED))
def test_that_an_icon_is_a_24_pixel_drawing_without_colours_of_its_own(name):
    text = files("resources").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke") == "currentColor"
    assert "#" not in text


@pytest.mark.parametrize("name", sorted(WANTED))
def test_that_an_icon_leaves_ink_of_the_theme_on_the_picture(qapp, name):
    apply_theme(qapp, 1.0)
    image = icon_pixmap(name, "accent").toImage()
    wanted = current_theme().colour("accent")
    inked = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 250
    ]
    assert len(inked) > 20
    assert all(_near(colour, wanted) for colour in inked)


def test_that_an_unknown_icon_is_an_error_not_an_empty_picture(qapp):
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_that_the_program_has_a_sign_of_its_own(qapp):
    image = window_icon().pixmap(64, 64).toImage()
    assert image.pixelColor(32, 5).alpha() == 255
    assert image.pixelColor(0, 0).alpha() == 0


def test_that_a_button_with_an_icon_has_words_for_those_who_do_not_see_it(qtbot):
    button = IconButton("pause", "Pause", key="P")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Pause"
    assert button.toolTip() == "Pause  (P)"
    assert not button.icon().isNull()


def _near(one: QColor, other: QColor) -> bool:
    return all(abs(a - b) <= 3 for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))
