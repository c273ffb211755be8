"""A station's sealed sittings to the central database: what was not delivered yet, checked before and after.

What belongs here: the order of things for one store. What does not: each of them (outgoing, frozen, delivery),
the link (link), what the command line says. It can be stopped at any moment and begun again, by
several processes at once, in any order of stations: each transaction looks first what is there already.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.store.acts import PROGRAM, Delivered, record
from app.store.central.delivery import Receipt, Refused, deliver, held, is_rewritten, name_of, refuse_altered
from app.store.central.frozen import Differing, Sender, send_acts, send_grounds
from app.store.central.link import Link
from app.store.central.outgoing import Outbox, OwnSitting, log_of, outbox
from app.store.connection import holder
from app.store.glimpse import is_held
from app.store.migrations import NEWEST, version_of
from app.store.opening import open_as_it_is
from app.store.verify import VerifyReport, verify
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem

ASK = "Run `readerlab verify` on the store and tell the coordinator."
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

    def to_json(self) -> str:
        refused = [{"what": each.what, "todo": each.todo} for each in self.refused]
        return json.dumps({**asdict(self), "path": str(self.path), "refused": refused})


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
    refused one by one (in the Outcome). Raises StudyProblem where the store is in use or damaged as a whole, or the
    link fails for good.
    """
    refuse_in_use(path)
    bring_up_to_date(path, program_version)
    box = outbox(path, cut_off=cut_off)
    sender = Sender(box.station, f"Station {name or box.station[:8]}", program_version)
    altered = _altered(verify(path), sender.called)
    uids = [each.uid for each in box.ready]
    there = link.run(lambda connection: held(connection, uids))
    rewritten = [each for each in box.ready if is_rewritten(each, there.get(each.uid))]
    differing = link.run(lambda connection: send_grounds(connection, box, name, sender, rewritten))
    return _Delivering(box, link, sender, differing, altered).run(there, on_step)


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
    with open_as_it_is(path) as connection:
        version = version_of(connection)
    if version < NEWEST:
        StoreWriter(path, program_version=program_version).close()


def _altered(report: VerifyReport, called: str) -> dict[int, StudyProblem]:
    """The sittings that are not as they were written, each with its first fault. Raises StudyProblem where the store
    as a whole is not."""
    found: dict[int, StudyProblem] = {}
    whole = ""
    for fault in report.problems:
        where = "" if fault.seq is None else f", event {fault.seq}"
        what = f"{called} can't deliver sitting {fault.sitting}{where}: {fault.what}"
        if fault.sitting is None:
            whole = whole or fault.what
        else:
            found.setdefault(fault.sitting, StudyProblem(what, where=report.path, todo=ASK))
    if whole:
        named = " ".join([f"{called} delivers nothing: {whole}", *(each.what for each in found.values())])
        raise StudyProblem(named, where=report.path, todo=ASK)
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

    def run(self, there: Mapping[str, Receipt], on_step: Step) -> Outcome:
        ready = self._box.ready
        for done, sitting in enumerate(ready):
            on_step(done, len(ready), f"sitting {sitting.id}")
            try:
                self._one(sitting, there.get(sitting.uid))
            except Refused as refusal:
                self._refused.append(refusal.args[0])
        on_step(len(ready), len(ready), "")
        noted = self._note([*self._before, *self._delivered])
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

    def _note(self, receipts: Sequence[Receipt]) -> bool:
        """Put the receipts that the store's acts do not hold yet into them, and these acts into the central database,
        which must not lose the sitting again unseen. False where somebody signed in meanwhile."""
        box, where = self._box, self._link.where
        to = self._link.run(name_of)
        told = [json.loads(text) for *_, kind, text, _, _ in box.acts if kind == "Delivered"]
        known = {(each["sitting"], each["to"]) for each in told}
        new = [each for each in receipts if (each.sitting, to) not in known]
        if not new:
            return True
        if not _record(box.path, [Delivered(each.sitting, to, where, each.events, each.head) for each in new]):
            return False
        self._link.run(lambda connection: send_acts(connection, box.path, self._sender))
        return True


def _record(path: Path, acts: Sequence[Delivered]) -> bool:
    """Write acts of the program; False where the store is in use."""
    try:
        writer = StoreWriter(path)
    except StudyProblem as problem:
        if "in use" not in problem.what:
            raise
        return False
    try:
        writer.run(lambda connection: [record(connection, PROGRAM, act) for act in acts]).result()
    finally:
        writer.close()
    return True
