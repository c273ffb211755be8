"""Pictures at one to one against DCMTK's, over every monochrome file at hand that DCMTK can draw."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from study_configs.problem import StudyProblem
from viewers.dicom.load import empty_volume, fill_slice
from viewers.dicom.overlay_pixels import plane_pixels
from viewers.dicom.problems import BadFile
from viewers.dicom.scan import scan
from viewers.drawing.render import SliceRenderer
from viewers.presentation.shutters import plane_over
from viewers.view import View
from viewers.volume import SeriesHeader, Volume, Window

SHARED = Path(__file__).resolve().parents[3] / "shared" / "dicom"
PROGRAMS = {
    "1.2.840.10008.1.2.4.80": "dcml2pnm",
    "1.2.840.10008.1.2.4.81": "dcml2pnm",
    **{f"1.2.840.10008.1.2.4.{n}": "dcmj2pnm" for n in (50, 51, 53, 55, 57, 70)},
}
FEWEST_PICTURES = 300
Case = tuple[list[str], Window]  # options for DCMTK, and the same window for us


def files() -> Iterator[Path]:
    data = pytest.importorskip("data_store.data", reason="pydicom-data is not installed")
    for root in (SHARED, Path(next(iter(data.__path__)))):
        yield from sorted(path for path in root.rglob("*") if path.is_file() and "fuzz" not in str(path))


def headers(path: Path) -> tuple[SeriesHeader, ...]:
    try:
        return tuple(header for header in scan(path).series if header.samples == 1)
    except StudyProblem:
        return ()


def cases(header: SeriesHeader, frame: int) -> list[Case]:
    """Every window and table of the file; without one a window in stored values, which DCMTK does not round."""
    given = header.instances[frame].windows
    plain = [window for window in given if window.shape != "table"]
    tables = [window for window in given if window.shape == "table"]
    found = [(["+Wi", str(n)], window) for n, window in enumerate(plain, 1)]
    found += [(["+Wl", str(n)], window) for n, window in enumerate(tables, 1)]
    return found or [_stored_window(header, frame)]


def _stored_window(header: SeriesHeader, frame: int) -> Case:
    rescale = header.instances[frame].rescale
    centre = 0.0 if header.signed else float(2 ** (header.bits_stored - 1))
    width = float(max(2, 2**header.bits_stored // 3))
    if rescale.table is not None:
        return ["+Ww", "1000", "2000"], Window(1000, 2000)
    ours = Window((centre - 0.5) * rescale.slope + rescale.intercept, (width - 1) * rescale.slope, "linear_exact")
    return ["-M", "+Ww", str(centre), str(width)], ours


def ours(volume: Volume, frame: int, window: Window) -> np.ndarray:
    header = volume.header
    square = replace(volume, header=replace(header, spacing_mm=None, aspect=(1.0, 1.0)))
    view = View(frame, ((header.columns - 1) / 2, (header.rows - 1) / 2), 1.0, window)
    picture = SliceRenderer().render(square, view, header.columns, header.rows)
    pixels = picture.pixels.copy()
    for plane in header.instances[frame].overlays:
        lying = plane_over(plane_pixels(plane, header.instances[frame]), plane.origin, header.rows, header.columns)
        pixels[lying > 0] = 255
    return pixels


def theirs(header: SeriesHeader, frame: int, options: list[str], out: Path) -> np.ndarray | None:
    instance = header.instances[frame]
    program = PROGRAMS.get(header.transfer_syntax_uid, "dcm2pnm")
    command = [program, *options, "+F", str(instance.frame + 1), str(instance.path), str(out)]
    out.unlink(missing_ok=True)
    subprocess.run(command, capture_output=True, timeout=120, check=False)
    return cv2.imread(str(out), cv2.IMREAD_UNCHANGED) if out.exists() else None


def off(volume: Volume, frame: int, case: Case, out: Path) -> int | None:
    """The largest difference in grey levels where there is image; None where DCMTK can't draw it."""
    expected = theirs(volume.header, frame, case[0], out)
    if expected is None:
        return None
    apart = np.abs(ours(volume, frame, case[1]).astype(int) - expected)
    padding = volume.header.padding
    if padding is not None:  # DCMTK draws padding like image
        stored = volume.plane(frame)
        apart = apart[(stored < padding[0]) | (stored > padding[1])]
    return int(apart.max(initial=0))


@pytest.mark.slow
def test_that_every_picture_equals_dcmtks_to_one_grey_level(tmp_path: Path):
    if shutil.which("dcm2pnm") is None:
        pytest.skip("DCMTK is not installed")
    if not SHARED.is_dir():
        pytest.skip("the shared DICOM files are not on this machine")
    compared, wrong = 0, []
    for path in files():
        for header in headers(path):
            frame = header.frames // 2
            volume = empty_volume(header)
            try:
                fill_slice(volume, frame)
            except BadFile:
                continue
            volume.loaded[frame] = True
            for case in cases(header, frame):
                apart = off(volume, frame, case, tmp_path / "peer.pnm")
                compared += apart is not None
                if apart is not None and apart > 1:
                    wrong.append((path.name, case, apart))
    assert wrong == []
    assert compared >= FEWEST_PICTURES
    print(f"{compared} pictures compared")
