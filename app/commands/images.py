"""Commands on images and AI results in files: inspect, render.

What belongs here: arguments, messages, exit status. What does not: understanding files (overlays.inspecting), drawing
(app.rendering.picture).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.commands.places import AsJson
from app.commands.progress import progress

commands = typer.Typer()


@commands.command(epilog="Example: readerlab inspect ~/exams/ct --json")
def inspect(
    paths: Annotated[list[Path], typer.Argument(help="DICOM and AI result files, folders, zip archives.")],
    as_json: AsJson = False,
) -> None:
    """Show DICOM and AI results as ReaderLab understands them."""
    from overlays.inspecting.together import inspected

    with progress("Reading") as step:
        report = inspected(paths, lambda done, of: step(done, of, "files"))
    print(report.to_json() if as_json else report.to_text())
    if report.errors:
        sys.exit(1)


@commands.command(epilog="Example: readerlab render ~/exams/ct --layers box,heatmap@0.3 --preset Lung -o lung.png")
def render(
    path: Annotated[Path, typer.Argument(help="A DICOM file or folder, or with --protocol one of its cases.")],
    file: Annotated[Path | None, typer.Argument(metavar="[OUT]", help="The PNG to write.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The PNG to write.")] = None,
    series: Annotated[int, typer.Option(min=1, help="Which series, from 1.")] = 1,
    slice_number: Annotated[int | None, typer.Option("--slice", "--frame", min=1, help="Which slice, from 1.")] = None,
    window: Annotated[str, typer.Option(help="CENTRE,WIDTH in the image's units; without, the file's.")] = "",
    file_window: Annotated[int | None, typer.Option(min=1, help="Which of the file's windows, from 1.")] = None,
    preset: Annotated[str, typer.Option(help="A preset by name, such as Lung.")] = "",
    invert: Annotated[
        bool | None, typer.Option("--invert/--no-invert", help="Black and white exchanged, or as the file says.")
    ] = None,
    gsps: Annotated[Path | None, typer.Option(help="A presentation state to show the images by.")] = None,
    gsps_graphics: Annotated[bool, typer.Option("--gsps-graphics", help="Of it only what it draws.")] = False,
    overlays: Annotated[bool, typer.Option(help="With the files' overlays and graphics.")] = True,
    shutter: Annotated[bool, typer.Option(help="Covered where the file's shutter says.")] = True,
    interpolation: Annotated[str, typer.Option(help="smooth, linear or nearest.")] = "smooth",
    filter_name: Annotated[str, typer.Option("--filter", help="none, smooth or sharpen.")] = "none",
    colour_map: Annotated[str, typer.Option(help="A colour map, such as hot_iron.")] = "",
    plane: Annotated[str, typer.Option(help="native, axial, coronal or sagittal.")] = "native",
    size: Annotated[str, typer.Option(help="WIDTHxHEIGHT of the picture; native: one pixel for each.")] = "1024x1024",
    layers: Annotated[
        str,
        typer.Option(help="AI over the image: auto, or ways of drawing such as box,heatmap@0.3 (from that threshold)."),
    ] = "",
    results: Annotated[
        list[Path] | None, typer.Option(help="Files or folders of AI results elsewhere; may be repeated.")
    ] = None,
    protocol: Annotated[
        Path | None, typer.Option(help="A study file: --layers then names its layers, auto all of them.")
    ] = None,
) -> None:
    """Draw a slice to a PNG as the viewer shows it, with AI.

    AI results are found among the images, in any form that `readerlab inspect` knows, or named with --results. Without
    --slice, the slice with the best finding is drawn.
    """
    from app.rendering.layered import AUTO, WantedLayers
    from app.rendering.picture import Wanted, write_picture

    target = out or file
    if target is None or (out is not None and file is not None):
        raise typer.BadParameter("Name one PNG to write: readerlab render PATH -o OUT.png")
    asked = bool(results or protocol)
    over = WantedLayers(layers or (AUTO if asked else ""), tuple(results or ()), protocol)
    wanted = Wanted(
        series, slice_number, window, file_window, preset, invert, gsps, gsps_graphics, overlays, shutter,
        interpolation, filter_name, colour_map, plane, "" if size == "native" else size, over,
    )  # fmt: skip
    for remark in write_picture(path, target, wanted):
        print(remark, file=sys.stderr)
    print(target)
