"""Every real segmentation: to the voxel as pydicom's own pixels and functional groups have it, and as peers read it."""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from overlays.result import AIMap, AIResult
from overlays.sources.maps import segmentation
from study_configs.problem import StudyProblem

GOOD = (
    "ImagingDataCommons+highdicom/data/test_files/seg_image_cr_binary.dcm",
    "ImagingDataCommons+highdicom/data/test_files/seg_image_ct_binary.dcm",
    "ImagingDataCommons+highdicom/data/test_files/seg_image_ct_binary_overlap.dcm",
    "ImagingDataCommons+highdicom/data/test_files/seg_image_ct_true_fractional.dcm",
    "ImagingDataCommons+highdicom/data/test_files/seg_image_sm_control_labelmap.dcm",
    "QIICR+dcmqi/data/segmentations/23x38x3/seg/label.seg",
    "QIICR+dcmqi/data/segmentations/24x38x3/seg/label.seg",
    "QIICR+dcmqi/data/segmentations/partial_overlaps.dcm",
    "QIICR+dcmqi/data/sr-example/seg.dcm",
    "derived_ai/bad_seg_frames_shuffled_valid.dcm",
    "derived_ai/bad_seg_positions_off_by_2mm.dcm",
    "derived_ai/ct_seg_binary_overlap.dcm",
    "derived_ai/ct_seg_fractional_probability_max100_rle.dcm",
    "derived_ai/ct_seg_labelmap_rle.dcm",
    "derived_ai/dx_seg_binary.dcm",
    "notZaki+DICOMSamples/DICOMSamples/MR_UnspecifiedLength.dcm",
    "oncoray+mirp/test/data/dce_images_mr/UCSF-BR-06/mask/1-1.dcm",
    "pydicom+pydicom-data/data_store/data/liver.dcm",
    "pydicom+pydicom-data/data_store/data/liver_nonbyte_aligned.dcm",
)
PACKED_OTHERWISE = ("liver_deflate.dcm", "liver_rle.dcm")  # of liver.dcm; pydicom decodes neither
IN_SPACE = [each for each in GOOD if "cr_binary" not in each and "dx_" not in each and "_sm_" not in each]

TOOLS = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
Where = tuple[float, ...] | tuple[str, int]
Frames = dict[tuple[int, Where], NDArray[np.generic]]


def read(path: Path) -> AIResult:
    [result] = segmentation.read(path)
    return result


@pytest.mark.parametrize("name", GOOD)
def test_that_every_voxel_is_that_of_the_file_at_its_place_in_the_patient(shared: Path, name: str) -> None:
    expected = frames_by_pydicom(shared / name)
    found = frames_of_maps(read(shared / name))
    assert {key for key, pixels in expected.items() if pixels.any()} <= found.keys()
    for key, pixels in found.items():
        assert np.array_equal(pixels, expected.get(key, np.zeros_like(pixels))), key


def frames_of_maps(result: AIResult) -> Frames:
    """Every plane of every segment, by where it lies."""
    found: Frames = {}
    for each in result.maps:
        for plane, values in enumerate(each.values):
            for segment in each.segments:
                number = single_number(result, segment.number)
                found[number, where(each, plane)] = (values == segment.number) if each.is_label else values
    return found


def single_number(result: AIResult, number: int) -> int:
    return 0 if len(result.maps) == 1 and len(result.maps[0].segments) == 1 else number


def where(each: AIMap, plane: int) -> Where:
    if each.images:
        return each.images[plane].sop_uid, each.images[plane].frame or 0
    place = each.places[plane] if each.places else plane
    at = each.affine @ (0, 0, place, 1)
    return tuple(round(float(v), 1) + 0.0 for v in at[:3])


