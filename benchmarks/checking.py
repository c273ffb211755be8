"""Loading and checking a study file over 10,000 cases, and comparing it with its pins.

What belongs here: the figures of load_study, of check and of the pins apart. What does not: drawing orders and the plan
(planning). Each run is a process of its own. There is no peer that checks such a file; the goal is 2 s for all of it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

CASES, REPEATS, GOAL_S = 10_000, 5, 2.0
Row = dict[str, object]

PROTOCOL = """readerlab: 1
protocol: {id: large, version: 1.0.0, mode: pilot, title: Large}
cases: {reference: reference.csv}
ai: {nodules: {results: ai/*.json, thresholds: {balanced: 0.5}}}
planted: {invented: {ai: nodules, kind: false_positive, cases: 8, where: case.site == a}}
layers: {box: {ai: nodules, draw: box, at: balanced}, thin: {base: box, width: 1}}
questions: {nodule: {ask: "A nodule?", answer: yes_no, measures: decision, show_if: case.site != b}}
conditions:
  unaided: {phases: [{answer: [nodule]}]}
  aided: {phases: [{layers: [thin], answer: [nodule]}]}
design:
  split: {of: [unaided, aided], balance: [truth]}
  cases: {sample: 100, parts: [{name: a, where: case.site == a}, {name: rest, where: case.site != a}]}
  readers: {planned: 100}
  seed: 7
feedback: {when: after_study}
"""
OURS = """
import sys, time
from pathlib import Path
now = lambda: (time.perf_counter(), time.process_time())
start = now()
from study_configs.check import check
from study_configs.pins import image_differences, pins_of, write_pins
from study_configs.study import load_study
imported = now()
study = load_study(Path(sys.argv[1]))
loaded = now()
report = check(Path(sys.argv[1]))
assert report.ok, report.to_text()
checked = now()
pins = pins_of(study)
pinned = now()
times = (start, imported, loaded, checked, pinned)
print(*(after - before for at in (0, 1) for (before, after) in zip([t[at] for t in times], [t[at] for t in times[1:]])))
"""
STEPS = (
    "importing the language and its checks",
    f"load a study of {CASES:,} cases",
    f"check it, orders of the first readers drawn ({CASES:,} cases)",
    f"digests of the files of {CASES:,} cases",
)


def measure() -> list[Row]:
    """The rows for the bench table: medians, with the load of the machine beside them."""
    with tempfile.TemporaryDirectory() as name:
        path = write_study(Path(name))
        taken = [_seconds(path) for _ in range(REPEATS + 1)][1:]  # the first writes bytecode and fills the disk cache
    return [
        _row(what, [times[at] for times in taken], [times[at + len(STEPS)] for times in taken])
        for at, what in enumerate(STEPS)
    ]


def write_study(folder: Path) -> Path:
    """A study of 10,000 cases, a quarter of them positive, each with a folder and one small file of its own."""
    (folder / "ai").mkdir()
    (folder / "ai" / "one.json").write_text("{}", encoding="utf-8")
    for at in range(CASES):
        case = folder / "images" / f"case-{at:05d}"
        case.mkdir(parents=True)
        (case / "1.dcm").write_bytes(b"%d" % at)
    cases = "".join(f"case-{at:05d},images/case-{at:05d},{'abc'[at % 3]}\n" for at in range(CASES))
    truth = "".join(f"case-{at:05d},{'yes' if at % 4 == 0 else 'no'}\n" for at in range(CASES))
    (folder / "cases.csv").write_text("case,path,site\n" + cases, encoding="utf-8")
    (folder / "reference.csv").write_text("case,positive\n" + truth, encoding="utf-8")
    path = folder / "protocol.yaml"
    path.write_text(PROTOCOL, encoding="utf-8")
    return path


def _row(what: str, taken: list[float], used: list[float]) -> Row:
    ours = statistics.median(taken)
    return {
        "name": what,
        "ours": round(ours, 3),
        "peer": GOAL_S,
        "peer_name": "the goal: no peer checks such a file",
        "ratio": round(ours / GOAL_S, 3),
        "unit": "s",
        "goal": f"<= {GOAL_S:g} s",
        "holds": ours <= GOAL_S,
        "ours_best": round(min(taken), 3),
        "processor_s": round(statistics.median(used), 3),
        "load": [round(each, 1) for each in os.getloadavg()] if hasattr(os, "getloadavg") else [],
    }


def _seconds(path: Path) -> list[float]:
    """Seconds of the clock for each step, then of the processor, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", OURS, str(path)], capture_output=True, text=True, check=True, timeout=300
    )
    return [float(each) for each in done.stdout.split()]


if __name__ == "__main__":
    for row in measure():
        print(row)
