"""Commands on a study before anybody reads it: check, plan, prepare, explain.

What belongs here: arguments, messages, exit status. What does not: doing the jobs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.coordinator import As, Because, unblind
from app.commands.places import AsJson, Protocol, own_demo, store_beside, study_at, study_file
from app.commands.progress import progress
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from app.advice.needs import Need
    from study_configs.problems import Problem
    from study_configs.study import Study


commands = typer.Typer()


@commands.command(epilog="Example: readerlab check study/protocol.yaml")
def check(protocol: Protocol, as_json: AsJson = False) -> None:
    """Check a study: everything that is wrong, with line and remedy.

    The headers of every image are read too; each model, card and AI result is opened. The shipped demo is checked in
    its light form: without images, and with lesions that have no place.
    """
    from study_configs.check import check as check_study

    with study_file(protocol) as path:
        report = check_study(path)
        if report.ok:
            report = report.with_problems(_ai_problems(path))
        if report.ok and path == Path(protocol):
            report = report.with_problems(_image_problems(path))
        print(report.to_json() if as_json else report.to_text())
    if not report.ok:
        sys.exit(1)


def _ai_problems(path: Path) -> list[Problem]:
    from app.ai_files import ai_problems

    return list(ai_problems(study_at(path)))


def _image_problems(path: Path) -> list[Problem]:
    from app.case_images import image_problems

    with progress("Reading the images' headers") as step:
        return list(image_problems(study_at(path), step))


@commands.command(epilog="Example: readerlab plan study/protocol.yaml --readers 12 --csv > plan.csv")
def plan(
    protocol: Protocol,
    readers: Annotated[int | None, typer.Option(min=1, help="How many readers; without, as the design says.")] = None,
    seconds: Annotated[float, typer.Option(min=1, help="Seconds that one reading takes, for the minutes.")] = 60,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: AsJson = False,
    coordinator: As = "",
    because: Because = "",
) -> None:
    """Show who reads what and when, planted errors, minutes.

    A reading is one phase of one case. The report of a pilot says how long one takes. Where the study's store has a
    coordinator, it asks for name and password, and is recorded.
    """
    from dataclasses import asdict

    from study_configs.check import balance, balance_text, plan_csv, plan_table, plan_text

    with study_file(protocol) as path:
        study = study_at(path)
        unblind(store_beside(path), "plan", coordinator, because)
        rows = plan_table(study, readers)
        if as_csv:
            print(plan_csv(rows), end="")
        elif as_json:
            print(json.dumps([asdict(row) for row in rows], indent=2))
        else:
            print(plan_text(study, rows, seconds), "", balance_text(balance(study, rows)), sep="\n")


@commands.command(epilog="Example: readerlab prepare study/protocol.yaml")
def prepare(protocol: Protocol) -> None:
    """Compute all AI results and maps of a study ahead of reading."""
    _prepare(protocol, lambda case: True)


@commands.command(epilog="Example: readerlab explain study/protocol.yaml chest-01")
def explain(protocol: Protocol, case: Annotated[str, typer.Argument(help="A case of the study.")]) -> None:
    """Compute the AI results and saliency maps of one case."""
    _prepare(protocol, lambda each: each == case)


def _prepare(protocol: str, wanted: Callable[[str], bool]) -> None:
    from app.__main__ import PREPARED
    from app.advice.needs import every_need, needs_to_run
    from app.ai_files import planted_problems

    path = own_demo() if protocol == "demo" else Path(protocol)
    study = study_at(path)
    needs = [need for need in needs_to_run(study) if wanted(need.case)]
    if not any(wanted(need.case) for need in every_need(study)):
        raise StudyProblem("There is no AI to run for such a case.", where=str(path), todo="Check the case's name.")
    problems = _computed(study, needs, store_beside(path).parent / PREPARED) if needs else {}
    if not needs:
        print("There is nothing to compute: the results of this study's AI are files.")
    unplantable = list(planted_problems(study))
    for each in unplantable:
        print(each.to_text(), file=sys.stderr)
    if problems or unplantable:
        sys.exit(1)


def _computed(study: Study, needs: Sequence[Need], folder: Path) -> dict[Need, StudyProblem]:
    """What could not be computed, once it is told."""
    from app.advice.desk import Advice

    advice = Advice(study, None, folder)
    try:
        with progress("Running the AI") as step:
            problems = advice.prepare(needs, step)
    finally:
        advice.close()
    for need, problem in problems.items():
        print(f"{need.case}: {problem}", file=sys.stderr)
    print(f"{len(needs) - len(problems)} of {len(needs)} results are in {folder}")
    return problems
