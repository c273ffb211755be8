"""The emergency journal: rows that the store would not take, in a file of another folder until it does.

What belongs here: the file, line by line, and who may read it. What does not: when rows are held (writer), and how they
come into the store (playback).

A journal is JSON Lines, made when it is first needed and removed when the store has every row. Each line carries the
SHA-256 of the line before it and of itself, so that a last line that was torn is seen, and so is one that was changed.
The journal of an encrypted store is encrypted line by line, under the same key.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from app.store import encryption
from app.store.chain import canonical

ENDING = ".journal"
SET_ASIDE = ".set-aside"
VERSION = 1
VALUES = {"sitting": str, "seq": int, "at_ns": int, "utc": str, "kind": str, "payload": str}  # of a row, but its bytes


def default_folder() -> Path:
    """Where journals are kept unless another folder is named: the user's own, on another disk than most stores."""
    from platformdirs import user_state_path

    return Path(user_state_path("ReaderLab")) / "journals"


@dataclass(frozen=True, slots=True)
class HeldRow:
    """An event as it will stand in its row: `seq` and `hash` are its place in the chain of the sitting `sitting` (uid).

    `samples` are the dense samples that belong to it, as (codec, bytes).
    """

    sitting: str
    seq: int
    at_ns: int
    utc: str
    kind: str
    payload: str
    hash: bytes
    samples: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Journalled:
    """What a journal holds, up to its first line that is not whole.

    `is_torn` where the last line is not: somebody was cut off while writing it. `is_broken` where more lines follow it:
    the file was damaged or changed.
    """

    path: Path
    store: str
    rows: tuple[HeldRow, ...]
    is_torn: bool
    is_broken: bool


class Journal:
    """Appends held rows of one store, whose random name is `uid`. One thread uses it."""

    def __init__(self, folder: Path, uid: str, store: Path) -> None:
        self.path = folder / f"{uid}-{uuid4().hex[:8]}{ENDING}"
        self._uid, self._store = uid, store
        self._file = -1
        self._good, self._link = 0, b""

    def hold(self, rows: Sequence[HeldRow]) -> None:
        """Append rows and have them on the disk before returning. Raises OSError; then none of them counts as held."""
        if self._file < 0:
            self._begin()
        link, lines = self._link, []
        for row in rows:
            line, link = _line(_as_json(row), link)
            lines.append(encryption.closed_line(line))
        self._append(b"".join(lines), link)

    def forget(self) -> None:
        """The store has every row: remove the file. Where that fails it is played back once more, to no effect."""
        if self._file < 0:
            return
        os.close(self._file)
        self._file, self._good, self._link = -1, 0, b""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file and leave it for the next start of the store."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _begin(self) -> None:
        folder = self.path.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        try:
            _lock(self._file)
            line, link = _line(self._heading(), b"")
            self._append(encryption.closed_line(line), link)
            _sync_folder(folder)
        except OSError:
            self.forget()
            raise

    def _heading(self) -> dict[str, Any]:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        return {"journal": VERSION, "store": str(self._store), "uid": self._uid, "process": os.getpid(), "since": since}

    def _append(self, content: bytes, link: bytes) -> None:
        os.ftruncate(self._file, self._good)  # what an earlier try left half-written
        os.lseek(self._file, self._good, os.SEEK_SET)
        left = memoryview(content)
        while left:
            left = left[os.write(self._file, left) :]
        os.fsync(self._file)
        self._good, self._link = self._good + len(content), link


def _line(value: dict[str, Any], previous: bytes) -> tuple[bytes, bytes]:
    """A line and its link: SHA-256 over the link before it and the line's canonical JSON."""
    link = hashlib.sha256(previous + canonical(value).encode()).digest()
    return canonical({"is": value, "link": link.hex()}).encode() + b"\n", link


def _as_json(row: HeldRow) -> dict[str, Any]:
    value = {name: getattr(row, name) for name in VALUES}
    value["hash"] = row.hash.hex()
    if row.samples is not None:
        value["codec"], value["data"] = row.samples[0], base64.b64encode(row.samples[1]).decode()
    return value


def _from_json(value: dict[str, Any]) -> HeldRow:
    """The row of a line. Raises KeyError, TypeError or ValueError where it holds none."""
    named = {name: value[name] for name in VALUES}
    if any(type(each) is not VALUES[name] for name, each in named.items()):
        raise TypeError("A value of a held row is not of its kind.")
    samples = (value["codec"], base64.b64decode(value["data"])) if "codec" in value else None
    return HeldRow(**named, hash=bytes.fromhex(value["hash"]), samples=samples)


def read(path: Path) -> Journalled:
    """A journal up to its first line that is not whole. Raises OSError where the file can't be read."""
    lines = path.read_bytes().split(b"\n")
    ended = lines.pop() if lines else b""  # empty after a whole last line
    lines = [encryption.opened_line(line) for line in lines]
    values: list[dict[str, Any]] = []
    link = b""
    for line in lines:
        value = _whole(line, link, heading=not values)
        if value is None:
            break
        values.append(value)
        link = bytes.fromhex(json.loads(line)["link"])
    bad = len(lines) - len(values)
    store = str(values[0].get("store", "")) if values else ""
    return Journalled(path, store, tuple(_from_json(each) for each in values[1:]), bool(ended) or bad == 1, bad > 1)


def _whole(line: bytes, previous: bytes, *, heading: bool) -> dict[str, Any] | None:
    """What a line says; None for one that is torn, was changed, or holds no row."""
    try:
        found = json.loads(line)
        value: dict[str, Any] = found["is"]
        fits = isinstance(value, dict) and _line(value, previous)[0] == line + b"\n"
        if not heading:
            _from_json(value)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return value if fits else None


def left_behind(folders: Sequence[Path], uid: str) -> list[Path]:
    """The journals of the store `uid` that lie in these folders and that no running ReaderLab writes, oldest first."""
    found = {path for folder in folders for path in folder.glob(f"{uid}-*{ENDING}") if not _is_written(path)}
    return sorted(found, key=lambda path: path.stat().st_mtime_ns)


def were_set_aside(folders: Sequence[Path], uid: str) -> list[Path]:
    """The journals of the store `uid` in these folders that could not be played back whole."""
    return sorted(path for folder in folders for path in folder.glob(f"{uid}-*{ENDING}{SET_ASIDE}"))


def remove(path: Path) -> None:
    """A journal whose rows the store has. Raises OSError."""
    path.unlink(missing_ok=True)
    _sync_folder(path.parent)


def set_aside(path: Path) -> Path:
    """Keep a journal that can't be played back, under a name that is not looked for again. Raises OSError."""
    kept = path.with_name(path.name + SET_ASIDE)
    path.rename(kept)
    _sync_folder(path.parent)
    return kept


def _is_written(path: Path) -> bool:
    """Whether a running ReaderLab has the journal open: it holds a lock on it, which the system frees at its death."""
    with _opened(path) as file:
        try:
            _lock(file)
        except OSError:
            return True
    return False


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR)
    try:
        yield file
    finally:
        os.close(file)


def _lock(file: int) -> None:
    """Hold the file until it is closed. Raises OSError where another process holds it."""
    try:
        import fcntl
    except ImportError:  # Windows: an open file can't be removed or renamed there
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sync_folder(folder: Path) -> None:
    """The file's name is safe only once its folder is; a system that can't do that does it by itself."""
    if os.name != "posix":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
