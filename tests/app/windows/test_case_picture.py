from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.reading.feedback import FeedbackPicture, PicturedPlace
from app.windows.case_picture import RATIO, caption, case_picture, places_here
from app.windows.theme import Theme, apply_theme
from study_configs.problem import StudyProblem
from viewers.dicom.scan import scan

from ..conftest import CENTRE, EDGE, PIXEL_MM, SLICE_MM, SLICES

SIZE = 300  # logical px


@pytest.fixture
def header(small_study: Path):
    return scan(small_study / "images" / "c1").series[0]


def lesion(header, *, slices_away: int = 0, **changes) -> PicturedPlace:
    x, y, z = (header.grid_affine @ (*CENTRE, 1))[:3]
    place = {"words": "Truth, 18 mm", "diameter_mm": 18.0} | changes
    return PicturedPlace("lesion", (x, y, z + slices_away * SLICE_MM), CENTRE[2] + slices_away, **place)


def greens(image) -> np.ndarray:
    """Where the picture is written in the ink of the truth: (x, y) in device pixels."""
    good = Theme().colour("good")
    near = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if _differ(image.pixelColor(x, y), good) < 30
    ]
    return np.array(near)


def _differ(one: QColor, other: QColor) -> int:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue())


def test_that_the_circle_of_the_truth_lies_around_the_lesion(qapp, header, small_study):
    apply_theme(qapp, 1.0)
    place = lesion(header, words="")
    image = case_picture([small_study / "images" / "c1"], FeedbackPicture(header.key, 6, 12, (place,)), Theme(), SIZE)
    ring = greens(image)
    per_pixel = SIZE * RATIO / EDGE
    assert ring.mean(axis=0) == pytest.approx([(CENTRE[0] + 0.5) * per_pixel, (CENTRE[1] + 0.5) * per_pixel], abs=2)
    away = np.linalg.norm(ring - ring.mean(axis=0), axis=1) / per_pixel * PIXEL_MM
    assert away.min() > 9.0, "it covers the lesion"


def test_that_only_places_on_this_slice_are_drawn_and_the_others_are_named(header):
    here, there = lesion(header), lesion(header, slices_away=4, words="You 1", diameter_mm=0.0)
    picture = FeedbackPicture(header.key, 6, 12, (here, there))
    assert places_here(picture, header) == (here,)
    assert caption(picture) == "Image 7 of 12. You 1: image 11."


def test_that_images_that_are_gone_are_a_problem_in_words(header, tmp_path):
    with pytest.raises(StudyProblem):
        case_picture([tmp_path], FeedbackPicture(header.key, 6, 12, ()), Theme(), SIZE)


@pytest.mark.parametrize(("column", "is_left"), [(EDGE // 2, False), (EDGE - 6, True)], ids=["middle", "right edge"])
def test_that_words_stand_at_the_right_of_a_mark_and_at_its_left_where_the_picture_ends(
    qapp, header, small_study, column, is_left
):
    apply_theme(qapp, 1.0)
    x, y, z = (header.grid_affine @ (column, 48, 6, 1))[:3]
    mark = PicturedPlace("mark", (x, y, z), 6, "Your mark 1")
    folder = small_study / "images" / "c1"
    image, bare = (
        case_picture([folder], FeedbackPicture(header.key, 6, 12, places), Theme(), SIZE) for places in ((mark,), ())
    )
    rows = range(0, image.height(), 2)
    changed = [at for at in range(image.width()) if any(image.pixel(at, row) != bare.pixel(at, row) for row in rows)]
    middle = (column + 0.5) / EDGE * image.width()
    assert (middle - min(changed) > max(changed) - middle) == is_left
    assert max(changed) < image.width() - 1


@pytest.mark.parametrize("shape", ["box", "ellipse", "line", "angle", "polygon"])
def test_that_a_drawn_mark_is_shown_with_its_shape(qapp, small_study: Path, header, shape):
    apply_theme(qapp, 1.0)
    column, row, index = CENTRE
    wide = {"box": 2, "line": 2}.get(shape, 3)
    there = [(column - 8, row - 8, index), (column + 8, row + 8, index), (column + 8, row - 8, index)][:wide]
    points = tuple(tuple((header.grid_affine @ (*point, 1))[:3]) for point in there)
    middle = tuple((header.grid_affine @ (*CENTRE, 1))[:3])
    plain = PicturedPlace("mark", middle, index, "Your mark 1")
    shaped = PicturedPlace("mark", middle, index, "Your mark 1", shape=shape, points_mm=points)
    pictures = [
        case_picture(
            [small_study / "images" / "c1"], FeedbackPicture(header.key, index, SLICES, (place,)), Theme(), SIZE
        )
        for place in (plain, shaped)
    ]
    assert pictures[0] != pictures[1]
