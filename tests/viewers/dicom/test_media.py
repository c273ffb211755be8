"""Zip archives, media with a DICOMDIR, and copies among files."""

from __future__ import annotations

import json
import os
import shutil
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from study_configs.problem import StudyProblem
from study_configs.study import folder_study
from viewers.dicom.archives import Archive, ArchiveLimits, shown
from viewers.dicom.load import load
from viewers.dicom.scan import first_image, scan

Series = Callable[..., Path]
SliceOf = Callable[..., Dataset]
PIXELS = np.arange(30, dtype=np.int16).reshape(6, 5)


def zipped(folder: Path, target: Path, within: str = "exam/") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file != target:
                archive.write(file, within + file.name)
    return target


@pytest.fixture
def archive(series: Series, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (series(6) / "notes.txt").write_text("no image")
    return zipped(tmp_path, tmp_path_factory.mktemp("zip") / "exam.zip")


def test_that_an_archive_is_read_like_its_folder(archive: Path, tmp_path: Path) -> None:
    [inside], [outside] = scan(archive).series, scan(tmp_path).series
    assert [i.sop_uid for i in inside.instances] == [i.sop_uid for i in outside.instances]
    np.testing.assert_array_equal(inside.affine, outside.affine)
    np.testing.assert_array_equal(load(inside).stored, load(outside).stored)
    assert shown(inside.instances[0].path).parent == archive / "exam"
    assert stat.S_IMODE(inside.instances[0].path.parent.stat().st_mode) == 0o700


def test_that_an_archive_in_a_folder_is_read_too_and_unpacked_once(archive: Path) -> None:
    [first], [second] = scan(archive.parent).series, scan([archive]).series
    assert first.frames == 6
    assert [i.path for i in first.instances] == [i.path for i in second.instances]


def test_that_the_first_image_needs_no_more_than_one_member(archive: Path) -> None:
    fresh = archive.with_name("fresh.zip")
    shutil.copy(archive, fresh)
    header = first_image(fresh)
    assert header is not None
    assert len(list(header.instances[0].path.parent.iterdir())) == 1


def readerlab(*arguments: object) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "app", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=root, env=environment)


def test_that_the_commands_accept_an_archive(archive: Path, tmp_path: Path) -> None:
    told = readerlab("inspect", archive, tmp_path / "0.dcm", "--json")
    assert told.returncode == 0, told.stderr
    assert [record["frames"] for record in json.loads(told.stdout)["series"]] == [6, 1]
    assert "exam.zip/exam/" in told.stdout
    assert readerlab("render", archive, tmp_path / "out.png", "--size", "64x64").returncode == 0
    assert (tmp_path / "out.png").stat().st_size > 0


def test_that_an_archive_is_a_case(archive: Path) -> None:
    assert [case.path for case in folder_study(archive).cases] == [archive.resolve()]
    assert [case.path for case in folder_study(archive.parent).cases] == [archive.resolve()]


def test_that_a_program_that_ends_leaves_nothing_unpacked(archive: Path) -> None:
    code = f"from viewers.dicom.scan import scan; print(scan({str(archive)!r}).series[0].instances[0].path)"
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert not Path(done.stdout.strip()).parent.exists()


def test_that_members_stay_in_their_folder_whatever_they_are_called(series: Series, tmp_path: Path) -> None:
    image = (series(1) / "0.dcm").read_bytes()
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../../escaped", "/absolute", "C:\\windows\\x", "a/../../b", "x" * 200, "nul\\..\\..\\c"):
            archive.writestr(name, image)
    [folder] = {Path(file).parent for file in Archive(path).files()}
    opened = Archive(path)
    files = [Path(file) for file in opened.files()]
    assert len(files) == 6
    assert len({file.parent for file in files}) == 1
    assert all(file.resolve().parent == file.parent.resolve() for file in files)
    assert not (tmp_path.parent / "escaped").exists()
    assert folder != files[0].parent


def test_that_an_archive_within_an_archive_and_a_locked_one_are_said(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as outer:
        outer.write(archive, "inner.zip")
    found = scan(tmp_path)
    assert [problem.what for problem in found.problems] == ["It is an archive within an archive."]
    assert found.problems[0].path == path / "inner.zip"
    data = bytearray(archive.read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(signature)
        while position >= 0:
            data[position + at] |= 1
            position = data.find(signature, position + 4)
    locked = tmp_path / "locked.zip"
    locked.write_bytes(data)
    assert "locked with a password" in str(scan([locked, tmp_path / "0.dcm"]).problems)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (ArchiveLimits(members=3), "limit is 3"),
        (ArchiveLimits(total_bytes=100), "would unpack to"),
        (ArchiveLimits(member_bytes=100), "would unpack to"),
        (ArchiveLimits(ratio=1, anyway_bytes=0), "times its size"),
        (ArchiveLimits(directory_bytes=10), "more than"),
    ],
)
def test_that_an_archive_beyond_a_limit_is_refused(archive: Path, limits: ArchiveLimits, words: str) -> None:
    opened = Archive(archive, limits)
    assert list(opened.files()) == []
    assert words in opened.problems[0].what


