"""What a gaze stream says of itself: which channel is what, in which unit.

What belongs here: the Gaze meta-data of XDF and LSL (github.com/sccn/xdf/wiki/Gaze-Meta-Data) and the words that
trackers' own programs use in their place. What does not: receiving samples (lsl, receiver), where they lie on the
screen (arriving).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from study_configs.problem import StudyProblem

Units = Literal["normalised", "px", "mm"]
Origin = Literal["top_left", "bottom_left", "centre"]

UNIT_WORDS: dict[str, Units] = {
    "normalised": "normalised", "normalized": "normalised", "norm": "normalised", "screencoords": "normalised",
    "relative": "normalised",
    "px": "px", "pixel": "px", "pixels": "px",
    "mm": "mm", "millimeter": "mm", "millimeters": "mm", "millimetre": "mm", "millimetres": "mm",
}  # fmt: skip
X_LABELS = frozenset({"x", "gazex", "gazepointx", "screenx", "fpogx", "bpogx", "normposx", "porx", "eyex"})
MOST_BYTES = 1_000_000  # of a description; real ones have some thousands
SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Channel:
    label: str = ""
    eye: str = ""  # left | right | both, or not said
    kind: str = ""  # the convention's type, such as ScreenX
    unit: str = ""


@dataclass(frozen=True, slots=True)
class GazeLayout:
    """Where a stream's values stand. `points` are (x, y) channels: one pair for both eyes, or one for each.

    `pupils` are (channel, factor to a diameter in mm) for left and right; `trusted` channels are 0 or less where the
    tracker saw nothing. `screen_px` is the screen that places in px are counted on, (0, 0) where it is not said.
    """

    points: tuple[tuple[int, int], ...]
    units: Units
    origin: Origin = "top_left"
    pupils: tuple[tuple[int, float] | None, tuple[int, float] | None] = (None, None)
    trusted: tuple[int, ...] = ()
    channels: tuple[Channel, ...] = ()
    manufacturer: str = ""
    model: str = ""
    screen_px: tuple[float, float] = (0.0, 0.0)


def layout_of(xml: str, count: int, *, units: Units | None = None, origin: Origin = "top_left") -> GazeLayout:
    """The layout of a stream of `count` channels, from its description; `units`, if given, win over what it says.

    Raises StudyProblem where nothing says which channels are the place on the screen, or in which unit it is.
    """
    described = _described(xml)
    channels = _channels(described, count)
    points = _points(channels)
    if not points:
        raise _unusable(
            f"Its {count} channels do not say where on the screen the reader looks ({_labels(channels)}).",
            "Let the tracker's program name them ScreenX and ScreenY, as LSL's gaze meta-data ask.",
        )
    return GazeLayout(
        points=points,
        units=units or _units(channels[points[0][0]]),
        origin=origin,
        pupils=(_pupil(channels, "left"), _pupil(channels, "right")),
        trusted=tuple(at for at, each in enumerate(channels) if _word(each.kind) in ("confidence", "validity")),
        channels=channels,
        manufacturer=_text(described, "acquisition/manufacturer"),
        model=_text(described, "acquisition/model"),
        screen_px=_screen(described),
    )


def _described(xml: str) -> ElementTree.Element:
    """The stream's `desc`. A description with a document type is refused: it could be a bomb of entities."""
    if len(xml) > MOST_BYTES or "<!DOCTYPE" in xml or "<!ENTITY" in xml:
        raise _unusable("Its description is not one that a tracker writes.", "Look at what sends it.")
    try:
        root = ElementTree.fromstring(xml) if xml.strip() else ElementTree.Element("info")
    except ElementTree.ParseError as error:
        raise _unusable("Its description is not XML.", "Look at what sends it.") from error
    found = root if root.tag == "desc" else root.find("desc")
    return ElementTree.Element("desc") if found is None else found


def _channels(described: ElementTree.Element, count: int) -> tuple[Channel, ...]:
    """What is said of each channel; nothing of all where the description speaks of another number of them."""
    found = tuple(
        Channel(_text(each, "label"), _text(each, "eye").lower(), _text(each, "type"), _text(each, "unit"))
        for each in described.findall("channels/channel")
    )
    return found if len(found) == count else tuple(Channel() for _ in range(count))


