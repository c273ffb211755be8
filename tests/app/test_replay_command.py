"""`readerlab replay`: who may see a sitting, which one, and what is said where it can't be played."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.analysis.replay.arrangement import arranged
from app.analysis.replay.reel import Reel
from app.analysis.replay.words import sentence
from app.cli import app
from app.conduct.opening import open_sitting
from app.store.acts import Unblinded
from app.store.reader import open_store
from app.store.writer import StoreWriter
from app.tracking.events import (
    AnswerGiven,
    CaseShown,
    Event,
    PhaseStarted,
    TextAcknowledged,
    TextShown,
    TrialStarted,
    ViewChanged,
)
from benchmarks.postgres import home
from study_configs.problem import StudyProblem
from study_configs.study import load_study
from tests.app.store.central.syncing import central, delivered, postgres, ready

from .test_coordinator_commands import ADA, PASSWORD, governed, read_once, recorded, run  # noqa: F401  # a fixture

__all__ = ["central", "postgres", "ready"]  # fixtures
SAMPLES = Path(__file__).parent / "store" / "samples"


def view(at_ns: int) -> ViewChanged:
    """As it was recorded before viewports had a size."""
    return ViewChanged(
        at_ns=at_ns,
        viewport=0,
        series_uid="1.2.3",
        slice_index=2,
        centre_px=(48.0, 48.0),
        zoom=1.5,
        window_centre=40.0,
        window_width=400.0,
        inverted=False,
    )


def pages(at_ns: int, part: int) -> tuple[Event, ...]:
    """What is read before the first case, once."""
    read = TextAcknowledged(at_ns=at_ns + 1, text="hello", sha256="0" * 64)
    return (TextShown(at_ns=at_ns + 1, text="hello"), read) if part == 1 else ()


@pytest.fixture
def cut_off(study_copy: Path) -> Path:
    """A store with two sign-ins of one reader; the first was cut off within a case, and neither names a size."""
    store = study_copy / "store" / "readerlab.sqlite"
    store.parent.mkdir()
    for part in (1, 2):
        writer = StoreWriter(store)
        opened = open_sitting(load_study(study_copy / "protocol.yaml"), writer, "R01")
        at_ns = opened.started.at_ns
        opened.recorder.commit(opened.started).result(120)
        for event in (
            *pages(at_ns, part),
            TrialStarted(at_ns=at_ns + 2, trial=0, case="warm-1", condition="unaided"),
            CaseShown(at_ns=at_ns + 3, trial=0),
            PhaseStarted(at_ns=at_ns + 4, trial=0, phase=0, layers=()),
            view(at_ns + 5),
            AnswerGiven(at_ns=at_ns + 10**9, trial=0, phase=0, question="nodule", value="yes"),
        ):
            opened.recorder.record(event)
        if part == 2:
            opened.recorder.end("signed_out").result(120)
        writer.close()
    return store


def film(store: Path, to: Path, *words: object, typed: str = "") -> Result:
    """Few and small pictures, which are quick."""
    quick = ("--to", to, "--size", "640x360", "--fps", "2", "--speed", "1")
    return run("replay", store, *quick, *words, typed=typed)


def test_that_several_sittings_are_listed_and_one_is_asked_for(cut_off: Path, tmp_path: Path):
    done = film(cut_off, tmp_path / "frames")
    assert isinstance(done.exception, StudyProblem)
    assert "1  R01  session 1" in done.exception.what
    assert "cut off" in done.exception.what
    assert "--sitting" in done.exception.what


def test_that_a_sitting_that_is_not_there_is_said(cut_off: Path, tmp_path: Path):
    done = film(cut_off, tmp_path / "frames", "--sitting", 9)
    assert isinstance(done.exception, StudyProblem)
    assert "no sitting 9" in done.exception.what


@pytest.mark.parametrize("number", [1, 2])
def test_that_both_parts_of_a_sitting_that_was_cut_off_can_be_played(qapp, cut_off: Path, tmp_path: Path, number: int):
    done = film(cut_off, tmp_path / "frames", "--sitting", number)
    assert done.exception is None, done.output
    assert list((tmp_path / "frames").glob("*.png"))
    assert "no images and AI" not in done.output


def test_that_a_store_without_its_study_plays_and_says_that_images_are_missing(qapp, cut_off: Path, tmp_path: Path):
    alone = Path(shutil.copy(cut_off, tmp_path / "alone.sqlite"))
    done = film(alone, tmp_path / "frames", "--sitting", 2)
    assert done.exception is None, done.output
    assert "The study is not here" in done.output


@pytest.mark.parametrize("name", ["v1.sqlite", "v2.sqlite"])
def test_that_events_of_older_stores_play_and_these_stay_as_they_are(qapp, tmp_path: Path, name: str):
    store = Path(shutil.copy(SAMPLES / name, tmp_path / "old.sqlite"))
    with open_store(store) as opened:
        reels = [Reel(opened.events(each.id)) for each in opened.sittings()]
    for reel in reels:
        moments = [reel.at(event.at_ns) for event in reel.events]
        assert moments[-1].done == len(reel.events)
        assert any(moment.answers for moment in moments)
        assert any(arranged(moment.screens, moment.situation).boxes for moment in moments)
        assert all(sentence(event) for event in reel.events)
    assert store.read_bytes() == (SAMPLES / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "words"),
    [("film.avi", "kind .avi"), ("nowhere/film.mp4", "no such folder"), ("full", "not empty")],
)
def test_that_a_film_that_cannot_be_written_is_refused_in_words(qapp, cut_off: Path, tmp_path: Path, name, words):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept.txt").write_text("mine", "utf-8")
    done = film(cut_off, tmp_path / name, "--sitting", 2)
    assert isinstance(done.exception, StudyProblem)
    assert words in done.exception.what
    assert (tmp_path / "full" / "kept.txt").read_text("utf-8") == "mine"


def test_that_a_governed_store_replays_for_a_coordinator_alone_and_records_it(
    qapp,
    governed: Path,  # noqa: F811
    tmp_path: Path,
):
    refused = film(governed, tmp_path / "no", "--as", ADA, "--because", "a talk", typed="wrong words\n")
    assert isinstance(refused.exception, StudyProblem)
    assert "R01" not in refused.output
    assert not (tmp_path / "no").exists()
    assert not any(isinstance(act, Unblinded) for act in recorded(governed))
    done = film(governed, tmp_path / "yes", "--sitting", 1, "--as", ADA, "--because", "a talk", typed=PASSWORD + "\n")
    assert done.exception is None, done.output
    (act,) = [act for act in recorded(governed) if isinstance(act, Unblinded)]
    assert (act.what, act.reason) == ("film of sitting 1", "a talk")


def test_that_help_says_what_a_film_is_written_as():
    done = CliRunner().invoke(app, ["replay", "--help"])
    assert done.exit_code == 0
    assert ".mp4" in done.output


@pytest.mark.skipif(home() is None, reason="PostgreSQL's server is not installed")
def test_that_a_sitting_of_the_central_database_is_replayed_with_the_study_that_is_named(
    cut_off: Path, study_copy: Path, central: str, tmp_path: Path
) -> None:
    delivered(cut_off, central)
    refused = run("replay", central, "--to", str(tmp_path / "frames"))
    assert "several sittings" in str(refused.exception)
    frames = tmp_path / "frames"
    done = run("replay", central, "--sitting", "2", "--study", str(study_copy), "--to", str(frames), "--speed", "50")
    assert done.exit_code == 0, done.output
    assert any(frames.glob("*.png"))
