"""A store that an older ReaderLab wrote, under every command: read and left as it is, or brought up to date."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli import app
from app.conduct.governing import look
from app.conduct.opening import open_sitting
from app.store.central.sync import bring_up_to_date
from app.store.models import read_only_engine
from app.store.opening import open_as_it_is
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem
from study_configs.study import load_study

SAMPLES = Path(__file__).parent / "samples"
FIRST, SECOND = SAMPLES / "v1.sqlite", SAMPLES / "v2.sqlite"


@pytest.fixture
def store(study_copy: Path) -> Path:
    """A store of version 1 beside the small study."""
    path = study_copy / "store" / "readerlab.sqlite"
    path.parent.mkdir()
    shutil.copy(FIRST, path)
    path.chmod(0o644)
    return path


def run(command: str, *words: object) -> Result:
    return CliRunner().invoke(app, [command, *(str(word) for word in words)])


def assert_untouched(store: Path) -> None:
    """The file is what it was, and nothing lies beside it."""
    assert store.read_bytes() == FIRST.read_bytes()
    assert [each.name for each in store.parent.iterdir()] == [store.name]


@pytest.mark.parametrize(
    ("command", "words", "told"),
    [
        ("verify", [], "every hash agrees"),
        ("verify", ["--json"], '"version": 1'),
        ("acts", [], "Nobody has done anything"),
        ("attention", [], "R1"),
        ("export", ["OUT"], "decisions.csv"),
        ("export", ["OUT", "--for", "xes"], "readings.xes"),
        ("export", ["OUT", "--for", "bids"], "participants.tsv"),
    ],
)
def test_that_an_older_store_is_read_and_stays_as_it_was(
    store: Path, tmp_path: Path, command: str, words: list[str], told: str
) -> None:
    done = run(command, store, *(str(tmp_path / "out") if word == "OUT" else word for word in words))
    assert done.exit_code == 0, done.output
    assert told in done.output
    assert_untouched(store)


@pytest.fixture
def media() -> Iterator[Path]:
    """A folder in which nothing can be written once `lock` was called; root is somebody else then."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    if hasattr(os, "seteuid"):
        os.seteuid(os.getuid())
    folder.chmod(0o700)
    shutil.rmtree(folder)


def lock(media: Path) -> None:
    for file in media.iterdir():
        file.chmod(0o444)
    media.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)


needs_permissions = pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs POSIX permissions")


@needs_permissions
@pytest.mark.parametrize("sample", [FIRST, SECOND], ids=["v1", "v2"])
def test_that_an_older_store_is_read_from_read_only_media(sample: Path, media: Path) -> None:
    store = Path(shutil.copy(sample, media / "store.sqlite"))
    lock(media)
    assert verify(store).sound
    with open_store(store) as reader:
        assert len(reader.sittings()) == 2
        assert reader.events(1)
    assert store.read_bytes() == sample.read_bytes()
    assert [each.name for each in media.iterdir()] == [store.name]
    with pytest.raises(StudyProblem, match="read-only"):
        bring_up_to_date(store, "test")


@needs_permissions
@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("v*.sqlite")), ids=lambda sample: sample.stem)
def test_that_a_log_that_lies_beside_a_store_on_read_only_media_is_read_too(
    sample: Path, media: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(sample, tmp_path / "store.sqlite"))
    with closing(sqlite3.connect(store)) as killed:
        killed.execute("CREATE TABLE late (n)")
        killed.commit()
        for ending in ("", "-wal"):  # what a program leaves that ends in the midst
            shutil.copy(f"{store}{ending}", media)
    lock(media)
    with open_as_it_is(media / store.name) as connection:
        assert connection.execute("SELECT count(*) FROM late").fetchone() == (0,)
    assert "table late that no store has" in verify(media / store.name).to_text()


def test_that_an_export_is_that_of_the_store_once_it_was_brought_up_to_date(store: Path, tmp_path: Path) -> None:
    assert run("export", store, tmp_path / "before").exit_code == 0
    StoreWriter(store).close()
    assert run("export", store, tmp_path / "after").exit_code == 0
    for each in (tmp_path / "before").glob("*.csv"):
        assert each.read_bytes() == (tmp_path / "after" / each.name).read_bytes()


def change(store: Path, statement: str) -> None:
    """Past the triggers, which stand there again afterwards."""
    with closing(sqlite3.connect(store)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()


@pytest.mark.parametrize("sample", [FIRST, SECOND], ids=["v1", "v2"])
@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE events SET payload = replace(payload, '60.5', '90.5')", "The event was changed"),
        ("UPDATE readers SET stratum = 'other' WHERE pseudonym = 'R1'", "readers R1"),
        ("DELETE FROM events WHERE sitting = 1 AND seq > 20", "missing"),
        ("CREATE TRIGGER spy AFTER INSERT ON events BEGIN SELECT 1; END", "trigger spy that no store has"),
    ],
)
def test_that_verify_judges_the_older_store_itself(sample: Path, tmp_path: Path, statement: str, told: str) -> None:
    store = Path(shutil.copy(sample, tmp_path / "old.sqlite"))
    assert verify(store).sound
    change(store, statement)
    assert told in verify(store).to_text()


def test_that_verify_says_what_an_older_store_does_not_bind(store: Path) -> None:
    assert "Nor, as the store has version 1" in verify(store).to_text()
    StoreWriter(store).close()
    assert "Nor, as" not in verify(store).to_text()


def test_that_what_is_only_in_the_copy_is_never_given_out(store: Path) -> None:
    """Its name and the acts that bind it would be others the next time."""
    done = run("seal", store)
    assert isinstance(done.exception, StudyProblem)
    assert "has version 1" in done.exception.what
    with pytest.raises(StudyProblem, match="has version 1"):
        read_only_engine(store)
    with open_store(store) as reader, pytest.raises(StudyProblem, match="no name yet") as told:
        reader.uid()
    assert "readerlab run" in told.value.todo
    assert_untouched(store)


def test_that_a_damaged_older_store_is_one_sentence(tmp_path: Path) -> None:
    store = Path(shutil.copy(SECOND, tmp_path / "old.sqlite"))
    change(store, "UPDATE act_heads SET acts = x'00ff'")
    with pytest.raises(StudyProblem, match="damaged"), open_store(store):
        pass


def test_that_sync_brings_it_up_to_date_first(store: Path) -> None:
    bring_up_to_date(store, "test")
    assert verify(store).version == 3
    before = store.read_bytes()
    bring_up_to_date(store, "test")
    assert store.read_bytes() == before


def test_that_the_desk_and_the_plan_look_into_an_older_store(store: Path, study_copy: Path) -> None:
    assert not look(store, load_study(study_copy / "protocol.yaml")).has_coordinator
    assert run("plan", study_copy / "protocol.yaml").exit_code == 0
    assert_untouched(store)


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
    done = run("export", store, tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert look(store, study).sha256 == study.sha256


def test_that_the_demo_goes_on_in_a_store_of_the_first_version(tmp_path: Path) -> None:
    from app.commands.reading import _unread_name

    store = Path(shutil.copy(FIRST, tmp_path / "readerlab.sqlite"))
    assert _unread_name(store, "careful") == "simulated-careful"
    with open_store(store) as opened:
        assert opened.sittings()
