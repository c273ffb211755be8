"""The gallery of layers: that it can be taken again, and that its page shows all of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from app.simulated import layer_pictures

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "layers.md").read_text(encoding="utf-8")
SHOWN = set(re.findall(r"\(images/layers/([\w-]+)\.png\)", PAGE))
TAKEN = {shot.name for shot in layer_pictures.SHOTS} | {name for name, *_ in layer_pictures.REAL}
MOST_BYTES = 3_000_000


def test_that_the_page_shows_every_picture_that_is_taken_and_no_other():
    kept = {file.stem: file.stat().st_size for file in (ROOT / "docs" / "images" / "layers").glob("*.png")}
    assert SHOWN == TAKEN == set(kept)
    assert sum(kept.values()) < MOST_BYTES


@pytest.mark.slow
def test_that_every_picture_of_the_gallery_can_be_taken_again(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "app.simulated.layer_pictures", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {file.stem for file in tmp_path.glob("*.png")} == TAKEN
    assert not any(QImage(str(file)).isNull() for file in tmp_path.glob("*.png"))
