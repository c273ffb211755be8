"""The child process of the sandbox: one line of JSON in, pixels into shared memory, one line of JSON out.

What belongs here: limits on itself, and the loop. What does not: any trust in what it decodes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from viewers.dicom.arena import opened


def main(memory_bytes: int) -> None:
    """Serves until its input ends."""
    _limit(memory_bytes)
    import viewers.dicom.codecs  # noqa: F401  (while the program is still busy scanning)

    replies = _private_output()
    for line in sys.stdin:
        replies.write(json.dumps(_answer(json.loads(line))) + "\n")
        replies.flush()


def _limit(memory_bytes: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform != "darwin":  # macOS refuses it
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _private_output() -> TextIO:
    """Replies go to a copy of the standard output, so that a codec that prints disturbs nobody."""
    replies = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return replies


def _answer(job: dict[str, Any]) -> dict[str, object]:
    from viewers.dicom.codecs import decode
    from viewers.volume import PixelFormat

    try:
        pixels = decode(_compressed(Path(job["path"]), job["parts"]), job["syntax"], PixelFormat(**job["form"]))
        with opened(job["arena"], job["bytes"]) as memory:
            memory[:] = pixels.tobytes()  # another size raises
    except Exception as error:  # noqa: BLE001  (codecs raise anything; the reply carries it to the program)
        return {"error": f"{type(error).__name__}: {error}"}
    return {"bytes": pixels.nbytes}


def _compressed(path: Path, parts: list[list[int]]) -> bytes:
    with path.open("rb") as stream:
        pieces = []
        for offset, length in parts:
            stream.seek(offset)
            pieces.append(stream.read(length))
    return b"".join(pieces)
