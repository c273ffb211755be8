"""Planes cut from a 512²×400 CT to the painted frame: tipping, scrolling, slabs, fusion; and what it takes of memory.

What belongs here: real mouse and wheel events on real viewports of 1000×1000, SimpleITK's resampling as the peer (which
paints nothing). What does not: scrolling in the files' own plane (draw). Run with `python -m benchmarks.planes`.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from benchmarks.draw import Figure, send_mouse, turn_wheel, volume_of
from viewers.desks.crosshair_desk import CrosshairDesk
from viewers.desks.fusion_desk import FusionDesk
from viewers.desks.plane_desk import PlaneDesk
from viewers.grid import ViewportGrid
from viewers.planes import crosshair
from viewers.planes.oblique import ObliquePlane, oblique, rotation
from viewers.planes.poses import Pose
from viewers.planes.recut import recut
from viewers.planes.slab import projected
from viewers.presets import CT_PRESETS
from viewers.view import Slab
from viewers.viewport import Viewport
from viewers.volume import Volume, Window

SLICES, SIDE = 400, 512
WARM_UP, FRAMES = 5, 100
MEMORY_ARGUMENT = "--memory"
ITK = "SimpleITK, without painting"
STATUS = Path("/proc/self/status")


def measure() -> list[Figure]:
    """The figures of this claim, in the format of build/bench.json."""
    _app = QApplication.instance() or QApplication([])  # kept, or Qt goes with it
    platform = QGuiApplication.platformName()
    volume = chest()
    figures = [
        figure(f"oblique MPR 512²×400 drag, painted ({platform})", tipping(volume), 95, 33.0, itk_oblique(volume), ITK),
        *scrolls(volume, platform),
        *slabs(volume),
        figure(
            f"fusion scroll, PET over CT, painted ({platform})", fused_scroll(volume), 95, 33.0, *itk_fusion(volume)
        ),
    ]
    return [*figures, memory()]


def figure(
    name: str, ours: NDArray[np.float64], percentile: float, goal_ms: float, peer: NDArray[np.float64], peer_name: str
) -> Figure:
    mine, other = (float(np.percentile(times, percentile)) for times in (ours, peer))
    return {
        "name": f"{name}, {'median' if percentile == 50 else f'p{percentile:.0f}'}",
        "ours": round(mine, 3),
        "peer": round(other, 3),
        "peer_name": peer_name,
        "ratio": round(mine / other, 3),
        "unit": "ms",
        "goal": f"<= {goal_ms:g} ms",
        "holds": mine <= goal_ms,
        "ours_median": round(float(np.median(ours)), 3),
    }


def chest() -> Volume:
    """400 slices of 512×512 int16 with noise as of a thin chest CT."""
    noise = np.random.default_rng(0).normal(0, 60, (20, SIDE, SIDE))
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    body = np.where((x - 256) ** 2 + (y - 256) ** 2 < 220**2, 40.0, -1000.0)
    return volume_of(np.tile((body + noise).astype(np.int16), (SLICES // 20, 1, 1)), "CT", (0.7, 0.7), CT_PRESETS[0])


def timed(act: Callable[[int], object], frames: int = FRAMES) -> NDArray[np.float64]:
    """Milliseconds of each frame after the first few."""
    taken = []
    for step in range(WARM_UP + frames):
        started = time.perf_counter_ns()
        act(step)
        taken.append((time.perf_counter_ns() - started) / 1e6)
        QApplication.processEvents()
    return np.array(taken[WARM_UP:])


def grid_of(volume: Volume, columns: int) -> tuple[ViewportGrid, PlaneDesk, CrosshairDesk]:
    """A window of 1000×1000 viewports side by side, the series in the first of them."""
    grid = ViewportGrid()
    grid.resize(1000 * columns + 2 * (columns - 1), 1000)
    planes = PlaneDesk(grid)
    cross = CrosshairDesk(grid, planes)
    grid.set_layout(1, columns)
    grid.show()
    for viewport in grid.shown:
        viewport.show_volume(volume)
    settle()
    return grid, planes, cross


def settle() -> None:
    until = time.perf_counter() + 0.4
    while time.perf_counter() < until:
        QApplication.processEvents()
        time.sleep(0.01)


def tipping(volume: Volume) -> NDArray[np.float64]:
    """Dragging an arm's handle round in the axial viewport, until it and the oblique one beside it are painted."""
    grid, _, cross = grid_of(volume, 2)
    grid.set_active(1)
    grid.perform("plane.coronal")
    grid.set_active(0)
    cross.turn_on()
    settle()
    axial, tipped = grid.shown
    shown = cross.shown(0)
    assert shown is not None  # it was just shown
    assert cross.place_mm is not None
    (x, y), reach = shown.spot(cross.place_mm), crosshair.reach_px(shown)
    send_mouse(axial, QEvent.Type.MouseButtonPress, x + reach, y, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)

    def act(step: int) -> None:
        angle = 0.02 * (step + 1)
        at = (x + reach * np.cos(angle), y + reach * np.sin(angle))
        send_mouse(axial, QEvent.Type.MouseMove, *at, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)
        tipped.repaint()
        axial.repaint()

    times = timed(act)
    send_mouse(axial, QEvent.Type.MouseButtonRelease, x, y + reach, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)
    grid.close()
    return times


