"""A sitting is read in the real window; the replay's window then shows the same pixels at the same moments."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest

from app.analysis.replay.recorded import Recorded, recorded
from app.conduct.replaying import TrialSource, checked_before, study_beside
from app.store.acts import TrialVoided, Who, record
from app.store.reader import LoggedEvent, open_store
from app.store.writer import StoreWriter
from app.tracking.events import PanelsPlaced, SeriesHashed
from app.tracking.events.gaze import GazeMoved
from app.windows.replay.fetching import Fetcher
from app.windows.replay.film import FilmPlan, write
from app.windows.replay.projector import Projector
from app.windows.replay.view import ReplayView
from app.windows.replay.window import ReplayWindow

from ..test_exposure_log import CASE, Reader, pause_and_go_on, pixels, study  # noqa: F401  # a fixture
from ..test_sitting import read_texts, sign_in, wait_for_phase

pytestmark = pytest.mark.slow
PLAYED: list[tuple[list, Path, Path]] = []  # shots, store, study of the one sitting that all tests here look at


def read(qtbot, room) -> Reader:
    reader = Reader(qtbot, room)
    reader.grid.setFocus()
    reader.grid.perform("annotations.toggle", "key")
    reader.does("began", lambda: None)
    reader.does("scrolled", reader.key(Qt.Key.Key_Down))
    reader.does("zoomed", reader.command("zoom.in"))
    reader.does("chose a finding", reader.key(Qt.Key.Key_BracketRight))
    reader.does("lowered the threshold", reader.slides("marks", "threshold", 30))
    reader.does("windowed", reader.command("window.wider"))
    reader.does("pointed at a finding", reader.points(66, 48))
    reader.does("coronal", reader.command("plane.coronal"))
    reader.does("three planes", reader.command("layout.mpr"))
    reader.does("two", reader.command("layout.1x2"))
    QTest.keyPress(reader.grid, Qt.Key.Key_G)
    reader.does("held", lambda: None)
    QTest.keyRelease(reader.grid, Qt.Key.Key_G)
    reader.does("let go", lambda: None)
    pause_and_go_on(reader)
    QTest.keyClick(reader.grid, Qt.Key.Key_Y)
    QTest.keyClick(reader.grid, Qt.Key.Key_N)
    return reader


@pytest.fixture
def sitting(request) -> tuple[list, Path, Path]:
    if not PLAYED:
        qtbot, start, folder = (request.getfixturevalue(name) for name in ("qtbot", "start", "study"))
        run = start(folder)
        sign_in(qtbot, run.window)
        read_texts(qtbot, run.window)
        reader = read(qtbot, wait_for_phase(qtbot, run.window))
        qtbot.waitUntil(lambda: run.window.driver.recorder.counts["SeriesHashed"] > 0)
        run.close()
        PLAYED.append((reader.shots, run.store, folder))
    return PLAYED[0]


def read_back(store: Path) -> Recorded:
    with open_store(store) as opened:
        return recorded(opened)


@pytest.fixture
def replay(qtbot, tmp_path):
    """Opens the replay of a store's only sitting; `without` a study where None is given."""

    def make(store: Path, folder: Path | None) -> ReplayWindow:
        found = read_back(store)
        loaded = study_beside(store, folder)
        fetcher = Fetcher(TrialSource(found, loaded, tmp_path / "prepared"))
        window = ReplayWindow(Projector(found, checked_before(store, found, loaded), fetcher), fetcher)
        qtbot.addWidget(window)
        window.resize(2400, 1400)
        window.show()
        return window

    return make


def go_to(qtbot, window: ReplayWindow, at_ns: int) -> None:
    window.show_at(at_ns)
    qtbot.waitUntil(lambda: not window._projector.is_waiting)
    window.show_at(at_ns)


def test_that_the_replay_shows_every_screen_of_the_sitting_to_the_pixel(qtbot, sitting, replay):
    shots, store, folder = sitting
    window = replay(store, folder)
    window.perform("pointer")  # what lies over the pictures is the replay's own
    for shot in shots:
        go_to(qtbot, window, shot.at_ns)
        stage = window.view.stage
        assert stage.scale == 1.0
        box = stage.box(shot.viewport).toRect()
        grabbed = stage.grab(QRect(box)).toImage()
        assert np.array_equal(pixels(grabbed), shot.pixels), f"{shot.what}, viewport {shot.viewport}"
    assert window.view.warning.isHidden()
    window.close()


