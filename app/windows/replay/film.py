"""A sitting as a film: frames drawn off the screen, into one file or a folder of pictures.

What belongs here: which moments, drawing them, files that are whole or not there. What does not: what a moment looks
like (view).

MP4 holds VP9, which OpenCV's wheel brings under the LGPL: current browsers and PowerPoint play it. H.264 would need
x264 (GPL) or a patent licence. An animated WebP is for pages such as a README.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.analysis.replay.signs import past_stretches
from app.conduct.replaying import Check
from app.windows.replay.projector import Projector, as_time
from app.windows.replay.view import ReplayView
from study_configs.problem import StudyProblem

MOST_FRAMES = 200_000
VIDEO, WEBP = (".mp4", ".webm"), ".webp"
MOST_WEBP_FRAMES = 2_000  # all of them are held in memory

Step = Callable[[int, int, str], None]
Pixels = NDArray[np.uint8]  # (rows, columns, 3), BGR


@dataclass(frozen=True, slots=True)
class FilmPlan:
    """`to` is a film (.mp4, .webm, .webp) or a folder for pictures. Times are seconds of the sitting; size in px."""

    to: Path
    size: tuple[int, int] = (1280, 720)
    speed: float = 1.0
    fps: int = 25
    skips_idle: bool = True
    from_s: float = 0.0
    until_s: float | None = None
    shows_truth: bool = False


class Sink(Protocol):
    """Takes frames one by one; `close` finishes the file."""

    def add(self, frame: Pixels, at_ns: int) -> None: ...

    def close(self) -> None: ...


def write(projector: Projector, plan: FilmPlan, step: Step) -> tuple[Check, ...]:
    """Write the film; returns what was compared with the log meanwhile. Raises StudyProblem.

    Whatever stops it, no half film is left; one that was there before stays until the new one is whole.
    """
    most = MOST_WEBP_FRAMES if plan.to.suffix == WEBP else MOST_FRAMES
    moments = list(islice(moments_of(projector, plan), most + 1))  # a log may claim to go on for centuries
    if not moments:
        raise StudyProblem("There is nothing in that part of the sitting.", todo="Ask for another part.")
    if len(moments) > most:
        what = f"The film would have more than {most:,} frames, which is as many as can be written."
        raise StudyProblem(what, todo="Ask for a higher --speed, fewer --fps, or a part of the sitting.")
    projector.speed, projector.wishes.truth = plan.speed, plan.shows_truth
    view = ReplayView(projector)
    view.resize(*plan.size)  # never shown: rendering lays it out
    seen: dict[Check, None] = {}
    try:
        with _whole(plan) as sink:
            for number, at_ns in enumerate(moments):
                seen.update(dict.fromkeys(view.show_at(at_ns).side.checks))
                sink.add(_pixels(view, plan.size), at_ns - projector.reel.starts_ns)
                step(number + 1, len(moments), as_time(at_ns - projector.reel.starts_ns))
    finally:
        view.deleteLater()
    return tuple(seen)


def moments_of(projector: Projector, plan: FilmPlan) -> Iterator[int]:
    """The moment of each frame (ns), idle stretches left out where that is wished."""
    reel = projector.reel
    at, each = reel.starts_ns + plan.from_s * 1e9, plan.speed * 1e9 / plan.fps
    last = reel.ends_ns if plan.until_s is None else min(reel.ends_ns, reel.starts_ns + plan.until_s * 1e9)
    while at <= last:
        yield round(at)
        at += each
        if plan.skips_idle:
            at = max(at, past_stretches(projector.stretches, ceil(at)))


def _pixels(view: ReplayView, size: tuple[int, int]) -> Pixels:
    QApplication.processEvents()  # words that changed are laid out anew
    image = QImage(*size, QImage.Format.Format_RGB888)
    view.render(image, QPoint())
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3)
    return np.ascontiguousarray(pixels[..., ::-1])


@contextmanager
def _whole(plan: FilmPlan) -> Iterator[Sink]:
    """Frames go beside the wished place, which gets them once all are there."""
    to = plan.to
    _refuse_place(to)
    part = to.with_name(f".{to.stem}.part{to.suffix}")
    _remove(part)
    try:
        sink = _sink(part, plan)
        yield sink
        sink.close()
        part.replace(to)
    finally:
        _remove(part)


def _refuse_place(to: Path) -> None:
    if to.is_dir() and (to.suffix in (*VIDEO, WEBP) or any(to.iterdir())):
        raise StudyProblem("There is such a folder, and it is not empty.", where=str(to), todo="Name another place.")
    if not to.suffix and to.is_file():
        raise StudyProblem("There is a file of that name.", where=str(to), todo="Name another place.")
    if to.suffix and to.suffix not in (*VIDEO, WEBP):
        todo = "Name it .mp4, .webm or .webp; or a folder, for single pictures."
        raise StudyProblem(f"Films of the kind {to.suffix} are not written.", where=str(to), todo=todo)
    if not to.parent.is_dir():
        raise StudyProblem("There is no such folder.", where=str(to.parent), todo="Make it first.")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sink(part: Path, plan: FilmPlan) -> Sink:
    if part.suffix in VIDEO:
        return VideoFile(part, plan)
    return AnimatedPicture(part, plan) if part.suffix == WEBP else Pictures(part)


class VideoFile:
    """VP9 in MP4 or WebM; odd sizes lose their last row or column, since colour is kept at half the size."""

    def __init__(self, path: Path, plan: FilmPlan) -> None:
        self._path, self._added = path, 0
        self._size = (plan.size[0] // 2 * 2, plan.size[1] // 2 * 2)
        code = cv2.VideoWriter.fourcc(*("vp09" if path.suffix == ".mp4" else "VP90"))
        self._writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, plan.fps, self._size)
        if not self._writer.isOpened():
            todo = "Look whether the folder can be written; or write single pictures: --to frames/"
            raise StudyProblem("The film can't be written.", where=str(plan.to), todo=todo)

    def add(self, frame: Pixels, at_ns: int) -> None:
        width, height = self._size
        self._writer.write(np.ascontiguousarray(frame[:height, :width]))
        self._added += 1

    def close(self) -> None:
        """The writer never says that a frame could not be written: the finished file is asked how many it has."""
        self._writer.release()
        if _frames_in(self._path) != self._added:
            what = "The film could not be written to its end: the disk is full, or it cannot be reached any more."
            raise StudyProblem(what, where=str(self._path.parent), todo="Make room, or name a place on another disk.")


def _frames_in(path: Path) -> int:
    """Those that can be read; a WebM's own count holds those that were cut off, too."""
    video, count = cv2.VideoCapture(str(path)), 0
    while video.grab():
        count += 1
    video.release()
    return count


