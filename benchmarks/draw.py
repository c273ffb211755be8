"""How long scrolling and windowing take to the painted frame, ours against Qt's own scaling of the 8-bit slice.

What belongs here: synthetic wheel and mouse events on a real viewport in a real window. What does not: loading.
Run with `python -m benchmarks.draw` under a display (xvfb-run); without one Qt's offscreen platform is used, and said.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from overlays.layers.layer import Layer
from overlays.painting.heat import colour_words
from overlays.painting.painter import LayerPainter
from overlays.result import AIMap, AIResult, MapKind, Provenance
from study_configs.problem import ProgramError
from viewers.drawing.grey import grey_levels
from viewers.drawing.render import Pyramids
from viewers.presets import CT_PRESETS
from viewers.viewport import Viewport
from viewers.volume import Instance, Rescale, SeriesHeader, Volume, Window

ROUNDS, FRAMES, WARM_UP = 10, 25, 5  # rounds of ours and the peer by turns, frames of each in a round
PEER = "QPainter scaling the 8-bit slice"
LAYER_SLICES = 20
ARGB = QImage.Format.Format_ARGB32_Premultiplied
Figure = dict[str, object]
Time = tuple[float, float]  # wall, CPU of this thread; ms
Times = NDArray[np.float64]  # (frames, 2)
Act = Callable[[QWidget, int], None]


@dataclass(frozen=True, slots=True)
class Claim:
    """One way of using a viewport, and the longest that its median and its 95th percentile may take, in ms."""

    name: str
    goals_ms: tuple[float | None, float]  # median (None: no claim), p95
    size: tuple[int, int]
    act: Act
    with_layers: bool = False
    is_film: bool = False


def claims() -> tuple[Claim, ...]:
    small, large = (1000, 1000), (1500, 1846)
    film = "13.6-megapixel mammogram in 1500×1846"
    return (
        Claim("scroll, 1000×1000 viewport, grey", (2.0, 3.0), small, turn_wheel),
        Claim("scroll, 1000×1000 viewport, label map and heat map", (4.0, 7.0), small, turn_wheel, with_layers=True),
        Claim("window drag, 1000×1000 viewport, two overlays", (2.0, 4.0), small, drag_left, with_layers=True),
        Claim(f"window drag, {film}", (None, 12.0), large, drag_left, is_film=True),
        Claim(f"pan, {film}", (None, 12.0), large, drag_middle, is_film=True),
        Claim(f"zoom, {film}", (None, 12.0), large, drag_right, is_film=True),
    )


def measure() -> list[Figure]:
    """The figures of these claims, in the format of build/bench.json."""
    _app = QApplication.instance() or QApplication([])  # kept, or Qt goes with it
    platform = QGuiApplication.platformName()
    stack, film = ct_stack(), mammogram()
    figures = []
    for claim in claims():
        volume = film if claim.is_film else stack
        ours = our_viewport(volume, claim.size, claim.with_layers)
        peer = PeerViewport(volume, claim.size, claim.with_layers)
        figures += rows(f"{claim.name} ({platform})", *timed(ours, peer, claim.act), claim.goals_ms)
    return figures


def rows(
    name: str, ours: Times, peer: Times, goals_ms: tuple[float | None, float], peer_name: str = PEER
) -> list[Figure]:
    """A row for the median, where something is claimed of it, and one for the 95th percentile."""
    asked = ((50.0, "median", goals_ms[0]), (95.0, "p95", goals_ms[1]))
    return [figure(f"{name}, {word}", ours, peer, at, goal, peer_name) for at, word, goal in asked if goal is not None]


def figure(name: str, ours: Times, peer: Times, percentile: float, goal_ms: float, peer_name: str) -> Figure:
    our_ms, peer_ms = (float(np.percentile(times[:, 0], percentile)) for times in (ours, peer))
    return {
        "name": name,
        "ours": round(our_ms, 3),
        "peer": round(peer_ms, 3),
        "peer_name": peer_name,
        "ratio": round(our_ms / peer_ms, 3),
        "unit": "ms",
        "goal": f"<= {goal_ms:g} ms",
        "holds": our_ms <= goal_ms,
        "ours_ui_cpu": round(float(np.percentile(ours[:, 1], percentile)), 3),
        "peer_ui_cpu": round(float(np.percentile(peer[:, 1], percentile)), 3),
    }


def timed(ours: QWidget, peer: QWidget, act: Act) -> tuple[Times, Times]:
    """Both by turns, so that whatever else the machine does hits both; the window whose turn it is lies in front."""
    taken: tuple[list[Time], list[Time]] = ([], [])
    for turn in range(ROUNDS):
        for widget, times in zip((ours, peer), taken, strict=True):
            if QGuiApplication.platformName() != "offscreen":  # where no window covers another
                widget.raise_()
            times += draw_frames(
                widget, act, range(turn * (WARM_UP + FRAMES), (turn + 1) * (WARM_UP + FRAMES))
            ).tolist()
    for widget in (ours, peer):
        widget.close()
    return np.array(taken[0]), np.array(taken[1])


def draw_frames(widget: QWidget, act: Act, steps: range) -> Times:
    """The frames of these steps, those of the warm-up left out."""
    wait_for_windows()
    return np.array([frame(widget, act, step) for step in steps][WARM_UP:])


def frame(widget: QWidget, act: Act, step: int) -> Time:
    """Milliseconds from handing Qt the input event to the end of the paint and flush it causes: wall, this thread's."""
    started, started_cpu = time.perf_counter_ns(), time.thread_time_ns()
    act(widget, step)
    widget.repaint()
    ended, ended_cpu = time.perf_counter_ns(), time.thread_time_ns()
    QApplication.processEvents()
    return (ended - started) / 1e6, (ended_cpu - started_cpu) / 1e6


