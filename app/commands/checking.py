"""The command check: everything that is wrong with studies, and whether they survive a dry run.

What belongs here: arguments, what is printed, exit status. What does not: checking (study_configs.check, ai_files,
case_images) and the dry run (dry_running).
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.places import AsJson, is_light, store_beside, study_file
from app.commands.progress import progress

if TYPE_CHECKING:
    from app.dry_running.run import DryRunOutcome
    from study_configs.check import CheckReport
    from study_configs.problems import Problem
    from study_configs.study import Study

commands = typer.Typer()

Protocols = Annotated[
    list[str], typer.Argument(metavar="protocol...", help="Study files, their folders, or names of shipped protocols.")
]
Store = Annotated[Path | None, typer.Option(help="The store that keeps the dry run; without, the one beside the file.")]


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was found in one study: the report, and the dry run where there was one."""

    name: str
    report: CheckReport
    dry: DryRunOutcome | None = None
    plan: str = ""

    @property
    def ok(self) -> bool:
        return self.report.ok and (self.dry is None or self.dry.ok)

    def as_json(self) -> Any:
        told = json.loads(self.report.to_json())
        return told if self.dry is None else {**told, "dry_run": json.loads(self.dry.to_json())}

    def to_text(self) -> str:
        parts = [self.report.to_text(), self.plan, self.dry.to_text() if self.dry is not None else ""]
        return "\n".join(part for part in parts if part)


@commands.command(epilog="Example: readerlab check study/protocol.yaml --dry-run")
def check(
    protocols: Protocols,
    dry: Annotated[bool, typer.Option("--dry-run", help="Let simulated readers fill it; print the plan.")] = False,
    pin: Annotated[bool, typer.Option("--pin", help="Pin every file by SHA-256: changes are refused then.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Check studies: everything that is wrong, with line and remedy.

    The headers of every image are read too; each model, card and AI result is opened. A shipped protocol is checked
    over its own cases, made for the purpose; the demo in its light form, without images. A dry run lets simulated
    readers fill the protocol, exports what they leave and examines it; a study is released after a clean one.
    Pins lie beside the study file (protocol.pins.json); whatever differs from them is refused, here and when reading.
    """
    found = [_checked(name, dry=dry, repin=pin, store=store, alone=len(protocols) == 1) for name in protocols]
    if as_json:
        told = [each.as_json() for each in found]
        print(json.dumps(told[0] if len(told) == 1 else told, indent=2, ensure_ascii=False))
    else:
        print("\n\n".join(each.to_text() for each in found))
    if not all(each.ok for each in found):
        sys.exit(1)


def _checked(name: str, *, dry: bool, repin: bool, store: Path | None, alone: bool) -> _Checked:
    with study_file(name) as path:
        report = _report(path, with_images=not is_light(name), repin=repin)
        study = report.study
        if study is None or not report.ok:
            return _Checked(name, report)
        if repin:
            _pin(study)
        if not dry:
            return _Checked(name, report)
        outcome = _dry_run(study)
        _keep(outcome, store or store_beside(path), asked=store is not None)
        return _Checked(name, report, outcome, _plan_text(study, outcome, in_full=alone))


def _report(path: Path, *, with_images: bool, repin: bool) -> CheckReport:
    """Everything that is wrong; files are compared with their pins unless they are to be pinned anew."""
    from app.checking.study_files import file_problems
    from study_configs.check import check as check_study

    report = check_study(path, pinned=not repin)
    study = report.study
    if study is None or not report.ok:
        return report
    if not with_images:
        return report.with_problems(_ai_problems(study))
    with progress("Reading AI results and images") as step:
        return report.with_problems(file_problems(study, step, pinned=not repin))


def _pin(study: Study) -> None:
    from study_configs.pins import pins_of, write_pins

    with progress("Pinning the images") as step:
        pins = pins_of(study, step)
    path = write_pins(study, pins)
    images = sum(each.files for each in pins.images.values())
    print(f"Pinned {len(pins.files)} files and {images} files of images: {path}", file=sys.stderr)


def _dry_run(study: Study) -> DryRunOutcome:
    from app.dry_running.run import dry_run

    with progress("Simulated readers fill the protocol") as step:
        return dry_run(study, step)


def _keep(outcome: DryRunOutcome, store: Path, *, asked: bool) -> None:
    """The outcome goes into the study's store, where there is one or it was asked for."""
    if asked or store.is_file():
        from app.dry_running.run import keep

        store.parent.mkdir(parents=True, exist_ok=True)
        keep(outcome, store)


def _plan_text(study: Study, outcome: DryRunOutcome, *, in_full: bool) -> str:
    """Orders, balance and minutes for the readers of the dry run; of several studies only planted errors."""
    from study_configs.plan import plan_table
    from study_configs.plan_balance import balance, balance_text
    from study_configs.plan_text import plan_text

    if not in_full:
        return ""
    rows = plan_table(study, outcome.readers)
    parts = [plan_text(study, rows), balance_text(balance(study, rows)), outcome.planted_text()]
    return "\n".join(["", *parts, ""])


def _ai_problems(study: Study) -> list[Problem]:
    from app.checking.ai_files import ai_problems

    return list(ai_problems(study))
