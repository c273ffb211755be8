"""Whether a plan is in balance: conditions over places and cases, mistakes and truth over blocks, readers over arms.

What belongs here: counting the rows of a plan, and the counts as tables. What does not: the rows (plan).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from study_configs.plan import PlanRow
from study_configs.study import Study


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """How often a condition is read in a plan: in all, per case, at each block, and with what mistakes.

    `per_case` is (fewest, most) readings of one case in this condition; `per_block` is by block, from block 1.
    """

    condition: str
    trials: int
    positive: int
    per_case: tuple[int, int]
    per_block: tuple[int, ...]
    planted: int


def balance(study: Study, rows: Sequence[PlanRow]) -> list[BalanceRow]:
    """One row for each condition of the design, practice left out."""
    counts = Counter(map(_WHAT, rows))  # a plan may have a million rows: looked at one by one as rarely as can be
    probed = {case for _, case, _, _, probe in counts if probe}
    kept = probed - {case for _, case, _, _, probe in counts if not probe}
    cases = [case.id for case in study.cases if not case.practice and case.id not in kept]
    readers = Counter((condition, block) for _, condition, block in set(map(_WHO, rows)))
    mistakes = Counter(row.condition for row in rows if row.planted for _ in row.planted.split())
    positive = _positive(study)
    blocks = range(1, max((block for _, _, block, _, _ in counts), default=0) + 1)
    made = []
    for condition in _conditions(study):
        per_case: Counter[str] = Counter()
        in_sessions = False
        for (name, case, _, practice, probe), count in counts.items():
            if name == condition and not practice:
                per_case[case] += count
                in_sessions = in_sessions or not probe
        made.append(
            BalanceRow(
                condition,
                per_case.total(),
                sum(count for case, count in per_case.items() if case in positive),
                (
                    min((per_case[case] for case in (cases if in_sessions else list(per_case))), default=0),
                    max(per_case.values(), default=0),
                ),
                tuple(readers[condition, block] for block in blocks),
                mistakes[condition],
            )
        )
    return made


_WHAT = attrgetter("condition", "case", "block", "practice", "probe")
_WHO = attrgetter("reader", "condition", "block")


def _conditions(study: Study) -> list[str]:
    """The conditions of all arms and of probes, each once."""
    protocol = study.protocol
    met = [name for arm in protocol.arms for name in protocol.meeting_of(arm).names]
    return list(dict.fromkeys([*met, *(probe.condition for probe in protocol.design.probes)]))


def _positive(study: Study) -> frozenset[str]:
    return frozenset(case_id for case_id, truth in study.truth.unseal().items() if truth.positive)


def balance_text(rows: Sequence[BalanceRow]) -> str:
    """The balance as a table in columns."""
    header = ("condition", "trials", "positive", "per case", "readers at block 1, 2 …", "planted")
    lines = [header]
    for row in rows:
        low, high = row.per_case
        per_case = str(low) if low == high else f"{low}-{high}"
        blocks = ", ".join(str(count) for count in row.per_block)
        lines.append((row.condition, str(row.trials), str(row.positive), per_case, blocks, str(row.planted)))
    return _columns(lines)


@dataclass(frozen=True, slots=True)
class BlockRow:
    """What the readers meet in their block of this number: trials, positive ones, planted errors by (name, kind)."""

    block: int
    trials: int
    positive: int
    planted: tuple[tuple[str, str, int], ...]


def balance_of_blocks(study: Study, rows: Sequence[PlanRow]) -> list[BlockRow]:
    """One row for each block, practice left out."""
    positive, planted = _positive(study), study.protocol.planted
    counts = Counter(map(attrgetter("block", "case"), rows))
    found = Counter((row.block, name) for row in rows if row.planted for name in row.planted.split())
    made = []
    for block in range(1, max((block for block, _ in counts), default=0) + 1):
        here = {case: count for (number, case), count in counts.items() if number == block}
        errors = tuple((name, rule.kind, found[block, name]) for name, rule in planted.items())
        among = sum(count for case, count in here.items() if case in positive)
        made.append(BlockRow(block, sum(here.values()), among, errors))
    return made


def blocks_text(rows: Sequence[BlockRow]) -> str:
    """Truth and planted errors over the blocks, as a table in columns."""
    errors = [f"{name} ({kind})" for name, kind, _ in rows[0].planted] if rows else []
    lines = [("block", "trials", "positive", *errors)]
    for row in rows:
        share = f"{row.positive} ({row.positive / row.trials:.0%})" if row.trials else "0"
        lines.append((str(row.block), str(row.trials), share, *(str(count) for _, _, count in row.planted)))
    return _columns(lines)


def groups_text(rows: Sequence[PlanRow]) -> str:
    """How many readers each arm has in each stratum; empty where there are neither."""
    readers = dict.fromkeys((row.reader, row.arm, row.stratum) for row in rows)
    count = Counter((arm, stratum) for _, arm, stratum in readers)
    if set(count) <= {("", "")}:
        return ""
    arms = sorted({arm for arm, _ in count})
    lines = [("stratum", *(arm or "readers" for arm in arms))]
    for stratum in sorted({stratum for _, stratum in count}):
        lines.append((stratum or "all", *(str(count[arm, stratum]) for arm in arms)))
    return _columns(lines)


def _columns(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)
