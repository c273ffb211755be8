"""Every real AI result that is shared, over its images: read and placed right, or refused with the right reason.

What a map shows on each image is counted again from the file's frames with pydicom alone, and compared to the voxel
with what dcmqi makes of the file and SimpleITK resamples.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813  # the name its own documentation uses

from overlays.cutting.fields import map_section
from overlays.cutting.outlines import finding_outline
from overlays.placing.results import Placed, lies_on, placed
from overlays.result import AIResult, ContourStack, OnImage
from overlays.sources.forms import read
from study_configs.problem import StudyProblem
from viewers import geometry
from viewers.dicom.scan import scan
from viewers.volume import SeriesHeader

pytestmark = pytest.mark.slow

HIGHDICOM = "ImagingDataCommons+highdicom/data/test_files"
DCMQI = "QIICR+dcmqi/data"
MIRP = "oncoray+mirp/test/data"
LIVER = "pydicom+pydicom-data/data_store/data"
STORED = "1.2.840.10008.5.1.4.1.1."
RESULT_CLASSES = tuple(STORED + tail for tail in ("66.4", "66.7", "30", "88.", "11.", "481.3"))

SEGMENTATIONS = (  # over their own images, everything seen
    f"{HIGHDICOM}/seg_image_cr_binary.dcm",
    f"{HIGHDICOM}/seg_image_ct_binary.dcm",
    f"{HIGHDICOM}/seg_image_ct_binary_overlap.dcm",
    f"{HIGHDICOM}/seg_image_ct_true_fractional.dcm",
    f"{HIGHDICOM}/seg_image_sm_control_labelmap.dcm",
    f"{DCMQI}/segmentations/23x38x3/seg/label.seg",
    f"{DCMQI}/segmentations/24x38x3/seg/label.seg",
    f"{DCMQI}/segmentations/partial_overlaps.dcm",
    "derived_ai/bad_seg_frames_shuffled_valid.dcm",
    "derived_ai/ct_seg_binary_overlap.dcm",
    "derived_ai/ct_seg_fractional_probability_max100_rle.dcm",
    "derived_ai/ct_seg_labelmap_rle.dcm",
    "derived_ai/dx_seg_binary.dcm",
    f"{MIRP}/dce_images_mr/UCSF-BR-06/mask/1-1.dcm",
    f"{LIVER}/liver.dcm",
    f"{LIVER}/liver_deflate.dcm",
    f"{LIVER}/liver_nonbyte_aligned.dcm",
    f"{LIVER}/liver_rle.dcm",
)
OTHERS = (  # over their own images too
    f"{HIGHDICOM}/sr_document.dcm",
    "derived_ai/dx_tid1500_boxes_scoord.dcm",
    "derived_ai/dx_gsps_contour_text.dcm",
    "derived_ai/ct_pm_saliency_float32.dcm",
    f"{LIVER}/parametric_map_float.dcm",
    f"{MIRP}/sts_images/STS_001/CT/dicom/mask/RS.dcm",
    f"{MIRP}/sts_images/STS_001/MR_T1/dicom/mask/RS.dcm",
    f"{MIRP}/sts_images/STS_001/PET/dicom/mask/RS.dcm",
)
LEFT_OUT = {  # read, and then not placed: every one of its elements for this reason
    "derived_ai/bad_seg_positions_off_by_2mm.dcm": "its planes lie up to 2.0 mm off the images that they name",
    "derived_ai/bad_tid1500_coordinates_outside_image.dcm": "its point (-500.5, -500.5) lies outside the image",
    "qurit+rt-utils/tests/mock_data/rt.dcm": "it names this series with another frame of reference",
    "notZaki+DICOMSamples/DICOMSamples/MR_UnspecifiedLength.dcm": "it lies in another frame of reference",  # no images
    "pydicom+pydicom/src/pydicom/data/test_files/rtstruct.dcm": "it lies in another frame of reference",  # no images
    f"{DCMQI}/sr-example/seg.dcm": "it lies in another frame of reference",
    f"{DCMQI}/sr-example/sr.dcm": "the segmentation that has its place is not in this case",
    "dcmjs-org+dcmjs/test/sample-sr.dcm": "the image that it names is not in this case",
}
UNREADABLE = {  # what is said of them
    "derived_ai/bad_seg_more_frames_declared_than_groups.dcm": "NumberOfFrames is 21",
    f"{HIGHDICOM}/seg_image_sm_control.dcm": "Its tiles lie elsewhere in the slide",
    "derived_ai/bad_seg_pixeldata_short.dcm": "PixelData holds 229376 bytes",
    "pydicom+pydicom/src/pydicom/data/test_files/reportsi.dcm": "not a result of AI",
    "pydicom+pydicom/src/pydicom/data/test_files/test-SR.dcm": "not a result of AI",
    "dcm4che+dcm4che/dcm4che-test-data/src/main/resources/Tag-0040-A170-VR-CS.dcm": "titled container",
    "dcm4che+dcm4che/dcm4che-test-data/src/main/resources/report_dfl": "not a result of AI",
    "nroduit+weasis-dicom-tools/weasis-dicom-tools/src/test/resources/org/dcm4che3/img/prLUTs.dcm": "without",
    "cornerstonejs+cornerstone3D/packages/dicomImageLoader/testImages/no-pixel-data.dcm": "not a result of AI",
}


@dataclass(frozen=True)
class Library:
    """All shared images, to be found by what results name."""

    root: Path
    series: tuple[SeriesHeader, ...]
    others: frozenset[str]

    def case_of(self, result: AIResult) -> list[SeriesHeader]:
        """The series that a result belongs to, by any of its references or its frame of reference."""
        named = {result.series_uid, *(each.series_uid for each in result.references)} - {""}
        sops = {uid for each in result.references for uid in each.sop_uids}
        sops |= {each.image.sop_uid for each in result.findings if each.image}
        frame = result.frame_of_reference_uid
        return [
            header
            for header in self.series
            if header.series_uid in named
            or (frame and header.frame_of_reference_uid == frame)
            or any(instance.sop_uid in sops for instance in header.instances)
        ]

    def placed(self, name: str) -> tuple[Placed, list[SeriesHeader]]:
        (result,) = read(self.root / name)
        case = self.case_of(result)
        return placed(result, case), case


@pytest.fixture(scope="module")
def library(shared: Path) -> Library:
    found = scan(shared)
    names = {
        str(each.path.relative_to(shared)) for each in found.other if each.sop_class_uid.startswith(RESULT_CLASSES)
    }
    return Library(shared, found.series, frozenset(names))


def test_that_no_shared_result_is_left_out_of_these_tables(library):
    told = {*SEGMENTATIONS, *OTHERS, *LEFT_OUT, *UNREADABLE}
    assert library.others - told == set()
    assert all((library.root / name).is_file() for name in told)


@pytest.mark.parametrize("name", UNREADABLE)
def test_that_what_is_no_result_or_is_damaged_is_refused_with_the_reason(library, name):
    with pytest.raises(StudyProblem, match=UNREADABLE[name]):
        read(library.root / name)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_that_what_disagrees_with_its_images_is_left_out_with_the_reason(library, name):
    outcome, _ = library.placed(name)
    assert outcome.refusals
    assert all(refusal.reason.startswith(LEFT_OUT[name]) for refusal in outcome.refusals)
    assert not outcome.result.findings
    assert not outcome.result.maps


@pytest.mark.parametrize("name", [*SEGMENTATIONS, *OTHERS])
def test_that_a_result_is_placed_over_its_images_whole(library, name):
    outcome, case = library.placed(name)
    assert outcome.refusals == ()
    result = outcome.result
    assert result.findings or result.maps
    assert not any(isinstance(each.geometry, OnImage) for each in result.findings)
    for finding in result.findings:
        over = [header for header in case if not lies_on(result, finding, header)]
        assert any(finding_outline(finding, header, k) for header in over for k in range(header.frames))
    for ai_map in result.maps:
        over = [header for header in case if not lies_on(result, ai_map, header)]
        assert any(map_section(ai_map, header, k) is not None for header in over for k in range(header.frames))


@pytest.mark.parametrize("name", [*SEGMENTATIONS, *OTHERS])
def test_that_another_patients_images_never_get_a_result(library, name):
    (result,) = read(library.root / name)
    case = library.case_of(result)
    strangers = [header for header in library.series if header.patient and header.patient != result.patient]
    if not result.patient:
        pytest.skip("it names no patient")
    outcome = placed(result, strangers)
    assert [refusal.reason for refusal in outcome.refusals] == ["it names another patient"]
    assert case


# --- segments counted from the file's frames -------------------------------------------------------------------------


def frames_counted(path: Path, header: SeriesHeader) -> dict[int, dict[int, int]]:
    """Voxels of each segment on each slice, from frames and their positions or named frames: {segment: {slice: n}}."""
    from pydicom import dcmread

    dataset = dcmread(path)
    pixels = dataset.pixel_array
    pixels = pixels[None] if pixels.ndim == 2 else pixels
    shared_groups = dataset.SharedFunctionalGroupsSequence[0]
    counted: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for own, plane in zip(dataset.PerFrameFunctionalGroupsSequence, pixels, strict=True):
        groups = {**{e.keyword: e for e in shared_groups}, **{e.keyword: e for e in own}}
        index = slice_of(groups, header)
        if "SegmentIdentificationSequence" in groups:
            numbers = {groups["SegmentIdentificationSequence"][0].ReferencedSegmentNumber: plane != 0}
        else:
            numbers = {int(n): plane == n for n in np.unique(plane) if n}
        for number, mask in numbers.items():
            if index is not None and mask.any():
                counted[number][index] += int(mask.sum())
    return {number: dict(slices) for number, slices in counted.items()}


def slice_of(groups, header: SeriesHeader) -> int | None:
    if "PlanePositionSequence" in groups and header.affine is not None:
        position = np.array(groups["PlanePositionSequence"][0].ImagePositionPatient, float)
        depths = [abs(geometry.apply(geometry.inverse(header.affine_at(k)), position)[2]) for k in range(header.frames)]
        return int(np.argmin(depths)) if min(depths) < 0.4 else None
    source = groups["DerivationImageSequence"][0].SourceImageSequence[0]
    frame = int(source.get("ReferencedFrameNumber", 1)) - 1
    return next(
        k
        for k, each in enumerate(header.instances)
        if each.sop_uid == source.ReferencedSOPInstanceUID and each.frame == frame
    )


@pytest.mark.parametrize("name", SEGMENTATIONS)
def test_that_each_segment_has_as_many_voxels_on_each_image_as_the_files_frames(library, name):
    outcome, case = library.placed(name)
    (header, *_) = (each for each in case if not lies_on(outcome.result, outcome.result.maps[0], each))
    try:
        expected = frames_counted(library.root / name, header)
    except (NotImplementedError, RuntimeError) as unreadable:
        pytest.skip(f"pydicom alone does not decode it: {unreadable}")
    seen: dict[int, dict[int, int]] = defaultdict(dict)
    for ai_map in outcome.result.maps:
        for k in range(header.frames):
            section = map_section(ai_map, header, k)
            for segment in ai_map.segments if section is not None else ():
                is_it = section.values == segment.number if ai_map.kind == "label" else section.values != 0
                if is_it.any():
                    seen[segment.number][k] = seen[segment.number].get(k, 0) + int(is_it.sum())
    assert dict(seen) == expected


# --- dcmqi and SimpleITK ---------------------------------------------------------------------------------------------


def tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"dcmqi's {name} is not on this machine")
    return found


@pytest.mark.parametrize("name", SEGMENTATIONS)
def test_that_each_segment_lies_on_the_pixels_where_dcmqi_and_simpleitk_put_it(library, name, tmp_path):
    outcome, case = library.placed(name)
    command = [tool("segimage2itkimage"), "--inputDICOM", str(library.root / name), "--outputDirectory", str(tmp_path)]
    subprocess.run([*command, "-t", "nii"], capture_output=True, timeout=120, check=False)
    is_label_map = name.endswith(("labelmap.dcm", "labelmap_rle.dcm"))
    images = by_segment(tmp_path, is_label_map=is_label_map)
    if not images:
        pytest.skip("dcmqi does not read it")
    compared = 0
    for header in case:
        for number, image in images.items():
            for k in range(header.frames):
                if header.affine is not None and not lies_on(outcome.result, outcome.result.maps[0], header):
                    compared += compare(outcome, header, k, number, image)
    assert compared > 0


def by_segment(folder: Path, *, is_label_map: bool) -> dict[int, sitk.Image]:
    """What dcmqi wrote: a file for each segment, or for a label map one of all."""
    images = {}
    for path in folder.glob("*.nii.gz"):
        image = sitk.ReadImage(str(path))
        values = [int(value) for value in np.unique(sitk.GetArrayViewFromImage(image)) if value]
        number = int(path.name.split(".")[0])
        images |= {value: image == value for value in values} if is_label_map else {number: image}
    return images


def compare(outcome: Placed, header: SeriesHeader, k: int, number: int, image: sitk.Image) -> int:
    """Ours and the peer's mask of a segment on a slice; how many pixels either has."""
    plane = header.affine_at(k)
    reference = sitk.Image(header.columns, header.rows, 1, sitk.sitkUInt8)
    spacing = np.linalg.norm(plane[:3, :3], axis=0)
    normal = np.cross(plane[:3, 0], plane[:3, 1])
    normal *= np.sign(normal @ plane[:3, 2]) / np.linalg.norm(normal)
    reference.SetSpacing(spacing.tolist())
    reference.SetOrigin(plane[:3, 3].tolist())
    reference.SetDirection(np.column_stack([*(plane[:3, :2] / spacing[:2]).T, normal]).ravel().tolist())
    resampled = sitk.Resample(image, reference, sitk.Transform(), sitk.sitkNearestNeighbor, 0)
    peer = sitk.GetArrayFromImage(resampled)[0] != 0
    ours = np.zeros_like(peer)
    for ai_map in outcome.result.maps:
        section = map_section(ai_map, header, k)
        if section is not None and number in {segment.number for segment in ai_map.segments}:
            mask = section.values == number if ai_map.kind == "label" else section.values != 0
            ours |= at_pixels(mask, section.from_image, header)
    assert np.array_equal(ours, peer), (number, k, int(ours.sum()), int(peer.sum()), int((ours != peer).sum()))
    return int(peer.sum())


