"""More screens drawn again from the log alone: series laid over others, tables, tipped and turned planes, two AIs.

What differs from test_exposure_log is the study and what the reader does; the comparison is the same, to the pixel.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.analysis.screens import screens_at
from app.windows.replay.drawing import Replay, by_digest
from overlays.layers.exposure import elements_of
from overlays.layers.layer import from_protocol
from overlays.result import AIResult, Assessment, Box, Dot, Finding, Polygon, Provenance
from overlays.sources.own import result_file
from viewers.dicom.load import load
from viewers.dicom.scan import scan

from .test_exposure_log import Reader, a_result, pixels
from .test_sitting import read_texts, sign_in, wait_for_phase

pytestmark = pytest.mark.slow
CASE = "c1"
PROTOCOL = """
readerlab: 1
protocol: {id: replayed, version: 1.0.0, mode: pilot, title: A study to draw again}
cases: {manifest: cases.csv, reference: reference.csv}
ai:
  nodules: {results: "ai/nodules-*.json", shown_as: LungAid, thresholds: {balanced: 0.5}}
  triage: {results: "ai/triage-*.json", shown_as: TriageAid, thresholds: {balanced: 0.5}}
layers:
  corners: {ai: nodules, draw: corner_marks, at: balanced, adjustable: [visible, opacity, threshold]}
  lobes: {ai: nodules, draw: pattern, only: [lobe, middle lobe], opacity: 0.5, adjustable: [visible, opacity]}
  lines: {ai: nodules, draw: isolines, at: 0.3, adjustable: [visible, opacity]}
  chips: {ai: triage, draw: chip, at: 0.2, colour: "#9bff8a", adjustable: [visible, opacity, threshold]}
  boxes: {ai: triage, draw: box, at: 0.2, colour: "#ff8ad1", adjustable: [visible, opacity, threshold]}
  grade: {ai: triage, draw: category, adjustable: [visible]}
  late: {ai: triage, draw: arrow, at: 0.2, reveal: {after_s: 1}, adjustable: [visible]}
  asked: {ai: triage, draw: contour, at: 0.2, reveal: {only_if: "answer.nodule == yes"}, adjustable: [visible]}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no}
conditions:
  aided:
    phases:
      - name: with AI
        layers: [corners, lobes, lines, chips, boxes, grade, late, asked]
        answer: [nodule]
        commit: true
design:
  cases: {order: fixed}
  seed: 5
"""
MODEL = Provenance("model", "triage", sha256="1" * 64)


def triage(header, findings: tuple[Finding, ...]) -> AIResult:
    case = Assessment("a", "urgency", 0.8, MODEL, category="red")
    return AIResult(
        "triage", header.series_uid, header.frame_of_reference_uid, findings, (), MODEL, assessments=(case,)
    )


def write_study(folder: Path) -> Path:
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    (folder / "cases.csv").write_text(f"case,path\n{CASE},images/{CASE}\n", encoding="utf-8")
    (folder / "reference.csv").write_text(
        f"case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label\n{CASE},yes,n1,0,0,80,18,solid\n", encoding="utf-8"
    )
    return folder


def with_second_series(images: Path) -> None:
    """Beside the CT a PET of the same frame of reference; the CT's images have a table as their second window."""
    for number, path in enumerate(sorted(images.iterdir())):
        data = pydicom.dcmread(path)
        table = pydicom.Dataset()
        table.LUTDescriptor = [256, 0, 8]
        table["LUTDescriptor"].VR = "US"
        table.LUTExplanation = "STEEP"
        table.add_new("LUTData", "OW", (np.linspace(0, 1, 256) ** 2 * 255).astype(np.uint16).tobytes())
        data.VOILUTSequence = [table]
        data.save_as(path)
        data.Modality = "PT"
        data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.128"
        data.SeriesInstanceUID = "2.25.777"
        data.SeriesNumber = 9
        data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = f"2.25.777{number}"
        data.Units = "BQML"
        del data.VOILUTSequence
        data.save_as(images / f"pt{number}.dcm")


@pytest.fixture
def ct_study(small_study: Path, tmp_path: Path) -> Path:
    import shutil

    folder = tmp_path / "more"
    shutil.copytree(small_study / "images" / CASE, folder / "images" / CASE)
    with_second_series(folder / "images" / CASE)
    header = next(each for each in scan(folder / "images" / CASE).series if each.modality == "CT")

    def at(column: float, row: float, k: float) -> tuple[float, float, float]:
        x, y, z = (float(value) for value in (header.grid_affine @ (column, row, k, 1))[:3])
        return (x, y, z)

    ring = tuple(at(30 + 9 * np.cos(a), 30 + 6 * np.sin(a), 6) for a in np.linspace(0, 6, 12))
    findings = (
        Finding("t1", "bleeding", 0.7, Box(at(50, 40, 6), (30.0, 30.0, 40.0)), MODEL),
        Finding("t2", "bleeding", 0.3, Dot(at(60, 60, 5)), MODEL),
        Finding("t3", "fracture", 0.6, Polygon(ring), MODEL),
    )
    result_file.write(a_result(header), folder / "ai" / "nodules-1.json")
    result_file.write(triage(header, findings), folder / "ai" / "triage-1.json")
    return write_study(folder)


