"""Files made to do harm: each is refused in clear words and in seconds, and the next file is read all the same."""

from __future__ import annotations

import os
import re
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import imagecodecs
import numpy as np
import psutil
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEG2000Lossless, JPEGLSLossless

from study_configs.problem import StudyProblem
from tests.pace import slowness, spent_s
from viewers.comparing.hanging import opening_view
from viewers.dicom.decode import stored_frame
from viewers.dicom.inspect import inspect_path
from viewers.dicom.load import load
from viewers.dicom.problems import BadFile
from viewers.dicom.sandbox import Job, Worker
from viewers.dicom.scan import scan
from viewers.drawing.render import SliceRenderer
from viewers.volume import PixelFormat

SliceOf = Callable[..., Dataset]
TIME_LIMIT_S = 5.0
GREY = np.zeros((512, 512), np.uint16)


@pytest.fixture(autouse=True)
def quick_and_lean() -> Iterator[None]:
    """Every refusal comes in time, and without this process growing by what the file asks for."""
    began, before = spent_s(), psutil.Process().memory_info().rss
    yield
    took_s = spent_s() - began
    assert took_s < TIME_LIMIT_S or took_s < TIME_LIMIT_S * slowness()
    assert psutil.Process().memory_info().rss - before < 400 << 20


def compressed(data: Dataset, path: Path, syntax: str, pixel_data: bytes, **elements: object) -> Path:
    data.file_meta.TransferSyntaxUID = syntax
    for name, value in elements.items():
        setattr(data, name, value)
    data.PixelData = pixel_data
    data["PixelData"].is_undefined_length = True
    data.save_as(path, enforce_file_format=True)
    return path


def resized(stream: bytes, width: int, height: int, tile: int = 0) -> bytes:
    """A JPEG 2000 codestream that claims another size."""
    head = bytearray(stream)
    at = head.index(b"\xff\x51")
    struct.pack_into(">LL", head, at + 6, width, height)
    struct.pack_into(">LL", head, at + 22, tile or width, tile or height)
    return bytes(head)


def jpeg_2000(pixels: np.ndarray = GREY) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(pixels, level=0, codecformat="j2k", reversible=True))


# --- bombs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("claimed", "tile"), [(60_000, 0), (2**31, 0), (17_000, 1)])
def test_that_a_codestream_larger_than_its_header_is_refused_before_it_is_decoded(
    slice_of: SliceOf, tmp_path: Path, claimed: int, tile: int
) -> None:
    stream = resized(jpeg_2000(), claimed, claimed, tile)
    path = compressed(slice_of(GREY), tmp_path / "a", JPEG2000Lossless, encapsulate([stream]))
    with pytest.raises(BadFile, match=f"{claimed} × {claimed}, the header says 512 × 512"):
        stored_frame(path)


def test_that_a_tiny_codestream_does_not_grow_without_bounds(slice_of: SliceOf, tmp_path: Path) -> None:
    path = compressed(
        slice_of(GREY), tmp_path / "a", JPEG2000Lossless, encapsulate([resized(jpeg_2000(), 17_000, 17_000)]),
        Rows=17_000, Columns=17_000,
    )  # fmt: skip
    with pytest.raises(BadFile, match="as only a bomb does"):
        stored_frame(path)


@pytest.mark.parametrize("side", [40_000, 65_535])
def test_that_a_frame_beyond_the_limit_is_refused(slice_of: SliceOf, tmp_path: Path, side: int) -> None:
    path = compressed(
        slice_of(GREY), tmp_path / "a", JPEG2000Lossless, encapsulate([jpeg_2000()]), Rows=side, Columns=side
    )
    with pytest.raises(BadFile, match="larger than 1024 MiB"):
        stored_frame(path)


def deflated_zeros(mebibytes: int) -> bytes:
    stream = zlib.compressobj(9, wbits=-15)
    return b"".join(stream.compress(bytes(1 << 20)) for _ in range(mebibytes)) + stream.flush()


def test_that_a_deflated_bomb_is_refused(slice_of: SliceOf, tmp_path: Path) -> None:
    data = slice_of(GREY)
    data.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data.save_as(tmp_path / "a", enforce_file_format=True)
    raw = (tmp_path / "a").read_bytes()
    start = 144 + int.from_bytes(raw[140:144], "little")
    (tmp_path / "a").write_bytes(raw[:start] + deflated_zeros(300))
    with pytest.raises(BadFile, match="as only a bomb does"):
        stored_frame(tmp_path / "a")


