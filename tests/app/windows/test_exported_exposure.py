"""What a statistician gets: the exported tables of exposure and dwell, held against the pixels that the window had."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.store.exports.tidy import export
from app.tracking.events import Event, ExposureChanged, LayerChanged, LayersHeld, Paused
from app.tracking.exposure import ledger
from app.tracking.recorder import clock
from overlays.result import AIResult, Box, Finding, Polygon, Provenance
from overlays.sources.own import result_file
from viewers.dicom.scan import scan
from viewers.view import image_to_screen

from .test_exposure_log import Reader, pixels
from .test_sitting import confirm, press_answer, read_texts, sign_in, wait_for_phase

pytestmark = pytest.mark.slow
CASE = "c1"
PROTOCOL = """
readerlab: 1
protocol: {id: exported, version: 1.0.0, mode: pilot, title: A study to export}
cases: {manifest: cases.csv, reference: reference.csv}
ai:
  nodules: {results: "ai/*.json", shown_as: LungAid, thresholds: {balanced: 0.5}}
layers:
  boxes: {ai: nodules, draw: box, at: 0.4, only: [nodule], label: "", colour: "#9bff8a",
          adjustable: [visible, threshold]}
  rings: {ai: nodules, draw: contour, at: 0.4, only: [scar], label: "", colour: "#ff50ff", adjustable: [visible]}
  asked: {ai: nodules, draw: arrow, at: 0.4, reveal: toggle, colour: "#50c8ff", adjustable: [visible]}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no}
conditions:
  aided:
    phases:
      - {name: alone, answer: [nodule], commit: true}
      - {name: with AI, layers: [boxes, rings, asked], answer: [nodule], commit: true}
design:
  cases: {order: fixed}
  seed: 5
