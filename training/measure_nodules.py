"""Measure the nodule detector that is there and write its card anew; needs no torch.

Run `python -m training.measure_nodules`. It takes some six minutes on two cores.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training.evaluate import measure
from training.report import write_card

FOLDER = Path(__file__).parent.parent / "resources" / "models" / "nodules"


def main() -> None:
    """Read the held-out exams, write card.yaml, CARD.md and froc.svg."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the model lies and its card goes")
    parser.add_argument("--workers", type=int, default=2, help="exams read at a time")
    asked = parser.parse_args()
    write_card(asked.folder, measure(asked.folder / "model.onnx", workers=asked.workers))


if __name__ == "__main__":
    main()
