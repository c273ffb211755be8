"""A store under a key: everything works as before, and nothing of it stands in clear in any file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.store import encryption
from app.store.connection import connect
from app.store.converting import decrypt, encrypt
from app.store.exports.tidy import export
from app.store.glimpse import glimpse
from app.store.reader import open_store
from app.store.safety.backup import beside
from app.store.safety.journal import read
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed
from app.tracking.recorder import Recorder
from study_configs.problem import StudyProblem

pytest.importorskip("sqlcipher3", reason="the extra `encryption` is not installed")
pytest.importorskip("cryptography", reason="the extra `encryption` is not installed")

Begin = Callable[..., Recorder]
READER, ANSWER = "pseudonym-of-somebody", "a very telling answer"
SECRETS = (READER.encode(), ANSWER.encode(), b"who-goes-first", b"PhaseConfirmed", b"CREATE TABLE")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    made = tmp_path / "the.key"
    encryption.make_key(made)
    return made


@pytest.fixture
def keyed(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """From here on the program was given the key."""
    monkeypatch.setenv(encryption.VARIABLE, str(key_file))
    return key_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Whatever is kept on the disk, but for the key."""
    made = tmp_path / "kept"
    made.mkdir()
    return made


@pytest.fixture
def kept(folder: Path) -> Path:
    return folder / "store.sqlite"


def read_a_case(writer: StoreWriter, begin: Begin) -> Recorder:
    recorder = begin(writer, READER)
    recorder.commit(PhaseConfirmed(at_ns=1, trial=0, phase=0, answers={"note": ANSWER})).result(30)
    return recorder


@pytest.fixture
def encrypted(kept: Path, keyed: Path, begin: Begin) -> Path:
    writer = StoreWriter(kept)
    read_a_case(writer, begin).end("finished").result(30)
    writer.close()
    return kept


@pytest.fixture
def plain(kept: Path, begin: Begin) -> Path:
    writer = StoreWriter(kept)
    read_a_case(writer, begin).end("finished").result(30)
    writer.close()
    return kept


