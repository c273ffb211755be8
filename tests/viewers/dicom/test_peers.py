"""Where volumes lie, against SimpleITK's ImageSeriesReader and dcm2niix, each in a process of its own.

Both leave out the shear of tilted stacks and treat uneven ones as even, so there they are compared in the plane of the
first slice alone, and ours with the files' own positions.
"""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from scipy.spatial.transform import Rotation

from resources.phantoms.chest_ct import make_exam
from resources.phantoms.series import write_series
from viewers import geometry
from viewers.dicom.scan import scan
from viewers.volume import SeriesHeader

Array = NDArray[np.float64]
READ = """
import json, sys
import SimpleITK as sitk
files = json.load(sys.stdin)
if len(files) == 1:
    image = sitk.ReadImage(files[0])
else:
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(files)
    image = reader.Execute()
print(json.dumps([image.GetOrigin(), image.GetSpacing(), image.GetDirection(), image.GetSize()]))
"""
NEAR_MM = 1e-3
# dcm2niix keeps 32-bit numbers and takes the step between slices from the first two: tenths of a micrometre a slice
NIFTI_STEP_MM = 1e-4


def simpleitk_affine(header: SeriesHeader) -> Array | None:
    """Voxel → LPS mm as SimpleITK reads the stack's files in our order; None where it could not."""
    files = list(dict.fromkeys(str(instance.path) for instance in header.instances))
    done = subprocess.run(
        [sys.executable, "-c", READ], input=json.dumps(files), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return None
    origin, spacing, direction, size = json.loads(done.stdout.splitlines()[-1])
    if tuple(size) != (header.columns, header.rows, header.frames):
        return None
    matrix = np.eye(4)
    matrix[:3, :3] = np.array(direction).reshape(3, 3) * np.array(spacing)
    matrix[:3, 3] = origin
    return matrix


def nifti_affines(header: SeriesHeader, folder: Path) -> list[Array]:
    """Voxel → LPS mm of what dcm2niix makes of the stack's files, for results of the stack's own size."""
    source, target = folder / "in", folder / "out"
    source.mkdir()
    target.mkdir()
    for number, path in enumerate(dict.fromkeys(instance.path for instance in header.instances)):
        shutil.copy(path, source / f"{number}.dcm")
    subprocess.run(["dcm2niix", "-z", "n", "-b", "n", "-o", target, source], capture_output=True, check=False)
    size = (header.columns, header.rows, header.frames)
    read = [_nifti(path) for path in sorted(target.glob("*.nii"))]
    return [matrix for shape, matrix in read if shape == size]


def _nifti(path: Path) -> tuple[tuple[int, ...], Array]:
    """Size and sform of a NIfTI-1 file; RAS turned into LPS."""
    head = path.read_bytes()[:348]
    matrix = np.eye(4)
    matrix[:3] = np.array(struct.unpack_from("<12f", head, 280)).reshape(3, 4)
    return struct.unpack_from("<3h", head, 42), np.diag([-1.0, -1.0, 1.0, 1.0]) @ matrix


def apart_mm(header: SeriesHeader, theirs: Array) -> float:
    """The largest distance between the corners of two grids, once axes that run the other way are turned."""
    assert header.affine is not None
    size = np.array([header.columns, header.rows, header.frames])
    ways = np.sign(np.diag(np.linalg.solve(header.affine, theirs))[:3])
    turned = np.diag([*ways, 1.0])
    turned[:3, 3] = np.where(ways > 0, 0, size - 1)
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in size])).reshape(3, -1).T
    return float(np.abs(geometry.apply(header.affine @ turned, corners) - geometry.apply(theirs, corners)).max())


def wander_mm(header: SeriesHeader) -> float:
    """How far the files' own positions leave the straight line along the normal that the peers assume."""
    assert header.affine is not None
    places = np.array([instance.position_mm for instance in header.instances])
    away = places - places[0]
    normal = np.cross(header.affine[:3, 0], header.affine[:3, 1])
    normal /= np.linalg.norm(normal)
    even = np.arange(len(places)) * (away[-1] @ normal) / max(1, len(places) - 1)
    return float(np.abs(away - np.outer(even, normal)).max())


def volumes(path: Path) -> list[SeriesHeader]:
    return [h for h in scan(path).series if h.affine is not None and h.frames > 1 and not h.in_time]


def is_plain(header: SeriesHeader) -> bool:
    return not any("sheared" in warning or "evenly" in warning for warning in header.warnings)


def assert_like_simpleitk(header: SeriesHeader) -> None:
    theirs = simpleitk_affine(header)
    assert theirs is not None
    assert header.affine is not None
    if is_plain(header):
        assert apart_mm(header, theirs) <= NEAR_MM + wander_mm(header)
        return
    np.testing.assert_allclose(theirs[:3, 3], header.affine[:3, 3], atol=NEAR_MM)
    np.testing.assert_allclose(theirs[:3, :2], header.affine[:3, :2], atol=NEAR_MM)


