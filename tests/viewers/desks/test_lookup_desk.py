from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from viewers.desks.lookup_desk import LookupDesk
from viewers.grid import ViewportGrid
from viewers.histogram import edges
from viewers.volume import Instance


@pytest.fixture
def path(tmp_path):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    made = FileDataset(tmp_path / "a.dcm", {}, file_meta=meta, preamble=b"\0" * 128)
    made.PatientName, made.PatientID, made.Rows, made.KVP = "Doe^Jane", "4711", 40, 120
    item = Dataset()
    item.CodeMeaning = "Chest"
    made.AnatomicRegionSequence = [item]
    made.save_as(tmp_path / "a.dcm")
    return Path(tmp_path / "a.dcm")


@pytest.fixture
def grid(qtbot, make_volume, path):
    made = ViewportGrid()
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    volume = make_volume(np.random.default_rng(2).integers(0, 900, (2, 40, 40)).astype(np.int16))
    instances = (Instance(path, "1"), Instance(path, "2"))
    with qtbot.waitSignal(made.first_painted):
        made.show_volume(0, replace(volume, header=replace(volume.header, instances=instances)))
    return made


def cells(browser):
    found = {}

    def walk(item):
        found[item.text(0) or item.text(1)] = item.text(3)
        for n in range(item.childCount()):
            walk(item.child(n))

    for n in range(browser.tree.topLevelItemCount()):
        walk(browser.tree.topLevelItem(n))
    return found


def test_that_the_histogram_follows_the_slice_and_its_window_can_be_dragged(qtbot, grid):
    desk = LookupDesk(grid)
    qtbot.keyClick(grid, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert desk.plot.isVisible()
    first = desk.plot.histogram
    assert first.counts.sum() == 1600
    grid.perform("scroll.first" if grid.active_viewport.view.slice_index else "scroll.next")
    qtbot.waitUntil(lambda: desk.plot.histogram is not first)
    grid.perform("window.auto")
    viewport = grid.active_viewport
    qtbot.waitUntil(lambda: desk.plot.x_of(edges(viewport.view.window)[1]) > 0 and viewport.is_painted)
    qtbot.wait(80)
    low, high = edges(viewport.view.window)
    start = QPoint(round(desk.plot.x_of(high)), 80)
    qtbot.mousePress(desk.plot, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(desk.plot, start - QPoint(60, 0))
    qtbot.mouseRelease(desk.plot, Qt.MouseButton.LeftButton, pos=start - QPoint(60, 0))
    now_low, now_high = edges(viewport.view.window)
    assert now_low == pytest.approx(low, abs=1e-6)
    assert now_high < high
    qtbot.keyClick(grid, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert not desk.plot.isVisible()


def test_that_readers_see_how_an_image_was_made_and_not_whose_it_is(qtbot, grid):
    desk = LookupDesk(grid)
    qtbot.keyClick(grid, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    shown = cells(desk.browser)
    assert float(shown["(0018,0060)"]) == 120
    assert shown["(0010,0010)"] == shown["(0010,0020)"] == "hidden while reading"
    assert "Doe" not in "".join(shown.values())
    desk.browser.copy()
    assert "Doe" not in QGuiApplication.clipboard().text()


def test_that_others_see_all_of_it_and_find_it_by_typing(qtbot, grid):
    desk = LookupDesk(grid, shows_identity=True)
    grid.perform("tags.show")
    assert cells(desk.browser)["(0010,0010)"] == "Doe^Jane"
    qtbot.keyClicks(desk.browser.search, "chest")
    qtbot.waitUntil(lambda: desk.browser.tree.topLevelItemCount() == 1)
    assert cells(desk.browser)["(0008,0104)"] == "Chest"
    qtbot.keyClick(desk.browser.search, Qt.Key.Key_Escape)
    assert not desk.browser.isVisible()


def test_that_a_file_that_has_gone_is_said_so(qtbot, grid, path):
    path.unlink()
    desk = LookupDesk(grid)
    grid.perform("tags.show")
    assert "can't be read" in desk.browser.title.text()


def test_that_rulers_come_and_go(grid, qtbot):
    LookupDesk(grid)
    viewport = grid.active_viewport
    plain = viewport.grab().toImage()
    grid.perform("ruler.toggle")
    assert viewport.grab().toImage() != plain
    grid.perform("ruler.toggle")
    assert viewport.grab().toImage() == plain
