"""The model grid: what lies at a place in mm lies there on the grid too, however the series was acquired."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from overlays.models.card import Preprocessing
from overlays.models.grid import model_grid, normalised, padded
from study_configs.problem import StudyProblem
from viewers.volume import Instance, Rescale, SeriesHeader, Volume

PREPROCESSING = Preprocessing(spacing_mm=2.0, clip_hu=(-1000.0, 400.0), pad_multiple=8, fill_hu=-1000.0)


def volume_of(
    hu: NDArray[np.float64], affine: NDArray[np.float64], *, padding: tuple[int, int] | None = None
) -> Volume:
    slices, rows, columns = hu.shape
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    instances = tuple(Instance(Path(), f"1.{k}", rescale=Rescale(2.0, -1024.0, "HU")) for k in range(slices))
    header = SeriesHeader(
        series_uid="1.2",
        exam_uid="1.1",
        modality="CT",
        description="made for a test",
        series_number=1,
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        rows=rows,
        columns=columns,
        samples=1,
        bits_stored=16,
        signed=True,
        photometric="MONOCHROME2",
        instances=instances,
        affine=affine,
        spacing_mm=(float(spacing[1]), float(spacing[0])),
        slice_spacing_mm=float(spacing[2]),
        padding=padding,
    )
    return Volume(header, np.rint((hu + 1024) / 2).astype(np.int16), np.ones(slices, np.bool_))


def rotation(angles: tuple[float, float, float]) -> NDArray[np.float64]:
    out = np.eye(3)
    for axis, angle in enumerate(angles):
        c, s = np.cos(angle), np.sin(angle)
        turn = np.eye(3)
        a, b = (axis + 1) % 3, (axis + 2) % 3
        turn[a, a], turn[a, b], turn[b, a], turn[b, b] = c, -s, s, c
        out = turn @ out
    return out


@settings(max_examples=40, deadline=None)
@given(
    order=st.permutations([0, 1, 2]),
    signs=st.tuples(*[st.sampled_from([-1.0, 1.0])] * 3),
    angles=st.tuples(*[st.floats(-0.5, 0.5)] * 3),
    spacing=st.tuples(st.floats(0.6, 1.5), st.floats(0.6, 1.5), st.floats(0.7, 3.0)),
    place=st.tuples(*[st.floats(0.3, 0.7)] * 3),
)
def test_that_a_bright_ball_stays_at_its_place_in_mm(
    order: list[int],
    signs: tuple[float, float, float],
    angles: tuple[float, float, float],
    spacing: tuple[float, float, float],
    place: tuple[float, float, float],
) -> None:
    shape = (44, 52, 60)
    affine = np.eye(4)
    affine[:3, :3] = rotation(angles) @ (np.eye(3)[:, order] * signs) * spacing
    affine[:3, 3] = (-31.0, 12.5, 77.0)
    index = np.array([p * n for p, n in zip(place, shape[::-1], strict=True)])
    centre = (affine @ np.append(index, 1.0))[:3]
    k, j, i = np.indices(shape, sparse=True)
    distance2 = (
        ((i - index[0]) * spacing[0]) ** 2 + ((j - index[1]) * spacing[1]) ** 2 + ((k - index[2]) * spacing[2]) ** 2
    )
    grid = model_grid(volume_of(-1000 + 1200 * np.exp(-distance2 / (2 * 4.0**2)), affine), PREPROCESSING)
    weight = np.maximum(grid.hu + 950, 0).astype(np.float64)
    cells = np.indices(weight.shape).reshape(3, -1) @ weight.ravel() / weight.sum()
    found = (grid.affine @ np.append(cells[::-1], 1.0))[:3]
    assert np.linalg.norm(found - centre) < 0.6
    assert (np.diag(grid.affine)[:3] > 0).all()
    assert np.linalg.norm(grid.affine[:3, :3], axis=0) == pytest.approx(2.0, rel=0.05)


def test_that_the_mean_is_kept_when_cells_are_averaged() -> None:
    rng = np.random.default_rng(1)
    hu = rng.integers(-500, 300, (40, 48, 56)) * 2.0
    grid = model_grid(volume_of(hu, np.diag([1.0, 1.0, 1.0, 1.0])), PREPROCESSING)
    assert grid.hu.shape == (20, 24, 28)
    assert float(grid.hu.mean()) == pytest.approx(hu.mean(), abs=0.05)


def test_that_padding_outside_the_scanners_circle_becomes_air() -> None:
    hu = np.full((30, 40, 40), 40.0)
    hu[:, :10] = -3024.0
    grid = model_grid(volume_of(hu, np.diag([2.0, 2.0, 2.0, 1.0]), padding=(-1000, -1000)), PREPROCESSING)
    assert float(grid.hu[:, 0].max()) == -1000.0
    assert float(grid.hu[:, -1].min()) == 40.0


def test_that_a_series_that_is_still_loading_is_refused() -> None:
    volume = volume_of(np.zeros((4, 8, 8)), np.eye(4))
    volume.loaded[2] = False
    with pytest.raises(StudyProblem, match="not fully loaded"):
        model_grid(volume, PREPROCESSING)


def test_that_normalising_clips_to_the_cards_range_and_padding_is_its_lowest_value() -> None:
    values = normalised(np.array([[[-2000.0, -1000.0, -300.0, 400.0, 3000.0]]], np.float32), PREPROCESSING)
    assert values.ravel() == pytest.approx([0, 0, 0.5, 1, 1])
    assert padded(values, 8).shape == (8, 8, 8)
    assert float(padded(values, 8).sum()) == pytest.approx(float(values.sum()))
