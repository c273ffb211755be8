"""Reports and segmentations on real images: written, read back by us, by highdicom, DCMTK and dciodvfy."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from study_configs.problem import StudyProblem
from viewers.dicom.scan import scan
from viewers.measuring.brush import Segment
from viewers.measuring.masks import mask_from
from viewers.measuring.reports import on_series, read_report, write_report
from viewers.measuring.segments import read_segments, write_segments
from viewers.measuring.shapes import drawn, places, space_mm
from viewers.measuring.values import geometry_numbers, measure
from viewers.volume import Volume

REAL = Path(__file__).parents[4] / "shared" / "dicom"
ENHANCED = "pydicom+pydicom-data/data_store/data/emri_small.dcm"
MULTI_FRAME = "cornerstonejs+dicomParser/testImages/encapsulated/multi-frame/CT0012.not_fragmented_bot_rle.dcm"
IMAGES = {
    "CT": "oncoray+mirp/test/data/sts_images/STS_001/CT/dicom/image",
    "film": "pydicom+pylibjpeg-data/ljdata/ds/JPEG2000Lossless/966_fixed.dcm",
    "multi-frame CT": MULTI_FRAME,
    "without a place": ENHANCED,
}
SPOTS = {
    "length": [(10.25, 12.5), (30.75, 20.0)],
    "angle": [(10, 10), (20, 20.5), (33, 9)],
    "cobb": [(10, 10), (30, 12), (9, 40), (31, 33)],
    "bidirectional": [(10, 30), (40, 30), (20, 25), (20, 41)],
    "ellipse": [(20, 30), (30, 30), (25, 10), (25, 50)],
    "rectangle": [(10, 10), (30, 10), (30, 25), (10, 25)],
    "polygon": [(10, 10), (30, 12), (33, 30), (15, 38)],
    "freehand": [(10, 10), (20, 8), (30, 12), (33, 30), (22, 40), (15, 38)],
    "arrow": [(12, 12), (30, 40)],
    "point": [(22.5, 33.25)],
    "box": [(10, 10), (30, 10), (30, 25), (10, 25)],
}


def header_of(name):
    path = REAL / IMAGES[name]
    if not path.exists():
        pytest.skip("needs the shared DICOM images")
    return max(scan(path).series, key=lambda header: header.frames)


@pytest.fixture(params=list(IMAGES))
def header(request):
    return header_of(request.param)


def blank(header):
    values = np.random.default_rng(2).integers(0, 900, (header.frames, header.rows, header.columns)).astype(np.int16)
    return Volume(replace(header, bits_stored=16, padding=None), values, np.ones(header.frames, bool))


def all_kinds(header):
    index, volume = header.frames // 2, blank(header)
    shapes = (drawn(kind, f"d{kind}", header, np.array(spots, float), index) for kind, spots in SPOTS.items())
    measured = [replace(shape, numbers=measure(shape, volume, index), name=f"my {shape.kind}") for shape in shapes]
    return [replace(m, confidence=85) if m.kind == "point" else m for m in measured]


def complaints(path, *, programs=("dciodvfy", "dsrdump")):
    """The errors that independent programs find in the file; those that are not installed find none."""
    found = []
    for program in programs:
        if shutil.which(program) is None:
            continue
        done = subprocess.run([program, str(path)], capture_output=True, text=True, check=False)
        found += [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(("Error", "E:"))]
    return found


def test_that_a_report_gives_back_every_kind_of_measurement(header, tmp_path):
    path, measured = tmp_path / "report.dcm", all_kinds(header)
    assert write_report(measured, [header], path, reader="reader-7") == ()
    report = read_report(path)
    assert report.observer == "reader-7"
    again = {m.id: m for m in on_series(report, [header])}
    assert list(again) == [m.id for m in measured]
    for before in measured:
        after = again[before.id]
        points = before.points if before.kind != "ellipse" else (*before.points[2:], *before.points[:2])
        assert_allclose(
            sorted(after.points) if before.kind == "ellipse" else after.points,
            sorted(points) if before.kind == "ellipse" else points,
            atol=2e-3,
        )  # float32
        same = ("kind", "series", "sop_uid", "frame", "name", "confidence")
        assert [getattr(after, n) for n in same] == [getattr(before, n) for n in same]
        assert after.numbers.remark == before.numbers.remark
        numbers = {n.name: (n.value, n.unit) for n in after.numbers.items}
        for number in before.numbers.items:
            assert numbers[number.name] == (pytest.approx(number.value, rel=1e-9), number.unit), before.kind
        anew = geometry_numbers(after, header)
        for number in anew.items:
            assert before.numbers.get(number.name).value == pytest.approx(number.value, rel=1e-3)


def test_that_independent_programs_find_no_error_in_a_report(header, tmp_path):
    path = tmp_path / "report.dcm"
    write_report(all_kinds(header), [header], path, reader="reader-7")
    assert complaints(path) == []


def test_that_highdicom_reads_the_same_regions_with_the_half_pixel(tmp_path):
    import highdicom

    header, path = header_of("CT"), tmp_path / "report.dcm"
    measured = all_kinds(header)
    write_report(measured, [header], path, reader="reader-7")
    content = highdicom.sr.srread(path).content
    groups = content.get_planar_roi_measurement_groups()
    theirs = {g.tracking_identifier.split(":")[2]: g for g in groups}
    rectangle = next(m for m in measured if m.kind == "rectangle")
    data = theirs["drectangle"].roi.value
    assert_allclose(data[:-1], rectangle.array[:, :2] + 0.5, atol=1e-3)
    areas = {m.name.meaning: m.value for m in theirs["drectangle"].get_measurements()}
    assert areas["Area"] == pytest.approx(rectangle.numbers.get("area").value)
    lines = content.get_image_measurement_groups()
    assert {g.tracking_identifier.split(":")[1] for g in lines} == {"length", "angle", "cobb", "bidirectional"}


def test_that_a_measurement_between_the_slices_goes_by_patient_space(tmp_path):
    header, path = header_of("CT"), tmp_path / "report.dcm"
    cut = [(10.0, 40.0, 3.2), (30.0, 40.0, 20.7)]
    shape = replace(
        drawn("length", "d1", header, np.array([(0, 0), (1, 1)]), 0), points=tuple(cut), sop_uid="", plane="coronal"
    )
    shape = replace(shape, numbers=geometry_numbers(shape, header))
    region = replace(shape, id="d2", kind="polygon", points=((10.0, 40.0, 3.2), (30.0, 40.0, 3.2), (30.0, 40.0, 9.5)))
    region = replace(region, numbers=geometry_numbers(region, header))
    write_report([shape, region], [header], path, reader="r")
    found = read_report(path).found
    assert {each.frame_of_reference for each in found} == {header.frame_of_reference_uid}
    assert_allclose(found[0].measurement.points, places(space_mm(header, shape.array)), atol=1e-3)
    for before, after in zip((shape, region), on_series(read_report(path), [header]), strict=True):
        assert_allclose(after.points, before.points, atol=1e-3)
        assert geometry_numbers(after, header).items[0].value == pytest.approx(before.numbers.items[0].value, rel=1e-4)
    assert complaints(path) == []


def test_that_a_report_says_no_more_of_the_patient_than_the_images(tmp_path):
    import pydicom

    header, path = header_of("CT"), tmp_path / "report.dcm"
    write_report(all_kinds(header), [header], path, reader="reader-7")
    image, report = pydicom.dcmread(header.instances[0].path), pydicom.dcmread(path)
    for name in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID"):
        assert report.get(name, "") == image.get(name, "")
    named = [str(e.value) for e in report.iterall() if e.VR == "PN" and e.value]
    assert set(named) <= {"reader-7^", str(image.get("PatientName", "")), str(image.get("ReferringPhysicianName", ""))}


def test_that_what_no_report_can_hold_is_said(tmp_path):
    header = header_of("film")
    beside = drawn("length", "d1", header, np.array([(-50.0, 10), (20, 10)]), 0)
    with pytest.raises(StudyProblem, match="no measurement"):
        write_report([beside], [replace(header, affine=None)], tmp_path / "r.dcm", reader="r")
    inside = drawn("length", "d2", header, np.array([(5.0, 10), (20, 10)]), 0)
    measured = [replace(m, numbers=geometry_numbers(m, header)) for m in (beside, inside)]
    left = write_report(measured, [replace(header, affine=None)], tmp_path / "r.dcm", reader="r")
    assert [each.measurement for each in left] == ["d1"]


def test_that_reports_of_others_are_read_and_damaged_ones_refused(tmp_path):
    import pydicom

    theirs = REAL / "ImagingDataCommons+highdicom/data/test_files/sr_document.dcm"
    if not theirs.exists():
        pytest.skip("needs the shared DICOM images")
    groups = read_report(theirs).found
    assert all(each.measurement.points for each in groups)
    header, path = header_of("CT"), tmp_path / "report.dcm"
    write_report(all_kinds(header), [header], path, reader="r")
    damaged = pydicom.dcmread(path)
    for item in damaged.iterall():
        if item.keyword == "GraphicData":
            item.value = item.value[:-1]
    damaged.save_as(path)
    with pytest.raises(StudyProblem, match="damaged"):
        read_report(path)


def painted(header):
    masks = np.zeros((2, header.frames, header.rows, header.columns), bool)
    middle = header.frames // 2
    masks[0, middle : middle + 2, 10:21, 15:30] = True
    masks[1, middle, 5:50, 7:9] = masks[1, max(0, middle - 1), 3, 3] = True
    return [Segment(f"s{n}", header.key, mask_from(mask), f"part {n}", n) for n, mask in enumerate(masks)]


def test_that_a_segmentation_gives_back_what_was_painted(header, tmp_path):
    path, segments = tmp_path / "seg.dcm", painted(header)
    if str(header.instances[0].path).endswith(ENHANCED):
        with pytest.raises(StudyProblem, match="where they lie"):
            write_segments(segments, header, path, reader="reader-7")
        return
    write_segments(segments, header, path, reader="reader-7")
    again = read_segments(path, header)
    assert [(s.id, s.name, s.mask) for s in again] == [(s.id, s.name, s.mask) for s in segments]
    assert complaints(path, programs=("dciodvfy",)) == []


def test_that_highdicom_reads_the_same_masks(tmp_path):
    import highdicom

    header, path = header_of("CT"), tmp_path / "seg.dcm"
    segments = painted(header)
    write_segments(segments, header, path, reader="r")
    seg = highdicom.seg.segread(path)
    uids = [instance.sop_uid for instance in header.instances]
    there = seg.get_pixels_by_source_instance(uids, ignore_spatial_locations=True, assert_missing_frames_are_empty=True)
    for number, segment in enumerate(segments):
        for index in range(header.frames):
            np.testing.assert_array_equal(there[index, ..., number].astype(bool), segment.mask.plane(index))


def test_that_a_segmentation_of_other_images_is_refused(tmp_path):
    header, path = header_of("CT"), tmp_path / "seg.dcm"
    write_segments(painted(header), header, path, reader="r")
    strangers = tuple(replace(i, sop_uid=f"9.{n}") for n, i in enumerate(header.instances))
    with pytest.raises(StudyProblem, match="other images"):
        read_segments(path, replace(header, instances=strangers))
    with pytest.raises(StudyProblem, match="another grid"):
        read_segments(path, replace(header, rows=header.rows + 1))
    with pytest.raises(StudyProblem, match="no imaging measurement report"):
        read_report(path)
    with pytest.raises(StudyProblem, match="no painted"):
        write_segments([], header, path, reader="r")
