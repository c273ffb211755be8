"""Checking and planning a protocol of 10,000 cases and 100 readers.

What belongs here: one claim with its figures. What does not: whether the plan is right (tests/study_configs/ordering).
Each run is a process of its own, as at the coordinator's desk: check, draw every reader's order with its planted
errors, and put the plan together in columns (its rows are made as they are looked at). There is no peer that plans such
a study; the goal is 2 s.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

CASES, READERS, REPEATS, GOAL_S = 10_000, 100, 5, 2.0
Row = dict[str, object]

PROTOCOL = """readerlab: 1
protocol: {{id: large, version: 1.0.0, mode: study, title: Large}}
cases: {{reference: reference.csv}}
ai: {{nodules: {{results: ai/*.json}}}}
planted:
  invented: {{ai: nodules, kind: false_positive, cases: 8, not_in_first: 10, apart: 3}}
layers: {{box: {{ai: nodules, draw: box}}}}
questions: {{nodule: {{ask: "A nodule?", answer: yes_no, measures: decision}}}}
conditions:
  unaided: {{phases: [{{answer: [nodule]}}]}}
  aided: {{phases: [{{layers: [box], answer: [nodule]}}]}}
design:
  split: {{of: [unaided, aided], balance: [truth]}}
  cases: {{{cases}}}
  readers: {{planned: {readers}}}
  seed: 7
feedback: {{when: after_study}}
"""
DESIGNS = {
    "100 of them for each reader": "sample: 100, sample_balance: [truth], max_run: {truth: 8}",
    "all of them for each reader": "order: random",
    "all of them for each reader, at most 4 alike in a row": "order: random, max_run: {truth: 4}",
}
OURS = """
import sys, time
from pathlib import Path
from study_configs.check import check
from study_configs.plan import plan_table
began, used = time.perf_counter(), time.process_time()
report = check(Path(sys.argv[1]))
assert report.ok, report.to_text()
rows = plan_table(report.study)
print(time.perf_counter() - began, time.process_time() - used, len(rows))
"""


def measure() -> list[Row]:
    """The rows for the bench table: medians, with the load of the machine beside them."""
    with tempfile.TemporaryDirectory() as name:
        return [_row(Path(name), what, design) for what, design in DESIGNS.items()]


def write_study(folder: Path, design: str) -> Path:
    """A study of 10,000 cases, a quarter of them positive, that share one image."""
    (folder / "ai").mkdir(exist_ok=True)
    (folder / "ai" / "one.json").write_text("{}", encoding="utf-8")
    (folder / "one.dcm").write_bytes(b"")
    numbers = range(CASES)
    cases = "".join(f"case-{at:05d},one.dcm,{'abc'[at % 3]}\n" for at in numbers)
    truth = "".join(f"case-{at:05d},{'yes' if at % 4 == 0 else 'no'}\n" for at in numbers)
    (folder / "cases.csv").write_text("case,path,site\n" + cases, encoding="utf-8")
    (folder / "reference.csv").write_text("case,positive\n" + truth, encoding="utf-8")
    path = folder / "protocol.yaml"
    path.write_text(PROTOCOL.format(cases=design, readers=READERS), encoding="utf-8")
    return path


def _row(folder: Path, what: str, design: str) -> Row:
    path = write_study(folder, design)
    taken = [_seconds(path) for _ in range(REPEATS + 1)][1:]  # the first writes bytecode and fills the disk cache
    ours = statistics.median(wall for wall, _, _ in taken)
    return {
        "name": f"check and plan {CASES:,} cases × {READERS} readers, {what} ({int(taken[0][2]):,} trials)",
        "ours": round(ours, 2),
        "peer": GOAL_S,
        "peer_name": "the goal: no peer plans such a study",
        "ratio": round(ours / GOAL_S, 2),
        "unit": "s",
        "goal": f"<= {GOAL_S:g} s",
        "holds": ours <= GOAL_S,
        "ours_best": round(min(wall for wall, _, _ in taken), 2),
        "processor_s": round(statistics.median(used for _, used, _ in taken), 2),
        "load": [round(each, 1) for each in os.getloadavg()] if hasattr(os, "getloadavg") else [],
    }


def _seconds(path: Path) -> tuple[float, float, float]:
    """(wall clock, processor, trials) of check and plan in a process of its own, its start left out."""
    done = subprocess.run(
        [sys.executable, "-c", OURS, str(path)], capture_output=True, text=True, check=True, timeout=300
    )
    wall, used, trials = map(float, done.stdout.split())
    return wall, used, trials


if __name__ == "__main__":
    print(measure())
