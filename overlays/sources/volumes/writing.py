"""Maps written through SimpleITK, as NRRD or MetaImage.

What belongs here: what both share. What does not: what segments are called (nrrd), NIfTI.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from overlays.result import AIMap
from overlays.sources.files import replace_by
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from SimpleITK import Image


def write_volume(ai_map: AIMap, path: Path, ending: str, keys: Mapping[str, str]) -> None:
    """Write a map in the form of an ending (".nrrd", ".mha"), packed, with `keys` in its header.

    Raises StudyProblem where the map lies on no even grid or its integers need a slope, which neither form has.
    """
    import SimpleITK

    if ai_map.places or ai_map.images or (ai_map.slope, ai_map.intercept) != (1.0, 0.0):
        what = "A map of uneven planes, or whose integers need a slope, is no such volume."
        raise StudyProblem(what, where=str(path), todo="Write it as ReaderLab JSON or NIfTI.")
    image = _image(ai_map)
    for key, value in keys.items():
        image.SetMetaData(key, value)
    with tempfile.TemporaryDirectory(prefix="readerlab-") as folder:
        written = Path(folder) / f"volume{ending}"
        SimpleITK.WriteImage(image, str(written), useCompression=True)
        replace_by(path, written.read_bytes())


def _image(ai_map: AIMap) -> Image:
    import SimpleITK

    image = SimpleITK.GetImageFromArray(ai_map.values)
    spacing = np.linalg.norm(ai_map.affine[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetDirection((ai_map.affine[:3, :3] / spacing).ravel().tolist())
    image.SetOrigin(ai_map.affine[:3, 3].tolist())
    return image
