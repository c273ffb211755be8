"""Where a store is: a file on this machine, or the central database that stations sync to (`postgresql://…`).

What belongs here: telling the two apart and opening either to be read. What does not: what is asked of it (reader),
making or filling a central database (app.store.central).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.store.reader import StoreReader

Location = Path | str
SCHEMES = ("postgresql://", "postgres://")


def is_central(location: Location) -> bool:
    """Whether a location is the address of a central database rather than a file."""
    return isinstance(location, str) and location.startswith(SCHEMES)


@contextmanager
def open_any(location: Location) -> Iterator[StoreReader]:
    """A store or a central database, read-only. Raises StudyProblem where it can't be read.

    Of a central database everything is seen as of one moment, however many stations deliver meanwhile.
    """
    if not is_central(location):
        from app.store.reader import open_store

        with open_store(Path(location)) as store:
            yield store
        return
    from app.store.central.reader import open_central

    with open_central(str(location)) as store:
        yield store
