"""Source images as evidence for what is written about them: their headers, with what would spoil the new file mended.

What belongs here: reading and mending. What does not: reports and segmentations.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom import Dataset

# What writers copy from an image, and what real files (often de-identified ones) hold there against the standard
LONGEST = {"StudyID": 16, "AccessionNumber": 16}
DATES = ("PatientBirthDate", "StudyDate", "SeriesDate", "ContentDate", "AcquisitionDate")
TIMES = ("StudyTime", "SeriesTime", "ContentTime", "AcquisitionTime")
DATE, TIME = re.compile(r"\d{8}"), re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?")
REQUIRED = (
    "PatientID", "PatientName", "PatientBirthDate", "StudyDate", "StudyTime", "StudyID", "AccessionNumber",
    "ReferringPhysicianName",
)  # fmt: skip
SEXES = ("M", "F", "O")


def source_image(path: Path) -> Dataset:
    """The header of an image file; what is missing or no date, time or code becomes empty, ids are cut."""
    from pydicom import dcmread

    image = dcmread(path, stop_before_pixels=True, force=True)
    for names, form in ((DATES, DATE), (TIMES, TIME)):
        for name in names:
            if name in image and not form.fullmatch(_raw(image, name)):
                setattr(image, name, "")
    for name, longest in LONGEST.items():
        if len(_raw(image, name)) > longest:
            setattr(image, name, _raw(image, name)[:longest])
    for name in REQUIRED:
        if name not in image:
            setattr(image, name, "")
    if _raw(image, "PatientSex") not in SEXES:
        image.PatientSex = ""
    return image


def _raw(image: Dataset, name: str) -> str:
    """An element's text as the file has it: its value may not be one."""
    from pydicom.dataelem import RawDataElement
    from pydicom.tag import Tag

    if name not in image:
        return ""
    element = image.get_item(Tag(name))
    value = element.value
    if isinstance(element, RawDataElement) or isinstance(value, bytes):
        return (value or b"").decode("latin-1").strip(" \0")
    return str(value or "").strip()
