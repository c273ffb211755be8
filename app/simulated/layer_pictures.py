"""Pictures of AI results as layers for docs/layers.md: over the phantom chest, and over images of pydicom-data.

What belongs here: what each picture shows. What does not: what the AIs say (layer_cases) and the text around pictures.
Run as `python -m app.simulated.layer_pictures docs/images/layers`; it needs no other files.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.simulated import layer_cases
from app.simulated.layer_cases import SLICES
from app.simulated.shooting import rest, write_small
from app.simulated.viewer_pictures import LEFT, opened
from app.windows.layer_stage import place_on_screen
from app.windows.model_card import ModelCardOverlay
from app.windows.theme import apply_theme, scale_for
from app.windows.viewer import ViewerWindow
from overlays.layers.layer import Layer, Reveal
from overlays.models.card_page import CardPage
from overlays.panels.listing import Listed
from overlays.result import AIResult
from viewers.dicom.scan import scan
from viewers.planes import crosshair

SIZE = (1280, 800)
CROP = 460  # logical pixels of a picture of one style, around the finding
COLOURS = 0xFC  # of each channel, so that pictures stay small
REST_MS = 400
SLABS = {  # the brightest along some slices; the mean of all
    "mip": ("slab.next", *("slab.thicker",) * 3),
    "mean": (*("slab.next",) * 3, *("slab.thicker",) * 30),
}
STILL = frozenset({"finding", "middle"})  # steps that change no layout
CARD = (
    ("Made by", "A made-up laboratory; version 2.1"),
    ("For", "Showing nodules of 4 mm and more in CT of the chest of adults, to a radiologist"),
    ("Trained on", "1,200 phantoms of the scanner of this house"),
    ("Measured", "On 200 other phantoms: finds 86 of 100 nodules at 1.2 false marks per case from 40% on"),
    ("Limits", "Ground-glass nodules below 6 mm; slices thicker than 5 mm"),
    ("Licence", "Research use only"),
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: these layers, after these steps; a cut-out around the finding, or more, or the whole window."""

    name: str
    layers: tuple[Layer, ...]
    steps: tuple[str, ...] = ("finding",)
    whole: bool = False
    hovers: bool = False
    wide: bool = False  # as much of the viewport as a square holds, made smaller


def layer(ai: str, draw: str, **how: object) -> Layer:
    """A layer of one of the made-up AIs."""
    source = {"organs": "OrganNet", "shapes": "ShapeAid", "flow": "FlowMap", "outlines": "OutlineNet"}.get(
        ai, "LungAid"
    )
    given: dict[str, object] = {"title": TITLES.get(draw, draw), "source": source, "label": "{label} {score:.0%}"} | how
    return Layer(id=f"{ai}/{draw}", ai=ai, draw=draw, **given)  # type: ignore[arg-type]


REAL = (
    ("real-mr", "MR2_UNCR.dcm", ((0.42, 0.40), (0.52, 0.50))),
    ("real-ultrasound", "US1_UNCR.dcm", ((0.45, 0.42), (0.58, 0.56))),
)  # corners as shares of the image
TITLES = {"box": "Findings", "heatmap": "What raised the score", "text": "Advice", "category": "Assessment",
          "example": "Examples", "fill": "Segments", "contour": "Outlines"}  # fmt: skip
