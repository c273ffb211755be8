"""Phantom stacks as DICOM: axial slices of MR or CT, one file a slice.

What belongs here: their attributes. What does not: their voxels (vessels, colon, scanner_faults).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID, CTImageStorage, MRImageStorage

from resources.phantoms.headers import Exam, Written, add_pixels, exam_header, save
from resources.phantoms.series import INTERCEPT, phantom_uid

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Slices (slice, row, column), feet first, about the middle of the patient. CT in HU, MR in 0 to 4095.

    `directions` are the row's and the column's direction cosines; `shift_mm` moves the middle (LPS).
    """

    voxels: NDArray[np.floating]
    spacing_mm: tuple[float, float]  # in plane, between slices
    series: str
    body_part: str
    directions: tuple[float, ...] = AXIAL
    shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def place_mm(self, column: float, row: float, slice_: float) -> tuple[float, float, float]:
        """Where a voxel's middle lies, LPS mm."""
        across, down = np.array(self.directions[:3]), np.array(self.directions[3:])
        slices, rows, columns = self.voxels.shape
        step, gap = self.spacing_mm
        at = (
            np.array(self.shift_mm)
            + across * (column - (columns - 1) / 2) * step
            + down * (row - (rows - 1) / 2) * step
            + np.cross(across, down) * (slice_ - (slices - 1) / 2) * gap
        )
        return float(at[0]), float(at[1]), float(at[2])

    def frame_uid(self, exam: Exam) -> str:
        return phantom_uid("frame of reference", exam.seed, exam.case)


def write_ct(exam: Exam, stack: Stack, folder: Path, window: tuple[int, int]) -> list[Written]:
    """A CT series; `window` is centre and width in HU."""
    ds = _common(exam, stack, "CT")
    ds.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = str(INTERCEPT), "1", "HU"
    ds.KVP = "120"
    ds.WindowCenter, ds.WindowWidth = str(window[0]), str(window[1])
    stored = np.clip(np.rint(stack.voxels) - INTERCEPT, 0, 4095).astype(np.uint16)
    return [_slice(exam, stack, ds, CTImageStorage, stored, at, folder) for at in range(len(stored))]


def write_mr(exam: Exam, stack: Stack, folder: Path, weighting: Sequence[str] = ("GR", "3D")) -> list[Written]:
    """An MR series; `weighting` is scanning sequence and acquisition type."""
    ds = _common(exam, stack, "MR")
    ds.ImageType = ["DERIVED", "SECONDARY", "OTHER"]
    ds.ScanningSequence, ds.SequenceVariant, ds.ScanOptions = weighting[0], "NONE", ""
    ds.MRAcquisitionType = weighting[1]
    ds.RepetitionTime, ds.EchoTime, ds.EchoTrainLength = "24", "3.6", "1"
    ds.MagneticFieldStrength = "3"
    ds.WindowCenter, ds.WindowWidth = "1200", "2400"
    stored = np.clip(np.rint(stack.voxels), 0, 4095).astype(np.uint16)
    return [_slice(exam, stack, ds, MRImageStorage, stored, at, folder) for at in range(len(stored))]


def _common(exam: Exam, stack: Stack, modality: str) -> Dataset:
    ds = exam_header(exam, modality, stack.series, 1)
    ds.DerivationDescription = "Computed phantom, not acquired"
    ds.BodyPartExamined, ds.PatientPosition = stack.body_part, "HFS"
    ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = stack.frame_uid(exam), ""
    ds.AcquisitionNumber = 1
    ds.PixelSpacing = [f"{stack.spacing_mm[0]:g}"] * 2
    ds.SliceThickness = f"{stack.spacing_mm[1]:g}"
    ds.ImageOrientationPatient = [f"{value:.6f}" for value in stack.directions]
    return ds


def _slice(
    exam: Exam, stack: Stack, ds: Dataset, sop_class: UID, stored: NDArray[np.uint16], at: int, folder: Path
) -> Written:
    ds.InstanceNumber = at + 1
    x, y, z = stack.place_mm(0, 0, at)
    ds.ImagePositionPatient = [f"{x:.4f}", f"{y:.4f}", f"{z:.4f}"]
    add_pixels(ds, stored[at])
    uid = phantom_uid("instance", exam.seed, exam.case, stack.series, at)
    return save(ds, sop_class, uid, folder / f"{at + 1:04d}.dcm")
