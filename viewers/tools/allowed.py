"""Which commands and gestures a protocol takes away from readers: the tools of `reading: {tools: …}`.

What belongs here: what each tool's name stands for. What does not: refusing a command (viewers.light_box).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from study_configs.reading_room import Tool, Tools
from viewers.commands import COMMANDS

STANDS_FOR: Mapping[Tool, tuple[str, ...]] = {
    "window": ("window.", "colours."),
    "zoom": ("zoom.in", "zoom.out", "zoom.one_to_one", "zoom.true_size"),
    "pan": ("pan.",),
    "scroll": (),
    "measure": ("measure.", "measurements."),
    "mip": ("slab.",),
    "reformat": ("plane.", "layout.mpr", "crosshair.", "lines."),
    "invert": ("invert",),
    "layout": ("layout.", "hanging.", "tile.", "viewport.maximise"),
    "cine": ("cine.", "time."),
    "compare": ("prior.", "series."),
    "link": ("link.",),
    "fusion": ("fusion.",),
    "rotate": ("turn.", "flip."),
    "magnify": ("magnify.",),
    "segment": ("brush.",),
    "information": ("histogram.", "tags.", "fidelity."),
}
NEEDED = frozenset({"measure.none", "window.second"})  # Esc, and where the images stand: nobody reads without
DRAGS: Mapping[Tool, tuple[str, ...]] = {"window": ("window",), "zoom": ("zoom",), "pan": ("pan",)}


def withheld_tools(tools: Tools | None) -> frozenset[Tool]:
    """The tools that readers do not have. Scrolling, fitting and resetting are always there."""
    if tools is None:
        return frozenset()
    named = frozenset(tools.without or ()) if tools.allow is None else frozenset(get_args(Tool)) - set(tools.allow)
    return named - {"scroll"}


def withheld_commands(tools: Tools | None) -> frozenset[str]:
    """The ids of the viewer's commands that readers do not have."""
    starts = tuple(start for tool in withheld_tools(tools) for start in STANDS_FOR[tool])
    found = {command.id for command in COMMANDS if starts and command.id.startswith(starts)} - NEEDED
    if "reformat" not in withheld_tools(tools):
        found.discard("layout.mpr")
    return frozenset(found)


def withheld_actions(tools: Tools | None) -> frozenset[str]:
    """What no gesture does: the drags and turns of the wheel of these tools, and their commands."""
    drags = {action for tool in withheld_tools(tools) for action in DRAGS.get(tool, ())}
    return withheld_commands(tools) | drags
