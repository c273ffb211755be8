"""Where the reading list of a block stands: part of the reading state, rebuilt from events like all of it.

What belongs here: the values, and the block's clock. What does not: the law (steps) and the list's rows
(worklist).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Ringing:
    """The call in progress, of which block. `since_ns` is None while the block's clock stands."""

    block: int
    call: int
    since_ns: int | None
    is_taken: bool = False


def _no_flags() -> Mapping[int, bool]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Bustle:
    """One block's list. Trials go by their index in the reading order.

    The block's clock is `spent_ns` plus the time since `since_ns` (monotonic clock of the running sign-in); None while
    it stands: before the first case, in pauses and breaks, while nothing can be saved, between sign-ins.
    """

    block: int | None = None
    is_begun: bool = False
    spent_ns: int = 0
    since_ns: int | None = None
    arrived: tuple[int, ...] = ()  # in the order in which they came
    flags: Mapping[int, bool] = field(default_factory=_no_flags)  # what the AI's score led to, by trial
    open: int | None = None  # the trial that was opened from the list and is neither read nor set aside
    suspended: tuple[int, ...] = ()  # trials that stat exams interrupted; the last of them goes on first
    ringing: Ringing | None = None
    rang: frozenset[int] = frozenset()
    quota_reached: bool = False
    is_over: bool = False  # the block's minutes have passed
    is_halted: bool = False  # the clock went when the store failed, and goes on with the reading

    def at(self, now_ns: int) -> int:
        """The block's time, ns."""
        return self.spent_ns + (0 if self.since_ns is None else max(0, now_ns - self.since_ns))

    def running(self, now_ns: int) -> Bustle:
        """With the clock going from now on, where the block has begun; a call that was cut short rings anew."""
        if not self.is_begun or self.since_ns is not None:
            return self
        ringing = self.ringing and replace(self.ringing, since_ns=now_ns)
        return replace(self, since_ns=now_ns, ringing=ringing)

    def standing(self, now_ns: int) -> Bustle:
        """With the clock stopped now."""
        ringing = self.ringing and replace(self.ringing, since_ns=None)
        return replace(self, spent_ns=self.at(now_ns), since_ns=None, ringing=ringing)

    def halted(self, now_ns: int) -> Bustle:
        """With the clock stopped by a store that fails now."""
        return replace(self.standing(now_ns), is_halted=self.since_ns is not None)

    def went_on(self, now_ns: int) -> Bustle:
        """With the clock going again where the store's failure had stopped it."""
        return replace(self.running(now_ns), is_halted=False) if self.is_halted else self

    def with_flag(self, trial: int, flagged: bool) -> Bustle:
        return replace(self, flags=MappingProxyType({**self.flags, trial: flagged}))

    def of_block(self, block: int) -> Bustle:
        """This, or the list of another block as it begins."""
        return self if self.block == block else Bustle(block=block)
