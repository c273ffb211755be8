"""What the screen showed at a moment of a sitting, from its events alone.

What belongs here: one fold over events to frozen values. What does not: drawing them (app.windows.replay),
and adding up times (app.tracking).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from app.tracking.events import (
    AIResultLoaded,
    Event,
    ExposureChanged,
    FindingChosen,
    FindingHovered,
    FusionChanged,
    LayerChanged,
    LayerRevealed,
    LayersHeld,
    LayerWithdrawn,
    Paused,
    PhaseConfirmed,
    PhaseStarted,
    SeriesOpened,
    SittingEnded,
    TrialInterrupted,
    TrialStarted,
    Unpaused,
    ViewChanged,
    ViewportEmptied,
)
from overlays.layers.exposure import Element
from viewers.view import Slab, View
from viewers.volume import Window


@dataclass(frozen=True, slots=True)
class Screen:
    """One viewport: the view as it was painted, what lay over the series, what the pointer uncovered.

    `opened` is the geometry of its stack: planes that are tipped differently in two viewports have one name.
    """

    viewed: ViewChanged
    opened: SeriesOpened | None
    fusion: FusionChanged | None
    hovered: str  # id of the finding under the pointer, where a layer shows itself there
    painted: tuple[Element, ...]  # of the AI, as recorded

    @property
    def series(self) -> str:
        return self.viewed.series_uid


@dataclass(frozen=True, slots=True)
class Screens:
    """Everything in front of the reader at one moment. `screens` holds the viewports that show an image.

    `layers` are the last states of the phase's layers and `results` what was within reach, both in the order in which
    they came; both are empty outside a phase. `series` are the stacks as they were last introduced.
    """

    trial: int = -1
    phase: int = -1
    case: str = ""
    is_paused: bool = False
    is_held: bool = False  # all AI hidden by the key
    chosen: str = ""  # id of the finding that is emphasised
    screens: Mapping[int, Screen] = field(default_factory=dict)
    panel: tuple[Element, ...] = ()
    layers: tuple[LayerChanged, ...] = ()
    results: tuple[AIResultLoaded, ...] = ()
    series: Mapping[str, SeriesOpened] = field(default_factory=dict)


def screens_at(events: Iterable[Event], at_ns: int) -> Screens:
    """The screens at a moment on the clock of one sign-in, whose events these are.

    Exact from the frame on that followed the last event before `at_ns`: layers take effect with the next frame, views
    and exposure are recorded after theirs. Between a phase's confirmation and the next phase no AI counts as shown.
    """
    fold = ScreenFold()
    for event in sorted(events, key=lambda each: each.at_ns):
        if event.at_ns > at_ns:
            break
        fold.take(event)
    return fold.screens()


def view_of(viewed: ViewChanged) -> View:
    """The view that was painted. A window whose shape is a table is only named: the image's file has the table."""
    window = Window(viewed.window_centre, viewed.window_width, viewed.window_shape, viewed.window_name)  # type: ignore[arg-type]
    return View(
        slice_index=viewed.slice_index,
        centre_px=viewed.centre_px,
        zoom=viewed.zoom,
        window=window,
        inverted=viewed.inverted,
        slab=_slab(viewed.slab),
        interpolation=viewed.interpolation,  # type: ignore[arg-type]  # as a view of ours said it
        filter=viewed.filter,  # type: ignore[arg-type]
        colour_map=viewed.colour_map,
    )


def _slab(words: str) -> Slab | None:
    if not words:
        return None
    projection, thickness = words.split()
    return Slab(projection, float(thickness))  # type: ignore[arg-type]


