"""A seal: what a store held at a moment, in a few lines that leave the machine, and a store held against one.

What belongs here: taking one, writing and reading its lines, comparing. What does not: drawing it on paper (windows),
the chains themselves (verify). A store that went on afterwards still fits: its chains must go through what was sealed.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from operator import ne
from pathlib import Path
from sqlite3 import Connection

from app.store.acts import first_hash
from app.store.chain import sha256_of
from app.store.connection import DAMAGE
from app.store.faults import Fault
from study_configs.problem import StudyProblem

TITLE = "ReaderLab seal 1"
SITTINGS = """SELECT s.uid, s.reader, s.number, h.events, h.hash FROM sittings s JOIN heads h ON h.sitting = s.id
    WHERE ? IN (-1, s.id) ORDER BY s.id"""
GENESIS = "SELECT genesis FROM sittings WHERE uid = ?"
EVENT = "SELECT e.hash FROM events e JOIN sittings s ON s.id = e.sitting WHERE s.uid = ? AND e.seq = ?"
OTHER = "This is not a seal of ReaderLab, or it was changed."
NONE = f"There is no seal in this file: a seal begins with the line {TITLE}."
CUT_SHORT = "A seal in this file was cut short: its last line begins with sha256."
FROM_PAPER = "Name the text or JSON that `readerlab seal` wrote. From paper, give the hashes with --receipt."
RECEIPT_DIGITS = 64
MISTYPED = 3  # digits at most


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


def seals_in(path: Path) -> tuple[Seal, ...]:
    """Every seal in a file: text or JSON as `readerlab seal` wrote it, or a lab book with texts of any number of them.

    Line ends, spaces around and between words, and marks of quotation don't matter. Raises StudyProblem where there is
    none, or one is not as it was written.
    """
    try:
        text = _decoded(path.read_bytes())
        if text.lstrip().startswith("{"):
            return (_from_json(text),)
        return tuple(from_text(lines) for lines in _found(text))
    except OSError as error:
        said = f"The seal can't be read: {error.strerror}."
        raise StudyProblem(said, where=str(path), todo="Check the path.") from error
    except (*DAMAGE, IndexError) as error:
        what = str(error) if str(error) in (NONE, CUT_SHORT) else OTHER
        raise StudyProblem(what, where=str(path), todo=FROM_PAPER) from error


def _decoded(content: bytes) -> str:
    """Editors and shells of Windows write UTF-16, or a mark before UTF-8."""
    is_utf_16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf_16 else "utf-8-sig")


def _found(text: str) -> list[str]:
    """The lines of each seal, from its title to its SHA-256. Raises ValueError where there is none, or not whole."""
    found: list[list[str]] = []
    is_open = False
    for line in _plain(text):
        if line == TITLE:
            if is_open:
                raise ValueError(CUT_SHORT)
            found.append([])
            is_open = True
        if is_open:
            found[-1].append(line)
            is_open = not line.startswith("sha256 ")
    if is_open or not found:
        raise ValueError(CUT_SHORT if is_open else NONE)
    return ["\n".join(lines) for lines in found]


def _plain(text: str) -> list[str]:
    """Lines with one space between words and none around them, without empty ones and marks of quotation."""
    lines = (" ".join(line.lstrip("> \t").split()) for line in text.splitlines())
    return [line for line in lines if line]


def from_text(text: str) -> Seal:
    """Raises ValueError or KeyError where the lines are not those that `to_text` gave."""
    said: dict[str, str] = {}
    sittings = []
    lines = _plain(text)
    for line in lines[1:]:
        name, _, value = line.partition(" ")
        if name == "sitting":
            uid, number, events, last, reader = value.split(" ", 4)
            sittings.append(SealedSitting(uid, reader, int(number), int(events), last))
        else:
            said[name] = value
    acts, head = said["acts"].split(" ")
    seal = Seal(said["store"], said["utc"], said["program"], int(acts), head, tuple(sittings))
    if _plain(seal.to_text()) != lines:
        raise ValueError(OTHER)
    return seal


def _from_json(text: str) -> Seal:
    value = json.loads(text)
    sha256, title = value.pop("sha256"), value.pop("title")
    seal = Seal(**{**value, "sittings": tuple(SealedSitting(**each) for each in value["sittings"])})
    if (sha256, title) != (sha256_of(seal.to_text()), TITLE):
        raise ValueError(OTHER)
    return seal


def receipt_from(typed: str) -> str:
    """A receipt as it was copied from screen or paper, in groups or not. Raises StudyProblem where it can't be one."""
    receipt = "".join(typed.split()).lower()
    strange = sorted(set(receipt) - set("0123456789abcdef"))
    if len(receipt) == RECEIPT_DIGITS and not strange:
        return receipt
    said = f"has {len(receipt)}" if not strange else f"holds {' '.join(strange[:5])}"
    raise StudyProblem(
        f"This is no receipt: one has {RECEIPT_DIGITS} digits, 0 to 9 and a to f; this one {said}.",
        todo="Copy it again from where it was kept. Nothing was checked.",
    )


def nearly(receipt: str, known: Iterable[str]) -> bool:
    """Whether a receipt differs from a known one in few digits, as when somebody copies it by hand."""
    return any(0 < sum(map(ne, receipt, each)) <= MISTYPED for each in known)


def is_of(connection: Connection, seal: Seal) -> bool:
    """Whether a seal was taken of this store. Raises sqlite3.Error."""
    (uid,) = connection.execute("SELECT uid FROM act_heads").fetchone()
    return first_hash(uid).hex() == seal.store


def against(connection: Connection, seal: Seal) -> Iterator[Fault]:
    """Where a store, whose chains are sound, does not go through what was sealed."""
    if not is_of(connection, seal):
        yield Fault(f"The seal of {seal.utc} is that of another store, or another store was put in this one's place.")
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
