"""Every command on an encrypted store: with its key as on a plain one, and otherwise one sentence that says why not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli import app
from app.store import encryption
from app.store.converting import encrypt
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem

pytest.importorskip("sqlcipher3", reason="the extra `encryption` is not installed")
pytest.importorskip("cryptography", reason="the extra `encryption` is not installed")

SAMPLES = Path(__file__).parent / "samples"
COMMANDS = {
    "verify": ("verify", "STORE"),
    "acts": ("acts", "STORE"),
    "seal": ("seal", "STORE"),
    "attention": ("attention", "STORE"),
    "export": ("export", "STORE", "OUT"),
    "blinded": ("export", "STORE", "OUT", "--blinded"),
    "xes": ("export", "STORE", "OUT", "--for", "xes"),
    "replay": ("replay", "STORE", "--sitting", "9", "--to", "OUT"),
    "sync": ("sync", "STORE", "postgresql://nobody@127.0.0.1:1/none"),
    "decrypt": ("decrypt", "STORE"),
}
DONE = tuple(name for name in COMMANDS if name not in ("replay", "sync"))


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / f"{name}.key" for name in ("right", "wrong", "missing", "open to all", "no key")}
    key = encryption.make_key(found["right"])
    encryption.make_key(found["wrong"])
    found["open to all"].write_text(key.hex())
    found["open to all"].chmod(0o644)
    found["no key"].write_text("my password")
    found["no key"].chmod(0o600)
    return found


@pytest.fixture
def store(path: Path, play: Callable[..., str], keys: dict[str, Path]) -> Path:
    writer = StoreWriter(path)
    play(writer, "R1")
    writer.close()
    encrypt(path, encryption.read_key(keys["right"]))
    return path


def run(name: str, store: Path, tmp_path: Path, key: Path | None, monkeypatch: pytest.MonkeyPatch) -> Result:
    """As a process of its own would: the option puts the key into the environment."""
    monkeypatch.setenv(encryption.VARIABLE, "")
    places = {"STORE": str(store), "OUT": str(tmp_path / "out")}
    words = [places.get(word, word) for word in COMMANDS[name]]
    return CliRunner().invoke(app, words if key is None else [encryption.OPTION, str(key), *words])


@pytest.mark.parametrize("name", DONE)
def test_that_a_command_works_with_the_key(
    store: Path, tmp_path: Path, keys: dict[str, Path], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    done = run(name, store, tmp_path, keys["right"], monkeypatch)
    assert done.exception is None, done.output
    assert encryption.is_plain(store) == (name == "decrypt")


WHY = {
    "wrong": ("The key does not fit this store", "Name the key file that was made for it"),
    None: ("not a ReaderLab store", "--key-file"),
    "missing": ("The key file can't be read: No such file", "Name the key file"),
    "open to all": ("Others can read the key file", "chmod 600"),
    "no key": ("64 hexadecimal digits", "readerlab encrypt"),
}
ASKED = [(name, key) for name in COMMANDS for key in WHY if key in ("wrong", None) or name in ("verify", "export")]


@pytest.mark.parametrize(("name", "key"), ASKED)
def test_that_without_the_right_key_it_is_said_why(
    store: Path, tmp_path: Path, keys: dict[str, Path], monkeypatch: pytest.MonkeyPatch, name: str, key: str | None
) -> None:
    told, todo = WHY[key]
    before = store.read_bytes()
    done = run(name, store, tmp_path, None if key is None else keys[key], monkeypatch)
    said = f"{done.exception} {done.output}"
    assert isinstance(done.exception, StudyProblem | SystemExit)
    if name == "sync":  # the database is asked first, and is not there
        assert "can't be reached" in said
    elif (name, key) == ("decrypt", None):
        assert "No key was named" in said
    else:
        assert told in said
        assert todo in said
    assert store.read_bytes() == before
    assert not (tmp_path / "out").exists()


# --- stores of an older version


def test_that_an_older_store_under_a_key_is_read_and_stays_as_it_was(
    tmp_path: Path, keys: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its private copies are encrypted, too."""
    store = Path(shutil.copy(SAMPLES / "v2.sqlite", tmp_path / "older.sqlite"))
    encrypt(store, encryption.read_key(keys["right"]))
    monkeypatch.setenv(encryption.VARIABLE, str(keys["right"]))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    before = store.read_bytes()
    report = verify(store)
    assert (report.sound, report.version) == (True, 2)
    with open_store(store) as reader:
        assert len(reader.sittings()) == 2
        (copy,) = (tmp_path / "temporary").rglob("older.sqlite")
        assert not encryption.is_plain(copy)
        assert b"PhaseConfirmed" not in copy.read_bytes()
    assert store.read_bytes() == before
    assert list((tmp_path / "temporary").iterdir()) == []
    StoreWriter(store).close()
    assert verify(store).version == 3


def test_that_a_store_of_the_first_version_is_to_be_brought_up_to_date_first(
    tmp_path: Path, keys: dict[str, Path]
) -> None:
    store = Path(shutil.copy(SAMPLES / "v1.sqlite", tmp_path / "older.sqlite"))
    before = store.read_bytes()
    with pytest.raises(StudyProblem, match="has version 1") as told:
        encrypt(store, encryption.read_key(keys["right"]))
    assert "readerlab run" in told.value.todo
    assert store.read_bytes() == before