def test_that_a_jpeg_xl_bomb_costs_a_child_and_no_more(slice_of: SliceOf, tmp_path: Path) -> None:
    bomb = imagecodecs.jpegxl_encode(np.zeros((12_000, 12_000), np.uint8), lossless=True, effort=1)
    path = compressed(slice_of(GREY), tmp_path / "a", JPEG2000Lossless, encapsulate([bomb]))
    path.write_bytes(path.read_bytes().replace(b"1.2.840.10008.1.2.4.90\0", b"1.2.840.10008.1.2.4.110", 1))
    with pytest.raises(BadFile, match="cannot be decoded"):
        stored_frame(path)


# --- lies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "value", "words"),
    [
        ("NumberOfFrames", "2147483647", r"\(0028,0008\) NumberOfFrames is 2147483647"),
        ("NumberOfFrames", "100000", "rows × columns × frames need"),
        ("Rows", 65535, "rows × columns × frames need"),
        ("Rows", 0, r"\(0028,0010\) Rows is 0"),
        ("SamplesPerPixel", 200, r"\(0028,0002\) SamplesPerPixel is 200"),
        ("BitsAllocated", 13, r"\(0028,0100\) BitsAllocated is 13"),
        ("BitsStored", 60, r"\(0028,0101\) BitsStored is 60"),
        ("HighBit", 99, r"\(0028,0102\) HighBit is 99"),
    ],
)
def test_that_impossible_numbers_are_named(
    slice_of: SliceOf, tmp_path: Path, element: str, value: object, words: str
) -> None:
    data = slice_of(GREY)
    setattr(data, element, value)
    data.save_as(tmp_path / "a", enforce_file_format=True)
    with pytest.raises(BadFile, match=words):
        stored_frame(tmp_path / "a")


@pytest.mark.parametrize("length", [b"\xfe\xff\xff\xff", b"\x00\x00\x00\x80", b"\x02\x00\x08\x00"])
def test_that_a_length_beyond_the_file_is_named(slice_of: SliceOf, tmp_path: Path, length: bytes) -> None:
    slice_of(GREY).save_as(tmp_path / "a", enforce_file_format=True)
    raw = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(raw.replace(b"\xe0\x7f\x10\0OW\0\0\0\0\x08\0", b"\xe0\x7f\x10\0OW\0\0" + length))
    report = inspect_path(tmp_path / "a")
    assert report.errors or report.series  # a pixel length that is merely too long is cut at the end of the file
    assert "Traceback" not in report.to_text()


def test_that_sequences_within_sequences_end(slice_of: SliceOf, tmp_path: Path) -> None:
    slice_of(GREY).save_as(tmp_path / "a", enforce_file_format=True)
    raw = (tmp_path / "a").read_bytes()
    start = 144 + int.from_bytes(raw[140:144], "little")
    nest = b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff" * 200_000
    (tmp_path / "a").write_bytes(raw[:start] + nest)
    with pytest.raises(BadFile, match="nested deeper than 32"):
        stored_frame(tmp_path / "a")


def test_that_a_file_of_millions_of_elements_is_refused_in_time(slice_of: SliceOf, tmp_path: Path) -> None:
    slice_of(GREY).save_as(tmp_path / "a", enforce_file_format=True)
    raw = (tmp_path / "a").read_bytes()
    start = 144 + int.from_bytes(raw[140:144], "little")
    (tmp_path / "a").write_bytes(raw[:start] + b"\x09\0\x01\0LO\0\0" * 3_000_000)
    with pytest.raises(BadFile):
        stored_frame(tmp_path / "a")


FRAMES = [imagecodecs.jpegls_encode(np.full((8, 8), n, np.uint16)) for n in (1, 2, 3)]


def three_frames(slice_of: SliceOf, path: Path, pixel_data: bytes, **elements: object) -> Path:
    data = slice_of(np.zeros((3, 8, 8), np.uint16), NumberOfFrames=3)
    return compressed(data, path, JPEGLSLossless, pixel_data, **elements)


def item(value: bytes) -> bytes:
    return b"\xfe\xff\0\xe0" + struct.pack("<L", len(value)) + value


def halves(frame: bytes) -> bytes:
    return item(frame[:20]) + item(frame[20:])