def at_pixels(mask: np.ndarray, from_image: np.ndarray, header: SeriesHeader) -> np.ndarray:
    points = np.stack(np.meshgrid(np.arange(header.columns), np.arange(header.rows)), axis=-1)
    at = np.floor(points @ from_image[:, :2].T + from_image[:, 2] + 0.5 + 1e-6).astype(int)
    inside = ((at >= 0) & (at < mask.shape[::-1])).all(axis=-1)
    seen = np.zeros(inside.shape, bool)
    seen[inside] = mask[at[inside][:, 1], at[inside][:, 0]]
    return seen


PARAMETRIC = [name for name in OTHERS if "pm_" in name or "parametric" in name]


@pytest.mark.parametrize("name", PARAMETRIC)
def test_that_a_parametric_map_has_the_values_that_highdicom_and_simpleitk_give(library, name):
    """Of another matrix, and linear between its own planes."""
    import highdicom

    outcome, case = library.placed(name)
    (ai_map,) = outcome.result.maps
    volume = highdicom.imread(library.root / name).get_volume(apply_real_world_transform=False)
    peer = sitk.GetImageFromArray(volume.array.astype(np.float64))
    spacing = np.linalg.norm(volume.affine[:3, :3], axis=0)[::-1]
    peer.SetSpacing(spacing.tolist())
    peer.SetOrigin(volume.affine[:3, 3].tolist())
    peer.SetDirection((volume.affine[:3, 2::-1] / spacing).ravel().tolist())
    compared = 0
    for header in case:
        for k in range(header.frames):
            section = map_section(ai_map, header, k)
            if section is None:
                continue
            for row in range(0, section.values.shape[0], 9):
                for column in range(0, section.values.shape[1], 9):
                    ours = float(section.values[row, column]) * ai_map.slope + ai_map.intercept
                    point = np.linalg.inv(section.from_image[:, :2]) @ ((column, row) - section.from_image[:, 2])
                    mm = geometry.apply(header.affine_at(k), (*point, 0.0))
                    index = peer.TransformPhysicalPointToContinuousIndex(mm.tolist())
                    if all(0 <= i <= n - 1 for i, n in zip(index, peer.GetSize(), strict=True)):
                        theirs = peer.EvaluateAtContinuousIndex(index, sitk.sitkLinear)
                        assert ours == pytest.approx(theirs, rel=2e-3, abs=1e-6)
                        compared += 1
    assert compared > 0


# --- structure sets --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in OTHERS if name.endswith("RS.dcm")])
def test_that_contours_of_a_structure_set_are_seen_on_the_slices_that_they_were_drawn_on(library, name):
    from pydicom import dcmread

    outcome, case = library.placed(name)
    (finding,) = outcome.result.findings
    assert isinstance(finding.geometry, ContourStack)
    (own,) = (each for each in case if name.split("/STS_001/")[1].split("/")[0] in str(each.instances[0].path))
    contours = dcmread(library.root / name).ROIContourSequence[0].ContourSequence
    for contour in contours[:: max(1, len(contours) // 12)]:
        points = np.array(contour.ContourData, float).reshape(-1, 3)
        voxels = geometry.apply(geometry.inverse(own.grid_affine), points)
        k = round(float(voxels[:, 2].mean()))
        if not 0 <= k < own.frames or abs(voxels[:, 2].mean() - k) > 0.3:
            continue
        found = finding_outline(finding, own, k)
        assert found is not None
        nearest = [np.abs(line - voxels[0, :2]).max(axis=1).min() for line in found.lines]
        assert min(nearest) < 0.01
