"""Accounts of readers (pseudonym and PIN) and coordinators (name and password), and signing in to one.

What belongs here: making accounts, checking secrets, recording tries. What does not: how long a lock lasts
(accounts_lock), and what somebody who signed in may do (acts, releases, app.conduct.opening).

A secret is hashed by Argon2id with the second recommended parameters of RFC 9106 (section 4: 3 passes, 64 MiB,
4 lanes), and stands nowhere else: in no act, log, message or process argument. Hashing takes about a tenth of a second
and is done in the thread that calls, never in the store's: windows call from a thread of their own.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from sqlite3 import Connection
from typing import TYPE_CHECKING

from app.store.accounts_lock import Moment, Waits, lock_after, moment, wrong_tries
from app.store.acts import (
    PROGRAM,
    AccountMade,
    FailedSignIn,
    Locked,
    PinReset,
    RecordedAct,
    Role,
    SignedIn,
    SignedOut,
    SignInTried,
    Who,
    acts,
    record,
)
from app.store.chain import sealed
from app.store.writer import StoreWriter
from study_configs.problem import ProgramError, StudyProblem
from study_configs.words import phrase, translate

if TYPE_CHECKING:
    from argon2 import PasswordHasher

PSEUDONYM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,31}")
PIN = re.compile(r"[0-9]{4,8}")
SHORTEST = {"reader": 8, "coordinator": 12}  # characters of a password
LONGEST = 256
# of no secret, with the parameters of every other: what is looked at where there is no such account
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$cmVhZGVybGFiLW5vYm9keQ$5v5bXkTRmAvXn0cDkDXC1yF9x1pJ1oFqWm5o0wQqv6A"


@dataclass(frozen=True, slots=True)
class Account:
    """One account; `secret_number` counts its PINs or passwords from 0."""

    role: Role
    name: str
    secret_number: int


@dataclass(frozen=True, slots=True)
class _Found:
    """What a try begins with: the hash to look at, and whether it is anybody's."""

    encoded: str
    known: bool


def accounts(connection: Connection, role: Role | None = None) -> list[Account]:
    """Every account once, by role and name."""
    rows = connection.execute("SELECT role, name, max(secret_number) FROM accounts GROUP BY role, name")
    return [Account(*row) for row in rows if role in (None, row[0])]


def has_coordinator(connection: Connection) -> bool:
    """Whether anybody governs this store; one without is open, as a demo or a folder that is read alone."""
    return bool(accounts(connection, "coordinator"))


def has_account(connection: Connection, role: Role, name: str) -> bool:
    return Account(role, name, 0).name in {each.name for each in accounts(connection, role)}


def first_coordinator(writer: StoreWriter, name: str, password: str) -> Who:
    """Make the first coordinator of a store, who is signed in with that.

    Raises StudyProblem where there is one already, or name or password will not do.
    """
    who = Who("coordinator", _named(name))
    encoded = _hashed("coordinator", name, password)

    def made(connection: Connection) -> None:
        if has_coordinator(connection):
            raise StudyProblem(
                phrase("Problems", "This store has a coordinator already."),
                todo=phrase("Problems", "Sign in as coordinator, or ask the one there is for an account."),
            )
        _keep(connection, who, who, encoded)
        record(connection, who, SignedIn(account_key(connection, who)))

    writer.run(made).result()
    return who


def make_account(writer: StoreWriter, by: Who, who: Who, secret: str) -> None:
    """An account for a reader (pseudonym, PIN or password) or another coordinator.

    Raises StudyProblem where the account is there already, or name or secret will not do.
    """
    whose = _whose(who)
    encoded = _hashed(whose.role, whose.name, secret)

    def made(connection: Connection) -> None:
        _refuse_taken(connection, whose)
        _keep(connection, by, whose, encoded)

    writer.run(made).result()


def refuse_account(writer: StoreWriter, who: Who, secret: str) -> None:
    """Raise StudyProblem where `make_account` would: before what must not be done without the account."""
    whose = _whose(who)
    _refuse_secret(whose.role, whose.name, _folded(secret))
    writer.run(lambda connection: _refuse_taken(connection, whose)).result()


