"""Softcopy presentation states from their files: grayscale, colour and pseudo-colour.

What belongs here: DICOM PS3.3 A.33, C.10, C.11 to `PresentationState`. What does not: applying and drawing them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from viewers.dicom import header
from viewers.dicom.cielab import from_lab
from viewers.dicom.elements import Elements, read_elements
from viewers.dicom.overlay_planes import overlay_planes
from viewers.dicom.presentation import shade, shutter
from viewers.dicom.problems import BadFile, FileProblem
from viewers.dicom.voi import lookup_table
from viewers.presentation.states import (
    Annotation,
    Area,
    Colour,
    Drawing,
    GraphicLayer,
    Mask,
    Point,
    PresentationState,
    Reference,
    References,
    Shape,
    SizeMode,
    Units,
    Voi,
    Words,
)
from viewers.volume import LookupTable, OverlayPlane, Rescale, Shutter

CLASSES = frozenset(f"1.2.840.10008.5.1.4.1.1.11.{n}" for n in (1, 2, 3, 5))
COLOUR_CLASS, PSEUDO_COLOUR_CLASS = "1.2.840.10008.5.1.4.1.1.11.2", "1.2.840.10008.5.1.4.1.1.11.3"
SHAPES: dict[str, Shape] = {
    "POINT": "point",
    "POLYLINE": "polyline",
    "INTERPOLATED": "interpolated",
    "CIRCLE": "circle",
    "ELLIPSE": "ellipse",
}
MODES: dict[str, SizeMode] = {"SCALE TO FIT": "fit", "TRUE SIZE": "true size", "MAGNIFY": "magnify"}
MOST_POINTS = 1_000_000  # of one graphic
MOST_LETTERS = 10_000  # of one text
FARTHEST = 1e6  # beyond this a point is as good as there
SERIES, IMAGES, FRAMES = 0x00081115, 0x00081140, 0x00081160


def read_states(paths: Iterable[Path]) -> tuple[tuple[PresentationState, ...], tuple[FileProblem, ...]]:
    """The presentation states among these files, and what of them can't be read."""
    states, problems = [], []
    for path in paths:
        try:
            states.append(read_state(path))
        except BadFile as problem:
            problems.append(problem.at(path))
    return tuple(states), tuple(problems)


def read_state(path: Path | str) -> PresentationState:
    """One presentation state. Raises BadFile where the file is none, or damaged."""
    elements = read_elements(path, deep=True)
    sop_class = elements.text(0x00080016)
    if sop_class not in CLASSES:
        raise BadFile("It is no softcopy presentation state that can be shown.", todo="Name a presentation state.")
    planes = tuple(plane for frame in overlay_planes(elements, 1) for plane in frame if plane.stored_bit < 0)
    return PresentationState(
        path=Path(path),
        sop_uid=elements.text(0x00080018),
        label=elements.words(0x00700080),
        description=elements.words(0x00700081),
        creator=elements.words(0x00700084).replace("^", " ").strip(),
        created=elements.text(0x00700082) + elements.text(0x00700083),
        images=tuple(reference for one in elements.items(SERIES) for reference in _references(one)),
        vois=tuple(_vois(elements)),
        rescale=_rescale(elements),
        presentation=_presentation(elements),
        is_inverse=elements.text(0x20500020) == "INVERSE",
        areas=tuple(_areas(elements)),
        layers=tuple(_layers(elements)),
        annotations=tuple(_annotations(elements)),
        overlays=_activated(elements),
        planes=planes,
        shutter=_shutter(elements, planes),
        quarter_turns=(elements.integer(0x00700042) or 0) // 90 % 4,
        mirrored=elements.text(0x00700041) == "Y",
        masks=tuple(masks(elements)),
        palette=_palette(elements) if sop_class == PSEUDO_COLOUR_CLASS else (),
        is_colour=sop_class == COLOUR_CLASS,
    )


def _references(elements: Elements) -> References:
    found = []
    for item in elements.items(IMAGES):
        frames = tuple(int(number) - 1 for number in item.numbers(FRAMES))
        found.append(Reference(item.text(0x00081155), frames))
    return tuple(found)


