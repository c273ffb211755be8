"""The randomisation check: a map must change when the model forgets what it learned."""

from __future__ import annotations

import numpy as np
import pytest

from overlays.models.card import demo_model_folder
from overlays.models.detector import detect
from overlays.models.session import LoadedModel, open_session
from overlays.saliency.sanity import check_randomised, compare_maps
from training.randomised import randomised_copy
from viewers.volume import Volume


def test_that_the_map_of_a_randomised_model_differs(detector: LoadedModel, phantom_volume: Volume) -> None:
    data = randomised_copy((demo_model_folder() / "model.onnx").read_bytes(), seed=1)
    random = LoadedModel(detector.card, open_session(data, "randomised"), "randomised")
    finding = detect(detector, phantom_volume, ai="nodules").findings[0]
    check = check_randomised(detector, random, phantom_volume, finding, masks=80, seed=2)
    assert check.correlation < 0.8
    assert check.overlap < 0.6


def test_that_a_map_agrees_with_itself_and_not_with_noise() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(2, 12, 12, 12)).astype(np.float32)
    assert compare_maps(a, a).correlation == pytest.approx(1.0)
    assert compare_maps(a, a).overlap == 1.0
    assert abs(compare_maps(a, b).correlation) < 0.15
    assert compare_maps(a, np.zeros_like(a)).correlation == 0.0