def wait_for_windows() -> None:
    """Windows appear, the image settles, pyramids are built."""
    until = time.perf_counter() + 0.15
    while time.perf_counter() < until:
        QApplication.processEvents()
        time.sleep(0.01)


def check_layers(viewport: Viewport) -> None:
    """Raises ProgramError unless label map and heat map are on the screen: frames without them prove nothing."""
    wait_for_windows()
    seen = viewport.screen().grabWindow(viewport.winId()).toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(seen.constBits(), np.uint8).reshape(seen.height(), seen.bytesPerLine())
    pixels = rows[:, : seen.width() * 3].reshape(seen.height(), seen.width(), 3).astype(int)
    middle = pixels.shape[1] // 2
    seen_left, seen_right = (
        int((np.ptp(part, axis=2) > 20).sum()) for part in (pixels[:, :middle], pixels[:, middle:])
    )
    if min(seen_left, seen_right) < 30_000:
        raise ProgramError(f"Of the label map {seen_left} pixels are seen, of the heat map {seen_right}.")


def turn_wheel(widget: QWidget, step: int) -> None:
    """One notch, going up and down the stack."""
    units = -120 if step // 40 % 2 == 0 else 120
    at = QPointF(widget.width() / 2, widget.height() / 2)
    no_button, no_key = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at, widget.mapToGlobal(at), QPoint(), QPoint(0, units), no_button, no_key, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(widget, event)


def drag_left(widget: QWidget, step: int) -> None:
    """One pointer move of a left drag, which changes the window."""
    drag(widget, step, Qt.MouseButton.LeftButton)


def drag_middle(widget: QWidget, step: int) -> None:
    """One pointer move of a middle drag, which moves the image."""
    drag(widget, step, Qt.MouseButton.MiddleButton)


def drag_right(widget: QWidget, step: int) -> None:
    """One pointer move of a right drag, which enlarges and shrinks."""
    drag(widget, step, Qt.MouseButton.RightButton)


def drag(widget: QWidget, step: int, button: Qt.MouseButton) -> None:
    """Round a circle."""
    if step == 0:
        send_mouse(widget, QEvent.Type.MouseButtonPress, 400, 400, button, button)
    angle = step / 30
    x, y = 400 + 120 * np.cos(angle), 400 + 120 * np.sin(angle)
    send_mouse(widget, QEvent.Type.MouseMove, x, y, Qt.MouseButton.NoButton, button)


def send_mouse(
    widget: QWidget, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton, held: Qt.MouseButton
) -> None:
    at, no_key = QPointF(x, y), Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, no_key))


def our_viewport(volume: Volume, size: tuple[int, int], with_layers: bool) -> Viewport:
    viewport = Viewport(pyramids=Pyramids())  # as every viewport of a grid
    viewport.resize(*size)
    viewport.show()
    if with_layers:
        viewport.set_overlay_painter(layer_painter(volume))
    viewport.show_volume(volume)
    if with_layers:
        check_layers(viewport)
    return viewport


class PeerViewport(QWidget):
    """What a plain Qt viewer does: window the whole slice to 8 bits, let QPainter scale it, paint layers on top."""

    def __init__(self, volume: Volume, size: tuple[int, int], with_layers: bool) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._volume = volume
        self._index = volume.header.frames // 2
        self._centre = 40.0
        self._layers = layer_pictures() if with_layers else []
        self.resize(*size)
        self.show()

    def wheelEvent(self, event: QWheelEvent) -> None:
        step = 1 if event.angleDelta().y() < 0 else -1
        self._index = max(0, min(self._volume.header.frames - 1, self._index + step))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._centre = event.position().y() - 400
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        stored = self._volume.stored[self._index]
        rescale = self._volume.header.instances[self._index].rescale
        values = np.arange(65_536, dtype=np.uint16).view(stored.dtype).astype(np.float64) * rescale.slope
        grey = cv2.LUT(stored.view(np.uint16), grey_levels(values + rescale.intercept, Window(self._centre, 400.0)))
        image = QImage(grey.data, grey.shape[1], grey.shape[0], grey.strides[0], QImage.Format.Format_Grayscale8)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), image)
        painter.setOpacity(0.5)
        for pictures in self._layers:
            painter.drawImage(self.rect(), pictures[self._index % len(pictures)])
        painter.end()


