"""`readerlab render --layers`: AI results over a slice, by ways of drawing, by a protocol, or all that there is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.rendering.layered import AUTO, WantedLayers
from app.rendering.picture import Wanted, drawn_with_layers, picture
from study_configs.problem import StudyProblem

pytestmark = pytest.mark.usefixtures("qapp")
SMALL = Wanted(size="384x384")


@pytest.fixture(scope="module")
def case(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with images and, beside them, the AI's result."""
    folder = tmp_path_factory.mktemp("case")
    shutil.copytree(small_study / "images" / "c1", folder, dirs_exist_ok=True)
    for file in (small_study / "ai").glob("c1.*"):
        shutil.copy(file, folder)
    return folder


def layers(words: str, *results: Path, protocol: Path | None = None) -> Wanted:
    return replace(SMALL, layers=WantedLayers(words, results, protocol))


def ground(case: Path, wanted: Wanted) -> np.ndarray:
    """The same slice without AI: slice 7 holds the finding."""
    return picture(case, replace(wanted, layers=WantedLayers(), slice_number=7))


def test_that_results_among_the_images_are_drawn_on_the_slice_of_the_finding(case: Path) -> None:
    differs = (picture(case, layers("box")) != ground(case, SMALL)).any(axis=-1)
    rows, columns = np.nonzero(differs)
    # a box of 20 mm around voxel (30, 48) of 3 mm, at four pixels a voxel; its words stand above it
    assert (columns.min(), rows.max()) == (pytest.approx(122 - 13.3, abs=3), pytest.approx(194 + 13.3, abs=3))
    assert (picture(case, layers(AUTO)) != picture(case, layers("box"))).any(), "the heat map is there too"


def test_that_ways_of_drawing_and_thresholds_are_chosen_in_words(case: Path) -> None:
    box, high = picture(case, layers("box")), picture(case, replace(layers("box@0.95"), slice_number=7))
    heat = picture(case, layers("box,heatmap@0.3"))
    assert (box != heat).any()
    assert np.array_equal(high, ground(case, SMALL)), "the finding's score is 0.9"


@pytest.mark.parametrize("plane", ["native", "axial", "coronal", "sagittal"])
def test_that_every_plane_can_have_layers(case: Path, plane: str) -> None:
    with_ai, over = drawn_with_layers(case, replace(layers("box"), plane=plane))
    amber = np.abs(with_ai.astype(int) - (0x54, 0xB4, 0xFF)).max(axis=-1) < 30
    assert over.layers
    assert amber.any()


def test_that_a_protocols_layers_are_drawn_over_one_of_its_cases(small_study: Path) -> None:
    protocol = small_study / "protocol.yaml"
    box = picture(Path("c1"), layers("box", protocol=protocol))
    both = picture(Path("c1"), layers(AUTO, protocol=protocol))
    assert (box != both).any(), "the heat map is shown too, although readers switch it on themselves"
    assert np.array_equal(picture(small_study / "images" / "c1", layers("box", protocol=protocol)), box)


def test_that_results_lie_elsewhere_and_those_of_other_images_are_refused_with_the_reason(small_study: Path) -> None:
    own, other = small_study / "ai" / "c1.json", small_study / "ai" / "c3.json"
    drawn, over = drawn_with_layers(small_study / "images" / "c1", layers(AUTO, own, other))
    assert (drawn != ground(small_study / "images" / "c1", SMALL)).any()
    assert [each for each in over.remarks if "c3.json" in each and "frame of reference" in each]
    with pytest.raises(StudyProblem, match=r"c3\.json"):
        picture(small_study / "images" / "c1", layers(AUTO, other))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("blob", "no way of drawing"),
        ("box@high", "like box,heatmap@0.3"),
        ("box@2", "like box,heatmap@0.3"),
        ("box,", "like box,heatmap@0.3"),
    ],
)
def test_that_words_that_name_no_layer_are_refused_with_what_can_be_named(case: Path, words: str, said: str) -> None:
    with pytest.raises(StudyProblem) as problem:
        picture(case, layers(words))
    assert said in str(problem.value)


def test_that_layers_and_cases_that_a_protocol_lacks_are_refused_with_those_that_it_has(small_study: Path) -> None:
    protocol = small_study / "protocol.yaml"
    with pytest.raises(StudyProblem, match="box, heat"):
        picture(Path("c1"), layers("nope", protocol=protocol))
    with pytest.raises(StudyProblem, match="warm-1"):
        picture(Path("c99"), layers(AUTO, protocol=protocol))
    with pytest.raises(StudyProblem, match="no AI result"):
        picture(small_study / "images" / "c2", layers(AUTO))
