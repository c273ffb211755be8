from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overlays.result import AIMap, AIResult, Box, Finding, Polygon, Provenance
from overlays.sources.own.map_file import read_map
from overlays.sources.own.result_file import read, write
from study_configs.problem import StudyProblem

WHOLE = Provenance("model", "nodules", "1.0", "ab" * 32, "2026-01-01T00:00:00+00:00")
PLANTED = Provenance("sham", "nodules", planted="rule/case-1", note="false_positive")
COORDINATE = st.floats(-1000, 1000)
POINT = st.tuples(COORDINATE, COORDINATE, COORDINATE)
LENGTH = st.floats(0.1, 400)
SHAPES = st.one_of(
    st.builds(Box, POINT, st.tuples(LENGTH, LENGTH, LENGTH)),
    st.builds(Polygon, st.lists(POINT, min_size=3, max_size=6).map(tuple)),
)


def example(maps: bool = True) -> AIResult:
    findings = (
        Finding("nodules-1", "nodule", 0.8125, Box((1.5, -2.0, 30.0), (9.0, 9.0, 8.0)), WHOLE),
        Finding("nodules-2", "nodule", 0.5, Polygon(((0, 0, 1), (4, 0, 1), (0, 4, 1))), PLANTED),
    )
    grid = np.array([[2.0, 0, 0, -10], [0, -2.0, 0, 10], [0, 0, 3, 5], [0, 0, 0, 1]])
    values = np.random.default_rng(0).random((3, 4, 5)).astype(np.float32)
    field = AIMap("m1", "nodule", "saliency", values, grid, (-1.0, 1.0), "score", PLANTED, "nodules-2")
    return AIResult("nodules", "1.2.3", "1.9", findings, (field,) if maps else (), WHOLE)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "result.json"
    write(example(), path)
    return path


def test_that_a_result_is_read_as_it_was_written(written: Path):
    ours, found = example(), read(written)
    assert (found.ai, found.series_uid, found.frame_of_reference_uid) == ("nodules", "1.2.3", "1.9")
    assert (found.findings, found.provenance) == (ours.findings, ours.provenance)
    (one,), (other,) = ours.maps, found.maps
    assert np.array_equal(one.values, other.values)
    assert np.array_equal(one.affine, other.affine)
    assert (one.id, one.kind, one.value_range, one.units, one.finding, one.provenance) == (
        other.id,
        other.kind,
        other.value_range,
        other.units,
        other.finding,
        other.provenance,
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(SHAPES, st.floats(0, 1), st.text(max_size=20)), max_size=5))
def test_that_any_findings_come_back_unchanged(tmp_path: Path, given_findings):
    findings = tuple(
        Finding(f"f{n}", label, score, shape, WHOLE) for n, (shape, score, label) in enumerate(given_findings)
    )
    write(AIResult("nodules", "1.2.3", "", findings, (), WHOLE), tmp_path / "any.json")
    assert read(tmp_path / "any.json").findings == findings


def test_that_writing_leaves_nothing_but_the_result(written: Path):
    assert sorted(each.name for each in written.parent.iterdir()) == ["result.json", "result.map-0.npz"]


def changed(written: Path, old: str, new: str) -> Path:
    text = written.read_text(encoding="utf-8")
    assert old in text
    written.write_text(text.replace(old, new, 1), encoding="utf-8")
    return written


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"score": 0.8125', '"score": 1.5', r"findings\[0\]\.score"),
        ('"score": 0.8125', '"score": NaN', "NaN"),
        ('"score": 0.8125', '"score": 1e999', r"findings\[0\]\.score"),
        ('"label": "nodule"', '"labell": "nodule"', "labell"),
        ('"series_uid": "1.2.3"', '"series_uid": "../x"', "series_uid"),
        ('"readerlab_ai": 2', '"readerlab_ai": 3', "readerlab_ai"),
        ('"ai": "nodules"', '"ai": "nodules", "ai": "other"', "twice"),
        ('"id": "nodules-2"', '"id": "nodules-1"', "same id"),
        ('"finding": "nodules-2"', '"finding": "nodules-9"', "nodules-9"),
        ('"file": "result.map-0.npz"', '"file": "../result.map-0.npz"', r"maps\[0\]\.file"),
        ('"file": "result.map-0.npz"', '"file": "gone.npz"', "cannot be read"),
        ('"kind": "saliency"', '"kind": "truth"', r"maps\[0\]\.kind"),
        ("{", "", "not JSON"),
    ],
)
def test_that_a_wrong_file_is_refused_and_the_place_is_named(written: Path, old: str, new: str, said: str):
    with pytest.raises(StudyProblem, match=said):
        read(changed(written, old, new))


def test_that_the_line_of_the_mistake_is_named(written: Path):
    changed(written, '"score": 0.8125', '"score": 1.5')
    line = 1 + next(n for n, text in enumerate(written.read_text().splitlines()) if "1.5" in text and "score" in text)
    with pytest.raises(StudyProblem) as caught:
        read(written)
    assert caught.value.where == f"{written}:{line}"
    assert "docs/ai_results.md" in caught.value.todo


def test_that_a_nested_file_does_not_bring_the_reader_down(tmp_path: Path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000 + "]" * 100_000)
    with pytest.raises(StudyProblem):
        read(path)


def test_that_a_missing_file_is_one_sentence(tmp_path: Path):
    with pytest.raises(StudyProblem, match="cannot be read"):
        read(tmp_path / "none.json")


def npz(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return path


def npy(array: np.ndarray, **how: bool) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0), **how)
    return stream.getvalue()


def header_of(shape: tuple[int, ...]) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f4", "fortran_order": False, "shape": shape})
    return stream.getvalue()


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"other": npy(np.zeros((2, 2, 2), np.float32))},
        {"values": npy(np.zeros((2, 2), np.float32))},
        {"values": npy(np.zeros((2, 2, 2), np.complex64))},
        {"values": npy(np.array([[[{}]]], dtype=object), allow_pickle=True)},
        {"values": header_of((100_000, 100_000, 100_000))},
        {"values": header_of((4, 4, 4)) + bytes(10)},
        {"values": b"not an array"},
    ],
    ids=["empty", "other member", "flat", "complex", "pickle", "huge", "short", "garbage"],
)
def test_that_a_map_file_which_is_not_a_plain_field_is_refused(tmp_path: Path, members: dict[str, bytes]):
    with pytest.raises(StudyProblem, match="map cannot be read"):
        read_map(npz(tmp_path / "m.npz", **members))


def test_that_a_damaged_map_file_is_refused(written: Path):
    path = written.parent / "result.map-0.npz"
    data = bytearray(path.read_bytes())
    data[80] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(StudyProblem, match="map cannot be read"):
        read(written)


def test_that_a_map_which_links_elsewhere_is_refused(written: Path, tmp_path_factory: pytest.TempPathFactory):
    path = written.parent / "result.map-0.npz"
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "m.npz"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    with pytest.raises(StudyProblem, match="link"):
        read(written)


def test_that_a_folder_which_cannot_be_written_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyProblem, match="cannot be written"):
        write(example(maps=False), tmp_path / "file" / "result.json")
