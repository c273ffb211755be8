"""Which of the forms in JSON a file has: ReaderLab's own, or one in the manner of COCO.

What belongs here: telling the two apart by their keys. What does not: reading them (readerlab_json, coco).
"""

from __future__ import annotations

from pathlib import Path

from overlays.result import AIResult
from overlays.sources import coco, readerlab_json
from overlays.sources.json_file import load


def read(path: Path) -> tuple[AIResult, ...]:
    """The results in a JSON file. Raises StudyProblem (NotAResult where its keys are of neither form)."""
    file = load(path)
    if isinstance(file.data, dict) and "readerlab_ai" in file.data:
        return (readerlab_json.result_in(file),)
    return coco.results_in(file)
