"""Enrolment: a reader's order is made once, frozen with the protocol that was in force, and never recomputed.

What belongs here: that one transaction. What does not: making the order (study_configs) and signing in (windows).
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from app.store.chain import canonical, sealed, sha256_of
from app.store.reader import Enrolment, ProtocolRecord, StoreReader
from app.store.writer import StoreWriter
from study_configs.problem import ProgramError, StudyProblem


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
    """The reader's frozen order: the one already there, else `order(index)`, frozen now with protocol and models.

    `index` counts this protocol's readers from 0; `reader` is a pseudonym; `order` returns JSON-ready values and runs
    in the writer's thread; `models` maps an AI's id to its sha-256; `truth` is the study's sealed reference as JSON.
    Raises StudyProblem where writing fails, or the protocol was changed without a new version.
    """

    def enrolled(connection: Connection) -> Enrolment:
        _freeze_protocol(connection, protocol)
        _freeze_models(connection, protocol.sha256, models or {})
        _freeze_truth(connection, protocol.sha256, truth)
        return _enrol(connection, reader, protocol, order, stratum)

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
    connection.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _enrol(
    connection: Connection,
    reader: str,
    protocol: ProtocolRecord,
    order: Callable[[int], Any],
    stratum: str,
) -> Enrolment:
    store = StoreReader(connection)
    existing = store.order(reader, protocol.sha256)
    if existing is not None:
        return existing
    index = 1 + max((each.index for each in store.enrolments(protocol.sha256)), default=-1)  # drop-outs leave gaps
    drawn = order(index)
    known = connection.execute("SELECT 1 FROM readers WHERE pseudonym = ?", (reader,)).fetchone()
    if known is None:
        connection.execute("INSERT INTO readers VALUES (?, ?, ?, ?)", sealed(reader, stratum, _now()))
    _freeze_order(connection, reader, protocol.sha256, index, drawn)
    frozen = store.order(reader, protocol.sha256)
    if frozen is None:
        raise ProgramError("An order that was just written is not there.")
    return frozen


def _freeze_protocol(connection: Connection, protocol: ProtocolRecord) -> None:
    source = _source_of(protocol)
    if connection.execute("SELECT 1 FROM protocols WHERE sha256 = ?", (protocol.sha256,)).fetchone() is None:
        _refuse_amended(connection, protocol)
        row = sealed(protocol.sha256, protocol.id, protocol.version, protocol.mode, source, _now())
        connection.execute("INSERT INTO protocols VALUES (?, ?, ?, ?, ?, ?, ?)", row)


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
            connection.execute("INSERT INTO models VALUES (?, ?, ?, ?, ?)", row)


def _freeze_truth(connection: Connection, protocol_sha256: str, truth: str) -> None:
    find = "SELECT 1 FROM truths WHERE protocol_sha256 = ? AND sha256 = ?"
    if connection.execute(find, (protocol_sha256, sha256_of(truth))).fetchone() is None:
        row = sealed(protocol_sha256, sha256_of(truth), truth, _now())
        connection.execute("INSERT INTO truths VALUES (?, ?, ?, ?, ?)", row)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
