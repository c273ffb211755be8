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
from app.store.faults import Fault

ACTS = "SELECT seq, utc, role, who, kind, payload, prev_hash, hash FROM acts ORDER BY seq"
SECRETS = ("AccountMade", "PinReset")


@dataclass(frozen=True, slots=True)
class ActsFound:
    """What the chain of acts holds. `hashes` are those of all acts, which receipts may name."""

    acts: int
    hashes: frozenset[str]
    faults: tuple[Fault, ...]


def check_acts(connection: Connection) -> ActsFound:
    """Compute the chain again. Raises sqlite3.Error, TypeError or ValueError where the file is damaged."""
    head = connection.execute("SELECT uid, acts, hash FROM act_heads").fetchone()
    rows = connection.execute(ACTS).fetchall()
    if head is None:
        return ActsFound(len(rows), frozenset(), (Fault("The head of the acts is gone.", table="act_heads"),))
    uid, count, last = head
    hashes, faults = _chain(rows, first_hash(uid))
    if not faults and (count, bytes(last)) != (len(rows), hashes[-1]):
        words = f"{count} acts were written, {len(rows)} are there."
        faults = [Fault(words, table="acts", key=str(min(count, len(rows))))]
    faults += _secrets(connection, rows)
    return ActsFound(len(rows), frozenset(each.hex() for each in hashes), tuple(faults))


def _chain(rows: list[Any], first: bytes) -> tuple[list[bytes], list[Fault]]:
    """The hashes from the first on, and the first thing that is wrong, if any."""
    hashes = [first]
    for expected, (seq, utc, role, who, kind, text, before, own) in enumerate(rows):
        if seq != expected:
            return hashes, [_act(expected, f"Act {expected} is missing.")]
        if before != hashes[-1]:
            return hashes, [
                _act(seq, f"Act {seq} does not follow the one before it: it was put in, or stood elsewhere.")
            ]
        if link(hashes[-1], seq, utc, Who(role, who), kind, text) != own:
            return hashes, [_act(seq, f"Act {seq} ({kind}) was changed after it was written.")]
        hashes.append(bytes(own))
    return hashes, []


def _act(seq: int, what: str) -> Fault:
    return Fault(what, table="acts", key=str(seq))


def _secrets(connection: Connection, rows: list[Any]) -> Iterator[Fault]:
    """A PIN that was put in the place of another has no act, and an act whose account was deleted has no row."""
    told = {said["seal"]: said for *_, kind, text, _, _ in rows if kind in SECRETS for said in [json.loads(text)]}
    held = {seal: (role, name) for role, name, seal in connection.execute("SELECT role, name, seal FROM accounts")}
    for seal in sorted(held.keys() - told.keys()):
        role, name = held[seal]
        yield Fault(f"The account of {role} {name} was not made by any act.", table="accounts", key=f"{role} {name}")
    for seal in sorted(told.keys() - held.keys()):
        role, name = told[seal]["role"], told[seal]["name"]
        words = f"Accounts are missing: the PIN or password that was set for {role} {name} is not there."
        yield Fault(words, table="accounts", key=f"{role} {name}")
