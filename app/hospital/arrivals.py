"""A folder in which the files of one acquisition arrive, whoever puts them there: the simulated scanner, or later a
DICOM receiver.

What belongs here: which files are there, and whether more will come. What does not: sending (scanner), reading pixels
(viewers.dicom), windows.

Whoever writes gives a file another name until it is whole (`.part` at its end), and puts an empty file `complete` into
the folder after the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from study_configs.problem import StudyProblem

COMPLETE = "complete"
PART = ".part"


@dataclass(frozen=True, slots=True)
class Arrived:
    """The whole files that are there, by name, and whether they are all."""

    files: tuple[Path, ...]
    is_complete: bool


def arrived(folder: Path) -> Arrived:
    """What has arrived so far. Raises StudyProblem where the folder cannot be read."""
    try:
        is_complete = (folder / COMPLETE).exists()  # asked first: what came before it is then in the list
        names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    except FileNotFoundError:
        return Arrived((), is_complete=False)
    except OSError as error:
        what = f"The folder in which exams arrive cannot be read: {error.strerror}."
        raise StudyProblem(what, where=str(folder), todo="Check the disk and the rights on the folder.") from None
    return Arrived(tuple(folder / name for name in names if name != COMPLETE and not name.endswith(PART)), is_complete)
