"""The log as XES: what the standard asks for is there, and every event of the store once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.store.exports.forms import Wish, export_as
from app.store.exports.tidy import Choice
from app.store.reader import open_store
from app.tracking.events import PhaseConfirmed, PhaseStarted
from app.tracking.events.base import DenseEvent
from study_configs.study import Study

Done = tuple[Study, Path]
NS = "{http://www.xes-standard.org/}"
ORDER = ["extension", "global", "classifier", "attribute", "trace", "event"]
ATTRIBUTES = {"string": str, "int": int, "float": float, "boolean": {"true": True, "false": False}.__getitem__,
              "date": datetime.fromisoformat, "id": str, "list": str}  # fmt: skip
TRANSITIONS = {
    "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "complete",
    "autoskip", "manualskip", "unknown",
}  # fmt: skip
Element = ElementTree.Element


@pytest.fixture(scope="module")
def log(read_on_paper: Done, tmp_path_factory: pytest.TempPathFactory) -> Element:
    folder = tmp_path_factory.mktemp("xes")
    export_as("xes", read_on_paper[1], folder, Wish(Choice(modes={"pilot"})))
    return ElementTree.parse(folder / "readings.xes").getroot()


def kind(element: Element) -> str:
    name = element.tag.removeprefix(NS)
    return "attribute" if name in ATTRIBUTES else name


def held(element: Element) -> dict[str, object]:
    """An element's own attributes as values; every one has a key, once, and a value of its type."""
    found = [(each.attrib["key"], ATTRIBUTES[each.tag.removeprefix(NS)](each.attrib["value"])) for each in element
             if kind(each) == "attribute"]  # fmt: skip
    assert len(dict(found)) == len(found)
    return dict(found)


def test_that_the_log_has_the_standards_structure(log: Element) -> None:
    assert log.tag == f"{NS}log"
    assert float(log.attrib["xes.version"]) == 1849.2016
    kinds = [ORDER.index(kind(each)) for each in log]
    assert kinds == sorted(kinds)
    for trace in log.iter(f"{NS}trace"):
        inside = [kind(each) for each in trace]
        assert inside == sorted(inside)  # attributes, then events
        assert all(kind(each) == "attribute" for event in trace.iter(f"{NS}event") for each in event)


def test_that_every_prefix_is_declared_and_every_global_is_there(log: Element) -> None:
    declared = {each.attrib["prefix"]: each.attrib for each in log if kind(each) == "extension"}
    assert set(declared) == {"concept", "time", "lifecycle", "org"}
    assert all(each["uri"].endswith(f"/{prefix}.xesext") for prefix, each in declared.items())
    wanted = {each.attrib["scope"]: set(held(each)) for each in log if kind(each) == "global"}
    for scope in ("trace", "event"):
        for element in log.iter(f"{NS}{scope}"):
            assert wanted[scope] <= held(element).keys()
            assert all(key.partition(":")[0] in declared for key in held(element) if ":" in key)
    for each in log:
        if kind(each) == "classifier":
            assert set(each.attrib["keys"].split()) <= wanted[each.attrib["scope"]]


def test_that_every_event_of_the_store_is_there_once_and_in_order(read_on_paper: Done, log: Element) -> None:
    with open_store(read_on_paper[1]) as store:
        logged = {
            (sitting.uid, each.seq): (type(each.event).__name__, each.event.at_ns)
            for sitting in store.sittings()
            for each in store.logged(sitting.id)
            if not isinstance(each.event, DenseEvent)
        }
    events = [held(each) for each in log.iter(f"{NS}event")]
    assert Counter((each["uid"], each["seq"]) for each in events) == Counter(logged.keys())
    assert {(each["uid"], each["seq"]): (each["kind"], each["at_ns"]) for each in events} == logged
    assert {each["lifecycle:transition"] for each in events} <= TRANSITIONS
    for trace in log.iter(f"{NS}trace"):
        inside = [held(each) for each in trace.iter(f"{NS}event")]
        assert all(a["seq"] < b["seq"] for a, b in pairwise(inside) if a["uid"] == b["uid"])
        assert {each["org:resource"] for each in inside} == {held(trace)["reader"]}


def test_that_each_trial_is_a_trace_whose_phases_start_and_complete(read_on_paper: Done, log: Element) -> None:
    with open_store(read_on_paper[1]) as store:
        everything = [event for sitting in store.sittings() for event in store.events(sitting.id)]
        planned = {(one.reader, trial["index"]) for one in store.enrolments() for trial in one.order["trials"]}
    traces = [each for each in log.iter(f"{NS}trace") if "trial" in held(each)]
    assert {(held(each)["reader"], held(each)["trial"]) for each in traces} == planned
    assert len(traces) == len(planned)
    assert len({held(each)["concept:name"] for each in log.iter(f"{NS}trace")}) == len(list(log.iter(f"{NS}trace")))
    phases = Counter(
        held(event)["lifecycle:transition"]
        for trace in traces
        for event in trace.iter(f"{NS}event")
        if str(held(event)["concept:name"]).startswith("phase: ")
    )
    assert phases["start"] == sum(isinstance(event, PhaseStarted) for event in everything)
    assert phases["complete"] == sum(isinstance(event, PhaseConfirmed) for event in everything)
