"""What a replay paints with, and whether it is what the reader saw: images, AI results, protocol, models, the log.

What belongs here: fetching them case by case and comparing them with what the log names. What does not: the log's
moments (app.analysis.replay), pictures (app.windows.replay).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Literal

import numpy as np

from app.advice.desk import Advice
from app.analysis.replay.recorded import Recorded
from app.store.location import Location
from app.store.verify import VerifyReport, verify
from app.tracking.events import AIResultLoaded, Event, SeriesHashed, SeriesOpened, TrialStarted
from overlays.result import AIResult
from study_configs.problem import StudyProblem
from study_configs.study import Study, folder_study, load_study
from study_configs.words import translate
from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.pixel_digest import pixel_digest
from viewers.volume import SeriesHeader, Volume

PREPARED = "prepared"  # beside the store: what AIs said, as readers were shown it
PLACE_MM = 1e-4  # affines that differ by less are the same

Verdict = Literal["same", "different", "unknown"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was compared with the log. unknown: there was nothing to compare, or it is not at hand."""

    verdict: Verdict
    words: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one trial is drawn with: series by key, results by the digest that the log names, and how they compare."""

    volumes: Mapping[str, Volume] = field(default_factory=dict)
    results: Mapping[str, AIResult] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()


NOTHING = Fetched()


def study_beside(store: Location, named: Path | None) -> Study | None:
    """The study that was read: the one that is named, else the one around the store; None where there is none.

    Raises StudyProblem where the named one can't be read.
    """
    if named is not None:
        is_study = named.is_file() or (named / "protocol.yaml").is_file()
        return load_study(named) if is_study else folder_study(named)
    if not isinstance(store, Path):  # no study lies around a central database
        return None
    around = store.resolve().parent
    for folder in (around.parent, around.parent / "study", around):
        if (folder / "protocol.yaml").is_file():
            return load_study(folder)
    return None


def checked_before(store: Location, recorded: Recorded, study: Study | None) -> tuple[Check, ...]:
    """The log's own hashes, the protocol and the models, before anything is played."""
    return (*_chain(verify(store), recorded), *_protocol(recorded, study), *_models(recorded, study))


def _chain(report: VerifyReport, recorded: Recorded) -> Iterator[Check]:
    mine = [fault for fault in report.problems if fault.sitting in (None, recorded.sitting.id)]
    if mine:
        more = translate("Replay", "(and {count} more)").format(count=len(mine) - 1) if len(mine) > 1 else ""
        words = translate("Replay", "The log is not as it was written: {what} {more}")
        yield Check("different", words.format(what=mine[0].what, more=more).strip())
    else:
        yield Check("same", translate("Replay", "Every hash of the log agrees."))


def _protocol(recorded: Recorded, study: Study | None) -> Iterator[Check]:
    """The frozen protocol is what is replayed; the study beside it gives images and AI results."""
    wanted = recorded.sitting.protocol_sha256
    if sha256(recorded.source).hexdigest() != wanted:
        yield Check("different", translate("Replay", "The protocol in the store is not the one that was frozen."))
    if study is None:
        yield Check("unknown", translate("Replay", "The study is not here: no images and AI results. Name it: --study"))
    elif study.sha256 != wanted:
        words = translate("Replay", "The study file was changed since; the protocol of then, from the store, is used.")
        yield Check("unknown", words)
    else:
        yield Check("same", translate("Replay", "The protocol is that of then."))


def _models(recorded: Recorded, study: Study | None) -> Iterator[Check]:
    for ai, wanted in recorded.models.items():
        named = recorded.protocol.ai[ai].model if ai in recorded.protocol.ai else None
        if study is None or named is None:
            continue
        path = study.file(named)
        if not path.is_file():
            yield Check("unknown", translate("Replay", "The model of {ai} is not here.").format(ai=ai))
            continue
        with path.open("rb") as file:
            is_same = file_digest(file, "sha256").hexdigest() in wanted
        words = translate("Replay", "The model of {ai} is that of then.") if is_same else _other_model()
        yield Check("same" if is_same else "different", words.format(ai=ai))


def _other_model() -> str:
    return translate("Replay", "The model of {ai} is another than then.")


