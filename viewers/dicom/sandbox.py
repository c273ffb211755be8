"""Decoding in child processes with limits: what a hostile or broken image kills is a child, never the sitting.

What belongs here: starting children, handing them work, checking what they return, who comes first. What does not:
the codecs.
"""

from __future__ import annotations

import atexit
import json
import math
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import ProgramError
from viewers.dicom.arena import Arena
from viewers.dicom.problems import BadFile
from viewers.volume import PixelFormat

WORKERS = max(2, min(4, os.cpu_count() or 2))
MOST_WORKERS = WORKERS + 2  # where all are held up by images that take for ever
PATIENCE_S = 2.0  # how long a job waits for a child before one more is started
TIME_LIMIT_S = 30.0
LOOK_S = 1.0  # at least so often somebody looks whether a child takes too long
MEMORY_LIMIT_BYTES = 4 << 30  # of address space, where the system can limit it
AHEAD = 2  # frames on their way at once: one is decoded while the one before is copied out
SLOTS = AHEAD + 1  # with one more the child never writes where a frame is still being copied out
QUICK_S = 0.008  # a frame that takes longer does not wait in a child: the reader may want another one first
SMALL_BYTES = 4 << 20
URGENT, USUAL = 0, 1
ROOT = Path(__file__).resolve().parents[2]
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from viewers.dicom.sandbox_worker import main; main(int(sys.argv[2]))"
)
# One thread each; with glibc, buffers that are kept from frame to frame (page faults cost up to a tenth of the time)
CHILD_ENVIRONMENT = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1") | dict.fromkeys(
    ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(64 << 20)
)
Shape = tuple[int, ...]


class Work(Protocol):
    """What a child is asked for: one picture of known shape and dtype."""

    @property
    def shape(self) -> Shape: ...

    @property
    def dtype(self) -> np.dtype[np.generic]: ...

    def request(self) -> dict[str, object]: ...


@dataclass(frozen=True, slots=True)
class Job:
    """The bare stored values of one frame: where its compressed bytes are, and what must come out."""

    path: Path
    parts: tuple[tuple[int, int], ...]
    syntax: str
    form: PixelFormat

    @property
    def shape(self) -> Shape:
        size = (self.form.rows, self.form.columns)
        return size if self.form.samples == 1 else (*size, self.form.samples)

    @property
    def dtype(self) -> np.dtype[np.generic]:
        return self.form.dtype

    def request(self) -> dict[str, object]:
        return {"path": str(self.path), "parts": self.parts, "syntax": self.syntax, "form": asdict(self.form)}


@dataclass(frozen=True, slots=True)
class FrameJob:
    """One frame as a volume keeps it (`decode.display_frame`): the child reads the file's header too."""

    path: Path
    frame: int
    shape: Shape
    dtype: np.dtype[np.generic]

    def request(self) -> dict[str, object]:
        return {"path": str(self.path), "frame": self.frame}


@dataclass(frozen=True, slots=True)
class _Sent:
    work: Work
    slot: int
    slot_bytes: int

    @property
    def size(self) -> int:
        return bytes_of(self.work)


def bytes_of(work: Work) -> int:
    """The memory that a picture takes."""
    return math.prod(work.shape) * work.dtype.itemsize


