"""A store that an older ReaderLab wrote, under every command: brought up to date or refused in words, never harmed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.conduct.governing import look
from app.conduct.opening import open_sitting
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem
from study_configs.study import load_study

FIRST = Path(__file__).parent / "samples" / "v1.sqlite"


@pytest.fixture
def store(study_copy: Path) -> Path:
    """A store of version 1 beside the small study."""
    path = study_copy / "store" / "readerlab.sqlite"
    path.parent.mkdir()
    shutil.copy(FIRST, path)
    path.chmod(0o644)
    return path


@pytest.mark.parametrize("command", ["verify", "export", "report", "plan"])
def test_that_an_older_store_is_refused_in_words_and_stays_as_it_was(
    store: Path, study_copy: Path, tmp_path: Path, command: str
) -> None:
    there = {"export": [str(store), str(tmp_path / "out")], "plan": [str(study_copy / "protocol.yaml")]}
    done = CliRunner().invoke(app, [command, *there.get(command, [str(store)])])
    assert isinstance(done.exception, StudyProblem)  # which `main` prints
    assert "has version 1" in done.exception.what
    assert "readerlab run" in done.exception.todo
    assert store.read_bytes() == FIRST.read_bytes()


def test_that_the_desk_says_what_to_do_about_an_older_store(store: Path, study_copy: Path) -> None:
    with pytest.raises(StudyProblem, match="has version 1") as refused:
        look(store, load_study(study_copy / "protocol.yaml"))
    assert "readerlab run" in refused.value.todo
    assert store.read_bytes() == FIRST.read_bytes()


def test_that_reading_on_in_an_older_store_keeps_everything_and_opens_it_to_all(
    store: Path, study_copy: Path, tmp_path: Path
) -> None:
    study = load_study(study_copy / "protocol.yaml")
    writer = StoreWriter(store)
    opened = open_sitting(study, writer, "R09")
    opened.recorder.commit(opened.started).result(5)
    opened.recorder.end("signed_out").result(5)
    writer.close()
    assert verify(store).sound
    with open_store(store) as found:
        assert {len(found.events(sitting.id)) > 1 for sitting in found.sittings()} == {True}
        assert len(found.sittings()) == 3
    done = CliRunner().invoke(app, ["export", str(store), str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert look(store, study).sha256 == study.sha256


def test_that_the_demo_goes_on_in_a_store_of_the_first_version(tmp_path: Path) -> None:
    from app.commands.reading import _unread_name

    store = Path(shutil.copy(FIRST, tmp_path / "readerlab.sqlite"))
    assert _unread_name(store, "careful") == "simulated-careful"
    with open_store(store) as opened:
        assert opened.sittings()
