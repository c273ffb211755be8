"""Frames run-length encoded (DICOM PS3.5 annex G), since label maps then take a fiftieth of their bytes.

What belongs here: whole words of 8 or 16 bits to encapsulated runs. What does not: reading them (viewers.dicom.codecs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pydicom import Dataset

RLE = "1.2.840.10008.1.2.5"
HEAD_BYTES = 64


def run_length_encode(dataset: Dataset) -> None:
    """Packs an object's plain little-endian frames in place. Encoders that pydicom may find are not all to be trusted:
    gdcm's ends the whole process where frames are small.
    """
    from pydicom.encaps import encapsulate
    from pydicom.uid import RLELossless

    width = int(dataset.BitsAllocated) // 8
    shape = int(dataset.get("NumberOfFrames", 1)), int(dataset.Rows), int(dataset.Columns)
    count = int(np.prod(shape)) * width
    words = np.frombuffer(dataset.PixelData[:count], np.uint8).reshape(*shape, width)
    dataset.PixelData = encapsulate([_frame(each) for each in words])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = RLELossless


def _frame(words: NDArray[np.uint8]) -> bytes:
    """One segment for each byte of a word, the highest first; runs end with their rows."""
    segments = [_segment(words[..., byte]) for byte in reversed(range(words.shape[-1]))]
    starts = HEAD_BYTES + np.cumsum([0, *(len(each) for each in segments[:-1])])
    head = np.zeros(HEAD_BYTES // 4, "<u4")
    head[0], head[1 : len(starts) + 1] = len(segments), starts
    return head.tobytes() + b"".join(segments)


def _segment(plane: NDArray[np.uint8]) -> bytes:
    import imagecodecs

    packed = b"".join(bytes(imagecodecs.packbits_encode(row.tobytes())) for row in plane)
    return packed + b"\0" * (len(packed) % 2)