def telling(folder: Path) -> list[str]:
    """The files under a folder in which something of the study stands in clear."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files
    return [str(path) for path in files if any(secret in path.read_bytes() for secret in SECRETS)]


def test_that_a_plain_store_would_be_found_telling(plain: Path, folder: Path) -> None:
    assert telling(folder) == [str(plain)]


def test_that_nothing_stands_in_clear_while_reading_and_afterwards(
    kept: Path, folder: Path, keyed: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[list[str]] = []
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    writer = StoreWriter(kept, journals=folder / "journals", backups=beside(kept))
    recorder = read_a_case(writer, begin)
    assert kept.with_name(kept.name + "-wal").stat().st_size > 0
    with glimpse(kept) as connection:  # a copy in the folder for temporary files
        assert connection.execute("SELECT reader FROM sittings").fetchall() == [(READER,)]
        looked_at.append(telling(folder))
    recorder.end("finished").result(30)
    writer.close()
    assert len(list((folder / "backups").iterdir())) == 1
    assert [*looked_at, telling(folder)] == [[], []]
    assert {path.stat().st_mode & 0o777 for path in (kept, *(folder / "backups").iterdir())} == {0o600}


def test_that_verify_and_reading_back_work_on_the_store_and_on_its_backup(
    kept: Path, keyed: Path, begin: Begin
) -> None:
    writer = StoreWriter(kept, backups=beside(kept))
    receipt = read_a_case(writer, begin).end("finished").result(30)
    writer.close()
    (backup,) = beside(kept).folder.iterdir()
    for store in (kept, backup):
        assert verify(store, [receipt]).sound
        with open_store(store) as opened:
            confirmed = [each for each in opened.events(1) if isinstance(each, PhaseConfirmed)]
        assert [each.answers for each in confirmed] == [{"note": ANSWER}]


def test_that_an_export_is_that_of_the_plain_store(
    kept: Path, play: Callable[..., str], key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = StoreWriter(kept)
    play(writer)
    writer.close()
    plain = kept
    export(plain, tmp_path / "before", formats=("csv",))
    encrypt(plain, encryption.read_key(key_file))
    monkeypatch.setenv(encryption.VARIABLE, str(key_file))
    export(plain, tmp_path / "after", formats=("csv",))
    names = sorted(path.name for path in (tmp_path / "before").glob("*.csv"))
    assert names
    assert all((tmp_path / "before" / name).read_bytes() == (tmp_path / "after" / name).read_bytes() for name in names)


FILL_AND_DIE = f"""
import os, signal, sys, threading
sys.path[:0] = [sys.argv[3], sys.argv[3] + "/tests/app/store"]
from pathlib import Path
from time import monotonic, sleep
import app.store.writer as w
from app.store.enrolment import enrol
from app.tracking.events import PhaseConfirmed
from app.tracking.recorder import Recorder
from app.store.reader import ProtocolRecord
from app.store.chain import sha256_of
w.RETRY_S = 0.05
trouble = threading.Event()
writer = w.StoreWriter(Path(sys.argv[1]), on_problem=lambda problem: trouble.set(), journals=Path(sys.argv[2]))
protocol = ProtocolRecord(sha256_of(b"x"), "who-goes-first", "1", "study", b"x")
enrol(writer, {READER!r}, protocol, lambda index: {{"index": index}})
recorder = Recorder(writer, writer.begin_sitting(reader={READER!r}, protocol_sha256=protocol.sha256, number=0))
writer.run(lambda c: c.execute("PRAGMA max_page_count=1").fetchall()).result(10)
recorder.commit(PhaseConfirmed(at_ns=1, trial=0, phase=0, answers={{"note": {ANSWER!r} + "x" * 300_000}}))
assert trouble.wait(20)
until = monotonic() + 20
while writer.held is None and monotonic() < until:
    sleep(0.01)
