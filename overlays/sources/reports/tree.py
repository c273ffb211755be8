"""The content tree of a structured report as frozen values, whatever its template says (PS3.3 C.17.3, C.18).

What belongs here: content items with their values, and references between them. What does not: what a template means
by them (tid1500, cad_sr).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from overlays.faults import Fault, Reason
from overlays.result import Code
from overlays.sources.dataset import coded, item, items, number, numbers, text
from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.problems import BadFile

if TYPE_CHECKING:
    from pydicom import Dataset

DEEPEST, MOST_ITEMS, MOST_NUMBERS = 48, 200_000, 4_000_000
WORDS = {
    "TEXT": "TextValue", "DATE": "Date", "TIME": "Time", "DATETIME": "DateTime", "PNAME": "PersonName", "UIDREF": "UID",
}  # fmt: skip
Place = tuple[int, ...]  # (1, 3, 2): the second child of the root's third, as ReferencedContentItemIdentifier counts
Key = tuple[str, str]  # a code's value and scheme


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured number; `value` is None where there is none, and `qualifier` says why (PS3.16 CID 42)."""

    value: float | None
    units: Code | None
    qualifier: Code | None = None


@dataclass(frozen=True, slots=True)
class Graphic:
    """Coordinates as the file has them: (column, row) from the outer corner of the first pixel, or (x, y, z) LPS mm.

    `frame_of_reference_uid` is empty for coordinates on images. `counts_from_volume` marks those that count from the
    corner of a whole slide, not of a frame (PS3.3 C.18.6.1.1).
    """

    shape: str  # POINT, MULTIPOINT, POLYLINE, POLYGON, CIRCLE, ELLIPSE, ELLIPSOID
    points: tuple[tuple[float, ...], ...]
    frame_of_reference_uid: str = ""
    counts_from_volume: bool = False

    @property
    def is_spatial(self) -> bool:
        return bool(self.points) and len(self.points[0]) == 3


@dataclass(frozen=True, slots=True)
class Named:
    """An image or other object that an item names; frames and segments count from 1, as in the file."""

    sop_class_uid: str
    sop_uid: str
    frames: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()


Value = None | str | Code | Quantity | Graphic | Named