@dataclass(slots=True)
class ScreenFold:
    """The screens so far: takes events in the order of their times; a copy goes on by itself."""

    trial: int = -1
    phase: int = -1
    case: str = ""
    is_paused: bool = False
    is_held: bool = False
    chosen: str = ""
    views: dict[int, ViewChanged] = field(default_factory=dict)
    opened: dict[int, SeriesOpened | None] = field(default_factory=dict)  # said just before the viewport's view
    fusions: dict[int, FusionChanged] = field(default_factory=dict)
    hovered: dict[int, str] = field(default_factory=dict)
    painted: dict[int, tuple[Element, ...]] = field(default_factory=dict)
    layers: dict[str, LayerChanged] = field(default_factory=dict)
    results: dict[str, AIResultLoaded] = field(default_factory=dict)
    series: dict[str, SeriesOpened] = field(default_factory=dict)

    def copy(self) -> ScreenFold:
        """The same state; what either takes from now on leaves the other as it is."""
        return replace(
            self,
            views=dict(self.views),
            opened=dict(self.opened),
            fusions=dict(self.fusions),
            hovered=dict(self.hovered),
            painted=dict(self.painted),
            layers=dict(self.layers),
            results=dict(self.results),
            series=dict(self.series),
        )

    def take(self, event: Event) -> None:
        """Go on by one event."""
        match event:
            case ViewChanged():
                self.views[event.viewport] = event
                self.opened[event.viewport] = self.series.get(event.series_uid)
            case ViewportEmptied():
                self.views.pop(event.viewport, None)
            case FusionChanged():
                self.fusions[event.viewport] = event
            case SeriesOpened():
                self.series[event.series_uid] = event
            case ExposureChanged():
                self.painted[event.viewport] = event.elements
            case Paused() | Unpaused():
                self.is_paused = isinstance(event, Paused)
            case TrialStarted() | PhaseStarted() | PhaseConfirmed() | TrialInterrupted() | SittingEnded():
                self._go_on(event)
            case _:
                self._take_ai(event)

    def _take_ai(self, event: Event) -> None:
        match event:
            case AIResultLoaded():
                self.results[event.ai] = event
            case LayerChanged():
                self.layers[event.layer] = event
            case LayerRevealed() | LayerWithdrawn():
                self._reveal(event.layer, isinstance(event, LayerRevealed))
            case LayersHeld():
                self.is_held = event.hidden
            case FindingChosen():
                self.chosen = event.finding
            case FindingHovered():
                self.hovered[event.viewport] = event.finding

    def _reveal(self, layer: str, revealed: bool) -> None:
        if layer in self.layers:
            self.layers[layer] = replace(self.layers[layer], revealed=revealed)

    def _go_on(self, event: Event) -> None:
        """AI is loaded and layers are said shortly before their phase starts; they end with its confirmation."""
        self.is_held, self.chosen = False, ""
        self.hovered.clear()
        match event:
            case PhaseStarted():
                self.trial, self.phase = event.trial, event.phase
                self.layers = {name: self.layers[name] for name in event.layers if name in self.layers}
            case TrialStarted():
                self.trial, self.phase, self.case = event.trial, -1, event.case
                self._forget_ai()
                self.series.clear()
            case _:
                self.phase = -1
                self._forget_ai()

    def _forget_ai(self) -> None:
        self.layers.clear()
        self.results.clear()

    def screens(self) -> Screens:
        """What is in front of the reader now."""
        screens = {
            viewport: Screen(
                view,
                self.opened.get(viewport),
                self._fusion(viewport),
                self.hovered.get(viewport, ""),
                self.painted.get(viewport, ()),
            )
            for viewport, view in sorted(self.views.items())
        }
        return Screens(
            trial=self.trial,
            phase=self.phase,
            case=self.case,
            is_paused=self.is_paused,
            is_held=self.is_held,
            chosen=self.chosen,
            screens=screens,
            panel=self.painted.get(-1, ()),
            layers=tuple(self.layers.values()) if self.phase >= 0 else (),
            results=tuple(self.results.values()) if self.phase >= 0 else (),
            series=dict(self.series),
        )

    def _fusion(self, viewport: int) -> FusionChanged | None:
        fusion = self.fusions.get(viewport)
        return fusion if fusion is not None and fusion.series_uid else None
