"""Segmentations and parametric maps made for these tests with pydicom, element by element, in any encoding."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence as Items
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

Mask = NDArray[Any]
Frame = tuple[int, tuple[float, float, float] | None, Mask]  # segment, position, pixels
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
PLAIN = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian)
EXAM, SERIES, SPACE = "1.2.3.4", "1.2.3.5", "1.2.3.6"


def item(**elements: Any) -> Dataset:
    found = Dataset()
    for keyword, value in elements.items():
        setattr(found, keyword, Items([value]) if isinstance(value, Dataset) else value)
    return found


def code(value: str, scheme: str, meaning: str) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def segment(number: int, label: str = "", **more: Any) -> Dataset:
    found = item(
        SegmentNumber=number,
        SegmentedPropertyCategoryCodeSequence=code("123037004", "SCT", "Anatomical Structure"),
        SegmentedPropertyTypeCodeSequence=code("10200004", "SCT", "Liver"),
        SegmentAlgorithmType="AUTOMATIC",
        SegmentAlgorithmName="LiverAid",
    )
    if label:
        found.SegmentLabel = label
    for keyword, value in more.items():
        setattr(found, keyword, value)
    return found


def source(uid: str, frame: int | None = None) -> Dataset:
    named = item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2", ReferencedSOPInstanceUID=uid)
    if frame is not None:
        named.ReferencedFrameNumber = frame
    return item(DerivationImageSequence=item(SourceImageSequence=named))


def base(sop_class: str, syntax: str, shape: tuple[int, int], frames: int) -> Dataset:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = sop_class
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = "1.2.3.99"
    data.SpecificCharacterSet = "ISO_IR 192"
    data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = EXAM, "1.2.3.98", SPACE
    data.PatientID, data.PatientName, data.Modality = "P1", "Phantom^One", "SEG"
    data.Manufacturer, data.ManufacturerModelName, data.SoftwareVersions = "Lab", "Aid", "2.1"
    data.ContentDate, data.ContentTime = "20260102", "030405"
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows, data.Columns = shape
    data.NumberOfFrames, data.PixelRepresentation = frames, 0
    data.ReferencedSeriesSequence = Items([item(SeriesInstanceUID=SERIES)])
    return data


def groups(
    data: Dataset,
    frames: Sequence[Frame],
    own: Sequence[Dataset] | None,
    orientation: Sequence[float],
    spacing: Sequence[float],
    **measures: float,
) -> None:
    """Shared orientation and pixel measures; each frame's position, and its segment where `frames` name several."""
    shared_group = item(
        PlaneOrientationSequence=item(ImageOrientationPatient=list(orientation)),
        PixelMeasuresSequence=item(PixelSpacing=list(spacing), **measures),
    )
    is_one = len({number for number, _, _ in frames}) == 1
    if is_one and frames[0][0] > 0:
        shared_group.SegmentIdentificationSequence = Items([item(ReferencedSegmentNumber=frames[0][0])])
    listed = []
    for at, (number, position, _) in enumerate(frames):
        each = Dataset()
        each.update(own[at] if own else {})
        if position is not None:
            each.PlanePositionSequence = Items([item(ImagePositionPatient=list(position))])
        if not is_one and number > 0:
            each.SegmentIdentificationSequence = Items([item(ReferencedSegmentNumber=number)])
        listed.append(each)
    data.SharedFunctionalGroupsSequence = Items([shared_group])
    data.PerFrameFunctionalGroupsSequence = Items(listed)


def put_pixels(data: Dataset, pixels: Mask, syntax: str, bits: int) -> None:
    data.BitsAllocated = data.BitsStored = bits
    data.HighBit = bits - 1
    if syntax in PLAIN:
        data.PixelData = plain_bytes(pixels, bits, syntax)
        data["PixelData"].VR = "OB" if bits <= 8 else "OW"
    else:
        data.PixelData = encapsulate([encoded(each, syntax, bits) for each in pixels])
        data["PixelData"].VR = "OB"
        data["PixelData"].is_undefined_length = True


def plain_bytes(pixels: Mask, bits: int, syntax: str) -> bytes:
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    raw = (
        np.packbits(pixels.reshape(-1).astype(bool), bitorder="little").tobytes()
        if bits == 1
        else pixels.astype(f"{order}u{bits // 8}").tobytes()
    )
    return raw + b"\0" * (len(raw) % 2)


