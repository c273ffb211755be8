"""Places of the plan: each is given once, freed by a drop-out, and never changed by what comes later."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from app.conduct.enrolling import enrol_reader
from app.conduct.opening import open_sitting
from app.conduct.washout import last_read, may_begin
from app.store.accounts import first_coordinator
from app.store.acts import ReaderDropped, Who, acts, record
from app.store.reader import Enrolment, Sitting, open_store
from app.store.writer import StoreWriter
from study_configs.cases import Case, SealedTruth, Truth
from study_configs.problem import StudyProblem
from study_configs.reading_order import ReadingOrder, reading_order
from study_configs.study import Study, protocol_from

PROTOCOL = """
readerlab: 1
protocol: {{id: p, version: 1.0.0, mode: demo, title: T}}
cases: {{reference: reference.csv}}
questions: {{q: {{ask: Q, answer: yes_no}}}}
conditions:
  a: {{phases: [{{answer: [q]}}]}}
  b: {{phases: [{{answer: [q]}}]}}
design: {{{design}, seed: 7}}
"""
CROSSED = "crossed: {of: [a, b], washout_days: 28}"
ARMS = "arms: {x: {crossed: {of: [a, b]}}, y: {share: 2, crossed: {of: [b, a]}}}"
COORDINATOR = Who("coordinator", "desk")


def a_study(design: str, cases: int = 4) -> Study:
    source = PROTOCOL.format(design=design)
    protocol = protocol_from(source.encode(), "test")
    listed = tuple(Case(f"c{at}", Path("c")) for at in range(cases))
    truth = SealedTruth({case.id: Truth(case.id, at % 2 == 0, ()) for at, case in enumerate(listed)})
    digest = sha256(source.encode()).hexdigest()
    return Study(protocol, Path(), Path("p.yaml"), digest, source, listed, truth, {})


@pytest.fixture
def writer(tmp_path: Path):
    opened = StoreWriter(tmp_path / "store.sqlite")
    yield opened
    opened.close()


def drop(study: Study, writer: StoreWriter, reader: str) -> None:
    act = ReaderDropped(study.sha256, reader, "moved away")
    writer.run(lambda connection: record(connection, COORDINATOR, act)).result()


def cell(enrolment: Enrolment) -> tuple[str, str]:
    """Arm, and the condition that comes first."""
    return enrolment.order.get("arm", ""), enrolment.order["trials"][0]["condition"]


def run_study(study: Study, writer: StoreWriter, readers: int, *, dropping: float) -> Counter[tuple[str, str]]:
    """Enrol one after the other; some drop out some time later, until so many have completed."""
    random = Random(4)
    reading: list[Enrolment] = []
    completed: list[Enrolment] = []
    number = 0
    while len(completed) < readers:
        while len(reading) < 4 and len(reading) + len(completed) < readers:
            number += 1
            reading.append(enrol_reader(study, writer, f"R{number}"))
        leaving = reading.pop(random.randrange(len(reading)))
        if random.random() < dropping:
            drop(study, writer, leaving.reader)
        else:
            completed.append(leaving)
    return Counter(map(cell, completed))


@pytest.mark.parametrize("design", [CROSSED, ARMS])
def test_that_completed_readers_are_in_balance_although_a_third_drop_out(writer: StoreWriter, design: str):
    study = a_study(f"{design}, readers: {{assign: least_filled_by_completed}}")
    completed = run_study(study, writer, 24, dropping=0.3)
    expected = {("", "a"): 12, ("", "b"): 12}
    if design == ARMS:
        expected = {("x", "a"): 4, ("x", "b"): 4, ("y", "a"): 8, ("y", "b"): 8}
    assert completed == expected


def test_that_places_given_in_turn_are_not_given_again(writer: StoreWriter):
    study = a_study(CROSSED)
    for at in range(3):
        enrol_reader(study, writer, f"R{at}")
    drop(study, writer, "R1")
    assert enrol_reader(study, writer, "R9").order.get("slot", 3) == 3


def test_that_a_freed_place_has_the_order_of_the_reader_who_left(writer: StoreWriter):
    study = a_study(f"{CROSSED}, readers: {{assign: least_filled_by_completed}}")
    first = [enrol_reader(study, writer, f"R{at}") for at in range(3)]
    drop(study, writer, "R1")
    successor = enrol_reader(study, writer, "R9")
    assert (successor.order["slot"], successor.index) == (1, 3)
    assert successor.order["trials"] == first[1].order["trials"]
    assert enrol_reader(study, writer, "R10").order.get("slot", 4) == 3


def test_that_drawn_places_are_given_once_and_fill_every_round(writer: StoreWriter):
    study = a_study(f"{CROSSED}, readers: {{assign: random}}")
    slots = [ReadingOrder.from_json(reading(enrol_reader(study, writer, f"R{at}"))).slot for at in range(8)]
    assert sorted(slots) == list(range(8))
    assert all(sorted(slots[start : start + 2]) == [start, start + 1] for start in range(0, 8, 2))


def reading(enrolment: Enrolment) -> str:
    return json.dumps(enrolment.order)


STRATA = f"{CROSSED}, readers: {{strata: {{level: [junior, senior], site: []}}}}"


def test_that_each_stratum_counts_for_itself(writer: StoreWriter):
    study = a_study(STRATA)
    entered = [{"level": level, "site": "north"} for level in ("junior", "senior", "junior", "senior")]
    found = [enrol_reader(study, writer, f"R{at}", stratum) for at, stratum in enumerate(entered)]
    assert [each.order.get("slot", each.index) for each in found] == [0, 0, 1, 1]
    for of_stratum in (found[0::2], found[1::2]):
        assert {cell(each)[1] for each in of_stratum} == {"a", "b"}, "two readers of a stratum meet both orders"
    assert found[0].stratum == "level=junior; site=north"
    assert enrol_reader(study, writer, "R0").order == found[0].order  # nobody is asked a second time


@pytest.mark.parametrize(
    ("entered", "why"),
    [
        ({}, "asks readers for level"),
        ({"level": "junior"}, "asks readers for site"),
        ({"level": "junio", "site": "north"}, "junio is no level"),
        ({"level": "junior", "site": " "}, "asks readers for site"),
        ({"level": "junior", "site": "north", "age": "40"}, "does not ask readers for age"),
    ],
)
def test_that_strata_are_those_of_the_protocol(writer: StoreWriter, entered: dict[str, str], why: str):
    with pytest.raises(StudyProblem, match=why) as caught:
        enrol_reader(a_study(STRATA), writer, "R1", entered)
    assert caught.value.todo
    count = writer.run(lambda connection: connection.execute("SELECT count(*) FROM orders").fetchone()[0]).result()
    assert count == 0


def test_that_the_coordinators_act_is_written_with_the_order(writer: StoreWriter):
    coordinator = first_coordinator(writer, "desk", "a long password")
    enrol_reader(a_study(STRATA), writer, "R1", {"level": "junior", "site": "north"}, by=coordinator)
    (act,) = [each.act for each in writer.run(acts).result() if type(each.act).__name__ == "Enrolled"]
    assert (act.reader, act.stratum) == ("R1", {"level": "junior", "site": "north"})


def test_that_a_case_added_later_changes_no_order_that_was_given(tmp_path: Path):
    study = a_study(CROSSED)
    larger = replace(study, cases=(*study.cases, Case("new", Path("c"))))
    store = tmp_path / "store.sqlite"
    for now in (study, larger):  # the same protocol: the manifest is another file
        writer = StoreWriter(store)
        frozen = enrol_reader(now, writer, "R1")
        opened = open_sitting(now, writer, "R1")
        assert [trial.case_id for trial in opened.order.trials] == [
            trial.case_id for trial in reading_order(study, "R1", 0).trials
        ]
        assert {trial.case for trial in opened.script.trials} == {"c0", "c1", "c2", "c3"}
        writer.close()
    with open_store(store) as reader:
        assert [each.sha256 for each in reader.enrolments(study.sha256)] == [frozen.sha256]


ENROLLING = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from test_enrolling import CROSSED, a_study
from app.conduct.enrolling import enrol_reader
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem
study, store, who = a_study(CROSSED), Path(sys.argv[2]), sys.argv[3]
for number in range(8):
    while True:
        try:
            writer = StoreWriter(store)
        except StudyProblem:  # the other one holds it
            time.sleep(0.01)
            continue
        enrol_reader(study, writer, f"{who}{number}")
        writer.close()
        break
"""


