"""What a coordinator does to a study and its store, and what the store says of it: the desk without its window.

What belongs here: looking at a governed study as one value, and the acts that need more than one row. What does not:
single acts (app.store.acts), how far readers are (app.analysis.progress), windows.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from app.advice.needs import model_hashes
from app.analysis.progress import Board, ReaderRow, board
from app.conduct.enrolling import enrol_reader as place_reader
from app.store.accounts import Account, accounts, make_account, refuse_account
from app.store.acts import Act, RecordedAct, Who, acts, record
from app.store.acts_in_force import InForce, in_force, versions
from app.store.glimpse import glimpse
from app.store.projecting.projections import protocol_of
from app.store.reader import ProtocolRecord, StoreReader
from app.store.writer import StoreWriter
from app.version import version
from study_configs.ordering.assignment import checked_stratum
from study_configs.problem import StudyProblem
from study_configs.protocol import Protocol
from study_configs.study import Study

T = TypeVar("T")
PIN_DIGITS = 6
WORDS = ("ash", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "pine", "rowan", "willow")


@dataclass(frozen=True, slots=True)
class Governed:
    """A study's store as it stands: who may sign in, what is in force, how far everybody is.

    `sha256` is that of the version that `in_force` and `board` speak of: the study file's own where the store knows
    it, else the last version that readers read, so that `board` goes on while an amendment is being written.
    """

    sha256: str = ""
    in_force: InForce = field(default_factory=lambda: InForce(""))
    board: Board = field(default_factory=Board)
    recorded: tuple[RecordedAct, ...] = ()
    accounts: tuple[Account, ...] = ()
    frozen: tuple[ProtocolRecord, ...] = ()  # this protocol's versions in the store, the latest last

    @property
    def has_coordinator(self) -> bool:
        return any(account.role == "coordinator" for account in self.accounts)

    @property
    def state(self) -> str:
        """new | released | paused | replaced."""
        if self.in_force.replaced_by:
            return "replaced"
        if not self.in_force.released:
            return "new"
        return "paused" if self.in_force.is_paused else "released"


def look(store: Path, study: Study | None) -> Governed:
    """What the store says of a study; nothing yet where there is no store. Raises StudyProblem."""
    if not store.is_file():
        return Governed(study.sha256 if study is not None else "")
    with glimpse(store) as connection:
        recorded, known = tuple(acts(connection)), tuple(accounts(connection))
        if study is None:
            return Governed(recorded=recorded, accounts=known)
        about = study.protocol.about
        frozen = tuple(each for each in StoreReader(connection).protocols() if each.id == about.id)
        sha256 = _spoken_of(study, frozen, recorded)
        force = in_force(recorded, sha256)
        line = versions(recorded, sha256)
        rows = _board(connection, study, frozen, line, force)
        return Governed(sha256, force, rows, recorded, known, frozen)


def _spoken_of(study: Study, frozen: Sequence[ProtocolRecord], recorded: Sequence[RecordedAct]) -> str:
    named = {getattr(each.act, "protocol", "") for each in recorded} | {each.sha256 for each in frozen}
    if study.sha256 in named or not frozen:
        return study.sha256
    return frozen[-1].sha256


def _board(
    connection: Connection, study: Study, frozen: Sequence[ProtocolRecord], line: Sequence[str], force: InForce
) -> Board:
    """The readers of this version, and of those it took the place of, each once."""
    of = {each.sha256: each for each in frozen}
    rows: dict[str, ReaderRow] = {}
    for sha256 in line:
        if sha256 in of:
            protocol: Protocol | None = study.protocol if sha256 == study.sha256 else protocol_of(of[sha256])
            if protocol is not None:
                rows |= {row.reader: row for row in board(connection, protocol, sha256, force).rows}
    return Board(tuple(rows.values()), max((len(row.sessions) for row in rows.values()), default=0))


def act_on(store: Path, do: Callable[[StoreWriter], T]) -> T:
    """Open the store for one act and let go of it at once, so that workstations can have it.

    Raises StudyProblem where another ReaderLab holds it, and whatever `do` raises.
    """
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyProblem(
            f"The folder of the store can't be made ({error.strerror}).",
            where=str(store.parent),
            todo="Choose a study folder that you may write in.",
        ) from error
    writer = StoreWriter(store, program_version=version())
    try:
        return do(writer)
    finally:
        writer.close()


def do_act(store: Path, by: Who, act: Act) -> None:
    """Record one act. Raises StudyProblem."""
    act_on(store, lambda writer: writer.run(lambda connection: record(connection, by, act)).result())


@dataclass(frozen=True, slots=True)
class NewReader:
    """What a reader is given at enrolment: the PIN is shown once and stands nowhere else."""

    reader: str
    pin: str
    slip: str


def enrol_reader(
    study: Study, store: Path, by: Who, reader: str, stratum: Mapping[str, str], pin: str = ""
) -> NewReader:
    """Give a reader an account and a place in the plan. Raises StudyProblem; done again, it takes up what was done.

    The place comes first: it is found again where the account could not be written, while a name is given only once.
    `pin` empty: one is drawn. `stratum` has a value for each of the protocol's strata.
    """
    given = pin or new_pin()

    def enrolled(writer: StoreWriter) -> None:
        checked_stratum(study, stratum)
        refuse_account(writer, Who("reader", reader), given)
        place_reader(study, writer, reader, stratum, models=model_hashes(study), by=by)
        make_account(writer, by, Who("reader", reader), given)

    act_on(store, enrolled)
    return NewReader(reader, given, slip(study, reader, given))


def new_pin() -> str:
    """Six digits, drawn; no row and no repetition, which are refused."""
    while True:
        digits = "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
        steps = {int(b) - int(a) for a, b in pairwise(digits)}
        if len(steps) > 1:
            return digits


def new_pseudonym(taken: Sequence[str]) -> str:
    """A word and a number that nobody has, and that tells nothing of anybody."""
    while True:
        name = f"{secrets.choice(WORDS)}-{secrets.randbelow(900) + 100}"
        if name not in taken:
            return name


def slip(study: Study, reader: str, pin: str) -> str:
    """What a reader takes away, as plain text."""
    about = study.protocol.about
    return "\n".join(
        (
            about.title,
            f"{about.id}, version {about.version}",
            "",
            f"Your pseudonym:  {reader}",
            f"Your PIN:        {pin}",
            "",
            "How to sign in",
            "1. Start ReaderLab at the reading workstation.",
            "2. Type your pseudonym and your PIN on the first page, then press Enter.",
            "3. Leave with Ctrl+Q at any time: nothing that was shown as saved is lost.",
            "",
            "Keep the PIN to yourself. If it is lost, the coordinator gives you a new one.",
            "Research use, not for diagnosis.",
            "",
        )
    )


def export_of(store: Path, folder: Path, modes: Sequence[str] | None, *, blinded: bool) -> list[Path]:
    """Write the tables of a store; blinded ones tell neither truth nor planted errors nor the plan."""
    from app.store.exports.blinded import blinded_export
    from app.store.exports.tidy import export

    return blinded_export(store, folder, modes=modes) if blinded else export(store, folder, modes=modes)
