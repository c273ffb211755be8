"""A folder, a file or a list of files as the stacks of images in it, and what cannot be read.

What belongs here: walking folders and sorting files into images, other objects and problems. What does not: pixels.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from study_configs.problem import StudyProblem
from viewers.dicom import sandbox
from viewers.dicom.archives import shown
from viewers.dicom.copies import differs
from viewers.dicom.elements import Elements, read_elements
from viewers.dicom.frames import Frame, frames_of
from viewers.dicom.header import is_compressed
from viewers.dicom.media import files_under, listing_problem
from viewers.dicom.problems import BadFile, FileProblem, NotDicom
from viewers.dicom.stacks import stacks
from viewers.volume import SeriesHeader

MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"
# Objects that carry pixels but are AI results or measurements over images (overlays.sources reads them)
OVERLAY_CLASSES = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("66.4", "66.7", "30", "66.1", "66.2", "66.3", "66.5", "66.6")
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class OtherObject:
    """A DICOM object that is no image: SR, SEG, presentation state, structure set …"""

    path: Path
    sop_class_uid: str
    sop_uid: str
    modality: str
    series_uid: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a folder holds. `skipped` are files that are not DICOM, `duplicates` second copies of an instance."""

    series: tuple[SeriesHeader, ...]
    problems: tuple[FileProblem, ...]
    other: tuple[OtherObject, ...] = ()
    skipped: tuple[Path, ...] = ()
    duplicates: tuple[Path, ...] = ()


def scan(paths: Path | str | Iterable[Path | str], on_progress: Progress | None = None) -> Scan:
    """The image stacks in a folder (recursive), a file or several of them.

    `on_progress(files done, files in all)` is called now and then from this thread. Raises StudyProblem where a named
    path does not exist or nothing in it is DICOM.
    """
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    sorter = _Sorter(named={str(path) for path in given})
    files = [file for path in given for file in files_under(path, sorter.problems.append)]
    for number, file in enumerate(files):
        if on_progress and number % 50 == 0:
            on_progress(number, len(files))
        sorter.take(file)
    if on_progress:
        on_progress(len(files), len(files))
    return sorter.result(given, len(files))


def first_image(paths: Path | str | Iterable[Path | str]) -> SeriesHeader | None:
    """The first readable image as a stack of its own, to be on screen while the rest is scanned, or None."""
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    for path in given:
        for file in files_under(path):
            sorter = _Sorter(named=set())
            sorter.take(file)
            if sorter.frames:
                return stacks(sorter.frames)[0]
    return None


class _Sorter:
    """Takes files one by one and keeps what each turned out to be."""

    def __init__(self, named: set[str]) -> None:
        self.named = named  # files that were asked for by name: not being DICOM is then a problem
        self.frames: list[Frame] = []
        self.problems: list[FileProblem] = []
        self.other: list[OtherObject] = []
        self.skipped: list[Path] = []
        self.duplicates: list[Path] = []
        self._uids: dict[str, Path] = {}
        self._warmed_up = False

    def take(self, file: str) -> None:
        path = Path(file)
        try:
            self._sort(read_elements(file), path)
        except NotDicom as problem:
            if file in self.named:
                self.problems.append(problem.at(shown(path)))
            else:
                self.skipped.append(path)
        except BadFile as problem:
            self.problems.append(problem.at(shown(path)))

    def _sort(self, elements: Elements, path: Path) -> None:
        sop_class = elements.text(0x00080016)
        if elements.pixel_tag == 0 or sop_class in OVERLAY_CLASSES:
            self._keep_other(elements, path, sop_class)
            return
        uid = elements.text(0x00080018)
        if uid in self._uids:
            self._keep_copy(elements, path, self._uids[uid])
            return
        found = frames_of(elements, path)
        if is_compressed(elements) and not self._warmed_up:
            sandbox.warm_up()
            self._warmed_up = True
        self.frames.extend(found)
        if uid:
            self._uids[uid] = path

    def _keep_copy(self, elements: Elements, path: Path, first: Path) -> None:
        self.duplicates.append(path)
        if differs(elements, path, first):
            what = f"It has the SOPInstanceUID of {shown(first).name}, but is another image. Only that one is shown."
            self.problems.append(FileProblem(shown(path), what, "Ask for the exam to be sent again."))

    def _keep_other(self, elements: Elements, path: Path, sop_class: str) -> None:
        if sop_class == MEDIA_DIRECTORY or 0x00041220 in elements.found:
            if problem := listing_problem(elements, path):
                self.problems.append(problem)
            return  # what a DICOMDIR lists lies beside it and is found anyway
        if elements.pixel_tag == 0 and _looks_like_an_image(elements):
            raise BadFile(
                "It is an image without PixelData (7FE0,0010).",
                todo="Ask for the file to be sent again, or leave it out.",
            )
        text = elements.text
        self.other.append(OtherObject(path, sop_class, text(0x00080018), text(0x00080060), text(0x0020000E)))

    def result(self, given: list[Path | str], files: int) -> Scan:
        if not (self.frames or self.problems or self.other):
            raise StudyProblem(
                f"There is no DICOM image among {files} files." if files else "There are no files.",
                where=", ".join(str(path) for path in given),
                todo="Choose a folder that holds DICOM files.",
            )
        return Scan(
            stacks(self.frames), tuple(self.problems), tuple(self.other), tuple(self.skipped), tuple(self.duplicates)
        )


def _looks_like_an_image(elements: Elements) -> bool:
    return 0x00280010 in elements.found and 0x00280011 in elements.found and 0x00280100 in elements.found
