"""Findings on single images drawn again from the log: on a film, on mammograms read from CAD's report, on a cine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.advice.desk import Advice
from app.analysis.screens import screens_at
from app.store.reader import open_store
from app.windows.replay.drawing import Replay, by_digest
from overlays.layers.exposure import elements_of
from overlays.layers.layer import from_protocol
from study_configs.reading_order import reading_order
from study_configs.study import load_study, protocol_from
from viewers.dicom.load import load
from viewers.dicom.scan import scan

from ...overlays.sources.reports.test_cad_sr import CLUSTER, MASS, VIEWS, contained, mammography, outline, single
from ...viewers import states
from .test_exposure_log import Reader, pixels
from .test_sitting import confirm, press_answer, read_texts, sign_in, wait_for_phase

pytestmark = pytest.mark.slow
PROTOCOL = """
readerlab: 1
protocol: {id: films, version: 1.0.0, mode: pilot, title: Films}
cases: {manifest: cases.csv, reference: reference.csv}
ai:
  finder: {results: "ai/*", shown_as: FilmAid, thresholds: {balanced: 0.3}}
layers:
  boxes: {ai: finder, draw: box, at: balanced, colour: "#9bff8a", adjustable: [visible, opacity, threshold]}
  rings: {ai: finder, draw: contour, at: balanced, colour: "#ff50ff", adjustable: [visible, opacity, threshold]}
questions:
  nodule: {ask: "Anything?", answer: yes_no}
conditions:
  aided: {phases: [{name: with AI, layers: [boxes, rings], answer: [nodule], commit: true}]}
design:
  cases: {order: fixed}
  seed: 5
