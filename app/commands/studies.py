"""Commands on a study before anybody reads it: plan, prepare, explain (check is in checking).

What belongs here: arguments, messages, exit status. What does not: doing the jobs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.places import Protocol, own_demo, store_beside, study_at
from app.commands.progress import progress
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from app.advice.needs import Need
    from study_configs.study import Study


commands = typer.Typer()


@commands.command(epilog="Example: readerlab prepare study/protocol.yaml")
def prepare(protocol: Protocol) -> None:
    """Compute all AI results and maps of a study ahead of reading."""
    _prepare(protocol, lambda case: True)


@commands.command(epilog="Example: readerlab explain study/protocol.yaml chest-01")
def explain(protocol: Protocol, case: Annotated[str, typer.Argument(help="A case of the study.")]) -> None:
    """Compute the AI results and saliency maps of one case."""
    _prepare(protocol, lambda each: each == case)


def _prepare(protocol: str, wanted: Callable[[str], bool]) -> None:
    from app.advice.needs import every_need, needs_to_run
    from app.assembling.composer import PREPARED
    from app.checking.ai_files import planted_problems

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
