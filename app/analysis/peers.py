"""How other readers of a study answered about each case, as counts: what feedback may tell of peers.

What belongs here: gathering and counting. What does not: names, and anything while fewer than the protocol's min_group
have finished a case; showing it (app.windows.debrief).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from app.reading.feedback import PeerAnswers, answer_in_words
from app.store.acts_in_force import in_force_of
from app.store.reader import StoreReader
from app.tracking.events import AnswerValue, Event, PhaseConfirmed, PhaseSkipped
from study_configs.protocol import Protocol
from study_configs.questions import Choice, Likert, Question, ScaleAnswer, Verdict, YesNo
from study_configs.reading_order import ReadingOrder
from study_configs.study import Study

Peers = Mapping[str, tuple[PeerAnswers, ...]]  # by case
NO_PEERS: Peers = MappingProxyType({})
COUNTED = (Choice, Likert, ScaleAnswer, Verdict, YesNo)
Final = Mapping[str, AnswerValue]  # the last answers about a case, by question


def peers_of(store: StoreReader, study: Study, reader: str) -> Peers:
    """Counts over all other readers under the study's protocol, of cases that at least min_group of them finished.

    Readers who dropped out and trials that a coordinator voided count nowhere.
    """
    in_force = in_force_of(store.connection, study.sha256)
    found: dict[str, dict[str, Final]] = {}
    for enrolment in store.enrolments(study.sha256):
        other = enrolment.reader
        if other == reader or other in in_force.dropped:
            continue
        order = ReadingOrder.from_json(json.dumps(enrolment.order))
        events = store.events_of(other, study.sha256, (PhaseConfirmed, PhaseSkipped))
        for trial, final in _finals(study.protocol, order, events).items():
            if (other, trial) not in in_force.voided:
                found.setdefault(order.trials[trial].case_id, {})[other] = final
    return counted(study.protocol, {case: tuple(finals.values()) for case, finals in found.items()})


def counted(protocol: Protocol, finals: Mapping[str, Iterable[Final]]) -> Peers:
    """The counts of each case that enough readers have finished."""
    least = protocol.feedback.min_group
    told: dict[str, tuple[PeerAnswers, ...]] = {}
    for case, each in finals.items():
        answers = list(each)
        if len(answers) >= least:
            told[case] = tuple(_counts(name, protocol.questions[name], answers) for name in _asked(protocol, answers))
    return told


def _asked(protocol: Protocol, finals: Iterable[Final]) -> list[str]:
    """Questions about the whole case whose answers can be counted, in the protocol's order."""
    given = {name for final in finals for name in final}
    return [name for name, spec in protocol.questions.items() if name in given and isinstance(spec, COUNTED)]


def _counts(name: str, question: Question, finals: Iterable[Final]) -> PeerAnswers:
    counts = Counter(answer_in_words(question, final[name]) for final in finals if name in final)
    return PeerAnswers(question.ask, tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0]))))


def _finals(protocol: Protocol, order: ReadingOrder, events: Iterable[Event]) -> dict[int, Final]:
    """The last confirmed answers of each finished trial that counts."""
    confirmed: dict[int, dict[int, Final]] = {}
    over: dict[int, set[int]] = {}
    for event in events:
        if isinstance(event, PhaseConfirmed | PhaseSkipped):
            over.setdefault(event.trial, set()).add(event.phase)
        if isinstance(event, PhaseConfirmed):
            confirmed.setdefault(event.trial, {})[event.phase] = event.answers
    phases = {trial.index: len(protocol.conditions[trial.condition].phases) for trial in order.trials}
    return {
        trial: by_phase[max(by_phase)]
        for trial, by_phase in confirmed.items()
        if len(over[trial]) == phases[trial] and not order.trials[trial].practice
    }
