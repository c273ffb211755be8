"""What is still to be put into a study folder that was begun and not filled yet, as numbered steps.

What belongs here: which steps are left, by what a check found missing. What does not: finding it (check).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from study_configs.cases import Table, read_manifest
from study_configs.problems import Problem, listed

MISSING = frozenset({"RL407", "RL410", "RL415"})  # folders of cases, AI results, images


def next_steps(file: Path, problems: Sequence[Problem]) -> tuple[str, ...]:
    """A sentence for each step; none where nothing is missing from the folder."""
    missing = [problem for problem in problems if problem.code in MISSING and problem.severity == "error"]
    if not missing:
        return ()
    return (*_steps(file.parent, missing), f"Check again: readerlab check {file.parent}")


def _steps(folder: Path, missing: Sequence[Problem]) -> Iterator[str]:
    manifest = folder / "cases.csv"
    cases = read_manifest(Table(manifest, str(manifest)), folder) if manifest.is_file() else ()
    empty = [os.path.relpath(case.path, folder) for case in cases if not _has_files(case.path)]
    if empty:
        yield (
            f"Put each case's DICOM files into its folder, or change the column path in cases.csv. "
            f"Without files: {len(empty)} of {len(cases)} ({listed(empty, 3)})."
        )
        yield "Say in reference.csv what is true of each case; a study that was just begun holds made-up yes and no."
    for problem in missing:
        if problem.code == "RL410":
            pattern = problem.what.removeprefix("No file matches ").rstrip(".")
            yield (
                f"Put the AI's results into {folder} as {pattern}, one file for each case (docs/ai_results.md shows "
                "how it looks), or take the AI out of the protocol."
            )


def _has_files(path: Path) -> bool:
    return path.is_file() or any(files for _, _, files in os.walk(path))
