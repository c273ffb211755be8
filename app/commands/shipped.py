"""The command shipped: protocols that come with ReaderLab, and their studies over computer-made cases.

What belongs here: arguments and messages. What does not: making them (app.shipped).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.commands.places import AsJson
from app.commands.progress import progress

commands = typer.Typer()


@commands.command(epilog="Example: readerlab shipped dratsch_2023 ~/dratsch")
def shipped(
    name: Annotated[str, typer.Argument(help="Which protocol; without, all are listed.")] = "",
    folder: Annotated[Path | None, typer.Argument(help="Where the study goes: a new folder.")] = None,
    short: Annotated[bool, typer.Option("--short", help="Fewer cases of every kind, to try it out.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the protocols that come along, or make one a study."""
    from app.shipped.folder import make_shipped, shipped_names

    if not name:
        told = {each: _told(each) for each in shipped_names()}
        lines = [f"{each:24} {title}" for each, (title, _) in told.items()]
        listed = [{"name": each, "title": title, "citation": source} for each, (title, source) in told.items()]
        print(json.dumps(listed, indent=2, ensure_ascii=False) if as_json else "\n".join(lines))
        return
    if folder is None:
        raise typer.BadParameter("Name the folder that the study goes into.")
    with progress(f"Making {name}") as step:
        protocol = make_shipped(name, folder, step, short=short)
    print(
        json.dumps({"protocol": str(protocol)}) if as_json else f"Made {protocol}. Check it: readerlab check {folder}"
    )


def _told(name: str) -> tuple[str, str]:
    """Title and source of a shipped protocol."""
    from app.shipped.folder import shipped_protocol

    about = shipped_protocol(name).about
    return about.title, about.citation or ""