def encoded(pixels: Mask, syntax: str, bits: int) -> bytes:
    if syntax == DEFLATED_FRAMES:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        raw = packer.compress(plain_bytes(pixels, bits, ExplicitVRLittleEndian)) + packer.flush()
        return raw + b"\0" * (len(raw) % 2)
    if syntax == RLELossless:
        return rle(pixels, bits)
    words = pixels.astype(np.uint8 if bits == 8 else np.uint16)
    pack: dict[str, Callable[[Mask], Any]] = {
        JPEG2000Lossless: lambda a: imagecodecs.jpeg2k_encode(a, reversible=True, level=0, codecformat="j2k"),
        JPEGLSLossless: imagecodecs.jpegls_encode,
        JPEGLosslessSV1: imagecodecs.ljpeg_encode,
    }
    return bytes(pack[syntax](words))


def rle(pixels: Mask, bits: int) -> bytes:
    if bits == 1:
        planes = [np.packbits(pixels.reshape(-1).astype(bool), bitorder="little").tobytes()]
    else:
        wide = pixels.astype(f">u{bits // 8}").reshape(-1)
        planes = [wide.view(np.uint8)[byte :: bits // 8].tobytes() for byte in range(bits // 8)]
    packed = [bytes(imagecodecs.packbits_encode(each)) for each in planes]
    packed = [each + b"\0" * (len(each) % 2) for each in packed]
    starts = np.cumsum([64, *(len(each) for each in packed)])[:-1]
    head = np.array([len(packed), *starts, *[0] * (15 - len(packed))], "<u4")
    return head.tobytes() + b"".join(packed)


def undefined_lengths(data: Dataset) -> None:
    """Every sequence and item without a length, ended by delimiters."""
    for element in data:
        if element.VR == "SQ":
            element.is_undefined_length = True
            for each in element.value:
                each.is_undefined_length_sequence_item = True
                undefined_lengths(each)


def write(data: Dataset, path: Path) -> Path:
    syntax = data.file_meta.TransferSyntaxUID
    if syntax == DEFLATED_FRAMES:  # pydicom does not know it yet: written under a name of the same length
        data.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    data.save_as(
        path,
        implicit_vr=syntax == ImplicitVRLittleEndian,
        little_endian=syntax != ExplicitVRBigEndian,
        enforce_file_format=True,
    )
    if syntax == DEFLATED_FRAMES:
        path.write_bytes(path.read_bytes().replace(JPEGBaseline8Bit.encode(), DEFLATED_FRAMES.encode() + b"\0", 1))
    return path


def make_segmentation(
    path: Path,
    frames: Sequence[Frame],
    *,
    kind: str = "BINARY",
    syntax: str = ExplicitVRLittleEndian,
    bits: int | None = None,
    orientation: Sequence[float] = (1, 0, 0, 0, 1, 0),
    spacing: Sequence[float] = (0.5, 0.75),
    segments: Sequence[Dataset] | None = None,
    own: Sequence[Dataset] | None = None,
    measures: dict[str, float] | None = None,
    change: Callable[[Dataset], None] = lambda _: None,
) -> Path:
    """A segmentation with these frames in this order; `own` are further functional groups of each."""
    pixels = np.stack([each for _, _, each in frames])
    label_map = kind == "LABELMAP"
    data = base(f"1.2.840.10008.5.1.4.1.1.66.{7 if label_map else 4}", syntax, pixels.shape[1:], len(frames))
    data.SegmentationType = kind
    if kind == "FRACTIONAL":
        data.SegmentationFractionalType, data.MaximumFractionalValue = "PROBABILITY", 255
    numbers = sorted({number for number, _, _ in frames} | set(np.unique(pixels).tolist() if label_map else ()))
    data.SegmentSequence = Items(segments or [segment(n, f"part {n}") for n in numbers if n > 0])
    groups(data, frames, own, orientation, spacing, **(measures or {}))
    put_pixels(data, pixels, syntax, bits or (1 if kind == "BINARY" else 8))
    change(data)
    return write(data, path)


@pytest.fixture(scope="session")
def segmentation_of() -> Callable[..., Path]:
    return make_segmentation


@pytest.fixture(scope="session")
def segment_of() -> Callable[..., Dataset]:
    return segment


@pytest.fixture(scope="session")
def source_of() -> Callable[..., Dataset]:
    """The functional group that names the image that a frame was made from."""
    return source


@pytest.fixture(scope="session")
def lengthless() -> Callable[[Dataset], None]:
    return undefined_lengths


@pytest.fixture(scope="session")
def map_parts() -> SimpleNamespace:
    """What multi-frame maps are made of."""
    return SimpleNamespace(base=base, item=item, code=code, groups=groups, write=write)