@pytest.mark.parametrize(
    "offsets",
    [(), (0, 0, 0), (0, 7, 9), (8, 70, 90), (0, 2**31, 2**32 - 1), (0, 20, 40, 60, 80), (90, 60, 0)],
    ids=["none", "all the same", "inside fragments", "shifted", "beyond the file", "too many", "backwards"],
)
def test_that_an_offset_table_that_lies_is_not_believed(
    slice_of: SliceOf, tmp_path: Path, offsets: tuple[int, ...]
) -> None:
    table = item(struct.pack(f"<{len(offsets)}L", *offsets))
    for number, cut in enumerate((item, halves)):
        path = three_frames(slice_of, tmp_path / str(number), table + b"".join(cut(frame) for frame in FRAMES))
        assert [int(stored_frame(path, n).max()) for n in range(3)] == [1, 2, 3]


def test_that_extended_offsets_that_lie_are_not_believed(slice_of: SliceOf, tmp_path: Path) -> None:
    pixel_data = item(b"") + b"".join(halves(frame) for frame in FRAMES)
    wrong = struct.pack("<3Q", 0, 1 << 40, 1 << 63)
    path = three_frames(
        slice_of, tmp_path / "a", pixel_data, ExtendedOffsetTable=wrong, ExtendedOffsetTableLengths=wrong
    )
    assert [int(stored_frame(path, n).max()) for n in range(3)] == [1, 2, 3]


def test_that_empty_fragments_are_no_frames(slice_of: SliceOf, tmp_path: Path) -> None:
    pixel_data = item(b"") + b"".join(item(frame) + item(b"") for frame in FRAMES)
    path = three_frames(slice_of, tmp_path / "a", pixel_data)
    assert [int(stored_frame(path, n).max()) for n in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("count", [1, 2])
def test_that_missing_frames_are_said(slice_of: SliceOf, tmp_path: Path, count: int) -> None:
    path = three_frames(slice_of, tmp_path / "a", item(b"") + b"".join(map(item, FRAMES[:count])))
    with pytest.raises(BadFile, match=f"{count} fragments that do not make up 3 frames"):
        stored_frame(path)


def test_that_a_fragment_beyond_the_file_is_said(slice_of: SliceOf, tmp_path: Path) -> None:
    path = three_frames(slice_of, tmp_path / "a", item(b"") + b"".join(map(item, FRAMES)))
    raw = path.read_bytes()
    at = raw.rindex(item(FRAMES[2]))
    path.write_bytes(raw[: at + 4] + b"\xff\xff\xff\x7f" + raw[at + 8 :])
    with pytest.raises(BadFile, match="longer than the file"):
        stored_frame(path, 2)


# --- numbers that are none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("element", ["PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient", "WindowWidth",
                                     "RescaleSlope", "SliceThickness", "PixelAspectRatio"])  # fmt: skip
@pytest.mark.parametrize("text", [b"NaN", b"inf", b"-1", b"0", b"1e999", b"1e-320", b"1e300", b"", b"\xff", b"1,5"])
def test_that_a_picture_comes_whatever_a_number_says(
    slice_of: SliceOf, tmp_path: Path, element: str, text: bytes
) -> None:
    data = slice_of(np.arange(64, dtype=np.int16).reshape(8, 8), WindowCenter=10, WindowWidth=20)
    data.PixelAspectRatio = [1, 1]
    count = {"ImageOrientationPatient": 6, "ImagePositionPatient": 3, "PixelSpacing": 2, "PixelAspectRatio": 2}
    raw = b"\\".join([text] * count.get(element, 1))
    data.save_as(tmp_path / "good", enforce_file_format=True)
    path = with_value(data, tmp_path, element, raw + b" " * (len(raw) % 2))
    report = inspect_path(path)
    assert report.series
    assert "NaN" not in report.to_json()
    [header] = scan(path).series
    volume = load(header)
    picture = SliceRenderer().render(volume, opening_view(volume, 64, 64), 64, 64)
    assert picture is None or picture.pixels.size < 10**7


def with_value(data: Dataset, folder: Path, element: str, raw: bytes) -> Path:
    """A file with these very bytes as an element's value."""
    tag, vr = data[element].tag, data[element].VR.encode()
    head = struct.pack("<HH", tag.group, tag.element) + vr
    whole = (folder / "good").read_bytes()
    at = whole.index(head)
    length = int.from_bytes(whole[at + 6 : at + 8], "little")
    changed = whole[:at] + head + struct.pack("<H", len(raw)) + raw + whole[at + 8 + length :]
    (folder / "good").unlink()
    (folder / "a").write_bytes(changed)
    return folder / "a"


