"""From PET values to standardised uptake values by body weight.

What belongs here: the factor of one image, or the reason why there is none. What does not: showing it (captions).
After the vendor-neutral pseudo-code of QIBA's FDG-PET/CT profile.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from viewers.dicom.elements import Elements

DRUG = 0x00540016  # RadiopharmaceuticalInformationSequence
PHILIPS, GE = "Philips PET Private Group", "GEMS_PETD_01"
MOST_MBQ = 10_000.0  # no dose in Bq is as small, none in MBq as large: NM and enhanced PET objects count in MBq
LONGEST_WAIT = timedelta(hours=24)


def suv_factor(elements: Elements) -> tuple[float | None, str]:
    """(factor, "") so that SUV body weight in g/ml = modality value × factor; or (None, why there is none)."""
    units = elements.text(0x00541001) or elements.text(0x00281054)
    if units == "GML":
        kind = elements.text(0x00541006) or "BW"
        return (1.0, "") if kind == "BW" else (None, f"its values are SUV of another kind ({kind})")
    if units == "CNTS":
        return _from_counts(elements)
    if units != "BQML":
        return None, f"its values are in {units}" if units else "the units of its values are missing (0054,1001)"
    return _from_activity(elements)


def _from_counts(elements: Elements) -> tuple[float | None, str]:
    """Philips writes counts with factors of its own: straight to SUV, or to Bq/ml."""
    to_suv, to_activity = _private(elements, 0x7053, PHILIPS, 0x00), _private(elements, 0x7053, PHILIPS, 0x09)
    if to_suv:
        return to_suv, ""
    if not to_activity:
        return None, "its values are counts without a factor"
    factor, why = _from_activity(elements)
    return (factor * to_activity if factor is not None else None), why


def _from_activity(elements: Elements) -> tuple[float | None, str]:
    drug = elements.item(DRUG)
    if drug is None:
        return None, "nothing is said of the radiopharmaceutical (0054,0016)"
    weight_kg, dose_bq = elements.number(0x00101030), _dose_bq(drug)
    half_life_s = drug.number(0x00181075)
    for value, name in (
        (weight_kg, "patient's weight (0010,1030)"),
        (dose_bq, "dose (0018,1074)"),
        (half_life_s, "half-life (0018,1075)"),
    ):
        if value is None or value <= 0:
            return None, f"the {name} is missing"
    assert weight_kg is not None  # or the loop had returned
    assert dose_bq is not None
    assert half_life_s is not None
    waited_s, why = _decay_s(elements, drug, half_life_s)
    if waited_s is None:
        return None, why
    return weight_kg * 1000 / (dose_bq * 2 ** (-waited_s / half_life_s)), ""


def _dose_bq(drug: Elements) -> float | None:
    dose = drug.number(0x00181074)
    return dose * 1e6 if dose is not None and 0 < dose < MOST_MBQ else dose


def _decay_s(elements: Elements, drug: Elements, half_life_s: float) -> tuple[float | None, str]:
    """Seconds that the dose decayed before the moment to which the image's values are corrected."""
    corrected = elements.text(0x00280051)
    if corrected and not {"ATTN", "DECY"} <= set(corrected.split("\\")):
        return None, "its values are not corrected for attenuation and decay (0028,0051)"
    basis = elements.text(0x00541102) or ("START" if 0x00189701 in elements.found else "")
    if basis == "ADMIN":
        return 0.0, ""
    if basis != "START":
        return None, f"its values are not decay corrected to the start of the scan ({basis or 'missing'}, 0054,1102)"
    scan = _scan_start(elements, half_life_s)
    if scan is None:
        return None, "the scan's start is not known"
    injected = _injected(drug, scan)
    if injected is None:
        return None, "the time of the injection is missing (0018,1072)"
    waited = scan - injected
    if not timedelta() <= waited <= LONGEST_WAIT:
        return None, "the injection does not lie within the day before the scan"
    return waited.total_seconds(), ""


def _scan_start(elements: Elements, half_life_s: float) -> datetime | None:
    """The moment to which values are decay corrected: the series' time, unless that was changed afterwards."""
    if said := _moment(elements.text(0x00189701)):
        return said
    series, acquired = _at(elements, 0x00080021, 0x00080031), _at(elements, 0x00080022, 0x00080032)
    if series is not None and (acquired is None or series <= acquired):
        return series
    if by_ge := _moment(_private_text(elements, 0x0009, GE, 0x0D)):
        return by_ge
    reference_ms, frame_ms = elements.number(0x00541300), elements.number(0x00181242)
    if acquired is None or not reference_ms or not frame_ms or min(reference_ms, frame_ms) <= 0:
        return acquired
    rate = math.log(2) / half_life_s  # per second
    within = rate * frame_ms / 1000
    mean_s = math.log(within / -math.expm1(-within)) / rate  # when the frame's mean count rate was reached
    return acquired - timedelta(milliseconds=reference_ms) + timedelta(seconds=mean_s)


def _injected(drug: Elements, scan: datetime) -> datetime | None:
    """Date and time where both are said; a time alone belongs to the day of the scan, or to the one before."""
    if said := _moment(drug.text(0x00181078)):
        return said
    alone = _moment(f"{scan:%Y%m%d}{drug.text(0x00181072)}") if drug.text(0x00181072) else None
    if alone is None:
        return None
    return alone if alone <= scan else alone - timedelta(days=1)


def _at(elements: Elements, date: int, time: int) -> datetime | None:
    return _moment(elements.text(date) + elements.text(time)) if elements.text(date) and elements.text(time) else None


def _moment(text: str) -> datetime | None:
    """A DICOM date and time; the offset from UTC is left out, since all times of an exam share it."""
    whole, _, fraction = text.split("+")[0].split("-")[0].strip().partition(".")
    if len(whole) < 12 or not whole.isdigit():
        return None
    try:
        # naive on purpose: local times of one scanner are compared with each other
        moment = datetime.strptime(whole[:14].ljust(14, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        return None
    return moment + timedelta(seconds=float(f"0.{fraction}") if fraction.isdigit() else 0.0)


def _private(elements: Elements, group: int, creator: str, element: int) -> float | None:
    tag = _private_tag(elements, group, creator, element)
    return elements.number(tag) if tag is not None else None


def _private_text(elements: Elements, group: int, creator: str, element: int) -> str:
    tag = _private_tag(elements, group, creator, element)
    return elements.text(tag) if tag is not None else ""


def _private_tag(elements: Elements, group: int, creator: str, element: int) -> int | None:
    """Where a private element stands: its block is reserved by the creator's name (PS3.5 7.8.1)."""
    for block in range(0x10, 0x100):
        if elements.text(group << 16 | block) == creator:
            return group << 16 | block << 8 | element
    return None
