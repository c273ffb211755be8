"""One thing in a store that is not as it was written: in words, and where.

What belongs here: the value and its sentence. What does not: looking for any (verify and what it calls).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and at which row. `sitting` and `seq` are None where it is about no one sitting's event.

    `uid`, `reader` and `number` (of the reader's order) say which sitting it is; `table` and `key` (its primary key)
    name the row where it is none of a sitting: a frozen one, an account, an act.
    """

    what: str
    sitting: int | None = None
    seq: int | None = None
    uid: str = ""
    reader: str = ""
    number: int | None = None
    table: str = ""
    key: str = ""

    @property
    def place(self) -> str:
        """The row in words, empty where it is none."""
        if self.table:
            return f"{self.table} {self.key}".strip()
        if self.sitting is None and not self.uid:
            return ""
        place = "sitting" if self.sitting is None else f"sitting {self.sitting}"
        place += "" if self.seq is None else f", event {self.seq}"
        named = [f"reader {self.reader}"] if self.reader else []
        named += [f"number {self.number} of the order"] if self.number is not None else []
        named += [f"uid {self.uid}"] if self.uid else []
        return f"{place} ({', '.join(named)})" if named else place

    @property
    def sentence(self) -> str:
        return f"{self.place}: {self.what}" if self.place else self.what


def first_of(faults: Collection[Fault]) -> Fault | None:
    """The first bad row: events before those of other tables, rows before what is wrong with a sitting or file."""
    return min(faults, key=_rank, default=None)


def _rank(fault: Fault) -> tuple[int, int, int]:
    if fault.seq is not None:
        return (0, fault.sitting or 0, fault.seq)
    if fault.table and fault.key:
        return (1, 0, 0)
    return (2 if fault.sitting is not None or fault.uid else 3, fault.sitting or 0, 0)
