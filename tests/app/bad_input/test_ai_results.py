"""AI results that are wrong: what `readerlab check` says of each, and that no reader is ever shown half of one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import ExplicitVRLittleEndian

from app.reading.engine import trial_now
from overlays.result import AIMap, AIResult, Finding, ImageRef, OnImage, Provenance, Segment
from overlays.sources.maps import segmentation_writing
from overlays.sources.reports import writing as report_writing
from viewers.dicom.scan import scan

from ..windows.test_sitting import confirm, press_answer, read_texts, sign_in

MODEL = Provenance("model", "small", sha256="0" * 64)
CATEGORY = "kind: category, scale: BI-RADS, by: 1, cases: 1"
Breaking = Callable[[Path], object]


# --- ways of going wrong ---------------------------------------------------------------------------------------------


def in_json(change: Callable[[dict[str, Any]], object], study: Path, case: str = "c1") -> None:
    """Change the result of a case."""
    path = study / "ai" / f"{case}.json"
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")


def in_text(old: str, new: str, study: Path, case: str = "c1") -> None:
    path = study / "ai" / f"{case}.json"
    text = path.read_text("utf-8")
    assert re.search(old, text)
    path.write_text(re.sub(old, new, text), "utf-8")


def in_protocol(old: str, new: str, study: Path) -> None:
    path = study / "protocol.yaml"
    text = path.read_text("utf-8")
    assert old in text or new in text
    path.write_text(text.replace(old, new), "utf-8")


def segmented(study: Path, change: Callable[[Dataset], object] = lambda data: None, case: str = "c1") -> None:
    """A segmentation of a case besides, changed."""
    in_protocol('"ai/*.json"', '"ai/*"', study)
    folder = study / "images" / case
    header = scan(folder).series[0]
    values = np.zeros((header.frames, header.rows, header.columns), np.uint8)
    values[4:8, 40:56, 24:36] = 1
    segments = (Segment(1, "nodule"),)
    ai_map = AIMap("s", "nodule", "label", values, header.grid_affine, (0, 1), "", MODEL, segments=segments)
    result = AIResult("", header.series_uid, header.frame_of_reference_uid, (), (ai_map,), MODEL)
    path = study / "ai" / f"{case}-seg.dcm"
    segmentation_writing.write(result, [dcmread(each) for each in sorted(folder.glob("*.dcm"))], path)
    data = dcmread(path)
    change(data)
    data.save_as(path)


def off_by_2_mm(data: Dataset) -> None:
    for each in data.PerFrameFunctionalGroupsSequence:
        position = each.PlanePositionSequence[0]
        x, y, z = position.ImagePositionPatient
        position.ImagePositionPatient = [x, y, z + 2]


def with_20000_frames(data: Dataset) -> None:
    """Small ones, a tenth of a mm apart."""
    first = data.PerFrameFunctionalGroupsSequence[0]
    x, y, z = first.PlanePositionSequence[0].ImagePositionPatient
    frames = []
    for number in range(20_000):
        frame, place, content = Dataset(), Dataset(), Dataset()
        place.ImagePositionPatient = [x, y, round(float(z) + number / 10, 1)]
        content.DimensionIndexValues = [1, number + 1]
        frame.PlanePositionSequence, frame.FrameContentSequence = [place], [content]
        frames.append(frame)
    data.PerFrameFunctionalGroupsSequence = frames
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.Rows = data.Columns = 4
    data.NumberOfFrames = len(frames)
    data.PixelData = bytes(4 * 4 * len(frames))[:-1] + b"\1"
    data["PixelData"].is_undefined_length = False
    measures = data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.SpacingBetweenSlices = 0.1


def unlabelled(data: Dataset) -> None:
    data.SegmentSequence[-1].SegmentLabel = ""


def without_half_of_the_images(study: Path) -> None:
    """A segmentation and three of the images that it was made from taken away, at the end of the stack."""
    segmented(study)
    for image in sorted((study / "images" / "c1").glob("*.dcm"))[-3:]:
        image.unlink()


def bow_tie(data: dict[str, Any]) -> None:
    x, y, z = data["findings"][0].pop("box")["centre_mm"]
    corners = [[x - 5, y - 5, z], [x + 5, y + 5, z], [x + 5, y - 5, z], [x - 5, y + 5, z]]
    data["findings"][0]["polygon"] = {"points_mm": corners}


def on_the_left(study: Path, case: str = "c1") -> None:
    """Images of the left side, and a finding that says right."""
    for path in (study / "images" / case).glob("*.dcm"):
        image = dcmread(path)
        image.Laterality = "L"
        image.save_as(path)
    in_json(lambda data: data["findings"][0].update(laterality="right"), study, case)


def report_of(study: Path, change: Callable[[Dataset], object] = lambda data: None) -> None:
    """A report on one image of c1 besides, changed."""
    in_protocol('"ai/*.json"', '"ai/*"', study)
    images = sorted((study / "images" / "c1").glob("*.dcm"))
    first = dcmread(images[0])
    box = OnImage("polygon", ((10.0, 10.0), (30.0, 10.0), (30.0, 30.0)))
    image = ImageRef(str(first.SOPInstanceUID))
    finding = Finding("r1", "nodule", 0.8, box, MODEL, image=image)
    result = AIResult("", str(first.SeriesInstanceUID), "", (finding,), (), MODEL)
    assert report_writing.write(result, images, study / "ai" / "c1-report.dcm") == ()
    data = dcmread(study / "ai" / "c1-report.dcm")
    change(data)
    data.save_as(study / "ai" / "c1-report.dcm")


def by_a_radiologist(data: Dataset) -> None:
    title = data.ConceptNameCodeSequence[0]
    title.CodeValue, title.CodingSchemeDesignator, title.CodeMeaning = "18748-4", "LN", "Diagnostic Imaging Report"
    data.pop("ContentTemplateSequence", None)
    data.ContentSequence = []


def twice(study: Path) -> None:
    text = (study / "ai" / "c1.json").read_text("utf-8").replace('"f1"', '"other"')
    (study / "ai" / "again.json").write_text(text, "utf-8")


def other_card(study: Path) -> None:
    words = ["kind: external", "name: LungAid", "version: '3'", "maker: Somebody", "licence: research use"]
    words += ["intended_use: Marks nodules.", "not_intended: [Diagnosis]", "training_data: 100 exams."]
    (study / "card.yaml").write_text("\n".join(words), "utf-8")
    in_protocol("{results: ", "{card: card.yaml, results: ", study)


def patient(data: dict[str, Any]) -> None:
    data.update(patient="somebody-else")


def partly_lost(data: dict[str, Any]) -> None:
    """A second finding whose affairs lie in another patient's space."""
    second = {**data["findings"][0], "id": "f2", "space": {"frame_of_reference_uid": "1.2.3.4"}}
    data["findings"].append(second)


