"""A folder of mixed files sorted out by what is in them: AI results, what is wrong with others, and what is none.

What belongs here: walking, limits, sorting. What does not: telling forms apart (forms), images (viewers.dicom.scan).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from overlays.result import AIResult
from overlays.sources.forms import form_of
from overlays.sources.refusals import NotAResult
from study_configs.problem import StudyProblem
from viewers.dicom.archives import shown
from viewers.dicom.media import files_under
from viewers.dicom.problems import FileProblem
from viewers.dicom.scan import Scan

MOST_RESULTS = 2_000  # files of AI results that one folder may hold
STEP = 20  # files between two words of progress

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What lay there: the results of each file, what could not be read, and the files that are no AI results."""

    results: tuple[tuple[Path, tuple[AIResult, ...]], ...]
    problems: tuple[FileProblem, ...]
    left_out: tuple[Path, ...] = ()

    @property
    def all_results(self) -> tuple[AIResult, ...]:
        return tuple(result for _, several in self.results for result in several)


def ai_files(where: Scan | Path | Sequence[Path], on_progress: Progress | None = None) -> Found:
    """The AI results among what was scanned, or under one or several paths (folders are walked, archives unpacked).

    `on_progress(files done, files in all)` is called now and then from this thread. A file that was named itself and is
    no AI result is a problem; one that merely lies in a folder is left out. Raises StudyProblem where there is nothing
    at a path.
    """
    if isinstance(where, Scan):
        return _sorted([each.path for each in where.other] + list(where.skipped), frozenset(), on_progress)
    given = [where] if isinstance(where, Path) else list(where)
    closed: list[FileProblem] = []
    files = [Path(file) for path in given for file in files_under(path, closed.append)]
    found = _sorted(files, frozenset(given), on_progress)
    return Found(found.results, (*closed, *found.problems), found.left_out)


def _sorted(files: Iterable[Path], named: frozenset[Path], on_progress: Progress | None) -> Found:
    results: list[tuple[Path, tuple[AIResult, ...]]] = []
    problems: list[FileProblem] = []
    left_out: list[Path] = []
    listed = list(files)
    for number, path in enumerate(listed):
        if on_progress and number % STEP == 0:
            on_progress(number, len(listed))
        try:
            form = form_of(path)
            _check_count(len(results), path)
            results.append((path, form.read(path)))
        except NotAResult as refusal:
            if path in named:
                problems.append(_problem(path, refusal))
            else:
                left_out.append(path)
        except StudyProblem as problem:
            problems.append(_problem(path, problem))
    if on_progress:
        on_progress(len(listed), len(listed))
    return Found(tuple(results), tuple(problems), tuple(left_out))


def _check_count(so_far: int, path: Path) -> None:
    if so_far >= MOST_RESULTS:
        raise StudyProblem(
            f"There are more than {MOST_RESULTS} files of AI results; this one is not read.",
            where=str(shown(path)),
            todo="Give each case a folder of its own.",
        )


def _problem(path: Path, problem: StudyProblem) -> FileProblem:
    """The place within the file goes into the words, since the path stands before them."""
    inner = problem.where.removeprefix(str(shown(path))).lstrip(":")
    return FileProblem(shown(path), f"{inner}: {problem.what}" if inner else problem.what, problem.todo)
