"""What coordinators did, and who signed in: values, written to one append-only, hash-chained table and read back.

What belongs here: the kinds of act, recording one, reading all. What does not: what follows from them
(acts_in_force), under which conditions one may be done (releases), accounts and their secrets (accounts).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any, Literal

from app.store import chain
from study_configs.problem import ProgramError, StudyProblem
from study_configs.words import phrase

if TYPE_CHECKING:
    from app.store.writer import StoreWriter

Role = Literal["coordinator", "reader", "program"]
Begun = Literal["resume", "restart_case", "end_sitting"]


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever does something: a coordinator or a reader by name; the program itself where nobody signed in."""

    role: Role
    name: str = ""


PROGRAM = Who("program")


@dataclass(frozen=True, slots=True)
class Act:
    """Anything that is recorded here. Every field is JSON-ready."""


@dataclass(frozen=True, slots=True)
class OfProtocol(Act):
    """An act under one protocol, named by the sha-256 of its file."""

    protocol: str


# --- accounts


@dataclass(frozen=True, slots=True)
class AccountMade(Act):
    """`seal` is that of the row of accounts, so that a secret that is put in its place is found."""

    role: str
    name: str
    account: str
    seal: str


@dataclass(frozen=True, slots=True)
class PinReset(AccountMade):
    """A new PIN or password; wrong tries before it count no more."""

    reason: str


@dataclass(frozen=True, slots=True)
class SignInTried(Act):
    """Somebody gave a name and a secret; written before the secret is looked at, so that a kill hides no try.

    `account` is `accounts.account_key`: the same for one name, and no way back to the name.
    """

    account: str


@dataclass(frozen=True, slots=True)
class SignedIn(Act):
    account: str


@dataclass(frozen=True, slots=True)
class FailedSignIn(Act):
    account: str
    known: bool  # whether there is such an account


@dataclass(frozen=True, slots=True)
class Locked(Act):
    """No further try for `for_s` seconds; None: until a coordinator sets a new PIN. `boot` and `at_ns` tell the time
    on a clock that nobody can set (see `lock_out`)."""

    account: str
    for_s: float | None
    boot: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class SignedOut(Act):
    pass


# --- a protocol and its release


@dataclass(frozen=True, slots=True)
class DryRun(OfProtocol):
    """A protocol was read to its end by simulated readers (`check --dry-run`). `problems` is empty for a clean one."""

    problems: tuple[str, ...]
    program_version: str


@dataclass(frozen=True, slots=True)
class Released(OfProtocol):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Paused(OfProtocol):
    """Nobody can begin or go on with a sitting until it is resumed; a sitting that runs is finished."""

    reason: str


@dataclass(frozen=True, slots=True)
class Resumed(OfProtocol):
    reason: str


@dataclass(frozen=True, slots=True)
class Amended(OfProtocol):
    """`protocol` takes the place of `before`, for the reader's next sitting on.

    `orders`: whether readers enrolled before keep their reading order or are given one drawn from the new protocol.
    `restarted` names sittings (reader, number) that were begun under the old version: they begin anew.
    """

    before: str
    version: str
    orders: Literal["kept", "redrawn"]
    restarted: tuple[tuple[str, int], ...]
    reason: str


# --- readers


@dataclass(frozen=True, slots=True)
class Enrolled(OfProtocol):
    """A reader was given a place; order, slot and arm stand in their own frozen row."""

    reader: str
    stratum: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReaderDropped(OfProtocol):
    reader: str
    reason: str


@dataclass(frozen=True, slots=True)
class WashoutOverridden(OfProtocol):
    """This sitting of this reader may begin before the washout is over."""

    reader: str
    sitting: int
    reason: str


@dataclass(frozen=True, slots=True)
class TrialVoided(OfProtocol):
    """The trial does not count; what was read stays."""

    reader: str
    trial: int
    reason: str


@dataclass(frozen=True, slots=True)
class GapDecided(OfProtocol):
    """What happens with a sitting that was interrupted for longer than the protocol allows.

    It holds for the gap after `events` events of that sitting: a later gap asks again.
    """

    reader: str
    sitting: int
    decision: Begun
    events: int
    reason: str


# --- what leaves the store


@dataclass(frozen=True, slots=True)
class Unblinded(OfProtocol):
    """Somebody saw what readers must not: `what` is "report", "plan", "export", "key", "truth of case X" …"""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exported(OfProtocol):
    what: str
    blinded: bool


# --- what the program wrote elsewhere in the store (app.store.ledger)


@dataclass(frozen=True, slots=True)
class LedgerBegan(Act):
    """What was there when the store began to tell its acts of every frozen row: (table, seal, key) of each, where older
    programs told no key, and sittings by their genesis."""

    rows: tuple[tuple[str, ...], ...]
    sittings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RowFrozen(Act):
    """A row was put into a table whose rows are never changed. `key` is its primary key; older programs told none."""

    table: str
    seal: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class SittingBegun(Act):
    """A sign-in's row was made; `genesis` (hex) is what its first event continues."""

    sitting: str
    genesis: str


