"""NIfTI volumes (.nii, .nii.gz), read with suspicion and written: RAS there, LPS here.

What belongs here: the header's geometry and scaling. What does not: what the numbers mean (grids), the images that a
volume belongs to, which no NIfTI names (own.volume_results).
"""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap
from overlays.sources.files import filled, replace_by
from overlays.sources.volumes.grids import MOST_LAYERS, Grid, checked_affine
from overlays.sources.volumes.voxels import LONGEST_HEADER, checked_bytes, telling
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from nibabel import Nifti1Header

TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
LABEL_INTENT = 1002  # NIFTI_INTENT_LABEL
IN_PATIENT = (1, 2)  # xform codes: scanner, aligned; 3 and more are atlases
MM = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}  # by the spatial part of xyzt_units: unknown, m, mm, µm
APART_MM = 0.01  # by which sform and qform may differ without a word
HEADER_1, HEADER_2 = 348, 540


def grids_in(path: Path) -> tuple[Grid, ...]:
    """The volumes in a file: one, or in a 4D file one for each of its last axis. Raises StudyProblem."""
    with telling(path):
        header = _header(path)
        values, slope, intercept = _values(path, header)
        affine, remarks = _affine(header, values.shape[1:])
        low, high = float(header["cal_min"]), float(header["cal_max"])
        whole = Grid(
            values[0],
            affine,
            name=_text(header["intent_name"]),
            slope=slope,
            intercept=intercept,
            is_label=True if int(header["intent_code"]) == LABEL_INTENT else None,
            scale=(low, high) if np.isfinite([low, high]).all() and low < high else None,
            remarks=remarks,
        )
    if len(values) == 1:
        return (whole,)
    split = f"It is a 4D file; each of its {len(values)} volumes became a map."
    return tuple(
        replace(whole, values=each, name=f"{whole.name or 'channel'} {n}", remarks=(*remarks, split) if n == 1 else ())
        for n, each in enumerate(values, 1)
    )


def _header(path: Path) -> Nifti1Header:
    """The header alone, in the file's own byte order; extensions are never read."""
    from nibabel import Nifti1Header, Nifti2Header
    from nibabel.spatialimages import HeaderDataError
    from nibabel.wrapstruct import WrapStructError

    raw = _first_bytes(path)
    kind, size = (Nifti2Header, HEADER_2) if raw[4:8] in (b"n+2\0", b"ni2\0") else (Nifti1Header, HEADER_1)
    if len(raw) < size:
        raise ValueError("its header is cut short")
    try:
        header = kind(raw[:size], check=False)
    except (HeaderDataError, WrapStructError, KeyError, TypeError) as error:
        raise ValueError(f"its header is damaged ({error})") from error
    if bytes(header["magic"])[:2] != b"n+":
        raise ValueError("it is one of a pair of files (.hdr and .img); save it as one .nii file")
    return header


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as plain:
        if plain.read(2) != b"\x1f\x8b":
            plain.seek(0)
            return plain.read(HEADER_2)
    with gzip.open(path) as packed:
        return packed.read(HEADER_2)


def _values(path: Path, header: Nifti1Header) -> tuple[NDArray[Any], float, float]:
    """The numbers (volumes, slices, rows, columns), and slope and intercept that turn them into what they mean."""
    dtype = _dtype(header)
    start = float(header["vox_offset"])
    if not HEADER_1 <= start <= LONGEST_HEADER:
        raise ValueError(f"its voxels would begin at byte {start:g}")
    shape = _shape(header)
    count = checked_bytes(shape, dtype)
    packed = _is_packed(path)
    if not packed and count + start > path.stat().st_size:
        raise ValueError(f"its header asks for {count} bytes of voxels, more than there are")
    with gzip.open(path) if packed else path.open("rb") as stream:
        stream.seek(int(start))
        values = filled(np.empty(shape, dtype), stream.read)  # nibabel takes twice as long to unpack (1.3 s for 105 MB)
        stream.read(1)  # the checksum behind the last voxel
    return values, *_scaling(header)


def _scaling(header: Nifti1Header) -> tuple[float, float]:
    slope, intercept = float(header["scl_slope"]), float(header["scl_inter"])
    if slope == 0 or not np.isfinite([slope, intercept]).all():  # NIfTI-1: a slope of 0 means that there is no scaling
        return 1.0, 0.0
    return slope, intercept


def _dtype(header: Nifti1Header) -> np.dtype[Any]:
    from nibabel.spatialimages import HeaderDataError

    try:
        dtype: np.dtype[Any] = np.dtype(header.get_data_dtype())
    except (HeaderDataError, KeyError) as error:
        raise ValueError("its type of voxels is unknown") from error
    if dtype.kind not in "uif" or dtype.itemsize > 8:
        raise ValueError(f"its voxels are {dtype}: colours, vectors and complex numbers are no maps")
    return dtype