class Worker:
    """One child process and the memory that it shares with us. Started at its first job, again after a death.

    Used by one thread at a time. Jobs may be sent before the ones ahead were received, up to `depth` in all and of one
    size; a child that dies or takes too long costs the job it was at, and those behind it go to the next child.
    """

    def __init__(self, time_limit_s: float = TIME_LIMIT_S, memory_bytes: int = MEMORY_LIMIT_BYTES) -> None:
        self._time_limit_s = time_limit_s
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._arena: Arena | None = None
        self._starting = threading.Lock()
        self._sent: deque[_Sent] = deque()
        self._slot = 0
        self._began = 0.0  # when the job at the head was begun
        self._took_s = math.inf
        self._is_late = False
        self._is_over = threading.Event()

    @property
    def depth(self) -> int:
        """How many jobs of the present kind may be on their way."""
        is_small = not self._sent or self._sent[0].size <= SMALL_BYTES
        return AHEAD if is_small and self._took_s < QUICK_S else 1

    def decode(self, work: Work) -> NDArray[np.generic]:
        """The picture, a copy of our own. Raises BadFile where the child fails, dies or takes too long."""
        target = np.empty(work.shape, work.dtype)
        self.send(work)
        self.receive(target)
        return target

    def send(self, work: Work) -> None:
        """Puts a job behind those that are on their way."""
        if not self._sent:
            self._running()  # a child that died at rest is no fault of this job
            self._began = time.monotonic()
        slot_bytes = self._sent[-1].slot_bytes if self._sent else bytes_of(work)
        if len(self._sent) >= AHEAD or bytes_of(work) > slot_bytes:
            raise ProgramError("Jobs sent ahead are few and of one size.")
        self._slot = (self._slot + 1) % SLOTS
        sent = _Sent(work, self._slot, slot_bytes)
        self._shared().room_for(slot_bytes * (SLOTS if slot_bytes <= SMALL_BYTES else 1))
        self._sent.append(sent)
        self._write(sent)

    def receive(self, target: NDArray[np.generic], meanwhile: Callable[[], None] = lambda: None) -> None:
        """Copies the picture of the job that was sent first into `target`, as soon as it is decoded.

        `meanwhile` may send the next one: it is called after the child is free (before the copy, or after it where
        frames are large), also where the job failed. Raises BadFile.
        """
        sent = self._sent[0]
        try:
            reply = self._reply()
        except (OSError, ValueError) as error:
            problem = self._post_mortem()
            self._next_begins(was_lost=True)
            meanwhile()
            raise problem from error
        self._next_begins(was_lost=False)
        if sent.slot_bytes > SMALL_BYTES:  # large frames share one place: the next may only come once this is out
            try:
                self._copy(reply, sent, target)
            finally:
                meanwhile()
            return
        meanwhile()
        self._copy(reply, sent, target)

    def _copy(self, reply: dict[str, object], sent: _Sent, target: NDArray[np.generic]) -> None:
        _check(reply, sent.work)
        start = self._start_of(sent)
        pixels = np.frombuffer(self._shared().room_for(0), sent.work.dtype, math.prod(sent.work.shape), start)
        np.copyto(target, pixels.reshape(sent.work.shape))

    def start(self) -> None:
        """Starts the child where none is running, without waiting for it."""
        self._running()

    def close(self) -> None:
        """Ends the child and gives its memory back; another job would begin anew."""
        self._stop()
        self._sent.clear()
        if self._arena is not None:
            self._arena.close()
            self._arena = None

    def trim(self) -> None:
        """Gives back the memory of a large image."""
        if self._arena is not None and not self._sent:
            self._arena.trim()

    @staticmethod
    def _start_of(sent: _Sent) -> int:
        return sent.slot * sent.slot_bytes if sent.slot_bytes <= SMALL_BYTES else 0

    def _shared(self) -> Arena:
        if self._arena is None:
            self._arena = Arena()
        return self._arena

    def _write(self, sent: _Sent) -> None:
        request = sent.work.request() | {
            "arena": self._shared().handle,
            "at": self._start_of(sent),
            "bytes": sent.size,
        }
        pipe = self._running().stdin
        assert pipe is not None  # as _launch made it
        try:
            pipe.write(json.dumps(request).encode() + b"\n")
            pipe.flush()
        except OSError:
            return  # it died; whoever waits for the reply will find out why

    def _reply(self) -> dict[str, object]:
        process = self._running()
        assert process.stdout is not None  # as _launch made it
        return _checked(json.loads(process.stdout.readline(10_000)))

    def _next_begins(self, *, was_lost: bool) -> None:
        """The job at the head is through; those behind it are lost with a dead child and go to a new one."""
        now = time.monotonic()
        self._took_s = math.inf if was_lost else now - self._began
        self._began = now
        self._sent.popleft()
        if was_lost:
            for sent in self._sent:
                self._write(sent)

    def _post_mortem(self) -> BadFile:
        code = self._stop()
        if self._is_late:
            why = f"took longer than {self._time_limit_s:g} s"
        elif code is not None and code < 0:
            why = f"died of signal {-code}"
        else:
            why = f"ended with status {code}"
        self._is_late = False
        return BadFile(
            f"Its pixels cannot be decoded: the decoder {why}.", todo="Leave it out; other files are not affected."
        )

    def _running(self) -> subprocess.Popen[bytes]:
        with self._starting:
            if self._process is None or (self._process.poll() is not None and not self._sent):
                self._stop()
                self._process = self._launch()
            return self._process

    def _launch(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", START, str(ROOT), str(self._memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=self._shared().inherited,
            env=os.environ | CHILD_ENVIRONMENT,
        )
        self._is_over = threading.Event()
        threading.Thread(target=self._watch, args=(process, self._is_over), name="decoder-watch", daemon=True).start()
        return process

    def _watch(self, process: subprocess.Popen[bytes], is_over: threading.Event) -> None:
        """Ends the child where one job takes longer than it may."""
        left = LOOK_S
        while not is_over.wait(min(left, LOOK_S)):
            left = self._began + self._time_limit_s - time.monotonic() if self._sent else LOOK_S
            if left <= 0:
                self._is_late = True
                process.kill()
                return

    def _stop(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        self._is_over.set()
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
    def _hang_up(process: subprocess.Popen[bytes]) -> bool:
        """Closing its input asks the child to end."""
        try:
            if process.stdin:
                process.stdin.close()
        except BrokenPipeError:
            return True  # it has ended already
        return True


def _checked(untrusted: object) -> dict[str, object]:
    if not isinstance(untrusted, dict):
        raise ValueError("no object")  # noqa: TRY004  (a broken reply, handled like an unreadable one)
    return untrusted


def _check(reply: dict[str, object], work: Work) -> None:
    """That the child has written what was asked for. Raises BadFile."""
    if reply.get("what"):
        raise BadFile(str(reply["what"])[:400], todo=str(reply.get("todo", ""))[:400])
    if reply.get("error"):
        raise BadFile(f"Its pixels cannot be decoded ({str(reply['error'])[:200]}).", todo="Leave it out.")
    if reply.get("shape") != list(work.shape) or reply.get("dtype") != work.dtype.str:
        raise BadFile("Its pixels do not decode to the size that its header says.", todo="Leave it out.")


@dataclass(slots=True, eq=False)
class _Waiting:
    """A thread that waits for a child; how urgent it is may change while it waits."""

    urgency: Callable[[], int]
    is_granted: threading.Event = field(default_factory=threading.Event)
    worker: Worker | None = None


class Pool:
    """The children, each lent to one caller at a time: first the most urgent one, then who waits longest."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._all = [Worker() for _ in range(workers)]
        self._idle = list(reversed(self._all))  # the one used last is lent first
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for a child."""
        return bool(self._waiting)

    @contextmanager
    def lent(self, urgency: Callable[[], int] = lambda: USUAL) -> Iterator[Worker]:
        """A child for a `with` block, in which everything sent must be received."""
        worker = self._take(urgency)
        try:
            yield worker
        finally:
            worker.trim()
            with self._lock:
                self._idle.append(worker)
                self._grant()

    def decode(self, work: Work) -> NDArray[np.generic]:
        with self.lent() as worker:
            return worker.decode(work)

    def warm_up(self) -> None:
        """Starts the first child before its first job; it needs a few tenths of a second."""
        self._all[0].start()

    def close(self) -> None:
        for worker in self._all:
            worker.close()

    def _take(self, urgency: Callable[[], int]) -> Worker:
        waiting = _Waiting(urgency)
        with self._lock:
            self._waiting.append(waiting)
            self._grant()
        while not waiting.is_granted.wait(PATIENCE_S):
            self._grow()
        assert waiting.worker is not None  # it came with the grant
        return waiting.worker

    def _grant(self) -> None:
        while self._idle and self._waiting:
            chosen = min(self._waiting, key=lambda each: each.urgency())
            self._waiting.remove(chosen)
            chosen.worker = self._idle.pop()
            chosen.is_granted.set()

    def _grow(self) -> None:
        with self._lock:
            if len(self._all) < MOST_WORKERS and not self._idle:
                self._all.append(Worker())
                self._idle.append(self._all[-1])
                self._grant()


_pool = Pool()
atexit.register(_pool.close)


def warm_up() -> None:
    """Starts a child ahead of the first job. Called once images that need one have been seen."""
    _pool.warm_up()


@contextmanager
def lent(urgency: Callable[[], int] = lambda: USUAL) -> Iterator[Worker]:
    """A child of one's own for a `with` block; what is URGENT when one comes free goes first."""
    with _pool.lent(urgency) as worker:
        yield worker


def is_wanted() -> bool:
    """Whether somebody waits for a child: time to send no more and to give it back."""
    return _pool.is_wanted


def decode(work: Work) -> NDArray[np.generic]:
    """Decodes one frame in a child process. Called from any thread; waits where all children are busy."""
    return _pool.decode(work)
