"""The coded concepts and units that measurement reports are written in (DICOM PS3.16, SNOMED CT, UCUM).

What belongs here: the tables, both ways. What does not: reports and segmentations themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.sr.coding import Code

if TYPE_CHECKING:
    from pydicom import Dataset

Key = tuple[str, str]  # value, scheme

PRIVATE = "99READERLAB"
IMAGING = Code("363679005", "SCT", "Imaging procedure")
PERSON = Code("121006", "DCM", "Person")
OF_INTEREST = Code("113000", "DCM", "Of Interest")
COMMENT = Code("121106", "DCM", "Comment")
REMARK = Code("remark", PRIVATE, "Why numbers are not in mm")
CERTAINTY = Code("111012", "DCM", "Certainty of Finding")
LESION = Code("52988006", "SCT", "Lesion")
ABNORMAL = Code("49755003", "SCT", "Morphologically Abnormal Structure")

REPORT: Key = ("126000", "DCM")
MEASUREMENTS: Key = ("126010", "DCM")
GROUP: Key = ("125007", "DCM")
OBSERVER_NAME: Key = ("121008", "DCM")
TRACKING_ID: Key = ("112039", "DCM")

NAMES: dict[str, Code] = {
    "length": Code("410668003", "SCT", "Length"),
    "long axis": Code("103339001", "SCT", "Long axis"),
    "short axis": Code("103340004", "SCT", "Short axis"),
    "angle": Code("1483009", "SCT", "Angle"),
    "cobb angle": Code("285285000", "SCT", "Cobb angle"),
    "area": Code("42798000", "SCT", "Area"),
    "mean": Code("373098007", "SCT", "Mean"),
    "SD": Code("386136009", "SCT", "Standard Deviation"),
    "min": Code("255605001", "SCT", "Minimum"),
    "max": Code("56851009", "SCT", "Maximum"),
    "pixels": Code("pixels", PRIVATE, "Number of pixels"),
    "depth": Code("depth", PRIVATE, "Distance along the beam"),
    "time": Code("time", PRIVATE, "Time between two points"),
    "velocity": Code("velocity", PRIVATE, "Difference of velocities"),
    "frequency": Code("frequency", PRIVATE, "Difference of frequencies"),
    "difference": Code("difference", PRIVATE, "Difference along an axis"),
}
NUMBER_OF: dict[Key, str] = {(code.value, code.scheme_designator): name for name, code in NAMES.items()}

UNITS: dict[str, Code] = {
    "mm": Code("mm", "UCUM", "millimeter"),
    "mm2": Code("mm2", "UCUM", "square millimeter"),
    "px": Code("{pixels}", "UCUM", "pixels"),
    "px2": Code("{pixels}", "UCUM", "pixels"),
    "deg": Code("deg", "UCUM", "degree"),
    "HU": Code("[hnsf'U]", "UCUM", "Hounsfield unit"),
    "SUV": Code("g/ml{SUVbw}", "UCUM", "Standardized Uptake Value body weight"),
    "%": Code("%", "UCUM", "Percent"),
    "s": Code("s", "UCUM", "second"),
    "cm/s": Code("cm/s", "UCUM", "centimeter per second"),
    "": Code("1", "UCUM", "no units"),
}


def unit(name: str) -> Code:
    """The UCUM unit of one of ours; a modality's own unit becomes an annotation, which UCUM gives no size."""
    return UNITS.get(name) or Code("{" + _plain(name) + "}", "UCUM", name)


def unit_of(value: str, number: str) -> str:
    """Our unit of a UCUM one, for a number of that name."""
    if value == "{pixels}":
        return "px2" if number == "area" else "px"
    known = next((name for name, code in UNITS.items() if code.value == value), None)
    return known if known is not None else value.strip("{}")


def person(pseudonym: str) -> str:
    """A pseudonym as a DICOM person name: a family name alone, which the caret says."""
    return f"{pseudonym}^"


def key(item: Dataset) -> Key:
    """A content item's concept name."""
    names = item.get("ConceptNameCodeSequence")
    return (str(names[0].get("CodeValue", "")), str(names[0].CodingSchemeDesignator)) if names else ("", "")


def key_of(code: Code) -> Key:
    return code.value, code.scheme_designator


def _plain(name: str) -> str:
    """UCUM annotations hold printable ASCII without braces; a code value has 16 letters."""
    return "".join(c for c in name if 33 <= ord(c) < 127 and c not in "{}")[:14] or "units"