def image_masks(path: Path | str) -> tuple[Mask, ...]:
    """What an image of its own wants subtracted from its frames. Raises BadFile where it can't be read."""
    return tuple(masks(read_elements(path, deep=True)))


def _rescale(elements: Elements) -> Rescale | None:
    """The state's own modality transform, which stands in for the image's."""
    if 0x00283000 not in elements.found and 0x00281053 not in elements.found:
        return None
    return header.rescale(elements, "")


def _vois(elements: Elements) -> Iterator[Voi]:
    for item in elements.items(0x00283110):
        yield Voi(_references(item), header.windows(item))


def _presentation(elements: Elements) -> LookupTable | None:
    item = elements.item(0x20500010)
    return lookup_table(item, signed=False) if item is not None else None


def _areas(elements: Elements) -> Iterator[Area]:
    for item in elements.items(0x0070005A):
        top_left, bottom_right = _longs(item, 0x00700052), _longs(item, 0x00700053)
        if len(top_left) != 2 or len(bottom_right) != 2:
            continue
        spacing, aspect = item.numbers(0x00700101), item.numbers(0x00700102)
        yield Area(
            _references(item),
            (top_left[0] - 1.0, top_left[1] - 1.0),
            (bottom_right[0] - 1.0, bottom_right[1] - 1.0),
            MODES.get(item.text(0x00700100), "fit"),
            next(iter(_floats(item, 0x00700103)), 1.0) or 1.0,
            (spacing[0], spacing[1]) if len(spacing) == 2 and min(spacing) > 0 else None,
            (aspect[0], aspect[1]) if len(aspect) == 2 and min(aspect) > 0 else None,
        )


def _layers(elements: Elements) -> Iterator[GraphicLayer]:
    for item in elements.items(0x00700060):
        order = item.numbers(0x00700062)
        lab, grey = item.shorts(0x00700401), item.integer(0x00700066)
        shown = (round(grey / 257),) * 3 if grey is not None else None
        yield GraphicLayer(item.text(0x00700002), int(order[0]) if order else 0, from_lab(lab) or shown)


def _annotations(elements: Elements) -> Iterator[Annotation]:
    for item in elements.items(0x00700001):
        drawings = tuple(one for each in item.items(0x00700009) if (one := _drawing(each)) is not None)
        words = tuple(text for each in item.items(0x00700008) if (text := _words(each)) is not None)
        yield Annotation(item.text(0x00700002), _references(item), drawings, words)


def _drawing(item: Elements) -> Drawing | None:
    shape, units = SHAPES.get(item.text(0x00700023)), _units(item, 0x00700005)
    points = _points(_floats(item, 0x00700022)[: 2 * MOST_POINTS], units)
    if shape is None or len(points) < {"point": 1, "ellipse": 4}.get(shape, 2):
        return None
    style = item.item(0x00700232)  # LineStyleSequence
    colour = from_lab(style.shorts(0x00700251)) if style is not None else None
    width = next(iter(_floats(style, 0x00700253)), 1.0) if style is not None else 1.0
    return Drawing(shape, points, units, item.text(0x00700024) == "Y", colour, max(1.0, min(width, 20.0)))


def _words(item: Elements) -> Words | None:
    text = item.words(0x00700006)[:MOST_LETTERS].replace("\r\n", "\n").strip()
    box_units, anchor_units = _units(item, 0x00700003), _units(item, 0x00700004)
    corners = _points((*_floats(item, 0x00700010), *_floats(item, 0x00700011)), box_units)
    anchor = _points(_floats(item, 0x00700014), anchor_units)
    if not text or (len(corners) != 2 and len(anchor) != 1):
        return None
    style = item.item(0x00700231)  # TextStyleSequence
    align = {"CENTER": "centre", "RIGHT": "right"}.get(item.text(0x00700012), "left")
    return Words(
        text,
        (*corners[0], *corners[1]) if len(corners) == 2 else None,
        box_units,
        anchor[0] if len(anchor) == 1 else None,
        anchor_units,
        item.text(0x00700015) == "Y",
        align,  # type: ignore[arg-type]  # one of the three, as the table says
        from_lab(style.shorts(0x00700241)) if style is not None else None,
    )


