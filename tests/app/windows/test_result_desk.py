"""AI results in the plain viewer: found among the images, dropped on the window, refused quietly."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from app.windows.viewer import ViewerWindow
from overlays.result import Finding
from overlays.sources.own import result_file
from viewers.settings import SettingsFile


@pytest.fixture
def case(small_study: Path, tmp_path: Path) -> Path:
    """The images of a case that has a nodule."""
    return Path(shutil.copytree(small_study / "images" / "c1", tmp_path / "case"))


@pytest.fixture
def result(small_study: Path, tmp_path: Path) -> Path:
    """What AI says of it, in a folder of its own."""
    folder = tmp_path / "ai"
    folder.mkdir()
    for file in (small_study / "ai").glob("c1*"):
        shutil.copy(file, folder)
    return folder / "c1.json"


@pytest.fixture
def viewer(qtbot, tmp_path: Path):
    window = ViewerWindow(SettingsFile(tmp_path / "viewer.yaml"))
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    return window


def opened(qtbot, viewer: ViewerWindow, path: Path) -> None:
    with qtbot.waitSignal(viewer.first_painted):
        viewer.open_path(path)


def changed(path: Path, target: Path, **changes: object) -> None:
    (read,) = [result_file.read(path)]
    result_file.write(replace(read[0] if isinstance(read, tuple) else read, **changes), target)


def drop(viewer: ViewerWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    viewer.dropEvent(QDropEvent(QPointF(100, 100), copy, data, left, none))


def test_that_a_result_among_the_images_lies_over_them_with_its_panel(qtbot, viewer, case, result):
    for file in result.parent.iterdir():
        shutil.copy(file, case)
    with_the_first_image: list[bool] = []
    viewer.first_painted.connect(lambda: with_the_first_image.append(viewer.side.isVisible()))
    opened(qtbot, viewer, case)
    assert not with_the_first_image[0], "the images come first"
    qtbot.waitUntil(lambda: bool(viewer.ai.painters))
    assert viewer.side.isVisible()
    assert [(layer.draw, layer.title) for layer in viewer.ai.layers] == [
        ("box", "Findings"),
        ("heatmap", "What raised the score"),
    ]
    assert len(viewer.ai.panel.findings.findings.shown) == 1
    grid = viewer.light.grid
    grid.perform("scroll.first")
    grid.setFocus()
    QTest.keyClicks(grid, "]")
    assert grid.active_viewport.view.slice_index == 6
    qtbot.waitUntil(lambda: bool(viewer.ai.painters[0].painted))
    QTest.keyPress(grid, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: not viewer.ai.painters[0].painted)
    QTest.keyRelease(grid, Qt.Key.Key_G)


def test_that_the_panel_can_be_put_away_and_comes_only_with_results(qtbot, viewer, case, result):
    opened(qtbot, viewer, case)
    viewer.perform("layer_panel.toggle")
    assert not viewer.side.isVisible()
    drop(viewer, result)
    qtbot.waitUntil(viewer.side.isVisible)
    viewer.perform("layer_panel.toggle")
    assert not viewer.side.isVisible()


def test_that_a_result_of_another_patient_is_refused_quietly_and_never_painted(qtbot, viewer, case, result):
    changed(result, case / "other.json", patient="somebody else")
    opened(qtbot, viewer, case)
    qtbot.waitUntil(viewer.side.isVisible)
    assert viewer.ai.results == ()
    assert viewer.side.remarks.text() == "other.json – not shown: it names another patient"
    assert not viewer.message.isVisible()


def test_that_results_that_are_dropped_join_those_that_are_there_and_folders_of_images_are_opened(
    qtbot, viewer, case, result, small_study
):
    changed(result, case / "first.json")
    opened(qtbot, viewer, case)
    qtbot.waitUntil(lambda: len(viewer.ai.results) == 1)
    drop(viewer, result)
    qtbot.waitUntil(lambda: len(viewer.ai.results) == 2)
    with qtbot.waitSignal(viewer.first_painted):
        drop(viewer, small_study / "images" / "c2")
    assert viewer.ai.results == ()


def test_that_what_is_read_for_a_case_that_was_left_is_thrown_away(qtbot, viewer, case, result):
    opened(qtbot, viewer, case)
    viewer.results.add([result])
    viewer.results.clear()
    viewer.results.open(viewer.stage.case)
    viewer.results.add([result])
    qtbot.waitUntil(lambda: bool(viewer.ai.results))
    assert len(viewer.ai.results) == 1


def test_that_thumbnails_show_the_finding_from_the_volume_in_memory(qtbot, viewer, case, result):
    for file in result.parent.iterdir():
        shutil.copy(file, case)
    opened(qtbot, viewer, case)
    qtbot.waitUntil(lambda: bool(viewer.ai.painters))
    qtbot.waitUntil(lambda: viewer.light.grid.viewports[0].volume.is_complete)
    findings = viewer.ai.panel.findings
    (listed,) = findings.findings.shown
    assert isinstance(listed.finding, Finding)
    picture = viewer.ai.picture_of(listed, 40, 2.0)
    assert (picture.width(), picture.height()) == (80, 80)
    colours = {picture.pixelColor(x, y).name() for x in range(80) for y in range(80)}
    assert len(colours) > 10
    viewer.ai.refresh_pictures()
    qtbot.waitUntil(lambda: listed.key in findings.thumbnails._pictures)


def test_that_the_viewer_tells_where_each_result_comes_from_with_its_file(qtbot, viewer, case, result):
    for file in result.parent.iterdir():
        shutil.copy(file, case)
    opened(qtbot, viewer, case)
    qtbot.waitUntil(lambda: bool(viewer.ai.painters))
    origin = viewer.ai.results[0].provenance.model
    assert viewer.side.origins.text().startswith(origin)
    assert viewer.side.origins.text().endswith(result.name)
