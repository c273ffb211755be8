"""The report and the feedback of a small study that was played into a real store, checked against a count by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.analysis.accuracy import Proportion, reliance
from app.analysis.debrief import feedback
from app.analysis.record import study_records
from app.analysis.report import write_report
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord
from app.store.writer import StoreWriter
from app.tracking import events as e
from app.tracking.recorder import Recorder
from study_configs.problem import StudyProblem
from study_configs.reading_order import ReadingOrder, reading_order
from study_configs.study import Study, load_study

SECOND = 1_000_000_000
AFFINE = (0.7, 0, 0, -180, 0, 0.7, 0, -180, 0, 0, 2.0, -100, 0, 0, 0, 1)
PROTOCOL = """
readerlab: 1
protocol: {id: small, version: 1.0.0, mode: pilot, title: A <small> study}
cases: {manifest: cases.csv, reference: reference.csv}
ai:
  nodules: {results: "*.json", shown_as: LungAid, thresholds: {balanced: 0.5}}
planted:
  missed: {ai: nodules, kind: false_negative, cases: 1}
layers:
  box: {ai: nodules, draw: box, at: balanced}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no, measures: decision}
  suspicion: {ask: "How suspicious?", answer: slider, measures: rating}
conditions:
  reader_first:
    title: Own view first
    phases:
      - {name: own view, answer: [nodule, suspicion], commit: true}
      - {name: with AI, layers: [box], answer: [nodule, suspicion]}
design: {cases: {order: fixed}, seed: 3}
feedback: {when: after_sitting}
"""
# case → own decision and rating, scores of the AI, final decision and rating
COURSE = {
    "ill-1": ("no", 20, (0.9,), "yes", 80),  # AI right, followed
    "ill-2": ("yes", 70, (0.2,), "no", 30),  # AI wrong, followed
    "well-1": ("no", 10, (0.7, 0.1), "no", 15),  # AI wrong, resisted
    "well-2": ("no", 5, (), "no", 5),  # AI right
}


@pytest.fixture
def study(tmp_path: Path) -> Study:
    folder = tmp_path / "study"
    folder.mkdir()
    for case in COURSE:
        (folder / case).mkdir()
    (folder / "protocol.yaml").write_text(PROTOCOL)
    (folder / "results.json").write_text("{}")
    (folder / "cases.csv").write_text("case,path\n" + "".join(f"{case},{case}\n" for case in COURSE))
    (folder / "reference.csv").write_text(
        "case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label\n"
        "ill-1,yes,l1,0,0,-60,8,nodule\nill-2,yes,l1,0,0,-40,6,nodule\nwell-1,no,,,,,,\nwell-2,no,,,,,,\n"
    )
    return load_study(folder)


def trial_events(index: int, case: str, planted: tuple[str, ...]) -> Iterator[e.Event]:
    """Ten seconds on the own view, of which two away; five with AI. Slice 20 all the time, then slice 30."""
    own, own_rating, scores, final, final_rating = COURSE[case]
    start = index * 100 * SECOND
    places = tuple((0.0, 0.0, -60.0) for _ in scores)
    view = {"viewport": 0, "series_uid": "1.2", "centre_px": (0.0, 0.0), "zoom": 1.0, "inverted": False}
    window = {"window_centre": -600.0, "window_width": 1500.0}
    yield e.TrialStarted(at_ns=start, trial=index, case=case, condition="reader_first")
    yield e.SeriesOpened(
        at_ns=start, trial=index, series_uid="1.2", modality="CT", rows=512, columns=512, frames=50, affine=AFFINE
    )
    yield e.ViewChanged(at_ns=start, slice_index=20, **view, **window)
    yield e.CaseShown(at_ns=start, trial=index)
    yield e.PhaseStarted(at_ns=start, trial=index, phase=0, layers=())
    yield e.AnswerGiven(at_ns=start + 1, trial=index, phase=0, question="nodule", value=own)
    yield e.AnswerGiven(at_ns=start + 2, trial=index, phase=0, question="suspicion", value=own_rating)
    yield e.FocusLost(at_ns=start + 4 * SECOND)
    yield e.FocusGained(at_ns=start + 6 * SECOND)
    answers = {"nodule": own, "suspicion": own_rating}
    yield e.PhaseConfirmed(at_ns=start + 10 * SECOND, trial=index, phase=0, answers=answers)
    yield e.PhaseStarted(at_ns=start + 10 * SECOND, trial=index, phase=1, layers=("box",))
    yield e.AIResultLoaded(
        at_ns=start + 10 * SECOND, trial=index, ai="nodules", series_uid="1.2", model_sha256="", findings=len(scores),
        planted=planted, scores=scores, places_mm=places,
    )  # fmt: skip
    yield e.ViewChanged(at_ns=start + 10 * SECOND, slice_index=30, **view, **window)
    yield e.AnswerGiven(at_ns=start + 11 * SECOND, trial=index, phase=1, question="nodule", value=final)
    yield e.AnswerGiven(at_ns=start + 12 * SECOND, trial=index, phase=1, question="suspicion", value=final_rating)
    answers = {"nodule": final, "suspicion": final_rating}
    yield e.PhaseConfirmed(at_ns=start + 15 * SECOND, trial=index, phase=1, answers=answers)


def course_of(study: Study, order: ReadingOrder) -> list[e.Event]:
    about = study.protocol.about
    started = e.SittingStarted(
        at_ns=0, reader="R1", protocol_id=about.id, protocol_version=about.version, protocol_sha256=study.sha256,
        order_sha256="", mode=about.mode, sitting=1, resumed=False, program_version="test",
    )  # fmt: skip
    events: list[e.Event] = [started]
    for planned in order.trials:
        events += trial_events(planned.index, planned.case_id, tuple(error.id for error in planned.planted))
    return events


@pytest.fixture
def order(study: Study) -> ReadingOrder:
    return reading_order(study, "R1", 0)


@pytest.fixture
def store(study: Study, order: ReadingOrder, tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite"
    writer = StoreWriter(path, program_version="test")
    about = study.protocol.about
    protocol = ProtocolRecord(study.sha256, about.id, about.version, about.mode, study.source_text.encode())
    enrol(writer, "R1", protocol, lambda _: json.loads(order.to_json()), truth=study.truth.to_json())
    recorder = Recorder(
        writer, writer.begin_sitting(reader="R1", protocol_sha256=study.sha256, number=1, provenance={})
    )
    for event in course_of(study, order):
        recorder.record(event)
    recorder.end("finished").result(30)
    writer.close()
    return path


class Page(HTMLParser):
    """Collects the words of a page, and what it would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "iframe", "img"):
            self.fetched.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def test_that_the_report_counts_what_a_person_would_count(store: Path, tmp_path: Path):
    page = Page()
    page.feed(write_report(store, tmp_path / "report.html").read_text(encoding="utf-8"))
    words = " ".join(page.words)
    assert "A <small> study" in words
    assert "3 of 4 right without AI" in words  # ill-1 missed
    assert "3 of 4 right with AI" in words  # ill-2 given up
    assert "13 s median active time per case in conditions with AI" in words  # 10 s, two of them away, and 5 s with AI
    assert "conditions without AI" not in words  # there are none
    assert "R1 1 finished 4 of 4 3 of 4 3 of 4" in words
    assert "4 of 4 planned trials finished" in words
    assert "hash chain intact" in words


