"""Whether a planted result could be told from an honest one by time, name, size or date: the two against each other.

What belongs here: one claim with its figures, over every kind of planted error. What does not: what the errors do
(tests/overlays/planting).
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.advice import packed
from app.advice.making import Making
from app.advice.needs import Need
from app.advice.result_files import ResultFiles
from overlays.result import AIMap, AIResult, Assessment, Box, Finding, Provenance
from overlays.sources.own import result_file
from resources.phantoms.chest_ct import make_exam
from resources.phantoms.series import write_series
from study_configs.reading_order import PlannedTrial, error_in
from study_configs.study import Study, load_study
from viewers.dicom.scan import scan
from viewers.volume import SeriesHeader

CASES, SLICES = 4, 40
MAKES, HANDS = 9, 60
ALIKE = 0.10  # share by which medians may differ; the interquartile range of one and the same is wider
UNSEEN_MS = 1.0  # a sixteenth of one frame on the screen: nobody can see less
Row = dict[str, object]

RULES = {
    "false_positive": "from: positive",
    "false_negative": "",
    "shifted": "shift_mm: 15",
    "resized": "factor: 1.5",
    "score": "score: 0.35",
    "decoupled": "",
    "category": "scale: BI-RADS 4ABC, by: 1",
    "wrong_side": "",
    "wrong_label": "label: lymph node",
    "distractor": "",
    "sham": "",
}
PROTOCOL = """
readerlab: 1
protocol: {{id: timing, version: 1.0.0, mode: pilot, title: Timing}}
cases: {{manifest: cases.csv, reference: reference.csv}}
ai: {{nodules: {{results: "ai/*.json", shown_as: LungAid, thresholds: {{balanced: 0.5}}}}}}
planted: {{rule: {{ai: nodules, kind: {kind}, cases: 1{more}}}}}
layers: {{box: {{ai: nodules, draw: box, at: balanced}}}}
questions: {{nodule: {{ask: "Is there a nodule?", answer: yes_no, measures: decision}}}}
conditions:
  unaided: {{phases: [{{answer: [nodule]}}]}}
  with_ai: {{phases: [{{layers: [box], answer: [nodule]}}]}}
design: {{split: {{of: [unaided, with_ai], balance: [truth]}}, seed: 1}}
feedback: {{when: after_sitting}}
"""


def measure() -> list[Row]:
    """The rows for the bench table: for each kind, making and handing out a planted result against an honest one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_cases(folder)
        rows: list[Row] = []
        for kind, more in RULES.items():
            text = PROTOCOL.format(kind=kind, more=f", {more}" if more else "")
            (folder / "protocol.yaml").write_text(text, encoding="utf-8")
            rows += _rows(kind, load_study(folder / "protocol.yaml"), folder / f"prepared-{kind}")
    return rows


def _rows(kind: str, study: Study, folder: Path) -> Iterator[Row]:
    making = _making(study, folder)
    honest = PlannedTrial(0, "case-0", "with_ai", 1, 1, False)
    planted = replace(honest, index=1, planted=(error_in(study, "rule", "case-0"),))
    made: dict[int, list[float]] = {0: [], 1: []}
    given: dict[int, list[float]] = {0: [], 1: []}
    for _ in range(MAKES):  # in turns, so that a busy moment meets both
        for trial in (honest, planted):
            path = making.path_of(trial, "nodules")
            path.unlink(missing_ok=True)
            made[trial.index].append(_ms(lambda trial=trial: making.make(trial, "nodules")))
    for _ in range(HANDS):
        for trial in (honest, planted):
            path = making.path_of(trial, "nodules")
            given[trial.index].append(_ms(lambda path=path: packed.read(path)))
    stats = [making.path_of(trial, "nodules").stat() for trial in (honest, planted)]
    alike = (stats[0].st_mtime_ns, stats[0].st_size) == (stats[1].st_mtime_ns, stats[1].st_size)
    yield _row(f"{kind}: made ahead", made[1], made[0], alike=alike)
    yield _row(f"{kind}: handed out", given[1], given[0], alike=alike)


def _row(name: str, planted: list[float], honest: list[float], *, alike: bool) -> Row:
    ours, peer = statistics.median(planted), statistics.median(honest)
    low, _, high = statistics.quantiles(honest, n=4)
    noise = max(ALIKE * peer, high - low, UNSEEN_MS)
    return {
        "name": f"planted {name}",
        "ours": round(ours, 3),
        "peer": round(peer, 3),
        "peer_name": "the honest result of the case",
        "ratio": round(ours / peer, 2),
        "unit": "ms",
        "goal": f"within noise (± {noise:.3f} ms)",
        "holds": alike and abs(ours - peer) <= noise,
    }


def _ms(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _making(study: Study, folder: Path) -> Making:
    files = ResultFiles(study, "nodules")
    headers = {case.id: scan(case.path).series for case in study.cases}

    def honest(need: Need) -> AIResult:
        return files.of_case(need.case, headers[need.case])

    def headers_of(case: str) -> tuple[SeriesHeader, ...]:
        return headers[case]

    return Making(study, None, folder, honest, headers_of, lambda ai: "")


def _write_cases(folder: Path) -> None:
    manifest, reference = ["case,path"], ["case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label"]
    for number in range(CASES):
        exam = make_exam(20_100 + number, 2, slices=SLICES)
        write_series(exam, folder / "images" / f"case-{number}", case=f"case-{number}")
        manifest.append(f"case-{number},images/case-{number}")
        nodule = exam.nodules[0]
        x, y, z = nodule.centre_mm
        reference.append(f"case-{number},yes,n1,{x},{y},{z},{nodule.diameter_mm},solid")
        header = scan(folder / "images" / f"case-{number}").series[0]
        result_file.write(_result(header, nodule.centre_mm), folder / "ai" / f"r{number}.json")
    (folder / "cases.csv").write_text("\n".join(manifest), encoding="utf-8")
    (folder / "reference.csv").write_text("\n".join(reference), encoding="utf-8")


def _result(header: SeriesHeader, at: tuple[float, float, float]) -> AIResult:
    """A finding with a category and a heat map of 80 mm, as the saliency of our own detector is."""
    model = Provenance("model", "timing")
    at = (float(at[0]), float(at[1]), float(at[2]))
    affine = np.diag([4.0, 4.0, 4.0, 1.0])
    affine[:3, 3] = np.asarray(at) - 40
    k, j, i = np.indices((20, 20, 20)) - 10
    hot = np.exp(-(k**2 + j**2 + i**2) / 8).astype(np.float32)
    finding = Finding("f1", "nodule", 0.83, Box(at, (10.0, 10.0, 10.0)), model, laterality="right", category="4A")
    heat = AIMap("m1", "what raised the score", "saliency", hot, affine, (0.0, 1.0), "", model, "f1")
    case = Assessment("a1", "malignancy", 0.7, model, category="4A")
    return AIResult(
        "nodules", header.series_uid, header.frame_of_reference_uid, (finding,), (heat,), model, assessments=(case,)
    )
