"""What is in force for one protocol after all acts: a fold over them, and nothing else.

What belongs here: released or not, paused, overrides, voided trials, drop-outs, decided gaps, versions. What does not:
recording acts (acts), and what the reader is told (app.conduct.opening).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from sqlite3 import Connection

from app.store.acts import (
    Act,
    Amended,
    DryRun,
    Enrolled,
    GapDecided,
    OfProtocol,
    Paused,
    ReaderDropped,
    RecordedAct,
    Released,
    Resumed,
    TrialVoided,
    Unblinded,
    WashoutOverridden,
    acts,
)


@dataclass(frozen=True, slots=True)
class InForce:
    """One protocol as the acts left it.

    Attributes
    ----------
    enrolled : readers whom a coordinator enrolled, with their stratum.
    overrides : (reader, sitting) whose washout was lifted, with the reason.
    voided : (reader, trial) that do not count, with the reason.
    dropped : readers who left, with the reason.
    gaps : (reader, sitting) with the last decision; it holds for a gap after `GapDecided.events` events.
    replaced_by : sha-256 of the protocol that took this one's place, empty for none.
    restarted : (reader, sitting) that began anew under that protocol, with the reason why they don't count under this.
    """

    protocol: str
    dry_run_is_clean: bool = False
    released: bool = False
    pause_reason: str = ""
    enrolled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overrides: Mapping[tuple[str, int], str] = field(default_factory=dict)
    voided: Mapping[tuple[str, int], str] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    gaps: Mapping[tuple[str, int], GapDecided] = field(default_factory=dict)
    unblinded: tuple[Unblinded, ...] = ()
    replaced_by: str = ""
    restarted: Mapping[tuple[str, int], str] = field(default_factory=dict)

    @property
    def is_paused(self) -> bool:
        return bool(self.pause_reason)

    def not_counting(self, reader: str, sitting_of: Mapping[int, int]) -> dict[int, str]:
        """This reader's trials that do not count, with the reason. `sitting_of` is each trial's sitting."""
        again = {trial: self.restarted[reader, number] for trial, number in sitting_of.items()
                 if (reader, number) in self.restarted}  # fmt: skip
        return again | {trial: why for (who, trial), why in self.voided.items() if who == reader}


def in_force(recorded: Iterable[RecordedAct], protocol_sha256: str) -> InForce:
    """What the acts leave of this protocol; an amended one begins with what was in force for the one before."""
    states: dict[str, InForce] = {}
    for each in recorded:
        act = each.act
        if not isinstance(act, OfProtocol):
            continue
        if isinstance(act, Amended):
            before = states.get(act.before, InForce(act.before))
            anew = f"The sitting began anew under version {act.version}."
            restarted = dict.fromkeys(act.restarted, anew)
            states[act.before] = replace(before, replaced_by=act.protocol, restarted=restarted)
            states[act.protocol] = _amended(before, states.get(act.protocol, InForce(act.protocol)), act)
            continue
        states[act.protocol] = _after(act, states.get(act.protocol, InForce(act.protocol)))
    return states.get(protocol_sha256, InForce(protocol_sha256))


def in_force_of(connection: Connection, protocol_sha256: str) -> InForce:
    """`in_force` of a store that is open."""
    return in_force(acts(connection), protocol_sha256)


def versions(recorded: Iterable[RecordedAct], protocol_sha256: str) -> tuple[str, ...]:
    """The protocols that this one took the place of, oldest first, and itself at the end."""
    before = {each.act.protocol: each.act.before for each in recorded if isinstance(each.act, Amended)}
    line = [protocol_sha256]
    while line[0] in before:
        line.insert(0, before[line[0]])
    return tuple(line)


def _amended(before: InForce, new: InForce, act: Amended) -> InForce:
    """Readers, drop-outs and overrides stay, and voided trials as long as they are the same trials; dry run and
    release are the new version's own."""
    return replace(
        before,
        voided=before.voided if act.orders == "kept" else {},
        protocol=new.protocol,
        dry_run_is_clean=new.dry_run_is_clean,
        released=new.released,
        gaps={},
        replaced_by="",
        restarted={},
    )


@singledispatch
def _after(act: Act, state: InForce) -> InForce:
    """The state after one more act; most leave it as it is."""
    return state


@_after.register
def _(act: DryRun, state: InForce) -> InForce:
    return replace(state, dry_run_is_clean=not act.problems)


@_after.register
def _(act: Released, state: InForce) -> InForce:
    return replace(state, released=True)


@_after.register
def _(act: Paused, state: InForce) -> InForce:
    return replace(state, pause_reason=act.reason)


@_after.register
def _(act: Resumed, state: InForce) -> InForce:
    return replace(state, pause_reason="")


@_after.register
def _(act: Enrolled, state: InForce) -> InForce:
    dropped = {reader: why for reader, why in state.dropped.items() if reader != act.reader}
    return replace(state, enrolled={**state.enrolled, act.reader: act.stratum}, dropped=dropped)


@_after.register
def _(act: ReaderDropped, state: InForce) -> InForce:
    return replace(state, dropped={**state.dropped, act.reader: act.reason})


@_after.register
def _(act: WashoutOverridden, state: InForce) -> InForce:
    return replace(state, overrides={**state.overrides, (act.reader, act.sitting): act.reason})


@_after.register
def _(act: TrialVoided, state: InForce) -> InForce:
    return replace(state, voided={**state.voided, (act.reader, act.trial): act.reason})


@_after.register
def _(act: GapDecided, state: InForce) -> InForce:
    return replace(state, gaps={**state.gaps, (act.reader, act.sitting): act})


@_after.register
def _(act: Unblinded, state: InForce) -> InForce:
    return replace(state, unblinded=(*state.unblinded, act))
