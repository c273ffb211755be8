"""The shipped detector and one phantom that the tests of models share."""

from __future__ import annotations

import pytest

from overlays.models.card import demo_model_folder
from overlays.models.session import LoadedModel, load_model
from resources.phantoms.chest_ct import PhantomExam, make_exam
from training.volumes import exam_volume
from viewers.volume import Volume


@pytest.fixture(scope="session")
def detector() -> LoadedModel:
    return load_model(demo_model_folder())


@pytest.fixture(scope="session")
def phantom() -> PhantomExam:
    """An exam outside every seed range of training and measuring."""
    return make_exam(50_002, 3, slices=150)


@pytest.fixture(scope="session")
def phantom_volume(phantom: PhantomExam) -> Volume:
    return exam_volume(phantom)
