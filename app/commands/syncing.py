"""Commands between stations and the central database: sync, central.

What belongs here: arguments, messages, exit status, going on at an interval. What does not: sending
(app.store.central.sync), making the database ready (app.store.central.database).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from app.commands.places import AsJson, store_of
from app.commands.progress import progress
from study_configs.problem import StudyProblem

commands = typer.Typer()

To = Annotated[str, typer.Argument(metavar="TO", help="The central database: postgresql://USER@HOST/DATABASE.")]
STORES = "The stations' stores (readerlab.sqlite), or their studies' folders."


@commands.command(
    epilog="Example: readerlab sync store/readerlab.sqlite postgresql://stations@lab.example/readerlab",
    short_help="Send sealed sittings to the central database.",
)
def sync(
    stores: Annotated[list[Path], typer.Argument(metavar="STORE...", help=STORES)],
    to: To,
    name: Annotated[str, typer.Option(help="What the lab calls this station; kept at its first delivery.")] = "",
    cut_off: Annotated[
        bool, typer.Option("--cut-off", help="Sittings, too, that were cut off and closed by a coordinator.")
    ] = False,
    watch: Annotated[
        float | None, typer.Option(metavar="MINUTES", min=0.1, help="Go on by itself, every so many minutes.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send sealed sittings to the central database; what is there already is not sent again.

    The password comes from ~/.pgpass or PGPASSWORD, or is asked for; it never stands in the address.
    """
    from app.store.central.database import address_of

    address_of(to)  # an address that can't be right is refused at once, also by --watch
    paths = [store_of(each) for each in stores]
    sound = _round(paths, to, name, cut_off, as_json)
    while watch is not None:
        time.sleep(watch * 60)
        _round(paths, to, name, cut_off, as_json)
    if not sound:
        sys.exit(1)


def _round(paths: list[Path], to: str, name: str, cut_off: bool, as_json: bool) -> bool:
    """Every store once; what goes wrong with one keeps no other from being sent. False where something did."""
    from app.store.central.link import Link
    from app.store.central.sync import sync as sync_store
    from app.version import version

    sound, link = True, None
    for path in paths:
        try:
            link = link or Link(to)
            with progress(f"Syncing {path.name}") as step:
                outcome = sync_store(path, link, name=name, cut_off=cut_off, program_version=version(), on_step=step)
            print(outcome.to_json() if as_json else outcome.to_text(), flush=True)
            sound = sound and not outcome.refused
        except StudyProblem as problem:
            print(problem, file=sys.stderr, flush=True)
            sound = False
            if link is None:  # nothing can be reached: the other stores would only say so, too
                return False
    if link is not None:
        link.close()
    return sound


@commands.command(
    epilog="Example: readerlab central postgresql://admin@lab.example/readerlab --stations stations",
    short_help="Make a PostgreSQL database ready for stations to sync to.",
)
def central(
    to: To,
    stations: Annotated[str, typer.Option(metavar="ROLE", help="The role that stations deliver as.")] = "",
    analysts: Annotated[str, typer.Option(metavar="ROLE", help="The role that reads everything.")] = "",
) -> None:
    """Make a PostgreSQL database ready for stations to sync to, or bring it to this version; can be run again."""
    from app.store.central.database import address_of, prepare
    from app.version import version

    prepare(to, version(), stations=stations, analysts=analysts)
    print(f"{address_of(to)} is ready.")