def test_that_images_and_results_are_those_of_then_by_their_hashes(qtbot, sitting, replay):
    shots, store, folder = sitting
    window = replay(store, folder)
    go_to(qtbot, window, shots[0].at_ns)
    checks = window._projector.at(shots[0].at_ns).side.checks
    assert {check.verdict for check in checks} == {"same"}
    assert any("every pixel" in check.words for check in checks)
    window.close()


def test_that_other_pixels_under_the_same_uids_are_named_over_the_replay(qtbot, sitting, replay, tmp_path):
    import shutil

    shots, store, folder = sitting
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    file = sorted((other / "images" / CASE).iterdir())[3]
    data = pydicom.dcmread(file)
    values = data.pixel_array.copy()
    values[40, 40] += 1
    data.PixelData = values.tobytes()
    data.save_as(file)
    window = replay(store, other)
    go_to(qtbot, window, shots[0].at_ns)
    assert "NOT the same images" in window.view.warning.text()
    assert not window.view.warning.isHidden()
    window.close()


def test_that_images_that_can_no_longer_be_decoded_are_said_to_be_so(qtbot, sitting, replay, tmp_path):
    import shutil

    from pydicom.encaps import encapsulate
    from pydicom.uid import JPEGLosslessSV1

    shots, store, folder = sitting
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    file = sorted((other / "images" / CASE).iterdir())[3]
    data = pydicom.dcmread(file)
    data.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    data.PixelData = encapsulate([b"no picture"])
    data["PixelData"].is_undefined_length = True
    data.save_as(file)
    window = replay(store, other)
    go_to(qtbot, window, shots[0].at_ns)
    assert f"NOT what the reader saw: {CASE}: " in window.view.warning.text()
    window.close()


def test_that_without_the_study_pointer_and_answers_still_play_and_words_stand_for_the_images(
    qtbot, sitting, replay, tmp_path
):
    import shutil

    shots, store, _ = sitting
    alone = Path(shutil.copy(store, tmp_path / "alone.sqlite"))
    window = replay(alone, None)
    go_to(qtbot, window, shots[-1].at_ns)
    drawn = window.view.stage._scene.drawn
    assert all(each.image is None and each.why for each in drawn.values())
    window.perform("last")
    assert "no" in [line.now for line in window._projector.at(window.at_ns).side.answers]
    window.close()


def test_that_a_revised_answer_shows_what_stood_before(sitting):
    _, store, _ = sitting
    projector = Projector(read_back(store), (), lambda trial: None)
    (answer,) = projector.at(projector.reel.ends_ns).side.answers
    assert (answer.before, answer.now) == (("yes",), "no")


def test_that_the_keys_play_step_jump_and_change_the_speed(qtbot, sitting, replay):
    _, store, folder = sitting
    window = replay(store, folder)
    reel = window._projector.reel
    QTest.keyClick(window, Qt.Key.Key_A)
    assert window.at_ns == next(each.at_ns for each in window._projector.signs if each.kind == "reveal")
    QTest.keyClick(window, Qt.Key.Key_Comma)
    assert window.at_ns < next(each.at_ns for each in window._projector.signs if each.kind == "reveal")
    QTest.keyClick(window, Qt.Key.Key_Plus)
    assert window.view.speed.text() == "2×"
    QTest.keyClick(window, Qt.Key.Key_End)
    assert window.at_ns == reel.ends_ns
    QTest.keyClick(window, Qt.Key.Key_Space)  # plays from the beginning, where it had come to its end
    assert window.is_playing
    qtbot.waitUntil(lambda: window.at_ns > reel.starts_ns)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not window.is_playing
    window.close()


def test_that_a_voided_case_is_said_to_be_one_with_its_reason(sitting, tmp_path):
    import shutil

    _, store, _ = sitting
    copy = Path(shutil.copy(store, tmp_path / "voided.sqlite"))
    found = read_back(copy)
    writer = StoreWriter(copy)
    act = TrialVoided(found.sitting.protocol_sha256, found.sitting.reader, 0, "the wrong patient's images")
    writer.run(lambda connection: record(connection, Who("coordinator", "ada"), act)).result(10)
    writer.close()
    projector = Projector(read_back(copy), (), lambda trial: None)
    assert "voided: the wrong patient's images" in projector.at(projector.reel.ends_ns).side.case


def test_that_truth_stands_nowhere_until_it_is_asked_for(sitting):
    _, store, _ = sitting
    projector = Projector(read_back(store), (), lambda trial: None)
    at_ns = projector.reel.ends_ns
    assert projector.at(at_ns).side.truth == ""
    projector.wishes.truth = True
    assert "positive" in projector.at(at_ns).side.truth


def frames_of(film: cv2.VideoCapture):
    there, frame = film.read()
    while there:
        yield frame
        there, frame = film.read()