def itk_oblique(volume: Volume) -> NDArray[np.float64]:
    """SimpleITK's linear resampling of such planes, at half resolution as ours while they move."""
    import SimpleITK as sitk  # noqa: N813  # its own custom

    image = itk_image(volume)

    def act(step: int) -> None:
        cut = oblique(volume, plane_at(volume, 0.02 * step), coarseness=2).header
        assert cut.affine is not None  # it was given one
        spacing = np.linalg.norm(cut.affine[:3, :3], axis=0)
        sitk.Resample(
            image, [cut.columns, cut.rows, 1], sitk.Transform(), sitk.sitkLinear,
            cut.affine_at(cut.frames // 2)[:3, 3].tolist(), spacing.tolist(),
            (cut.affine[:3, :3] / spacing).ravel().tolist(), -3000,
        )  # fmt: skip

    return timed(act)


def plane_at(volume: Volume, angle: float) -> ObliquePlane:
    turn = rotation((0, 0, 1), angle)
    across, down, onward = (tuple(float(v) for v in turn @ axis) for axis in ((1, 0, 0), (0, 0, -1), (0, 1, 0)))
    centre = volume.header.grid_affine @ ((SIDE - 1) / 2, (SIDE - 1) / 2, (SLICES - 1) / 2, 1)
    return ObliquePlane((float(centre[0]), float(centre[1]), float(centre[2])), across, down, onward)  # type: ignore[arg-type]


def itk_image(volume: Volume) -> object:
    import SimpleITK as sitk  # noqa: N813  # its own custom

    image = sitk.GetImageFromArray(volume.stored)
    image.SetSpacing([0.7, 0.7, 1.0])
    return image


def scrolls(volume: Volume, platform: str) -> list[Figure]:
    """The wheel in coronal and sagittal planes; the peer cuts the same slice out of an image."""
    import SimpleITK as sitk  # noqa: N813  # its own custom

    image = itk_image(volume)
    cuts: dict[str, Callable[[int], object]] = {
        "coronal": lambda n: sitk.GetArrayFromImage(image[:, n, :]),  # type: ignore[index]
        "sagittal": lambda n: sitk.GetArrayFromImage(image[n, :, :]),  # type: ignore[index]
    }
    figures = []
    for name, cut in cuts.items():
        viewport = viewport_of(recut(volume, name))  # type: ignore[arg-type]  # they are names of planes
        ours = timed(lambda step, viewport=viewport: scrolled(viewport, step))
        viewport.close()
        peer = timed(lambda step, cut=cut: cut(100 + step % 300))
        figures.append(figure(f"{name} scroll, painted ({platform})", ours, 95, 16.0, peer, ITK))
    return figures


def viewport_of(volume: Volume) -> Viewport:
    viewport = Viewport()
    viewport.resize(1000, 1000)
    viewport.show()
    viewport.show_volume(volume)
    settle()
    return viewport


def scrolled(viewport: Viewport, step: int) -> None:
    turn_wheel(viewport, step)
    viewport.repaint()


def slabs(volume: Volume) -> list[Figure]:
    """The projection of 20 slices in each plane, without keeping; numpy's own reduction as the peer."""
    figures = []
    for name in ("native", "coronal", "sagittal"):
        shown = volume if name == "native" else recut(volume, name)  # type: ignore[arg-type]  # they are names of planes
        step_mm = shown.header.slice_spacing_mm or 1.0
        slab = Slab("max", 19 * step_mm)

        def ours(step: int, shown: Volume = shown, slab: Slab = slab) -> None:
            projected(shown, 20 + step, slab)

        def peer(step: int, shown: Volume = shown) -> None:
            np.ascontiguousarray(shown.stored[10 + step : 30 + step].max(axis=0))

        figures.append(figure(f"MIP slab of 20 slices, {name}", timed(ours), 95, 16.0, timed(peer), "numpy's max"))
    return figures


def pet() -> Volume:
    """A PET of 100 slices of 128×128, coarser than the CT and over the same patient."""
    stored = np.random.default_rng(2).integers(0, 8000, (100, 128, 128)).astype(np.int16)
    made = volume_of(stored, "PT", (2.8, 2.8), Window(4000.0, 8000.0))
    header = replace(made.header, series_uid="1.2.4", affine=np.diag([2.8, 2.8, 4.0, 1.0]))
    places = [(0.0, 0.0, 4.0 * n) for n in range(100)]
    instances = tuple(replace(i, position_mm=p) for i, p in zip(header.instances, places, strict=True))
    return Volume(replace(header, instances=instances), stored, made.loaded)


def fused_scroll(volume: Volume) -> NDArray[np.float64]:
    top = pet()
    grid, _, _ = grid_of(volume, 1)
    desk = FusionDesk(grid, lambda: [top.header], lambda header: top)
    desk.lay(0, top.header)
    settle()
    times = timed(lambda step: scrolled(grid.viewports[0], step))
    grid.close()
    return times


def itk_fusion(volume: Volume) -> tuple[NDArray[np.float64], str]:
    """SimpleITK's resampling of the PET at 1000×1000 points of a CT slice."""
    import SimpleITK as sitk  # noqa: N813  # its own custom

    image = sitk.GetImageFromArray(pet().stored.astype(np.float32))
    image.SetSpacing([2.8, 2.8, 4.0])
    pixel_mm = 0.7 * SIDE / 1000

    def act(step: int) -> None:
        place = [0.0, 0.0, float(step)]
        sitk.Resample(image, [1000, 1000, 1], sitk.Transform(), sitk.sitkLinear, place, [pixel_mm, pixel_mm, 1.0])

    return timed(act), ITK


def memory() -> Figure:
    """The largest memory of a process of its own that shows the volume in three planes, tips them and makes slabs."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.planes", MEMORY_ARGUMENT], capture_output=True, text=True, check=True
    )
    ours, itself = (float(part) for part in done.stdout.split())
    limit = 1.15 * itself + 250
    return {
        "name": "memory for 512²×400 in three planes, tipped, with slabs",
        "ours": round(ours, 1),
        "peer": round(limit, 1),
        "peer_name": "1.15 × the volume's bytes + 250 MB",
        "ratio": round(ours / limit, 3),
        "unit": "MB",
        "goal": "<= 1.15 × its own bytes + 250 MB",
        "holds": ours <= limit,
    }


def use_memory() -> None:
    """Prints the peak resident memory and the volume's own bytes, in MB."""
    _app = QApplication.instance() or QApplication([])
    stored = np.empty((SLICES, SIDE, SIDE), np.int16)
    for n in range(SLICES):
        stored[n] = n
    volume = volume_of(stored, "CT", (0.7, 0.7), CT_PRESETS[0])
    grid, planes, cross = grid_of(volume, 1)
    planes.toggle_mpr()
    settle()
    cross.turn_on()
    for step in range(20):
        for index in (1, 2):
            planes.pose(index, Pose(plane_at(volume, 0.05 * step), coarseness=1 + step % 2))
            grid.viewports[index].repaint()
    grid.perform("slab.next")
    settle()
    print(peak_mb(), stored.nbytes / 1e6)


def peak_mb() -> float:
    """The most memory that this process has had; getrusage would count what its parent had before it began."""
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if MEMORY_ARGUMENT in sys.argv:
        use_memory()
    else:
        for line in measure():
            print(json.dumps(line, ensure_ascii=False))
