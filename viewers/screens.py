"""How large things are on the screens of this workstation.

What belongs here: logical pixels per mm of a screen, as measured by a person or told by the screen. What does not: the
display page where it is measured (app.windows) and the file where that is kept (settings).
"""

from __future__ import annotations

from PySide6.QtGui import QScreen

LEAST_MM, MOST_MM = 80.0, 3000.0  # of a screen's width: projectors and virtual screens tell other things
MOST_DISTORTION = 1.1  # between the two axes: pixels are square, or the screen does not know itself

_measured: dict[str, float] = {}  # logical px per mm by screen, as people have measured it; for this process


def screen_id(screen: QScreen) -> str:
    """Names a screen apart from others: maker, model, serial number, else its place."""
    parts = (screen.manufacturer(), screen.model(), screen.serialNumber())
    return " ".join(part for part in parts if part) or screen.name() or "screen"


def set_measured(by_screen: dict[str, float]) -> None:
    """Takes over what people have measured: logical pixels per mm by screen id, for scale 1."""
    _measured.clear()
    _measured.update(by_screen)


def px_per_mm(screen: QScreen | None) -> float | None:
    """Logical pixels per mm: as measured, else as the screen says of itself; None where that is not to be believed."""
    if screen is None:
        return None
    measured = _measured.get(screen_id(screen))
    if measured is not None:
        return measured
    millimetres, pixels = screen.physicalSize(), screen.size()
    if not (LEAST_MM <= millimetres.width() <= MOST_MM and LEAST_MM / 2 <= millimetres.height() <= MOST_MM):
        return None
    across, down = pixels.width() / millimetres.width(), pixels.height() / millimetres.height()
    if max(across, down) / min(across, down) > MOST_DISTORTION:
        return None
    return (across + down) / 2
