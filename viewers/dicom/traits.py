"""What tells the images of one series apart besides their place: echo, b-value, kernel, phase … as values and words.

What belongs here: where these values stand (top level, private blocks, functional groups) and what to call them. What
does not: deciding which of them split a series (splitting).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from viewers.dicom.elements import Elements, binary_numbers, decimal_numbers, plain_text

Value = str | float | tuple[float, ...] | tuple[str, ...] | None
Values = tuple[Value, ...]
Raws = tuple[bytes | None, ...]
Kind = Literal["text", "words", "decimal", "vector", "double", "doubles", "float", "long", "sequence name", "clock"]
FindGroup = Callable[[int], Elements | None]
FRAME_CONTENT, DIFFUSION, CARDIAC = 0x00209111, 0x00189117, 0x00189118


@dataclass(frozen=True, slots=True)
class Source:
    """An element in which a value may stand: at the top level, or in a functional group (and a sequence within it).

    `creator` is (the element that names the owner of a private block, how that name begins).
    """

    tag: int
    kind: Kind
    group: int = 0
    inner: int = 0
    creator: tuple[int, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Trait:
    """One property; the first of its sources that holds a value counts.

    A trait that `parts` splits a series always, the others only where several images lie at one place.
    """

    name: str
    parts: bool
    sources: tuple[Source, ...]


SIEMENS, GE, UIH = (0x00190010, b"SIEMENS"), (0x00430010, b"GEMS"), (0x00650010, b"Image Private")
GE_OWN, PHILIPS, PHILIPS_MR = (0x00190010, b"GEMS"), (0x20010010, b"Philips"), (0x20050010, b"Philips")


def _both(tag: int, kind: Kind, group: int, frame_tag: int = 0, frame_kind: Kind | None = None) -> tuple[Source, ...]:
    """In a functional group, or else at the top level."""
    return Source(frame_tag or tag, frame_kind or kind, group), Source(tag, kind)


IMAGE_TYPES = (
    *(Source(0x00089007, "words", group) for group in (0x00189226, 0x00189329, 0x00189751)),
    Source(0x00080008, "words"),
)
# The words of ImageType that make images of another sort; the others (ADD, DIS2D, HELIX …) occur within one volume
LOCALISERS = frozenset(("LOCALIZER", "LOCALISER", "SCOUT", "TOPOGRAM", "SCANOGRAM"))
SCREENS = frozenset(("SCREEN SAVE", "SCREENSAVE", "DOSE_INFO", "DOSE REPORT", "DOSEREPORT"))
COMPONENTS = {
    "M": "magnitude", "P": "phase", "R": "real", "I": "imaginary", "PHASE MAP": "phase", "MAGNITUDE": "magnitude",
    "PHASE": "phase", "REAL": "real", "IMAGINARY": "imaginary",
}  # fmt: skip
SORTS = frozenset(("ORIGINAL", "DERIVED", "MOSAIC", "ADC", "FA", "TRACEW", "MIP", *LOCALISERS, *SCREENS, *COMPONENTS))

TRAITS = (
    Trait("stack", True, _both(0x00209056, "text", FRAME_CONTENT)),
    Trait("image type", True, IMAGE_TYPES),
    Trait("component", True, (*_both(0x00089208, "text", 0x00189226), Source(0x0043102F, "long", creator=GE))),
    Trait("kernel", True, _both(0x00181210, "words", 0x00189314)),
    Trait("field", True, _both(0x00181100, "decimal", 0x00189314)),
    Trait("voltage", True, _both(0x00180060, "decimal", 0x00189325)),
    Trait("energy", True, (Source(0x0018937C, "double"),)),
    Trait("echo", True, (Source(0x00180086, "decimal"),)),
    Trait(
        "b-value",
        True,
        (
            *_both(0x00189087, "double", DIFFUSION),
            Source(0x0019100C, "decimal", creator=SIEMENS),
            Source(0x00431039, "decimal", creator=GE),
            Source(0x20011003, "float", creator=PHILIPS),
            Source(0x00651009, "double", creator=UIH),
            Source(0x00180024, "sequence name"),
        ),
    ),
    Trait(
        "direction",
        False,
        (
            Source(0x00189089, "doubles", DIFFUSION, 0x00189076),
            Source(0x00189089, "doubles"),
            Source(0x0019100E, "doubles", creator=SIEMENS),
            Source(0x00651037, "doubles", creator=UIH),
        ),
    ),
    *(
        Trait(name, False, (Source(ge, "decimal", creator=GE_OWN), Source(philips, "float", creator=PHILIPS_MR)))
        for name, ge, philips in (
            ("direction x", 0x001910BB, 0x200510B0),
            ("direction y", 0x001910BC, 0x200510B1),
            ("direction z", 0x001910BD, 0x200510B2),
        )
    ),
    Trait("image words", False, IMAGE_TYPES),
    Trait("echo time", False, _both(0x00180081, "decimal", 0x00189114, 0x00189082, "double")),
    Trait("inversion time", False, _both(0x00180082, "decimal", 0x00189115, 0x00189079, "double")),
    Trait("flip angle", False, _both(0x00181314, "decimal", 0x00189112)),
    Trait("repetition time", False, _both(0x00180080, "decimal", 0x00189112)),
)
TIMES = (
    Trait("time point", False, _both(0x00200100, "decimal", FRAME_CONTENT, 0x00209128, "long")),
    Trait("phase", False, _both(0x00209241, "float", CARDIAC)),
    Trait("phase", False, (*_both(0x00209153, "double", CARDIAC), Source(0x00181060, "decimal"))),
    Trait("time", False, (Source(0x00541300, "decimal"),)),
    Trait("time", False, (Source(0x0020930D, "double", 0x00209310),)),
    Trait("acquisition", False, _both(0x00200012, "decimal", FRAME_CONTENT, 0x00209156, "long")),
    Trait("time", False, _both(0x00080032, "clock", FRAME_CONTENT, 0x00189074)),
    Trait("time", False, (Source(0x00080033, "clock"),)),
)
PERCENT, TRIGGER, REFERENCE, OFFSET, CLOCK = 1, 2, 3, 4, 6  # places in TIMES
NAMES = (*(trait.name for trait in TRAITS), "detail")
PARTS = tuple(at for at, trait in enumerate(TRAITS) if trait.parts)
MAYBE = (*(at for at, trait in enumerate(TRAITS) if not trait.parts), len(TRAITS))
ECHO_TIME, B_VALUE, DIRECTION = NAMES.index("echo time"), NAMES.index("b-value"), NAMES.index("direction")
FIELD, IMAGE_TYPE = NAMES.index("field"), NAMES.index("image type")


def _plain_tags(traits: Sequence[Trait]) -> tuple[int, ...]:
    sources = [source for trait in traits for source in trait.sources if not source.group]
    return tuple(dict.fromkeys([s.tag for s in sources] + [s.creator[0] for s in sources if s.creator]))


def _group_sources(traits: Sequence[Trait]) -> tuple[Source, ...]:
    return tuple(source for trait in traits for source in trait.sources if source.group)


PLAIN_TAGS, PLAIN_TIMES = _plain_tags(TRAITS), _plain_tags(TIMES)
GROUPED, GROUPED_TIMES = _group_sources(TRAITS), _group_sources(TIMES)
GROUPS = frozenset(source.group for source in GROUPED + GROUPED_TIMES)


def from_groups(sources: Sequence[Source], find: FindGroup) -> Raws:
    """The raw values of `sources` in one frame's functional groups."""
    return tuple(_in_group(source, find(source.group)) for source in sources)


