"""The command that plays a sitting again: in a window, or into a film.

What belongs here: arguments, who may see it, messages, exit status. What does not: the replay (app.assembling.replay).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.coordinator import As, Because, unblind
from app.commands.places import StoreAt, location_of
from app.commands.progress import progress
from app.commands.reading import need_a_screen
from app.store.location import Location
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from app.assembling.replay import ReplayPlan
    from app.windows.replay.film import FilmPlan

commands = typer.Typer()


@commands.command(
    epilog="Example: readerlab replay store/readerlab.sqlite --sitting 3 --to film.mp4 --speed 4",
    short_help="Play a sitting again like a film, or write it as one.",
)
def replay(
    store: StoreAt,
    sitting: Annotated[int | None, typer.Option(help="Which sign-in, by its number in the store.")] = None,
    study: Annotated[
        Path | None, typer.Option(help="The study that was read, where it does not lie around the store.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="Write a film (.mp4, .webm, .webp), or single pictures into a new folder.")
    ] = None,
    speed: Annotated[float, typer.Option(min=0.25, max=50.0, help="Of a film: from 0.25 to 50 times.")] = 1.0,
    size: Annotated[str, typer.Option(help="Of a film or window, such as 1280x720.")] = "",
    fps: Annotated[int, typer.Option(min=1, max=60, help="Pictures a second of a film.")] = 25,
    start: Annotated[float, typer.Option("--from", min=0.0, help="Where a film begins: seconds.")] = 0.0,
    until: Annotated[float | None, typer.Option(min=0.0, help="Where a film ends: seconds.")] = None,
    idle: Annotated[bool, typer.Option("--idle", help="Keep times in a film in which nobody reads.")] = False,
    truth: Annotated[bool, typer.Option("--truth", help="Show lesions and planted errors in a film.")] = False,
    coordinator: As = "",
    because: Because = "",
) -> None:
    """Play a sitting again: images, AI, pointer and answers as the reader had them.

    A replay unblinds: where the store has a coordinator, it asks for name and password, and is recorded.
    """
    from app.assembling.replay import ReplayPlan
    from app.assembling.replay import replay as play
    from app.store.verify import blaming_damage

    path, shot = location_of(store), _size(size)
    if to is None:
        need_a_screen()
    # before anything is told of the store, such as who read in it
    unblind(path, f"{'replay' if to is None else 'film'} of sitting {sitting or '(only)'}", coordinator, because)
    with blaming_damage(path):
        plan = ReplayPlan(path, _which(path, sitting), study, shot)
        if to is not None:
            from app.windows.replay.film import FilmPlan

            _film(plan, FilmPlan(to, shot or (1280, 720), speed, fps, not idle, start, until, truth))
        elif status := play(plan):
            sys.exit(status)


def _which(store: Location, wished: int | None) -> int:
    """The sitting that is meant. Raises StudyProblem, with a list where there are several."""
    from app.analysis.replay.recorded import chosen
    from app.store.location import open_any

    with open_any(store) as reader:
        return chosen(reader.sittings(), wished).id


def _film(plan: ReplayPlan, wanted: FilmPlan) -> None:
    """Drawn off the screen, so that it needs none and shows nothing meanwhile."""
    import os

    from app.assembling.replay import film

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        with progress("Drawing the film") as step:
            checks = film(plan, wanted, step)
    except KeyboardInterrupt:
        raise StudyProblem("Stopped: no film was written.", where=str(wanted.to)) from None
    for check in checks:
        if check.verdict != "same":
            print(check.words, file=sys.stderr)
    print(wanted.to)


def _size(words: str) -> tuple[int, int] | None:
    if not words:
        return None
    width, _, height = words.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and 640 <= int(width) <= 7680 and 360 <= int(height) <= 4320):
        raise typer.BadParameter("--size takes WIDTHxHEIGHT, such as 1280x720, from 640x360 to 7680x4320.")
    return int(width), int(height)
