"""What happens when we are wrong: one hook for every way in which an error of ours can surface, and the fault file.

What belongs here: catching and writing down. What does not: telling the reader (windows) and Qt's own messages
(app.windows.qt_messages), which end up in the same hook.
"""

from __future__ import annotations

import faulthandler
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """One error of ours, as text: `what` in one line, `report` with the traceback."""

    what: str
    report: str

    @property
    def kind(self) -> str:
        """What readers may see of it: an error's own words can name a condition, an AI or a planted error."""
        return self.what.partition(":")[0]


class CrashHook:
    """The one hook: uncaught, in threads or unraisable, every error reaches `on_failure`, in the thread it happens in.

    In PySide6 an exception in a slot or paint event reaches `sys.excepthook` and the event loop goes on, so somebody
    has to decide to stop: `on_failure` does. Only the first failure is handed on; all are written to `folder`.
    """

    def __init__(self, folder: Path, on_failure: Callable[[Failure], None]) -> None:
        self._folder, self._on_failure = folder, on_failure
        self._before: tuple[Any, Any, Any] = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self._told = False
        self.reports: list[Path] = []

    def install(self) -> None:
        sys.excepthook = self._uncaught
        threading.excepthook = lambda args: self._uncaught(args.exc_type, args.exc_value, args.exc_traceback)
        sys.unraisablehook = lambda args: self._uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    def uninstall(self) -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before

    def _uncaught(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            self._before[0](kind, error or kind(), trace)
            return
        self.take(failure_from(error or kind(), trace))

    def take(self, failure: Failure) -> None:
        """Write a failure down and hand on the first. Also called for Qt's own fatal messages."""
        self.reports.append(write_report(self._folder, failure))
        if not self._told:
            self._told = True
            self._on_failure(failure)


def failure_from(error: BaseException, trace: TracebackType | None = None) -> Failure:
    """The error as text, with its own traceback or the one given."""
    report = "".join(traceback.format_exception(type(error), error, trace or error.__traceback__))
    return Failure(f"{type(error).__name__}: {error}", report)


def write_report(folder: Path, failure: Failure) -> Path:
    """The failure as a text file of its own; returns where it is, or should have been.

    Where the folder takes none (a full disk) it goes among the temporary files, else to standard error.
    """
    name = f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    for path in (folder / name, Path(tempfile.gettempdir()) / name):
        try:
            path.write_text(f"{failure.what}\n\n{failure.report}", encoding="utf-8")
        except OSError as error:
            refused = error
            with suppress(OSError):
                path.unlink(missing_ok=True)  # an empty one would be taken for the report
        else:
            return path
    print(f"{failure.report}\n(The report could not be written to {folder}: {refused})", file=sys.stderr)
    return folder / name


class FaultFile:
    """Where the interpreter writes when it dies of a signal. Not empty at the next start: the last run died.

    `last_run_died_of` is what the last run left, empty when it ended well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last_run_died_of = _left_in(path)
        if self.last_run_died_of:
            path.replace(path.with_suffix(f".{datetime.now(UTC):%Y%m%dT%H%M%S}.txt"))
        self._file = path.open("w", encoding="utf-8")
        faulthandler.enable(self._file)

    def close(self) -> None:
        """The run ended well: the file goes."""
        faulthandler.disable()
        self._file.close()
        self.path.unlink(missing_ok=True)


def _left_in(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return ""
