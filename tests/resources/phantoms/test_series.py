"""The DICOM series of a phantom: valid, and the same voxels in the same place for an independent reader."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK

from resources.phantoms.chest_ct import PhantomExam, make_exam, write_series
from resources.phantoms.series import phantom_uid


@pytest.fixture(scope="module")
def exam() -> PhantomExam:
    return make_exam(12, 1, slices=24)


@pytest.fixture(scope="module")
def files(exam: PhantomExam, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_series(exam, tmp_path_factory.mktemp("series"), case="p012")


def test_that_dciodvfy_finds_no_fault(files: list[Path]) -> None:
    program = shutil.which("dciodvfy")
    if program is None:
        pytest.skip("dciodvfy (dicom3tools) is not installed")
    for path in (files[0], files[-1]):
        told = subprocess.run([program, str(path)], capture_output=True, text=True, check=False)
        assert "Error" not in told.stdout + told.stderr, told.stderr
        assert "Warning" not in told.stdout + told.stderr, told.stderr


def test_that_simpleitk_reads_the_same_voxels_in_the_same_place(exam: PhantomExam, files: list[Path]) -> None:
    image = SimpleITK.ReadImage([str(path) for path in files])
    assert np.array_equal(SimpleITK.GetArrayFromImage(image), exam.hu)
    for index in ((0, 0, 0), (511, 0, 3), (17, 400, 23)):
        ours = exam.affine @ np.append(index, 1.0)
        assert image.TransformIndexToPhysicalPoint(index) == pytest.approx(tuple(ours[:3]), abs=0.01)


def test_that_writing_twice_gives_the_same_bytes(exam: PhantomExam, files: list[Path], tmp_path: Path) -> None:
    again = write_series(exam, tmp_path, case="p012")
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in files]


def test_that_windows_for_lung_and_mediastinum_are_named(files: list[Path]) -> None:
    ds = pydicom.dcmread(files[0], stop_before_pixels=True)
    assert list(ds.WindowCenter) == [-600, 40]
    assert list(ds.WindowWidth) == [1500, 400]
    assert list(ds.WindowCenterWidthExplanation) == ["LUNG", "MEDIASTINUM"]
    assert str(ds.PatientName).startswith("PHANTOM^")


def test_that_uids_are_valid_and_differ_between_cases(files: list[Path]) -> None:
    uids = [pydicom.uid.UID(phantom_uid("series", 12, case)) for case in ("a", "b", "c")]
    assert len(set(uids)) == 3
    assert all(uid.is_valid and uid.startswith("2.25.") and len(uid) <= 64 for uid in uids)
    assert len({pydicom.dcmread(p, stop_before_pixels=True).SOPInstanceUID for p in files}) == len(files)
