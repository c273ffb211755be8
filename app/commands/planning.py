"""The command `plan`: who reads what, when and how.

What belongs here: arguments, messages, exit status. What does not: the plan (study_configs.plan and its neighbours).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.coordinator import As, Because, unblind
from app.commands.places import AsJson, Protocol, store_beside, study_at, study_file
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from study_configs.plan import PlanRow
    from study_configs.study import Study

commands = typer.Typer()


@commands.command(epilog="Example: readerlab plan study/protocol.yaml --readers 12 --picture plan.svg")
def plan(
    protocol: Protocol,
    readers: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="How many readers; without, as the design says.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=1, max=36_000, help="Seconds that a case takes; without, reading.expected_s.")
    ] = None,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the first sitting; without, days are counted.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a row for each trial.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Write a picture: a file .svg or .png.")] = None,
    as_json: AsJson = False,
    coordinator: As = "",
    because: Because = "",
) -> None:
    """Show who reads what and when, planted errors, minutes.

    For coordinators only. The report of a pilot says how long a case takes. Where the study's store has a coordinator,
    it asks for name and password, and is recorded.
    """
    from study_configs.plan import plan_csv, plan_json, plan_table

    with study_file(protocol) as path:
        study = study_at(path)
        unblind(store_beside(path), "plan", coordinator, because)
        rows = plan_table(study, readers)
        if picture is not None:
            _write_picture(study, rows, picture)
        if as_csv:
            print(plan_csv(rows), end="")
        elif as_json:
            print(plan_json(rows))
        elif picture is None:
            print(_in_words(study, rows, seconds, start.date() if start is not None else None))


def _in_words(study: Study, rows: Sequence[PlanRow], seconds: float | None, start: date | None) -> str:
    from study_configs.plan_balance import balance, balance_of_blocks, balance_text, blocks_text, groups_text
    from study_configs.plan_text import plan_text

    tables = [balance_text(balance(study, rows)), blocks_text(balance_of_blocks(study, rows)), groups_text(rows)]
    return "\n\n".join([plan_text(study, rows, seconds, start), *(table for table in tables if table)])


def _write_picture(study: Study, rows: Sequence[PlanRow], file: Path) -> None:
    from study_configs.plan_picture import plan_svg
    from study_configs.plan_text import conditions_in_words

    about = study.protocol.about
    svg = plan_svg(rows, conditions_in_words(study), f"{about.title} ({about.id} {about.version})")
    if file.suffix.lower() == ".png":
        from app.windows.plan_png import write_png

        write_png(svg, file)
    elif file.suffix.lower() == ".svg":
        _write_text(svg, file)
    else:
        raise StudyProblem("A picture is a file .svg or .png.", where=str(file), todo="Name it plan.svg or plan.png.")
    print(f"The picture is in {file}. It shows the planted errors: keep it from readers.")


def _write_text(text: str, file: Path) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StudyProblem(
            f"The picture cannot be written: {error.strerror}.",
            where=str(file),
            todo="Name a file in a folder of yours.",
        ) from None