def _shape(header: Nifti1Header) -> tuple[int, int, int, int]:
    """(volumes, slices, rows, columns)"""
    count = int(header["dim"][0])
    if not 2 <= count <= 7:
        raise ValueError(f"it has {count} dimensions")
    sides = [int(side) for side in header["dim"][1 : 1 + count]] + [1, 1]
    if any(side != 1 for side in sides[4:]):
        raise ValueError(f"it has {count} dimensions, such as vectors have: no map")
    if not 1 <= sides[3] <= MOST_LAYERS:
        raise ValueError(
            f"it has {sides[3]} volumes, more than the {MOST_LAYERS} that a result may have: a time series"
        )
    return sides[3], sides[2], sides[1], sides[0]


def _is_packed(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def _text(raw: object) -> str:
    return bytes(raw).split(b"\0")[0].decode("latin-1").strip() if isinstance(raw, bytes | np.ndarray) else ""


# --- geometry --------------------------------------------------------------------------------------------------------


def _affine(header: Nifti1Header, shape: tuple[int, ...]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Voxel (column, row, slice) → LPS mm, and remarks. The sform comes first, as NIfTI-1 says, if in the patient."""
    code_s, code_q = int(header["sform_code"]), int(header["qform_code"])
    if code_s not in IN_PATIENT and code_q not in IN_PATIENT:
        raise ValueError(_homeless(code_s, code_q))
    qform = _qform(header) if code_q in IN_PATIENT else None
    sform = np.asarray(header.get_sform(), np.float64) if code_s in IN_PATIENT else None
    taken = qform if sform is None else sform
    if taken is None:
        raise ValueError("its quaternion is no rotation")
    remarks = []
    if sform is not None and qform is not None and (apart := _apart_mm(sform, qform, shape)) > APART_MM:
        remarks.append(f"sform and qform disagree by up to {apart:.3g} mm; the sform was taken.")
    scale = MM.get(int(header["xyzt_units"]) & 7, 1.0)
    if scale != 1:
        remarks.append(f"Its lengths are not in mm; they were multiplied by {scale:g}.")
    return checked_affine(TO_LPS @ np.diag([scale, scale, scale, 1.0]) @ taken), tuple(remarks)


def _qform(header: Nifti1Header) -> NDArray[np.float64] | None:
    from nibabel.spatialimages import HeaderDataError

    try:
        return np.asarray(header.get_qform(), np.float64)
    except (HeaderDataError, ValueError):
        return None


def _homeless(code_s: int, code_q: int) -> str:
    if code_s == 0 and code_q == 0:
        return "it does not say where its voxels lie (sform_code and qform_code are 0); save it with its affine"
    return "it lies in the space of an atlas (Talairach, MNI), not in the patient's; save it in the space of the images"


def _apart_mm(one: NDArray[np.float64], other: NDArray[np.float64], shape: tuple[int, ...]) -> float:
    """The largest distance between where two affines put a corner of the volume."""
    slices, rows, columns = shape
    corners = np.array([[x, y, z, 1] for x in (0, columns - 1) for y in (0, rows - 1) for z in (0, slices - 1)])
    return float(np.linalg.norm((corners @ (one - other).T)[:, :3], axis=1).max())


# --- writing ---------------------------------------------------------------------------------------------------------


def write(ai_map: AIMap, path: Path) -> None:
    """Write a map as NIfTI-1, its own integers with slope and intercept; packed where the name ends in .gz.

    Names of segments have no place in it. Raises StudyProblem where the map lies on no even grid.
    """
    from nibabel import Nifti1Header

    if ai_map.places or ai_map.images:
        raise StudyProblem("A map whose planes are not evenly spaced is no NIfTI volume.", where=str(path))
    affine = np.linalg.inv(TO_LPS) @ ai_map.affine
    header = Nifti1Header(endianness="<")
    header.set_data_dtype(ai_map.values.dtype)
    header.set_data_shape(ai_map.values.shape[::-1])
    header.set_sform(affine, code=1)
    header.set_qform(affine, code=1)
    if not np.allclose(header.get_qform(), affine, atol=1e-3):  # no qform says a sheared affine
        header["qform_code"] = 0
    header.set_xyzt_units("mm")
    header["cal_min"], header["cal_max"] = ai_map.value_range
    header["intent_name"] = ai_map.label.encode("ascii", "replace")[:15]
    header["intent_code"] = LABEL_INTENT if ai_map.is_label else 0
    header["scl_slope"], header["scl_inter"] = ai_map.slope, ai_map.intercept
    header["magic"], header["vox_offset"] = b"n+1", HEADER_1 + 4
    voxels = np.ascontiguousarray(ai_map.values, ai_map.values.dtype.newbyteorder("<"))
    whole = header.binaryblock + bytes(4) + voxels.tobytes()
    replace_by(path, gzip.compress(whole, 6, mtime=0) if path.name.endswith(".gz") else whole)
