"""The DICOM elements of one instance as a tree of values for people, and searching it.

What belongs here: reading, wording, hiding what identifies a patient. What does not: the widget (tag_browser).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study_configs.words import phrase, translate
from viewers.dicom.checks import check_file

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

LONGEST = 256  # characters of a value that are shown
MOST_TAGS = 20_000
BYTES = frozenset(("OB", "OW", "OF", "OD", "OL", "OV", "UN"))
HIDDEN = phrase("ViewerTags", "hidden while reading")

# What a reader may see while reading blind: how an image was made and is laid out, never whose it is or from where.
OPEN_GROUPS = frozenset((0x0018, 0x0028, 0x0054, 0x2050, 0x5200))
OPEN_TAGS = frozenset(
    (
        0x00020002, 0x00020010, 0x00080005, 0x00080008, 0x00080016, 0x00080060, 0x00080064, 0x00080068, 0x00080070,
        0x00081090, 0x00200011, 0x00200012, 0x00200013, 0x00200020, 0x00200032, 0x00200037, 0x00200060, 0x00200062,
        0x00200100, 0x00200105, 0x00201002, 0x00201041, 0x00209111, 0x00209113, 0x00209116, 0x00209056, 0x00209057,
        0x00209128, 0x00209157, 0x00289110,
    )
)  # fmt: skip
# Value representations that hold names, dates, ids or free text, whatever their group
CLOSED_KINDS = frozenset(("PN", "DA", "DT", "TM", "UI", "LT", "ST", "UT", "UC", "UR", "AE", *BYTES))
OPEN_UIDS = frozenset((0x00020002, 0x00020010, 0x00080016))  # of classes and syntaxes, not of patients' objects


@dataclass(frozen=True, slots=True)
class Tag:
    """One element: (group << 16) + element, its name, value representation, value in words, and what it holds."""

    number: int
    name: str
    vr: str
    value: str
    children: tuple[Tag, ...] = ()

    @property
    def code(self) -> str:
        return f"({self.number >> 16:04X},{self.number & 0xFFFF:04X})"

    @property
    def is_private(self) -> bool:
        return bool(self.number >> 16 & 1)

    @property
    def is_item(self) -> bool:
        """Whether it is one item of a sequence, not an element of the file."""
        return self.number == 0


def read_tags(path: Path, *, shows_identity: bool = False) -> tuple[Tag, ...]:
    """Every element but the pixels, file meta information first. Raises BadFile, OSError.

    Without `shows_identity` only what OPEN_GROUPS and OPEN_TAGS name has its value, so that readers stay blind.
    """
    import pydicom
    from pydicom import config

    check_file(path)
    config.settings.reading_validation_mode = config.IGNORE
    dataset = pydicom.dcmread(path, stop_before_pixels=True, force=True, defer_size=4096)
    budget = [MOST_TAGS]
    return (*_tags(dataset.file_meta, shows_identity, budget), *_tags(dataset, shows_identity, budget))


def matching(tags: tuple[Tag, ...], words: str) -> tuple[Tag, ...]:
    """The elements whose code, name or value holds every word, and whatever leads to them; all for no words.

    "0028,0010", "00280010" and "rows" find the same.
    """
    wanted = words.lower().split()
    return tags if not wanted else tuple(_kept(tags, wanted))


def count(tags: tuple[Tag, ...]) -> int:
    """How many elements there are, those in sequences too."""
    return sum(1 + count(tag.children) for tag in tags if not tag.is_item) + sum(
        count(tag.children) for tag in tags if tag.is_item
    )


def as_text(tag: Tag, depth: int = 0) -> str:
    """One element with what it holds, as lines to copy."""
    line = "  " * depth + (tag.name if tag.is_item else f"{tag.code} {tag.vr} {tag.name}: {tag.value}")
    return "\n".join([line.rstrip(": "), *(as_text(child, depth + 1) for child in tag.children)])


def _kept(tags: tuple[Tag, ...], wanted: list[str]) -> Iterator[Tag]:
    for tag in tags:
        code = tag.code.lower()
        text = " ".join((code, code.strip("()").replace(",", ""), tag.name.lower(), tag.value.lower()))
        if not tag.is_item and all(word in text for word in wanted):
            yield tag
            continue
        children = tuple(_kept(tag.children, wanted))
        if children:
            yield replace(tag, children=children)


def _tags(dataset: Dataset, shows_identity: bool, budget: list[int]) -> tuple[Tag, ...]:
    made = []
    for number in sorted(int(tag) for tag in dataset.keys()):  # noqa: SIM118  a data set iterates over elements
        budget[0] -= 1
        if budget[0] < 0:
            break
        made.append(_tag(dataset, number, shows_identity, budget))
    return tuple(made)


def _tag(dataset: Dataset, number: int, shows_identity: bool, budget: list[int]) -> Tag:
    raw = dataset.get_item(number)
    is_open = shows_identity or _is_open(number, str(raw.VR))
    if getattr(raw, "length", 0) > LONGEST * 16 and raw.VR in BYTES:  # not worth reading from the disk
        return Tag(number, _name(number), str(raw.VR), f"{raw.length} bytes" if is_open else HIDDEN)
    element = dataset[number]
    kind = str(element.VR)
    name = str(element.name) if element.name else "Private"
    if kind == "SQ":
        items = tuple(
            Tag(0, f"Item {n}", "", "", _tags(item, shows_identity, budget)) for n, item in enumerate(element.value, 1)
        )
        return Tag(number, name, kind, f"{len(items)} item{'' if len(items) == 1 else 's'}", items)
    is_open = shows_identity or _is_open(number, kind)
    return Tag(number, name, kind, _words(element.value, kind) if is_open else HIDDEN)


def _is_open(number: int, kind: str) -> bool:
    if number >> 16 & 1:  # private elements may hold anything
        return False
    if kind in CLOSED_KINDS:
        return number in OPEN_UIDS
    return number >> 16 in OPEN_GROUPS or number in OPEN_TAGS


def _name(number: int) -> str:
    from pydicom.datadict import dictionary_description, dictionary_has_tag

    return dictionary_description(number) if dictionary_has_tag(number) else "Private"


def _words(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if kind == "UI" and hasattr(value, "name") and value.name != value:
        return f"{value}  {value.name}"
    several = not isinstance(value, str) and hasattr(value, "__iter__") and kind != "PN"
    text = " \\ ".join(str(v) for v in value) if several else str(value)
    return text if len(text) <= LONGEST else _cut(text)


def _cut(text: str) -> str:
    return translate("ViewerTags", "{start}…  ({n} characters)").format(start=text[:LONGEST], n=len(text))
