"""An eye tracker tried without a study: `readerlab gaze`.

What belongs here: that command. What does not: receiving (app.tracking.gaze), the page (app.windows.gaze).
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from app.tracking.events import GazeCalibrated

commands = typer.Typer()


@commands.command(
    epilog="Example: readerlab gaze --points 9", short_help="Check an eye tracker against points; nothing is recorded."
)
def gaze(
    stream: Annotated[str, typer.Argument(help="Name of the stream; without, the first of the type Gaze.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Only list the streams that are heard.")] = False,
    points: Annotated[int, typer.Option(help="How many points: 5 or 9.", min=5, max=9)] = 5,
    at_most_deg: Annotated[float, typer.Option(help="Largest mean error that is good, in degrees.")] = 1.5,
    distance_mm: Annotated[int, typer.Option(help="From the eyes to the screen.", min=200, max=2000)] = 650,
    units: Annotated[str, typer.Option(help="normalised, px or mm, where the stream does not say.")] = "",
    origin: Annotated[str, typer.Option(help="top_left, bottom_left or centre of the screen.")] = "top_left",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Check an eye tracker against points on the screen; nothing is recorded.

    Exit status 1 where it was not accepted. Gaze comes over the Lab
    Streaming Layer: pip install 'readerlab[gaze]'.
    """
    if listed:
        _list(as_json)
        return
    from pydantic import ValidationError

    from study_configs.tracking import Tracking

    check = {"points": points, "at_most_deg": at_most_deg, "distance_mm": distance_mm}
    try:
        asked = Tracking.model_validate(
            {"gaze": "lsl", "stream": stream, "units": units or None, "origin": origin, "check": check}
        )
    except ValidationError as error:
        raise typer.BadParameter("; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors())) from error
    from app.tracking.gaze.lsl import need_lsl

    need_lsl()
    from app.assembling.gaze_checking import check_gaze
    from app.commands.reading import need_a_screen

    need_a_screen()
    _tell(check_gaze(asked), as_json)


def _list(as_json: bool) -> None:
    from dataclasses import asdict

    from app.tracking.gaze.lsl import streams_heard

    found = streams_heard()
    if as_json:
        print(json.dumps([asdict(each) for each in found], indent=2))
    elif not found:
        raise StudyProblem(
            "No stream is heard.",
            todo="Start the tracker's program and let it send to LSL; firewalls must let UDP 16571 and TCP 16572-16604 "
            "through.",
        )
    else:
        for each in found:
            rate = f"{each.rate_hz:g} Hz" if each.rate_hz else "no regular rate"
            print(f"{each.name}: type {each.type}, {each.channels} channels, {rate}")


def _tell(check: GazeCalibrated | None, as_json: bool) -> None:
    from app.tracking.events import payload

    outcome: Literal["accepted", "repeated", "without"] | str = check.outcome if check is not None else "without"
    if as_json:
        print(json.dumps(payload(check) if check is not None else {"outcome": outcome}, indent=2))
    elif check is not None:
        rows = zip(check.points, check.error_px, check.error_deg, check.samples, strict=True)
        for (x, y), px, deg, samples in rows:
            told = "no gaze" if px is None else f"{px:.0f} px" + ("" if deg is None else f", {deg:.2f}°")
            print(f"({x:.0f}, {y:.0f}): {told} ({samples} samples)")
        print(f"Outcome: {outcome}")
    if outcome != "accepted":
        sys.exit(1)
