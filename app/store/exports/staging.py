"""An export appears whole or not at all: it is written beside its folder's files and moved there at the end.

What belongs here: that folder, and errors of writing in plain words. What does not: what is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from study_configs.problem import StudyProblem


@dataclass(slots=True)
class Staged:
    """Where files are written meanwhile (`at`), and, once they are moved, where they are (`files`, sorted)."""

    at: Path
    files: list[Path] = field(default_factory=list)


@contextmanager
def staged(folder: Path) -> Iterator[Staged]:
    """A folder to write in; what lies there at the end of the block is moved to `folder`, replacing files of its name.

    After an error nothing of it is left. Raises StudyProblem where writing fails.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".export-", dir=folder) as name:
            stage = Staged(Path(name))
            yield stage
            stage.files = sorted(_moved(stage.at, folder))
    except OSError as error:
        what = f"The export can't be written ({error.strerror})."
        raise StudyProblem(what, where=str(folder), todo="Choose a folder that you may write in.") from error


def refuse_mixture(stage: Path, folder: Path, tables: Collection[str]) -> None:
    """Before tables are moved: those of another export must not stay among them, least of all beside blinded ones.

    Raises StudyProblem where the folder holds a file of one of these tables that would not be replaced.
    """
    written = {file.name for file in stage.iterdir()}
    ours = {f"{name}.{suffix}" for name in tables for suffix in ("csv", "parquet", "jsonl")}
    left = sorted(file.name for file in folder.iterdir() if file.name in ours - written)
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        what = f"Tables of another export lie here that this one would not replace ({left[0]}{more})."
        raise StudyProblem(what, where=str(folder), todo="Choose another folder, or take them away first.")


def _moved(stage: Path, folder: Path) -> Iterator[Path]:
    for file in [each for each in stage.rglob("*") if each.is_file()]:
        target = folder / file.relative_to(stage)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
        yield target
