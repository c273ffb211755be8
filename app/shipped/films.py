"""The priming films of rezazade_2023_priming: plain words on a dark ground for a few seconds.

What belongs here: making them. What does not: the study's other files (folder).
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from study_configs.problem import StudyProblem

WORDS = {
    "positive": (
        "In large studies AI found as many",
        "cancers as experienced radiologists,",
        "and lightened their work.",
    ),
    "negative": ("In several studies AI missed cancers", "that radiologists saw at once,", "and led readers astray."),
    "ambivalent": ("AI can find what readers miss.", "It can also mislead them.", "Both have been shown."),
}
SIZE, PER_S, LINE_S = (640, 360), 10, 1.5


def write_priming(attitude: str, folder: Path) -> Path:
    """A film of three lines, each joining the ones before. Raises StudyProblem where OpenCV cannot write films."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"priming_{attitude}.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), PER_S, SIZE)
    if not writer.isOpened():
        raise StudyProblem("This installation cannot write films.", where=str(path), todo="Install OpenCV with FFmpeg.")
    frame = np.full((SIZE[1], SIZE[0], 3), 24, np.uint8)
    for at, line in enumerate(WORDS[attitude]):
        cv2.putText(frame, line, (36, 120 + 56 * at), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (200, 200, 200), 1, cv2.LINE_AA)
        for _ in range(round(PER_S * LINE_S)):
            writer.write(frame)
    writer.release()
    return path
