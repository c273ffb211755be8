"""Small pictures in PNG files, such as examples that AI gives as its reasons, read with suspicion.

What belongs here: PNG bytes to sRGB pixels and back. What does not: medical images (viewers.dicom).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from overlays.sources.files import check_beside, replace_by
from study_configs.problem import StudyProblem

LARGEST_BYTES = 64 << 20
LARGEST_SIDE = 8192
SIGNATURE = b"\x89PNG\r\n\x1a\n"
NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")  # other chunks may hold bombs of their own, and say no pixel

Picture = NDArray[np.uint8]


def read_picture(path: Path) -> Picture:
    """The pixels (rows, columns, 3) of a PNG, sRGB. Raises StudyProblem where it is anything else."""
    try:
        check_beside(path)
        return _decoded(_needed_chunks(_data(path)))
    except (OSError, ValueError, struct.error) as error:
        raise StudyProblem(
            f"The picture cannot be read: {error}.", where=str(path), todo="Save it as PNG again."
        ) from error


def write_picture(pixels: Picture, path: Path) -> None:
    """Write pixels (rows, columns, 3) sRGB as PNG. Raises OSError."""
    import cv2

    written, data = cv2.imencode(".png", np.ascontiguousarray(pixels[:, :, ::-1]))
    if not written:
        raise OSError(f"a picture of shape {pixels.shape} cannot be packed")
    replace_by(path, data.tobytes())


def _data(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"it is larger than {LARGEST_BYTES >> 20} MiB")
    return path.read_bytes()


def _needed_chunks(data: bytes) -> bytes:
    """The file without chunks that say no pixel, once its size is known to be bearable."""
    if not data.startswith(SIGNATURE + b"\0\0\0\rIHDR"):
        raise ValueError("it is no PNG")
    columns, rows = struct.unpack_from(">II", data, 16)
    if not (1 <= columns <= LARGEST_SIDE and 1 <= rows <= LARGEST_SIDE):
        raise ValueError(f"it says that it is {columns} × {rows} pixels")
    return SIGNATURE + b"".join(_chunks(data))


def _chunks(data: bytes) -> Iterator[bytes]:
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if data[at + 4 : at + 8] in NEEDED:
            yield data[at : at + 12 + length]
        at += 12 + length


def _decoded(data: bytes) -> Picture:
    import cv2

    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError("it is damaged")
    return np.ascontiguousarray(pixels[:, :, ::-1])