# --- the child's limits ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")  # so that its making is not counted among what a refusal takes
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    tmp_path = tmp_path_factory.mktemp("slow")
    pixels = np.random.default_rng(1).integers(0, 4096, (4000, 4000)).astype(np.uint16)
    stream = imagecodecs.jpeg2k_encode(pixels, level=0, codecformat="j2k", reversible=True)
    (tmp_path / "slow").write_bytes(stream)
    form = PixelFormat(4000, 4000, 1, "MONOCHROME2", 16, 16, 15, signed=False)
    return Job(tmp_path / "slow", ((0, len(stream)),), JPEG2000Lossless, form)


def tiny(path: Path) -> Job:
    path.write_bytes(FRAMES[0])
    form = PixelFormat(8, 8, 1, "MONOCHROME2", 16, 16, 15, signed=False)
    return Job(path, ((0, len(FRAMES[0])),), JPEGLSLossless, form)


@pytest.mark.slow
def test_that_a_codec_at_work_is_ended_when_its_time_is_up(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewers.dicom.sandbox.LOOK_S", 0.05)
    worker = Worker()
    worker.decode(tiny(tmp_path / "a"))  # so that it is at work, and does not start
    worker._time_limit_s = 0.2
    with pytest.raises(BadFile, match=r"took longer than 0.2 s"):
        worker.decode(job)
    worker.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows a process' limits")
def test_that_the_limits_stand_in_the_child(tmp_path: Path) -> None:
    worker = Worker(memory_bytes=700 << 20)
    worker.decode(tiny(tmp_path / "a"))
    child = next(c for c in psutil.Process(os.getpid()).children() if c.pid == worker._process.pid)
    assert child.rlimit(psutil.RLIMIT_AS) == (700 << 20, 700 << 20)
    assert child.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    assert 50 < child.rlimit(psutil.RLIMIT_CPU)[0] < 100
    worker.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on CPU time")
def test_that_a_child_without_a_parent_ends_by_its_own_limit(tmp_path: Path) -> None:
    code = "from viewers.dicom import sandbox_worker as w; w._grant_cpu(1)\nwhile True: pass"
    child = psutil.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[3])
    assert child.wait(60) == -24  # SIGXCPU


# --- folders ---------------------------------------------------------------------------------------------------------


def test_that_a_mixed_folder_is_sorted_out(slice_of: SliceOf, tmp_path: Path) -> None:
    slice_of(GREY).save_as(tmp_path / "good.dcm", enforce_file_format=True)
    raw = (tmp_path / "good.dcm").read_bytes()
    (tmp_path / "short.dcm").write_bytes(raw[:3000])
    (tmp_path / "empty.dcm").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("not DICOM")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "nowhere.dcm").symlink_to(tmp_path / "gone")
    report = inspect_path(tmp_path)
    assert len(report.series) == 1
    said = {error.path.name: error.what for error in report.errors}
    assert set(said) == {"short.dcm", "empty.dcm", "nowhere.dcm"}
    assert re.search("0 bytes", said["empty.dcm"])


def test_that_a_file_without_preamble_is_read(slice_of: SliceOf, tmp_path: Path) -> None:
    data = slice_of(GREY)
    data.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    raw = (tmp_path / "a.dcm").read_bytes()
    (tmp_path / "a.dcm").write_bytes(raw[132:])
    assert inspect_path(tmp_path).series
    (tmp_path / "a.dcm").write_bytes(raw[144 + int.from_bytes(raw[140:144], "little") :])
    assert inspect_path(tmp_path).series


def test_that_a_loop_of_links_alone_is_a_problem_in_words(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    report = inspect_path(tmp_path / "a")
    assert [error.todo for error in report.errors]


def test_that_deeply_described_files_are_read(slice_of: SliceOf, tmp_path: Path) -> None:
    """Thirty levels are unusual and allowed."""
    data = slice_of(GREY)
    inner = Dataset()
    for _ in range(30):
        outer = Dataset()
        outer.ContentSequence = Sequence([inner])
        inner = outer
    data.ContentSequence = Sequence([inner])
    data.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    try:
        assert stored_frame(tmp_path / "a.dcm").shape == GREY.shape
    except StudyProblem as problem:
        pytest.fail(problem.what)