def _in_group(source: Source, item: Elements | None) -> bytes | None:
    if item is not None and source.inner:
        item = item.item(source.inner)
    return item.raw(source.tag) if item is not None else None


@lru_cache(maxsize=8192)
def values(plain: Raws, grouped: Raws = (), order: str = "<") -> Values:
    """One value for each of NAMES, from raw values in the order of PLAIN_TAGS and GROUPED; the last is always None."""
    found = _decode(TRAITS, dict(zip(PLAIN_TAGS, plain, strict=True)), grouped, order)
    if found[DIRECTION] is None:
        axes = found[DIRECTION + 1 : DIRECTION + 4]
        found[DIRECTION] = tuple(float(a) for a in axes if isinstance(a, int | float)) or None
    found[DIRECTION + 1 : DIRECTION + 4] = [None] * 3
    vector = found[DIRECTION]
    if isinstance(vector, tuple) and not any(vector):
        found[DIRECTION] = None
    words = found[IMAGE_TYPE]
    if isinstance(words, tuple):
        found[IMAGE_TYPE] = tuple(str(word) for word in words if word in SORTS)
    b = found[B_VALUE]
    if isinstance(b, float):
        found[B_VALUE] = b % 1e9  # GE adds 1e9 to the b-values of some sequences
    field = found[FIELD]
    if isinstance(field, float):
        found[FIELD] = round(field, 1)
    return (*found, None)


