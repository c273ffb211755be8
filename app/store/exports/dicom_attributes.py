"""DICOM attributes of the cases' series, by a list of names that may leave; nothing else of a header ever does.

What belongs here: that list, and the table. What does not: finding series (viewers.dicom), drawings (analysis). Free
texts (descriptions, comments, names of protocols) are not on the list: people write names of patients into them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from app.store.exports.sinks import SINKS
from app.store.exports.staging import staged
from app.store.projecting.tables import Cell, Field, Row, TableForm
from study_configs.problem import StudyProblem
from study_configs.problems import closest
from study_configs.study import Study
from viewers.dicom.scan import scan
from viewers.volume import SeriesHeader

ALLOWED = (
    "AcquisitionMatrix", "BitsStored", "BodyPartExamined", "CTDIvol", "Columns", "ConvolutionKernel", "EchoTime",
    "EchoTrainLength", "Exposure", "ExposureTime", "FilterType", "FlipAngle", "ImageLaterality", "ImagerPixelSpacing",
    "InversionTime", "KVP", "LossyImageCompression", "LossyImageCompressionRatio", "MRAcquisitionType",
    "MagneticFieldStrength", "Manufacturer", "ManufacturerModelName", "Modality", "NumberOfFrames", "PatientPosition",
    "PhotometricInterpretation", "PixelSpacing", "ReconstructionDiameter", "RepetitionTime", "Rows", "ScanningSequence",
    "SliceThickness", "SpacingBetweenSlices", "SpiralPitchFactor", "TransferSyntaxUID", "ViewPosition",
    "XRayTubeCurrent",
)  # fmt: skip


def allowed(names: str) -> tuple[str, ...]:
    """The names of a list with commas. Raises StudyProblem, with the whole list, for one that may not leave."""
    asked = tuple(filter(None, (name.strip() for name in names.split(","))))
    refused = [name for name in asked if name not in ALLOWED]
    if refused:
        like = closest(refused[0], ALLOWED)
        meant = f" (did you mean {like}?)" if like else ""
        what = f"{', '.join(refused)} may not leave{meant}: what is not on the list could tell who somebody is."
        raise StudyProblem(what, todo=f"Choose among {', '.join(ALLOWED)}.")
    return asked


def write_series(study: Study, names: Sequence[str], folder: Path) -> Path:
    """series.csv: a row for each series of every case, with these attributes of its first image."""
    fields = (
        Field("case", "text", "Id of the case."),
        Field("series_uid", "text", "Series Instance UID, as in the other tables."),
        Field("images", "whole", "Images or frames in it."),
        *(
            Field(name, "text", f"DICOM attribute {name} of its first image; several values with \\ between.")
            for name in names
        ),
    )
    form = TableForm("series", "series of a case", fields)
    with staged(folder) as stage, closing(SINKS["csv"](form, stage.at / "series.csv")) as sink:
        for case in study.cases:
            sink.write(_row(case.id, header, names) for header in scan(case.path).series)
    return folder / "series.csv"


def _row(case: str, header: SeriesHeader, names: Sequence[str]) -> Row:
    return (case, header.series_uid, len(header.instances), *_values(header, names))


def _values(header: SeriesHeader, names: Sequence[str]) -> Iterator[Cell]:
    from pydicom import dcmread

    held = dcmread(header.instances[0].path, stop_before_pixels=True, specific_tags=[*names])
    for name in names:
        value = header.transfer_syntax_uid if name == "TransferSyntaxUID" else held.get(name)
        yield _words(value)


def _words(value: Any) -> Cell:
    if value is None or value == "":
        return None
    many = value if isinstance(value, (list, tuple)) or type(value).__name__ == "MultiValue" else [value]
    return "\\".join(map(str, many))
