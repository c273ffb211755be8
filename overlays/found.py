"""AI results that lie among images where no protocol names them: read, placed over the images, put together by model.

What belongs here: from files to results, and in words what is not shown. What does not: each of those steps, and
showing them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from overlays.merging import merged
from overlays.placing.results import placed
from overlays.result import AIResult
from overlays.sources.folder import ai_files
from study_configs.words import translate
from viewers.dicom.scan import Scan
from viewers.volume import SeriesHeader

NotShown = tuple[str, str]  # what (a file's name), why


@dataclass(frozen=True, slots=True, eq=False)
class FoundResults:
    """One result for each model that has anything to show, where they came from, and what is not shown and why."""

    results: tuple[AIResult, ...] = ()
    not_shown: tuple[NotShown, ...] = ()
    origins: tuple[str, ...] = ()  # where each came from, a line each: for viewers, never for readers of a study

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is not shown, a sentence each, each once."""
        words = translate("FoundResults", "{what} – not shown: {why}")
        return tuple(dict.fromkeys(words.format(what=what, why=why) for what, why in self.not_shown))


def found_results(
    where: Scan | Path | Sequence[Path],
    headers: Sequence[SeriesHeader],
    on_progress: Callable[[int, int], None] | None = None,
) -> FoundResults:
    """The results among these files that belong to these series. Raises StudyProblem where there is nothing at a path.

    `on_progress(files done, files in all)` is called now and then from this thread.
    """
    found = ai_files(where, on_progress)
    not_shown = [(problem.path.name, problem.what) for problem in found.problems]
    by_model: dict[tuple[str, str], list[AIResult]] = {}
    origins: list[str] = []
    for path, results in found.results:
        for result in results:
            kept = placed(result, headers)
            not_shown += [(path.name, refusal.reason) for refusal in kept.refusals]
            if _has_anything(kept.result):
                by_model.setdefault(_model(result, path), []).append(kept.result)
                origins.append(_origin(kept.result, path))
    several = (
        _named(merged(each, f"ai{n}", headers), model) for n, (model, each) in enumerate(by_model.items(), start=1)
    )
    return FoundResults(tuple(several), tuple(not_shown), tuple(dict.fromkeys(origins)))


def joined(found: Iterable[FoundResults]) -> FoundResults:
    """What was found at several times, as if at once; each result keeps a name of its own."""
    results: list[AIResult] = []
    not_shown: list[NotShown] = []
    origins: list[str] = []
    for each in found:
        results += [replace(result, ai=f"ai{len(results) + at}") for at, result in enumerate(each.results, start=1)]
        not_shown += each.not_shown
        origins += each.origins
    return FoundResults(tuple(results), tuple(not_shown), tuple(dict.fromkeys(origins)))


def _has_anything(result: AIResult) -> bool:
    return bool(result.findings or result.maps or result.assessments or result.advice or result.examples)


def _origin(result: AIResult, path: Path) -> str:
    """Model, version, maker, form, date and file, as far as they are known: "LungAid 2.1 · DICOM SEG · a.dcm"."""
    known = result.provenance
    model = f"{known.model} {known.version}".strip() or translate("FoundResults", "model not named")
    return " · ".join(part for part in (model, known.maker, known.form, known.made_at[:10], path.name) if part)


def _model(result: AIResult, path: Path) -> tuple[str, str]:
    """What results are put together by: the model, or where the file does not say, the file."""
    origin = result.provenance
    return (origin.model, origin.version) if origin.model else (path.stem, origin.form)


def _named(result: AIResult, model: tuple[str, str]) -> AIResult:
    return replace(result, provenance=replace(result.provenance, model=result.provenance.model or model[0]))
