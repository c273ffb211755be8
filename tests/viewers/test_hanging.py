"""What a case opens with, and the windows it opens through."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from viewers.hanging import Hanging, first_slice, hang, main_series, opening_view
from viewers.presets import CT_PRESETS, auto_window, full_window, opening_window
from viewers.volume import Rescale, Window


@pytest.fixture
def series(make_volume):
    def make(modality, frames=1, description="", **changes):
        volume = make_volume(np.zeros((frames, 8, 8), np.int16), modality=modality, description=description)
        return replace(volume.header, **changes)

    return make


def test_that_the_largest_ct_stack_opens_alone_and_a_scout_never_does(series):
    headers = [
        series("CT", 900, "Topogram 0.6"),
        series("SR", 1),
        series("CT", 60, "Thorax 5.0"),
        series("CT", 300, "Thorax 1.0"),
        series("US", 2000),
    ]
    assert main_series(headers) == 3
    assert hang(headers) == Hanging(1, 1, (3,))


def test_that_four_mammograms_hang_right_to_left_cc_over_mlo(series):
    places = [("L", "MLO"), ("R", "CC"), ("L", "CC"), ("R", "MLO")]
    headers = [series("MG", 1, f"{side} {view}", laterality=side) for side, view in places]
    assert hang(headers) == Hanging(2, 2, (1, 2, 3, 0))


def test_that_two_films_hang_side_by_side_and_one_alone(series):
    assert hang([series("DX"), series("CR")]) == Hanging(1, 2, (0, 1))
    assert hang([series("DX")]) == Hanging(1, 1, (0,))
    assert hang([]) == Hanging(1, 1, (None,))


def test_that_stacks_open_in_the_middle_and_clips_at_their_start(series):
    assert first_slice(series("CT", 41, affine=np.eye(4))) == 20
    assert first_slice(series("US", 41)) == 0


def test_that_the_files_window_comes_before_the_preset(make_volume):
    volume = make_volume(np.zeros((1, 8, 8), np.int16))
    assert opening_window(volume, 0) == CT_PRESETS[0]
    given = Window(-500, 1400, name="LUNG")
    own = replace(volume.header.instances[0], windows=(given, Window(1, 2)))
    volume = replace(volume, header=replace(volume.header, instances=(own,)))
    assert opening_view(volume, 100, 100).window == given


def test_that_an_automatic_window_covers_the_values_without_padding(make_volume):
    stored = np.linspace(100, 1100, 10_000).reshape(1, 100, 100).astype(np.int16)
    stored[0, :10] = -2000
    volume = make_volume(stored, padding=(-2000, -2000), rescale=Rescale(2.0, -1000.0), modality="MR")
    window = auto_window(volume, 0)
    kept = stored[0, 10:] * 2.0 - 1000
    low, high = np.percentile(kept, [1, 99])
    assert window.centre == pytest.approx((low + high) / 2, rel=0.01)
    assert window.width == pytest.approx(high - low, rel=0.01)


def test_that_the_full_window_covers_what_the_bits_can_hold(make_volume):
    volume = make_volume(np.zeros((1, 8, 8), np.int16), bits_stored=12, rescale=Rescale(-1.0, 0.0))
    window = full_window(volume.header, 0)
    assert (window.centre - window.width / 2, window.centre + window.width / 2) == (-2047, 2048)
