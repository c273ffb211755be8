"""One sha-256 for the stored values of a series as they are in memory.

What belongs here: that digest. What does not: one for each file (viewers.dicom.inspect), and when it is made.
"""

from __future__ import annotations

import hashlib

import numpy as np

from viewers.volume import Volume


def pixel_digest(volume: Volume) -> str:
    """SHA-256 (hex) over shape and kind of the values and over all of them, slice by slice, little-endian.

    The same on every platform. Lets other threads run meanwhile; about a second for 500 MB.
    """
    kind = volume.stored.dtype.newbyteorder("<")
    digest = hashlib.sha256(f"stored values 1 {volume.stored.shape} {kind.str}".encode())
    for index in range(len(volume.stored)):
        digest.update(np.ascontiguousarray(volume.stored[index], kind).data)
    return digest.hexdigest()
