"""What opens and closes a protocol for readers: release, pause, resume, amendment, and the refusal at the door.

What belongs here: under which conditions a coordinator may do these, and what a reader is told. What does not: how acts
are kept (acts), what follows from them (acts_in_force), drawing an amended order (app.conduct.amending).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any, Literal

from app.store.accounts import has_coordinator
from app.store.acts import Amended, Paused, Released, Resumed, Who, acts, record
from app.store.acts_in_force import in_force_of, versions
from app.store.enrolment import enrol_on
from app.store.reader import Enrolment, ProtocolRecord, Sitting, StoreReader
from app.store.writer import StoreWriter
from app.tracking.events import SittingEnded
from study_configs.problem import StudyProblem
from study_configs.words import phrase, translate


def release(writer: StoreWriter, by: Who, protocol_sha256: str, mode: str, reason: str = "") -> None:
    """Let readers begin. In mode study only what survived a dry run, file for file. Raises StudyProblem."""

    def released(connection: Connection) -> None:
        state = in_force_of(connection, protocol_sha256)
        _refuse_replaced(state.replaced_by)
        if mode == "study" and not state.dry_run_is_clean:
            raise StudyProblem(
                phrase("Problems", "This study file has not survived a dry run as it is."),
                todo=phrase("Problems", "Run `readerlab check --dry-run` on it and put right what it finds."),
            )
        record(connection, by, Released(protocol_sha256, reason))

    writer.run(released).result()


def pause(writer: StoreWriter, by: Who, protocol_sha256: str, reason: str) -> None:
    """Nobody can begin or go on until `resume`; whoever reads now may finish the sitting."""
    writer.run(lambda connection: record(connection, by, Paused(protocol_sha256, reason))).result()


def resume(writer: StoreWriter, by: Who, protocol_sha256: str, reason: str) -> None:
    """Readers may go on. Raises StudyProblem where nothing was paused."""

    def resumed(connection: Connection) -> None:
        if not in_force_of(connection, protocol_sha256).is_paused:
            raise StudyProblem(phrase("Problems", "This protocol is not paused."), todo="")
        record(connection, by, Resumed(protocol_sha256, reason))

    writer.run(resumed).result()


def refuse_closed(connection: Connection, protocol_sha256: str, mode: str, reader: str = "") -> None:
    """Raise StudyProblem, in words for the reader, where nobody (or this reader) may read under this protocol now.

    A store without a coordinator is open; demo and pilot need no release.
    """
    if not has_coordinator(connection):
        return
    state = in_force_of(connection, protocol_sha256)
    _refuse_replaced(state.replaced_by)
    if mode == "study" and not state.released:
        raise StudyProblem(
            phrase("Problems", "This study has not been opened for reading yet."),
            todo=phrase("Problems", "Come back when the coordinator of the study says that it has."),
        )
    if state.is_paused:
        raise StudyProblem(
            phrase("Problems", "This study is paused."),
            todo=phrase("Problems", "Nothing is lost. Come back when the coordinator says that it goes on."),
        )
    if reader in state.dropped:
        raise StudyProblem(
            phrase("Problems", "You no longer take part in this study."),
            todo=phrase("Problems", "Ask the coordinator of the study if that is not right."),
        )


@dataclass(frozen=True, slots=True)
class Amendment:
    """A protocol that takes the place of `before` (sha-256), and why. `orders`: see `app.store.acts.Amended`."""

    before: str
    protocol: ProtocolRecord
    orders: Literal["kept", "redrawn"]
    reason: str
    models: Mapping[str, str]
    truth: str


def begun(store: StoreReader, protocol_sha256: str) -> tuple[tuple[str, int], ...]:
    """The sittings (reader, number) that were begun under a protocol and not finished: an amendment restarts them."""
    finished: dict[tuple[str, int], bool] = {}
    for sitting in store.sittings(protocol_sha256=protocol_sha256):
        here = (sitting.reader, sitting.number)
        finished[here] = finished.get(here, False) or _is_finished(store, sitting)
    return tuple(sorted(each for each, done in finished.items() if not done))


def amend(writer: StoreWriter, by: Who, amendment: Amendment, order: Callable[[Enrolment], Any]) -> Amended:
    """Put an amended protocol in the place of the one before, for every reader at once; older rows keep their hash.

    `order` gives the JSON-ready order that a reader has from now on, from the one held before. Readers who dropped out
    get none. Raises StudyProblem where the version is not new, the protocol was replaced, or no reason is given.
    """

    def amended(connection: Connection) -> Amended:
        store, state = StoreReader(connection), in_force_of(connection, amendment.before)
        _refuse_replaced(state.replaced_by)
        _refuse_same_version(store, amendment)
        restarted = begun(store, amendment.before)
        new = amendment.protocol
        act = Amended(new.sha256, amendment.before, new.version, amendment.orders, restarted, amendment.reason)
        record(connection, by, act)
        for each in store.enrolments(amendment.before):
            if each.reader not in state.dropped:
                enrol_on(connection, each, new, order(each), models=amendment.models, truth=amendment.truth)
        return act

    return writer.run(amended).result()


def finished_before(connection: Connection, reader: str, protocol_sha256: str) -> frozenset[int]:
    """The sittings that this reader finished under the versions that this protocol took the place of."""
    recorded, store = acts(connection), StoreReader(connection)
    older = versions(recorded, protocol_sha256)[:-1]
    restarted = {each for record in recorded if isinstance(record.act, Amended) for each in record.act.restarted}
    sittings = [each for each in store.sittings(reader=reader) if each.protocol_sha256 in older]
    return frozenset(
        each.number for each in sittings if (reader, each.number) not in restarted or _is_finished(store, each)
    )


def sittings_of_line(connection: Connection, reader: str, protocol_sha256: str) -> list[Sitting]:
    """A reader's sittings under a protocol and those that it took the place of, in the order in which they began."""
    line = versions(acts(connection), protocol_sha256)
    return [each for each in StoreReader(connection).sittings(reader=reader) if each.protocol_sha256 in line]


def _is_finished(store: StoreReader, sitting: Sitting) -> bool:
    last = store.events(sitting.id)[-1:]
    return any(isinstance(each, SittingEnded) and each.reason == "finished" for each in last)


def _refuse_replaced(replaced_by: str) -> None:
    if replaced_by:
        raise StudyProblem(
            phrase("Problems", "A newer version of this study file took its place."),
            todo=phrase("Problems", "Open the newer one."),
        )


def _refuse_same_version(store: StoreReader, amendment: Amendment) -> None:
    held = {each.sha256: each for each in store.protocols()}
    before, new = held.get(amendment.before), amendment.protocol
    if before is None:
        raise StudyProblem(
            phrase("Problems", "Nobody was enrolled under the version before."),
            todo=phrase("Problems", "Release the new file: it needs no amendment."),
        )
    if new.id != before.id or new.version in {each.version for each in held.values() if each.id == before.id}:
        raise StudyProblem(
            translate("Problems", "An amended study file needs a version that was not used: {version} was.").format(
                version=new.version
            ),
            todo=phrase("Problems", "Keep its id and give it a new version, under about."),
        )
