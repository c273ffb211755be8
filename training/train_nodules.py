"""Train the nodule detector on phantoms, measure it on phantoms that it never saw, and ship both.

Run `python -m training.train_nodules` with the optional dependencies `train`. It takes some 30 minutes on two cores.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training.calibrate import calibration
from training.evaluate import measure
from training.learn import learn
from training.measure_nodules import FOLDER
from training.network import NoduleNet, export
from training.report import write_card
from training.settings import TRAINING_NODULES, TRAINING_SEEDS, VALIDATION_SEEDS
from training.volumes import sample


def main() -> None:
    """Train, export, measure and write the card."""
    asked = _arguments()
    torch.set_num_threads(asked.threads)
    folder: Path = asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    samples = [sample(seed, TRAINING_NODULES, asked.cache) for seed in TRAINING_SEEDS]
    _export_calibrated(learn(samples), folder / "model.onnx", asked.cache)
    write_card(folder, measure(folder / "model.onnx", workers=asked.threads))


def _export_calibrated(net: NoduleNet, path: Path, cache: Path) -> None:
    """Export twice: raw to see which scores the validation phantoms get, then with those turned into chances."""
    export(net, path)
    slope, shift = calibration(path, [sample(seed, TRAINING_NODULES, cache) for seed in VALIDATION_SEEDS])
    print(f"calibration: slope {slope:.3f}, shift {shift:.3f}", flush=True)
    export(net, path, slope=slope, shift=shift)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path("build/training"), help="where phantom volumes are kept")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the model and its card go")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
