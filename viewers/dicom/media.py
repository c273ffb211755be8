"""Where files come from: folders, single files, zip archives, and media with a DICOMDIR.

What belongs here: paths to files. What does not: what is in the files (scan) and unpacking (archives).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from study_configs.problem import StudyProblem
from viewers.dicom.archives import archive, is_archive
from viewers.dicom.elements import Elements
from viewers.dicom.problems import FileProblem

Report = Callable[[FileProblem], None]
RECORDS, FILE_ID = 0x00041220, 0x00041500
NAMED = 3  # missing files that are named


def files_under(path: Path | str, report: Report = lambda _: None) -> Iterator[str]:
    """Files in a folder and its subfolders, sorted by name, hidden ones left out; in an archive; or the file itself.

    `report` is told of folders that cannot be listed and archives that cannot be unpacked. Raises StudyProblem where
    there is nothing at the path.
    """
    if not Path(path).exists():
        raise StudyProblem("There is no such file or folder.", where=str(path), todo="Check the path.")
    if Path(path).name.upper() == "DICOMDIR" and Path(path).is_file():
        path = Path(path).parent  # what it lists lies beside it; its own references are never followed
    if not Path(path).is_dir():
        yield from _unpacked(os.fspath(path), report)
        return
    for folder, subfolders, names in os.walk(path, onerror=lambda error: report(_closed(error))):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith("."):
                continue
            if name[-4:].lower() == ".zip":
                yield from _unpacked(f"{folder}{os.sep}{name}", report)
            else:
                yield f"{folder}{os.sep}{name}"


def _closed(error: OSError) -> FileProblem:
    return FileProblem(
        Path(error.filename), f"The folder cannot be opened ({error.strerror}).", "Check its permissions."
    )


def _unpacked(file: str, report: Report) -> Iterator[str]:
    """The members of an archive, or the file itself."""
    if not is_archive(file):
        yield file
        return
    try:
        zipped = archive(file)
    except OSError as error:
        report(FileProblem(Path(file), f"The archive cannot be opened ({error.strerror}).", "Free some disk space."))
        return
    yield from zipped.files()
    for problem in zipped.problems:
        report(problem)


def listing_problem(elements: Elements, path: Path) -> FileProblem | None:
    """What is wrong with a DICOMDIR: files that it lists but that are not there, or that lie outside its folder.

    Names are compared without regard to case, version (";1") and ending, as copies from CDs vary. No reference is
    opened.
    """
    listed = {name for item in elements.items(RECORDS) if (name := item.text(FILE_ID))}
    if not listed:
        return None
    outside = [name for name in sorted(listed) if _leaves(name)]
    if outside:
        what = f"It points outside its own folder ({_some(outside)}); these references are not followed."
        return FileProblem(path, what, "Do not trust this medium.")
    there = {_bare(name) for name in _relative_files(path.parent)}
    missing = [name for name in sorted(listed) if _bare(name.replace("\\", "/")) not in there]
    if not missing:
        return None
    lost = "1 file that is" if len(missing) == 1 else f"{len(missing)} files that are"
    what = f"It lists {lost} not there ({_some(missing)})."
    return FileProblem(path, what, "Copy the whole medium again.")


def _leaves(name: str) -> bool:
    parts = name.replace("/", "\\").split("\\")
    return any(part in ("", ".", "..") or ":" in part for part in parts)


def _relative_files(folder: Path) -> Iterator[str]:
    for inner, _, names in os.walk(folder):
        relative = os.path.relpath(inner, folder).replace(os.sep, "/")
        for name in names:
            yield name if relative == "." else f"{relative}/{name}"


def _bare(name: str) -> str:
    """A relative name in capitals, without version and ending."""
    folder, _, file = name.upper().rpartition("/")
    return f"{folder}/{file.split(';')[0].split('.')[0]}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
