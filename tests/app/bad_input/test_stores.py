"""Files that are no store, stores that are damaged, from the future or held by somebody else, and closed disks."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.analysis.report import write_report
from app.store.connection import beside
from app.store.exports.tidy import export
from app.store.verify import verify
from study_configs.problem import StudyProblem

from .conftest import ENVIRONMENT, SmallDisk, command, handles, wait_for


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE patients (name)")
        connection.commit()


def without_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("DROP TABLE t")
        connection.commit()


NO_STORES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "no such store"),
    "a folder": (Path.mkdir, "a folder, not a store"),
    "a text": (lambda path: path.write_text("case,path\n" * 1000), "not a ReaderLab store"),
    "empty": (Path.touch, "not a ReaderLab store"),
    "somebody else's database": (foreign, "not a ReaderLab store"),
    "a database without tables": (without_tables, "not a ReaderLab store"),
}


@pytest.mark.parametrize("kind", NO_STORES)
def test_that_what_is_no_store_is_refused_by_every_command_that_reads_one(inside, tmp_path: Path, kind: str) -> None:
    make, words = NO_STORES[kind]
    path = tmp_path / "study.sqlite"
    make(path)
    for asked in (("verify", path), ("report", path), ("export", path, tmp_path / "tables")):
        said = inside(*asked)
        assert said.status == 1
        assert words in said.err
        assert str(path) in said.err
    assert not (tmp_path / "tables").exists()
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize("kind", ["a folder", "a text", "somebody else's database"])
def test_that_nothing_is_written_into_what_is_no_store(refused, small_study: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "study.sqlite"
    NO_STORES[kind][0](path)
    before = path.read_bytes() if path.is_file() else None
    said = refused("run", small_study / "protocol.yaml", "--simulate", "hasty", "--store", path)
    assert str(path) in said
    assert (path.read_bytes() if path.is_file() else None) == before


def test_that_a_store_from_a_newer_version_is_refused_and_left_alone(
    refused, small_study: Path, store_copy: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(store_copy)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99, '2030-01-01T00:00:00+00:00', '9.0')")
        connection.commit()
    before = store_copy.read_bytes()
    run = ("run", small_study / "protocol.yaml", "--simulate", "hasty", "--store", store_copy)
    for asked in (run, ("verify", store_copy), ("report", store_copy), ("export", store_copy, tmp_path / "tables")):
        said = refused(*asked)
        assert "version 99" in said
        assert "newer ReaderLab" in said
    assert store_copy.read_bytes() == before


@pytest.mark.parametrize("kept", [50, 100, 4096, 50_000])
def test_that_a_store_that_was_cut_is_told_to_be_damaged(inside, store_copy: Path, tmp_path: Path, kept: int) -> None:
    store_copy.write_bytes(store_copy.read_bytes()[:kept])
    for asked in (("verify", store_copy), ("report", store_copy), ("export", store_copy, tmp_path / "tables")):
        said = inside(*asked)
        assert said.status == 1
        assert "damaged" in said.err or "not a ReaderLab store" in said.err or "NOT as it was written" in said.out


def flipped(whole: bytes, chance: random.Random) -> bytes:
    """A few bits turned over, often in the first pages, where the tables are listed."""
    damaged = bytearray(whole)
    for _ in range(chance.choice((1, 1, 3, 10))):
        at = chance.randrange(len(damaged) if chance.random() < 0.7 else 8192)
        damaged[at] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def told_or_done(job: Callable[[], object]) -> bool:
    """Whether the job was done; a StudyProblem must say where and what to do, and anything else is an error of ours."""
    try:
        job()
    except StudyProblem as problem:
        if not (problem.where and problem.todo):
            raise
        return False
    return True


def is_sound(path: Path) -> bool:
    try:
        return verify(path).sound
    except StudyProblem:
        return False


@pytest.mark.parametrize("seed", range(4))
def test_that_flipped_bits_never_end_in_an_error_of_ours(finished_store: Path, tmp_path: Path, seed: int) -> None:
    whole, damaged, chance = finished_store.read_bytes(), tmp_path / "damaged.sqlite", random.Random(seed)
    noticed = 0
    for number in range(40):
        damaged.write_bytes(flipped(whole, chance))
        reported = told_or_done(lambda: write_report(damaged, tmp_path / "report.html"))
        exported = number % 10 or told_or_done(lambda: export(damaged, tmp_path / "tables", {"csv"}, ["pilot"]))
        sound = is_sound(damaged)
        assert (reported and exported) or not sound
        noticed += not sound
    assert noticed > 10


@pytest.mark.slow
def test_that_nobody_reads_on_in_a_damaged_store(readerlab, refused, small_study: Path, store_copy: Path) -> None:
    whole = store_copy.read_bytes()
    damaged = whole.replace(b'"trials":[{', b'"trials":[x')
    assert damaged != whole
    store_copy.write_bytes(damaged)
    assert "NOT as it was written" in readerlab("verify", store_copy).out
    assert "damaged" in refused("report", store_copy)
    run = ("run", small_study / "protocol.yaml", "--reader", "R-1", "--simulate", "hasty", "--store", store_copy)
    assert "damaged" in refused(*run)


# --- held, read-only, full


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks the system in /proc")
def test_that_a_second_readerlab_is_told_who_holds_the_store(refused, small_study: Path, tmp_path: Path) -> None:
    store = tmp_path / "held.sqlite"
    words = command("run", small_study / "protocol.yaml", "--reader", "R01", "--store", store)
    first = subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(beside(store).exists)
        run = ("run", small_study / "protocol.yaml", "--simulate", "hasty", "--store", store)
        for asked in (run, ("verify", store), ("report", store), ("export", store, tmp_path / "tables")):
            said = refused(*asked)
            assert f"process {first.pid}" in said
            assert "Close the other ReaderLab" in said
        wait_for(lambda: first.poll() is not None or handles(first.pid, signal.SIGTERM))
        first.send_signal(signal.SIGTERM)
        out, err = first.communicate(timeout=120)
    finally:
        first.kill()
    assert (first.returncode, err) == (0, "")
    assert "Receipt" in out
    assert verify(store, [out.split()[-1]]).sound


@pytest.mark.slow
def test_that_a_read_only_disk_is_told_before_anything_is_read(
    refused, readerlab, small_disk: SmallDisk, study_copy: Path, finished_store: Path
) -> None:
    study = Path(shutil.copytree(study_copy, small_disk.folder / "study"))
    store = Path(shutil.copy(finished_store, small_disk.folder / "kept.sqlite"))
    small_disk.close_for_writing()
    new = refused("run", study, "--simulate", "hasty")
    assert str(study / "store") in new
    assert "Choose a place that you may write" in new
    old = refused("run", study, "--simulate", "hasty", "--store", store)
    assert str(store) in old
    assert "read-only" in old
    assert readerlab("verify", store).status == 0
    assert "report.html" in refused("report", store)
    assert "can't be written" in refused("export", store, small_disk.folder / "tables", "--mode", "pilot")


def test_that_a_disk_that_is_full_from_the_start_is_told(refused, small_disk: SmallDisk, small_study: Path) -> None:
    small_disk.fill()
    store = small_disk.folder / "s.sqlite"
    said = refused("run", small_study / "protocol.yaml", "--simulate", "hasty", "--store", store)
    assert "full" in said
    assert str(store) in said


def test_that_a_report_on_a_full_disk_is_no_half_page(refused, small_disk: SmallDisk, finished_store: Path) -> None:
    small_disk.fill()
    page = small_disk.folder / "report.html"
    assert "No space left" in refused("report", finished_store, "--out", page)
    assert not page.exists() or page.stat().st_size == 0
