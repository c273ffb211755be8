"""The viewer over images that can't be shown: each says so in its place, and everything else is shown."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless

from app.windows.viewer import ViewerWindow
from study_configs.problem import StudyProblem
from viewers.settings import SettingsFile

from .conftest import ENVIRONMENT, command, handles, wait_for

Opened = Callable[[Path], ViewerWindow]
BAD_STREAM = b"\xff\x4f\xff\x51" + bytes(200)


def write_stack(folder: Path, count: int, bad: Collection[int] = (), series: str = "1.2.3") -> Path:
    """Compressed slices of which some cannot be decoded."""
    folder.mkdir(parents=True, exist_ok=True)
    shade = (np.add.outer(np.arange(32), np.arange(32)) * 60).astype(np.uint16)
    good = imagecodecs.jpeg2k_encode(shade, level=0, codecformat="j2k", reversible=True)
    for index in range(count):
        data, data.file_meta = Dataset(), FileMetaDataset()
        data.file_meta.TransferSyntaxUID = JPEG2000Lossless
        data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = f"{series}.{index + 1}"
        data.SeriesInstanceUID, data.StudyInstanceUID, data.FrameOfReferenceUID = series, "1.2", "1.9"
        data.Modality, data.PatientID, data.InstanceNumber = "CT", "nobody", index + 1
        data.ImageOrientationPatient, data.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, 2 * index]
        data.PixelSpacing, data.Rows, data.Columns = [1, 1], 32, 32
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
        data.PixelData = encapsulate([BAD_STREAM if index in bad else good])
        data["PixelData"].is_undefined_length = True
        data.save_as(folder / f"{index:03d}.dcm", enforce_file_format=True)
    return folder


@pytest.fixture
def opened(qtbot, tmp_path: Path):
    """Opens a path and waits until an image is painted."""
    windows = []

    def open_path(path: Path) -> ViewerWindow:
        window = shown(qtbot, tmp_path)
        windows.append(window)
        with qtbot.waitSignal(window.first_painted):
            window.open_path(path)
        return window

    yield open_path
    for window in windows:
        window.close()


def shown(qtbot, folder: Path) -> ViewerWindow:
    window = ViewerWindow(SettingsFile(folder / "settings.toml"))
    qtbot.addWidget(window)
    window.resize(1000, 700)
    with qtbot.waitExposed(window):
        window.show()
    return window


def test_that_a_bad_slice_says_why_in_its_place_and_the_rest_goes_on(opened: Opened, qtbot, tmp_path: Path) -> None:
    window = opened(write_stack(tmp_path / "ct", 20, {4}))
    viewport = window.light.grid.active_viewport
    qtbot.waitUntil(lambda: 4 in viewport.lost)
    assert viewport.volume is not None
    qtbot.waitUntil(lambda: int(viewport.volume.loaded.sum()) == 19)
    viewport.perform("scroll.first")
    said = []
    for _ in range(8):
        viewport.perform("scroll.next")
        viewport.grab()
        said.append(viewport.words_in_place)
    assert [bool(words) for words in said] == [index == 4 for index in range(1, 9)]
    assert said[3].startswith("This image (5) can't be shown: 004.dcm: Its pixels cannot be decoded")
    qtbot.waitUntil(lambda: "004.dcm" in window.notice.text())


@pytest.mark.parametrize("bad", [{10}, set(range(5, 15)), set(range(19))])
def test_that_a_series_whose_opening_slice_is_bad_opens_at_the_nearest(
    opened: Opened, tmp_path: Path, bad: set[int]
) -> None:
    window = opened(write_stack(tmp_path / "ct", 20, bad))
    viewport = window.light.grid.active_viewport
    assert viewport.is_painted
    assert viewport.view is not None
    assert viewport.view.slice_index not in bad


def test_that_a_series_without_any_good_image_is_told_and_another_path_opens_after_it(qtbot, tmp_path: Path) -> None:
    window = shown(qtbot, tmp_path)
    with qtbot.waitSignal(window.failed) as failed:
        window.open_path(write_stack(tmp_path / "bad", 3, {0, 1, 2}))
    [problem] = failed.args
    assert isinstance(problem, StudyProblem)
    assert "cannot be decoded" in str(problem)
    with qtbot.waitSignal(window.first_painted):
        window.open_path(write_stack(tmp_path / "good", 3))
    window.close()


def test_that_a_cine_goes_on_over_a_bad_slice(opened: Opened, qtbot, tmp_path: Path) -> None:
    window = opened(write_stack(tmp_path / "ct", 6, {4}))
    viewport = window.light.grid.active_viewport
    qtbot.waitUntil(lambda: 4 in viewport.lost)
    viewport.perform("scroll.first")
    seen: set[int] = set()
    viewport.view_changed.connect(lambda view: seen.add(view.slice_index))
    window.light.grid.perform("cine.toggle", "key")
    qtbot.waitUntil(lambda: seen == {0, 1, 2, 3, 5})


def test_that_files_that_vanish_while_they_load_are_said_in_their_place(opened: Opened, qtbot, tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "ct", 300)
    window = opened(folder)
    shutil.rmtree(folder)
    viewport = window.light.grid.active_viewport
    volume = viewport.volume
    assert volume is not None
    qtbot.waitUntil(lambda: int(volume.loaded.sum()) + len(viewport.lost) == 300)
    qtbot.waitUntil(lambda: viewport.is_painted)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_that_what_is_no_file_beside_images_keeps_nobody_waiting(opened: Opened, tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "ct", 3)
    os.mkfifo(folder / "pipe.dcm")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / "zero.dcm").symlink_to("/dev/zero")
    (folder / "DICOMDIR").touch()
    window = opened(folder)
    assert window.stage.case is not None
    assert [header.frames for header in window.stage.case.series] == [3]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks the system in /proc")
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_that_a_viewer_nobody_touches_closes_when_it_is_asked_to(tmp_path: Path, asked: signal.Signals) -> None:
    environment = {**ENVIRONMENT, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    words = command("view", write_stack(tmp_path / "ct", 3))
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as viewer:
        wait_for(lambda: viewer.poll() is not None or handles(viewer.pid, signal.SIGTERM))  # Python's own is SIGINT
        with suppress(subprocess.TimeoutExpired):
            viewer.wait(1)  # nobody touches it
        viewer.send_signal(asked)
        _, said = viewer.communicate(timeout=60)
    assert viewer.returncode == 0
    assert said == ""
