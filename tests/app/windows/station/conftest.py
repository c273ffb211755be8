"""The small study at the scanner: its exams arrive, each has a previous acquisition and one that comes on a repeat."""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path

import pytest

from app.hospital.arrivals import COMPLETE, PART
from app.hospital.scanner import slices_of
from study_configs.problem import StudyProblem

PROTOCOL = """
readerlab: 1
protocol: {id: scanner, version: 1.0.0, mode: pilot, workflow: technician, title: At the scanner}
cases: {manifest: cases.csv, reference: reference.csv}
ai:
  quality: {results: "ai/*.json", shown_as: ScanCheck, thresholds: {balanced: 0.5}}
layers:
  box: {ai: quality, draw: box, at: balanced}
questions:
  decision: {ask: "What now?", answer: choice, options: {accept: Accept, repeat: Repeat, call: Call}}
  reason:
    ask: Why?
    answer: choice
    options: {motion: Motion, coverage: Coverage, other: Other}
    show_if: answer.decision == repeat
conditions:
  advised:
    phases:
      - {name: first, layers: [box], answer: [decision, reason], commit: true, at_most_s: 600, clock: true}
      - {name: again, fresh: true, only_if: answer.decision == repeat, answer: [decision, reason], commit: true}
design: {seed: 3, cases: {order: fixed}}
station: {reason: reason, slices_per_s: 1000, gap_s: [0, 0.05], previous: previous, repeat: repeated}
"""


@pytest.fixture
def scanner_study(small_study: Path, tmp_path: Path) -> Path:
    """Three exams; c1 and c3 have what the AI remarks on."""
    folder = tmp_path / "scanner"
    shutil.copytree(small_study, folder)
    rows = ["case,path,history,previous,repeated"]
    rows += [f"{case},images/{case},Knee of {case},images/warm-1,images/c2" for case in ("c1", "c4", "c3")]
    (folder / "cases.csv").write_text("\n".join(rows), encoding="utf-8")
    kept = [line for line in (folder / "reference.csv").read_text("utf-8").splitlines() if line[:2] not in ("wa", "c2")]
    (folder / "reference.csv").write_text("\n".join(kept), encoding="utf-8")
    for file in (folder / "ai").iterdir():
        if file.name.startswith(("warm", "c2")):
            file.unlink()
    for file in (folder / "ai").glob("*.json"):
        file.write_text(file.read_text("utf-8").replace('"nodules"', '"quality"'), encoding="utf-8")
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    return folder


@pytest.fixture
def edit(scanner_study: Path):
    """Change words of the small study's protocol."""

    def change(*pairs: tuple[str, str]) -> Path:
        file = scanner_study / "protocol.yaml"
        text = file.read_text("utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
        return scanner_study

    return change


class ScannerByHand:
    """Sends the slices of an exam when a test says so, whatever the pace of the protocol."""

    def __init__(self, exam: Path, folder: Path, slices_per_s: float) -> None:
        self._left, self._folder = enumerate(slices_of(exam), 1), folder
        self.is_on = False
        self.problem: StudyProblem | None = None

    def start(self) -> None:
        self._folder.mkdir(parents=True)
        self.is_on = True

    def stop(self) -> None: ...

    def put(self, count: int | None = 1) -> None:
        """So many slices more; all that are left where None."""
        for number, file in islice(self._left, count):
            part = self._folder / f"{number:05d}.dcm{PART}"
            shutil.copyfile(file, part)
            part.replace(part.with_suffix(""))

    def finish(self) -> None:
        self.put(None)
        (self._folder / COMPLETE).touch()


@pytest.fixture
def scanners(monkeypatch: pytest.MonkeyPatch) -> list[ScannerByHand]:
    """The scanners that are made from now on, one for each acquisition."""
    made: list[ScannerByHand] = []

    def make(exam: Path, folder: Path, slices_per_s: float) -> ScannerByHand:
        made.append(ScannerByHand(exam, folder, slices_per_s))
        return made[-1]

    monkeypatch.setattr("app.windows.station.station_plan.Scanner", make)
    return made
