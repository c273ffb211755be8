"""One series as voxels on a grid, with what is needed to show and place them.

What belongs here: the frozen values that scanning produces and drawing consumes.
What does not: reading files (viewers.dicom) and making pictures (viewers.drawing.render).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

WindowShape = Literal["linear", "linear_exact", "sigmoid", "table"]


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A table from values to outputs (a modality or VOI LUT, DICOM PS3.3 C.11.1 and C.11.2.1.1).

    `data` holds little-endian uint16 outputs of `bits` bits; its first entry is for `first` and everything below, its
    last for everything above. Bytes, so that windows stay values that can be compared and kept in tables.
    """

    first: int
    bits: int
    data: bytes
    explanation: str = ""

    @property
    def outputs(self) -> NDArray[np.uint16]:
        return np.frombuffer(self.data, "<u2")


@dataclass(frozen=True, slots=True)
class Window:
    """A value-of-interest window in the units of the modality (HU for CT), DICOM PS3.3 C.11.2.1.2.

    With shape "table", `table` decides what is drawn, moved and stretched as centre and width are: with its n entries
    spread over centre ± width / 2 (one value each where width is n) it is the table as the file has it.
    """

    centre: float
    width: float
    shape: WindowShape = "linear"
    name: str = ""
    table: LookupTable | None = None


@dataclass(frozen=True, slots=True)
class Rescale:
    """The modality transform: value = stored × slope + intercept, or through `table`, in `units` (PS3.3 C.11.1)."""

    slope: float = 1.0
    intercept: float = 0.0
    units: str = ""
    table: LookupTable | None = None

    def values(self, stored: NDArray[np.generic]) -> NDArray[np.float64]:
        """Modality values of stored values of any shape; between a table's entries its outputs are interpolated."""
        if self.table is None:
            return np.asarray(stored.astype(np.float64) * self.slope + self.intercept)
        outputs = self.table.outputs
        return np.asarray(np.interp(stored.astype(np.float64) - self.table.first, np.arange(len(outputs)), outputs))


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
        """Bits of one uncompressed frame. YBR_FULL_422 and YBR_PARTIAL_422 keep two of three samples."""
        samples = 2 if self.photometric.endswith("_422") else self.samples
        return self.rows * self.columns * samples * self.bits_allocated

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The dtype of decoded stored values, in the machine's byte order."""
        if self.floating:
            return np.dtype(f"f{self.bits_allocated // 8}")
        bits = next(size for size in (8, 16, 32, 64) if self.bits_allocated <= size)
        return np.dtype(f"{'i' if self.signed else 'u'}{bits // 8}")


@dataclass(frozen=True, slots=True)
class Shutter:
    """The part of an image that is to be seen; all outside it is covered (DICOM PS3.3 C.7.6.11, C.7.6.15).

    Points are image points (column, row), pixel centres at integers. `shade` is the covering grey from 0 black to 1
    white. An image is seen where every part that is given leaves it open; a bitmap covers where its bits are 1.
    """

    rectangle: tuple[float, float, float, float] | None = None  # left, top, right, bottom, all still open
    circle: tuple[float, float, float] | None = None  # column, row, radius in pixel widths
    polygon: tuple[tuple[float, float], ...] = ()
    shade: float = 0.0
    bitmap: OverlayPlane | None = None


@dataclass(frozen=True, slots=True)
class ScaleRegion:
    """A part of an ultrasound image with a scale of its own (DICOM PS3.3 C.8.5.5).

    `box` is (left, top, right, bottom), all still inside, in pixels from 0. `per_pixel` is one pixel's step to the
    right and downwards, signed, in `units` ("cm", "s", "cm/s" …). At pixel `zero` the axes have `zero_values`.
    """

    box: tuple[int, int, int, int]
    per_pixel: tuple[float, float]
    units: tuple[str, str]
    zero: tuple[int, int] = (0, 0)
    zero_values: tuple[float, float] = (0.0, 0.0)

    @property
    def is_tissue(self) -> bool:
        """Whether lengths can be measured in every direction."""
        return self.units == ("cm", "cm")

    def holds(self, column: float, row: float) -> bool:
        left, top, right, bottom = self.box
        return left - 0.5 <= column <= right + 0.5 and top - 0.5 <= row <= bottom + 0.5

    def values_at(self, column: float, row: float) -> tuple[float, float]:
        """What the axes have at an image point, in their units."""
        return (
            self.zero_values[0] + (column - self.zero[0]) * self.per_pixel[0],
            self.zero_values[1] + (row - self.zero[1]) * self.per_pixel[1],
        )