class AnimatedPicture:
    """A WebP that plays by itself."""

    QUALITY = 55

    def __init__(self, path: Path, plan: FilmPlan) -> None:
        self._path, self._each_ms = path, round(1000 / plan.fps)
        self._frames: list[Any] = []
        self._shown_ms: list[int] = []

    def add(self, frame: Pixels, at_ns: int) -> None:
        """A frame like the one before only makes that one last longer."""
        if self._frames and np.array_equal(self._frames[-1], frame):
            self._shown_ms[-1] += self._each_ms
            return
        self._frames.append(frame)
        self._shown_ms.append(self._each_ms)

    def close(self) -> None:
        animation = cv2.Animation(0)
        animation.frames = self._frames
        animation.durations = np.array(self._shown_ms, np.int32)  # type: ignore[assignment]  # the stubs know no array
        if not cv2.imwriteanimation(str(self._path), animation, [cv2.IMWRITE_WEBP_QUALITY, self.QUALITY]):
            raise StudyProblem("The film can't be written.", where=str(self._path), todo="Look at the folder's rights.")


class Pictures:
    """PNGs, and index.csv: which picture is which moment of the sitting."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._rows: list[tuple[str, float]] = []

    def add(self, frame: Pixels, at_ns: int) -> None:
        name = f"{len(self._rows):06d}.png"
        if not cv2.imwrite(str(self._folder / name), frame):
            raise StudyProblem("A picture can't be written.", where=str(self._folder), todo="Look at the disk.")
        self._rows.append((name, round(at_ns / 1e9, 3)))

    def close(self) -> None:
        with (self._folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("picture", "seconds"))
            writer.writerows(self._rows)
