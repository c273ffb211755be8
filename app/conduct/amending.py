"""Amending a protocol that readers have begun: an order for each of them under the new version.

What belongs here: keeping or drawing those orders. What does not: the act and its conditions (app.store.releases), and
going on under the new version (app.conduct.opening).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from app.conduct.enrolling import protocol_record
from app.store.acts import Amended, Who
from app.store.reader import Enrolment
from app.store.releases import Amendment, amend
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem
from study_configs.reading_order import ReadingOrder, reading_order
from study_configs.study import Study


def amend_study(
    writer: StoreWriter,
    by: Who,
    before: str,
    study: Study,
    *,
    orders: Literal["kept", "redrawn"],
    reason: str,
    models: Mapping[str, str] | None = None,
) -> Amended:
    """Put `study` in the place of the protocol `before` (sha-256), from each reader's next sitting on.

    kept: readers keep cases, conditions and planted errors as they were drawn. redrawn: sittings that are not finished
    are drawn from the new protocol, for the same place of the plan. Sittings that were begun restart; the act names
    them. Raises StudyProblem where the version is not new, or a kept order names what the new protocol lacks.
    """
    amendment = Amendment(before, protocol_record(study), orders, reason, models or {}, study.truth.to_json())
    return amend(writer, by, amendment, lambda held: json.loads(_order(study, held, orders).to_json()))


def _order(study: Study, held: Enrolment, orders: Literal["kept", "redrawn"]) -> ReadingOrder:
    old = ReadingOrder.from_json(json.dumps(held.order))
    if orders == "redrawn":
        return replace(_drawn(study, held, old), enrolment_index=held.index)
    _refuse_lost(study, old)
    about = study.protocol.about
    return replace(old, protocol_version=about.version, protocol_sha256=study.sha256)


def _drawn(study: Study, held: Enrolment, old: ReadingOrder) -> ReadingOrder:
    return reading_order(study, held.reader, old.slot, stratum=old.stratum)


def _refuse_lost(study: Study, old: ReadingOrder) -> None:
    """A kept order needs its cases, conditions and planted errors."""
    protocol = study.protocol
    named: tuple[tuple[str, set[str], set[str]], ...] = (
        ("case", {each.case_id for each in old.trials}, {case.id for case in study.cases}),
        ("condition", {each.condition for each in old.trials}, _names(protocol.conditions)),
        (
            "planted rule",
            {error.id.partition("/")[0] for each in old.trials for error in each.planted},
            _names(protocol.planted),
        ),
    )
    for noun, needed, there in named:
        if lost := sorted(needed - there):
            raise StudyProblem(
                f"The orders can't be kept: they name the {noun} {lost[0]}, which the new study file lacks.",
                where=str(study.path),
                todo="Put it back, or let the orders be drawn anew.",
            )


def _names(section: Mapping[str, Any]) -> set[str]:
    return set(section)