def _whose(who: Who) -> Who:
    return Who(who.role, _pseudonym(who.name) if who.role == "reader" else _named(who.name))


def _refuse_taken(connection: Connection, who: Who) -> None:
    if has_account(connection, who.role, who.name):
        raise StudyProblem(
            translate("Problems", "There is an account {name} already.").format(name=who.name),
            todo=phrase("Problems", "Choose another name, or set a new PIN for it."),
        )


def reset_pin(writer: StoreWriter, by: Who, who: Who, secret: str, reason: str) -> None:
    """A new PIN or password for an account; it also ends a lock. Raises StudyProblem where there is no such account."""
    encoded = _hashed(who.role, who.name, secret)

    def reset(connection: Connection) -> None:
        if not has_account(connection, who.role, who.name):
            raise StudyProblem(
                translate("Problems", "There is no account {name}.").format(name=who.name),
                todo=phrase("Problems", "Check the name."),
            )
        _keep(connection, by, who, encoded, reason)

    writer.run(reset).result()


class SignIn:
    """The one gate to accounts of a store. Tries are taken one at a time, so that many at once gain nothing."""

    def __init__(self, writer: StoreWriter) -> None:
        self._writer, self._waits, self._one = writer, Waits(), threading.Lock()

    def sign_in(self, who: Who, secret: str, now: Moment | None = None) -> Who:
        """`who`, once the secret is right. Blocks about 0.1 s: call it outside the windows' thread.

        Raises StudyProblem: one sentence for a wrong secret and for an account that is not there, after the same work;
        another while the account is locked, which a name without an account is after as many tries.
        """
        who = Who(who.role, unicodedata.normalize("NFC", who.name.strip()))
        with self._one:
            found = self._writer.run(lambda connection: self._begin(connection, who, now or moment())).result()
            right = _is_right(found.encoded, secret) and found.known
            locked_s = self._writer.run(
                lambda connection: self._end(connection, who, found, right, now or moment())
            ).result()
        if not right:
            raise _refused(who) if locked_s == 0 else _locked(locked_s)
        return who

    def sign_out(self, who: Who) -> None:
        self._writer.run(lambda connection: record(connection, who, SignedOut())).result()

    def _begin(self, connection: Connection, who: Who, now: Moment) -> _Found:
        account, recorded = account_key(connection, who), acts(connection)
        left = self._waits.left_s(recorded, account, now)
        if left != 0:
            raise _locked(left)
        record(connection, PROGRAM, SignInTried(account))
        return _found(connection, who)

    def _end(self, connection: Connection, who: Who, found: _Found, right: bool, now: Moment) -> float | None:
        """The try's outcome is written; seconds of a lock that it brought, 0 for none."""
        account = account_key(connection, who)
        if right:
            record(connection, who, SignedIn(account))
            return 0.0
        record(connection, PROGRAM, FailedSignIn(account, found.known))
        for_s = lock_after(wrong_tries(acts(connection), account), for_good=who.role == "reader")
        if for_s != 0:
            record(connection, PROGRAM, Locked(account, for_s, now.boot, now.at_ns))
        return for_s


def account_key(connection: Connection, who: Who) -> str:
    """The name under which tries are counted: a hash with the store's own random name, as some type a PIN there."""
    (uid,) = connection.execute("SELECT uid FROM act_heads").fetchone()
    return sha256(f"{uid}\n{who.role}\n{_folded(who.name)}".encode()).hexdigest()[:24]


def locked_for_s(recorded: list[RecordedAct], account: str) -> float | None:
    """Seconds until an account may be tried again, for a coordinator's eyes; None: until a new PIN."""
    return Waits().left_s(recorded, account, moment())


