"""The card that says how true a picture is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from viewers.desks.fidelity_desk import FidelityDesk
from viewers.fidelity import Note
from viewers.grid import ViewportGrid
from viewers.volume import Lossy


@pytest.fixture
def grid(qtbot, make_volume):
    shown = ViewportGrid()
    shown.resize(500, 400)
    qtbot.addWidget(shown)
    shown.show()
    with qtbot.waitSignal(shown.first_painted):
        shown.show_volume(0, make_volume(np.zeros((3, 40, 40), np.int16), lossy=Lossy(8.0, "JPEG 2000")))
    return shown


def test_that_the_command_opens_a_card_with_cautions_first_and_closes_it(grid):
    desk = FidelityDesk(grid)
    assert grid.perform("fidelity.show", "key")
    assert desk.card.isVisible()
    text = desk.card.text()
    assert text.index("8:1") < text.index("Enlarged")
    grid.perform("fidelity.show", "key")
    assert not desk.card.isVisible()


def test_that_the_card_follows_the_picture(grid, qtbot):
    desk = FidelityDesk(grid)
    grid.perform("fidelity.show")
    with qtbot.waitSignal(grid.view_changed):
        grid.active_viewport.set_view(replace(grid.active_viewport.view, filter="smooth"))
    assert "smoothed" in desk.card.text()


def test_that_layers_add_their_own_notes_and_no_word_becomes_markup(grid):
    note = Note("layer", "", "Saliency: nothing below <0.5> is drawn.")
    desk = FidelityDesk(grid, lambda _index, _header: (note,))
    grid.perform("fidelity.show")
    assert "nothing below &lt;0.5&gt;" in desk.card.text()


def test_that_an_empty_viewport_has_nothing_to_say(qtbot):
    empty = ViewportGrid()
    qtbot.addWidget(empty)
    assert FidelityDesk(empty).notes == ()
