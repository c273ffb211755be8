"""Phantom exams as the model sees them: through the same preprocessing as at reading time, kept on disk.

What belongs here: making and caching model grids with truth. What does not: the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from overlays.models.grid import model_grid
from resources.phantoms.chest_ct import PhantomExam, make_exam
from training.settings import PREPROCESSING
from viewers.volume import Instance, Rescale, SeriesHeader, Volume

INTERCEPT = -1024


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """`hu` int16 (slices, rows, columns) on the model grid; `centres` (n, 3) as (column, row, slice) in its cells."""

    seed: int
    hu: NDArray[np.int16]
    centres: NDArray[np.float32]
    diameters_mm: NDArray[np.float32]


def exam_volume(exam: PhantomExam) -> Volume:
    """The exam as the viewer would load it from its DICOM series."""
    slices, rows, columns = exam.hu.shape
    instances = tuple(Instance(Path(), f"2.25.{k + 1}", rescale=Rescale(1.0, INTERCEPT, "HU")) for k in range(slices))
    header = SeriesHeader(
        series_uid=f"2.25.{exam.seed + 1}",
        exam_uid="2.25.1",
        modality="CT",
        description="Chest phantom",
        series_number=2,
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        rows=rows,
        columns=columns,
        samples=1,
        bits_stored=12,
        signed=False,
        photometric="MONOCHROME2",
        instances=instances,
        affine=exam.affine,
        spacing_mm=(float(exam.affine[1, 1]), float(exam.affine[0, 0])),
        slice_spacing_mm=float(exam.affine[2, 2]),
        frame_of_reference_uid="2.25.2",
        body_part="CHEST",
    )
    return Volume(header, (exam.hu - INTERCEPT).astype(np.uint16), np.ones(slices, np.bool_))


def sample(seed: int, nodules: int, cache: Path) -> Sample:
    """The sample of a seed, from the cache where it is there."""
    path = cache / f"{seed}-{nodules}.npz"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        exam = make_exam(seed, nodules)
        grid = model_grid(exam_volume(exam), PREPROCESSING)
        back = np.linalg.inv(grid.affine)
        at = np.array([back @ np.append(n.centre_mm, 1.0) for n in exam.nodules]).reshape(-1, 4)[:, :3]
        sizes = np.array([n.diameter_mm for n in exam.nodules], np.float32)
        np.savez(path, hu=grid.hu.astype(np.int16), centres=at.astype(np.float32), diameters_mm=sizes)
    with np.load(path) as held:
        return Sample(seed, held["hu"], held["centres"], held["diameters_mm"])
