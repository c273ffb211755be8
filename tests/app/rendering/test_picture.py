"""`readerlab render`: pictures of everything that the options ask for."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "viewers"))  # tests are no package
import states as made

from app.rendering.picture import Wanted, picture, write_picture
from study_configs.problem import StudyProblem
from viewers.drawing.colour_maps import colours

NATIVE = Wanted(size="")
pytestmark = pytest.mark.usefixtures("qapp")  # a whole one first: texts would make a small one of their own
RNG = np.random.default_rng(3)
PIXELS = RNG.integers(0, 256, (40, 60)).astype(np.uint8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made.image(
        tmp_path / "image",
        PIXELS,
        PixelSpacing=[0.5, 0.25],
        WindowCenter=[128, 60],
        WindowWidth=[256, 50],
        ShutterShape="RECTANGULAR",
        ShutterLeftVerticalEdge=11,
        ShutterRightVerticalEdge=60,
        ShutterUpperHorizontalEdge=1,
        ShutterLowerHorizontalEdge=40,
    )
    return tmp_path / "image"


def grey(path: Path, **options: object) -> np.ndarray:
    drawn = picture(path, replace(NATIVE, **options))
    assert (drawn == drawn[..., :1]).all()
    return drawn[..., 0]


def test_that_native_size_shows_every_pixel_through_the_files_window_and_shutter(path: Path):
    drawn = grey(path)
    assert np.array_equal(drawn[:, 10:], PIXELS[:, 10:])
    assert not drawn[:, :10].any()
    assert np.array_equal(grey(path, shutter=False), PIXELS)
    assert np.array_equal(grey(path, shutter=False, invert=True), 255 - PIXELS)


def test_that_windows_are_chosen_by_numbers_or_from_the_file(path: Path):
    by_number = grey(path, window="60,50")
    assert np.array_equal(by_number, grey(path, file_window=2))
    assert not np.array_equal(by_number, grey(path))
    for wrong in ({"file_window": 3}, {"window": "lung"}, {"preset": "nothing"}, {"colour_map": "pink"}):
        with pytest.raises(StudyProblem):
            grey(path, **wrong)


def test_that_true_proportions_are_kept_at_other_sizes(path: Path):
    drawn = picture(path, Wanted(size="300x400", shutter=False, window="0,1"))
    rows, columns = np.nonzero(drawn.max(axis=2) > 0)
    assert columns.max() - columns.min() + 1 == 300
    assert rows.max() - rows.min() + 1 == pytest.approx(40 * 0.5 / (60 * 0.25) * 300, abs=1)


def test_that_colour_maps_filters_and_interpolations_change_the_picture(path: Path):
    drawn = picture(path, replace(NATIVE, colour_map="viridis", shutter=False))
    assert np.array_equal(drawn, colours("viridis")[PIXELS])
    pictures = [
        picture(path, Wanted(size="240x320", **{"shutter": False, **options})).tobytes()
        for options in ({}, {"interpolation": "linear"}, {"interpolation": "nearest"}, {"filter": "sharpen"})
    ]
    assert len(set(pictures)) == 4


def test_that_a_presentation_state_turns_and_draws(path: Path, tmp_path: Path):
    image = made.image(path, PIXELS)
    point = made.item(
        GraphicAnnotationUnits="PIXEL", GraphicDimensions=2, NumberOfGraphicPoints=1, GraphicData=[30.0, 20.0],
        GraphicType="POINT", GraphicFilled="N",
    )  # fmt: skip
    annotation = made.item(GraphicLayer="A", GraphicObjectSequence=[point])
    state = made.state(tmp_path / "state", image, ImageRotation=90, GraphicAnnotationSequence=[annotation])
    plain = grey(path, state=state, overlays=False)
    assert np.array_equal(plain, np.rot90(PIXELS, -1))
    drawn = grey(path, state=state)
    changed = np.argwhere(drawn != plain)
    assert changed.mean(axis=0) == pytest.approx((30, 20), abs=1.5)  # turned: row 30, column 40 - 20
    only = grey(path, state=state, state_graphics_only=True)
    assert (only != grey(path)).sum() == pytest.approx(len(changed), rel=0.3)
    other = made.image(tmp_path / "other", PIXELS, SeriesInstanceUID="1.9")
    with pytest.raises(StudyProblem, match="other images"):
        grey(tmp_path / "other", state=state)
    assert other.SeriesInstanceUID == "1.9"


def test_that_other_planes_are_cut(small_study: Path):
    folder = small_study / "images" / "c1"
    axial, coronal = (picture(folder, Wanted(plane=plane, size="128x128")) for plane in ("native", "coronal"))
    assert not np.array_equal(axial, coronal)
    assert coronal.max() > 0
    with pytest.raises(StudyProblem, match="plane"):
        picture(folder, Wanted(plane="oblique"))


def test_that_a_picture_is_written_or_it_is_said_why_not(path: Path, tmp_path: Path):
    write_picture(path, tmp_path / "out.png", NATIVE)
    assert np.array_equal(cv2.imread(str(tmp_path / "out.png")), picture(path, NATIVE))
    with pytest.raises(StudyProblem, match="can't be written"):
        write_picture(path, tmp_path / "nowhere" / "out.png", NATIVE)
