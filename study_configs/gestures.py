"""What a hand can do with mouse, wheel and fingers, by name, and what each may be given to do.

What belongs here: the names and what is wrong with a pair of them. What does not: the usual table
(viewers.tools.gestures).
"""

from __future__ import annotations

from typing import Literal

MODIFIERS = ("Ctrl", "Shift", "Alt")  # in this order: "Ctrl+Shift+left"
DRAGS = ("left", "middle", "right", "both", "back", "forward", "finger")
CLICKS = (
    "left double", "middle double", "right double", "middle click", "right click", "back click", "forward click",
    "long press",
)  # fmt: skip
WHEEL = "wheel"

DRAG_ACTIONS = ("scroll", "window", "pan", "zoom", "nothing")
WHEEL_ACTIONS = ("scroll", "scroll10", "zoom", "window", "nothing")
CLICK_ACTIONS = (
    "menu.show", "viewport.maximise", "viewport.next", "series.next", "series.previous", "scroll.next",
    "scroll.previous", "zoom.fit", "zoom.one_to_one", "view.reset", "invert", "cine.toggle", "window.region",
    "mark.place", "mark.tool", "annotations.toggle", "nothing",
)  # fmt: skip
ACTIONS_BY_KIND = {"drag": DRAG_ACTIONS, "wheel": WHEEL_ACTIONS, "click": CLICK_ACTIONS}
NOTHING = "nothing"

Kind = Literal["drag", "wheel", "click", ""]


def kind_of(gesture: str) -> Kind:
    """Whether a gesture is a drag, the wheel or a click; "" where it is none that there is."""
    *modifiers, base = gesture.split("+")
    if modifiers != [name for name in MODIFIERS if name in modifiers] or (base == "finger" and modifiers):
        return ""
    if base in DRAGS:
        return "drag"
    if base in CLICKS:
        return "click"
    return "wheel" if base == WHEEL else ""


def actions_for(gesture: str) -> tuple[str, ...]:
    """What a gesture can be given: tools for drags and the wheel, commands for clicks; () where it is none."""
    return ACTIONS_BY_KIND.get(kind_of(gesture), ())


def fault_in(gesture: str, action: str) -> str:
    """What is wrong with giving this action to this gesture, in a sentence; "" where nothing is."""
    allowed = actions_for(gesture)
    if not allowed:
        return f"There is no gesture {gesture}."
    return (
        "" if action in allowed else f"{gesture} can be given {', '.join(allowed)}, not {action or 'nothing at all'}."
    )