ALL = frozenset({"visible", "opacity", "threshold", "colours"})
BOX = layer("nodules", "box", threshold=0.3, adjustable=ALL)
LUNGS_AND_BONES = ("right lung", "left lung", "bones")
SEGMENTS = (
    layer("organs", "fill", opacity=0.3, only=LUNGS_AND_BONES),
    layer("organs", "contour", width=1.6, only=LUNGS_AND_BONES),
)
FLOW = layer("flow", "heatmap", colours="hot_iron", title="Blood volume", opacity=0.6, threshold=0.1, adjustable=ALL)
PLANES = ("layout.mpr",)
SHOTS = (
    *(Shot(draw.replace("_", "-"), (replace(BOX, id="f", draw=draw),))
      for draw in ("box", "corner_marks", "arrow", "chip")),
    *(Shot(f"outline-{draw}", (layer("outlines", draw, opacity=0.6 if draw == "fill" else 1.0),))
      for draw in ("contour", "fill", "pattern")),
    Shot("segments-fill", SEGMENTS[:1], ("middle",)),
    Shot("segments-contour", SEGMENTS[1:], ("middle",)),
    Shot("segments-pattern", (replace(SEGMENTS[1], draw="pattern"),), ("middle",)),
    Shot("heatmap", (layer("nodules", "heatmap", opacity=0.45, threshold=0.1),)),
    Shot("heatmap-screen", (layer("nodules", "heatmap", opacity=0.8, threshold=0.1, blend="screen"),)),
    Shot("heatmap-threshold", (layer("nodules", "heatmap", opacity=0.45, threshold=0.6),)),
    Shot("isolines", (layer("nodules", "isolines", threshold=0.1, colours="viridis"),)),
    Shot("region", (layer("nodules", "contour", threshold=0.5, label=""),)),
    Shot("parametric", (FLOW,), ("middle",), whole=True),
    Shot("near", (BOX, layer("outlines", "contour", colour="#56b4e9"))),
    Shot("panel", (BOX, layer("nodules", "heatmap", opacity=0.45, threshold=0.1, adjustable=ALL), *SEGMENTS,
                   *(layer("nodules", draw) for draw in ("category", "text", "example"))), whole=True),
    Shot("threshold-low", (replace(BOX, threshold=0.0),), ("plane.coronal", "mean"), wide=True),
    Shot("threshold-high", (replace(BOX, threshold=0.5),), ("plane.coronal", "mean"), wide=True),
    Shot("axial", SEGMENTS, ("middle",), wide=True),
    Shot("coronal", SEGMENTS, ("plane.coronal",), wide=True),
    Shot("sagittal", SEGMENTS, ("plane.sagittal",), wide=True),
    Shot("oblique", SEGMENTS, ("oblique",), whole=True),
    Shot("mip", (BOX, layer("outlines", "contour", label="")), ("finding", "mip"), wide=True),
    Shot("planes", (BOX, *SEGMENTS), (*PLANES, "finding"), whole=True),
    Shot("hover", (replace(BOX, reveal=Reveal("hover")),), hovers=True),
    Shot("button", (replace(BOX, reveal=Reveal("button"), revealed=False), layer("nodules", "category")), whole=True),
    Shot("held", (BOX, layer("nodules", "heatmap", opacity=0.45)), ("finding", "hold"), wide=True),
    Shot("card", (BOX,), ("finding", "card"), whole=True),
)  # fmt: skip


@dataclass(slots=True)
class Studio:
    """The viewer's window over the phantom, and the results that layers may be of."""

    window: ViewerWindow
    results: Mapping[str, AIResult]
    card: ModelCardOverlay = field(init=False)

    def __post_init__(self) -> None:
        self.card = ModelCardOverlay(self.window)


def take(folder: Path) -> None:
    """Take every picture. Raises StudyProblem where the phantom does not open."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        chest = layer_cases.write_chest(Path(scratch) / "ct")
        results = {each.ai: each for each in results_of(chest)}
        for shots in sittings():
            window = opened(Path(scratch) / "ct", Path(scratch) / "settings.yaml")
            for shot in shots:
                studio = Studio(window, results)
                show(studio, shot)
                save(studio, shot, folder / f"{shot.name}.png")
            window.close()
        take_real(folder, Path(scratch) / "settings.yaml")


def take_real(folder: Path, settings: Path) -> None:
    """The same layers over images that pydicom-data brings: an MR and an ultrasound."""
    from pydicom.data import get_testdata_file

    for name, file, corners in REAL:
        path = Path(str(get_testdata_file(file, download=False)))
        window = opened(path, settings)
        result = layer_cases.box_on(scan(path).series[0], corners)
        layers = (replace(BOX, ai=result.ai), layer(result.ai, "contour", threshold=0.5, label="", colour="#56b4e9"))
        window.ai.show(layers, [result])
        rest(REST_MS)
        at = QPoint(window.light.grid.active_viewport.width() // 2, window.light.grid.active_viewport.height() // 2)
        write(around(window.light.grid.active_viewport, at, wide=True), folder / f"{name}.png")
        window.close()


def sittings() -> Iterator[tuple[Shot, ...]]:
    """The shots that one window can take: what changes its layout has a window of its own."""
    yield tuple(shot for shot in SHOTS if set(shot.steps) <= STILL and not shot.whole)
    for shot in SHOTS:
        if not set(shot.steps) <= STILL or shot.whole:
            yield (shot,)


def results_of(chest: layer_cases.Chest) -> Iterator[AIResult]:
    """What all of the phantom's AIs say."""
    yield replace(layer_cases.nodules(chest), maps=layer_cases.heat(chest).maps)
    yield layer_cases.outlines(chest)
    yield layer_cases.organs(chest)
    yield layer_cases.perfusion(chest)


