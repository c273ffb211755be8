"""The decoder's child processes: what they return, and what happens when they die."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray

from viewers.dicom.decode import display_frame
from viewers.dicom.problems import BadFile
from viewers.dicom.sandbox import URGENT, FrameJob, Job, Pool, Worker
from viewers.volume import PixelFormat

JPEG_LS = "1.2.840.10008.1.2.4.80"
PIXELS = np.random.default_rng(5).integers(0, 4000, (32, 24), np.uint16)


def job_for(pixels: NDArray[np.uint16], path: Path) -> Job:
    stream = imagecodecs.jpegls_encode(pixels)
    path.write_bytes(stream)
    form = PixelFormat(*pixels.shape, 1, "MONOCHROME2", 16, 16, 15, signed=False)
    return Job(path, ((0, len(stream)),), JPEG_LS, form)


@pytest.fixture
def worker() -> Iterator[Worker]:
    one = Worker()
    yield one
    one.close()


def test_that_pixels_come_back_whole_and_are_ours(worker: Worker, tmp_path: Path) -> None:
    first = worker.decode(job_for(PIXELS, tmp_path / "a"))
    second = worker.decode(job_for(PIXELS + 1, tmp_path / "b"))
    np.testing.assert_array_equal(first, PIXELS)
    np.testing.assert_array_equal(second, PIXELS + 1)
    assert first.flags.writeable


def test_that_an_image_larger_than_the_shared_memory_gets_more(worker: Worker, tmp_path: Path) -> None:
    worker.decode(job_for(PIXELS, tmp_path / "a"))
    large = np.random.default_rng(1).integers(0, 9, (2500, 2500), np.uint16)
    np.testing.assert_array_equal(worker.decode(job_for(large, tmp_path / "b")), large)


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals on Windows")
@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
def test_that_a_dead_child_is_a_problem_and_the_next_file_is_read(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    job = job_for(PIXELS, tmp_path / "a")
    worker.decode(job)
    process = worker._running()
    process.send_signal(signal.SIGSTOP)  # so that it cannot answer before it dies
    with monkeypatch.context() as patch:
        patch.setattr(worker, "_running", lambda: process)
        threading.Timer(0.1, lambda: [process.send_signal(s) for s in (number, signal.SIGCONT)]).start()
        with pytest.raises(BadFile, match=f"died of signal {number.value}"):
            worker.decode(job)
    np.testing.assert_array_equal(worker.decode(job), PIXELS)


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes on Windows")
def test_that_a_child_that_takes_too_long_is_ended_and_replaced(tmp_path: Path) -> None:
    worker = Worker(time_limit_s=1.5)
    os.mkfifo(tmp_path / "endless")
    job = job_for(PIXELS, tmp_path / "a")
    with pytest.raises(BadFile, match=r"took longer than 1.5 s"):
        worker.decode(Job(tmp_path / "endless", job.parts, job.syntax, job.form))
    worker._time_limit_s = 30
    np.testing.assert_array_equal(worker.decode(job), PIXELS)
    worker.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on address space")
def test_that_a_child_cannot_take_more_memory_than_it_may(tmp_path: Path) -> None:
    worker = Worker(memory_bytes=600 << 20)
    zeros = np.zeros((16000, 16000), np.uint16)
    with pytest.raises(BadFile, match="cannot be decoded"):
        worker.decode(job_for(zeros, tmp_path / "a"))
    np.testing.assert_array_equal(worker.decode(job_for(PIXELS, tmp_path / "b")), PIXELS)
    worker.close()


def test_that_a_reply_of_another_size_is_not_believed(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_reply", lambda: {"shape": [10**5, 10**5], "dtype": "<u2"})
    with pytest.raises(BadFile, match="size that its header says"):
        worker.decode(job_for(PIXELS, tmp_path / "a"))


def test_that_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    worker = Worker()
    worker.decode(job_for(PIXELS, tmp_path / "a"))
    process = worker._running()
    worker.close()
    assert process.poll() is not None
    assert not list(scratch.iterdir())


def test_that_a_job_sent_ahead_survives_the_death_of_the_one_before(worker: Worker, tmp_path: Path) -> None:
    first, second = job_for(PIXELS, tmp_path / "a"), job_for(PIXELS + 1, tmp_path / "b")
    worker.decode(first)
    process, target = worker._running(), np.empty_like(PIXELS)
    process.send_signal(signal.SIGSTOP) if os.name != "nt" else None  # so that it can't answer before it dies
    worker.send(first)
    worker.send(second)
    process.kill()
    with pytest.raises(BadFile, match="the decoder"):
        worker.receive(target)
    worker.receive(target)
    np.testing.assert_array_equal(target, PIXELS + 1)


def test_that_a_child_that_died_at_rest_costs_no_job(worker: Worker, tmp_path: Path) -> None:
    job = job_for(PIXELS, tmp_path / "a")
    worker.decode(job)
    worker._running().kill()
    worker._running().wait()
    np.testing.assert_array_equal(worker.decode(job), PIXELS)


def test_that_the_most_urgent_gets_the_next_free_child() -> None:
    pool, came, waits = Pool(workers=1), list[str](), list[threading.Thread]()
    urgent = {"bulk": URGENT + 1, "reader": URGENT + 1}

    def borrow(name: str) -> None:
        with pool.lent(lambda: urgent[name]):
            came.append(name)

    with pool.lent():
        for name in urgent:
            waits.append(threading.Thread(target=borrow, args=(name,)))
            waits[-1].start()
            while len(pool._waiting) < len(waits):
                pass
        urgent["reader"] = URGENT  # the reader has moved on while both were waiting
    for thread in waits:
        thread.join(10)
    assert came == ["reader", "bulk"]
    assert not pool.is_wanted


def test_that_images_that_take_for_ever_do_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewers.dicom.sandbox.PATIENCE_S", 0.05)
    pool = Pool(workers=1)
    with pool.lent() as held, pool.lent() as other:
        assert other is not held


def test_that_a_frame_comes_as_a_volume_keeps_it(worker: Worker, shared: Path) -> None:
    path = shared / "pydicom+pydicom/src/pydicom/data/test_files/MR_small_jp2klossless.dcm"
    found = worker.decode(FrameJob(path, 0, (64, 64), np.dtype(np.int16)))
    np.testing.assert_array_equal(found, display_frame(path.with_name("MR_small.dcm")))
    with pytest.raises(BadFile, match="size that its header says"):
        worker.decode(FrameJob(path, 0, (64, 64), np.dtype(np.uint16)))
    with pytest.raises(BadFile, match="frame 8 was asked for"):
        worker.decode(FrameJob(path, 7, (64, 64), np.dtype(np.int16)))