def _keep(connection: Connection, by: Who, who: Who, encoded: str, reason: str = "") -> None:
    count = "SELECT count(*) FROM accounts WHERE role = ? AND name = ?"
    (number,) = connection.execute(count, (who.role, who.name)).fetchone()
    row = sealed(who.role, who.name, number, encoded, datetime.now(UTC).isoformat(timespec="microseconds"))
    connection.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?)", row)
    made = (who.role, who.name, account_key(connection, who), row[-1])
    record(connection, by, PinReset(*made, reason) if number else AccountMade(*made))


def _found(connection: Connection, who: Who) -> _Found:
    query = "SELECT secret FROM accounts WHERE role = ? AND name = ? ORDER BY secret_number DESC LIMIT 1"
    row = connection.execute(query, (who.role, who.name)).fetchone()
    return _Found(NOBODY, known=False) if row is None else _Found(row[0], known=True)


def _named(name: str) -> str:
    """A coordinator's name: any, of 2 to 64 characters in one line."""
    name = unicodedata.normalize("NFC", name.strip())
    if not 2 <= len(name) <= 64 or not name.isprintable():
        raise StudyProblem(
            phrase("Problems", "This name can't be used."), todo=phrase("Problems", "Give 2 to 64 characters.")
        )
    return name


def _pseudonym(name: str) -> str:
    if not PSEUDONYM.fullmatch(name):
        raise StudyProblem(
            phrase("Problems", "This pseudonym can't be used."),
            todo=phrase("Problems", "2 to 32 letters, digits, - or _, starting with a letter. No names."),
        )
    return name


def _hashed(role: Role, name: str, secret: str) -> str:
    secret = _folded(secret)
    _refuse_secret(role, name, secret)
    return _hasher().hash(secret)


def _refuse_secret(role: Role, name: str, secret: str) -> None:
    is_pin = role == "reader" and PIN.fullmatch(secret)
    if role not in SHORTEST:
        raise ProgramError(f"A {role} has no account.")
    if not is_pin and not SHORTEST[role] <= len(secret) <= LONGEST:
        todo = (
            phrase("Problems", "Give 4 to 8 digits, or a password of at least 8 characters.")
            if role == "reader"
            else phrase("Problems", "Give at least 12 characters; some words in a row are easy to keep in mind.")
        )
        raise StudyProblem(phrase("Problems", "This PIN or password is too short or too long."), todo=todo)
    if _is_guessable(secret, name):
        raise StudyProblem(
            phrase("Problems", "This PIN or password is guessed too easily."),
            todo=phrase("Problems", "Take one that is no row (1234), no repetition (0000) and not the name."),
        )


def _is_guessable(secret: str, name: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(secret)}
    return secret.casefold() == name.casefold() or steps in ({0}, {1}, {-1})


def _is_right(encoded: str, secret: str) -> bool:
    from argon2.exceptions import VerifyMismatchError

    try:
        return _hasher().verify(encoded, _folded(secret)[:LONGEST])
    except VerifyMismatchError:
        return False


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def _folded(text: str) -> str:
    """One spelling for what different keyboards type alike (NIST SP 800-63B 5.1.1.2 names NFKC)."""
    return unicodedata.normalize("NFKC", text)


def _refused(who: Who) -> StudyProblem:
    if who.role == "coordinator":
        what = phrase("Problems", "Name or password is wrong.")
        todo = phrase("Problems", "Try again, or ask another coordinator for a new password.")
    else:
        what = phrase("Problems", "Pseudonym or PIN is wrong.")
        todo = phrase("Problems", "Try again, or ask the coordinator of the study for a new PIN.")
    return StudyProblem(translate("Problems", what), todo=translate("Problems", todo))


def _locked(left_s: float | None) -> StudyProblem:
    if left_s is None:
        return StudyProblem(
            translate("Problems", "There were too many wrong tries."),
            todo=translate("Problems", "Ask the coordinator of the study for a new PIN."),
        )
    at = datetime.now().astimezone() if left_s == 0 else _after(left_s)
    return StudyProblem(
        translate("Problems", "There were too many wrong tries."),
        todo=translate("Problems", "Wait until {time}, then try again.").format(time=f"{at:%H:%M:%S}"),
    )


def _after(left_s: float) -> datetime:
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() + left_s, UTC).astimezone()
