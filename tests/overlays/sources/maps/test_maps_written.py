"""Maps written as DICOM and read back: by ourselves, highdicom, dcmqi and the validator dciodvfy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    UltrasoundMultiFrameImageStorage,
    generate_uid,
)

from overlays.result import AIMap, AIResult, Code, ImageRef, Provenance, Segment
from overlays.sources.maps import parametric_map, parametric_map_writing, segmentation, segmentation_writing
from study_configs.problem import StudyProblem

highdicom = pytest.importorskip("highdicom")

MADE = Provenance("model", "LiverAid", version="2.1", maker="Lab")
TUMOUR = Code("108369006", "SCT", "Neoplasm")
SHAPE = (6, 12, 16)
TOOLS = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
OBLIQUE = np.array([[0.8, 0.6, 0.0], [-0.36, 0.48, 0.8]])
Images = list[Dataset]


def image(sop_class: str, shape: tuple[int, int], uids: tuple[str, str]) -> Dataset:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = sop_class
    data.SOPInstanceUID = generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = uids
    data.StudyDate, data.StudyTime, data.AccessionNumber, data.StudyID = "20260101", "120000", "1", "1"
    data.PatientName, data.PatientID, data.PatientBirthDate, data.PatientSex = "Phantom^One", "P1", "19500101", "O"
    data.ReferringPhysicianName, data.PositionReferenceIndicator = "", ""
    data.Rows, data.Columns = shape
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
    return data


def affine_of(directions: NDArray[np.float64] = np.eye(3)[:2], step: float = 2.5) -> NDArray[np.float64]:  # noqa: B008
    found = np.eye(4)
    found[:3, 0], found[:3, 1] = directions[0] * 0.75, directions[1] * 0.5
    found[:3, 2] = np.cross(*directions) * step
    found[:3, 3] = (-20.0, 30.0, -40.0)
    return found


def ct(affine: NDArray[np.float64], shape: tuple[int, int, int] = SHAPE) -> Images:
    uids, space = (generate_uid(), generate_uid()), generate_uid()
    images = []
    for plane in range(shape[0]):
        each = image(CTImageStorage, shape[1:], uids)
        each.Modality, each.FrameOfReferenceUID = "CT", space
        each.ImagePositionPatient = [round(float(v), 6) for v in (affine @ (0, 0, plane, 1))[:3]]
        unit = affine[:3, :2] / np.linalg.norm(affine[:3, :2], axis=0)
        each.ImageOrientationPatient = [round(float(v), 6) for v in unit.T.reshape(-1)]
        each.PixelSpacing, each.SliceThickness = [0.5, 0.75], 2.5
        images.append(each)
    return images


def ai_map(values: NDArray[Any], affine: NDArray[np.float64], *segments: Segment, **changes: Any) -> AIMap:
    plain = AIMap("map-1", "organs", "label", values, affine, (0.0, 2.0), "", MADE, segments=segments)
    return replace(plain, **changes)


def result_of(*maps: AIMap) -> AIResult:
    return AIResult("", "", "", (), maps, MADE)


def labels(seed: int = 1, high: int = 3, shape: tuple[int, int, int] = SHAPE) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, high, shape, np.uint8)


ONE, TWO = Segment(1, "liver", (200, 60, 40)), Segment(2, "tumour", (20, 180, 220), TUMOUR)


def read(path: Path) -> AIResult:
    [found] = segmentation.read(path)
    return found


def check_valid(path: Path) -> None:
    """That the validator finds no error in what was written."""
    if not (tool := shutil.which("dciodvfy", path=TOOLS)):
        return
    said = subprocess.run([tool, str(path)], capture_output=True, timeout=60, check=False)
    errors = [line for line in said.stderr.decode(errors="replace").splitlines() if line.startswith("Error")]
    assert not errors


# --- segmentations --------------------------------------------------------------------------------------------------


def test_that_a_label_map_comes_back_with_its_segments(tmp_path: Path) -> None:
    affine = affine_of()
    images, values = ct(affine), labels()
    path = tmp_path / "seg.dcm"
    segmentation_writing.write(result_of(ai_map(values, affine, ONE, TWO)), images, path)
    back = read(path)
    [found] = back.maps
    assert np.array_equal(found.values, values)
    assert np.allclose(found.affine, affine, atol=1e-6)
    assert [(each.number, each.label) for each in found.segments] == [(1, "liver"), (2, "tumour")]
    assert found.segments[1].code == TUMOUR
    for each, meant in zip(found.segments, (ONE, TWO), strict=True):
        assert (
            np.abs(np.subtract(each.colour or (0, 0, 0), meant.colour or (0, 0, 0))).max() <= 1
        )  # CIELab of 8 bits on the way
    assert (back.provenance.model, back.provenance.version, back.provenance.maker) == ("LiverAid", "2.1", "Lab")
    assert back.series_uid == str(images[0].SeriesInstanceUID)
    assert [each.sop_uid if each else "" for each in found.plane_images] == [str(one.SOPInstanceUID) for one in images]


def test_that_a_label_map_as_bits_is_the_same_and_valid(tmp_path: Path) -> None:
    affine = affine_of()
    images, values = ct(affine), labels()
    path = tmp_path / "seg.dcm"
    segmentation_writing.write_binary(result_of(ai_map(values, affine, ONE, TWO)), images, path)
    [found] = read(path).maps
    assert np.array_equal(found.values, values)
    check_valid(path)


def test_that_overlapping_maps_come_back_as_overlapping_maps(tmp_path: Path) -> None:
    affine = affine_of()
    one, two = labels(1, 2), labels(2, 2) * 2
    maps = (
        ai_map(one, affine, ONE, kind="binary"),
        ai_map(two, affine, TWO, id="map-2"),
    )
    path = tmp_path / "seg.dcm"
    segmentation_writing.write(result_of(*maps), ct(affine), path)
    first, second = read(path).maps
    assert np.array_equal(first.values, one)
    assert np.array_equal(second.values, two)
    check_valid(path)


@pytest.mark.parametrize("most", [100, 255])
def test_that_chances_keep_their_stored_numbers(tmp_path: Path, most: int) -> None:
    affine = affine_of()
    values = labels(high=most + 1)
    chances = ai_map(values, affine, ONE, kind="probability", slope=1 / most, value_range=(0.0, 1.0))
    path = tmp_path / "seg.dcm"
    segmentation_writing.write(result_of(chances), ct(affine), path)
    [found] = read(path).maps
    assert found.kind == "probability"
    assert np.array_equal(found.values, values)
    assert found.slope == pytest.approx(1 / most)
    check_valid(path)


def test_that_a_projections_mask_stays_on_its_image(tmp_path: Path) -> None:
    one = image(DigitalXRayImageStorageForPresentation, SHAPE[1:], (generate_uid(), generate_uid()))
    one.Modality = "DX"
    values = labels(shape=(1, *SHAPE[1:]), high=2)
    flat = ai_map(values, np.eye(4), ONE, kind="binary", images=(ImageRef(str(one.SOPInstanceUID)),))
    path = tmp_path / "seg.dcm"
    segmentation_writing.write(result_of(flat), [one], path)
    [found] = read(path).maps
    assert np.array_equal(found.values, values)
    assert found.images == flat.images


def test_that_a_cines_masks_stay_on_their_frames(tmp_path: Path) -> None:
    cine = image(UltrasoundMultiFrameImageStorage, SHAPE[1:], (generate_uid(), generate_uid()))
    cine.Modality, cine.NumberOfFrames = "US", 9
    uid = str(cine.SOPInstanceUID)
    values = labels(shape=(3, *SHAPE[1:]), high=2)
    on = ai_map(values, np.eye(4), ONE, kind="binary", images=tuple(ImageRef(uid, frame) for frame in (1, 4, 7)))
    path = tmp_path / "seg.dcm"
    segmentation_writing.write(result_of(on), [cine], path)
    [found] = read(path).maps
    back = dict(zip(found.images, found.values, strict=True))
    assert back.keys() == set(on.images)
    assert all(np.array_equal(back[ref], plane) for ref, plane in zip(on.images, values, strict=True))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 1000),
    shape=st.tuples(
        st.integers(1, 5), st.integers(3, 9), st.integers(3, 9)
    ),  # highdicom 0.28 loses bits below 8 pixels
    directions=st.sampled_from([np.eye(3)[:2], np.eye(3)[1:], OBLIQUE]),
    at=st.sampled_from([(0.0, 0.0, 0.0), (3.3, -1.25, 7.0)]),
    scale=st.sampled_from([1.0, 0.5, 4.0]),
    kind=st.sampled_from(["label", "binary", "probability"]),
)
def test_that_any_grid_over_any_images_comes_back(
    tmp_path: Path,
    seed: int,
    shape: tuple[int, int, int],
    directions: NDArray[np.float64],
    at: tuple[float, float, float],
    scale: float,
    kind: str,
) -> None:
    """Finer, coarser, shifted and turned grids, that share nothing with the images but the frame of reference."""
    affine = affine_of(directions)
    affine[:3, :3] *= scale
    affine[:3, 3] += at
    high = {"label": 3, "binary": 2, "probability": 256}[kind]
    values = labels(seed, high, shape)
    values[[0, -1]] = high - 1  # planes that are empty at the ends are left out
    segments = (ONE, TWO) if kind == "label" else (ONE,)
    slope = 1 / 255 if kind == "probability" else 1.0
    fresh = tmp_path / f"{seed}-{os.urandom(6).hex()}.dcm"
    written = result_of(ai_map(values, affine, *segments, kind=kind, slope=slope))
    segmentation_writing.write(written, ct(affine_of()), fresh)
    [found] = read(fresh).maps
    assert np.array_equal(found.values, values)
    assert np.allclose(found.affine, affine, atol=1e-4)


def test_that_uneven_planes_come_back_at_their_places(tmp_path: Path) -> None:
    affine = affine_of()
    values = labels(high=2) | 1
    places = (0.0, 1.0, 2.4, 3.4, 5.0, 8.1)
    path = tmp_path / "seg.dcm"
    written = ai_map(values, affine, ONE, kind="binary", places=places)
    segmentation_writing.write(result_of(written), ct(affine), path)
    [found] = read(path).maps
    heights = [found.affine[2, 2] * place for place in found.places]
    assert heights == pytest.approx([2.5 * place for place in places], abs=1e-4)


def test_that_a_missing_image_and_mixed_kinds_are_told(tmp_path: Path) -> None:
    affine = affine_of()
    lost = ai_map(labels()[:1], np.eye(4), ONE, images=(ImageRef("1.2.3"),))
    with pytest.raises(StudyProblem, match="not among those given"):
        segmentation_writing.write(result_of(lost), ct(affine), tmp_path / "seg.dcm")
    heat = ai_map(labels(), affine, kind="saliency")
    with pytest.raises(StudyProblem, match="do not go into one segmentation"):
        segmentation_writing.write(result_of(ai_map(labels(), affine, ONE), heat), ct(affine), tmp_path / "seg.dcm")
    assert not list(tmp_path.iterdir())


def test_that_highdicom_and_dcmqi_read_what_we_write(tmp_path: Path) -> None:
    sitk = pytest.importorskip("SimpleITK")
    affine = affine_of()
    values = labels(shape=(6, 16, 16)) | 1
    path = tmp_path / "seg.dcm"
    segmentation_writing.write_binary(
        result_of(ai_map(values, affine, ONE, TWO, Segment(3, "rest"))), ct(affine, (6, 16, 16)), path
    )
    volume = highdicom.seg.segread(path).get_volume(combine_segments=True)
    order = int(np.sign(np.linalg.solve(affine[:3, :3], volume.affine[:3, 0])[2]))
    assert np.array_equal(volume.array, values[::order])
    if not (tool := shutil.which("segimage2itkimage", path=TOOLS)):
        pytest.skip("dcmqi is not on this machine")
    command = [tool, "--inputDICOM", str(path), "--outputDirectory", str(tmp_path), "-t", "nrrd", "--mergeSegments"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    [written] = tmp_path.glob("*.nrrd")
    theirs = sitk.ReadImage(str(written))
    assert np.array_equal(sitk.GetArrayFromImage(theirs), values)
    assert np.allclose(theirs.GetOrigin(), affine[:3, 3])


# --- parametric maps ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint16, np.uint8])
def test_that_a_field_comes_back_with_its_units_and_range(tmp_path: Path, dtype: type) -> None:
    affine = affine_of()
    values = (np.random.default_rng(1).random(SHAPE) * 200).astype(dtype)
    is_float = np.dtype(dtype).kind == "f"
    slope, intercept = (1.0, 0.0) if is_float else (0.5, -10.0)
    ends = (0.0, 200.0) if is_float else (-10.0, 90.0)
    field = ai_map(
        values, affine, kind="parametric", label="diffusion", units="mm2/s", slope=slope, intercept=intercept
    )
    path = tmp_path / "pm.dcm"
    parametric_map_writing.write(result_of(replace(field, value_range=ends)), ct(affine), path)
    [back] = parametric_map.read(path)
    [found] = back.maps
    assert np.allclose(found.values, values, rtol=1e-6)
    assert np.allclose(found.affine, affine, atol=1e-6)
    assert (found.slope, found.intercept, found.units) == (slope, intercept, "mm2/s")
    assert found.value_range == pytest.approx(ends)
    assert back.remarks == ()
    check_valid(path)
    theirs = highdicom.imread(path).get_volume(apply_real_world_transform=False)
    order = int(np.sign(np.linalg.solve(affine[:3, :3], theirs.affine[:3, 0])[2]))
    assert np.array_equal(theirs.array, values[::order])


def test_that_a_coarse_map_of_one_projection_stays_on_it(tmp_path: Path) -> None:
    one = image(DigitalXRayImageStorageForPresentation, (40, 40), (generate_uid(), generate_uid()))
    one.Modality = "DX"
    values = np.random.default_rng(1).random((1, 40, 40)).astype(np.float32)
    field = ai_map(values, np.eye(4), kind="saliency", label="saliency", images=(ImageRef(str(one.SOPInstanceUID)),))
    path = tmp_path / "pm.dcm"
    parametric_map_writing.write(result_of(replace(field, value_range=(0.0, 1.0))), [one], path)
    [found] = parametric_map.read(path)[0].maps
    assert found.images == field.images
    assert found.kind == "saliency"
    assert np.array_equal(found.values, values)