@dataclass(frozen=True, slots=True)
class Item:
    """One content item. `target` is the place of another item that stands here by reference; it has nothing else."""

    relationship: str
    kind: str  # CONTAINER, CODE, TEXT, NUM, SCOORD, SCOORD3D, IMAGE, UIDREF …
    name: Code | None
    value: Value
    children: tuple[Item, ...] = ()
    place: Place = ()
    target: Place = ()

    @property
    def key(self) -> Key:
        """The concept that it is about."""
        return (self.name.value, self.name.scheme) if self.name else ("", "")

    @property
    def words(self) -> str:
        """What people call the concept; empty where it has no name."""
        return self.name.meaning if self.name else ""

    @property
    def said(self) -> str:
        """A code's meaning or a text; empty for other values."""
        return self.value.meaning if isinstance(self.value, Code) else self.value if isinstance(self.value, str) else ""

    def all(self, *keys: Key) -> tuple[Item, ...]:
        """The children about one of these concepts."""
        return tuple(each for each in self.children if each.key in keys)

    def first(self, *keys: Key) -> Item | None:
        return next(iter(self.all(*keys)), None)

    def walk(self) -> Iterator[Item]:
        """This item and everything under it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Tree:
    """A report: its root, and every item by its place."""

    root: Item
    items: dict[Place, Item] = field(repr=False, compare=False)

    def follow(self, each: Item) -> Item | None:
        """The item itself, or what it refers to; None where it refers to nothing (or to a reference)."""
        if not each.target:
            return each
        found = self.items.get(each.target)
        return found if found is not None and not found.target else None


def tree_of(dataset: Dataset) -> Tree:
    """The content tree of a report. Raises BadFile where it has none, or one too deep, too large, or damaged."""
    if text(dataset, "ValueType") != "CONTAINER" or coded(dataset, "ConceptNameCodeSequence") is None:
        raise BadFile("Its content does not begin with a titled container, as every report's does.", todo=ASK_AGAIN)
    builder = _Builder()
    root = builder.item(dataset, (1,))
    return Tree(root, builder.found)


@dataclass(slots=True)
class _Builder:
    """Counts what one file asks for while its tree is built."""

    found: dict[Place, Item] = field(default_factory=dict)
    numbers: int = 0

    def item(self, source: Dataset, place: Place) -> Item:
        if len(place) > DEEPEST:
            raise BadFile(f"Its content is nested deeper than {DEEPEST} levels.", todo=ASK_AGAIN)
        if len(self.found) >= MOST_ITEMS:
            raise BadFile(f"It has more than {MOST_ITEMS} content items.", todo=ASK_AGAIN)
        relationship = text(source, "RelationshipType")
        target = tuple(_whole(each) for each in numbers(source, "ReferencedContentItemIdentifier"))
        if target:
            made = Item(relationship, "", None, None, place=place, target=target)
            self.found[place] = made
            return made
        self.found[place] = Item(relationship, "", None, None)  # takes its part of the budget before its children do
        kind = text(source, "ValueType")
        content = items(source, "ContentSequence")
        children = tuple(self.item(each, (*place, index)) for index, each in enumerate(content, 1))
        name = coded(source, "ConceptNameCodeSequence")
        made = Item(relationship, kind, name, self.value(source, kind), children, place)
        self.found[place] = made
        return made

    def value(self, source: Dataset, kind: str) -> Value:
        if kind in WORDS:
            return text(source, WORDS[kind])
        if kind == "CODE":
            return coded(source, "ConceptCodeSequence")
        if kind == "NUM":
            return quantity(source)
        if kind in ("SCOORD", "SCOORD3D"):
            return self.graphic(source, kind)
        if kind in ("IMAGE", "COMPOSITE", "WAVEFORM"):
            return named_object(source)
        return None

    def graphic(self, source: Dataset, kind: str) -> Graphic:
        size = 3 if kind == "SCOORD3D" else 2
        shape = text(source, "GraphicType").upper()
        flat = numbers(source, "GraphicData")
        self.numbers += len(flat)
        if self.numbers > MOST_NUMBERS:
            raise BadFile(f"Its coordinates are more than {MOST_NUMBERS} numbers.", todo=ASK_AGAIN)
        if not flat or len(flat) % size:
            raise BadFile(f"A {shape or kind} has {len(flat)} numbers, which make no points.", todo=ASK_AGAIN)
        if not all(map(math.isfinite, flat)):
            raise BadFile(
                Reason(f"A {shape or kind} has coordinates that are no numbers.", Fault.NUMBER), todo=ASK_AGAIN
            )
        points = tuple(flat[at : at + size] for at in range(0, len(flat), size))
        frame = text(source, "ReferencedFrameOfReferenceUID") if size == 3 else ""
        return Graphic(shape, points, frame, text(source, "PixelOriginInterpretation") == "VOLUME")


def quantity(source: Dataset) -> Quantity:
    """The number in a NUM item, in full precision where the file has it (PS3.3 C.18.1)."""
    qualifier = coded(source, "NumericValueQualifierCodeSequence")
    measured = item(source, "MeasuredValueSequence")
    if measured is None:
        return Quantity(None, None, qualifier)
    value = number(measured, "FloatingPointValue")
    if value is None:
        value = number(measured, "NumericValue")
    return Quantity(value, coded(measured, "MeasurementUnitsCodeSequence"), qualifier)


def named_object(source: Dataset) -> Named | None:
    """The object in an IMAGE, COMPOSITE or WAVEFORM item (PS3.3 C.18.3, C.18.4); None where it names none."""
    named = item(source, "ReferencedSOPSequence")
    uid = text(named, "ReferencedSOPInstanceUID") if named is not None else ""
    if named is None or not uid:
        return None
    frames = tuple(_whole(each) for each in numbers(named, "ReferencedFrameNumber"))
    segments = tuple(_whole(each) for each in numbers(named, "ReferencedSegmentNumber"))
    return Named(text(named, "ReferencedSOPClassUID"), uid, frames, segments)


def _whole(value: float) -> int:
    if not math.isfinite(value) or value != int(value) or value < 1:
        raise BadFile(f"It counts frames, segments or items by {value:g}.", todo=ASK_AGAIN)
    return int(value)
