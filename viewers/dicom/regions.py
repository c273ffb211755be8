"""The regions of an ultrasound image that have scales of their own: tissue, Doppler, M-mode (DICOM PS3.3 C.8.5.5).

What belongs here: the sequence to `ScaleRegion` values. What does not: one spacing for a whole image (calibration) and
measuring in regions (viewers.measuring.values).
"""

from __future__ import annotations

import math

from viewers.dicom.elements import Elements
from viewers.volume import ScaleRegion

REGIONS = 0x00186011
UNITS = {1: "%", 2: "dB", 3: "cm", 4: "s", 5: "Hz", 6: "dB/s", 7: "cm/s", 8: "cm2", 9: "cm2/s", 10: "cm3", 11: "cm3/s"}


def regions(elements: Elements) -> tuple[ScaleRegion, ...]:
    """An image's calibrated regions, in the order of the file; one without a scale of both axes is left out."""
    found = (_region(item) for item in elements.items(REGIONS))
    return tuple(region for region in found if region is not None)


def _region(item: Elements) -> ScaleRegion | None:
    corners = [item.integer(tag) for tag in (0x00186018, 0x0018601A, 0x0018601C, 0x0018601E)]
    left, top, right, bottom = (0 if corner is None else corner for corner in corners)
    across, down = item.number(0x0018602C), item.number(0x0018602E)
    units = UNITS.get(item.integer(0x00186024) or 0, ""), UNITS.get(item.integer(0x00186026) or 0, "")
    if None in corners or right <= left or bottom <= top or not across or not down or not all(units):
        return None
    if not (math.isfinite(across) and math.isfinite(down)):
        return None
    zero_x, zero_y = item.integer(0x00186020), item.integer(0x00186022)
    return ScaleRegion(
        (left, top, right, bottom),
        (across, down),
        units,
        (left + _signed(zero_x or 0), top + _signed(zero_y or 0)),
        (item.number(0x00186028) or 0.0, item.number(0x0018602A) or 0.0),
    )


def _signed(value: int) -> int:
    """ReferencePixelX0 and Y0 are SL: the reference may lie outside the region."""
    return value - 2**32 if value >= 2**31 else value
