"""The log is enough: a sitting is read in the real window, and its screens are drawn again from the store alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.analysis.screens import screens_at
from app.tracking.events import ExposureChanged
from app.tracking.exposure import ledger
from app.tracking.recorder import clock
from app.windows.replay.drawing import Replay, by_digest
from overlays.layers.exposure import elements_of
from overlays.layers.layer import from_protocol
from overlays.result import AIMap, AIResult, Box, Dot, Finding, Polygon, Provenance, Segment
from overlays.sources.own import result_file
from viewers.dicom.load import load
from viewers.dicom.scan import scan

from .test_sitting import read_texts, sign_in, wait_for_phase

pytestmark = pytest.mark.slow
PROTOCOL = """
readerlab: 1
protocol: {id: replayed, version: 1.0.0, mode: pilot, title: A study to draw again}
cases: {manifest: cases.csv, reference: reference.csv}
ai:
  nodules: {results: "ai/*.json", shown_as: LungAid, thresholds: {balanced: 0.5}}
layers:
  marks: {ai: nodules, draw: box, at: balanced, adjustable: [visible, opacity, threshold]}
  heat: {ai: nodules, draw: heatmap, at: 0.3, adjustable: [visible, opacity, threshold, colours]}
  outlines: {ai: nodules, draw: contour, at: 0.4, colour: "#5ad1ff", adjustable: [visible, opacity, threshold]}
  lobes: {ai: nodules, draw: fill, only: [lobe, middle lobe], opacity: 0.3, adjustable: [visible, opacity]}
  lines: {ai: nodules, draw: isolines, at: 0.3, reveal: toggle, adjustable: [visible, opacity]}
  arrows: {ai: nodules, draw: arrow, at: 0.2, colour: "#9bff8a", reveal: hover}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no}
conditions:
  aided:
    phases:
      - {name: with AI, layers: [marks, heat, outlines, lobes, lines, arrows], answer: [nodule], commit: true}
design:
  cases: {order: fixed}
  seed: 5
"""
CASE = "c1"
MODEL = Provenance("model", "small", sha256="0" * 64)


def a_result(header) -> AIResult:
    """Marks, outlines, a heat map for each of two findings, segments: something of each way of drawing."""
    slices, rows, columns = header.frames, header.rows, header.columns

    def at(column: float, row: float, slice_index: float) -> tuple[float, float, float]:
        x, y, z = (float(value) for value in (header.grid_affine @ (column, row, slice_index, 1))[:3])
        return (x, y, z)

    z, y, x = np.meshgrid(np.arange(slices), np.arange(rows // 2), np.arange(columns // 2), indexing="ij")
    hot = [np.exp(-((x - c) ** 2 + (y - 24) ** 2) / 30 - (z - k) ** 2 / 4) for c, k in ((15, 6), (33, 4))]
    coarse = header.grid_affine @ np.diag([2.0, 2.0, 1.0, 1.0])
    lobes = np.zeros((slices, rows, columns), np.uint8)
    lobes[2:10, 20:44, 18:42], lobes[3:9, 50:76, 54:78] = 1, 2
    ring = tuple(at(48 + 9 * np.cos(a), 30 + 6 * np.sin(a), 5) for a in np.linspace(0, 6, 12))
    findings = (
        Finding("f1", "nodule", 0.91, Box(at(30, 48, 6), (24.0, 24.0, 20.0)), MODEL),
        Finding("f2", "nodule", 0.62, Box(at(66, 48, 4), (30.0, 18.0, 14.0)), MODEL),
        Finding("f3", "nodule", 0.35, Dot(at(40, 70, 6)), MODEL),
        Finding("f4", "scar", 0.55, Polygon(ring), MODEL),
    )
    maps = (
        AIMap("m1", "why", "saliency", hot[0].astype(np.float32), coarse, (0.0, 1.0), "share", MODEL, "f1"),
        AIMap("m2", "why", "saliency", hot[1].astype(np.float32), coarse, (0.0, 1.0), "share", MODEL, "f2"),
        AIMap(
            "s1", "lobes", "label", lobes, header.grid_affine, (0.0, 2.0), "", MODEL,
            segments=(Segment(1, "lobe"), Segment(2, "middle lobe")),
        ),
    )  # fmt: skip
    return AIResult("nodules", header.series_uid, header.frame_of_reference_uid, findings, maps, MODEL)


@pytest.fixture
def study(small_study: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "replayed"
    shutil.copytree(small_study / "images" / CASE, folder / "images" / CASE)
    (folder / "ai").mkdir()
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    (folder / "cases.csv").write_text(f"case,path\n{CASE},images/{CASE}\n", encoding="utf-8")
    (folder / "reference.csv").write_text(
        f"case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label\n{CASE},yes,n1,0,0,80,18,solid\n", encoding="utf-8"
    )
    header = scan(folder / "images" / CASE).series[0]
    result_file.write(a_result(header), folder / "ai" / f"{CASE}.json")
    return folder


@dataclass
class Shot:
    """One viewport as it was at a moment, named by what the reader had just done."""

    what: str
    at_ns: int
    viewport: int
    pixels: np.ndarray


def pixels(image: QImage) -> np.ndarray:
    """(rows, columns, 3), without the viewport's own border of one logical pixel and what it is smoothed over."""
    form = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(form.constBits(), np.uint8).reshape(form.height(), form.bytesPerLine())
    scale = form.devicePixelRatio()
    edge = 1 if scale == 1 else ceil(scale) + 1
    return rows[:, : form.width() * 4].reshape(form.height(), form.width(), 4)[edge:-edge, edge:-edge, :3].copy()


