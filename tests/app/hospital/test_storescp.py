"""Any writer that keeps the rules of app.hospital.arrivals can feed the station: here DCMTK's storescp."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.hospital.arrivals import arrived
from app.hospital.received import received
from app.hospital.scanner import slices_of

TOOLS = ("storescp", "dcmsend")
pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason="DCMTK's storescp and dcmsend are not installed"
)
# what storescp calls for each file: out of its own folder under a name that ends in .part, then renamed
HAND_ON = """import shutil, sys
from pathlib import Path
source, target = Path(sys.argv[1]), Path(sys.argv[2])
part = target / (source.name + ".part")
shutil.copyfile(source, part)
part.rename(target / source.name)
source.unlink()
"""
DONE = "import sys; from pathlib import Path; (Path(sys.argv[1]) / 'complete').touch()"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(holds, timeout_s: float = 60.0) -> None:
    end = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A storescp that hands on what it receives: its port, and the folder in which exams arrive."""
    spool, incoming, port = tmp_path / "spool", tmp_path / "incoming", free_port()
    spool.mkdir()
    incoming.mkdir()
    (tmp_path / "hand_on.py").write_text(HAND_ON)
    (tmp_path / "done.py").write_text(DONE)
    on_file = f"{sys.executable} {tmp_path / 'hand_on.py'} #p/#f {incoming}"
    at_end = f"{sys.executable} {tmp_path / 'done.py'} {incoming}"
    command = ["storescp", "--output-directory", str(spool), "--sort-on-study-uid", "st", "--exec-sync"]
    command += ["--exec-on-reception", on_file, "--exec-on-eostudy", at_end, "--eostudy-timeout", "1", str(port)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: is_open(port))
        yield port, incoming
    finally:
        running.terminate()
        running.wait(30)


def test_that_a_dicom_receiver_feeds_the_station(receiver: tuple[int, Path], small_study: Path):
    port, incoming = receiver
    files = slices_of(small_study / "images" / "c1")
    subprocess.run(["dcmsend", "127.0.0.1", str(port), *map(str, files)], check=True, timeout=120)
    until(lambda: arrived(incoming).is_complete and len(arrived(incoming).files) == len(files))
    came = received(arrived(incoming))
    assert came.slices == len(files)
    assert came.remarks == ()
    assert len(came.stacks) == 1
