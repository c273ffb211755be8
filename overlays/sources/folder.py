"""A folder of mixed files sorted out by what is in them: AI results, what is wrong with others, and what is none.

What belongs here: walking, limits, sorting. What does not: telling forms apart (forms), images (viewers.dicom.scan).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from overlays.result import AIResult
from overlays.sources.forms import CAPTURE, JSON, Form, form_of
from overlays.sources.refusals import NotAResult
from overlays.sources.segment_findings import resolved
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
    """What lay there: the results of each file, what could not be read, and files that are well but no AI results."""

    results: tuple[tuple[Path, tuple[AIResult, ...]], ...]
    problems: tuple[FileProblem, ...]
    left_out: tuple[FileProblem, ...] = ()


def ai_files(where: Scan | Path | Sequence[Path], on_progress: Progress | None = None) -> Found:
    """The AI results among what was scanned, or under one or several paths (folders are walked, archives unpacked).

    `on_progress(files done, files in all)` is called now and then from this thread. A file that was named itself and is
    no AI result is a problem; one that merely lies in a folder is left out. Raises StudyProblem where there is nothing
    at a path.
    """
    if isinstance(where, Scan):
        return sorted_out([each.path for each in where.other] + list(where.skipped), frozenset(), on_progress)
    given = [where] if isinstance(where, Path) else list(where)
    closed: list[FileProblem] = []
    files = [Path(file) for path in given for file in files_under(path, closed.append)]
    found = sorted_out(files, frozenset(given), on_progress)
    return Found(found.results, (*closed, *found.problems), found.left_out)


def sorted_out(files: Sequence[Path], named: frozenset[Path], on_progress: Progress | None = None) -> Found:
    """The same of these very files; being no AI result is a problem for those that are `named`."""
    sorter = _Sorter(named)
    for path in files:
        sorter.tell_apart(path)
    sorter.leave_out_companions()
    for number, (path, form) in enumerate(sorter.forms.items()):
        if on_progress and number % STEP == 0:
            on_progress(number, len(sorter.forms))
        sorter.read(path, form)
    if on_progress:
        on_progress(len(sorter.forms), len(sorter.forms))
    return sorter.found()


class _Sorter:
    """Takes files one by one and keeps what each turned out to be."""

    def __init__(self, named: frozenset[Path]) -> None:
        self.named = named  # files that were asked for by name: being no result is then a problem
        self.forms: dict[Path, Form] = {}
        self._results: dict[Path, tuple[AIResult, ...]] = {}
        self._problems: list[FileProblem] = []
        self._left_out: list[FileProblem] = []

    def tell_apart(self, path: Path) -> None:
        try:
            form = form_of(path)
            if form == CAPTURE and path not in self.named:
                self._left_out.append(FileProblem(path, "It is an image among others of its folder.", ""))
            else:
                self.forms[path] = form
        except StudyProblem as problem:
            self._refuse(path, problem)

    def leave_out_companions(self) -> None:
        """Volumes that a ReaderLab JSON among the files names are that one's maps, no results of their own."""
        from overlays.sources.json_forms import companions

        for path in [path for path, form in self.forms.items() if form == JSON]:
            for companion in companions(path):
                self.forms.pop(companion, None)

    def read(self, path: Path, form: Form) -> None:
        try:
            _check_count(len(self._results), path)
            self._results[path] = form.read(path)
        except StudyProblem as problem:
            self._refuse(path, problem)

    def _refuse(self, path: Path, problem: StudyProblem) -> None:
        if isinstance(problem, NotAResult) and path not in self.named:
            self._left_out.append(_problem(path, problem))
        else:
            self._problems.append(_problem(path, problem))

    def found(self) -> Found:
        return Found(_resolved(self._results), tuple(self._problems), tuple(self._left_out))


def _resolved(results: dict[Path, tuple[AIResult, ...]]) -> tuple[tuple[Path, tuple[AIResult, ...]], ...]:
    """Findings that name a segment of a segmentation in another file get its place."""
    known = iter(resolved([result for several in results.values() for result in several]))
    return tuple((path, tuple(next(known) for _ in several)) for path, several in results.items())


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
