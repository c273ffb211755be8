"""Every number of the nodule detector's training in one place, so that a rerun makes the same model.

What belongs here: seeds, preprocessing, sizes, schedule. What does not: the steps that use them.
"""

from __future__ import annotations

from overlays.models.card import CardInput, Outputs, Preprocessing

PREPROCESSING = Preprocessing(spacing_mm=2.0, clip_hu=(-1000.0, 400.0), pad_multiple=8, fill_hu=-1000.0)
OUTPUTS = Outputs(
    score="score",
    offset="offset",
    diameter="diameter",
    margin_mm=2.0,
    stride=2,
    label="nodule",
    minimum_score=0.02,
    apart_mm=8.0,
)
INPUT = CardInput(modality="CT", body_part="CHEST", least_slices=24, least_extent_mm=100.0, thickest_slice_mm=3.5)

TRAINING_SEEDS = range(10_000, 10_060)
VALIDATION_SEEDS = range(20_000, 20_008)
HELD_OUT_SEEDS = range(30_000, 30_060)
TRAINING_NODULES = 12  # per exam; many, so that few exams teach much

PATCH = 48  # edge of a training patch in model voxels
BATCH = 8
STEPS = 1_400
MINE_AT = 700  # step after which the model's own false alarms join the patches
LEARNING_RATE = 3e-3
SEED = 20_261_121


def held_out_nodules(seed: int) -> int:
    """Half of the held-out exams have no nodule, the others one or two."""
    return (0, 1, 0, 2)[seed % 4]