def _points(channels: Sequence[Channel]) -> tuple[tuple[int, int], ...]:
    """By the convention's types, else by labels, else the two channels of a stream that says nothing of them."""
    for is_x, partner in ((_is_screen_x, _screen_partner), (_is_named_x, _named_partner)):
        pairs = [(at, y) for at, each in enumerate(channels) if is_x(each) and (y := partner(channels, at)) is not None]
        if pairs:
            return _eyes(channels, pairs)
    says_nothing = all(each == Channel() for each in channels)
    return ((0, 1),) if says_nothing and len(channels) == 2 else ()


def _eyes(channels: Sequence[Channel], pairs: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """One pair for both eyes, which the tracker has made itself, before one for each eye, before any other."""
    of = {_eye(channels[x]): (x, y) for x, y in reversed(pairs)}
    if "both" in of:
        return (of["both"],)
    return tuple(of[side] for side in SIDES if side in of) or (pairs[0],)


def _is_screen_x(channel: Channel) -> bool:
    return _word(channel.kind) == "screenx"


def _screen_partner(channels: Sequence[Channel], at: int) -> int | None:
    return _first(channels, lambda each: _word(each.kind) == "screeny" and _eye(each) == _eye(channels[at]))


def _is_named_x(channel: Channel) -> bool:
    return _bare(channel.label) in X_LABELS and not _word(channel.kind).startswith(("pupil", "diameter"))


def _named_partner(channels: Sequence[Channel], at: int) -> int | None:
    """The channel of the same name with y for x."""
    wished = _bare(channels[at].label)
    wished = wished[: wished.rindex("x")] + "y" + wished[wished.rindex("x") + 1 :]
    return _first(channels, lambda each: _bare(each.label) == wished and _eye(each) == _eye(channels[at]))


def _pupil(channels: Sequence[Channel], side: str) -> tuple[int, float] | None:
    """A pupil's size in mm; in any other unit, or none, it cannot be one."""
    factors = {"diameter": 1.0, "radius": 2.0, "pupilsize": 1.0, "pupildiameter": 1.0}
    for at, each in enumerate(channels):
        factor = factors.get(_word(each.kind))
        if factor is not None and _eye(each) == side and UNIT_WORDS.get(each.unit.strip().lower()) == "mm":
            return at, factor
    return None


def _units(channel: Channel) -> Units:
    found = UNIT_WORDS.get(channel.unit.strip().lower())
    if found is None:
        said = f"which is said to be in {channel.unit!r}" if channel.unit else "whose unit is not said"
        raise _unusable(
            f"It gives the place on the screen as {channel.label or channel.kind or 'its first channel'}, {said}.",
            "Name the unit: --units, or tracking: {units: ...} in the protocol (normalised, px or mm).",
        )
    return found


def _screen(described: ElementTree.Element) -> tuple[float, float]:
    """What some trackers say of their screen beyond the convention: setup/display/resolution, in px."""
    for place in ("setup/display", "display", "screen"):
        for x, y in (("resolution/X", "resolution/Y"), ("resolution/x", "resolution/y"), ("width", "height")):
            sizes = (_number(_text(described, f"{place}/{x}")), _number(_text(described, f"{place}/{y}")))
            if min(sizes) > 0:
                return sizes
    return (0.0, 0.0)


def _first(channels: Sequence[Channel], fits: Callable[[Channel], bool]) -> int | None:
    return next((at for at, each in enumerate(channels) if fits(each)), None)


def _eye(channel: Channel) -> str:
    """left, right or both, as it is said or as the label has it; "" where neither tells."""
    if channel.eye in (*SIDES, "both"):
        return channel.eye
    words = "".join(sign if sign.isalnum() else " " for sign in channel.label.lower()).split()
    return next((side for side in SIDES if side in words or side[0] in words), "")


def _bare(label: str) -> str:
    """A label without eyes and signs: "gaze_x (left)" is gazex."""
    words = "".join(sign if sign.isalnum() else " " for sign in label.lower()).split()
    return "".join(word for word in words if word not in ("left", "right", "l", "r", "eye", "both"))


def _word(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def _text(element: ElementTree.Element, path: str) -> str:
    """At most 100 printable characters: what comes over a network goes into the log."""
    said = (element.findtext(path) or "").strip()
    return "".join(sign for sign in said if sign.isprintable())[:100]


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 < value < 100_000 else 0.0


def _labels(channels: Sequence[Channel]) -> str:
    named = [each.label or each.kind for each in channels if each.label or each.kind]
    return ", ".join(named[:8]) if named else "without any name"


def _unusable(what: str, todo: str) -> StudyProblem:
    return StudyProblem(f"The stream of the eye tracker can't be used. {what}", todo=todo)
