"""Studies without files, for tests of orders: any design over cases with truth, site, patient, part and set."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from study_configs.cases import Case, SealedTruth, Truth
from study_configs.study import Study, protocol_from

TEMPLATE = """
readerlab: 1
protocol: {{id: p, version: 1.0.0, mode: study, title: T}}
cases: {{reference: reference.csv}}
ai:
  nodules: {{model: m.onnx, thresholds: {{low: 0.2, high: 0.8}}}}
  other: {{model: o.onnx}}
layers:
  box: {{ai: nodules, draw: box{at}}}
  text: {{ai: other, draw: text}}
questions: {{q: {{ask: Q, answer: yes_no}}}}
conditions:
  a: {{phases: [{{answer: [q]}}]}}
  b: {{phases: [{{layers: [box], answer: [q]}}]}}
  c: {{phases: [{{name: own, answer: [q], commit: true}}, {{name: ai, layers: [box], answer: [q]}}]}}
  d: {{phases: [{{layers: [box, text], answer: [q]}}]}}
  e: {{phases: [{{layers: [text], answer: [q]}}]}}
  f: {{phases: [{{answer: [q]}}]}}
{more}
design: {{{design}, seed: 7}}
"""

EVERYTHING = (
    "arms: {x: {crossed: {of: [b, c], washout_days: 3}}, y: {share: 2, split: {of: [b, c, d], balance: [truth]}}}, "
    "split_plot: {groups: 2, balance: [truth]}, cases: {sample: 12, max_run: {truth: 3}, min_distance: {patient: 2}}, "
    "repeats: {cases: 2, apart: 2}, no_reveal: {cases: 1}, probes: [{name: p, condition: f, cases: 2}], "
    "readers: {strata: {level: [junior, senior]}}"
)
MISTAKES = "planted: {x: {ai: nodules, kind: false_positive, cases: 1, not_in_first: 1}}"


@lru_cache(maxsize=64)
def a_study(design: str, *, cases: int = 12, practice: int = 0, more: str = "", at: str = "") -> Study:
    """`cases` cases: every second positive, sites x, y, z in turn, two for each patient, the first half in part one."""
    protocol = protocol_from(TEMPLATE.format(design=design, more=more, at=at).encode(), "test")
    listed = [Case(f"warm-{at}", Path("w"), practice=True) for at in range(practice)]
    listed += [Case(f"c{at:03d}", Path("c"), attributes=_attributes(at, cases)) for at in range(cases)]
    truth = {case.id: Truth(case.id, at % 2 == 0, ()) for at, case in enumerate(listed[practice:])}
    return Study(protocol, Path(), Path("p.yaml"), "0" * 64, "", tuple(listed), SealedTruth(truth), {})


def _attributes(at: int, cases: int) -> dict[str, str]:
    part = "one" if at < cases / 2 else "two"
    threshold = ("low", "0.35", "high")[at % 3]
    return {"site": "xyz"[at % 3], "patient": f"p{at // 2}", "part": part, "set": "AB"[at % 2], "threshold": threshold}


def longest_run(values: Sequence[str]) -> int:
    longest = length = 0
    for at, value in enumerate(values):
        length = length + 1 if at and value == values[at - 1] else 1
        longest = max(longest, length)
    return longest
