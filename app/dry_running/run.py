"""The dry run of a protocol: readers on paper fill it, its export is made and examined.

What belongs here: the course of a dry run, its outcome as a value, and keeping that outcome in a study's store. What
does not: printing it (commands, desk).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.dry_running.examining import Tables, examine
from app.dry_running.paper import Step, fill, seats
from app.store.acts import PROGRAM, DryRun, write
from app.store.exports.tidy import export
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.version import version
from study_configs.reading_order import ReadingOrder
from study_configs.study import Study, load_study


@dataclass(frozen=True, slots=True)
class DryRunOutcome:
    """What a dry run found. `problems` are sentences; the protocol is ready where there are none."""

    protocol_sha256: str
    readers: int
    full_turn: int  # readers that the design needs to be balanced
    sittings: int
    trials: int
    answers: int
    problems: tuple[str, ...]
    orders: tuple[ReadingOrder, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    def to_text(self) -> str:
        """What was done, and what was wrong."""
        of_turn = "" if self.readers >= self.full_turn else f" (a full turn of the design takes {self.full_turn})"
        done = (
            f"Dry run: {self.readers} simulated readers{of_turn}, {self.sittings} sittings, {self.trials} trials, "
            f"{self.answers} answers exported and examined."
        )
        verdict = "The export is clean." if self.ok else f"{len(self.problems)} problems:"
        return "\n".join([f"{done} {verdict}", *(f"  {each}" for each in self.problems)])

    def planted_text(self) -> str:
        """How many planted errors each block of each reader has."""
        lines = ["planted errors by block (practice is 0)"]
        for order in self.orders:
            counted = Counter(trial.block for trial in order.trials for _ in trial.planted)
            blocks = sorted({trial.block for trial in order.trials})
            told = ", ".join(f"{block}: {counted[block]}" for block in blocks)
            lines.append(f"  {order.reader}{f' ({order.arm})' if order.arm else ''}  {told}")
        return "\n".join(lines)

    def to_json(self) -> str:
        counted = {name: getattr(self, name) for name in ("readers", "full_turn", "sittings", "trials", "answers")}
        told = {"protocol_sha256": self.protocol_sha256, "ok": self.ok, **counted, "problems": list(self.problems)}
        return json.dumps(told, indent=2, ensure_ascii=False)


def _silent(done: int, total: int, what: str) -> None:
    """Nobody waits."""


def dry_run(study: Study, step: Step = _silent) -> DryRunOutcome:
    """Fill the protocol in a store of its own, which is thrown away, and examine the export.

    Raises StudyProblem where no reading order can be drawn.
    """
    who, turn = seats(study)
    with TemporaryDirectory(prefix="readerlab-dry-run-") as name:
        folder = Path(name)
        orders = fill(study, folder / "readerlab.sqlite", who, step)
        step(len(who), len(who), "export")
        problems = _chain_problems(folder / "readerlab.sqlite")
        export(folder / "readerlab.sqlite", folder / "export", frozenset({"csv"}), {study.protocol.about.mode})
        tables = Tables.read(folder / "export")
    problems += examine(study, orders, tables)
    return DryRunOutcome(
        study.sha256,
        len(who),
        turn,
        len(tables.sittings),
        len(tables.trials),
        len(tables.decisions),
        tuple(problems),
        tuple(orders),
    )


def dry_run_at(path: Path, step: Step = _silent) -> DryRunOutcome:
    """As `dry_run`, of a study file or folder. Raises ProtocolProblems where the file is wrong."""
    return dry_run(load_study(path), step)


def _chain_problems(store: Path) -> list[str]:
    report = verify(store)
    return [f"The store of the dry run does not verify: {fault.what}" for fault in report.problems]


def keep(outcome: DryRunOutcome, store: Path) -> None:
    """Write the outcome into a study's store, where the release looks for it. Raises StudyProblem."""
    writer = StoreWriter(store, program_version=version())
    try:
        write(writer, PROGRAM, kept_act(outcome))
    finally:
        writer.close()


def kept_act(outcome: DryRunOutcome) -> DryRun:
    """The act that says how a dry run ended."""
    return DryRun(protocol=outcome.protocol_sha256, problems=outcome.problems, program_version=version())


__all__: Sequence[str] = ("DryRunOutcome", "dry_run", "dry_run_at", "keep", "kept_act")
