"""Zip archives as folders of DICOM files: members that look like DICOM, unpacked one by one into a private folder.

What belongs here: limits, unpacking, the names that people see. What does not: reading DICOM, walking folders (media).
"""

from __future__ import annotations

import re
import struct
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from viewers.dicom.problems import FileProblem

DIRECTORY_END = struct.Struct("<4s4H2LH")
DIRECTORY_END_64 = struct.Struct("<4sQ2H2L4Q")
BLOCK = 1 << 20
HEAD = 132


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may hold before it is refused."""

    directory_bytes: int = 64 << 20
    members: int = 100_000
    member_bytes: int = 8 << 30
    total_bytes: int = 32 << 30
    ratio: int = 200  # beyond `anyway_bytes`: blank images shrink to next to nothing, and are no bombs
    anyway_bytes: int = 64 << 20


LIMITS = ArchiveLimits()
_opened: dict[tuple[str, int, int], Archive] = {}
_opening = threading.Lock()
_shown: dict[Path, Path] = {}


def is_archive(path: Path | str) -> bool:
    """Whether a file is named and built like a zip archive."""
    return Path(path).suffix.lower() == ".zip" and Path(path).is_file() and zipfile.is_zipfile(path)


def shown(path: Path) -> Path:
    """The name of a file as people know it: of an unpacked member, its archive and its name within it."""
    return _shown.get(path, path)


def archive(path: Path | str, limits: ArchiveLimits = LIMITS) -> Archive:
    """The archive at a path; the same one as before where the file has not changed. Raises OSError."""
    state = Path(path).stat()
    key = (str(Path(path).resolve()), state.st_mtime_ns, state.st_size)
    with _opening:
        if key not in _opened:
            _opened[key] = Archive(Path(path), limits)
        return _opened[key]


class Archive:
    """Unpacks members when they are asked for; the folder that it made is removed when the program ends.

    Members get names of our own making, so that none can leave that folder. Nothing in it is followed further.
    """

    def __init__(self, path: Path, limits: ArchiveLimits = LIMITS) -> None:
        self.path = path
        self.problems: list[FileProblem] = []
        self._limits = limits
        self._lock = threading.Lock()
        self._done: list[str] = []
        self._written = 0
        self._folder = tempfile.TemporaryDirectory(prefix="readerlab-")
        self._waiting = iter(self._members())

    def files(self) -> Iterator[str]:
        """Paths of the unpacked members, in the order of their names."""
        at = 0
        while True:
            with self._lock:
                if at == len(self._done) and not self._unpack_next():
                    return
            yield self._done[at]
            at += 1

    def _members(self) -> list[zipfile.ZipInfo]:
        try:
            if _directory_bytes(self.path) > self._limits.directory_bytes:
                return self._refuse(f"It holds more than {self._limits.members} files.")
            with zipfile.ZipFile(self.path) as zipped:
                members = [one for one in zipped.infolist() if not one.is_dir() and not _is_hidden(one.filename)]
        except (OSError, zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error) as error:
            return self._refuse(f"The archive is damaged ({error}).")
        return self._checked(members)

    def _checked(self, members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
        limits = self._limits
        total = sum(one.file_size for one in members)
        packed = sum(one.compress_size for one in members)
        if len(members) > limits.members:
            return self._refuse(f"It holds {len(members)} files; the limit is {limits.members}.")
        if total > limits.total_bytes or any(one.file_size > limits.member_bytes for one in members):
            return self._refuse(f"It would unpack to {total >> 20} MiB; the limit is {limits.total_bytes >> 20} MiB.")
        if total > limits.anyway_bytes and total > limits.ratio * max(1, packed):
            return self._refuse("It would unpack to more than 200 times its size, as no images do.")
        locked = sum(1 for one in members if one.flag_bits & 1)
        if locked:
            self._report(f"{locked} of its files are locked with a password.", "Unpack it first.")
        return sorted((one for one in members if not one.flag_bits & 1), key=lambda one: one.filename)

    def _refuse(self, what: str) -> list[zipfile.ZipInfo]:
        self._report(what, "Unpack it first, or leave it out.")
        return []

    def _report(self, what: str, todo: str, member: str = "") -> None:
        self.problems.append(FileProblem(self.path / member if member else self.path, what, todo))

    def _unpack_next(self) -> bool:
        """Whether one more member has become a file."""
        for member in self._waiting:
            try:
                if self._unpack(member):
                    return True
            except (OSError, zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, RuntimeError) as error:
                self._report(
                    f"It cannot be unpacked ({error}).", "Ask for the archive to be sent again.", member.filename
                )
        return False

    def _unpack(self, member: zipfile.ZipInfo) -> bool:
        with zipfile.ZipFile(self.path) as zipped, zipped.open(member) as stream:
            head = stream.read(HEAD)
            if head[:4] == b"PK\x03\x04":
                self._report("It is an archive within an archive.", "Unpack it first.", member.filename)
            if not looks_like_dicom(head):
                return False
            target = Path(self._folder.name) / f"{len(self._done):06d}_{_plain_name(member.filename)}"
            with target.open("wb") as out:
                out.write(head)
                left = min(member.file_size, self._limits.total_bytes - self._written) - len(head)
                while left > 0 and (block := stream.read(min(BLOCK, left))):
                    out.write(block)
                    left -= len(block)
        self._written += target.stat().st_size
        _shown[target] = self.path / member.filename
        self._done.append(str(target))
        return True


def looks_like_dicom(head: bytes) -> bool:
    """Whether a file that begins so may be DICOM, with preamble or (old ones) without."""
    return head[128:132] == b"DICM" or head[:2] in (b"\x02\0", b"\x08\0")


def _is_hidden(name: str) -> bool:
    return any(
        part.startswith(".") or part == "__MACOSX" for part in re.split(r"[/\\]", name) if part not in (".", "..")
    )


def _plain_name(name: str) -> str:
    """The last part of a member's name, without anything that a file system could take amiss."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", re.split(r"[/\\]", name)[-1])[-60:]


def _directory_bytes(path: Path) -> int:
    """How large the archive's own list of members says it is, before anything parses it."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - (64 << 10) - DIRECTORY_END.size))
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + DIRECTORY_END.size > len(tail):
        return 0
    said = int(DIRECTORY_END.unpack_from(tail, at)[5])
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if said == 0xFFFFFFFF and 0 <= wide <= len(tail) - DIRECTORY_END_64.size:
        said = int(DIRECTORY_END_64.unpack_from(tail, wide)[8])
    return said
