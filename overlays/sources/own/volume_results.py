"""A NIfTI, NRRD or MetaImage volume as a result of its own: tied to its images by a JSON beside it, or not at all.

What belongs here: finding that JSON, and saying what is not known without it. What does not: the volume (grid_files),
matching it by its grid to a series (overlays.placing).
"""

from __future__ import annotations

from pathlib import Path

from overlays.result import AIResult
from overlays.sources.json_file import load
from overlays.sources.own import result_file
from overlays.sources.volumes.grid_files import maps_in

ENDINGS = (".seg.nrrd", ".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd")
UNTIED = "The file names no series. Without a ReaderLab JSON beside it, only its grid ties it to images."


def read(path: Path) -> tuple[AIResult, ...]:
    """The result in a volume's file. Raises StudyProblem.

    CASE.json beside CASE.nii.gz that is a ReaderLab JSON and names the file says which series it belongs to, and what
    its values mean; the result is then that JSON's. Otherwise the result has no space (Space()).
    """
    told = _by_its_json(path)
    if told is not None:
        return (told,)
    maps, provenance, remarks = maps_in(path)
    return (AIResult("", "", "", (), maps, provenance, remarks=(*remarks, UNTIED)),)


def _by_its_json(path: Path) -> AIResult | None:
    name = path.name
    ending = next((each for each in ENDINGS if name.lower().endswith(each)), path.suffix)
    beside = path.with_name(name[: len(name) - len(ending)] + ".json")
    if not ending or not beside.is_file():
        return None
    file = load(beside)
    if not isinstance(file.data, dict) or "readerlab_ai" not in file.data:
        return None  # another kind of JSON, such as BIDS has beside its volumes
    return result_file.result_in(file) if path in result_file.companions(file) else None
