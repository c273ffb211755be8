"""The one table of gestures: which button, wheel turn or finger does what.

What belongs here: the table as a value, its defaults, and what is unwise about a changed one. What does not: receiving
events (strokes, touches) and the names of gestures (study_configs.gestures).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from study_configs.gestures import NOTHING, fault_in, kind_of
from study_configs.words import phrase, translate
from viewers.commands import BY_ID
from viewers.shown_words import command_title

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
    "scroll": phrase("ViewerGestures", "Scroll through the images"),
    "scroll10": phrase("ViewerGestures", "Scroll, ten images a notch"),
    "window": phrase("ViewerGestures", "Change the window"),
    "pan": phrase("ViewerGestures", "Move the image"),
    "zoom": phrase("ViewerGestures", "Enlarge or shrink"),
    NOTHING: phrase("ViewerGestures", "Nothing"),
}
NAMES = {
    "left": phrase("ViewerGestures", "Left drag"),
    "middle": phrase("ViewerGestures", "Middle drag"),
    "right": phrase("ViewerGestures", "Right drag"),
    "both": phrase("ViewerGestures", "Left + right drag"),
    "back": phrase("ViewerGestures", "Back drag"),
    "forward": phrase("ViewerGestures", "Forward drag"),
    "finger": phrase("ViewerGestures", "One finger"),
    "wheel": phrase("ViewerGestures", "Wheel"),
    "left double": phrase("ViewerGestures", "Double click"),
    "middle double": phrase("ViewerGestures", "Middle double click"),
    "right double": phrase("ViewerGestures", "Right double click"),
    "middle click": phrase("ViewerGestures", "Middle click"),
    "right click": phrase("ViewerGestures", "Right click"),
    "back click": phrase("ViewerGestures", "Back button"),
    "forward click": phrase("ViewerGestures", "Forward button"),
    "long press": phrase("ViewerGestures", "Long press"),
}
# What stays as it is, whatever the table says
FIXED = (
    (phrase("ViewerGestures", "Shift drag"), phrase("ViewerGestures", "Fine steps")),
    (phrase("ViewerGestures", "Ctrl drag"), phrase("ViewerGestures", "Coarse steps")),
    (phrase("ViewerGestures", "Drag to the edge"), phrase("ViewerGestures", "Go on scrolling")),
    (phrase("ViewerGestures", "Left drag on a mark"), phrase("ViewerGestures", "Move the mark")),
    (phrase("ViewerGestures", "Two fingers"), phrase("ViewerGestures", "Move the image; apart enlarges")),
    (phrase("ViewerGestures", "Tap"), phrase("ViewerGestures", "Click")),
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

    def without(self, actions: Collection[str]) -> Gestures:
        """The table in which nothing does these actions."""
        return Gestures(tuple((g, NOTHING if action in actions else action) for g, action in self.table))

    def changes(self) -> dict[str, str]:
        """Where it differs from the usual table."""
        usual = dict(USUAL)
        return {gesture: action for gesture, action in self.table if usual.get(gesture) != action}


def name_of(gesture: str) -> str:
    """A gesture as people call it: "Ctrl wheel", "Left drag"."""
    *modifiers, base = gesture.split("+")
    name = translate("ViewerGestures", NAMES[base])
    return " ".join([*modifiers, name.lower() if modifiers else name])


def words_for(action: str) -> str:
    """What an action does, in words."""
    if action in WORDS:
        return translate("ViewerGestures", WORDS[action])
    return command_title(BY_ID[action]) if action in BY_ID else action


def lines(gestures: Gestures) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The table for people: each gesture, and what it does; then what no table changes."""
    set_so = (((name_of(g),), words_for(action)) for g, action in gestures.table if action != NOTHING)
    fixed = (((translate("ViewerGestures", hand),), translate("ViewerGestures", does)) for hand, does in FIXED)
    return (*set_so, *fixed)


def conflicts(gestures: Gestures, fixed: Collection[str] = ()) -> list[str]:
    """What is unwise about a table, in sentences; `fixed` are gestures that the protocol has decided."""
    decided = translate("ViewerGestures", "The study decides what {gesture} does.")
    said = [decided.format(gesture=name_of(g)) for g in gestures.changes() if g in fixed]
    drags = {gesture: action for gesture, action in gestures.table if kind_of(gesture) in ("drag", "wheel")}
    for tool in ("scroll", "window", "pan", "zoom"):
        if tool not in drags.values():
            lost = translate("ViewerGestures", "No gesture is left for this: {action}. Its keys stay.")
            said.append(lost.format(action=words_for(tool).lower()))
    for gesture in drags:
        *modifiers, base = gesture.split("+")
        if kind_of(gesture) == "drag" and modifiers in (["Shift"], ["Ctrl"]) and gestures.action(base):
            said.append(_no_steps_words(modifiers).format(gesture=name_of(gesture)))
    return said


def _no_steps_words(modifiers: list[str]) -> str:
    if modifiers == ["Shift"]:
        return translate("ViewerGestures", "{gesture} no longer means fine steps.")
    return translate("ViewerGestures", "{gesture} no longer means coarse steps.")
