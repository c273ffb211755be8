"""Every way of storing pixels, written by other people's programs or by codecs, read back value for value."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.encoders import RLELosslessEncoder
from pydicom.uid import ExplicitVRBigEndian

from viewers.dicom.decode import open_source, stored_frame
from viewers.dicom.problems import BadFile

SliceOf = Callable[..., Dataset]
Pixels = NDArray[np.generic]
BASE = "1.2.840.10008.1.2."
DCMTK = {
    "implicit": ("dcmconv", "+ti"),
    "explicit": ("dcmconv", "+te"),
    "big endian": ("dcmconv", "+tb"),
    "deflated": ("dcmconv", "+td"),
    "RLE": ("dcmcrle",),
    "lossless JPEG, predictor 1": ("dcmcjpeg", "+e1"),
    "lossless JPEG, predictor 6": ("dcmcjpeg", "+el", "+sv", "6"),
    "JPEG-LS": ("dcmcjpls", "+el"),
}
GDCM = {
    "JPEG 2000": ("gdcmconv", "--j2k"),
    "RLE of GDCM": ("gdcmconv", "--rle"),
    "JPEG-LS of GDCM": ("gdcmconv", "--jpegls"),
}
WRITERS = {name: how for name, how in (DCMTK | GDCM).items() if shutil.which(how[0])}
needs_writers = pytest.mark.skipif(len(WRITERS) < 8, reason="DCMTK is not installed")


def all_frames(path: Path) -> Pixels:
    return np.stack([stored_frame(path, number) for number in range(open_source(path).frames)])


def random_pixels(bits: int, signed: bool, samples: int, seed: int, frames: int = 1) -> Pixels:
    rng = np.random.default_rng(seed)
    lowest, highest = (-(1 << bits - 1), 1 << bits - 1) if signed else (0, 1 << bits)
    size = 8 if bits <= 8 else 16 if bits <= 16 else 32
    shape = (frames, 10, 12, 3) if samples == 3 else (frames, 10, 12)
    steps = np.cumsum(rng.integers(-3, 4, shape), axis=2) * max(1, (1 << bits) // 40)  # neither noise nor flat
    return (steps % (highest - lowest) + lowest).astype(f"{'i' if signed else 'u'}{size // 8}")


def written(data: Dataset, folder: Path, pixels: Pixels, planar: bool = False, bits: int = 0) -> Path:
    """An uncompressed multi-frame file; `pixels` is (frames, rows, columns) with or without samples."""
    data.SamplesPerPixel, data.PhotometricInterpretation = (3, "RGB") if pixels.ndim == 4 else (1, "MONOCHROME2")
    data.Rows, data.Columns = pixels.shape[1:3]
    if pixels.ndim == 4:
        data.PlanarConfiguration = int(planar)
    data.BitsAllocated, data.PixelRepresentation = pixels.dtype.itemsize * 8, int(pixels.dtype.kind == "i")
    data.BitsStored = bits or data.BitsAllocated
    data.HighBit, data.NumberOfFrames = data.BitsStored - 1, len(pixels)
    raw = (pixels.transpose(0, 3, 1, 2) if planar and pixels.ndim == 4 else pixels).tobytes()
    data.PixelData = raw + b"\0" * (len(raw) % 2)
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7.4"
    data.save_as(folder / "plain.dcm", enforce_file_format=True)
    return folder / "plain.dcm"


def wrapped(data: Dataset, folder: Path, syntax: str, frames: list[bytes], **elements: object) -> Path:
    """A file of these compressed frames, with whatever its header shall say."""
    for name, value in elements.items():
        setattr(data, name, value)
    data.PixelData = encapsulate(frames)
    data["PixelData"].is_undefined_length = True
    # pydicom writes no syntax that it does not know: the label is put in afterwards
    data.file_meta.TransferSyntaxUID = BASE + "4.201"
    data.save_as(folder / "wrapped.dcm", enforce_file_format=True)
    label = (BASE + syntax).encode().ljust(23, b"\0")
    raw = (folder / "wrapped.dcm").read_bytes().replace((BASE + "4.201").encode(), label, 1)
    (folder / "wrapped.dcm").write_bytes(raw)
    return folder / "wrapped.dcm"


def converted(plain: Path, *command: str) -> Path:
    other = plain.parent / "other.dcm"
    subprocess.run([*command, plain, other], check=True, capture_output=True)
    return other


def pydicom_pixels(path: Path) -> Pixels:
    return np.asarray(pydicom.dcmread(path).pixel_array)


@needs_writers
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(sorted(WRITERS)), st.integers(2, 16), st.booleans(), st.sampled_from((1, 3)), st.booleans(),
    st.integers(1, 3), st.integers(0, 99),
)  # fmt: skip
def test_that_what_other_programs_wrote_without_loss_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    slice_of: SliceOf,
    how: str,
    bits: int,
    signed: bool,
    samples: int,
    planar: bool,
    frames: int,
    seed: int,
) -> None:
    signed = signed and samples == 1
    planar = planar and not how.startswith("lossless JPEG")  # dcmcjpeg mixes up planes: dcmdjpeg shows the same
    bits = (8 if bits <= 8 else 16) if samples == 3 else bits
    pixels = random_pixels(bits, signed, samples, seed, frames)
    folder = tmp_path_factory.mktemp("written")  # files are known by name, size and time of change
    plain = written(slice_of(pixels[0]), folder, pixels, planar, bits)
    np.testing.assert_array_equal(all_frames(plain), pixels)
    done = subprocess.run([*WRITERS[how], plain, folder / "other.dcm"], capture_output=True, check=False)
    if done.returncode:  # some writers refuse some depths
        return
    np.testing.assert_array_equal(all_frames(folder / "other.dcm"), pixels)


# --- without loss, by the codecs themselves --------------------------------------------------------------------------

LOSSLESS: dict[str, Callable[[Pixels], bytes]] = {
    "4.57": lambda p: imagecodecs.jpeg8_encode(p, lossless=True, predictor=4, bitspersample=16),
    "4.70": lambda p: imagecodecs.jpeg8_encode(p, lossless=True, predictor=1, bitspersample=16),
    "4.80": imagecodecs.jpegls_encode,
    "4.90": lambda p: imagecodecs.jpeg2k_encode(p, level=0, codecformat="j2k", reversible=True),
    "4.92": lambda p: imagecodecs.jpeg2k_encode(p, level=0, codecformat="jp2", reversible=True),
    "4.201": lambda p: imagecodecs.htj2k_encode(p, reversible=True),
    "4.202": lambda p: imagecodecs.htj2k_encode(p, reversible=True),
    "4.203": lambda p: imagecodecs.htj2k_encode(p, reversible=True),
    "4.110": lambda p: imagecodecs.jpegxl_encode(p, lossless=True),
    "4.112": lambda p: imagecodecs.jpegxl_encode(p, lossless=True),
    "5": lambda p: rle(p),
    "8.1": lambda p: zlib.compress(p.tobytes(), wbits=-15),
    "1.98": lambda p: p.tobytes(),
}


def rle(pixels: Pixels) -> bytes:
    samples = pixels.shape[2] if pixels.ndim == 3 else 1
    return (
        RLELosslessEncoder.encode(
            pixels.tobytes(),
            rows=pixels.shape[0],
            columns=pixels.shape[1],
            samples_per_pixel=samples,
            number_of_frames=1,
            bits_allocated=pixels.dtype.itemsize * 8,
            bits_stored=pixels.dtype.itemsize * 8,
            pixel_representation=0,
            photometric_interpretation="RGB" if samples == 3 else "MONOCHROME2",
            planar_configuration=0,
            encoding_plugin="pydicom",
        )
        if pixels.dtype.itemsize <= 2
        else _deep_rle(pixels)
    )


def _deep_rle(pixels: Pixels) -> bytes:
    planes = np.moveaxis(pixels.astype(">u4").view(np.uint8).reshape(*pixels.shape, 4).reshape(-1, 4), 1, 0)
    segments = [imagecodecs.packbits_encode(plane.tobytes()) for plane in planes]
    segments = [segment + b"\0" * (len(segment) % 2) for segment in segments]
    offsets = np.zeros(16, "<u4")
    offsets[0], offsets[1:5] = 4, np.cumsum([64, *(len(segment) for segment in segments)])[:4]
    return offsets.tobytes() + b"".join(segments)


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("syntax", sorted(LOSSLESS))
def test_that_every_lossless_codec_returns_sixteen_bits(
    slice_of: SliceOf, tmp_path: Path, syntax: str, samples: int
) -> None:
    pixels = random_pixels(16, False, samples, 4)[0]
    if samples == 3 and syntax in ("4.57", "4.70"):
        stream = imagecodecs.jpeg8_encode(pixels, lossless=True, colorspace="RGB", outcolorspace="RGB")
    else:
        stream = LOSSLESS[syntax](pixels)
    path = wrapped(slice_of(pixels), tmp_path, syntax, [stream])
    np.testing.assert_array_equal(stored_frame(path), pixels)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", ExplicitVRBigEndian, BASE + "1.99"])
@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2", "u4", "i4"])
@pytest.mark.parametrize("samples", [1, 3])
def test_that_plain_pixels_of_every_width_come_back(
    slice_of: SliceOf, tmp_path: Path, syntax: str, kind: str, samples: int
) -> None:
    dtype = np.dtype(kind)
    size = (2, 3, 5, 3) if samples == 3 else (2, 3, 5)  # an odd number of bytes in a frame
    pixels = np.random.default_rng(7).integers(np.iinfo(dtype).min, np.iinfo(dtype).max, size, dtype, endpoint=True)
    data = slice_of(pixels[0])
    written(data, tmp_path, pixels)
    data.file_meta.TransferSyntaxUID = syntax
    if syntax == ExplicitVRBigEndian:
        raw = pixels.astype(dtype.newbyteorder(">")).tobytes()
        raw += b"\0" * (len(raw) % 2)
        data.PixelData = raw if dtype.itemsize > 1 else np.frombuffer(raw, "<u2").byteswap().tobytes()
        data["PixelData"].VR = "OW"
    pydicom.dcmwrite(tmp_path / "a.dcm", data, enforce_file_format=True)
    np.testing.assert_array_equal(all_frames(tmp_path / "a.dcm"), pixels)


def test_that_deep_run_lengths_come_back(slice_of: SliceOf, tmp_path: Path) -> None:
    pixels = np.random.default_rng(3).integers(0, 1 << 32, (9, 11), np.uint32)
    path = wrapped(slice_of(pixels), tmp_path, "5", [_deep_rle(pixels)])
    np.testing.assert_array_equal(stored_frame(path), pixels)


@pytest.mark.parametrize("padding", [b"\0", b" ", b"\x80", b"\xff"])
def test_that_run_lengths_filled_up_with_any_byte_come_back(slice_of: SliceOf, tmp_path: Path, padding: bytes) -> None:
    pixels = np.full((9, 11), 7, np.uint8)
    pixels[-1, -2:] = 8, 9  # five bytes
    stream = np.array([1, 64, *[0] * 14], "<u4").tobytes() + imagecodecs.packbits_encode(pixels.tobytes()) + padding
    np.testing.assert_array_equal(stored_frame(wrapped(slice_of(pixels), tmp_path, "5", [stream])), pixels)


def test_that_compressed_pixels_without_a_compressing_syntax_are_called_so(slice_of: SliceOf, tmp_path: Path) -> None:
    path = wrapped(slice_of(SHADE), tmp_path, "4.90", [LOSSLESS["4.90"](SHADE)])
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"1.2.840.10008.1.2.4.90", b"1.2.840.10008.1.2.1\0\0\0", 1))
    with pytest.raises(BadFile, match="says that they are not"):
        stored_frame(path)


@pytest.mark.parametrize(("tag", "kind"), [("FloatPixelData", "f4"), ("DoubleFloatPixelData", "f8")])
def test_that_float_pixels_come_back(slice_of: SliceOf, tmp_path: Path, tag: str, kind: str) -> None:
    values = np.random.default_rng(3).normal(0, 1e3, (6, 8)).astype(kind)
    values[0, :3] = np.nan, np.inf, -np.inf
    data = slice_of(np.zeros((6, 8), np.uint16))
    for name in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
        delattr(data, name)
    data.BitsAllocated = values.itemsize * 8
    setattr(data, tag, values.tobytes())
    data.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    np.testing.assert_array_equal(stored_frame(tmp_path / "a.dcm"), values)


# --- with loss -------------------------------------------------------------------------------------------------------

SHADE = (np.add.outer(np.arange(64), np.arange(80)) * 27).astype(np.uint16)  # 12 bits


@needs_writers
@pytest.mark.parametrize(
    ("command", "back", "tolerance"),
    [
        (("dcmcjpeg", "+ee", "+q", "90"), "dcmdjpeg", 1),
        (("dcmcjpls", "+en", "+md", "5"), "dcmdjpls", 0),
    ],
)
def test_that_lossy_grey_has_the_values_of_dcmtk(
    slice_of: SliceOf, tmp_path: Path, command: tuple[str, ...], back: str, tolerance: int
) -> None:
    lossy = converted(written(slice_of(SHADE), tmp_path, SHADE[None], bits=12), *command)
    subprocess.run([back, lossy, tmp_path / "back.dcm"], check=True, capture_output=True)
    theirs = pydicom_pixels(tmp_path / "back.dcm")
    assert not np.array_equal(theirs, SHADE)
    assert np.abs(stored_frame(lossy).astype(int) - theirs).max() <= tolerance


@pytest.mark.parametrize(("syntax", "kind"), [("4.91", "J2K"), ("4.93", "J2K"), ("4.203", "HTJ2K")])
def test_that_lossy_wavelets_stop_at_black_and_white(slice_of: SliceOf, tmp_path: Path, syntax: str, kind: str) -> None:
    """Ringing beside an edge goes beyond 0 and 255 and must not come out on the other side."""
    edges = np.kron(np.random.default_rng(1).integers(0, 2, (16, 16)), np.ones((4, 4))).astype(np.uint8) * 255
    stream = (
        imagecodecs.htj2k_encode(edges, level=0.05, reversible=False)
        if kind == "HTJ2K"
        else imagecodecs.jpeg2k_encode(edges, level=25, codecformat="j2k", reversible=False)
    )
    ours = stored_frame(wrapped(slice_of(edges), tmp_path, syntax, [stream]))
    assert not np.array_equal(ours, edges)
    assert np.abs(ours.astype(int) - edges).max() < 128
    np.testing.assert_array_equal(ours, imagecodecs.jpeg2k_decode(stream))


@pytest.mark.skipif(shutil.which("opj_decompress") is None, reason="OpenJPEG's programs are not installed")
@pytest.mark.parametrize("ratio", [0, 30])
def test_that_jpeg_2000_has_the_values_of_openjpegs_own_program(slice_of: SliceOf, tmp_path: Path, ratio: int) -> None:
    pixels = (SHADE * 3).astype(np.uint16)
    stream = imagecodecs.jpeg2k_encode(pixels, level=ratio, codecformat="j2k", reversible=ratio == 0)
    (tmp_path / "a.j2k").write_bytes(stream)
    subprocess.run(["opj_decompress", "-i", "a.j2k", "-o", "a.rawl"], cwd=tmp_path, check=True, capture_output=True)
    theirs = np.frombuffer((tmp_path / "a.rawl").read_bytes(), "<u2").reshape(pixels.shape)
    np.testing.assert_array_equal(stored_frame(wrapped(slice_of(pixels), tmp_path, "4.91", [stream])), theirs)


# --- where header and codestream disagree ----------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["4.50", "4.57", "4.80", "4.90", "4.201"])
@pytest.mark.parametrize("really", ["4.70", "4.80", "4.90", "4.203"])
def test_that_the_codestream_counts_and_not_its_label(
    slice_of: SliceOf, tmp_path: Path, said: str, really: str
) -> None:
    path = wrapped(slice_of(SHADE), tmp_path, said, [LOSSLESS[really](SHADE)])
    np.testing.assert_array_equal(stored_frame(path), SHADE)


def test_that_plain_pixels_under_a_compressed_label_are_read(slice_of: SliceOf, tmp_path: Path) -> None:
    data = slice_of(SHADE)
    data.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    raw = (tmp_path / "a.dcm").read_bytes().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0", 1)
    (tmp_path / "a.dcm").write_bytes(raw)
    np.testing.assert_array_equal(stored_frame(tmp_path / "a.dcm"), SHADE)


def test_that_more_bits_than_the_header_has_room_for_are_refused(slice_of: SliceOf, tmp_path: Path) -> None:
    path = wrapped(slice_of(SHADE.astype(np.uint8)), tmp_path, "4.80", [imagecodecs.jpegls_encode(SHADE)])
    with pytest.raises(BadFile, match="16 bits a value, the header 8"):
        stored_frame(path)


def test_that_fewer_bits_than_allocated_keep_their_values(slice_of: SliceOf, tmp_path: Path) -> None:
    small = (SHADE >> 4).astype(np.uint8)
    path = wrapped(slice_of(SHADE), tmp_path, "4.80", [imagecodecs.jpegls_encode(small)])
    np.testing.assert_array_equal(stored_frame(path), small)
    assert stored_frame(path).dtype == np.uint16


@pytest.mark.parametrize("padding", [b"\0", b"\0\0", b"\xff\xd9", b"\0" * 61])
def test_that_padding_after_an_image_does_no_harm(slice_of: SliceOf, tmp_path: Path, padding: bytes) -> None:
    grey = (SHADE >> 4).astype(np.uint8)
    for syntax, encode in (("4.80", imagecodecs.jpegls_encode), ("4.70", LOSSLESS["4.70"]), ("4.90", LOSSLESS["4.90"])):
        stream = encode(grey if syntax == "4.80" else SHADE)
        wanted = grey if syntax == "4.80" else SHADE
        path = wrapped(slice_of(wanted), tmp_path, syntax, [stream + padding])
        np.testing.assert_array_equal(stored_frame(path), wanted)


NOISE = (SHADE + np.random.default_rng(3).integers(0, 9, SHADE.shape)).astype(np.uint16)


@pytest.mark.parametrize("syntax", ["4.50", "4.51", *sorted(set(LOSSLESS) - {"5"}), "5"])
def test_that_an_image_that_is_cut_short_is_refused(slice_of: SliceOf, tmp_path: Path, syntax: str) -> None:
    pixels = (NOISE >> 4).astype(np.uint8) if syntax == "4.50" else NOISE
    bits = {"4.50": 8, "4.51": 12}
    stream = (
        imagecodecs.jpeg8_encode(pixels, bitspersample=bits[syntax]) if syntax in bits else LOSSLESS[syntax](pixels)
    )
    path = wrapped(slice_of(pixels), tmp_path, syntax, [stream[: len(stream) * 6 // 10]])
    with pytest.raises(BadFile, match="cannot be decoded"):
        stored_frame(path)


@pytest.mark.parametrize("syntax", ["4.50", "4.70"])
def test_that_an_image_that_lacks_its_end_marker_alone_is_read(slice_of: SliceOf, tmp_path: Path, syntax: str) -> None:
    pixels = (NOISE >> 4).astype(np.uint8) if syntax == "4.50" else NOISE
    stream = imagecodecs.jpeg8_encode(pixels) if syntax == "4.50" else LOSSLESS[syntax](pixels)
    whole = stored_frame(wrapped(slice_of(pixels), tmp_path, syntax, [stream]))
    path = wrapped(slice_of(pixels), tmp_path, syntax, [stream[:-2] + b"\0" * 300])
    np.testing.assert_array_equal(stored_frame(path), whole)
