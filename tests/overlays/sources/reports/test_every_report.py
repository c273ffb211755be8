"""Every real report, presentation state, structure set and selection at hand: read right, or refused with its reason.

Held against DCMTK's dcmdump, dcmqi's tid1500reader and highdicom's own parsers.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest

from overlays.result import AIResult, Box, ContourStack, Dot, Finding, InSegment, OnImage, Polygon
from overlays.sources import forms
from overlays.sources.folder import ai_files
from study_configs.problem import StudyProblem
from tests.pace import within_ms
from viewers.dicom.elements import read_elements
from viewers.dicom.problems import BadFile

from ..sr_making import measurement_report, program, region

SHARED = Path(__file__).resolve().parents[5] / "shared" / "dicom"
CLASSES = ("1.2.840.10008.5.1.4.1.1.88.", "1.2.840.10008.5.1.4.1.1.11.", "1.2.840.10008.5.1.4.1.1.481.3")

WEASIS = "nroduit+weasis-dicom-tools/weasis-dicom-tools/src/test/resources"

# What each of them is: how many findings, or the reason why it is none
EXPECTED: dict[str, int | str] = {
    "ImagingDataCommons+highdicom/data/test_files/sr_document.dcm": 1,
    "derived_ai/bad_tid1500_coordinates_outside_image.dcm": 2,  # whether that is outside the image, placing can tell
    "derived_ai/dx_tid1500_boxes_scoord.dcm": 2,
    "QIICR+dcmqi/data/sr-example/sr.dcm": 1,
    "dcmjs-org+dcmjs/test/sample-sr.dcm": 2,
    "pydicom+pydicom/src/pydicom/data/test_files/test-SR.dcm": r"title Diagnosis \(1111, TEST\)",
    "cornerstonejs+cornerstone3D/packages/dicomImageLoader/testImages/no-pixel-data.dcm": "title Consultation Report",
    "pydicom+pydicom/src/pydicom/data/test_files/reportsi.dcm": "title Document Title",
    "dcm4che+dcm4che/dcm4che-test-data/src/main/resources/Tag-0040-A170-VR-CS.dcm": "titled container",
    "dcm4che+dcm4che/dcm4che-test-data/src/main/resources/report_dfl": "title Consultation Report",
    "derived_ai/dx_gsps_contour_text.dcm": 1,
    f"{WEASIS}/org/dcm4che3/img/prLUTs.dcm": "without annotations",
    "oncoray+mirp/test/data/sts_images/STS_001/CT/dicom/mask/RS.dcm": 1,
    "oncoray+mirp/test/data/sts_images/STS_001/MR_T1/dicom/mask/RS.dcm": 1,
    "oncoray+mirp/test/data/sts_images/STS_001/PET/dicom/mask/RS.dcm": 1,
    "pydicom+pydicom/src/pydicom/data/test_files/rtstruct.dcm": 3,
    "qurit+rt-utils/tests/mock_data/rt.dcm": 1,
}
READ = [name for name, what in EXPECTED.items() if isinstance(what, int)]
MUTATIONS = 30  # of each file


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip("the shared DICOM files are not on this machine")
    return path


def read(path: Path) -> AIResult:
    (result,) = forms.read(path)
    return result


def _sop_class(path: Path) -> str:
    try:
        return read_elements(path).text(0x00080016)
    except BadFile:
        return ""


def test_that_every_such_file_is_among_the_expected() -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared DICOM files are not on this machine")
    files = (path for path in SHARED.rglob("*") if path.is_file())
    found = {str(path.relative_to(SHARED)) for path in files if _sop_class(path).startswith(CLASSES)}
    assert found == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_that_each_is_read_or_refused_for_the_right_reason(name: str) -> None:
    path, expected = shared(name), EXPECTED[name]
    if isinstance(expected, int):
        assert len(read(path).findings) == expected
        return
    with pytest.raises(StudyProblem, match=expected) as refusal:
        forms.read(path)
    assert refusal.value.where == str(path)


def _dumped(path: Path, tag: str) -> list[list[float]]:
    """The numbers in every element of this tag, as DCMTK prints them."""
    shown = subprocess.run(
        [program("dcmdump"), "+L", "+P", tag, "-q", str(path)], capture_output=True, text=True, check=False
    ).stdout  # fmt: skip
    lines = re.findall(r"^\(\S+\) \w\w \[?([-+0-9.eE\\]+)\]?", shown, re.M)
    return [[float(value) for value in line.split("\\")] for line in lines]


def _shape_numbers(finding: Finding) -> list[list[float]]:
    shape = finding.geometry
    if isinstance(shape, ContourStack):
        return [[value for point in ring for value in point] for ring in shape.contours_mm]
    if isinstance(shape, Polygon):
        return [[value for point in shape.points_mm for value in point]]
    return [list(shape.at_mm)] if isinstance(shape, Dot) else []


@pytest.mark.parametrize("name", [each for each in READ if each.endswith(("RS.dcm", "rtstruct.dcm", "rt.dcm"))])
def test_that_contours_of_structure_sets_are_those_that_dcmtk_prints(name: str) -> None:
    path = shared(name)
    ours = [numbers for finding in read(path).findings for numbers in _shape_numbers(finding)]
    theirs = _dumped(path, "3006,0050")
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        closing = len(other) - len(mine)  # a last point that repeats the first is ours no more
        assert closing in (0, 3)
        assert np.allclose(mine, other[: len(mine)], atol=0)


@pytest.mark.parametrize("name", [each for each in READ if each.startswith("derived_ai")])
def test_that_coordinates_on_images_are_those_that_dcmtk_prints(name: str) -> None:
    path = shared(name)
    theirs = _dumped(path, "0070,0022")
    findings = read(path).findings
    assert len(findings) == len(theirs)
    for finding, other in zip(findings, theirs, strict=True):
        assert isinstance(finding.geometry, OnImage)
        mine = np.array(finding.geometry.points).ravel() + 0.5
        assert np.allclose(mine, other[: len(mine)], rtol=1e-6)


def test_that_dcmqi_reads_the_same_of_its_own_report(tmp_path: Path) -> None:
    path, out = shared("QIICR+dcmqi/data/sr-example/sr.dcm"), tmp_path / "theirs.json"
    subprocess.run(
        [program("tid1500reader"), "--inputDICOM", str(path), "--outputMetadata", str(out)],
        check=True,
        capture_output=True,
    )
    (theirs,) = json.loads(out.read_text())["Measurements"]
    (finding,) = read(path).findings
    assert isinstance(finding.geometry, InSegment)
    assert (finding.geometry.sop_uid, finding.geometry.number) == (
        theirs["segmentationSOPInstanceUID"],
        theirs["ReferencedSegment"],
    )
    assert (finding.tracking_id, finding.tracking_uid) == (
        theirs["TrackingIdentifier"],
        theirs["TrackingUniqueIdentifier"],
    )
    assert finding.label == theirs["Finding"]["CodeMeaning"]
    assert [each.value for each in finding.measurements] == [float(e["value"]) for e in theirs["measurementItems"]]
    assert [each.units for each in finding.measurements] == [
        e["units"]["CodeValue"] for e in theirs["measurementItems"]
    ]


@pytest.mark.parametrize(
    "name", ["ImagingDataCommons+highdicom/data/test_files/sr_document.dcm", "derived_ai/dx_tid1500_boxes_scoord.dcm"]
)
def test_that_highdicom_reads_the_same_regions_and_scores(name: str) -> None:
    path = shared(name)
    groups = highdicom.sr.srread(path).content.get_planar_roi_measurement_groups()
    findings = read(path).findings
    assert [each.tracking_uid for each in findings] == [str(group.tracking_uid) for group in groups]
    for finding, group in zip(findings, groups, strict=True):
        assert isinstance(finding.geometry, OnImage)
        assert finding.label == group.finding_type.meaning
        if group.roi.graphic_type.value == "POLYLINE":
            theirs = group.roi.value - 0.5
            assert np.allclose(finding.geometry.points, theirs[: len(finding.geometry.points)])
        scores = [each.value / 100 for each in group.get_measurements() if each.name.value == "111047"]
        assert ([] if finding.score is None else [finding.score]) == pytest.approx(scores)


# --- damaged files --------------------------------------------------------------------------------------------------


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed, cut out, doubled or cut off, as disks, networks and foes do it."""
    changed = bytearray(data)
    match chance.randrange(4):
        case 0:
            for _ in range(chance.randint(1, 30)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
        case 1:
            del changed[chance.randrange(132, len(changed)) :]
        case 2:
            at = chance.randrange(132, len(changed))
            del changed[at : at + chance.randint(1, 64)]
        case _:
            at = chance.randrange(132, len(changed))
            changed[at:at] = changed[at : at + chance.randint(1, 64)]
    return bytes(changed)


def _survives(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with within_ms(10_000):
        results, problem = _tried(path)
    if problem is not None:
        assert problem.what
        assert str(path) in problem.where
    scores = [each.score for result in results for each in result.findings if each.score is not None]
    assert all(0 <= score <= 1 for score in scores)


def _tried(path: Path) -> tuple[tuple[AIResult, ...], StudyProblem | None]:
    try:
        return forms.read(path), None
    except StudyProblem as problem:
        return (), problem


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", READ)
def test_that_no_damage_crashes_or_hangs_a_reader(name: str, tmp_path: Path) -> None:
    data, chance = shared(name).read_bytes(), random.Random(name)
    for _ in range(MUTATIONS):
        _survives(tmp_path / "damaged.dcm", _mutated(data, chance))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_that_damage_to_a_report_of_ours_is_told(tmp_path: Path) -> None:
    data, chance = measurement_report(tmp_path / "r.dcm", *[region()] * 3).read_bytes(), random.Random(4)
    for _ in range(50):
        _survives(tmp_path / "damaged.dcm", _mutated(data, chance))


def test_that_a_report_gets_the_place_of_its_segment_from_the_file_beside_it() -> None:
    folder = shared("QIICR+dcmqi/data/sr-example/sr.dcm").parent
    (finding,) = [one for _, several in ai_files(folder).results for result in several for one in result.findings]
    assert isinstance(finding.geometry, Box)
    segmentation = pydicom.dcmread(folder / "seg.dcm")
    groups = zip(segmentation.PerFrameFunctionalGroupsSequence, segmentation.pixel_array, strict=True)
    heights = [
        float(each.PlanePositionSequence[0].ImagePositionPatient[2]) for each, pixels in groups if np.any(pixels)
    ]
    thickness = (max(heights) - min(heights)) / (len(heights) - 1)
    assert finding.geometry.centre_mm[2] == pytest.approx((max(heights) + min(heights)) / 2, abs=1e-3)
    assert finding.geometry.size_mm[2] == pytest.approx(max(heights) - min(heights) + thickness, abs=1e-2)