def frames_by_pydicom(path: Path) -> Frames:
    """The same from the file, frame by frame and item by item: slow and plain."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path)
        pixels = dataset.pixel_array.reshape(-1, dataset.Rows, dataset.Columns)
    shared_groups = dataset.SharedFunctionalGroupsSequence[0]
    described = [s.SegmentNumber for s in dataset.SegmentSequence if s.SegmentNumber > 0]
    found: Frames = {}
    for own, values in zip(dataset.PerFrameFunctionalGroupsSequence, pixels, strict=True):
        at = where_by_pydicom(own, shared_groups)
        if dataset.SegmentationType == "LABELMAP":
            for number in described:
                found[0 if len(described) == 1 else number, at] = values == number
        else:
            number = group(own, shared_groups, "SegmentIdentificationSequence").ReferencedSegmentNumber
            binary = dataset.SegmentationType == "BINARY"
            found[0 if len(described) == 1 else number, at] = (values > 0) if binary else values
    return found


def group(own: Dataset, shared_groups: Dataset, name: str) -> Dataset:
    return own[name].value[0] if name in own else shared_groups[name].value[0]


def where_by_pydicom(own: Dataset, shared_groups: Dataset) -> Where:
    if "PlanePositionSequence" in own or "PlanePositionSequence" in shared_groups:
        at = group(own, shared_groups, "PlanePositionSequence").ImagePositionPatient
        return tuple(round(float(v), 1) + 0.0 for v in at)
    source = own.DerivationImageSequence[0].SourceImageSequence[0]
    return source.ReferencedSOPInstanceUID, int(source.get("ReferencedFrameNumber", 1)) - 1


@pytest.mark.parametrize("name", PACKED_OTHERWISE)
def test_that_compressed_bits_are_those_of_the_plain_file(shared: Path, name: str) -> None:
    folder = shared / "pydicom+pydicom-data/data_store/data"
    [plain], [packed] = read(folder / "liver.dcm").maps, read(folder / name).maps
    assert np.array_equal(packed.values, plain.values)
    assert np.array_equal(packed.affine, plain.affine)
    assert plain.values.sum() == 107_098


@pytest.mark.parametrize("name", IN_SPACE)
def test_that_highdicom_finds_the_same_volume(shared: Path, name: str) -> None:
    highdicom = pytest.importorskip("highdicom")
    try:
        file = highdicom.seg.segread(shared / name)
        volume = file.get_volume(rescale_fractional=False)
    except (ValueError, RuntimeError, AttributeError, NotImplementedError, sqlite3.Error) as error:
        pytest.skip(f"highdicom cannot read it: {error}")
    numbers = list(file.segment_numbers)
    for each in read(shared / name).maps:
        for segment in each.segments:
            theirs = volume.array[..., numbers.index(segment.number if len(numbers) > 1 else numbers[0])]
            ours = (each.values == segment.number) if each.is_label else each.values
            assert np.array_equal(on_grid(ours, each.affine, theirs, volume.affine), theirs)


def on_grid(
    ours: NDArray[np.generic],
    affine: NDArray[np.float64],
    theirs: NDArray[np.generic],
    their_affine: NDArray[np.float64],
) -> NDArray[np.generic]:
    """Our array on the peer's grid (slice, row, column → mm): whole planes moved or turned over, nothing else."""
    assert np.allclose(their_affine[:3, 2], affine[:3, 0], atol=1e-4)
    assert np.allclose(their_affine[:3, 1], affine[:3, 1], atol=1e-4)
    found = np.zeros_like(theirs)
    for plane in range(len(theirs)):
        at = np.linalg.solve(affine[:3, :3], their_affine[:3, :3] @ (plane, 0, 0) + their_affine[:3, 3] - affine[:3, 3])
        assert np.allclose(at, np.rint(at), atol=0.02)
        assert (round(at[0]), round(at[1])) == (0, 0)
        if 0 <= round(at[2]) < len(ours):
            found[plane] = ours[round(at[2])]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", [each for each in IN_SPACE if "labelmap" not in each and "probab" not in each])