def at_rest(viewport) -> bool:
    return viewport.is_painted and not viewport._settling.isActive() and not viewport._finishing.isActive()


class Reader:
    """Acts in the reading room, and keeps a picture of each viewport after each act, at rest."""

    def __init__(self, qtbot, room) -> None:
        self.qtbot, self.room, self.grid = qtbot, room, room.grid
        self.shots: list[Shot] = []
        self.paused_ns = 0

    def does(self, what: str, act) -> None:
        act()
        self.rest_all()
        for index in self.grid.seats:
            self.look(what, index)

    def rest_all(self) -> None:
        """Until all of them are at rest at once: while one is waited for, another may be painted anew."""
        seen = [self.grid.viewports[index] for index in self.grid.seats]
        for viewport in seen:
            self.rest(viewport)
        if not all(map(at_rest, seen)):
            self.rest_all()

    def rest(self, viewport) -> None:
        """Until the picture is whole: painted, in full quality, with nothing that came meanwhile left to paint."""
        is_whole = False
        while not is_whole:
            self.qtbot.waitUntil(lambda: at_rest(viewport))
            with self.qtbot.waitSignal(viewport.frame_painted):
                viewport.update()
            is_whole = at_rest(viewport)

    def look(self, what: str, index: int) -> None:
        """What stands over all (chips, what was just said, a fused series' legend) is no part of image and AI."""
        viewport = self.grid.viewports[index]
        beside = viewport._tops, viewport._notes, viewport._overlays
        images_and_ai = {name: painter for name, painter in viewport._overlays.items() if name != "fusion"}
        viewport._tops, viewport._notes, viewport._overlays = {}, {}, images_and_ai
        image = viewport.grab().toImage()
        viewport._tops, viewport._notes, viewport._overlays = beside
        self.shots.append(Shot(what, clock(), index, pixels(image)))

    def key(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        return lambda: QTest.keyClick(self.grid, key, modifiers)

    def command(self, command: str):
        return lambda: self.grid.perform(command, "key")

    def row(self, layer: str):
        return self.room.layer_panel._rows[layer]

    def slides(self, layer: str, what: str, step: int):
        return lambda: getattr(self.row(layer), what).setValue(step)

    def points(self, column: float, row: float):
        """The pointer over a place of the image."""
        from viewers.view import image_to_screen

        viewport = self.grid.active_viewport
        x, y = image_to_screen(viewport.view, viewport.volume.header, viewport.width(), viewport.height(), column, row)
        return lambda: QTest.mouseMove(viewport, QPoint(round(x), round(y)))


def read(qtbot, room) -> Reader:
    reader = Reader(qtbot, room)
    reader.grid.setFocus()
    reader.grid.perform("annotations.toggle", "key")
    reader.does("began", lambda: None)
    reader.does("scrolled", reader.key(Qt.Key.Key_Down))
    reader.does("scrolled on", reader.key(Qt.Key.Key_Down))
    reader.does("zoomed", reader.command("zoom.in"))
    reader.does("zoomed again", reader.command("zoom.in"))
    reader.does("chose a finding", reader.key(Qt.Key.Key_BracketRight))
    reader.does("chose the next", reader.key(Qt.Key.Key_BracketRight))
    reader.does("switched marks off", reader.command("layer.toggle.1"))
    reader.does("switched marks on", reader.command("layer.toggle.1"))
    reader.does("faded the heat map", reader.slides("heat", "opacity", 80))
    reader.does("lowered the threshold", reader.slides("marks", "threshold", 30))
    reader.does("raised the heat map's threshold", reader.slides("heat", "threshold", 60))
    reader.does("took other colours", lambda: reader.row("heat").colours.setCurrentIndex(2))
    reader.does("asked for isolines", reader.row("lines").eye.click)
    reader.does("windowed", reader.command("window.wider"))
    reader.does("inverted", reader.command("invert"))
    reader.does("pointed at a finding", reader.points(66, 48))
    reader.does("pointed elsewhere", reader.points(5, 5))
    reader.does("turned", reader.command("turn.right"))
    reader.does("turned back", reader.command("turn.left"))
    reader.does("slab", reader.command("slab.next"))
    reader.does("single slices", lambda: [reader.grid.perform("slab.next", "key") for _ in range(3)])
    reader.does("coronal", reader.command("plane.coronal"))
    reader.does("three planes", reader.command("layout.mpr"))
    reader.does("one again", reader.command("layout.1x1"))
    reader.does("two", reader.command("layout.1x2"))
    reader.does("resized", lambda: room.window().resize(1200, 760))
    reader.does("one of two", reader.command("layout.1x1"))
    reader.does("coloured", reader.command("colours.next"))
    reader.does("every pixel as it is", reader.command("interpolation.next"))
    reader.does("sharpened", reader.command("filter.next"))
    QTest.keyPress(reader.grid, Qt.Key.Key_G)
    reader.does("held", lambda: None)
    QTest.keyRelease(reader.grid, Qt.Key.Key_G)
    reader.does("let go", lambda: None)
    pause_and_go_on(reader)
    return reader


def pause_and_go_on(reader: Reader) -> None:
    room, viewport = reader.room, reader.grid.active_viewport
    with reader.qtbot.waitSignal(viewport.emptied):
        room.perform("pause", "button")
    reader.paused_ns = clock()
    room.perform("pause", "button")
    reader.does("went on", lambda: None)


def replay_of(run, study: Path, font) -> tuple[list, Replay]:
    """The reader's events and all that a replay needs: from the store, the images and the AI's own files."""
    from app.store.reader import open_store
    from study_configs.study import protocol_from

    with open_store(run.store) as store:
        (sitting,) = store.sittings(reader="tester")
        events = list(store.events(sitting.id))
        record = store.protocol(sitting.protocol_sha256)
    protocol = protocol_from(record.source, record.id)
    layers = {name: from_protocol(name, each, protocol.ai[each.ai]) for name, each in protocol.layers.items()}
    volumes = {header.key: load(header) for header in scan(study / "images" / CASE).series}
    return events, Replay(volumes.__getitem__, layers, by_digest(results_as_given(study, volumes)), font)


def results_as_given(study: Path, volumes) -> list[AIResult]:
    """What the study hands out for the case, by the way that the workstation takes."""
    from app.advice.desk import Advice
    from study_configs.reading_order import reading_order
    from study_configs.study import load_study

    loaded = load_study(study / "protocol.yaml")
    advice = Advice(loaded, reading_order(loaded, "tester", 0), study / "prepared")
    try:
        return [advice.result(0, "nodules", frozenset({"nodules"})).result(120).result]
    finally:
        advice.close()


PLAYED: list[tuple] = []  # the one sitting that all tests here look at


@pytest.fixture
def sitting(request) -> tuple:
    """A sitting with its shots, its events from the store, and what replays them; read once."""
    if not PLAYED:
        PLAYED.append(played(*(request.getfixturevalue(name) for name in ("qtbot", "start", "study"))))
    return PLAYED[0]


def played(qtbot, start, study) -> tuple:
    run = start(study)
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    reader = read(qtbot, room)
    font = room.grid.viewports[0].font()
    run.close()
    return reader, *replay_of(run, study, font)


def test_that_every_screen_of_a_sitting_can_be_drawn_again_from_the_log_to_the_pixel(sitting):
    reader, events, replay = sitting
    assert len(reader.shots) >= 20
    for shot in reader.shots:
        image, _ = replay.draw(screens_at(events, shot.at_ns), shot.viewport)
        difference = np.abs(pixels(image).astype(int) - shot.pixels)
        assert not difference.any(), f"{shot.what}, viewport {shot.viewport}: {np.count_nonzero(difference)} differ"


@pytest.mark.parametrize("scale", ["1.5", "2"])
def test_that_screens_with_more_pixels_are_drawn_again_to_the_pixel_too(scale: str):
    """The tests here, in a process of its own: a screen's scale is fixed when Qt starts."""
    test = "test_that_every_screen_of_a_sitting_can_be_drawn_again_from_the_log_to_the_pixel"
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"{__file__}::{test}"]
    run = subprocess.run(words, env={**os.environ, "QT_SCALE_FACTOR": scale}, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:]