def tip(reader: Reader, room) -> None:
    """Drag a handle of the crosshair in the first viewport."""
    desk = room.light.crosshair
    arms, on = desk.arms(0), desk.shown(0)
    from viewers.planes import crosshair

    place = desk._place
    (x, y), *_ = arms[0].ends(on.spot(place), crosshair.reach_px(on))
    viewport = reader.grid.viewports[0]
    start, end = QPoint(round(x), round(y)), QPoint(round(x) + 14, round(y) + 22)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, (start + end) / 2)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def read_ct(qtbot, room) -> Reader:
    reader = Reader(qtbot, room)
    reader.grid.setFocus()
    reader.grid.perform("annotations.toggle", "key")
    reader.does("began", lambda: None)
    qtbot.waitUntil(lambda: any(layer.id == "late" and layer.revealed for layer in room.ai.layers))
    reader.does("arrows came after a second", lambda: None)
    reader.does("answered yes", lambda: room.questions.answer_given.emit("nodule", "", "yes"))
    reader.does("answered no", lambda: room.questions.answer_given.emit("nodule", "", "no"))
    reader.does("chose a finding", reader.key(Qt.Key.Key_BracketRight))
    reader.does("fused", reader.command("fusion.toggle"))
    reader.does("fused less", reader.command("fusion.less"))
    reader.does("fused brighter", reader.command("fusion.brighter"))
    reader.does("scrolled fused", reader.key(Qt.Key.Key_Down))
    reader.does("slab fused", reader.command("slab.next"))
    reader.does("single slices", lambda: [reader.grid.perform("slab.next", "key") for _ in range(3)])
    reader.does("no longer fused", reader.command("fusion.toggle"))
    viewport = reader.grid.active_viewport
    tables = [given for given in viewport.volume.header.instances[0].windows if given.table is not None]
    assert tables
    reader.does("windowed by a table", lambda: viewport.set_view(replace(viewport.view, window=tables[0])))
    reader.does("turned", reader.command("turn.right"))
    reader.does("coronal", reader.command("plane.coronal"))
    reader.does("coronal turned", reader.command("turn.left"))
    reader.does("mirrored", reader.command("flip.horizontal"))
    reader.does("slab", reader.command("slab.next"))
    reader.does("single again", lambda: [reader.grid.perform("slab.next", "key") for _ in range(3)])
    reader.does("native", reader.command("plane.native"))
    reader.does("three planes", reader.command("layout.mpr"))
    reader.grid.perform("crosshair.toggle", "key")
    tip(reader, room)
    reader.grid.perform("crosshair.toggle", "key")
    reader.does("tipped", lambda: None)
    reader.does("tipped and scrolled", reader.key(Qt.Key.Key_Down))
    return reader


def replay_of(run, study: Path, font, ais: tuple[str, ...]) -> tuple[list, Replay]:
    """As test_exposure_log has it, for several AIs."""
    from app.advice.desk import Advice
    from app.store.reader import open_store
    from study_configs.reading_order import reading_order
    from study_configs.study import load_study, protocol_from

    with open_store(run.store) as store:
        (sitting,) = store.sittings(reader="tester")
        events = list(store.events(sitting.id))
        record = store.protocol(sitting.protocol_sha256)
    protocol = protocol_from(record.source, record.id)
    layers = {name: from_protocol(name, each, protocol.ai[each.ai]) for name, each in protocol.layers.items()}
    volumes = {header.key: load(header) for header in scan(study / "images" / CASE).series}
    loaded = load_study(study / "protocol.yaml")
    advice = Advice(loaded, reading_order(loaded, "tester", 0), study / "prepared")
    try:
        results = [advice.result(0, ai, frozenset(ais)).result(120).result for ai in ais]
    finally:
        advice.close()
    return events, Replay(volumes.__getitem__, layers, by_digest(results), font)


def differing(reader: Reader, events: list, replay: Replay) -> dict[str, str]:
    """What of each screen, and of its record, is not as it was drawn again."""
    found = {}
    for shot in reader.shots:
        screens = screens_at(events, shot.at_ns)
        image, painter = replay.draw(screens, shot.viewport)
        away = np.abs(pixels(image).astype(int) - shot.pixels)
        if away.any():
            found[f"{shot.what}, viewport {shot.viewport}"] = f"{np.count_nonzero(away)} by up to {away.max()}"
        if screens.screens[shot.viewport].painted != elements_of(painter.painted):
            found[f"{shot.what}, viewport {shot.viewport}, record"] = "differs"
    return found


def test_that_fused_tabled_turned_and_tipped_screens_are_drawn_again_to_the_pixel(qtbot, start, ct_study: Path):
    run = start(ct_study)
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    reader = read_ct(qtbot, room)
    font = room.grid.viewports[0].font()
    run.close()
    events, replay = replay_of(run, ct_study, font, ("nodules", "triage"))
    assert differing(reader, events, replay) == {}
    drawn = {each[2] for shot in reader.shots for each in screens_at(events, shot.at_ns).screens[shot.viewport].painted}
    assert drawn >= {"corner_marks", "pattern", "isolines", "chip", "box", "arrow", "contour", "category"}
