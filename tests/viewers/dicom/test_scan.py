"""Folders into stacks: order, grouping, geometry, and files that are something else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedMRImageStorage, UltrasoundMultiFrameImageStorage

from study_configs.problem import StudyProblem
from viewers import geometry
from viewers.dicom.load import load
from viewers.dicom.scan import first_image, scan

Series = Callable[..., Path]
SliceOf = Callable[..., Dataset]
PIXELS = np.arange(30, dtype=np.int16).reshape(6, 5)


@pytest.mark.parametrize(
    ("orientation", "step"),
    [
        ((1, 0, 0, 0, 1, 0), (0, 0, 2.5)),
        ((1, 0, 0, 0, 1, 0), (0, 0, -2.5)),
        ((0, 1, 0, 0, 0, -1), (-3, 0, 0)),
        ((1, 0, 0, 0, 0, -1), (0, 1.5, 0)),
        ((1, 0, 0, 0, 0.8, 0.6), (0, -1.2, 1.6)),
    ],
)
def test_that_a_folder_becomes_the_volume_that_simpleitk_sees(
    series: Series, orientation: tuple[float, ...], step: tuple[float, ...]
) -> None:
    folder = series(8, orientation, step)
    [header] = scan(folder).series
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder)))
    theirs = reader.Execute()
    volume = load(header)
    assert header.slice_spacing_mm == pytest.approx(2.5 if abs(step[2]) == 2.5 else np.linalg.norm(step))
    for voxel in [(0, 0, 0), (4, 5, 7), (2, 3, 4)]:
        place = geometry.apply(header.affine, voxel)
        index = theirs.TransformPhysicalPointToIndex(place.tolist())
        assert volume.value_at(*voxel) == theirs[index]


def test_that_tilted_stacks_are_placed_slice_by_slice(series: Series) -> None:
    [header] = scan(series(6, step=(0, 0.4, 2))).series
    assert "tilt" in " ".join(header.warnings)
    for number, instance in enumerate(header.instances):
        np.testing.assert_allclose(geometry.apply(header.affine, (0, 0, number)), instance.position_mm, atol=1e-9)


def test_that_a_missing_slice_is_warned_of(series: Series, tmp_path: Path) -> None:
    series(8)
    [whole] = scan(tmp_path).series
    whole.instances[3].path.unlink()
    [header] = scan(tmp_path).series
    assert header.frames == 7
    assert "not evenly spaced" in header.warnings[0]


def test_that_a_localiser_of_the_same_series_is_a_stack_of_its_own(
    series: Series, slice_of: SliceOf, tmp_path: Path
) -> None:
    series(5)
    slice_of(PIXELS, ImageOrientationPatient=[0, 1, 0, 0, 0, -1]).save_as(tmp_path / "loc", enforce_file_format=True)
    slice_of(np.zeros((9, 9), np.int16)).save_as(tmp_path / "big", enforce_file_format=True)
    found = scan(tmp_path).series
    assert [header.frames for header in found] == [5, 1, 1]
    assert len({header.key for header in found}) == 3
    assert len({header.series_uid for header in found}) == 1


@pytest.mark.parametrize(
    ("tag", "label"),
    [("EchoNumbers", "echo"), ("TemporalPositionIdentifier", "time point"), ("AcquisitionNumber", "acq")],
)
def test_that_repeats_at_one_place_become_stacks_by_what_tells_them_apart(
    slice_of: SliceOf, tmp_path: Path, tag: str, label: str
) -> None:
    for repeat in (1, 2, 3):
        for z in range(4):
            data = slice_of(PIXELS + repeat, ImagePositionPatient=[0, 0, z], **{tag: repeat})
            data.save_as(tmp_path / f"{z}-{repeat}", enforce_file_format=True)
    found = scan(tmp_path).series
    assert [header.frames for header in found] == [4, 4, 4]
    assert all(label in header.description for header in found)
    assert [np.ptp(load(header).stored[:, 0, 0]) for header in found] == [0, 0, 0]


def test_that_repeats_without_a_reason_are_told_apart_by_their_turn(slice_of: SliceOf, tmp_path: Path) -> None:
    for number in range(6):
        data = slice_of(PIXELS, ImagePositionPatient=[0, 0, number % 3], InstanceNumber=number)
        data.save_as(tmp_path / str(number), enforce_file_format=True)
    assert [header.frames for header in scan(tmp_path).series] == [3, 3]


def test_that_two_patients_under_one_series_uid_are_never_mixed(slice_of: SliceOf, tmp_path: Path) -> None:
    for z in range(4):
        data = slice_of(PIXELS, ImagePositionPatient=[0, 0, z], PatientID=f"P{z % 2}")
        data.save_as(tmp_path / str(z), enforce_file_format=True)
    found = scan(tmp_path).series
    assert [(header.patient, header.frames) for header in found] == [("P0", 2), ("P1", 2)]
    assert found[0].key != found[1].key


def test_that_files_without_a_series_uid_have_keys_of_their_own(slice_of: SliceOf, tmp_path: Path) -> None:
    for number in range(2):
        slice_of(PIXELS, SeriesInstanceUID=None).save_as(tmp_path / str(number), enforce_file_format=True)
    assert len({header.key for header in scan(tmp_path).series}) == 2


def test_that_radiographs_of_one_series_stand_for_themselves(slice_of: SliceOf, tmp_path: Path) -> None:
    for number in range(2):
        data = slice_of(
            PIXELS, Modality="DX", ImagePositionPatient=None, ImageOrientationPatient=None, PixelSpacing=None
        )
        data.ImagerPixelSpacing = [0.2, 0.1]
        data.save_as(tmp_path / str(number), enforce_file_format=True)
    found = scan(tmp_path).series
    assert [(header.frames, header.affine, header.spacing_mm) for header in found] == [(1, None, (0.2, 0.1))] * 2
    assert "detector" in found[0].warnings[0]


def test_that_a_cine_is_one_stack_in_the_order_of_its_frames(slice_of: SliceOf, tmp_path: Path) -> None:
    frames = np.arange(4 * 30, dtype=np.uint8).reshape(4, 6, 5)
    data = slice_of(frames, Modality="US", SOPClassUID=UltrasoundMultiFrameImageStorage, NumberOfFrames=4)
    data.save_as(tmp_path / "cine", enforce_file_format=True)
    [header] = scan(tmp_path).series
    assert [instance.frame for instance in header.instances] == [0, 1, 2, 3]
    np.testing.assert_array_equal(load(header).stored, frames)


def enhanced(slice_of: SliceOf, places: list[float]) -> Dataset:
    """An enhanced MR: orientation and pixel measures shared, positions per frame, one frame with its own rescale."""
    frames = np.stack([np.full((6, 5), i, np.int16) for i in range(len(places))])
    data = slice_of(frames, Modality="MR", SOPClassUID=EnhancedMRImageStorage, NumberOfFrames=len(places))
    for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleSlope", "RescaleIntercept"):
        delattr(data, name)
    shared = group(PlaneOrientationSequence={"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]})
    shared.update(group(PixelMeasuresSequence={"PixelSpacing": [0.7, 0.5], "SliceThickness": 2}))
    shared.update(group(PixelValueTransformationSequence=transformation(2)))
    data.SharedFunctionalGroupsSequence = Sequence([shared])
    items = [group(PlanePositionSequence={"ImagePositionPatient": [0, 0, z]}) for z in places]
    items[0].update(group(PixelValueTransformationSequence=transformation(5)))
    data.PerFrameFunctionalGroupsSequence = Sequence(items)
    return data


def transformation(slope: float) -> dict[str, object]:
    return {"RescaleSlope": slope, "RescaleIntercept": 1, "RescaleType": "US"}


def group(**sequences: dict[str, object]) -> Dataset:
    result = Dataset()
    for name, elements in sequences.items():
        item = Dataset()
        for key, value in elements.items():
            setattr(item, key, value)
        setattr(result, name, Sequence([item]))
    return result


def test_that_functional_groups_are_merged_and_the_frame_wins(slice_of: SliceOf, tmp_path: Path) -> None:
    enhanced(slice_of, [4, 0, 2]).save_as(tmp_path / "mr", enforce_file_format=True)
    [header] = scan(tmp_path).series
    assert [instance.frame for instance in header.instances] == [1, 2, 0]
    assert [instance.rescale.slope for instance in header.instances] == [2, 2, 5]
    assert header.spacing_mm == (0.7, 0.5)
    assert header.slice_spacing_mm == 2
    volume = load(header)
    assert [volume.value_at(0, 0, i) for i in range(3)] == [1 * 2 + 1, 2 * 2 + 1, 0 * 5 + 1]


def test_that_fewer_groups_than_frames_is_a_problem_that_names_the_tags(slice_of: SliceOf, tmp_path: Path) -> None:
    data = enhanced(slice_of, [4, 0, 2])
    data.PerFrameFunctionalGroupsSequence = data.PerFrameFunctionalGroupsSequence[:2]
    data.save_as(tmp_path / "mr", enforce_file_format=True)
    [problem] = scan(tmp_path).problems
    assert "(0028,0008) NumberOfFrames is 3" in problem.what
    assert "describes 2 frames" in problem.what


def test_that_objects_without_images_and_copies_are_kept_apart(
    series: Series, slice_of: SliceOf, tmp_path: Path
) -> None:
    series(3)
    (tmp_path / "copy").write_bytes((tmp_path / "0.dcm").read_bytes())
    (tmp_path / "readme.txt").write_text("no image")
    report = slice_of(PIXELS, Modality="SR", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.33", PixelData=None, Rows=None)
    report.save_as(tmp_path / "sr", enforce_file_format=True)
    found = scan(tmp_path)
    assert [other.modality for other in found.other] == ["SR"]
    assert [path.name for path in found.duplicates] == ["copy"]
    assert [path.name for path in found.skipped] == ["readme.txt"]
    assert found.problems == ()
    assert found.series[0].frames == 3


def test_that_an_empty_folder_and_a_missing_one_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(StudyProblem, match=r"no DICOM image among 1 files.*Choose a folder"):
        scan(tmp_path)
    with pytest.raises(StudyProblem, match="no such file or folder"):
        scan(tmp_path / "nowhere")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_that_a_file_without_permission_is_a_problem_among_good_ones(series: Series, tmp_path: Path) -> None:
    series(3)
    (tmp_path / "0.dcm").chmod(0)
    assert [problem.path.name for problem in scan(tmp_path).problems] == ["0.dcm"]


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes on Windows")
def test_that_a_pipe_among_the_files_does_not_stop_the_scan(series: Series, tmp_path: Path) -> None:
    os.mkfifo(series(3) / "pipe")
    assert [path.name for path in scan(tmp_path).skipped] == ["pipe"]


def test_that_a_folder_that_cannot_be_listed_is_a_problem(
    series: Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = series(3) / "closed"
    closed.mkdir()
    listing = os.scandir

    def refuse(path: str) -> object:
        if str(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", refuse)
    [problem] = scan(tmp_path).problems
    assert problem.path == closed
    assert "Permission denied" in problem.what


def test_that_progress_reaches_the_number_of_files(series: Series) -> None:
    seen: list[tuple[int, int]] = []
    scan(series(7), on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (7, 7)


def test_that_the_first_image_needs_no_scan(series: Series, tmp_path: Path) -> None:
    header = first_image(series(7))
    assert header is not None
    assert header.frames == 1
    assert header.instances[0].path == tmp_path / "0.dcm"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.permutations(range(5)), st.integers(-3, 3).filter(bool))
def test_that_file_names_never_decide_the_order(
    tmp_path_factory: pytest.TempPathFactory, slice_of: SliceOf, order: list[int], step: int
) -> None:
    folder = tmp_path_factory.mktemp("order")
    for name, index in enumerate(order):
        data = slice_of(PIXELS, ImagePositionPatient=[0, 0, index * step], InstanceNumber=name)
        data.save_as(folder / str(name), enforce_file_format=True)
    [header] = scan(folder).series
    places = [instance.position_mm[2] for instance in header.instances if instance.position_mm]
    assert places == sorted(places)
    assert header.slice_spacing_mm == pytest.approx(abs(step))


def test_that_real_series_agree_with_pydicom(shared: Path) -> None:
    found = scan(shared / "oncoray+mirp")
    assert len(found.series) == 7
    for header in found.series:
        assert not header.warnings
        for instance in header.instances[:: max(1, header.frames // 5)]:
            theirs = pydicom.dcmread(instance.path, stop_before_pixels=True)
            assert instance.rescale.slope == float(theirs.get("RescaleSlope", 1))
            assert instance.sop_uid == theirs.SOPInstanceUID
            if instance.position_mm:
                assert list(instance.position_mm) == [float(v) for v in theirs.ImagePositionPatient]


def test_that_real_enhanced_objects_are_placed_frame_by_frame(shared: Path, manifest: list[dict[str, str]]) -> None:
    paths = [shared / row["path"] for row in manifest if row["sop"].startswith(("Enhanced", "Legacy Converted"))]
    for path in paths:
        theirs = pydicom.dcmread(path, stop_before_pixels=True).get("PerFrameFunctionalGroupsSequence", [])
        instances = [instance for header in scan(path).series for instance in header.instances]
        assert sorted(instance.frame for instance in instances) == list(range(len(instances)))
        for instance in instances:
            if theirs and "PlanePositionSequence" in theirs[instance.frame]:
                place = theirs[instance.frame].PlanePositionSequence[0].ImagePositionPatient
                assert instance.position_mm == tuple(float(v) for v in place), path
    assert len(paths) > 10


def test_that_every_shared_file_is_scanned_or_explained(shared: Path) -> None:
    found = scan(shared)
    assert len(found.series) > 100
    for problem in found.problems:
        assert problem.what.endswith(".")
        assert problem.todo.endswith(".")
    assert {problem.path.name for problem in found.problems}.isdisjoint({other.path.name for other in found.other})
