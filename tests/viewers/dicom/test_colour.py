"""Colours: who is believed about them, luminance and chrominance, palettes, ICC profiles."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import _expand_segmented_lut
from pydicom.uid import JPEGBaseline8Bit, JPEGLSLossless

from viewers.dicom import colour, icc
from viewers.dicom.decode import display_frame, stored_frame
from viewers.dicom.load import load
from viewers.dicom.problems import BadFile
from viewers.dicom.scan import scan
from viewers.volume import PixelFormat

SliceOf = Callable[..., Dataset]
Pixels = NDArray[np.generic]
BLOCKS = np.kron(np.random.default_rng(2).integers(0, 256, (4, 6, 3)), np.ones((16, 16, 1))).astype(np.uint8)
RGB8 = PixelFormat(64, 96, 3, "RGB", 8, 8, 7, signed=False)


def written(data: Dataset, path: Path, **elements: object) -> Path:
    for name, value in elements.items():
        setattr(data, name, value)
    data.save_as(path, enforce_file_format=True)
    return path


def jpeg(data: Dataset, path: Path, stream: bytes, photometric: str) -> Path:
    data.file_meta.TransferSyntaxUID, data.PixelData = JPEGBaseline8Bit, encapsulate([stream])
    data["PixelData"].is_undefined_length = True
    return written(data, path, PhotometricInterpretation=photometric)


def without_markers(stream: bytes) -> bytes:
    """The JPEG image without JFIF and Adobe segments, its components numbered."""
    kept, at = [stream[:2]], 2
    while stream[at + 1] != 0xDA:
        length = int.from_bytes(stream[at + 2 : at + 4], "big")
        segment = bytearray(stream[at : at + 2 + length])
        if stream[at + 1] == 0xC0:
            segment[10], segment[13], segment[16] = 1, 2, 3
        if stream[at + 1] not in (0xE0, 0xEE):
            kept.append(bytes(segment))
        at += 2 + length
    scan = bytearray(stream[at:])
    scan[5], scan[7], scan[9] = 1, 2, 3
    return b"".join([*kept, bytes(scan)])


def streams(subsampling: str = "444") -> dict[str, bytes]:
    ybr = imagecodecs.jpeg8_encode(BLOCKS, 95, colorspace="RGB", outcolorspace="YCBCR", subsampling=subsampling)
    rgb = imagecodecs.jpeg8_encode(BLOCKS, 95, colorspace="RGB", outcolorspace="RGB")
    return {"JFIF": ybr, "Adobe 0": rgb, "none, YCbCr": without_markers(ybr), "none, RGB": without_markers(rgb)}


@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL", "YBR_FULL_422"])
@pytest.mark.parametrize("marked", ["JFIF", "Adobe 0"])
def test_that_what_a_jpeg_says_of_itself_counts_before_the_header(
    slice_of: SliceOf, tmp_path: Path, marked: str, photometric: str
) -> None:
    path = jpeg(slice_of(BLOCKS), tmp_path / "a", streams()[marked], photometric)
    assert np.abs(stored_frame(path).astype(int) - BLOCKS).mean() < 3


@pytest.mark.parametrize(("photometric", "marked"), [("RGB", "none, RGB"), ("YBR_FULL_422", "none, YCbCr")])
def test_that_the_header_decides_about_a_jpeg_that_says_nothing(
    slice_of: SliceOf, tmp_path: Path, photometric: str, marked: str
) -> None:
    path = jpeg(slice_of(BLOCKS), tmp_path / "a", streams()[marked], photometric)
    assert np.abs(stored_frame(path).astype(int) - BLOCKS).mean() < 3


def test_that_coarse_chrominance_is_no_rgb_whatever_the_header_says(slice_of: SliceOf, tmp_path: Path) -> None:
    path = jpeg(slice_of(BLOCKS), tmp_path / "a", streams("420")["none, YCbCr"], "RGB")
    assert np.abs(stored_frame(path).astype(int) - BLOCKS).mean() < 6


@pytest.mark.skipif(shutil.which("djpeg") is None, reason="libjpeg's programs are not installed")
@pytest.mark.parametrize("marked", ["JFIF", "Adobe 0", "none, YCbCr"])
def test_that_colours_are_those_of_libjpeg(slice_of: SliceOf, tmp_path: Path, marked: str) -> None:
    stream = streams("422" if marked == "JFIF" else "444")[marked]
    shown = subprocess.run(["djpeg", "-pnm"], input=stream, capture_output=True, check=True).stdout
    theirs = np.frombuffer(shown[-BLOCKS.size :], np.uint8).reshape(BLOCKS.shape)
    ours = stored_frame(jpeg(slice_of(BLOCKS), tmp_path / "a", stream, "YBR_FULL_422"))
    assert np.abs(ours.astype(int) - theirs).max() <= 1


def ybr_of(rgb: Pixels, bits: int) -> Pixels:
    """PS3.3 C.7.6.3.1.2 as it stands there."""
    matrix = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
    values = rgb @ matrix.T + [0, 1 << bits - 1, 1 << bits - 1]
    return np.clip(np.rint(values), 0, (1 << bits) - 1).astype(rgb.dtype)


@given(st.sampled_from((8, 10, 12, 16)), st.integers(0, 999))
def test_that_luminance_and_chrominance_of_any_depth_become_rgb(bits: int, seed: int) -> None:
    dtype = np.uint8 if bits == 8 else np.uint16
    rgb = np.random.default_rng(seed).integers(0, 1 << bits, (8, 8, 3)).astype(dtype)
    back = colour.ybr_to_rgb(ybr_of(rgb, bits), bits)
    assert back.dtype == rgb.dtype
    assert np.abs(back.astype(int) - rgb).max() <= 2 + (1 << bits) // 4000  # the standard's matrix has four decimals


@pytest.mark.parametrize("planar", [0, 1])
def test_that_uncompressed_ybr_comes_as_rgb(slice_of: SliceOf, tmp_path: Path, planar: int) -> None:
    ybr = ybr_of(BLOCKS, 8)
    raw = (ybr.transpose(2, 0, 1) if planar else ybr).tobytes()
    path = written(
        slice_of(BLOCKS),
        tmp_path / "a",
        PixelData=raw,
        PlanarConfiguration=planar,
        PhotometricInterpretation="YBR_FULL",
    )
    assert np.abs(stored_frame(path).astype(int) - BLOCKS).max() <= 2


def halved(ybr: Pixels) -> bytes:
    """Y Y Cb Cr for each two pixels."""
    pairs = ybr.reshape(-1, 2, 3)
    return np.stack([pairs[:, 0, 0], pairs[:, 1, 0], pairs[:, 0, 1], pairs[:, 0, 2]], axis=1).tobytes()


@pytest.mark.parametrize("photometric", ["YBR_FULL_422", "YBR_PARTIAL_422"])
def test_that_halved_chrominance_comes_as_rgb(slice_of: SliceOf, tmp_path: Path, photometric: str) -> None:
    ybr = ybr_of(BLOCKS, 8).astype(float)
    if photometric == "YBR_PARTIAL_422":  # BT.601: luminance 16-235, chrominance 16-240
        ybr = (ybr - [0, 128, 128]) * [219 / 255, 224 / 255, 224 / 255] + [16, 128, 128]
    path = written(
        slice_of(BLOCKS), tmp_path / "a", PixelData=halved(np.rint(ybr).astype(np.uint8)),
        PhotometricInterpretation=photometric,
    )  # fmt: skip
    assert np.abs(stored_frame(path).astype(int) - BLOCKS).max() <= 3


def test_that_whole_chrominance_under_a_halved_name_is_seen_by_its_size(slice_of: SliceOf, tmp_path: Path) -> None:
    path = written(
        slice_of(BLOCKS),
        tmp_path / "a",
        PixelData=ybr_of(BLOCKS, 8).tobytes(),
        PhotometricInterpretation="YBR_FULL_422",
    )
    assert np.abs(stored_frame(path).astype(int) - BLOCKS).max() <= 2


def test_that_halved_chrominance_in_an_odd_image_is_refused(slice_of: SliceOf, tmp_path: Path) -> None:
    odd = np.zeros((3, 3, 3), np.uint8)
    path = written(slice_of(odd), tmp_path / "a", PhotometricInterpretation="YBR_FULL_422", PixelData=bytes(20))
    with pytest.raises(BadFile, match="cannot be laid out"):
        stored_frame(path)


def test_that_a_fourth_sample_is_left_out(slice_of: SliceOf, tmp_path: Path) -> None:
    argb = np.random.default_rng(1).integers(0, 256, (4, 6, 4), np.uint8)
    path = written(
        slice_of(BLOCKS), tmp_path / "a", Rows=4, Columns=6, SamplesPerPixel=4, PhotometricInterpretation="ARGB",
        PixelData=argb.tobytes(),
    )  # fmt: skip
    np.testing.assert_array_equal(stored_frame(path), argb)
    np.testing.assert_array_equal(display_frame(path), argb[..., 1:])


@pytest.mark.parametrize("photometric", ["HSV", "CMYK"])
def test_that_colours_that_are_not_rgb_are_never_shown_as_rgb(
    slice_of: SliceOf, tmp_path: Path, photometric: str
) -> None:
    samples = 4 if photometric == "CMYK" else 3
    path = written(
        slice_of(BLOCKS), tmp_path / "a", Rows=4, Columns=6, SamplesPerPixel=samples,
        PhotometricInterpretation=photometric, PixelData=bytes(24 * samples),
    )  # fmt: skip
    with pytest.raises(BadFile, match=f"are {photometric}, which is not shown"):
        display_frame(path)


# --- palettes --------------------------------------------------------------------------------------------------------


def paletted(data: Dataset, path: Path, descriptor: list[int], tables: list[Pixels], segmented: bool = False) -> Path:
    data.PhotometricInterpretation = "PALETTE COLOR"
    for name, table in zip(("Red", "Green", "Blue"), tables, strict=True):
        setattr(data, f"{name}PaletteColorLookupTableDescriptor", descriptor)
        kind = "Segmented" if segmented else ""
        setattr(data, f"{kind}{name}PaletteColorLookupTableData", table.tobytes())
    data.save_as(path, enforce_file_format=True)
    return path


def test_that_a_signed_palette_begins_below_zero(slice_of: SliceOf, tmp_path: Path) -> None:
    tables = [np.arange(5, dtype=np.uint16) * step * 256 for step in (10, 20, 30)]
    values = np.array([[-9, -2, -1, 0], [1, 2, 3, 9]], np.int16)
    path = paletted(slice_of(values), tmp_path / "a", [5, 0, 16], tables)
    raw = path.read_bytes().replace(b"\x06\0\x05\0\0\0\x10\0", b"\x06\0\x05\0\xfe\xff\x10\0")
    path.write_bytes(raw)
    np.testing.assert_array_equal(display_frame(path)[..., 0], [[0, 0, 10, 20], [30, 40, 40, 40]])


def test_that_one_dark_channel_is_scaled_as_the_others_are(slice_of: SliceOf, tmp_path: Path) -> None:
    bright, dark = np.array([0, 65535], np.uint16), np.array([0, 200], np.uint16)
    path = paletted(slice_of(np.eye(2, dtype=np.uint8)), tmp_path / "a", [2, 0, 16], [bright, dark, bright])
    np.testing.assert_array_equal(display_frame(path)[0, 0], [255, 0, 255])


@pytest.mark.parametrize("bits", [8, 16])
def test_that_segmented_palettes_unfold_as_in_pydicom(slice_of: SliceOf, tmp_path: Path, bits: int) -> None:
    dtype = np.uint8 if bits == 8 else np.uint16
    top = 250 if bits == 8 else 65000
    offset = [0, 0, 0, 0] if bits == 8 else [0, 0]
    codes = np.array([0, 4, 1, 5, 9, top // 2, 1, 100, top, 1, 20, 0, 2, 2, *offset], dtype)
    theirs = np.array(_expand_segmented_lut(tuple(codes.tolist()), "B" if bits == 8 else "<H"))
    values = np.arange(len(theirs), dtype=np.uint16)[None]
    path = paletted(slice_of(values), tmp_path / "a", [len(theirs), 0, bits], [codes] * 3, segmented=True)
    np.testing.assert_array_equal(display_frame(path)[0, :, 0], theirs >> (bits - 8))


@pytest.mark.parametrize("codes", [[1, 5, 9], [7, 1, 1], [2, 60000, 0, 0], [0, 60000, 1, 2], [2, 1, 9, 9]])
def test_that_damaged_segments_are_refused(slice_of: SliceOf, tmp_path: Path, codes: list[int]) -> None:
    table = np.array(codes, np.uint16)
    path = paletted(slice_of(np.zeros((2, 2), np.uint8)), tmp_path / "a", [256, 0, 16], [table] * 3, segmented=True)
    with pytest.raises(BadFile, match="colour table"):
        display_frame(path)


# --- profiles --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def adobe_rgb() -> bytes:
    return bytes(imagecodecs.cms_profile("adobergb"))


def test_that_colours_go_through_their_profile_as_in_pillow(
    slice_of: SliceOf, tmp_path: Path, adobe_rgb: bytes
) -> None:
    image_cms = pytest.importorskip("PIL.ImageCms", reason="Pillow has no littlecms here")
    from PIL import Image

    path = written(slice_of(BLOCKS), tmp_path / "a", ICCProfile=adobe_rgb)
    theirs = image_cms.profileToProfile(
        Image.fromarray(BLOCKS), image_cms.ImageCmsProfile(io.BytesIO(adobe_rgb)), image_cms.createProfile("sRGB")
    )
    assert np.abs(display_frame(path).astype(int) - np.asarray(theirs)).max() <= 1
    assert np.abs(display_frame(path).astype(int) - BLOCKS).max() > 10
    np.testing.assert_array_equal(stored_frame(path), BLOCKS)


def test_that_srgb_and_broken_profiles_leave_colours_alone(slice_of: SliceOf, tmp_path: Path, adobe_rgb: bytes) -> None:
    for number, profile in enumerate(
        (bytes(imagecodecs.cms_profile("srgb")), adobe_rgb[:200], adobe_rgb[:128] + b"\xff" * 400, b"no profile")
    ):
        path = written(slice_of(BLOCKS), tmp_path / str(number), ICCProfile=profile)
        np.testing.assert_array_equal(display_frame(path), BLOCKS)


def test_that_volumes_hold_colours_as_they_are_shown(slice_of: SliceOf, tmp_path: Path, adobe_rgb: bytes) -> None:
    stream = imagecodecs.jpegls_encode(BLOCKS)
    plain = written(slice_of(BLOCKS), tmp_path / "plain", ICCProfile=adobe_rgb)
    data = slice_of(BLOCKS, ICCProfile=adobe_rgb)
    data.file_meta.TransferSyntaxUID, data.PixelData = JPEGLSLossless, encapsulate([stream])
    data["PixelData"].is_undefined_length = True
    coded = written(data, tmp_path / "coded")
    for path in (plain, coded):
        [header] = scan(path).series
        np.testing.assert_array_equal(load(header).plane(0), icc.to_srgb(BLOCKS, adobe_rgb))


def test_that_deep_colours_go_through_their_profile(adobe_rgb: bytes) -> None:
    deep = BLOCKS.astype(np.uint16) * 257
    shown = icc.to_srgb(deep, adobe_rgb)
    assert shown.dtype == np.uint16
    assert np.abs(shown / 257 - icc.to_srgb(BLOCKS, adobe_rgb)).max() <= 1
