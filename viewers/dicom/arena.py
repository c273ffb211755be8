"""Memory that a decoder's child process shares with us, under no name that could outlive a crash with pixels in it.

What belongs here: making, growing and opening it on each system. What does not: what is written in it.
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile
from pathlib import Path

SMALLEST_BYTES = 8 << 20

if sys.platform == "win32":

    class Arena:
        """A named mapping, which Windows forgets with its last user. `handle` is its name."""

        _count = 0

        def __init__(self) -> None:
            self.inherited: tuple[int, ...] = ()
            self.handle = ""
            self._memory: mmap.mmap | None = None

        def room_for(self, size: int) -> mmap.mmap:
            """At least `size` bytes of shared memory."""
            if self._memory is None or len(self._memory) < size:
                self.close()
                Arena._count += 1
                self.handle = f"readerlab-{os.getpid()}-{Arena._count}"
                self._memory = mmap.mmap(-1, max(size, SMALLEST_BYTES), tagname=self.handle)
            return self._memory

        def close(self) -> None:
            if self._memory is not None:
                self._memory.close()
                self._memory = None

        def trim(self) -> None:
            """Gives the memory of a large image back."""
            if self._memory is not None and len(self._memory) > SMALLEST_BYTES:
                self.close()

    def _opened(handle: str, size: int) -> mmap.mmap:
        return mmap.mmap(-1, size, tagname=handle)

else:

    class Arena:
        """A file without a name that the child inherits. `handle` is its descriptor, `inherited` what to pass on."""

        def __init__(self) -> None:
            self._file = tempfile.TemporaryFile(dir=_memory_folder())  # noqa: SIM115  (closed in `close`)
            self.inherited: tuple[int, ...] = (self._file.fileno(),)
            self.handle = str(self._file.fileno())
            self._memory: mmap.mmap | None = None

        def room_for(self, size: int) -> mmap.mmap:
            """At least `size` bytes of shared memory."""
            if self._memory is None or len(self._memory) < size:
                if self._memory is not None:
                    self._memory.close()
                self._file.truncate(max(size, SMALLEST_BYTES))
                self._memory = mmap.mmap(self._file.fileno(), 0)
            return self._memory

        def close(self) -> None:
            if self._memory is not None:
                self._memory.close()
                self._memory = None
            self._file.close()

        def trim(self) -> None:
            """Gives the memory of a large image back."""
            if self._memory is not None and len(self._memory) > SMALLEST_BYTES:
                self._memory.close()
                self._memory = None
                self._file.truncate(0)

    def _opened(handle: str, size: int) -> mmap.mmap:
        return mmap.mmap(int(handle), size)

    def _memory_folder() -> str | None:
        """A folder in memory with room for a large image, where there is one; None means the temporary folder."""
        folder = Path("/dev/shm")
        if not (folder.is_dir() and os.access(folder, os.W_OK)):
            return None
        state = os.statvfs(folder)
        return str(folder) if state.f_bavail * state.f_frsize > 512 << 20 else None


class Mapped:
    """The arena from within the child, kept open from job to job."""

    def __init__(self) -> None:
        self._handle = ""
        self._memory: mmap.mmap | None = None

    def part(self, handle: str, start: int, size: int) -> memoryview:
        """`size` bytes from `start` on. Release it before the next call."""
        if self._memory is None or handle != self._handle or len(self._memory) < start + size:
            if self._memory is not None:
                self._memory.close()
            self._handle, self._memory = handle, _opened(handle, start + size)
        return memoryview(self._memory)[start : start + size]
