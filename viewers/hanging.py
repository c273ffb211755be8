"""What a case opens with: how many viewports, which series in which, at which image.

What belongs here: rules over series headers, as pure functions. What does not: loading (viewers.dicom), widgets (grid).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from viewers.presets import opening_window
from viewers.view import View, fitted
from viewers.volume import SeriesHeader, Volume

PLANNING_WORDS = ("scout", "localizer", "localiser", "topogram", "surview", "survey", "dose report")
PROJECTIONS = frozenset({"CR", "DX", "RG", "XA", "RF", "PX", "IO"})
MAMMOGRAPHY_PLACES = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))


@dataclass(frozen=True, slots=True)
class Hanging:
    """A layout, and for each viewport, row by row, which of the headers it shows (None: nothing)."""

    rows: int
    columns: int
    shown: tuple[int | None, ...]


def hang(headers: Sequence[SeriesHeader]) -> Hanging:
    """The opening layout of a case: mammograms in fours, film pairs side by side, else the main stack alone."""
    if not headers:
        return Hanging(1, 1, (None,))
    for rule in (_mammograms, _films):
        hanging = rule(headers)
        if hanging is not None:
            return hanging
    return Hanging(1, 1, (main_series(headers),))


def main_series(headers: Sequence[SeriesHeader]) -> int:
    """The index of the series to read first: no planning image, CT and MR before the rest, then the largest stack."""
    return max(range(len(headers)), key=lambda n: (*_weight(headers[n]), -n))


def first_slice(header: SeriesHeader) -> int:
    """The image a series opens at: the middle of a stack in patient space, the first frame of a film or a clip."""
    return header.frames // 2 if header.affine is not None and header.frames > 1 else 0


def opening_view(volume: Volume, width: int, height: int, slice_index: int | None = None) -> View:
    """The view a series opens with: the whole image, at its first slice, through the file's window or the preset."""
    index = first_slice(volume.header) if slice_index is None else slice_index
    return fitted(volume.header, width, height, slice_index=index, window=opening_window(volume, index))


def _weight(header: SeriesHeader) -> tuple[bool, bool, int]:
    words = header.description.lower()
    is_planning = any(word in words for word in PLANNING_WORDS) or "LOCALIZER" in header.tags.get("ImageType", "")
    return not is_planning, header.modality in ("CT", "MR", "PT"), header.frames


def _mammograms(headers: Sequence[SeriesHeader]) -> Hanging | None:
    if any(h.modality != "MG" for h in headers) or len(headers) < 2:
        return None
    places = [_place(headers, side, projection) for side, projection in MAMMOGRAPHY_PLACES]
    if sum(place is not None for place in places) > 2:
        return Hanging(2, 2, tuple(places))
    found = [place for place in places if place is not None]
    return Hanging(1, 2, tuple(found) if len(found) == 2 else (0, 1))


def _place(headers: Sequence[SeriesHeader], side: str, projection: str) -> int | None:
    def matches(header: SeriesHeader) -> bool:
        words = f"{header.description} {header.tags.get('ViewPosition', '')}".upper().replace("-", " ").split()
        return header.laterality == side and (projection in words or side + projection in words)

    return _first(headers, matches)


def _films(headers: Sequence[SeriesHeader]) -> Hanging | None:
    if any(h.modality not in PROJECTIONS for h in headers) or len(headers) < 2:
        return None
    return Hanging(1, 2, (0, 1))


def _first(headers: Sequence[SeriesHeader], matches: Callable[[SeriesHeader], bool]) -> int | None:
    return next((n for n, header in enumerate(headers) if matches(header)), None)
