"""Samples packed and unpacked: nothing is lost, and bytes from elsewhere are refused in plain words."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking.events import KINDS, Column, DenseEvent, PointerMoved
from app.tracking.events.json_form import payload
from app.tracking.samples import MOST_SAMPLES, WIDEST, arrays, is_packed, packed, unpacked
from study_configs.problem import ProgramError, StudyProblem

DENSE = sorted(name for name, kind in KINDS.items() if issubclass(kind, DenseEvent))
WAY = PointerMoved(
    at_ns=10**15 + 3, viewport=1, series_uid="1.2.3@coronal",
    samples=((10**15, 12.5, -3.07, 0), (10**15 + 1, 12.51, 511.49, 199), (10**15 + 3, 0.01, 0.0, 199)),
)  # fmt: skip


def values_of(column: Column) -> st.SearchStrategy[float | None]:
    """Any value that a sample may hold in a column."""
    most = WIDEST - 1 if column.step is None else 2**45
    wholes = st.integers(-most, most) | st.integers(-200, 200)
    known = wholes.map(column.value)
    return known | st.none() if column.missing else known


@pytest.mark.parametrize("kind", DENSE)
@given(data=st.data())
def test_that_every_kind_with_samples_comes_back_exactly(kind: str, data: st.DataObject) -> None:
    cls = KINDS[kind]
    assert issubclass(cls, DenseEvent)
    rows = data.draw(st.lists(st.tuples(*(values_of(column) for column in cls.columns)), max_size=40))
    event = sample_of(cls, tuple(rows))
    header, packed_samples = packed(event)
    again = unpacked(kind, event.at_ns, header, packed_samples)
    assert again == event
    assert [[type(value) for value in row] for row in again.samples] == [[type(value) for value in row] for row in rows]


def sample_of(cls: type[DenseEvent], rows: tuple[tuple[Any, ...], ...]) -> Any:
    plain: dict[str, Any] = {"PointerMoved": {"viewport": 2, "series_uid": "1.2"}}.get(
        cls.__name__, {"name": "tracker"}
    )
    fields = {name: value for name, value in plain.items() if name in cls.__dataclass_fields__}
    return cls(at_ns=7, samples=rows, **fields)  # type: ignore[call-arg]


def test_that_the_header_holds_all_but_the_samples_and_their_hash() -> None:
    header, data = packed(WAY)
    about = {"codec": "columns-1", "count": 3, "sha256": hashlib.sha256(data).hexdigest()}
    assert header == {"viewport": 1, "series_uid": "1.2.3@coronal", "samples": about}
    assert is_packed(header)
    assert not is_packed(payload(WAY))


def test_that_the_columns_come_as_arrays_too() -> None:
    found = arrays("PointerMoved", *packed(WAY))
    assert list(found) == ["at_ns", "column", "row", "slice_index"]
    for name, values in zip(found, zip(*WAY.samples, strict=True), strict=True):
        numpy.testing.assert_array_equal(found[name], values)
    assert [str(each.dtype) for each in found.values()] == ["int64", "float64", "float64", "int64"]


def test_that_an_hour_of_pointer_samples_at_60_hz_takes_few_bytes() -> None:
    steps = numpy.random.default_rng(6).normal(0, 4, (6, 2)).cumsum(axis=0).round(2)
    way = tuple((10**15 + at * 16_666_667 + at % 3, *map(float, steps[at] + 200), 40) for at in range(6))
    _, data = packed(
        PointerMoved(at_ns=10**16, viewport=0, samples=tuple((t, round(c, 2), round(r, 2), s) for t, c, r, s in way))
    )
    assert len(data) <= 95


@pytest.mark.parametrize(
    "sample",
    [(1, 0.123, 0.0, 3), (1, 0.0, float("nan"), 3), (1, None, 0.0, 3), (1, 0.0, 3), (2**63, 0.0, 0.0, 3)],
)
def test_that_samples_which_would_not_come_back_are_refused_when_packed(sample: tuple[Any, ...]) -> None:
    with pytest.raises(ProgramError):
        packed(PointerMoved(at_ns=1, viewport=0, samples=(sample,)))  # type: ignore[arg-type]


def about(data: bytes, **other: Any) -> dict[str, Any]:
    samples = {"codec": "columns-1", "count": 3, "sha256": hashlib.sha256(data).hexdigest(), **other}
    return {"viewport": 1, "series_uid": "1.2.3", "samples": samples}


HEADER, DATA = packed(WAY)
RAW = zlib.decompress(DATA)
WIDE, LARGE = (zlib.compress(raw) for raw in (RAW[:8] + b"\3" + RAW[9:], b"\xff" * 7 + b"\x7f" + RAW[8:]))
BOMB = zlib.compress(bytes(50_000_000))
HOSTILE = {
    "another codec": (about(DATA, codec="columns-9"), DATA),
    "a codec that is no word": (about(DATA, codec=None), DATA),
    "another hash": (about(DATA, sha256="0" * 64), DATA),
    "more samples": (about(DATA, count=4), DATA),
    "fewer samples": (about(DATA, count=2), DATA),
    "no samples": (about(DATA, count=0), DATA),
    "negative": (about(DATA, count=-1), DATA),
    "a truth value": (about(DATA, count=True), DATA),
    "far too many": (about(DATA, count=MOST_SAMPLES + 1), DATA),
    "nothing about them": ({"viewport": 1}, DATA),
    "only a list": ({"viewport": 1, "samples": []}, DATA),
    "unknown fields": ({**about(DATA), "colour": 1}, DATA),
    "fields that lack": ({"samples": about(DATA)["samples"]}, DATA),
    "not deflated": (about(RAW), RAW),
    "cut": (about(DATA[:-5]), DATA[:-5]),
    "followed by more": (about(DATA + b"x"), DATA + b"x"),
    "nothing at all": (about(b""), b""),
    "a bomb": (about(BOMB), BOMB),
    "differences of three bytes": (about(WIDE), WIDE),
    "values beyond all bounds": (about(LARGE), LARGE),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_that_samples_which_are_not_what_their_header_says_are_refused(how: str) -> None:
    header, data = HOSTILE[how]
    with pytest.raises(StudyProblem):
        unpacked("PointerMoved", 1, header, data)


def test_that_samples_of_a_kind_without_any_are_refused() -> None:
    for kind in ("LayoutChanged", "Unheard"):
        with pytest.raises(StudyProblem):
            unpacked(kind, 1, HEADER, DATA)


@given(st.binary(max_size=200), st.integers(0, 5))
def test_that_any_bytes_are_refused_or_read(data: bytes, count: int) -> None:
    deflated = zlib.compress(data)
    try:
        event = unpacked("PointerMoved", 1, about(deflated, count=count), deflated)
    except StudyProblem:
        return
    assert isinstance(event, PointerMoved)
    assert len(event.samples) == count
    header, again = packed(event)
    assert unpacked("PointerMoved", 1, header, again) == event
