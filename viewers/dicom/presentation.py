"""How a file wants its frames to be shown beyond windows: shutter, overlays, inversion, proportions, loss, scale.

What belongs here: the facts of one image file. What does not: presentation states (gsps) and tables (voi).
"""

from __future__ import annotations

from dataclasses import replace

from viewers.dicom.elements import Elements
from viewers.dicom.overlay_planes import GROUPS, overlay_planes
from viewers.dicom.suv import suv_factor
from viewers.volume import Instance, Lossy, Shutter

SHUTTER_SHAPE, LUT_SHAPE = 0x00181600, 0x20500020
SHARED_GROUPS, FRAME_GROUPS, FRAME_SHUTTER = 0x52009229, 0x52009230, 0x00189472
FEATURES = frozenset((SHUTTER_SHAPE, LUT_SHAPE, *(group << 16 | 0x0010 for group in GROUPS)))
FRAME_SHUTTER_CLASSES = frozenset(f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("12.1.1", "12.2.1"))
LOSSY_SYNTAXES = {
    "1.2.840.10008.1.2.4.50": "JPEG",
    "1.2.840.10008.1.2.4.51": "JPEG",
    "1.2.840.10008.1.2.4.81": "JPEG-LS, near lossless",
}
METHODS = {
    "ISO_10918_1": "JPEG",
    "ISO_14495_1": "JPEG-LS",
    "ISO_15444_1": "JPEG 2000",
    "ISO_15444_15": "HTJ2K",
    "ISO_13818_2": "MPEG-2",
    "ISO_14496_10": "H.264",
    "ISO_23008_2": "H.265",
}


def presented(elements: Elements, instances: list[Instance]) -> list[Instance]:
    """The frames of a file with its shutter, overlays, inversion and SUV factor filled in."""
    is_pet = elements.text(0x00080060) == "PT"
    is_xray = elements.text(0x00080016) in FRAME_SHUTTER_CLASSES
    if not (is_pet or is_xray) and elements.found.keys().isdisjoint(FEATURES):
        return instances
    planes = overlay_planes(elements, len(instances))
    inverse = elements.text(LUT_SHAPE) == "INVERSE"
    factor = suv_factor(elements)[0] if is_pet else None
    shutters = _frame_shutters(elements, len(instances)) if is_xray else [shutter(elements)] * len(instances)
    return [
        replace(
            one,
            shutter=shutters[n],
            overlays=planes[n] if planes else (),
            is_inverse=inverse,
            suv_factor=factor,
        )
        for n, one in enumerate(instances)
    ]


def shutter(elements: Elements) -> Shutter | None:
    """The display shutter (PS3.3 C.7.6.11) of a file or functional group; None where there is none.

    Rows and columns count from 1 in the file and from 0 here.
    """
    shapes = set(elements.text(SHUTTER_SHAPE).split("\\"))
    edges = [elements.number(tag) for tag in (0x00181602, 0x00181606, 0x00181604, 0x00181608)]
    left, top, right, bottom = (None if edge is None else edge - 1 for edge in edges)
    rectangle = circle = None
    if "RECTANGULAR" in shapes and left is not None and top is not None and right is not None and bottom is not None:
        rectangle = (min(left, right), min(top, bottom), max(left, right), max(top, bottom))
    centre, radius = elements.numbers(0x00181610), elements.number(0x00181612)
    if "CIRCULAR" in shapes and len(centre) == 2 and radius:
        circle = (centre[1] - 1, centre[0] - 1, radius)
    found = elements.numbers(0x00181620) if "POLYGONAL" in shapes else ()
    corners = tuple((column - 1, row - 1) for row, column in zip(found[::2], found[1::2], strict=False))
    if rectangle is None and circle is None and len(corners) < 3:
        return None
    return Shutter(rectangle, circle, corners, shade(elements))


def shade(elements: Elements) -> float:
    """ShutterPresentationValue (0018,1622): 0 black to 1 white."""
    return min(1.0, max(0.0, (elements.integer(0x00181622) or 0) / 65_535))


def _frame_shutters(elements: Elements, frames: int) -> list[Shutter | None]:
    """Enhanced X-ray: the frame's own shutter, the shared one, or the file's (PS3.3 C.8.19.6.12)."""
    shared = elements.item(SHARED_GROUPS)
    common = _grouped_shutter(shared) or shutter(elements)
    own = [_grouped_shutter(item) for item in elements.items(FRAME_GROUPS)]
    return [(own[n] if n < len(own) else None) or common for n in range(frames)]


def _grouped_shutter(groups: Elements | None) -> Shutter | None:
    item = groups.item(FRAME_SHUTTER) if groups is not None and FRAME_SHUTTER in groups.found else None
    return shutter(item) if item is not None else None


def aspect(elements: Elements) -> tuple[float, float]:
    """(height, width) of a pixel in proportion (0028,0034); (1, 1) where nothing is said."""
    found = elements.numbers(0x00280034)
    return (found[0], found[1]) if len(found) == 2 and min(found) > 0 else (1.0, 1.0)


def lossy(elements: Elements) -> Lossy | None:
    """That the pixels were compressed with loss, said by the file (0028,2110) or by its transfer syntax."""
    by_syntax = LOSSY_SYNTAXES.get(elements.syntax, "")
    if elements.text(0x00282110) != "01" and not by_syntax:
        return None
    ratios = elements.numbers(0x00282112)
    said = [METHODS.get(name, name) for name in elements.text(0x00282114).split("\\") if name]
    return Lossy(ratios[-1] if ratios else None, " then ".join(said) or by_syntax)
