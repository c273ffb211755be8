"""Headers recognised by their layout read as headers that are walked."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from viewers.dicom import layouts
from viewers.dicom.checks import NeedMore
from viewers.dicom.elements import parse
from viewers.dicom.problems import BadFile


def _file(place: str = "-100.5", number: int = 1, syntax: str = ExplicitVRLittleEndian) -> bytes:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = CTImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = f"1.2.3.{1000 + number}"
    data.ImagePositionPatient = ["0", "0", place]
    data.InstanceNumber, data.Rows, data.Columns, data.BitsAllocated = number, 4, 4, 16
    data.PixelData = np.arange(16, dtype="<u2").tobytes()
    written = io.BytesIO()
    data.save_as(written, enforce_file_format=True)
    return written.getvalue()


def _read(buffer: bytes) -> object:
    """All that is found, or why nothing is."""
    try:
        found = parse(buffer, len(buffer))
    except (BadFile, NeedMore) as problem:
        return type(problem), str(problem)
    return found.found, found.pixel_tag, found.pixel_start, found.pixel_length, found.syntax, found.charset


def _walked(buffer: bytes) -> object:
    layouts._known.clear()
    return _read(buffer)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_that_a_third_file_of_one_layout_is_not_walked(syntax):
    layouts._known.clear()
    first, second, third = (parse(data, len(data)) for data in (_file(number=n, syntax=syntax) for n in (1, 2, 3)))
    assert third.found is second.found
    assert third.found == first.found
    assert third.text(0x00080018) == "1.2.3.1003"


def test_that_sequences_of_undefined_length_are_always_walked():
    data = _file()
    at = data.index(b"\x20\x00\x32\x00")
    sequence = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\xdd\xe0\0\0\0\0"
    with_sequence = data[:at] + sequence + data[at:]
    layouts._known.clear()
    for _ in range(3):
        parse(with_sequence, len(with_sequence))
    assert not any(layouts._known.values())


@settings(max_examples=300, deadline=None)
@given(st.integers(132, 460), st.integers(0, 255), st.sampled_from(["-100.5", "-99.75", "7"]))
def test_that_a_file_with_another_byte_reads_as_if_none_had_been_read_before(at, value, place):
    usual = _file(place)
    changed = bytearray(usual)
    changed[at % len(usual)] = value
    expected = _walked(bytes(changed))
    layouts._known.clear()
    for number in (1, 2):
        _read(_file(place, number))
    assert _read(bytes(changed)) == expected
