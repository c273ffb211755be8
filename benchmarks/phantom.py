"""Making a phantom exam, reading it with the detector, explaining a finding: against budgets and against bare passes.

What belongs here: one claim with its figures. What does not: correctness (tests/resources, tests/overlays/models).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from overlays.models.card import demo_model_folder
from overlays.models.detector import detect
from overlays.models.grid import model_grid
from overlays.models.session import LoadedModel, load_model
from overlays.saliency.rise import BATCH, CROP_CELLS, explain
from resources.phantoms.chest_ct import make_exam
from training.volumes import exam_volume

Row = dict[str, object]

SEED = 20_001
MASKS = 200
REPEATS = 3


def measure() -> list[Row]:
    """The rows for the bench table: the best of REPEATS for what runs on shared cores."""
    exam_s = _best(lambda: make_exam(SEED, 2), repeats=2)
    model = load_model(demo_model_folder())
    volume = exam_volume(make_exam(SEED, 2))
    finding = detect(model, volume, ai="nodules").findings[0]
    detect_s = _best(lambda: detect(model, volume, ai="nodules"))
    passes_s = _best(lambda: _bare_passes(model))
    grid = model_grid(volume, model.card.preprocessing)
    rise_s = _best(lambda: explain(model, volume, finding, masks=MASKS, grid=grid))
    return [
        _row("phantom exam of 240 slices", exam_s, 8.0, "budget", "<= 8 s", exam_s <= 8),
        _row("detector on 240 slices", detect_s, 3.0, "budget", "<= 3 s", detect_s <= 3),
        _row(f"RISE, {MASKS} masks", rise_s, 8.0, "budget", "<= 8 s", rise_s <= 8),
        _row(
            f"RISE, {MASKS} masks, vs bare passes",
            rise_s,
            passes_s,
            "model alone",
            "<= 1.25 ×",
            rise_s <= 1.25 * passes_s,
        ),
    ]


def _best(job: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        job()
        times.append(time.perf_counter() - began)
    return min(times)


def _bare_passes(model: LoadedModel) -> None:
    """As many passes of the model over a cube as RISE makes, and nothing else."""
    cubes = np.random.default_rng(1).random((BATCH, 1, CROP_CELLS, CROP_CELLS, CROP_CELLS), dtype=np.float32)
    for _ in range(0, MASKS, BATCH):
        model.run([model.card.outputs.score], cubes)


def _row(name: str, ours: float, peer: float, peer_name: str, goal: str, holds: bool) -> Row:
    return {
        "name": name,
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "peer_name": peer_name,
        "ratio": round(ours / peer, 3),
        "unit": "s",
        "goal": goal,
        "holds": holds,
    }


def main() -> None:
    for row in measure():
        print(
            f"{row['name']}: {row['ours']} {row['unit']} against {row['peer']} ({row['peer_name']}), "
            f"goal {row['goal']}: {'holds' if row['holds'] else 'missed'}"
        )


if __name__ == "__main__":
    main()
