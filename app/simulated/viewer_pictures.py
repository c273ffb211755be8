"""Pictures of the plain viewer's layouts and tools for docs/viewer.md, taken from the demo study's images.

What belongs here: what is done before each picture. What does not: the window (app.windows.viewer) and the text.
Run as `python -m app.simulated.viewer_pictures build/demo/study/images docs/images/viewer`, once `make demo` has run.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.simulated.shooting import rest, wait_until, write_small
from app.windows.theme import apply_theme, scale_for
from app.windows.viewer import ViewerWindow
from viewers.settings import SettingsFile

SIZE = (1280, 800)
PATIENCE_MS, REST_MS = 20_000, 350
LEFT = Qt.MouseButton.LeftButton
CHEST, FILM, HEAD, SHOULDER, ULTRASOUND = (
    "chest-01", "practice-chest-film", "practice-head-ct", "practice-shoulder-mr", "practice-ultrasound",
)  # fmt: skip
CORNERS = ((0.4, 0.5), (0.5, 0.4), (0.6, 0.5))  # of the angle
Step = str | tuple[str, float, float, float, float]  # a command, or a drag/click between shares of a viewport


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: of which case, after which steps."""

    name: str
    case: str
    steps: tuple[Step, ...] = ()


SHOTS = (
    Shot("ct", CHEST),
    Shot("head-ct", HEAD),
    Shot("mr", SHOULDER),
    Shot("film", FILM),
    Shot("ultrasound", ULTRASOUND),
    Shot("two", CHEST, ("layout.1x2",)),
    Shot("four", CHEST, ("layout.2x2",)),
    Shot("nine", CHEST, ("layout.3x3", "tile.toggle")),
    Shot("picker", CHEST, ("layout.choose",)),
    Shot("mpr", CHEST, ("layout.mpr", "crosshair.toggle")),
    Shot("coronal", CHEST, ("plane.coronal",)),
    Shot("mip", CHEST, ("slab.next", "slab.thicker", "slab.thicker", "slab.thicker", "slab.thicker")),
    Shot("lines", CHEST, ("layout.mpr", "lines.toggle")),
    Shot("turned", SHOULDER, ("turn.right", "flip.horizontal")),
    Shot("colours", SHOULDER, ("colours.next",)),
    Shot("length", CHEST, ("measure.length", ("drag", 0.42, 0.55, 0.58, 0.55))),
    Shot("angle", SHOULDER, ("measure.angle", *(("click", x, y, 0, 0) for x, y in CORNERS))),
    Shot("diameters", CHEST, ("measure.bidirectional", ("drag", 0.42, 0.5, 0.56, 0.56), ("drag", 0.5, 0.4, 0.5, 0.6))),
    Shot("ellipse", SHOULDER, ("measurements.toggle", "measure.ellipse", ("drag", 0.36, 0.4, 0.44, 0.55))),
    Shot("film-length", FILM, ("measure.length", ("drag", 0.4, 0.6, 0.6, 0.6))),
    Shot("histogram", CHEST, ("histogram.toggle",)),
    Shot("tags", HEAD, ("tags.show",)),
    Shot("fidelity", FILM, ("fidelity.show",)),
    Shot("rulers", CHEST, ("ruler.toggle",)),
    Shot("keys", CHEST, ("help",)),
    Shot("display", CHEST, ("pattern.show",)),
    Shot("preferences", CHEST, ("preferences.show",)),
)  # fmt: skip


def take(cases: Path, folder: Path) -> None:
    """Take every picture. Raises StudyProblem where a case is not there or does not open."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for shot in SHOTS:
            window = opened(cases / shot.case, Path(scratch) / "settings.yaml")
            for step in shot.steps:
                do(window, step)
            save(window, folder / f"{shot.name}.png")
            window.close()


def opened(path: Path, settings: Path) -> ViewerWindow:
    """The viewer with everything in memory that it hung."""
    window = ViewerWindow(SettingsFile(settings))
    window.resize(*SIZE)
    window.show()
    rest(REST_MS)
    window.open_path(path)
    grid = window.light.grid
    wait_until(
        lambda: grid.viewports[0].is_painted and all(v.volume is None or v.volume.is_complete for v in grid.shown),
        "All images",
        PATIENCE_MS,
    )
    rest(REST_MS)
    return window


def do(window: ViewerWindow, step: Step) -> None:
    grid = window.light.grid
    if isinstance(step, str):
        grid.perform(step, "program")
        rest(REST_MS)
        return
    kind, *shares = step
    viewport = grid.active_viewport
    start, end = (
        QPoint(round(viewport.width() * x), round(viewport.height() * y)) for x, y in (shares[:2], shares[2:])
    )
    QTest.mousePress(viewport, LEFT, pos=start)
    if kind == "drag":
        QTest.mouseMove(viewport, (start + end) / 2)
        QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, LEFT, pos=end if kind == "drag" else start)
    rest(REST_MS)


def save(window: ViewerWindow, file: Path) -> None:
    """The screen's window with its menus and cards, in 128 colours, so that the repository stays small."""
    picture = window.screen().grabWindow(0, window.x(), window.y(), *SIZE).toImage()
    write_small(picture, file)


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    apply_theme(app, scale_for(SIZE[1]))
    take(Path(sys.argv[1]), Path(sys.argv[2]))
