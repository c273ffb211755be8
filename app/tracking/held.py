"""What waits to be made safe while a log can't be written.

What belongs here: the value that windows show. What does not: holding anything (app.store.safety.holding).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Held:
    """What can't be made safe in the log now: so many events, of which so many are waited for.

    `journal` is the emergency journal that has them all, None where it could not be written either, because of `why`.
    """

    events: int
    awaited: int
    journal: Path | None
    why: str = ""
