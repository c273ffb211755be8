"""A folder in which the files of one acquisition arrive, whoever puts them there: the simulated scanner, or a DICOM
receiver.

What belongs here: which files are there, and whether more will come. What does not: sending (scanner), what is in the
files (received), windows.

Whoever writes keeps three rules, and nothing else is asked of them:

1. A file has `.part` at the end of its name until it is whole, and is then renamed; its name is of no account.
2. Files come one after the other: which came last is told by their times.
3. After the last one an empty file `complete` is put into the folder.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from study_configs.problem import StudyProblem

COMPLETE = "complete"
PART = ".part"


@dataclass(frozen=True, slots=True)
class Arrived:
    """The whole files that are there, in the order in which they came, and whether they are all."""

    files: tuple[Path, ...]
    is_complete: bool


def arrived(folder: Path) -> Arrived:
    """What has arrived so far. Raises StudyProblem where the folder cannot be read."""
    try:
        is_complete = (folder / COMPLETE).exists()  # asked first: what came before it is then in the list
        found = sorted((entry.stat().st_mtime_ns, entry.name) for entry in folder.iterdir() if _counts(entry))
    except FileNotFoundError:  # not begun, or a file was renamed while it was looked at: it is there at the next look
        return Arrived((), is_complete=False)
    except OSError as error:
        what = f"The folder in which exams arrive cannot be read: {error.strerror}."
        raise StudyProblem(what, where=str(folder), todo="Check the disk and the rights on the folder.") from None
    return Arrived(tuple(folder / name for _, name in found), is_complete)


def clear_away(folder: Path) -> None:
    """Remove everything that arrived in and below a folder; what cannot be removed stays, and harms nothing."""
    shutil.rmtree(folder, ignore_errors=True)


def _counts(entry: Path) -> bool:
    return entry.name != COMPLETE and not entry.name.endswith(PART) and entry.is_file()
