"""What a file can have wrong with it, as values and as the one error that the pixel road raises.

What belongs here: `FileProblem` and the exception that becomes one. What does not: finding the problems.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from study_configs.problem import StudyProblem


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One file that cannot be used: what is wrong, naming the tag where there is one, and what to do."""

    path: Path
    what: str
    todo: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what} {self.todo}".rstrip()


class BadFile(StudyProblem):
    """The bytes of a file break a rule. Raised without a path; `at` gives it one."""

    def at(self, path: Path) -> FileProblem:
        return FileProblem(path, self.what, self.todo)


class NotDicom(BadFile):
    """The bytes are not DICOM at all: reported quietly, since folders hold other files too."""


def tag_name(tag: int) -> str:
    """ "(0028,0010) Rows" for the tags that people meet, "(gggg,eeee)" for the rest."""
    name = TAG_NAMES.get(tag, "")
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X}) {name}".rstrip()


TAG_NAMES = {
    0x00020010: "TransferSyntaxUID",
    0x00080016: "SOPClassUID",
    0x00080018: "SOPInstanceUID",
    0x0020000D: "StudyInstanceUID",
    0x0020000E: "SeriesInstanceUID",
    0x00200032: "ImagePositionPatient",
    0x00200037: "ImageOrientationPatient",
    0x00280002: "SamplesPerPixel",
    0x00280004: "PhotometricInterpretation",
    0x00280008: "NumberOfFrames",
    0x00280010: "Rows",
    0x00280011: "Columns",
    0x00280030: "PixelSpacing",
    0x00280100: "BitsAllocated",
    0x00280101: "BitsStored",
    0x00280102: "HighBit",
    0x00280103: "PixelRepresentation",
    0x52009229: "SharedFunctionalGroupsSequence",
    0x52009230: "PerFrameFunctionalGroupsSequence",
    0x7FE00008: "FloatPixelData",
    0x7FE00009: "DoubleFloatPixelData",
    0x7FE00010: "PixelData",
}