def layer_pictures() -> list[list[QImage]]:
    """The label map's slices and the heat map's, coloured and transparent outside, before any painting."""
    return [[coloured(part, 0.5) for part in label_map()], [coloured(part, 0.2) for part in heat_map()]]


def coloured(values: NDArray[np.float32], threshold: float) -> QImage:
    shares = np.clip((values - threshold) / (1 - threshold), 0, 1)
    pixels = colour_words("inferno", threshold, (0.0, 1.0))[np.rint(shares * 255).astype(int)]
    return QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], ARGB).copy()


def label_map() -> NDArray[np.float32]:
    """20 slices of a disc that moves through the left half of the image, 512×512."""
    y, x = np.mgrid[0:512, 0:512]
    return np.stack([(x - 150 - n) ** 2 + (y - 256) ** 2 < 80**2 for n in range(LAYER_SLICES)]).astype(np.float32)


def heat_map() -> NDArray[np.float32]:
    """20 slices of a soft spot that moves through the right half, 512×512."""
    y, x = np.mgrid[0:512, 0:512]
    return np.stack([np.exp(-((x - 340.0 - n) ** 2 + (y - 256.0) ** 2) / 8000) for n in range(LAYER_SLICES)]).astype(
        np.float32
    )


def layer_painter(volume: Volume) -> LayerPainter:
    """A label map and a heat map on the image's own grid, different on every slice."""
    made_by = Provenance("model", "benchmark")
    header = volume.header
    repeats = header.frames // LAYER_SLICES
    kinds: tuple[MapKind, MapKind] = ("probability", "saliency")
    maps = tuple(
        AIMap(kind, "nodule", kind, np.tile(values, (repeats, 1, 1)), header.grid_affine, (0.0, 1.0), "", made_by)
        for kind, values in zip(kinds, (label_map(), heat_map()), strict=True)
    )
    results = [AIResult(m.id, header.series_uid, header.frame_of_reference_uid, (), (m,), made_by) for m in maps]
    layers = (
        Layer("labels", "probability", "heatmap", "Label map", colours="cividis", opacity=0.5, threshold=0.5),
        Layer("heat", "saliency", "heatmap", "Heat map", opacity=0.5, threshold=0.2),
    )
    return LayerPainter(results, layers)


def ct_stack() -> Volume:
    """200 slices of 512×512 int16 with noise as of a thin chest CT."""
    noise = np.random.default_rng(0).normal(0, 60, (20, 512, 512))
    y, x = np.mgrid[0:512, 0:512]
    body = np.where((x - 256) ** 2 + (y - 256) ** 2 < 220**2, 40.0, -1000.0)
    stored = np.tile((body + noise).astype(np.int16), (10, 1, 1))
    return volume_of(stored, "CT", (0.7, 0.7), CT_PRESETS[0])


def mammogram() -> Volume:
    """One 3328×4096 uint16 film."""
    y, x = np.mgrid[0:4096, 0:3328]
    stored = (2000 + 1500 * np.sin(x / 300) * np.cos(y / 250)).astype(np.uint16)
    stored += np.random.default_rng(1).integers(0, 200, stored.shape, np.uint16)
    return volume_of(stored[None], "MG", (0.07, 0.07), Window(2000.0, 4000.0))


def volume_of(stored: NDArray[np.generic], modality: str, spacing_mm: tuple[float, float], window: Window) -> Volume:
    slices, rows, columns = stored.shape
    places = [(0.0, 0.0, float(n)) for n in range(slices)]
    instances = tuple(
        Instance(Path("made"), str(n), position_mm=place, rescale=Rescale(units="HU"), windows=(window,))
        for n, place in enumerate(places)
    )
    header = SeriesHeader(
        series_uid="1.2.3",
        exam_uid="1.2",
        modality=modality,
        description="Benchmark",
        series_number=1,
        sop_class_uid="",
        transfer_syntax_uid="",
        rows=rows,
        columns=columns,
        samples=1,
        bits_stored=16,
        signed=stored.dtype.kind == "i",
        photometric="MONOCHROME2",
        instances=instances,
        affine=np.diag([spacing_mm[1], spacing_mm[0], 1.0, 1.0]),
        spacing_mm=spacing_mm,
        slice_spacing_mm=1.0,
        frame_of_reference_uid="1.9",
    )
    return Volume(header, stored, np.ones(slices, bool))


if __name__ == "__main__":
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for line in measure():
        print(json.dumps(line, ensure_ascii=False))
