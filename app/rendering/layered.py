"""AI layers for `readerlab render`: which layers of which results lie over a series, and painting them into a picture.

What belongs here: from words and files to results and layers. What does not: the picture beneath (picture), reading and
placing results (overlays).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from overlays.found import FoundResults, found_results
from overlays.layers.defaults import COLOURS, default_layers
from overlays.layers.layer import FINDING_DRAWS, MAP_DRAWS, TITLES, Layer, from_protocol
from overlays.result import AIResult
from study_configs.problem import StudyProblem
from study_configs.study import Study, load_study
from viewers.drawing.render import Picture
from viewers.volume import SeriesHeader, Volume

AUTO = "auto"
TEXT_PX = 14
DRAWS = tuple(draw for draw in TITLES if draw in FINDING_DRAWS | MAP_DRAWS | {"category"})
MAP_OPACITY = {"heatmap": 0.45, "fill": 0.4, "pattern": 0.6}


@dataclass(frozen=True, slots=True)
class WantedLayers:
    """What lies over the image: "" nothing, "auto" all that there is, else names, each with or without a threshold.

    Names are ways of drawing ("box,heatmap@0.3") or, with a `protocol`, its layers. `results` are files or folders of
    AI results beside those that lie among the images.
    """

    words: str = ""
    results: tuple[Path, ...] = ()
    protocol: Path | None = None


NO_LAYERS = WantedLayers()


@dataclass(frozen=True, slots=True, eq=False)
class Layered:
    """Results with the layers that draw them, and in words what is not shown."""

    results: tuple[AIResult, ...] = ()
    layers: tuple[Layer, ...] = ()
    remarks: tuple[str, ...] = ()


def images_of(path: Path, wanted: WantedLayers) -> Path:
    """Where the images are: the path itself, or those of the protocol's case of that name. Raises StudyProblem."""
    if path.exists() or wanted.protocol is None:
        return path
    cases = {case.id: case.path for case in load_study(wanted.protocol).cases}
    if str(path) not in cases:
        raise StudyProblem(
            f"There is neither a path nor a case {str(path)!r}.",
            where=str(wanted.protocol),
            todo=f"Name one of the study's cases: {', '.join(sorted(cases))}.",
        )
    return cases[str(path)]


def layered(wanted: WantedLayers, path: Path, headers: Sequence[SeriesHeader]) -> Layered:
    """The layers over the series of a path. Raises StudyProblem where a name is not known, or there is no result."""
    if wanted.protocol is not None:
        return _by_protocol(load_study(wanted.protocol), wanted, path, headers)
    names = [] if wanted.words == AUTO else [_drawing(each) for each in _named(wanted.words)]
    where = [*([path] if path.is_dir() or not wanted.results else []), *wanted.results]
    found = found_results(where, headers)
    if not found.results:
        raise _nothing(found, path)
    if wanted.words == AUTO:
        layers = default_layers(found.results)
    else:
        drawn = [(draw, threshold) for draw, threshold in names]
        layers = tuple(_layer(each, n, *how) for n, each in enumerate(found.results) for how in drawn)
    return Layered(found.results, layers, found.remarks)


def _nothing(found: FoundResults, path: Path) -> StudyProblem:
    why = f" {found.remarks[0]}." if found.remarks else ""
    return StudyProblem(
        f"There is no AI result here that belongs to these images.{why}",
        where=str(path),
        todo="Name files of results with --results; readerlab inspect says what is in them.",
    )


def _named(words: str) -> Iterator[tuple[str, float | None]]:
    """(name, threshold) of each part of "box,heatmap@0.3"."""
    for part in words.split(","):
        name, at, threshold = part.strip().partition("@")
        try:
            number = float(threshold) if at else None
        except ValueError:
            number = -1.0
        if not name or (number is not None and not 0 <= number <= 1):
            raise StudyProblem(f"{part!r} is not what --layers takes.", todo="Write it like box,heatmap@0.3.")
        yield name, number


def _drawing(named: tuple[str, float | None]) -> tuple[str, float | None]:
    if named[0] not in DRAWS:
        todo = f"Write auto or some of: {', '.join(DRAWS)}. Names of a protocol's layers need --protocol."
        raise StudyProblem(f"{named[0]!r} is no way of drawing.", todo=todo)
    return named


def _layer(result: AIResult, number: int, draw: str, threshold: float | None) -> Layer:
    scored = any(finding.score is not None for finding in result.findings)
    return Layer(
        id=f"{result.ai}/{draw}",
        ai=result.ai,
        draw=draw,  # type: ignore[arg-type]  # checked by name
        title=TITLES[draw],  # type: ignore[index]
        colour=COLOURS[number % len(COLOURS)],
        opacity=MAP_OPACITY.get(draw, 1.0),
        threshold=threshold or 0.0,
        label="{label} {score:.0%}" if scored else "{label}",
        source=result.provenance.model,
    )