"""
DX, US = "1.2.840.10008.5.1.4.1.1.1.1", "1.2.840.10008.5.1.4.1.1.3.1"
MG = "1.2.840.10008.5.1.4.1.1.1.2"
FRAMES = 6
GREEN = (0x8A, 0xFF, 0x9B)  # of the boxes: blue, green, red
CASES = ("film", "mammograms", "cine")


def grey(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(200, 3000, shape).astype(np.uint16)


def write_image(path: Path, shot: np.ndarray, sop_class: str, **elements: object) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = states.image(path, shot, WindowCenter=1500, WindowWidth=3000, **elements)
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = sop_class
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.save_as(path, enforce_file_format=True)
    return str(data.SOPInstanceUID)


def coco(path: Path, images: list[dict[str, object]], boxes: list[dict[str, object]]) -> None:
    made = {"images": images, "categories": [{"id": 1, "name": "mass"}], "annotations": boxes}
    path.write_text(json.dumps(made), encoding="utf-8")


def write_film(folder: Path) -> None:
    uid = write_image(
        folder / "images" / "film" / "1.dcm", grey(1, 160, 200), DX, Modality="DX", StudyInstanceUID="1.9.1",
        SeriesInstanceUID="1.9.1.1", PixelSpacing=[0.4, 0.4], ImagerPixelSpacing=[0.4, 0.4],
    )  # fmt: skip
    ring = [110, 30, 150, 40, 140, 80, 100, 70]
    boxes = [
        {"id": 1, "image_id": 1, "category_id": 1, "bbox": [30, 40, 50, 36], "score": 0.9},
        {"id": 2, "image_id": 1, "category_id": 1, "segmentation": [ring], "score": 0.6},
    ]
    coco(folder / "ai" / "film.json", [{"id": 1, "sop_uid": uid}], boxes)


def write_cine(folder: Path) -> None:
    """A finding that moves from frame to frame; there is none on the last two."""
    uid = write_image(
        folder / "images" / "cine" / "1.dcm", grey(2, FRAMES, 120, 140), US, Modality="US", StudyInstanceUID="1.9.3",
        SeriesInstanceUID="1.9.3.1", FrameTime=40,
    )  # fmt: skip
    images = [{"id": 1 + k, "sop_uid": uid, "frame": k} for k in range(FRAMES)]
    boxes = [
        {"id": k, "image_id": 1 + k, "category_id": 1, "bbox": [20 + 10 * k, 30, 30, 24], "score": 0.8}
        for k in range(FRAMES - 2)
    ]
    coco(folder / "ai" / "cine.json", images, boxes)


def write_mammograms(folder: Path) -> None:
    for number, uid in enumerate(VIEWS, start=1):
        side = "L" if number <= 2 else "R"
        write_image(
            folder / "images" / "mammograms" / f"{number}.dcm", grey(10 + number, 300, 240), MG, Modality="MG",
            StudyInstanceUID="1.2.3.4", SeriesInstanceUID="1.2.3.5", SOPInstanceUID=uid, InstanceNumber=number,
            ImageLaterality=side, ViewPosition="CC" if number % 2 else "MLO", ImagerPixelSpacing=[0.4, 0.4],
        )  # fmt: skip
    (folder / "ai").mkdir(exist_ok=True)
    found = (single(1, MASS, outline(1, 90, 190, 130, 190, 130, 220, 90, 220)), single(3, CLUSTER))
    mammography(folder / "ai" / "mammograms.dcm", *(contained(each) for each in found))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    (folder / "ai").mkdir(parents=True)
    write_film(folder)
    write_mammograms(folder)
    write_cine(folder)
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    (folder / "cases.csv").write_text(
        "case,path\n" + "".join(f"{case},images/{case}\n" for case in CASES), encoding="utf-8"
    )
    (folder / "reference.csv").write_text(
        "case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label\n" + "".join(f"{case},no,,,,,,\n" for case in CASES),
        encoding="utf-8",
    )
    return folder


def read_case(qtbot, room) -> Reader:
    reader = Reader(qtbot, room)
    reader.grid.setFocus()
    qtbot.waitUntil(lambda: bool(room.ai.results))
    viewport = reader.grid.active_viewport
    if viewport._shows_annotations:
        reader.grid.perform("annotations.toggle", "key")
    reader.does("began", lambda: None)
    for index in range(viewport.volume.header.frames):
        reader.does(f"image {index}", lambda index=index: viewport.set_view(replace(viewport.view, slice_index=index)))
    reader.does("first", lambda: viewport.set_view(replace(viewport.view, slice_index=0)))
    reader.does("zoomed", reader.command("zoom.in"))
    reader.does("turned", reader.command("turn.right"))
    reader.does("turned back", reader.command("turn.left"))
    reader.does("chose", reader.command("finding.next"))
    reader.does("boxes off", reader.command("layer.toggle.1"))
    reader.does("threshold", reader.slides("rings", "threshold", 70))
    return reader


def replay_of(run, study: Path, font) -> tuple[list, Replay]:
    with open_store(run.store) as store:
        (sitting,) = store.sittings(reader="tester")
        events = list(store.events(sitting.id))
        record = store.protocol(sitting.protocol_sha256)
    protocol = protocol_from(record.source, record.id)
    layers = {name: from_protocol(name, each, protocol.ai[each.ai]) for name, each in protocol.layers.items()}
    volumes = {each.key: load(each) for case in CASES for each in scan(study / "images" / case).series}
    loaded = load_study(study / "protocol.yaml")
    advice = Advice(loaded, reading_order(loaded, "tester", 0), study / "prepared")
    try:
        needed = frozenset({"finder"})
        results = [advice.result(trial, "finder", needed).result(120).result for trial in range(len(CASES))]
    finally:
        advice.close()
    return events, Replay(volumes.__getitem__, layers, by_digest(results), font)


def test_that_findings_on_films_mammograms_and_frames_are_drawn_again_to_the_pixel(qtbot, start, study: Path) -> None:
    run = start(study)
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    readers = {}
    for case in CASES:
        room = wait_for_phase(qtbot, run.window)
        readers[case] = read_case(qtbot, room)
        font = room.grid.viewports[0].font()
        press_answer(run.window, "nodule", "no")
        confirm(qtbot, run.window)
    run.close()
    events, replay = replay_of(run, study, font)
    for case, reader in readers.items():
        recorded = set()
        for shot in reader.shots:
            screens = screens_at(events, shot.at_ns)
            image, painter = replay.draw(screens, shot.viewport)
            assert screens.case == case
            assert np.array_equal(pixels(image), shot.pixels), (case, shot.what, shot.viewport)
            painted = screens.screens[shot.viewport].painted
            assert painted == elements_of(painter.painted), (case, shot.what)
            recorded |= {each[1] for each in painted}
        assert recorded, case
    check_frames(readers["cine"], events)


def check_frames(reader: Reader, events: list) -> None:
    """A frame's finding is exposed on that frame alone, by the pixels of its colour too."""
    seen = []
    for shot in reader.shots:
        if shot.what.startswith("image"):
            painted = screens_at(events, shot.at_ns).screens[shot.viewport].painted
            there = bool((np.abs(shot.pixels.astype(int) - GREEN).max(axis=-1) <= 24).sum() >= 4)
            names = {element for layer, element, *_ in painted if layer == "boxes"}
            assert there == bool(names), shot.what
            seen.append(names)
    assert [len(names) for names in seen] == [1] * (FRAMES - 2) + [0, 0]
    assert len(set().union(*seen)) == FRAMES - 2
