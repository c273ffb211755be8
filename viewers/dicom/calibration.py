"""How large a pixel is, and why that may not be the patient's mm.

What belongs here: one image file's spacing at the detector, in the patient or in ultrasound regions. What does not:
positions and orientations (header).
"""

from __future__ import annotations

from viewers.dicom.elements import Elements

Spacing = tuple[float, float]
REGIONS = 0x00186011
CENTIMETRES = 3
SPATIAL = 1  # RegionSpatialFormat: a two-dimensional image
PROJECTIONS = frozenset(("CR", "DX", "MG", "IO", "PX", "RG", "XA", "RF"))
AT_DETECTOR = "Distances are those at the detector (ImagerPixelSpacing), not in the patient."
METHODS = {
    "GEOMETRY": "Distances are calibrated for one depth in the patient (geometry)",
    "FIDUCIAL": "Distances are calibrated by an object of known size",
}


def pixel_spacing(elements: Elements, tag: int = 0x00280030) -> Spacing | None:
    """(row, column) mm; None where it is absent or no size that an image can have."""
    found = elements.numbers(tag)
    return (found[0], found[1]) if len(found) == 2 and min(found) > 1e-7 and max(found) < 1e5 else None


def spacing(elements: Elements) -> tuple[Spacing | None, str]:
    """(row, column) spacing in mm, and in words why it is not the patient's (PS3.3 10.7); "" where it is."""
    at_detector = pixel_spacing(elements, 0x00181164)
    if own := pixel_spacing(elements):
        return own, _calibrated(elements, own, at_detector)
    if at_detector:
        return at_detector, _magnified(elements)
    if nominal := pixel_spacing(elements, 0x00182010):
        return nominal, "Distances are nominal (NominalScannedPixelSpacing)."
    return region_spacing(elements)


def _calibrated(elements: Elements, own: Spacing, at_detector: Spacing | None) -> str:
    method = METHODS.get(elements.text(0x00280A02))
    if method:
        described = elements.words(0x00280A04)
        return f"{method}: {described}." if described else f"{method}."
    if elements.text(0x00080060) not in PROJECTIONS:
        return ""
    return _magnified(elements) if at_detector is None or own == at_detector else ""


def _magnified(elements: Elements) -> str:
    factor = elements.number(0x00181114)
    if factor is None or factor <= 1:
        return AT_DETECTOR
    return f"{AT_DETECTOR[:-1]}: what lies there is about {factor:.3g} × smaller."


def region_spacing(elements: Elements) -> tuple[Spacing | None, str]:
    """An ultrasound image's spacing, where all its regions are images in cm of one scale (PS3.3 C.8.5.5)."""
    regions = list(elements.items(REGIONS))
    scales = {_scale(region) for region in regions}
    if len(scales) == 1 and None not in scales:
        return scales.pop(), ""
    return None, f"Its {len(regions)} regions have scales of their own." if regions else ""


def _scale(region: Elements) -> Spacing | None:
    if (region.integer(0x00186024), region.integer(0x00186026)) != (CENTIMETRES, CENTIMETRES):
        return None
    dx, dy = region.number(0x0018602C), region.number(0x0018602E)
    return (round(abs(dy) * 10, 9), round(abs(dx) * 10, 9)) if dx and dy else None
