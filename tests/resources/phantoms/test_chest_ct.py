"""Phantom exams: the same from the same seed, plausible in Hounsfield units, true about their nodules."""

from __future__ import annotations

import numpy as np
import pytest

from resources.phantoms.chest_ct import PhantomExam, make_exam


@pytest.fixture(scope="module")
def exam() -> PhantomExam:
    return make_exam(41, 4, slices=120)


def test_that_a_seed_gives_the_same_voxels_and_truth_every_time() -> None:
    first, second = make_exam(9, 2, slices=30), make_exam(9, 2, slices=30)
    assert np.array_equal(first.hu, second.hu)
    assert first.nodules == second.nodules
    assert np.array_equal(first.affine, second.affine)


def test_that_two_seeds_give_two_bodies() -> None:
    first, second = make_exam(9, 0, slices=30), make_exam(10, 0, slices=30)
    assert float(np.mean(np.abs(first.hu.astype(float) - second.hu) > 200)) > 0.02


def test_that_tissues_have_the_hounsfield_units_of_people(exam: PhantomExam) -> None:
    """Lung about -850, soft tissue about 50, bone well above; air around the body."""
    middle = exam.hu[exam.hu.shape[0] // 2]
    assert np.median(middle[:8]) == pytest.approx(-1000, abs=25)
    inside = middle[120:400, 60:450]
    lung, soft = inside[(inside < -700) & (inside > -960)], inside[(inside > 20) & (inside < 90)]
    assert lung.size > 20_000
    assert np.median(lung) == pytest.approx(-860, abs=45)
    assert soft.size > 10_000
    assert 200 < int((exam.hu > 400).sum()) / exam.hu.shape[0] < 6_000


def test_that_a_nodule_lies_where_the_truth_says(exam: PhantomExam) -> None:
    """The mean within half the radius is nodule, whatever the noise; a shell well outside it holds mostly lung."""
    for nodule in exam.nodules:
        column, row, plane = (np.linalg.inv(exam.affine) @ np.append(nodule.centre_mm, 1.0))[:3]
        k, j, i = np.indices(exam.hu.shape, sparse=True)
        distance = np.sqrt(
            ((i - column) * exam.affine[0, 0]) ** 2
            + ((j - row) * exam.affine[1, 1]) ** 2
            + ((k - plane) * exam.affine[2, 2]) ** 2
        )
        core = exam.hu[distance < max(nodule.diameter_mm / 4, 1.3)].mean()
        assert core > (-250 if nodule.density == "solid" else -720), nodule
        assert np.percentile(exam.hu[(distance > nodule.diameter_mm) & (distance < nodule.diameter_mm + 6)], 25) < -600


def test_that_too_few_slices_are_refused() -> None:
    with pytest.raises(ValueError, match="24 slices"):
        make_exam(1, 0, slices=5)