def test_that_a_member_that_lies_about_its_size_is_stopped(series: Series, tmp_path: Path) -> None:
    path = zipped(series(1), tmp_path / "liar.zip")
    data = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.find(signature) + at, 200)
    path.write_bytes(data)
    opened = Archive(path)
    sizes = [Path(file).stat().st_size for file in opened.files()]
    assert sizes in ([], [200])


def test_that_a_damaged_archive_is_a_problem_among_good_files(archive: Path, series: Series, tmp_path: Path) -> None:
    series(2)
    data = bytearray(archive.read_bytes())
    data[200:1200] = bytes(1000)
    (tmp_path / "bad.zip").write_bytes(data)
    (tmp_path / "no.zip").write_text("no archive at all")
    found = scan(tmp_path)
    assert found.series
    assert [path.name for path in found.skipped] == ["no.zip", "notes.txt"]
    assert all(problem.path.is_relative_to(tmp_path / "bad.zip") for problem in found.problems)
    assert found.problems


def dicomdir(folder: Path, listed: list[list[str]]) -> Path:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    data.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    records = []
    for parts in listed:
        record = Dataset()
        record.DirectoryRecordType, record.ReferencedFileID = "IMAGE", parts
        records.append(record)
    data.DirectoryRecordSequence = Sequence(records)
    data.save_as(folder / "DICOMDIR", enforce_file_format=True)
    return folder / "DICOMDIR"


def test_that_a_medium_is_read_by_its_dicomdir_or_its_folder(series: Series, tmp_path: Path) -> None:
    disc = tmp_path / "disc"
    (disc / "IMAGES").mkdir(parents=True)
    for file in sorted(series(3).glob("*.dcm")):
        shutil.copy(file, disc / "IMAGES" / file.stem)
    path = dicomdir(disc, [["IMAGES", str(n)] for n in range(3)])
    for given in (path, disc):
        found = scan(given)
        assert [header.frames for header in found.series] == [3]
        assert found.problems == ()
    assert [case.path for case in folder_study(path).cases] == [(disc / "IMAGES").resolve()]


@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_that_files_missing_from_a_medium_are_named(series: Series, tmp_path: Path) -> None:
    series(2)
    dicomdir(tmp_path, [["0.DCM"], ["IMAGES", "GONE"], ["1"]])
    [problem] = scan(tmp_path).problems
    assert problem.what == "It lists 1 file that is not there (IMAGES\\GONE)."


@pytest.mark.parametrize("parts", [["..", "SECRET"], ["A", "..", "..", "B"], ["/etc/passwd"], ["C:", "X"]])
@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_that_references_out_of_the_folder_are_never_followed(
    series: Series, slice_of: SliceOf, tmp_path: Path, parts: list[str]
) -> None:
    disc = tmp_path / "disc"
    disc.mkdir()
    slice_of(PIXELS, PatientID="SECRET").save_as(tmp_path / "SECRET", enforce_file_format=True)
    slice_of(PIXELS).save_as(disc / "IM1", enforce_file_format=True)
    found = scan(dicomdir(disc, [["IM1"], parts]))
    assert [header.patient for header in found.series] == ["P1"]
    assert "points outside its own folder" in found.problems[0].what


def test_that_copies_are_quiet_and_impostors_are_not(series: Series, slice_of: SliceOf, tmp_path: Path) -> None:
    series(3)
    shutil.copy(tmp_path / "0.dcm", tmp_path / "copy.dcm")
    assert scan(tmp_path).problems == ()
    uid = scan(tmp_path).series[0].instances[1].sop_uid
    for name, tags, pixels in (("moved", {"ImagePositionPatient": [0, 0, 99]}, PIXELS), ("other", {}, PIXELS + 9)):
        data = slice_of(pixels, SOPInstanceUID=uid, **tags)
        data.save_as(tmp_path / f"z{name}.dcm", enforce_file_format=True)
    found = scan(tmp_path)
    assert [problem.path.name for problem in found.problems] == ["zmoved.dcm", "zother.dcm"]
    assert "but is another image" in found.problems[0].what
    assert found.series[0].frames == 3


def test_that_several_paths_are_one_scan(series: Series, archive: Path, tmp_path: Path) -> None:
    found = scan([tmp_path / "0.dcm", archive])
    assert [header.frames for header in found.series] == [6]
    with pytest.raises(StudyProblem, match="no such file"):
        scan([tmp_path, tmp_path / "gone"])
