"""How long an account is locked after wrong tries: a fold over acts and a clock that nobody can set.

What belongs here: counting tries, the length of a lock, what is left of it. What does not: looking at secrets
(accounts). Rates follow NIST SP 800-63B (5.2.2 Rate limiting): waiting times that grow to an hour, and no more than
100 wrong tries in a row.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from app.store.acts import Locked, PinReset, RecordedAct, SignedIn, SignInTried

TRIES = 5  # wrong ones in a row, until the next lock
LOCKS_S = (60.0, 300.0, 900.0, 3600.0)  # the last is repeated
MOST_TRIES = 100  # in a row; then only a new PIN helps a reader. A coordinator waits an hour each time instead
THIS_RUN = uuid4().hex
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Moment:
    """Now on two clocks: `utc`, which people set, and `at_ns`, monotonic, comparable within one `boot`."""

    utc: datetime
    at_ns: int
    boot: str


def moment() -> Moment:
    """Now. Linux counts monotonic time from the start of the machine; elsewhere it is comparable within one run."""
    return Moment(datetime.now(UTC), time.monotonic_ns(), _boot())


def _boot() -> str:
    return BOOT_ID.read_text(encoding="ascii").strip() if BOOT_ID.is_file() else THIS_RUN


def wrong_tries(recorded: Iterable[RecordedAct], account: str) -> int:
    """Tries in a row that did not end in a sign-in; a try that was cut off is one. A new PIN begins the count anew."""
    tries = 0
    for each in recorded:
        if isinstance(each.act, SignInTried) and each.act.account == account:
            tries += 1
        elif isinstance(each.act, SignedIn | PinReset) and each.act.account == account:
            tries = 0
    return tries


def lock_after(tries: int, *, for_good: bool) -> float | None:
    """Seconds that an account is locked after so many wrong tries in a row, 0 for not; None: until a new PIN."""
    if for_good and tries >= MOST_TRIES:
        return None
    if tries == 0 or tries % TRIES:
        return 0.0
    return LOCKS_S[min(tries // TRIES, len(LOCKS_S)) - 1]


class Waits:
    """What is left of locks. Holds, for locks of another run of the machine, since when this program waits.

    Within one run of the machine the monotonic clock decides, so that setting the clock neither ends nor extends a
    lock. After a restart UTC decides, but a clock that was set back cannot make a lock longer than it was.
    """

    def __init__(self) -> None:
        self._since_ns: dict[int, int] = {}

    def left_s(self, recorded: Iterable[RecordedAct], account: str, now: Moment) -> float | None:
        """Seconds until the account may be tried again, 0 for now, None until a coordinator sets a new PIN."""
        last = _last_lock(recorded, account)
        if last is None:
            return 0.0
        lock = last.act
        assert isinstance(lock, Locked)
        if lock.for_s is None:
            return None
        return max(0.0, lock.for_s - self._elapsed_s(last, lock, now))

    def _elapsed_s(self, last: RecordedAct, lock: Locked, now: Moment) -> float:
        if lock.boot == now.boot:
            return (now.at_ns - lock.at_ns) / 1e9
        since = self._since_ns.setdefault(last.seq, now.at_ns)
        by_utc = (now.utc - datetime.fromisoformat(last.utc)).total_seconds()
        return max(by_utc, (now.at_ns - since) / 1e9)


def _last_lock(recorded: Iterable[RecordedAct], account: str) -> RecordedAct | None:
    """The lock that still may hold: none once somebody signed in, or the secret was set anew."""
    found = None
    for each in recorded:
        if isinstance(each.act, Locked) and each.act.account == account:
            found = each
        elif isinstance(each.act, SignedIn | PinReset) and each.act.account == account:
            found = None
    return found
