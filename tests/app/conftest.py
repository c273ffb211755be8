"""A small study that takes a moment to make: five tiny CT exams, one AI, one planted error."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:  # the windows are imported only by tests that open one
    from PySide6.QtWidgets import QApplication

    from app.assembling.composer import Composer
    from app.store.writer import StoreWriter
    from app.tracking.events import Event
    from app.windows.workstation import Workstation

PROTOCOL = """
readerlab: 1
protocol: {id: small, version: 1.0.0, mode: pilot, title: A small study}
cases: {manifest: cases.csv, reference: reference.csv, practice: [warm-1]}
ai:
  nodules: {results: "ai/*.json", shown_as: LungAid, thresholds: {balanced: 0.5}}
planted:
  invented: {ai: nodules, kind: false_positive, cases: 1, from: negative}
layers:
  box: {ai: nodules, draw: box, at: balanced, adjustable: [visible, opacity, threshold]}
  heat: {ai: nodules, draw: heatmap, at: 0.3, reveal: toggle, adjustable: [visible, opacity, threshold]}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no}
  places: {ask: "Where?", answer: marks, show_if: answer.nodule == yes}
  sure: {ask: "How sure are you?", answer: likert, points: 5, per: mark}
  helpful: {ask: "Did the AI help?", answer: likert, points: 5, per: sitting}
conditions:
  unaided: {phases: [{name: reading, answer: [nodule, places, sure], commit: true}]}
  commit_reveal:
    phases:
      - {name: own view, answer: [nodule, places, sure], commit: true}
      - {name: with AI, layers: [box, heat], answer: [nodule, places, sure], commit: true}
design:
  practice: {condition: unaided}
  split: {of: [unaided, commit_reveal], order: fixed, balance: [truth]}
  seed: 5
before: [{id: hello, text: "# Hello\\n\\nRead each exam."}]
after: [{id: opinion, title: Your opinion, answer: [helpful]}]
feedback: {when: after_sitting, show: [own, ai, truth, planted, dwell]}
"""
CASES = {"warm-1": False, "c1": True, "c2": False, "c3": True, "c4": False}
SLICES, EDGE, PIXEL_MM, SLICE_MM = 12, 96, 3.0, 6.0
CENTRE = (30, 48, 6)  # of the nodule: column, row, slice


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's folder; tests that write in it copy it first."""
    from resources.phantoms.chest_ct import PhantomExam
    from resources.phantoms.series import write_series

    folder = tmp_path_factory.mktemp("small-study")
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    (folder / "ai").mkdir()
    manifest, reference = ["case,path,history"], ["case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label"]
    for seed, (case, positive) in enumerate(CASES.items(), start=1):
        affine = _affine()
        exam = PhantomExam(seed, _voxels(seed, positive), affine, (), False)
        write_series(exam, folder / "images" / case, case=case)
        manifest.append(f"{case},images/{case},History of {case}")
        x, y, z = (affine @ (*CENTRE, 1))[:3]
        reference.append(f"{case},yes,n1,{x},{y},{z},18,solid" if positive else f"{case},no,,,,,,")
        _write_ai(folder, case, positive, (x, y, z))
    (folder / "cases.csv").write_text("\n".join(manifest), encoding="utf-8")
    (folder / "reference.csv").write_text("\n".join(reference), encoding="utf-8")
    return folder


def _affine() -> np.ndarray:
    affine = np.diag([PIXEL_MM, PIXEL_MM, SLICE_MM, 1.0])
    affine[:3, 3] = (-100.0, -120.0, 50.0)
    return affine


def _voxels(seed: int, positive: bool) -> np.ndarray:
    """A round body with two dark lungs, noise, and a bright ball in the right one where the case is positive."""
    z, y, x = np.meshgrid(np.arange(SLICES), np.arange(EDGE), np.arange(EDGE), indexing="ij")
    hu = np.where((x - 48) ** 2 + (y - 48) ** 2 < 44**2, 40.0, -1000.0)
    for middle in (30, 66):
        hu[(x - middle) ** 2 / 14**2 + (y - 48) ** 2 / 26**2 < 1] = -850.0
    if positive:
        column, row, slice_index = CENTRE
        distance = ((x - column) * PIXEL_MM) ** 2 + ((y - row) * PIXEL_MM) ** 2 + ((z - slice_index) * SLICE_MM) ** 2
        hu[distance < 9.0**2] = 30.0
    return (hu + np.random.default_rng(seed).normal(0, 15, hu.shape)).astype(np.int16)


