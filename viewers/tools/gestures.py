"""The one table of gestures: which button, wheel turn or finger does what.

What belongs here: the table as a value, its defaults, and what is unwise about a changed one. What does not: receiving
events (strokes, touches) and the names of gestures (study_configs.gestures).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from study_configs.gestures import NOTHING, fault_in, kind_of
from viewers.commands import BY_ID

USUAL: tuple[tuple[str, str], ...] = (
    ("left", "window"),
    ("middle", "pan"),
    ("right", "zoom"),
    ("both", "scroll"),
    ("wheel", "scroll"),
    ("Ctrl+wheel", "zoom"),
    ("Shift+wheel", "scroll10"),
    ("left double", "viewport.maximise"),
    ("right click", "menu.show"),
    ("back click", "series.previous"),
    ("forward click", "series.next"),
    ("finger", "scroll"),
    ("long press", "menu.show"),
)
WORDS = {
    "scroll": "Scroll through the images",
    "scroll10": "Scroll, ten images a notch",
    "window": "Change the window",
    "pan": "Move the image",
    "zoom": "Enlarge or shrink",
    NOTHING: "Nothing",
}
NAMES = {
    "left": "Left drag", "middle": "Middle drag", "right": "Right drag", "both": "Left + right drag",
    "back": "Back drag", "forward": "Forward drag", "finger": "One finger", "wheel": "Wheel",
    "left double": "Double click", "middle double": "Middle double click", "right double": "Right double click",
    "middle click": "Middle click", "right click": "Right click", "back click": "Back button",
    "forward click": "Forward button", "long press": "Long press",
}  # fmt: skip
# What stays as it is, whatever the table says
FIXED = (
    (("Shift drag",), "Fine steps"),
    (("Ctrl drag",), "Coarse steps"),
    (("Drag to the edge",), "Go on scrolling"),
    (("Left drag on a mark",), "Move the mark"),
    (("Two fingers",), "Move the image; apart enlarges"),
    (("Tap",), "Click"),
)


@dataclass(frozen=True, slots=True)
class Gestures:
    """Pairs of gesture and action. A drag with modifiers that the table leaves out is the plain one, fine or coarse."""

    table: tuple[tuple[str, str], ...] = USUAL

    def action(self, gesture: str) -> str:
        """The tool or command of a gesture, "" where it has none."""
        found = dict(self.table).get(gesture, "")
        return "" if found == NOTHING else found

    def changed(self, changes: Mapping[str, str]) -> Gestures:
        """The table with these gestures given other actions. Raises ValueError where one is not possible."""
        for gesture, action in changes.items():
            fault = fault_in(gesture, action)
            if fault:
                raise ValueError(fault)
        return Gestures(tuple((dict(self.table) | dict(changes)).items()))

    def changes(self) -> dict[str, str]:
        """Where it differs from the usual table."""
        usual = dict(USUAL)
        return {gesture: action for gesture, action in self.table if usual.get(gesture) != action}


def name_of(gesture: str) -> str:
    """A gesture as people call it: "Ctrl wheel", "Left drag"."""
    *modifiers, base = gesture.split("+")
    return " ".join([*modifiers, NAMES[base].lower() if modifiers else NAMES[base]])


def words_for(action: str) -> str:
    """What an action does, in words."""
    return WORDS.get(action) or (BY_ID[action].title if action in BY_ID else action)


def lines(gestures: Gestures) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The table for people: each gesture, and what it does; then what no table changes."""
    set_so = (((name_of(g),), words_for(action)) for g, action in gestures.table if action != NOTHING)
    return (*set_so, *FIXED)


def conflicts(gestures: Gestures, fixed: Collection[str] = ()) -> list[str]:
    """What is unwise about a table, in sentences; `fixed` are gestures that the protocol has decided."""
    said = [f"The study decides what {name_of(g)} does." for g in gestures.changes() if g in fixed]
    drags = {gesture: action for gesture, action in gestures.table if kind_of(gesture) in ("drag", "wheel")}
    for tool in ("scroll", "window", "pan", "zoom"):
        if tool not in drags.values():
            said.append(f"No gesture is left for: {WORDS[tool].lower()}. Its keys stay.")
    for gesture in drags:
        *modifiers, base = gesture.split("+")
        if kind_of(gesture) == "drag" and modifiers in (["Shift"], ["Ctrl"]) and gestures.action(base):
            said.append(f"{name_of(gesture)} no longer means {'fine' if modifiers == ['Shift'] else 'coarse'} steps.")
    return said
