"""Boxes, polygons and masks in the manner of COCO land on the DICOM image that they name, or are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from overlays.placing.results import placed
from overlays.result import Dot, Finding, ImageRef, OnImage, Provenance
from overlays.sources.forms import read
from overlays.sources.refusals import NotAResult
from overlays.sources.tables import coco
from overlays.sources.tables.run_lengths import mask_of, outlines
from study_configs.problem import StudyProblem

UID = "1.2.840.99.1"
MASS = [{"id": 3, "name": "mass"}]


def written(folder: Path, data: Any) -> Path:
    path = folder / "predictions.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def one(image: dict[str, Any], **annotation: Any) -> dict[str, Any]:
    given = {"id": 1, "image_id": 7, "category_id": 3, "bbox": [10, 20, 5, 6], "score": 0.5} | annotation
    return {"images": [{"id": 7} | image], "categories": MASS, "annotations": [given]}


@pytest.mark.parametrize(
    "image",
    [
        {"sop_uid": UID, "file_name": "case1.png"},
        {"sop_instance_uid": UID},
        {"SOPInstanceUID": UID},
        {"file_name": f"{UID}.dcm"},
        {"file_name": f"images/train/{UID}.png"},
        {"file_name": f"images\\{UID}"},
    ],
)
def test_that_a_box_lies_on_the_image_that_it_names(tmp_path: Path, image: dict[str, Any]):
    (result,) = read(written(tmp_path, one(image)))
    (finding,) = result.findings
    assert finding.image == ImageRef(UID)
    assert (finding.label, finding.score) == ("mass", 0.5)
    assert finding.geometry == OnImage("box", ((9.5, 19.5), (14.5, 25.5)))  # the pixels 10..14 by 20..25
    assert result.references[0].sop_uids == (UID,)


@pytest.mark.parametrize("image", [{"file_name": "case1.png"}, {"file_name": "1.2.png"}, {}])
def test_that_an_image_without_a_uid_is_refused_with_what_to_add(tmp_path: Path, image: dict[str, Any]):
    with pytest.raises(StudyProblem, match="which DICOM image") as refused:
        read(written(tmp_path, one(image)))
    assert "sop_uid" in refused.value.todo


def test_that_a_bare_list_of_predictions_is_read_where_it_names_images(tmp_path: Path):
    results = read(written(tmp_path, [{"image_id": UID, "category_id": 1, "bbox": [0, 0, 2, 2], "score": 0.9}]))
    assert results[0].findings[0].image == ImageRef(UID)
    with pytest.raises(StudyProblem, match="which DICOM image"):
        read(written(tmp_path, [{"image_id": 5, "category_id": 1, "bbox": [0, 0, 2, 2], "score": 0.9}]))


def test_that_every_image_has_a_result_of_its_own(tmp_path: Path):
    images = [{"id": n, "sop_uid": f"1.2.3.{n}", "frame": n} for n in (1, 2)]
    annotations = [{"id": n, "image_id": 1 + n % 2, "bbox": [1, 1, 2, 2]} for n in range(4)]
    results = read(written(tmp_path, {"images": images, "annotations": annotations}))
    assert [len(each.findings) for each in results] == [2, 2]
    assert results[0].findings[0].image == ImageRef("1.2.3.1", 1)
    assert results[0].findings[0].score is None


def test_that_polygons_count_from_the_outer_corner_too(tmp_path: Path):
    polygon = one({"sop_uid": UID}, segmentation=[[0, 0, 4, 0, 4, 3]])
    (result,) = read(written(tmp_path, polygon))
    assert result.findings[0].geometry == OnImage("polygon", ((-0.5, -0.5), (3.5, -0.5), (3.5, 2.5)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bbox": [1, 1, 0, 5]}, "is none"),
        ({"bbox": [1, 1, 5]}, "bbox"),
        ({"score": 1.5}, "score"),
        ({"score": -0.1}, "score"),
        ({"segmentation": [[0, 0, 4, 0, 4, 3, 9]]}, "odd count"),
        ({"segmentation": [[0, 0, 4, 0]]}, "segmentation"),
        ({"segmentation": {"size": [4, 4], "counts": [3, 3]}}, "do not add up"),
        ({"segmentation": {"size": [60000, 60000], "counts": [3600000000]}}, "large"),
        ({"segmentation": {"size": [4, 4], "counts": [16]}}, "empty"),
        ({"segmentation": {"size": [4, 4], "counts": "~~~"}}, "damaged"),
        ({"bbox": None}, "neither a bbox"),
        ({"image_id": 99}, "no image 99"),
    ],
)
def test_that_a_bad_annotation_is_refused_with_its_place(tmp_path: Path, changes: dict[str, Any], said: str):
    with pytest.raises(StudyProblem, match=said) as refused:
        read(written(tmp_path, one({"sop_uid": UID}, **changes)))
    assert "annotations[0]" in refused.value.what


def test_that_json_of_another_kind_is_no_result(tmp_path: Path):
    for data in ({"name": "package"}, {}, [], [1, 2], {"annotations": "none"}, {"annotations": [{"text": "a"}]}):
        with pytest.raises(NotAResult):
            read(written(tmp_path, data))


def test_that_boxes_drawn_on_a_smaller_copy_of_the_image_are_refused(tmp_path: Path, header):
    (image,) = [each for each in header.instances if each.sop_uid == "1.2.3.0"]
    for width, kept in ((header.columns, 1), (header.columns // 2, 0)):
        told = {"sop_uid": image.sop_uid, "width": width, "height": header.rows}
        (result,) = read(written(tmp_path, one(told)))
        after = placed(result, [header])
        assert len(after.result.findings) == kept
        assert kept or "drawn on an image of" in after.refusals[0].reason


# --- masks -----------------------------------------------------------------------------------------------------------


def packed(lengths: list[int]) -> str:
    """COCO's packing of run lengths, written from its description (maskApi.c, rleToString)."""
    text = ""
    for number, length in enumerate(lengths):
        rest = length - lengths[number - 2] if number > 2 else length
        more = True
        while more:
            bits = rest & 31
            rest >>= 5
            more = rest != -1 if bits & 16 else rest != 0
            text += chr((bits | 32 if more else bits) + 48)
    return text


