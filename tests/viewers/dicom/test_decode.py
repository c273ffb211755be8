"""Decoded values against pydicom and DCMTK, over every readable shared file and over images made here."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels import apply_color_lut, convert_color_space
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from viewers.dicom import colour
from viewers.dicom.decode import clear_unused_bits, display_frame, open_source, stored_frame
from viewers.dicom.problems import BadFile
from viewers.volume import PixelFormat

SliceOf = Callable[..., Dataset]
TWELVE_BIT_JPEG = "1.2.840.10008.1.2.4.51"


def all_frames(path: Path) -> NDArray[np.generic]:
    frames = [stored_frame(path, number) for number in range(open_source(path).frames)]
    return np.stack(frames) if len(frames) > 1 else frames[0]


@pytest.mark.slow
def test_that_every_file_that_pydicom_decodes_has_the_same_values(shared: Path, manifest: list[dict[str, str]]) -> None:
    compared = []
    for row in manifest:
        path = shared / row["path"]
        theirs = peer_pixels(path) if row["pixels"].startswith("ok") else None
        if theirs is None:
            continue
        ours = all_frames(path)
        assert ours.dtype == theirs.dtype.newbyteorder("="), row["path"]
        np.testing.assert_array_equal(ours, theirs, err_msg=row["path"])
        compared.append(path)
    assert len(compared) > 570


def peer_pixels(path: Path) -> NDArray[np.generic] | None:
    """pydicom's values, None where it needs a codec that is not installed here (12-bit JPEG, HTJ2K) or no header."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = pydicom.dcmread(path, force=True)
        syntax = data.file_meta.get("TransferSyntaxUID", "")
        if not syntax or "4.20" in syntax or (syntax == TWELVE_BIT_JPEG and data.BitsAllocated == 16):
            return None
        return np.asarray(data.pixel_array)


@pytest.mark.skipif(shutil.which("dcmdjpeg") is None, reason="DCMTK is not installed")
def test_that_twelve_bit_jpeg_has_the_values_of_dcmtk(
    shared: Path, manifest: list[dict[str, str]], tmp_path: Path
) -> None:
    paths = [shared / row["path"] for row in manifest if row["ts"] == TWELVE_BIT_JPEG and row["bits_stored"] != "8"]
    for path in paths:
        subprocess.run(["dcmdjpeg", path, tmp_path / "plain.dcm"], check=True, capture_output=True)
        theirs = pydicom.dcmread(tmp_path / "plain.dcm").pixel_array
        np.testing.assert_array_equal(all_frames(path), theirs.reshape(all_frames(path).shape))
    assert len(paths) >= 5


def test_that_high_throughput_jpeg_2000_equals_its_plain_twin(shared: Path) -> None:
    twin = shared / "cornerstonejs+cornerstone3D/packages/dicomImageLoader/testImages/CT1_J2KR"
    theirs = pydicom.dcmread(twin, force=True)
    ours = all_frames(shared / "derived_htj2k/CT1_htj2k.dcm")
    np.testing.assert_array_equal(ours, theirs.pixel_array.reshape(ours.shape))


def test_that_one_bit_frames_are_the_same_in_every_packing(shared: Path) -> None:
    folder = shared / "pydicom+pydicom-data/data_store/data"
    plain = all_frames(folder / "liver.dcm")
    assert plain.max() == 1
    for name in ("liver_rle.dcm", "liver_deflate.dcm"):
        np.testing.assert_array_equal(all_frames(folder / name), plain)


def compressed(data: Dataset, syntax: str, frames: list[bytes], path: Path, *, extended: bool = False) -> Path:
    data.file_meta.TransferSyntaxUID = syntax
    if extended:
        data.PixelData, data.ExtendedOffsetTable, data.ExtendedOffsetTableLengths = encapsulate_extended(frames)
    else:
        data.PixelData = encapsulate(frames, fragments_per_frame=2, has_bot=False)
    data["PixelData"].is_undefined_length = True
    data.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.parametrize("extended", [True, False])
def test_that_frames_are_found_with_and_without_an_offset_table(
    slice_of: SliceOf, tmp_path: Path, extended: bool
) -> None:
    pixels = np.random.default_rng(1).integers(0, 4000, (3, 16, 16), np.uint16)
    streams = [imagecodecs.jpegls_encode(frame) for frame in pixels]
    path = compressed(
        slice_of(pixels, NumberOfFrames=3), JPEGLSLossless, streams, tmp_path / "a.dcm", extended=extended
    )
    np.testing.assert_array_equal(all_frames(path), pixels)


