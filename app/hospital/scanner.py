"""A simulated scanner: sends the slices of an exam into a folder, one after the other, at the pace of a scan.

What belongs here: sending files, and what the station asks of whoever sends. What does not: noticing that they came
(arrivals), which exam comes when (a protocol).
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from app.hospital.arrivals import COMPLETE, PART
from study_configs.problem import StudyProblem


class Sender(Protocol):
    """Brings one acquisition into a folder by the rules of app.hospital.arrivals. `problem` says why it could not."""

    problem: StudyProblem | None

    def start(self) -> None: ...

    def stop(self) -> None: ...


def slices_of(exam: Path) -> tuple[Path, ...]:
    """The files of an exam in the order in which a scanner sends them: series by series, slice by slice.

    Raises StudyProblem where there is no image.
    """
    from viewers.dicom.scan import scan

    files = [instance.path for series in scan(exam).series for instance in series.instances]
    return tuple(dict.fromkeys(files))


class Scanner:
    """Sends one exam into `folder` in a thread of its own; what has come before is not sent again."""

    def __init__(self, exam: Path, folder: Path, slices_per_s: float) -> None:
        self._exam, self._folder, self._wait_s = exam, folder, 1 / slices_per_s
        self._stop = Event()
        self._thread = Thread(target=self._send, name="scanner", daemon=True)
        self.problem: StudyProblem | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Send no more; waits until nothing is written any longer."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def wait(self, timeout_s: float) -> bool:
        """Whether everything was sent within the time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _send(self) -> None:
        if (self._folder / COMPLETE).exists():
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._send_slices()
        except StudyProblem as problem:
            self.problem = problem
        except OSError as error:
            what = f"The simulated scanner cannot send the exam: {error.strerror}."
            self.problem = StudyProblem(what, where=str(self._folder), todo="Check the disk, then try again.")

    def _send_slices(self) -> None:
        """At the scan's pace from the first slice on, so that a slow machine falls behind no further than it must."""
        numbered = enumerate(slices_of(self._exam), 1)
        pairs = [(file, self._folder / f"{number:05d}.dcm") for number, file in numbered]
        due_s = time.monotonic()
        for file, target in pairs:
            if _is_there(file, target):
                continue
            due_s += self._wait_s
            if self._stop.wait(max(0.0, due_s - time.monotonic())):
                return
            _put(file, target)
        (self._folder / COMPLETE).touch()


def _is_there(file: Path, target: Path) -> bool:
    """Whether it came before the sitting was interrupted; after a power cut its name may be there without the whole."""
    return target.exists() and target.stat().st_size == file.stat().st_size


def _put(file: Path, target: Path) -> None:
    """A name of its own says nothing of the exam, and the file is there whole or not at all."""
    part = target.with_name(target.name + PART)
    shutil.copyfile(file, part)
    part.replace(target)
