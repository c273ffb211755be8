"""What of the AI comes before the reader: results, layers, findings, cards.

What belongs here: what is shown, and for how long by its successors. What does not: the images under it (viewing).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.tracking.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AIResultLoaded(Event):
    """An AI result came within the reader's reach (never in a phase without AI).

    `elements`, `scores` and `places_mm` (ids, LPS centres) are those of its findings after planting, in the same order,
    so that what the reader was told can be rebuilt from the log alone. `planted` names the planted errors in it;
    `digest` is the sha-256 of the whole result as it was handed out (overlays.digest), so that a replay can tell
    whether it paints the same one. `assessed` is what it says of the case as a whole: of what (such as BI-RADS), the
    category or "", the score. `never_drawn` are findings that no layer of this AI draws at any threshold: its maker
    holds them back, or the layers leave out such labels or sizes.
    """

    trial: int
    ai: str
    series_uid: str
    model_sha256: str
    findings: int
    planted: tuple[str, ...]
    scores: tuple[float | None, ...] = ()
    places_mm: tuple[tuple[float, float, float], ...] = ()
    elements: tuple[str, ...] = ()
    digest: str = ""
    top_score: float | None = None  # of findings and of the whole case, as handed out; None where it has no score
    assessed: tuple[tuple[str, str, float | None], ...] = ()
    never_drawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerChanged(Event):
    """How a layer is painted from `at_ns` on, by whose doing; nothing of it shows before it is `revealed`."""

    layer: str
    visible: bool
    opacity: float
    threshold: float
    by: Literal["reader", "protocol"]
    colours: str = ""
    revealed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRevealed(Event):
    """A layer came that was kept back: asked for by the reader, after its time, or since its condition held."""

    layer: str
    how: Literal["button", "after", "if"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerWithdrawn(Event):
    """A layer went again, since the condition under which it shows holds no more."""

    layer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingChosen(Event):
    """The reader went to a finding: it is emphasised, and maps show its own; "" when none is any more."""

    finding: str
    ai: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingHovered(Event):
    """The pointer came over a finding of a layer that shows itself under the pointer; "" when it left."""

    viewport: int
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureChanged(Event):
    """What of the AI a viewport paints from `at_ns` on: all of it, so that the last record is the whole truth.

    Each element is (layer, element, draw, threshold, opacity, visible share): the id of a finding, map, segment
    ("map/number"), assessment, advice or example; the share of its own picture that lies in the viewport, 0 to 1.
    The element "*" stands for all of a layer that paints more than 200 of them on one viewport; its share is how many.
    An empty tuple: nothing of the AI is on this viewport. Viewport -1 is the panel beside the images. `colours` is the
    colour map of each layer among them. Where an element lies is said by AIResultLoaded, what of the image by the
    viewport's ViewChanged.
    """

    viewport: int
    elements: tuple[tuple[str, str, str, float, float, float], ...]
    colours: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCardShown(Event):
    """The reader opened what its makers say of a model."""

    ai: str
    model_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCardClosed(Event):
    """The model's card was closed."""

    ai: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayersHeld(Event):
    """All AI layers hidden for as long as a key is held (`hidden` True), and back again."""

    hidden: bool
