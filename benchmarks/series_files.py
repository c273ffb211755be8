"""Series on disk for the benchmarks: the phantom's slices in each compression, a mammogram of 13.6 megapixels.

What belongs here: writing files that are like those of a hospital. What does not: timing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import (
    DigitalMammographyXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    RLELossless,
    generate_uid,
)

from benchmarks.load_series import ct_slice
from resources.phantoms.chest_ct import make_exam

SEED = 20_001
MAMMOGRAM = (4096, 3328)
Image = NDArray[np.uint16]


def phantom_slices(count: int = 24) -> list[Image]:
    """12-bit stored values (HU + 1024) of `count` slices of the chest phantom, 512²."""
    hu = make_exam(SEED, 2, slices=count).hu
    return [np.clip(each.astype(np.int32) + 1024, 0, 4095).astype(np.uint16) for each in hu]


def jpeg_2000(image: Image) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(image, reversible=True, level=0, codecformat="j2k", bitspersample=12))


def jpeg_ls(image: Image) -> bytes:
    return bytes(imagecodecs.jpegls_encode(image))


def jpeg_lossless(image: Image) -> bytes:
    return bytes(imagecodecs.ljpeg_encode(image, bitspersample=12))


def htj2k(image: Image) -> bytes:
    return bytes(imagecodecs.htj2k_encode(image, reversible=True))


def rle(image: Image) -> bytes:
    """PS3.5 annex G: the high bytes, then the low bytes, each packed row by row."""
    planes = [_packed((image >> 8).astype(np.uint8)), _packed((image & 255).astype(np.uint8))]
    head = np.array([2, 64, 64 + len(planes[0]), *[0] * 13], "<u4")
    return head.tobytes() + b"".join(planes)


def _packed(plane: NDArray[np.uint8]) -> bytes:
    packed = b"".join(bytes(imagecodecs.packbits_encode(row.tobytes())) for row in plane)
    return packed + b"\0" * (len(packed) % 2)


# transfer syntax, encoder, name of the codec
COMPRESSIONS: dict[str, tuple[str, Callable[[Image], bytes]]] = {
    "JPEG 2000": (JPEG2000Lossless, jpeg_2000),
    "JPEG-LS": (JPEGLSLossless, jpeg_ls),
    "JPEG lossless": (JPEGLosslessSV1, jpeg_lossless),
    "HTJ2K": (HTJ2KLossless, htj2k),
    "RLE": (RLELossless, rle),
}


def write_compressed(folder: Path, name: str, images: list[Image], slices: int) -> None:
    """A CT series of `slices` files in one of COMPRESSIONS; the images come round again."""
    syntax, encode = COMPRESSIONS[name]
    streams = [encode(image) for image in images]
    uids = (generate_uid(), generate_uid(), generate_uid())
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(slices):
        data = unsigned(ct_slice(index, images[index % len(images)].view(np.int16), uids))
        _compress(data, syntax, streams[index % len(streams)])
        data.save_as(folder / f"{index:05d}.dcm", enforce_file_format=True)


def unsigned(data: Dataset) -> Dataset:
    """The same data set, saying that its values are 12-bit ones without a sign."""
    data.PixelRepresentation, data.BitsStored, data.HighBit = 0, 12, 11
    data.RescaleIntercept = "-1024"
    return data


def _compress(data: Dataset, syntax: str, stream: bytes) -> None:
    data.file_meta.TransferSyntaxUID = syntax
    data.PixelData = encapsulate([stream])
    data["PixelData"].VR = "OB"


def write_mammogram(folder: Path) -> None:
    """One JPEG 2000 mammogram of 4096 × 3328: smooth tissue under noise, air beside it."""
    rows, columns = MAMMOGRAM
    rng = np.random.default_rng(4)
    coarse = rng.normal(2000, 500, (rows // 64 + 1, columns // 64 + 1))
    tissue = np.kron(coarse, np.ones((64, 64)))[:rows, :columns] + rng.normal(0, 25, (rows, columns))
    tissue[:, columns * 2 // 3 :] = 60
    data = unsigned(ct_slice(0, np.zeros((2, 2), np.int16), (generate_uid(), generate_uid(), generate_uid())))
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    data.Modality, data.Rows, data.Columns = "MG", rows, columns
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "RescaleType"):
        delattr(data, keyword)
    data.WindowCenter, data.WindowWidth, data.RescaleIntercept = "2000", "2500", "0"
    _compress(data, JPEG2000Lossless, jpeg_2000(np.clip(tissue, 0, 4095).astype(np.uint16)))
    folder.mkdir(parents=True, exist_ok=True)
    data.save_as(folder / "mammogram.dcm", enforce_file_format=True)


def write_cine(folder: Path, frames: int, images: list[Image], name: str = "") -> None:
    """One multi-frame file, plain or in one of COMPRESSIONS with an extended offset table."""
    data = unsigned(ct_slice(0, images[0].view(np.int16), (generate_uid(), generate_uid(), generate_uid())))
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = MultiFrameGrayscaleWordSecondaryCaptureImageStorage
    data.Modality, data.NumberOfFrames = "XA", frames
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient"):
        delattr(data, keyword)
    turns = (frames + len(images) - 1) // len(images)
    if name:
        syntax, encode = COMPRESSIONS[name]
        streams = ([encode(image) for image in images] * turns)[:frames]
        data.file_meta.TransferSyntaxUID = syntax
        data.PixelData, data.ExtendedOffsetTable, data.ExtendedOffsetTableLengths = encapsulate_extended(streams)
        data["PixelData"].VR = "OB"
    else:
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.PixelData = b"".join(([image.tobytes() for image in images] * turns)[:frames])
    folder.mkdir(parents=True, exist_ok=True)
    data.save_as(folder / "cine.dcm", enforce_file_format=True)
