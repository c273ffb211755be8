"""Small volumes and AI results that the tests of this room share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from overlays.result import AIMap, AIResult, Box, Finding, Provenance
from viewers.volume import Instance, Rescale, SeriesHeader, Volume

SHARED = Path(__file__).resolve().parents[3] / "shared" / "dicom"
MODEL = Provenance("model", "nodules", version="1", sha256="ab" * 32)


def make_header(
    affine: NDArray[np.float64],
    shape: tuple[int, int, int] = (40, 96, 128),
    *,
    series: str = "1.2.3",
    frame: str = "1.9",
) -> SeriesHeader:
    """A CT header of shape (slices, rows, columns) on any affine."""
    slices, rows, columns = shape
    matrix = np.asarray(affine, np.float64)
    at = [matrix[:3, :3] @ (0, 0, k) + matrix[:3, 3] for k in range(slices)]
    instances = tuple(
        Instance(
            Path("none"), f"{series}.{k}", 0, k + 1, (float(p[0]), float(p[1]), float(p[2])), Rescale(1, -1024, "HU")
        )
        for k, p in enumerate(at)
    )
    lengths = np.linalg.norm(matrix[:3, :3], axis=0)
    return SeriesHeader(
        series_uid=series,
        exam_uid="1.2",
        modality="CT",
        description="",
        series_number=1,
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        rows=rows,
        columns=columns,
        samples=1,
        bits_stored=16,
        signed=True,
        photometric="MONOCHROME2",
        instances=instances,
        affine=matrix,
        spacing_mm=(float(lengths[1]), float(lengths[0])),
        slice_spacing_mm=float(lengths[2]),
        frame_of_reference_uid=frame,
    )


def make_volume(header: SeriesHeader) -> Volume:
    stored = np.zeros((header.frames, header.rows, header.columns), np.int16)
    return Volume(header, stored, np.ones(header.frames, bool))


def make_finding(
    name: str, score: float, centre: tuple[float, float, float], size: tuple[float, float, float] = (10.0, 10.0, 10.0)
) -> Finding:
    return Finding(name, "nodule", score, Box(centre, size), MODEL)


def make_map(values: NDArray[np.float32], affine: NDArray[np.float64], name: str = "m1", finding: str = "") -> AIMap:
    return AIMap(name, "nodule", "saliency", values, affine, (0.0, 1.0), "share", MODEL, finding)


def make_result(findings: tuple[Finding, ...] = (), maps: tuple[AIMap, ...] = (), **changes: str) -> AIResult:
    fields = {"ai": "nodules", "series_uid": "1.2.3", "frame_of_reference_uid": "1.9"} | changes
    return AIResult(fields["ai"], fields["series_uid"], fields["frame_of_reference_uid"], findings, maps, MODEL)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real files that are shared between projects, where they are on this machine."""
    if not SHARED.is_dir():
        pytest.skip("the shared DICOM files are not on this machine")
    return SHARED


AXIAL = np.array([[0.8, 0, 0, -50], [0, 0.7, 0, -30], [0, 0, 1.5, -200], [0, 0, 0, 1.0]])


@pytest.fixture
def header() -> SeriesHeader:
    return make_header(AXIAL)


@pytest.fixture
def volume(header: SeriesHeader) -> Volume:
    return make_volume(header)


@pytest.fixture
def header_on() -> Callable[[NDArray[np.float64]], SeriesHeader]:
    return make_header
