"""Key images as DICOM key object selections (TID 2010, PS3.16), written with highdicom, one for each exam.

What belongs here: writing. What does not: reading (viewers.dicom.key_objects) and choosing (comparing.key_images).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from study_configs.problem import StudyProblem
from viewers.comparing.key_images import KeyImage
from viewers.measuring import codes
from viewers.measuring.evidence import source_image
from viewers.volume import SeriesHeader

if TYPE_CHECKING:
    from pydicom import Dataset

SERIES_NUMBER = 9003


def write_key_objects(
    images: Sequence[KeyImage], headers: Sequence[SeriesHeader], stem: Path, *, reader: str
) -> tuple[Path, ...]:
    """Writes key images to `stem` with "-key-images.dcm" (and a number for further exams). `reader` is a pseudonym.

    Raises StudyProblem where an image is not among the headers.
    """
    written = []
    for number, chosen in enumerate(_by_exam(images, headers).values(), 1):
        path = Path(f"{stem}-key-images{f'-{number}' if number > 1 else ''}.dcm")
        _write(chosen, path, reader)
        written.append(path)
    return tuple(written)


def _by_exam(
    images: Sequence[KeyImage], headers: Sequence[SeriesHeader]
) -> Mapping[str, dict[tuple[Path, str], list[int]]]:
    """For each exam, the files and of each the frames that were chosen."""
    found: dict[str, dict[tuple[Path, str], list[int]]] = defaultdict(dict)
    for image in images:
        header = next((each for each in headers if each.key == image.series), None)
        if header is None or image.slice_index >= header.frames:
            raise StudyProblem("The images that a reader has set apart are not among the case's.", where=image.sop_uid)
        instance = header.instances[image.slice_index]
        found[header.exam_uid].setdefault((instance.path, instance.sop_uid), []).append(instance.frame)
    return found


def _write(chosen: Mapping[tuple[Path, str], Sequence[int]], path: Path, reader: str) -> None:
    from highdicom import UID, ko, sr

    evidence = [source_image(file) for file, _ in chosen]
    person = sr.PersonObserverIdentifyingAttributes(name=codes.person(reader))
    content = ko.KeyObjectSelection(
        document_title=codes.OF_INTEREST,
        referenced_objects=evidence,
        observer_person_context=sr.ObserverContext(codes.PERSON, person),
    )
    _name_frames(content[0], evidence, list(chosen.values()))
    document = ko.KeyObjectSelectionDocument(
        evidence=evidence,
        content=content,
        series_instance_uid=UID(),
        series_number=SERIES_NUMBER,
        sop_instance_uid=UID(),
        instance_number=1,
        manufacturer="ReaderLab",
        series_description="Key images",
    )
    document.save_as(path, enforce_file_format=True)


def _name_frames(root: Dataset, evidence: Sequence[Dataset], frames: Sequence[Sequence[int]]) -> None:
    """Frames count from 1 there, and are named of files that hold several."""
    named = [item for item in root.ContentSequence if item.ValueType == "IMAGE"]
    for item, image, chosen in zip(named, evidence, frames, strict=True):
        if int(image.get("NumberOfFrames", 1) or 1) > 1:
            item.ReferencedSOPSequence[0].ReferencedFrameNumber = sorted(frame + 1 for frame in set(chosen))