@pytest.mark.parametrize("sign", [True, False])
def test_that_the_header_decides_about_the_sign_of_jpeg_2000(slice_of: SliceOf, tmp_path: Path, sign: bool) -> None:
    values = np.arange(-128, 128, dtype=np.int16).reshape(16, 16)
    data = slice_of(values if sign else values.view(np.uint16))
    stream = imagecodecs.jpeg2k_encode(
        values.view(np.uint16) if sign else values, level=0, codecformat="j2k", reversible=True
    )
    path = compressed(data, JPEG2000Lossless, [stream], tmp_path / "a.dcm")
    np.testing.assert_array_equal(stored_frame(path), values if sign else values.view(np.uint16))


@settings(max_examples=30)
@given(st.integers(1, 16), st.booleans(), st.integers(0, 15), st.randoms(use_true_random=False))
def test_that_bits_outside_the_stored_ones_do_not_count(width: int, signed: bool, spare: int, random: object) -> None:
    high = min(15, width - 1 + spare)
    form = PixelFormat(4, 4, 1, "MONOCHROME2", 16, width, high, signed)
    values = np.random.default_rng(width * 16 + high).integers(0, 1 << width, (4, 4)).astype(np.int64)
    shift = high + 1 - width
    noise = np.random.default_rng(9).integers(0, 1 << 16, (4, 4))
    mask = ((1 << width) - 1) << shift
    raw = ((noise & ~mask) | (values << shift)).astype(np.uint16).view(form.dtype)
    expected = np.where(values >= 1 << (width - 1), values - (1 << width), values) if signed else values
    clear_unused_bits(raw, form)
    np.testing.assert_array_equal(raw, expected)


def test_that_ybr_becomes_the_rgb_of_pydicom() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (40, 40, 3), np.uint8)
    np.testing.assert_array_equal(colour.ybr_to_rgb(pixels), convert_color_space(pixels, "YBR_FULL", "RGB"))


def test_that_palettes_give_the_colours_of_pydicom(shared: Path, manifest: list[dict[str, str]]) -> None:
    names = [row["path"] for row in manifest if row["photometric"] == "PALETTE COLOR" and row["ts"]]
    for name in names:
        data = pydicom.dcmread(shared / name)
        theirs = apply_color_lut(data.pixel_array, data)
        if theirs.max() > 255 or data.RedPaletteColorLookupTableDescriptor[2] == 16:
            theirs = theirs >> 8
        np.testing.assert_array_equal(display_frame(shared / name), theirs.reshape(-1, *theirs.shape[-3:])[0], name)
    assert len(names) >= 3


def test_that_deep_colour_spans_sixteen_bits(slice_of: SliceOf, tmp_path: Path) -> None:
    pixels = np.arange(48, dtype=np.uint16).reshape(4, 4, 3)
    slice_of(pixels, BitsStored=12, HighBit=11).save_as(tmp_path / "a.dcm", enforce_file_format=True)
    np.testing.assert_array_equal(display_frame(tmp_path / "a.dcm"), pixels << 4)


@pytest.mark.parametrize(
    ("stream", "words"), [(b"\xff\x4f\xff\x51 no codestream at all", "cannot be decoded"), (b"", "no compressed image")]
)
def test_that_a_broken_codestream_is_a_problem_in_words(
    slice_of: SliceOf, tmp_path: Path, stream: bytes, words: str
) -> None:
    data = slice_of(np.zeros((8, 8), np.uint16))
    data.file_meta.TransferSyntaxUID = JPEG2000Lossless
    data.PixelData = encapsulate([stream]) if stream else b"\xfe\xff\x00\xe0\0\0\0\0"
    data["PixelData"].is_undefined_length = True
    data.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    with pytest.raises(BadFile, match=words):
        stored_frame(tmp_path / "a.dcm")


def test_that_an_unknown_transfer_syntax_is_named_with_what_to_do(slice_of: SliceOf, tmp_path: Path) -> None:
    path = compressed(slice_of(np.zeros((8, 8), np.uint16)), "1.2.840.10008.1.2.4.100", [b"video "], tmp_path / "a")
    with pytest.raises(BadFile, match=r"\(0002,0010\) 1.2.840.10008.1.2.4.100 cannot be read.*Ask for the images"):
        stored_frame(path)


def test_that_a_size_that_does_not_match_the_header_is_refused(slice_of: SliceOf, tmp_path: Path) -> None:
    stream = imagecodecs.jpegls_encode(np.zeros((8, 9), np.uint16))
    path = compressed(slice_of(np.zeros((8, 8), np.uint16)), JPEGLSLossless, [stream], tmp_path / "a.dcm")
    with pytest.raises(BadFile, match="the header says"):
        stored_frame(path)


def test_that_run_lengths_that_fall_short_are_refused(slice_of: SliceOf, tmp_path: Path) -> None:
    head = np.zeros(16, "<u4")
    head[:3] = 2, 64, 66
    path = compressed(
        slice_of(np.zeros((8, 8), np.uint16)), RLELossless, [head.tobytes() + b"\xff\0\xff\0"], tmp_path / "a"
    )
    with pytest.raises(BadFile, match="RLE segment holds"):
        stored_frame(path)
