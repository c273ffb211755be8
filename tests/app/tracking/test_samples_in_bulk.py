"""Samples read in bulk are those that unpacking one event after the other gives."""

from __future__ import annotations

import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tracking.events import PointerMoved
from app.tracking.samples import packed, unpacked
from app.tracking.samples_in_bulk import Packed, wholes_of
from study_configs.problem import StudyProblem

PLACE = st.integers(-200_000, 200_000).map(lambda whole: whole / 100)
SAMPLE = st.tuples(st.integers(0, 2**50), PLACE, PLACE, st.integers(0, 4000))
BATCHES = st.lists(st.lists(SAMPLE, max_size=6), max_size=8)


def moved(samples):
    return PointerMoved(at_ns=0, viewport=0, samples=tuple(samples))


@given(BATCHES)
@settings(max_examples=80, deadline=None)
def test_that_reading_in_bulk_gives_what_unpacking_each_gives(batches):
    stored = [packed(moved(each)) for each in batches]
    wholes = wholes_of(4, [Packed(header["samples"]["count"], data) for header, data in stored])
    one_by_one = [sample for header, data in stored for sample in unpacked("PointerMoved", 0, header, data).samples]
    read = [tuple(c.value(w) for c, w in zip(PointerMoved.columns, row, strict=True)) for row in wholes.tolist()]
    assert read == one_by_one


def test_that_damaged_samples_are_told_in_words():
    header, data = packed(moved([(0, 1.0, 2.0, 3), (9, 1.5, 2.0, 3)]))
    count = header["samples"]["count"]
    lengths = (Packed(count, data[:-3]), Packed(count + 1, data), Packed(-1, data), Packed(10**12, data))
    for broken in (*lengths, Packed(count, data, "columns-9"), Packed("2", data)):
        with pytest.raises(StudyProblem, match="damaged"):
            wholes_of(4, [broken])


def test_that_few_bytes_that_swell_to_many_are_not_inflated_whole():
    """300 MB of zeros in 300 kB: the header says how many bytes there can be at most."""
    bomb = zlib.compress(bytes(300_000_000), 9)
    tracemalloc.start()
    with pytest.raises(StudyProblem, match="damaged"):
        wholes_of(4, [Packed(2, bomb)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
