"""A seal: what a store held at a moment, in a few lines that leave the machine, and a store held against one.

What belongs here: taking one, writing and reading its lines, comparing. What does not: drawing it on paper (windows),
the chains themselves (verify). A store that went on afterwards still fits: its chains must go through what was sealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

from app.store.acts import first_hash
from app.store.chain import sha256_of
from app.store.faults import Fault
from study_configs.problem import StudyProblem

TITLE = "ReaderLab seal 1"
SITTINGS = """SELECT s.uid, s.reader, s.number, h.events, h.hash FROM sittings s JOIN heads h ON h.sitting = s.id
    WHERE ? IN (-1, s.id) ORDER BY s.id"""
GENESIS = "SELECT genesis FROM sittings WHERE uid = ?"
EVENT = "SELECT e.hash FROM events e JOIN sittings s ON s.id = e.sitting WHERE s.uid = ? AND e.seq = ?"
OTHER = "This is not a seal of ReaderLab, or it was changed."


@dataclass(frozen=True, slots=True)
class SealedSitting:
    """A sitting's chain: its last hash (hex, the receipt) after so many events."""

    uid: str
    reader: str
    number: int
    events: int
    hash: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The heads of a store's chains at `utc`. `store` (hex) is the hash of its name, as in a central database."""

    store: str
    utc: str
    program: str
    acts: int
    acts_hash: str
    sittings: tuple[SealedSitting, ...]

    def to_text(self) -> str:
        """Lines for people, and for `from_text`; the last one is the SHA-256 of those before it."""
        lines = [TITLE, f"store {self.store}", f"utc {self.utc}", f"program {self.program}"]
        lines += [f"acts {self.acts} {self.acts_hash}", "# sitting, number of the order, events, last hash, reader"]
        lines += [f"sitting {s.uid} {s.number} {s.events} {s.hash} {s.reader}" for s in self.sittings]
        body = "\n".join(lines) + "\n"
        return f"{body}sha256 {sha256_of(body)}\n"

    def to_json(self) -> str:
        return json.dumps({"title": TITLE, **asdict(self), "sha256": sha256_of(self.to_text())}, indent=2) + "\n"


def take(connection: Connection, program: str, sitting: int | None = None) -> Seal:
    """The seal of a store as it stands; of one sitting (id) alone where it is named: the acts bind the others."""
    uid, acts, head = connection.execute("SELECT uid, acts, hash FROM act_heads").fetchone()
    rows = connection.execute(SITTINGS, (-1 if sitting is None else sitting,)).fetchall()
    sittings = tuple(
        SealedSitting(uid, reader, number, events, bytes(last).hex()) for uid, reader, number, events, last in rows
    )
    utc = datetime.now(UTC).isoformat(timespec="seconds")
    return Seal(first_hash(uid).hex(), utc, program or "-", acts, bytes(head).hex(), sittings)


def seal_from(path: Path) -> Seal:
    """The seal in a file, text or JSON. Raises StudyProblem where there is none, or it is not as it was written."""
    try:
        text = path.read_text(encoding="utf-8")
        return _from_json(text) if text.lstrip().startswith("{") else from_text(text)
    except OSError as error:
        raise StudyProblem(f"The seal can't be read: {error.strerror}.", where=str(path)) from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        todo = "Name the text or JSON that `readerlab seal` wrote. From paper, give the hashes with --receipt."
        raise StudyProblem(OTHER, where=str(path), todo=todo) from error


def from_text(text: str) -> Seal:
    """Raises ValueError where the lines are not those that `to_text` gave."""
    said: dict[str, str] = {}
    sittings = []
    for line in text.splitlines()[1:]:
        name, _, value = line.partition(" ")
        if name == "sitting":
            uid, number, events, last, reader = value.split(" ", 4)
            sittings.append(SealedSitting(uid, reader, int(number), int(events), last))
        else:
            said[name] = value
    acts, head = said["acts"].split(" ")
    seal = Seal(said["store"], said["utc"], said["program"], int(acts), head, tuple(sittings))
    if seal.to_text() != "\n".join(text.splitlines()) + "\n":
        raise ValueError(OTHER)
    return seal


def _from_json(text: str) -> Seal:
    value = json.loads(text)
    sha256, title = value.pop("sha256"), value.pop("title")
    seal = Seal(**{**value, "sittings": tuple(SealedSitting(**each) for each in value["sittings"])})
    if (sha256, title) != (sha256_of(seal.to_text()), TITLE):
        raise ValueError(OTHER)
    return seal


def against(connection: Connection, seal: Seal) -> Iterator[Fault]:
    """Where a store, whose chains are sound, does not go through what was sealed."""
    (uid,) = connection.execute("SELECT uid FROM act_heads").fetchone()
    if first_hash(uid).hex() != seal.store:
        yield Fault(f"The seal of {seal.utc} is that of another store.")
        return
    act = connection.execute("SELECT hash FROM acts WHERE seq = ?", (seal.acts - 1,)).fetchone()
    if seal.acts and (act is None or bytes(act[0]).hex() != seal.acts_hash):
        how = "is not there" if act is None else "is another"
        yield Fault(
            f"Act {seal.acts - 1}, the last one sealed on {seal.utc}, {how}.", table="acts", key=str(seal.acts - 1)
        )
    for sitting in seal.sittings:
        yield from _against(connection, sitting, seal.utc)


def _against(connection: Connection, sealed: SealedSitting, utc: str) -> Iterator[Fault]:
    named = {"uid": sealed.uid, "reader": sealed.reader, "number": sealed.number}
    start = connection.execute(GENESIS, (sealed.uid,)).fetchone()
    if start is None:
        yield Fault(f"The sitting was sealed on {utc} and is not there.", **named)  # type: ignore[arg-type]
        return
    found = connection.execute(EVENT, (sealed.uid, sealed.events - 1)).fetchone() if sealed.events else start
    if found is None:
        words = f"{sealed.events} events were sealed on {utc}, fewer are there."
        yield Fault(words, **named)  # type: ignore[arg-type]
    elif bytes(found[0]).hex() != sealed.hash:
        words = f"Its first {sealed.events} events are not those that were sealed on {utc}."
        yield Fault(words, **named)  # type: ignore[arg-type]
