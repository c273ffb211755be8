"""Which of the forms in JSON a file has: ReaderLab's own, or one in the manner of COCO.

What belongs here: telling the two apart by their keys. What does not: reading them (own, tables).
"""

from __future__ import annotations

from pathlib import Path

from overlays.result import AIResult
from overlays.sources.json_file import JsonFile, load
from overlays.sources.own import result_file
from overlays.sources.tables import coco
from study_configs.problem import StudyProblem


def read(path: Path) -> tuple[AIResult, ...]:
    """The results in a JSON file. Raises StudyProblem (NotAResult where its keys are of neither form)."""
    file = load(path)
    return (result_file.result_in(file),) if _is_own(file) else coco.results_in(file)


def companions(path: Path) -> tuple[Path, ...]:
    """The files beside a JSON that hold its maps and pictures; none where it is another JSON, or cannot be read."""
    try:
        file = load(path)
        return result_file.companions(file) if _is_own(file) else ()
    except StudyProblem:
        return ()  # reading it tells what is wrong


def _is_own(file: JsonFile) -> bool:
    return isinstance(file.data, dict) and "readerlab_ai" in file.data
