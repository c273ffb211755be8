"""How true the layers over a picture are: thresholds that hide, grids that were resampled.

What belongs here: notes about layers in the words of viewers.fidelity. What does not: painting them (painting).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from overlays.layers.layer import FINDING_DRAWS, MAP_DRAWS, Layer, map_level, visible_maps
from overlays.result import AIMap, AIResult
from study_configs.words import translate
from viewers.fidelity import Note
from viewers.volume import SeriesHeader

SAME_GRID = 1e-3  # of a voxel


def layer_notes(results: Sequence[AIResult], layers: Sequence[Layer], header: SeriesHeader) -> tuple[Note, ...]:
    """What to know of the visible layers over this series; nothing of layers that are off."""
    shown = [layer for layer in layers if layer.is_painted]
    return tuple(
        note for layer in shown for note in (*_findings(results, layer), *_maps(results, layer, layers, header))
    )


def _findings(results: Iterable[AIResult], layer: Layer) -> Iterator[Note]:
    if layer.draw not in FINDING_DRAWS or not any(r.findings for r in results if r.ai == layer.ai):
        return
    if layer.threshold > 0:
        words = translate("Fidelity", "{layer}: only findings with a score of {score} or more are drawn.")
        yield Note("layer", "", words.format(layer=layer.title, score=f"{100 * layer.threshold:.3g}%"))
    if layer.least_mm > 0:
        words = translate("Fidelity", "{layer}: nothing smaller than {least} mm across is drawn.")
        yield Note("layer", "", words.format(layer=layer.title, least=f"{layer.least_mm:g}"))


def _maps(results: Iterable[AIResult], layer: Layer, layers: Sequence[Layer], header: SeriesHeader) -> Iterator[Note]:
    if layer.draw not in MAP_DRAWS:
        return
    maps = {m.id: m for result in results for m in visible_maps(result, layer, layers)}.values()
    for ai_map in maps:
        if not ai_map.is_label:
            level = f"{map_level(layer, ai_map):g} {ai_map.units}".rstrip()
            words = translate("Fidelity", "{layer}: nothing below {level} is drawn.")
            yield Note("layer", "", words.format(layer=layer.title, level=level))
        if not same_grid(ai_map, header):
            size = " × ".join(f"{mm:.3g}" for mm in np.linalg.norm(ai_map.affine[:3, :3], axis=0))
            words = translate("Fidelity", "{layer}: the map's own grid of {size} mm was resampled to this picture.")
            text, badge = words.format(layer=layer.title, size=size), translate("Fidelity", "resampled layer")
            yield Note("layer", badge, text, is_caution=_is_coarser(ai_map, header))
    if layer.smoothing_mm > 0 and any(not ai_map.is_label for ai_map in maps):
        words = translate("Fidelity", "{layer}: the map was blurred by {sigma} mm.")
        yield Note(
            "layer",
            translate("Fidelity", "blurred layer"),
            words.format(layer=layer.title, sigma=f"{layer.smoothing_mm:g}"),
            is_caution=True,
        )
    if layer.least_mm > 0 and maps and not any(result.findings for result in results if result.ai == layer.ai):
        words = translate("Fidelity", "{layer}: nothing smaller than {least} mm across is drawn.")
        yield Note("layer", "", words.format(layer=layer.title, least=f"{layer.least_mm:g}"))


def same_grid(ai_map: AIMap, header: SeriesHeader) -> bool:
    """Whether the map's voxels are the image's own (of the source series, where this one is derived)."""
    grid = header.source.grid_affine
    apart = np.linalg.solve(grid, ai_map.affine) - np.eye(4)
    shape = (header.source.frames, header.source.rows, header.source.columns)
    return ai_map.values.shape == shape and bool(np.abs(apart).max() < SAME_GRID)


def _is_coarser(ai_map: AIMap, header: SeriesHeader) -> bool:
    own, image = (np.abs(np.linalg.det(grid[:3, :3])) for grid in (ai_map.affine, header.source.grid_affine))
    return bool(own > 1.01 * image)
