"""Broken copies of DICOM files through the whole pixel road: scan, decode, draw. A clear refusal is a good end.

What belongs here: seeds, mutations, one mutant's walk, and the run over many of them in watched processes. What does
not: fixed hostile files with a known answer (tests/viewers/dicom/test_hostile.py).
Run with `python -m benchmarks.fuzz --files 20000`; the same seed gives the same mutants.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import multiprocessing
import os
import random
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray

LARGEST_SEED_BYTES = 150_000
HANG_S = 5.0
GIVE_UP_S = 60.0  # after which a walk's process is ended
MEMORY_BYTES = 6 << 30  # of address space, for each process
SHARED = Path(__file__).resolve().parents[2] / "shared" / "dicom"

Found = list[tuple[int, int]]  # (start, length) of the values of a file's elements, and of its pixels
Mutation = Callable[[bytearray, Found, random.Random], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one mutant ended: "shown", "refused", "skipped" (no image in it), or what must not happen."""

    number: int
    kind: str
    detail: str
    seconds: float
    peak_mib: int = 0  # of the process that walked it, so far


# --- seeds -----------------------------------------------------------------------------------------------------------


def seeds(folder: Path) -> list[Path]:
    """Small files of every kind that is at hand and some that are made in `folder`, in a fixed order."""
    from data_store import __file__ as data_store

    made = made_here(folder)
    folders = [Path(data_store).parent, SHARED]
    files = (path for each in folders if each.is_dir() for path in sorted(each.rglob("*")))
    return made * 4 + [path for path in files if path.is_file() and _is_small_dicom(path)]


def made_here(folder: Path) -> list[Path]:
    """One small two-frame file for each codec, and one in colour with a profile, which real files are too few of."""
    grey = (np.add.outer(np.arange(32), np.arange(40)) * 37 % 4096).astype(np.uint16)
    streams = {
        "4.50": imagecodecs.jpeg8_encode((grey >> 4).astype(np.uint8)),
        "4.51": imagecodecs.jpeg8_encode(grey, bitspersample=12),
        "4.70": imagecodecs.jpeg8_encode(grey, lossless=True, bitspersample=16),
        "4.80": imagecodecs.jpegls_encode(grey),
        "4.90": imagecodecs.jpeg2k_encode(grey, level=0, codecformat="j2k", reversible=True),
        "4.201": imagecodecs.htj2k_encode(grey, reversible=True),
        "4.203": imagecodecs.htj2k_encode(grey, level=0.01, reversible=False),
        "4.110": imagecodecs.jpegxl_encode(grey, lossless=True),
    }
    made = [_written(folder / f"made-{end}.dcm", grey, end, stream) for end, stream in streams.items()]
    return [*made, _written(folder / "made-colour.dcm", np.dstack([grey >> 4] * 3).astype(np.uint8), "1", b"")]


def _written(path: Path, pixels: NDArray[np.generic], syntax_end: str, stream: bytes) -> Path:
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.encaps import encapsulate

    data, data.file_meta = Dataset(), FileMetaDataset()
    data.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.201" if stream else "1.2.840.10008.1.2.1"
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = f"1.2.3.{syntax_end}"
    data.Rows, data.Columns, data.NumberOfFrames = *pixels.shape[:2], 2
    data.SamplesPerPixel = pixels.shape[2] if pixels.ndim == 3 else 1
    data.PhotometricInterpretation = "RGB" if pixels.ndim == 3 else "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = pixels.dtype.itemsize * 8
    data.HighBit, data.PixelRepresentation, data.PlanarConfiguration = data.BitsStored - 1, 0, 0
    data.WindowCenter, data.WindowWidth, data.PixelSpacing = 800, 1500, [0.5, 0.5]
    data.PixelData = encapsulate([stream, stream]) if stream else pixels.tobytes() * 2
    data["PixelData"].is_undefined_length = bool(stream)
    if pixels.ndim == 3:
        data.ICCProfile = imagecodecs.cms_profile("adobergb")
    data.save_as(path, enforce_file_format=True)
    label = f"1.2.840.10008.1.2.{syntax_end}".encode().ljust(23, b"\0")
    if stream:  # pydicom writes no syntax that it does not know
        path.write_bytes(path.read_bytes().replace(b"1.2.840.10008.1.2.4.201", label, 1))
    return path


def _is_small_dicom(path: Path) -> bool:
    with path.open("rb") as stream:
        return 200 < path.stat().st_size <= LARGEST_SEED_BYTES and stream.read(132)[128:] == b"DICM"


