"""Enrolment: a reader's order is made once, frozen with the protocol that was in force, and never recomputed.

What belongs here: that one transaction. What does not: making the order and choosing the place (app.conduct.enrolling,
study_configs) and signing in (windows).
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from app.store import ledger
from app.store.acts import Enrolled, Who, record
from app.store.acts_in_force import in_force_of
from app.store.chain import canonical, sealed, sha256_of
from app.store.reader import Enrolment, ProtocolRecord, StoreReader
from app.store.writer import StoreWriter
from study_configs.problem import ProgramError, StudyProblem


@dataclass(frozen=True, slots=True)
class Given:
    """A place of the plan that was given to a reader: its slot within a stratum, and whether the reader dropped out."""

    slot: int
    stratum: Mapping[str, str]
    dropped: bool


SlotOf = Callable[[Sequence[Given]], int]
OrderOf = Callable[[int, int], Any]


def enrol(
    writer: StoreWriter,
    reader: str,
    protocol: ProtocolRecord,
    order: Callable[[int], Any],
    *,
    stratum: str = "",
    models: Mapping[str, str] | None = None,
    truth: str = "[]",
) -> Enrolment:
    """As `enrol_in_plan` without a plan: `order(index)`, whatever places were given."""
    new = NewReader(reader, stratum, lambda given: 0, lambda slot, index: order(index))
    return enrol_in_plan(writer, new, protocol, models=models or {}, truth=truth)


@dataclass(frozen=True, slots=True)
class NewReader:
    """Who is to be enrolled (a pseudonym), and how the place and the order are found.

    `slot_of` chooses the slot from those given under the protocol; `order_of(slot, index)` returns JSON-ready values,
    where `index` counts the protocol's readers from 0. Both run in the writer's thread, within the transaction.
    `by` is the coordinator who enrols, if one does; `strata` goes into that act.
    """

    name: str
    stratum: str
    slot_of: SlotOf
    order_of: OrderOf
    strata: Mapping[str, str] = field(default_factory=dict)
    by: Who | None = None


def enrol_in_plan(
    writer: StoreWriter, new: NewReader, protocol: ProtocolRecord, *, models: Mapping[str, str], truth: str
) -> Enrolment:
    """The reader's frozen order: the one already there, else one that is drawn and frozen now with protocol and models.

    `models` maps an AI's id to its sha-256; `truth` is the study's sealed reference as JSON. All in one transaction on
    the one connection that writes, so that no slot is given to two readers at once. Raises StudyProblem where writing
    fails, or the protocol was changed without a new version.
    """

    def enrolled(connection: Connection) -> Enrolment:
        _freeze_protocol(connection, protocol)
        _freeze_models(connection, protocol.sha256, models)
        _freeze_truth(connection, protocol.sha256, truth)
        return StoreReader(connection).order(new.name, protocol.sha256) or _enrol(connection, new, protocol)

    return writer.run(enrolled).result()


def enrol_on(
    connection: Connection,
    held: Enrolment,
    protocol: ProtocolRecord,
    order: Any,
    *,
    models: Mapping[str, str],
    truth: str,
) -> None:
    """Freeze `order` for a reader under the protocol that takes the place of the one of `held`; the place is kept."""
    _freeze_protocol(connection, protocol)
    _freeze_models(connection, protocol.sha256, models)
    _freeze_truth(connection, protocol.sha256, truth)
    _freeze_order(connection, held.reader, protocol.sha256, held.index, order)


def _freeze_order(connection: Connection, reader: str, protocol_sha256: str, index: int, order: Any) -> None:
    text = canonical(order)
    row = sealed(reader, protocol_sha256, index, text, sha256_of(text), _now())
    _freeze(connection, "orders", row)


def _enrol(connection: Connection, new: NewReader, protocol: ProtocolRecord) -> Enrolment:
    store = StoreReader(connection)
    enrolments = store.enrolments(protocol.sha256)
    index = 1 + max((each.index for each in enrolments), default=-1)  # drop-outs leave gaps
    dropped = in_force_of(connection, protocol.sha256).dropped
    order = new.order_of(new.slot_of([_given(each, each.reader in dropped) for each in enrolments]), index)
    known = connection.execute("SELECT 1 FROM readers WHERE pseudonym = ?", (new.name,)).fetchone()
    if known is None:
        _freeze(connection, "readers", sealed(new.name, new.stratum, _now()))
    if new.by is not None:
        record(connection, new.by, Enrolled(protocol.sha256, new.name, dict(new.strata)))
    _freeze_order(connection, new.name, protocol.sha256, index, order)
    frozen = store.order(new.name, protocol.sha256)
    if frozen is None:
        raise ProgramError("An order that was just written is not there.")
    return frozen


def _given(enrolment: Enrolment, dropped: bool) -> Given:
    """Orders from before there were strata name no slot: it is their index."""
    order = enrolment.order if isinstance(enrolment.order, Mapping) else {}
    return Given(order.get("slot", enrolment.index), order.get("stratum", {}), dropped)


def _freeze_protocol(connection: Connection, protocol: ProtocolRecord) -> None:
    source = _source_of(protocol)
    if connection.execute("SELECT 1 FROM protocols WHERE sha256 = ?", (protocol.sha256,)).fetchone() is None:
        _refuse_amended(connection, protocol)
        row = sealed(protocol.sha256, protocol.id, protocol.version, protocol.mode, source, _now())
        _freeze(connection, "protocols", row)


def _refuse_amended(connection: Connection, protocol: ProtocolRecord) -> None:
    """Once somebody is enrolled, another text is another version. A demo may change: its rows count for nothing."""
    find = "SELECT 1 FROM protocols WHERE id = ? AND version = ? AND mode = ? AND mode != 'demo'"
    if connection.execute(find, (protocol.id, protocol.version, protocol.mode)).fetchone() is not None:
        raise StudyProblem(
            f"The study file was changed after reading had begun under its version {protocol.version}.",
            where=protocol.id,
            todo="Put the file back as it was, or give it a new version; it is then read from the start.",
        )


def _source_of(protocol: ProtocolRecord) -> bytes:
    """The file's bytes; a text that was decoded from them may have lost its byte order mark."""
    for source in (protocol.source, BOM_UTF8 + protocol.source):
        if sha256_of(source) == protocol.sha256:
            return source
    raise ProgramError("The protocol's sha256 is not that of its source.")


def _freeze_models(connection: Connection, protocol_sha256: str, models: Mapping[str, str]) -> None:
    find = "SELECT ai, sha256 FROM models WHERE protocol_sha256 = ?"
    known = set(connection.execute(find, (protocol_sha256,)))
    for ai, sha256 in models.items():
        if (ai, sha256) not in known:
            row = sealed(protocol_sha256, ai, sha256, _now())
            _freeze(connection, "models", row)


def _freeze_truth(connection: Connection, protocol_sha256: str, truth: str) -> None:
    find = "SELECT 1 FROM truths WHERE protocol_sha256 = ? AND sha256 = ?"
    if connection.execute(find, (protocol_sha256, sha256_of(truth))).fetchone() is None:
        row = sealed(protocol_sha256, sha256_of(truth), truth, _now())
        _freeze(connection, "truths", row)


def _freeze(connection: Connection, table: str, row: tuple[Any, ...]) -> None:
    """Put a sealed row in for good, and tell the acts of it."""
    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    ledger.row_frozen(connection, table, row)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
