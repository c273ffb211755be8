"""Looks at PINs and passwords in a thread of its own, since that takes a tenth of a second on purpose.

What belongs here: carrying a try there and its outcome back. What does not: accounts and locks (app.store.accounts).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from study_configs.problem import StudyProblem

Gate = Callable[[str, str], object]  # name and secret; raises StudyProblem where they are refused


class PinDesk(QObject):
    """Emits `accepted` with the name or `refused` with the StudyProblem, in the window's thread, once for each try."""

    accepted = Signal(str)
    refused = Signal(object)

    def __init__(self, gate: Gate, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gate = gate
        self._trying: threading.Thread | None = None

    def check(self, name: str, secret: str) -> None:
        """Look at a try; the page takes no other until it is answered."""
        self._trying = threading.Thread(target=self._check, args=(name, secret), name="PIN")
        self._trying.start()

    def close(self) -> None:
        """Wait for a try that is being looked at."""
        if self._trying is not None:
            self._trying.join()

    def _check(self, name: str, secret: str) -> None:
        try:
            self._gate(name, secret)
        except StudyProblem as problem:
            self.refused.emit(problem)
        else:
            self.accepted.emit(name)
