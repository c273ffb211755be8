"""Measuring in a real sitting: every change is in the store, and a killed trial has its drawings again."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from typer.testing import CliRunner

from app.analysis.measured_files import write_measurements
from app.cli import app
from app.store.verify import verify
from app.tracking.events import (
    MeasurementChanged,
    MeasurementMade,
    MeasurementRemoved,
    SegmentPainted,
    from_payload,
    payload,
)
from study_configs.problem import StudyProblem
from study_configs.study import load_study
from viewers.dicom.key_objects import key_images_of, key_objects
from viewers.dicom.scan import scan
from viewers.measuring.reports import on_series, read_report
from viewers.measuring.segments import read_segments

from .test_sitting import read_phase, read_texts, sign_in, wait_for_phase

LEFT = Qt.MouseButton.LeftButton


def at_the_images(qtbot, run):
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    return room, room.light.measures


def drag(viewport, start, end):
    middle = QPoint(viewport.width() // 2, viewport.height() // 2)
    QTest.mousePress(viewport, LEFT, pos=middle + QPoint(*start))
    QTest.mouseMove(viewport, middle + QPoint(*end) / 2)
    QTest.mouseMove(viewport, middle + QPoint(*end))
    QTest.mouseRelease(viewport, LEFT, pos=middle + QPoint(*end))


def draw(room):
    viewport = room.grid.active_viewport
    room.grid.perform("measure.length")
    drag(viewport, (-100, -100), (100, -100))
    room.grid.perform("measure.ellipse")
    drag(viewport, (-60, 0), (60, 80))
    room.grid.perform("brush.paint")
    drag(viewport, (0, 120), (40, 120))
    room.grid.perform("measure.none")


def test_that_each_change_is_logged_with_its_geometry_and_numbers(qtbot, start):
    run = start()
    room, desk = at_the_images(qtbot, run)
    draw(room)
    length = desk.board.measurements[0]
    desk.rename(length.id, "target 1")
    room.grid.perform("measure.undo")
    room.grid.perform("measure.redo")
    desk.remove(desk.board.measurements[1].id)
    run.close()
    assert not verify(run.store).problems
    events = run.events()
    made = [e for e in events if type(e) is MeasurementMade]
    changed = [e for e in events if isinstance(e, MeasurementChanged)]
    assert [e.kind for e in made] == ["length", "ellipse"]
    assert [(e.name, e.by) for e in changed] == [("target 1", "reader"), ("", "undo"), ("target 1", "redo")]
    assert [e.measurement for e in events if isinstance(e, MeasurementRemoved)] == [made[1].measurement]
    assert made[0].points == length.points
    apart = sum((a - b) ** 2 for a, b in zip(*made[0].points_mm, strict=True)) ** 0.5
    assert {n: v for n, v, _ in made[0].numbers}["length"] == pytest.approx(apart, abs=1e-3)
    assert {n for n, _, _ in made[1].numbers} >= {"area", "mean", "SD", "min", "max", "pixels"}
    (painted,) = [e for e in events if isinstance(e, SegmentPainted)]
    assert painted.added == painted.voxels > 0
    for event in (*made, *changed, painted):
        assert from_payload(type(event).__name__, event.at_ns, payload(event)) == event


def test_that_a_killed_trial_has_its_drawings_again(qtbot, start):
    first = start()
    room, desk = at_the_images(qtbot, first)
    draw(room)
    desk.recolour(desk.board.measurements[0].id, 3)
    room.grid.perform("measure.undo")
    before = desk.board
    first.kill()
    second = start()
    _, desk = at_the_images(qtbot, second)
    assert desk.board == before
    assert desk.board.segments[0].mask == before.segments[0].mask


def test_that_a_store_gives_its_measurements_as_dicom_for_the_images_of_its_study(qtbot, start, small_study, tmp_path):
    run = start()
    room, desk = at_the_images(qtbot, run)
    draw(room)
    desk.remove(desk.board.measurements[1].id)
    board = desk.board
    run.close()
    study = load_study(small_study / "protocol.yaml")
    report, segments = write_measurements(run.store, study, tmp_path / "dicom")
    assert [written.path.name for written in (report, segments)] == [
        "tester-trial-000-report.dcm", "tester-trial-000-segments-1.dcm",
    ]  # fmt: skip
    (header,) = scan(study.cases[0].path).series
    (length,) = on_series(read_report(report.path), [header])
    np.testing.assert_allclose(length.array, board.measurements[0].array, atol=1e-3)
    assert read_report(report.path).observer == "tester"
    (segment,) = read_segments(segments.path, header)
    assert segment.mask == board.segments[0].mask
    arguments = [
        "export",
        str(run.store),
        str(tmp_path / "tables"),
        "--mode",
        "pilot",
        "--dicom",
        str(tmp_path / "again"),
    ]
    done = CliRunner().invoke(app, [*arguments, "--study", str(small_study / "protocol.yaml")])
    assert done.exit_code == 0, done.output
    assert len(list((tmp_path / "again").glob("*.dcm"))) == 2
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_that_key_images_leave_the_store_as_a_selection(qtbot, start, small_study, tmp_path):
    run = start()
    room, _ = at_the_images(qtbot, run)
    room.grid.perform("key_image.toggle")
    (image,) = room.stage.keys.images
    run.close()
    study = load_study(small_study / "protocol.yaml")
    (written,) = write_measurements(run.store, study, tmp_path / "dicom")
    assert written.path.name == "tester-trial-000-key-images.dcm"
    assert key_images_of(key_objects(written.path), scan(study.cases[0].path).series) == (image,)


def test_that_a_store_without_drawings_says_so(qtbot, start, small_study, tmp_path):
    run = start()
    at_the_images(qtbot, run)
    run.close()
    with pytest.raises(StudyProblem, match="Nobody has measured"):
        list(write_measurements(run.store, load_study(small_study / "protocol.yaml"), tmp_path / "dicom"))


def test_that_the_next_case_begins_with_an_empty_board(qtbot, start):
    run = start()
    room, desk = at_the_images(qtbot, run)
    draw(room)
    read_phase(qtbot, run.window)
    wait_for_phase(qtbot, run.window)
    assert desk.board.measurements == ()
    assert desk.board.segments == ()
    room.grid.perform("measure.length")
    assert desk.tool == "measure.length"