"""
COLOURS = {"boxes": (0x8A, 0xFF, 0x9B), "rings": (0xFF, 0x50, 0xFF)}  # blue, green, red
MODEL = Provenance("model", "small", sha256="0" * 64)
AWAY_NS = 300_000_000
ROUNDING_MS = 0.01  # of the tables' figures


def a_result(header) -> AIResult:
    """A box on slices 5 to 7 and an outline on slice 4 alone, apart from each other."""

    def at(column: float, row: float, k: float) -> tuple[float, float, float]:
        x, y, z = (float(value) for value in (header.grid_affine @ (column, row, k, 1))[:3])
        return (x, y, z)

    ring = tuple(at(64 + 9 * np.cos(a), 30 + 6 * np.sin(a), 4) for a in np.linspace(0, 6, 12))
    findings = (
        Finding("f1", "nodule", 0.9, Box(at(30, 60, 6), (40.0, 40.0, 16.0)), MODEL),
        Finding("f2", "scar", 0.8, Polygon(ring), MODEL),
    )
    return AIResult("nodules", header.series_uid, header.frame_of_reference_uid, findings, (), MODEL)


@pytest.fixture
def study(small_study: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "exported"
    shutil.copytree(small_study / "images" / CASE, folder / "images" / CASE)
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    (folder / "cases.csv").write_text(f"case,path\n{CASE},images/{CASE}\n", encoding="utf-8")
    (folder / "reference.csv").write_text(
        f"case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label\n{CASE},yes,n1,0,0,80,18,solid\n", encoding="utf-8"
    )
    result_file.write(a_result(scan(folder / "images" / CASE).series[0]), folder / "ai" / f"{CASE}.json")
    return folder


def read_aided(qtbot, room) -> Reader:
    reader = Reader(qtbot, room)
    reader.grid.setFocus()
    viewport = reader.grid.active_viewport

    def to(index: int):
        return lambda: viewport.set_view(replace(viewport.view, slice_index=index))

    reader.does("slice 4", to(4))
    reader.does("slice 5", to(5))
    reader.does("slice 4 again", to(4))
    reader.does("outlines off", reader.command("layer.toggle.2"))
    reader.does("outlines on", reader.command("layer.toggle.2"))
    reader.does("slice 6", to(6))
    reader.does("boxes off", reader.command("layer.toggle.1"))
    reader.does("boxes on", reader.command("layer.toggle.1"))
    reader.does("above its score", reader.slides("boxes", "threshold", 95))
    reader.does("below its score", reader.slides("boxes", "threshold", 30))
    QTest.keyPress(reader.grid, Qt.Key.Key_G)
    reader.does("held", lambda: None)
    QTest.keyRelease(reader.grid, Qt.Key.Key_G)
    reader.does("let go", lambda: None)
    reader.does("slice 0", to(0))
    reader.does("two", reader.command("layout.1x2"))
    reader.does("left on slice 4", to(4))
    reader.does("one", reader.command("layout.1x1"))
    reader.does("slice 6 again", to(6))
    with qtbot.waitSignal(viewport.emptied):
        room.perform("pause", "button")
    room.perform("pause", "button")
    reader.does("went on", lambda: None)
    return reader


@pytest.fixture
def run(start, study):
    return start(study)


def to_first_phase(qtbot, run):
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    return wait_for_phase(qtbot, run.window)


def to_aided_phase(qtbot, run):
    press_answer(run.window, "nodule", "no")
    confirm(qtbot, run.window)
    return wait_for_phase(qtbot, run.window)


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def has(shown: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(shown.astype(int) - colour).max(axis=-1) <= 24).sum() >= 4)


def test_that_exported_intervals_are_open_when_and_only_when_a_layers_colour_is_on_the_screen(qtbot, run, tmp_path):
    room = to_first_phase(qtbot, run)
    alone = Reader(qtbot, room)
    alone.does("alone", alone.command("zoom.in"))
    alone.does("alone, whole", alone.command("zoom.fit"))
    reader = read_aided(qtbot, to_aided_phase(qtbot, run))
    run.close()
    export(run.store, tmp_path / "tables", {"csv"}, modes=["pilot"])
    exported = rows(tmp_path / "tables", "exposures")
    (began,) = [int(each["at_ns"]) for each in rows(tmp_path / "tables", "events") if each["kind"] == "CaseShown"]
    seen = dict.fromkeys(COLOURS, 0)
    shots = [*alone.shots, *reader.shots]
    for shot in shots:
        at_ms = (shot.at_ns - began) / 1e6
        for layer, colour in COLOURS.items():
            is_open = any(
                each["layer"] == layer and int(each["viewport"]) == shot.viewport and holds(each, at_ms)
                for each in exported
            )
            assert has(shot.pixels, colour) == is_open, (shot.what, shot.viewport, layer)
            seen[layer] += is_open
    assert all(3 <= count < len(shots) - 3 for count in seen.values()), seen
    assert "asked" not in {each["layer"] for each in exported}
    off = {layer: [(at_ns - began) / 1e6 for at_ns in switched_off(run.events(), layer)] for layer in COLOURS}
    check_dwell(exported, rows(tmp_path / "tables", "layers"), off)


def switched_off(events: list[Event], layer: str) -> list[int]:
    """When the reader took the layer off the images: it stays on them until the next frame."""
    return [
        event.at_ns
        for event in events
        if (isinstance(event, LayerChanged) and event.layer == layer and not event.visible)
        or (isinstance(event, LayersHeld) and event.hidden)
        or isinstance(event, Paused)
    ]


def check_dwell(exported: list[dict[str, str]], layers: list[dict[str, str]], off: dict[str, list[float]]) -> None:
    """No layer was exposed that did not count as on, and none for longer than it was on and its last frames stayed."""
    on = {(each["phase"], each["layer"]): each for each in layers}
    on_images = [each for each in exported if each["viewport"] == "0"]  # the one viewport that there always was
    assert {layer for _, layer in on} == set(COLOURS), "a layer that nobody opened has no dwell"
    assert {(each["phase"], each["layer"]) for each in on_images} == set(on)
    for key, dwell in on.items():
        spans = [each for each in on_images if (each["phase"], each["layer"]) == key]
        raw = sum(float(each["to_ms"]) - float(each["from_ms"]) for each in spans)
        active = sum(float(each["active_ms"]) for each in spans)
        stayed = sum(float(each["to_ms"]) - at for at in off[key[1]] for each in spans if holds(each, at))
        assert 0 < raw <= float(dwell["raw_ms"]) + stayed + ROUNDING_MS
        assert active <= float(dwell["active_ms"]) + stayed + ROUNDING_MS


def holds(span: dict[str, str], at_ms: float) -> bool:
    return float(span["from_ms"]) <= at_ms < float(span["to_ms"])


def test_that_a_magnifier_glass_with_ai_under_it_adds_nothing_to_the_ledger(qtbot, run):
    to_first_phase(qtbot, run)
    room = to_aided_phase(qtbot, run)
    grid = room.grid
    viewport = grid.active_viewport
    reader = Reader(qtbot, room)
    grid.setFocus()
    reader.does("began", lambda: None)
    x, y = image_to_screen(viewport.view, viewport.volume.header, viewport.width(), viewport.height(), 30, 53)
    QTest.mouseMove(viewport, QPoint(round(x), round(y)))
    reader.rest(viewport)
    from_ns = clock()
    green = []
    for room.light.magnifier.shows_overlays in (False, True):
        QTest.keyPress(grid, Qt.Key.Key_Q)
        reader.rest(viewport)
        shown = pixels(viewport.grab().toImage()).astype(int)
        green.append((np.abs(shown - COLOURS["boxes"]).max(axis=-1) <= 24).sum())
        QTest.keyRelease(grid, Qt.Key.Key_Q)
        reader.rest(viewport)
    assert green[1] > green[0], "the box is under the glass too"
    to_ns = clock()
    run.close()
    records = [e for e in run.events() if isinstance(e, ExposureChanged) and e.viewport >= 0]
    assert [e for e in records if e.at_ns < from_ns and e.elements]
    assert [e for e in records if from_ns <= e.at_ns <= to_ns] == []


def test_that_another_window_in_front_stops_active_exposure_and_no_more(qtbot, run):
    to_first_phase(qtbot, run)
    room = to_aided_phase(qtbot, run)
    viewport = room.grid.active_viewport
    reader = Reader(qtbot, room)
    reader.does("slice 6", lambda: viewport.set_view(replace(viewport.view, slice_index=6)))
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not run.window.isActiveWindow())
    away_ns = clock()
    qtbot.waitUntil(lambda: clock() - away_ns > AWAY_NS)
    back_ns = clock()
    run.window.activateWindow()
    qtbot.waitUntil(run.window.isActiveWindow)
    reader.does("back", lambda: None)
    run.close()
    spans = [each for each in ledger(run.events()).exposures if each.from_ns <= away_ns and each.to_ns >= back_ns]
    assert {(each.layer, each.viewport) for each in spans} == {("boxes", 0), ("boxes", -1), ("rings", -1)}
    assert all(each.active_ns <= each.to_ns - each.from_ns - (back_ns - away_ns) for each in spans)
