"""What happens to rows that the store does not take: they go into the emergency journal, and that is told beside it.

What belongs here: keeping journal and word in step. What does not: the journal's file (journal), writing rows (writer).
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from app.store.connection import LastHolder, announce_journal
from app.store.safety import journal
from app.store.safety.journal import HeldRow, Journal
from app.tracking.held import Held
from study_configs.problem import StudyProblem
from study_configs.words import phrase

NOT_HERE = phrase("Problems", "Answers of this store wait in an emergency journal that is not here.")
FIND_IT = phrase(
    "Problems",
    "Open the store at the station where it was read last. If that journal is lost for good, remove the file .holder "
    "beside the store.",
)


class Holding:
    """Holds the rows of one store, whose random name is `uid`, in a journal in `folder` until the store has them."""

    def __init__(self, store: Path, folder: Path, uid: str) -> None:
        self.held: Held | None = None
        self._store, self._journal = store, Journal(folder, uid, store)
        self._written = 0

    def hold(self, rows: list[HeldRow], awaited: int) -> None:
        """Hold these rows: the same as the last time, and those that came since."""
        try:
            if rows[self._written :]:
                self._journal.hold(rows[self._written :])
                self._written = len(rows)
        except OSError as error:
            self.held = Held(len(rows), awaited, None, error.strerror or str(error))
            return
        self._say(True)
        self.held = Held(len(rows), awaited, self._journal.path)

    def let_go(self) -> None:
        """The store has every row."""
        if self.held is not None:
            self._say(False)
            self._journal.forget()
            self._written, self.held = 0, None

    def close(self) -> None:
        """Leave a journal that is needed for the next start."""
        self._journal.close()

    def _say(self, begun: bool) -> None:
        """The journal itself is what counts: where the word beside the store can't be changed, it stays as it is."""
        with suppress(OSError):
            announce_journal(self._store, begun)


def say_settled(store: Path) -> None:
    """No journal is needed any more: said before it is removed, so that nobody looks for it in vain after a cut."""
    with suppress(OSError):  # as above
        announce_journal(store, False)


def left_behind(store: Path, folder: Path, uid: str, last: LastHolder) -> list[Path]:
    """The journals that wait for this store. Raises StudyProblem where there must be one and it is out of reach."""
    folders = {folder, last.journals or folder}
    found = journal.left_behind(sorted(each for each in folders if each.is_dir()), uid)
    if last.journal_begun and not found:
        raise StudyProblem(NOT_HERE, where=f"{store}, {last.journals}", todo=FIND_IT)
    return found
