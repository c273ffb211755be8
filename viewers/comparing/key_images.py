"""Key images: which images a reader set apart, as a value in the order of choosing.

What belongs here: adding, taking away, going through them. What does not: keys and glyphs (viewers.desks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from viewers.volume import SeriesHeader


@dataclass(frozen=True, slots=True)
class KeyImage:
    """One image of the files: its series (`SeriesHeader.key`), SOP instance and frame, and its place in the stack."""

    series: str
    sop_uid: str
    frame: int
    slice_index: int


KeyImages = tuple[KeyImage, ...]


def key_image(header: SeriesHeader, slice_index: int) -> KeyImage:
    """The image of the files that a slice shows; of a derived plane, the source image nearest to its middle."""
    source = header.source
    index = header.source_point((header.columns - 1) / 2, (header.rows - 1) / 2, slice_index)[2]
    instance = source.instances[index]
    return KeyImage(source.key, instance.sop_uid, instance.frame, index)


def toggled(images: KeyImages, image: KeyImage) -> KeyImages:
    """The images with this one added at the end, or without it."""
    kept = tuple(each for each in images if each != image)
    return kept if len(kept) < len(images) else (*images, image)


def key_slices(images: KeyImages, series: str) -> frozenset[int]:
    """Which slices of a series are key images."""
    return frozenset(image.slice_index for image in images if image.series == series)


def after(images: KeyImages, here: KeyImage | None, order: Sequence[str]) -> KeyImage | None:
    """The next key image beyond `here`, by the order of the series and then along the stack, round and round."""
    if not images:
        return None
    places = {series: place for place, series in enumerate(order)}
    ranked = sorted(images, key=lambda image: _rank(image, places))
    if here is None:
        return ranked[0]
    beyond = (image for image in ranked if _rank(image, places) > _rank(here, places))
    return next(beyond, ranked[0])


def _rank(image: KeyImage, places: dict[str, int]) -> tuple[int, int]:
    return places.get(image.series, len(places)), image.slice_index
