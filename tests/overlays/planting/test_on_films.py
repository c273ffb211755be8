"""Planted errors on mammograms and films: images without patient geometry, the other breast, the same view."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from overlays.merging import merged
from overlays.planting import Case, centre_mm, plant
from overlays.result import AIMap, Box, Finding, ImageRef, Polygon, Space
from study_configs.planting import PlannedError
from study_configs.problem import StudyProblem
from viewers.volume import Volume

from ..conftest import MODEL, make_header, make_result, make_volume


def film(side: str, view: str = "MLO") -> Volume:
    """A bright breast at the chest wall: at the image's left for the left breast, at its right for the right one."""
    header = make_header(np.diag([0.5, 0.5, 1.0, 1.0]), (1, 120, 100), series=f"1.{side}.{view}")
    instance = replace(header.instances[0], sop_uid=f"sop.{side}.{view}", position_mm=None)
    header = replace(
        header, modality="MG", affine=None, laterality=side, instances=(instance,), tags={"ViewPosition": view},
        frame_of_reference_uid="",
    )  # fmt: skip
    volume = make_volume(header)
    row, column = np.mgrid[0:120, 0:100]
    wall = 0 if side == "L" else 99
    volume.stored[0] = np.where(np.hypot(column - wall, row - 60) < 55, 3000, 10)
    return volume


def error(kind: str, **more: object) -> PlannedError:
    return PlannedError("rule/case-1", "nodules", kind, 3, **more)  # type: ignore[arg-type]


AT = (15.0, 25.0, 0.0)  # mm in the film's own frame: column 30, row 50


def a_result():  # type: ignore[no-untyped-def]
    x, y, z = AT
    shape = Polygon(((x - 2, y - 2, z), (x + 2, y - 2, z), (x + 2, y + 2, z), (x - 2, y + 2, z)))
    image = ImageRef("sop.L.MLO")
    finding = Finding("f", "mass", 0.9, shape, MODEL, image, laterality="left", space=Space("1.L.MLO"))
    values = np.zeros((1, 120, 100), np.float32)
    values[0, 48:53, 28:33] = 1.0
    affine = np.diag([0.5, 0.5, 1.0, 1.0])
    heat = AIMap(
        "m", "heat", "saliency", values, affine, (0, 1), "", MODEL, "f", images=(image,), space=Space("1.L.MLO")
    )
    whole = replace(make_result((finding,), (heat,)), series_uid="1.L.MLO", frame_of_reference_uid="")
    return merged([whole], "nodules")


FILMS = tuple(film(side, view) for side in "LR" for view in ("CC", "MLO"))
CASE = Case((), FILMS, 0.5)


def test_that_the_wrong_side_is_the_same_view_of_the_other_breast() -> None:
    planted = plant(a_result(), error("wrong_side"), CASE)
    (found,), (heat,) = planted.findings, planted.maps
    assert found.image == ImageRef("sop.R.MLO")
    assert found.space == heat.space == Space("1.R.MLO")
    assert found.laterality == "right"
    assert centre_mm(found.geometry) == pytest.approx((49.5 - 15.0, 25.0, 0.0), abs=3)
    assert heat.images == (ImageRef("sop.R.MLO"),)
    hottest = heat.affine @ (30, 50, 0, 1)
    assert hottest[:3] == pytest.approx(centre_mm(found.geometry), abs=0.5)


@pytest.mark.parametrize("towards", ["left", "head", "feet"])
def test_that_a_shift_on_a_film_stays_on_the_film(towards: str) -> None:
    planted = plant(a_result(), error("shifted", shift_mm=5.0, towards=towards), CASE)
    (found,) = planted.findings
    away = np.subtract(centre_mm(found.geometry), AT)
    assert away == pytest.approx({"left": (5, 0, 0), "head": (0, -5, 0), "feet": (0, 5, 0)}[towards])
    assert found.image == ImageRef("sop.L.MLO")


def test_that_there_is_no_front_on_a_film() -> None:
    with pytest.raises(StudyProblem):
        plant(a_result(), error("shifted", shift_mm=5.0, towards="front"), CASE)


def test_that_a_shift_beyond_the_film_is_refused() -> None:
    with pytest.raises(StudyProblem, match="outside the body"):
        plant(a_result(), error("shifted", shift_mm=80.0), CASE)


def test_that_a_distractor_lies_in_the_breast_and_away() -> None:
    planted = plant(a_result(), error("distractor"), CASE)
    (heat,) = planted.maps
    row, column = (int(each) for each in np.argwhere(heat.values[0] == heat.values.max()).mean(axis=0))
    x, y, _ = (heat.affine @ (column, row, 0, 1))[:3]
    assert np.hypot(x - AT[0], y - AT[1]) > 5
    assert FILMS[1].stored[0, round(y / 0.5), round(x / 0.5)] == 3000


def test_that_a_box_can_be_made_larger_on_a_film() -> None:
    flat = replace(a_result().findings[0], geometry=Box(AT, (4.0, 4.0, 0.0)))
    planted = plant(replace(a_result(), findings=(flat,)), error("resized", factor=2.0), CASE)
    box = planted.findings[0].geometry
    assert (box.centre_mm, box.size_mm) == (AT, pytest.approx((8.0, 8.0, 0.0)))
