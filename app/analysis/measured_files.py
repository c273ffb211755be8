"""What readers measured, painted and set apart, from a store to DICOM: files for each reader and trial.

What belongs here: which drawings stood at a trial's end, and which files they become. What does not: the form of those
files (viewers.measuring).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from app.reading.measured import board_from
from app.reading.state import Drawing
from app.store.location import Location, open_any
from app.store.verify import blaming_damage
from app.tracking.events import (
    Event,
    KeyImagesChanged,
    MeasurementMade,
    MeasurementRemoved,
    SegmentPainted,
    SegmentRemoved,
    TrialStarted,
)
from study_configs.problem import StudyProblem
from study_configs.study import Study
from viewers.comparing.key_images import KeyImage
from viewers.dicom.scan import scan
from viewers.measuring.history import Board
from viewers.volume import SeriesHeader

DRAWINGS = (MeasurementMade, MeasurementRemoved, SegmentPainted, SegmentRemoved)


@dataclass(slots=True)
class DrawnTrial:
    """Everything that a reader drew in one trial."""

    case: str
    drawn: list[Drawing] = field(default_factory=list)
    key_images: tuple[str, ...] = ()  # as the log names them

    @property
    def board(self) -> Board:
        return board_from(self.drawn)


@dataclass(frozen=True, slots=True)
class Written:
    """One file that was written, and what it could not hold, in words."""

    path: Path
    left_out: tuple[str, ...] = ()


def write_measurements(store: Location, study: Study, folder: Path) -> Iterator[Written]:
    """Writes the drawings of every reader of a study. Raises StudyProblem where there are none, or writing fails."""
    with blaming_damage(store), open_any(store) as reader:
        courses = [(each.reader, reader.course(each.reader, study.sha256)) for each in reader.enrolments(study.sha256)]
    drawn = [(who, n, trial) for who, course in courses for n, trial in drawn_trials(course, study)]
    drawn = [(who, n, trial) for who, n, trial in drawn if trial.drawn or trial.key_images]
    if not drawn:
        what = "Nobody has measured, painted or set apart anything in this study."
        raise StudyProblem(what, where=str(store), todo="Check that the study is the one that was read.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for who, number, trial in drawn:
            headers = scan(study.case(trial.case).path).series
            stem = folder / f"{who}-trial-{number:03}"
            yield from _written(trial.board, headers, stem, who)
            yield from _selected(trial.key_images, headers, stem, who)
    except OSError as error:
        what = f"The measurements can't be written ({error.strerror})."
        raise StudyProblem(what, where=str(folder), todo="Choose a folder that you may write in.") from error


def drawn_trials(course: Iterable[Event], study: Study) -> Iterator[tuple[int, DrawnTrial]]:
    """What stood at the end of each trial; where interrupted trials begin anew, only what was drawn since then."""
    begins_anew = study.protocol.reading.interrupted.same_case == "restart"
    trials: dict[int, DrawnTrial] = {}
    for event in course:
        if isinstance(event, TrialStarted) and (begins_anew or event.trial not in trials):
            trials[event.trial] = DrawnTrial(event.case)
        elif isinstance(event, DRAWINGS):
            trials[event.trial].drawn.append(event)
        elif isinstance(event, KeyImagesChanged):
            trials[event.trial].key_images = event.images
    yield from sorted(trials.items())


def _written(board: Board, headers: tuple[SeriesHeader, ...], stem: Path, reader: str) -> Iterator[Written]:
    from viewers.measuring.reports import write_report
    from viewers.measuring.segments import write_segments

    if board.measurements:
        path = Path(f"{stem}-report.dcm")
        left = write_report(board.measurements, headers, path, reader=reader)
        yield Written(path, tuple(f"{each.measurement}: {each.why}" for each in left))
    painted = sorted((s for s in board.segments if not s.mask.is_empty), key=lambda segment: segment.series)
    for number, (series, segments) in enumerate(groupby(painted, key=lambda segment: segment.series), 1):
        header = next((header for header in headers if header.key == series), None)
        if header is None:
            raise StudyProblem("The images of a painted segment are not among the case's.", where=str(stem))
        path = Path(f"{stem}-segments-{number}.dcm")
        write_segments(list(segments), header, path, reader=reader)
        yield Written(path)


def _selected(images: tuple[str, ...], headers: tuple[SeriesHeader, ...], stem: Path, reader: str) -> Iterator[Written]:
    from viewers.measuring.key_objects import write_key_objects

    if images:
        chosen = [key_image_named(name, headers, stem) for name in images]
        yield from (Written(path) for path in write_key_objects(chosen, headers, stem, reader=reader))


def key_image_named(name: str, headers: Iterable[SeriesHeader], where: Path) -> KeyImage:
    """The image that the log calls so: SOP instance UID, with "#frame" (from 0) where that is not the first."""
    sop_uid, _, frame = name.partition("#")
    for header in headers:
        for index, instance in enumerate(header.instances):
            if (instance.sop_uid, instance.frame) == (sop_uid, int(frame or 0)):
                return KeyImage(header.key, sop_uid, instance.frame, index)
    raise StudyProblem("A key image is not among the case's images.", where=f"{where}: {name}")
