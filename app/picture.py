"""A slice as a PNG, drawn by the same renderer as the screen.

What belongs here: `readerlab render`. What does not: windows and layers over the image.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from study_configs.problem import StudyProblem
from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.hanging import opening_view
from viewers.render import SliceRenderer
from viewers.volume import SeriesHeader, Window

WIDEST = 16_384  # pixels


def write_picture(path: Path, out: Path, series: int, slice_number: int | None, window: str, size: str) -> None:
    """Draw slice `slice_number` (from 1; None: the one that the series opens with) of the nth series (from 1).

    `window` is "CENTRE,WIDTH" or empty for the file's own, `size` "WIDTHxHEIGHT" in pixels. Raises StudyProblem.
    """
    width, height = _pixels(size)
    header = _series(path, series)
    volume = load(header)
    index = None if slice_number is None else slice_number - 1
    if index is not None and index >= header.frames:
        raise StudyProblem(f"The series has {header.frames} slices.", where=str(path), todo="Name one of them.")
    view = opening_view(volume, width, height, index)
    if window:
        centre, breadth = _numbers(window, ",", "--window", "-600,1500")
        view = replace(view, window=Window(centre, max(1.0, breadth)))
    picture = SliceRenderer().render(volume, view, width, height)
    if picture is None:
        raise StudyProblem("There is nothing to draw.", where=str(path), todo="Choose another slice.")
    colour = picture.pixels if picture.pixels.ndim == 3 else cv2.cvtColor(picture.pixels, cv2.COLOR_GRAY2BGRA)
    canvas = np.zeros((height, width, 3), np.uint8)
    rows, columns = colour.shape[:2]
    canvas[picture.top : picture.top + rows, picture.left : picture.left + columns] = colour[..., :3]
    try:
        out.write_bytes(cv2.imencode(".png", canvas)[1].tobytes())
    except OSError as error:
        raise StudyProblem(
            f"The picture can't be written ({error.strerror}).", where=str(out), todo="Name another file."
        ) from error


def _series(path: Path, number: int) -> SeriesHeader:
    scanned = scan(path)
    found = scanned.series
    if not found and scanned.problems:
        first = scanned.problems[0]
        raise StudyProblem(first.what, where=str(first.path), todo=first.todo)
    if number > len(found):
        raise StudyProblem(f"There are {len(found)} series.", where=str(path), todo="Name one of them with --series.")
    return found[number - 1]


def _pixels(size: str) -> tuple[int, int]:
    width, height = (round(number) for number in _numbers(size, "x", "--size", "1024x1024"))
    if not (1 <= width <= WIDEST and 1 <= height <= WIDEST):
        raise StudyProblem(f"{size!r} is no size of a picture.", todo=f"Write each side in pixels, 1 to {WIDEST}.")
    return width, height


def _numbers(text: str, between: str, option: str, example: str) -> tuple[float, float]:
    wrong = StudyProblem(f"{text!r} is not what {option} takes.", todo=f"Write it like {example}.")
    try:
        first, second = (float(part) for part in text.split(between))
    except ValueError:
        raise wrong from None
    if not (math.isfinite(first) and math.isfinite(second)):
        raise wrong
    return first, second