@dataclass(frozen=True, slots=True)
class OverlayPlane:
    """A one-bit graphic or region over an image, group 60xx (DICOM PS3.3 C.9.2).

    `origin` is the image point (column, row), counted from 0, of its first pixel. `bits` are its rows × columns pixels,
    packed as in the file, eight to a byte, the lowest bit first, from the plane's first pixel of this frame on. A plane
    that lies in an unused bit of the stored values has that bit's number in `stored_bit` and no bits of its own.
    """

    rows: int
    columns: int
    origin: tuple[int, int]
    bits: bytes
    kind: str = "G"  # G graphics, R region of interest
    label: str = ""
    group: int = 0x6000
    stored_bit: int = -1


@dataclass(frozen=True, slots=True)
class Lossy:
    """That the pixels were once compressed with loss (DICOM PS3.3 C.7.6.1.1.5), and how far, where it is said."""

    ratio: float | None = None
    method: str = ""


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
    shutter: Shutter | None = None
    overlays: tuple[OverlayPlane, ...] = ()
    is_inverse: bool = False  # PresentationLUTShape INVERSE: bright where the window gives dark
    suv_factor: float | None = None  # PET: SUV body weight = modality value × this; None where it can't be worked out
    label: str = ""  # what tells this frame from its neighbours: "detector 2", "LAO 30°"


@dataclass(frozen=True, slots=True)
class TimePoint:
    """Where a stack stands among the stacks of its series that show the same places at other times.

    Stacks of one `group` differ in time alone; `index` counts from 0 to `count` - 1. `at_ms` is the time that the
    files say (trigger delay, frame reference time, time of day since the first), to be compared within the group only.
    """

    group: str
    index: int
    count: int
    at_ms: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """That a series is another one looked at otherwise: turned, mirrored, cut in another plane.

    `to_source` maps voxel (column, row, slice) of this series to voxel of `source`, 4×4. `name` says what was done
    ("coronal", "turned right, mirrored") and is part of the key. `places` says, for unevenly spaced sources cut in
    another plane, where each of their slices lies, in steps of their `grid_affine`: `to_source` then leads to such
    places and not to slice numbers.
    """

    source: SeriesHeader
    to_source: NDArray[np.float64]
    name: str
    places: tuple[float, ...] = ()

    @property
    def keeps_grid(self) -> bool:
        """Whether its slices are the source's own, turned or mirrored, so that nothing was interpolated."""
        along = np.abs(self.to_source[:3, :3])
        return bool(np.allclose(along[2, :2], 0) and np.allclose(np.sort(along[:2, :2].ravel()), (0, 0, 1, 1)))


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
    aspect: tuple[float, float] = (1.0, 1.0)  # (height, width) of a pixel in proportion, where not calibrated
    calibration: str = ""  # why `spacing_mm` is not the patient's, in words; "" where it is
    lossy: Lossy | None = None
    frame_ms: tuple[float, ...] = ()  # of a cine: how long each frame stays; one value stands for all
    rescale_type: str = ""  # as the file says: HU, US, OD …
    derived: Derived | None = None
    stack_label: str = ""  # what tells this stack from the others of its series: "b 1000", "phase 3 of 20"
    time: TimePoint | None = None  # for stacks that are one of several times at the same places
    regions: tuple[ScaleRegion, ...] = ()  # of ultrasound, where they have different scales: `spacing_mm` is None then
    is_curved: bool = False  # straightened along a curve: in no plane, at no place; its slices are no files' images
    in_time: bool = False  # its frames lie at one place, one after another in time: no volume, although it has a place

    @property
    def source(self) -> SeriesHeader:
        """The series as the files have it: this one, or that from which it was derived."""
        return self if self.derived is None else self.derived.source

    @property
    def key(self) -> str:
        """Names this stack apart from every other: the series uid, with the stack's number where there are several.

        A derived series adds what was done to it: "1.2.3#1@coronal".
        """
        if self.derived is not None:
            return f"{self.derived.source.key}@{self.derived.name}"
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
        """(row, column) spacing used for drawing: mm, or where not calibrated the pixel's proportions."""
        return self.spacing_mm or self.aspect

    @property
    def grid_affine(self) -> NDArray[np.float64]:
        """`affine`, or for images without patient geometry a frame of their own: x right, y down, z by frame."""
        if self.affine is not None:
            return self.affine
        if self.derived is not None:
            return np.asarray(self.derived.source.grid_affine @ self.derived.to_source)
        row_mm, column_mm = self.pixel_mm
        return np.diag([column_mm, row_mm, self.slice_spacing_mm or 1.0, 1.0])

    def affine_at(self, index: int) -> NDArray[np.float64]:
        """`grid_affine` moved so that its slice 0 is this very slice: exact in unevenly spaced stacks too."""
        moved = self.grid_affine.copy()
        position = self.instances[index].position_mm
        moved[:3, 3] = moved[:3, 3] + moved[:3, 2] * index if self.affine is None or position is None else position
        return moved

    def source_point(self, column: float, row: float, slice_index: float) -> tuple[float, float, int]:
        """The image point of the source series that a point of this one shows: (column, row), nearest slice."""
        if self.derived is None:
            return column, row, round(slice_index)
        x, y, z = self.source_voxel(column, row, slice_index)
        return x, y, int(max(0, min(self.derived.source.frames - 1, round(z))))

    def source_voxel(self, column: float, row: float, slice_index: float) -> tuple[float, float, float]:
        """The same between the source's slices, and beyond them: (column, row, fraction of a slice)."""
        if self.derived is None:
            return column, row, slice_index
        x, y, z = (float(v) for v in (self.derived.to_source @ (column, row, slice_index, 1.0))[:3])
        places = self.derived.places
        return x, y, float(np.interp(z, places, np.arange(len(places)))) if places else z

    def shown_point(self, column: float, row: float, slice_index: float) -> tuple[float, float, float]:
        """Where a point of the source series lies in this one: (column, row, slice), fractions of a slice allowed."""
        if self.derived is None:
            return column, row, slice_index
        places = self.derived.places
        depth = float(np.interp(slice_index, np.arange(len(places)), places)) if places else slice_index
        x, y, z = np.linalg.solve(self.derived.to_source, (column, row, depth, 1.0))[:3]
        return float(x), float(y), float(z)


