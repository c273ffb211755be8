"""Are the acts and accounts of a store what was written? Every hash again, and every PIN held against its act.

What belongs here: checks and their findings in words. What does not: sittings (verify), repairing anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from app.store.acts import Who, first_hash, link

ACTS = "SELECT seq, utc, role, who, kind, payload, prev_hash, hash FROM acts ORDER BY seq"
SECRETS = ("AccountMade", "PinReset")


@dataclass(frozen=True, slots=True)
class ActsFound:
    """What the chain of acts holds. `hashes` are those of all acts, which receipts may name; faults are sentences."""

    acts: int
    hashes: frozenset[str]
    faults: tuple[str, ...]


def check_acts(connection: Connection) -> ActsFound:
    """Compute the chain again. Raises sqlite3.Error, TypeError or ValueError where the file is damaged."""
    head = connection.execute("SELECT uid, acts, hash FROM act_heads").fetchone()
    rows = connection.execute(ACTS).fetchall()
    if head is None:
        return ActsFound(len(rows), frozenset(), ("The head of the acts is gone.",))
    uid, count, last = head
    hashes, faults = _chain(rows, first_hash(uid))
    if not faults and (count, bytes(last)) != (len(rows), hashes[-1]):
        faults = [f"{count} acts were written, {len(rows)} are there."]
    faults += _secrets(connection, rows)
    return ActsFound(len(rows), frozenset(each.hex() for each in hashes), tuple(faults))


def _chain(rows: list[Any], first: bytes) -> tuple[list[bytes], list[str]]:
    """The hashes from the first on, and the first thing that is wrong, if any."""
    hashes = [first]
    for expected, (seq, utc, role, who, kind, text, before, own) in enumerate(rows):
        if seq != expected:
            return hashes, [f"Act {expected} is missing."]
        if before != hashes[-1]:
            return hashes, [f"Act {seq} does not follow the one before it."]
        if link(hashes[-1], seq, utc, Who(role, who), kind, text) != own:
            return hashes, [f"Act {seq} ({kind}) was changed after it was written."]
        hashes.append(bytes(own))
    return hashes, []


def _secrets(connection: Connection, rows: list[Any]) -> Iterator[str]:
    """A PIN that was put in the place of another has no act, and an act whose account was deleted has no row."""
    told = {json.loads(text)["seal"] for *_, kind, text, _, _ in rows if kind in SECRETS}
    held = {seal: (role, name) for role, name, seal in connection.execute("SELECT role, name, seal FROM accounts")}
    for seal in sorted(set(held) - told):
        yield f"The account of {held[seal][0]} {held[seal][1]} was not made by any act."
    if lost := told - set(held):
        yield f"Accounts are missing: {len(lost)} PINs or passwords were set that are not there."