# --- by a protocol ----------------------------------------------------------------------------------------------------


def _by_protocol(study: Study, wanted: WantedLayers, path: Path, headers: Sequence[SeriesHeader]) -> Layered:
    """The protocol's layers as it sets them up, all of them revealed, over honest results: no error is planted here."""
    offered = study.protocol.layers
    names = [(name, None) for name in offered] if wanted.words == AUTO else list(_named(wanted.words))
    unknown = [name for name, _ in names if name not in offered]
    if unknown:
        todo = f"Name some of: {', '.join(offered)}." if offered else "The protocol has no layers."
        raise StudyProblem(f"The protocol has no layer {unknown[0]!r}.", where=str(study.path), todo=todo)
    layers = []
    for name, threshold in names:
        layer = from_protocol(name, offered[name], study.protocol.ai[offered[name].ai])
        shown = replace(layer, visible=True, revealed=True)
        layers.append(shown if threshold is None else replace(shown, threshold=threshold))
    ais = dict.fromkeys(layer.ai for layer in layers)
    if not wanted.results:
        return Layered(tuple(_result(study, ai, path, headers) for ai in ais), tuple(layers))
    given = [_given(ai, wanted.results, headers) for ai in ais]
    remarks = dict.fromkeys(remark for each in given for remark in each.remarks)
    return Layered(tuple(result for each in given for result in each.results), tuple(layers), tuple(remarks))


def _result(study: Study, ai: str, path: Path, headers: Sequence[SeriesHeader]) -> AIResult:
    if study.protocol.ai[ai].model is None:
        from app.advice.result_files import ResultFiles

        return ResultFiles(study, ai).of_case(path.name, headers)
    from app.advice.needs import wants_of
    from overlays.merging import merged
    from overlays.prepare import find_kept

    kept = find_kept(study.folder / "store" / "prepared", headers, wants_of(study, ai))
    if kept is None:
        todo = f"Compute it with `readerlab prepare {study.path}`, or name files with --results."
        raise StudyProblem(f"The result of {ai} for these images is not there.", where=str(path), todo=todo)
    return merged([kept], ai, headers)


def _given(ai: str, paths: Sequence[Path], headers: Sequence[SeriesHeader]) -> FoundResults:
    """The results in these files that are this AI's, or name no AI, and what is not shown of them."""
    from overlays.merging import merged
    from overlays.placing.results import placed
    from overlays.sources.folder import ai_files

    found = ai_files(list(paths))
    if found.problems:
        first = found.problems[0]
        raise StudyProblem(first.what, where=str(first.path), todo=first.todo)
    laid = [
        (file.name, placed(each, headers)) for file, several in found.results for each in several if each.ai in ("", ai)
    ]
    if not laid:
        raise StudyProblem(f"There is no result of {ai} in these files.", where=str(paths[0]), todo="Name others.")
    not_shown = tuple((name, refusal.reason) for name, over in laid for refusal in over.refusals)
    return FoundResults((merged([over.result for _, over in laid], ai, headers),), not_shown)


# --- painting ---------------------------------------------------------------------------------------------------------


def best_slice(over: Layered, header: SeriesHeader) -> int | None:
    """The slice of the highest ranked finding that is drawn, else the middle one of those with anything on them."""
    from overlays.layers.layer import visible_findings
    from overlays.layers.reach import place_of, slices_with

    drawn = [(f, result) for layer in over.layers for result in over.results for f in visible_findings(result, layer)]
    for finding, result in sorted(drawn, key=lambda each: each[0].rank):
        place = place_of(result, finding, header)
        if place is not None:
            return place[2]
    there = np.flatnonzero(slices_with(header, over.results, over.layers))
    return int(there[len(there) // 2]) if len(there) else None


def paint_layers(canvas: NDArray[np.uint8], volume: Volume, drawn: Picture, over: Layered) -> None:
    """The layers over a rendered picture on its canvas (rows, columns, 4) BGRA, by the viewport's own painter."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QImage, QPainter

    from overlays.painting.painter import LayerPainter

    _app = QGuiApplication.instance() or QGuiApplication([])  # texts need one; kept, or Qt goes with it
    QFontDatabase.addApplicationFontFromData(files("resources").joinpath("fonts", "Inter-Regular.otf").read_bytes())
    font = QFont("Inter")
    font.setPixelSize(TEXT_PX)
    height, width = canvas.shape[:2]
    rows, columns = drawn.pixels.shape[:2]
    image = QImage(canvas.data, width, height, canvas.strides[0], QImage.Format.Format_RGB32)
    with QPainter(image) as qpainter:
        qpainter.setFont(font)
        qpainter.setClipRect(drawn.left, drawn.top, columns, rows)
        LayerPainter(over.results, over.layers).paint(qpainter, volume, drawn.view, width, height, 1.0)