def _write_ai(folder: Path, case: str, positive: bool, place: tuple[float, float, float]) -> None:
    from overlays.result import AIMap, AIResult, Box, Finding, Provenance
    from overlays.sources.own import result_file
    from viewers.dicom.scan import scan

    header = scan(folder / "images" / case).series[0]
    model = Provenance("model", "small", sha256="0" * 64)
    findings = (Finding("f1", "nodule", 0.9, Box(place, (20.0, 20.0, 20.0)), model),) if positive else ()
    values = np.zeros((SLICES, EDGE // 4, EDGE // 4), np.float32)
    values[SLICES // 2, 12, 8] = 1.0
    affine = header.grid_affine @ np.diag([4.0, 4.0, 1.0, 1.0])
    heat = AIMap("m1", "what raised the score", "saliency", values, affine, (0.0, 1.0), "", model, "f1")
    result = AIResult(
        "nodules", header.series_uid, header.frame_of_reference_uid, findings, (heat,) if positive else (), model
    )
    result_file.write(result, folder / "ai" / f"{case}.json")


@dataclass
class Run:
    """A workstation on the small study, and its store."""

    window: Workstation
    store: Path
    composer: Composer
    writer: StoreWriter

    def close(self) -> None:
        """Close the window as a reader does, and the store after it."""
        self.window.close()
        self.kill()

    def kill(self) -> None:
        """Let go of everything without a word to the log, as a power cut would."""
        self.window.desk.close()
        if self.window.observer is not None:
            self.window.observer.close()
        if self.window.driver is not None:
            self.window.driver.over = True
        self.window.hide()
        self.composer.close()
        self.writer.close()

    def events(self, reader: str = "tester") -> list[Event]:
        """Everything that was logged; the store must be closed."""
        from app.store.reader import open_store

        with open_store(self.store) as store:
            return [e for sitting in store.sittings(reader=reader) for e in store.events(sitting.id)]


Start = Callable[..., Run]


@pytest.fixture(scope="session", autouse=True)
def samples_stay_as_they_are() -> Iterator[None]:
    """Stores that older programs wrote are copied before they are opened: SQLite leaves files beside what it opens."""
    folder = Path(__file__).parent / "store" / "samples"
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    yield
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


@pytest.fixture
def study_copy(small_study: Path, tmp_path: Path) -> Path:
    """A copy of the small study that a test may break."""
    return Path(shutil.copytree(small_study, tmp_path / "study"))


@pytest.fixture
def start(qtbot, qapp: QApplication, small_study: Path, tmp_path: Path) -> Iterator[Start]:
    """Start a workstation on the small study (or another); everything still open is closed after the test."""
    from app.assembling.application import application
    from app.assembling.composer import Composer, RunPlan
    from app.store.writer import StoreWriter
    from study_configs.study import load_study

    application()
    open_runs: list[Run] = []

    def make(folder: Path = small_study, store: str = "store/readerlab.sqlite") -> Run:
        path = tmp_path / store
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = StoreWriter(path)
        composer = Composer(RunPlan(path), load_study(folder / "protocol.yaml"), writer, qapp)
        window = composer.workstation()
        window.resize(1280, 800)
        window.show()
        run = Run(window, path, composer, writer)
        open_runs.append(run)
        return run

    yield make
    for run in open_runs:
        if run.writer._thread.is_alive():
            run.close()
        run.window.deleteLater()


class SetOnClock:
    """The workstation's clock, set on by hand: what takes minutes comes when the test wants it, and never before."""

    def __init__(self) -> None:
        self._ahead_ns = 0

    def set_on(self, seconds: float) -> None:
        self._ahead_ns += round(seconds * 1e9)

    def monotonic_ns(self) -> int:
        return time.monotonic_ns() + self._ahead_ns

    def time_ns(self) -> int:
        return time.time_ns() + self._ahead_ns


@pytest.fixture
def set_on_clock(monkeypatch: pytest.MonkeyPatch) -> SetOnClock:
    made = SetOnClock()
    monkeypatch.setattr("app.tracking.recorder.time", made)
    return made
