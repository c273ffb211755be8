from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from pydantic import ValidationError

from overlays.layers import colour
from overlays.painting.heat import colour_words
from overlays.result import Segment
from study_configs.colour_names import COLOUR_MAPS, NAMES
from study_configs.layers import Layer
from study_configs.problem import StudyProblem

OF_KIND = {kind: [each.name for each in COLOUR_MAPS if each.kind == kind] for kind in ("sequential", "diverging")}

# Machado, Oliveira & Fernandes 2009, severity 1, over linear sRGB
VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def lab(colours: np.ndarray, vision: str = "normal") -> np.ndarray:
    """CIELAB (D65) of sRGB colours 0..255, as seen with that vision."""
    share = colours / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ VISIONS[vision].T, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = linear @ to_xyz.T / (0.9505, 1, 1.089)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


@pytest.mark.parametrize("name", NAMES)
def test_that_every_colour_map_is_256_colours_and_cannot_be_changed(name: str):
    table = colour.table(name)
    assert (table.shape, table.dtype, table.flags.writeable) == ((256, 3), np.uint8, False)


@pytest.mark.parametrize("name", OF_KIND["sequential"])
def test_that_a_higher_value_is_always_a_lighter_colour(name: str):
    lightness = lab(colour.table(name).astype(float))[:, 0]
    assert np.diff(lightness).min() > -0.1
    assert lightness[-1] > lightness[0] + 60


@pytest.mark.parametrize("name", OF_KIND["diverging"])
def test_that_a_signed_map_is_lightest_or_darkest_in_its_middle(name: str):
    lightness = lab(colour.table(name).astype(float))[:, 0]
    assert np.abs(lightness[[0, -1]] - lightness[127:129].mean()).min() > 40
    assert (np.diff(lightness[10:118]) > 0).all()
    assert (np.diff(lightness[138:246]) < 0).all()


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", [*OF_KIND["sequential"], *OF_KIND["diverging"]])
def test_that_eighths_of_the_range_are_told_apart_by_every_vision(name: str, vision: str):
    eighths = lab(colour.table(name)[::32].astype(float), vision)
    assert np.linalg.norm(np.diff(eighths, axis=0), axis=1).min() > 6


@pytest.mark.parametrize("vision", VISIONS)
def test_that_segments_colours_are_told_apart_by_every_vision(vision: str):
    seen = lab(np.array(colour.SEGMENT_COLOURS, float), vision)
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=2) + 999 * np.eye(len(seen))
    assert apart.min() > 15


def test_that_a_segment_has_the_colour_that_its_file_recommends_and_else_one_of_its_own():
    assert colour.segment_colour(Segment(1, "liver", colour=(1, 2, 3))) == (1, 2, 3)
    assert len({colour.segment_colour(Segment(n, "x")) for n in range(1, 13)}) == 12


def test_that_inferno_ends_where_its_published_table_does():
    assert colour.colour_at("inferno", 0) == pytest.approx((0, 0, 4), abs=2)
    assert colour.colour_at("inferno", 1) == pytest.approx((252, 255, 164), abs=2)


def test_that_another_name_is_refused_with_the_nearest_there_is():
    with pytest.raises(StudyProblem, match="inferno"):
        colour.table("infrno")
    with pytest.raises(StudyProblem, match="viridis"):
        colour.table("viridian")


def test_that_a_protocol_cannot_name_a_colour_map_that_is_not_there():
    with pytest.raises(ValidationError, match="Did you mean inferno"):
        Layer(ai="nodules", draw="heatmap", colours="infrno")


def test_that_the_library_of_colour_maps_is_not_loaded_before_a_map_is_painted():
    asked = "import sys, overlays.painting; print('cmap' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True).stdout == "False\n"


def test_that_a_value_keeps_its_colour_when_the_threshold_moves():
    low, high = (colour_words("viridis", threshold, (0.0, 1.0)) for threshold in (0.0, 0.5))
    assert low[0] == high[0] == 0
    assert low[255] == high[255]
    red = (int(high[1]) >> 16) & 255
    assert red == pytest.approx(colour.colour_at("viridis", 0.5)[0], abs=2)
