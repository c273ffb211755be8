"""The command for coordinators: desk.

What belongs here: arguments. What does not: the window (app.windows.desk), putting it together (app.assembling.desk).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.commands.reading import need_a_screen
from study_configs.problem import StudyProblem

commands = typer.Typer()


@commands.command(epilog="Example: readerlab desk study/protocol.yaml")
def desk(
    study: Annotated[Path | None, typer.Argument(help="A study file or its folder; without, the desk asks.")] = None,
    store: Annotated[
        Path | None, typer.Option(help="The study's store; without, the one beside the study file.")
    ] = None,
) -> None:
    """Open the coordinator's desk.

    Check, plan, preview, enrol, follow, release, export.
    """
    from app.assembling.desk import run_desk

    if study is not None and not study.exists():
        raise StudyProblem("There is no such file or folder.", where=str(study), todo="Check the path.")
    need_a_screen()
    if status := run_desk(study, store):
        sys.exit(status)