ERRORS: dict[str, tuple[Breaking, str, str, str]] = {  # how, code, file, words
    "another frame of reference": (
        partial(in_json, lambda data: data.update(frame_of_reference_uid="1.2.3.4")),
        "RL420",
        "c1.json",
        "another frame of reference",
    ),
    "another patient": (partial(in_json, patient), "RL420", "c1.json", "another patient"),
    "a score out of range": (
        partial(in_json, lambda data: data["findings"][0].update(score=1.7)),
        "RL422",
        "c1.json",
        "less than or equal to 1",
    ),
    "a score that is no number": (partial(in_text, r'"score": ?0\.9', '"score": NaN'), "RL422", "c1.json", "NaN"),
    "planes 2 mm off": (lambda study: segmented(study, off_by_2_mm), "RL427", "c1-seg.dcm", "2.0 mm off the images"),
    "the wrong side": (on_the_left, "RL426", "c1.json", "it says right, but its image shows the left side"),
    "a report by a person": (
        lambda study: report_of(study, by_a_radiologist),
        "RL419",
        "c1-report.dcm",
        "Diagnostic Imaging Report",
    ),
    "no result for a case": (lambda study: (study / "ai" / "c3.json").unlink(), "RL429", "*.json", "c3"),
    "an error that cannot be planted": (
        partial(
            in_protocol,
            "kind: false_positive, cases: 1, from: negative",
            "kind: category, scale: BI-RADS, by: 1, cases: 1",
        ),
        "RL432",
        "protocol.yaml",
        "gives none in this case",
    ),
    "an unknown colour map": (
        partial(in_protocol, "draw: heatmap,", "draw: heatmap, colours: infernal,"),
        "RL204",
        "protocol.yaml",
        "Did you mean inferno?",
    ),
}
WARNINGS: dict[str, tuple[Breaking, str, str, str]] = {
    "missing images": (without_half_of_the_images, "RL421", "c1-seg.dcm", "images that it was made from are not"),
    "a segment without a label": (lambda study: segmented(study, unlabelled), "RL423", "c1-seg.dcm", "segment 1"),
    "a contour that crosses itself": (partial(in_json, bow_tie), "RL425", "c1.json", "crosses itself"),
    "a result of no case": (
        lambda study: (study / "ai" / "stray.json").write_text(
            '{"readerlab_ai": 2, "ai": "nodules", "series_uid": "1.2.3", "provenance": '
            '{"origin": "model", "model": "small"}, "findings": [{"id": "f", "label": "nodule", "score": 0.5, '
            '"point": {"at_mm": [0, 0, 0]}}]}',
            "utf-8",
        ),
        "RL428",
        "stray.json",
        "any case",
    ),
    "two for one case": (twice, "RL430", ".json", "again.json"),
    "the card of another model": (other_card, "RL433", "c1.json", "speaks of LungAid 3"),
}
EVERY = {**ERRORS, **WARNINGS}