def test_that_each_record_of_exposure_is_what_the_replayed_painter_says_it_painted(sitting):
    reader, events, replay = sitting
    recorded = []
    for shot in reader.shots:
        screens = screens_at(events, shot.at_ns)
        _, painter = replay.draw(screens, shot.viewport)
        painted = screens.screens[shot.viewport].painted
        assert painted == elements_of(painter.painted), shot.what
        recorded.append(painted)
    assert len(set(recorded)) > 10
    assert {each[2] for painted in recorded for each in painted} >= {
        "box",
        "heatmap",
        "contour",
        "fill",
        "isolines",
        "arrow",
    }


def test_that_the_comparison_of_pictures_tells_a_chosen_finding_a_threshold_and_a_size_apart(sitting):
    reader, events, replay = sitting
    shot = next(shot for shot in reader.shots if shot.what == "raised the heat map's threshold")
    screens = screens_at(events, shot.at_ns)
    layers = tuple(replace(each, threshold=each.threshold + 0.01) for each in screens.layers)
    for other in (replace(screens, chosen=""), replace(screens, layers=layers), replace(screens, is_held=True)):
        assert (pixels(replay.draw(other, shot.viewport)[0]) != shot.pixels).any()


def test_that_a_pause_leaves_no_ai_on_any_viewport(sitting):
    reader, events, _ = sitting
    screens = screens_at(events, reader.paused_ns)
    assert screens.is_paused
    assert not screens.screens
    painted = [e for e in events if isinstance(e, ExposureChanged) and e.at_ns <= reader.paused_ns and e.viewport >= 0]
    assert all(not last.elements for last in {each.viewport: each for each in painted}.values())