def test_that_a_film_can_be_read_back_and_has_the_frames_of_its_speed(sitting, tmp_path):
    _, store, folder = sitting
    found = read_back(store)
    fetcher = Fetcher(TrialSource(found, study_beside(store, folder), tmp_path / "prepared"))
    projector = Projector(found, (), fetcher.wait)
    seconds = (projector.reel.ends_ns - projector.reel.starts_ns) / 1e9
    plan = FilmPlan(tmp_path / "film.mp4", (960, 540), speed=max(1.0, seconds / 2), fps=5)
    write(projector, plan, lambda done, of, what: None)
    fetcher.close()
    film = cv2.VideoCapture(str(plan.to))
    frames = list(frames_of(film))
    assert frames[0].shape == (540, 960, 3)
    assert abs(len(frames) - seconds / plan.speed * plan.fps) <= 2
    assert len({frame.tobytes() for frame in frames}) > 3


@pytest.mark.parametrize("size", [(800, 450), (960, 540), (1920, 1080)])
def test_that_a_frame_holds_all_of_the_view(qtbot, sitting, size):
    _, store, _ = sitting
    view = ReplayView(Projector(read_back(store), (), lambda trial: None))
    qtbot.addWidget(view)
    view.resize(*size)
    view.show_at(view._projector.reel.ends_ns)
    assert view.minimumSizeHint().width() <= size[0]
    assert view.minimumSizeHint().height() <= size[1]


def test_that_a_film_that_is_stopped_leaves_nothing_behind(sitting, tmp_path):
    _, store, _ = sitting
    projector = Projector(read_back(store), (), lambda trial: None)

    def stop(done: int, of: int, what: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    for name in ("film.mp4", "frames"):
        with pytest.raises(KeyboardInterrupt):
            write(projector, FilmPlan(tmp_path / name, (640, 360), speed=4), stop)
    assert list(tmp_path.iterdir()) == []


def test_that_single_pictures_come_with_an_index_of_their_moments(sitting, tmp_path):
    _, store, _ = sitting
    projector = Projector(read_back(store), (), lambda trial: None)
    write(projector, FilmPlan(tmp_path / "frames", (640, 360), speed=50, fps=5), lambda done, of, what: None)
    lines = (tmp_path / "frames" / "index.csv").read_text("utf-8").splitlines()
    pictures = sorted(each.name for each in (tmp_path / "frames").glob("*.png"))
    assert [line.split(",")[0] for line in lines] == ["picture", *pictures]


def test_that_a_log_that_was_changed_is_shown_under_a_warning(qtbot, sitting, replay, tmp_path):
    import shutil

    _, store, folder = sitting
    changed = Path(shutil.copy(store, tmp_path / "changed.sqlite"))
    with sqlite3.connect(changed) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        query = "SELECT seq, payload FROM events WHERE kind = 'AnswerGiven'"
        seq, payload = connection.execute(query).fetchone()
        other = json.dumps({**json.loads(payload), "value": "no"}, sort_keys=True, separators=(",", ":"))
        connection.execute("UPDATE events SET payload = ? WHERE seq = ?", (other, seq))
    window = replay(changed, folder)
    assert "not as it was written" in window.view.warning.text()
    window.close()


def test_that_each_series_was_hashed_once(sitting):
    _, store, _ = sitting
    hashed = [event for event in read_back(store).events if isinstance(event, SeriesHashed)]
    assert len(hashed) == len({event.series_uid for event in hashed}) >= 1


def test_that_gaze_lies_in_the_viewport_that_lay_under_it(sitting):
    shots, store, _ = sitting
    found = read_back(store)
    at_ns = shots[0].at_ns
    samples = (
        (at_ns - 2, 150.0, 260.0, None, None),
        (at_ns - 1, None, None, None, None),
        (at_ns, 5.0, 5.0, None, None),
    )
    gaze = (
        PanelsPlaced(at_ns=at_ns - 5, panels=(("viewport 0", 100.0, 200.0, 600.0, 500.0),)),
        GazeMoved(at_ns=at_ns, samples=samples),
    )
    logged = [*found.logged, *(LoggedEvent(1, 10**6, found.logged[-1].utc, each) for each in gaze)]
    projector = Projector(
        replace(found, logged=sorted(logged, key=lambda each: each.event.at_ns)), (), lambda trial: None
    )
    ((x, y, age),) = projector._gaze(projector.reel.at(at_ns), 0)
    assert (x, y) == (50.0, 60.0)
    assert age < 0.01
    projector.wishes.gaze = False
    assert not list(projector._gaze(projector.reel.at(at_ns), 0))
