"""Colours that mean something are told apart by every colour vision, or differ in shape too."""

from itertools import combinations

import numpy as np
import pytest

from overlays.layers.layer import Layer
from viewers.desks.crosshair_desk import COLOURS as ARMS
from viewers.desks.crosshair_desk import DASHES as ARM_DASHES
from viewers.desks.crosshair_desk import OTHER_COLOUR, OTHER_DASHES
from viewers.desks.line_desk import ACTIVE, OTHERS
from viewers.drawing.measure_painter import DASHES
from viewers.measuring.shapes import COLOURS
from viewers.tools.mark import ScreenMark

# Machado, Oliveira, Fernandes 2009, "A physiologically-based model for simulation of color vision deficiency",
# severity 1.0, on linear RGB
VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
D65 = np.array([0.95047, 1.0, 1.08883])
APART = 10.0  # ΔE 1976: seen side by side at a glance


def lab(colour, vision):
    """An sRGB #rrggbb as that eye sees it, in CIE 1976 L*a*b*."""
    srgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    ratio = XYZ @ np.clip(VISIONS[vision] @ linear, 0, 1) / D65
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def nearest(colours, vision):
    return min(float(np.linalg.norm(lab(a, vision) - lab(b, vision))) for a, b in combinations(colours, 2))


def test_that_the_simulation_knows_a_red_and_a_green_that_look_alike():
    assert nearest(("#b07a00", "#7a9000"), "normal") > 30
    assert nearest(("#b07a00", "#7a9000"), "deuteranopia") < 15


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(
    "colours",
    [
        COLOURS,
        tuple(arm.name() for arm in (*ARMS.values(), OTHER_COLOUR)),
        (ACTIVE.name(), OTHERS.name()),
        (ScreenMark.__dataclass_fields__["colour"].default, Layer.__dataclass_fields__["colour"].default),
    ],
    ids=["measurements", "crosshair", "reference lines", "own mark and AI finding"],
)
def test_that_colours_with_a_meaning_are_far_apart_for_every_colour_vision(colours, vision):
    assert nearest(colours, vision) > APART


def test_that_measurements_and_crosshair_arms_differ_in_their_dashes_too():
    assert len(set(DASHES)) == len(DASHES) == len(COLOURS)
    assert len({*ARM_DASHES.values(), OTHER_DASHES}) == len(ARMS) + 1
