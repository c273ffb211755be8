"""The child process of the sandbox: one line of JSON in, pixels into shared memory, one line of JSON out.

What belongs here: limits on itself, and the loop. What does not: any trust in what it decodes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
from numpy.typing import NDArray

from viewers.dicom.arena import Mapped
from viewers.dicom.problems import BadFile

if TYPE_CHECKING:
    from viewers.dicom.decode import Source

Pixels = NDArray[np.generic]
CPU_LIMIT_S = 60  # for one frame, in all threads; the program's patience on the clock is shorter


def main(memory_bytes: int) -> None:
    """Serves until its input ends."""
    _limit(memory_bytes)
    import viewers.dicom.codecs
    import viewers.dicom.decode  # noqa: F401  (both while the program is still busy scanning)

    replies, arena = _private_output(), Mapped()
    for line in sys.stdin:
        _grant_cpu(CPU_LIMIT_S)
        replies.write(json.dumps(_answer(json.loads(line), arena)) + "\n")
        replies.flush()


def _limit(memory_bytes: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform != "darwin":  # macOS refuses it
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _grant_cpu(seconds: int) -> None:
    """Ends this process (SIGXCPU) after so much more work, even where nobody is left to end it."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _private_output() -> TextIO:
    """Replies go to a copy of the standard output, so that a codec that prints disturbs nobody."""
    replies = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return replies


def _answer(job: dict[str, Any], arena: Mapped) -> dict[str, object]:
    try:
        pixels = _pixels(job)
        if pixels.nbytes == job["bytes"]:  # another size is not written, only reported
            with arena.part(job["arena"], job["at"], job["bytes"]) as memory:
                np.copyto(np.frombuffer(memory, pixels.dtype).reshape(pixels.shape), pixels)
    except BadFile as problem:
        return {"what": problem.what, "todo": problem.todo}
    except Exception as error:  # noqa: BLE001  (codecs raise anything; the reply carries it to the program)
        return {"error": f"{type(error).__name__}: {error}"}
    return {"shape": pixels.shape, "dtype": pixels.dtype.str}


def _pixels(job: dict[str, Any]) -> Pixels:
    """One frame's bare stored values, or the frame as a volume keeps it."""
    from viewers.dicom.codecs import decode
    from viewers.dicom.decode import display_frame
    from viewers.volume import PixelFormat

    path = Path(job["path"])
    if "frame" in job:
        return display_frame(path, job["frame"], _decoded_here)
    return decode(_compressed(path, job["parts"]), job["syntax"], PixelFormat(**job["form"]))


def _decoded_here(source: Source, frame: int) -> Pixels:
    from viewers.dicom.codecs import decode

    return decode(_compressed(source.path, source.parts[frame]), source.elements.syntax, source.form)


def _compressed(path: Path, parts: list[Any]) -> bytes:
    with path.open("rb", buffering=0) as stream:
        pieces = []
        for offset, length in parts:
            stream.seek(offset)
            pieces.append(stream.read(length))
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