print(writer.held.journal, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_that_the_emergency_journal_tells_nothing_and_comes_back(kept: Path, folder: Path, keyed: Path) -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", FILL_AND_DIE, str(kept), str(folder / "journals"), str(root)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    journal = Path(done.stdout.strip())
    assert [row.kind for row in read(journal).rows] == ["PhaseConfirmed"]
    assert telling(folder) == []
    writer = StoreWriter(kept, journals=folder / "journals")
    assert [(each.rows, each.kept) for each in writer.played_back] == [(1, None)]
    writer.close()
    assert verify(kept).sound
    assert not journal.exists()


def test_that_a_changed_line_of_an_encrypted_journal_is_not_believed(keyed: Path) -> None:
    line = encryption.closed_line(b'{"is":{}}\n')
    assert encryption.opened_line(line.strip()) == b'{"is":{}}'
    for at in (0, 5, 20, len(line) - 5):
        other = bytes([line[at] ^ 1])
        changed = (line[:at] + other + line[at + 1 :]).strip()
        assert encryption.opened_line(changed) == changed  # no JSON, so that what follows is not believed either


# --- keys that do not fit


def test_that_without_the_key_the_store_is_not_opened(encrypted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(encryption.VARIABLE)
    for open_it in (verify, StoreWriter):
        with pytest.raises(StudyProblem, match="not a ReaderLab store") as told:
            open_it(encrypted)
        assert "--key-file" in str(told.value)


def test_that_another_key_is_said_to_be_another(
    encrypted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encryption.make_key(tmp_path / "other.key")
    monkeypatch.setenv(encryption.VARIABLE, str(tmp_path / "other.key"))
    before = encrypted.read_bytes()
    for open_it in (verify, StoreWriter):
        with pytest.raises(StudyProblem, match="key does not fit"):
            open_it(encrypted)
    assert encrypted.read_bytes() == before


def test_that_a_plain_store_is_not_taken_for_an_encrypted_one(plain: Path, keyed: Path) -> None:
    for open_it in (verify, StoreWriter):
        with pytest.raises(StudyProblem, match="not encrypted"):
            open_it(plain)


@pytest.mark.parametrize(("content", "told"), [(None, "can't be read"), ("abc", "64 hexadecimal"), ("é" * 64, "read")])
def test_that_a_key_file_that_is_none_is_said(tmp_path: Path, kept: Path, monkeypatch, content, told: str) -> None:
    file = tmp_path / "some.key"
    if content is not None:
        file.write_text(content, encoding="utf-8")
        file.chmod(0o600)
    monkeypatch.setenv(encryption.VARIABLE, str(file))
    with pytest.raises(StudyProblem, match=told):
        StoreWriter(kept)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_that_a_key_that_others_can_read_is_refused(key_file: Path) -> None:
    assert key_file.stat().st_mode & 0o777 == 0o600
    key_file.chmod(0o640)
    with pytest.raises(StudyProblem, match="Others can read"):
        encryption.read_key(key_file)


@pytest.mark.parametrize("package", ["sqlcipher3", "cryptography"])
def test_that_a_missing_package_is_named(kept: Path, keyed: Path, monkeypatch, package: str) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package or name == "app.store.sqlcipher"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("app.store.sqlcipher", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(StudyProblem, match="not installed") as told:
        StoreWriter(kept)
    assert "extra `encryption`" in str(told.value)
    assert not kept.exists() or kept.stat().st_size == 0


def test_that_a_key_is_never_written_over(key_file: Path) -> None:
    with pytest.raises(StudyProblem, match="can't be made"):
        encryption.make_key(key_file)


# --- there and back


def test_that_a_store_goes_under_a_key_and_back_with_every_hash(
    plain: Path, folder: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, before = encryption.read_key(key_file), verify(plain)
    encrypt(plain, key)
    assert telling(folder) == []
    assert plain.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv(encryption.VARIABLE, str(key_file))
    assert verify(plain) == before
    monkeypatch.delenv(encryption.VARIABLE)
    decrypt(plain, key)
    assert verify(plain) == before
    assert [path.name for path in folder.iterdir()] == [plain.name]


def test_that_reading_goes_on_in_a_store_that_was_encrypted(
    plain: Path, key_file: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypt(plain, encryption.read_key(key_file))
    monkeypatch.setenv(encryption.VARIABLE, str(key_file))
    writer = StoreWriter(plain)
    read_a_case(writer, begin)
    with pytest.raises(StudyProblem):  # its triggers went with it
        writer.run(lambda connection: connection.execute("DELETE FROM events")).result(30)
    writer.close()
    assert (verify(plain).sound, verify(plain).sittings) == (True, 2)


def test_that_backups_left_in_clear_are_named(kept: Path, key_file: Path, begin: Begin) -> None:
    writer = StoreWriter(kept, backups=beside(kept))
    read_a_case(writer, begin).end("finished").result(30)
    writer.close()
    (backup,) = beside(kept).folder.iterdir()
    assert encrypt(kept, encryption.read_key(key_file)).plain_copies == (backup,)


def readerlab(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own: two SQLite libraries in one process don't see each other's locks."""
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        capture_output=True, text=True, check=False, timeout=120, cwd=Path(__file__).parents[3],
    )  # fmt: skip


def test_that_a_store_in_use_is_not_converted(kept: Path, tmp_path: Path, begin: Begin) -> None:
    writer = StoreWriter(kept)
    read_a_case(writer, begin)
    done = readerlab("encrypt", str(kept), "--new-key", str(tmp_path / "new.key"))
    assert (done.returncode, "in use by another ReaderLab" in done.stderr) == (1, True)
    assert not (tmp_path / "new.key").exists()
    writer.close()
    assert verify(kept).sound
    assert not kept.with_name(kept.name + ".converted").exists()


@pytest.mark.slow
def test_that_the_commands_take_the_key_from_the_one_option(plain: Path, folder: Path, tmp_path: Path) -> None:
    key = str(tmp_path / "new.key")
    done = readerlab("encrypt", str(plain), "--new-key", key)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Keep a copy of the key" in done.stdout
    assert telling(folder) == []
    assert readerlab("verify", str(plain)).returncode == 1
    assert "every hash agrees" in readerlab("--key-file", key, "verify", str(plain)).stdout
    assert "in clear" in readerlab("--key-file", key, "decrypt", str(plain)).stdout
    assert readerlab("verify", str(plain)).returncode == 0


def test_that_the_wrong_key_converts_nothing_back(encrypted: Path, tmp_path: Path) -> None:
    other = encryption.make_key(tmp_path / "other.key")
    with pytest.raises(StudyProblem, match="key does not fit"):
        decrypt(encrypted, other)
    assert verify(encrypted).sound


def test_that_a_damaged_store_is_not_converted(plain: Path, key_file: Path) -> None:
    connection = sqlite3.connect(plain)
    connection.execute("DROP TRIGGER readers_no_update")
    connection.execute("UPDATE readers SET stratum = 'other'")
    connection.commit()
    connection.close()
    with pytest.raises(StudyProblem, match="damaged"):
        encrypt(plain, encryption.read_key(key_file))
    assert encryption.is_plain(plain)


# --- the errors are sqlite3's


@pytest.fixture
def connection(kept: Path, keyed: Path) -> Iterator[sqlite3.Connection]:
    opened = connect(kept)
    opened.execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
    yield opened
    opened.close()


def test_that_errors_come_as_those_of_sqlite3(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        connection.execute("SELECT * FROM missing")
    connection.executemany("INSERT INTO numbers VALUES (?)", [(1,), (2,)])
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO numbers VALUES (1)")
    with pytest.raises(sqlite3.IntegrityError):
        connection.executemany("INSERT INTO numbers VALUES (?)", [(2,)])
    cursor = connection.execute("SELECT n FROM numbers ORDER BY n")
    assert (cursor.fetchone(), cursor.fetchmany(5), cursor.fetchone()) == ((1,), [(2,)], None)
    assert list(connection.execute("SELECT n FROM numbers ORDER BY n")) == [(1,), (2,)]
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")


def test_that_a_second_program_is_told_who_holds_the_store(encrypted: Path) -> None:
    writer = StoreWriter(encrypted)
    with pytest.raises(StudyProblem, match="in use by another ReaderLab"):
        StoreWriter(encrypted)
    writer.close()


def test_that_a_full_encrypted_store_holds_and_goes_on(kept: Path, folder: Path, keyed: Path, begin: Begin) -> None:
    trouble, safe = threading.Event(), threading.Event()
    writer = StoreWriter(kept, on_problem=lambda problem: trouble.set(), on_safe=safe.set, journals=folder / "journals")
    recorder = read_a_case(writer, begin)
    (before,) = writer.run(lambda c: c.execute("PRAGMA max_page_count").fetchone()).result(30)
    writer.run(lambda c: c.execute("PRAGMA max_page_count=1").fetchall()).result(30)
    waiting = recorder.commit(PhaseConfirmed(at_ns=2, trial=0, phase=1, answers={"note": "x" * 300_000}))
    assert trouble.wait(30)
    writer._connection.execute(f"PRAGMA max_page_count={before}").fetchall()
    waiting.result(30)
    assert safe.wait(30)
    writer.close()
    assert verify(kept).events == 2


@pytest.mark.parametrize("page", [1, 3, 9])
def test_that_a_changed_page_is_found(encrypted: Path, page: int) -> None:
    raw = bytearray(encrypted.read_bytes())
    raw[page * 4096 + 77] ^= 1
    encrypted.write_bytes(raw)
    try:
        told = verify(encrypted).to_text()
    except StudyProblem as problem:  # a page without which nothing can be asked
        told = problem.what
    assert f"page {page + 1}" in told or told == "The store is damaged."
