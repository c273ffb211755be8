"""A whole sitting in the real windows with planted errors of all eleven kinds, in results of several forms together.

Every one comes before the reader, nothing that the reader sees on the way tells of it, and the debrief names it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QListWidget

from app.analysis.debrief import PLANTED_IN_WORDS
from app.checking.ai_files import ai_problems
from app.simulated.camera import Camera
from app.simulated.reader import SimulatedReader
from app.tracking.events import AIResultLoaded, CaseShown, Event, ExposureChanged, PhaseConfirmed, SittingEnded
from app.windows.debrief import DebriefPage
from overlays.result import Advice, AIMap, AIResult, Assessment, Box, Finding, Provenance, Segment
from overlays.sources.maps import segmentation_writing
from overlays.sources.own import result_file
from overlays.sources.reports import writing
from resources.phantoms.chest_ct import PhantomExam
from resources.phantoms.series import write_series
from study_configs.check import check
from study_configs.study import load_study
from viewers.dicom.scan import scan
from viewers.geometry import apply
from viewers.volume import SeriesHeader

from ..conftest import CENTRE, EDGE, SLICES, _affine, _voxels
from ..windows.test_planted_results import texts_in

OWN = {
    "false_positive": "from: negative",
    "false_negative": "",
    "shifted": "shift_mm: 12",
    "resized": "factor: 1.6",
    "score": "score: 0.61",
    "decoupled": "",
    "category": 'scale: ["1", "2", "3", "4A", "4B", "4C", "5"], by: 1',
    "wrong_side": "",
    "wrong_label": "label: lymph node",
    "distractor": "",
    "sham": "",
}
POSITIVE, NEGATIVE = 12, 3
WEAK = (66, 44, 5)  # of the candidate below the threshold: column, row, slice
TELLING = ("planted", "sham", "invented", "zz_", "edited", "decoupled", "distractor", "false_", "wrong_", "resized")
MAY_HIDE = ("false_negative", "decoupled", "sham")  # what is shown of these may all lie below the thresholds
MODEL = Provenance("model", "LungAid", version="1")

PROTOCOL = """
readerlab: 1
protocol: {id: all-kinds, version: 1.0.0, mode: pilot, title: A study}
cases: {manifest: cases.csv, reference: reference.csv}
ai:
  nodules: {results: "ai/*", shown_as: LungAid, thresholds: {balanced: 0.5}}
planted:
RULES
layers:
  box: {ai: nodules, draw: box, at: balanced, adjustable: [visible, opacity]}
  regions: {ai: nodules, draw: contour, at: balanced, adjustable: [visible]}
  heat: {ai: nodules, draw: heatmap, at: 0.3, adjustable: [visible, opacity]}
  category: {ai: nodules, draw: category, adjustable: [visible]}
  words: {ai: nodules, draw: text, adjustable: [visible]}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no}
conditions:
  with_ai: {phases: [{name: with AI, layers: [box, regions, heat, category, words], answer: [nodule], commit: true}]}
design:
  split: {of: [with_ai]}
  seed: 5
feedback: {when: after_sitting, show: [own, ai, truth, planted]}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    rules = "\n".join(
        f"  zz_{kind}: {{ai: nodules, kind: {kind}, cases: 1{', ' + own if own else ''}}}" for kind, own in OWN.items()
    )
    (folder / "ai").mkdir(parents=True)
    (folder / "protocol.yaml").write_text(PROTOCOL.replace("RULES", rules), encoding="utf-8")
    manifest, reference = ["case,path"], ["case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label"]
    for seed in range(POSITIVE + NEGATIVE):
        case, positive = f"c{seed}", seed < POSITIVE
        write_series(PhantomExam(seed + 1, _voxels(seed, positive), _affine(), (), False), folder / case, case=case)
        manifest.append(f"{case},{case}")
        x, y, z = (_affine() @ (*CENTRE, 1))[:3]
        reference.append(f"{case},yes,n1,{x},{y},{z},18,solid" if positive else f"{case},no,,,,,,")
        write_results(folder / "ai", folder / case, case, positive, seed)
    (folder / "cases.csv").write_text("\n".join(manifest), encoding="utf-8")
    (folder / "reference.csv").write_text("\n".join(reference), encoding="utf-8")
    return folder


def write_results(folder: Path, images: Path, case: str, positive: bool, seed: int) -> None:
    """What the AI says of a case: boxes, chances and words in JSON, candidates in an SR, regions in a SEG."""
    import pydicom

    (header,) = scan(images).series
    paths = sorted(each for each in images.rglob("*") if each.is_file())
    result_file.write(in_json(header, positive, seed), folder / f"{case}.json")
    writing.write(in_report(header, seed), paths, folder / f"{case}.sr.dcm")
    datasets = [pydicom.dcmread(path) for path in paths]
    segmentation_writing.write(in_segments(header, positive), datasets, folder / f"{case}.seg.dcm")


def result(header: SeriesHeader, **parts: object) -> AIResult:
    whole = {"findings": (), "maps": (), **parts}
    return AIResult("nodules", header.series_uid, header.frame_of_reference_uid, provenance=MODEL, **whole)  # type: ignore[arg-type]


def place(header: SeriesHeader, voxel: tuple[int, int, int]) -> tuple[float, float, float]:
    x, y, z = apply(header.grid_affine, np.array([voxel], np.float64))[0]
    return float(x), float(y), float(z)


def weak_score(seed: int) -> float:
    return 0.2 + seed / 200


