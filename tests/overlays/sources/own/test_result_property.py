"""Whatever a result holds, ReaderLab's own file gives it back: every shape, dtype, segment, picture."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from overlays import result as model
from overlays.result import AIMap, AIResult, Example
from overlays.sources.own.result_file import read, write
from study_configs.problem import StudyProblem

COORDINATE = st.floats(-1000, 1000)
POINT = st.tuples(COORDINATE, COORDINATE, COORDINATE)
PIXEL = st.tuples(COORDINATE, COORDINATE)
LENGTH = st.floats(0.1, 400)
WORDS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)
UID = st.from_regex(r"[0-9]\.[0-9.]{1,20}[0-9]", fullmatch=True)
SHARE = st.floats(0, 1)
TURNED = ((0.6, 0.8, 0.0), (-0.8, 0.6, 0.0), (0.0, 0.0, 1.0))


def several(part: st.SearchStrategy[Any], least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(part, min_size=least, max_size=most).map(tuple)


CODE = st.builds(model.Code, WORDS, WORDS, WORDS)
PROVENANCE = st.builds(
    model.Provenance, st.sampled_from(["model", "sham", "edited"]), WORDS, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS
)
IMAGE = st.builds(model.ImageRef, UID, st.none() | st.integers(0, 500))
SPACE = st.builds(model.Space, UID, st.just("") | UID)
ON_IMAGE = st.one_of(
    st.builds(model.OnImage, st.just("point"), several(PIXEL, 1)),
    st.builds(model.OnImage, st.just("box"), several(PIXEL, 2, 2), st.none() | st.just((640, 480))),
    st.builds(model.OnImage, st.just("ellipse"), several(PIXEL, 4, 4)),
    st.builds(model.OnImage, st.sampled_from(["polygon", "polyline"]), several(PIXEL, 3, 6)),
)
SHAPES = st.one_of(
    st.builds(model.Dot, POINT),
    st.builds(model.Box, POINT, st.tuples(LENGTH, LENGTH, LENGTH)),
    st.builds(model.Box, POINT, st.tuples(LENGTH, LENGTH, st.just(0.0)), st.just(TURNED)),
    st.builds(model.Ellipsoid, POINT, st.tuples(POINT, POINT, POINT)),
    st.builds(model.Ellipse, POINT, st.tuples(POINT, POINT)),
    st.builds(model.Polygon, several(POINT, 3, 6)),
    st.builds(model.Polyline, several(POINT, 2, 6)),
    st.builds(model.ContourStack, several(several(POINT, 3, 5), 1), LENGTH),
    st.builds(model.InSegment, UID, st.integers(1, 9)),
)
FINDING = st.builds(
    model.Finding,
    id=st.just("f"),
    label=WORDS,
    score=st.none() | SHARE,
    geometry=SHAPES | ON_IMAGE,
    provenance=PROVENANCE,
    image=IMAGE,
    space=st.none() | SPACE,
    scores=several(st.tuples(WORDS.filter(bool), SHARE)),
    laterality=st.sampled_from(["", "left", "right", "both"]),
    site=WORDS,
    category=WORDS,
    measurements=several(st.builds(model.Measured, WORDS, COORDINATE, WORDS)),
    said=several(st.builds(model.Said, WORDS, WORDS)),
    code=st.none() | CODE,
    tracking_id=WORDS,
    tracking_uid=st.just("") | UID,
    held_back=st.booleans(),
)
SEGMENT = st.builds(
    model.Segment,
    st.just(1),
    WORDS,
    st.none() | st.tuples(*[st.integers(0, 255)] * 3),
    st.none() | CODE,
    st.none() | CODE,
    WORDS,
    WORDS,
)
VALUES = st.sampled_from(["u1", "u2", "i2", "f4", "f8"]).flatmap(
    lambda dtype: arrays.arrays(np.dtype(dtype), st.tuples(*[st.integers(1, 4)] * 3))
)


@st.composite
def maps(draw: st.DrawFn) -> AIMap:
    values = draw(VALUES)
    planes = len(values)
    kinds = ["fractional", "probability", "saliency", "parametric"]
    low = draw(st.floats(-100, 100))
    return AIMap(
        id="m",
        label=draw(WORDS),
        kind=draw(st.sampled_from([*kinds, *(["label", "binary"] if values.dtype.kind == "u" else [])])),
        values=values,
        affine=np.array([[2.0, 0.1, 0, -10], [0, -2.0, 0, 10 / 3], [0, 0, 3, 5], [0, 0, 0, 1]]),
        value_range=(low, low + draw(st.floats(0.5, 9))),
        units=draw(WORDS),
        provenance=draw(PROVENANCE),
        slope=draw(st.floats(0.01, 9)),
        intercept=draw(COORDINATE),
        segments=draw(several(SEGMENT, 0, 1)),
        places=draw(st.sampled_from([(), tuple(float(n * n) for n in range(planes))])),
        images=draw(st.just(()) | several(IMAGE, planes, planes)),
        plane_images=draw(st.just(()) | several(st.none() | IMAGE, planes, planes)),
        space=draw(st.none() | SPACE),
        colours=draw(WORDS),
    )


RESULTS = st.builds(
    AIResult,
    ai=WORDS,
    series_uid=st.just("") | UID,
    frame_of_reference_uid=st.just("") | UID,
    findings=several(FINDING, 0, 3).map(lambda some: tuple(replace(each, id=f"f{n}") for n, each in enumerate(some))),
    maps=several(maps(), 0, 2).map(lambda some: tuple(replace(each, id=f"m{n}") for n, each in enumerate(some))),
    provenance=PROVENANCE,
    assessments=several(
        st.builds(
            model.Assessment,
            st.just("a"),
            WORDS,
            st.none() | SHARE,
            PROVENANCE,
            WORDS,
            st.just("left"),
            st.none() | IMAGE,
        ),
        0,
        1,
    ),
    advice=several(st.builds(model.Advice, st.just("t"), WORDS, PROVENANCE), 0, 1),
    examples=several(
        st.builds(
            Example,
            st.just("e"),
            WORDS,
            arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))),
            PROVENANCE,
            st.just(""),
            st.none() | SHARE,
        ),
        0,
        1,
    ),
    references=several(st.builds(model.Reference, UID, several(UID), st.just("") | UID)),
    patient=WORDS,
    sop_uid=st.just("") | UID,
    remarks=several(WORDS),
)


def same(one: Any, other: Any) -> bool:
    """Equality of values that hold arrays."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, AIResult | AIMap | Example):
        return all(same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(RESULTS)
def test_that_any_result_comes_back_as_it_was_written(tmp_path: Path, result: AIResult):
    write(result, tmp_path / "any.json")
    assert same(read(tmp_path / "any.json"), result)


def test_that_no_field_of_the_model_is_without_a_place_in_the_file():
    from overlays.sources.own import form

    pairs = {
        model.Finding: (form.FindingForm, {"geometry"}),
        AIMap: (form.MapForm, {"values"}),
        model.Segment: (form.SegmentForm, set()),
        model.Provenance: (form.ProvenanceForm, set()),
        model.Assessment: (form.AssessmentForm, set()),
        model.Advice: (form.AdviceForm, set()),
        Example: (form.ExampleForm, {"pixels"}),
        AIResult: (form.ResultForm, set()),
        model.Reference: (form.ReferenceForm, set()),
    }
    for value, (known, elsewhere) in pairs.items():
        assert {each.name for each in fields(value)} - elsewhere <= set(known.model_fields), value.__name__
    assert set(form.SHAPES) - {"sphere"} == set(values_keys())


def values_keys() -> list[str]:
    from overlays.sources.own.values import KEYS

    return list(KEYS.values())


def test_that_a_sphere_may_be_given_by_its_radius(tmp_path: Path):
    path = tmp_path / "r.json"
    path.write_text(
        '{"readerlab_ai": 2, "series_uid": "1.2", "provenance": {"origin": "model", "model": "m"}, "findings": '
        '[{"id": "a", "label": "nodule", "sphere": {"centre_mm": [1, 2, 3], "radius_mm": 4}}]}',
        encoding="utf-8",
    )
    (finding,) = read(path).findings
    assert finding.geometry == model.Ellipsoid((1, 2, 3), ((4, 0, 0), (0, 4, 0), (0, 0, 4)))
    assert finding.score is None


@pytest.mark.parametrize(
    ("values", "kind", "numbers"),
    [
        (np.array([[[0, 1, 1]]], np.float32), "binary", [1]),
        (np.array([[[0, 3, 7]]], np.float32), "label", [3, 7]),
        (np.array([[[0, 0.25, 1]]], np.float32), "fractional", []),
    ],
)
def test_that_segmentations_of_version_1_are_read_as_what_they_are(tmp_path: Path, values, kind, numbers):
    np.savez_compressed(tmp_path / "m.npz", values=values)
    (tmp_path / "old.json").write_text(
        '{"readerlab_ai": 1, "ai": "a", "series_uid": "1.2", "provenance": {"origin": "model", "model": "m"}, "maps": '
        '[{"id": "m", "label": "liver", "kind": "segmentation", "file": "m.npz", "value_range": [0, 1], '
        '"affine": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}]}',
        encoding="utf-8",
    )
    (found,) = read(tmp_path / "old.json").maps
    assert (found.kind, [each.number for each in found.segments]) == (kind, numbers)
    assert np.array_equal(found.values, values)


def a_json(path: Path, *files: str) -> Path:
    grid = "[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]"
    maps = [
        f'{{"id": "{n}", "kind": "saliency", "file": "{name}", "value_range": [0, 1], "affine": {grid}}}'
        for n, name in enumerate(files)
    ]
    head = '{"readerlab_ai": 2, "series_uid": "1.2", "provenance": {"origin": "model", "model": "m"}'
    path.write_text(f'{head}, "maps": [{", ".join(maps)}]}}', encoding="utf-8")
    return path


def test_that_maps_may_not_take_all_of_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("overlays.sources.own.result_file.LARGEST_IN_ALL", 150)
    np.savez(tmp_path / "m.npz", values=np.zeros((1, 10, 10), np.uint8))
    assert len(read(a_json(tmp_path / "one.json", "m.npz")).maps) == 1
    with pytest.raises(StudyProblem, match=r"maps\[1\]: its maps take more"):
        read(a_json(tmp_path / "two.json", "m.npz", "m.npz"))


@pytest.mark.parametrize("name", ["m.npz", "m.nrrd", "m.nii.gz"])
def test_that_a_pipe_among_the_files_does_not_make_us_wait(tmp_path: Path, name: str):
    os.mkfifo(tmp_path / name)
    with pytest.raises(StudyProblem, match="regular file"):
        read(a_json(tmp_path / "r.json", name))
