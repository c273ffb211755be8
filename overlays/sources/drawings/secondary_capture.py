"""Secondary captures with an AI's marks burnt in: comparison images beside the others, and nothing to lay over any.

What belongs here: whether a capture says that it was derived, and from which images. What does not: showing it, which
viewers do as with any series of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from overlays.result import AIResult
from overlays.sources.dataset import (
    coded,
    items,
    named,
    open_dataset,
    provenance_of,
    references_of,
    result_of,
    text,
    texts,
)
from overlays.sources.refusals import NotAResult
from viewers.dicom.checks import LIMITS

if TYPE_CHECKING:
    from pydicom import Dataset

FORM = "DICOM secondary capture"
SC = "1.2.840.10008.5.1.4.1.1.7"
CLASSES = frozenset({SC, *(f"{SC}.{n}" for n in (1, 2, 3, 4))})


def read(path: Path) -> tuple[AIResult, ...]:
    """A result without findings or maps, whose remarks say what the capture is of.

    Its series is the capture's own. Raises NotAResult where the image does not say that it was derived or from which
    images, StudyProblem where the file is damaged.
    """
    with named(path):
        dataset = open_dataset(path, CLASSES, LIMITS)
        references = references_of(dataset)
        if not references and not _is_derived(dataset):
            raise NotAResult("It is a secondary capture that does not say that it was derived from any image.")
        own, told = text(dataset, "SeriesInstanceUID"), _remarks(dataset, len(references))
        return (result_of(dataset, provenance_of(dataset, FORM), references, told, series_uid=own),)


def _is_derived(dataset: Dataset) -> bool:
    return "DERIVED" in texts(dataset, "ImageType") or bool(items(dataset, "DerivationCodeSequence"))


def _remarks(dataset: Dataset, series: int) -> list[str]:
    how = coded(dataset, "DerivationCodeSequence")
    words = text(dataset, "DerivationDescription") or (how.meaning if how else "")
    said = f" ({words})" if words else ""
    origin = "names the images that it was made from" if series else "names no image that it was made from"
    return [
        f"It is an image with its marks burnt in{said}: a series of its own to compare with, never laid over another.",
        f"It {origin}.",
    ]
