from __future__ import annotations

import numpy as np
import pytest

from overlays import colour
from overlays.painting.painter import colour_words
from study_configs.problem import StudyProblem


@pytest.mark.parametrize("name", colour.NAMES)
def test_that_every_colour_map_is_256_colours_and_cannot_be_changed(name: str):
    table = colour.table(name)
    assert (table.shape, table.dtype, table.flags.writeable) == ((256, 3), np.uint8, False)


@pytest.mark.parametrize("name", ["inferno", "magma", "plasma", "viridis", "cividis", "amber", "ice"])
def test_that_a_higher_value_is_always_a_lighter_colour(name: str):
    red, green, blue = colour.table(name).astype(float).T
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert (np.diff(luma) > -2).all()
    assert luma[-1] > luma[0] + 100


def test_that_inferno_ends_where_its_published_table_does():
    assert colour.colour_at("inferno", 0) == pytest.approx((0, 0, 4), abs=2)
    assert colour.colour_at("inferno", 1) == pytest.approx((252, 255, 164), abs=2)


def test_that_another_name_is_refused_with_the_names_there_are():
    with pytest.raises(StudyProblem, match="inferno"):
        colour.table("jet-ish")


def test_that_a_value_keeps_its_colour_when_the_threshold_moves():
    low, high = (colour_words("viridis", threshold, (0.0, 1.0)) for threshold in (0.0, 0.5))
    assert low[0] == high[0] == 0
    assert low[255] == high[255]
    red = (int(high[1]) >> 16) & 255
    assert red == pytest.approx(colour.colour_at("viridis", 0.5)[0], abs=2)