def test_that_two_programs_that_enrol_at_once_never_give_one_place_twice(tmp_path: Path):
    store = tmp_path / "store.sqlite"
    words = [sys.executable, "-c", ENROLLING, str(Path(__file__).parent), str(store)]
    running = [subprocess.Popen([*words, who], stderr=subprocess.PIPE, text=True) for who in "AB"]
    for each in running:
        _, said = each.communicate(timeout=120)
        assert each.returncode == 0, said
    with open_store(store) as reader:
        enrolments = reader.enrolments()
    assert sorted(each.order.get("slot", each.index) for each in enrolments) == list(range(16))
    assert {each.reader[0] for each in enrolments} == {"A", "B"}


# --- washout

DAY0 = datetime(2026, 1, 1, tzinfo=UTC)


def sitting(number: int, day: int) -> Sitting:
    at = (DAY0 + timedelta(days=day)).isoformat()
    return Sitting(number, str(number), "R1", "", number, at, {}, at)


def test_that_the_washout_counts_from_the_last_session():
    study = a_study(CROSSED)
    order = reading_order(study, "R1", 0)
    assert may_begin(study, order, 1, {}) is None
    assert may_begin(study, order, 2, last_read([sitting(1, 0), sitting(1, 3)])) == DAY0 + timedelta(days=31)


@pytest.mark.parametrize(("cases", "held"), [("[c0]", False), ("2", True)])
def test_that_a_probe_waits_only_where_it_brings_a_case_again(cases: str, held: bool):
    study = a_study(f"{CROSSED}, probes: [{{name: late, condition: a, cases: {cases}}}]")
    order = reading_order(study, "R1", 0)
    allowed = may_begin(study, order, 3, last_read([sitting(1, 0), sitting(2, 28)]))
    assert allowed == (DAY0 + timedelta(days=56) if held else None)


def test_that_an_arm_has_its_own_washout():
    study = a_study("arms: {x: {crossed: {of: [a, b], washout_days: 5}}, y: {split: {of: [a, b], sessions: each}}}")
    by_arm = {order.arm: order for order in (reading_order(study, "R1", slot) for slot in range(2))}
    read_before = last_read([sitting(1, 0)])
    assert may_begin(study, by_arm["x"], 2, read_before) == DAY0 + timedelta(days=5)
    assert may_begin(study, by_arm["y"], 2, read_before) is None