def in_json(header: SeriesHeader, positive: bool, seed: int) -> AIResult:
    affine = header.grid_affine @ np.diag([4.0, 4.0, 1.0, 1.0])
    score = 0.7 + seed / 100
    box = Box(place(header, CENTRE), (20.0, 20.0, 20.0))
    found = Finding("f1", "nodule", score, box, MODEL, laterality="right", site="right upper lobe", category="4A")
    k, j, i = np.indices((SLICES, EDGE // 4, EDGE // 4))
    places = apply(affine, np.stack([i, j, k], axis=-1).astype(np.float64))
    chances = np.random.default_rng(seed).random(places.shape[:-1]) * 0.05
    for at, high in ((CENTRE, score if positive else 0.1), (WEAK, weak_score(seed))):
        away = np.linalg.norm(places - place(header, at), axis=-1)
        chances += np.exp(-((away / 15) ** 2)) * high * 0.9
    values = chances.astype(np.float32)
    chance = AIMap("m1", "chance of a nodule", "probability", values, affine, (0.0, 1.0), "", MODEL)
    said = (
        Assessment("r", "malignancy", score if positive else 0.12, MODEL, "4A" if positive else "1", "right"),
        Assessment("l", "malignancy", 0.08, MODEL, "1", "left"),
    )
    words = "Category 4A: a nodule in the right upper lobe." if positive else "No nodule."
    advice = (Advice("t", words, MODEL, "f1" if positive else ""),)
    return result(header, findings=(found,) if positive else (), maps=(chance,), assessments=said, advice=advice)


def in_report(header: SeriesHeader, seed: int) -> AIResult:
    """A weak candidate in the other lung."""
    box = Box(place(header, WEAK), (12.0, 12.0, 12.0))
    weak = Finding("w", "nodule", weak_score(seed), box, MODEL, laterality="left", category="2")
    return result(header, findings=(weak,))


def in_segments(header: SeriesHeader, positive: bool) -> AIResult:
    """Both lungs, and the nodule where there is one."""
    z, y, x = np.meshgrid(np.arange(SLICES), np.arange(EDGE), np.arange(EDGE), indexing="ij")
    values = np.zeros((SLICES, EDGE, EDGE), np.uint8)
    for number, middle in ((1, 30), (2, 66)):
        values[(x - middle) ** 2 / 14**2 + (y - 48) ** 2 / 26**2 < 1] = number
    if positive:
        column, row, plane = CENTRE
        values[(x - column) ** 2 + (y - row) ** 2 + 4 * (z - plane) ** 2 < 9] = 3
    segments = tuple(Segment(n + 1, name) for n, name in enumerate(("right lung", "left lung", "nodule")))
    used = segments if positive else segments[:2]
    regions = AIMap("s", "regions", "label", values, header.grid_affine, (0.0, 3.0), "", MODEL, segments=used)
    return result(header, maps=(regions,))


def painted_by_trial(events: Sequence[Event]) -> dict[int, set[str]]:
    """How what was painted was drawn, by trial."""
    trial, found = -1, defaultdict[int, set[str]](set)
    for event in events:
        if isinstance(event, CaseShown):
            trial = event.trial
        if isinstance(event, ExposureChanged):
            found[trial] |= {draw for _, _, draw, *_ in event.elements}
    return found


@pytest.mark.slow
def test_that_a_reader_meets_all_eleven_kinds_unawares_and_is_told_of_each_afterwards(
    qtbot, start, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [each.to_text() for each in check(study / "protocol.yaml").problems if each.severity == "error"] == []
    wrong = [each for each in ai_problems(load_study(study / "protocol.yaml")) if each.severity == "error"]
    assert [each.to_text() for each in wrong] == []
    read, told = defaultdict[int, str](str), list[str]()
    take = Camera.take

    def taken(camera: Camera, name: str) -> None:
        """Every word of the window, whenever a simulated reader would keep a picture of it."""
        page = run.window.pages.currentWidget()
        if isinstance(page, DebriefPage):
            told.extend((texts_in(page), *rows_of(page)))
        elif not told:  # the farewell comes after the debrief, whose page is still there
            read[run.window.driver.state.trial if run.window.driver else -1] += texts_in(run.window)
        take(camera, name)

    monkeypatch.setattr(Camera, "take", taken)
    run = start(study)
    reader = SimulatedReader(run.window, "hasty", "tester")
    with qtbot.waitSignal(run.window.left, timeout=300_000):
        reader.start()
    run.close()
    events = run.events()
    assert isinstance(events[-1], SittingEnded)
    assert events[-1].reason == "finished"
    loaded = {event.trial: event for event in events if isinstance(event, AIResultLoaded)}
    assert len(loaded) == len([e for e in events if isinstance(e, PhaseConfirmed)]) == POSITIVE + NEGATIVE
    planted = {name.partition("/")[0]: event.trial for event in loaded.values() for name in event.planted}
    assert set(planted) == {f"zz_{kind}" for kind in OWN}
    assert len(set(planted.values())) == len(OWN), "one in each of eleven cases, four honest"
    painted = painted_by_trial(events)
    for kind in OWN:
        drawn = painted[planted[f"zz_{kind}"]]
        assert {"contour", "category"} <= drawn, kind
        assert {"box", "heatmap"} <= drawn or kind in MAY_HIDE, kind
    assert "4b" in read[planted["zz_category"]], "one step up from 4A"
    assert set(planted.values()) <= set(read)
    assert {word for words in read.values() for word in TELLING if word in words} == set()
    assert not any(sentence.lower() in words for words in read.values() for sentence in PLANTED_IN_WORDS.values())
    after = " ".join(told)
    assert {kind for kind in OWN if PLANTED_IN_WORDS[kind].lower() not in after} == set()


def rows_of(page: DebriefPage) -> list[str]:
    """What the list of cases says."""
    rows = [each.item(n).text() for each in page.findChildren(QListWidget) for n in range(each.count())]
    return [each.lower() for each in rows]
