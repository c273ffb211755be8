"""NIfTI, NRRD and MetaImage files as maps, whichever of the three a file is.

What belongs here: the three forms under one name, and the provenance of what no file tells. What does not: the forms.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from overlays.result import AIMap, Provenance
from overlays.sources.files import check_beside
from overlays.sources.volumes import metaimage, nifti, nrrd
from overlays.sources.volumes.grids import Grid, map_of
from overlays.sources.volumes.voxels import head_of, telling


def maps_in(path: Path, is_label: bool | None = None) -> tuple[tuple[AIMap, ...], Provenance, tuple[str, ...]]:
    """The maps in a file, where they came from as far as it says, and what had to be guessed. Raises StudyProblem.

    `is_label` says what its values are where that is known from elsewhere.
    """
    form, grids = _grids(path)
    if is_label is not None:
        grids = tuple(replace(grid, is_label=is_label) for grid in grids)
    provenance = Provenance("model", "", form=form)
    made = [map_of(grid, number, provenance) for number, grid in enumerate(grids, 1)]
    return tuple(each for each, _ in made), provenance, tuple(remark for _, remarks in made for remark in remarks)


def _grids(path: Path) -> tuple[str, tuple[Grid, ...]]:
    with telling(path):
        check_beside(path)
        head = head_of(path)[:348]
    if head.startswith(b"NRRD"):
        return "NRRD", nrrd.grids_in(path)
    if head[:2] == b"\x1f\x8b" or head[344:348] in (b"n+1\0", b"ni1\0") or head[4:8] in (b"n+2\0", b"ni2\0"):
        return "NIfTI", nifti.grids_in(path)
    return "MetaImage", metaimage.grids_in(path)
