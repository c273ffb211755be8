"""Codecs in child processes with limits: what a hostile or broken image kills is a child, never the sitting.

What belongs here: starting children, handing them work, checking what they return. What does not: the codecs.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import LifoQueue

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import ProgramError
from viewers.dicom.arena import Arena
from viewers.dicom.problems import BadFile
from viewers.volume import PixelFormat

WORKERS = 2
TIME_LIMIT_S = 30.0
MEMORY_LIMIT_BYTES = 4 << 30  # of address space, where the system can limit it
ROOT = Path(__file__).resolve().parents[2]
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from viewers.dicom.sandbox_worker import main; main(int(sys.argv[2]))"
)


@dataclass(frozen=True, slots=True)
class Job:
    """One frame to decode: where its compressed bytes are, and what must come out."""

    path: Path
    parts: tuple[tuple[int, int], ...]
    syntax: str
    form: PixelFormat

    @property
    def shape(self) -> tuple[int, ...]:
        size = (self.form.rows, self.form.columns)
        return size if self.form.samples == 1 else (*size, self.form.samples)

    @property
    def bytes_out(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64)) * self.form.dtype.itemsize


class Worker:
    """One child process and the memory that it shares with us. Started at its first job, again after a death."""

    def __init__(self, time_limit_s: float = TIME_LIMIT_S, memory_bytes: int = MEMORY_LIMIT_BYTES) -> None:
        self._time_limit_s = time_limit_s
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[str] | None = None
        self._arena: Arena | None = None
        self._starting = threading.Lock()

    def decode(self, job: Job) -> NDArray[np.generic]:
        """The frame's pixels, a copy of our own. Raises BadFile where the child fails, dies or takes too long."""
        memory = self._shared().room_for(job.bytes_out)
        reply = self._ask(job)
        if reply.get("error"):
            raise BadFile(f"Its pixels cannot be decoded ({str(reply['error'])[:200]}).", todo="Leave it out.")
        if reply.get("bytes") != job.bytes_out:
            raise BadFile("Its pixels do not decode to the size that its header says.", todo="Leave it out.")
        count = job.bytes_out // job.form.dtype.itemsize
        return np.frombuffer(memory, job.form.dtype, count).reshape(job.shape).copy()

    def start(self) -> None:
        """Starts the child where none is running, without waiting for it."""
        self._running()

    def close(self) -> None:
        """Ends the child and gives its memory back; another job would begin anew."""
        self._stop()
        if self._arena is not None:
            self._arena.close()
            self._arena = None

    def _shared(self) -> Arena:
        if self._arena is None:
            self._arena = Arena()
        return self._arena

    def _ask(self, job: Job) -> dict[str, object]:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise ProgramError("The decoder has no pipes.")
        late = threading.Event()
        timer = threading.Timer(self._time_limit_s, _end_late, (process, late))
        timer.start()
        try:
            process.stdin.write(_message(job, self._shared().handle) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline(10_000)
            return _checked(json.loads(answer))
        except (OSError, ValueError) as error:
            raise self._post_mortem(late.is_set()) from error
        finally:
            timer.cancel()

    def _post_mortem(self, late: bool) -> BadFile:
        code = self._stop()
        if late:
            why = f"took longer than {self._time_limit_s:g} s"
        elif code is not None and code < 0:
            why = f"died of signal {-code}"
        else:
            why = f"ended with status {code}"
        return BadFile(
            f"Its pixels cannot be decoded: the decoder {why}.", todo="Leave it out; other files are not affected."
        )

    def _running(self) -> subprocess.Popen[str]:
        with self._starting:
            if self._process is None or self._process.poll() is not None:
                self._stop()
                self._process = self._launch()
            return self._process

    def _launch(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", START, str(ROOT), str(self._memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            pass_fds=self._shared().inherited,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )

    def _stop(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        try:
            code: int | None = (
                process.wait(0.5) if process.poll() is None and self._hang_up(process) else process.poll()
            )
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if process.stdout:
            process.stdout.close()
        return code

    @staticmethod
    def _hang_up(process: subprocess.Popen[str]) -> bool:
        """Closing its input asks the child to end."""
        try:
            if process.stdin:
                process.stdin.close()
        except BrokenPipeError:
            return True  # it has ended already
        return True


def _end_late(process: subprocess.Popen[str], late: threading.Event) -> None:
    late.set()
    process.kill()


def _message(job: Job, arena: str) -> str:
    return json.dumps(
        {
            "path": str(job.path),
            "parts": job.parts,
            "syntax": job.syntax,
            "form": asdict(job.form),
            "arena": arena,
            "bytes": job.bytes_out,
        }
    )


def _checked(untrusted: object) -> dict[str, object]:
    if not isinstance(untrusted, dict):
        raise ValueError("no object")  # noqa: TRY004  (a broken reply, handled like an unreadable one)
    return untrusted


class Pool:
    """At most WORKERS children, handed to one caller each; the one used last is handed out first."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._idle: LifoQueue[Worker] = LifoQueue()
        self._all = [Worker() for _ in range(workers)]
        for worker in reversed(self._all):
            self._idle.put(worker)

    def decode(self, job: Job) -> NDArray[np.generic]:
        worker = self._idle.get()
        try:
            return worker.decode(job)
        finally:
            self._idle.put(worker)

    def warm_up(self) -> None:
        """Starts the first child before its first job; it needs a few tenths of a second."""
        self._all[0].start()

    def close(self) -> None:
        for worker in self._all:
            worker.close()


_pool = Pool()
atexit.register(_pool.close)


def warm_up() -> None:
    """Starts a child ahead of the first job. Called once compressed images have been seen."""
    _pool.warm_up()


def decode(job: Job) -> NDArray[np.generic]:
    """Decodes one frame in a child process. Called from any thread; waits where all children are busy."""
    return _pool.decode(job)