class TrialSource:
    """Fetches what trials are drawn with. Reads files and may run a model: not for the window's thread.

    `study` None: nothing can be fetched, and every trial says so. To be closed.
    """

    def __init__(self, recorded: Recorded, study: Study | None, prepared: Path) -> None:
        self._recorded = recorded
        self._study = study and as_frozen(study, recorded)
        self._advice = None
        if self._study is not None and recorded.order is not None and recorded.protocol.ai:
            self._advice = Advice(self._study, recorded.order, prepared)
        self._of_trial = _by_trial(recorded.events)
        hashed = [event for event in recorded.events if isinstance(event, SeriesHashed)]
        self._hashes = {(event.trial, event.series_uid): event.stored_sha256 for event in hashed}

    def close(self) -> None:
        """Let go of the threads that make AI results."""
        if self._advice is not None:
            self._advice.close()

    def fetch(self, trial: int) -> Fetched:
        """Images and AI results of a trial, each compared with what the log says of it."""
        events = self._of_trial.get(trial, ())
        case = next((event.case for event in events if isinstance(event, TrialStarted)), "")
        if not case:
            return NOTHING
        if self._study is None or case not in {each.id for each in self._study.cases}:
            words = translate("Replay", "The images of case {case} are not here.")
            return Fetched(checks=(Check("unknown", words.format(case=case)),))
        volumes, checks = self._images(case, [event for event in events if isinstance(event, SeriesOpened)])
        results, told = self._results(trial, [event for event in events if isinstance(event, AIResultLoaded)])
        return Fetched(volumes, results, (*checks, *told))

    def _images(self, case: str, opened: Iterable[SeriesOpened]) -> tuple[dict[str, Volume], tuple[Check, ...]]:
        last: dict[str, SeriesOpened] = {}  # stacks grow while they arrive
        wanted: dict[str, None] = {}
        for each in opened:
            last[each.series_uid] = each
            wanted[each.series_uid.partition("@")[0]] = None
        try:
            headers = {header.key: header for path in self._paths(case) for header in scan(path).series}
        except StudyProblem as problem:
            return {}, (Check("different", f"{case}: {problem.what}"),)
        volumes: dict[str, Volume] = {}
        checks: list[Check] = []
        for key in wanted:
            try:
                volumes |= {key: load(headers[key])} if key in headers else {}
            except StudyProblem as problem:
                checks.append(Check("different", f"{case}: {problem.what}"))
            else:
                checks.append(self._compared(case, key, volumes.get(key), last.get(key)))
        return volumes, tuple(checks)

    def _compared(self, case: str, key: str, volume: Volume | None, opened: SeriesOpened | None) -> Check:
        arrives = self._recorded.protocol.station is not None
        if arrives and volume is not None and opened is not None and opened.frames < volume.header.frames:
            words = translate("Replay", "Case {case}: {seen} of {all} images had arrived when it was seen last.")
            return Check("unknown", words.format(case=case, seen=opened.frames, all=volume.header.frames))
        return compared(case, volume, opened, self._hashes.get((opened.trial if opened else -1, key), ""))

    def _paths(self, case: str) -> list[Path]:
        """Where the case's images may lie: its own, and further acquisitions of a technician's study."""
        assert self._study is not None  # fetch has asked
        station = self._study.protocol.station
        found = self._study.case(case)
        named = [found.attributes.get(column, "").strip() for column in (station.repeat, station.previous) if column]
        return [found.path, *(self._study.file(each) for each in named if each and self._study.file(each).exists())]

    def _results(self, trial: int, loaded: Iterable[AIResultLoaded]) -> tuple[dict[str, AIResult], tuple[Check, ...]]:
        results: dict[str, AIResult] = {}
        checks: dict[str, Check] = {}
        for each in loaded:
            if each.digest in results:
                continue
            result, checks[each.ai] = self._result(trial, each)
            if result is not None:
                results[each.digest] = result
        return results, tuple(checks.values())

    def _result(self, trial: int, loaded: AIResultLoaded) -> tuple[AIResult | None, Check]:
        """The result, only where it is the very one that was shown: another would be painted over the wrong images."""
        if self._advice is None:
            return None, Check("unknown", translate("Replay", "The result of {ai} is not here.").format(ai=loaded.ai))
        try:
            made = self._advice.result(trial, loaded.ai, frozenset({loaded.ai})).result()
        except StudyProblem as problem:
            return None, Check("unknown", f"{loaded.ai}: {problem.what}")
        if not loaded.digest:
            words = translate("Replay", "The log is too old to say which result of {ai} was shown.")
            return made.result, Check("unknown", words.format(ai=loaded.ai))
        if made.digest != loaded.digest:
            words = translate("Replay", "The result of {ai} is another than the one that was shown: it is left out.")
            return None, Check("different", words.format(ai=loaded.ai))
        return made.result, Check("same", translate("Replay", "{ai}: the result of then.").format(ai=loaded.ai))


def as_frozen(study: Study, recorded: Recorded) -> Study:
    """The study's cases and files under the protocol that was in force."""
    wanted = recorded.sitting.protocol_sha256
    if study.sha256 == wanted:
        return study
    return replace(study, protocol=recorded.protocol, sha256=wanted, source_text=recorded.source.decode("utf-8-sig"))


@contextmanager
def prepared_folder(around: Path) -> Iterator[Path]:
    """Where AI results were kept when they were shown, in the folder around the store; one of its own if not there."""
    beside = around / PREPARED
    if beside.is_dir():
        yield beside
        return
    with tempfile.TemporaryDirectory(prefix="readerlab-replay-") as folder:
        yield Path(folder)


def _by_trial(events: Sequence[Event]) -> dict[int, list[Event]]:
    """What was said of each trial's case, series and results."""
    found: dict[int, list[Event]] = {}
    for event in events:
        if isinstance(event, TrialStarted | SeriesOpened | AIResultLoaded):
            found.setdefault(event.trial, []).append(event)
    return found


def compared(case: str, volume: Volume | None, opened: SeriesOpened | None, sha256_of_then: str) -> Check:
    """A series of the files against what the log says of it: its pixels by their hash, else its size and place."""
    if volume is None:
        return Check("different", translate("Replay", "Case {case}: a series is not there.").format(case=case))
    if sha256_of_then and pixel_digest(volume) != sha256_of_then:
        return Check("different", translate("Replay", "Case {case}: NOT the same images.").format(case=case))
    if opened is not None and not _is_placed_as_then(volume.header, opened):
        words = translate("Replay", "Case {case}: a series has another size or place than then.")
        return Check("different", words.format(case=case))
    if sha256_of_then:
        return Check("same", translate("Replay", "Case {case}: every pixel as it was.").format(case=case))
    words = translate("Replay", "Case {case}: the log has no hash of a series; size and place are those of then.")
    return Check("unknown", words.format(case=case))


def _is_placed_as_then(header: SeriesHeader, opened: SeriesOpened) -> bool:
    if (header.rows, header.columns, header.frames) != (opened.rows, opened.columns, opened.frames):
        return False
    own = () if header.affine is None else tuple(float(value) for value in header.affine.ravel())
    return len(own) == len(opened.affine) and bool(np.allclose(own, opened.affine, atol=PLACE_MM))
