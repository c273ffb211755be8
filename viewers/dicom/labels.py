"""What a stack of a series is called after the values that tell it from its siblings: "b 1000", "echo 2, TE 90 ms".

What belongs here: values to words. What does not: the values (traits) and the splitting.
"""

from __future__ import annotations

from collections.abc import Collection

from viewers.dicom.traits import COMPONENTS, LOCALISERS, NAMES, SCREENS, Value

FORMS = {
    "stack": "stack {}",
    "kernel": "kernel {}",
    "field": "field {} mm",
    "voltage": "{} kV",
    "energy": "{} keV",
    "echo": "echo {}",
    "b-value": "b {}",
    "echo time": "TE {} ms",
    "inversion time": "TI {} ms",
    "flip angle": "flip angle {}°",
    "repetition time": "TR {} ms",
    "detail": "{}",
}
DIXON = {"W": "water", "F": "fat", "IP": "in phase", "OP": "opposed phase", "IN": "in phase", "OPP": "opposed phase"}
GE_COMPONENTS = ("magnitude", "phase", "real", "imaginary")


def label(column: int, value: Value, siblings: Collection[Value]) -> str:
    """The value of NAMES[column] in words, "" where there are none for it."""
    name = NAMES[column]
    if name in ("image type", "image words"):
        return image_type(value, siblings)
    if value is None:
        return f"no {name}" if name != "detail" else ""
    if name == "direction":
        directions = sorted(v for v in siblings if isinstance(v, tuple))
        return f"direction {directions.index(value) + 1}" if isinstance(value, tuple) else ""
    if name == "component":
        return _component(value)
    first = value[0] if isinstance(value, tuple) else value
    return FORMS[name].format(f"{first:g}" if isinstance(first, float) else first)


def _component(value: Value) -> str:
    if isinstance(value, float):
        return GE_COMPONENTS[int(value)] if 0 <= value < len(GE_COMPONENTS) else f"component {value:g}"
    return str(value).lower()


def image_type(value: Value, siblings: Collection[Value]) -> str:
    """The words of ImageType that the siblings do not share; the letters M, P, R, I are spelled out."""
    words = _type_words(value)
    kind = kind_of(value)
    if kind:
        return kind
    shared = set(words).intersection(*(_type_words(other) for other in siblings))
    own = [word for word in words if word not in shared]
    told = [named for word in own if (named := COMPONENTS.get(word) or DIXON.get(word))]
    return told[0] if told else " ".join(word.lower().replace("_", " ") for word in own)


def _type_words(value: Value) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, tuple) else ()


def is_kind(value: object) -> bool:
    """Whether a value is an image type of which `kind_of` knows that it is no slice of a volume."""
    return isinstance(value, tuple) and kind_of(value) != ""


def kind_of(value: Value) -> str:
    """ "localiser", "screen", "mosaic" for image types that are no slices of a volume, else ""."""
    words = set(_type_words(value))
    if words & LOCALISERS:
        return "localiser"
    if words & SCREENS:
        return "screen"
    return "mosaic" if "MOSAIC" in words else ""
