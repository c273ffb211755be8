"""The frames of a nuclear medicine image: what its vectors say of each (DICOM PS3.3 C.8.4).

What belongs here: vectors to places, times and labels. What does not: other multi-frame images (frames).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewers import geometry
from viewers.dicom import header
from viewers.dicom.elements import Elements

VECTORS = (
    ("energy window", 0x00540010),
    ("detector", 0x00540020),
    ("phase", 0x00540030),
    ("rotation", 0x00540050),
    ("RR interval", 0x00540060),
    ("time slot", 0x00540070),
    ("slice", 0x00540080),
    ("view", 0x00540090),
    ("time slice", 0x00540100),
)
TIMES = ("time slot", "time slice", "phase")
WIDEST_STEP_MM = 1000.0
DETECTORS, VIEW_CODE = 0x00540022, 0x00540220


@dataclass(frozen=True, slots=True)
class NuclearFrame:
    """What tells one frame from the others. `position_mm` and `orientation` stand only for reconstructed slices."""

    label: str
    position_mm: tuple[float, float, float] | None = None
    orientation: header.Orientation | None = None
    time: float | None = None  # which time slot, time slice or phase, counted from 1
    detail: str | None = None  # what remains once place and time are known


def nuclear_frames(elements: Elements, count: int) -> list[NuclearFrame] | None:
    """One for each frame, or None where the file has no such vectors."""
    vectors = {name: found for name, tag in VECTORS if len(found := elements.shorts(tag)) == count}
    if not vectors:
        return None
    varying = {name: vector for name, vector in vectors.items() if len(set(vector)) > 1}
    views = _views(elements)
    places = _places(elements, vectors["slice"]) if _is_reconstructed(elements) and "slice" in vectors else None
    times = next((varying[name] for name in TIMES if name in varying), None)
    aside = {name: v for name, v in varying.items() if name != "slice" and v is not times}
    return [
        NuclearFrame(
            _label({name: vector[i] for name, vector in varying.items()}, views),
            places[1][i] if places else None,
            places[0] if places else None,
            float(times[i]) if times else None,
            _label({name: vector[i] for name, vector in aside.items()}, views) or None,
        )
        for i in range(count)
    ]


def _is_reconstructed(elements: Elements) -> bool:
    return "RECON" in elements.text(0x00080008).upper()


def _label(numbers: dict[str, int], views: dict[int, str]) -> str:
    parts = [f"{name} {number}" for name, number in numbers.items()]
    if "detector" in numbers and (view := views.get(numbers["detector"])):
        parts = [part if not part.startswith("detector ") else f"{part} ({view})" for part in parts]
    return ", ".join(parts)


def _views(elements: Elements) -> dict[int, str]:
    """Detector number → "anterior", "posterior" … as its view code says."""
    found = {}
    for number, detector in enumerate(elements.items(DETECTORS), 1):
        code = detector.item(VIEW_CODE)
        if code is not None and (meaning := code.words(0x00080104)):
            found[number] = meaning.lower()
    return found


def _places(
    elements: Elements, slices: tuple[int, ...]
) -> tuple[header.Orientation, list[tuple[float, float, float] | None]] | None:
    """Where reconstructed slices lie: the detector's plane, moved along its normal slice by slice (PS3.3 C.8.4.15).

    A negative SpacingBetweenSlices goes against the normal.
    """
    detector = elements.item(DETECTORS) or elements
    orientation = header.orientation(detector) or header.orientation(elements)
    first = header.position(detector) or header.position(elements)
    step = elements.number(0x00180088) or elements.number(0x00180050)
    if orientation is None or first is None or not geometry.is_orthonormal(orientation, 0.01):
        return None
    if not step or abs(step) > WIDEST_STEP_MM:
        return None
    normal = geometry.normal(orientation)
    moved = [np.asarray(first) + normal * step * (number - 1) for number in slices]
    return orientation, [(float(x), float(y), float(z)) for x, y, z in moved]