COLOURS = {"arrows": (0x8A, 0xFF, 0x9B)}  # blue, green, red of the layer that lies on top, so that nothing mixes in


def test_that_a_layers_colour_is_on_the_screen_when_and_only_when_an_interval_of_it_is_open(sitting):
    """An account of its own: nothing of ours but the pixels that the window had."""
    reader, events, _ = sitting
    book = ledger(events)
    seen = dict.fromkeys(COLOURS, 0)
    for shot in reader.shots:
        if shot.what == "coloured":  # a colour map of the image may hold these colours
            continue
        now = {x.layer for x in book.exposures if x.viewport == shot.viewport and x.from_ns <= shot.at_ns < x.to_ns}
        for layer, colour in COLOURS.items():
            there = (np.abs(shot.pixels.astype(int) - colour).max(axis=-1) <= 24).sum() >= 4
            assert there == (layer in now), (shot.what, shot.viewport, layer)
            seen[layer] += bool(there)
    assert all(0 < count < len(reader.shots) for count in seen.values()), seen


def test_that_a_layer_that_nobody_opened_is_not_in_the_ledger_before_it_was(sitting):
    """The isolines lie behind a toggle, the arrows behind the pointer."""
    reader, events, _ = sitting
    first = {what: next(s.at_ns for s in reader.shots if s.what == what) for what in ("windowed", "asked for isolines")}
    book = ledger(events)
    taken = next(s.at_ns for s in reader.shots if s.what == "took other colours")
    lines = [x for x in book.exposures if x.layer == "lines"]
    assert lines
    assert min(x.from_ns for x in lines) >= taken
    assert min(x.from_ns for x in lines) <= first["asked for isolines"]
    assert min(x.from_ns for x in book.exposures if x.layer == "arrows") >= first["windowed"]


def test_that_the_ledger_adds_up_what_the_records_say(sitting):
    reader, events, _ = sitting
    book = ledger(events)
    for shot in reader.shots:
        painted = screens_at(events, shot.at_ns).screens[shot.viewport].painted
        there = [x for x in book.exposures if x.viewport == shot.viewport and x.from_ns <= shot.at_ns < x.to_ns]
        assert {(x.layer, x.element, x.draw, x.threshold, x.opacity, x.share) for x in there} == set(painted), shot.what
    assert {total.element for total in book.totals} >= {"nodules-1", "nodules-2", "nodules-3"}


def test_that_the_panel_says_which_findings_of_its_list_were_in_sight(sitting):
    reader, events, _ = sitting
    panel = screens_at(events, reader.shots[-1].at_ns).panel
    assert ("nodules-1", "list", 1.0) in {(each[1], each[2], each[5]) for each in panel}
