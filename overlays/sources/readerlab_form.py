"""The schema of ReaderLab's own file of AI results: which keys there are, and what each may hold.

What belongs here: pydantic forms with their bounds. What does not: files (readerlab_json, map_file).
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from overlays.result import MapKind, Origin

MOST_FINDINGS, MOST_POINTS, MOST_MAPS = 10_000, 20_000, 64

Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e7, le=1e7)]
Vector = tuple[Number, Number, Number]
Length = Annotated[float, Field(allow_inf_nan=False, gt=0, le=1e5)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Note = Annotated[str, Field(max_length=2000)]
Row = tuple[Number, Number, Number, Number]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ProvenanceForm(_Part):
    origin: Origin
    model: Note
    version: Note = ""
    sha256: Note = ""
    made_at: Note = ""
    planted: Note = ""
    note: Note = ""


class BoxForm(_Part):
    centre_mm: Vector
    size_mm: tuple[Length, Length, Length]


class PolygonForm(_Part):
    points_mm: Annotated[tuple[Vector, ...], Field(min_length=3, max_length=MOST_POINTS)]


class FindingForm(_Part):
    id: Name
    label: Note
    score: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    box: BoxForm | None = None
    polygon: PolygonForm | None = None
    provenance: ProvenanceForm | None = None

    @model_validator(mode="after")
    def _one_geometry(self) -> FindingForm:
        if (self.box is None) == (self.polygon is None):
            raise ValueError("give either box or polygon, and exactly one of the two")
        return self


class MapForm(_Part):
    id: Name
    label: Note
    kind: MapKind
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.npz$")]
    affine: tuple[Row, Row, Row, Row]
    value_range: tuple[Number, Number]
    units: Note = ""
    finding: Annotated[str, Field(max_length=200)] = ""
    provenance: ProvenanceForm | None = None

    @model_validator(mode="after")
    def _usable(self) -> MapForm:
        if not self.value_range[0] < self.value_range[1]:
            raise ValueError("value_range goes from the lower to the higher value")
        matrix = np.array(self.affine)
        if matrix[3].tolist() != [0, 0, 0, 1] or abs(np.linalg.det(matrix[:3, :3])) < 1e-9:
            raise ValueError("affine is no mapping of voxels to mm: it is flat, or its last row is not 0 0 0 1")
        return self


class ResultForm(_Part):
    readerlab_ai: Literal[1]
    ai: Name
    series_uid: Annotated[str, Field(pattern=r"^[0-9.]{1,64}$")]
    frame_of_reference_uid: Annotated[str, Field(pattern=r"^[0-9.]{0,64}$")] = ""
    provenance: ProvenanceForm
    findings: Annotated[tuple[FindingForm, ...], Field(max_length=MOST_FINDINGS)] = ()
    maps: Annotated[tuple[MapForm, ...], Field(max_length=MOST_MAPS)] = ()

    @model_validator(mode="after")
    def _ids_agree(self) -> ResultForm:
        findings = {each.id for each in self.findings}
        if len(findings) < len(self.findings) or len({each.id for each in self.maps}) < len(self.maps):
            raise ValueError("two findings or two maps have the same id")
        lost = sorted({each.finding for each in self.maps if each.finding} - findings)
        if lost:
            raise ValueError(f"a map explains the finding {lost[0]!r}, which is not in the file")
        return self
