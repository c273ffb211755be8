"""What the stored numbers of a frame mean in the real world (DICOM PS3.3 C.7.6.16.2.11).

What belongs here: one item of real world value mapping to slope or table, units, range and quantity. What does not:
the pixels.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.elements import Elements
from viewers.dicom.problems import BadFile

REAL_WORLD_VALUES = 0x00409096
SLOPE, INTERCEPT, TABLE = 0x00409225, 0x00409224, 0x00409212
FIRST, LAST, FIRST_DOUBLE, LAST_DOUBLE = 0x00409216, 0x00409211, 0x00409214, 0x00409213
UNITS, EXPLANATION, LABEL = 0x004008EA, 0x00283003, 0x00409210
LARGEST_TABLE = 65_536
NO_UNITS = "1"


@dataclass(frozen=True, slots=True)
class World:
    """value = stored × slope + intercept, or `table[stored - first]`; `value_range` is None where the file has none."""

    slope: float = 1.0
    intercept: float = 0.0
    units: str = ""
    quantity: tuple[str, str] = ("", "")  # in words, and a label that tells it from others
    value_range: tuple[float, float] | None = None
    first: int = 0
    table: tuple[float, ...] | None = None

    def values(self, stored: NDArray[np.generic]) -> NDArray[np.float32]:
        """Meant values; NaN for numbers outside the table."""
        if self.table is None:
            return (stored.astype(np.float64) * self.slope + self.intercept).astype(np.float32)
        at = stored.astype(np.int64) - self.first
        is_inside = (at >= 0) & (at < len(self.table))
        found = np.asarray(self.table)[np.where(is_inside, at, 0)]
        return np.where(is_inside, found, np.nan).astype(np.float32)


WORLD_UNKNOWN = World()


def world_of(item: Elements) -> World:
    """The meaning that one item gives. Raises BadFile where it is none."""
    label, words = item.words(LABEL), item.words(EXPLANATION)
    quantity = (words or label, label)
    units = _units(item)
    table = _doubles(item, TABLE)
    first, last = _mapped(item)
    if table is not None:
        return _tabled(table, first, units, quantity)
    slope, intercept = item.number(SLOPE), item.number(INTERCEPT)
    if slope is None or intercept is None or slope == 0:
        raise BadFile(
            "A real world value mapping has neither slope and intercept (0040,9225) nor a table (0040,9212).",
            todo=ASK_AGAIN,
        )
    return World(slope, intercept, units, quantity, _range(first, last, slope, intercept))


def _tabled(table: tuple[float, ...], first: float | None, units: str, quantity: tuple[str, str]) -> World:
    known = [each for each in table if math.isfinite(each)]
    if not known or len(table) > LARGEST_TABLE or first is None:
        raise BadFile("The table of real world values (0040,9212) is empty, too long or has no start.", todo=ASK_AGAIN)
    ends = (min(known), max(known))
    return World(1.0, 0.0, units, quantity, ends if ends[0] < ends[1] else None, int(first), table)


def _range(first: float | None, last: float | None, slope: float, intercept: float) -> tuple[float, float] | None:
    """What the first and the last mapped number mean; None where the file bounds nothing."""
    if first is None or last is None or not first < last or abs(first) > 1e30 or abs(last) > 1e30:
        return None
    ends = sorted((first * slope + intercept, last * slope + intercept))
    return ends[0], ends[1]


def _mapped(item: Elements) -> tuple[float | None, float | None]:
    """The first and last stored number that is mapped, as double, else as 16-bit integer."""
    found = []
    for double, short in ((FIRST_DOUBLE, FIRST), (LAST_DOUBLE, LAST)):
        value = next(iter(_doubles(item, double) or ()), None)
        found.append(_short(item, short) if value is None or not math.isfinite(value) else value)
    return found[0], found[1]


def _short(item: Elements, tag: int) -> float | None:
    raw = item.raw(tag)
    if raw is None or len(raw) != 2:
        return None
    code = "h" if item.found[tag][2] == b"SS" else "H"
    return float(struct.unpack(item.encoding.order + code, raw)[0])


def _doubles(item: Elements, tag: int) -> tuple[float, ...] | None:
    raw = item.raw(tag)
    if not raw:
        return None
    return struct.unpack(f"{item.encoding.order}{len(raw) // 8}d", raw[: len(raw) // 8 * 8])


def _units(item: Elements) -> str:
    """UCUM units; none for pure numbers."""
    code = item.item(UNITS)
    value = "" if code is None else code.words(0x00080100)
    return "" if value in (NO_UNITS, "{no units}") else value
