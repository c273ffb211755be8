"""From the start of a phase to AI painted, in the real window: planted results against honest ones."""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np
import pytest

from app.tracking.events import AIResultLoaded, Event, ExposureChanged, PhaseStarted
from overlays.result import AIMap, AIResult, Box, Finding, Provenance
from overlays.sources.own import result_file
from resources.phantoms.chest_ct import PhantomExam
from resources.phantoms.series import write_series
from viewers.dicom.scan import scan

from .test_sitting import confirm, press_answer, read_texts, sign_in, wait_for_phase

pytestmark = pytest.mark.slow
TRIALS = 30  # of each kind
SLICES, EDGE = 10, 64
FRAME_MS = 17.0  # nobody sees a difference of less than a frame of the screen
PROTOCOL = f"""
readerlab: 1
protocol: {{id: timed, version: 1.0.0, mode: pilot, title: A study to time}}
cases: {{manifest: cases.csv, reference: reference.csv}}
ai:
  nodules: {{results: "ai/*.json", shown_as: LungAid, thresholds: {{balanced: 0.5}}}}
planted:
  moved: {{ai: nodules, kind: shifted, cases: {TRIALS}, shift_mm: 12}}
layers:
  box: {{ai: nodules, draw: box, at: balanced}}
  heat: {{ai: nodules, draw: heatmap, at: 0.1}}
questions:
  nodule: {{ask: "Is there a nodule?", answer: yes_no}}
conditions:
  aided: {{phases: [{{name: with AI, layers: [box, heat], answer: [nodule], commit: true}}]}}
design: {{seed: 5}}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Twice as many cases as are planted; each finding is as tall as the body, so that the first screen has it."""
    folder = tmp_path / "timed"
    manifest, reference = ["case,path"], ["case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label"]
    affine = np.diag([4.0, 4.0, 6.0, 1.0])
    affine[:3, 3] = (-128.0, -128.0, 0.0)
    (folder / "ai").mkdir(parents=True)
    for number in range(2 * TRIALS):
        case = f"c{number:02}"
        exam = PhantomExam(number, voxels(number), affine, (), False)
        write_series(exam, folder / "images" / case, case=case)
        reference.append(f"{case},yes,n1,-40,0,30,18,solid")
        manifest.append(f"{case},images/{case}")
        result_file.write(a_result(scan(folder / "images" / case).series[0]), folder / "ai" / f"{case}.json")
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    (folder / "cases.csv").write_text("\n".join(manifest), encoding="utf-8")
    (folder / "reference.csv").write_text("\n".join(reference), encoding="utf-8")
    return folder


def voxels(seed: int) -> np.ndarray:
    _, y, x = np.meshgrid(np.arange(SLICES), np.arange(EDGE), np.arange(EDGE), indexing="ij")
    hu = np.where((x - 32) ** 2 + (y - 32) ** 2 < 30**2, 40.0, -1000.0)
    for middle in (20, 44):
        hu[(x - middle) ** 2 / 9**2 + (y - 32) ** 2 / 18**2 < 1] = -850.0
    return (hu + np.random.default_rng(seed).normal(0, 15, hu.shape)).astype(np.int16)


def a_result(header) -> AIResult:
    model = Provenance("model", "small", sha256="0" * 64)
    finding = Finding("f1", "nodule", 0.9, Box((-40.0, 0.0, 27.0), (24.0, 24.0, 50.0)), model)
    _, j, i = np.indices((SLICES, EDGE // 2, EDGE // 2))
    hot = np.exp(-((j - 16) ** 2 + (i - 11) ** 2) / 12).astype(np.float32)
    affine = header.grid_affine @ np.diag([2.0, 2.0, 1.0, 1.0])
    heat = AIMap("m1", "why", "saliency", hot, affine, (0.0, 1.0), "", model, "f1")
    return AIResult("nodules", header.series_uid, header.frame_of_reference_uid, (finding,), (heat,), model)


def waits_ms(events: list[Event]) -> dict[bool, list[float]]:
    """By whether it was planted: from each phase's start to the first frame with AI on an image."""
    found: dict[bool, list[float]] = {False: [], True: []}
    planted, start = False, None
    for event in sorted(events, key=lambda each: each.at_ns):
        match event:
            case AIResultLoaded():
                planted = bool(event.planted)
            case PhaseStarted():
                start = event.at_ns
            case ExposureChanged(viewport=viewport, elements=elements) if start and viewport >= 0 and elements:
                found[planted].append((event.at_ns - start) / 1e6)
                start = None
    return found


def test_that_planted_results_are_on_the_screen_as_soon_as_honest_ones(qtbot, start, study: Path, capsys) -> None:
    run = start(study)
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    while run.window.pages.currentWidget() is run.window.room:
        room = wait_for_phase(qtbot, run.window)
        qtbot.waitUntil(lambda room=room: any(painter.painted for painter in room.ai.painters))
        press_answer(run.window, "nodule", "no")
        confirm(qtbot, run.window)
    run.close()
    waits = waits_ms(run.events())
    honest, planted = waits[False], waits[True]
    assert len(honest) == len(planted) == TRIALS
    low, middle, high = statistics.quantiles(honest, n=4)
    away = abs(statistics.median(planted) - middle)
    with capsys.disabled():
        print(f"\nphase to painted, {TRIALS} trials each: honest {middle:.1f} ms ({low:.1f} to {high:.1f}), ", end="")
        print(f"planted {statistics.median(planted):.1f} ms")
    assert away <= max(high - low, FRAME_MS)
