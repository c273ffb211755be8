"""The log as BIDS: names that its validator takes, the keys that its schema requires, every decision and event once."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from bids_validator import BIDSValidator

from app.store.exports.forms import Wish, export_as
from app.store.exports.tidy import Choice, export
from app.store.reader import StoreReader, open_store
from app.store.writer import StoreWriter
from app.tracking.events import CaseShown, MonitorsDescribed, PhaseStarted, PointerMoved, SittingStarted, TrialStarted
from app.tracking.events.base import DenseEvent
from app.tracking.events.gaze import GazeCalibrated, GazeMoved, GazeSourceOpened
from app.tracking.recorder import Recorder
from study_configs.problem import StudyProblem
from study_configs.study import Study
from tests.app.store.exports.studies import Read, ReadStudy

Done = tuple[Study, Path]
MakeStudy = Callable[..., ReadStudy]
SECOND = 1_000_000_000
START = 5 * SECOND
KEYS = ("reader", "trial", "phase", "question", "target", "answer")


@pytest.fixture(scope="module")
def dataset(read_on_paper: Done, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bids")
    export_as("bids", read_on_paper[1], folder, Wish(Choice(modes={"pilot"})))
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert all(None not in row and None not in row.values() for row in found)  # as many cells as columns
    return found


def names(folder: Path) -> list[str]:
    return [f"/{each.relative_to(folder)}" for each in folder.rglob("*") if each.is_file()]


def test_that_the_validator_takes_every_name(dataset: Path) -> None:
    assert [name for name in names(dataset) if not BIDSValidator().is_bids(name)] == []


def test_that_the_description_people_and_sessions_are_there(dataset: Path, read_on_paper: Done) -> None:
    described = json.loads((dataset / "dataset_description.json").read_text("utf-8"))
    assert {"Name", "BIDSVersion"} <= described.keys()
    people = rows(dataset / "participants.tsv")
    with open_store(read_on_paper[1]) as store:
        assert {row["reader"] for row in people} == {each.reader for each in store.enrolments()}
        assert {row["participant_id"] for row in people} == {each.name for each in dataset.glob("sub-*")}
        sittings = {(each.reader, each.number) for each in store.sittings()}
    found = set()
    for row in people:
        label = row["participant_id"]
        for session in rows(dataset / label / f"{label}_sessions.tsv"):
            assert (dataset / label / session["session_id"]).is_dir()
            found.add((row["reader"], int(session["sitting"])))
    assert found == sittings


def test_that_every_column_has_its_meaning_beside_it(dataset: Path) -> None:
    for path in dataset.rglob("*.tsv"):
        sidecar = json.loads(path.with_suffix(".json").read_text("utf-8"))
        header = path.read_text("utf-8").splitlines()[0].split("\t")
        assert len(set(header)) == len(header)
        assert all(sidecar[name]["Description"] for name in header), path


def test_that_each_decision_and_each_event_is_there_once(dataset: Path, read_on_paper: Done, tmp_path: Path) -> None:
    export(read_on_paper[1], tmp_path, {"csv"}, {"pilot"})
    with (tmp_path / "decisions.csv").open(encoding="utf-8", newline="") as file:
        wanted = Counter(
            (r["reader"], r["trial"], r["phase"], r["question"], r["target"], r["answer"]) for r in csv.DictReader(file)
        )
    found = [row for path in dataset.rglob("*_beh.tsv") for row in rows(path)]
    assert Counter(tuple("" if row[key] == "n/a" else row[key] for key in KEYS) for row in found) == wanted
    with open_store(read_on_paper[1]) as store:
        logged = Counter(
            type(event).__name__
            for sitting in store.sittings()
            for event in store.events(sitting.id)
            if not isinstance(event, DenseEvent)
        )
    events = [row for path in dataset.rglob("*_events.tsv") for row in rows(path)]
    assert Counter(row["kind"] for row in events) == logged


def test_that_onsets_rise_and_phases_last_as_long_as_they_took(dataset: Path) -> None:
    for path in dataset.rglob("*_events.tsv"):
        events = rows(path)
        onsets = [float(row["onset"]) for row in events]
        assert onsets[0] == 0.0
        assert onsets == sorted(onsets)
        ends = {(row["trial"], row["phase"]): float(row["onset"]) for row in events if row["kind"] == "PhaseConfirmed"}
        for row in events:
            if row["kind"] == "PhaseStarted":
                lasted = float(row["onset"]) + float(row["duration"])
                assert lasted == pytest.approx(ends[row["trial"], row["phase"]], abs=1e-6)


def with_gaze(study: ReadStudy) -> None:
    """One more sitting of R1: three gaze samples 4 ms apart, the second in a blink, and two of the pointer."""
    record = study.records[0]
    writer = StoreWriter(study.store)
    key = writer.begin_sitting(reader="R1", protocol_sha256=record.sha256, number=1)
    recorder = Recorder(writer, key)
    for event in (
        SittingStarted(
            at_ns=START, reader="R1", protocol_id=record.id, protocol_version=record.version,
            protocol_sha256=record.sha256, order_sha256="", mode=record.mode, sitting=1, resumed=True,
            program_version="test",
        ),
        MonitorsDescribed(
            at_ns=START, monitors=(("A", "made", 3840, 2160, 0, 0, 1920, 1080, 2.0, 600.0, 340.0, 60.0),), window_on="A"
        ),
        GazeSourceOpened(
            at_ns=START, name="tracker", kind="lsl", rate_hz=250.0, units="px", manufacturer="Acme", model="X",
            screen_px=(1920, 1080), screen_mm=(600.0, 340.0), distance_mm=650.0,
        ),
        GazeCalibrated(
            at_ns=START, points=((10.0, 20.0), (30.0, 40.0)), error_px=(1.0, None), error_deg=(0.5, 0.75),
            spread_px=(1.0, 1.0), spread_deg=(0.1, 0.1), samples=(50, 50), outcome="accepted", at_most_deg=1.0,
            screen_px=(1920, 1080), screen_mm=(600.0, 340.0), distance_mm=650.0,
        ),
        TrialStarted(at_ns=START + SECOND, trial=0, case="a", condition="x"),
        CaseShown(at_ns=START + SECOND, trial=0),
        PhaseStarted(at_ns=START + SECOND, trial=0, phase=0, layers=()),
        GazeMoved(
            at_ns=START + 2 * SECOND + 8_000_000,
            samples=(
                (START + 2 * SECOND, 960.25, 540.5, 3.5, 3.75),
                (START + 2 * SECOND + 4_000_000, None, None, None, None),
                (START + 2 * SECOND + 8_000_000, 961.0, 541.0, 3.5, None),
            ),
        ),
        PointerMoved(
            at_ns=START + 3 * SECOND, viewport=0, series_uid="1.2@coronal",
            samples=((START + 3 * SECOND - 16_000_000, 10.25, 20.5, 3), (START + 3 * SECOND, 11.0, 21.0, 4)),
        ),
    ):  # fmt: skip
        recorder.record(event)
    recorder.end("signed_out").result(30)
    writer.run(lambda connection: StoreReader(connection).sittings()).result()
    writer.close()


@pytest.fixture
def gazed(make_study: MakeStudy, tmp_path: Path) -> Path:
    study = make_study({"a": 1})
    study.add([Read("R1", "x", "a", 10.0)])
    with_gaze(study)
    export_as("bids", study.store, tmp_path / "bids")
    return tmp_path / "bids"


def test_that_gaze_is_an_eye_tracking_recording_as_the_schema_has_it(gazed: Path) -> None:
    assert [name for name in names(gazed) if not BIDSValidator().is_bids(name)] == []
    (stream,) = gazed.rglob("*_physio.tsv.gz")
    assert stream.name == "sub-R1_ses-01_task-published_run-2_recording-eye1_physio.tsv.gz"
    told = json.loads((stream.parent / stream.name.replace(".tsv.gz", ".json")).read_text("utf-8"))
    lines = [line.split("\t") for line in gzip.decompress(stream.read_bytes()).decode().splitlines()]
    start = START + 2 * SECOND
    assert lines == [
        [str(start), "960.25", "540.5", "3.5", "3.75"],
        [str(start + 4_000_000), "n/a", "n/a", "n/a", "n/a"],
        [str(start + 8_000_000), "961.0", "541.0", "3.5", "n/a"],
    ]
    rules = schema()["rules"]
    assert required(rules["sidecars"]["continuous"]["Continuous"]["fields"]) <= told.keys()
    assert required(rules["sidecars"]["continuous"]["EyeTrack"]["fields"]) <= told.keys()
    first = [
        name.partition("__")[0] for name in rules["tabular_data"]["physio"]["PhysioEyeTracking"]["initial_columns"]
    ]
    assert told["Columns"][: len(first)] == first
    assert len(told["Columns"]) == len(lines[0])
    kinds = schema()["objects"]["metadata"]
    assert told["PhysioType"] == "eyetrack"
    for key in ("PhysioType", "RecordedEye", "SampleCoordinateSystem", "CalibrationUnit"):
        assert told[key] in kinds[key]["enum"]
    assert (told["SamplingFrequency"], told["StartTime"], told["Manufacturer"]) == (250.0, 2.0, "Acme")
    assert (told["CalibrationCount"], told["AverageCalibrationError"], told["MaximalCalibrationError"]) == (
        1,
        0.625,
        0.75,
    )


def test_that_the_events_of_gaze_tell_the_screen(gazed: Path) -> None:
    (sidecar,) = gazed.rglob("*_task-published_run-2_events.json")
    screen = json.loads(sidecar.read_text("utf-8"))["StimulusPresentation"]
    assert (screen["ScreenSize"], screen["ScreenResolution"], screen["ScreenDistance"]) == (
        [0.6, 0.34],
        [1920, 1080],
        0.65,
    )


def test_that_pointer_samples_are_events_of_an_acquisition_of_their_own(gazed: Path) -> None:
    (path,) = gazed.rglob("*_acq-pointer_run-2_events.tsv")
    assert [
        (row["onset"], row["trial_type"], row["series_uid"], row["column"], row["slice"]) for row in rows(path)
    ] == [
        ("2.984000000", "pointer", "1.2@coronal", "10.25", "3"),
        ("3.000000000", "pointer", "1.2@coronal", "11.0", "4"),
    ]


def test_that_two_readers_of_one_label_are_refused(make_study: MakeStudy, tmp_path: Path) -> None:
    study = make_study({"a": 1})
    study.add([Read("R-1", "x", "a", 10.0), Read("R1", "x", "a", 10.0)])
    with pytest.raises(StudyProblem, match="R-1 and R1 have the same name"):
        export_as("bids", study.store, tmp_path / "out")


def schema() -> Any:
    return json.loads((resources.files("bidsschematools") / "data" / "schema.json").read_text("utf-8"))


def required(fields: dict[str, Any]) -> set[str]:
    return {
        name for name, level in fields.items() if (level["level"] if isinstance(level, dict) else level) == "required"
    }
