"""The look-up tables of a file: modality LUTs and VOI LUTs as values.

What belongs here: reading tables (DICOM PS3.3 C.11.1, C.11.2). What does not: choosing a window (viewers.presets) and
applying one (viewers.drawing.grey).
"""

from __future__ import annotations

import numpy as np

from viewers.dicom.elements import Elements
from viewers.drawing.grey import table_window
from viewers.volume import LookupTable, Rescale, Window

MODALITY_LUT, VOI_LUT = 0x00283000, 0x00283010
# X-ray images whose modality LUT leads to X-ray intensities and is not meant for display (PS3.3 C.8.7.1.1.2)
XRAY_CLASSES = frozenset(f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("12.1", "12.2", "12.1.1", "12.2.1"))
UNIT_NAMES = {"HU": "HU", "US": "", "OD": "OD"}


def voi_tables(elements: Elements) -> tuple[Window, ...]:
    """The tables of VOILUTSequence (0028,3010) as windows that are exactly them; incomplete ones are left out."""
    if VOI_LUT not in elements.found:
        return ()
    signed = elements.integer(0x00280103, 0) == 1 or (elements.number(0x00281052) or 0.0) < 0
    tables = (lookup_table(item, signed=signed) for item in elements.items(VOI_LUT))
    return tuple(table_window(table) for table in tables if table is not None and np.ptp(table.outputs) > 0)


def modality_table(elements: Elements) -> Rescale | None:
    """The modality transform of ModalityLUTSequence (0028,3000), or None where there is none to apply."""
    item = elements.item(MODALITY_LUT) if MODALITY_LUT in elements.found else None
    if item is None or _leads_away_from_display(elements):
        return None
    table = lookup_table(item, signed=elements.integer(0x00280103, 0) == 1)
    if table is None:
        return None
    said = item.text(0x00283004)
    return Rescale(units=UNIT_NAMES.get(said, said), table=table)


def _leads_away_from_display(elements: Elements) -> bool:
    return elements.text(0x00080016) in XRAY_CLASSES and elements.text(0x00281040) in ("LOG", "DISP")


def lookup_table(item: Elements, *, signed: bool) -> LookupTable | None:
    """One item of a LUT sequence; None where it is incomplete. `signed` says what an unstated first value may be.

    Eight-bit tables come one entry to a byte or to a word (PS3.3 C.11.1.1.1); a table that holds more than its bits
    allow has as many bits as it needs.
    """
    descriptor, data = item.raw(0x00283002), item.raw(0x00283006)
    if descriptor is None or len(descriptor) != 6 or not data:
        return None
    entries, first, bits = item.shorts(0x00283002)
    entries = entries or 65_536
    vr = item.found[0x00283002][2]
    if first > 32_767 and (vr == b"SS" or (vr != b"US" and signed)):
        first -= 65_536
    narrow = bits <= 8 and len(data) < entries * 2
    outputs = np.frombuffer(data[: len(data) // 2 * 2], np.uint8 if narrow else f"{item.encoding.order}u2")[:entries]
    if len(outputs) < entries:
        return None
    needed = max(1, int(outputs.max()).bit_length())
    explanation = item.words(0x00283003)
    return LookupTable(first, max(min(bits, 16), needed), outputs.astype("<u2").tobytes(), explanation)
