"""Boxes, polygons and masks in the manner of COCO's JSON, read and written.

What belongs here: COCO's keys to findings on images. What does not: opening JSON (json_file), placing (placing).
"""

from __future__ import annotations

from pathlib import Path

from overlays.result import AIResult
from overlays.sources.json_file import JsonFile, load
from overlays.sources.refusals import NotAResult


def read(path: Path) -> tuple[AIResult, ...]:
    """The result in a file in the manner of COCO. Raises StudyProblem."""
    return results_in(load(path))


def results_in(file: JsonFile) -> tuple[AIResult, ...]:
    """The same, of a file that is open."""
    raise NotAResult("This JSON is no AI result.", where=str(file.path))
