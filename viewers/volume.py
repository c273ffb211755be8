"""One series as voxels on a grid, with what is needed to show and place them.

What belongs here: the frozen values that scanning produces and drawing consumes.
What does not: reading files (viewers.dicom) and making pictures (viewers.render).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

WindowShape = Literal["linear", "linear_exact", "sigmoid"]


@dataclass(frozen=True, slots=True)
class Window:
    """A value-of-interest window in the units of the modality (HU for CT), DICOM PS3.3 C.11.2.1.2."""

    centre: float
    width: float
    shape: WindowShape = "linear"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rescale:
    """The modality transform: value = stored × slope + intercept, in `units` (DICOM PS3.3 C.11.1)."""

    slope: float = 1.0
    intercept: float = 0.0
    units: str = ""


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """How the stored values of a file are written (DICOM PS3.3 C.7.6.3, PS3.5 8)."""

    rows: int
    columns: int
    samples: int
    photometric: str  # as the file says
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planar: bool = False
    floating: bool = False  # FloatPixelData or DoubleFloatPixelData

    @property
    def frame_bits(self) -> int:
        """Bits of one uncompressed frame. YBR_FULL_422 keeps two of three samples."""
        samples = 2 if self.photometric == "YBR_FULL_422" else self.samples
        return self.rows * self.columns * samples * self.bits_allocated

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The dtype of decoded stored values, in the machine's byte order."""
        if self.floating:
            return np.dtype(f"f{self.bits_allocated // 8}")
        bits = next(size for size in (8, 16, 32, 64) if self.bits_allocated <= size)
        return np.dtype(f"{'i' if self.signed else 'u'}{bits // 8}")


@dataclass(frozen=True, slots=True)
class Instance:
    """One displayed frame: where its bytes are and where it lies.

    `position_mm` is the LPS centre of the first pixel (ImagePositionPatient), None where DICOM gives none.
    """

    path: Path
    sop_uid: str
    frame: int = 0  # 0-based frame number within the file
    instance_number: int = 0
    position_mm: tuple[float, float, float] | None = None
    rescale: Rescale = Rescale()
    windows: tuple[Window, ...] = ()
    offset: int = -1  # where the frame's plain little-endian stored values begin in the file; -1: they need decoding


@dataclass(frozen=True, slots=True, eq=False)
class SeriesHeader:
    """What is known of a stack of frames before its pixels are decoded.

    The frames of one header share rows, columns, samples, orientation; `instances` are in display order (for
    patient-space stacks: along the normal, from feet to head / right to left / front to back as DICOM LPS rises).
    `affine` maps voxel (column, row, slice) to LPS mm, pixel centres at integers; None where the
    images carry no patient geometry. `spacing_mm` is (row spacing, column spacing) = (distance between rows,
    distance between columns) as in PixelSpacing; None where the file is not calibrated.
    """

    series_uid: str
    exam_uid: str
    modality: str
    description: str
    series_number: int
    sop_class_uid: str
    transfer_syntax_uid: str
    rows: int
    columns: int
    samples: int  # 1 or 3
    bits_stored: int
    signed: bool
    photometric: str  # as decoded: MONOCHROME1, MONOCHROME2, RGB, PALETTE COLOR is decoded to RGB
    instances: tuple[Instance, ...]
    affine: NDArray[np.float64] | None
    spacing_mm: tuple[float, float] | None
    slice_spacing_mm: float | None
    frame_of_reference_uid: str = ""
    padding: tuple[int, int] | None = None  # stored values low..high that are not image
    patient: str = ""  # shown nowhere to readers; used to keep results of another patient away
    body_part: str = ""
    laterality: str = ""
    acquired: str = ""
    warnings: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    pixel_format: PixelFormat | None = None  # how the files store the pixels; None for volumes made in memory
    stack: int = 0  # a series whose frames fit no one grid becomes several stacks, numbered from 0

    @property
    def key(self) -> str:
        """Names this stack apart from every other: the series uid, with the stack's number where there are several."""
        name = self.series_uid or (str(self.instances[0].path) if self.instances else "")
        return f"{name}#{self.stack}" if self.stack else name

    @property
    def frames(self) -> int:
        return len(self.instances)

    @property
    def units(self) -> str:
        return self.instances[0].rescale.units if self.instances else ""

    @property
    def pixel_mm(self) -> tuple[float, float]:
        """(row, column) spacing used for drawing; (1, 1) stands for "not calibrated"."""
        return self.spacing_mm or (1.0, 1.0)

    @property
    def grid_affine(self) -> NDArray[np.float64]:
        """`affine`, or for images without patient geometry a frame of their own: x right, y down, z by frame."""
        if self.affine is not None:
            return self.affine
        row_mm, column_mm = self.pixel_mm
        return np.diag([column_mm, row_mm, self.slice_spacing_mm or 1.0, 1.0])

    def affine_at(self, index: int) -> NDArray[np.float64]:
        """`grid_affine` moved so that its slice 0 is this very slice: exact in unevenly spaced stacks too."""
        moved = self.grid_affine.copy()
        position = self.instances[index].position_mm
        moved[:3, 3] = moved[:3, 3] + moved[:3, 2] * index if self.affine is None or position is None else position
        return moved


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """The stored values of one series, filled slice by slice while it loads.

    `stored` has shape (slices, rows, columns) with an integer or float dtype, or (slices, rows, columns, 3) uint8
    or uint16 for colour. `loaded` is a boolean array of shape (slices,); the loader sets an entry to True after that
    slice's values are in place, and never clears it.
    """

    header: SeriesHeader
    stored: NDArray[np.generic]
    loaded: NDArray[np.bool_]

    @property
    def is_colour(self) -> bool:
        return self.stored.ndim == 4

    @property
    def is_complete(self) -> bool:
        return bool(self.loaded.all())

    def value_at(self, column: int, row: int, slice_index: int) -> float | tuple[int, ...]:
        """The modality value (HU for CT) at a voxel; (r, g, b) for colour. Raises IndexError outside."""
        if not (0 <= column < self.header.columns and 0 <= row < self.header.rows):
            raise IndexError((column, row, slice_index))
        raw = self.stored[slice_index, row, column]
        if self.is_colour:
            return tuple(int(v) for v in raw)
        rescale = self.header.instances[slice_index].rescale
        return float(raw) * rescale.slope + rescale.intercept