def lengths_of(mask: np.ndarray) -> list[int]:
    flat = mask.T.ravel()
    ends = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff([0, *ends, flat.size]).tolist()
    return [0, *runs] if flat[0] else runs


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.integers(0, 1)))
def test_that_masks_are_unpacked_as_they_were_packed(mask: np.ndarray):
    rows, columns = mask.shape
    assert np.array_equal(mask_of(rows, columns, packed(lengths_of(mask))), mask)
    assert np.array_equal(mask_of(rows, columns, lengths_of(mask)), mask)


def test_that_a_mask_becomes_the_outline_of_its_pixels_one_for_each_part(tmp_path: Path):
    mask = np.zeros((9, 12), np.uint8)
    mask[1:4, 2:7] = 1
    mask[6:8, 8:11] = 1
    mask[2, 4] = 0
    rings, holes = outlines(*mask.shape, lengths_of(mask))
    assert holes == 1
    boxes = sorted((*np.min(ring, axis=0), *np.max(ring, axis=0)) for ring in rings)
    assert boxes == [(1.5, 0.5, 6.5, 3.5), (7.5, 5.5, 10.5, 7.5)]
    runs = {"size": list(mask.shape), "counts": packed(lengths_of(mask))}
    (result,) = read(written(tmp_path, one({"sop_uid": UID}, segmentation=runs)))
    assert [each.id for each in result.findings] == ["1", "1.2"]
    assert any("2 separate parts" in each for each in result.remarks)
    assert any("1 holes" in each for each in result.remarks)


# --- writing ---------------------------------------------------------------------------------------------------------


def test_that_what_is_written_is_read_again(tmp_path: Path):
    (result,) = read(written(tmp_path, one({"sop_uid": UID, "frame": 3, "series_uid": "1.2.3"})))
    coco.write([result], tmp_path / "again.json")
    (again,) = read(tmp_path / "again.json")
    assert (again.findings, again.series_uid) == (result.findings, "1.2.3")
    polygon = one({"sop_uid": UID}, segmentation=[[0, 0, 4, 0, 4, 3]])
    (result,) = read(written(tmp_path, polygon))
    coco.write([result], tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text())["annotations"][0]["area"] == 6
    assert read(tmp_path / "again.json")[0].findings == result.findings


def test_that_shapes_which_coco_has_not_are_refused_in_writing(tmp_path: Path):
    model = Provenance("model", "m")
    (result,) = read(written(tmp_path, one({"sop_uid": UID})))
    for finding in (
        Finding("a", "mass", 0.5, Dot((0, 0, 0)), model),
        Finding("a", "mass", 0.5, OnImage("point", ((1, 1),)), model, image=ImageRef(UID)),
    ):
        with pytest.raises(StudyProblem, match="finding a"):
            coco.write([type(result)("", "", "", (finding,), (), model)], tmp_path / "again.json")


def test_that_an_image_without_annotations_says_that_nothing_was_found_in_it(tmp_path: Path):
    data = one({"sop_uid": UID})
    data["images"].append({"id": 8, "sop_uid": f"{UID}.8"})
    first, second = read(written(tmp_path, data))
    assert (len(first.findings), len(second.findings)) == (1, 0)
    assert second.references[0].sop_uids == (f"{UID}.8",)
    (only,) = read(written(tmp_path, data | {"annotations": []}))[1:]
    assert only.findings == ()
