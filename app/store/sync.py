"""A station's sealed sittings to the central database: what was not delivered yet, checked before and after.

What belongs here: the order of things for one store. What does not: each of them (sync_store, sync_frozen,
sync_delivery), the link (sync_link), what the command line says. It can be stopped at any moment and begun again, by
several processes at once, in any order of stations: each transaction looks first what is there already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.store.acts import PROGRAM, Delivered, record
from app.store.connection import holder
from app.store.glimpse import is_held
from app.store.sync_delivery import Receipt, Refused, Sender, deliver, held, refuse_altered
from app.store.sync_frozen import Differing, register, send_acts, send_frozen
from app.store.sync_link import Link
from app.store.sync_store import Outbox, OwnSitting, log_of, outbox
from app.store.verify import VerifyReport, verify
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem

Step = Callable[[int, int, str], None]  # done, of, what


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one store: sittings delivered now and before, not finished yet, refused; bytes sent, about."""

    path: Path
    delivered: tuple[str, ...]
    before: int
    waiting: int
    refused: tuple[StudyProblem, ...]
    sent_bytes: int
    receipts_noted: bool  # False where a reader signed in meanwhile: noted with the next sync

    def to_text(self) -> str:
        """One line for people, and one for each sitting that was refused."""
        counts = [f"{len(self.delivered)} delivered", f"{self.before} there already"]
        counts += [f"{self.waiting} not finished"] if self.waiting else []
        counts += [f"{len(self.refused)} REFUSED"] if self.refused else []
        lines = [f"{self.path}: {', '.join(counts)}."]
        lines += [f"- {each.what} {each.todo}" for each in self.refused]
        lines += [] if self.receipts_noted else ["The receipts are noted in the store at the next sync."]
        return "\n".join(lines)


def sync(
    path: Path,
    link: Link,
    *,
    name: str = "",
    cut_off: bool = False,
    program_version: str = "",
    on_step: Step = lambda done, of, what: None,
) -> Outcome:
    """Deliver what a store has and the central database lacks.

    `name` is what people call the station. Sittings that differ from what is there, or whose chain is broken, are
    refused one by one (in the Outcome). Raises StudyProblem where the store is in use, damaged as a whole or of an older
    version, or the link fails for good.
    """
    refuse_in_use(path)
    bring_up_to_date(path, program_version)
    box = outbox(path, cut_off=cut_off)
    sender = Sender(box.station, f"Station {name or box.station[:8]}", program_version)
    altered = _altered(verify(path), sender.called)
    link.run(lambda connection: register(connection, box, name))
    differing = link.run(lambda connection: send_frozen(connection, box, sender.called))
    link.run(lambda connection: send_acts(connection, box, sender.called))
    return _Delivering(box, link, sender, differing, altered).run(on_step)


def refuse_in_use(path: Path) -> None:
    """Raise StudyProblem while a reader sits at the store."""
    if is_held(path):
        try:
            StoreWriter(path).close()  # whoever was killed has left only the word that it is held
        except StudyProblem as problem:
            if "in use" not in problem.what:
                raise
            raise StudyProblem(
                f"The store is in use by {holder(path)}.",
                where=str(path),
                todo="Sync after sign-out; what is sealed by then goes with it.",
            ) from problem


def bring_up_to_date(path: Path, program_version: str) -> None:
    """A store of an older version is brought to this program's, as it would be at the next sign-in."""
    from app.store.reader import open_connection

    try:
        with open_connection(path):
            return
    except StudyProblem as problem:
        if "this program reads version" not in problem.what:
            raise
    StoreWriter(path, program_version=program_version).close()


def _altered(report: VerifyReport, called: str) -> dict[int, StudyProblem]:
    """The sittings that are not as they were written, each with its first fault. Raises StudyProblem where the store
    as a whole is not."""
    found: dict[int, StudyProblem] = {}
    for fault in report.problems:
        where = "" if fault.seq is None else f", event {fault.seq}"
        what = f"{called} can't deliver sitting {fault.sitting}{where}: {fault.what}"
        problem = StudyProblem(what, where=report.path, todo="Run `readerlab verify` on the store and tell the coordinator.")
        if fault.sitting is None:
            raise StudyProblem(f"{called} delivers nothing: {fault.what}", where=report.path, todo=problem.todo)
        found.setdefault(fault.sitting, problem)
    return found


class _Delivering:
    """The sittings of one store on their way; afterwards what became of each."""

    def __init__(
        self, box: Outbox, link: Link, sender: Sender, differing: Differing, altered: dict[int, StudyProblem]
    ) -> None:
        self._box, self._link, self._sender = box, link, sender
        self._differing, self._altered = differing, altered
        self._delivered: list[Receipt] = []
        self._before: list[Receipt] = []
        self._refused: list[StudyProblem] = []
        self._bytes = 0

    def run(self, on_step: Step) -> Outcome:
        uids = [each.uid for each in self._box.ready]
        there = self._link.run(lambda connection: held(connection, uids))
        for done, sitting in enumerate(self._box.ready):
            on_step(done, len(uids), f"sitting {sitting.id}")
            try:
                self._one(sitting, there.get(sitting.uid))
            except Refused as refusal:
                self._refused.append(refusal.args[0])
        on_step(len(uids), len(uids), "")
        noted = _note(self._box, self._link.where, [*self._before, *self._delivered])
        names = tuple(each.sitting for each in self._delivered)
        return Outcome(
            self._box.path, names, len(self._before), len(self._box.waiting), tuple(self._refused), self._bytes, noted
        )

    def _one(self, sitting: OwnSitting, there: Receipt | None) -> None:
        if there is not None:
            refuse_altered(self._sender.called, sitting, there)
        if wrong := self._altered.get(sitting.id) or self._differing.of(sitting):
            raise Refused(wrong)
        if there is not None:
            self._before.append(there)
            return
        self._delivered.append(deliver(self._link, self._sender, sitting, log_of(self._box.path, sitting), self._count))

    def _count(self, size: int) -> None:
        self._bytes += size


def _note(box: Outbox, to: str, receipts: Sequence[Receipt]) -> bool:
    """Write the receipts that the store's acts do not hold yet; False where somebody signed in meanwhile."""
    told = {text for *_, kind, text, _, _ in box.acts if kind == "Delivered"}
    new = [each for each in receipts if not any(f'"sitting":"{each.sitting}"' in text and f'"to":"{to}"' in text for text in told)]
    if not new:
        return True
    try:
        writer = StoreWriter(box.path)
    except StudyProblem as problem:
        if "in use" not in problem.what:
            raise
        return False
    try:
        acts = [Delivered(each.sitting, to, each.events, each.head) for each in new]
        writer.run(lambda connection: [record(connection, PROGRAM, act) for act in acts]).result()
    finally:
        writer.close()
    return True
