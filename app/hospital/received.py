"""What has arrived of an acquisition, as it can be shown: its stacks in memory, and what of it cannot be shown.

What belongs here: from files to volumes, whatever came in whatever order. What does not: which files are there
(arrivals), windows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.hospital.arrivals import Arrived
from study_configs.problem import StudyProblem
from study_configs.words import phrase, translate
from viewers.dicom.load import SeriesLoader
from viewers.dicom.problems import FileProblem
from viewers.dicom.scan import Scan, scan
from viewers.volume import SeriesHeader, Volume

STRANGER = phrase("Received", "Images of another patient came, too. They are not shown.")
UNREAD = phrase("Received", "Images that cannot be read: {n}. {why}")


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """One stack of the acquisition; `lost` are its slices that cannot be decoded, and `newest` the slice that came last
    with when it came, counted in files from 0."""

    volume: Volume
    lost: Mapping[int, FileProblem]
    newest: int
    came: int


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """`slices` are all that can be shown, `remarks` what cannot and why, a sentence each for whoever looks."""

    stacks: tuple[Stack, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def slices(self) -> int:
        return sum(stack.volume.header.frames - len(stack.lost) for stack in self.stacks)


def received(there: Arrived) -> Received:
    """What can be shown of the files, read anew. Raises StudyProblem where it does not fit into memory."""
    try:
        found = scan(there.files)
    except StudyProblem:  # there is not one image yet
        return Received()
    order = {path: number for number, path in enumerate(there.files)}
    kept = _of_one_patient(found.series)
    stacks = tuple(_loaded(header, order) for header in kept)
    return Received(stacks, (*_strangers(found.series, kept), *_unread(found, stacks)))


def _of_one_patient(headers: tuple[SeriesHeader, ...]) -> tuple[SeriesHeader, ...]:
    """The stacks of the patient with the most images: what was sent along by mistake is never laid before anybody."""
    images: Counter[str] = Counter()
    for header in headers:
        images[header.patient] += header.frames
    return tuple(header for header in headers if header.patient == images.most_common(1)[0][0])


def _loaded(header: SeriesHeader, order: Mapping[Path, int]) -> Stack:
    loader = SeriesLoader()
    volume = loader.start(header)
    loader.wait()
    came = [order.get(instance.path, 0) for instance in header.instances]
    return Stack(volume, dict(loader.failures), came.index(max(came)), max(came))


def _strangers(found: tuple[SeriesHeader, ...], kept: tuple[SeriesHeader, ...]) -> tuple[str, ...]:
    return (translate("Received", STRANGER),) if len(kept) < len(found) else ()


def _unread(found: Scan, stacks: tuple[Stack, ...]) -> tuple[str, ...]:
    problems = [*found.problems, *(problem for stack in stacks for problem in stack.lost.values())]
    if not problems:
        return ()
    return (translate("Received", UNREAD).format(n=len(problems), why=problems[0].what),)
