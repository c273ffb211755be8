"""What comes is shown as it is: out of order, twice, damaged in the middle, of another patient."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from app.hospital.arrivals import COMPLETE, arrived, clear_away
from app.hospital.received import received
from app.hospital.scanner import slices_of

SLICES = 12


@pytest.fixture
def slices(small_study: Path) -> tuple[Path, ...]:
    return slices_of(small_study / "images" / "c1")


def put(folder: Path, files, *, start: int = 0) -> None:
    """These files come one after the other, under names that say nothing of their order."""
    import os

    folder.mkdir(exist_ok=True)
    for number, file in enumerate(files, start):
        target = folder / f"{(number * 7919) % 1009:04d}-{number}"
        shutil.copyfile(file, target)
        os.utime(target, ns=(number * 1_000_000_000, number * 1_000_000_000))


def test_that_slices_in_any_order_make_the_same_stack_and_the_last_to_come_is_known(slices, tmp_path: Path):
    mixed = [slices[at] for at in np.random.default_rng(1).permutation(SLICES)]
    put(tmp_path / "in", mixed)
    came = received(arrived(tmp_path / "in"))
    assert came.slices == SLICES
    assert came.remarks == ()
    (stack,) = came.stacks
    heights = [instance.position_mm[2] for instance in stack.volume.header.instances]
    assert heights == sorted(heights)
    newest = stack.volume.header.instances[stack.newest].path
    assert newest.read_bytes() == mixed[-1].read_bytes()


def test_that_every_slice_so_far_can_be_seen_whatever_gaps_there_still_are(slices, tmp_path: Path):
    order = [0, 5, 11, 3, 4, 8]
    for count in range(1, len(order) + 1):
        put(tmp_path / "in", [slices[order[count - 1]]], start=count)
        came = received(arrived(tmp_path / "in"))
        assert came.slices == count
        newest = max(came.stacks, key=lambda stack: stack.came)
        shown = newest.volume.header.instances[newest.newest].path
        assert shown.read_bytes() == slices[order[count - 1]].read_bytes()


def test_that_a_slice_that_comes_twice_is_shown_once(slices, tmp_path: Path):
    put(tmp_path / "in", [*slices, slices[3]])
    came = received(arrived(tmp_path / "in"))
    assert came.slices == SLICES
    assert came.remarks == ()


@pytest.mark.parametrize("damage", ["cut", "nonsense"])
def test_that_the_rest_is_shown_where_a_slice_in_the_middle_is_damaged(slices, tmp_path: Path, damage: str):
    put(tmp_path / "in", slices)
    there = arrived(tmp_path / "in")
    broken = there.files[5]
    broken.write_bytes(broken.read_bytes()[:-900] if damage == "cut" else b"nothing")
    came = received(there)
    assert came.slices == SLICES - 1
    assert len(came.remarks) == 1
    assert "1" in came.remarks[0]
    assert str(tmp_path) not in came.remarks[0]


def test_that_images_of_another_patient_are_never_shown_and_it_is_said(slices, tmp_path: Path):
    put(tmp_path / "in", slices)
    for number, file in enumerate(slices[:3]):
        stranger = dcmread(file)
        stranger.PatientID, stranger.PatientName = "SOMEBODY ELSE", "Else^Somebody"
        stranger.SOPInstanceUID = f"1.2.3.{number}"
        stranger.file_meta.MediaStorageSOPInstanceUID = stranger.SOPInstanceUID
        stranger.save_as(tmp_path / "in" / f"stranger-{number}")
    came = received(arrived(tmp_path / "in"))
    assert came.slices == SLICES
    assert {stack.volume.header.patient for stack in came.stacks} == {dcmread(slices[0]).PatientID}
    assert len(came.remarks) == 1
    assert "Else" not in came.remarks[0]


def test_that_nothing_can_be_shown_of_nothing(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / COMPLETE).touch()
    assert received(arrived(tmp_path)).stacks == ()


def test_that_what_arrived_can_be_cleared_away(slices, tmp_path: Path):
    put(tmp_path / "in", slices)
    clear_away(tmp_path / "in")
    clear_away(tmp_path / "never there")
    assert not (tmp_path / "in").exists()