def assert_at_own_positions(header: SeriesHeader) -> None:
    for index, instance in enumerate(header.instances):
        np.testing.assert_allclose(header.affine_at(index)[:3, 3], instance.position_mm, atol=1e-9)
    if not any("evenly" in warning for warning in header.warnings):
        assert header.affine is not None
        found = geometry.apply(header.affine, [(0, 0, index) for index in range(header.frames)])
        np.testing.assert_allclose(found, [instance.position_mm for instance in header.instances], atol=5e-3)


@pytest.mark.slow
def test_that_every_shared_volume_lies_where_simpleitk_puts_it(shared: Path) -> None:
    found = volumes(shared)
    for header in found:
        assert_like_simpleitk(header)
        assert_at_own_positions(header)
    assert len(found) > 25


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("dcm2niix") is None, reason="dcm2niix is not installed")
def test_that_every_shared_volume_lies_where_dcm2niix_puts_it(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    compared = 0
    for header in volumes(shared):
        for theirs in nifti_affines(header, tmp_path_factory.mktemp("nifti")):
            if is_plain(header):
                assert apart_mm(header, theirs) <= NEAR_MM + wander_mm(header) + NIFTI_STEP_MM * header.frames
                compared += 1
    assert compared > 15


def test_that_a_phantom_lies_where_simpleitk_and_dcm2niix_put_it(tmp_path: Path) -> None:
    write_series(make_exam(3, 0, slices=24), tmp_path / "ct", case="c1")
    [header] = volumes(tmp_path / "ct")
    assert_like_simpleitk(header)
    if shutil.which("dcm2niix"):
        [theirs] = nifti_affines(header, tmp_path)
        assert apart_mm(header, theirs) <= NEAR_MM + NIFTI_STEP_MM * header.frames


def test_that_pydicoms_own_media_agree_with_simpleitk() -> None:
    path = get_testdata_file("DICOMDIR")
    if path is None:
        pytest.skip("pydicom came without its test files")
    found = volumes(Path(path))
    for header in found:
        assert_like_simpleitk(header)
    assert found


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.tuples(*[st.floats(-180, 180)] * 3),
    st.floats(0.3, 5).map(lambda v: round(v, 3)),
    st.tuples(*[st.floats(0.2, 2).map(lambda v: round(v, 3))] * 2),
    st.permutations(range(4)),
)
def test_that_any_orientation_and_spacing_agree_with_simpleitk(
    tmp_path_factory: pytest.TempPathFactory,
    slice_of: Callable[..., Dataset],
    degrees: tuple[float, ...],
    step: float,
    spacing: tuple[float, float],
    order: list[int],
) -> None:
    folder = tmp_path_factory.mktemp("turned")
    turned = Rotation.from_euler("xyz", degrees, degrees=True).as_matrix()
    for name, index in enumerate(order):
        position = [round(float(v), 9) for v in (-100, 50, 20) + turned[:, 2] * index * step]
        orientation = [round(float(v), 9) for v in (*turned[:, 0], *turned[:, 1])]
        pixels = np.zeros((6, 5), np.int16)
        tags = {"ImagePositionPatient": position, "ImageOrientationPatient": orientation, "PixelSpacing": list(spacing)}
        slice_of(pixels, **tags).save_as(folder / str(name), enforce_file_format=True)
    [header] = volumes(folder)
    assert_like_simpleitk(header)
    assert_at_own_positions(header)


@pytest.mark.parametrize(
    ("path", "stacks", "words"),
    [
        ("icometrix+dicom2nifti/tests/data/failing/gantrytilting", [4], "sheared against their normal by 14.0°"),
        ("icometrix+dicom2nifti/tests/data/failing/sliceincrement", [4], "1 slice seems to be missing: after slice 3"),
        ("icometrix+dicom2nifti/tests/data/failing/sliceorientation", [2, 2], ""),
        ("icometrix+dicom2nifti/tests/data/philips_enhanced/anatomical", [8], ""),
        ("icometrix+dicom2nifti/tests/data/hyperfine/anatomical", [8], ""),
        (
            "neurolabusc+dcm_qa_ct/In/GE",
            [28],
            "sheared against their normal by 18.5° (gantry tilt, 18.5° in the files)",
        ),
        ("neurolabusc+dcm_qa_enh/In/Siemens/XA10", [6, 6, 6, 6], ""),
        ("qurit+rt-utils/tests/oriented_data", [3], "3 different exams"),
    ],
)
def test_that_real_difficult_series_are_handled_and_said(
    shared: Path, path: str, stacks: list[int], words: str
) -> None:
    found = scan(shared / path).series
    assert [header.frames for header in found] == stacks
    assert words in " ".join(found[0].warnings)
    assert bool(found[0].warnings) == bool(words)
