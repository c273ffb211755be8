"""The log of the screen that the reading window is on, with what people declared of it.

What belongs here: that value. What does not: declaring it (display_page), all monitors (monitors_log), when it is told.
"""

from __future__ import annotations

from PySide6.QtGui import QScreen

from app.tracking.events import DisplayDescribed
from app.tracking.recorder import clock
from app.windows.theme import current_theme
from viewers.screens import screen_id
from viewers.settings import DeclaredDisplay, Settings


def display_described(screen: QScreen, settings: Settings) -> DisplayDescribed:
    """A screen as the workstation knows it, and what people declared of it, for the log."""
    size, said = screen.size(), settings.displays.get(screen_id(screen)) or DeclaredDisplay(screen_id(screen))
    return DisplayDescribed(
        at_ns=clock(),
        screen=screen.name(),
        width=size.width(),
        height=size.height(),
        scale=screen.devicePixelRatio(),
        depth=screen.depth(),
        gsdf=said.gsdf,
        checked=said.checked,
        l_min=said.l_min,
        l_max=said.l_max,
        ambient_lux=said.ambient_lux,
        type_scale=current_theme().scale,
    )
