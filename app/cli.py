"""The command line: one thin command for each job that a person has (app.commands).

What belongs here: all commands together, exit status (0 done, 1 the job found something wrong, 2 asked wrongly), what
is said when one fails. What does not: the commands. Everything but Typer is imported when one runs: starting is quick.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.commands import (
    acting,
    attention,
    authoring,
    checking,
    desk,
    encrypting,
    gaze,
    images,
    planning,
    reading,
    replaying,
    shipped,
    stores,
    studies,
    syncing,
)
from app.store.encryption import OPTION, VARIABLE
from study_configs.problem import StudyProblem

app = typer.Typer(
    name="readerlab",
    help="ReaderLab: the reading workstation of an AI learning lab. Research use, not for diagnosis.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for room in (
    reading,
    gaze,
    authoring,
    desk,
    checking,
    planning,
    studies,
    shipped,
    images,
    stores,
    acting,
    encrypting,
    attention,
    replaying,
    syncing,
):
    app.add_typer(room.commands)


def main() -> None:
    """The console script. A StudyProblem becomes one message on standard error and exit status 1."""
    from app.house import strangers

    if wrong := strangers():
        fail(StudyProblem(wrong))
    try:
        app()
    except StudyProblem as problem:
        fail(problem)
    except OSError as error:  # a path or disk that no command foresaw
        where = "" if error.filename is None else str(error.filename)[:200]
        fail(StudyProblem(f"{error.strerror or error}.", where=where, todo="Check the path, its rights and the disk."))
    except Exception as error:  # noqa: BLE001 whatever it is, people get a sentence and we get the report
        fail(_report_of(error))


def _report_of(error: Exception) -> StudyProblem:
    """An error of ours, its report written among the temporary files."""
    import tempfile

    from app.crash import failure_from, write_report

    failure = failure_from(error)
    path = write_report(Path(tempfile.gettempdir()), failure)
    return StudyProblem(
        f"Something went wrong in ReaderLab: {failure.what}.", todo=f"Please send the report to its makers: {path}"
    )


def fail(problem: StudyProblem) -> NoReturn:
    """Say what is wrong, where, and what to do; leave with exit status 1."""
    print(problem, file=sys.stderr)
    sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        from app.version import version

        print(f"readerlab {version()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
    key_file: Annotated[
        str,
        typer.Option(OPTION, metavar="FILE", envvar=VARIABLE, show_envvar=True, help="The key of encrypted stores."),
    ] = "",
) -> None:
    """ReaderLab: the reading workstation of an AI learning lab. Research use, not for diagnosis."""
    if key_file:
        os.environ[VARIABLE] = str(Path(key_file).expanduser().absolute())  # for the processes it starts as well