@dataclass(frozen=True, slots=True)
class SittingSealed(Act):
    """A sitting ended after so many events; `hash` (hex) is its receipt."""

    sitting: str
    events: int
    hash: str


@dataclass(frozen=True, slots=True)
class Delivered(Act):
    """A sitting stands whole in a central database (app.store.central.sync).

    `to` is the random name of that database, `at` where it was reached: host, port, database. `hash` (hex) is that of
    the last of so many events, as it was computed again from what had arrived there.
    """

    sitting: str
    to: str
    at: str
    events: int
    hash: str


KINDS: dict[str, type[Act]] = {
    kind.__name__: kind
    for kind in (
        AccountMade, PinReset, SignInTried, SignedIn, FailedSignIn, Locked, SignedOut, DryRun, Released, Paused,
        Resumed, Amended, Enrolled, ReaderDropped, WashoutOverridden, TrialVoided, GapDecided, Unblinded, Exported,
        LedgerBegan, RowFrozen, SittingBegun, SittingSealed, Delivered,
    )
}  # fmt: skip
LEDGER = (LedgerBegan, RowFrozen, SittingBegun, SittingSealed)
LEDGER_NAMES = ", ".join(f"'{kind.__name__}'" for kind in LEDGER)
OPEN_TO_ALL = (SignInTried, SignedIn, FailedSignIn, Locked, SignedOut, DryRun, Delivered, *LEDGER)


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """An act in its place: who, when (ISO 8601 UTC), what and why."""

    seq: int
    utc: str
    by: Who
    act: Act


def record(connection: Connection, by: Who, act: Act) -> RecordedAct:
    """Write an act at the end of the chain, inside the transaction that is open (`StoreWriter.run`).

    Raises StudyProblem where it needs a reason and has none, ProgramError where it is not for `by` to do.
    """
    _refuse(by, act)
    count, previous = connection.execute("SELECT acts, hash FROM act_heads").fetchone()
    utc, kind, text = chain.utc_text(time.time_ns()), type(act).__name__, chain.canonical(asdict(act))
    linked = link(previous, count, utc, by, kind, text)
    row = (count, utc, by.role, by.name, kind, text, previous, linked)
    connection.execute("INSERT INTO acts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.execute("UPDATE act_heads SET acts = ?, hash = ?", (count + 1, linked))
    return RecordedAct(count, utc, by, act)


def write(writer: StoreWriter, by: Who, act: Act) -> RecordedAct:
    """`record` on the store's own connection; it is on the disk when this returns."""
    return writer.run(lambda connection: record(connection, by, act)).result()


def acts(connection: Connection) -> list[RecordedAct]:
    """What people did, in order, and not what the program tells of its own rows (`LEDGER`).

    Raises StudyProblem for a kind not known here.
    """
    query = f"SELECT seq, utc, role, who, kind, payload FROM acts WHERE kind NOT IN ({LEDGER_NAMES}) ORDER BY seq"
    return [
        RecordedAct(seq, utc, Who(role, who), act_from(kind, chain.value_of(text)))
        for seq, utc, role, who, kind, text in connection.execute(query)
    ]


def acts_receipt(connection: Connection) -> str:
    """The last hash of the chain, in hex: what must leave the machine, for `readerlab verify --receipt`."""
    (head,) = connection.execute("SELECT hash FROM act_heads").fetchone()
    return bytes(head).hex()


def act_from(kind: str, payload: Mapping[str, Any]) -> Act:
    """The act that was written as `payload`; keys that later programs left out take their defaults."""
    if kind not in KINDS:
        raise StudyProblem(
            f"The store holds an act {kind}, which this program does not know.",
            todo="Update ReaderLab to the version that wrote it.",
        )
    known = {field.name for field in fields(KINDS[kind])}
    return KINDS[kind](**{key: _frozen(value) for key, value in payload.items() if key in known})


def first_hash(uid: str) -> bytes:
    """What the first act continues: the hash of the store's own random name."""
    return sha256(uid.encode()).digest()


def link(previous: bytes, seq: int, utc: str, by: Who, kind: str, payload: str) -> bytes:
    """SHA-256 over the previous hash and the row's canonical JSON; `payload` is canonical JSON already."""
    row = chain.canonical({"seq": seq, "utc": utc, "role": by.role, "who": by.name, "kind": kind, "payload": payload})
    return sha256(previous + row.encode()).digest()


def _refuse(by: Who, act: Act) -> None:
    if by.role != "coordinator" and not isinstance(act, OPEN_TO_ALL):
        raise ProgramError(f"{type(act).__name__} is a coordinator's act, not a {by.role}'s.")
    reason = getattr(act, "reason", None)
    if reason is not None and not reason.strip() and not isinstance(act, Released):
        raise StudyProblem(
            phrase("Problems", "A reason is missing."), todo=phrase("Problems", "Say in a few words why this is done.")
        )


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value