def places(path: Path) -> Found:
    """Where the values of a seed's elements lie, its pixels last; () where it cannot be read."""
    from viewers.dicom.elements import read_elements
    from viewers.dicom.problems import BadFile

    try:
        elements = read_elements(path)
    except BadFile:
        return []
    if elements.inflated:
        return []
    values = [(start, length) for start, length, _ in elements.found.values()]
    pixels = [(elements.pixel_start, path.stat().st_size - elements.pixel_start)] if elements.pixel_tag else []
    return values + pixels


# --- mutations -------------------------------------------------------------------------------------------------------

NUMBERS = (0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
TEXTS = (b"NaN", b"inf", b"-1", b"0", b"1e999", b"1e-320", b"99999999", b"\\", b"\xff\xfe", b"1\\2\\3", b"")


def flip_bits(data: bytearray, found: Found, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 2, 8, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def flip_header_bits(data: bytearray, found: Found, rng: random.Random) -> None:
    end = min(len(data), found[-1][0] + 64 if found else 4096)
    for _ in range(rng.choice((1, 2, 8))):
        data[rng.randrange(128, max(129, end))] ^= 1 << rng.randrange(8)


def cut_short(data: bytearray, found: Found, rng: random.Random) -> None:
    del data[rng.randrange(132, len(data)) :]


def cut_out(data: bytearray, found: Found, rng: random.Random) -> None:
    start = rng.randrange(len(data))
    del data[start : start + rng.choice((1, 2, 4, 100, 4000))]


def repeat(data: bytearray, found: Found, rng: random.Random) -> None:
    start = rng.randrange(len(data))
    piece = data[start : start + rng.choice((8, 100, 4000))]
    data[start:start] = piece * rng.choice((1, 2, 20))


def change_length(data: bytearray, found: Found, rng: random.Random) -> None:
    """Another length for one element: the bytes before its value."""
    start, _ = rng.choice(found or [(140, 0)])
    code, width = rng.choice((("<H", 2), ("<L", 4)))
    _put(data, start - width, struct.pack(code, rng.choice(NUMBERS) & (0xFFFF if width == 2 else 0xFFFFFFFF)))


def change_tag(data: bytearray, found: Found, rng: random.Random) -> None:
    start, _ = rng.choice(found or [(140, 0)])
    _put(
        data,
        start - 8,
        rng.choice((b"\x28\x00\x10\x00", b"\xfe\xff\x00\xe0", b"\xe0\x7f\x10\x00", b"\x00\x30\x00\x30")),
    )


def change_value(data: bytearray, found: Found, rng: random.Random) -> None:
    """Another number or text for one to three elements, of the same length."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        start, length = rng.choice(found or [(140, 4)])
        length = min(length, 4096)
        number = struct.pack("<Q", rng.choice(NUMBERS))[: min(length, 8)]
        text = rng.choice(TEXTS)[:length].ljust(min(length, 16))
        _put(data, start, rng.choice((number, text, rng.randbytes(min(length, 16)))))


def change_pixels(data: bytearray, found: Found, rng: random.Random) -> None:
    """Bytes among the pixels: offset tables, fragment lengths and codestream headers come first."""
    start, length = found[-1] if found else (0, len(data))
    for _ in range(rng.choice((1, 4, 32))):
        reach = max(1, min(length, rng.choice((64, 256, length))))
        _put(data, start + rng.randrange(reach), bytes((rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256))),)))


def splice(data: bytearray, found: Found, rng: random.Random) -> None:
    """A piece of the file over another place of it."""
    start, to = rng.randrange(len(data)), rng.randrange(len(data))
    _put(data, to, bytes(data[start : start + rng.choice((16, 256, 4096))]))


def _put(data: bytearray, start: int, piece: bytes) -> None:
    if start >= 0:
        data[start : start + len(piece)] = piece[: max(0, len(data) - start)]


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits, flip_header_bits, cut_short, cut_out, repeat, change_length, change_tag,
    change_value, change_value, change_value, change_pixels, change_pixels, splice,
)  # fmt: skip


def mutant(files: list[Path], number: int, seed: int = 0) -> tuple[bytes, str]:
    """Mutant `number` of a run, and what it was made of."""
    rng = random.Random(f"{seed}-{number}")
    path = rng.choice(files)
    data, found = bytearray(path.read_bytes()), places(path)
    done = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        mutation = rng.choice(MUTATIONS)
        if len(data) > 200:
            mutation(data, found, rng)
            done.append(mutation.__name__)
    if rng.random() < 0.05:
        other = rng.choice(files).read_bytes()
        data[rng.randrange(len(data)) :] = other[rng.randrange(len(other)) :]
        done.append("join")
    return bytes(data), f"{path.name}: {', '.join(done)}"


# --- one walk --------------------------------------------------------------------------------------------------------


def walk(path: Path) -> str:
    """A file through scan, header, first and last frame, and a picture: "shown" or "skipped". Raises as they do."""
    from viewers.comparing.hanging import opening_view
    from viewers.dicom.load import empty_volume, fill_slice
    from viewers.dicom.scan import scan
    from viewers.drawing.render import SliceRenderer

    found = scan(path)
    for header in found.series:
        volume = empty_volume(header)
        for index in {0, header.frames - 1}:
            fill_slice(volume, index)
            volume.loaded[index] = True
            view = opening_view(volume, 256, 256, index)
            SliceRenderer().render(volume, view, 256, 256)
    if found.problems:
        return f"refused: {found.problems[0].what}"
    return "shown" if found.series else "skipped"


def outcome(path: Path, number: int) -> Outcome:
    """How a mutant ends; a StudyProblem is a refusal, any other exception a defect."""
    from study_configs.problem import StudyProblem

    started = time.perf_counter()
    try:
        said = walk(path)
    except StudyProblem as problem:
        said = f"refused: {problem.what}"
    except Exception as error:  # noqa: BLE001  (that is what is looked for)
        said = f"DEFECT: {_where(error)} {type(error).__name__}: {str(error)[:150]}"
    kind, _, detail = said.partition(": ")
    return Outcome(number, kind, detail, time.perf_counter() - started, _peak_mib())


def _peak_mib() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


# --- the run ---------------------------------------------------------------------------------------------------------


def _serve(link: Connection, seed: int) -> None:
    _limit_memory()
    with tempfile.TemporaryDirectory() as folder:
        files, path = seeds(Path(folder)), Path(folder) / "mutant.dcm"
        while (number := link.recv()) >= 0:
            path.write_bytes(mutant(files, number, seed)[0])
            faulthandler.dump_traceback_later(HANG_S * 3)
            link.send(outcome(path, number))
            faulthandler.cancel_dump_traceback_later()


def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def run(numbers: range, seed: int) -> Iterator[Outcome]:
    """The outcomes of these mutants. The process that walks them is started again where one ends or stops it."""
    process, link = _started(seed)
    for number in numbers:
        link.send(number)
        began = time.monotonic()
        try:
            if link.poll(GIVE_UP_S):
                yield link.recv()
                continue
            kind = "HANG"
        except EOFError:
            kind = "CRASH"
        process.kill()
        process.join()
        yield Outcome(number, kind, f"exit status {process.exitcode}", time.monotonic() - began)
        process, link = _started(seed)
    link.send(-1)
    process.join()


def _started(seed: int) -> tuple[BaseProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, seed))
    process.start()
    theirs.close()  # so that we hear of the other end's death
    return process, ours


def main() -> int:
    """Run, print the counts, and name every mutant that ended otherwise than it may."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=20_000)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--keep", type=Path, help="a folder for the mutants that found a defect")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return report(chosen, seeds(Path(folder)))


def report(chosen: argparse.Namespace, files: list[Path]) -> int:
    """Runs and prints; 1 where something happened that must not."""
    counts: Counter[str] = Counter()
    worst, peak_mib = Outcome(0, "", "", 0.0), 0
    print(f"{len(files)} seeds", flush=True)
    for one in run(range(chosen.first, chosen.first + chosen.files), chosen.seed):
        peak_mib = max(peak_mib, one.peak_mib)
        kind = "SLOW" if one.seconds > HANG_S and one.kind.islower() else one.kind
        counts[kind] += 1
        worst = max(worst, one, key=lambda o: o.seconds)
        if not kind.islower():
            data, made_of = mutant(files, one.number, chosen.seed)
            print(f"{kind} {one.number} ({made_of}) {one.seconds:.1f} s {one.detail}", flush=True)
            if chosen.keep:
                chosen.keep.mkdir(parents=True, exist_ok=True)
                (chosen.keep / f"{chosen.seed}-{one.number}.dcm").write_bytes(data)
    print(
        json.dumps(
            {
                "seed": chosen.seed,
                "files": chosen.files,
                **counts,
                "worst_s": round(worst.seconds, 2),
                "peak_mib": peak_mib,
            }
        )
    )
    print(f"worst: {worst}")
    return 0 if all(kind.islower() for kind in counts) else 1


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
