"""Volumes made from arrays, for everything that draws."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from viewers.volume import Instance, Rescale, SeriesHeader, Volume

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def make_volume() -> Callable[..., Volume]:
    """A complete volume around stored values; keywords change its header."""
    return _make_volume


@pytest.fixture(scope="session")
def noise() -> Callable[..., Volume]:
    """A volume of one slice of seeded noise."""
    return _noise


def _make_volume(stored: NDArray[np.generic], **changes: object) -> Volume:
    slices, rows, columns = stored.shape[:3]
    rescale = changes.pop("rescale", Rescale(1.0, 0.0, "HU"))
    header = SeriesHeader(
        series_uid="1.2.3",
        exam_uid="1.2",
        modality="CT",
        description="Thorax 1.0",
        series_number=1,
        sop_class_uid="",
        transfer_syntax_uid="",
        rows=rows,
        columns=columns,
        samples=3 if stored.ndim == 4 else 1,
        bits_stored=stored.dtype.itemsize * 8,
        signed=stored.dtype.kind == "i",
        photometric="RGB" if stored.ndim == 4 else "MONOCHROME2",
        instances=tuple(Instance(Path("x"), str(i), rescale=rescale) for i in range(slices)),  # type: ignore[arg-type]
        affine=None,
        spacing_mm=(1.0, 1.0),
        slice_spacing_mm=1.0,
    )
    return Volume(replace(header, **changes), stored, np.ones(slices, bool))  # type: ignore[arg-type]


def _noise(dtype: type = np.int16, low: int = -1000, high: int = 3000, shape: tuple[int, int] = (61, 47)) -> Volume:
    values = np.random.default_rng(7).integers(low, high, (1, *shape))
    return _make_volume(values.astype(dtype))
