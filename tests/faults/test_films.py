"""A film of a sitting on a disk that fills: told in words, never taken for a whole film."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.windows.replay.film import FilmPlan, VideoFile
from study_configs.problem import StudyProblem

pytestmark = [pytest.mark.faults, pytest.mark.slow]
SIZE = (320, 200)
FRAMES = np.random.default_rng(1).integers(0, 255, (12, 200, 320, 3), dtype=np.uint8)  # noise: large in any film


def written(path: Path) -> None:
    sink = VideoFile(path, FilmPlan(path, SIZE))
    for number, frame in enumerate(FRAMES):
        sink.add(frame, number)
    sink.close()


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_that_a_film_on_a_disk_that_fills_is_told_and_on_one_with_room_is_not(
    small_disk: Path, tmp_path: Path, suffix: str
) -> None:
    written(tmp_path / f"film{suffix}")
    (small_disk / "ballast").write_bytes(bytes((1 << 20) - 50_000))
    with pytest.raises(StudyProblem, match="could not be written to its end") as told:
        written(small_disk / f"film{suffix}")
    assert told.value.where == str(small_disk)
    assert "Make room" in told.value.todo