@lru_cache(maxsize=8192)
def times(plain: Raws, grouped: Raws = (), order: str = "<") -> tuple[float | None, ...]:
    """One number for each of TIMES: milliseconds, %, or a count, as the trait has it."""
    found = _decode(TIMES, dict(zip(PLAIN_TIMES, plain, strict=True)), grouped, order)
    numbers = [value if isinstance(value, float) else None for value in found]
    offset = numbers[OFFSET]
    numbers[OFFSET] = None if offset is None else offset * 1000
    return tuple(numbers)


def _decode(traits: Sequence[Trait], plain: dict[int, bytes | None], grouped: Raws, order: str) -> list[Value]:
    in_groups = iter(grouped or (None,) * len(GROUPED))
    found: list[Value] = []
    for trait in traits:
        candidates = [_value(s, next(in_groups) if s.group else plain[s.tag], plain, order) for s in trait.sources]
        found.append(next((value for value in candidates if value is not None), None))
    return found


def _value(source: Source, raw: bytes | None, plain: dict[int, bytes | None], order: str) -> Value:
    if not raw:
        return None
    if source.creator and not (plain[source.creator[0]] or b"").startswith(source.creator[1]):
        return None
    return DECODERS[source.kind](raw, order)


def _words(raw: bytes, _: str) -> Value:
    return tuple(word.strip() for word in plain_text(raw).upper().split("\\") if word.strip()) or None


def _decimal(raw: bytes, _: str) -> Value:
    numbers = decimal_numbers(raw)
    return numbers[0] if numbers else None


def _binary(code: str) -> Callable[[bytes, str], Value]:
    def first(raw: bytes, order: str) -> Value:
        numbers = binary_numbers(raw, code, order)
        return numbers[0] if numbers else None

    return first


def _doubles(raw: bytes, order: str) -> Value:
    return tuple(round(number, 5) for number in binary_numbers(raw, "d", order)) or None


def _long(raw: bytes, order: str) -> Value:
    code = {2: "H", 4: "L"}.get(len(raw))
    return float(struct.unpack(order + code, raw)[0]) if code else None


def _sequence_name(raw: bytes, _: str) -> Value:
    """Older Siemens files name the b-value in SequenceName: "*ep_b1000#3"."""
    found = re.search(rb"ep_b(\d{1,5})", raw)
    return float(found[1]) if found else None


CLOCK_TEXT = re.compile(rb"^(?:(\d{8}))?(\d{2})(\d{2})(\d{2}(?:\.\d{1,6})?)")


def _clock(raw: bytes, _: str) -> Value:
    """Milliseconds since midnight of a TM or DT value."""
    found = CLOCK_TEXT.match(raw.strip(b" \0").replace(b":", b""))
    return (int(found[2]) * 3600 + int(found[3]) * 60 + float(found[4])) * 1000.0 if found else None


DECODERS: dict[Kind, Callable[[bytes, str], Value]] = {
    "text": lambda raw, _: plain_text(raw) or None,
    "words": _words,
    "decimal": _decimal,
    "double": _binary("d"),
    "doubles": _doubles,
    "float": _binary("f"),
    "long": _long,
    "sequence name": _sequence_name,
    "clock": _clock,
}
