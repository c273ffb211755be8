"""Key images as DICOM key object selections: written, checked by others, read back, refused where they are none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # tests are no package
import states as made

from study_configs.problem import StudyProblem
from viewers.comparing.key_images import KeyImage, key_image
from viewers.dicom.key_objects import KEY_OBJECTS, key_images_of, key_objects, read_key_objects
from viewers.dicom.scan import scan
from viewers.measuring.key_objects import write_key_objects

XA = "1.2.840.10008.5.1.4.1.1.12.1"


@pytest.fixture
def headers(tmp_path):
    """A single image and a film of six frames, in one exam."""
    folder = tmp_path / "case"
    folder.mkdir()
    made.image(folder / "one", np.zeros((20, 30), np.uint16))
    made.image(folder / "film", np.zeros((6, 20, 30), np.uint16), SeriesInstanceUID="1.2.3.5", SOPClassUID=XA)
    return scan(folder).series


@pytest.fixture
def chosen(headers):
    single, film = sorted(headers, key=lambda header: header.frames)
    return (key_image(single, 0), key_image(film, 4), key_image(film, 1))


def test_that_key_images_are_written_and_read_back_frame_by_frame(headers, chosen, tmp_path):
    [path] = write_key_objects(chosen, headers, tmp_path / "r1-trial-000", reader="r1")
    assert path.name == "r1-trial-000-key-images.dcm"
    assert set(key_images_of(key_objects(path), headers)) == set(chosen)


def test_that_highdicom_and_the_validator_take_them(headers, chosen, tmp_path):
    from highdicom.ko import KeyObjectSelectionDocument
    from pydicom import dcmread

    [path] = write_key_objects(chosen, headers, tmp_path / "r1", reader="r1")
    document = KeyObjectSelectionDocument.from_dataset(dcmread(path))
    assert len(document.content.get_references()) == 2
    assert document.content.get_observer_contexts()[0].observer_identifying_attributes.name == "r1^"
    if shutil.which("dciodvfy") is None:
        pytest.skip("dciodvfy is not installed")
    said = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False).stderr
    assert [line for line in said.splitlines() if line.startswith("Error")] == []


def test_that_exams_have_files_of_their_own(headers, chosen, tmp_path):
    apart = [replace(header, exam_uid=f"1.{n}") for n, header in enumerate(headers)]
    assert len(write_key_objects(chosen, apart, tmp_path / "r1", reader="r1")) == 2


def test_that_a_scan_finds_them_beside_the_images(headers, chosen, tmp_path):
    write_key_objects(chosen, headers, tmp_path / "case" / "r1", reader="r1")
    (tmp_path / "case" / "broken.dcm").write_bytes((tmp_path / "case" / "r1-key-images.dcm").read_bytes()[:900])
    found = [each.path for each in scan(tmp_path / "case").other if each.sop_class_uid == KEY_OBJECTS]
    references, _ = read_key_objects(found)
    assert set(key_images_of(references, headers)) == set(chosen)


def test_that_images_that_are_not_at_hand_are_refused(headers, tmp_path):
    with pytest.raises(StudyProblem, match="not among"):
        write_key_objects([KeyImage("9.9", "9.9.9", 0, 0)], headers, tmp_path / "r1", reader="r1")
    assert key_images_of((), headers) == ()


def test_that_other_files_are_no_selections(tmp_path):
    made.image(tmp_path / "image", np.zeros((20, 30), np.uint16))
    found, problems = read_key_objects([tmp_path / "image"])
    assert found == ()
    assert "no key object selection" in str(problems[0])
