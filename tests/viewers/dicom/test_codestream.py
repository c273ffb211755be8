"""What compressed images say about themselves, and that no bytes make the reading of it fail."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewers.dicom.codestream import Head, head

GREY = np.zeros((7, 9), np.uint16)
COLOUR = np.zeros((7, 9, 3), np.uint8)


@pytest.mark.parametrize(
    ("stream", "wanted"),
    [
        (imagecodecs.jpeg8_encode(GREY, bitspersample=12), Head("JPEG", 7, 9, 1, 12)),
        (imagecodecs.jpeg8_encode(COLOUR), Head("JPEG", 7, 9, 3, 8, is_rgb=False)),
        (imagecodecs.jpeg8_encode(GREY, lossless=True, bitspersample=14), Head("lossless JPEG", 7, 9, 1, 14)),
        (imagecodecs.jpegls_encode(COLOUR), Head("JPEG-LS", 7, 9, 3, 8)),
        (
            imagecodecs.jpeg2k_encode(GREY.view(np.int16), level=0, codecformat="jp2", reversible=True),
            Head("JPEG 2000", 7, 9, 1, 16, signed=True),
        ),
        (imagecodecs.htj2k_encode(COLOUR, reversible=True), Head("HTJ2K", 7, 9, 3, 8, is_rgb=True)),
        (imagecodecs.jpegxl_encode(COLOUR, lossless=True), None),
    ],
)
def test_that_an_image_says_what_it_is(stream: bytes, wanted: Head | None) -> None:
    assert head(stream) == wanted


def test_that_fill_bytes_before_a_marker_are_passed_over() -> None:
    stream = imagecodecs.jpegls_encode(GREY)
    assert head(stream[:2] + b"\xff\xff\xff" + stream[2:]) == head(stream)


@given(
    st.sampled_from((b"\xff\xd8", b"\xff\x4f", b"\0\0\0\x0cjP  ", b"\xff\xd8\xff\xc0\x00\x11", b"")),
    st.binary(max_size=200),
)
def test_that_no_bytes_make_it_fail(start: bytes, rest: bytes) -> None:
    found = head(start + rest)
    assert found is None or found.samples >= 0


@given(st.integers(0, 80))
def test_that_half_a_head_is_none(length: int) -> None:
    for stream in (imagecodecs.jpegls_encode(GREY), imagecodecs.htj2k_encode(GREY, reversible=True)):
        found = head(stream[:length])
        assert found is None or found == head(stream)