def _units(item: Elements, tag: int) -> Units:
    return "area" if item.text(tag) == "DISPLAY" else "image"


def _points(values: Iterable[float], units: Units) -> tuple[Point, ...]:
    """PIXEL units count from the outer corner of the first pixel (PS3.3 C.10.5.1.2), image points from its centre."""
    flat, by = [max(-FARTHEST, min(FARTHEST, value)) for value in values], 0.5 if units == "image" else 0.0
    return tuple((x - by, y - by) for x, y in zip(flat[::2], flat[1::2], strict=False))


def _activated(elements: Elements) -> tuple[tuple[int, str], ...]:
    """(group, layer) of each overlay that the state turns on (PS3.3 C.11.7)."""
    groups = range(0x6000, 0x6020, 2)
    return tuple((group, layer) for group in groups if (layer := elements.text(group << 16 | 0x1001)))


def _shutter(elements: Elements, planes: tuple[OverlayPlane, ...]) -> Shutter | None:
    """The shutter by shapes, the bitmap shutter, or both (PS3.3 C.7.6.11, C.7.6.15)."""
    plain, group = shutter(elements), elements.integer(0x00181623)
    bitmap = next((plane for plane in planes if plane.group == group), None)
    if bitmap is None or "BITMAP" not in elements.text(0x00181600).split("\\"):
        return plain
    return replace(plain or Shutter(shade=shade(elements)), bitmap=bitmap)


def masks(elements: Elements) -> Iterator[Mask]:
    """What is to be subtracted, of a state or of an image (PS3.3 C.7.6.10); what can't be is left out."""
    for item in elements.items(0x00286100):
        name = item.text(0x00286101)
        shift = _floats(item, 0x00286114)
        ends = item.shorts(0x00286102)
        mask = Mask(
            "interval" if name == "TID" else "average",
            tuple(number - 1 for number in item.shorts(0x00286110)),
            tuple((first - 1, last - 1) for first, last in zip(ends[::2], ends[1::2], strict=False)),
            _signed(item.integer(0x00286120)) or 1,
            max(1, item.integer(0x00286112) or 1),
            (shift[0], shift[1]) if len(shift) == 2 else (0.0, 0.0),
        )
        if name == "TID" or (name == "AVG_SUB" and mask.frames):
            yield mask


def _signed(value: int | None) -> int | None:
    return value - 65_536 if value is not None and value > 32_767 else value


def _palette(elements: Elements) -> tuple[Colour, ...]:
    """The 256 colours of a pseudo-colour state's palette."""
    channels = []
    for tag in (0x00281101, 0x00281102, 0x00281103):
        descriptor, data = elements.shorts(tag), elements.raw(tag + 0x100) or b""
        if len(descriptor) != 3 or not data:
            return ()
        entries = descriptor[0] or 65_536
        narrow = descriptor[2] == 8 and len(data) < 2 * entries
        kind = np.dtype(np.uint8) if narrow else np.dtype(f"{elements.encoding.order}u2")
        values = np.frombuffer(data[: len(data) // 2 * 2], kind)[:entries]
        bright = values.astype(np.float64) / (255 if narrow or values.max(initial=0) < 256 else 65_535)
        channels.append(np.interp(np.linspace(0, 1, 256), np.linspace(0, 1, len(bright)), bright) * 255)
    return tuple((round(r), round(g), round(b)) for r, g, b in zip(*channels, strict=True))


def _floats(item: Elements, tag: int) -> tuple[float, ...]:
    """The values of an FL element, also where implicit VR does not say so; () where one is no number."""
    raw = item.raw(tag) or b""
    values = struct.unpack(f"{item.encoding.order}{len(raw) // 4}f", raw[: len(raw) // 4 * 4])
    return values if np.isfinite(values).all() else ()


def _longs(item: Elements, tag: int) -> tuple[int, ...]:
    raw = item.raw(tag) or b""
    return struct.unpack(f"{item.encoding.order}{len(raw) // 4}l", raw[: len(raw) // 4 * 4])
