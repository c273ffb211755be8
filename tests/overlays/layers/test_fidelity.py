"""What a reader is told of the layers over a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from overlays.layers.fidelity import layer_notes, same_grid
from overlays.layers.layer import Layer
from overlays.result import AIMap, AIResult, Box, Finding, Provenance
from viewers.volume import Instance, SeriesHeader

MADE = Provenance("model", "test")
HEAT = Layer("heat", "ai", "heatmap", "Saliency", threshold=0.25)
BOXES = Layer("boxes", "ai", "box", "Nodules", threshold=0.4)


def heat(shape: tuple[int, int, int], affine) -> AIMap:
    return AIMap("m", "nodule", "saliency", np.zeros(shape, np.float32), affine, (0.0, 2.0), "", MADE)


@pytest.fixture
def header() -> SeriesHeader:
    return SeriesHeader(
        series_uid="1.2.3",
        exam_uid="1.2",
        modality="CT",
        description="Thorax",
        series_number=1,
        sop_class_uid="",
        transfer_syntax_uid="",
        rows=8,
        columns=8,
        samples=1,
        bits_stored=16,
        signed=True,
        photometric="MONOCHROME2",
        instances=tuple(Instance(Path("x"), str(n)) for n in range(4)),
        affine=np.diag([0.5, 0.5, 2.0, 1.0]),
        spacing_mm=(0.5, 0.5),
        slice_spacing_mm=2.0,
    )


def texts(result: AIResult, header, *layers: Layer) -> str:
    return " ".join(note.text for note in layer_notes([result], layers, header))


def result_of(*, findings=(), maps=()) -> AIResult:
    return AIResult("ai", "1.2.3", "", tuple(findings), tuple(maps), MADE)


def test_that_a_map_on_the_images_own_grid_is_not_called_resampled(header):
    own = heat((4, 8, 8), header.grid_affine)
    assert same_grid(own, header)
    assert "resampled" not in texts(result_of(maps=[own]), header, HEAT)


@pytest.mark.parametrize("shift_mm", [0.1, 5.0])
def test_that_a_shifted_grid_is_resampled(header, shift_mm):
    moved = header.grid_affine.copy()
    moved[0, 3] += shift_mm
    assert not same_grid(heat((4, 8, 8), moved), header)


def test_that_a_coarser_map_is_a_caution_and_says_its_own_grid(header):
    coarse = heat((2, 4, 4), np.diag([1.0, 1.0, 4.0, 1.0]))
    found = layer_notes([result_of(maps=[coarse])], [HEAT], header)
    assert any(note.is_caution and "1 × 1 × 4 mm" in note.text for note in found)


def test_that_thresholds_say_what_they_hide(header):
    finding = Finding("f", "nodule", 0.3, Box((0, 0, 0), (1, 1, 1)), MADE)
    said = texts(result_of(findings=[finding], maps=[heat((4, 8, 8), header.grid_affine)]), header, BOXES, HEAT)
    assert "only findings with a score of 40% or more" in said
    assert "nothing below 0.5 is drawn" in said  # a quarter of the range 0 to 2


def test_that_layers_that_are_off_are_not_spoken_of(header):
    coarse = heat((2, 4, 4), np.diag([1.0, 1.0, 4.0, 1.0]))
    assert layer_notes([result_of(maps=[coarse])], [replace(HEAT, visible=False)], header) == ()
