"""Files of a store are for their owner alone, whatever the umask, and so are those that an older program left."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.store.reader import open_store
from app.store.safety.backup import Backups
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed
from app.tracking.recorder import Recorder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX modes")


@pytest.fixture(params=[0o000, 0o022, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {each.name: each.stat().st_mode & 0o777 for each in folder.rglob("*") if each.is_file()}


def test_that_a_store_its_log_its_holder_and_its_backups_are_private(
    tmp_path: Path, umask: int, begin: Callable[..., Recorder]
) -> None:
    folder = tmp_path / "store"
    os.mkdir(folder, 0o777)  # noqa: PTH102 with the mode that the umask leaves, but for us
    folder.chmod(0o755)
    store = folder / "store.sqlite"
    writer = StoreWriter(store, backups=Backups(tmp_path / "store"))
    recorder = begin(writer)
    recorder.commit(PhaseConfirmed(at_ns=0, trial=0, phase=0, answers={})).result(10)
    assert modes(folder) == dict.fromkeys(("store.sqlite", "store.sqlite-wal", "store.sqlite.holder"), 0o600)
    recorder.end("finished").result(10)
    writer.close()
    with open_store(store) as opened:
        assert len(opened.sittings()) == 1
        assert set(modes(folder).values()) == {0o600}
    assert sum(name.startswith("store-") for name in modes(folder)) == 1


def test_that_an_older_store_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    StoreWriter(store).close()
    store.chmod(0o644)
    StoreWriter(store).close()
    assert modes(tmp_path) == {"store.sqlite": 0o600}