def test_that_the_report_needs_nothing_but_itself(store: Path, tmp_path: Path):
    page = Page()
    page.feed(write_report(store, tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.fetched == []


def test_that_reliance_is_read_from_the_log(store: Path):
    (record,) = study_records(store)
    found = reliance(record.readings, record.truth)
    assert found.followed_wrong == Proportion(1, 2)
    assert found.rejected_right == Proportion(0, 2)
    assert (found.switched_to_right, found.switched_to_wrong) == (Proportion(1, 1), Proportion(1, 3))


def test_that_the_readings_hold_time_and_dwell(store: Path):
    (record,) = study_records(store)
    own, aided = [row for row in record.readings if row.case == "ill-1"]
    assert (own.seconds, own.active_seconds, dict(own.dwell_ms)) == (10.0, 8.0, {("1.2", 20): 8000.0})
    assert (aided.active_seconds, dict(aided.dwell_ms), aided.aided, aided.last) == (
        5.0,
        {("1.2", 30): 5000.0},
        True,
        True,
    )


def test_that_feedback_tells_truth_and_planted_errors_case_by_case(study: Study, order: ReadingOrder):
    told = {case.case: case for case in feedback(study, order, course_of(study, order))}
    (missed,) = [planned.case_id for planned in order.trials if planned.planted]
    assert [case for case, value in told.items() if value.planted] == [missed]
    first = told["ill-1"]
    assert (first.own_first, first.own_final, first.ai) == ("wrong", "right", "right")
    assert first.truth == "Positive: nodule, 8 mm."
    assert first.lesion_slices == first.finding_slices == (20,)
    assert (len(first.dwell_ms), first.dwell_ms[20], first.dwell_ms[30]) == (50, 8000.0, 5000.0)
    assert [(a.first, a.final) for a in first.answers] == [("No", "Yes"), ("20", "80")]
    assert told["well-1"].ai == "wrong"
    assert first.picture is not None
    assert (first.picture.slice_index, first.picture.images) == (20, 50)
    assert [(place.kind, place.words, place.slice_index) for place in first.picture.places] == [
        ("lesion", "Truth, 8 mm", 20),
        ("finding", "AI 90%", 20),
    ]
    assert told["well-2"].picture is None, "nothing was there, nothing was pointed at"


def test_that_feedback_keeps_back_what_the_protocol_does_not_show(study: Study, order: ReadingOrder):
    shown = study.protocol.feedback.model_copy(update={"show": ("own",)})
    silent = replace(study, protocol=study.protocol.model_copy(update={"feedback": shown}))
    for case in feedback(silent, order, course_of(study, order)):
        assert case.answers
        assert (case.truth, case.planted, case.ai_summary, case.dwell_ms) == ("", (), "", ())
        assert (case.own_final, case.ai, case.lesion_slices) == ("not applicable", "not applicable", ())
        assert case.picture is None


def test_that_an_empty_store_and_a_closed_folder_are_said_plainly(store: Path, tmp_path: Path):
    empty = tmp_path / "empty.sqlite"
    StoreWriter(empty).close()
    with pytest.raises(StudyProblem, match="Nobody has read"):
        write_report(empty, tmp_path / "report.html")
    with pytest.raises(StudyProblem, match="cannot be written"):
        write_report(store, tmp_path / "nowhere" / "report.html")
