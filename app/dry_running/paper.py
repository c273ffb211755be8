"""Readers on paper fill a protocol: orders drawn, frozen, read to their end and written to a store of their own.

What belongs here: which readers, and their events on the way to the store. What does not: reading (app.simulated), and
looking at what they left (examining).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from app.conduct.enrolling import protocol_record
from app.reading.compiling import compile_script
from app.reading.script import Script
from app.simulated.on_paper import Advise, ReaderOnPaper, Told
from app.store.enrolment import enrol
from app.store.writer import StoreWriter
from app.tracking.events import Event, SittingEnded, SittingStarted
from app.tracking.recorder import Recorder
from app.version import version
from study_configs.ordering.assignment import stratum_in_words
from study_configs.ordering.facts import facts_of
from study_configs.ordering.places import places_in_all
from study_configs.problem import ProgramError
from study_configs.reading_order import ReadingOrder, reading_order
from study_configs.study import Study

Step = Callable[[int, int, str], None]
MOST_READERS, MOST_TRIALS = 24, 8000
MOST_SIGN_INS = 10_000  # to one sitting; each reads a case at the least


@dataclass(frozen=True, slots=True)
class Seat:
    """A reader of the dry run: a place of the plan, and the stratum that it belongs to."""

    name: str
    slot: int
    stratum: Mapping[str, str]


def seats(study: Study) -> tuple[list[Seat], int]:
    """Readers for one full turn of the design and one for every other stratum; and how many a full turn takes.

    At least two; at most MOST_READERS, and no more than read MOST_TRIALS, but at least one for each arm.
    """
    turn = places_in_all(facts_of(study))
    strata = _strata(study)
    places = [(slot, strata[0]) for slot in range(min(max(turn, 2), MOST_READERS))] + [(0, each) for each in strata[1:]]
    read = max(1, len(reading_order(study, "dry-run", 0, stratum=strata[0]).trials))
    least = max(2, len(study.protocol.design.arms))
    kept = places[: max(least, min(MOST_READERS, MOST_TRIALS // read))]
    return [Seat(f"dry-run-{at:02d}", slot, stratum) for at, (slot, stratum) in enumerate(kept, 1)], turn


def _strata(study: Study) -> list[dict[str, str]]:
    """Every combination of the strata's values; one value stands for strata whose values are entered freely."""
    named = study.protocol.design.readers.strata
    choices = [[(name, value) for value in values or ("any",)] for name, values in named.items()]
    return [dict(each) for each in product(*choices)]


def fill(study: Study, store: Path, who: Sequence[Seat], step: Step) -> list[ReadingOrder]:
    """Every reader reads every sitting; returns their orders. Raises StudyProblem where no order can be drawn."""
    writer = StoreWriter(store, program_version=version())
    try:
        orders = []
        for done, seat in enumerate(who):
            step(done, len(who), seat.name)
            orders.append(_read(study, writer, seat))
        return orders
    finally:
        writer.close()


def _read(study: Study, writer: StoreWriter, seat: Seat) -> ReadingOrder:
    order = reading_order(study, seat.name, seat.slot, stratum=seat.stratum)
    written = json.loads(order.to_json())
    record, stratum = protocol_record(study), stratum_in_words(seat.stratum)
    frozen = enrol(writer, seat.name, record, lambda index: written, stratum=stratum, truth=study.truth.to_json())
    for number in sorted({trial.sitting for trial in order.trials}):
        _read_sitting(study, writer, order, number, frozen.sha256)
    return order


def _read_sitting(study: Study, writer: StoreWriter, order: ReadingOrder, number: int, order_sha256: str) -> None:
    """Sign in until the sitting is finished: one that ends by its time goes on another day."""
    script = compile_script(study, order, number)
    course: list[Event] = []
    for _ in range(MOST_SIGN_INS):
        started = _started(study, order, number, order_sha256, resumed=bool(course))
        course += _sign_in(study, writer, order, script, started, course)
        if isinstance(course[-1], SittingEnded) and course[-1].reason == "finished":
            return
    raise ProgramError(f"Sitting {number} of {order.reader} finds no end.")


def _sign_in(
    study: Study, writer: StoreWriter, order: ReadingOrder, script: Script, started: SittingStarted,
    earlier: Sequence[Event],
) -> list[Event]:  # fmt: skip
    key = writer.begin_sitting(reader=order.reader, protocol_sha256=study.sha256, number=started.sitting)
    recorder = Recorder(writer, key)
    pages = {name: text.sha256 for name, text in study.texts.items()}
    reader = ReaderOnPaper(
        script, seed=order.enrolment_index + 1, advise=_advice(order), earlier=earlier, sha256_of=pages
    )
    course = list(reader.events(started))
    for event in course:
        _record(recorder, event)
    return course


def _record(recorder: Recorder, event: Event) -> None:
    """Waits for the log only at the end: a dry run that is cut off is made again."""
    if isinstance(event, SittingEnded):
        recorder.end(event.reason).result()
    else:
        recorder.record(event)


def _started(study: Study, order: ReadingOrder, number: int, order_sha256: str, *, resumed: bool) -> SittingStarted:
    about = study.protocol.about
    return SittingStarted(
        at_ns=0, reader=order.reader, protocol_id=about.id, protocol_version=about.version,
        protocol_sha256=study.sha256, order_sha256=order_sha256, mode=about.mode, sitting=number, resumed=resumed,
        program_version=version(),
    )  # fmt: skip


def _advice(order: ReadingOrder) -> Advise:
    """A made-up finding in each case, with the errors that the order plants there."""
    planted = {trial.index: trial.planted for trial in order.trials}

    def advise(trial: int, ai: str) -> Told:
        score = random.Random(f"{trial}/{ai}").random()
        errors = tuple(error.id for error in planted[trial] if error.ai == ai)
        return Told(("f1",), (score,), errors, score)

    return advise
