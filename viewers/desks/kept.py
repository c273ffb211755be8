"""What a viewport showed, so that it can show it again after something else stood there for a while.

What belongs here: keeping and putting back. What does not: what stands there meanwhile (tile_desk, prior_desk).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from viewers.view import View
from viewers.viewport import Viewport
from viewers.volume import Volume


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A volume, the view of it, and whether that followed the viewport's size."""

    volume: Volume | None
    view: View | None
    is_fitted: bool


def keep(viewport: Viewport) -> Kept:
    """What a viewport shows now."""
    return Kept(viewport.volume, viewport.view, viewport.is_fitted)


def put_back(viewport: Viewport, kept: Kept, slice_index: int | None = None) -> None:
    """Shows it again, at another slice where one is given; a whole image is fitted to the size that there now is."""
    if kept.volume is None or kept.view is None:
        viewport.clear()
        return
    view = kept.view if slice_index is None else replace(kept.view, slice_index=slice_index)
    if (viewport.volume, viewport.view, viewport.is_fitted) == (kept.volume, view, kept.is_fitted):
        return
    if not kept.is_fitted:
        viewport.show_volume(kept.volume, view)
        return
    viewport.show_volume(kept.volume)
    if viewport.view is not None:
        viewport.set_view(replace(view, zoom=viewport.view.zoom, centre_px=viewport.view.centre_px))