def show(studio: Studio, shot: Shot) -> None:
    """The layers over the images, and what is done before the picture."""
    window = studio.window
    wanted = {each.ai for each in shot.layers}
    window.ai.show(shot.layers, [each for ai, each in studio.results.items() if ai in wanted])
    window.side.show_remarks(())
    window.side.show_origins(())
    window.side.offer(shot.whole)
    rest(200)
    for step in shot.steps:
        do(studio, step)
    if shot.hovers:
        viewport = window.light.grid.active_viewport
        QTest.mouseMove(viewport, finding_at(studio) + QPoint(1, 1))
    rest(400)


def do(studio: Studio, step: str) -> None:
    window, grid = studio.window, studio.window.light.grid
    viewport = grid.active_viewport
    if step == "finding":
        go_to_first(studio)
    elif step == "middle":
        assert viewport.view is not None  # something is shown
        viewport.set_view(replace(viewport.view, slice_index=SLICES // 2))
    elif step in SLABS:
        for command in SLABS[step]:
            grid.perform(command, "program")
    elif step == "oblique":
        grid.perform("layout.mpr", "program")
        grid.perform("crosshair.toggle", "program")
        rest(REST_MS)
        turn_planes(studio)
    elif step == "hold":
        window.ai.hold(True)
    elif step == "card":
        studio.card.show_page(CardPage("LungAid", CARD))
    else:
        grid.perform(step, "program")
    rest(300)
    viewport.update()


def go_to_first(studio: Studio) -> None:
    """To the first finding of what is shown, without emphasising it."""
    stage = studio.window.ai
    result = next(each for each in stage.results if each.findings)
    stage.go_to(Listed(result.ai, "", result.findings[0]))
    for painter in stage.painters:
        painter.choose("")


def turn_planes(studio: Studio) -> None:
    """Take the crosshair by its handle in the first viewport and turn the other planes."""
    desk, viewport = studio.window.light.crosshair, studio.window.light.grid.viewports[0]
    on = desk.shown(0)
    assert on is not None  # the crosshair is on
    assert desk.place_mm is not None
    (x, y), reach = on.spot(desk.place_mm), crosshair.reach_px(on)
    ways = [(reach * np.cos(angle), reach * np.sin(angle)) for angle in np.radians((0.0, 12.0, 25.0))]
    start, middle, end = (QPoint(round(x + right), round(y + down)) for right, down in ways)
    QTest.mousePress(viewport, LEFT, pos=start)
    QTest.mouseMove(viewport, middle)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, LEFT, pos=end)


def finding_at(studio: Studio) -> QPoint:
    """Where the first finding lies in the active viewport, or the viewport's middle."""
    viewport, stage = studio.window.light.grid.active_viewport, studio.window.ai
    result = next((each for each in stage.results if each.findings), None)
    at = None if result is None else place_on_screen(viewport, result, result.findings[0])
    return at or QPoint(viewport.width() // 2, viewport.height() // 2)


def save(studio: Studio, shot: Shot, file: Path) -> None:
    """The whole window, or the active viewport around the finding, in few colours."""
    if shot.whole:
        pixmap = studio.window.grab()
    else:
        pixmap = around(studio.window.light.grid.active_viewport, finding_at(studio), wide=shot.wide)
    write(pixmap, file)


def write(pixmap: QPixmap, file: Path) -> None:
    """A PNG in few colours."""
    write_small(pixmap.toImage(), file, COLOURS)


def around(viewport: QWidget, at: QPoint, *, wide: bool) -> QPixmap:
    """A square of the viewport with that point as near to its middle as the edges allow."""
    edge = min(viewport.width(), viewport.height()) if wide else CROP
    left = max(0, min(at.x() - edge // 2, viewport.width() - edge))
    top = max(0, min(at.y() - edge // 2, viewport.height() - edge))
    smooth = Qt.TransformationMode.SmoothTransformation
    return viewport.grab().copy(left, top, edge, edge).scaledToWidth(CROP, smooth)


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    apply_theme(app, scale_for(SIZE[1]))
    take(Path(sys.argv[1]))
