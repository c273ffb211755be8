"""The series list: thumbnails as slices arrive, choosing by mouse and key, dragging."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt

from viewers.comparing.exams import exams
from viewers.comparing.key_images import key_image
from viewers.dicom.scan import scan
from viewers.panels.series_list import (
    ROLE_HEADING,
    ROLE_KEYS,
    ROLE_PLACES,
    ROLE_SHARE,
    ROLE_THUMBNAIL,
    ROW_PX,
    SERIES_MIME,
    SeriesList,
    series_lines,
    thumbnail,
)


@pytest.fixture
def volumes(make_volume):
    stack = make_volume(np.full((9, 40, 40), 200, np.int16), description="Thorax", modality="CT")
    film = make_volume(np.full((1, 60, 30), 200, np.uint16), description="", modality="DX", series_number=4)
    return stack, film


@pytest.fixture
def series(qtbot, volumes):
    widget = SeriesList()
    qtbot.addWidget(widget)
    widget.set_series([v.header for v in volumes])
    widget.show()
    return widget


def test_that_a_row_says_what_and_how_many(volumes):
    assert series_lines(volumes[0].header) == ("Thorax", "CT · 9 images")
    assert series_lines(volumes[1].header) == ("Series 4", "DX · 1 image")


def test_that_a_thumbnail_appears_once_a_slice_is_there_and_the_middle_one_replaces_it(qtbot, series, volumes):
    stack = volumes[0]
    stack.loaded[:] = False
    series.set_volume(0, stack)
    assert series.item(0).data(ROLE_THUMBNAIL) is None
    stack.stored[4] = 0
    for index in (0, 4):
        is_shown = partial(_has_picture, series, index)
        with qtbot.waitSignal(series.model().dataChanged, check_params_cb=is_shown):
            stack.loaded[index] = True
    assert series.item(0).data(ROLE_SHARE) == pytest.approx(2 / 9)


def _has_picture(series, index, *changed):
    image = series.item(0).data(ROLE_THUMBNAIL)
    return image is not None and (image.pixelColor(64, 64).red() > 128) == (index == 0)


def test_that_series_that_nobody_opened_have_thumbnails_too(qtbot, series, small_series, tmp_path):
    headers = scan(small_series).series
    (gone,) = (replace(header, instances=tuple(_lost(i, tmp_path) for i in header.instances)) for header in headers)
    series.set_series((*headers, gone))
    qtbot.waitUntil(lambda: series.item(0).data(ROLE_THUMBNAIL) is not None and not series._making)
    assert any(series.item(0).data(ROLE_THUMBNAIL).pixelColor(x, 64).red() > 60 for x in range(128))
    assert series.item(1).data(ROLE_THUMBNAIL) is None, "its files are gone; opening it says so"


def _lost(instance, folder):
    return replace(instance, path=folder / "gone.dcm")


@pytest.fixture
def small_series(tmp_path):
    from resources.phantoms.chest_ct import PhantomExam
    from resources.phantoms.series import write_series

    voxels = np.full((4, 32, 32), -1000, np.int16)
    voxels[:, 8:24, 8:24] = 40
    write_series(PhantomExam(1, voxels, np.diag([2.0, 2.0, 5.0, 1.0]), (), False), tmp_path / "case", case="c")
    return tmp_path / "case"


def test_that_a_click_and_enter_choose_a_series(qtbot, series):
    with qtbot.waitSignal(series.series_chosen) as signal:
        place = series.visualItemRect(series.item(1)).center()
        qtbot.mouseClick(series.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert signal.args == [1]
    qtbot.keyClick(series, Qt.Key.Key_Up)
    with qtbot.waitSignal(series.series_chosen) as signal:
        qtbot.keyClick(series, Qt.Key.Key_Return)
    assert signal.args == [0]


def test_that_stepping_stops_at_the_ends(qtbot, series):
    series.choose(0)
    with qtbot.waitSignal(series.series_chosen) as signal:
        series.step(1)
    assert signal.args == [1]
    with qtbot.assertNotEmitted(series.series_chosen):
        series.step(1)


def test_that_a_dragged_row_carries_its_number(series):
    assert bytes(series.mimeData([series.item(1)]).data(SERIES_MIME).data()) == b"1"


def test_that_a_thumbnail_keeps_the_images_proportions(volumes):
    film = replace(volumes[1], stored=np.full((1, 60, 30), 60_000, np.uint16))
    image = thumbnail(film, 0)
    assert image.pixelColor(64, 4).red() > 0
    assert image.pixelColor(4, 64).red() == 0


def test_that_exams_have_headings_and_priors_say_so(series, volumes):
    headers = [
        replace(volumes[0].header, exam_uid="2", acquired="20240701"),
        replace(volumes[1].header, exam_uid="1", acquired="20230502"),
    ]
    series.set_series(headers, exams(headers))
    assert series.item(0).data(ROLE_HEADING) == ("2024-07-01, current", False)
    assert series.item(1).data(ROLE_HEADING) == ("2023-05-02, prior, 14 months before", True)
    assert "prior" in series.item(1).text(), "for those who hear the list"
    assert series.visualItemRect(series.item(1)).height() > ROW_PX
    series.set_series(headers[:1], exams(headers[:1]))
    assert series.item(0).data(ROLE_HEADING) is None, "one exam needs none"


def test_that_it_is_marked_which_series_stands_in_which_viewport(series):
    series.set_shown({0: 1, 1: 0, 2: 1})
    assert [series.item(row).data(ROLE_PLACES) for row in (0, 1)] == [(2,), (1, 3)]


def test_that_series_without_key_images_can_be_left_out(qtbot, series, volumes):
    headers = [replace(volume.header, series_uid=str(n)) for n, volume in enumerate(volumes)]
    series.set_series(headers)
    image = key_image(headers[1], 0)
    qtbot.keyClick(series, Qt.Key.Key_K)
    assert not series.isRowHidden(0), "nothing is left out while there is no key image"
    series.set_key_images((image,))
    assert (series.item(1).data(ROLE_KEYS), series.isRowHidden(0), series.isRowHidden(1)) == (1, True, False)
    qtbot.keyClick(series, Qt.Key.Key_K)
    assert not series.isRowHidden(0)


def test_that_a_row_with_everything_is_painted(qtbot, series, volumes):
    headers = [replace(v.header, exam_uid=str(n), acquired=f"202{n}0101") for n, v in enumerate(volumes)]
    series.set_series(headers, exams(headers))
    before = series.grab().toImage()
    series.set_shown({0: 0})
    series.set_key_images((key_image(headers[0], 0),))
    assert series.grab().toImage() != before
