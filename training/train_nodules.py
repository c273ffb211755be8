"""Train the nodule detector on phantoms, measure it on phantoms that it never saw, and ship both.

Run `python -m training.train_nodules` with the optional dependencies `train`. It takes some 25 minutes on two cores.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training.evaluate import measure
from training.learn import learn
from training.network import export
from training.report import write_card
from training.settings import TRAINING_NODULES, TRAINING_SEEDS
from training.volumes import sample

FOLDER = Path(__file__).parent.parent / "resources" / "models" / "nodules"


def main() -> None:
    """Train, export, measure and write the card."""
    asked = _arguments()
    torch.set_num_threads(asked.threads)
    folder: Path = asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    if not asked.only_measure:
        samples = [sample(seed, TRAINING_NODULES, asked.cache) for seed in TRAINING_SEEDS]
        export(learn(samples), folder / "model.onnx")
    write_card(folder, measure(folder / "model.onnx", workers=asked.threads))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path("build/training"), help="where phantom volumes are kept")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the model and its card go")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only-measure", action="store_true", help="measure the model that is there, train none")
    return parser.parse_args()


if __name__ == "__main__":
    main()
