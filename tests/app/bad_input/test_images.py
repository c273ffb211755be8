"""Folders and files that are not what they should be: one message each, and what is good among them is still read."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

SHARED = Path(__file__).parents[4] / "shared" / "dicom"
CLINICAL = ("693_UNCI.dcm", "MR2_J2KI.dcm", "US1_J2KR.dcm", "JPEG-LL.dcm", "SC_rgb_rle_2frame.dcm", "image_dfl.dcm")
CUTS = (1, 2, 100)  # bytes missing at the end
PLACES = (0, 1, 127, 128, 131, 132, 140, 200, 300, 500, 800, 1200)


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """Paths that hold no image, by what is wrong with them."""
    empty, text, a_file = tmp_path / "empty", tmp_path / "text", tmp_path / "a-file"
    empty.mkdir()
    (text / "inner").mkdir(parents=True)
    (text / "inner" / "letter.txt").write_text("Dear colleague")
    a_file.write_text("Dear colleague")
    return {"empty": empty, "text": text, "file": a_file, "missing": tmp_path / "missing"}


@pytest.mark.parametrize("kind", ["empty", "text", "file", "missing"])
def test_that_a_place_without_images_is_named_by_every_command_that_reads_images(
    refused, readerlab, places: dict[str, Path], kind: str, tmp_path: Path
) -> None:
    place = places[kind]
    shown = readerlab("inspect", place)
    assert shown.status == 1
    assert str(place) in shown.out
    assert json.loads(readerlab("inspect", place, "--json").out)["errors"][0]["todo"]
    assert str(place) in refused("render", place, tmp_path / "picture.png")
    said = refused("run", "--cases", place, "--simulate", "hasty", "--store", tmp_path / "s.sqlite", timeout_s=30)
    assert str(place) in said
    assert "folder" in said.removeprefix(str(place))
    assert not (tmp_path / "s.sqlite").exists()


def cuts_of(whole: bytes) -> list[int]:
    inside = [len(whole) * share // 8 for share in range(1, 8)]
    return sorted({at for at in (*PLACES, *inside, *(len(whole) - missing for missing in CUTS)) if at < len(whole)})


def cut_everywhere(files: list[Path], folder: Path) -> None:
    for file in files:
        whole = file.read_bytes()
        (folder / file.stem).mkdir(parents=True)
        (folder / file.stem / "whole.dcm").write_bytes(whole)
        for at in cuts_of(whole):
            (folder / file.stem / f"{at:09d}.dcm").write_bytes(whole[:at])


def hashes(report: dict) -> dict[tuple[str, str], str | None]:
    """The digest of the decoded values of each file that passed for an image."""
    return {
        (Path(each["path"]).parent.name, Path(each["path"]).name): each["stored_sha256"]
        for series in report["series"]
        for each in series["instances"]
    }


def assert_cuts_are_refused_or_whole(report: dict) -> None:
    """A file that was cut is named with a reason, or what it lost was not pixels."""
    read = hashes(report)
    named = {error["path"] for error in report["errors"]}
    assert named
    assert all(error["reason"] and error["todo"] for error in report["errors"])
    for (folder, name), digest in read.items():
        if digest is not None and (folder, "whole.dcm") in read:
            assert digest == read[folder, "whole.dcm"], (folder, name)
        if digest is None:
            assert any(path.endswith(f"{folder}/{name}") for path in named), (folder, name)


def test_that_a_cut_file_is_refused_or_lost_no_pixel(readerlab, tmp_path: Path) -> None:
    data = Path(pytest.importorskip("data_store").__file__).parent / "data"
    cut_everywhere([data / name for name in CLINICAL if (data / name).is_file()], tmp_path / "cut")
    said = readerlab("inspect", tmp_path / "cut", "--json")
    assert said.status == 1
    assert_cuts_are_refused_or_whole(json.loads(said.out))


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared collection of DICOM files is not here")
def test_that_a_cut_file_of_any_maker_is_refused_or_lost_no_pixel(readerlab, tmp_path: Path) -> None:
    files = sorted(file for file in SHARED.rglob("*.dcm") if 2_000 < file.stat().st_size < 300_000)
    one_a_name = list({file.stem: file for file in files}.values())[::8]
    assert len(one_a_name) > 20
    cut_everywhere(one_a_name, tmp_path / "cut")
    said = readerlab("inspect", tmp_path / "cut", "--json", timeout_s=200)
    assert said.status == 1
    assert_cuts_are_refused_or_whole(json.loads(said.out))


# --- files made to hurt


def image(change: Callable[[Dataset], object] = lambda dataset: None, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """A small grey image as a DICOM file."""
    dataset = Dataset()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = pydicom.uid.generate_uid()
    dataset.SeriesInstanceUID, dataset.StudyInstanceUID = "1.2.3", "1.2"
    dataset.Modality, dataset.PatientID = "OT", "nobody"
    dataset.Rows = dataset.Columns = 16
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    dataset.PixelData = np.arange(256, dtype=np.uint8).tobytes()
    change(dataset)
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def in_another_syntax(whole: bytes, uid: bytes) -> bytes:
    """The same file, calling its transfer syntax another name of the same length."""
    old = ExplicitVRLittleEndian.encode().ljust(20, b"\0")
    assert len(uid) == len(old) == 20
    assert whole.count(old) == 1
    return whole.replace(old, uid)


def deep_sequences(depth: int) -> bytes:
    """Sequences of undefined length one in the other, never closed, before the pixels."""
    opening = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    whole = image()
    at = whole.index(b"\x10\x00\x20\x00LO")  # PatientID
    return whole[:at] + opening * depth + whole[at:]


def deflate_bomb(megabytes: int) -> bytes:
    """A comment of so many zeros, deflated to a thousandth."""
    whole = image(syntax=DeflatedExplicitVRLittleEndian)
    start = 132 + 12 + int.from_bytes(whole[140:144], "little")
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    head = zlib.decompress(whole[start:], wbits=-zlib.MAX_WBITS)
    length = megabytes << 20
    comment = b"\x20\x00\x10\x91UT\0\0" + length.to_bytes(4, "little")
    packed = packer.compress(head[: head.index(b"\x28\x00\x02\x00US")] + comment)
    packed += packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)  # the same bytes for every megabyte
    return whole[:start] + packed + megabytes * zeros + packer.flush()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "an unknown transfer syntax": lambda: in_another_syntax(image(), b"1.2.840.10008.1.2.77"),
    "sequences a hundred thousand deep": lambda: deep_sequences(100_000),
    "sequences forty deep": lambda: deep_sequences(40),
    "a deflate bomb": lambda: deflate_bomb(2_100),
    "more frames than the file holds": lambda: image(lambda it: setattr(it, "NumberOfFrames", "150000")),
    "rows without end": lambda: image(lambda it: setattr(it, "Rows", 65_535)),
    "no pixels": lambda: image(lambda it: delattr(it, "PixelData")),
    "no columns": lambda: image(lambda it: setattr(it, "Columns", 0)),
    "bits that cannot be": lambda: image(lambda it: setattr(it, "BitsStored", 200)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_that_a_file_made_to_hurt_is_named_and_the_good_ones_beside_it_are_read(
    readerlab, kind: str, tmp_path: Path
) -> None:
    folder = tmp_path / "exam"
    folder.mkdir()
    (folder / "good.dcm").write_bytes(image())
    (folder / "hostile.dcm").write_bytes(HOSTILE[kind]())
    said = readerlab("inspect", folder, "--json", timeout_s=30)
    report = json.loads(said.out)
    assert said.status == 1
    assert [Path(error["path"]).name for error in report["errors"]] == ["hostile.dcm"]
    assert report["errors"][0]["reason"]
    assert report["errors"][0]["todo"]
    assert "good.dcm" in {Path(each["path"]).name for series in report["series"] for each in series["instances"]}


def test_that_an_unknown_transfer_syntax_is_told_by_its_uid(readerlab, tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(HOSTILE["an unknown transfer syntax"]())
    said = readerlab("inspect", tmp_path / "a.dcm")
    assert "1.2.840.10008.1.2.77" in said.out
