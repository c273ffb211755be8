"""What planting an error needs to know of a case: its images, its truth, what the same AI says elsewhere.

What belongs here: the values, which finding an error is about, and the mark that an error leaves. What does not: the
errors themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from overlays.planting.shapes import centre_mm, diameter_mm, distance_mm
from overlays.result import AIMap, AIResult, Finding, Origin, Point, Provenance
from study_configs.planted import ErrorKind, Towards
from study_configs.problem import StudyProblem
from viewers.volume import SeriesHeader, Volume

LEAST_HIT_MM = 5.0  # a finding this near to a lesion's middle speaks of it, however small the two are

Image = Volume | SeriesHeader


class PlantedError(Protocol):
    """What study_configs.planting.PlannedError says of one planted error."""

    @property
    def id(self) -> str: ...
    @property
    def ai(self) -> str: ...
    @property
    def kind(self) -> ErrorKind: ...
    @property
    def seed(self) -> int: ...
    @property
    def diameter_mm(self) -> float | None: ...
    @property
    def score(self) -> float | None: ...
    @property
    def shift_mm(self) -> float | None: ...
    @property
    def towards(self) -> Towards | None: ...
    @property
    def factor(self) -> float | None: ...
    @property
    def scale(self) -> tuple[str, ...]: ...
    @property
    def by(self) -> int | None: ...
    @property
    def to(self) -> str | None: ...
    @property
    def label(self) -> str | None: ...
    @property
    def by_ai(self) -> str | None: ...


class Lesion(Protocol):
    """What the reference says of one lesion; `position_mm` is LPS, None where the images have no patient geometry."""

    @property
    def position_mm(self) -> Point | None: ...
    @property
    def diameter_mm(self) -> float | None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere:
    """What the same AI honestly says of another case, and that case's images."""

    result: AIResult
    images: tuple[Image, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A case in which an error is planted.

    `images` are its series: with pixels, so that places within the body can be chosen; a header alone gives the middle
    of the image. `threshold` is the highest at which a layer of this AI begins to show findings. `instead` is what
    other AIs say of this very case, by their names.
    """

    lesions: Sequence[Lesion]
    images: tuple[Image, ...]
    threshold: float
    elsewhere: Sequence[Elsewhere] = ()
    instead: Mapping[str, AIResult] = field(default_factory=dict)

    def image_of(self, result: AIResult, element: Finding | AIMap | None = None) -> Image:
        """The series in which a finding or map lies; that of the whole result without."""
        return image_among(self.images, result, element)

    def lesion_at(self, finding: Finding) -> bool:
        return any(speaks_of(finding, lesion) for lesion in self.lesions)


def header_of(image: Image) -> SeriesHeader:
    return image.header if isinstance(image, Volume) else image


def elements_of(result: AIResult) -> list[Finding | AIMap]:
    """The findings and maps of a result: all that has a place."""
    return [*result.findings, *result.maps]


def image_among(images: Sequence[Image], result: AIResult, element: Finding | AIMap | None = None) -> Image:
    """By the image that the element stays on, else by series, else by frame of reference, else the first."""
    sop = element.image.sop_uid if isinstance(element, Finding) and element.image else ""
    sop = element.images[0].sop_uid if isinstance(element, AIMap) and element.images else sop
    space = result.space_of(element) if element is not None else result.space
    if sop:
        held = [image for image in images if any(each.sop_uid == sop for each in header_of(image).instances)]
    else:
        held = [image for image in images if header_of(image).series_uid == space.series_uid]
    frame = space.frame_of_reference_uid
    held = held or [image for image in images if frame and header_of(image).frame_of_reference_uid == frame]
    return (held or list(images))[0]


def speaks_of(finding: Finding, lesion: Lesion) -> bool:
    """Whether a finding points at a lesion: its middle lies within the larger radius of the two, at least 5 mm.

    A lesion without a position counts as met by every finding.
    """
    if lesion.position_mm is None:
        return True
    reach = max(diameter_mm(finding) / 2, (lesion.diameter_mm or 0.0) / 2, LEAST_HIT_MM)
    return distance_mm(centre_mm(finding.geometry), lesion.position_mm) <= reach


def target(result: AIResult, error: PlantedError, case: Case) -> Finding:
    """The finding that an error is about: the best that speaks of a lesion, else the best. Raises StudyProblem."""
    ranked = sorted(result.findings, key=lambda each: each.rank)
    if not ranked:
        raise StudyProblem(
            f"The planted error {error.id} ({error.kind}) changes a finding, and the AI shows none in this case.",
            todo="Plant it in a case where the AI finds something, or another kind of error.",
        )
    return next((each for each in ranked if case.lesion_at(each)), ranked[0])


def with_finding(result: AIResult, changed: Finding) -> AIResult:
    """The result with the finding of the same id replaced."""
    return replace(result, findings=tuple(changed if each.id == changed.id else each for each in result.findings))


def marked(provenance: Provenance, error: PlantedError, origin: Origin, note: str) -> Provenance:
    return replace(provenance, origin=origin, planted=error.id, note=note)


def draws(error: PlantedError) -> np.random.Generator:
    """The error's own chance: PCG64 of its seed, the same on every platform."""
    return np.random.Generator(np.random.PCG64(error.seed))
