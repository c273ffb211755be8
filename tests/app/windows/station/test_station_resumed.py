"""A station that was left, killed or fails, at every point: what was safe stands, what was on its way goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.hospital import scanner
from app.tracking.events import PhaseConfirmed, PhaseStarted, ProblemShown
from app.tracking.events.station import AcquisitionBegan, AcquisitionComplete
from app.windows.station.exam_stage import NOW
from study_configs.problem import StudyProblem

from .acting import asked, at_the_station, decide, of_kind, press


@pytest.mark.parametrize("leave", ["kill", "close"])
def test_that_a_station_left_while_slices_arrive_goes_on_with_what_is_missing(qtbot, start, edit, leave: str):
    study = edit(("slices_per_s: 1000", "slices_per_s: 20"))
    run = start(study)
    room = at_the_station(qtbot, run)
    incoming = room.station.incoming
    qtbot.waitUntil(lambda: len(tuple(incoming.rglob("*.dcm"))) >= 3)
    room.arrivals.close() if leave == "kill" else run.close()
    came = {file: file.stat().st_mtime_ns for file in incoming.rglob("*.dcm")}
    assert len(came) >= 3, "nothing is cleared away before the sitting is finished"
    if leave == "kill":
        run.kill()
    (next(iter(came)).parent / "00009.dcm.part").write_bytes(b"half")
    again = start(study)
    at_the_station(qtbot, again)
    asked(qtbot, again)
    assert {file: file.stat().st_mtime_ns for file in came} == came
    decide(qtbot, again, Qt.Key.Key_A)
    again.close()
    kinds = [type(event).__name__ for event in of_kind(again, AcquisitionBegan, AcquisitionComplete)][-3:]
    assert "AcquisitionComplete" in kinds


def test_that_a_station_killed_in_the_repeated_step_goes_on_with_the_repeated_acquisition(
    qtbot, start, scanner_study: Path
):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    decide(qtbot, run, Qt.Key.Key_R, Qt.Key.Key_1)
    room = asked(qtbot, run, phase=1)
    uids = room.stage.uids
    run.kill()
    again = start(scanner_study)
    at_the_station(qtbot, again)
    room = asked(qtbot, again, phase=1)
    assert room.stage.uids == uids
    assert room.heard.text() == ""
    decide(qtbot, again, Qt.Key.Key_A, phase=1)
    again.close()
    assert [event.answers["decision"] for event in of_kind(again, PhaseConfirmed)] == ["repeat", "accept"]


def test_that_a_decision_that_was_being_saved_when_all_broke_off_counts_once_or_is_asked_again(
    qtbot, start, scanner_study: Path
):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    asked(qtbot, run)
    press(run, Qt.Key.Key_A)
    press(run, Qt.Key.Key_Return)
    run.kill()
    again = start(scanner_study)
    at_the_station(qtbot, again)
    asked(qtbot, again)
    trial = again.window.driver.state.trial
    decide(qtbot, again, Qt.Key.Key_A)
    again.close()
    confirmed = [event.trial for event in of_kind(again, PhaseConfirmed)]
    assert confirmed == list(range(trial + 1))


def test_that_a_full_disk_is_said_and_the_exam_comes_once_there_is_room(
    qtbot, start, scanner_study: Path, monkeypatch: pytest.MonkeyPatch
):
    full = True
    copy = shutil.copyfile

    def copy_while_there_is_room(source: Path, target: Path) -> None:
        if full and target.name.startswith("00005"):
            raise OSError(28, "No space left on device")
        copy(source, target)

    monkeypatch.setattr(scanner.shutil, "copyfile", copy_while_there_is_room)
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    qtbot.waitUntil(run.window.message.isVisible)
    full = False
    run.window.messages.answer("retry")
    run.window.message.dismiss()
    asked(qtbot, run)
    assert room.grid.viewports[NOW].volume.header.frames == 12
    run.close()
    assert any("No space left" in event.what for event in of_kind(run, ProblemShown))


class Elsewhere:
    """Sends one exam with a file that cannot be read and images of another patient among its slices."""

    def __init__(self, exam: Path, folder: Path, slices_per_s: float) -> None:
        self._exam, self._folder = exam, folder
        self.problem: StudyProblem | None = None

    def start(self) -> None:
        from pydicom import dcmread

        self._folder.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(reversed(scanner.slices_of(self._exam))):
            shutil.copyfile(file, self._folder / f"{number}.part")
            (self._folder / f"{number}.part").rename(self._folder / str(number))
        (self._folder / "7").write_bytes(b"nothing")
        stranger = dcmread(self._folder / "3")
        stranger.PatientID, stranger.SOPInstanceUID = "SOMEBODY ELSE", "1.2.3"
        stranger.save_as(self._folder / "stranger")
        (self._folder / "complete").touch()

    def stop(self) -> None: ...


def test_that_the_rest_of_a_spoilt_exam_is_shown_said_and_can_be_repeated_or_called_about(
    qtbot, start, scanner_study: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.windows.station.station_plan.Scanner", Elsewhere)
    run = start(scanner_study)
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    assert room.stage._stacks[0].volume.header.patient != "SOMEBODY ELSE"
    assert "another patient" in room.notice.text()
    assert "cannot be read: 1" in room.notice.text()
    decide(qtbot, run, Qt.Key.Key_C)
    run.close()
    assert of_kind(run, PhaseConfirmed)[0].answers == {"decision": "call"}
    assert any("another patient" in event.what for event in of_kind(run, ProblemShown))


def test_that_an_exam_without_an_image_is_said(qtbot, start, scanner_study: Path, monkeypatch: pytest.MonkeyPatch):
    class Nothing(Elsewhere):
        def start(self) -> None:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / "complete").touch()

    monkeypatch.setattr("app.windows.station.station_plan.Scanner", Nothing)
    run = start(scanner_study)
    at_the_station(qtbot, run)
    qtbot.waitUntil(run.window.message.isVisible)
    run.close()
    assert not of_kind(run, PhaseStarted)


def test_that_a_slice_that_was_scrolled_to_stays_while_more_come(qtbot, start, edit):
    run = start(edit(("slices_per_s: 1000", "slices_per_s: 15")))
    room = at_the_station(qtbot, run)
    viewport = room.grid.viewports[NOW]
    qtbot.waitUntil(lambda: viewport.volume is not None and viewport.volume.header.frames >= 3)
    QTest.keyClick(room.grid, Qt.Key.Key_Home)
    first = viewport.volume.header.instances[0].path
    asked(qtbot, run)
    shown = viewport.volume.header.instances[viewport.view.slice_index].path
    assert shown == first
    assert room.grid.is_linked
