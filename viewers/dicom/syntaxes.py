"""The transfer syntaxes that can be read, in families (DICOM PS3.5 chapter 10).

What belongs here: names. What does not: codecs.
"""

from __future__ import annotations

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
GE_PRIVATE = "1.2.840.113619.5.2"  # implicit little endian with big-endian pixels
UNCOMPRESSED = frozenset((IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED, GE_PRIVATE))

_BASE = "1.2.840.10008.1.2."
RLE = _BASE + "5"
JPEG = frozenset(_BASE + f"4.{n}" for n in (50, 51, 53, 55))
JPEG_LOSSLESS = frozenset(_BASE + f"4.{n}" for n in (57, 70))
JPEG_LS = frozenset(_BASE + f"4.{n}" for n in (80, 81))
JPEG_2000 = frozenset(_BASE + f"4.{n}" for n in (90, 91, 92, 93))
HTJ2K = frozenset(_BASE + f"4.{n}" for n in (201, 202, 203))
JPEG_XL = frozenset(_BASE + f"4.{n}" for n in (110, 111, 112))
RAW = _BASE + "1.98"
DEFLATED_FRAMES = _BASE + "8.1"
COMPRESSED = JPEG | JPEG_LOSSLESS | JPEG_LS | JPEG_2000 | HTJ2K | JPEG_XL | {RLE, RAW, DEFLATED_FRAMES}

ICC = "ICC profile"  # no transfer syntax: what the sandbox is asked where it shall try a colour profile