@pytest.mark.parametrize("kind", EVERY)
def test_that_each_is_one_sentence_with_its_code_file_and_what_to_do(inside, study_copy: Path, kind: str) -> None:
    breaking, code, file, words = EVERY[kind]
    breaking(study_copy)
    said = inside("check", study_copy)
    told = [each for each in said.lines if f" {code} at " in each]
    assert told, said.lines
    assert any(file in each.partition(code)[0] and words in each for each in told), told
    assert said.status == (1 if kind in ERRORS else 0), said.lines
    assert "Traceback" not in said.out + said.err


@pytest.mark.slow
def test_that_a_segmentation_of_20000_frames_is_told_in_good_time(readerlab, study_copy: Path) -> None:
    segmented(study_copy, with_20000_frames)
    said = readerlab("check", study_copy, timeout_s=120)
    assert said.status == 1
    told = [each for each in said.lines if "RL424" in each]
    assert told, said.lines
    assert "20,000 planes" in told[0]


# --- in the reading room ---------------------------------------------------------------------------------------------

HALVES: dict[str, Callable[..., object]] = {
    "a finding in another frame of reference": partial(in_json, partly_lost),
    "planes 2 mm off": lambda study, case: segmented(study, off_by_2_mm, case),
    "the wrong side": on_the_left,
    "another patient": partial(in_json, patient),
    "a score that is no number": partial(in_text, r'"score": ?0\.9', '"score": NaN'),
}


@pytest.mark.parametrize("kind", HALVES)
def test_that_readers_see_all_of_a_result_or_a_message(qtbot, start, study_copy: Path, kind: str) -> None:
    for case in ("c1", "c3"):  # every reader sees one of them with AI
        HALVES[kind](study_copy, case=case)
    run = start(study_copy)
    window = run.window
    sign_in(qtbot, window)
    read_texts(qtbot, window)
    while not window.message.isVisible():
        qtbot.waitUntil(lambda: window.message.isVisible() or (window.driver.is_reading and not window.driver.busy))
        trial = trial_now(window.driver.script, window.driver.state)
        assert not (trial.case in ("c1", "c3") and window.room.ai.results), "part of a bad result is shown"
        if not window.message.isVisible():
            press_answer(window, "nodule", "no")
            confirm(qtbot, window)
            qtbot.waitUntil(lambda: not window.driver.busy)
    assert not window.room.ai.results
    assert not [each for painter in window.room.ai.painters for each in painter.painted]
    assert "check" in window.message.todo.text()
