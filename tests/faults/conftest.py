"""What the fault-injection suite shares: a study that takes a second to make, a store with a reader, real disks.

Every test here has the marker `faults`: `make test-faults` runs them all, `make test` those that are not slow too.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.shipped.folder import make_shipped
from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed
from app.tracking.recorder import Recorder

SOURCE = b"readerlab: 1\n"
PROTOCOL = ProtocolRecord(sha256_of(SOURCE), "faults", "1", "study", SOURCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The protocol of a small study that simulated readers can read."""
    return make_shipped("bernstein_2023", tmp_path_factory.mktemp("faults") / "study", short=True)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.writer.RETRY_S", 0.05)


@pytest.fixture
def journals(tmp_path: Path) -> Path:
    return tmp_path / "journals"


@pytest.fixture
def begin() -> Callable[..., Recorder]:
    """Enrol a reader and begin a sitting."""

    def begun(writer: StoreWriter, reader: str = "R1") -> Recorder:
        enrol(writer, reader, PROTOCOL, lambda index: {"index": index})
        return Recorder(writer, writer.begin_sitting(reader=reader, protocol_sha256=PROTOCOL.sha256, number=0))

    return begun


@pytest.fixture
def confirmation() -> Callable[..., PhaseConfirmed]:
    def confirmed(phase: int, note: str = "") -> PhaseConfirmed:
        return PhaseConfirmed(at_ns=phase, trial=0, phase=phase, answers={"suspicion": 30, "note": note})

    return confirmed


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own of 1 MB, in memory."""
    yield from mounted(tmp_path / "disk", ["-t", "tmpfs", "-o", "size=1m,mode=0777", "tmpfs"])


@pytest.fixture
def failing_disk(tmp_path: Path) -> Iterator[Path]:
    """An ext4 that becomes read-only at the first error of the disk, as disks in hospitals are mounted."""
    image = tmp_path / "disk.img"
    with image.open("wb") as file:
        file.truncate(16 << 20)
    made = subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], capture_output=True, check=False) if root() else None
    if made is None or made.returncode:
        pytest.skip("no ext4 can be made here")
    yield from mounted(tmp_path / "disk", ["-o", "loop,errors=remount-ro", str(image)])


def root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def mounted(folder: Path, how: list[str]) -> Iterator[Path]:
    if not root():
        pytest.skip("only the administrator may mount a disk")
    folder.mkdir()
    try:
        done = subprocess.run(["mount", *how, str(folder)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
