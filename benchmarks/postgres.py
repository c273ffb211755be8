"""A PostgreSQL server of one's own in a temporary folder, and a bad link to it, for tests and for sync's benchmark.

What belongs here: starting, stopping, cutting. What does not: what is sent. The server is Debian's package, run by
another user where we are root (it refuses root), reached over a socket in its own folder and over loopback.
"""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOMES = "/usr/lib/postgresql"
SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=120", "logging_collector=off", "autovacuum=off")
ADMIN = "readerlab_admin"


def home() -> Path | None:
    """Where the newest server's programs are; None where none is installed."""
    found = sorted(Path(HOMES).glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else (Path(on_path).parent if on_path else None)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `folder` holds its data and its socket."""

    folder: Path
    port: int

    def url(self, database: str, user: str = ADMIN, port: int | None = None) -> str:
        return f"postgresql://{user}@127.0.0.1:{port or self.port}/{database}"

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the administrator."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def reload(self) -> None:
        """Make the server read its settings and rules of access again; new connections then keep to them."""
        asked = "SELECT pg_conf_load_time()"
        before = self.sql(asked)
        self.sql("SELECT pg_reload_conf()")
        while self.sql(asked) == before:  # the server does so when it comes to it
            time.sleep(0.01)


@contextmanager
def server(*settings: str) -> Iterator[Server]:
    """A server of one's own as long as the block lasts."""
    programs = home()
    if programs is None:
        raise FileNotFoundError("PostgreSQL's server is not installed (Debian: postgresql).")
    folder = Path(tempfile.mkdtemp(prefix="readerlab-postgres-"))
    try:
        as_other = _as_other(folder)
        data = folder / "data"
        _call(*as_other, programs / "initdb", "-D", data, "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--no-sync")
        control = (*as_other, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log")
        port = _started(control, folder, settings)
        try:
            yield Server(folder, port)
        finally:
            _call(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(control: tuple[object, ...], folder: Path, settings: tuple[str, ...]) -> int:
    """Start the server and return its port; where another program took that in the meantime, try another one."""
    fixed = [*SETTINGS, *settings, f"unix_socket_directories={folder}", "listen_addresses=127.0.0.1"]
    while True:
        port = _free_port()
        options = " ".join(f"-c {each}" for each in (*fixed, f"port={port}"))
        try:
            _call(*control, "-o", options, "start")
        except RuntimeError:
            if "Address already in use" not in (folder / "log").read_text(errors="replace"):
                raise
            (folder / "log").unlink()
        else:
            return port


def _as_other(folder: Path) -> tuple[str, ...]:
    """What runs a program as nobody in particular, since the server refuses to be root; nothing where we are not."""
    if os.geteuid() != 0:
        return ()
    os.chown(folder, 65534, 65534)
    return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")


def _call(*command: object) -> None:
    told = [str(each) for each in command]
    done = subprocess.run(told, capture_output=True, text=True, cwd="/", env={**os.environ, "LC_ALL": "C"}, timeout=120)
    if done.returncode:
        raise RuntimeError(f"{told[-1]}: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class BadLink:
    """A port of loopback that leads to a server and cuts each connection after a random number of bytes.

    `bytes_per_cut` is how many pass on average; None: none is cut. `cuts` counts. After `held_after` bytes in all,
    both ways together, nothing passes any more, no connection is cut, and `held` is set. `passed` counts bytes.
    """

    def __init__(
        self, to_port: int, *, bytes_per_cut: float | None, seed: int = 0, held_after: int | None = None
    ) -> None:
        self.bytes_per_cut, self.held_after = bytes_per_cut, held_after
        self.cuts = self.passed = 0
        self.held = threading.Event()
        self._to_port, self._random = to_port, random.Random(seed)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = int(self._listener.getsockname()[1])
        self._accepting = threading.Thread(target=self._accept, name="bad link", daemon=True)
        self._accepting.start()

    def close(self) -> None:
        """Nobody gets through any more once this returns."""
        _end(self._listener)  # shut down first: a mere close leaves who waits in accept() waiting for one more
        self._accepting.join()
        self.cut()

    def cut(self) -> None:
        """Cut whatever is open now."""
        with self._lock:
            for each in self._open:
                _end(each)
            self._open.clear()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._to_port))
            except OSError:
                _end(near)
                continue
            with self._lock:
                self._open |= {near, far}
                mean = self.bytes_per_cut
                left = [self._random.expovariate(1 / mean) if mean else float("inf")]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target, left), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, left: list[float]) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self._is_held(len(data)):
                    return
                left[0] -= len(data)
                if left[0] < 0:
                    self.cuts += 1
                    break
                target.sendall(data)
        for each in (source, target):
            _end(each)
            with self._lock:
                self._open.discard(each)

    def _is_held(self, count: int) -> bool:
        with self._lock:
            self.passed += count
        if self.held_after is not None and self.passed > self.held_after:
            self.held.set()
        return self.held.is_set()


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