def test_that_dcmqi_finds_the_same_segments(shared: Path, name: str, tmp_path: Path) -> None:
    sitk = pytest.importorskip("SimpleITK")
    if not (tool := shutil.which("segimage2itkimage", path=TOOLS)):
        pytest.skip("dcmqi is not on this machine")
    command = [tool, "--inputDICOM", str(shared / name), "--outputDirectory", str(tmp_path), "-t", "nrrd", "-p", "s"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    written = sorted(tmp_path.glob("s-*.nrrd"))
    if done.returncode != 0 or not written:
        pytest.skip("dcmqi cannot read it")
    result = read(shared / name)
    for path in written:
        image = sitk.ReadImage(str(path))
        number = int(path.stem.split("-")[1])
        ours = {key[1]: pixels for key, pixels in frames_of_maps(result).items() if key[0] in (0, number)}
        theirs = sitk.GetArrayFromImage(image)
        turned = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
        filled = 0
        for plane, pixels in enumerate(theirs):
            at = tuple(round(float(v), 1) + 0.0 for v in turned @ (0, 0, plane) + image.GetOrigin())
            mine = ours.get(at)
            assert np.array_equal(pixels > 0, np.zeros_like(pixels, bool) if mine is None else mine > 0), at
            filled += int((pixels > 0).sum())
        assert filled == sum(int((each > 0).sum()) for each in ours.values())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bad_seg_more_frames_declared_than_groups.dcm", ("0028,0008", "21", "14")),
        ("bad_seg_pixeldata_short.dcm", ("7FE0,0010", "229376", "458752")),
    ],
)
def test_that_a_broken_file_is_refused_with_the_tag_and_both_numbers(
    shared: Path, name: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(StudyProblem) as refused:
        segmentation.read(shared / "derived_ai" / name)
    assert refused.value.where.endswith(name)
    for each in words:
        assert each in str(refused.value)


def test_that_shuffled_frames_are_the_same_maps_as_those_in_order(shared: Path) -> None:
    plain = read(shared / "derived_ai/ct_seg_binary_overlap.dcm")
    shuffled = read(shared / "derived_ai/bad_seg_frames_shuffled_valid.dcm")
    assert len(plain.maps) == len(shuffled.maps) == 2
    for one, other in zip(plain.maps, shuffled.maps, strict=True):
        assert np.array_equal(one.values, other.values)
        assert np.array_equal(one.affine, other.affine)


def test_that_planes_say_which_image_they_were_drawn_over(shared: Path) -> None:
    """Positions that are 2 mm off can be told from the images that the same planes name."""
    [here, *_] = read(shared / "derived_ai/ct_seg_binary_overlap.dcm").maps
    [off, *_] = read(shared / "derived_ai/bad_seg_positions_off_by_2mm.dcm").maps
    assert here.plane_images == off.plane_images
    assert math.dist(here.affine[:3, 3], off.affine[:3, 3]) == pytest.approx(2.0, abs=1e-6)


def test_that_chances_keep_the_stored_numbers_and_the_files_own_maximum(shared: Path) -> None:
    [chances] = read(shared / "derived_ai/ct_seg_fractional_probability_max100_rle.dcm").maps
    assert chances.kind == "probability"
    assert chances.values.dtype == np.uint8
    assert chances.values.max() == 100
    assert chances.slope * 100 == pytest.approx(1.0)
    assert chances.value_range == (0.0, 1.0)


def test_that_occupancy_is_no_chance(shared: Path) -> None:
    [share] = read(shared / "notZaki+DICOMSamples/DICOMSamples/MR_UnspecifiedLength.dcm").maps
    assert share.kind == "fractional"
    assert share.segments[0].label == "Breast"


def test_that_a_projection_image_gets_its_mask_on_the_instance(shared: Path) -> None:
    result = read(shared / "derived_ai/dx_seg_binary.dcm")
    assert result.frame_of_reference_uid == ""
    assert len(result.maps[0].images) == 1
    assert result.maps[0].images[0].sop_uid in result.references[0].sop_uids


def test_that_overlapping_segments_share_as_few_maps_as_hold_them(shared: Path) -> None:
    result = read(shared / "QIICR+dcmqi/data/segmentations/partial_overlaps.dcm")
    homes = [[segment.label for segment in each.segments] for each in result.maps]
    assert homes == [["GREEN", "LIGHT_BLUE", "DARK_BLUE"], ["ORANGE"], ["PURPLE"]]
    assert result.maps[0].segments[0].colour == (124, 175, 127)
    assert all(each.values.dtype == np.uint8 for each in result.maps)
