"""The one vocabulary of what a person can ask a viewer to do: names, titles, default keys.

What belongs here: the frozen `Command` and the table of them. What does not: doing them (grid) and listing them on the
screen (app.windows). Keyboard, mouse, menus and simulated readers all speak these names, and the log keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass

from viewers.presets import CT_PRESETS


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to ask for. `keys` are Qt's portable key names ("Shift+Down"); `held` ones last as long as the key."""

    id: str
    title: str
    keys: tuple[str, ...]
    group: str
    held: bool = False


def _presets() -> tuple[Command, ...]:
    return tuple(
        Command(f"window.preset.{n}", f"{w.name} {w.width:.0f} / {w.centre:.0f}", (str(n),), "Window")
        for n, w in enumerate(CT_PRESETS, 1)
    )


COMMANDS: tuple[Command, ...] = (
    Command("scroll.next", "Next image", ("Down", "Right"), "Scroll"),
    Command("scroll.previous", "Previous image", ("Up", "Left"), "Scroll"),
    Command("scroll.next10", "10 images on", ("Shift+Down", "Shift+Right"), "Scroll"),
    Command("scroll.previous10", "10 images back", ("Shift+Up", "Shift+Left"), "Scroll"),
    Command("scroll.page_down", "A tenth of the stack on", ("PgDown",), "Scroll"),
    Command("scroll.page_up", "A tenth of the stack back", ("PgUp",), "Scroll"),
    Command("scroll.first", "First image", ("Home",), "Scroll"),
    Command("scroll.last", "Last image", ("End",), "Scroll"),
    *_presets(),
    Command("window.file", "Window from the file", ("W",), "Window"),
    Command("window.auto", "Window from this image", ("A",), "Window"),
    Command("invert", "Exchange black and white", ("I",), "Window"),
    Command("zoom.in", "Enlarge", ("+", "="), "Zoom"),
    Command("zoom.out", "Shrink", ("-",), "Zoom"),
    Command("zoom.fit", "Fit the image", ("F",), "Zoom"),
    Command("zoom.one_to_one", "One image pixel per screen pixel", ("Z",), "Zoom"),
    Command("view.reset", "Reset window, zoom and position", ("R",), "Zoom"),
    Command("layout.1x1", "One viewport", ("Ctrl+1",), "Layout"),
    Command("layout.1x2", "Two viewports", ("Ctrl+2",), "Layout"),
    Command("layout.2x2", "Four viewports", ("Ctrl+4",), "Layout"),
    Command("viewport.next", "Next viewport", ("V",), "Layout"),
    Command("link.toggle", "Link scrolling", ("L",), "Layout"),
    Command("series.next", "Next series", (".",), "Layout"),
    Command("series.previous", "Previous series", (",",), "Layout"),
    Command("annotations.toggle", "Show or hide the corner texts", ("T",), "Layout"),
    Command("overlay.hold", "Hide all AI while held", ("G",), "AI", held=True),
    Command("mark.place", "Place a mark under the pointer", ("M",), "Marks"),
    Command("mark.tool", "Mark with every click, on or off", ("Shift+M",), "Marks"),
    Command("mark.remove", "Remove the selected mark", ("Del", "Backspace"), "Marks"),
    Command("help", "Show the keys", ("?", "F1"), "Help"),
)

BY_ID = {command.id: command for command in COMMANDS}
BY_KEY = {key: command for command in COMMANDS for key in command.keys}
RESERVED_KEYS = frozenset(BY_KEY)


def command_for(key: str) -> Command | None:
    """The command behind a key's portable name, or None."""
    return BY_KEY.get(key)
