"""A simulated scanner: sends the slices of an exam into a folder, one after the other, at the pace of a scan.

What belongs here: sending files. What does not: noticing that they came (arrivals), which exam comes when (a protocol).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Event, Thread

from app.hospital.arrivals import COMPLETE, PART
from study_configs.problem import StudyProblem


def slices_of(exam: Path) -> tuple[Path, ...]:
    """The files of an exam in the order in which a scanner sends them: series by series, slice by slice.

    Raises StudyProblem where there is no image.
    """
    from viewers.dicom.scan import scan

    files = [instance.path for series in scan(exam).series for instance in series.instances]
    return tuple(dict.fromkeys(files))


class Scanner:
    """Sends one exam into `folder` in a thread of its own. `problem` says why it could not."""

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
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for number, file in enumerate(slices_of(self._exam), 1):
                if self._stop.wait(self._wait_s):
                    return
                self._put(file, self._folder / f"{number:05d}.dcm")
            (self._folder / COMPLETE).touch()
        except StudyProblem as problem:
            self.problem = problem
        except OSError as error:
            what = f"The simulated scanner cannot send the exam: {error.strerror}."
            self.problem = StudyProblem(what, where=str(self._folder), todo="Check the disk, then open the exam again.")

    def _put(self, file: Path, target: Path) -> None:
        """A name of its own says nothing of the exam, and the file is there whole or not at all."""
        if target.exists():  # sent before the sitting was interrupted
            return
        part = target.with_name(target.name + PART)
        shutil.copyfile(file, part)
        part.replace(target)
