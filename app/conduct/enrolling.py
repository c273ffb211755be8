"""Enrolling a reader in a study: the place in the plan that is due, and the order that is drawn there and frozen.

What belongs here: from a study, a reader and strata to a frozen order. What does not: the transaction
(store.enrolment), who may enrol (opening, governing).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from app.store.acts import Who
from app.store.enrolment import Given, NewReader, enrol_in_plan
from app.store.reader import Enrolment, ProtocolRecord, StoreReader
from app.store.writer import StoreWriter
from study_configs.ordering.assignment import checked_stratum, next_slot, stratum_in_words
from study_configs.reading_order import reading_order
from study_configs.study import Study

BOM = b"\xef\xbb\xbf"


def enrol_reader(
    study: Study,
    writer: StoreWriter,
    reader: str,
    stratum: Mapping[str, str] | None = None,
    *,
    models: Mapping[str, str] | None = None,
    by: Who | None = None,
) -> Enrolment:
    """The order that was frozen for the reader (a pseudonym); where there is none, one is drawn and frozen now.

    `stratum` holds a value for each of the protocol's strata, and is looked at for new readers only; `by` is the
    coordinator who enrols, and the act is recorded with it. Raises StudyProblem where a stratum is missing or wrong, or
    no order keeps the constraints.
    """

    held = writer.run(lambda connection: StoreReader(connection).order(reader, study.sha256)).result()
    strata = checked_stratum(study, stratum or {}) if held is None else {}

    def slot_of(given: Sequence[Given]) -> int:
        own = [each for each in given if each.stratum == strata]
        held = [each.slot for each in own if not each.dropped]
        return next_slot(study, strata, [each.slot for each in own], held, len(own))

    def order_of(slot: int, index: int) -> Any:
        return json.loads(reading_order(study, reader, slot, strata, index).to_json())

    new = NewReader(reader, stratum_in_words(strata), slot_of, order_of, strata, by)
    return enrol_in_plan(writer, new, protocol_record(study), models=models or {}, truth=study.truth.to_json())


def protocol_record(study: Study) -> ProtocolRecord:
    """The protocol as it is frozen: its file's bytes and their hash."""
    about = study.protocol.about
    return ProtocolRecord(study.sha256, about.id, about.version, about.mode, _source(study))


def _source(study: Study) -> bytes:
    """The study file's bytes, which its sha-256 is over; a byte order mark is not part of the text."""
    source = study.source_text.encode("utf-8")
    return source if sha256(source).hexdigest() == study.sha256 else BOM + source
