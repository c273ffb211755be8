"""A store looked at while a workstation holds it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from app.store.acts import PROGRAM, DryRun, acts, write
from app.store.connection import beside
from app.store.glimpse import glimpse, is_held, signature
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem


def dry(number: int) -> DryRun:
    return DryRun(f"{number:064x}", (), "1.0")


def test_that_what_was_committed_is_seen_while_the_store_is_held(tmp_path: Path) -> None:
    writer = StoreWriter(tmp_path / "store.sqlite")
    try:
        for number in range(20):
            write(writer, PROGRAM, dry(number))
            with glimpse(writer.path) as connection:
                assert len(acts(connection)) == number + 1
        assert is_held(writer.path)
    finally:
        writer.close()
    assert not is_held(writer.path)


def test_that_looking_changes_nothing_and_leaves_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    writer = StoreWriter(tmp_path / "store.sqlite")
    write(writer, PROGRAM, dry(1))
    before = signature(writer.path)
    with glimpse(writer.path) as connection:
        acts(connection)
    assert signature(writer.path) == before
    assert list((tmp_path / "scratch").iterdir()) == []
    writer.close()
    with glimpse(writer.path) as connection:
        assert len(acts(connection)) == 1


def test_that_a_look_is_whole_while_the_log_is_folded_into_the_file_all_the_time(tmp_path: Path) -> None:
    writer = StoreWriter(tmp_path / "store.sqlite")
    writer.run(lambda connection: connection.execute("PRAGMA wal_autocheckpoint=3").fetchall()).result()
    seen = 0
    pending = [writer.run(lambda connection, n=n: _record(connection, n)) for n in range(400)]
    until = time.monotonic() + 20
    while not pending[-1].done() and time.monotonic() < until:
        try:
            with glimpse(writer.path) as connection:
                found = [each.act.protocol for each in acts(connection)]  # type: ignore[attr-defined]
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        except StudyProblem as problem:
            assert "too quickly" in problem.what  # noqa: PT017 that it is said is all that is promised then
            continue
        assert found == [dry(number).protocol for number in range(len(found))]
        assert len(found) >= seen
        seen = len(found)
    pending[-1].result()
    with glimpse(writer.path) as connection:
        assert len(acts(connection)) == 400
    writer.close()


def _record(connection: object, number: int) -> None:
    from app.store.acts import record

    record(connection, PROGRAM, dry(number))  # type: ignore[arg-type]


def test_that_a_workstation_that_closes_in_the_midst_of_a_look_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = StoreWriter(tmp_path / "store.sqlite")
    write(writer, PROGRAM, dry(1))
    copyfile = shutil.copyfile

    def copied(source: Path, to: Path) -> None:
        copyfile(source, to)
        if source == writer.path:
            writer.close()  # which takes the log away, that was to be copied next

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", copied)
        with glimpse(writer.path) as connection:
            assert len(acts(connection)) == 1


def test_that_the_signature_of_a_store_whose_log_goes_while_it_is_looked_at_is_that_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = StoreWriter(tmp_path / "store.sqlite")
    write(writer, PROGRAM, dry(1))
    assert len(signature(writer.path)) == 2
    monkeypatch.setattr(Path, "exists", lambda path: path.name.endswith("-wal") or path.is_file())
    writer.close()
    found = signature(writer.path)
    monkeypatch.undo()
    assert len(found) == 1


def test_that_a_holder_that_was_killed_is_no_hindrance(tmp_path: Path) -> None:
    writer = StoreWriter(tmp_path / "store.sqlite")
    write(writer, PROGRAM, dry(1))
    writer.close()
    beside(writer.path).write_text("{}", encoding="utf-8")
    with glimpse(writer.path) as connection:
        assert len(acts(connection)) == 1


def test_that_a_store_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(StudyProblem, match="no such store"), glimpse(tmp_path / "none.sqlite"):
        pass