@dataclass(frozen=True, eq=False)  # no slots: derived volumes extend it
class Volume:
    """The stored values of one series, filled slice by slice while it loads.

    `stored` has shape (slices, rows, columns) with an integer or float dtype, or (slices, rows, columns, 3) uint8
    or uint16 for colour. `loaded` is a boolean array of shape (slices,); the loader sets an entry to True after that
    slice's values are in place. Only of a series larger than the memory budget is an entry cleared again, when its
    slice is given back (viewers.memory); never at the last places that readers were at.
    """

    header: SeriesHeader
    stored: NDArray[np.generic]
    loaded: NDArray[np.bool_]

    @property
    def is_colour(self) -> bool:
        return self.stored.ndim == 4

    def plane(self, slice_index: int) -> NDArray[np.generic]:
        """One slice's stored values, (rows, columns) or (rows, columns, 3); derived volumes work it out when asked."""
        return np.asarray(self.stored[slice_index])

    @property
    def files_loaded(self) -> NDArray[np.bool_]:
        """Which slices of the files' own series are there: `loaded`, or for a derived volume that of its source."""
        return self.loaded

    def revision(self, slice_index: int) -> int:
        """Rises whenever `plane` gives something new for a loaded slice: planes across the files' fill by and by."""
        return 0

    @property
    def is_complete(self) -> bool:
        return bool(self.files_loaded.all())

    def value_at(self, column: int, row: int, slice_index: int) -> float | tuple[int, ...]:
        """The modality value (HU for CT) at a voxel; (r, g, b) for colour. Raises IndexError outside."""
        if not (0 <= column < self.header.columns and 0 <= row < self.header.rows):
            raise IndexError((column, row, slice_index))
        raw = self.plane(slice_index)[row, column]
        if self.is_colour:
            return tuple(int(v) for v in raw)
        return float(self.header.instances[slice_index].rescale.values(raw))
